"""The drum patterns that the arranger plays, as stretches for a MusicVAE to learn.

No openly licensed corpus of drumming is at hand, so these are the project's own written grooves: every pair of bars of
a style's level, with ornaments and fills as the arranger sets them. Stretches are divided by style, grooves and fill;
those for the test are new pairings of known bars, not unknown drumming.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from media.arrange.drums import DRUMS
from media.arrange.rows import STEP_TICKS, strokes
from media.arrange.styles import STYLES
from models.music.music_vae.vocabulary import STEPS_PER_BAR, drum_tokens

if TYPE_CHECKING:
    from media.arrange.styles.base import Drums
    from training.music_vae_corpus import Windows

_ORNAMENTED = 6
"""How often each pairing is ornamented anew."""
_FILL_BEATS = (0, 1, 2, 3)
_SEED = 20180313

Row = tuple[int, int]
"""Onset in sixteenths and General MIDI note."""


def pattern_windows(bars: int) -> Windows:
    """The stretches of so many bars of every style, each once in a split."""
    from training.music_vae_corpus import split_of

    found: dict[str, dict[bytes, np.ndarray]] = {"train": {}, "valid": {}, "test": {}}
    for name, hits in _patterns(bars):
        tokens = np.array(drum_tokens(hits, bars * STEPS_PER_BAR), dtype=np.int16)
        found[split_of(name)].setdefault(tokens.tobytes(), tokens)
    return {split: np.stack(list(rows.values())) for split, rows in found.items()}


def _patterns(bars: int) -> Iterator[tuple[str, list[Row]]]:
    """Name and strokes of each pattern; the name says all but the ornaments."""
    dice = np.random.default_rng(_SEED)
    for genre, style in STYLES.items():
        drums = style.drums
        for level, grooves in enumerate(drums.levels):
            pairings = product(range(len(grooves)), range(len(grooves)), range(len(drums.fills)), _FILL_BEATS)
            for first, other, fill, beats in pairings:
                if beats == 0 and fill:
                    continue
                name = f"{genre} level {level} grooves {first} {other} fill {fill} of {beats}"
                for _ in range(_ORNAMENTED):
                    yield name, _pattern(drums, level, (first, other), (fill, beats), bars, dice)


def _pattern(
    drums: Drums, level: int, grooves: tuple[int, int], fill: tuple[int, int], bars: int, dice: np.random.Generator
) -> list[Row]:
    hits: list[Row] = []
    for bar in range(bars):
        placed = _rows(drums.levels[level][grooves[bar % 2]])
        for index in dice.permutation(len(drums.ornaments))[: int(dice.integers(0, 3))]:
            drum, step, _ = drums.ornaments[int(index)]
            placed.append((step, DRUMS[drum]))
        if bar == bars - 1 and fill[1]:
            start = STEPS_PER_BAR - 4 * fill[1]
            placed = [hit for hit in placed if hit[0] < start]
            placed += [hit for hit in _rows(drums.fills[fill[0]]) if hit[0] >= start]
        if bar == 0 and dice.random() < 0.2:
            placed.append((0, DRUMS[drums.crash]))
        hits += [(bar * STEPS_PER_BAR + step, pitch) for step, pitch in placed]
    return hits


def _rows(groove: dict[str, str]) -> list[Row]:
    return [
        (stroke.tick // STEP_TICKS, DRUMS[name])
        for name, row in groove.items()
        for stroke in strokes(row.ljust(STEPS_PER_BAR, "."), 4)
    ]
