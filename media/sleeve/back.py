"""Back covers: the running order with lengths, credits and the AI disclosure, in the identity of the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import hue_chroma, luminance, luminances, oklch
from media.cover.lettering import drawable
from media.cover.svg import Drawing
from media.sleeve.back_words import PICTURE, BackWords, back_lines
from media.sleeve.ground import busyness_map, scaled_to
from media.sleeve.ink import LEAST_CONTRAST, against, deep_of, paper_of, spread_of_light
from media.sleeve.layer import draw_line, editable_svg, laid_on
from media.sleeve.sheet import MARGIN, SHORT_SIDE, Box, Line, Sheet
from media.sleeve.window import fitted_to
from schemas.errors import MediaError
from schemas.plan import Genre, Mood

MOST_SONGS = 40
_LONGEST = 300
_SIDES_PX = (64, 8192)
_DARK = 0.3
"""Mean luminance under which a picture gets a dark veil."""

Look = Literal["veil", "page", "column"]
"""The picture out of focus under a veil; a plain page with a small cut of it; a column of it beside a plain page."""


@dataclass(frozen=True)
class BackSong:
    """A song in the running order: its title, its length in seconds, and what may stand after the title."""

    title: str
    length_s: float
    aside: str = ""


@dataclass(frozen=True)
class LetteredBack:
    """A back cover.

    Attributes:
        pixels: the picture. Shapes: [S, S, 3].
        look: how the picture is used.
        least_contrast: least WCAG contrast of any words and what lies behind them.
        drawing: the words alone.
        lines: every line of words.
        notes: what was cut or left out.
    """

    pixels: NDArray[np.uint8]
    look: Look
    least_contrast: float
    drawing: Drawing
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    @cached_property
    def words_svg(self) -> bytes:
        """The words alone with their letters inside: to be edited."""
        return editable_svg(self.drawing, self.lines).encode()


def letter_back(
    picture: NDArray[np.uint8],
    *,
    title: str,
    artist: str,
    songs: Sequence[BackSong],
    credits: Sequence[str] = (),
    small_print: tuple[str, ...] = (),
    palette: tuple[str, ...] = (),
    genre: Genre | None = None,
    mood: Mood | None = None,
    seed: int = 0,
    size_px: int = 3000,
    look: Look | None = None,
) -> LetteredBack:
    """The back cover of an album, square.

    Args:
        picture: the front's without words, or another of the set; it is cut, or blurred and veiled. Shapes: [H, W, 3].
        title: of the album.
        artist: of the album.
        songs: the running order, 1 to 40.
        credits: lines of credits; set small, and cut with a note where they do not fit.
        small_print: the foot: the AI disclosure, a catalogue number. The last stands at the right.
        palette: '#rrggbb' colours of the picture.
        genre: chooses the faces.
        mood: dark moods take a dark page.
        seed: chooses the look among those that suit; the same seed gives the same bytes.
        size_px: width and height, 64 to 8192.
        look: asks for one by name.

    Raises:
        MediaError: there is no song or there are too many, or the size is out of bounds.
    """
    if not 1 <= len(songs) <= MOST_SONGS:
        raise MediaError(f"a back cover lists 1 to {MOST_SONGS} songs, not {len(songs)}")
    if not _SIDES_PX[0] <= size_px <= _SIDES_PX[1]:
        raise MediaError(f"size_px {size_px} is not between 64 and 8192: ask for a back cover in that range")
    words, files, notes = _words(title, artist, songs, credits, small_print)
    rng = np.random.default_rng([seed, 7])
    dark = mood in ("melancholy", "restless", "triumphant") if mood else bool(rng.random() < 0.5)
    looks: tuple[Look, ...] = ("veil", "page", "column")
    chosen = look or looks[int(rng.integers(3))]
    sheet = Sheet(SHORT_SIDE, SHORT_SIDE)
    pixels, body, ground = _grounded(picture, chosen, palette, size_px, dark)
    lines, rules, cut = back_lines(words, body, genre, MARGIN + PICTURE if chosen == "page" else 0.0)
    notes += cut
    ink = paper_of(palette) if luminance(ground) < 0.18 else deep_of(palette)
    ratio = _least_contrast(pixels, lines, ink)
    drawing = Drawing(sheet.wide, sheet.high)
    for rule in rules:
        drawing.rect(rule.left, rule.top, rule.wide, rule.high, fill=ink, fill_opacity=0.55)
    for line in lines:
        draw_line(drawing, line, ink)
    laid_on(pixels, drawing, [line.box for line in lines] + rules, files)
    return LetteredBack(pixels, chosen, round(ratio, 2), drawing, tuple(lines), tuple(dict.fromkeys(notes)))


def _words(
    title: str, artist: str, songs: Sequence[BackSong], credits: Sequence[str], small_print: tuple[str, ...]
) -> tuple[BackWords, tuple[str, ...], list[str]]:
    """Everything in letters that can be drawn, the fonts of this machine that takes, and what was left out."""
    notes: list[str] = []
    files: list[str] = []

    def shown(text: str, instead: str) -> str:
        if not text.strip():
            return instead
        found = drawable(text[:_LONGEST].replace("℗", "(P)"), instead=instead)  # no open face here has that mark
        notes.extend(found.notes)
        files.extend(found.font_files)
        return found.text

    rows = tuple(
        (shown(song.title, f"Song {number}"), _length(song.length_s), shown(song.aside, ""))
        for number, song in enumerate(songs, 1)
    )
    whole = _length(sum(song.length_s for song in songs))
    paragraphs = tuple(text for line in credits[:80] if (text := shown(line, "")))
    foot = tuple(text for line in small_print if (text := shown(line, "")))
    words = BackWords(shown(title, "Untitled"), shown(artist, ""), rows, whole, paragraphs, foot)
    return words, tuple(dict.fromkeys(files)), notes


def _length(seconds: float) -> str:
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"


def _grounded(
    picture: NDArray[np.uint8], look: Look, palette: tuple[str, ...], size_px: int, dark: bool
) -> tuple[NDArray[np.uint8], Box, str]:
    """The back without words, the box that words may fill, and the colour they stand on."""
    unit = size_px / SHORT_SIDE
    whole = Box(MARGIN, MARGIN, SHORT_SIDE - MARGIN, SHORT_SIDE - MARGIN)
    page = _page_colour(palette, dark)
    if look == "veil":
        dark = float(luminances(scaled_to(picture, 64)).mean()) < _DARK  # paper over a dark picture looks like fog
        veil = deep_of(palette) if dark else paper_of(palette)
        return _veiled(picture, veil, size_px), whole, veil
    pixels = np.empty((size_px, size_px, 3), np.uint8)
    pixels[:] = [int(page[at : at + 2], 16) for at in (1, 3, 5)]
    if look == "column":
        wide = round(0.3 * size_px)
        pixels[:, :wide] = _calm_cut(picture, wide, size_px)
        return pixels, Box(wide / unit + 78.0, whole.top, whole.right, whole.low), page
    side = round(PICTURE * unit)
    left, top = round((SHORT_SIDE - MARGIN) * unit) - side, round(MARGIN * unit)
    pixels[top : top + side, left : left + side] = fitted_to(picture, (side, side))
    return pixels, whole, page


def _page_colour(palette: tuple[str, ...], dark: bool) -> str:
    """A page in the palette's leading hue, pale or deep, that ink stands well off."""
    strong = max(palette, key=lambda each: hue_chroma(each)[1], default="#6b7280")
    hue, chroma = hue_chroma(strong)
    return oklch(0.27, min(0.06, 0.6 * chroma), hue) if dark else oklch(0.935, min(0.035, 0.35 * chroma), hue)


def _veiled(picture: NDArray[np.uint8], veil: str, size_px: int) -> NDArray[np.uint8]:
    """The picture out of focus under a veil just thick enough for words."""
    from PIL import Image, ImageFilter

    small = Image.fromarray(fitted_to(picture, (375, 375))).filter(ImageFilter.GaussianBlur(12))
    tint = np.array([int(veil[at : at + 2], 16) for at in (1, 3, 5)], np.float32)
    blurred = np.asarray(small, np.float32)
    ink = 0.93 if luminance(veil) < 0.18 else 0.012
    share = 0.94
    for share in np.arange(0.56, 0.95, 0.03):
        mixed = blurred * (1 - share) + tint * share
        light = luminances(mixed.astype(np.uint8))
        if against(float(light.min()), float(light.max()), ink) >= 1.35 * LEAST_CONTRAST:
            break
    laid = blurred * (1 - np.float32(share)) + tint * np.float32(share)
    bands = [
        np.asarray(Image.fromarray(laid[..., at]).resize((size_px, size_px), Image.Resampling.BICUBIC), np.float32)
        for at in range(3)
    ]
    noise = np.random.default_rng(1).random((size_px, size_px), np.float32)
    pixels = np.empty((size_px, size_px, 3), np.uint8)
    for at, band in enumerate(bands):
        pixels[..., at] = np.clip(band + noise, 0, 255).astype(np.uint8)
    return pixels


def _calm_cut(picture: NDArray[np.uint8], wide: int, high: int) -> NDArray[np.uint8]:
    """The upright cut of a picture that shows most: where it is busiest, for a page beside it is calm enough."""
    height, width = picture.shape[:2]
    take = min(width, max(1, round(height * wide / high)))
    busy = busyness_map(scaled_to(picture, 300)).mean(axis=0)
    span = max(1, round(take / width * len(busy)))
    sums = np.convolve(busy, np.ones(span), "valid")
    left = min(width - take, round(int(np.argmax(sums)) / len(busy) * width))
    return fitted_to(picture[:, left : left + take], (wide, high))


def _least_contrast(pixels: NDArray[np.uint8], lines: Sequence[Line], ink: str) -> float:
    """The least contrast of the ink with the rectangles that lines stand in."""
    small = scaled_to(pixels, 750)
    scale = small.shape[1] / SHORT_SIDE
    least = 21.0
    for line in lines:
        box = line.box.grown(4)
        part = small[
            int(box.top * scale) : int(box.low * scale) + 1, int(box.left * scale) : int(box.right * scale) + 1
        ]
        if part.size:
            least = min(least, against(*spread_of_light(luminances(part).ravel()), luminance(ink)))
    return least
