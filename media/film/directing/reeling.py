"""Which shots are filmed as one piece: 6 to 15 seconds, from one section's beginning to another's where it can be."""

from __future__ import annotations

from collections.abc import Sequence

LEAST_S = 6.0
MOST_S = 15.0
_MOST_REELS = 300
_INSIDE_SECTION = 1.0
_DISSOLVES = 0.6
_TOO_SHORT, _TOO_LONG = 4.0, 1.5


def reels_of(lengths_s: Sequence[float], starts_section: Sequence[bool], dissolves: Sequence[bool]) -> tuple[int, ...]:
    """The first shot of each reel, so that lengths, sections and dissolves together cost least.

    A reel that begins with a shot that would dissolve costs something, since that must then be cut.

    Args:
        lengths_s: of every shot.
        starts_section: whether the shot is the first of a section.
        dissolves: whether it would begin with a dissolve.
    """
    total = sum(lengths_s)
    least = max(LEAST_S, total / _MOST_REELS)
    most = max(MOST_S, 2 * least)
    best: list[tuple[float, int]] = [(0.0, 0)]
    for end in range(1, len(lengths_s) + 1):
        found: list[tuple[float, int]] = []
        length = 0.0
        for first in range(end - 1, -1, -1):
            length += lengths_s[first]
            if length > 2 * most and found:
                break
            cost = _TOO_SHORT * max(0.0, least - length) + _TOO_LONG * max(0.0, length - most)
            if first:
                cost += _INSIDE_SECTION * (not starts_section[first]) + _DISSOLVES * dissolves[first]
            found.append((best[first][0] + cost + 0.01, first))
        best.append(min(found))
    starts, at = list[int](), len(lengths_s)
    while at:
        at = best[at][1]
        starts.append(at)
    return tuple(reversed(starts))
