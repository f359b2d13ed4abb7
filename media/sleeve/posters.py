"""Treatments that use the whole width or height: words across the picture, along an edge, spaced out, in a headline."""

from __future__ import annotations

from dataclasses import replace

from media.sleeve.blocks import SMALLEST_TITLE, Words, fitted_line, one_line
from media.sleeve.faces import (
    GOTHIC,
    JOST,
    JOST_CAPITALS,
    JOST_MEDIUM,
    MINCHO,
    Face,
    bearing,
    extent,
    face_for,
    is_ideographic,
    is_right_to_left,
    shown,
    width,
)
from media.sleeve.layer import ink_width
from media.sleeve.setting import set_text
from media.sleeve.sheet import Align, Box, Calm, Line, Setting, Sheet, Turn

_TALLEST_LINE = 0.4
_GAP = 24.0


def across(words: Words, sheet: Sheet) -> list[Setting]:
    """Condensed capitals, each line drawn out to the whole width, the artist spaced small above or below."""
    body = sheet.body
    face = face_for(words.title, GOTHIC)
    if face is not GOTHIC:
        return []
    tallest = _TALLEST_LINE * sheet.high
    best: list[tuple[str, float, float, float]] = []
    for count in range(1, 5):
        broken = set_text(words.title, face, body.wide, 10_000, largest=10_000, most_lines=count)
        if broken is None or len(broken.lines) != count:
            continue
        lines = []
        for text in broken.lines:
            before, ink = ink_width(text, face)
            size = body.wide / ink
            ahead = extent(text, face)[0]
            lines.append((text, size, before, ahead * size))
        high = sum(line[3] for line in lines) + _GAP * (count - 1)
        if max(line[3] for line in lines) <= tallest and high <= 0.5 * sheet.high:
            best = lines
            break
    if not best or min(line[1] for line in best) < 90:
        return []
    return [_drawn_out(words, sheet, best, place) for place in ("top", "bottom")]


def _drawn_out(words: Words, sheet: Sheet, lines: list[tuple[str, float, float, float]], place: str) -> Setting:
    body = sheet.body
    text, size = fitted_line(words.artist or " ", JOST_CAPITALS, body.wide, 36)
    high = sum(line[3] for line in lines) + _GAP * (len(lines) - 1)
    name = one_line(text, JOST_CAPITALS, body.left, 0, size, "start", "artist")
    ahead, under = (each * size for each in extent(name.text, name.face))
    gap = 0.75 * size + 14
    taken = ahead + under + gap if words.artist else 0.0
    y = body.top if place == "top" else body.low - high - taken
    put = []
    for line, em, before, cap in lines:
        y += cap
        put.append(Line(line, body.left - before * em, y, em, body.wide, GOTHIC, "start", "title", hung=before * em))
        y += _GAP
    y += gap - _GAP + ahead
    if words.artist:
        put.append(one_line(text, JOST_CAPITALS, body.left, y, size, "start", "artist"))
    return Setting("top" if place == "top" else "bottom", tuple(put))


def edged(words: Words, sheet: Sheet) -> list[Setting]:
    """The title along the left or right edge: turned, or in columns where it is Japanese."""
    if any(map(is_ideographic, words.title)):
        return _columns(words, sheet)
    if is_right_to_left(words.title):
        return []
    body, face = sheet.body, face_for(words.title, GOTHIC)
    long = body.high - 40
    found = []
    places: tuple[tuple[Calm, Turn], ...] = (("left", "up"), ("right", "down"))
    for place, turn in places:
        title = set_text(words.title, face, long, 400, largest=190, most_lines=2, smallest=84)
        if title is None:
            continue
        text, size = fitted_line(words.artist or " ", JOST_CAPITALS, long, 32)
        lines = []
        caps = extent(title.lines[0], face)[0] * title.size
        # both edges start at the foot of the sheet when read upwards, at its head when read downwards
        start = body.low if turn == "up" else body.top
        step = 1.0 if turn == "up" else -1.0
        x = (body.left if turn == "up" else body.right) + step * caps
        for index, line in enumerate(title.lines):
            hang = bearing(line, face) * title.size
            at = x + step * index * face.leading * title.size
            lines.append(
                Line(
                    line,
                    at,
                    start + step * hang,
                    title.size,
                    title.widths[index],
                    face,
                    "start",
                    "title",
                    turn,
                    hung=hang,
                )
            )
        last = x + step * (len(title.lines) - 1) * face.leading * title.size
        if words.artist:
            at = last + step * (24 + size)
            found_name = one_line(text, JOST_CAPITALS, at, start, size, "start", "artist")
            lines.append(
                Line(found_name.text, at, start, size, found_name.wide, found_name.face, "start", "artist", turn)
            )
        found.append(Setting(place, tuple(lines)))
    return found


def _columns(words: Words, sheet: Sheet) -> list[Setting]:
    """A Japanese title in columns from the right, the artist beside it, lower and small."""
    body = sheet.body
    title = set_text(words.title, MINCHO, 0.62 * body.high, 420, largest=128, most_lines=3, smallest=SMALLEST_TITLE)
    if title is None:
        return []
    text, size = fitted_line(words.artist or " ", MINCHO, 0.4 * body.high, 44)
    columns = len(title.lines) + (1 if words.artist else 0)
    wide = title.size * (1 + 1.28 * (len(title.lines) - 1)) + (1.9 * size if words.artist else 0.0)
    found = []
    places: tuple[tuple[Calm, float], ...] = (("right", body.right), ("left", body.left + wide))
    for place, right in places:
        lines = [
            Line(
                line,
                right - title.size * (0.5 + 1.28 * index),
                body.top,
                title.size,
                title.widths[index],
                MINCHO,
                "start",
                "title",
                "columns",
            )
            for index, line in enumerate(title.lines)
        ]
        if words.artist:
            face = face_for(text, MINCHO)
            x = lines[-1].x - 0.5 * title.size - 1.2 * size
            wide_name = width(text, face) * size
            down = body.top + max(0.0, max(title.widths) - wide_name)
            lines.append(Line(shown(text, face), x, down, size, wide_name, MINCHO, "start", "artist", "columns"))
        if columns <= 4:
            found.append(Setting(place, tuple(lines)))
    return found


def headed(words: Words, sheet: Sheet) -> list[Setting]:
    """One line at the head or foot: artist at one side, title at the other, a thin rule across."""
    body = sheet.body
    title_face, name_face = face_for(words.title, JOST_MEDIUM), face_for(words.artist or " ", JOST)
    size = SMALLEST_TITLE + 4
    title_wide = width(words.title, title_face) * size
    name_wide = width(words.artist, name_face) * size
    if title_wide + name_wide + 120 > min(body.wide, 2200):
        return []
    sides: tuple[Align, Align] = ("end", "start") if is_right_to_left(words.title) else ("start", "end")
    found = []
    for place in ("top", "bottom"):
        ahead, under = extent(words.title + words.artist, title_face)
        if place == "top":
            base = body.top + ahead * size
            rule = Box(body.left, base + 0.46 * size, body.right, base + 0.46 * size + 2.5)
        else:
            base = body.low - under * size
            rule = Box(body.left, base - 1.2 * size - 2.5, body.right, base - 1.2 * size)
        lines = [_sided(words.title, title_face, sides[0], base, size, body)]
        if words.artist:
            name = _sided(words.artist, name_face, sides[1], base, size, body)
            lines.append(replace(name, role="artist"))
        found.append(Setting("top" if place == "top" else "bottom", tuple(lines), (rule,)))
    return found


def _sided(text: str, face: Face, side: Align, base: float, size: float, body: Box) -> Line:
    hang = bearing(text, face) * size if side == "start" else 0.0
    x = body.left - hang if side == "start" else body.right
    return replace(one_line(text, face, x, base, size, side, "title"), hung=hang)


def spread(words: Words, sheet: Sheet) -> list[Setting]:
    """A short title in capitals, its letters spaced over the whole width."""
    body, text = sheet.body, words.title.upper()
    face = face_for(words.title, JOST_CAPITALS)
    letters = len(text)
    if not 3 <= letters <= 18 or face.family != "Jost" or is_right_to_left(text):
        return []
    size = 74.0 if letters > 11 else 88.0
    bare = width(text, face) - face.tracking * (letters - 1)
    wide = min(body.wide, 2100.0)
    before, ink = ink_width(text, face)
    natural = ink - face.tracking * (letters - 1)
    spacing = (wide / size - natural) / (letters - 1)
    if not 0.22 <= spacing <= 2.4 or bare <= 0:
        return []
    found = []
    for place in ("top", "bottom"):
        name, name_size = fitted_line(words.artist or " ", JOST_CAPITALS, wide, 34)
        ahead = extent(text, face)[0] * size
        under = 1.5 * name_size + 20 if words.artist else 0.0
        y = body.top + ahead if place == "top" else body.low - under
        left = (sheet.wide - wide) / 2
        title = Line(text, left - before * size, y, size, wide, face, "start", "title", "level", spacing, before * size)
        lines = [title]
        if words.artist:
            lines.append(
                one_line(name, JOST_CAPITALS, sheet.wide / 2, y + 1.5 * name_size + 20, name_size, "middle", "artist")
            )
        found.append(Setting("top" if place == "top" else "bottom", tuple(lines)))
    return found
