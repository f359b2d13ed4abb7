"""The alphabet the composer reads and writes: bars, positions, notes and chords relative to the tonic.

A song is `SONG meter mode style`, then for each bar `BAR` and its events in order of time, then `END`. An event is a
position token (a sixteenth of the bar) and what begins there: a note, a rest or a chord; a chord stands before the
note it begins with. `PHRASE` stands before the first bar or position of each phrase. A note lasts until the next note
or rest. Pitches and chord roots are counted from the tonic, so a tune has one spelling in all twelve keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple

from schemas.plan import Mode

Meter = Literal["2/4", "3/4", "4/4", "6/8", "free"]
Style = Literal["song", "chorale"]
ChordClass = Literal["maj", "min", "7", "maj7", "min7", "dim", "aug", "sus"]

BAR_SLOTS: dict[Meter, int] = {"2/4": 8, "3/4": 12, "4/4": 16, "6/8": 12, "free": 16}
"""Sixteenths in a bar; `free` is music whose bar lines are not known."""

METERS: tuple[Meter, ...] = ("2/4", "3/4", "4/4", "6/8", "free")
MODES: tuple[Mode, ...] = ("major", "minor")
STYLES: tuple[Style, ...] = ("song", "chorale")
CHORD_CLASSES: tuple[ChordClass, ...] = ("maj", "min", "7", "maj7", "min7", "dim", "aug", "sus")
CLASS_INTERVALS: dict[ChordClass, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus": (0, 5, 7),
}
"""Semitones above the root of each class of chord."""

LOWEST_PITCH, HIGHEST_PITCH = -16, 20
"""Range of note tokens in semitones from the anchor, the tonic that lies nearest below the middle of the tune."""

PAD, SONG, END, PHRASE, BAR, REST = range(6)
_METER_0 = 6
_MODE_0 = _METER_0 + len(METERS)
_STYLE_0 = _MODE_0 + len(MODES)
POSITION_0 = _STYLE_0 + len(STYLES)
PITCH_0 = POSITION_0 + 16
CHORD_0 = PITCH_0 + HIGHEST_PITCH - LOWEST_PITCH + 1
VOCABULARY = CHORD_0 + 12 * len(CHORD_CLASSES)
"""Number of tokens."""


def meter_token(meter: Meter) -> int:
    """The token of a meter."""
    return _METER_0 + METERS.index(meter)


def mode_token(mode: Mode) -> int:
    """The token of a mode."""
    return _MODE_0 + MODES.index(mode)


def style_token(style: Style) -> int:
    """The token of a style."""
    return _STYLE_0 + STYLES.index(style)


def position_token(slot: int) -> int:
    """The token of a sixteenth in its bar, 0 to 15."""
    return POSITION_0 + slot


def pitch_token(semitones: int) -> int:
    """The token of a note that many semitones from the anchor, -16 to 20; farther notes are folded by octaves."""
    while semitones < LOWEST_PITCH:
        semitones += 12
    while semitones > HIGHEST_PITCH:
        semitones -= 12
    return PITCH_0 + semitones - LOWEST_PITCH


def chord_token(degree: int, chord_class: ChordClass) -> int:
    """The token of a chord whose root lies `degree` semitones above the tonic, 0 to 11."""
    return CHORD_0 + (degree % 12) * len(CHORD_CLASSES) + CHORD_CLASSES.index(chord_class)


def is_position(token: int) -> bool:
    """Whether the token is a position."""
    return POSITION_0 <= token < PITCH_0


def is_pitch(token: int) -> bool:
    """Whether the token is a note."""
    return PITCH_0 <= token < CHORD_0


def is_chord(token: int) -> bool:
    """Whether the token is a chord."""
    return CHORD_0 <= token < VOCABULARY


def pitch_of(token: int) -> int:
    """Semitones from the anchor of a note token."""
    return token - PITCH_0 + LOWEST_PITCH


def chord_of(token: int) -> tuple[int, ChordClass]:
    """Degree in semitones and class of a chord token."""
    degree, index = divmod(token - CHORD_0, len(CHORD_CLASSES))
    return degree, CHORD_CLASSES[index]


def anchor(tonic: int, centre: float) -> int:
    """The MIDI number of the tonic from which notes are counted.

    Args:
        tonic: pitch class of the tonic, 0 to 11.
        centre: mean MIDI pitch of the tune, or the middle of the range it is to have.

    Returns:
        The tonic that has `centre` 3 semitones below it to 9 above.
    """
    return tonic + 12 * int((centre - tonic + 3) // 12)


class Event(NamedTuple):
    """Something that begins at a sixteenth, counted from the start of the song."""

    slot: int
    token: int


@dataclass(frozen=True)
class Piece:
    """A tune with chords, ready to be spelled."""

    meter: Meter
    mode: Mode
    style: Style
    events: tuple[Event, ...]
    phrases: frozenset[int]
    """Sixteenths at which a phrase's first note begins."""


def prefix(meter: Meter, mode: Mode, style: Style = "song") -> list[int]:
    """The four tokens that every song begins with."""
    return [SONG, meter_token(meter), mode_token(mode), style_token(style)]


def spell(piece: Piece) -> list[int]:
    """The tokens of a piece, bars without events included."""
    tokens = prefix(piece.meter, piece.mode, piece.style)
    bar_slots = BAR_SLOTS[piece.meter]
    bar, marked = -1, -1
    for event in sorted(piece.events, key=_reading_order):
        here, slot = divmod(event.slot, bar_slots)
        if here > bar:
            opening = _first_note(piece, here)
            opens = bar < 0 or opening in piece.phrases
            marked = opening if opens else marked
            tokens += [BAR] * (here - bar - 1)
            tokens += [PHRASE, BAR] if opens else [BAR]
            bar = here
        if is_pitch(event.token) and event.slot in piece.phrases and event.slot != marked:
            tokens.append(PHRASE)
        tokens += [position_token(slot), event.token]
    return [*tokens, END]


def bar_starts(tokens: Iterable[int]) -> list[int]:
    """The indices of the `BAR` tokens."""
    return [index for index, token in enumerate(tokens) if token == BAR]


def _reading_order(event: Event) -> tuple[int, int]:
    return event.slot, 0 if is_chord(event.token) else 1


def _first_note(piece: Piece, bar: int) -> int:
    """The sixteenth of a bar's first note, -1 where it has none."""
    slots = BAR_SLOTS[piece.meter]
    return min((e.slot for e in piece.events if e.slot // slots == bar and is_pitch(e.token)), default=-1)
