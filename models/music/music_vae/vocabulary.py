"""Tunes and drum patterns as Magenta's tokens: one at every sixteenth.

A melody has 90: 0 nothing happens (a note goes on, or silence), 1 the note ends, 2 to 89 a note of the piano begins
(MIDI 21 to 108). Drums have 512: a bit for each of nine kinds of drum that is struck.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.errors import MediaError

STEPS_PER_BAR = 16
HOLD, NOTE_OFF, FIRST_NOTE = 0, 1, 2
LOWEST, HIGHEST = 21, 108
MELODY_TOKENS = FIRST_NOTE + HIGHEST - LOWEST + 1

DRUMS: tuple[tuple[str, int], ...] = (
    ("kick", 36),
    ("snare", 38),
    ("closed hi-hat", 42),
    ("open hi-hat", 46),
    ("low tom", 45),
    ("middle tom", 48),
    ("high tom", 50),
    ("crash", 49),
    ("ride", 51),
)
"""The nine kinds of drum in Magenta's order, with the General MIDI note that stands for each."""

DRUM_TOKENS = 2 ** len(DRUMS)
DRUM_INPUTS = len(DRUMS) + 1
"""A number for each kind, and one that says that nothing is struck."""

_KINDS: dict[int, tuple[int, ...]] = {
    0: (35, 36),
    1: (37, 38, 39, 40),
    2: (42, 44, 54, 69, 70, 82),
    3: (46,),
    4: (41, 43, 45, 64),
    5: (47, 48, 63),
    6: (50, 62),
    7: (49, 52, 55, 57),
    8: (51, 53, 56, 59),
}
_CLASS_OF = {pitch: kind for kind, pitches in _KINDS.items() for pitch in pitches}


class GridNote(NamedTuple):
    """A note on a grid of sixteenths."""

    onset: int
    """Sixteenths from the beginning."""
    length: int
    """Sixteenths."""
    pitch: int
    """MIDI number; 60 is middle C."""


class DrumHit(NamedTuple):
    """A stroke on a grid of sixteenths."""

    onset: int
    """Sixteenths from the beginning."""
    pitch: int
    """General MIDI note of the drum, e.g. 36 for the kick."""


def melody_tokens(notes: Iterable[tuple[int, int, int]], steps: int) -> list[int]:
    """A tune of one voice as tokens; what lies after the last step is cut off.

    Args:
        notes: onset and length in sixteenths and MIDI pitch, in time; a note ends where the next begins.
        steps: how many tokens.

    Raises:
        MediaError: a note is out of order, has no length, or is no note of the piano.
    """
    tokens = [HOLD] * steps
    before = -1
    for onset, length, pitch in notes:
        if onset <= before or length < 1 or not LOWEST <= pitch <= HIGHEST:
            raise MediaError(
                f"note at sixteenth {onset} of length {length} and pitch {pitch}: notes follow one another, last at "
                f"least a sixteenth and lie from {LOWEST} to {HIGHEST}"
            )
        if onset < steps:
            tokens[onset] = FIRST_NOTE + pitch - LOWEST
        if onset + length < steps:
            tokens[onset + length] = NOTE_OFF
        before = onset
    return tokens


def melody_notes(tokens: Sequence[int]) -> tuple[GridNote, ...]:
    """The notes that melody tokens say; the last lasts to the end where nothing ends it."""
    notes: list[GridNote] = []
    begun: tuple[int, int] | None = None
    for step, token in enumerate((*tokens, NOTE_OFF)):
        if token == HOLD:
            continue
        if begun is not None:
            notes.append(GridNote(begun[0], step - begun[0], begun[1]))
        begun = None if token == NOTE_OFF else (step, token - FIRST_NOTE + LOWEST)
    return tuple(notes)


def drum_tokens(hits: Iterable[tuple[int, int]], steps: int) -> list[int]:
    """Strokes (onset in sixteenths, General MIDI note) as tokens; other drums and later strokes are left out.

    Raises:
        MediaError: a stroke lies before the beginning.
    """
    tokens = [0] * steps
    for onset, pitch in hits:
        if onset < 0:
            raise MediaError(f"a stroke at sixteenth {onset} lies before the beginning: begin at 0")
        if onset < steps and pitch in _CLASS_OF:
            tokens[onset] |= 1 << _CLASS_OF[pitch]
    return tokens


def drum_hits(tokens: Sequence[int]) -> tuple[DrumHit, ...]:
    """The strokes that drum tokens say, in time and in the order of `DRUMS`."""
    return tuple(
        DrumHit(step, pitch)
        for step, token in enumerate(tokens)
        for kind, (_, pitch) in enumerate(DRUMS)
        if token >> kind & 1
    )
