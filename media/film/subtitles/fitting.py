"""Text into rows that lie within a frame's safe middle: as large as wished, else in two rows, else smaller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from media.film.subtitles.faces import Face, height_share, width_of

_STEP = 0.93
_SMALLEST_PX = 5.0
_SHRUNK_FOR_A_ROW = 0.15
"""How much smaller letters become before they may take one more row."""


@dataclass(frozen=True)
class Rows:
    """Pieces of text in rows: for each row the numbers of its pieces, and the size of the letters."""

    rows: tuple[tuple[int, ...], ...]
    em_px: float
    height_px: float


def fit_rows(
    pieces: Sequence[str], breaks: Sequence[bool], face: Face, *, em_px: float, box_px: tuple[float, float], most: int
) -> Rows:
    """The pieces in rows that fit a box, balanced in length.

    Args:
        pieces: text, one after the other, with the spaces that part them at their ends.
        breaks: for each piece, whether a row may end behind it.
        face: what they are set in.
        em_px: the size wished for.
        box_px: width and height there are.
        most: rows at most for letters of that size; smaller ones may take more.
    """
    widths = [width_of(piece.rstrip(), face) for piece in pieces]
    whole = [width_of(piece, face) for piece in pieces]
    size = em_px
    while True:
        rows = _balanced(widths, whole, breaks, box_px[0] / size)
        height = len(rows) * height_share(face) * size
        widest = max(_length(row, widths, whole) for row in rows) * size
        few = len(rows) <= most + int((1 - size / em_px) / _SHRUNK_FOR_A_ROW)
        if (few and height <= box_px[1] and widest <= box_px[0]) or size <= _SMALLEST_PX:
            return Rows(tuple(tuple(row) for row in rows), size, height)
        size *= _STEP


def _length(row: Sequence[int], widths: Sequence[float], whole: Sequence[float]) -> float:
    return sum(whole[number] for number in row[:-1]) + widths[row[-1]]


def _balanced(widths: Sequence[float], whole: Sequence[float], breaks: Sequence[bool], limit: float) -> list[list[int]]:
    """As few rows as are needed, the longest of them as short as it can be with so many."""
    rows = _filled(widths, whole, breaks, limit)
    if len(rows) == 1:
        return rows
    low, high = limit / len(rows) / 2, limit
    for _ in range(12):
        middle = (low + high) / 2
        tried = _filled(widths, whole, breaks, middle)
        if len(tried) <= len(rows) and max(_length(row, widths, whole) for row in tried) <= limit:
            rows, high = tried, middle
        else:
            low = middle
    return rows


def _filled(widths: Sequence[float], whole: Sequence[float], breaks: Sequence[bool], limit: float) -> list[list[int]]:
    """Rows filled one after the other; what may not be parted stays together even where it is too long."""
    rows: list[list[int]] = [[]]
    for chunk in _chunks(breaks):
        if rows[-1] and _length([*rows[-1], *chunk], widths, whole) > limit:
            rows.append([])
        rows[-1].extend(chunk)
    return rows


def _chunks(breaks: Sequence[bool]) -> list[list[int]]:
    chunks: list[list[int]] = [[]]
    for number, ends in enumerate(breaks):
        chunks[-1].append(number)
        if ends and number + 1 < len(breaks):
            chunks.append([])
    return chunks
