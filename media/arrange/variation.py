"""Keeping parts alive: which variant of a pattern a bar gets, and the guard against looped bars."""

from __future__ import annotations

from collections.abc import Callable

from media.arrange.song import Bar, Hit, Song

Signature = tuple[tuple[int, int, int], ...]
"""Onset in the bar, pitch relative to the chord's root, length in eighths: what makes two bars the same."""

_LONGEST_RUN = 2
_LARGEST_SHARE = 0.4
_FEWEST_DISTINCT = 0.52
_TRIES = 14

Play = Callable[[Bar, int, list[Hit]], list[Hit]]
"""A player: bar, variant (0 statement, 3 answer, others ornamented), notes before it -> the notes of the bar."""


def signature(hits: list[Hit], bar: Bar, *, pitched: bool) -> Signature:
    """What a bar sounds like apart from its chord."""
    return tuple(
        sorted(
            (hit.tick - bar.start, hit.pitch - bar.harmony_at(hit.tick).chord.root if pitched else hit.pitch, 0)
            for hit in hits
        )
    )


def base_variant(bar: Bar, *, two_bar: bool) -> int:
    """The variant a bar asks for: statement, ornament, statement, answer; two-bar grooves alternate.

    The second and later sections of a role start from another ornament.
    """
    phrase, place = divmod(bar.place, 4)
    if two_bar:
        return (0, 3, 4 + phrase % 3, 3 if phrase % 2 else 5)[place]
    return (0, 1 + (phrase + bar.cast.visit) % 2, 0 if phrase % 2 == 0 else 4, 3)[place]


def play_through(song: Song, bars: list[Bar], play: Play, *, two_bar: bool, pitched: bool = True) -> list[Hit]:
    """All notes of a player over its bars, no bar repeated more than twice running nor in most of the song.

    A variant that would make the part a loop is passed over for the next one.
    """
    counts: dict[Signature, int] = {}
    history: list[Signature] = []
    hits: list[Hit] = []
    before: list[Hit] = []
    for bar in bars:
        first = base_variant(bar, two_bar=two_bar)
        choices = [first, *(v for v in range(4, 4 + _TRIES) if v != first)]
        chosen: list[Hit] = []
        best = 99
        for variant in choices:
            tried = play(bar, variant, before)
            mark = signature(tried, bar, pitched=pitched)
            fault = _fault(mark, history, counts)
            if fault < best:
                best, chosen = fault, tried
            if fault == 0 or not tried:
                break
        if chosen:
            mark = signature(chosen, bar, pitched=pitched)
            history.append(mark)
            counts[mark] = counts.get(mark, 0) + 1
            before = chosen
        hits.extend(chosen)
    return hits


def _fault(mark: Signature, history: list[Signature], counts: dict[Signature, int]) -> int:
    """0 when the bar is welcome; else how much it would make the part a loop."""
    played = len(history)
    fault = 0
    if history[-_LONGEST_RUN:] == [mark] * _LONGEST_RUN:
        fault += 4
    if played >= 2 and mark in counts:
        if (counts[mark] + 1) / (played + 1) > _LARGEST_SHARE:
            fault += 2
        if len(counts) / (played + 1) < _FEWEST_DISTINCT:
            fault += 1
    return fault
