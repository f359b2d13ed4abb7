"""Bytes of sound, pictures and scores by their sha256: whole, in ranges, kept by who has them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from studio.api.answers import DigestId, problems
from studio.auth import Viewer
from studio.blobs import blob_answer
from studio.context import studio_of

router = APIRouter(tags=["artifacts"])

MediaType = Annotated[
    str,
    Query(
        alias="type",
        max_length=120,
        pattern=r"^([a-z]+/[a-z0-9.+-]+)?$",
        description="media type, where records name the blob as of several",
        examples=["audio/flac"],
    ),
]
SaveAs = Annotated[
    str,
    Query(
        max_length=120,
        pattern=r"^([A-Za-z0-9][A-Za-z0-9 ._-]*)?$",
        description="name, without ending, that it is saved under; given, it is never shown in place",
    ),
]
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "the bytes",
        "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
    },
    206: {"description": "a range of the bytes"},
    304: {"description": "you have it already"},
    **problems(404, 416),
}


@router.get("/blobs/{sha256}", operation_id="get_blob", responses=_ANSWERS, response_class=Response)
def get_blob(
    request: Request, _: Viewer, sha256: DigestId, media_type: MediaType = "", save_as: SaveAs = ""
) -> Response:
    """The bytes of a blob. They never change: the ETag is the sha256, and they may be kept for ever.

    Before they go out, the file's hash is checked once a process, and again when its size or time is another; a
    damaged blob answers 404 and is set aside, to be made again. Sound, films and pictures are shown in place; all else,
    drawings (SVG) among it, comes as an attachment. Nothing in a blob can run scripts or load anything.
    """
    desk = studio_of(request).blobs
    ref = desk.find(sha256, media_type)
    return blob_answer(desk, ref, _asked(request), name=save_as, body=request.method != "HEAD")


router.add_api_route("/blobs/{sha256}", get_blob, methods=["HEAD"], include_in_schema=False)


def _asked(request: Request) -> dict[str, str]:
    names = ("if-none-match", "if-range", "range")
    return {name: request.headers[name] for name in names if name in request.headers}
