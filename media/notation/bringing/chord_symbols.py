"""Chord symbols as people write them (CΔ, C-7, Cø, C/E, bVII, V7/V), brought to the qualities of a lead sheet."""

from __future__ import annotations

import re
from typing import NamedTuple

from media.notation.spelling import pitch_class_of
from schemas.music import CHORD_INTERVALS, ChordQuality
from schemas.plan import Key

_SIGNS = str.maketrans(
    {
        "♯": "#",
        "♭": "b",
        "−": "-",
        "–": "-",
        "△": "Δ",
        "∆": "Δ",
        "Ø": "ø",
        "º": "°",
        "(": "",
        ")": "",
        ",": "",
        "^": "Δ",
    }
)
_LETTER = re.compile(r"([A-Ha-g])(##?|bb?|)(.*)")
_ROMAN = re.compile(r"([#b]?)(VII|VI|V|IV|III|II|I|vii|vi|v|iv|iii|ii|i)(?![A-Za-z]*[H-LN-Z])(.*)")
_ROMANS = ("i", "ii", "iii", "iv", "v", "vi", "vii")
_SILENCE = frozenset(("n.c.", "nc", "n.c", "no", "tacet"))

_EXACT: dict[ChordQuality, str] = {
    "maj": "M maj ma major",
    "min": "m min mi - minor",
    "dim": "dim ° o mb5 minb5 -b5",
    "aug": "aug + #5 +5",
    "sus2": "sus2",
    "sus4": "sus4 sus 4",
    "7": "7 dom7 dom",
    "maj7": "maj7 M7 ma7 major7 Maj7 j7 Δ Δ7 j",
    "min7": "m7 min7 mi7 -7 minor7",
    "m7b5": "m7b5 min7b5 mi7b5 -7b5 ø ø7 hdim hdim7 halfdim m7-5",
    "6": "6 add6 maj6 M6",
    "min6": "m6 min6 mi6 -6",
    "9": "9 dom9",
    "add9": "add9 add2 2",
}
_NEAR: dict[ChordQuality, str] = {
    "maj": "5 no3 b5 Mb5",
    "min": "mmaj7 minmaj7 mM7 -maj7 mΔ -Δ mΔ7 -Δ7 madd9 minadd9 madd2 m#5 madd4 madd11 -add9",
    "dim": "dim7 °7 o7 dimmaj7",
    "aug": "+7 aug7 7#5 7+5 7+ +9 9#5 maj7#5 +maj7 augmaj7 +M7 Δ#5 augM7",
    "sus4": "7sus4 7sus 9sus4 9sus 13sus4 13sus sus2sus4 sus24 11 maj7sus4 sus4add9",
    "sus2": "7sus2 maj7sus2",
    "7": "7b9 7#9 7b5 7#11 7b13 7alt alt 7b9b13 7#9#5 7b5b9 7b9#11 7#5#9 7b9b5 7add13 7add6",
    "9": "9#11 9b13 13 13b9 13#11 9b5 7add9",
    "maj7": "maj9 M9 ma9 Δ9 maj11 maj13 M13 maj7#11 maj9#11 Δ#11 maj7b5 maj13#11 Maj9",
    "min7": "m9 min9 mi9 -9 m11 min11 -11 m13 min13 m7add11 m7b9 m7add4 m7#5",
    "min6": "m69 min69 -69 m6/9",
    "6": "69 6/9 add13 maj69 6add9",
    "m7b5": "ø9 m9b5 ø11 m11b5",
    "add9": "add11 add4 add9add11 add2add4",
}
_QUALITIES = {spelling: quality for quality, row in _EXACT.items() for spelling in row.split()} | {"": "maj"}
_NEAREST = {spelling: quality for quality, row in _NEAR.items() for spelling in row.split()}
_INVERSIONS = {"6": 1, "64": 2, "6/4": 2, "65": 1, "6/5": 1, "43": 2, "4/3": 2, "42": 3, "4/2": 3}
_SEVENTHS = frozenset(("65", "6/5", "43", "4/3", "42", "4/2"))


class Symbol(NamedTuple):
    """A chord that was read; `remark` says what was made of a quality that a lead sheet does not have."""

    root: int
    quality: ChordQuality
    bass: int | None
    remark: str = ""


def is_silence(word: str) -> bool:
    """Whether a word says that no chord is played: 'N.C.'."""
    return word.lower() in _SILENCE


def read_symbol(word: str, key: Key) -> Symbol | None:
    """The chord that a word names, or None where it names none.

    Args:
        word: a letter name or a Roman numeral, e.g. 'F#m7b5', 'Bb/D', 'ii7', 'bVII', 'V/V'.
        key: what numerals count from. In a minor key III, VI and VII are those of the natural minor scale.
    """
    text = word.translate(_SIGNS)
    read = _roman(text, key) if _is_roman(text) else _lettered(text)
    if read is None:
        return None
    bass = None if read.bass == read.root else read.bass
    remark = f"{word[:20]} is taken as {read.quality}" if read.remark else ""
    return Symbol(read.root, read.quality, bass, remark)


def _is_roman(text: str) -> bool:
    return text.lstrip("#b")[:1] in ("I", "V", "i", "v")


def _quality(suffix: str) -> tuple[ChordQuality, bool] | None:
    """The quality of a suffix and whether it is only the nearest; None where it is none."""
    # A capital M is major, a small one minor: only whole words may be written either way.
    for spelled in (suffix, re.sub(r"(?i)^(min|maj|dim|aug|sus|add)", lambda found: found[0].lower(), suffix)):
        if spelled in _QUALITIES:
            return _QUALITIES[spelled], False
        if spelled in _NEAREST:
            return _NEAREST[spelled], True
    return None


def _note(name: str) -> int | None:
    match = _LETTER.fullmatch(name)
    if match is None or match[3]:
        return None
    letter = "B" if match[1] == "H" else match[1].upper()
    return pitch_class_of(letter, len(match[2]) if match[2][:1] == "#" else -len(match[2]))


def _lettered(text: str) -> Symbol | None:
    match = _LETTER.fullmatch(text)
    if match is None:
        return None
    root, suffix = _note(match[1] + match[2]), match[3]
    over, bass = suffix, None
    if "/" in suffix and _quality(suffix) is None:
        over, _, name = suffix.rpartition("/")
        bass = _note(name)
        if bass is None:
            return None
    quality = _quality(over)
    if quality is None or root is None:
        return None
    return Symbol(root, quality[0], bass, "near" if quality[1] else "")


def _roman(text: str, key: Key) -> Symbol | None:
    match = _ROMAN.fullmatch(text)
    if match is None:
        return None
    sign, numeral, suffix = match.groups()
    bass_name = ""
    if "/" in suffix and suffix not in _INVERSIONS and _quality(suffix) is None:
        suffix, _, bass_name = suffix.rpartition("/")
    if bass_name and _is_roman(bass_name):
        # V7/V: the dominant of the dominant, in the major key of that degree.
        of = _roman(bass_name, key)
        if of is None:
            return None
        local = Key.model_validate({"tonic": _TONIC_NAMES[of.root], "mode": "major"})
        return _roman(sign + numeral + suffix, local)
    degree = _ROMANS.index(numeral.lower())
    quality = _roman_quality(numeral, suffix)
    if quality is None:
        return None
    root = _roman_root(degree, sign, quality[0], key)
    bass = _note(bass_name) if bass_name else None
    if bass_name and bass is None:
        return None
    if suffix in _INVERSIONS:
        tones = CHORD_INTERVALS[quality[0]]
        bass = (root + tones[min(_INVERSIONS[suffix], len(tones) - 1)]) % 12
    return Symbol(root, quality[0], bass, "near" if quality[1] else "")


def _roman_quality(numeral: str, suffix: str) -> tuple[ChordQuality, bool] | None:
    small = numeral.islower()
    if suffix in _INVERSIONS:
        suffix = "7" if suffix in _SEVENTHS else ""
    if not small or suffix[:1] in ("m", "-", "d", "°", "o", "ø", "s", "a", "+", "h"):
        return _quality(suffix)
    return _quality("m" + suffix)


def _roman_root(degree: int, sign: str, quality: ChordQuality, key: Key) -> int:
    major = (0, 2, 4, 5, 7, 9, 11)
    if key.mode == "minor" and degree in (2, 5, 6) and sign in ("", "b"):
        # In minor, VI and bVI mean the same chord; a diminished seventh degree stands on the leading note.
        leading = degree == 6 and not sign and quality in ("dim", "m7b5")
        return (key.pitch_class + 11) % 12 if leading else key.scale[degree]
    return (key.pitch_class + major[degree] + (1 if sign == "#" else -1 if sign == "b" else 0)) % 12


_TONIC_NAMES = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
