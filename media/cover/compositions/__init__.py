"""Twelve ways to draw an album, and which one fits a genre and a mood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from media.cover.compositions.angles import horizon, shards, tiles
from media.cover.compositions.circles import bloom, constellation, rings
from media.cover.compositions.curves import arcs, ribbons, ridges
from media.cover.compositions.textiles import monogram, quilt, weave
from media.cover.form import AlbumForm
from media.cover.layout import Layout
from media.cover.palette import Palette
from media.cover.svg import Drawing
from schemas.plan import Genre, Mood

Paint = Callable[[Drawing, AlbumForm, Palette, np.random.Generator, str], Layout]
"""Draws on (art, form, palette, rng, title) and says where the words go."""


@dataclass(frozen=True)
class Composition:
    """A way to draw an album; `night` asks for a dark ground whatever the mood."""

    name: str
    paint: Paint
    night: bool = False


COMPOSITIONS: dict[str, Composition] = {
    made.name: made
    for made in (
        Composition("ridges", ridges),
        Composition("arcs", arcs),
        Composition("ribbons", ribbons),
        Composition("rings", rings),
        Composition("constellation", constellation, night=True),
        Composition("bloom", bloom),
        Composition("tiles", tiles),
        Composition("horizon", horizon, night=True),
        Composition("shards", shards),
        Composition("weave", weave),
        Composition("quilt", quilt),
        Composition("monogram", monogram),
    )
}

_BY_GENRE: dict[Genre, tuple[str, ...]] = {
    "piano-ballad": ("rings", "constellation", "arcs", "bloom"),
    "folk": ("ridges", "bloom", "weave", "arcs"),
    "synth-pop": ("horizon", "ribbons", "tiles", "rings"),
    "rock": ("shards", "monogram", "ridges", "arcs"),
    "lo-fi": ("quilt", "monogram", "constellation", "rings"),
    "bossa": ("tiles", "ribbons", "weave", "bloom"),
}

_MOOD_STEP: dict[Mood, int] = {
    "calm": 0,
    "hopeful": 0,
    "triumphant": 0,
    "joyful": 1,
    "restless": 1,
    "tender": 1,
    "nostalgic": 2,
    "melancholy": 3,
}


def composition_of(genre: Genre, mood: Mood, seed: int) -> Composition:
    """The composition of a genre, mood and seed: the mood's first choice half of the time, a neighbour else."""
    names = _BY_GENRE[genre]
    return COMPOSITIONS[names[(_MOOD_STEP[mood] + (0, 0, 1, 2)[seed % 4]) % len(names)]]
