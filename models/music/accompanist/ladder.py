"""The ladder of a chord: seven steps above its root, so that a note is named by its place in the harmony.

Steps 1 to 7 are the chord's scale. Those of the chord itself are its tones; the others, taken from the key and bent to
the chord, are passing notes. Step 0 is the bass of a slash chord, whatever it is. An octave is counted from the root
(or the bass) that lies between F#1 and F2: one spelling serves all keys, and the register stays where it was played.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from schemas.music import CHORD_INTERVALS, ChordQuality

STEPS = 8
"""Steps of a ladder: the slash bass, then seven of the scale."""
OCTAVES = 6
ANCHOR = 30
"""Lowest pitch of octave 0, F#1."""

_WINDOWS = ((0,), (1, 2), (3, 4), (5, 6), (6, 7, 8), (8, 9), (10, 11))
"""Semitones above the root that a step may lie at, from step 1 on."""
_DEFAULTS = (0, 2, 4, 5, 7, 9, 10)
_STEP_OF = (1, 2, 2, 3, 3, 4, 4, 5, 6, 6, 7, 7)
"""The step that an interval above the root belongs to, where the chord does not say otherwise."""
_OWN_STEPS: dict[ChordQuality, tuple[int, ...]] = {
    "maj": (1, 3, 5),
    "min": (1, 3, 5),
    "dim": (1, 3, 5),
    "aug": (1, 3, 5),
    "sus2": (1, 2, 5),
    "sus4": (1, 4, 5),
    "7": (1, 3, 5, 7),
    "maj7": (1, 3, 5, 7),
    "min7": (1, 3, 5, 7),
    "m7b5": (1, 3, 5, 7),
    "6": (1, 3, 5, 6),
    "min6": (1, 3, 5, 6),
    "9": (1, 3, 5, 7, 2),
    "add9": (1, 3, 5, 2),
}
"""The steps that the intervals of `CHORD_INTERVALS` stand on, in the same order."""


@dataclass(frozen=True)
class Ladder:
    """The steps of one chord in one key."""

    root: int
    """Pitch class."""
    bass: int
    """Pitch class of the lowest note."""
    intervals: tuple[int, ...]
    """Semitones of steps 1 to 7 above the root."""
    own: frozenset[int]
    """The steps that belong to the chord; the others are passing notes."""

    @property
    def slash(self) -> bool:
        """Whether the bass is not the root."""
        return self.bass != self.root

    @property
    def bass_step(self) -> int:
        """The step of the lowest note: 1, or 0 under a slash chord."""
        return 0 if self.slash else 1

    def pitch(self, step: int, octave: int) -> int:
        """MIDI pitch of a step.

        Args:
            step: 0 (the bass) to 7.
            octave: 0 to 5, from F#1 up.
        """
        base = self.bass if step == 0 else self.root
        return ANCHOR + (base - ANCHOR) % 12 + 12 * octave + (self.intervals[step - 1] if step else 0)

    def place(self, pitch: int, *, lowest: bool = False) -> tuple[int, int] | None:
        """Step and octave of a pitch; None where it is not on the ladder or outside its octaves.

        Args:
            pitch: MIDI pitch.
            lowest: whether it is the lowest note sounding; only then can it be the slash bass.
        """
        steps = (0,) if lowest and self.slash and pitch % 12 == self.bass else ()
        for step in (*steps, *sorted(range(1, 8), key=lambda step: step not in self.own)):
            octave, rest = divmod(pitch - self.pitch(step, 0), 12)
            if rest == 0 and 0 <= octave < OCTAVES:
                return step, octave
        return None


@lru_cache(maxsize=4096)
def ladder_of(root: int, quality: ChordQuality, bass: int | None, scale: tuple[int, ...]) -> Ladder:
    """The ladder of a chord.

    Args:
        root: pitch class.
        quality: the chord's own quality.
        bass: pitch class of a slash bass, or None.
        scale: pitch classes of the key.
    """
    chosen = dict(zip(_OWN_STEPS[quality], (interval % 12 for interval in CHORD_INTERVALS[quality]), strict=True))
    own = frozenset(chosen)
    if bass is not None and (over := (bass - root) % 12) not in chosen.values():
        chosen.setdefault(_STEP_OF[over], over)
    tones = set(chosen.values())
    for step, window in enumerate(_WINDOWS, start=1):
        if step in chosen:
            continue
        inside = [interval for interval in window if (root + interval) % 12 in scale and interval not in tones]
        best = _DEFAULTS[step - 1] if not inside or _DEFAULTS[step - 1] in inside else inside[-1]
        chosen[step] = best
    return Ladder(root, root if bass is None else bass, tuple(chosen[step] for step in range(1, 8)), own)
