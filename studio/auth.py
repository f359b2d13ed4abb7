"""Who is asking: a program by its token, or a person's browser by its session; and what they may do.

A browser's requests that change anything must also carry the session's secret (`X-CSRF-Token`, or the form field
`csrf`) and come from a page of the studio itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Depends, Request

from artifacts.people import ROLES, Role
from studio.context import studio_of
from studio.problems import Problem

if TYPE_CHECKING:
    from artifacts.people import TokenEntry

COOKIE = "hibari_session"
_SAFE = ("GET", "HEAD", "OPTIONS")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


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


async def identify(request: Request) -> Visitor | None:
    """Who is asking; None where neither token nor session is valid.

    Raises:
        Problem: 403 for a browser's request that changes something and is not from a page of ours.
    """
    catalogue = studio_of(request).bench.catalogue
    header = request.headers.get("authorization", "")
    if header:
        scheme, _, secret = header.partition(" ")
        token = catalogue.token_of(secret.strip()) if scheme.lower() == "bearer" else None
        return _visitor(token, "api") if token else None
    cookie = request.cookies.get(COOKIE, "")
    session = catalogue.session_of(cookie) if cookie else None
    if session is None:
        return None
    if request.method not in _SAFE:
        await _check_origin(request, session.csrf)
    return _visitor(session.token, "page", session.csrf)


def allowed(role: Role) -> Callable[[Request], Coroutine[Any, Any, Visitor]]:
    """The dependency of a route that asks for a role: gives the visitor.

    Raises:
        Problem: 401 without a valid token or session, 403 where the role is not enough.
    """

    async def check(request: Request) -> Visitor:
        visitor = await identify(request)
        if visitor is None:
            raise Problem(
                401,
                "send 'Authorization: Bearer hib_…', or sign in: `hibari studio token` makes a token",
                headers={"WWW-Authenticate": "Bearer"},
            )
        if not visitor.may(role):
            raise Problem(403, f"this needs the role {role}; {visitor.name} is {visitor.role}")
        return visitor

    return check


Viewer = Annotated[Visitor, Depends(allowed("viewer"))]
Reviewer = Annotated[Visitor, Depends(allowed("reviewer"))]
Producer = Annotated[Visitor, Depends(allowed("producer"))]
Admin = Annotated[Visitor, Depends(allowed("admin"))]


def _visitor(token: TokenEntry, via: Literal["api", "page"], csrf: str = "") -> Visitor:
    return Visitor(token.name, token.role, token.id, via, csrf)


async def _check_origin(request: Request, csrf: str) -> None:
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    ours = origin is None or origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
    given = request.headers.get("x-csrf-token", "")
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        given = str((await request.form()).get("csrf", ""))
    if site not in ("same-origin", "none") or not ours or not hmac.compare_digest(given, csrf):
        raise Problem(
            403, "this form is not from a page of the studio, or is too old: reload the page and send it again"
        )
