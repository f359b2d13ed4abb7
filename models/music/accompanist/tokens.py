"""The alphabet of the accompanist, and what it knows at each token: the chord in force and the place in the song.

A bar is `BAR` and its onsets in time. An onset is a position with its accent, then for the left and the right hand a
token that says how long the hand's notes are held, followed by the notes from below, each a step of the chord's ladder
in an octave. A bar without onsets is a rest. Beside each token stand its `Conditions`, as they are at its position.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from models.music.accompanist.ladder import OCTAVES, STEPS, Ladder, ladder_of
from schemas.music import CHORD_INTERVALS, ChordQuality
from schemas.plan import Key, Mode

PAD, START, BAR = range(3)
ACCENTS = 3
"""Soft, plain, firm."""
LENGTHS = (1, 2, 3, 4, 6, 8, 12, 16)
"""How long the notes of a hand may be held, in sixteenths."""
POSITION_0 = 3
HOLD_0 = POSITION_0 + 16 * ACCENTS
NOTE_0 = HOLD_0 + 2 * len(LENGTHS)
VOCABULARY = NOTE_0 + STEPS * OCTAVES
"""Number of tokens."""

LEFT, RIGHT = 0, 1
ENERGIES = 5
QUALITIES: tuple[ChordQuality, ...] = tuple(CHORD_INTERVALS)
_MODES: tuple[Mode, ...] = get_args(Mode)
FEATURES: dict[str, int] = {
    "root": 12,
    "degree": 12,
    "quality": len(QUALITIES),
    "bass": 12,
    "next_root": 13,
    "left": 17,
    "energy": ENERGIES,
    "next_energy": 3,
    "sung": 2,
    "place": 4,
    "beats": 2,
    "mode": 2,
    "slot": 16,
}
"""Values each condition can take: the chord's root, its degree in the key (semitones), quality and bass above the root,
the next root above this one (0 none), sixteenths until the next chord (16 and more alike), intensity, whether the next
bar's is lower, alike or higher, whether words are sung in the bar, the bar's place in four, meter, mode, sixteenth."""


class Span(NamedTuple):
    """A chord and where it begins and ends, in sixteenths from the start of the song."""

    start: int
    end: int
    root: int
    quality: ChordQuality
    bass: int | None


class BarSetting(NamedTuple):
    """What is known of a bar before it is written."""

    energy: int
    """0 to 4."""
    sung: bool
    place: int
    """0 to 3: the bar's place in its four bars."""


class Onset(NamedTuple):
    """What both hands strike together."""

    slot: int
    """Sixteenth of the bar."""
    accent: int
    """0 soft, 1 plain, 2 firm."""
    hands: tuple[tuple[int, tuple[int, ...]], tuple[int, tuple[int, ...]]]
    """Left, right: sixteenths held, and pitches from below; no pitches where the hand rests."""


@dataclass(frozen=True)
class Ground:
    """The chords of a song and the settings of its bars: what an accompaniment is written over."""

    key: Key
    beats: int
    """3 or 4 quarters in a bar."""
    chords: tuple[Span, ...]
    """In order, without gaps, from 0 to the end."""
    bars: tuple[BarSetting, ...]

    @property
    def bar_slots(self) -> int:
        """Sixteenths in a bar."""
        return 4 * self.beats

    def index_at(self, slot: int) -> int:
        """Which chord sounds at a sixteenth of the song."""
        return max(0, bisect_right(self.chords, slot, key=lambda chord: chord.start) - 1)

    def ladder_at(self, slot: int) -> Ladder:
        """The ladder of the chord that sounds at a sixteenth of the song."""
        chord = self.chords[self.index_at(slot)]
        return ladder_of(chord.root, chord.quality, chord.bass, self.key.scale)

    def changes(self, bar: int) -> tuple[int, ...]:
        """Sixteenths of a bar at which a chord begins."""
        start = bar * self.bar_slots
        return tuple(chord.start - start for chord in self.chords if start <= chord.start < start + self.bar_slots)

    def alike(self, bar: int, other: int) -> bool:
        """Whether two bars have the same chords, lead to the same chord, and lie alike in sections of one energy."""
        rise = list(FEATURES).index("next_energy")
        return all(
            one[:rise] + one[rise + 1 :] == two[:rise] + two[rise + 1 :]
            for one, two in (
                (self.conditions(bar, slot), self.conditions(other, slot)) for slot in range(self.bar_slots)
            )
        )

    def conditions(self, bar: int, slot: int) -> tuple[int, ...]:
        """The values of `FEATURES` at a sixteenth of a bar."""
        at = bar * self.bar_slots + slot
        index = self.index_at(at)
        chord = self.chords[index]
        following = self.chords[index + 1] if index + 1 < len(self.chords) else None
        setting = self.bars[bar]
        after = self.bars[bar + 1].energy if bar + 1 < len(self.bars) else setting.energy
        return (
            chord.root,
            (chord.root - self.key.pitch_class) % 12,
            QUALITIES.index(chord.quality),
            0 if chord.bass is None else (chord.bass - chord.root) % 12,
            0 if following is None else 1 + (following.root - chord.root) % 12,
            min(16, chord.end - at),
            setting.energy,
            1 + (after > setting.energy) - (after < setting.energy),
            int(setting.sung),
            setting.place,
            self.beats - 3,
            _MODES.index(self.key.mode),
            slot,
        )


def position_token(slot: int, accent: int) -> int:
    """The token of an onset at a sixteenth of the bar."""
    return POSITION_0 + slot * ACCENTS + accent


def hold_token(hand: int, length: int) -> int:
    """The token of a hand whose notes are held nearly `length` sixteenths."""
    nearest = min(range(len(LENGTHS)), key=lambda index: abs(LENGTHS[index] - length))
    return HOLD_0 + hand * len(LENGTHS) + nearest


def note_token(step: int, octave: int) -> int:
    """The token of a step of the ladder in an octave."""
    return NOTE_0 + step * OCTAVES + octave


def spell_bar(ground: Ground, bar: int, onsets: tuple[Onset, ...]) -> tuple[list[int], list[tuple[int, ...]], int]:
    """A bar as tokens, the conditions at each, and how many notes were left out because they are on no ladder."""
    tokens, conditions, foreign = [BAR], [ground.conditions(bar, 0)], 0
    for onset in onsets:
        ladder = ground.ladder_at(bar * ground.bar_slots + onset.slot)
        written: list[int] = []
        lowest = True
        for hand, (length, pitches) in enumerate(onset.hands):
            notes: list[int] = []
            for pitch in pitches:
                place = ladder.place(pitch, lowest=lowest)
                lowest = False
                if place is None:
                    foreign += 1
                else:
                    notes.append(note_token(*place))
            if notes:
                written += [hold_token(hand, length), *notes]
        if written:
            tokens += [position_token(onset.slot, onset.accent), *written]
            conditions += [ground.conditions(bar, onset.slot)] * (1 + len(written))
    return tokens, conditions, foreign


def as_arrays(tokens: list[int], conditions: list[tuple[int, ...]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Shapes: [tokens], [tokens, len(FEATURES)]."""
    return np.array(tokens, dtype=np.int64), np.array(conditions, dtype=np.int64).reshape(-1, len(FEATURES))


def kind_of(token: int) -> str:
    """What a token says: 'bar', 'onset', 'hand' or 'note'."""
    if token < POSITION_0:
        return "bar"
    return "onset" if token < HOLD_0 else "hand" if token < NOTE_0 else "note"
