"""A rhythm that is already settled, where the decoder expects a lattice of all that may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.music.rhythm import LineShape, RhythmLattice, Wishes, emissions, lay
from schemas.errors import StepError

if TYPE_CHECKING:
    from models.music.rhythm import Weights


class FixedRhythm(RhythmLattice):
    """The one rhythm of a line whose onsets are given; it may break every rule that a free one keeps."""

    def __init__(self, shape: LineShape, onsets: Sequence[int]) -> None:
        """Keeps the onsets.

        Args:
            shape: the line, one stress a note.
            onsets: a slot for each note, rising.
        """
        self.shape, self.syllables, self.onsets = shape, len(onsets), tuple(onsets)
        self._emit = emissions(shape, Wishes())

    def onset_weights(self, syllable: int, before: int | None) -> Weights:
        """0 at the note's slot, minus infinity elsewhere."""
        weights = np.full(self.shape.slots, -np.inf)
        weights[self.onsets[syllable]] = 0.0
        return weights

    def last_length(self, onset: int) -> int:
        """Slots that the last note may be held, one at least."""
        return max(1, super().last_length(onset))


def slots_of(ticks: Sequence[int], slot_ticks: int, slots: int) -> tuple[int, ...] | None:
    """The nearest slots to some ticks, each later than the one before; None where there is no room for them.

    Args:
        ticks: onsets from the line's first bar line, rising.
        slot_ticks: length of a slot.
        slots: how many there are.
    """
    found: list[int] = []
    for place, tick in enumerate(ticks):
        latest = slots - (len(ticks) - place)
        earliest = found[-1] + 1 if found else 0
        found.append(min(max(round(tick / slot_ticks), earliest), latest))
    rises = all(one < other for one, other in zip(found, found[1:], strict=False))
    return tuple(found) if rises and (not found or found[0] >= 0) else None


def settled(shape: LineShape, ticks: Sequence[int], slot_ticks: int) -> FixedRhythm:
    """The rhythm of given onsets, moved to the nearest slots.

    Raises:
        StepError: there are more notes than slots.
    """
    slots = slots_of(ticks, slot_ticks, shape.slots)
    if slots is None:
        raise StepError(f"{len(ticks)} notes do not fit in {shape.bars} bars of {shape.slots // shape.bars} slots each")
    return FixedRhythm(shape, slots)


def lay_between(shape: LineShape, wishes: Sequence[Wishes], first: int, last: int) -> RhythmLattice:
    """The lattice of a line that may only use some of its slots, under the first of some wishes that can be met.

    Args:
        shape: the line.
        wishes: what other lines ask of it.
        first: the first slot that it may use.
        last: the slot after the last in which it may sound.

    Raises:
        StepError: its syllables do not fit there.
    """
    if first <= 0 and last >= shape.slots:
        return lay(shape, wishes)
    for wish in (*wishes, Wishes()):
        for hold in (4, 2, 1):
            latest = last - hold * shape.grid
            open_slots = frozenset(range(first, latest + 1))
            allowed = open_slots if wish.allowed is None else wish.allowed & open_slots
            lattice = RhythmLattice(shape, replace(wish, allowed=allowed), hold)
            if lattice.feasible:
                return lattice
    raise StepError(
        f"{len(shape.stress)} syllables do not fit between the given notes around their line: "
        f"{max(0, last - first)} of {shape.slots} slots are free; give its notes too, or plan fewer syllables"
    )
