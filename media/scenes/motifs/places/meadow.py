"""The meadow: one tree on a hill, grass close up before the sky, furrows and poppies to the horizon."""

from __future__ import annotations

import numpy as np

from media.scenes.birds import lay_birds
from media.scenes.curves import band, smooth
from media.scenes.land import lay_land
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.trees import blade, branches, crown, limb_outlines


def _lone_tree(stage: Stage) -> None:
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    x = side * float(rng.uniform(0.02, 0.2))
    disc = (x - side * float(rng.uniform(0.1, 0.34)), float(rng.uniform(-0.06, 0.1)), float(rng.uniform(0.1, 0.17)))
    lay_sky(stage, horizon=0.26, disc=disc)
    far = 0.24 - 0.05 * stage.profile("far hills", scale=0.6, octaves=3, gain=0.4)
    lay_land(stage, "far hills", far, depth=0.15, haze=0.5, label="land")
    hill = 0.28 + 0.55 * (stage.x[0] - x) ** 2 - 0.012 * stage.profile("hill", scale=0.5, octaves=2)
    slope = stage.blend("near", "shade", 0.8 * stage.fade(0.25, 0.62))
    lit = np.clip(1 - np.abs(stage.x - disc[0]) / 0.9, 0, 1) * (1 - stage.fade(0.26, 0.42))
    stage.lay("hill", "field", stage.under(hill), stage.blend(slope, "light", 0.35 * lit), depth=0.6)
    top = float(np.interp(x, stage.x[0], hill))
    _lay_path_up(stage, x + 0.03, top, side)
    _lay_tree(stage, x, top + 0.008, 0.4 + 0.12 * stage.scene.energy, disc[0])
    lay_birds(stage, x + side * 0.18, top - 0.42, count=6, spread=0.06)
    _lay_grass(stage, "grass", 0.5, 0.05, 170, "shade")
    lay_weather(stage)


def _lay_path_up(stage: Stage, x: float, top: float, side: float) -> None:
    line = smooth([(x - 0.28 * side, 1.1), (x - 0.1 * side, 0.5), (x + 0.07 * side, 0.38), (x, top + 0.02)])
    wide = 0.006 + 0.2 * np.clip((line[:, 1] - top) / 0.5, 0, 2) ** 1.3
    stage.lay(
        "path", "road", stage.polygon(band(line, wide)), stage.blend("near", "sky_low", np.float32(0.55)), depth=0.65
    )


def _lay_tree(stage: Stage, x: float, foot: float, high: float, lit_from: float) -> None:
    rng = stage.chance("tree")
    bare = stage.scene.weather == "snow"
    sway = 0.8 * np.sin(0.7 * stage.t_s) * (0.5 + stage.scene.energy)
    limbs = branches(x, foot, high, rng, levels=6 if bare else 4, spread_deg=32, sway_deg=float(sway))
    wood = stage.polygon(*limb_outlines(limbs, thinnest=0.004))
    root = smooth(
        [
            (x - 0.1 * high, foot + 0.01),
            (x - 0.035 * high, foot - 0.06 * high),
            (x + 0.035 * high, foot - 0.06 * high),
            (x + 0.1 * high, foot + 0.01),
        ]
    )
    stage.lay("trunk", "tree", np.maximum(wood, stage.polygon(root)), "shade", depth=0.7, region="subject")
    twigs = stage.polygon(*limb_outlines(limbs, thinnest=0.0, thickest=0.004))
    if bare:
        stage.lay("twigs", "tree", twigs, "shade", depth=0.7, region="subject", after=True)
        return
    places, sizes = crown(x, foot - 0.66 * high, 0.46 * high, 0.34 * high, rng, leaves=110)
    lean = (foot - places[:, 1]) / high * 0.012 * sway
    places = places + np.stack((lean + 0.002 * np.sin(stage.t_s * 1.3 + 9 * places[:, 1]), 0 * lean), 1)
    leaf = stage.blend("near", "accent", np.float32(0.85))
    side = np.sign(lit_from - x) or 1.0
    facing = (places - (x, foot - 0.66 * high)) @ np.array([0.7 * side, -0.7]) / high
    for name, shift, least, colour in (
        ("crown", 0.0, -9.0, stage.blend(leaf, "shade", np.float32(0.55))),
        ("leaves", 0.02, -0.12, stage.blend(leaf, "shade", np.float32(0.18))),
        ("lit leaves", 0.035, 0.1, stage.blend(leaf, "light", np.float32(0.3))),
    ):
        kept = facing > least
        kept[:9] = kept[:9] & (least < 0)
        smaller = 1 - 6 * shift
        moved = (places + np.array([side * shift * 0.9, -shift]) * high / 0.45)[kept]
        stage.lay(name, "tree", stage.dots(moved, sizes[kept] * smaller), colour, depth=0.72, region="subject")


def _lay_grass(
    stage: Stage, name: str, foot: float, high: float, count: int, colour: str | Floats, *, after: bool = True
) -> None:
    rng = stage.chance(name)
    shapes = []
    for at in rng.uniform(-1.9, 1.9, count):
        wind = 0.25 * high * np.sin(stage.t_s * 1.1 + 4 * at)
        lean = float(rng.normal(0, 0.4) * high + wind)
        shapes.append(
            blade(float(at), max(foot, stage.bottom) + 0.01, high * float(rng.uniform(0.5, 1.5)), lean, 0.1 * high)
        )
    stage.lay(name, "plant", stage.polygon(*shapes), colour, depth=1.0, after=after)


def _tall_grass(stage: Stage) -> None:
    """The eye among the stalks: they rise from under the frame, with a sun behind them."""
    rng = stage.chance("places")
    disc = (float(rng.uniform(-0.25, 0.25)), float(rng.uniform(0.02, 0.2)), float(rng.uniform(0.16, 0.22)))
    lay_sky(stage, horizon=0.5, disc=disc)
    foot = stage.bottom + 0.02
    for row in range(4):
        near = row / 3
        tone = stage.blend(
            stage.blend("sky_low", "near", np.float32(0.35 + 0.65 * near)), "shade", np.float32(0.75 * near**1.5)
        )
        count = int((84 - 12 * row) * (0.7 + 0.6 * stage.scene.energy))
        blades, heads = [], []
        for at in rng.uniform(-1.9, 1.9, count):
            valley = min(1.0, 0.45 + abs(at - disc[0] * 0.5) * 0.9)
            high = (0.42 + 0.25 * near) * valley * float(rng.uniform(0.55, 1.15)) + stage.bottom - 0.5
            wind = 0.035 * np.sin(stage.t_s * (0.8 + 0.1 * row) + 2.5 * at + row)
            lean = float(rng.normal(0.05, 0.12)) + wind
            wide, eared = (0.008 + 0.02 * near) * float(rng.uniform(0.7, 1.3)), rng.random() < 0.4
            if abs(at) > stage.right + 0.4:
                continue
            blades.append(blade(float(at), foot, high, lean, wide))
            if eared:
                heads += _ear(float(at), foot, high * 1.1, lean, 0.03 + 0.05 * near)
        stage.lay(
            f"blades {row}",
            "plant",
            stage.polygon(*blades),
            tone,
            depth=0.3 + 0.6 * near,
            region="below" if row < 2 else "subject",
        )
        stage.lay(
            f"ears {row}",
            "plant",
            stage.polygon(*heads),
            stage.blend(tone, "accent", np.float32(0.65)),
            depth=0.3 + 0.6 * near,
            region="subject",
            after=row == 3,
        )
    _lay_seeds(stage, disc[0])
    lay_weather(stage)


def _ear(x: float, foot: float, high: float, lean: float, long: float) -> list[np.ndarray]:
    """A stalk with an ear of grain at its end, as outlines."""
    stalk = blade(x, foot, high, lean, 0.01)
    share = np.linspace(0, 1, 9)
    line = np.stack((x + lean * share**2, foot - high * (share - 0.12 * abs(lean) / max(high, 1e-6) * share**3)), 1)
    heading = line[-1] - line[-2]
    heading = heading / np.hypot(*heading)
    across = np.array([-heading[1], heading[0]])
    grains = []
    for step in range(6):
        for sign in (-1, 1):
            at = line[-1] - heading * long * (0.1 + step * 0.3)
            tip = at + heading * long * 0.42 + across * sign * long * 0.22
            bulge = at + heading * long * 0.1 + across * sign * long * 0.24
            grains.append(np.array([at, bulge, tip]))
    return [stalk, *grains]


def _lay_seeds(stage: Stage, x: float) -> None:
    rng = stage.chance("seeds")
    life = (rng.random(34) + 0.02 * stage.t_s * rng.uniform(0.5, 1.5, 34)) % 1.0
    at = x + rng.normal(0, 0.4, 34) + 0.35 * life
    y = 0.4 - 0.9 * life + 0.02 * np.sin(stage.t_s + 9 * rng.random(34))
    sizes = (0.0015 + 0.004 * rng.random(34) ** 2) * np.sin(np.pi * life)
    stage.lay(
        "seeds in the air",
        "plant",
        stage.dots(np.stack((at, y), 1), sizes),
        "light",
        depth=0.6,
        velocity=(0.01, -0.02),
        after=True,
    )


def _poppies(stage: Stage) -> None:
    rng = stage.chance("places")
    horizon = float(rng.uniform(-0.14, -0.06))
    vanish = float(rng.uniform(-0.2, 0.2))
    disc = (float(rng.uniform(-0.3, 0.3)), horizon - float(rng.uniform(0.08, 0.2)), float(rng.uniform(0.05, 0.08)))
    lay_sky(stage, horizon=horizon, disc=disc)
    far = horizon + 0.01 - 0.04 * np.abs(stage.profile("far hills", scale=0.5, octaves=2))
    lay_land(stage, "far hills", far, depth=0.2, haze=0.3, label="land")
    down = np.maximum(stage.y - horizon, 0.004)
    across = (stage.x - vanish) / down
    bend = 0.35 * np.sin(2.2 / (down + 0.25) + float(rng.uniform(0, 6)))
    wave = np.sin((across + bend) * 7.0)
    crisp = np.clip(wave * (2.5 + 14 * down) * 0.5 + 0.5, 0, 1) * np.clip(down * 14, 0, 1)
    soil, crop = stage.blend("near", "shade", np.float32(0.55)), stage.blend("near", "light", np.float32(0.22))
    field = stage.blend(stage.blend(crop, "far", 0.6 * (1 - np.clip(down * 4, 0, 1))), soil, crisp)
    stage.lay("field", "field", stage.under(np.full(stage.width_px, horizon)), field, depth=0.5)
    _lay_farm(stage, vanish, horizon)
    _lay_flowers(stage, horizon, vanish)
    lay_weather(stage)


def _lay_farm(stage: Stage, x: float, horizon: float) -> None:
    foot = horizon + 0.012
    wall = np.array([(-0.035, 0.0), (-0.035, -0.035), (0.035, -0.035), (0.035, 0.0)]) + (x, foot)
    roof = np.array([(-0.042, -0.034), (-0.025, -0.064), (0.025, -0.064), (0.042, -0.034)]) + (x, foot)
    stage.lay(
        "farm",
        "building",
        stage.polygon(wall),
        stage.blend("light", "far", np.float32(0.3)),
        depth=0.25,
        region="subject",
    )
    stage.lay("roof of the farm", "building", stage.polygon(roof), "accent", depth=0.25, region="subject")
    rng = stage.chance("poplars")
    at = np.array([-0.1, -0.075, 0.065, 0.09, 0.115, 0.3, 0.33]) + x
    heights = rng.uniform(0.06, 0.12, len(at))
    mask = np.zeros((stage.height_px, stage.width_px), np.float32)
    for place, high in zip(at, heights, strict=True):
        mask = np.maximum(mask, stage.ellipse(float(place), foot - high / 2, 0.011, high / 2))
    stage.lay("poplars", "tree", mask, stage.blend("near", "shade", np.float32(0.6)), depth=0.26, region="subject")


def _lay_flowers(stage: Stage, horizon: float, vanish: float) -> None:
    rng = stage.chance("flowers")
    count = int(420 + 500 * stage.scene.energy)
    down = 0.012 + (stage.bottom - horizon) * rng.random(count) ** 2.2
    row = np.round(rng.uniform(-14, 14, count) * 0.6) / 0.6
    places = np.stack((vanish + row * 0.75 * down * 1.2 + rng.normal(0, 0.25, count) * down, horizon + down), 1)
    places[:, 0] += 0.012 * down * np.sin(1.1 * stage.t_s + 6 * places[:, 0])
    sizes = 0.0012 + 0.045 * down * rng.uniform(0.6, 1.2, count)
    order = np.argsort(down)
    places, sizes = places[order], sizes[order]
    big = sizes > 0.008
    stems = [np.array([place, place + (0, 4 * size)]) for place, size in zip(places[big], sizes[big], strict=True)]
    stage.lay(
        "stems",
        "plant",
        stage.stroke(*stems, width=0.004),
        stage.blend("near", "shade", np.float32(0.4)),
        depth=0.8,
        after=True,
    )
    stage.lay("poppies", "plant", stage.dots(places * (1, 1), sizes), "accent", depth=0.8, region="subject")
    lit = stage.dots(places[big] + np.stack((0.2 * sizes[big], -0.3 * sizes[big]), 1), sizes[big] * 0.6)
    stage.lay(
        "light on poppies", "plant", lit, stage.blend("accent", "light", np.float32(0.3)), depth=0.8, region="subject"
    )
    stage.lay(
        "hearts of poppies",
        "plant",
        stage.dots(places[big], sizes[big] * 0.24),
        "shade",
        depth=0.81,
        region="subject",
        after=True,
    )


MEADOW = Motif(
    name="meadow",
    words=(
        "meadow",
        "field",
        "grass",
        "hill",
        "summer",
        "flower",
        "poppy",
        "grain",
        "harvest",
        "wheat",
        "farm",
        "spring",
        "green",
        "wind",
        "oak",
        "seed",
        "country",
    ),
    compositions={
        "lone_tree": Composition(_lone_tree, ("top",)),
        "tall_grass": Composition(_tall_grass, ("top",)),
        "poppies": Composition(_poppies, ("top",)),
    },
)
