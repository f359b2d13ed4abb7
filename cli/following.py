"""A job followed from the command line: a line on standard error for every step, whoever makes it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import click

from cli.output import duration

if TYPE_CHECKING:
    from types import TracebackType

    from artifacts.catalogue import Catalogue
    from artifacts.events import EventEntry
    from schemas.jobs import Job

_POLL_S = 0.5


class Follower:
    """Prints what happens in a job while the block runs."""

    def __init__(self, catalogue: Catalogue, job: Job, *, quiet: bool) -> None:
        self._catalogue = catalogue
        self._job = job.id
        self._several = len(job.albums) > 1
        self._quiet = quiet
        self._seen = catalogue.last_event()
        self._titles: dict[str, str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._follow, daemon=True, name="job follower")

    def __enter__(self) -> Follower:
        if not self._quiet:
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if not self._quiet:
            self._thread.join(timeout=5)

    def _follow(self) -> None:
        while not self._over.wait(_POLL_S):
            self._tell_new()
        self._tell_new()

    def _tell_new(self) -> None:
        for event in self._catalogue.events_after(self._seen, job_id=self._job):
            self._seen = event.seq
            line = self._line(event)
            if line:
                click.echo(line, err=True)

    def _line(self, event: EventEntry) -> str:
        body: dict[str, Any] = event.body
        if event.kind == "job.queued" and body.get("again"):
            return "  Back in the queue: its process ended; it goes on where it was."
        if event.kind not in ("step.made", "step.failed"):
            return ""
        step = f"{body['step'].replace('_', ' ')}{' ' + body['part'] if body['part'] else ''}"
        name = f"{body['song'] or 'album'} · {step}"
        if self._several:
            name = f"{self._title(event.album_id)} · {name}"
        if event.kind == "step.failed":
            return f"  ✗ {name}: {body.get('error', '')}"
        left = f"about {duration(body['left_s'])} left" if body["left_s"] else ""
        counted = f"{body['done']}/{body['total']}"
        return f"  ✓ {name:<58} {body['seconds']:6.1f} s   {counted:>9}   {left}".rstrip()

    def _title(self, album_id: str) -> str:
        if album_id not in self._titles:
            entry = self._catalogue.album(album_id)
            title = (entry.title if entry else "") or album_id
            self._titles[album_id] = title if len(title) <= 24 else title[:23] + "…"
        return self._titles[album_id]
