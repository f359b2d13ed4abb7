"""Words on a sheet of music: bundled fonts, their widths, chord symbols with real accidentals, fonts inside an SVG."""

from __future__ import annotations

import base64
import io
from functools import cache, lru_cache
from html import escape
from pathlib import Path
from typing import Any

from media.fonts import FONT_FOLDER

FACES = {
    "serif": ("EBGaramond-Medium.ttf", "EB Garamond", 500, "normal"),
    "italic": ("EBGaramond-MediumItalic.ttf", "EB Garamond", 500, "italic"),
    "chord": ("Jost-SemiBold.ttf", "Jost", 600, "normal"),
}
"""File, family, weight and style of each face that a sheet uses."""

FALLBACKS = (("NotoSansHebrew-Regular.ttf", "Noto Sans Hebrew"), ("NotoNaskhArabic-Regular.ttf", "Noto Naskh Arabic"))
SMUFL_SIGNS = {"\ue260": "♭", "\ue262": "♯", "\ued60": "♭", "\ued62": "♯", "\uea63": "♭♭", "\uea64": "♭", "\uea66": "♯"}
"""What the music font's accidentals in a chord symbol stand for."""
# Sharp and flat as strokes, in thousandths of an em from the baseline, with their advance.
_SIGNS = {
    "♯": ("M110 80V-590M250 50V-620M30 -120L330 -215M30 -335L330 -430", 375),
    "♭": ("M70 0V-700M70 0C190 -70 300 -170 285 -270C270 -370 130 -350 70 -250", 335),
}


@cache
def _font(file: str) -> Any:  # noqa: ANN401 - fontTools has no types
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    return TTFont(FONT_FOLDER / file, recalcTimestamp=False)


def _settable(words: str, face: str) -> str:
    """The words without letters that neither the face nor its fallbacks have (emoji, above all)."""
    fonts = [_font(file).getBestCmap() for file in (FACES[face][0], *(file for file, _ in FALLBACKS))]
    return "".join(letter for letter in words if letter.isspace() or any(ord(letter) in font for font in fonts))


def curled(words: str) -> str:
    """Words with apostrophes as printers set them, not as keyboards write them."""
    return words.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")


def width(words: str, face: str, size: float) -> float:
    """How wide words are set, in the unit of `size`; kerning is left out."""
    font = _font(FACES[face][0])
    names, metrics = font.getBestCmap(), font["hmtx"]
    missing = names[ord("n")]
    units = sum(int(metrics[names.get(ord(letter), missing)][0]) for letter in words)
    return units * size / int(font["head"].unitsPerEm)


def text(
    words: str, x: float, y: float, face: str, size: float, *, anchor: str = "start", spacing: float = 0, fill: str = ""
) -> str:
    """An SVG text element at a baseline; letters that no bundled font has are left out, apostrophes curled."""
    _, family, weight, style = FACES[face]
    families = ", ".join(f"'{name}'" for name in (family, *(name for _, name in FALLBACKS)))
    extra = f' letter-spacing="{spacing:g}"' if spacing else ""
    extra += f' fill="{fill}"' if fill else ""
    extra += f' font-style="{style}"' if style != "normal" else ""
    extra += f' text-anchor="{anchor}"' if anchor != "start" else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-family="{families}" font-weight="{weight}" font-size="{size:g}"'
        f' stroke="none"{extra}>{escape(curled(_settable(words, face)))}</text>'
    )


def chord_symbol(symbol: str, x: float, y: float, size: float) -> str:
    """A chord symbol whose sharps and flats are drawn, since the text fonts lack them."""
    parts, run = [], ""
    for letter in symbol + "\0":
        if letter not in _SIGNS and letter != "\0":
            run += letter
            continue
        if run:
            parts.append(text(run, x, y, "chord", size))
            x += width(run, "chord", size)
            run = ""
        if letter in _SIGNS:
            strokes, advance = _SIGNS[letter]
            parts.append(
                f'<path class="sign" transform="translate({x:.1f},{y:.1f}) scale({size / 1000:g})" d="{strokes}"'
                ' fill="none" stroke-width="62"/>'
            )
            x += advance * size / 1000
    return "".join(parts)


def font_faces(words: str) -> str:
    """CSS that carries the letters of all faces needed for some words, so that an SVG looks the same in any browser."""
    letters = "".join(sorted(set(words)))
    faces = [(file, family, weight, style) for file, family, weight, style in FACES.values()]
    faces += [(file, family, 400, "normal") for file, family in FALLBACKS if _covers(file, letters)]
    return "".join(
        f"@font-face{{font-family:'{family}';font-weight:{weight};font-style:{style};"
        f"src:url(data:font/woff;base64,{_subset(FONT_FOLDER / file, letters)}) format('woff')}}"
        for file, family, weight, style in faces
    )


def _covers(file: str, letters: str) -> bool:
    known = _font(file).getBestCmap()
    return any(ord(letter) in known for letter in letters if ord(letter) > 0x500)


@lru_cache(maxsize=32)
def _subset(path: Path, letters: str) -> str:
    from fontTools.subset import Options, Subsetter  # type: ignore[import-untyped]
    from fontTools.ttLib import TTFont

    font = TTFont(path, recalcTimestamp=False)
    options = Options()
    options.layout_features = ["kern", "liga", "init", "medi", "fina", "rlig", "mark"]
    options.hinting = False
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return base64.b64encode(out.getvalue()).decode()
