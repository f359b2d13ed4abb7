"""Sheets that show many pictures at once: a whole set, or candidate takes side by side with figures under each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.cover.svg import Drawing
from media.pictures.reading import encode_jpeg, picture_of, picture_pixels, read_picture
from media.sleeve.blocks import one_line
from media.sleeve.faces import JOST, JOST_MEDIUM, face_for, width
from media.sleeve.layer import draw_line, laid_on
from media.sleeve.sheet import Line
from media.sleeve.window import fitted_to
from schemas.errors import MediaError

_WIDE_PX = 2000
_GAP_PX = 36
_LINE_PX = 27
_PAPER = 246
_INK = "#22242a"
_FAINT = "#5d626c"
_MOST_PICTURES = 60
_ROW_PX = 430


@dataclass(frozen=True)
class ContactPicture:
    """A picture on a sheet: its name, the file, and lines to write under the name."""

    name: str
    content: bytes
    lines: tuple[str, ...] = ()


_Shown = tuple[NDArray[np.uint8], ContactPicture]


@dataclass(frozen=True)
class _Placed:
    pixels: NDArray[np.uint8]
    left: int
    top: int
    picture: ContactPicture


def sleeve_sheet(pictures: Sequence[ContactPicture], *, quality: int = 88) -> bytes:
    """A whole set on one sheet, as JPEG: the first picture large, the others in rows of one height.

    Args:
        pictures: 1 to 60, the front first.
        quality: JPEG quality.

    Raises:
        MediaError: there is no picture or there are too many, or one cannot be read.
    """
    _check(pictures)
    shown = [_pixels(picture, 1100) for picture in pictures]
    placed = [_Placed(fitted_to(shown[0], _scaled(shown[0], 900)), _GAP_PX, _GAP_PX, pictures[0])]
    beside_left = _GAP_PX * 2 + placed[0].pixels.shape[1]
    rest: list[_Shown] = list(zip(shown[1:], pictures[1:], strict=True))
    caption = _caption_px(pictures)
    row_px = (placed[0].pixels.shape[0] - caption - _GAP_PX) // 2
    for top in (_GAP_PX, _GAP_PX + row_px + caption + _GAP_PX):
        row, rest = _beside(rest, beside_left, top, row_px, _WIDE_PX - _GAP_PX)
        placed += row
    top = _GAP_PX + placed[0].pixels.shape[0] + caption + _GAP_PX
    while rest:
        row, rest, high = _full_row(rest, top)
        placed += row
        top += high + caption + _GAP_PX
    return _laid_out(placed, top, quality)


def takes_sheet(takes: Sequence[ContactPicture], *, quality: int = 88) -> bytes:
    """Candidate takes side by side in rows of up to four, the figures of each under it, as JPEG.

    Raises:
        MediaError: there is no take or there are too many, or one cannot be read.
    """
    _check(takes)
    columns = min(4, len(takes))
    side = (_WIDE_PX - _GAP_PX * (columns + 1)) // columns
    placed = []
    top = _GAP_PX
    for start in range(0, len(takes), columns):
        for place, take in enumerate(takes[start : start + columns]):
            pixels = _pixels(take, side)
            share = side / max(pixels.shape[:2])
            size = (max(1, round(pixels.shape[1] * share)), max(1, round(pixels.shape[0] * share)))
            placed.append(_Placed(fitted_to(pixels, size), _GAP_PX + place * (side + _GAP_PX), top, take))
        top += side + _caption_px(takes) + _GAP_PX
    return _laid_out(placed, top, quality)


def _check(pictures: Sequence[ContactPicture]) -> None:
    if not 1 <= len(pictures) <= _MOST_PICTURES:
        raise MediaError(f"a sheet shows 1 to {_MOST_PICTURES} pictures, not {len(pictures)}")


def _pixels(picture: ContactPicture, longest_px: int) -> NDArray[np.uint8]:
    return picture_pixels(read_picture(picture.content, longest_px=longest_px, name=picture.name))


def _scaled(pixels: NDArray[np.uint8], high_px: int) -> tuple[int, int]:
    height, width_px = pixels.shape[:2]
    return max(1, min(_WIDE_PX - 2 * _GAP_PX, round(width_px * high_px / height))), high_px


def _beside(waiting: list[_Shown], left: int, top: int, high_px: int, right: int) -> tuple[list[_Placed], list[_Shown]]:
    """Those of the pictures waiting that fit a row of one height, in order, and those left."""
    row: list[_Placed] = []
    others: list[_Shown] = []
    x = left
    for pixels, picture in waiting:
        size = _scaled(pixels, high_px)
        if x + size[0] > right:
            others.append((pixels, picture))
            continue
        row.append(_Placed(fitted_to(pixels, size), x, top, picture))
        x += size[0] + _GAP_PX
    return row, others


def _full_row(waiting: list[_Shown], top: int) -> tuple[list[_Placed], list[_Shown], int]:
    """A row from edge to edge of the next pictures, those left, and its height; a last, short row is not drawn out."""
    room = _WIDE_PX - 2 * _GAP_PX
    count, shapes = 0, 0.0
    for pixels, _ in waiting:
        count, shapes = count + 1, shapes + pixels.shape[1] / pixels.shape[0]
        if (room - _GAP_PX * (count - 1)) / shapes <= _ROW_PX:
            break
    high = round(min(1.25 * _ROW_PX, (room - _GAP_PX * (count - 1)) / shapes))
    row, _ = _beside(waiting[:count], _GAP_PX, top, high, _WIDE_PX)
    return row, waiting[count:], high


def _caption_px(pictures: Sequence[ContactPicture]) -> int:
    return round(_LINE_PX * 1.35 * (1 + max(len(picture.lines) for picture in pictures))) + 10


def _laid_out(placed: Sequence[_Placed], height_px: int, quality: int) -> bytes:
    sheet = np.full((height_px, _WIDE_PX, 3), _PAPER, np.uint8)
    words = Drawing(_WIDE_PX, height_px)
    lines: list[Line] = []
    for one in placed:
        high, wide = one.pixels.shape[:2]
        sheet[one.top : one.top + high, one.left : one.left + wide] = one.pixels
        y = one.top + high + _LINE_PX * 1.25
        for text, face, ink in [(one.picture.name, JOST_MEDIUM, _INK), *((t, JOST, _FAINT) for t in one.picture.lines)]:
            shown = _short(text, wide)
            if shown:
                line = one_line(shown, face, one.left, y, _LINE_PX * 0.82, "start", "print")
                draw_line(words, line, ink)
                lines.append(line)
            y += _LINE_PX * 1.35
    laid_on(sheet, words, [line.box for line in lines])
    return encode_jpeg(picture_of(sheet), quality)


def _short(text: str, wide: int) -> str:
    chosen = face_for(text, JOST)
    kept = " ".join(text.split())[:200]
    while len(kept) > 1 and width(kept, chosen) * _LINE_PX * 0.82 > wide:
        kept = kept[:-2].rstrip() + "…"
    return kept
