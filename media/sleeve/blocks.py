"""Blocks of words that treatments are made of: a title with the artist's name, in a box, aligned and anchored."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from media.sleeve.faces import JOST_CAPITALS, Face, bearing, extent, face_for, is_right_to_left, shown
from media.sleeve.faces import width as text_width
from media.sleeve.setting import SetText, set_text
from media.sleeve.sheet import Align, Box, Calm, Line, Role, Setting, Sheet

SMALLEST_TITLE = 52.0
"""A title smaller than this (capitals of about 7 px on a 300 px thumbnail) is not offered."""
SMALLEST_ARTIST = 24.0
_IDEOGRAPHIC = 0.86
"""Kanji fill their square: they are set this much smaller than letters."""
PRINT_SIZE = 21.0
"""Small print, in units: 42 px of 3000, as on the drawn cover."""


@dataclass(frozen=True)
class Words:
    """What a front says, in letters that can be drawn.

    Attributes:
        title: of the album or song; never empty.
        artist: second line; '' for none.
        small_print: lines set very small, the AI disclosure among them.
    """

    title: str
    artist: str
    small_print: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manner:
    """How a block is set.

    Attributes:
        face: of the title.
        largest: the largest size of the title.
        most_lines: lines it may take.
        align: where its lines start; a right-to-left title starts at the right.
        artist_face: of the artist's name.
        artist_size: its largest size.
        artist_first: whether it stands above the title.
        rule: length of a thin rule between the two; 0 for none.
        smallest: a title smaller than this does not suit the manner.
    """

    face: Face
    largest: float
    most_lines: int = 4
    align: Align = "start"
    artist_face: Face = JOST_CAPITALS
    artist_size: float = 36.0
    artist_first: bool = False
    rule: float = 0.0
    smallest: float = SMALLEST_TITLE


Anchor = Literal["top", "middle", "bottom"]


def block(words: Words, box: Box, place: Calm, anchor: Anchor, manner: Manner) -> Setting | None:
    """The title and artist in a box; nothing where the title would be too small in it."""
    align = _turned_round(manner.align, words.title)
    name = _name(words.artist, manner, box.wide, manner.artist_size)
    face = face_for(words.title, manner.face)
    share = _IDEOGRAPHIC if face.family == "Shippori Mincho" else 1.0
    taken = 0.0 if name is None else 2.6 * name.size + 30
    title = set_text(
        words.title,
        face,
        box.wide,
        box.high - taken,
        largest=share * manner.largest,
        most_lines=manner.most_lines,
        smallest=share * manner.smallest,
    )
    if title is None:
        return None
    if name is not None and title.size < 0.6 * manner.largest:  # a small title wants a smaller name
        name = _name(words.artist, manner, box.wide, max(28.0, 0.34 * title.size, 0.8 * manner.artist_size))
    lines, rules, high = _stacked(title, name, face, manner, align)
    top = {"top": box.top, "middle": (box.top + box.low - high) / 2, "bottom": box.low - high}[anchor]
    left = {"start": box.left, "middle": (box.left + box.right) / 2, "end": box.right}[align]
    return Setting(
        place,
        tuple(_moved(line, left, top) for line in lines),
        tuple(Box(r.left + left, r.top + top, r.right + left, r.low + top) for r in rules),
    )


def one_line(text: str, face: Face, x: float, y: float, size: float, align: Align, role: Role) -> Line:
    """A single line on a baseline."""
    face = face_for(text, face)
    return Line(shown(text, face), x, y, size, text_width(text, face) * size, face, align, role)


def fitted_line(
    text: str, face: Face, wide: float, largest: float, smallest: float = SMALLEST_ARTIST
) -> tuple[str, float]:
    """The text and the size at which it fits a width; cut with an ellipsis where it would be smaller than allowed."""
    face = face_for(text, face)
    natural = text_width(text, face)
    size = min(largest, wide / max(0.1, natural * 1.01))
    if size >= smallest:
        return text, size
    room = wide / smallest / 1.01
    kept = text
    while len(kept) > 1 and text_width(kept + "…", face) > room:
        kept = kept[:-1].rstrip()
    return kept + "…", smallest


def _name(artist: str, manner: Manner, wide: float, wanted: float) -> Line | None:
    if not artist:
        return None
    face = face_for(artist, manner.artist_face)
    largest = wanted * (1.3 if face.family in ("Shippori Mincho", "Noto Naskh Arabic") else 1.0)
    text, size = fitted_line(artist, face, wide, largest)
    return one_line(text, face, 0, 0, size, "start", "artist")


def _stacked(
    title: SetText, name: Line | None, face: Face, manner: Manner, align: Align
) -> tuple[list[Line], list[Box], float]:
    """Lines around x = 0 from y = 0 downwards, rules among them, and the height of all."""
    lines: list[Line] = []
    rules: list[Box] = []
    y = 0.0
    if name is not None and manner.artist_first:
        y = extent(name.text, name.face)[0] * name.size
        lines.append(_at(name, 0, y, align))
        y += 0.95 * name.size + 14 if not manner.rule else 0.9 * name.size + 12
        y = _ruled(rules, y, manner, align, 0.9 * name.size + 10)
    y += extent(title.lines[0], face)[0] * title.size
    for index, text in enumerate(title.lines):
        hang = bearing(text, face) * title.size if align == "start" and title.size > 50 else 0.0
        y += face.leading * title.size if index else 0.0
        lines.append(Line(text, -hang, y, title.size, title.widths[index], face, align, "title", hung=hang))
    below = extent(title.lines[-1], face)[1] * title.size
    if name is None or manner.artist_first:
        return lines, rules, y + below
    gap = max(0.8 * name.size + 14, 0.16 * title.size)
    y += max(below * 0.75, 0.0) + gap
    y = _ruled(rules, y, manner, align, gap)
    ahead, under = extent(name.text, name.face)
    y += ahead * name.size
    lines.append(_at(name, 0, y, align))
    return lines, rules, y + under * name.size


def _ruled(rules: list[Box], y: float, manner: Manner, align: Align, gap: float) -> float:
    """Put the rule of the manner at y, if it has one; where to go on below it."""
    if not manner.rule:
        return y
    start = {"start": 0.0, "middle": -manner.rule / 2, "end": -manner.rule}[align]
    rules.append(Box(start, y, start + manner.rule, y + 2.5))
    return y + 2.5 + gap


def _at(line: Line, x: float, y: float, align: Align) -> Line:
    return replace(line, x=x, y=y, align=align)


def _moved(line: Line, x: float, y: float) -> Line:
    return replace(line, x=line.x + x, y=line.y + y)


def _turned_round(align: Align, title: str) -> Align:
    if align != "middle" and is_right_to_left(title):
        return "end" if align == "start" else "start"
    return align


def places(sheet: Sheet, *, deep: float = 0.42, narrow: float = 0.46) -> dict[Calm, tuple[Box, Anchor]]:
    """The box of each part of a sheet and where words hang in it.

    Args:
        sheet: the sheet.
        deep: how much of the height the upper and lower boxes take.
        narrow: how much of the width the boxes at the sides take.
    """
    body = sheet.body
    high, wide = deep * sheet.high, narrow * sheet.wide
    inset = 0.14 * body.high
    return {
        "top": (Box(body.left, body.top, body.right, body.top + high), "top"),
        "bottom": (Box(body.left, body.low - high, body.right, body.low), "bottom"),
        "left": (Box(body.left, body.top + inset, body.left + wide, body.low - inset), "middle"),
        "right": (Box(body.right - wide, body.top + inset, body.right, body.low - inset), "middle"),
        "middle": (Box(body.left, (sheet.high - high) / 2, body.right, (sheet.high + high) / 2), "middle"),
    }
