"""Melodies around a centre: rings, stars, petals."""

from __future__ import annotations

import numpy as np

from media.cover.colour import mix
from media.cover.form import AlbumForm
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import FRAUNCES, GARAMOND_CAPITALS, GARAMOND_ITALIC
from media.cover.palette import Palette
from media.cover.svg import Drawing, number, polyline, smooth


def rings(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Rings like those of a tree, one round a phrase, swollen where the melody is high."""
    centre = np.array([SIDE * 0.66, SIDE * 0.70])
    count = 26 + round(18 * form.density)
    turns = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    start = rng.uniform(0, 2 * np.pi)
    for ring in range(count, 0, -1):
        share = ring / count
        song = form.song(int(share * len(form.songs) * 0.999))
        contour = song.contour(72, width=0.04)
        ease = 0.5 - 0.5 * np.cos(2 * np.pi * np.clip(np.minimum(turns, 2 * np.pi - turns) / 0.9, 0, 0.5))
        swell = 1 + (0.16 + 0.10 * form.energy) * (contour - contour.mean()) * (0.25 + 0.75 * share) * ease
        radius = 20 + 690 * share**1.08 * swell
        around = np.stack([np.cos(turns + start), np.sin(turns + start)], axis=1)
        colour = mix(palette.tones[4], palette.tones[1], share)
        fill = palette.tones[0] if ring == count else "none"
        art.path(
            smooth(centre + radius[:, None] * around, closed=True),
            fill=fill,
            fill_opacity=0.35,
            stroke=colour,
            stroke_width=1.6 + 3.6 * float(song.lengths[ring % len(song.lengths)] / song.lengths.max()),
        )
    art.circle(float(centre[0]), float(centre[1]), 20, fill=palette.accent)
    return Layout(
        (MARGIN, MARGIN + 4, SIDE - 2 * MARGIN, 262),
        GARAMOND_CAPITALS,
        largest_px=108,
        most_lines=2,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def constellation(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Each song a constellation: its notes are stars, long ones bright, joined in the order they are sung."""
    sky = art.gradient(
        [
            (0.0, palette.ground, 1.0),
            (0.62, mix(palette.ground, palette.tones[0], 0.5), 1.0),
            (1.0, palette.ground, 1.0),
        ]
    )
    art.rect(0, 0, SIDE, 1120, fill=sky)
    for x, y, size in zip(
        rng.uniform(0, SIDE, 260), rng.uniform(0, 1060, 260), rng.uniform(0.7, 2.0, 260), strict=True
    ):
        art.circle(x, y, size, fill=palette.tones[4], fill_opacity=0.42)
    moon = (SIDE * rng.uniform(0.62, 0.8), 300.0)
    art.circle(moon[0], moon[1], 124, fill=palette.accent)
    art.circle(moon[0] - 46, moon[1] - 22, 116, fill=mix(palette.ground, palette.tones[0], 0.22))
    songs = form.songs[:5]
    for index, song in enumerate(songs):
        band = 840 / len(songs)
        middle = 150 + band * (index + 0.5)
        count = min(len(song.pitches), 26 + round(14 * form.density))
        notes = np.linspace(0, len(song.pitches) - 1, count).round().astype(int)
        across = 130 + song.onsets[notes] * (SIDE - 260)
        points = np.stack(
            [across, middle - (song.pitches[notes] - song.pitches.mean()) * min(band * 1.25, 330)], axis=1
        )
        colour = palette.tones[2 + index % 3]
        art.path(polyline(points), fill="none", stroke=colour, stroke_width=1.7, stroke_opacity=0.65)
        bright = song.lengths[notes] / song.lengths.max()
        for (x, y), light in zip(points, bright, strict=True):
            art.circle(x, y, 8 + 15 * float(light), fill=colour, fill_opacity=0.14)
            art.circle(x, y, 2.6 + 5.4 * float(light), fill=palette.ink)
    return Layout(
        (MARGIN, 1130, SIDE - 2 * MARGIN, 258),
        GARAMOND_ITALIC,
        align="middle",
        anchor="middle",
        largest_px=150,
        most_lines=2,
        artist_px=34,
    )


def bloom(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """A cut-paper flower: each ring of petals is a song, each petal a phrase as long as its notes are high."""
    x, y = SIDE / 2, 930.0
    art.path("M750 940C742 1120 770 1300 744 1520", fill="none", stroke=palette.tones[4], stroke_width=20)
    for side, height in ((1, 1210), (-1, 1310)):
        art.path(
            f"M752 {height + 110}C{number(750 + side * 90)} {height + 40} {number(750 + side * 210)} {height + 30} "
            f"{number(750 + side * 330)} {height - 70}C{number(750 + side * 190)} {height - 90} "
            f"{number(750 + side * 40)} {height - 20} 752 {height + 110}Z",
            fill=palette.tones[3],
        )
    rounds = max(3, min(5, len(form.songs)))
    for ring in range(rounds):
        song = form.song(ring)
        petals = 18 - 3 * ring + round(4 * form.density)
        reach = 470 * (1 - ring / (rounds + 0.6))
        heights = song.steps(petals)
        shade = palette.accent if ring == rounds - 2 else palette.tones[(ring * 2 + 1) % 5]
        turn = rng.uniform(0, 2 * np.pi)
        for petal in range(petals):
            angle = turn + 2 * np.pi * petal / petals
            length = reach * (0.66 + 0.40 * float(heights[petal]))
            _petal(art, (x, y), angle, length, np.pi / petals * 1.12, shade, palette)
    art.circle(x, y, 46, fill=palette.ink)
    for dot in range(12):
        angle = 2 * np.pi * dot / 12
        art.circle(x + 28 * np.cos(angle), y + 28 * np.sin(angle), 4.4, fill=palette.accent)
    return Layout(
        (MARGIN, 92, SIDE - 2 * MARGIN, 300),
        FRAUNCES,
        align="middle",
        largest_px=140,
        most_lines=2,
        print_y=SIDE - 52,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def _petal(
    art: Drawing, at: tuple[float, float], angle: float, length: float, half: float, shade: str, palette: Palette
) -> None:
    shape = np.array([[0.0, 0.0], [0.45, -0.85], [0.82, -0.72], [1.0, 0.0], [0.82, 0.72], [0.45, 0.85]])
    width = length * np.tan(min(half, 0.5)) * 0.92
    body = shape * [length, width]
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    art.path(smooth(body @ turn + at, closed=True), fill=shade, stroke=palette.ground, stroke_width=3)
    vein = np.array([[length * 0.42, 0.0], [length * 0.86, 0.0]]) @ turn + at
    art.path(polyline(vein), fill="none", stroke=palette.ground, stroke_width=2, stroke_opacity=0.55)
