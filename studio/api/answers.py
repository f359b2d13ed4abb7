"""What routes of the API share: answers as JSON bytes, declared errors, parameters with their bounds."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Header, Path, Query, Response
from pydantic_core import to_json

from schemas.base import Record

PREFIX = "/api/v1"
MAX_INT = 2**53 - 1


class Problem(Record):
    """What is wrong, with which value, and what to do about it (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    fields: tuple[dict[str, str], ...] = ()


def answer(found: object, status: int = 200, *, headers: dict[str, str] | None = None) -> Response:
    """A record, or anything made of records and plain values, as a JSON response."""
    return Response(to_json(found), status, headers, "application/json")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The errors of a route for its documentation, besides those every route may answer with."""
    always = (401, 403, 421, 422, 429)
    return {status: declared(status) for status in sorted({*always, *statuses})}


def declared(status: int) -> dict[str, Any]:
    """An error for the documentation."""
    from studio.problems import TITLES

    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": TITLES[status], "content": {"application/problem+json": {"schema": schema}}}


_SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
AlbumId = Annotated[
    str, Path(pattern=_SLUG, max_length=80, description="the album's id", examples=["first-light-1a2b3c4d"])
]
SongId = Annotated[str, Path(pattern=_SLUG, max_length=80, description="the song's id", examples=["song-1"])]
JobId = Annotated[str, Path(pattern=r"^job-[0-9a-f]{12}$", description="the job's id", examples=["job-0123456789ab"])]
StepName = Annotated[str, Path(pattern=r"^[a-z_]+$", max_length=40, description="a step", examples=["write_lyrics"])]
DigestId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="64 hexadecimal digits", examples=["0" * 64])]
Limit = Annotated[int, Query(ge=1, le=200, description="how many on a page")]
Offset = Annotated[int, Query(ge=0, le=1_000_000, description="how many to pass over")]
Search = Annotated[
    str, Query(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$", description="words that must all be there, in any case")
]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        max_length=120,
        pattern=r"^[\x21-\x7e]*$",
        description="the same key with the same request gives the job that is there already",
        examples=["order-17"],
    ),
]
