"""Two hands at a keyboard: which of them plays what, and what they can reach."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from models.music.accompanist.tokens import Ground

SPAN = 15
"""Widest reach of a hand, in semitones: a minor tenth."""
FINGERS = 5
RANGES = ((28, 64), (48, 93))
"""Lowest and highest pitch of the left and the right hand: E1 to E4, C3 to A6."""
_CENTRES = (45.0, 67.0)
_PULL = 0.35


def split_hands(notes: Sequence[tuple[int, int]]) -> dict[tuple[int, int], int]:
    """Which hand plays each note of a piano part: 0 the left, 1 the right.

    Each onset is cut in two where both hands stay nearest to where they were, reach no further than `SPAN` and use no
    more than five fingers; what cannot be played so is left to the nearer hand.

    Args:
        notes: onset (any unit) and MIDI pitch, in any order.
    """
    found: dict[tuple[int, int], int] = {}
    left, right = _CENTRES
    for onset, group in groupby(sorted(set(notes)), key=lambda note: note[0]):
        pitches = [pitch for _, pitch in group]
        cut = min(range(len(pitches) + 1), key=lambda cut: _strain(pitches[:cut], pitches[cut:], left, right))
        for place, pitch in enumerate(pitches):
            found[onset, pitch] = int(place >= cut)
        left = _moved(left, pitches[:cut], _CENTRES[0])
        right = _moved(right, pitches[cut:], _CENTRES[1])
    return found


def _moved(centre: float, pitches: list[int], home: float) -> float:
    if not pitches:
        return centre
    return (1 - _PULL) * centre + _PULL * (0.8 * sum(pitches) / len(pitches) + 0.2 * home)


def _strain(low: list[int], high: list[int], left: float, right: float) -> float:
    cost = sum(abs(pitch - left) for pitch in low) + sum(abs(pitch - right) for pitch in high)
    for hand, pitches in enumerate((low, high)):
        if pitches:
            cost += 8.0 * max(0, pitches[-1] - pitches[0] - 12) + 30.0 * max(0, len(pitches) - FINGERS)
            bottom, top = RANGES[hand]
            cost += 6.0 * (max(0, bottom - pitches[0]) + max(0, pitches[-1] - top))
    return cost


Played = tuple[int, int, int, int, int]
"""Hand, sixteenth of the song, sixteenths held, pitch, accent."""


def released(notes: Sequence[Played], ground: Ground) -> list[Played]:
    """The notes with keys let go in time, so that ten fingers can play them.

    A key is let go when it is struck again, when its hand needs the finger or moves further than `SPAN`, and when a
    chord begins that it does not belong to.

    Args:
        notes: in order of time, each hand's from below.
        ground: whose chords apply.
    """
    kept: list[list[int]] = []
    sounding: list[list[int]] = []
    for slot, group in groupby(notes, key=lambda note: note[1]):
        struck = [list(note) for note in group]
        pitches = {note[3] for note in struck}
        for note in sounding:
            own = [other[3] for other in struck if other[0] == note[0]]
            reach = (max([*own, note[3]]) - min([*own, note[3]])) if own else 0
            if note[3] in pitches or reach > SPAN:
                note[2] = min(note[2], slot - note[1])
        sounding = [note for note in sounding if note[1] + note[2] > slot]
        for hand in (0, 1):
            held = [note for note in sounding if note[0] == hand]
            spare = FINGERS - sum(note[0] == hand for note in struck)
            for note in held[: max(0, len(held) - spare)]:
                note[2] = slot - note[1]
        sounding = [note for note in sounding if note[1] + note[2] > slot] + struck
        kept += struck
    return [
        (hand, slot, _within_chord(slot, length, pitch, ground), pitch, accent)
        for hand, slot, length, pitch, accent in kept
    ]


def _within_chord(slot: int, length: int, pitch: int, ground: Ground) -> int:
    """How long a note may ring: until a chord begins that it does not belong to."""
    index = ground.index_at(slot)
    for chord in ground.chords[index + 1 :]:
        if chord.start >= slot + length:
            break
        ladder = ground.ladder_at(chord.start)
        place = ladder.place(pitch)
        if place is None or place[0] not in ladder.own:
            return chord.start - slot
    return length
