"""Cut paper: leaves and seaweed on a ground of panels, a sun with birds and waves, a still life of blots."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from media.scenes.curves import Points, arc, placed, rectangle, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import mirrored
from media.scenes.stage import Stage

_GROUNDS = ("water", "accent", "sky_low", "near", "light", "sky_high", "far")


def _frond(rng: Generator, fingers: int) -> Points:
    """A leaf with round fingers on both sides, as scissors cut it; about 1 high, its foot at the origin."""
    half: list[tuple[float, float]] = [(0.0, 0.02), (0.05, 0.0)]
    for at in range(fingers):
        y = -0.12 - 0.72 * at / fingers
        long = float(rng.uniform(0.24, 0.4)) * (1.05 - 0.55 * at / fingers)
        half += [
            (0.06, y),
            (0.55 * long, y - 0.03),
            (long, y - 0.1),
            (long * 0.98, y - 0.16),
            (0.55 * long, y - 0.13),
            (0.07, y - 0.1),
        ]
    half += [(0.06, -0.9), (0.05, -0.98), (0.0, -1.0)]
    return smooth(mirrored(half), closed=True, steps=4)


def _blot(rng: Generator, lobes: int, rough: float) -> Points:
    turns = np.linspace(0, 2 * np.pi, lobes, endpoint=False) + rng.uniform(-0.12, 0.12, lobes)
    reach = 1 + rough * rng.uniform(-1, 1, lobes)
    return smooth(np.stack([reach * np.cos(turns), reach * np.sin(turns)], 1), closed=True, steps=8)


def _lay_cut(stage: Stage, name: str, shape: Points, tone: str, depth: float) -> None:
    """A piece of paper with the thin shadow that it throws on what lies under it."""
    stage.lay(f"shadow of {name}", "form", stage.polygon(shape + (0.006, 0.009)) * 0.28, "shade", depth=depth)
    stage.lay(name, "form", stage.polygon(shape), tone, depth=depth + 0.01, region="subject")


def _panels(stage: Stage) -> None:
    """A patchwork of coloured panels, a frond on each."""
    rng = stage.chance("places")
    columns = 2 + round(1.4 * stage.scene.energy)
    pitch = 1.0 / columns
    stage.lay("paper", "form", 1.0, "light", depth=0.0, region="above")
    reach = int(np.ceil(1.9 / pitch))
    last = ""
    for column in range(-reach, reach + 1):
        top, row = -1.1 + float(rng.uniform(-0.2, 0.0)), 0
        while top < 1.1:
            high = float(rng.uniform(0.75, 1.25)) * pitch
            left = -0.5 + column * pitch
            names = [name for name in _GROUNDS if name != last]
            last = names[int(rng.integers(len(names)))]
            visible = (
                left < stage.right and left + pitch > -stage.right and top < stage.bottom and top + high > -stage.bottom
            )
            frond = _frond(rng, int(rng.integers(3, 6)))
            tones = [name for name in ("shade", "light", "accent", "near", "water") if name != last]
            tone, turn = tones[int(rng.integers(len(tones)))], float(rng.uniform(-35, 35)) + 180 * int(rng.integers(2))
            if visible:
                skew = 0.012 * pitch
                panel = rectangle(left - skew, top - skew, left + pitch + skew, top + high + skew)
                stage.lay(f"panel {column} {row}", "form", stage.polygon(panel), last, depth=0.1)
                sway = 2.0 * np.sin(0.6 * stage.t_s + column + 2 * row)
                size = 0.8 * min(high, pitch * 1.15)
                foot = placed([(0.0, 0.5)], left + pitch / 2, top + high / 2, size, turn_deg=turn + sway)[0]
                shape = placed(frond, float(foot[0]), float(foot[1]), size, turn_deg=turn + sway)
                _lay_cut(stage, f"frond {column} {row}", shape, tone, 0.3)
            top, row = top + high, row + 1


def _sea_and_sky(stage: Stage) -> None:
    """Waves of paper, a great sun and three white birds."""
    rng = stage.chance("places")
    stage.lay("paper", "sky", 1.0, "sky_low", depth=0.0, region="above")
    sun = (float(rng.uniform(-0.2, 0.2)), float(rng.uniform(-0.16, -0.06)), float(rng.uniform(0.2, 0.26)))
    rays = 14
    points = []
    for at in range(rays * 2):
        reach = sun[2] * (1.42 if at % 2 == 0 else 1.04) * float(rng.uniform(0.95, 1.05))
        turn = np.pi * at / rays + 0.05 * np.sin(0.3 * stage.t_s)
        points.append((sun[0] + reach * np.cos(turn), sun[1] + reach * np.sin(turn)))
    _lay_cut(stage, "rays", smooth(points, closed=True, steps=3), "light", 0.1)
    _lay_cut(stage, "sun", placed(_blot(rng, 12, 0.02), *sun), "accent", 0.15)
    bird = smooth(
        [
            (-1.0, -0.25),
            (-0.55, -0.3),
            (-0.12, -0.02),
            (0.2, -0.34),
            (0.75, -0.5),
            (1.0, -0.42),
            (0.62, -0.2),
            (0.3, 0.12),
            (0.05, 0.28),
            (-0.2, 0.16),
            (-0.5, -0.02),
        ],
        closed=True,
        steps=5,
    )
    for at in range(3):
        lift = 0.01 * np.sin(0.8 * stage.t_s + 2 * at)
        x, y = (-0.3, 0.05, 0.32)[at] + float(rng.uniform(-0.07, 0.07)), float(rng.uniform(-0.36, 0.0)) + lift
        _lay_cut(
            stage,
            f"bird {at}",
            placed(bird, x, y, 0.11 - 0.018 * at, turn_deg=float(rng.uniform(-16, 16))),
            "#fffdf6",
            0.6,
        )
    for row, tone in enumerate(("far", "water", "sky_high", "near", "shade")):
        base, pitch = 0.12 + 0.085 * row, 0.15 + 0.035 * row
        xs = np.arange(-2.2, 2.3, pitch) + (row % 2) * pitch / 2 + 0.02 * np.sin(0.5 * stage.t_s + row)
        heads = [
            arc(float(x), base, pitch / 2 + 0.002, pitch * (0.4 + 0.3 * stage.scene.energy), 180, 360, steps=14)
            for x in xs
        ]
        wave = np.concatenate([*heads, [(2.4, 1.3), (-2.4, 1.3)]])
        _lay_cut(stage, f"wave {row}", wave, tone, 0.4 + 0.1 * row)


def _blots(stage: Stage) -> None:
    """A few large round pieces that lean on each other, with holes that show the ground."""
    rng = stage.chance("places")
    stage.lay("paper", "form", 1.0, stage.blend("light", "sky_low", np.float32(0.45)), depth=0.0, region="above")
    half = rectangle(-2.0, float(rng.uniform(0.12, 0.25)), 2.0, 1.3)
    stage.lay("table", "form", stage.polygon(half), "far", depth=0.05)
    places = [
        (-0.17, -0.1, 0.27),
        (0.2, 0.06, 0.24),
        (-0.05, 0.24, 0.18),
        (0.26, -0.28, 0.14),
        (-0.34, 0.3, 0.12),
        (-1.0, 0.0, 0.34),
        (1.05, 0.1, 0.32),
        (-1.45, 0.3, 0.2),
        (1.5, -0.25, 0.22),
        (0.1, 0.75, 0.2),
        (-0.15, -0.75, 0.22),
    ]
    tones = [("accent", "light", "shade", "water", "near", "sky_high")[index] for index in rng.permutation(6)]
    for at, (x, y, size) in enumerate(places):
        shape = _blot(rng, int(rng.integers(5, 9)), 0.2 + 0.16 * stage.scene.energy)
        x, y, turn = (
            x + float(rng.uniform(-0.05, 0.05)),
            y + float(rng.uniform(-0.05, 0.05)),
            float(rng.uniform(0, 360)),
        )
        turn += 3 * np.sin(0.3 * stage.t_s + at)
        _lay_cut(stage, f"blot {at}", placed(shape, x, y, size, turn_deg=turn), tones[at % 6], 0.2 + 0.05 * at)
        inner = placed(
            _blot(rng, 6, 0.2), x + 0.2 * size, y - 0.1 * size, size * float(rng.uniform(0.25, 0.42)), turn_deg=turn
        )
        stage.lay(
            f"hole {at}", "form", stage.polygon(inner), tones[(at + 2) % 6], depth=0.22 + 0.05 * at, region="subject"
        )
    frond = placed(_frond(rng, 5), 0.02, 0.46, 0.7, turn_deg=float(rng.uniform(-25, 25)) + 2 * np.sin(0.5 * stage.t_s))
    _lay_cut(stage, "frond", frond, "shade", 0.9)


CUTOUTS = Motif(
    name="cutouts",
    words=(
        "paper",
        "cut",
        "play",
        "colour",
        "color",
        "shape",
        "child",
        "joy",
        "dance",
        "leaf",
        "simple",
        "scissor",
        "collage",
        "bright",
        "garden",
    ),
    compositions={
        "panels": Composition(_panels, ("middle", "bottom")),
        "sea_and_sky": Composition(_sea_and_sky, ("bottom", "top")),
        "blots": Composition(_blots, ("bottom", "top")),
    },
    drawn=False,
)
