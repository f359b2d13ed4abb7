"""The one producing flow: briefs go in, albums ready for review come out."""

from __future__ import annotations

from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Cancelled, Completed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner

from flows.asked import Asked, who_asked
from flows.jobs import run_job
from flows.prefect_safety import forbid_pickled_results
from schemas.brief_reading import brief_from_fields
from schemas.errors import BriefError, StepError
from schemas.jobs import Job, MakeRequest
from schemas.settings import Settings
from tasks.bench import Bench
from tasks.production import ProductionRun
from tasks.stages import STAGES, Work
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS

_RUNNER: TaskRunner[PrefectFuture[Any]] = ThreadPoolTaskRunner(max_workers=64)  # type: ignore[assignment]


@flow(name="produce-albums", persist_result=False, validate_parameters=True)
def produce_albums(
    briefs: list[dict[str, Any]] | None = None, job: str = ""
) -> list[dict[str, Any]] | State[list[dict[str, Any]]]:
    """Make albums, as a deployment does: settings from the environment, models by registered name.

    Everything passes one queue: briefs become a job of it, and a job is worked on when its turn comes.

    Args:
        briefs: fields of each brief; an album is a list of one.
        job: id of a job that is in the queue already, instead of briefs.

    Returns:
        For each album its id and the reason of each failed song; '' stands for the album itself, which is not tried
        at all where it was set aside because workers died at it.

    Raises:
        BriefError: a brief is refused, or neither briefs nor a job is given; nothing has been made.
        StepError: nothing of what was asked could be made.
    """
    forbid_pickled_results()
    bench = Bench(Settings())
    asked = who_asked()
    queued = job or _queue(briefs or [], bench, asked)
    return told(run_job(queued, bench, run_steps, flow_run=asked.run, was_cancelled=asked.was_cancelled))


def told(job: Job) -> list[dict[str, Any]] | State[list[dict[str, Any]]]:
    """What a flow answers for a job: its albums, or Prefect's state that says the same as the job's.

    Raises:
        StepError: the job failed.
    """
    albums: Any = job.result.get("albums", {})
    found = [{"album": album, "failures": albums[album]["failures"] if album in albums else {}} for album in job.albums]
    if job.state == "cancelled":
        return Cancelled(message=job.reason or f"{job.id} was cancelled")
    if job.state == "failed":
        raise StepError(f"{job.id}: {job.reason}")
    if job.state == "queued":
        return Completed(message=f"{job.id} is in the queue: a run is started for it when its turn comes")
    return found


def _queue(briefs: list[dict[str, Any]], bench: Bench, asked: Asked) -> str:
    if not briefs:
        raise BriefError("briefs: give at least one, e.g. {'theme': 'a night train'}; or job, the id of one queued")
    request = MakeRequest(briefs=tuple(brief_from_fields(fields) for fields in briefs))
    catalogue = bench.catalogue
    job = catalogue.add_job(request, by=asked.by, priority=asked.priority, key=asked.run, flow_run=asked.run)
    catalogue.note_choice(asked.by, "ask_make", via=asked.via, subject=job.id)
    catalogue.add_event("job.queued", job_id=job.id, body={"kind": "make", "by": asked.by})
    return job.id


@flow(name="make-album", task_runner=_RUNNER, persist_result=False, validate_parameters=False)
def run_steps(run: ProductionRun) -> None:
    """Make every step of every album of a run; a song that fails stops alone.

    Steps are handed over stage by stage over all songs of all albums, the songs of one model together, so that each
    worker loads a model once.
    """
    futures: dict[tuple[str, str, str], PrefectFuture[None]] = {}
    songs = run.songs()
    for step in SONG_STEPS:
        for album, song in songs:
            waits = [futures[album.album_id, song.song_id, name] for name in step.after]
            future = STAGES[step.name].submit(Work(run, album, song), wait_for=waits, return_state=False)
            futures[album.album_id, song.song_id, step.name] = future
    for future in futures.values():
        future.wait()
    last: dict[tuple[str, str], PrefectFuture[None]] = {}
    for step in ALBUM_STEPS:
        for album in run.albums:
            waits = [last[album.album_id, name] for name in step.after if (album.album_id, name) in last]
            future = STAGES[step.name].submit(Work(run, album, None), wait_for=waits, return_state=False)
            last[album.album_id, step.name] = future
    for future in last.values():
        future.wait()
    run.note_unfinished()
