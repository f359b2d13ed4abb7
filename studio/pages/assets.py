"""What pages load: styles, scripts and fonts as they lie in studio/static, and covers made small."""

from __future__ import annotations

import asyncio
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, Request
from fastapi import Path as InPath
from fastapi.responses import FileResponse, Response
from fastapi.staticfiles import StaticFiles

from schemas.base import BlobRef
from schemas.errors import BlobError
from studio.auth import Viewer
from studio.context import studio_of
from studio.pages.shell import STATIC

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import Scope

    from tasks.bench import Bench

router = APIRouter(include_in_schema=False)

_A_WEEK = "public, max-age=604800"
_A_YEAR = "public, max-age=31536000, immutable"
_MOST_PIXELS = 8192 * 8192
_MOST_BYTES = 64 * 1024 * 1024
"""Longer pictures are not read: who may look may name any blob, and films and stems are longer."""

_MOST_FILES = 6000
"""Small covers kept on disk: three sizes of 2,000 albums, some 150 MB. The longest unused go first."""

Width = Literal["160", "320", "480", "640", "960", "1280"]


class Assets(StaticFiles):
    """Files of studio/static. An address with a version may be kept for a year: another file has another address."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file at a path."""
        answer = await super().get_response(path, scope)
        kept = _A_WEEK if path.endswith(".woff2") else "no-cache"
        answer.headers["Cache-Control"] = _A_YEAR if b"v=" in scope.get("query_string", b"") else kept
        return answer


def serve_assets(app: FastAPI) -> None:
    """Let an application serve studio/static at /static. No one need be signed in for it."""
    app.mount("/static", Assets(directory=STATIC), name="static")


@router.get("/covers/{sha256}")
async def small_cover(
    request: Request, _: Viewer, sha256: Annotated[str, InPath(pattern=r"^[0-9a-f]{64}$")], px: Width = "320"
) -> Response:
    """A cover as JPEG, so many pixels wide: made on first sight, then kept on disk.

    Raises:
        BlobError: there is no such picture.
    """
    bench = studio_of(request).bench
    folder = bench.settings.home / "cache" / "covers"
    file = folder / f"{sha256}-{px}.jpg"
    if not file.exists():
        await asyncio.to_thread(make_small, bench, sha256, int(px), file)
    return FileResponse(
        file, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=31536000, immutable"}
    )


def make_small(bench: Bench, sha256: str, width_px: int, file: Path) -> None:
    """Write a blob's picture as a JPEG of at most that width; the least used files of the folder make room for it.

    Raises:
        BlobError: the blob is missing or is no picture.
    """
    from PIL import Image, UnidentifiedImageError

    size = bench.blobs.sizes([sha256]).get(sha256)
    if size is None:
        raise BlobError(f"picture {sha256[:12]} is not in the store: make the cover again")
    if size > _MOST_BYTES:
        raise BlobError(f"blob {sha256[:12]} is not a picture that can be shown: it has {size} bytes")
    body = bench.blobs.read(BlobRef(sha256=sha256, media_type="image/png", size=size))
    try:
        with Image.open(io.BytesIO(body), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise BlobError(
                    f"picture {sha256[:12]} has {picture.width} x {picture.height} pixels: too many to show"
                )
            small = picture.convert("RGB")
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise BlobError(f"blob {sha256[:12]} is not a picture that can be shown") from error
    small.thumbnail((width_px, width_px), Image.Resampling.LANCZOS)
    file.parent.mkdir(parents=True, exist_ok=True)
    _make_room(file.parent)
    with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
        try:
            small.save(part, "JPEG", quality=86, optimize=True, progressive=True)
        except OSError:
            Path(part.name).unlink()
            raise
    Path(part.name).replace(file)  # one move, over a file that another request may have made meanwhile


def _make_room(folder: Path) -> None:
    files = list(folder.glob("*.jpg"))
    if len(files) < _MOST_FILES:
        return
    oldest = sorted(files, key=lambda file: file.stat().st_atime)
    for file in oldest[: _MOST_FILES // 10]:
        file.unlink(missing_ok=True)
