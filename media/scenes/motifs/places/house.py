"""The house: alone on its plain, a village under snow, a front door."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import house, lamps_lit, lay_house
from media.scenes.curves import arc, rectangle
from media.scenes.land import lay_land
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.porch import lay_front_door
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.trees import branches, conifer, limb_outlines


def _alone(stage: Stage) -> None:
    """A small house low in the frame under very much sky, a lit window, a fence that leads to it."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    ground = float(rng.uniform(0.28, 0.33))
    lay_sky(stage, horizon=ground, disc=(-side * float(rng.uniform(0.2, 0.34)), float(rng.uniform(-0.34, -0.24)), 0.04))
    x = side * float(rng.uniform(0.08, 0.24))
    far = ground - 0.015 - 0.02 * stage.profile("far", scale=0.6, octaves=2)
    lay_land(stage, "far", far, depth=0.15, haze=0.3, label="land")
    line = ground + 0.012 * stage.profile("plain", scale=0.8, octaves=2)
    field = stage.blend("near", "far", 0.4 * (1 - stage.fade(ground, ground + 0.12)))
    furrows = stage.field("furrows", stage.x[0] * 1.2, np.log(np.maximum(stage.y[:, 0] - ground, 0.004)) * 4, octaves=2)
    stage.lay(
        "plain",
        "field",
        stage.under(line),
        stage.blend(field, "shade", np.clip(0.25 + 0.3 * furrows + stage.fade(ground, 0.6) * 0.5, 0, 1)),
        depth=0.5,
    )
    foot = float(np.interp(x, stage.x[0], line)) + 0.012
    _lay_bare_tree(stage, x + side * 0.16, foot, 0.27)
    lay_house(stage, "house", house(x, foot, 0.15, flip=side < 0, long=1.15, steep=0.62), lit_window=True)
    _lay_smoke(stage, x + side * 0.028, foot - 0.18, side)
    _lay_fence(stage, x, foot, side)
    lay_weather(stage)


def _lay_bare_tree(stage: Stage, x: float, foot: float, high: float) -> None:
    rng = stage.chance("tree")
    sway = float(0.7 * np.sin(0.8 * stage.t_s))
    limbs = branches(x, foot, high, rng, levels=7, spread_deg=27, sway_deg=sway, width=0.055 * high)
    stage.lay(
        "tree", "tree", stage.polygon(*limb_outlines(limbs, thinnest=0.003)), "shade", depth=0.58, region="subject"
    )
    stage.lay(
        "twigs",
        "tree",
        stage.polygon(*limb_outlines(limbs, thinnest=0.0, thickest=0.003)),
        "shade",
        depth=0.58,
        region="subject",
        after=True,
    )


def _lay_smoke(stage: Stage, x: float, y: float, side: float) -> None:
    count = 16
    age = (np.arange(count) / count + 0.05 * stage.t_s) % 1.0
    places = np.stack(
        (x + side * (0.22 * age**1.5) + 0.014 * np.sin(9 * age + 0.6 * stage.t_s) * age, y - 0.02 - 0.24 * age), 1
    )
    for band_of in range(3):
        chosen = (np.arange(count) % 3) == band_of
        fade = 0.4 * float((1 - age[chosen]).mean())
        stage.lay(
            f"smoke {band_of}",
            "cloud",
            stage.dots(places[chosen], 0.006 + 0.032 * age[chosen]) * fade,
            stage.blend("light", "far", np.float32(0.4)),
            depth=0.6,
            region="above",
            velocity=(0.01 * side, -0.012),
        )


def _lay_fence(stage: Stage, x: float, foot: float, side: float) -> None:
    away = np.linspace(0.06, 1.4, 15) ** 1.7
    at = np.stack((x - side * (0.02 + 0.75 * away), foot + 0.005 + 0.23 * away), 1)
    posts = [
        np.array([(px, py), (px + 0.01 * np.sin(9 * py), py - 0.03 - 0.09 * share)])
        for (px, py), share in zip(at, away, strict=True)
    ]
    rails = [np.stack((at[:, 0], at[:, 1] - (0.03 + 0.09 * away) * level), 1) for level in (0.45, 0.82)]
    stage.lay("fence posts", "thing", stage.stroke(*posts, width=list(0.004 + 0.012 * away)), "shade", depth=0.7)
    stage.lay("wires", "thing", stage.stroke(*rails, width=0.0022), "shade", depth=0.7, after=True)


def _village(stage: Stage) -> None:
    """Snowy roofs on a slope round a steeple, spruces, smoke, lights."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    lay_sky(
        stage,
        horizon=0.1,
        disc=(side * float(rng.uniform(0.15, 0.35)), float(rng.uniform(-0.34, -0.26)), float(rng.uniform(0.035, 0.06))),
    )
    cold = stage.scene.hour == "night"
    snow = stage.blend(stage.blend("light", "#ffffff", np.float32(0.5)), "sky_low", np.float32(0.55 if cold else 0.2))
    snow = stage.blend(snow, "far", np.float32(0.35 if cold else 0.05))
    for row in range(2):
        ridge = -0.02 + 0.08 * row - 0.14 * stage.profile(f"hill {row}", scale=0.6, octaves=3, gain=0.4)
        body = stage.under(ridge)
        stage.lay(
            f"hill {row}",
            "ice",
            body,
            stage.blend(
                stage.blend("sky_low", "far", np.float32(0.55 - 0.2 * row)), snow, 0.35 + 0.3 * stage.fade(-0.1, 0.2)
            ),
            depth=0.1 + 0.1 * row,
        )
        _lay_wood(stage, row, ridge)
    _lay_steeple(stage, -side * float(rng.uniform(0.02, 0.12)), 0.19, 0.4, snow)
    for row in range(4):
        near = row / 3
        top = 0.17 + 0.27 * near
        line = top - 0.03 * stage.profile(f"bank {row}", scale=0.5, octaves=2) + 0.03 * side * stage.x[0]
        size = 0.085 + 0.085 * near
        for index, at in enumerate(np.arange(-1.9, 1.9, size * 2.6)):
            x = float(at) + float(rng.uniform(-0.5, 0.5)) * size + 0.5 * size * (row % 2)
            flip, long = bool(rng.random() < 0.5), float(rng.uniform(0.8, 1.3))
            keep = rng.random() < 0.62 + 0.3 * stage.scene.energy and abs(x) < stage.right + 1.5 * size
            if keep and not (row == 3 and abs(x) < 0.16):
                foot = float(np.interp(x, stage.x[0], line)) + 0.012
                lay_house(
                    stage,
                    f"house {row} {index}",
                    house(x, foot, size, flip=flip, long=long, steep=0.55),
                    lit_window=False,
                    snow=True,
                    depth=0.3 + 0.5 * near,
                )
        stage.lay(
            f"bank {row}",
            "ice",
            stage.under(line),
            stage.blend(snow, "far", 0.1 + (0.28 + 0.1 * near) * stage.fade(top - 0.02, top + 0.16)),
            depth=0.32 + 0.5 * near,
        )
        trees = [
            conifer(float(at), float(np.interp(at, stage.x[0], line)) + 0.02, float(size * rng.uniform(0.9, 1.7)), rng)
            for at in rng.uniform(-1.9, 1.9, 12)
        ]
        stage.lay(
            f"spruces {row}",
            "tree",
            stage.polygon(*trees),
            stage.blend("near", "shade", np.float32(0.35 + 0.5 * near)),
            depth=0.34 + 0.5 * near,
        )
    lay_weather(stage)


def _lay_wood(stage: Stage, row: int, ridge: Floats) -> None:
    rng = stage.chance(f"wood {row}")
    at = rng.uniform(-1.9, 1.9, 110)
    at = at[np.sin(3.1 * at + 2 * row) > -0.2]
    trees = [
        conifer(
            float(x),
            float(np.interp(x, stage.x[0], ridge)) + 0.03 + 0.03 * float(rng.random()),
            0.03 + 0.035 * float(rng.random()),
            rng,
        )
        for x in at
    ]
    stage.lay(
        f"wood {row}",
        "tree",
        stage.polygon(*trees),
        stage.blend(stage.blend("far", "near", np.float32(0.4 + 0.3 * row)), "sky_low", np.float32(0.25 - 0.1 * row)),
        depth=0.12 + 0.1 * row,
    )


def _lay_steeple(stage: Stage, x: float, foot: float, high: float, snow: Floats) -> None:
    wide = 0.1 * high
    wall = stage.blend("light", "far", np.float32(0.5 if stage.scene.hour != "night" else 0.85))
    stage.lay(
        "steeple",
        "building",
        stage.polygon(rectangle(x - wide, foot - 0.55 * high, x + wide, foot + 0.1)),
        wall,
        depth=0.3,
        region="subject",
    )
    stage.lay(
        "shade of the steeple",
        "building",
        stage.polygon(rectangle(x + 0.15 * wide, foot - 0.55 * high, x + wide, foot + 0.1)) * 0.5,
        "shade",
        depth=0.3,
        region="subject",
    )
    spire = np.array(
        [(x - 1.25 * wide, foot - 0.54 * high), (x, foot - 1.05 * high), (x + 1.25 * wide, foot - 0.54 * high)]
    )
    stage.lay(
        "spire",
        "building",
        stage.polygon(spire),
        stage.blend("accent", "shade", np.float32(0.35)),
        depth=0.3,
        region="subject",
    )
    stage.lay(
        "snow on the spire",
        "ice",
        stage.polygon(
            np.array(
                [(x - 1.25 * wide, foot - 0.54 * high), (x, foot - 1.05 * high), (x - 0.3 * wide, foot - 0.54 * high)]
            )
        )
        * 0.85,
        snow,
        depth=0.3,
        region="subject",
    )
    bell = np.concatenate(
        (
            arc(x - 0.1 * wide, foot - 0.42 * high, 0.3 * wide, 0.3 * wide, 180, 360, steps=9),
            [(x + 0.2 * wide, foot - 0.32 * high), (x - 0.4 * wide, foot - 0.32 * high)],
        )
    )
    stage.lay(
        "bell window",
        "window",
        stage.polygon(bell),
        "light" if lamps_lit(stage) else "shade",
        depth=0.3,
        region="subject",
        after=True,
    )
    cross = [
        np.array([(x, foot - 1.12 * high), (x, foot - 1.03 * high)]),
        np.array([(x - 0.02 * high, foot - 1.09 * high), (x + 0.02 * high, foot - 1.09 * high)]),
    ]
    stage.lay("cross", "building", stage.stroke(*cross, width=0.0035), "shade", depth=0.3, region="subject", after=True)


HOUSE = Motif(
    name="house",
    words=(
        "house",
        "home",
        "cottage",
        "village",
        "cabin",
        "roof",
        "chimney",
        "door",
        "porch",
        "hearth",
        "family",
        "winter",
        "snow",
        "childhood",
        "alone",
        "room",
        "kitchen",
        "return",
        "farm",
    ),
    compositions={
        "alone": Composition(_alone, ("top",)),
        "village": Composition(_village, ("top",)),
        "front_door": Composition(lay_front_door, ("top",)),
    },
)
