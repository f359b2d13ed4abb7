"""Melodies as curves: ridges of hills, arcs between equal notes, parallel ribbons."""

from __future__ import annotations

import numpy as np

from media.cover.colour import mix
from media.cover.form import AlbumForm
from media.cover.layout import MARGIN, SIDE, Layout
from media.cover.lettering import FRAUNCES, GARAMOND, GARAMOND_ITALIC, JOST_BOLD
from media.cover.palette import Palette
from media.cover.svg import Drawing, number, smooth


def ridges(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Hills, one behind the other, whose skylines are the melodies; a disc hangs where the key puts it."""
    layers = 6 + round(3 * form.density)
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
        base = 800 + 560 * depth**1.25
        height = 210 + 110 * depth
        points = np.stack([np.linspace(-40, SIDE + 40, 64), base - height * lift], axis=1)
        place = depth * (len(shades) - 1.6)
        shade = mix(shades[int(place)], shades[int(place) + 1], place % 1)
        outline = smooth(points)
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
    """A half-circle from each note to the next of its pitch: what returns, and how soon, is what one sees."""
    base = 980.0
    wide = SIDE - 2 * MARGIN
    art.line(MARGIN, base, SIDE - MARGIN, base, stroke=palette.ink, stroke_width=1.6)
    above = art.group(fill="none", stroke_linecap="round")
    for number_, song in enumerate(form.songs):
        seen: dict[float, float] = {}
        colour = palette.tones[1 + (number_ * 2) % 4]
        for onset, length, pitch in zip(song.onsets, song.lengths, song.pitches, strict=True):
            key = round(float(pitch), 3)
            start = seen.get(key)
            seen[key] = float(onset)
            if start is None or onset - start < 0.004:
                continue
            left, right = MARGIN + wide * start, MARGIN + wide * float(onset)
            radius = (right - left) / 2
            down = number_ % 2
            rise = radius * (0.42 if down else min(1.0, 820 / max(radius, 1)))
            d = (
                f"M{number(left)} {number(base)}"
                f"A{number(radius)} {number(rise)} 0 0 {1 - down} {number(right)} {number(base)}"
            )
            above.path(d, stroke=colour, stroke_width=1.5 + 90 * float(length), stroke_opacity=0.75)
    longest = form.song(0)
    peak = MARGIN + wide * float(longest.onsets[int(np.argmax(longest.pitches))])
    art.circle(peak, base, 15, fill=palette.accent)
    return Layout(
        (MARGIN, 1130, wide, 260),
        GARAMOND,
        anchor="top",
        largest_px=150,
        most_lines=2,
        print_y=SIDE - 52,
        artist_face=GARAMOND_ITALIC,
        artist_px=52.0,
    )


def ribbons(art: Drawing, form: AlbumForm, palette: Palette, rng: np.random.Generator, title: str) -> Layout:
    """Bands that flow down the right of the picture, each pushed aside by a melody, like a wave in a pavement."""
    bands = 9 + round(5 * form.density)
    left, thick = 640.0, (SIDE - 560.0) / bands
    down = np.linspace(-30, SIDE + 30, 40)
    phase = rng.uniform(0, 2 * np.pi)
    shades = [palette.tones[4], palette.ground, palette.tones[2], palette.tones[1], palette.accent, palette.ground]
    edges = []
    for band in range(bands + 1):
        song = form.song(band // 2)
        push = song.contour(40, width=0.05) - 0.5
        wave = np.sin(down / SIDE * 2 * np.pi * 1.15 + phase) * 74
        edges.append(left + band * thick + wave + (120 + 40 * form.energy) * push * (1 - 0.5 * band / bands))
    for band in range(bands):
        one, two = edges[band], np.maximum(edges[band + 1], edges[band] + thick * 0.3)
        edges[band + 1] = two
        far = two if band < bands - 1 else np.full_like(two, SIDE + 60)
        outline = smooth(np.stack([one, down], axis=1)) + smooth(np.stack([far, down], axis=1)[::-1], start="L") + "Z"
        art.path(outline, fill=shades[band % len(shades)])
    width = float(edges[0].min()) - MARGIN - 44
    return Layout(
        (MARGIN, MARGIN, width, 1180), JOST_BOLD, largest_px=132, most_lines=7, artist_px=32, print_y=SIDE - 58
    )
