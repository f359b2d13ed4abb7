"""Where the words of a back cover stand: heading, running order, credits, foot; all fitted to a box."""

from __future__ import annotations

from dataclasses import dataclass, replace

from media.sleeve.blocks import PRINT_SIZE, one_line
from media.sleeve.faces import (
    BODONI,
    FRAUNCES,
    GARAMOND,
    GARAMOND_ITALIC,
    GROTESQUE,
    JOST,
    JOST_CAPITALS,
    JOST_MEDIUM,
    MONO,
    SYNE,
    Face,
    bearing,
    extent,
    face_for,
    width,
)
from media.sleeve.setting import set_text
from media.sleeve.sheet import Box, Line
from schemas.plan import Genre

_FACES: dict[Genre, tuple[Face, Face]] = {
    "piano-ballad": (GARAMOND_ITALIC, GARAMOND),
    "folk": (FRAUNCES, GARAMOND),
    "synth-pop": (SYNE, JOST),
    "rock": (GROTESQUE, JOST_MEDIUM),
    "lo-fi": (MONO, MONO),
    "bossa": (BODONI, GARAMOND),
}
_CREDIT_SIZES = (25.0, 23.0, 21.0, 19.0)
_LEAST_CREDITS = 150.0
_ROW_BEFORE_CREDITS = 44.0
"""Rows of the running order get this height before credits get more than the least."""
PICTURE = 300.0
"""Side of the small cut of the picture on a plain page."""


@dataclass(frozen=True)
class BackWords:
    """What a back cover says: rows are (title, length, aside); `whole` is the length of the album."""

    title: str
    artist: str
    rows: tuple[tuple[str, str, str], ...]
    whole: str
    credits: tuple[str, ...]
    foot: tuple[str, ...]


def back_lines(
    words: BackWords, body: Box, genre: Genre | None, picture_low: float
) -> tuple[list[Line], list[Box], list[str]]:
    """All lines and rules in a box, and notes of what was cut.

    Args:
        words: what it says.
        body: the box.
        genre: chooses the faces.
        picture_low: lower edge of a picture in the box's upper right corner; 0 for none.
    """
    heading_face, row_face = _FACES.get(genre, (GARAMOND, GARAMOND)) if genre else (GARAMOND, GARAMOND)
    narrow = body.wide - (PICTURE + 60.0 if picture_low else 0.0)
    lines, y = _heading(words, body, heading_face, narrow)
    foot, foot_top = _foot(words.foot, body)
    notes: list[str] = []
    count = len(words.rows)
    if picture_low:
        y = max(y, picture_low + 40)
    room = foot_top - 44 - y
    wanted = sum(_wrapped_count(text, body.wide, 23.0) for text in words.credits) * 23.0 * 1.38 + 40
    spare = max(_LEAST_CREDITS, room - _ROW_BEFORE_CREDITS * count)
    for_credits = min(wanted, 0.4 * room, spare) if words.credits else 0.0
    step = min(66.0, (room - for_credits - 50) / count)
    rows, rules, cut = _running_order(words, body, y, step, row_face)
    notes += cut
    y += step * count + 54
    credits, cut = _credits(words.credits, Box(body.left, y, body.right, foot_top - 40))
    notes += cut
    return [*lines, *rows, *credits, *foot], rules, notes


def _heading(words: BackWords, body: Box, face: Face, wide: float) -> tuple[list[Line], float]:
    face = face_for(words.title, face)
    title = set_text(words.title, face, wide, 190, largest=84, most_lines=3)
    lines: list[Line] = []
    y = body.top
    if title is not None:
        y += extent(title.lines[0], face)[0] * title.size
        for index, text in enumerate(title.lines):
            y += face.leading * title.size if index else 0.0
            hang = bearing(text, face) * title.size
            lines.append(
                Line(text, body.left - hang, y, title.size, title.widths[index], face, "start", "title", hung=hang)
            )
        y += extent(title.lines[-1], face)[1] * title.size
    name = "   ·   ".join(part for part in (words.artist, words.whole) if part)
    text, size = _cut_to(name, JOST_CAPITALS, wide, 27.0, 21.0)
    y += 26 + 0.7 * size
    lines.append(one_line(text, JOST_CAPITALS, body.left, y, size, "start", "artist"))
    return lines, y + 62


def _running_order(
    words: BackWords, body: Box, top: float, step: float, face: Face
) -> tuple[list[Line], list[Box], list[str]]:
    """Number, title, aside and length of each song on a row, with hairlines between roomy rows."""
    size = min(40.0, 0.62 * step)
    figures = replace(JOST, tracking=0.02)
    lines: list[Line] = []
    rules: list[Box] = []
    notes: list[str] = []
    gutter = max(1.5 * size, width("00", figures) * size + 22)
    for index, (title, length, aside) in enumerate(words.rows):
        y = top + step * index + 0.68 * step
        length_wide = width(length, figures) * size * 0.86
        room = body.wide - gutter - length_wide - 40
        lines.append(one_line(str(index + 1), figures, body.left, y, 0.72 * size, "start", "print"))
        lines.append(one_line(length, figures, body.right, y, 0.86 * size, "end", "print"))
        shown, fitted = _cut_to(title, face, room, size, 0.66 * size)
        if shown != title:
            notes.append(f"{title[:60]!r} is cut on the back cover: it has {len(title)} characters")
        put = one_line(shown, face, body.left + gutter, y, fitted, "start", "title")
        lines.append(put)
        side = aside and width(aside, JOST_CAPITALS) * 0.42 * size
        if side and put.wide + side + 30 < room:
            lines.append(one_line(aside, JOST_CAPITALS, put.x + put.wide + 26, y, 0.42 * size, "start", "print"))
        if step >= 40:
            rules.append(Box(body.left, top + step * (index + 1), body.right, top + step * (index + 1) + 1.0))
    return lines, rules[:-1], notes


def _credits(credits: tuple[str, ...], box: Box) -> tuple[list[Line], list[str]]:
    """Credits in one or two columns at the largest size that holds them all; the rest is cut, with a note."""
    if not credits or box.high < 20:
        return [], ["there is no room for the credits on the back cover"] if credits else []
    for size in _CREDIT_SIZES:
        columns = 2 if box.wide > 800 and len(credits) > 3 else 1
        wide = (box.wide - 60 * (columns - 1)) / columns
        rows = [row for text in credits for row in _wrapped(text, wide, size)]
        step = 1.36 * size
        most = max(1, int(box.high / step))
        if len(rows) <= most * columns or size == _CREDIT_SIZES[-1]:
            break
    kept = rows[: most * columns]
    notes = []
    if len(kept) < len(rows):
        notes.append(f"{len(rows) - len(kept)} of {len(rows)} lines of credits do not fit on the back cover")
        kept[-1] = _cut_to(kept[-1] + " …", GARAMOND, wide, size, size)[0]
    deep = min(most, -(-len(kept) // columns))
    top = box.low - step * deep
    lines = []
    for index, text in enumerate(kept):
        column, row = divmod(index, deep)
        x = box.left + column * (wide + 60)
        y = top + step * row + 0.72 * size
        lines.append(one_line(text, GARAMOND, x, y, size, "start", "print"))
    return lines, notes


def _foot(texts: tuple[str, ...], body: Box) -> tuple[list[Line], float]:
    if not texts:
        return [], body.low
    lines = [one_line(texts[-1], JOST_CAPITALS, body.right, body.low, PRINT_SIZE, "end", "print")]
    left = "   ·   ".join(texts[:-1])
    if left:
        text, size = _cut_to(left, JOST_CAPITALS, body.wide - lines[0].wide - 60, PRINT_SIZE, PRINT_SIZE)
        lines.append(one_line(text, JOST_CAPITALS, body.left, body.low, size, "start", "print"))
    return lines, body.low - PRINT_SIZE


def _wrapped(text: str, wide: float, size: float) -> list[str]:
    """A paragraph in lines no wider than a column; a word that is wider is cut."""
    rows: list[str] = []
    face = face_for(text, GARAMOND)
    for word in text.split():
        fitted = _cut_to(word, face, wide, size, size)[0]
        longer = f"{rows[-1]} {fitted}" if rows else fitted
        if rows and width(longer, face) * size <= wide:
            rows[-1] = longer
        else:
            rows.append(fitted)
    return rows


def _wrapped_count(text: str, wide: float, size: float) -> int:
    return max(1, round(width(text, face_for(text, GARAMOND)) * size / (0.94 * wide) + 0.5))


def _cut_to(text: str, face: Face, wide: float, largest: float, smallest: float) -> tuple[str, float]:
    """The text at a size that fits, smaller down to `smallest`, then cut with an ellipsis."""
    face = face_for(text, face)
    natural = max(0.05, width(text, face)) * 1.01
    size = min(largest, wide / natural)
    if size >= smallest:
        return text, size
    kept = text
    while len(kept) > 1 and width(kept + "…", face) * 1.01 * smallest > wide:
        kept = kept[:-1].rstrip(" .,;:-")
    return kept + "…", smallest
