"""Who may do what: tokens with a role, and the sessions of browsers. Only hashes of secrets are kept."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import delete, or_, select, update

from artifacts import tables
from artifacts.rows import Part, moment
from schemas.base import sha256_hex

Role = Literal["viewer", "reviewer", "producer", "admin"]

ROLES: tuple[Role, ...] = ("viewer", "reviewer", "producer", "admin")
"""Each may do what those before it may, and more."""

PREFIX = "hib_"
"""How every token begins, so that one that leaked is recognised."""


@dataclass(frozen=True)
class TokenEntry:
    """A token, without its secret. `name` is the person or program it was given to, and stands in every record."""

    id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    @property
    def valid(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at.timestamp() > time.time())

    def may(self, role: Role) -> bool:
        """Whether it is of that role or of one that may do more."""
        return ROLES.index(self.role) >= ROLES.index(role)


@dataclass(frozen=True)
class SessionEntry:
    """A browser's session: its token, and the secret its forms must carry."""

    token: TokenEntry
    csrf: str


class People(Part):
    """Tokens and sessions."""

    def add_token(self, name: str, role: Role, *, lasts_s: float | None = None) -> tuple[TokenEntry, str]:
        """Make a token; the entry, and the secret, which is not kept and cannot be shown again."""
        secret = PREFIX + secrets.token_urlsafe(32)
        token_id = f"tok-{secrets.token_hex(6)}"
        now = time.time()
        with self._database.write() as connection:
            connection.execute(
                tables.tokens.insert().values(
                    token=token_id,
                    name=name,
                    role=role,
                    hash=sha256_hex(secret.encode()),
                    created_at=now,
                    expires_at=None if lasts_s is None else now + lasts_s,
                )
            )
        found = self.tokens(token_id)
        return found[0], secret

    def tokens(self, token_id: str = "") -> list[TokenEntry]:
        """Every token, or the one of that id, oldest first."""
        query = select(tables.tokens).order_by(tables.tokens.c.created_at)
        if token_id:
            query = query.where(tables.tokens.c.token == token_id)
        with self._database.read() as connection:
            return [_token(row) for row in connection.execute(query)]

    def token_of(self, secret: str) -> TokenEntry | None:
        """The valid token of that secret; None where there is none."""
        query = select(tables.tokens).where(tables.tokens.c.hash == sha256_hex(secret.encode()))
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        token = None if row is None else _token(row)
        return token if token is not None and token.valid else None

    def revoke_token(self, token_id: str) -> bool:
        """Let a token, and the sessions it began, open nothing from now on; False where there was none valid."""
        tokens = tables.tokens
        with self._database.write() as connection:
            live = (tokens.c.token == token_id) & tokens.c.revoked_at.is_(None)
            changed = connection.execute(update(tokens).where(live).values(revoked_at=time.time())).rowcount
            connection.execute(delete(tables.sessions).where(tables.sessions.c.token == token_id))
        return bool(changed)

    def add_session(self, token_id: str, *, lasts_s: float) -> tuple[str, SessionEntry]:
        """Begin a session for a token: the secret for the browser's cookie, and the entry."""
        secret, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        now = time.time()
        sessions = tables.sessions
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at < now))
            connection.execute(
                sessions.insert().values(
                    hash=sha256_hex(secret.encode()), token=token_id, csrf=csrf, expires_at=now + lasts_s
                )
            )
        return secret, SessionEntry(self.tokens(token_id)[0], csrf)

    def session_of(self, secret: str) -> SessionEntry | None:
        """The live session of that secret, its token valid; None where there is none."""
        sessions, tokens = tables.sessions, tables.tokens
        query = (
            select(tokens, sessions.c.csrf)
            .join(sessions, sessions.c.token == tokens.c.token)
            .where(sessions.c.hash == sha256_hex(secret.encode()), sessions.c.expires_at > time.time())
            .where(or_(tokens.c.expires_at.is_(None), tokens.c.expires_at > time.time()))
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        if row is None or not (token := _token(row)).valid:
            return None
        return SessionEntry(token, row.csrf)

    def end_session(self, secret: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(tables.sessions).where(tables.sessions.c.hash == sha256_hex(secret.encode())))


def _token(row: Any) -> TokenEntry:  # noqa: ANN401 - a row's columns have no types
    return TokenEntry(
        id=row.token,
        name=row.name,
        role=cast("Role", row.role),
        created_at=moment(row.created_at),
        expires_at=None if row.expires_at is None else moment(row.expires_at),
        revoked_at=None if row.revoked_at is None else moment(row.revoked_at),
    )
