"""What a teacher of counterpoint marks in red: parallels, crossed voices, notes out of range."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from models.music.chorales.grid import RANGES, SILENT, Grid

PERFECT = (0, 7)
"""Unison or octave, and fifth, in semitones without octaves."""


@dataclass(frozen=True)
class Faults:
    """Faults of a chorale, counted."""

    steps: int
    """Sixteenths looked at."""
    changes: int
    """Sixteenths at which a voice moves."""
    parallel_fifths: int
    parallel_octaves: int
    crossings: int
    """Sixteenths at which a voice sounds below the next lower one."""
    out_of_range: int
    """Notes at a sixteenth that a choir's voice does not reach (`RANGES`)."""

    def __add__(self, other: Faults) -> Faults:
        return Faults(*(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__))


def parallels(before: np.ndarray, after: np.ndarray) -> list[tuple[int, int, int]]:
    """Pairs of voices that move the same way from a perfect interval to the same: upper, lower, 0 or 7.

    Args:
        before: the four voices at one sixteenth, as MIDI numbers, -1 silent.
        after: the same at the next.
    """
    found = []
    for upper, lower in combinations(range(len(after)), 2):
        if SILENT in (before[upper], before[lower], after[upper], after[lower]):
            continue
        moves = int(after[upper]) - int(before[upper]), int(after[lower]) - int(before[lower])
        interval = (int(after[upper]) - int(after[lower])) % 12
        same = interval == (int(before[upper]) - int(before[lower])) % 12
        if moves[0] * moves[1] > 0 and same and interval in PERFECT:
            found.append((upper, lower, interval))
    return found


def faults(grid: Grid) -> Faults:
    """The faults of a chorale."""
    pairs = [pair for before, after in zip(grid[:-1], grid[1:], strict=True) for pair in parallels(before, after)]
    sounding = grid != SILENT
    crossed = (grid[:, :-1] < grid[:, 1:]) & sounding[:, :-1] & sounding[:, 1:]
    low, high = np.array(RANGES).T
    return Faults(
        steps=len(grid),
        changes=int((grid[1:] != grid[:-1]).any(axis=1).sum()),
        parallel_fifths=sum(interval == 7 for *_, interval in pairs),
        parallel_octaves=sum(interval == 0 for *_, interval in pairs),
        crossings=int(crossed.any(axis=1).sum()),
        out_of_range=int((((grid < low) | (grid > high)) & sounding).sum()),
    )
