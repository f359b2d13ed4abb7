"""The words of notes as text: what names a pitch (G4, sol, ^5, 67) and what a length (1.5, 1/2, q.)."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

from media.notation.bringing.bounds import HIGHEST, LOWEST
from media.notation.spelling import pitch_class_of
from schemas.plan import TICKS_PER_QUARTER, Key

PARTS = 10_080
"""Parts of a beat in which lengths are counted: halves, thirds, fifths and sevenths of it come out whole."""

LETTER_LENGTHS = {"w": 4 * PARTS, "h": 2 * PARTS, "q": PARTS, "e": PARTS // 2, "s": PARTS // 4}
"""Whole, half, quarter, eighth and sixteenth note, in parts of a beat."""

_RESTS = frozenset(("r", "rest", "z"))
_NAME = re.compile(r"([A-Ha-g])(##?|bb?|)(-?\d)?")
_SOLFA = re.compile(r"(do|re|mi|fa|sol|so|la|ti|si)([#b]?)(\+{0,3}|-{0,3})")
_DEGREE = re.compile(r"\^?([#b]?)([1-7])(\+{0,3}|-{0,3})")
_MIDI = re.compile(r"\d{2,3}")
_NUMBER = re.compile(r"\d{0,4}\.\d{1,6}|\d{1,4}\.?|\d{1,4}/\d{1,4}")
_LETTER = re.compile(r"([whqes])(\.{0,2})")
_STEP_OF = {"do": 0, "re": 1, "mi": 2, "fa": 3, "so": 4, "sol": 4, "la": 5, "ti": 6, "si": 6}
_MAJOR = (0, 2, 4, 5, 7, 9, 11)
_SIGNS = str.maketrans({"♯": "#", "♭": "b", "’": "'", "−": "-", "–": "-", "—": "-"})


class Pitch(NamedTuple):
    """What a word says of a pitch: the pitch itself, or a pitch class near the note before; both None for a rest."""

    midi: int | None = None
    near: int | None = None
    octaves: int = 0


REST = Pitch()


def plain(text: str) -> str:
    """The text with printed accidentals and dashes as keyboards write them."""
    return text.translate(_SIGNS)


def read_pitch(word: str, key: Key, *, numbers: bool) -> Pitch | None:
    """The pitch that a word names, or None where it names none.

    Args:
        word: a plain word, e.g. 'F#4', 'f', 'sol-', '^5', '62', 'r'.
        key: what scale steps and solfa count from. Do is the tonic of the major key of that signature.
        numbers: whether a number alone is a pitch: 1-7 a step of the scale, 24-108 a MIDI pitch, 0 a rest.
    """
    lower = word.lower()
    if lower in _RESTS or (numbers and word == "0"):
        return REST
    if match := _SOLFA.fullmatch(lower):
        do = key.pitch_class if key.mode == "major" else (key.pitch_class + 3) % 12
        name, sign, octaves = match.groups()
        return Pitch(near=(do + _MAJOR[_STEP_OF[name]] + _alter(sign)) % 12, octaves=_octaves(octaves))
    if (match := _DEGREE.fullmatch(word)) and (numbers or word.startswith("^")):
        sign, step, octaves = match.groups()
        return Pitch(near=(key.scale[int(step) - 1] + _alter(sign)) % 12, octaves=_octaves(octaves))
    if numbers and _MIDI.fullmatch(word) and LOWEST <= int(word) <= HIGHEST:
        return Pitch(midi=int(word))
    if match := _NAME.fullmatch(word):
        letter, sign, octave = match.groups()
        step = "B" if letter == "H" else letter.upper()
        pitch_class = pitch_class_of(step, _alter(sign))
        if octave is None:
            return Pitch(near=pitch_class)
        return Pitch(midi=12 * (int(octave) + 1) + pitch_class_of(step, 0) + _alter(sign))
    return None


def nearest(pitch: Pitch, before: int) -> int:
    """The MIDI pitch of a pitch class nearest to the note before (the lower of two as near), octave marks added."""
    down = (before - (pitch.near or 0)) % 12
    return (before - down if down <= 6 else before - down + 12) + 12 * pitch.octaves


def read_length(word: str) -> int | None:
    """The length that a word says ('1.5', '.5', '1/2', 'q.', '0.25') in parts of a beat, or None where it says none."""
    if match := _LETTER.fullmatch(word):
        return LETTER_LENGTHS[match[1]] * (4, 6, 7)[len(match[2])] // 4
    if not _NUMBER.fullmatch(word):
        return None
    top, _, bottom = word.partition("/")
    if bottom:
        return round(Fraction(int(top) * PARTS, int(bottom))) if int(bottom) else None
    return round(Fraction(top.rstrip(".")) * PARTS) if top.strip(".") else None


def length_text(ticks: int) -> str:
    """A length of ticks in beats, as it is read back: '1', '.5', '.25', '1.75'; '1/3' where decimals do not end."""
    beats = Fraction(ticks, TICKS_PER_QUARTER)
    if 64 % beats.denominator:
        return f"{beats.numerator}/{beats.denominator}"
    written = f"{float(beats):.6f}".rstrip("0").rstrip(".")
    return written.removeprefix("0") if beats < 1 else written


def _alter(sign: str) -> int:
    return len(sign) if sign[:1] == "#" else -len(sign)


def _octaves(marks: str) -> int:
    return len(marks) if marks[:1] == "+" else -len(marks)
