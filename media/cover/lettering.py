"""Text set to fit: which bundled font, which letters it has, where lines break and how large they are."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from media.cover.svg import clean
from media.fonts import FONT_FOLDER

_SYSTEM_FONTS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("/System/Library/Fonts"),
    Path("/Library/Fonts"),
)
_MOST_SYSTEM_FONTS = 400
_GOES_ON = "\u00ad"


@dataclass(frozen=True)
class Face:
    """A bundled font file and how an SVG asks for it."""

    file: str
    family: str
    weight: int = 400
    style: str = "normal"
    capitals: bool = False
    tracking: float = 0.0
    leading: float = 1.08

    def svg_style(self, size_px: float) -> dict[str, float | str]:
        """The SVG attributes that choose this face at a size."""
        return {
            "font_family": f"'{self.family}', 'Jost', 'EB Garamond', serif",
            "font_weight": self.weight,
            "font_style": self.style,
            "font_size": size_px,
            "letter_spacing": self.tracking * size_px,
        }


GARAMOND = Face("EBGaramond-Medium.ttf", "EB Garamond", 500, tracking=-0.005, leading=1.0)
GARAMOND_ITALIC = Face("EBGaramond-MediumItalic.ttf", "EB Garamond", 500, "italic", leading=1.0)
GARAMOND_CAPITALS = Face("EBGaramond-Medium.ttf", "EB Garamond", 500, capitals=True, tracking=0.09, leading=1.12)
FRAUNCES = Face("Fraunces-Black.ttf", "Fraunces", 900, tracking=-0.012, leading=0.98)
JOST = Face("Jost-Regular.ttf", "Jost", 400, tracking=-0.01, leading=1.08)
JOST_BOLD = Face("Jost-SemiBold.ttf", "Jost", 600, tracking=-0.02, leading=1.0)
JOST_CAPITALS = Face("Jost-Regular.ttf", "Jost", 400, capitals=True, tracking=0.16, leading=1.25)
GOTHIC = Face("LeagueGothic-Regular.ttf", "League Gothic", 400, capitals=True, tracking=0.004, leading=0.9)


@dataclass(frozen=True)
class Lettered:
    """Text that can be drawn: what is left of it, fonts of the machine it needs, and what was left out."""

    text: str
    font_files: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class FittedText:
    """Lines of text that fit a box."""

    lines: tuple[str, ...]
    size_px: float
    width_px: float
    leading_px: float

    @property
    def height_px(self) -> float:
        """From the top of the first line's capitals, about, to the last baseline."""
        return self.leading_px * (len(self.lines) - 1) + 0.72 * self.size_px


def drawable(text: str, *, instead: str) -> Lettered:
    """The text in letters that some font has; `instead` where nothing is left of it.

    A letter no bundled font has is drawn with a font of this machine; one that no font has is written without its
    accents, or left out. Each such case is in `notes`.
    """
    text = _curled(" ".join(clean(text).split()))
    lacking = {letter for letter in text if not _bundled(letter)}
    if not lacking:
        return Lettered(text or instead)
    covered, files = _system_font(
        frozenset(ord(letter) for letter in lacking if unicodedata.category(letter)[0] != "C"), _SYSTEM_FONTS
    )
    left = "".join(letter if _bundled(letter) or ord(letter) in covered else _plain(letter) for letter in text)
    left = " ".join(left.split())
    notes = []
    if files:
        notes.append(f"{text!r} is set partly in {Path(files[0]).name}, a font of this machine, not a bundled one")
    dropped = sorted(letter for letter in lacking if ord(letter) not in covered and not letter.isspace())
    if dropped:
        names = ", ".join(unicodedata.name(letter, f"U+{ord(letter):04X}").lower() for letter in dropped[:6])
        notes.append(f"{text!r}: no font here has {names}{' and others' if len(dropped) > 6 else ''}; left out")
    if not any(letter.isalnum() for letter in left):
        notes.append(f"{text!r} has no letter that can be drawn; the cover says {instead!r}")
        left = instead
    return Lettered(left, files, tuple(notes))


def fit(text: str, face: Face, width_px: float, height_px: float, *, largest_px: float, most_lines: int) -> FittedText:
    """The text as large as it fits the box, broken into lines of like length.

    Args:
        text: one paragraph; whitespace separates words.
        face: the font.
        width_px: width of the box.
        height_px: height of the box.
        largest_px: the largest font size wanted.
        most_lines: lines allowed; a word longer than a whole line is cut.
    """
    shown = text.upper() if face.capitals else text
    words = [piece for word in shown.split() for piece in _pieces(word)]  # a piece that goes on ends in a soft hyphen
    widths = [measure(word, face) for word in words]
    space = measure(" ", face)
    best: FittedText | None = None
    for count in range(1, min(most_lines, len(words)) + 1):
        lines = _balanced(words, widths, space, count)
        wide = max(measure(line, face) for line in lines)
        tall = face.leading * (count - 1) + 1.0
        size = min(largest_px, width_px / (wide * 1.02), height_px / tall)
        if best is None or size > best.size_px * 1.08:
            best = FittedText(tuple(lines), size, wide * size, face.leading * size)
    if best is None:
        raise ValueError("there is no text to fit: give at least one word")
    return best


def measure(text: str, face: Face) -> float:
    """Width of a line at size 1, kerning not counted."""
    advances, fallback = _advances(face.file), 0.62
    widths = sum(advances.get(ord(letter), _fallback_advances().get(ord(letter), fallback)) for letter in text)
    return widths + face.tracking * max(0, len(text) - 1)


def _curled(text: str) -> str:
    """Typewriter apostrophes inside and after words as a typesetter would write them."""
    return re.sub(r"(?<=\w)'", "\u2019", text)


def _pieces(word: str) -> list[str]:
    if len(word) <= 16:
        return [word]
    count = -(-len(word) // 14)
    step = -(-len(word) // count)
    parts = [word[start : start + step] for start in range(0, len(word), step)]
    return [part + _GOES_ON for part in parts[:-1]] + parts[-1:]


def _balanced(words: list[str], widths: list[float], space: float, count: int) -> list[str]:
    """Words in `count` lines so that the widest is as narrow as it can be (search on the width)."""
    low, high = max(widths), sum(widths) + space * (len(widths) - 1)
    for _ in range(30):
        middle = (low + high) / 2
        if len(_greedy(widths, space, middle)) <= count:
            high = middle
        else:
            low = middle
    ends = _greedy(widths, space, high * (1 + 1e-9))
    starts = [0, *ends[:-1]]
    return [_joined(words[start:end]) for start, end in zip(starts, ends, strict=True)]


def _joined(pieces: list[str]) -> str:
    """A line of pieces: parts of one word close up, and one that goes on in the next line gets a hyphen."""
    line = " ".join(pieces).replace(_GOES_ON + " ", "")
    if not line.endswith(_GOES_ON):
        return line
    cut = line[-2:-1]
    return line[:-1] + ("-" if cut.isalpha() and unicodedata.east_asian_width(cut) not in "WF" else "")


def _greedy(widths: list[float], space: float, limit: float) -> list[int]:
    ends: list[int] = []
    at = 0.0
    for index, width in enumerate(widths):
        if index and at + space + width > limit:
            ends.append(index)
            at = width
        else:
            at += (space if index else 0.0) + width
    return [*ends, len(widths)]


def _plain(letter: str) -> str:
    kept = "".join(part for part in unicodedata.normalize("NFKD", letter) if _bundled(part))
    return kept if kept or not letter.isspace() else " "


@lru_cache(maxsize=16)
def _advances(file: str) -> dict[int, float]:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

    with TTFont(FONT_FOLDER / file, lazy=True) as font:
        per_em = font["head"].unitsPerEm
        metrics = font["hmtx"]
        return {code: metrics[name][0] / per_em for code, name in font.getBestCmap().items()}


@lru_cache(maxsize=1)
def _fallback_advances() -> dict[int, float]:
    merged: dict[int, float] = {}
    for path in sorted(FONT_FOLDER.glob("*.ttf")):
        merged = {**_advances(path.name), **merged}
    return merged


def _bundled(letter: str) -> bool:
    return ord(letter) in _fallback_advances()


@lru_cache(maxsize=64)
def _system_font(wanted: frozenset[int], folders: tuple[Path, ...]) -> tuple[frozenset[int], tuple[str, ...]]:
    """The letters that one font of this machine has, and its file; the font with most of them, first by path."""
    from fontTools.ttLib import TTFont, TTLibError

    best: tuple[frozenset[int], tuple[str, ...]] = (frozenset(), ())
    paths = sorted(
        path for folder in folders if folder.is_dir() for path in folder.rglob("*.[to]t[fc]") if path.is_file()
    )
    for path in paths[:_MOST_SYSTEM_FONTS]:
        if not wanted:
            break
        try:
            with TTFont(path, lazy=True, fontNumber=0) as font:
                if not {"glyf", "CFF ", "CFF2"} & set(font.keys()):
                    continue
                has = wanted & frozenset(font.getBestCmap() or {})
        except (OSError, TTLibError, AssertionError, ValueError, KeyError):
            continue
        if len(has) > len(best[0]):
            best = (has, (str(path),))
        if best[0] == wanted:
            break
    return best
