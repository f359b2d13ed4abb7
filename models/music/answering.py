"""How a line answers an earlier one: its onsets, its notes, its chords, and what it says of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from models.music.decoding import LineChoice
from models.music.harmony import Harmony
from models.music.motif import Range, sequence
from models.music.rhythm import Wishes
from schemas.plan import SectionRole

KEPT_SHARE = 0.75
"""Share of the onsets that an answering line keeps, at least."""
_SEQUENCES = 0.3
_CLOSING_HEAD = 0.7


@dataclass(frozen=True)
class Answer:
    """What a line takes over from the one it answers."""

    copied: Mapping[int, int] = field(default_factory=dict)
    """Slot to pitch, of the notes that return."""
    liked: Mapping[int, int] = field(default_factory=dict)
    """Slot to pitch, of the notes that may."""
    harmonies: Mapping[int, Harmony] = field(default_factory=dict)
    """Slot to chord."""
    rhythms: tuple[Wishes, ...] = ()
    """The rhythms that would be an answer, the closest first."""


def answer_to(
    leader: LineChoice,
    chord_slots: Sequence[int],
    syllables: int,
    *,
    role: SectionRole,
    number: int,
    final: bool,
    within: Range,
    generator: np.random.Generator,
) -> Answer:
    """An answer: the same notes with an end of its own or, now and then in a verse, all moved by steps of the scale.

    Args:
        leader: the line that is answered.
        chord_slots: where its chords begin.
        syllables: syllables of the answering line.
        role: the role of their section.
        number: index of the answering line.
        final: whether it is the last of its section.
        within: key, register and compass.
        generator: where chance comes from.
    """
    pitches = list(leader.pitches)
    head = int(np.ceil(_head(role, number, final, generator) * len(pitches)))
    moved = None
    if pitches and role != "chorus" and not final and number < 4 and generator.random() < _SEQUENCES:
        moved = _sequenced(pitches, within, generator)
    course = moved or pitches
    return Answer(
        copied=dict(zip(leader.onsets[:head], course, strict=False)),
        liked=dict(zip(leader.onsets[head:], course[head:], strict=True)),
        harmonies={} if moved else dict(zip(chord_slots, leader.harmonies, strict=True)),
        rhythms=answering_rhythms(leader.onsets, syllables),
    )


def answering_rhythms(onsets: Sequence[int], own: int) -> tuple[Wishes, ...]:
    """How a line of `own` syllables may keep another's onsets, the closest first."""
    count = len(onsets)
    if own == count:
        kept = int(np.ceil(KEPT_SHARE * count)) if count >= 4 else count
        near = Wishes(pinned=dict(enumerate(onsets[:kept])), liked=frozenset(onsets[kept:]))
        return (near, Wishes(pinned=dict(enumerate(onsets))))
    if own < count:
        return (Wishes(allowed=frozenset(onsets)),)
    least = int(np.ceil(KEPT_SHARE * count))
    liked = frozenset(onsets)
    whole = [Wishes(required=frozenset(onsets[:kept]), liked=liked) for kept in range(count, least - 1, -1)]
    late = [Wishes(required=frozenset(onsets[count - kept :]), liked=liked) for kept in range(count - 1, least - 1, -1)]
    return tuple(whole + late)


def _head(role: SectionRole, number: int, final: bool, generator: np.random.Generator) -> float:
    """The share of a line that returns unchanged."""
    if final:
        return _CLOSING_HEAD
    if role == "chorus" or number >= 4:
        return 1.0 if generator.random() < 0.5 else 0.8
    return float(generator.choice((0.6, 0.75, 0.9)))


def _sequenced(pitches: Sequence[int], within: Range, generator: np.random.Generator) -> list[int] | None:
    low, high = within.compass
    if any(pitch % 12 not in within.key.scale for pitch in pitches):
        return None
    for steps in generator.permutation((-2, -1, 1, 2)):
        moved = sequence(pitches, within.key, int(steps))
        if min(moved) >= low and max(moved) <= min(high, within.register.high):
            return moved
    return None
