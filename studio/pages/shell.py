"""What every page is set in: the templates, what they may call, and the words a form leaves for the next page."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlencode

from fastapi.responses import HTMLResponse, RedirectResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from schemas.base import sha256_hex
from schemas.settings import CHECKOUT
from studio.context import studio_of
from studio.pages import wording

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.responses import Response

    from studio.auth import Visitor

TEMPLATES = CHECKOUT / "studio" / "templates"
STATIC = CHECKOUT / "studio" / "static"
SAID, WRONG = "hibari_said", "hibari_wrong"
"""Cookies that carry one line to the next page: what was done, or what went wrong."""

_LONGEST_SAID = 600


def render(
    request: Request,
    template: str,
    visitor: Visitor | None = None,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
    **facts: Any,  # noqa: ANN401 - what a template shows
) -> HTMLResponse:
    """A page. Besides `facts`, a template sees `visitor`, `csrf`, `nonce`, `path`, `waiting`, `said` and `wrong`.

    Args:
        request: what is answered.
        template: its name in studio/templates.
        visitor: who asks; None where nobody is signed in, as on the sign-in page.
        status: HTTP status.
        headers: more headers.
        facts: what the template shows.
    """
    shown = {
        "visitor": visitor,
        "csrf": visitor.csrf if visitor else "",
        "nonce": getattr(request.state, "nonce", ""),
        "path": request.url.path,
        "address": _address(request),
        "waiting": _waiting(request) if visitor else 0,
        "said": unquote(request.cookies.get(SAID, ""))[:_LONGEST_SAID],
        "wrong": unquote(request.cookies.get(WRONG, ""))[:_LONGEST_SAID],
    }
    body = templates().get_template(template).render({**shown, **facts})
    answer = HTMLResponse(body, status, {"Cache-Control": "no-store", **(headers or {})})
    for cookie in (SAID, WRONG):
        if cookie in request.cookies:
            answer.delete_cookie(cookie, path="/")
    return answer


def go_to(url: str, *, said: str = "", wrong: str = "") -> Response:
    """The answer to a form: the browser is sent to a page of ours, which says in a line what came of it."""
    answer = RedirectResponse(url, 303)
    for cookie, text in ((SAID, said), (WRONG, wrong)):
        if text:
            shown = quote(text[:_LONGEST_SAID])
            answer.set_cookie(cookie, shown, max_age=60, path="/", httponly=True, samesite="strict")
    return answer


@cache
def templates() -> Environment:
    """The templates: everything that is put in is escaped, and a name that is not there is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    found.globals.update(static=static, blob=blob, cover=cover, query=query)
    found.filters.update(wording.FILTERS)
    return found


@cache
def static(name: str) -> str:
    """The address of a file of studio/static, with a version that changes when the file does.

    Raises:
        FileNotFoundError: there is no such file.
    """
    return f"/static/{name}?v={sha256_hex((STATIC / name).read_bytes())[:12]}"


def blob(sha256: str, media_type: str) -> str:
    """The address of a blob's bytes, as a page plays or shows them."""
    return f"/api/v1/blobs/{sha256}?{urlencode({'type': media_type})}"


def cover(sha256: str, width_px: int = 320) -> str:
    """The address of a cover, made small."""
    return f"/covers/{sha256}?px={width_px}"


def query(**values: object) -> str:
    """A query string of what is not empty, '?' in front; '' where nothing is left."""
    kept = [(name, str(value)) for name, value in values.items() if value not in ("", None, ())]
    return f"?{urlencode(kept)}" if kept else ""


def _address(request: Request) -> str:
    """The path and query that were asked for, to come back to."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _waiting(request: Request) -> int:
    """How many albums wait for a verdict."""
    return studio_of(request).bench.catalogue.standing_counts().get("review", 0)
