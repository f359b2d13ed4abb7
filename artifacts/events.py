"""Events: what happened, in order, for whoever watches; and the log of people's choices, which only grows."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import JsonValue
from sqlalchemy import Connection, delete, func, select

from artifacts import tables
from artifacts.rows import Part, moment


@dataclass(frozen=True)
class EventEntry:
    """Something that happened.

    Attributes:
        seq: its number; later ones are higher.
        at: when.
        kind: what, e.g. 'step.made', 'job.finished', 'verdict.given' (see docs/api.md).
        album_id: the album it is about; '' for none.
        job_id: the job it came of; '' for none.
        body: the rest, a small JSON object.
    """

    seq: int
    at: datetime
    kind: str
    album_id: str
    job_id: str
    body: dict[str, JsonValue]


@dataclass(frozen=True)
class ChoiceEntry:
    """What a person, or a policy, chose: who, when, what and why."""

    seq: int
    at: datetime
    who: str
    via: str
    what: str
    album_id: str
    song_id: str
    subject: str
    why: str
    body: dict[str, JsonValue]


class Events(Part):
    """What happened and what was chosen."""

    def add_event(self, kind: str, *, album_id: str = "", job_id: str = "", body: dict[str, Any] | None = None) -> int:
        """Write an event; its number comes back."""
        with self._database.write() as connection:
            return write_event(connection, kind, album_id=album_id, job_id=job_id, body=body)

    def events_after(self, seq: int, *, limit: int = 500, album_id: str = "", job_id: str = "") -> list[EventEntry]:
        """Events after a number, oldest first."""
        events = tables.events
        query = select(events).where(events.c.seq > seq).order_by(events.c.seq).limit(limit)
        if album_id:
            query = query.where(events.c.album == album_id)
        if job_id:
            query = query.where(events.c.job == job_id)
        with self._database.read() as connection:
            return [
                EventEntry(row.seq, moment(row.at), row.kind, row.album, row.job, json.loads(row.body))
                for row in connection.execute(query)
            ]

    def last_event(self) -> int:
        """The number of the newest event; 0 where there is none."""
        with self._database.read() as connection:
            return int(connection.execute(select(func.max(tables.events.c.seq))).scalar() or 0)

    def forget_events(self, before_s: float) -> int:
        """Drop events from before a moment (seconds since the epoch); how many went."""
        with self._database.write() as connection:
            return connection.execute(delete(tables.events).where(tables.events.c.at < before_s)).rowcount

    def note_choice(
        self,
        who: str,
        what: str,
        *,
        via: str = "command",
        album_id: str = "",
        song_id: str = "",
        subject: str = "",
        why: str = "",
        body: dict[str, Any] | None = None,
    ) -> int:
        """Write a choice at the end of the log; its number comes back. The database lets nothing in it change.

        Args:
            who: a person's or token's name, 'policy:NAME' or 'schedule:NAME'.
            what: the choice, e.g. 'approve', 'reject', 'select_take', 'edit_words', 'retake', 'press', 'cancel'.
            via: where it was made: 'page', 'api', 'command', 'policy'.
            album_id: the album; '' for none.
            song_id: the song, or 'cover'; '' for none.
            subject: what exactly was chosen, e.g. a digest or a job's id.
            why: the reason given.
            body: the rest, a small JSON object.
        """
        with self._database.write() as connection:
            done = connection.execute(
                tables.choices.insert().values(
                    at=time.time(),
                    who=who,
                    via=via,
                    what=what,
                    album=album_id,
                    song=song_id,
                    subject=subject,
                    why=why,
                    body=json.dumps(body or {}),
                )
            )
            return int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0

    def choices(
        self, *, album_id: str = "", who: str = "", what: str = "", before: int | None = None, limit: int = 100
    ) -> list[ChoiceEntry]:
        """Choices, newest first: all, or those about an album, of a person, of a sort.

        Where `before` is given, only those numbered below it.
        """
        choices = tables.choices
        query = select(choices).order_by(choices.c.seq.desc()).limit(limit)
        if album_id:
            query = query.where(choices.c.album == album_id)
        if who:
            query = query.where(choices.c.who == who)
        if what:
            query = query.where(choices.c.what == what)
        if before is not None:
            query = query.where(choices.c.seq < before)
        with self._database.read() as connection:
            return [
                ChoiceEntry(
                    row.seq,
                    moment(row.at),
                    row.who,
                    row.via,
                    row.what,
                    row.album,
                    row.song,
                    row.subject,
                    row.why,
                    json.loads(row.body),
                )
                for row in connection.execute(query)
            ]


def write_event(
    connection: Connection, kind: str, *, album_id: str = "", job_id: str = "", body: dict[str, Any] | None = None
) -> int:
    """Write an event inside a transaction, with what it tells of; its number comes back."""
    values = {"at": time.time(), "kind": kind, "album": album_id, "job": job_id, "body": json.dumps(body or {})}
    done = connection.execute(tables.events.insert().values(**values))
    return int(done.inserted_primary_key[0]) if done.inserted_primary_key else 0
