"""Reading pattern rows: strings with one character a sixteenth (see `styles.base`)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from schemas.plan import TICKS_PER_QUARTER

STEP_TICKS = TICKS_PER_QUARTER // 4
"""Length of one character of a row: a sixteenth."""


class Stroke(NamedTuple):
    """One sign of a row: when it starts and how long it is held, in ticks from the bar line."""

    tick: int
    length: int
    sign: str


@lru_cache(maxsize=4096)
def in_meter(row: str, beats: int) -> str:
    """A 16-character row for a bar of `beats` quarters: in 3/4 the third beat is left out."""
    return row if beats == 4 else row[:8] + row[12:]


@lru_cache(maxsize=4096)
def strokes(row: str, beats: int, *, calm: bool = False) -> tuple[Stroke, ...]:
    """The strokes of a row, in time.

    Args:
        row: sixteen signs; `-` holds, `.` is silent.
        beats: quarters in the bar, 3 or 4.
        calm: leave out what falls off the eighths, for quick tempos.
    """
    found: list[list[int | str]] = []
    open_stroke = False
    for step, sign in enumerate(in_meter(row, beats)):
        skipped = calm and step % 2 == 1 and sign not in "-."
        if sign == "-" or skipped:
            if open_stroke:
                found[-1][1] = int(found[-1][1]) + STEP_TICKS
        elif sign == ".":
            open_stroke = False
        else:
            found.append([step * STEP_TICKS, STEP_TICKS, sign])
            open_stroke = True
    return tuple(Stroke(int(tick), int(length), str(sign)) for tick, length, sign in found)
