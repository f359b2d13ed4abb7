"""Figures over events: how much of what happened lately, and how far a job said it was."""

from __future__ import annotations

import json

from sqlalchemy import select

from artifacts import tables
from artifacts.events import EventEntry
from artifacts.rows import Part, moment


class Tallies(Part):
    """Events counted."""

    def last_event_of(self, job_id: str, kinds: tuple[str, ...]) -> EventEntry | None:
        """The newest event of a job that is of one of those kinds."""
        events = tables.events
        query = (
            select(events)
            .where(events.c.job == job_id, events.c.kind.in_(kinds))
            .order_by(events.c.seq.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            return None
        return EventEntry(row.seq, moment(row.at), row.kind, row.album, row.job, json.loads(row.body))

    def event_tallies(self, since_s: float) -> dict[str, tuple[int, float]]:
        """How many events of each kind there were since a moment (seconds since the epoch), and their seconds."""
        events = tables.events
        found: dict[str, tuple[int, float]] = {}
        with self._database.read() as connection:
            for kind, body in connection.execute(select(events.c.kind, events.c.body).where(events.c.at >= since_s)):
                seconds = json.loads(body).get("seconds") if kind == "step.made" else None
                count, sum_s = found.get(kind, (0, 0.0))
                found[kind] = (count + 1, sum_s + (seconds if isinstance(seconds, (int, float)) else 0.0))
        return found
