"""A chorale as a grid of sixteenths and four voices, and the grid as a sequence of one token a voice and step.

The serialisation is that of Huang et al. 2018 (section 4.1): soprano, alto, tenor and bass of the first sixteenth, then
of the second, and so on. Likelihoods a token compare with theirs. As in their corpus, nothing tells a note that is
held from one that is struck again.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from schemas.errors import MediaError

Grid = NDArray[np.int64]
"""[steps, 4]: MIDI numbers of soprano, alto, tenor and bass at every sixteenth, -1 where a voice is silent."""

VOICES = 4
STEPS_PER_BEAT = 4
LOWEST, HIGHEST = 36, 81
"""MIDI numbers that have a token: those of the corpus."""
SILENT = -1
REST = 0
START = HIGHEST - LOWEST + 2
SYMBOLS = START + 1
"""Number of tokens: a rest, the pitches, and the start of a chorale."""
PLACES = VOICES * STEPS_PER_BEAT
"""Voices and sixteenths of a beat: what is known of a token before it is read."""

RANGES: tuple[tuple[int, int], ...] = ((60, 81), (55, 74), (48, 69), (36, 64))
"""Lowest and highest note of soprano, alto, tenor and bass that a choir sings (99.8 % of the corpus lies within)."""


def checked_grid(grid: NDArray[np.generic] | list[list[int]]) -> Grid:
    """A grid as whole numbers.

    Raises:
        MediaError: it is not [steps, 4], or a note lies outside 36 to 81.
    """
    try:
        found = np.asarray(grid).astype(np.int64)
    except (ValueError, TypeError) as error:
        raise MediaError(f"a chorale is a row of {VOICES} MIDI numbers for each sixteenth: {error}") from error
    if found.ndim != 2 or found.shape[1] != VOICES or not len(found):
        raise MediaError(f"a chorale of shape {found.shape}: it is a row of {VOICES} MIDI numbers for each sixteenth")
    wrong = (found != SILENT) & ((found < LOWEST) | (found > HIGHEST))
    if wrong.any():
        step, voice = np.argwhere(wrong)[0]
        raise MediaError(
            f"voice {voice + 1} has note {found[step, voice]} at sixteenth {step}: {LOWEST} to {HIGHEST}, or {SILENT}"
        )
    return found


def serialise(grid: Grid) -> NDArray[np.int64]:
    """The tokens of a grid, [4 x steps], without the start."""
    flat = grid.reshape(-1)
    return np.where(flat == SILENT, REST, flat - LOWEST + 1)


def grid_of(tokens: NDArray[np.int64]) -> Grid:
    """The grid of tokens, four a step.

    Raises:
        MediaError: they are no whole number of steps, or one is the start.
    """
    if len(tokens) % VOICES or ((tokens < REST) | (tokens >= START)).any():
        raise MediaError(f"{len(tokens)} tokens: a chorale has {VOICES} a step, each from {REST} to {START - 1}")
    return np.where(tokens == REST, SILENT, tokens + LOWEST - 1).reshape(-1, VOICES)


def transposed(grid: Grid, semitones: int) -> Grid:
    """A grid moved up or down; silence stays."""
    return np.where(grid == SILENT, SILENT, grid + semitones)


def transpositions(grid: Grid) -> range:
    """By how many semitones, -5 to 6, a chorale may be moved with every note between 36 and 81."""
    notes = grid[grid != SILENT]
    if not len(notes):
        return range(1)
    return range(max(-5, LOWEST - int(notes.min())), min(6, HIGHEST - int(notes.max())) + 1)
