"""Chords: which a genre knows, how they may follow one another, where they come to rest, and how they are written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from models.music.tokens import ChordClass, chord_token
from schemas.music import ChordQuality, ChordSpan
from schemas.plan import Genre, Key, Mode

Function = Literal["tonic", "subdominant", "dominant"]
Family = Literal["major", "minor", "dominant", "diminished"]
Cadence = Literal["none", "half", "full"]

_FAMILY_CLASSES: dict[Family, tuple[ChordClass, ...]] = {
    "major": ("maj", "maj7", "sus"),
    "minor": ("min", "min7"),
    "dominant": ("7", "maj", "sus"),
    "diminished": ("dim",),
}
_TRIADS: dict[Family, tuple[int, ...]] = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "dominant": (0, 4, 7),
    "diminished": (0, 3, 6),
}


@dataclass(frozen=True)
class Harmony:
    """A chord by its place in the key."""

    degree: int
    """Semitones from the tonic to the root."""
    family: Family
    function: Function
    borrowed: bool = False
    """Whether it lies outside the key."""

    @property
    def tokens(self) -> tuple[int, ...]:
        """The tokens that the composer may mean it by."""
        return tuple(chord_token(self.degree, chord_class) for chord_class in _FAMILY_CLASSES[self.family])

    @property
    def tones(self) -> frozenset[int]:
        """Its triad in semitones above the tonic, 0 to 11."""
        return frozenset((self.degree + interval) % 12 for interval in _TRIADS[self.family])


_MENU: dict[Mode, tuple[Harmony, ...]] = {
    "major": (
        Harmony(0, "major", "tonic"),
        Harmony(2, "minor", "subdominant"),
        Harmony(4, "minor", "tonic"),
        Harmony(5, "major", "subdominant"),
        Harmony(7, "dominant", "dominant"),
        Harmony(9, "minor", "tonic"),
        Harmony(10, "major", "subdominant", borrowed=True),
        Harmony(5, "minor", "subdominant", borrowed=True),
        Harmony(2, "dominant", "subdominant", borrowed=True),
        Harmony(9, "dominant", "subdominant", borrowed=True),
    ),
    "minor": (
        Harmony(0, "minor", "tonic"),
        Harmony(3, "major", "tonic"),
        Harmony(5, "minor", "subdominant"),
        Harmony(7, "minor", "dominant"),
        Harmony(7, "dominant", "dominant", borrowed=True),
        Harmony(8, "major", "subdominant"),
        Harmony(10, "major", "dominant"),
        Harmony(2, "diminished", "subdominant"),
    ),
}
_NEVER = -np.inf
_TASTE: dict[Genre, dict[tuple[int, Family], float]] = {
    "folk": {(10, "major"): -1.0, (5, "minor"): -4, (2, "dominant"): -4, (9, "dominant"): -4, (2, "diminished"): -4},
    "piano-ballad": {(10, "major"): -2.5, (5, "minor"): -0.5, (2, "dominant"): -2.5, (9, "dominant"): -3},
    "synth-pop": {(9, "minor"): 1.0, (5, "major"): 0.7, (2, "dominant"): -5, (9, "dominant"): -5, (5, "minor"): -3},
    "rock": {(10, "major"): 0.3, (5, "major"): 0.5, (5, "minor"): -3, (2, "dominant"): -3, (9, "dominant"): -5},
    "lo-fi": {(2, "minor"): 0.8, (4, "minor"): 0.6, (9, "minor"): 0.6, (5, "minor"): 0.0, (10, "major"): -2},
    "bossa": {(2, "minor"): 1.0, (2, "dominant"): 0.3, (9, "dominant"): 0.2, (5, "minor"): -0.3, (10, "major"): -4},
}
_TASTE_MINOR: dict[Genre, dict[tuple[int, Family], float]] = {
    "folk": {(2, "diminished"): -5, (10, "major"): 0.8, (7, "minor"): 0.3},
    "piano-ballad": {(8, "major"): 0.8, (3, "major"): 0.5, (10, "major"): 0.5, (2, "diminished"): -2},
    "synth-pop": {
        (8, "major"): 1.3,
        (10, "major"): 1.3,
        (3, "major"): 1.0,
        (7, "dominant"): -2.5,
        (2, "diminished"): -6,
    },
    "rock": {(8, "major"): 1.3, (10, "major"): 1.3, (3, "major"): 0.7, (7, "dominant"): -1.5, (2, "diminished"): -6},
    "lo-fi": {(8, "major"): 0.8, (5, "minor"): 0.8, (3, "major"): 0.5, (7, "minor"): 0.6},
    "bossa": {(2, "diminished"): 1.2, (5, "minor"): 0.8, (8, "major"): 0.4, (10, "major"): 0.3},
}
_FAMILY_OF: dict[ChordQuality, Family] = {
    "min": "minor",
    "min7": "minor",
    "min6": "minor",
    "7": "dominant",
    "9": "dominant",
    "dim": "diminished",
    "m7b5": "diminished",
}
"""The family of each quality; those not named are major."""
_SEVENTHS: frozenset[Genre] = frozenset({"lo-fi", "bossa"})


def menu(mode: Mode) -> tuple[Harmony, ...]:
    """The chords of a mode, the tonic first."""
    return _MENU[mode]


def harmony_of(chord: ChordSpan, key: Key) -> Harmony:
    """The harmony by which a written chord guides a melody: of the mode's menu, or one of its own where that has none.

    A suspended or augmented chord counts as the major chord of its root, a seventh chord as its triad.
    """
    degree = (chord.root - key.pitch_class) % 12
    family = _FAMILY_OF.get(chord.quality, "major")
    near: tuple[Family, ...] = ("dominant", "major") if family in ("dominant", "major") else (family,)
    for wanted in (family, *near):
        for known in menu(key.mode):
            if (known.degree, known.family) == (degree, wanted):
                return known
    function: Function = "tonic" if degree in (0, 3, 4, 8, 9) else "dominant" if degree in (7, 11) else "subdominant"
    return Harmony(degree, family, function, borrowed=True)


@dataclass(frozen=True)
class Slot:
    """A place where a chord begins, and what it is for."""

    cadence: Cadence = "none"
    """What comes to rest here."""
    approach: Cadence = "none"
    """What comes to rest at the next slot."""
    copied: Harmony | None = None
    """The chord of the line that this one answers."""
    opens: bool = False
    """Whether the section begins here."""
    within_bar: bool = False
    """Whether it is the second chord of a bar."""
    final: bool = False
    """Whether the section ends here."""
    avoided: Harmony | None = None
    """A chord that another tune begins with."""


def chord_weights(mode: Mode, genre: Genre, slot: Slot, before: Harmony | None) -> np.ndarray:
    """Log-weights over `menu(mode)` for a slot, after the chord `before`; -inf where a chord must not stand."""
    chords = menu(mode)
    taste = (_TASTE if mode == "major" else _TASTE_MINOR)[genre]
    weights = np.array([taste.get((chord.degree, chord.family), 0.0) for chord in chords])
    for index, chord in enumerate(chords):
        weights[index] += _placed(chord, slot) + _following(chord, before, genre)
        weights[index] -= 8.0 * (slot.within_bar and chord == before)
    if slot.copied in chords:
        weights[chords.index(slot.copied)] += 6.0
    if slot.avoided in chords:
        weights[chords.index(slot.avoided)] = _NEVER
    if slot.cadence == "full":
        weights[1:] = _NEVER
        weights[0] = 0.0
    return weights


def _placed(chord: Harmony, slot: Slot) -> float:
    """How well a chord suits where it stands."""
    if slot.cadence == "half":
        if chord.borrowed and chord.degree != 7:
            return _NEVER if slot.final else -3.0
        leads = chord.function == "dominant" or (chord.degree == 5 and not slot.final)
        return 2.5 if leads else (-6.0 if slot.final else -1.5)
    weight = 0.0
    if slot.approach == "full":
        weight += {"dominant": 2.0, "subdominant": 1.0, "tonic": -2.5}[chord.function]
    if slot.approach == "half" and chord.function == "dominant":
        weight -= 1.0
    if slot.opens:
        weight += -3.0 if chord.borrowed or chord.function == "dominant" else 0.5
    return weight


def _following(chord: Harmony, before: Harmony | None, genre: Genre) -> float:
    """How well a chord follows another."""
    if before is None:
        return 0.0
    if chord == before:
        return -1.0 if genre == "folk" else -2.2
    if chord.degree == before.degree:
        return -1.5
    weight = 0.0
    if before.family == "dominant" and before.degree != 7:
        weight += 2.0 if (before.degree + 5) % 12 == chord.degree else -3.0
    if before.function == "dominant" and chord.function == "subdominant" and genre not in ("rock", "synth-pop"):
        weight -= 1.2
    if before.borrowed and before.degree == 5 and chord.degree not in (0, 7):
        weight -= 2.0
    if chord.family == "diminished" or before.family == "diminished":
        weight += 0.5 if chord.degree in (2, 7) else -3.0
    return weight


def written(
    chord: Harmony, key: Key, genre: Genre, sung: frozenset[int], following: Harmony | None, draw: float
) -> tuple[int, ChordQuality]:
    """A chord's root (pitch class) and the quality it is written with.

    Args:
        chord: the chord.
        key: the song's key.
        genre: how it is coloured.
        sung: pitch classes sung on beats over it; no colour may rub against them.
        following: the chord after it, None at the end.
        draw: a number from 0 to 1 that decides between colours.
    """
    root = (key.pitch_class + chord.degree) % 12
    above = frozenset((pitch - root) % 12 for pitch in sung)
    for quality in _colours(chord, genre, following, draw):
        if _agrees(quality, above):
            return root, quality
    return root, _plain(chord)


def _plain(chord: Harmony) -> ChordQuality:
    plain: dict[Family, ChordQuality] = {"major": "maj", "minor": "min", "dominant": "maj", "diminished": "dim"}
    return plain[chord.family]


def _agrees(quality: ChordQuality, above: frozenset[int]) -> bool:
    """Whether melody notes, in semitones above the root, stand beside the colour of a chord."""
    if quality in ("sus2", "sus4"):
        return not above & {3, 4} and above <= {0, 2, 5, 7, 9}
    if quality == "maj7":
        return 0 not in above
    if quality in ("6", "min6"):
        return 10 not in above and 8 not in above
    if quality in ("9", "add9"):
        return 1 not in above and 3 not in above
    return True


def _colours(chord: Harmony, genre: Genre, following: Harmony | None, draw: float) -> Sequence[ChordQuality]:
    """The colours a genre would give a chord, the best first."""
    ends = following is None
    if genre in _SEVENTHS:
        return _rich_colours(chord, genre, draw)
    if chord.family == "diminished":
        return ("m7b5",) if genre == "piano-ballad" else ("dim",)
    if chord.family == "dominant":
        resolves = following is not None and following.degree == (chord.degree + 5) % 12
        if genre in ("folk", "piano-ballad") and resolves and draw < 0.5:
            return ("7",)
        return ("sus4",) if genre in ("rock", "piano-ballad") and draw > 0.75 and not ends else ()
    if genre == "piano-ballad" and draw < 0.45:
        return ("add9",) if chord.family == "major" else ("min7",)
    if genre == "synth-pop" and draw < 0.4:
        return ("add9", "sus2") if chord.family == "major" else ("min7",)
    if genre == "rock" and draw < 0.25 and not ends:
        return ("sus2", "sus4")
    return ()


def _rich_colours(chord: Harmony, genre: Genre, draw: float) -> Sequence[ChordQuality]:
    if chord.family == "diminished":
        return ("m7b5",)
    if chord.family == "dominant":
        if chord.borrowed and chord.degree == 7:
            return ("7",)
        return ("9", "7") if draw < (0.6 if genre == "bossa" else 0.35) else ("7",)
    if chord.family == "major":
        if chord.borrowed or chord.degree == 10:
            return ("7", "maj")
        return ("maj7", "6", "add9") if draw < 0.7 else ("6", "maj7") if genre == "bossa" else ("add9", "maj7")
    if chord.borrowed or (genre == "bossa" and chord.degree == 0 and draw < 0.4):
        return ("min6", "min7")
    return ("min7",)


def voiced_bass(spans: Sequence[ChordSpan]) -> tuple[ChordSpan, ...]:
    """Chords with basses that walk: a chord between two others takes its third where the bass then moves by steps."""
    moved = list(spans)
    for index in range(1, len(spans) - 1):
        before, chord, after = moved[index - 1], spans[index], spans[index + 1]
        if chord.quality not in ("maj", "7", "add9", "min") or before.root == chord.root or after.root == chord.root:
            continue
        third = chord.pitch_classes[1]
        from_bass = before.root if before.bass is None else before.bass
        if _step(from_bass, third) and _step(third, after.root) and not _step(from_bass, chord.root):
            moved[index] = chord.replaced(bass=third)
    return tuple(moved)


def _step(one: int, other: int) -> bool:
    """Whether two pitch classes lie one or two semitones apart."""
    return (one - other) % 12 in (1, 2, 10, 11)
