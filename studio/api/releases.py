"""Releases: listed, their files one by one, all of them as an archive."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse

from schemas.base import Record
from schemas.release import Release
from studio.api.answers import AlbumId, answer, problems
from studio.auth import Viewer
from studio.blobs import range_of
from studio.context import studio_of
from studio.problems import problem
from studio.releases import archive, read_parts, release_entry, released_file
from studio.views.album_detail import ReleaseCard, release_cards
from tasks.albums import album_state

router = APIRouter(tags=["releases"])

Number = Annotated[int, Path(ge=0, le=100_000, description="the album's first release is 1; 0 is the latest")]
FileName = Annotated[str, Path(max_length=240, description="path as the release's record lists it")]
_SANDBOX = {"Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'"}
_BYTES: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}


class ReleaseView(Record):
    """A release and its record."""

    card: ReleaseCard
    release: Release


@router.get(
    "/albums/{album_id}/releases",
    operation_id="list_releases",
    response_model=tuple[ReleaseCard, ...],
    responses=problems(404),
)
def list_releases(request: Request, _: Viewer, album_id: AlbumId) -> Response:
    """The releases of an album, oldest first."""
    bench = studio_of(request).bench
    album_state(album_id, bench)
    return answer(release_cards(bench, album_id))


@router.get(
    "/albums/{album_id}/releases/{number}",
    operation_id="get_release",
    response_model=ReleaseView,
    responses=problems(404),
)
def get_release(request: Request, _: Viewer, album_id: AlbumId, number: Number) -> Response:
    """A release's record: songs, approval, credits, steps, and every file with its hash."""
    bench = studio_of(request).bench
    entry = release_entry(bench, album_id, number)
    cards = release_cards(bench, album_id)
    return answer(ReleaseView(card=cards[number - 1], release=bench.get(entry.digest, Release)))


@router.get(
    "/albums/{album_id}/releases/{number}/archive",
    operation_id="get_release_archive",
    response_class=StreamingResponse,
    responses={200: {"description": "a zip archive", "content": {"application/zip": _BYTES}}, **problems(404)},
)
def get_archive(request: Request, _: Viewer, album_id: AlbumId, number: Number) -> Response:
    """The whole folder as a zip archive."""
    bench = studio_of(request).bench
    entry = release_entry(bench, album_id, number)
    headers = {"Content-Disposition": f'attachment; filename="{album_id}.zip"', **_SANDBOX}
    return StreamingResponse(archive(bench, entry), media_type="application/zip", headers=headers)


@router.get(
    "/albums/{album_id}/releases/{number}/files/{name:path}",
    operation_id="get_release_file",
    response_class=StreamingResponse,
    responses={
        200: {"description": "the file", "content": {"application/octet-stream": _BYTES}},
        206: {"description": "a range of it"},
        **problems(404, 416),
    },
)
def get_file(request: Request, _: Viewer, album_id: AlbumId, number: Number, name: FileName) -> Response:
    """One file of a release, as an attachment, its hash checked. Only what the record lists is ever opened."""
    path, listed = released_file(
        studio_of(request).bench, release_entry(studio_of(request).bench, album_id, number), name
    )
    tag = f'"{listed.sha256}"'
    wanted = request.headers.get("range", "") if request.headers.get("if-range", tag) == tag else ""
    span = range_of(wanted, listed.size)
    if span is None:
        return problem(416, f"{wanted[:60]!r}: the file has {listed.size} bytes")
    headers = {
        "ETag": tag,
        "Accept-Ranges": "bytes",
        "Content-Length": str(span.length),
        "Content-Disposition": f'attachment; filename="{path.name}"',
        "Cache-Control": "private, no-cache",
        **_SANDBOX,
    }
    if span.partial:
        headers["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{listed.size}"
    parts = read_parts(path, span.start, span.length)
    status = 206 if span.partial else 200
    return StreamingResponse(parts, status, headers, media_type="application/octet-stream")
