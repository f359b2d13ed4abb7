"""Pictures differ at a glance: as wholes, seen small, whatever their seed."""

from __future__ import annotations

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from media.scenes.drawing import draw_scene
from media.scenes.motifs import MOTIFS
from schemas.scene import LABELS, Scene, SceneColours

SEEDS = (1, 2, 3)
SIDE_PX = 64
COLOURS = SceneColours(
    sky_high="#2d2a5e",
    sky_low="#f2855c",
    light="#ffe2a8",
    far="#8a5f7d",
    near="#2f2748",
    water="#54486f",
    accent="#f0b23e",
    shade="#17142a",
)
ALIKE = 0.65
"""Two seeds of one composition are 0.8 apart at the median; half of the pairs of compositions are beyond 1.4."""
EVERY = [(motif, composition) for motif, family in MOTIFS.items() for composition in family.compositions]


@cache
def drawn(motif, composition, seed):
    family = MOTIFS[motif]
    hour = "dusk" if "dusk" in family.hours else family.hours[0]
    scene = Scene(
        motif=motif,
        composition=composition,
        seed=seed,
        hour=hour,
        weather="clear" if "clear" in family.weathers else family.weathers[0],
        energy=0.5,
        colours=COLOURS,
    )
    scene = draw_scene(scene, SIDE_PX, SIDE_PX)
    return scene.picture, scene.labels


def glance(motif, composition, seed):
    """What is seen of a picture at first sight: light and dark masses, where edges run which way, what is shown."""
    picture, labels = drawn(motif, composition, seed)
    grey = np.asarray(Image.fromarray(np.asarray(picture)).convert("L"), np.float32) / 255.0
    masses = grey.reshape(8, 8, 8, 8).mean((1, 3))
    masses = (masses - masses.mean()) / (masses.std() + 0.02)
    down, across = np.gradient(grey)
    strength, way = np.hypot(down, across), np.mod(np.arctan2(down, across), np.pi)
    edges = np.stack([strength * (np.floor(way / np.pi * 4) == part) for part in range(4)])
    edges = np.sqrt(edges.reshape(4, 4, 16, 4, 16).mean((2, 4)))
    edges = edges / (np.linalg.norm(edges) + 1e-6)
    shown = np.sqrt(np.bincount(labels.ravel(), minlength=len(LABELS)) / labels.size)
    return np.concatenate([masses.ravel() / 8.0, 1.2 * edges.ravel(), 0.6 * shown])


@cache
def glances(motif, composition):
    return np.stack([glance(motif, composition, seed) for seed in SEEDS])


def apart(one, other):
    """How far two compositions are from each other at their nearest, over their seeds."""
    return float(np.linalg.norm(glances(*one)[:, None] - glances(*other)[None], axis=-1).min())


def test_no_two_motifs_are_alike_at_a_glance():
    alike = {
        f"{one} and {other}": round(distance, 2)
        for one, other in combinations(EVERY, 2)
        if one[0] != other[0] and (distance := apart(one, other)) < ALIKE
    }
    assert alike == {}


@pytest.mark.parametrize("motif", MOTIFS)
def test_compositions_of_a_motif_differ_as_much(motif):
    family = [(motif, composition) for composition in MOTIFS[motif].compositions]
    alike = {
        f"{one[1]} and {other[1]}": d for one, other in combinations(family, 2) if (d := apart(one, other)) < ALIKE
    }
    assert alike == {}
