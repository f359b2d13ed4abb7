"""What may come next in an accompaniment: the rules that keep each token in the harmony and under two hands.

There is always something to play. A bar may be closed unless a chord that begins in it has not been struck; that
chord's sixteenth can be reached, for positions beyond it are closed; there the left hand plays the bass, which lies in
its range at least twice; and after any note the onset may end.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from models.music.accompanist.hands import FINGERS, RANGES, SPAN
from models.music.accompanist.ladder import OCTAVES, Ladder
from models.music.accompanist.tokens import (
    ACCENTS,
    BAR,
    HOLD_0,
    LEFT,
    LENGTHS,
    NOTE_0,
    POSITION_0,
    RIGHT,
    VOCABULARY,
    Ground,
)

_HIGHEST_BASS = 57
"""A3: the lowest note of the left hand lies no higher."""
_MUD_BELOW = 48
"""C3: below it two notes struck together lie a fourth or more apart."""
_CLASHES = (1, 13)
_SUNG_CLASH, _LATER_CLASH = -5.0, -2.0
"""Log-weight of a note a semitone or a minor ninth from what is sung then, or within a beat."""
_PARALLEL = -4.0
"""Log-weight of a highest note that goes in fifths or octaves with the bass from one chord to the next."""


@dataclass
class Struck:
    """What one hand strikes at an onset."""

    hand: int
    slot: int
    """Sixteenth of the song."""
    length: int
    """Sixteenths."""
    accent: int
    pitches: list[int] = field(default_factory=list)


class Frame(NamedTuple):
    """The lowest and the highest note of a chord's first beat."""

    low: int
    high: int


class Player:
    """One bar as it is written: where it is, and which tokens may follow."""

    def __init__(
        self,
        ground: Ground,
        bar: int,
        sung: list[int],
        *,
        calm: bool,
        final: bool,
        frames: tuple[Frame | None, Frame | None] = (None, None),
    ) -> None:
        self.frames = frames
        """Those of the chord before and of the present one."""
        self.ground, self.bar, self.sung = ground, bar, sung
        self.start = bar * ground.bar_slots
        self.changes = ground.changes(bar)
        self.calm, self.final = calm, final
        self.slot, self.accent = -1, 1
        self.struck: list[Struck] = []
        self.onset: list[int] = []
        """Pitches of the present onset, from below."""
        self.passing = False
        self.awaits = "time"

    @property
    def ladder(self) -> Ladder:
        """The ladder at the present onset."""
        return self.ground.ladder_at(self.start + max(0, self.slot))

    def conditions(self) -> tuple[int, ...]:
        """The conditions at the last token."""
        return self.ground.conditions(self.bar, max(0, self.slot))

    def weights(self) -> NDArray[np.float64]:
        """Log-weights of all tokens: -inf where one may not come. At least one may. Shapes: [V]."""
        weights = np.full(VOCABULARY, -np.inf)
        if self.awaits == "hand":
            self._open_hands(weights)
            return weights
        if self.awaits == "note":
            self._open_notes(weights)
            hand = self.struck[-1]
            if not hand.pitches:
                return weights
            if hand.hand == LEFT and self._candidates(RIGHT, first=True):
                weights[HOLD_0 + len(LENGTHS) : NOTE_0] = 0.0
        self._open_times(weights)
        return weights

    def take(self, token: int) -> bool:
        """Writes a token; whether it closed the bar."""
        if token == BAR:
            return True
        if token < HOLD_0:
            self.slot, self.accent = divmod(token - POSITION_0, ACCENTS)
            self.onset, self.passing, self.awaits = [], False, "hand"
            if self.slot in self.changes:
                self.frames = (self.frames[1], None)
        elif token < NOTE_0:
            hand, length = divmod(token - HOLD_0, len(LENGTHS))
            self.struck.append(Struck(hand, self.start + self.slot, LENGTHS[length], self.accent))
            self.awaits = "note"
        else:
            step, octave = divmod(token - NOTE_0, OCTAVES)
            pitch = self.ladder.pitch(step, octave)
            self.passing |= step != 0 and step not in self.ladder.own
            self.struck[-1].pitches.append(pitch)
            self.onset.append(pitch)
            if self._in_first_beat():
                frame = self.frames[1] or Frame(pitch, pitch)
                self.frames = (self.frames[0], Frame(min(frame.low, pitch), max(frame.high, pitch)))
        return False

    def _in_first_beat(self) -> bool:
        return any(0 <= self.slot - change < 4 for change in self.changes)

    def _parallel(self, pitch: int) -> bool:
        """Whether a note would be the highest of its chord's first beat and go in parallel with the bass."""
        before, now = self.frames
        if before is None or now is None or pitch <= now.high or not self._in_first_beat():
            return False
        interval = (before.high - before.low) % 12
        alike = interval in (0, 7) and (pitch - now.low) % 12 == interval
        return alike and (pitch - before.high) * (now.low - before.low) > 0

    def _open_times(self, weights: NDArray[np.float64]) -> None:
        due = [change for change in self.changes if change > self.slot]
        last = due[0] if due else self.ground.bar_slots - 1
        if not due:
            weights[BAR] = 0.0
        for slot in range(self.slot + 1, last + 1):
            if (self.final or (self.calm and slot % 2)) and slot not in self.changes:
                continue
            weights[POSITION_0 + slot * ACCENTS : POSITION_0 + (slot + 1) * ACCENTS] = 0.0

    def _open_hands(self, weights: NDArray[np.float64]) -> None:
        weights[HOLD_0 : HOLD_0 + len(LENGTHS)] = 0.0
        if self.slot not in self.changes:
            weights[HOLD_0 + len(LENGTHS) : NOTE_0] = 0.0

    def _open_notes(self, weights: NDArray[np.float64]) -> None:
        hand = self.struck[-1]
        at = self.start + self.slot
        now, later = self.sung[at], set(self.sung[at : at + 4])
        for token, pitch in self._candidates(hand.hand, first=not hand.pitches):
            near = {pitch + away for distance in _CLASHES for away in (distance, -distance)}
            clash = _SUNG_CLASH if now in near else _LATER_CLASH if later & near else 0.0
            weights[token] = clash + (_PARALLEL if self._parallel(pitch) else 0.0)

    def _candidates(self, hand: int, *, first: bool) -> list[tuple[int, int]]:
        """Tokens and pitches that a hand may add to the onset, `first` as its lowest note."""
        ladder = self.ladder
        low, high = RANGES[hand]
        own = [] if first else self.struck[-1].pitches
        if len(own) >= FINGERS:
            return []
        if own:
            high = min(high, own[0] + SPAN)
        if self.onset:
            low = max(low, self.onset[-1] + (5 if self.onset[-1] < _MUD_BELOW else 1))
        bass = hand == LEFT and first
        high = min(high, _HIGHEST_BASS) if bass else high
        if bass and self.slot in self.changes:
            steps: tuple[int, ...] = (ladder.bass_step,)
        else:
            spare = () if self.passing or bass or self.slot in self.changes else tuple(range(1, 8))
            steps = (*((0,) if bass and ladder.slash else ()), *sorted(ladder.own | set(spare)))
        return [
            (NOTE_0 + step * OCTAVES + octave, pitch)
            for step in steps
            for octave in range(OCTAVES)
            if low <= (pitch := ladder.pitch(step, octave)) <= high
            and not any(abs(pitch - other) in _CLASHES for other in self.onset)
        ]
