"""How good a candidate line is: the network's opinion of it, and a listener's."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from models.music.constraints import LEAP
from models.music.decoding import LineChoice, LineTask

_CHORD_TONES = 1.5
_STRESS = 0.5
_UNRESOLVED = 0.7
_TURNS = 0.8
_FLAT = 1.0
_COPYING = 1.5
_REGISTER = 0.12
_SAME_CHORDS = 0.6
_STEPS = 0.8
_STRONG = 0.9


def score(choice: LineChoice, task: LineTask, others: Sequence[LineChoice] = ()) -> float:
    """A line's score in nats a decision, higher is better.

    The network's mean log-probability of the open decisions, plus 1.5 x the share of chord tones on strong beats, 0.5 x
    the fit of the rhythm to the stresses (nats a syllable) and 0.8 x the share of steps; minus 0.7 for each leap of 6
    semitones or more without a step back, 0.8 x the share of zigzag beyond a half, up to 1 where 6 notes or more have
    fewer than 4 pitches or less than 5 semitones between them, 0.12 a semitone that the mean lies farther than 3 from
    the register's centre, 1.5 where one of `others`, lines that it does not answer, has the same tune, 0.6 where one
    has the same chords, and 0.6 where more than half of the chords stay.
    """
    total = choice.log_probability
    if choice.pitches:
        total += _CHORD_TONES * chord_tone_share(choice, task) + _STRESS * task.lattice.stress_score(choice.onsets)
        total -= _UNRESOLVED * unresolved_leaps(choice.pitches) + _TURNS * max(0.0, _zigzag(choice.pitches) - 0.5)
        total += _STEPS * _steps(choice.pitches) - _FLAT * _flatness(choice.pitches)
        off = abs(float(np.mean(choice.pitches)) - task.rules.register.centre)
        total -= _REGISTER * max(0.0, off - 3.0)
    total -= _COPYING * any(_same_tune(choice, other) for other in others)
    total -= _SAME_CHORDS * any(choice.harmonies == other.harmonies for other in others)
    if len(choice.harmonies) > 1:
        stays = sum(one == other for one, other in pairwise(choice.harmonies)) / (len(choice.harmonies) - 1)
        total -= _SAME_CHORDS * (stays > 0.5)
    return total


def chord_tone_share(choice: LineChoice, task: LineTask) -> float:
    """Share of the notes that begin on a strong beat which belong to their chord, 1 where none does."""
    rules, found = task.rules, []
    for slot, pitch in zip(choice.onsets, choice.pitches, strict=True):
        if rules.strength[slot] >= _STRONG:
            place = max(index for index, at in enumerate(task.chord_slots) if at <= slot)
            found.append((pitch - rules.key.pitch_class) % 12 in choice.harmonies[place].tones)
    return float(np.mean(found)) if found else 1.0


def unresolved_leaps(pitches: Sequence[int]) -> int:
    """Leaps of 6 semitones or more that are not followed by a move back of 4 or less."""
    moves = [after - before for before, after in pairwise(pitches)]
    return sum(
        abs(leap) >= LEAP and not (np.sign(after) == -np.sign(leap) and abs(after) <= 4)
        for leap, after in pairwise(moves)
    )


def _steps(pitches: Sequence[int]) -> float:
    """Share of the moves that go by one or two semitones."""
    moves = [1 <= abs(after - before) <= 2 for before, after in pairwise(pitches)]
    return float(np.mean(moves)) if moves else 0.0


def _zigzag(pitches: Sequence[int]) -> float:
    moves = [after - before for before, after in pairwise(pitches) if after != before]
    turns = [one * other < 0 for one, other in pairwise(moves)]
    return float(np.mean(turns)) if len(turns) > 2 else 0.0


def _flatness(pitches: Sequence[int]) -> float:
    if len(pitches) < 6:
        return 0.0
    return 0.5 * (len(set(pitches)) < 4) + 0.5 * (max(pitches) - min(pitches) < 5)


def _same_tune(one: LineChoice, other: LineChoice) -> bool:
    return len(one.pitches) == len(other.pitches) > 3 and one.pitches == other.pitches
