"""Request bodies in bounds: their length, and the time they take to arrive."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from fastapi import Request

from studio.problems import Problem, refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send


_MOST_DIGITS = 18
"""A length of more digits is too long, whatever it says; Python refuses to read one of thousands."""


class Bodies:
    """Refuses bodies that are announced too long, turn out too long, or come too slowly."""

    def __init__(self, app: ASGIApp, *, longest: int, seconds: float) -> None:
        """Stand before an application.

        Args:
            app: what is guarded.
            longest: bytes of the longest body.
            seconds: how long a body may take to arrive.
        """
        self._app = app
        self._longest = longest
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = [value for name, value in scope["headers"] if name == b"content-length"]
        if announced and not self._is_short(announced[0]):
            answer = refuse(Request(scope), 413, self._too_long(announced[0][:20].decode("latin-1")))
            answer.headers["Connection"] = "close"
            await answer(scope, receive, send)
            return
        reading = _Reading(receive, send, self._longest, self._seconds)
        await self._app(scope, reading.receive, reading.send)

    def _is_short(self, announced: bytes) -> bool:
        """Whether a length is a number, and one in bounds."""
        return announced.isdigit() and len(announced) <= _MOST_DIGITS and int(announced) <= self._longest

    def _too_long(self, size: str) -> str:
        return f"a body of {size} bytes: at most {self._longest} are read (HIBARI_STUDIO__BODY_KIB)"


class _Reading:
    """One request's body, counted and timed until it is whole or the answer has begun."""

    def __init__(self, receive: Receive, send: Send, longest: int, seconds: float) -> None:
        self._receive, self._send = receive, send
        self._longest, self._seconds = longest, seconds
        self._until = time.monotonic() + seconds
        self._length = 0
        self._free = False

    async def receive(self) -> Message:
        """The next message.

        Raises:
            Problem: 408 or 413; it passes through whatever reads the body and leaves as a problem document.
        """
        if self._free:
            return await self._receive()
        try:
            async with asyncio.timeout(self._until - time.monotonic()):
                message = await self._receive()
        except TimeoutError as error:
            told = f"the body did not arrive within {self._seconds:g} s: send it faster, or less of it"
            raise Problem(408, told, headers={"Connection": "close"}) from error
        self._length += len(message.get("body", b""))
        if self._length > self._longest:
            raise Problem(
                413,
                f"a body of more than {self._longest} bytes: send less (HIBARI_STUDIO__BODY_KIB)",
                headers={"Connection": "close"},
            )
        self._free = not message.get("more_body", False)
        return message

    async def send(self, message: Message) -> None:
        """Pass a part of the answer on."""
        self._free = True
        await self._send(message)
