"""Errors as problem documents (RFC 9457) for programs and as a page for people: what is wrong, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from schemas.errors import (
    ArtifactError,
    BlobError,
    BriefError,
    CheckpointError,
    HibariError,
    ReviewError,
    SettingsError,
    StepError,
    StoreError,
)
from studio.hiding import without_places

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

_STATUS: tuple[tuple[type[HibariError], int], ...] = (
    (BriefError, 422),
    (ReviewError, 409),
    (StepError, 409),
    (StoreError, 503),
    (BlobError, 404),
    (ArtifactError, 404),
    (CheckpointError, 409),
    (SettingsError, 503),
)
TITLES = {
    400: "The request cannot be understood",
    401: "A token is needed",
    403: "Your role does not allow this",
    404: "There is no such thing",
    405: "This cannot be done here",
    408: "The request took too long to arrive",
    409: "It does not fit the state of things",
    413: "The request is too long",
    414: "The address is too long",
    415: "The request is of another type than is read here",
    416: "There are no such bytes",
    421: "The request is for another host",
    422: "A value is refused",
    429: "Too many requests",
    431: "The request's headers are too long",
    500: "A fault of Hibari's own",
    502: "The Prefect server does not answer as it should",
    503: "Not ready",
}
"""What each status means, in a line."""

FAULT = "this is a fault of Hibari's own; its log says more"
"""What is told of an error that nobody foresaw."""


class Problem(HTTPException):
    """An error that a route raises on purpose."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)


def problem(status: int, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401 - members of the document
    """A problem document as a response."""
    body = {"type": "about:blank", "title": TITLES.get(status, "Something went wrong"), "status": status}
    return JSONResponse({**body, "detail": _clean(detail), **more}, status, media_type="application/problem+json")


def refuse(request: Request, status: int, detail: str, *, headers: dict[str, str] | None = None) -> Response:
    """An error as whoever asked can read it: a problem document under /api, the sign-in or the error page elsewhere."""
    if request.url.path.startswith("/api/"):
        answer: Response = problem(status, detail)
    elif status == 401 and request.method == "GET" and request.url.path != "/login":
        answer = RedirectResponse(f"/login?next={quote(request.url.path, safe='/')}", 303)
    else:
        from studio.pages.errors import error_page

        answer = error_page(request, status, TITLES.get(status, "Something went wrong"), _clean(detail))
    answer.headers.update(headers or {})
    return answer


def status_of(error: HibariError) -> int:
    """The HTTP status that tells of an error of ours."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def refused_fields(error: RequestValidationError) -> list[dict[str, str]]:
    """Which fields of a request were refused, with what and why."""
    return [
        {
            "field": _clean(".".join(str(part) for part in item["loc"])[:200]),
            "value": _clean(str(item.get("input"))[:80]),
            "reason": _clean(str(item["msg"])[:400]),
        }
        for item in error.errors()[:32]
    ]


def answer_with_problems(app: FastAPI) -> None:
    """Let every error leave as a problem document or, outside the API, as a page."""
    settings = app.state.studio.settings

    def ours(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, HibariError) else HibariError(str(error))
        return refuse(request, status_of(known), without_places(str(known), settings))

    def refused(request: Request, error: Exception) -> Response:
        fields = refused_fields(error) if isinstance(error, RequestValidationError) else []
        first = fields[0] if fields else {"field": "", "value": "", "reason": str(error)}
        detail = f"{first['field']}: {first['value']!r}: {first['reason']}"
        if request.url.path.startswith("/api/"):
            return problem(422, detail, fields=fields)
        return refuse(request, 422, detail)

    def raised(request: Request, error: Exception) -> Response:
        known = error if isinstance(error, HTTPException) else Problem(500, FAULT)
        return refuse(request, known.status_code, str(known.detail), headers=dict(known.headers or {}))

    app.add_exception_handler(HibariError, ours)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(HTTPException, raised)


def _clean(text: str) -> str:
    """The text without what UTF-8 cannot carry, such as half of a surrogate pair."""
    return text.encode("utf-8", "replace").decode()
