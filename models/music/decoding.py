"""Samples a line: the network's probabilities times the weights of rhythm, harmony and melody, several at a time.

Every candidate of a line is a row of one batch of fixed size, with its own state; all rows of a line have the same
number of tokens, whatever their rhythm. What is left open is chosen by the network; what is forced costs it nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.music.constraints import PitchRules
from models.music.harmony import Harmony
from models.music.rhythm import RhythmLattice
from models.music.tokens import BAR, CHORD_0, PHRASE, PITCH_0, pitch_of, position_token

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

_RHYTHM_TRUST = 0.6
_HARMONY_TRUST = 0.8
_PITCH_TRUST = 1.0
"""Exponents of the network's probability of an onset, a chord and a note."""


class ChordRule(Protocol):
    """Log-weights over a menu of chords for one place, after another chord."""

    def __call__(self, place: int, before: Harmony | None, /) -> np.ndarray:
        """Shapes: returns [len(menu)]."""


@dataclass(frozen=True)
class LineTask:
    """What is to be decided for a line, and the rules of deciding."""

    lattice: RhythmLattice
    rules: PitchRules
    menu: Sequence[Harmony]
    chord_slots: tuple[int, ...]
    """Slots at which chords begin, the first 0."""
    chord_rule: ChordRule
    before: Harmony | None = None
    """The chord that the line before ends with."""

    @property
    def bar_slots(self) -> int:
        """Slots in a bar."""
        return self.lattice.shape.slots // self.lattice.shape.bars

    @property
    def tokens(self) -> int:
        """Tokens that a row takes, the opening two included."""
        return 1 + self.lattice.shape.bars + 2 * (len(self.chord_slots) + self.lattice.syllables)


@dataclass(frozen=True)
class LineRequest:
    """A line to be sampled: what composing asks for, again and again, until its song is done."""

    context: tuple[int, ...]
    """Tokens before the line, at most the network's context less `task.tokens`."""
    task: LineTask
    rows: int
    """How many candidates, 1 to 64."""
    generator: np.random.Generator
    """Where chance comes from; nothing else may draw from it until the candidates are there."""


@dataclass(frozen=True)
class LineChoice:
    """A line as it was sampled."""

    onsets: tuple[int, ...]
    pitches: tuple[int, ...]
    harmonies: tuple[Harmony, ...]
    chord_tokens: tuple[int, ...]
    log_probability: float
    """Mean of the network's own log-probability over what was left open to it."""


def sample_line(
    model: MusicTransformer, context: Sequence[int], task: LineTask, *, rows: int, generator: np.random.Generator
) -> list[LineChoice]:
    """Candidates for a line that follows a context of tokens.

    Args:
        model: the network.
        context: tokens before the line, at most the network's context less `task.tokens`.
        task: the rules.
        rows: how many candidates, all in one batch.
        generator: where chance comes from.
    """
    import torch

    from models.music.transformer import Memory

    writers = [_Writer(task) for _ in range(rows)]
    with torch.inference_mode():
        memory = Memory(model.config, 1)
        model.step(torch.tensor([list(context)]), memory)
        memory = memory.expand(rows)
        tokens = torch.tensor([[PHRASE, BAR]] * rows)
        for _ in range(task.tokens - 2):
            logits = model.step(tokens, memory).double().numpy()
            logits -= np.logaddexp.reduce(logits, axis=1, keepdims=True)
            draws = generator.random(rows)
            chosen = [writer.write(row, draw) for writer, row, draw in zip(writers, logits, draws, strict=True)]
            tokens = torch.tensor(chosen)[:, None]
    return [writer.result() for writer in writers]


class _Writer:
    """One row: where it is in its line, and what may come next."""

    def __init__(self, task: LineTask) -> None:
        self.task = task
        self.bar = 0
        self.earliest = 0
        self.awaits: str = "time"
        self.onsets: list[int] = []
        self.pitches: list[int] = []
        self.harmonies: list[Harmony] = []
        self.chord_tokens: list[int] = []
        self.logs: list[float] = []

    def write(self, logs: np.ndarray, draw: float) -> int:
        """The next token, sampled. Shapes: logs [V], the network's log-probabilities."""
        if self.awaits == "chord":
            return self._chord(logs, draw)
        if self.awaits == "note":
            return self._note(logs, draw)
        return self._time(logs, draw)

    def result(self) -> LineChoice:
        """The finished line."""
        return LineChoice(
            tuple(self.onsets),
            tuple(self.pitches),
            tuple(self.harmonies),
            tuple(self.chord_tokens),
            float(np.mean(self.logs)) if self.logs else 0.0,
        )

    def _time(self, logs: np.ndarray, draw: float) -> int:
        """A position at which a note or the next chord begins, or the next bar."""
        task = self.task
        bar_end = (self.bar + 1) * task.bar_slots
        place = len(self.harmonies)
        chord = task.chord_slots[place] if place < len(task.chord_slots) else bar_end
        limit = min(chord, bar_end)
        weights = self._onset_weights()
        slots = [int(slot) for slot in np.flatnonzero(np.isfinite(weights[:limit]))]
        later = np.logaddexp.reduce(weights[limit:], initial=-np.inf)
        options = [(self._position(slot), float(weights[slot]), slot) for slot in slots]
        if np.isfinite(later) or not slots:
            options.append((self._position(chord) if chord < bar_end else BAR, float(later), -1))
        token, _, slot = options[self._pick(logs, options, draw)]
        if slot >= 0:
            self.onsets.append(slot)
            self.earliest, self.awaits = slot + 1, "note"
        elif chord < bar_end:
            self.earliest, self.awaits = chord, "chord"
        else:
            self.bar += 1
            self.earliest = bar_end
        return token

    def _onset_weights(self) -> np.ndarray:
        lattice = self.task.lattice
        if len(self.onsets) == lattice.syllables:
            return np.full(lattice.shape.slots, -np.inf)
        weights = lattice.onset_weights(len(self.onsets), self.onsets[-1] if self.onsets else None)
        weights[: self.earliest] = -np.inf
        return weights

    def _pick(self, logs: np.ndarray, options: list[tuple[int, float, int]], draw: float) -> int:
        if len(options) == 1:
            return 0
        own = np.array([logs[token] for token, _, _ in options])
        index = _draw(_RHYTHM_TRUST * own + np.array([weight for _, weight, _ in options]), draw)
        self.logs.append(float(own[index]))
        return index

    def _chord(self, logs: np.ndarray, draw: float) -> int:
        weights = self.task.chord_rule(len(self.harmonies), self.harmonies[-1] if self.harmonies else self.task.before)
        own = np.array([np.logaddexp.reduce(logs[list(chord.tokens)]) for chord in self.task.menu])
        index = _draw(_HARMONY_TRUST * own + weights, draw)
        if np.isfinite(weights).sum() > 1:
            self.logs.append(float(own[index]))
        chord = self.task.menu[index]
        self.harmonies.append(chord)
        token = max(chord.tokens, key=lambda candidate: float(logs[candidate]))
        self.chord_tokens.append(token)
        self.awaits = "time"
        return token

    def _note(self, logs: np.ndarray, draw: float) -> int:
        index, slot = len(self.pitches), self.onsets[-1]
        weights = self.task.rules.weights(index, slot, self.harmonies[-1], self.pitches)
        own = logs[PITCH_0:CHORD_0]
        choice = _draw(_PITCH_TRUST * own + weights, draw)
        if np.isfinite(weights).sum() > 1:
            self.logs.append(float(own[choice]))
        token = PITCH_0 + choice
        self.pitches.append(self.task.rules.anchor + pitch_of(token))
        self.awaits = "time"
        return token

    def _position(self, slot: int) -> int:
        return position_token((slot % self.task.bar_slots) // self.task.lattice.shape.grid)


def _draw(weights: np.ndarray, draw: float) -> int:
    """An index with probability proportional to exp(weight), by a number from 0 to 1."""
    shares = np.exp(weights - weights.max()).cumsum()
    return int(np.searchsorted(shares, draw * shares[-1], side="right"))
