"""Who is asking: a program by its token, or a person's browser by its session; and what they may do.

A browser's requests that change anything must also carry the session's secret (`X-CSRF-Token`, or the form field
`csrf`) and come from a page of the studio itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import Depends, Request

from artifacts.people import Role
from studio.context import studio_of
from studio.guards import address_of
from studio.problems import Problem
from studio.visitors import COOKIE, Visitor, bearer_of

if TYPE_CHECKING:
    from artifacts.people import TokenEntry

__all__ = ["COOKIE", "Admin", "Producer", "Reviewer", "Viewer", "Visitor", "allowed", "check_origin", "identify"]

_SAFE = ("GET", "HEAD", "OPTIONS")
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_STALE = "this form is not from a page of the studio, or is too old: reload the page and send it again"


async def identify(request: Request) -> Visitor | None:
    """Who is asking; None where neither token nor session is valid.

    Raises:
        Problem: 403 for a browser's request that changes something and is not from a page of ours; 429 where an
            address came with too many secrets that open nothing.
    """
    studio = studio_of(request)
    if "authorization" in request.headers:
        secret = bearer_of(request)
        token = await studio.credentials.token(secret) if secret else None
        if token is None:
            count_failure(request)
        return _visitor(token, "api") if token else None
    cookie = request.cookies.get(COOKIE, "")
    if not cookie:
        return None
    session = await studio.credentials.session(cookie)
    if session is None:
        count_failure(request)
        return None
    if request.method not in _SAFE:
        check_origin(request)
        await _check_csrf(request, session.csrf)
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


def check_origin(request: Request) -> None:
    """See that a browser's request comes from a page of the studio.

    Raises:
        Problem: 403, it comes from elsewhere.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    ours = origin is None or origin == f"{request.url.scheme}://{request.headers.get('host', '')}"
    if site not in ("same-origin", "none") or not ours:
        raise Problem(403, _STALE)


def count_failure(request: Request) -> None:
    """Count a secret that opens nothing.

    Raises:
        Problem: 429, the address came with too many of them.
    """
    wait_s = studio_of(request).failures.wait_s(address_of(request.scope))
    if wait_s:
        told = f"too many tokens that open nothing: wait {wait_s} s"
        raise Problem(429, told, headers={"Retry-After": str(wait_s)})


def _visitor(token: TokenEntry, via: Literal["api", "page"], csrf: str = "") -> Visitor:
    return Visitor(token.name, token.role, token.id, via, csrf)


async def _check_csrf(request: Request, csrf: str) -> None:
    given = request.headers.get("x-csrf-token", "")
    if not given and request.headers.get("content-type", "").startswith(_FORMS):
        given = str((await request.form()).get("csrf", ""))
    if not hmac.compare_digest(given.encode(errors="replace"), csrf.encode()):
        raise Problem(403, _STALE)
