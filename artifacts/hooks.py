"""Webhooks: who is told of which events, and the log of every call."""

from __future__ import annotations

import json
import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from artifacts import tables
from artifacts.rows import Part, moment


@dataclass(frozen=True)
class WebhookEntry:
    """An address that is told of events. `events` holds kinds such as 'job.finished'; empty means all of them."""

    id: str
    url: str
    secret: str
    events: tuple[str, ...]
    active: bool
    by: str
    created_at: datetime
    seen: int

    def wants(self, kind: str) -> bool:
        """Whether it is told of events of a kind."""
        return not self.events or kind in self.events


@dataclass(frozen=True)
class HookCallEntry:
    """A call of a webhook about an event: 'waiting', 'delivered' or 'failed', and what came back."""

    seq: int
    webhook: str
    event: int
    state: str
    attempts: int
    next_at: datetime
    status: int | None
    error: str
    changed_at: datetime


class Hooks(Part):
    """Webhooks and their calls."""

    def add_webhook(self, url: str, events: tuple[str, ...], *, by: str, seen: int) -> WebhookEntry:
        """Put a webhook in; it is told of events numbered above `seen`. Its secret is generated."""
        name = f"hook-{secrets.token_hex(6)}"
        with self._database.write() as connection:
            connection.execute(
                tables.webhooks.insert().values(
                    webhook=name,
                    url=url,
                    secret=secrets.token_urlsafe(32),
                    events=json.dumps(events),
                    active=True,
                    asked_by=by,
                    created_at=time.time(),
                    seen=seen,
                )
            )
        return self.webhooks(name)[0]

    def webhooks(self, name: str = "") -> list[WebhookEntry]:
        """Every webhook, or the one of that id, oldest first."""
        hooks = tables.webhooks
        query = select(hooks).order_by(hooks.c.created_at)
        if name:
            query = query.where(hooks.c.webhook == name)
        with self._database.read() as connection:
            return [_hook(row) for row in connection.execute(query)]

    def remove_webhook(self, name: str) -> bool:
        """Take a webhook out, with its calls; False where there was none."""
        with self._database.write() as connection:
            connection.execute(delete(tables.hook_calls).where(tables.hook_calls.c.webhook == name))
            return bool(connection.execute(delete(tables.webhooks).where(tables.webhooks.c.webhook == name)).rowcount)

    def plan_calls(self, name: str, events: list[int], seen: int) -> None:
        """Write down the calls that events ask for, and how far the webhook has seen, in one transaction."""
        now = time.time()
        rows: list[dict[str, Any]] = [
            {
                "webhook": name,
                "event": event,
                "state": "waiting",
                "attempts": 0,
                "next_at": now,
                "error": "",
                "changed_at": now,
            }
            for event in events
        ]
        with self._database.write() as connection:
            if rows:
                connection.execute(tables.hook_calls.insert(), rows)
            connection.execute(update(tables.webhooks).where(tables.webhooks.c.webhook == name).values(seen=seen))

    def due_calls(self, *, limit: int = 20) -> list[HookCallEntry]:
        """Calls that wait and are due, the longest due first."""
        calls = tables.hook_calls
        query = select(calls).where(calls.c.state == "waiting", calls.c.next_at <= time.time())
        with self._database.read() as connection:
            return [_call(row) for row in connection.execute(query.order_by(calls.c.next_at).limit(limit))]

    def calls(self, name: str, *, limit: int = 100) -> list[HookCallEntry]:
        """The calls of a webhook, newest first."""
        calls = tables.hook_calls
        query = select(calls).where(calls.c.webhook == name).order_by(calls.c.seq.desc()).limit(limit)
        with self._database.read() as connection:
            return [_call(row) for row in connection.execute(query)]

    def note_call(
        self, seq: int, state: str, *, attempts: int, next_at_s: float, status: int | None, error: str
    ) -> None:
        """Write down how a call went and, where it is tried again, when."""
        calls = tables.hook_calls
        with self._database.write() as connection:
            connection.execute(
                update(calls)
                .where(calls.c.seq == seq)
                .values(
                    state=state,
                    attempts=attempts,
                    next_at=next_at_s,
                    status=status,
                    error=error[:1000],
                    changed_at=time.time(),
                )
            )

    def event_of(self, call: HookCallEntry) -> Any:  # noqa: ANN401 - a row
        """The event of a call as (seq, at, kind, album, job, body); None where it was forgotten."""
        with self._database.read() as connection:
            return connection.execute(select(tables.events).where(tables.events.c.seq == call.event)).one_or_none()


def _hook(row: Any) -> WebhookEntry:  # noqa: ANN401 - a row's columns have no types
    return WebhookEntry(
        id=row.webhook,
        url=row.url,
        secret=row.secret,
        events=tuple(json.loads(row.events)),
        active=row.active,
        by=row.asked_by,
        created_at=moment(row.created_at),
        seen=row.seen,
    )


def _call(row: Any) -> HookCallEntry:  # noqa: ANN401 - a row's columns have no types
    return HookCallEntry(
        seq=row.seq,
        webhook=row.webhook,
        event=row.event,
        state=row.state,
        attempts=row.attempts,
        next_at=moment(row.next_at),
        status=row.status,
        error=row.error,
        changed_at=moment(row.changed_at),
    )
