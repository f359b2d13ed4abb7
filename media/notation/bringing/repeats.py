"""Repeats and endings written out: the order in which bars are played."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from media.notation.bringing.bounds import MAX_BARS
from schemas.errors import MediaError

MAX_PLAYED = 4
"""The most times that a repeat is played."""

_MAX_UNFOLDED = 4 * MAX_BARS


class Signs(NamedTuple):
    """The repeat signs of a bar.

    Attributes:
        opens: a repeat begins with it.
        times: how often what is repeated is played, where the repeat closes after it; 1 where none does.
        endings: numbers of the ending that begins with it; None where none does.
        ends: whether its ending is over after it.
    """

    opens: bool = False
    times: int = 1
    endings: frozenset[int] | None = None
    ends: bool = False


def played_order(signs: Sequence[Signs]) -> list[int]:
    """Places of the bars in the order they are played.

    Raises:
        MediaError: there are more than 2,048 with all repeats.
    """
    order: list[int] = []
    place = start = 0
    turn = 1
    ending: frozenset[int] | None = None
    while place < len(signs):
        sign = signs[place]
        if sign.opens and place != start:
            start, turn = place, 1
        ending = sign.endings or ending
        playing = ending is None or turn in ending
        if playing:
            order.append(place)
            if len(order) > _MAX_UNFOLDED:
                raise MediaError(f"with its repeats the melody has more than {_MAX_UNFOLDED:,} bars: cut it")
        closes = sign.times > 1 and playing
        if closes and turn < min(MAX_PLAYED, max(ending) + 1 if ending else sign.times):
            place, turn, ending = start, turn + 1, None
            continue
        if closes or (sign.ends and playing and ending is not None and turn > 1):
            start, turn = place + 1, 1
        if sign.ends or sign.times > 1:
            ending = None
        place += 1
    return order
