"""The one producing flow: briefs go in, albums ready for review come out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prefect import flow
from prefect.futures import PrefectFuture
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.prefect_safety import forbid_pickled_results
from schemas.brief_reading import brief_from_fields
from schemas.settings import Settings
from tasks.albums import open_album, record_album
from tasks.bench import Bench
from tasks.pool import WorkerPool
from tasks.production import ProductionRun
from tasks.prospects import foresee
from tasks.stages import STAGES, Work
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS

if TYPE_CHECKING:
    from prefect.futures import PrefectFuture


_RUNNER: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=64)  # type: ignore[assignment]


@flow(name="produce-albums", persist_result=False, validate_parameters=True)
def produce_albums(briefs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Make albums from briefs, as a deployment does: settings from the environment, models by registered name.

    Args:
        briefs: fields of each brief; an album is a list of one.

    Returns:
        For each album its id and the reason of each failed song; '' stands for the album itself, which is not tried
        at all where it was set aside because workers died at it.

    Raises:
        BriefError: a brief is refused; nothing has been made.
    """
    forbid_pickled_results()
    settings = Settings()
    bench = Bench(settings)
    asked = [brief_from_fields(fields) for fields in briefs]
    albums = [open_album(brief, bench, record=False) for brief in asked]
    kept = [(album, bench.catalogue.quarantined(album.album_id)) for album in albums]
    ready = [album for album, reason in kept if reason is None]
    for album in ready:
        record_album(album)
        foresee(album, record=True)
    if ready:
        pool = WorkerPool(settings)
        try:
            run_steps(ProductionRun(ready, pool))
        finally:
            pool.close()
    return [
        {"album": album.album_id, "failures": {"": f"was set aside: {reason}"} if reason else album.failures}
        for album, reason in kept
    ]


@flow(name="make-album", task_runner=_RUNNER, persist_result=False, validate_parameters=False)
def run_steps(run: ProductionRun) -> None:
    """Make every step of every album of a run; a song that fails stops alone.

    Steps are handed over stage by stage over all songs of all albums, so that each worker loads a model once.
    """
    futures: dict[tuple[str, str, str], PrefectFuture[None]] = {}
    for step in SONG_STEPS:
        for album in run.albums:
            for song in album.plan.songs:
                waits = [futures[album.album_id, song.song_id, name] for name in step.after]
                future = STAGES[step.name].submit(Work(run, album, song), wait_for=waits, return_state=False)
                futures[album.album_id, song.song_id, step.name] = future
    for future in futures.values():
        future.wait()
    last = [
        STAGES[step.name].submit(Work(run, album, None), return_state=False)
        for step in ALBUM_STEPS
        for album in run.albums
    ]
    for future in last:
        future.wait()
    run.note_unfinished()
