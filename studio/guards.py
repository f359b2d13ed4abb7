"""What stands before every route: the Host header, the length of headers, how often someone asks, safe answers.

Plain ASGI, because each of these is passed by every request, also by those that stream.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from fastapi import Request
from starlette.datastructures import MutableHeaders

from studio.credentials import key_of
from studio.problems import FAULT, refuse
from studio.visitors import secret_of

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from studio.context import Studio

MAX_HEADERS = 64
MAX_HEADER_BYTES = 16 * 1024
MAX_ADDRESS_BYTES = 4096

_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
# Not "no-referrer": a browser then sends "Origin: null" with forms, and those of our own pages could not be told.
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_CLOSE = {"Connection": "close"}
_STRICT = "default-src 'none'; frame-ancestors 'none'"


def page_policy(nonce: str) -> str:
    """The content security policy of a page: everything from here, nothing inline but styles with the nonce."""
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; "
        "media-src 'self' blob:; connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )


class SafeAnswers:
    """Puts the security headers on every answer, and a new nonce into `request.state.nonce` for every request."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
                page = headers.get("content-type", "").startswith("text/html")
                headers.setdefault("Content-Security-Policy", page_policy(nonce) if page else _STRICT)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, safely)


class Door:
    """Refuses requests for another host, with too many or too long headers, or that come too often."""

    def __init__(self, app: ASGIApp, studio: Studio) -> None:
        self._app = app
        self._studio = studio
        self._names = frozenset(name.lower() for name in studio.settings.studio.hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] == "http" and (wrong := self._wrong(scope)):
            status, detail, headers = wrong
            answer = refuse(Request(scope), status, detail, headers=headers)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _wrong(self, scope: Scope) -> tuple[int, str, dict[str, str]] | None:
        """Status, detail and headers of the refusal; None where nothing is wrong."""
        headers = scope["headers"]
        length = sum(len(name) + len(value) for name, value in headers)
        if len(headers) > MAX_HEADERS or length > MAX_HEADER_BYTES:
            told = f"{len(headers)} headers of {length} bytes: at most {MAX_HEADERS} and {MAX_HEADER_BYTES} are read"
            return 431, told, {}
        names = {name for name, _ in headers}
        if b"content-length" in names and b"transfer-encoding" in names:
            return 400, "a body has a length or comes in pieces, not both: send one of the two headers", _CLOSE
        address = len(scope.get("raw_path") or scope["path"].encode()) + len(scope.get("query_string", b""))
        if address > MAX_ADDRESS_BYTES:
            return 414, f"an address of {address} bytes: at most {MAX_ADDRESS_BYTES} are read", {}
        asked = (scope.get("raw_path") or b"") + b"?" + scope.get("query_string", b"")
        if b"%00" in asked and not scope["path"].startswith("/api/"):  # the API says itself which field holds it
            return 422, "the address holds the sign of number 0, which is in no name: leave it out", {}
        hosts = [value.decode("latin-1") for name, value in headers if name == b"host"]
        if len(hosts) != 1 or not self._is_ours(hosts[0].lower(), scope):
            told = (
                f"Host {', '.join(hosts)[:200] or '(none)'} is no name of this studio: HIBARI_STUDIO__HOSTS adds names"
            )
            return 421, told, {}
        if not scope["path"].startswith("/static/") and (wait_s := self._studio.rates.wait_s(self._asker(scope))):
            a_minute = self._studio.settings.studio.requests_a_minute
            return 429, f"more than {a_minute} requests a minute: wait {wait_s} s", {"Retry-After": str(wait_s)}
        return None

    def _is_ours(self, host: str, scope: Scope) -> bool:
        name, port = _split(host)
        if host in self._names or name in self._names:
            return True
        served = scope.get("server")
        ours = served[1] if served and served[1] else (443 if scope["scheme"] == "https" else 80)
        return name in _LOOPBACK and port == str(ours)

    def _asker(self, scope: Scope) -> str:
        """Whose try it is: a secret that was valid a moment ago, or else an address."""
        secret = secret_of(Request(scope))
        key = key_of(secret) if secret else ""
        if key and self._studio.credentials.knows(key):
            return key
        return address_of(scope)


class Faults:
    """Answers 500 to what nobody foresaw, so that this answer too passes the guards; then lets the server log it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def noting(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, noting)
        except Exception:
            if scope["type"] == "http" and not begun:
                await refuse(Request(scope), 500, FAULT)(scope, receive, send)
            raise


def address_of(scope: Scope) -> str:
    """The address a request comes from."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def _split(host: str) -> tuple[str, str]:
    """Name and port of a Host header; the port is that of plain HTTP where none is given."""
    name, colon, port = host.rpartition(":")
    if not colon or port.endswith("]"):
        return host, "80"
    return name, port
