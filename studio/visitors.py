"""Who asks: the secret that a request carries, and the person or program behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from artifacts.people import ROLES, Role

if TYPE_CHECKING:
    from fastapi import Request

COOKIE = "hibari_session"


@dataclass(frozen=True)
class Visitor:
    """Who is asking, and by which door. `csrf` is '' for programs."""

    name: str
    role: Role
    token_id: str
    via: Literal["api", "page"]
    csrf: str = ""

    def may(self, role: Role) -> bool:
        """Whether they are of that role or of one that may do more."""
        return ROLES.index(self.role) >= ROLES.index(role)


def bearer_of(request: Request) -> str:
    """The secret of an Authorization header; '' where it holds none of the kind we read."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else ""


def secret_of(request: Request) -> str:
    """The secret that a request is judged by: its token's or else, where it names no token, its cookie's."""
    if "authorization" in request.headers:
        return bearer_of(request)
    return request.cookies.get(COOKIE, "")
