"""Where the small print stands: in the quietest corner that the title leaves free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from media.cover.colour import luminance
from media.sleeve.blocks import PRINT_SIZE, one_line
from media.sleeve.faces import JOST_CAPITALS, extent, face_for, width
from media.sleeve.ground import Ground
from media.sleeve.ink import LEAST_CONTRAST, against
from media.sleeve.sheet import Align, Box, Line, Setting, Sheet, Turn

_STEP = 1.75
_CLEAR = 26.0
_SPACED = "   ·   "


def small_print_lines(
    texts: tuple[str, ...], setting: Setting, ground: Ground, inks: Sequence[str]
) -> tuple[Line, ...]:
    """The small print in the quietest of the places that keep clear of the title; the first of equals.

    Args:
        texts: the lines.
        setting: title and artist in their places.
        ground: the picture measured.
        inks: colours that it may be printed in.
    """
    sheet = ground.sheet
    if not texts:
        return ()
    taken = [line.box.grown(_CLEAR) for line in setting.lines] + [rule.grown(_CLEAR) for rule in setting.rules]
    best: tuple[float, tuple[Line, ...]] | None = None
    for order, lines in enumerate(_offers(texts, setting, sheet)):
        boxes = [line.box for line in lines]
        crossing = sum(box.meets(other) for box in boxes for other in taken)
        crossing += sum(one.grown(8).meets(other) for one, other in pairwise(boxes))
        crossing += sum(_cut(box, setting) for box in boxes)
        cost = 10.0 * crossing + 0.06 * order + 0.6 * (lines[0].turn != "level")
        if setting.window is None or all(setting.window.meets(box) for box in boxes):
            cost += max(_trouble(box.grown(6), ground, inks) for box in boxes)
        elif setting.coloured and sheet.wide > setting.window.wide:
            cost += 0.6  # a strip is too narrow for more than the title
        if best is None or cost < best[0]:
            best = (cost, lines)
    return best[1] if best else ()


def _trouble(box: Box, ground: Ground, inks: Sequence[str]) -> float:
    """How hard a line would be to read here, 0 for not at all."""
    low, high = ground.lights(box)
    ratio = max(against(low, high, luminance(ink)) for ink in inks)
    return ground.busyness(box) + 0.7 * max(0.0, math.log2(1.05 * LEAST_CONTRAST / ratio))


def _cut(box: Box, setting: Setting) -> bool:
    """Whether a line would lie half on a plate, or half in the picture's window."""
    for field in (setting.plate, setting.window):
        if field is not None and field.grown(10).meets(box):
            inner = field.grown(-10)
            inside = inner.left <= box.left and box.right <= inner.right
            if not (inside and inner.top <= box.top and box.low <= inner.low):
                return True
    return setting.window is not None and not setting.coloured and setting.window.meets(box)


def _offers(texts: tuple[str, ...], setting: Setting, sheet: Sheet) -> list[tuple[Line, ...]]:
    body = sheet.body
    left = body.left
    if setting.coloured and setting.window is not None and setting.window.left > 0:
        left = setting.window.left + 56
    ahead = extent("A", JOST_CAPITALS)[0] * PRINT_SIZE
    offers: list[tuple[Line, ...]] = []
    names = [line for line in setting.lines if line.role == "artist" and line.turn == "level" and line.align == "start"]
    ends: tuple[tuple[Align, float], ...] = (("end", body.right), ("start", left))
    if names:  # on the artist's own baseline, at the other side
        offers.append(_stack(texts, body.right, names[0].y, -1.0, "end"))
        if len(texts) > 1:
            offers.append((_print(_SPACED.join(texts), body.right, names[0].y, "end"),))
    for base, way in ((body.low, -1.0), (body.top + ahead, 1.0)):
        if len(texts) > 1:
            offers.append(_split(texts, left, body.right, base, way))
        offers.extend(_stack(texts, x, base, way, align) for align, x in ends)
    turns: tuple[tuple[float, Turn], ...] = ((body.right, "down"), (body.left, "up"))
    offers.extend(_along(texts, x, body, turn) for x, turn in turns)
    return offers


def _split(texts: tuple[str, ...], left: float, right: float, base: float, way: float) -> tuple[Line, ...]:
    """The last at the right, the others at the left, one above the other."""
    others = _stack(texts[:-1], left, base, way, "start")
    return (*others, _print(texts[-1], right, base, "end"))


def _stack(texts: tuple[str, ...], x: float, base: float, way: float, align: Align) -> tuple[Line, ...]:
    ordered = texts if way > 0 else tuple(reversed(texts))
    lines = [_print(text, x, base + way * index * _STEP * PRINT_SIZE, align) for index, text in enumerate(ordered)]
    return tuple(lines if way > 0 else reversed(lines))


def _along(texts: tuple[str, ...], x: float, body: Box, turn: Turn) -> tuple[Line, ...]:
    """All in one line along an edge."""
    text = _SPACED.join(texts)
    face = face_for(text, JOST_CAPITALS)
    wide = width(text, face) * PRINT_SIZE
    rise = extent(text, face)[0] * PRINT_SIZE
    middle = (body.top + body.low) / 2
    start = middle - wide / 2 if turn == "down" else middle + wide / 2
    at = x - rise if turn == "down" else x + rise
    return (Line(text.upper(), at, start, PRINT_SIZE, wide, face, "start", "print", turn),)


def _print(text: str, x: float, y: float, align: Align) -> Line:
    return one_line(text, JOST_CAPITALS, x, y, PRINT_SIZE, align, "print")
