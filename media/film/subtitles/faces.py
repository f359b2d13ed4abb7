"""The faces words are set in: what ASS calls them, which letters they have, how wide text is in them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from media.fonts import FONT_FOLDER

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

_MEASURED_PX = 200


@dataclass(frozen=True)
class Face:
    """A bundled font file, and the name inside it by which ASS finds it."""

    file: str
    name: str


JOST = Face("Jost-SemiBold.ttf", "Jost SemiBold")
JOST_LIGHTER = Face("Jost-Regular.ttf", "Jost")
GARAMOND = Face("EBGaramond-Medium.ttf", "EB Garamond Medium")
FRAUNCES = Face("Fraunces-Black.ttf", "Fraunces Black")
GOTHIC = Face("LeagueGothic-Regular.ttf", "League Gothic")
BODONI = Face("BodoniModa-Medium.ttf", "Bodoni Moda Medium")
SYNE = Face("Syne-ExtraBold.ttf", "Syne ExtraBold")
MONO = Face("SpaceMono-Regular.ttf", "Space Mono")
_JAPANESE = Face("ShipporiMincho-Medium.ttf", "Shippori Mincho Medium")
_HEBREW = Face("NotoSansHebrew-Regular.ttf", "Noto Sans Hebrew")
_ARABIC = Face("NotoNaskhArabic-Regular.ttf", "Noto Naskh Arabic")
_STAND_INS = (JOST, GARAMOND, _JAPANESE, _HEBREW, _ARABIC)


@lru_cache(maxsize=16)
def letters_of(face: Face) -> frozenset[int]:
    """Every code point the face has a picture of."""
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(FONT_FOLDER / face.file, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=16)
def height_share(face: Face) -> float:
    """What ASS calls the size of the face, for a size of 1 by which letters are measured (its em).

    ASS takes the height from the highest to the lowest that Windows would draw.
    """
    from fontTools.ttLib import TTFont

    with TTFont(FONT_FOLDER / face.file, lazy=True) as font:
        return float(font["OS/2"].usWinAscent + font["OS/2"].usWinDescent) / float(font["head"].unitsPerEm)


def runs_of(text: str, face: Face) -> list[tuple[Face, str]]:
    """The text in stretches of one face each: where `face` lacks a letter, the first of the others that has it.

    Spaces and marks stay with what is before them. A letter none of them has stays too.
    """
    chosen: list[Face] = []
    for letter in text:
        before = chosen[-1] if chosen else face
        if letter.isspace() or unicodedata.combining(letter) or unicodedata.category(letter) == "Cf":
            chosen.append(before)
        else:
            chosen.append(next((f for f in (face, *_STAND_INS) if ord(letter) in letters_of(f)), before))
    pairs = groupby(zip(chosen, text, strict=True), key=lambda pair: pair[0])
    return [(one, "".join(letter for _, letter in run)) for one, run in pairs]


@lru_cache(maxsize=16)
def _font(face: Face) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT_FOLDER / face.file), _MEASURED_PX)


@lru_cache(maxsize=4096)
def width_of(text: str, face: Face) -> float:
    """How wide the text is for an em of 1; a letter that no face here has counts as one em."""
    total = 0.0
    for one, run in runs_of(text, face):
        known = "".join(letter for letter in run if ord(letter) in letters_of(one))
        total += _font(one).getlength(known) / _MEASURED_PX + len(run) - len(known)
    return total


def turns_left(text: str) -> bool:
    """Whether some of the text is written from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in text)
