"""Names of notes and chords as a musician writes them in a key: F# in D major, Bb in F major.

Names are places on the line of fifths (… Bb = -2, F = -1, C = 0, G = 1 …): a key with n sharps holds the seven places
from n - 1 to n + 5, so the right name of a pitch class is the place nearest to them.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from schemas.errors import MediaError
from schemas.music import CHORD_INTERVALS, ChordQuality, ChordSpan
from schemas.plan import TONICS, Key, Mode

_LETTERS = "FCGDAEB"
_SHARPS_MAJOR = (0, -5, 2, -3, 4, -1, 6, 1, -4, 3, -2, 5)
_SHARPS_MINOR = (-3, 4, -1, -6, 1, -4, 3, -2, 5, 0, -5, 2)
_DEGREE_OF_INTERVAL = {0: 0, 2: 1, 3: 2, 4: 2, 5: 3, 6: 4, 7: 4, 8: 4, 9: 5, 10: 6, 11: 6, 14: 1}
_SUFFIXES: dict[ChordQuality, str] = {
    "maj": "",
    "min": "m",
    "dim": "dim",
    "aug": "aug",
    "sus2": "sus2",
    "sus4": "sus4",
    "7": "7",
    "maj7": "maj7",
    "min7": "m7",
    "m7b5": "m7b5",
    "6": "6",
    "min6": "m6",
    "9": "9",
    "add9": "add9",
}
_QUALITIES = {suffix: quality for quality, suffix in _SUFFIXES.items()}
_CHORD_TEXT = re.compile(r"^([A-G])(#{1,2}|b{1,2})?([a-z0-9]*)(?:/([A-G])(#{1,2}|b{1,2})?)?$")


class Spelled(NamedTuple):
    """A note name: letter, alteration in semitones (-2 to 2), octave (4 begins at middle C)."""

    step: str
    alter: int
    octave: int

    @property
    def name(self) -> str:
        """Letter and accidental without the octave, e.g. 'F#'."""
        return self.step + ("#" * self.alter if self.alter > 0 else "b" * -self.alter)


def key_sharps(key: Key) -> int:
    """Sharps in the key signature, -6 to 6; flats count below zero."""
    return (_SHARPS_MAJOR if key.mode == "major" else _SHARPS_MINOR)[key.pitch_class]


def key_from_sharps(sharps: int, mode: Mode) -> Key:
    """The key of a signature, -7 to 7 sharps.

    Raises:
        MediaError: the signature is out of that range.
    """
    if not -7 <= sharps <= 7:
        raise MediaError(f"key signature of {sharps} sharps is outside -7 to 7: write a plain key signature")
    return Key(tonic=TONICS[(sharps * 7 + (0 if mode == "major" else 9)) % 12], mode=mode)


def _at(place: int) -> tuple[str, int]:
    return _LETTERS[(place + 1) % 7], (place + 1) // 7


def _place(pitch_class: int, lowest: int) -> int:
    """The place of a pitch class among the twelve from `lowest` up, without double accidentals."""
    place = lowest + (pitch_class * 7 - lowest) % 12
    alter = _at(place)[1]
    return place - 12 if alter > 1 else place + 12 if alter < -1 else place


def _root_place(chord: ChordSpan, key: Key) -> int:
    sharps = key_sharps(key)
    if chord.quality in ("dim", "m7b5"):
        return _place(chord.root, sharps - 1)
    return _place(chord.root, sharps - (5 if key.mode == "major" else 4))


def _tone(root_place: int, interval: int) -> tuple[str, int]:
    """Letter and alteration of a chord tone, by its degree above the root."""
    step, alter = _at(root_place)
    letters = "CDEFGAB"
    letter = letters[(letters.index(step) + _DEGREE_OF_INTERVAL[interval]) % 7]
    natural = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    wanted = (natural[step] + alter + interval) % 12
    return letter, (wanted - natural[letter] + 6) % 12 - 6


def spell_pitch(pitch: int, key: Key, chord: ChordSpan | None = None) -> Spelled:
    """The name of a MIDI pitch (0-127) in a key: of the scale, else as a tone of the chord, else the nearest."""
    sharps, pitch_class = key_sharps(key), pitch % 12
    place = _place(pitch_class, sharps - (3 if key.mode == "major" else 2))
    step, alter = _at(place)
    in_scale = pitch_class in key.scale
    if not in_scale and chord is not None and pitch_class in chord.pitch_classes:
        interval = CHORD_INTERVALS[chord.quality][chord.pitch_classes.index(pitch_class)]
        by_chord = _tone(_root_place(chord, key), interval)
        step, alter = by_chord if abs(by_chord[1]) < 2 else (step, alter)
    elif in_scale:
        step, alter = _at(sharps - 1 + (pitch_class * 7 - sharps + 1) % 12)
    return Spelled(step, alter, (pitch - alter) // 12 - 1)


def spell_root(chord: ChordSpan, key: Key) -> Spelled:
    """The name of a chord's root in a key (octave 0)."""
    return Spelled(*_at(_root_place(chord, key)), 0)


def spell_bass(chord: ChordSpan, key: Key) -> Spelled | None:
    """The name of a chord's bass where it is not the root (octave 0), or None."""
    if chord.bass is None or chord.bass == chord.root:
        return None
    if chord.bass in chord.pitch_classes:
        interval = CHORD_INTERVALS[chord.quality][chord.pitch_classes.index(chord.bass)]
        return Spelled(*_tone(_root_place(chord, key), interval), 0)
    return Spelled(*_at(_place(chord.bass, key_sharps(key) - (3 if key.mode == "major" else 2))), 0)


def chord_suffix(quality: ChordQuality) -> str:
    """What follows the root in a chord symbol, e.g. 'm7'; '' for a major triad."""
    return _SUFFIXES[quality]


def chord_text(chord: ChordSpan, key: Key) -> str:
    """A chord symbol spelled in a key, e.g. 'C#m7/G#' in E major."""
    bass = spell_bass(chord, key)
    return spell_root(chord, key).name + _SUFFIXES[chord.quality] + (f"/{bass.name}" if bass else "")


def pitch_class_of(step: str, alter: int) -> int:
    """Pitch class, 0 (C) to 11 (B), of a letter and an alteration in semitones."""
    return ((_LETTERS.index(step) - 1 + 7 * alter) * 7) % 12


def parse_chord_text(text: str) -> tuple[int, ChordQuality, int | None] | None:
    """Root, quality and bass (None where it is the root) of a chord symbol, or None where it is not one of ours."""
    match = _CHORD_TEXT.match(text.strip())
    if match is None or match[3] not in _QUALITIES:
        return None
    root = pitch_class_of(match[1], _alter(match[2]))
    bass = None if match[4] is None else pitch_class_of(match[4], _alter(match[5]))
    return root, _QUALITIES[match[3]], None if bass == root else bass


def _alter(signs: str | None) -> int:
    return 0 if not signs else len(signs) if signs[0] == "#" else -len(signs)
