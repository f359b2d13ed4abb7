"""The faces a sleeve is set in, what their letters measure, and which face stands in where one lacks the script."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from functools import lru_cache

from media.cover.lettering import (
    FRAUNCES,
    GARAMOND,
    GARAMOND_CAPITALS,
    GARAMOND_ITALIC,
    GOTHIC,
    JOST,
    JOST_BOLD,
    JOST_CAPITALS,
    Face,
)
from media.fonts import FONT_FOLDER

BODONI = Face("BodoniModa-Medium.ttf", "Bodoni Moda", 500, tracking=-0.012, leading=1.04)
BODONI_CAPITALS = Face("BodoniModa-Medium.ttf", "Bodoni Moda", 500, capitals=True, tracking=0.05, leading=1.1)
SYNE = Face("Syne-ExtraBold.ttf", "Syne", 800, tracking=-0.02, leading=0.98)
MONO = Face("SpaceMono-Regular.ttf", "Space Mono", 400, tracking=-0.03, leading=1.22)
GROTESQUE = Face("Jost-SemiBold.ttf", "Jost", 600, capitals=True, tracking=-0.03, leading=0.88)
JOST_MEDIUM = Face("Jost-SemiBold.ttf", "Jost", 600, tracking=-0.01, leading=1.1)
MINCHO = Face("ShipporiMincho-Medium.ttf", "Shippori Mincho", 500, tracking=0.03, leading=1.3)
NASKH = Face("NotoNaskhArabic-Regular.ttf", "Noto Naskh Arabic", 400, leading=1.5)
HEBREW = Face("NotoSansHebrew-Regular.ttf", "Noto Sans Hebrew", 400, leading=1.15)

__all__ = [
    "BODONI",
    "BODONI_CAPITALS",
    "FRAUNCES",
    "GARAMOND",
    "GARAMOND_CAPITALS",
    "GARAMOND_ITALIC",
    "GOTHIC",
    "GROTESQUE",
    "HEBREW",
    "JOST",
    "JOST_BOLD",
    "JOST_CAPITALS",
    "JOST_MEDIUM",
    "MINCHO",
    "MONO",
    "NASKH",
    "SYNE",
    "Face",
    "bearing",
    "extent",
    "face_for",
    "is_ideographic",
    "is_right_to_left",
    "shown",
    "width",
]

_UNKNOWN = (0.62, 0.03, -0.22, 0.75)
"""Advance, left bearing, lowest and highest ink of a letter no bundled font has, in ems."""


def shown(text: str, face: Face) -> str:
    """The text as the face shows it: in capitals where the face is one of capitals."""
    return text.upper() if face.capitals else text


def face_for(text: str, face: Face) -> Face:
    """The face, or the one that stands in for it where it lacks letters of the text.

    Japanese goes to a Mincho, Arabic and Hebrew to theirs; Greek, Cyrillic and Vietnamese that a face lacks go to the
    Garamond, in capitals and spacing like the face asked for.
    """
    letters = {letter for letter in shown(text, face) if not letter.isspace()}
    if all(ord(letter) in _metrics(face.file) for letter in letters):
        return face
    if any(is_ideographic(letter) for letter in letters):
        return MINCHO
    if is_right_to_left(text):
        return NASKH if any(unicodedata.bidirectional(letter) == "AL" for letter in letters) else HEBREW
    near = JOST if face.family == "Jost" else GARAMOND
    stand_in = replace(near, capitals=face.capitals, tracking=max(face.tracking, -0.01), leading=max(face.leading, 1.0))
    most = max((face, stand_in), key=lambda each: sum(ord(letter) in _metrics(each.file) for letter in letters))
    if most is stand_in and all(ord(letter) in _metrics(near.file) for letter in letters):
        return stand_in
    whole = replace(GARAMOND, capitals=face.capitals, tracking=max(face.tracking, -0.01), leading=1.08)
    return whole if any(ord(letter) in _metrics(GARAMOND.file) for letter in letters) else face


def is_ideographic(letter: str) -> bool:
    """Whether a letter is Chinese or Japanese, its marks and full-width forms included."""
    code = ord(letter)
    return 0x2E80 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 <= code <= 0xFF60 or code >= 0x20000


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is Hebrew or Arabic."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False


def width(text: str, face: Face) -> float:
    """Width of a line at size 1, kerning not counted."""
    letters = shown(text, face)
    tracking = 0.0 if is_right_to_left(text) else face.tracking
    return sum(_letter(letter, face)[0] for letter in letters) + tracking * max(0, len(letters) - 1)


def extent(text: str, face: Face) -> tuple[float, float]:
    """How far the ink of a line reaches above and below its baseline at size 1."""
    inks = [_letter(letter, face) for letter in shown(text, face) if not letter.isspace()]
    return max((ink[3] for ink in inks), default=0.7), max(0.0, -min((ink[2] for ink in inks), default=0.0))


def bearing(text: str, face: Face) -> float:
    """The white before the first letter at size 1; opening quotes and brackets hang out by most of their width."""
    first = shown(text, face)[:1]
    if not first or is_right_to_left(text) or face.style == "italic":  # a slanted stem has no side to align
        return 0.0
    advance, left, _, _ = _letter(first, face)
    if unicodedata.category(first) in ("Ps", "Pi") and not is_ideographic(first):
        return left + 0.7 * advance
    return left


def _letter(letter: str, face: Face) -> tuple[float, float, float, float]:
    found = _metrics(face.file).get(ord(letter))
    return found if found is not None else _all_metrics().get(ord(letter), _UNKNOWN)


@lru_cache(maxsize=24)
def _metrics(file: str) -> dict[int, tuple[float, float, float, float]]:
    """Advance, left bearing, lowest and highest ink by code point, in ems."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(FONT_FOLDER / file, lazy=True) as font:
        per_em = font["head"].unitsPerEm
        advances, outlines = font["hmtx"].metrics, font["glyf"]
        found = {}
        for code, name in font.getBestCmap().items():
            advance, left = advances[name]
            outline = outlines[name]
            low, high = (outline.yMin, outline.yMax) if outline.numberOfContours else (0, 0)
            found[code] = (advance / per_em, left / per_em, low / per_em, high / per_em)
        return found


@lru_cache(maxsize=1)
def _all_metrics() -> dict[int, tuple[float, float, float, float]]:
    merged: dict[int, tuple[float, float, float, float]] = {}
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        merged = {**_metrics(path.name), **merged}
    return merged
