"""Where syllables may fall: every way to lay a line's syllables on the grid, weighed, with the future summed up.

The network samples onsets one by one. So that no choice leads to a dead end and stresses find their beats, each choice
is weighed by everything that can still follow it: messages are passed backward over a lattice of (syllable, slot), as
in a hidden Markov model (Rabiner 1989). The network's probability times this weight is the distribution sampled from.

A slot is a sixteenth (`grid` 1) or, only where a line has more syllables than sixteenths, a thirty-second (`grid` 2).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from schemas.errors import StepError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Weights = NDArray[np.float64]

SHORTEST_BREATH_S = 0.25
_STRESS = 5.0
_DWELLING = 2.0
_EARLY = 4.0
_EVENNESS = 1.0
_GAPS = {1: -1.2, 2: 0.0, 3: -0.6, 4: 0.0, 5: -3.0, 6: -0.4, 7: -3.0, 8: -0.5}
"""Log-weight of the time to the next onset, in sixteenths; longer ones are weighed by their ratio to the mean alone."""


def strengths(beats_per_bar: int, grid: int = 1) -> Weights:
    """How strong each slot of a bar is, 0 to 1: 1 the first beat, .9 the third of four, .6 or .5 other beats."""
    bar = np.zeros(beats_per_bar * 4)
    bar[::2] = 0.2
    bar[::4] = 0.6 if beats_per_bar == 4 else 0.5
    bar[0] = 1.0
    if beats_per_bar == 4:
        bar[8] = 0.9
    fine = np.zeros(len(bar) * grid)
    fine[::grid] = bar
    return fine


@dataclass(frozen=True)
class LineShape:
    """A line to be laid on the grid."""

    stress: tuple[float, ...]
    """One weight a syllable, 0 unstressed to 1 stressed."""
    beats_per_bar: int
    bars: int
    tempo_bpm: int
    grid: int = 1
    offbeat: float = 0.0
    """Log-weight put on eighths off the beat: above 0 for genres that like them."""
    rest: float = 2.0
    """How long the last syllable and the breath after it are wished to be, in mean gaps."""

    @property
    def slots(self) -> int:
        """Slots in the line's bars."""
        return self.beats_per_bar * 4 * self.grid * self.bars

    @property
    def breath_slots(self) -> int:
        """Slots of rest that end the line: an eighth or more, and 0.25 s or more."""
        slot_s = 15.0 / (self.tempo_bpm * self.grid)
        return max(2 * self.grid, int(np.ceil(SHORTEST_BREATH_S / slot_s - 1e-9)))

    @property
    def mean_gap(self) -> float:
        """Slots from syllable to syllable if the line were even, its long last note and breath counted."""
        return max(1.0, (self.slots - self.breath_slots) / (len(self.stress) + 0.8))


@dataclass(frozen=True)
class Wishes:
    """What a line's rhythm owes to another's."""

    pinned: Mapping[int, int] = field(default_factory=dict)
    """Syllable index to the slot it must begin at."""
    allowed: frozenset[int] | None = None
    """The only slots that may be used, where not None."""
    required: frozenset[int] = frozenset()
    """Slots that must be used."""
    liked: frozenset[int] = frozenset()
    """Slots preferred where nothing speaks against them."""


class RhythmLattice:
    """All rhythms of a line and their weights."""

    def __init__(self, shape: LineShape, wishes: Wishes = Wishes(), hold: int = 4) -> None:
        """Sums up the futures of every onset.

        Args:
            shape: the line.
            wishes: what other lines ask of it.
            hold: least length of the last note in sixteenths.
        """
        self.shape = shape
        self.syllables = len(shape.stress)
        self._gaps = _gap_weights(shape)
        self._emit = emissions(shape, wishes)
        self._required = np.zeros(shape.slots + 1, dtype=np.int64)
        for slot in wishes.required:
            self._required[slot + 1 :] += 1
        self._first = np.where(self._required[:-1] > 0, -np.inf, _first_weights(shape))
        gaps = np.arange(shape.slots)[None, :] - np.arange(shape.slots)[:, None]
        self._long = np.log2(np.maximum(gaps / shape.mean_gap, 1.0))
        self._steps = self._all_steps()
        self._after = self._messages(hold * shape.grid)

    @property
    def feasible(self) -> bool:
        """Whether the line fits at all."""
        return self.syllables == 0 or bool(np.isfinite(self.onset_weights(0, None)).any())

    @property
    def log_total(self) -> float:
        """The log of the summed weights of all rhythms."""
        return float(np.logaddexp.reduce(self.onset_weights(0, None)))

    def onset_weights(self, syllable: int, before: int | None) -> Weights:
        """Log-weights [slots] of where a syllable begins, all that may follow summed up.

        Args:
            syllable: its index in the line.
            before: the slot of the syllable before, None for the first.
        """
        step = self._first if before is None else self._steps[before] + self._hold(syllable - 1)[before]
        weights: Weights = step + self._emit[syllable] + self._after[syllable]
        return weights

    def stress_score(self, onsets: Sequence[int]) -> float:
        """How well a rhythm suits the stresses, a mean a syllable; above 0 is good."""
        return float(np.mean([self._emit[index, slot] for index, slot in enumerate(onsets)]))

    def last_length(self, onset: int) -> int:
        """Slots that the last syllable is held, a breath left after it."""
        longest = (8 if self.shape.tempo_bpm < 84 else 12) * self.shape.grid
        return min(self.shape.slots - self.shape.breath_slots - onset, longest)

    def _messages(self, hold: int) -> Weights:
        slots = self.shape.slots
        after = np.full((self.syllables, slots), -np.inf)
        if not self.syllables:
            return after
        ends = slots - self.shape.breath_slots - np.arange(slots, dtype=np.float64)
        fits = (ends >= hold) & (self._required[slots] - self._required[1:] <= 0)
        after[-1] = np.where(fits, self._ending(ends), -np.inf)
        for syllable in range(self.syllables - 2, -1, -1):
            future = self._emit[syllable + 1] + after[syllable + 1]
            after[syllable] = np.logaddexp.reduce(self._steps + self._hold(syllable) + future, axis=1)
        return after

    def _hold(self, syllable: int) -> Weights:
        """Log-weights [slots, slots] of holding a syllable: unstressed ones are not dwelt on."""
        weights: Weights = -_DWELLING * (1.0 - self.shape.stress[syllable]) * self._long
        return weights

    def _ending(self, ends: Weights) -> Weights:
        """Log-weights of the time from the last onset to the breath; a line should reach its last bar."""
        wished = max(4.0 * self.shape.grid, (self.shape.rest - 0.9) * self.shape.mean_gap)
        bar = self.shape.slots // self.shape.bars
        early = ends > bar - self.shape.breath_slots
        weights: Weights = -2.5 * np.log2(np.maximum(ends, 1) / wished) ** 2 - _EARLY * early
        return weights

    def _all_steps(self) -> Weights:
        """Log-weights [slots, slots] of an onset after another: the gap's, and none that skips a required slot."""
        slots = np.arange(self.shape.slots)
        gaps = slots[None, :] - slots[:, None]
        skipped = self._required[:-1][None, :] - self._required[1:][:, None]
        steps: Weights = np.where((gaps > 0) & (skipped <= 0), self._gaps[np.maximum(gaps, 0)], -np.inf)
        return steps


def lay(shape: LineShape, wishes: Sequence[Wishes] = (Wishes(),)) -> RhythmLattice:
    """The lattice of a line under the first of some wishes that can be met.

    Raises:
        StepError: the line has more syllables than its bars have slots.
    """
    for wish in (*wishes, Wishes()):
        for hold in (4, 2, 1):
            lattice = RhythmLattice(shape, wish, hold)
            if lattice.feasible:
                return lattice
    raise StepError(
        f"{len(shape.stress)} syllables do not fit in {shape.bars} bars at {shape.tempo_bpm} bpm: plan more bars a line"
    )


def grid_for(syllables: int, beats_per_bar: int, bars: int, tempo_bpm: int) -> int:
    """1 where a line fits on sixteenths, 2 where it needs thirty-seconds."""
    shape = LineShape((0.0,) * syllables, beats_per_bar, bars, tempo_bpm)
    return 1 if syllables - 1 + 2 + shape.breath_slots <= shape.slots else 2


def _gap_weights(shape: LineShape) -> Weights:
    gaps, mean_gap = np.zeros(shape.slots + 1), shape.mean_gap
    for gap in range(1, shape.slots + 1):
        sixteenths = gap / shape.grid
        own = _GAPS.get(int(sixteenths), 0.0) if sixteenths == int(sixteenths) else -1.5
        gaps[gap] = own - _EVENNESS * np.log2(gap / mean_gap) ** 2
    return gaps


def _first_weights(shape: LineShape) -> Weights:
    """Log-weights of the first onset: near the bar line, on an eighth."""
    slots = np.arange(shape.slots)
    late = slots / shape.grid
    return -0.25 * late - np.where(slots % (2 * shape.grid) == 0, 0.0, 3.0)


def emissions(shape: LineShape, wishes: Wishes) -> Weights:
    """Log-weights [syllables, slots] of a syllable at a slot, whatever is around it."""
    strength = np.tile(strengths(shape.beats_per_bar, shape.grid), shape.bars)
    stress = np.array(shape.stress).reshape(-1, 1)
    emit = _STRESS * (stress * (strength - 0.6) + 0.8 * (1 - stress) * (0.5 - strength))
    slots = np.arange(shape.slots)
    eighth, beat = slots % (2 * shape.grid) == 0, slots % (4 * shape.grid) == 0
    emit = emit + np.where(eighth, np.where(beat, 0.0, shape.offbeat), -2.0)
    for slot in wishes.liked:
        emit[:, slot] += 1.5
    if wishes.allowed is not None:
        emit[:, [slot for slot in range(shape.slots) if slot not in wishes.allowed]] = -np.inf
    for syllable, slot in wishes.pinned.items():
        kept = emit[syllable, slot]
        emit[syllable] = -np.inf
        emit[syllable, slot] = kept
    return emit
