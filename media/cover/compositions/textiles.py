"""Melodies as made things: cloth, a quilt, a letter of lines."""

from __future__ import annotations

import numpy as np

from media.cover.colour import mix
from media.cover.form import AlbumForm
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import FRAUNCES, GARAMOND, GARAMOND_ITALIC, JOST, JOST_BOLD
from media.cover.palette import Palette
from media.cover.svg import Drawing, smooth


def weave(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Cloth: the warp is the songs' sections, the weft their melodies; a note above the middle passes over."""
    count = 15 + round(8 * form.density)
    cell = SIDE / count
    warp = [palette.tones[4], palette.tones[3], palette.ink, palette.tones[2]]
    weft = [palette.tones[1], palette.accent, palette.tones[0], palette.tones[2], palette.ground]
    columns = [warp[int(form.song(c // 4).energies(count)[c] * 3.99)] for c in range(count)]
    art.rect(0, 0, SIDE, SIDE, fill=mix(palette.ink, "#000000", 0.4))
    thread = cell * 0.88
    for row in range(count):
        song = form.song(row)
        heights = song.steps(count)
        middle = float(np.median(heights))
        shade = weft[(row // 2 + row // 5) % 5]
        for column in range(count):
            x, y = column * cell, row * cell
            pad = (cell - thread) / 2
            over = (heights[column] > middle) != ((row + column) % 2 == 0)
            first, second = (columns[column], shade) if over else (shade, columns[column])
            for colour, upright in ((first, over), (second, not over)):
                if upright:
                    art.rect(x + pad, y, thread, cell + 0.5, fill=colour)
                else:
                    art.rect(x, y + pad, cell + 0.5, thread, fill=colour)
    wide, tall = round(count * 0.62) * cell, round(count * 0.36) * cell
    x, y = (SIDE - wide) / 2, round(count * 0.3) * cell
    art.rect(x, y, wide, tall, fill=palette.ground)
    art.rect(x + 16, y + 16, wide - 32, tall - 32, fill="none", stroke=palette.ink, stroke_width=2)
    art.rect(0, SIDE - 104, SIDE, 104, fill=palette.ground)
    return Layout(
        (x + 56, y + 52, wide - 112, tall - 104),
        GARAMOND,
        align="middle",
        anchor="middle",
        largest_px=120,
        most_lines=4,
        print_y=SIDE - 44,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def quilt(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """A small quilt on wide paper: a row a phrase, a patch a step of time, darker where the melody is higher."""
    rows, columns = 14, 14
    side = 62.0
    left, top = SIDE - MARGIN - columns * side, 150.0
    shades = [palette.ground, *palette.tones]
    for row in range(rows):
        song = form.song(row * len(form.songs) // rows)
        start = (row * len(form.songs) % rows) / rows
        heights = song.contour(columns * rows, width=0.004)
        first = int(start * (columns * rows - columns))
        for column in range(columns):
            height = float(heights[first + column])
            patch = shades[min(5, int(height * 5.99))]
            if row == rows // 2 and column == int(rng.integers(columns)):
                patch = palette.accent
            art.rect(left + column * side + 3, top + row * side + 3, side - 6, side - 6, rx=11, fill=patch)
    peak = int(np.argmax(form.song(0).steps(columns)))
    art.rect(left + peak * side + 3, top + 2 * side + 3, side - 6, side - 6, rx=11, fill=palette.accent)
    return Layout(
        (MARGIN, 1090, SIDE - 2 * MARGIN, 280), JOST, anchor="bottom", largest_px=104, most_lines=2, artist_px=30
    )


def monogram(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """The title's first letter, as large as the picture: cut out of melody lines, or left out of them."""
    letter = initial_of(title)
    clip, reference = art.clip()
    clip.text(letter, SIDE / 2, 1010, text_anchor="middle", **FRAUNCES.svg_style(1150))
    if rng.random() < 0.5:
        inside = art.group(clip_path=reference)
        inside.rect(0, 0, SIDE, 1100, fill=palette.tones[3])
        _staves(inside, form, palette, mix(palette.ground, palette.tones[0], 0.25), SIDE)
    else:
        _staves(art.group(), form, palette, palette.tones[2], SIDE)
        art.group(clip_path=reference).rect(0, 0, SIDE, 1130, fill=palette.accent)
        art.rect(0, 1130, SIDE, SIDE - 1130, fill=palette.ground)
    return Layout(
        (MARGIN, 1140, SIDE - 2 * MARGIN, 260),
        JOST_BOLD,
        align="middle",
        anchor="middle",
        largest_px=112,
        most_lines=2,
        artist_px=30,
    )


def initial_of(title: str) -> str:
    """The letter a monogram shows: the first letter or figure of the title in capitals, or '&'."""
    return next((mark for mark in title if mark.isalnum()), "&").upper()[:1]


def _staves(on: Drawing, form: AlbumForm, palette: Palette, shade: str, wide: float) -> None:
    """Melodies as lines from edge to edge, one below the other, every ninth in the accent."""
    lines = 34 + round(26 * form.density)
    across = np.linspace(-20, wide + 20, 56)
    for index in range(lines):
        lift = form.song(index).contour(56, width=0.02) - 0.5
        y = 30 + 1040 * index / (lines - 1) - 120 * lift
        colour = palette.ink if index % 9 == 4 else shade
        path = smooth(np.stack([across, y], axis=1))
        on.path(path, fill="none", stroke=colour, stroke_width=4 + 7 * (1 - form.density))
