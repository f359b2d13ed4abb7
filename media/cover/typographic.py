"""`cover:typographic`: a cover drawn from the album's own melodies, key, mood and tempo. No network, no model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from media.cover.compositions import composition_of
from media.cover.compositions.textiles import initial_of
from media.cover.form import AlbumForm, album_form
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import FRAUNCES, JOST_CAPITALS, Face, Lettered, drawable, fit
from media.cover.palette import Palette, palette_of
from media.cover.raster import most_contrast, pixels, render
from media.cover.svg import Drawing
from media.fonts.embed import font_face_css
from schemas.errors import MediaError
from schemas.music import LeadSheet
from schemas.plan import AlbumPlan

LEAST_CONTRAST = 4.5
"""WCAG contrast that every word of a cover keeps against what is behind it."""

_PRINT_PX = 21.0
_MEASURED_PX = 750
_CHANNELS = {"title": "#ff0000", "artist": "#00ff00", "print": "#0000ff"}
"""One render shows where all words stand, a role a colour channel."""


@dataclass(frozen=True)
class CoverPicture:
    """A cover.

    Attributes:
        png: the picture, square.
        svg: the drawing it was rendered from, UTF-8.
        palette: colours as '#rrggbb', the background first.
        title_contrast: the least WCAG contrast of a title pixel and what lies behind and around it, 4.5 to 21.
        notes: letters that no bundled font has, and what was done.
        composition: name of the composition, e.g. 'ridges'.
    """

    png: bytes
    svg: bytes
    palette: tuple[str, ...]
    title_contrast: float
    notes: tuple[str, ...] = ()
    composition: str = ""


@dataclass(frozen=True)
class _Line:
    """A line of text in its place."""

    text: str
    x: float
    y: float
    size_px: float
    face: Face
    align: str
    role: str


def paint_typographic_cover(
    album: AlbumPlan, sheets: tuple[LeadSheet, ...], *, seed: int, size_px: int = 1500
) -> CoverPicture:
    """A cover drawn from the album: its melodies as form, key and mood as palette, tempo and energy as density.

    Args:
        album: title, artist, genre, mood and the songs' plans.
        sheets: the lead sheets there are; a song without one is drawn from its plan.
        seed: which variant; the same seed gives the same bytes.
        size_px: width and height, 64 to 8192.

    Raises:
        MediaError: the size is out of its bounds, or the seed is negative.
    """
    if not 64 <= size_px <= 8192:
        raise MediaError(f"size_px {size_px} is not between 64 and 8192: ask for a cover in that range, e.g. 1500")
    if seed < 0:
        raise MediaError(f"seed {seed} is negative: use 0 or more")
    rng = np.random.default_rng(seed)
    form = album_form(album, sheets)
    chosen = composition_of(album.genre, album.mood, seed)
    palette = palette_of(form.key, album.mood, turn_deg=float(rng.uniform(-12, 12)), night=chosen.night)
    art = Drawing(SIDE, SIDE)
    art.rect(0, 0, SIDE, SIDE, fill=palette.ground)
    title = drawable(album.title, instead=_from_slug(album.album_id))
    artist = drawable(album.artist, instead="Hibari")
    layout = chosen.paint(art, form, palette, rng, title.text)
    lines = _set_lines(layout, title, artist, form)
    return _letter(art, lines, layout, palette, (title, artist), size_px, chosen.name)


def _from_slug(slug: str) -> str:
    return slug.replace("-", " ").capitalize()


def _set_lines(layout: Layout, title: Lettered, artist: Lettered, form: AlbumForm) -> list[_Line]:
    """The title and artist in the layout's box, and the small print in the margin."""
    x, y, width, height = layout.box
    name = fit(
        artist.text, layout.artist_face, min(width, SIDE - 2 * MARGIN), 90, largest_px=layout.artist_px, most_lines=1
    )
    largest, gap = layout.largest_px, name.size_px * 0.95 + 12
    for _ in range(3):  # the larger the title, the deeper its descenders, the wider the gap, the smaller the title
        room = height - gap - name.size_px
        words = fit(title.text, layout.face, width, room, largest_px=largest, most_lines=layout.most_lines)
        gap = max(name.size_px * 0.95, (0.1 if layout.face.capitals else 0.27) * words.size_px) + 14
    total = words.height_px + gap + 0.72 * name.size_px
    top = y + {"top": 0.0, "middle": (height - total) / 2, "bottom": height - total}[layout.anchor]
    left = x + {"start": 0.0, "middle": width / 2, "end": width}[layout.align]
    title_top = top + (0.72 * name.size_px + gap if layout.artist_first else 0.0)
    first = title_top + 0.72 * words.size_px
    lines = [
        _Line(text, left, first + index * words.leading_px, words.size_px, layout.face, layout.align, "title")
        for index, text in enumerate(words.lines)
    ]
    base = top + 0.72 * name.size_px if layout.artist_first else lines[-1].y + gap + 0.72 * name.size_px
    lines.append(_Line(name.lines[0], left, base, name.size_px, layout.artist_face, layout.align, "artist"))
    songs = f"{len(form.songs)} song{'s' if len(form.songs) > 1 else ''}"
    facts = f"{form.key}  ·  {round(form.tempo_bpm)} bpm  ·  {songs}".upper()
    if layout.print_stacked:
        places = ((facts, "start", MARGIN, layout.print_y - 36), ("AI-GENERATED", "start", MARGIN, layout.print_y))
    else:
        places = (
            (facts, "start", MARGIN, layout.print_y),
            ("AI-GENERATED", "end", SIDE - MARGIN, layout.print_y),
        )
    lines.extend(_Line(text, at, y, _PRINT_PX, JOST_CAPITALS, align, "print") for text, align, at, y in places)
    return lines


def _draw_text(drawing: Drawing, lines: list[_Line], inks: dict[str, str]) -> None:
    for line in lines:
        drawing.text(
            line.text,
            line.x,
            line.y,
            text_anchor=line.align,
            fill=inks[line.role],
            **line.face.svg_style(line.size_px),
        )


def _letter(
    art: Drawing,
    lines: list[_Line],
    layout: Layout,
    palette: Palette,
    texts: tuple[Lettered, Lettered],
    size_px: int,
    composition: str,
) -> CoverPicture:
    """Choose inks by measuring them on the picture without words, put the words on, and render it."""
    files = tuple(dict.fromkeys(file for text in texts for file in text.font_files))
    behind = pixels(render(art.to_svg(), _MEASURED_PX, files))
    mask = Drawing(SIDE, SIDE)
    mask.rect(0, 0, SIDE, SIDE, fill="#000000")
    _draw_text(mask, lines, _CHANNELS)
    letters = pixels(render(mask.to_svg(), _MEASURED_PX, files)) > 96
    inks: dict[str, str] = {}
    contrasts: dict[str, float] = {}
    for channel, role in enumerate(_CHANNELS):
        wanted = (layout.print_ink if role == "print" else "") or layout.title_ink or palette.ink
        choice = (wanted, palette.ink, palette.ground, "#ffffff", "#000000")
        ink, ratio = most_contrast(behind, letters[..., channel], choice, LEAST_CONTRAST)
        if ratio < LEAST_CONTRAST:
            _plate(art, [line for line in lines if line.role == role], palette)
            behind = pixels(render(art.to_svg(), _MEASURED_PX, files))
            ink, ratio = most_contrast(behind, letters[..., channel], (palette.ink,), LEAST_CONTRAST)
        inks[role], contrasts[role] = ink, ratio
    _draw_text(art, lines, inks)
    drawn = render(art.to_svg(), size_px, files)
    art.style(_font_faces(lines, initial_of(texts[0].text) if composition == "monogram" else ""))
    notes = tuple(dict.fromkeys(note for text in texts for note in text.notes))
    return CoverPicture(
        png=drawn,
        svg=art.to_svg().encode(),
        palette=palette.colours(),
        title_contrast=round(contrasts["title"], 2),
        notes=notes,
        composition=composition,
    )


def _font_faces(lines: list[_Line], initial: str) -> str:
    """The letters drawn, as fonts inside the drawing, so that it looks the same where the fonts are not installed."""
    letters: dict[tuple[str, str, int, str], str] = {}
    drawn = [(line.face, line.text) for line in lines]
    for face, text in [*drawn, (FRAUNCES, initial)] if initial else drawn:
        name = (face.family, face.file, face.weight, face.style)
        letters[name] = letters.get(name, "") + (text.upper() if face.capitals else text)
    return "".join(
        font_face_css(family, file, "".join(sorted(set(text))), weight=str(weight), style=style)
        for (family, file, weight, style), text in sorted(letters.items())
    )


def _plate(art: Drawing, lines: list[_Line], palette: Palette) -> None:
    """A plain plate behind lines that would be hard to read where they stand."""
    for line in lines:
        drawn = fit(line.text, line.face, SIDE, SIDE, largest_px=line.size_px, most_lines=1)
        left = line.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[line.align] * drawn.width_px
        pad = 0.3 * line.size_px + 8
        art.rect(
            left - pad,
            line.y - line.size_px - pad / 2,
            drawn.width_px + 2 * pad,
            line.size_px * 1.3 + pad,
            fill=palette.ground,
        )
