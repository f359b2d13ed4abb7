"""Melodies as curves: ridges of hills, arcs between equal notes, parallel ribbons."""

from __future__ import annotations

import numpy as np

from media.cover.colour import mix
from media.cover.form import AlbumForm, SongForm
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import FRAUNCES, GARAMOND, GARAMOND_ITALIC, JOST_BOLD
from media.cover.palette import Palette
from media.cover.svg import Drawing, number, polyline, smooth


def ridges(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Hills, one behind the other, whose skylines are the melodies; a disc hangs where the key puts it."""
    layers = 6 + round(3 * form.density)
    sharp = form.energy + rng.uniform(-0.3, 0.3) > 0.55
    sky = art.gradient([(0.0, palette.ground, 1.0), (0.42, palette.ground, 1.0), (0.8, palette.tones[0], 0.9)])
    art.rect(0, 0, SIDE, SIDE, fill=sky)
    sun_x = SIDE * (0.22 + 0.56 * (form.key.pitch_class / 11 if form.key.mode == "major" else rng.uniform(0.2, 0.8)))
    art.circle(sun_x, 760 - 60 * form.energy, 118 + 60 * form.energy, fill=palette.accent)
    shades = (*palette.tones, palette.ink)
    for layer in range(layers):
        depth = layer / (layers - 1)
        song = form.song(layer)
        lift = song.contour(64, width=0.028 - 0.012 * depth) - 0.5
        lift = lift[::-1] if (layer // len(form.songs)) % 2 else lift
        swell = 26 * np.sin(np.linspace(0, 2 * np.pi, 64) * rng.uniform(0.6, 1.3) + rng.uniform(0, 2 * np.pi))
        base = 800 + 480 * depth**1.25 + swell
        height = 210 + 110 * depth
        skyline = np.minimum(base - height * lift, SIDE - 124)
        points = np.stack([np.linspace(-40, SIDE + 40, 64), skyline], axis=1)
        if sharp:
            points = points[:: 2 if layer % 2 else 3] * [1.05, 1.0]
        place = depth * (len(shades) - 1.6)
        shade = mix(shades[int(place)], shades[int(place) + 1], place % 1)
        outline = polyline(points) if sharp else smooth(points)
        art.path(f"{outline}L{number(SIDE + 40)} {number(SIDE)}L-40 {number(SIDE)}Z", fill=shade)
        art.path(outline, fill="none", stroke=mix(shade, palette.ground, 0.4), stroke_width=1.6)
    light = palette.ground if not palette.dark else palette.ink
    return Layout(
        (MARGIN, 104, SIDE - 2 * MARGIN, 400),
        FRAUNCES,
        largest_px=176,
        most_lines=3,
        print_ink=light,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def arcs(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """An arc from each turn of a melody to its return: what comes back, and how soon, is what one sees."""
    base, wide = 730.0, SIDE - 2 * MARGIN
    drawn = art.group(fill="none")
    for index, song in enumerate(form.songs[:4]):
        below = index % 2 == 1
        colour = (palette.tones[4], palette.accent, palette.tones[2], palette.tones[3])[index]
        limit = 330.0 if below else 610.0
        for start, end, thick in _returns(song):
            left, right = MARGIN + wide * start, MARGIN + wide * end
            radius = (right - left) / 2
            d = (
                f"M{number(left)} {number(base)}A{number(radius)} {number(min(radius, limit))} 0 0 "
                f"{0 if below else 1} {number(right)} {number(base)}"
            )
            width = min(10 + 900 * thick, 44.0, radius * 0.7)
            drawn.path(d, stroke=colour, stroke_width=width, stroke_opacity=0.34)
            drawn.path(d, stroke=palette.ink, stroke_width=1.0, stroke_opacity=0.35)
    art.line(MARGIN, base, SIDE - MARGIN, base, stroke=palette.ink, stroke_width=2)
    return Layout(
        (MARGIN, 1150, wide, 250),
        GARAMOND,
        anchor="top",
        largest_px=140,
        most_lines=2,
        print_y=SIDE - 52,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def _returns(song: SongForm) -> list[tuple[float, float, float]]:
    """(start, end, length) of each pair of notes that comes again, times 0 to 1 over the sung part of the song."""
    first, last = float(song.onsets[0]), float(song.onsets[-1] + song.lengths[-1])
    places = (song.onsets - first) / max(1e-6, last - first)
    seen: dict[tuple[int, int], list[int]] = {}
    for index in range(len(song.pitches) - 1):
        turn = (round(float(song.pitches[index]) * 100), round(float(song.pitches[index + 1]) * 100))
        seen.setdefault(turn, []).append(index)
    pairs = {pair for met in seen.values() for pair in zip(met, met[1:], strict=False)}
    pairs |= {(met[0], met[-1]) for met in seen.values() if len(met) > 2}
    found = [
        (float(places[one]), float(places[two]), float(song.lengths[one]))
        for one, two in sorted(pairs)
        if places[two] - places[one] > 0.02
    ]
    return found[:: max(1, len(found) // 44)]


def ribbons(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Bands that flow down the right of the picture, each pushed aside by a melody, like a wave in a pavement."""
    bands = 9 + round(5 * form.density)
    left, thick = 640.0, (SIDE - 560.0) / bands
    down = np.linspace(-30, SIDE + 30, 40)
    phase = rng.uniform(0, 2 * np.pi)
    shades = [palette.tones[4], palette.ground, palette.tones[2], palette.tones[1], palette.accent, palette.ground]
    turn = int(rng.integers(3))
    shades = shades[2 * turn :] + shades[: 2 * turn] if turn else shades
    edges = []
    notes = form.song(0).lengths[:: max(1, len(form.song(0).lengths) // bands)][:bands]
    grow = 0.55 + notes / notes.max()
    offsets = np.concatenate([[0.0], np.cumsum(grow / grow.sum())]) * bands
    for band in range(bands + 1):
        song = form.song(band // 2)
        push = song.contour(40, width=0.05) - 0.5
        wave = np.sin(down / SIDE * 2 * np.pi * 1.15 + phase) * 74
        edges.append(
            left
            + offsets[min(band, len(offsets) - 1)] * thick
            + wave
            + (120 + 40 * form.energy) * push * (1 - 0.5 * band / bands)
        )
    for band in range(bands):
        one, two = edges[band], np.maximum(edges[band + 1], edges[band] + thick * 0.3)
        edges[band + 1] = two
        far = two if band < bands - 1 else np.full_like(two, SIDE + 60)
        outline = smooth(np.stack([one, down], axis=1)) + smooth(np.stack([far, down], axis=1)[::-1], start="L") + "Z"
        art.path(outline, fill=shades[band % len(shades)])
    width = float(edges[0].min()) - MARGIN - 44
    return Layout(
        (MARGIN, MARGIN, width, 1180), JOST_BOLD, largest_px=132, most_lines=7, artist_px=32, print_stacked=True
    )
