"""How lengths are written: notes cut at the beats that a reader counts, rests, beams. Times in sixteenths of a bar."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

SIXTEENTH_TICKS = 120
TYPES = {1: ("16th", 0), 2: ("eighth", 0), 3: ("eighth", 1), 4: ("quarter", 0), 6: ("quarter", 1), 8: ("half", 0)} | {
    12: ("half", 1),
    16: ("whole", 0),
}
"""Note type and dots of each length that one sign can write, in sixteenths."""


class Piece(NamedTuple):
    """A written sign: its start and length in sixteenths, counted from the bar line."""

    start: int
    length: int


def written_notes(start: int, length: int, bar: int) -> list[Piece]:
    """The tied signs that write a note within a bar of 12 or 16 sixteenths, cut where a beat must be seen."""
    if _readable(start, length, bar):
        return [Piece(start, length)]
    cut = _strongest(start, start + length, bar)
    return [*written_notes(start, cut - start, bar), *written_notes(cut, start + length - cut, bar)]


def written_rests(start: int, length: int, bar: int) -> list[Piece]:
    """The rests that fill a stretch of a bar; each lies on a multiple of its own length."""
    pieces = []
    while length:
        size = next(s for s in ((8, 4, 2, 1) if bar == 16 else (4, 2, 1)) if s <= length and start % s == 0)
        pieces.append(Piece(start, size))
        start, length = start + size, length - size
    return pieces


def _readable(start: int, length: int, bar: int) -> bool:
    if length not in TYPES:
        return False
    if start == 0 and length in (12, 8, bar):
        return True
    end = start + length
    if length in (12, 8):
        return start % 4 == 0 and (end == bar or (bar == 16 and length == 8))
    half = 8 if bar == 16 else bar
    if length == 6:
        return start % 2 == 0 and (start // half == (end - 1) // half) and (start % 4 == 0 or end % 4 == 0)
    if length == 3:
        return start // 4 == (end - 1) // 4
    # A quarter on the off-beat eighth, or an eighth on the off-beat sixteenth, is read where no beat is hidden.
    same_half, same_beat = start // half == (end - 1) // half, start // 4 == (end - 1) // 4
    return start % length == 0 or (start % 4 == 2 and same_half if length == 4 else same_beat)


def _strongest(start: int, end: int, bar: int) -> int:
    """The strongest place strictly inside a stretch: the half bar of 4/4, else a beat, an eighth, a sixteenth."""
    for grid in (8, 4, 2, 1) if bar == 16 else (4, 2, 1):
        inside = [place for place in range(start + 1, end) if place % grid == 0]
        if inside:
            # Of two equal places the later: the long sign stays in front, unless the note began off the grid.
            return inside[0] if start % grid else inside[-1]
    raise ValueError(f"nothing lies between {start} and {end}")


def beams(pieces: Sequence[Piece | None], bar: int) -> list[list[tuple[int, str]]]:
    """Beam marks (level, 'begin' | 'continue' | 'end' | 'forward hook' | 'backward hook') of each sign.

    Args:
        pieces: signs in order; None for a rest, which breaks a beam.
        bar: sixteenths in the bar, 12 or 16.
    """
    marks: list[list[tuple[int, str]]] = [[] for _ in pieces]
    for group in _beam_groups(pieces, bar):
        last = len(group) - 1
        for place, (index, piece) in enumerate(group):
            marks[index].append((1, "begin" if place == 0 else "end" if place == last else "continue"))
            if piece.length in (1,):
                before = place > 0 and group[place - 1][1].length == 1
                after = place < last and group[place + 1][1].length == 1
                hook = "forward hook" if place < last and (place == 0 or piece.start % 2 == 0) else "backward hook"
                kind = "continue" if before and after else "end" if before else "begin" if after else hook
                marks[index].append((2, kind))
    return marks


def _beam_groups(pieces: Sequence[Piece | None], bar: int) -> list[list[tuple[int, Piece]]]:
    """Runs of short signs that share a beat, or a half bar of 4/4 where all in it are eighths; two or more each."""
    even = [
        bar == 16 and all(p is not None and p.length == 2 for p in pieces if p is None or p.start // 8 == half)
        for half in (0, 1)
    ]
    groups: list[list[tuple[int, Piece]]] = []
    window = -1
    for index, piece in enumerate(pieces):
        if piece is None or piece.length >= 4:
            window = -1
            continue
        here = piece.start // 8 + 100 if bar == 16 and even[min(1, piece.start // 8)] else piece.start // 4
        if here != window:
            groups.append([])
            window = here
        groups[-1].append((index, piece))
    return [group for group in groups if len(group) > 1]
