"""The steps as Prefect tasks: one task a song and step, thin around `ProductionRun.make_step`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from prefect import task
from prefect.cache_policies import NO_CACHE

from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from prefect.tasks import Task

    from schemas.plan import SongPlan
    from tasks.production import ProductionRun
    from tasks.state import AlbumState


class Work:
    """What a task is about. A plain class, so that Prefect passes it on without looking inside."""

    def __init__(self, run: ProductionRun, album: AlbumState, song: SongPlan | None) -> None:
        self.run = run
        self.album = album
        self.song = song

    def __str__(self) -> str:
        return f"{self.album.album_id}/{self.song.song_id if self.song else 'album'}"


def _stage(step: str) -> Task[[Work], None]:
    def make(work: Work) -> None:
        work.run.make_step(work.album, work.song, step)

    decorate: Callable[[Callable[[Work], None]], Task[[Work], None]] = task(
        name=step, task_run_name=step + " {work}", cache_policy=NO_CACHE, persist_result=False
    )
    return decorate(make)


STAGES: dict[str, Task[[Work], None]] = {name: _stage(name) for name in STEPS}
"""The Prefect task of each step. It keeps no result: the catalogue is the only memory of finished work."""
