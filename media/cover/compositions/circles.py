"""Melodies around a centre: rings, stars, petals."""

from __future__ import annotations

import numpy as np

from media.cover.colour import mix
from media.cover.form import AlbumForm, SongForm
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import FRAUNCES, GARAMOND_CAPITALS, GARAMOND_ITALIC
from media.cover.palette import Palette
from media.cover.svg import Drawing, number, polyline, smooth


def rings(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Rings like those of a tree, one round a phrase, swollen where the melody is high."""
    centre = np.array([SIDE * 0.72, SIDE * 0.62])
    count = 26 + round(18 * form.density)
    turns = np.linspace(0, 2 * np.pi, 72, endpoint=False)
    start = rng.uniform(0, 2 * np.pi)
    for ring in range(count, 0, -1):
        share = ring / count
        song = form.song(int(share * len(form.songs) * 0.999))
        contour = song.contour(72, width=0.04)
        ease = 0.5 - 0.5 * np.cos(2 * np.pi * np.clip(np.minimum(turns, 2 * np.pi - turns) / 0.9, 0, 0.5))
        swell = 1 + (0.34 + 0.16 * form.energy) * (contour - contour.mean()) * (0.25 + 0.75 * share) * ease
        radius = 20 + 565 * share**1.08 * swell
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
        print_stacked=True,
        largest_px=108,
        most_lines=2,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def constellation(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Each song a constellation: its notes are stars, long ones bright, joined in the order they are sung."""
    dusk = mix(palette.ground, palette.tones[0], 0.55)
    zenith = mix(palette.ground, "#000000", 0.35)
    sky = art.gradient([(0.0, zenith, 1.0), (0.55, palette.ground, 1.0), (1.0, dusk, 1.0)])
    art.rect(0, 0, SIDE, SIDE, fill=sky)
    for x, y, size in zip(
        rng.uniform(0, SIDE, 260), rng.uniform(0, 1060, 260), rng.uniform(0.7, 2.0, 260), strict=True
    ):
        art.circle(x, y, size, fill=palette.tones[4], fill_opacity=0.42)
    moon = (SIDE * rng.uniform(0.62, 0.8), 300.0)
    art.circle(moon[0], moon[1], 124, fill=mix(palette.accent, palette.ink, 0.72))
    art.circle(moon[0] - 46, moon[1] - 22, 116, fill=mix(palette.ground, "#000000", 0.18))
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
    """Cut-paper flowers whose petals are as long as a melody is high: one of all the songs, or one a song."""
    stem = mix(palette.tones[4], palette.tones[3], 0.3)
    art.rect(0, SIDE - 124, SIDE, 124, fill=palette.tones[4])
    if rng.random() < 0.5:
        _stalk(art, (750.0, 930.0), 0.0, stem, palette.tones[3])
        _flower(art, (750.0, 930.0), 470.0, [form.song(ring) for ring in range(4)], form.density, palette, rng)
    else:
        count = min(5, max(3, len(form.songs)))
        places = [(place + 0.5) / count for place in range(count)]
        for place in sorted(range(count), key=lambda place: -form.song(place).energy):
            x = 130 + 1240 * places[place] + rng.uniform(-26, 26)
            y = 780 + 330 * ((place * 2 + 1) % count) / count + rng.uniform(-30, 30)
            _stalk(art, (x, y), (750 - x) * 0.25, stem, palette.tones[3])
            songs = [form.song(place), form.song(place + 1)]
            _flower(art, (x, y), (250 - 16 * count) * (0.85 + 0.4 * songs[0].energy), songs, 0.1, palette, rng)
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


def _stalk(art: Drawing, top: tuple[float, float], lean: float, colour: str, leaf: str) -> None:
    x, y = top
    foot = SIDE - 118
    d = f"M{number(x)} {number(y)}Q{number(x)} {number((y + foot) / 2)} {number(x + lean)} {number(foot)}"
    art.path(d, fill="none", stroke=colour, stroke_width=15, stroke_linecap="round")
    size, middle = (foot - y) * 0.34, y + (foot - y) * 0.72
    for side in (1, -1):
        at = np.array([x + lean * 0.5, middle + side * size * 0.2])
        blade = np.array([[0.0, 0.0], [0.5, -0.42], [1.25, -0.52], [0.85, -0.05]]) * [side * size, size]
        art.path(smooth(at + blade, closed=True), fill=leaf)


def _flower(
    art: Drawing,
    at: tuple[float, float],
    size: float,
    songs: list[SongForm],
    density: float,
    palette: Palette,
    rng: np.random.Generator,
) -> None:
    """Rings of petals around a heart, the outermost first; one song a ring."""
    first = int(rng.integers(5))
    for ring, song in enumerate(songs):
        petals = 17 - 3 * ring + round(4 * density) - (6 if len(songs) == 2 else 0)
        reach = size * (1 - ring / (len(songs) + 0.6))
        shade = palette.accent if ring == len(songs) - 2 else palette.tones[(first + 2 * ring) % 5]
        turn = rng.uniform(0, 2 * np.pi)
        for petal, height in enumerate(song.steps(petals)):
            angle = turn + 2 * np.pi * petal / petals
            _petal(art, at, angle, reach * (0.66 + 0.40 * float(height)), np.pi / petals * 1.12, shade, palette)
    x, y = at
    art.circle(x, y, size * 0.1, fill=palette.ink)
    for dot in range(12):
        angle = 2 * np.pi * dot / 12
        art.circle(x + size * 0.06 * np.cos(angle), y + size * 0.06 * np.sin(angle), size * 0.0095, fill=palette.accent)


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
