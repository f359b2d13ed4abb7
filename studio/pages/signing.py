"""Signing in with a token, and out again."""

from __future__ import annotations

from typing import Annotated

from anyio import to_thread
from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from studio.auth import COOKIE, Viewer, check_origin, count_failure, identify
from studio.context import studio_of
from studio.pages.shell import render

router = APIRouter(include_in_schema=False)

_WRONG = "This token opens nothing. It may be cut short, revoked or out of date: `hibari studio token` makes a new one."


@router.get("/login")
async def sign_in_page(request: Request, next: Annotated[str, Query(max_length=2000)] = "/") -> Response:  # noqa: A002
    """The page where a token is put in; on to where one wanted to go for who is signed in already."""
    if await identify(request) is not None:
        return RedirectResponse(_local(next), 303)
    return render(request, "login.html", next=_local(next))


@router.post("/login")
async def sign_in(
    request: Request,
    token: Annotated[str, Form(max_length=200)] = "",
    next: Annotated[str, Form(max_length=2000)] = "/",  # noqa: A002
) -> Response:
    """Begin a session for who brings a token.

    Raises:
        Problem: 403, the form is not from a page of ours; 429, too many tokens that open nothing came from there.
    """
    check_origin(request)
    studio = studio_of(request)
    found = await studio.credentials.token(token.strip())
    if found is None:
        count_failure(request)
        return render(request, "login.html", status=401, next=_local(next), problem=_WRONG)
    lasts_s = studio.settings.studio.session_hours * 3600
    secret, _ = await to_thread.run_sync(lambda: studio.bench.catalogue.add_session(found.id, lasts_s=lasts_s))
    answer = RedirectResponse(_local(next), 303)
    answer.set_cookie(
        COOKIE,
        secret,
        max_age=int(lasts_s),
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
async def sign_out(request: Request, _: Viewer) -> Response:
    """End the session."""
    studio = studio_of(request)
    await to_thread.run_sync(studio.bench.catalogue.end_session, request.cookies.get(COOKIE, ""))
    studio.credentials.forget()
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def _local(url: str) -> str:
    """The address where it is one of ours, else '/': nobody is sent elsewhere by a link to the sign-in page."""
    plain = url.isprintable() and "\\" not in url and url.startswith("/") and not url.startswith("//")
    return url if plain else "/"
