"""Treatments that give words a field of their own: a band, a bordered plate, a paper frame, a strip like an obi."""

from __future__ import annotations

from dataclasses import replace

from media.sleeve.blocks import PRINT_SIZE, Manner, Words, block, fitted_line
from media.sleeve.faces import (
    GARAMOND_ITALIC,
    GOTHIC,
    JOST_CAPITALS,
    MINCHO,
    Face,
    extent,
    face_for,
    is_ideographic,
    is_right_to_left,
    shown,
    width,
)
from media.sleeve.setting import set_text
from media.sleeve.sheet import MARGIN, Box, Calm, Line, Setting, Sheet


def banded(face: Face, words: Words, sheet: Sheet) -> list[Setting]:
    """A band of one colour from edge to edge with the title in it."""
    body = sheet.body
    manner = Manner(face, 132, most_lines=3, artist_size=34)
    found = []
    ends: tuple[Calm, ...] = ("bottom", "top")
    for place in ends:
        probe = block(
            words, Box(body.left, 0, body.left + min(body.wide, 2400), 0.34 * sheet.high), "top", "top", manner
        )
        if probe is None:
            return []
        near = max(74.0, sheet.end_margin - 22.0)
        far = 62.0
        prints = 2.4 * PRINT_SIZE if place == "bottom" and words.small_print else 0.0
        high = probe.box.high + near + far + prints
        if place == "bottom":
            start, window = sheet.high - high + far, Box(0, 0, sheet.wide, sheet.high - high)
        else:
            start, window = near, Box(0, high, sheet.wide, sheet.high)
        setting = _shifted(probe, 0.0, start - probe.box.top)
        found.append(replace(setting, place=place, window=window, coloured=True))
    return found


def cartouched(face: Face, words: Words, sheet: Sheet) -> list[Setting]:
    """A bordered plate with the title centred in it, in the upper or lower third or the middle."""
    body = sheet.body
    manner = Manner(
        face,
        88,
        most_lines=5,
        align="middle",
        artist_face=GARAMOND_ITALIC,
        artist_size=46,
        rule=90,
        smallest=48,
    )
    wide = min(0.66 * sheet.wide, 1180.0)
    middle = sheet.wide / 2
    probe = block(words, Box(middle - wide / 2, 0, middle + wide / 2, 0.5 * sheet.high), "middle", "top", manner)
    if probe is None:
        return []
    pad = 92.0
    high, half = probe.box.high + 2 * pad, max(probe.box.wide / 2 + pad, 330.0)
    tops: tuple[tuple[Calm, float], ...] = (
        ("top", body.top + 30),
        ("middle", (sheet.high - high) / 2),
        ("bottom", body.low - high - 60),
    )
    return [
        replace(
            _shifted(probe, 0.0, top + pad - probe.box.top),
            place=place,
            plate=Box(middle - half, top, middle + half, top + high),
            plate_edge=4.0,
        )
        for place, top in tops
    ]


def framed(face: Face, words: Words, sheet: Sheet) -> list[Setting]:
    """The picture inside a frame of paper, the words on the paper below it."""
    if sheet.wide > 1.4 * sheet.high:
        return []
    edge = MARGIN
    foot = max(edge, sheet.end_margin)
    manner = Manner(face, 84, most_lines=3, artist_size=30, smallest=46)
    room = Box(edge, 0, sheet.wide - edge, 300)
    probe = block(words, room, "bottom", "top", manner)
    if probe is None:
        return []
    prints = 2.6 * PRINT_SIZE if words.small_print else 0.0
    high = probe.box.high
    top = sheet.high - foot - high - prints
    head = max(edge, 0.6 * sheet.end_margin)
    window = Box(edge, head, sheet.wide - edge, top - 54)
    setting = _shifted(probe, 0.0, top - probe.box.top)
    return [replace(setting, window=window)]


def obi(words: Words, sheet: Sheet) -> list[Setting]:
    """A strip of colour down the left edge, as round Japanese records, with the words running down it."""
    if is_right_to_left(words.title) or sheet.high > 1.4 * sheet.wide:
        return []
    japanese = any(map(is_ideographic, words.title))
    face = MINCHO if japanese else face_for(words.title, GOTHIC)
    body = sheet.body
    name, size = fitted_line(words.artist or " ", JOST_CAPITALS, 0.36 * body.high, 30)
    name_face = face_for(name, JOST_CAPITALS)
    taken = width(name, name_face) * size + 60 if words.artist else 0.0
    largest = 112.0 if japanese else 150.0
    title = set_text(words.title, face, body.high - taken, 240, largest=largest, most_lines=2, smallest=60)
    if title is None:
        return []
    step = (1.25 if japanese else face.leading) * title.size
    thick = (title.size if japanese else extent(title.lines[0], face)[0] * title.size) + step * (len(title.lines) - 1)
    wide = thick + 2 * 66
    left = (wide - thick) / 2
    lines = []
    for index, text in enumerate(title.lines):
        if japanese:
            x = left + thick - 0.5 * title.size - step * index
            lines.append(Line(text, x, body.top, title.size, title.widths[index], face, "start", "title", "columns"))
        else:
            x = left + step * (len(title.lines) - 1 - index)
            lines.append(Line(text, x, body.top, title.size, title.widths[index], face, "start", "title", "down"))
    if words.artist:
        caps = extent(name, name_face)[0] * size
        x = wide / 2 - caps / 2
        at = body.low - width(name, name_face) * size
        lines.append(
            Line(
                shown(name, name_face), x, at, size, width(name, name_face) * size, name_face, "start", "artist", "down"
            )
        )
    return [Setting("left", tuple(lines), window=Box(wide, 0, sheet.wide, sheet.high), coloured=True)]


def _shifted(setting: Setting, x: float, y: float) -> Setting:
    lines = tuple(replace(line, x=line.x + x, y=line.y + y) for line in setting.lines)
    rules = tuple(Box(rule.left + x, rule.top + y, rule.right + x, rule.low + y) for rule in setting.rules)
    return replace(setting, lines=lines, rules=rules)
