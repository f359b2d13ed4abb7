"""How the studio is doing: albums by state, the queue, room on the disk, how fast things are made."""

from __future__ import annotations

import shutil
import time
from typing import TYPE_CHECKING, get_args

from pydantic import Field

from artifacts.standings import Standing
from schemas.base import Record

if TYPE_CHECKING:
    from studio.context import Studio

DAY_S = 86_400.0


class Stats(Record):
    """Figures of the studio."""

    albums: int
    albums_by_state: dict[str, int]
    queued: int = Field(description="jobs that wait")
    running: int = Field(description="jobs that are worked on")
    made_today: int = Field(description="steps made in the last 24 hours")
    failed_today: int = Field(description="steps that failed in the last 24 hours")
    made_s_today: float = Field(description="seconds those steps took")
    pressed_today: int
    disk_free_bytes: int = Field(description="room left where the store is")
    listening: int = Field(description="event streams open")
    up_s: float = Field(description="seconds since the studio started")


def stats(studio: Studio) -> Stats:
    """The figures now."""
    catalogue = studio.bench.catalogue
    counts = catalogue.standing_counts()
    queue = catalogue.queue()
    tallies = catalogue.event_tallies(time.time() - DAY_S)
    return Stats(
        albums=sum(counts.values()),
        albums_by_state={state: counts.get(state, 0) for state in get_args(Standing)},
        queued=sum(job.state == "queued" for job in queue),
        running=sum(job.state == "running" for job in queue),
        made_today=tallies.get("step.made", (0, 0.0))[0],
        failed_today=tallies.get("step.failed", (0, 0.0))[0],
        made_s_today=round(tallies.get("step.made", (0, 0.0))[1], 1),
        pressed_today=tallies.get("release.pressed", (0, 0.0))[0],
        disk_free_bytes=shutil.disk_usage(studio.settings.home).free,
        listening=studio.streams.listening,
        up_s=round(time.time() - studio.started_at_s, 1),
    )
