"""A portrait read from its file and put into a frame: head and shoulders, the face a little above the middle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter, ImageOps

from media.film.performer.face import Face
from schemas.errors import MediaError

Pixels = npt.NDArray[np.uint8]

LARGEST_PORTRAIT_BYTES = 64 << 20
_MOST_PIXELS = 64_000_000
_TALLEST_PX = 16_384
_WINDOW, _TIGHTEST = 3.5, 2.5
"""Heights of the face, brows to chin, that a frame shows; and at the least, before the sides are filled."""

_WIDE_WINDOW, _NARROWEST = 2.0, 1.5
"""The same in widths of the face."""

_FACE_AT = 0.47


def read_portrait(path: Path) -> Pixels:
    """The pixels [H, W, 3] of a portrait, upright as a viewer shows it.

    Raises:
        MediaError: it cannot be read, is no picture, or has more than 64 million pixels.
    """
    try:
        if path.stat().st_size > LARGEST_PORTRAIT_BYTES:
            raise MediaError(f"the portrait {path.name} is longer than {LARGEST_PORTRAIT_BYTES >> 20} MiB: reduce it")
        with Image.open(path, formats=("PNG", "JPEG", "WEBP", "TIFF")) as picture:
            width, height = picture.size
            if width * height > _MOST_PIXELS or max(width, height) > _TALLEST_PX or min(width, height) < 32:
                raise MediaError(
                    f"the portrait {path.name} has {width}x{height} px; edges of 32 to {_TALLEST_PX} px and at most "
                    f"{_MOST_PIXELS:,} pixels are read"
                )
            return np.asarray(ImageOps.exif_transpose(picture).convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise MediaError(f"the portrait {path.name} cannot be read: {str(error)[:200]}") from error


def frame_portrait(
    portrait: Pixels, face: Face, width_px: int, height_px: int, margin_px: int = 0
) -> tuple[Pixels, Face]:
    """The portrait as a frame shows it, and its face in the pixels of what is returned.

    The frame shows head and shoulders. Where the portrait is too narrow for that, its sides are filled with its own
    colours, out of focus. Around the frame lies a margin: more of the portrait, or the frame mirrored where it ends.

    Shapes: portrait [H, W, 3]; returns [3, height + 2 margins, width + 2 margins].

    Raises:
        MediaError: the portrait is not as large as the face says, or the frame's edges are not 16 to 8,192 px.
    """
    if portrait.ndim != 3 or portrait.shape != (face.height_px, face.width_px, 3) or portrait.dtype != np.uint8:
        raise MediaError(f"a portrait {portrait.shape} is given for a face in {face.width_px}x{face.height_px} px")
    if not (16 <= width_px <= 8192 and 16 <= height_px <= 8192):
        raise MediaError(f"a frame has edges of 16 to 8192 px, not {width_px}x{height_px}")
    tall = _window_height(face, width_px / height_px)
    scale = height_px / tall
    middle = (face.points[27] + face.points[8]) / 2
    view = np.array([tall * width_px / height_px, tall])
    rooms = np.array([face.width_px, face.height_px]) - view
    corner = middle - view * np.array([0.5, _FACE_AT])
    corner = np.where(rooms >= 0, np.clip(corner, 0.0, np.maximum(rooms, 0.0)), rooms / 2)
    # left, top, right and bottom: how much of the margin the portrait itself can fill, in whole pixels
    spare = np.floor(np.clip(np.concatenate([corner, rooms - corner]) * scale, 0, margin_px)).astype(int)
    box = (*(corner - spare[:2] / scale).tolist(), *(corner + view + spare[2:] / scale).tolist())
    size = (width_px + int(spare[0] + spare[2]), height_px + int(spare[1] + spare[3]))
    shown = np.asarray(_filled(Image.fromarray(portrait), box, size, scale)).transpose(2, 0, 1)
    around = [(0, 0), *((margin_px - int(spare[axis]), margin_px - int(spare[axis + 2])) for axis in (1, 0))]
    points = (face.points - corner) * scale + margin_px
    whole = Face(points, width_px + 2 * margin_px, height_px + 2 * margin_px)
    return np.ascontiguousarray(np.pad(shown, around, mode="symmetric")), whole


def _window_height(face: Face, aspect: float) -> float:
    """How much of the portrait's height a frame shows, in pixels of the portrait."""
    fits = min(float(face.height_px), face.width_px / aspect)
    tall, wide = face.tall_px, float(np.ptp(face.points[:, 0])) / aspect
    tightest = max(_TIGHTEST * tall, _NARROWEST * wide)
    return max(tightest, min(max(_WINDOW * tall, _WIDE_WINDOW * wide), fits))


def _filled(picture: Image.Image, box: tuple[float, ...], size: tuple[int, int], scale: float) -> Image.Image:
    """A box of a picture at some size; what lies outside is its own colours, out of focus and darker."""
    left, top, right, bottom = box
    inside = (max(left, 0.0), max(top, 0.0), min(right, float(picture.width)), min(bottom, float(picture.height)))
    if np.abs(np.subtract(inside, box)).max() * scale < 0.5:
        return picture.resize(size, Image.Resampling.LANCZOS, box=inside)
    place = [round((inside[0] - left) * scale), round((inside[1] - top) * scale)]
    end = [size[0] - round((right - inside[2]) * scale), size[1] - round((bottom - inside[3]) * scale)]
    inner_size = (max(1, end[0] - place[0]), max(1, end[1] - place[1]))
    inner = picture.resize(inner_size, Image.Resampling.LANCZOS, box=inside)
    small = ImageOps.fit(inner, (max(8, size[0] // 16), max(8, size[1] // 16)))
    small = small.filter(ImageFilter.GaussianBlur(3)).point(lambda value: value * 6 // 10)
    behind = small.resize(size, Image.Resampling.BICUBIC)
    behind.paste(inner, (place[0], place[1]), _soft_sides(inner_size, place, end, size))
    return behind


def _soft_sides(inner: tuple[int, int], place: list[int], end: list[int], size: tuple[int, int]) -> Image.Image:
    """How far a picture covers what is behind it: wholly, but for the sides where something is behind it."""
    fade = max(2, min(inner) // 14)
    cover = np.ones(inner[::-1])
    for axis, length in ((1, inner[0]), (0, inner[1])):
        from_start, to_end = np.arange(length) + 0.5, length - np.arange(length) - 0.5
        along = np.ones(length)
        if place[1 - axis] > 0:
            along = np.minimum(along, from_start / fade)
        if end[1 - axis] < size[1 - axis]:
            along = np.minimum(along, to_end / fade)
        along = along * along * (3 - 2 * along)
        cover *= along[None, :] if axis == 1 else along[:, None]
    return Image.fromarray(np.rint(255 * cover).astype(np.uint8))
