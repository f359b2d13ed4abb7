"""Twelve ways to draw an album, and which one fits a genre and a mood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import get_args

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
    "piano-ballad": ("rings", "constellation", "arcs", "bloom", "quilt", "ridges"),
    "folk": ("ridges", "bloom", "weave", "arcs", "constellation", "tiles"),
    "synth-pop": ("horizon", "ribbons", "tiles", "rings", "monogram", "shards"),
    "rock": ("shards", "monogram", "ridges", "arcs", "horizon", "quilt"),
    "lo-fi": ("quilt", "monogram", "constellation", "rings", "ribbons", "horizon"),
    "bossa": ("tiles", "ribbons", "weave", "bloom", "arcs", "rings"),
}

_MOODS: tuple[Mood, ...] = get_args(Mood)


def composition_of(genre: Genre, mood: Mood, seed: int) -> Composition:
    """The composition of a genre, mood and seed: any of the genre's six, its first three more often."""
    names = _BY_GENRE[genre]
    place = np.random.default_rng([_MOODS.index(mood), seed]).random() ** 1.35
    return COMPOSITIONS[names[int(place * len(names))]]
