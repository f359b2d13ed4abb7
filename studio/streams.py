"""Events as they happen: one look at the catalogue for all who listen, a bounded queue for each of them."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from anyio import to_thread
from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from artifacts.catalogue import Catalogue
    from artifacts.events import EventEntry
    from studio.credentials import Credentials

POLL_S = 0.25
HEARTBEAT_S = 15.0
CHECK_S = 1.0
"""How often it is looked whether those who listen still may."""

WAITING = 256
"""Events that wait for one listener; one that is further behind is cut off, and resumes where it was."""

BACKLOG = 20_000
"""The most events that a listener is told of from before it came."""

_PAGE = 500


@dataclass(eq=False)
class Listener:
    """Someone who listens: to which events, by which token, and what waits for them. None in the queue ends it."""

    album: str
    job: str
    still_allowed: Callable[[Credentials], Awaitable[bool]]
    who: str = ""
    begun: int = 0
    waiting: asyncio.Queue[bytes | None] = field(default_factory=lambda: asyncio.Queue(WAITING + 1))
    cut: bool = False

    def wants(self, event: EventEntry) -> bool:
        """Whether an event is about what they listen to."""
        return self.album in ("", event.album_id) and self.job in ("", event.job_id)

    def tell(self, text: bytes) -> None:
        """Put an event in the queue, or cut the listener off where the queue is full."""
        if self.waiting.qsize() >= WAITING:
            self.end()
        elif not self.cut:
            self.waiting.put_nowait(text)

    def end(self) -> None:
        """Let the stream end after what waits already."""
        if not self.cut:
            self.cut = True
            self.waiting.put_nowait(None)


class Streams:
    """Everyone who listens in this process. While nobody does, nothing is looked at."""

    def __init__(self, catalogue: Catalogue, credentials: Credentials, *, most: int) -> None:
        """Get ready.

        Args:
            catalogue: where events are written.
            credentials: who is known.
            most: how many may listen at once.
        """
        self._catalogue = catalogue
        self._credentials = credentials
        self._most = most
        self._listeners: set[Listener] = set()
        self._seen = 0
        self._looking: asyncio.Task[None] | None = None

    def full(self, who: str) -> bool:
        """Whether a token opens no other stream now: one token leaves a fifth of the room to others."""
        theirs = sum(listener.who == who for listener in self._listeners)
        return len(self._listeners) >= self._most or theirs >= self._most - self._most // 5

    @property
    def listening(self) -> int:
        """How many listen."""
        return len(self._listeners)

    async def listen(self, listener: Listener, after: int | None) -> AsyncIterator[bytes]:
        """What a listener is sent, until they go, are cut off, or may listen no longer.

        Args:
            listener: who.
            after: number of the last event they know of; None tells them only of what happens from now on.
        """
        self._listeners.add(listener)
        try:
            await self._begin(listener)
            yield b"retry: 2000\n\n"
            if after is not None:
                async for text in self._missed(listener, after):
                    yield text
            while True:
                try:
                    async with asyncio.timeout(HEARTBEAT_S):
                        text_ = await listener.waiting.get()
                except TimeoutError:
                    yield b":\n\n"
                    continue
                if text_ is None:
                    return
                yield text_
        finally:
            self._listeners.discard(listener)

    def end(self) -> None:
        """End every stream: the server stops."""
        for listener in self._listeners:
            listener.end()
        if self._looking is not None:
            self._looking.cancel()

    async def _begin(self, listener: Listener) -> None:
        """Let a listener be told of every event after `listener.begun`."""
        if self._looking is None or self._looking.done():
            self._seen = await to_thread.run_sync(self._catalogue.last_event)
            if self._looking is None or self._looking.done():
                self._looking = asyncio.get_running_loop().create_task(self._look())
        listener.begun = self._seen

    async def _missed(self, listener: Listener, after: int) -> AsyncIterator[bytes]:
        """The events between the last that a listener knows of and the first that it will be told of."""
        told = 0
        while after < listener.begun and told < BACKLOG:
            ask = partial(self._catalogue.events_after, limit=_PAGE, album_id=listener.album, job_id=listener.job)
            events = await to_thread.run_sync(ask, after)
            missed = [event for event in events if event.seq <= listener.begun]
            if missed:
                yield b"".join(_text(event) for event in missed)
            if len(missed) < _PAGE:
                return
            told, after = told + len(missed), missed[-1].seq

    async def _look(self) -> None:
        """Look for new events while anybody listens, and now and then whether they still may."""
        checked = time.monotonic()
        while self._listeners:
            with contextlib.suppress(Exception):  # the next look comes soon, and a page that waits must not die
                await self._pass_on()
                if time.monotonic() - checked >= CHECK_S:
                    checked = time.monotonic()
                    await self._check()
            await asyncio.sleep(POLL_S)

    async def _pass_on(self) -> None:
        while True:
            events = await to_thread.run_sync(lambda: self._catalogue.events_after(self._seen, limit=_PAGE))
            for event in events:
                self._seen = event.seq
                text = _text(event)
                for listener in tuple(self._listeners):
                    if event.seq > listener.begun and listener.wants(event):
                        listener.tell(text)
            if len(events) < _PAGE:
                return
            await asyncio.sleep(0)

    async def _check(self) -> None:
        for listener in tuple(self._listeners):
            if not await listener.still_allowed(self._credentials):
                listener.end()


def told(event: EventEntry) -> dict[str, object]:
    """An event as streams, webhooks and lists tell of it."""
    return {
        "seq": event.seq,
        "at": event.at,
        "kind": event.kind,
        "album_id": event.album_id,
        "job_id": event.job_id,
        "body": event.body,
    }


def _text(event: EventEntry) -> bytes:
    """An event as one message of a stream."""
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (event.seq, event.kind.encode(), to_json(told(event)))
