"""Errors as problem documents (RFC 9457): what is wrong, with which value, and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from schemas.errors import (
    ArtifactError,
    BlobError,
    BriefError,
    CheckpointError,
    HibariError,
    ReviewError,
    SettingsError,
)

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

_STATUS: tuple[tuple[type[HibariError], int], ...] = (
    (BriefError, 422),
    (ReviewError, 409),
    (BlobError, 404),
    (ArtifactError, 404),
    (CheckpointError, 409),
    (SettingsError, 503),
)
_TITLES = {
    400: "The request cannot be understood",
    401: "A token is needed",
    403: "Your role does not allow this",
    404: "There is no such thing",
    405: "This cannot be done here",
    409: "It does not fit the state of things",
    413: "The request is too long",
    422: "A value is refused",
    429: "Too many requests",
    503: "Not ready",
}


class Problem(HTTPException):
    """An error that a route raises on purpose."""

    def __init__(self, status: int, detail: str, *, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, detail, headers)


def problem(status: int, detail: str, **more: Any) -> JSONResponse:  # noqa: ANN401 - members of the document
    """A problem document as a response."""
    body = {"type": "about:blank", "title": _TITLES.get(status, "Something went wrong"), "status": status}
    return JSONResponse({**body, "detail": detail, **more}, status, media_type="application/problem+json")


def status_of(error: HibariError) -> int:
    """The HTTP status that tells of an error of ours."""
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def refused_fields(error: RequestValidationError) -> list[dict[str, str]]:
    """Which fields of a request were refused, with what and why."""
    return [
        {
            "field": ".".join(str(part) for part in item["loc"]),
            "value": str(item.get("input"))[:80],
            "reason": str(item["msg"]),
        }
        for item in error.errors()
    ]


def answer_with_problems(app: FastAPI) -> None:
    """Let every error of the API leave as a problem document. Pages have their own error page (`pages.errors`)."""

    def ours(_: Request, error: Exception) -> JSONResponse:
        known = error if isinstance(error, HibariError) else HibariError(str(error))
        return problem(status_of(known), str(known))

    def refused(_: Request, error: Exception) -> JSONResponse:
        fields = refused_fields(error) if isinstance(error, RequestValidationError) else []
        first = fields[0] if fields else {"field": "", "value": "", "reason": str(error)}
        return problem(422, f"{first['field']}: {first['value']!r}: {first['reason']}", fields=fields)

    def raised(_: Request, error: Exception) -> JSONResponse:
        if not isinstance(error, HTTPException):
            return problem(500, "a fault of Hibari's own; its log says more")
        answer = problem(error.status_code, str(error.detail))
        answer.headers.update(error.headers or {})
        return answer

    app.add_exception_handler(HibariError, ours)
    app.add_exception_handler(RequestValidationError, refused)
    app.add_exception_handler(HTTPException, raised)
