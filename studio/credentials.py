"""Which token or session a secret belongs to, looked up off the event loop and remembered for a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from anyio import to_thread

from schemas.base import sha256_hex

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from artifacts.people import SessionEntry, TokenEntry

KEEP_S = 1.0
"""How long a valid secret is believed without another look: a revoked one opens nothing after that."""

_MOST = 4096

T = TypeVar("T")


class Credentials:
    """Tokens and sessions by their secrets. What is remembered is keyed by the secrets' hashes."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._tokens: dict[str, tuple[float, TokenEntry]] = {}
        self._sessions: dict[str, tuple[float, SessionEntry]] = {}

    async def token(self, secret: str) -> TokenEntry | None:
        """The valid token of a secret; None where there is none."""
        key = key_of(secret)
        kept = self._tokens.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        found = await to_thread.run_sync(self._catalogue.token_of, secret)
        _keep(self._tokens, key, found)
        return found

    async def session(self, secret: str) -> SessionEntry | None:
        """The live session of a cookie's secret; None where there is none."""
        key = key_of(secret)
        kept = self._sessions.get(key)
        if kept is not None and kept[0] > time.monotonic():
            return kept[1]
        found = await to_thread.run_sync(self._catalogue.session_of, secret)
        _keep(self._sessions, key, found)
        return found

    def knows(self, key: str) -> bool:
        """Whether a secret of that hash was valid when it was last looked up."""
        return key in self._tokens or key in self._sessions

    def forget(self) -> None:
        """Look everything up again: a token was revoked, or somebody signed out."""
        self._tokens.clear()
        self._sessions.clear()


def key_of(secret: str) -> str:
    """What a secret is remembered by: its hash, 64 hexadecimal characters."""
    return sha256_hex(secret.encode(errors="replace"))


def _keep(kept: dict[str, tuple[float, T]], key: str, found: T | None) -> None:
    if found is None:
        kept.pop(key, None)
        return
    if len(kept) >= _MOST:
        kept.clear()
    kept[key] = (time.monotonic() + KEEP_S, found)
