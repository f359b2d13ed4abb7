"""The sender of webhooks: looks for events that somebody wants to be told of, and tells them until they took it."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from pydantic import JsonValue
from pydantic_core import to_json

from artifacts.events import EventEntry
from artifacts.rows import moment
from schemas.errors import HibariError
from studio.problems import Problem
from studio.streams import told
from studio.webhook_addresses import check_url, resolve
from studio.webhook_calls import CallOutcome, call, signature

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from artifacts.hooks import HookCallEntry, WebhookEntry
    from schemas.settings import StudioSettings
    from studio.webhook_addresses import Resolver

PAUSE_S = 0.5
FIRST_WAIT_S = 5.0
LONGEST_WAIT_S = 3600.0
AT_ONCE = 4
DUE = 200
REST_S = 5.0
"""How long a webhook that did not take a call is left alone, so that one that is down is not called without end."""

_PAGE = 500


class WebhookSender:
    """Tells webhooks of events, in a thread of its own. One a studio."""

    def __init__(self, catalogue: Catalogue, settings: StudioSettings, *, resolver: Resolver = resolve) -> None:
        """Get ready; nothing is sent before `start` (or `turn`).

        Args:
            catalogue: where webhooks, events and calls are.
            settings: how often is tried, how long is waited, and whether private addresses are allowed.
            resolver: gives every address of a name.
        """
        self._catalogue = catalogue
        self._settings = settings
        self._resolver = resolver
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._pool = ThreadPoolExecutor(AT_ONCE, "webhook")
        self._busy: dict[str, Future[None]] = {}
        self._rests: dict[str, float] = {}

    def start(self) -> None:
        """Begin."""
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let the calls in hand end, and end."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(self._settings.webhook_timeout_s + 5)
        self._pool.shutdown(cancel_futures=True)

    def turn(self) -> int:
        """Write down which calls are due, make them and wait for them; how many webhooks were called."""
        begun = self._begin()
        wait(begun)
        for called in begun:
            called.result()
        return len(begun)

    def _run(self) -> None:
        while not self._stopped.wait(PAUSE_S):
            with contextlib.suppress(HibariError):  # a catalogue that cannot be read now can be later
                self._begin()

    def _begin(self) -> list[Future[None]]:
        """Begin the calls that are due, of webhooks that are not being called and did not just fail."""
        self._busy = {name: called for name, called in self._busy.items() if not called.done()}
        hooks = {hook.id: hook for hook in self._catalogue.webhooks() if hook.active}
        for hook in hooks.values():
            self._plan(hook)
        due: dict[str, list[HookCallEntry]] = {}
        for item in self._catalogue.due_calls(limit=DUE):
            rests = self._rests.get(item.webhook, 0.0) > time.monotonic()
            if item.webhook in hooks and item.webhook not in self._busy and not rests:
                due.setdefault(item.webhook, []).append(item)
        begun = {name: self._pool.submit(self._tell_all, hooks[name], calls) for name, calls in due.items()}
        self._busy |= begun
        return list(begun.values())

    def _plan(self, hook: WebhookEntry) -> None:
        events = self._catalogue.events_after(hook.seen, limit=_PAGE)
        if events:
            wanted = [event.seq for event in events if hook.wants(event.kind)]
            self._catalogue.plan_calls(hook.id, wanted, events[-1].seq)

    def _tell_all(self, hook: WebhookEntry, calls: list[HookCallEntry]) -> None:
        """Make the calls of one webhook, one after the other; after one that failed the webhook rests a moment."""
        for item in calls:
            if self._stopped.is_set():
                return
            if not self._tell(hook, item):
                self._rests[hook.id] = time.monotonic() + REST_S
                return

    def _tell(self, hook: WebhookEntry, item: HookCallEntry) -> bool:
        row = self._catalogue.event_of(item)
        if row is None:
            self._note(item, CallOutcome(None, "the event was forgotten before it could be told"), final=True)
            return True
        event = EventEntry(row.seq, moment(row.at), row.kind, row.album, row.job, _body(row.body))
        outcome = self._call(hook, event, item.attempts + 1)
        self._note(item, outcome, final=item.attempts + 1 >= self._settings.webhook_tries)
        return outcome.delivered

    def _call(self, hook: WebhookEntry, event: EventEntry, attempt: int) -> CallOutcome:
        body = to_json({"delivery": f"{hook.id}-{event.seq}", "event": told(event)})
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Hibari-Webhooks/1",
            "Hibari-Event": event.kind,
            "Hibari-Delivery": f"{hook.id}-{event.seq}",
            "Hibari-Attempt": str(attempt),
            "Hibari-Signature": signature(hook.secret, body, int(time.time())),
        }
        try:
            target = check_url(hook.url, private=self._settings.webhook_private, resolver=self._resolver)
        except Problem as error:
            return CallOutcome(None, str(error.detail))
        return call(target, body, headers, timeout_s=self._settings.webhook_timeout_s)

    def _note(self, item: HookCallEntry, outcome: CallOutcome, *, final: bool) -> None:
        attempts = item.attempts + 1
        state = "delivered" if outcome.delivered else "failed" if final else "waiting"
        self._catalogue.note_call(
            item.seq,
            state,
            attempts=attempts,
            next_at_s=time.time() + wait_s(attempts),
            status=outcome.status,
            error=outcome.error,
        )


def wait_s(attempts: int) -> float:
    """How long is waited after so many tries: 5 s, 20 s, 80 s … an hour at most, a tenth more or less."""
    return float(min(LONGEST_WAIT_S, FIRST_WAIT_S * 4 ** (attempts - 1)) * random.uniform(0.9, 1.1))


def _body(text: str) -> dict[str, JsonValue]:
    found = json.loads(text)
    return found if isinstance(found, dict) else {}
