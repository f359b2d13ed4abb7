"""Melodies as hard shapes: tiles, a sliced disc, rays."""

from __future__ import annotations

import numpy as np

from media.cover.colour import mix
from media.cover.form import AlbumForm
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import GOTHIC, JOST_BOLD, JOST_CAPITALS
from media.cover.palette import Palette
from media.cover.svg import Drawing, wedge


def tiles(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """A wall of tiles: a bar a tile, quarter-circles where the melody steps, half-circles where it leaps."""
    columns = 5 + round(2 * form.density)
    side = SIDE / columns
    rows = int(1120 / side)
    shades = [palette.tones[4], palette.tones[2], palette.accent, palette.tones[1], palette.tones[3]]
    for row in range(rows):
        song = form.song(row)
        heights = song.steps(columns * 2 + 1)
        for column in range(columns):
            x, y = column * side, row * side
            step = float(heights[2 * column + 1] - heights[2 * column])
            tone = int(heights[2 * column] * 4.99)
            back, front = shades[(row + column + tone) % 5], shades[(row + column + tone + 1 + tone % 3) % 5]
            art.rect(x, y, side + 0.5, side + 0.5, fill=back)
            _tile(art, (x, y), side, step, front, shades[(row + column + tone + 3) % 5])
    top = rows * side
    return Layout(
        (MARGIN, top + 62, SIDE - 2 * MARGIN, SIDE - top - 62 - 110),
        JOST_BOLD,
        anchor="top",
        largest_px=150,
        most_lines=3,
        artist_px=30,
        print_y=SIDE - 54,
    )


def _tile(art: Drawing, at: tuple[float, float], side: float, step: float, front: str, dot: str) -> None:
    x, y = at
    if abs(step) < 0.04:
        art.circle(x + side / 2, y + side / 2, side * 0.36, fill=front)
        art.circle(x + side / 2, y + side / 2, side * 0.15, fill=dot)
    elif abs(step) < 0.28:
        corner_x, corner_y = (x, y + side) if step > 0 else (x + side, y)
        start = -np.pi / 2 if step > 0 else np.pi / 2
        art.path(wedge(corner_x, corner_y, 0, side, start, start + np.pi / 2), fill=front)
        art.path(wedge(corner_x, corner_y, 0, side * 0.44, start, start + np.pi / 2), fill=dot)
    else:
        start = 0.0 if step < 0 else np.pi
        edge = y if step < 0 else y + side
        art.path(wedge(x + side / 2, edge, 0, side / 2, start, start + np.pi), fill=front)
        other = y + side / 2 if step < 0 else y
        art.rect(x, other, side, side / 2 * 0.5, fill=dot)


def horizon(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """A great disc sliced by the rhythm, mirrored in water; slices are as thick as notes are long."""
    x, y, radius = SIDE * 0.5, 560.0, 420.0
    glow = art.gradient([(0, palette.tones[3], 0.5), (1, palette.ground, 0.0)], radial=True)
    art.circle(x, y, radius * 1.75, fill=glow)
    clip, reference = art.clip()
    clip.circle(x, y, radius)
    fill = art.gradient([(0.0, palette.accent, 1.0), (0.45, palette.tones[4], 1.0), (1.0, palette.tones[1], 1.0)])
    art.circle(x, y, radius, fill=fill)
    song = max(form.songs, key=lambda each: each.energy)
    lengths = song.lengths[:: max(1, len(song.lengths) // 16)][:16]
    lengths = lengths / lengths.max()
    cut = art.group(clip_path=reference)
    at = y - radius * 0.05
    for index, length in enumerate(lengths):
        gap = 5 + 26 * index / len(lengths)
        cut.rect(x - radius, at, 2 * radius, gap, fill=palette.ground)
        at += gap + 14 + 30 * float(length)
    shore = y + radius + 16
    for line in range(22):
        share = line / 22
        song = form.song(line)
        contour = song.contour(9, width=0.08)
        half = 70 + 560 * (1 - share) ** 0.6 * float(contour[line % 9])
        offset = (float(contour[(line * 4) % 9]) - 0.5) * 190
        colour = mix(palette.tones[4], palette.tones[1], share)
        art.rect(
            x + offset - half, shore + share * 96, 2 * half, 2.6, rx=1.3, fill=colour, fill_opacity=0.9 - 0.7 * share
        )
    return Layout(
        (MARGIN, 1120, SIDE - 2 * MARGIN, 276),
        GOTHIC,
        align="middle",
        anchor="middle",
        largest_px=250,
        most_lines=2,
        artist_px=30,
        artist_first=False,
        print_y=SIDE - 48,
    )


def shards(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Rays from one point, as wide as notes are long and as far as they are high; the title stands on the ground."""
    low = 1040.0
    x = SIDE * float(rng.choice([0.18, 0.36, 0.64, 0.82]))
    clip, reference = art.clip()
    clip.rect(0, 0, SIDE, low)
    rays = art.group(clip_path=reference)
    notes = [
        (float(length), float(pitch), number_)
        for number_, song in enumerate(form.songs)
        for length, pitch in zip(song.lengths, song.pitches, strict=True)
    ]
    take = 46 + round(40 * form.density)
    notes = notes[:: max(1, len(notes) // take)]
    total = sum(length**0.6 for length, _, _ in notes)
    angle = np.pi
    shades = (palette.accent, palette.tones[3], palette.ink, palette.tones[1], palette.tones[4])
    for index, (length, pitch, _) in enumerate(notes):
        width = np.pi * length**0.6 / total
        reach = 360 + 1250 * pitch**1.3
        if index % 5 != 4:
            rays.path(
                wedge(x, low, 0, reach, angle, angle + width * 0.9), fill=shades[(index * 3 + int(pitch * 4)) % 5]
            )
        angle += width
    art.path(wedge(x, low, 0, 128, np.pi, 2 * np.pi), fill=palette.ground)
    art.rect(0, low, SIDE, 12, fill=palette.accent)
    return Layout(
        (MARGIN, low + 64, SIDE - 2 * MARGIN, 320),
        GOTHIC,
        anchor="top",
        largest_px=290,
        most_lines=3,
        artist_face=JOST_CAPITALS,
        artist_px=32,
        print_y=SIDE - 48,
    )
