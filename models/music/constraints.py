"""Which notes may follow, and which are liked: the rules that mask and bias the composer's pitches.

Only a few rules forbid: a note lies in the key and in the song's compass, moves an octave at most, and is not struck a
fourth time in a row. All others lean, in nats added to the network's log-probability.

No line comes to a dead end. A voice is asked for 10 semitones at least, a compass takes 10 to 15 of them, and any 10
semitones in a row hold five notes of a key: the first rule always leaves notes. Every other rule narrows what is left
only where it leaves a note (`_narrowed`), so at least one always stays. Where all the notes before lie in the compass,
as in a tune that is composed freely, the octave rule never gives way: a compass of 15 semitones has five notes of the
key within an octave of any of its pitches. Only notes that a person fixed may force a wider leap, beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from models.music.form import Register
from models.music.harmony import Harmony
from models.music.tokens import HIGHEST_PITCH, LOWEST_PITCH, pitch_of, pitch_token
from schemas.plan import Key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Weights = NDArray[Any]

WIDEST_LEAP = 12
LEAP = 6
"""Semitones from which a step back is wanted."""
_LONGEST_REPEAT = 3
_COPY = 7.0
_LIKED = 1.8
_STRONG = 0.9
_REGISTER = 0.03
_INTERVALS = (-0.7, 0.4, 0.5, 0.0, -0.1, -0.6, -3.0, -1.3, -2.0, -2.0, -4.5, -5.0, -3.5)
"""Log-weight of a move of 0 to 12 semitones."""


@dataclass(frozen=True)
class PitchRules:
    """The rules for one line."""

    key: Key
    anchor: int
    """MIDI pitch of the tonic that note tokens count from."""
    compass: tuple[int, int]
    register: Register
    contour: tuple[float, ...]
    """Where each note is wanted, in semitones from the register's centre."""
    strength: Sequence[float]
    """How strong each slot of the line is, 0 to 1."""
    closes: bool = False
    """Whether the last note is the tonic or the third."""
    copied: Mapping[int, int] = field(default_factory=dict)
    """Slot to the pitch taken over from the line that this one answers."""
    liked: Mapping[int, int] = field(default_factory=dict)
    """Slot to a pitch that would be welcome."""
    pinned: Mapping[int, int] = field(default_factory=dict)
    """Note index to the only pitch it may have: the shared motif."""
    fixed: Mapping[int, int] = field(default_factory=dict)
    """Note index to a pitch that is given, whatever the other rules say; indices after the last are what follows."""
    peak: tuple[int, int] | None = None
    """A note index and the lowest pitch it may have."""
    before: tuple[int, ...] = ()
    """Pitches sung before the line in its tune."""
    ends_tune: bool = False
    """Whether its last note is the tune's."""
    preceding: tuple[tuple[int, int], ...] = ()
    """Pitch and run of repeated notes with which the tunes that come before this one end."""
    following: tuple[tuple[int, int], ...] = ()
    """Pitch and run of repeated notes with which the tunes that come after this one begin."""

    def weights(self, index: int, slot: int, harmony: Harmony, line: Sequence[int]) -> Weights:
        """Log-weights over the note tokens for one note; -inf where a pitch is forbidden.

        Args:
            index: the note's index in the line.
            slot: the slot it begins at.
            harmony: the chord it is sung over.
            line: pitches of the line so far.
        """
        pitches = np.arange(LOWEST_PITCH, HIGHEST_PITCH + 1) + self.anchor
        sung = (*self.before, *line)
        if index in self.fixed:
            given: Weights = np.where(
                pitches == self.anchor + pitch_of(pitch_token(self.fixed[index] - self.anchor)), 0.0, -np.inf
            )
            return given
        weights = self._allowed(pitches, index, harmony, sung)
        if index in self.pinned and np.isfinite(weights[pitches == self.pinned[index]]).any():
            pinned: Weights = np.where(pitches == self.pinned[index], 0.0, -np.inf)
            return pinned
        weights = weights + self._harmonic(pitches, slot, harmony, last=index == len(self.contour) - 1)
        weights += self._melodic(pitches, sung, fresh=not line)
        weights -= _REGISTER * (pitches - self.register.centre - self.contour[index]) ** 2
        outside = np.maximum(self.register.low - pitches, 0) + np.maximum(pitches - self.register.high, 0)
        weights -= 4.0 * outside
        if slot in self.copied:
            fits = (self.copied[slot] - self.key.pitch_class) % 12 in harmony.tones
            weights[pitches == self.copied[slot]] += _COPY if fits or self.strength[slot] < _STRONG else _COPY / 2
        if slot in self.liked:
            weights[pitches == self.liked[slot]] += _LIKED
        return weights

    def _allowed(self, pitches: Weights, index: int, harmony: Harmony, sung: Sequence[int]) -> Weights:
        """What is forbidden; tunes follow each other in any order, so their joins must do as well."""
        low, high = self.compass
        fits = np.isin(pitches % 12, self.key.scale) & (pitches >= low) & (pitches <= high)
        if sung:
            fits = _narrowed(fits, np.abs(pitches - sung[-1]) <= WIDEST_LEAP)
        else:
            fits = _narrowed(fits, (pitches >= high - WIDEST_LEAP) & (pitches <= low + WIDEST_LEAP))
        repeats = np.array([self._repeats(int(pitch), index, sung) for pitch in pitches])
        fits = _narrowed(fits, repeats <= _LONGEST_REPEAT)
        for wanted in () if index in self.pinned else self._wanted(pitches, index, harmony):
            fits = _narrowed(fits, wanted)
        allowed: Weights = np.where(fits, 0.0, -np.inf)
        return allowed

    def _repeats(self, pitch: int, index: int, sung: Sequence[int]) -> int:
        """How often a pitch would be struck in a row, the tunes before and after counted in."""
        run = 1
        while run <= len(sung) and sung[-run] == pitch:
            run += 1
        ahead = index + 1
        whole = run > len(sung)
        if whole:
            run += max((length for end, length in self.preceding if end == pitch), default=0)
        if self.ends_tune and index == len(self.contour) - 1:
            run += max((length for start, length in self.following if start == pitch), default=0)
        while self.fixed.get(ahead) == pitch:
            run, ahead = run + 1, ahead + 1
        return run

    def _wanted(self, pitches: Weights, index: int, harmony: Harmony) -> list[Weights]:
        """What must hold wherever it can: room for the motif, peaks, ceilings and last notes."""
        wanted = []
        nearest = min((other for other in self.fixed if other > index), default=None)
        if nearest is not None:
            wanted.append(np.abs(pitches - self.fixed[nearest]) <= WIDEST_LEAP * (nearest - index))
        if index + 1 in self.pinned:
            ahead = self.pinned[index + 1]
            wanted.append((pitches != ahead) & (np.abs(pitches - ahead) <= WIDEST_LEAP))
        if index == len(self.contour) - 1 and self.closes:
            wanted.append(np.isin(pitches % 12, (self.key.pitch_class, self.key.scale[2])))
        if index == len(self.contour) - 1 and self.ends_tune:
            wanted.append(np.isin((pitches - self.key.pitch_class) % 12, list(harmony.tones)))
        if self.peak is not None and index == self.peak[0]:
            wanted.append(pitches >= self.peak[1])
        else:
            wanted.append(pitches <= self.register.high)
        return wanted

    def _harmonic(self, pitches: Weights, slot: int, harmony: Harmony, *, last: bool) -> Weights:
        degrees = (pitches - self.key.pitch_class) % 12
        tones = np.isin(degrees, list(harmony.tones))
        strength = float(self.strength[slot]) ** 2
        weights: Weights = np.where(tones, 0.4 + 2.2 * strength, -1.8 * strength)
        rubs = np.isin((degrees - 1) % 12, list(harmony.tones)) & ~tones
        weights = weights - rubs * (1.5 * strength)
        outside = [tone for tone in harmony.tones if (self.key.pitch_class + tone) % 12 not in self.key.scale]
        for tone in outside:
            weights = weights - 5.0 * (np.isin(degrees, ((tone - 1) % 12, (tone + 1) % 12)) & ~tones)
        if last:
            weights = weights + np.where(tones, 2.0, -5.0)
            if self.closes:
                weights = weights + 1.0 * (degrees == 0)
        return weights

    def _melodic(self, pitches: Weights, sung: Sequence[int], *, fresh: bool) -> Weights:
        if not sung:
            return np.zeros(len(pitches))
        moves = pitches - sung[-1]
        weights = np.array([_INTERVALS[min(abs(int(move)), WIDEST_LEAP)] for move in moves])
        if fresh:
            return weights * 0.3
        if len(sung) >= 2 and abs(leap := sung[-1] - sung[-2]) >= LEAP:
            back = (np.sign(moves) == -np.sign(leap)) & (np.abs(moves) <= 4)
            weights = weights + np.where(back, 1.5, -2.5)
        return weights


def _narrowed(fits: Weights, wanted: Weights) -> Weights:
    """What fits and is wanted; what fits, where nothing of it is wanted."""
    both: Weights = fits & wanted
    return both if both.any() else fits
