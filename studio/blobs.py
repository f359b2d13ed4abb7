"""Bytes for whoever may see them: which blob, of which type, whole or in part, and never one that is damaged."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from fastapi import Response
from fastapi.responses import StreamingResponse

from schemas.errors import BlobError
from studio.problems import Problem, problem

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from artifacts.folders import FileFacts
    from schemas.base import BlobRef

CHUNK_BYTES = 256 * 1024
REMEMBERED = 8192

INLINE = frozenset(
    (
        "audio/flac",
        "audio/mpeg",
        "audio/ogg",
        "audio/wav",
        "image/jpeg",
        "image/png",
        "image/webp",
        "video/mp4",
        "video/webm",
    )
)
"""Types that a browser may show in place. All others, drawings with scripts in them among these, are saved as files."""

ENDINGS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/vnd.recordare.musicxml+xml": "musicxml",
    "audio/flac": "flac",
    "audio/midi": "mid",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "image/webp": "webp",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "video/webm": "webm",
}
"""The ending of a saved file's name by type; 'bin' for others."""

_SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
_DRAWING = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox; frame-ancestors 'none'"
)
T = TypeVar("T")

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True)
class Span:
    """Bytes of a file: the first, how many, and whether they were asked for as a range."""

    start: int
    length: int
    partial: bool = False


class BlobDesk:
    """Looks blobs up by what records say of them, and sees to it that their bytes are right before they go out.

    What records say is remembered, because a blob never changes. Its file is hashed once a process, and again when
    its size or time is another.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._refs: OrderedDict[str, tuple[BlobRef, ...]] = OrderedDict()
        self._sound: OrderedDict[str, FileFacts] = OrderedDict()
        self._lock = Lock()

    def find(self, sha256: str, media_type: str = "") -> BlobRef:
        """The blob as a record names it, of that type where one is given.

        Raises:
            Problem: 404, no record names it; 422, none names it as of that type.
        """
        refs = self._kept_refs(sha256)
        wanted = [ref for ref in refs if media_type in ("", ref.media_type)]
        if not wanted:
            refs = self._looked_up(sha256)
            wanted = [ref for ref in refs if media_type in ("", ref.media_type)]
        if not refs:
            raise Problem(404, f"no artifact holds a blob {sha256[:12]}: take its sha256 from an artifact's record")
        if not wanted:
            types = ", ".join(ref.media_type for ref in refs)
            raise Problem(422, f"type: {media_type!r}: blob {sha256[:12]} is {types}; name that or leave it out")
        return wanted[0]

    def check(self, ref: BlobRef) -> None:
        """See that a blob's file is there, whole and undamaged.

        Raises:
            BlobError: it is missing or damaged; a damaged one is set aside, so that it is made again.
        """
        facts = self._catalogue.blobs.facts(ref.sha256)
        with self._lock:
            sound = self._sound.get(ref.sha256)
        if facts is not None and facts == sound and facts.size == ref.size:
            return
        self._catalogue.blobs.verify(ref)
        if facts is not None:
            with self._lock:
                _remember(self._sound, ref.sha256, facts)

    def read(self, sha256: str, span: Span) -> Iterator[bytes]:
        """Some bytes of a blob, a few at a time."""
        with self._catalogue.blobs.open(sha256) as file:
            file.seek(span.start)
            left = span.length
            while left > 0:
                chunk = file.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise BlobError(f"blob {sha256[:12]} ended {left} bytes early").about(sha256)
                left -= len(chunk)
                yield chunk

    def _kept_refs(self, sha256: str) -> tuple[BlobRef, ...]:
        with self._lock:
            return self._refs.get(sha256, ())

    def _looked_up(self, sha256: str) -> tuple[BlobRef, ...]:
        refs = self._catalogue.blob_refs(sha256)
        with self._lock:
            if refs:
                _remember(self._refs, sha256, refs)
            else:
                self._refs.pop(sha256, None)
        return refs


def blob_answer(
    desk: BlobDesk, ref: BlobRef, headers: dict[str, str], *, name: str = "", body: bool = True
) -> Response:
    """The answer to a request for a blob: all of it, a range, or 'you have it already'.

    Args:
        desk: where blobs come from.
        ref: the blob.
        headers: the request's `if-none-match`, `if-range` and `range`, by lower-case name.
        name: what a saved file is called, without ending; given, the blob is always saved and not shown.
        body: whether the bytes are wanted; not for HEAD.

    Raises:
        BlobError: it is missing or damaged.
    """
    tag = f'"{ref.sha256}"'
    kept = {"ETag": tag, "Cache-Control": "private, max-age=31536000, immutable"}
    if tag in (one.strip().removeprefix("W/") for one in headers.get("if-none-match", "").split(",")):
        return Response(status_code=304, headers=kept)
    desk.check(ref)
    kept |= {
        "Accept-Ranges": "bytes",
        "Content-Disposition": _disposition(ref, name),
        "Content-Security-Policy": _DRAWING if ref.media_type == "image/svg+xml" else _SANDBOX,
    }
    wanted = headers.get("range", "") if headers.get("if-range", tag) == tag else ""
    span = range_of(wanted, ref.size)
    if span is None:
        answer = problem(416, f"{wanted[:60]!r}: the blob has {ref.size} bytes")
        answer.headers["Content-Range"] = f"bytes */{ref.size}"
        return answer
    status = 200
    if span.partial:
        status = 206
        kept["Content-Range"] = f"bytes {span.start}-{span.start + span.length - 1}/{ref.size}"
    kept["Content-Length"] = str(span.length)
    if not body:
        return Response(status_code=status, headers=kept, media_type=ref.media_type)
    parts = desk.read(ref.sha256, span)
    if span.length <= CHUNK_BYTES:
        return Response(b"".join(parts), status, kept, ref.media_type)
    return StreamingResponse(parts, status, kept, ref.media_type)


def range_of(header: str, size: int) -> Span | None:
    """The bytes that a Range header asks for; all of them where it asks for several ranges or is none; None for none.

    Examples: 'bytes=0-99' is the first hundred, 'bytes=-100' the last hundred.
    """
    found = _RANGE.fullmatch(header)
    if found is None or not (found[1] or found[2]):
        return Span(0, size)
    if not found[1]:
        length = min(int(found[2]), size)
        return Span(size - length, length, partial=True) if length else None
    start = int(found[1])
    last = min(int(found[2]), size - 1) if found[2] else size - 1
    if found[2] and int(found[2]) < start:
        return Span(0, size)
    return Span(start, last - start + 1, partial=True) if start < size else None


def _disposition(ref: BlobRef, name: str) -> str:
    if not name and ref.media_type in INLINE:
        return "inline"
    ending = ENDINGS.get(ref.media_type, "bin")
    return f'attachment; filename="{name or ref.sha256[:12]}.{ending}"'


def _remember(kept: OrderedDict[str, T], key: str, value: T) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
