"""What is to be decided for a line of a tune, and what comes of it.

Every candidate of a line is a row of one batch of fixed size, with its own state; all rows of a line have the same
number of tokens, whatever their rhythm. `models.music.engine` decodes lines, of one song or of many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from models.music.constraints import PitchRules
from models.music.harmony import Harmony
from models.music.rhythm import RhythmLattice
from models.music.tokens import BAR, PHRASE
from schemas.errors import HibariError

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer


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
    opening: tuple[int, ...] = (PHRASE, BAR)
    """Tokens that the line begins with, what is wanted of it among them; the last is its first `BAR`."""

    @property
    def choices(self) -> int:
        """How many tokens are to be chosen for a row."""
        return self.task.tokens - 2


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
        rows: how many candidates, 1 to 64.
        generator: where chance comes from.

    Raises:
        StepError: what was fixed leaves the line no way on.
    """
    from models.music.engine import Engine

    (answer,) = Engine(model).answer({0: LineRequest(tuple(context), task, rows, generator)}).values()
    if isinstance(answer, HibariError):
        raise answer
    return answer
