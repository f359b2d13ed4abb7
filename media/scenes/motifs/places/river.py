"""The river: its bends from high up, under the arches of a bridge, and over a fall."""

from __future__ import annotations

import numpy as np

from media.scenes.birds import lay_birds
from media.scenes.buildings import lamps_lit
from media.scenes.curves import Points, arc, rectangle
from media.scenes.figures import lay_walker
from media.scenes.land import lay_land, lay_peak
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.trees import conifer, crown
from media.scenes.water import lay_water


def _meander(stage: Stage) -> None:
    """A plain of fields to a high horizon; the river winds through them and holds the light of the sky."""
    rng = stage.chance("places")
    horizon = float(rng.uniform(-0.3, -0.24))
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (side * float(rng.uniform(0.0, 0.25)), horizon - 0.03, float(rng.uniform(0.05, 0.08)))
    lay_sky(stage, horizon=horizon, disc=disc)
    far = horizon - 0.025 - 0.03 * stage.profile("far hills", scale=0.5, octaves=3)
    lay_land(stage, "far hills", far, depth=0.1, haze=0.4)
    _lay_fields(stage, horizon)
    bends = 5 + round(2 * stage.scene.energy)
    away = np.linspace(0, 1, 12 * bends)
    down = (stage.bottom + 0.25 - horizon) * away**2.1
    swing = side * np.sin(away**0.75 * np.pi * bends + float(rng.uniform(-0.5, 0.5))) * (0.02 + 0.62 * down)
    line = np.stack((disc[0] * (1 - away) ** 2 + swing, horizon + 0.006 + down), 1)
    turned = np.abs(np.gradient(line[:, 0])) / (np.abs(np.gradient(line[:, 1])) + 1e-6)
    wide = (0.004 + 0.24 * down) * (0.6 + 0.4 / (1 + turned))
    bank = stage.polygon(_ribbon(line, wide * 1.22))
    stage.lay("banks", "land", bank, stage.blend("near", "shade", np.float32(0.55)), depth=0.5)
    water = stage.polygon(_ribbon(line, wide))
    shine = np.exp(-(((stage.x - disc[0]) / (0.1 + 0.5 * (stage.y - horizon))) ** 2)) * (1 - stage.fade(horizon, 0.4))
    glint = stage.field(
        "glints", stage.x[0] * 5, np.log(np.maximum(stage.y[:, 0] - horizon, 0.003)) * 9 - 0.7 * stage.t_s, octaves=2
    )
    colours = stage.blend(
        stage.blend("sky_low", "water", 0.75 * stage.fade(horizon, 0.5)),
        "light",
        np.clip(0.8 * shine + 0.12 * glint, 0, 1),
    )
    stage.lay("river", "water", water, colours, depth=0.55, region="subject", velocity=(0.0, 0.02))
    _lay_copses(stage, horizon, line, wide)
    lay_birds(stage, -0.1 * side, horizon + 0.2, count=7, spread=0.08, size=0.02)
    lay_weather(stage)


def _ribbon(line: Points, wide: np.ndarray) -> Points:
    """A river lies flat: it is as wide across the picture as it is, and thin where it runs sideways."""
    half = np.stack((wide / 2, np.zeros(len(wide))), 1)
    thick = np.stack((np.zeros(len(wide)), wide * 0.12), 1)
    return np.asarray(np.concatenate((line - half - thick, (line + half + thick)[::-1])), np.float64)


def _lay_fields(stage: Stage, horizon: float) -> None:
    """Lay fields in the perspective of the plain, each of a shade of its own."""
    rng = stage.chance("fields")
    down = np.maximum(stage.y - horizon, 0.004)
    across = (stage.x / (down + 0.06)) * 0.9 + 0.4 * np.sin(3 / (down + 0.3))
    along = np.log(down + 0.05) * 3.2
    cell = (np.floor(across + 0.35 * np.floor(along)) * 7 + np.floor(along) * 13).astype(np.int64) % 31
    shades = rng.uniform(0, 1, 31).astype(np.float32)[cell]
    ploughed = 0.1 * np.sin(across * 40) * np.clip(down * 3, 0, 1) * (shades > 0.6)
    green = stage.blend("near", "light", 0.32 * shades + ploughed)
    warm = stage.blend(green, "accent", 0.3 * (shades > 0.8) + 0.12 * (shades < 0.15))
    air = stage.blend(warm, "far", 0.75 * (1 - stage.fade(horizon, horizon + 0.4)))
    colours = stage.blend(air, "shade", 0.1 + 0.35 * stage.fade(0.0, 0.6))
    stage.lay("fields", "field", stage.under(np.full(stage.width_px, horizon)), colours, depth=0.4)


def _lay_copses(stage: Stage, horizon: float, line: Points, wide: np.ndarray) -> None:
    rng = stage.chance("copses")
    count = 150
    down = 0.02 + 0.75 * rng.random(count) ** 1.6
    x = rng.uniform(-1.9, 1.9, count)
    y = horizon + down
    from_river = np.abs(x - np.interp(y, line[:, 1], line[:, 0])) - np.interp(y, line[:, 1], wide) * 0.75
    keep = from_river > 0.01 + 0.05 * down
    x, y, down = x[keep], y[keep], down[keep]
    x = np.round(x / (0.2 * down + 0.02)) * (0.2 * down + 0.02) + rng.normal(0, 0.02, len(x)) * down
    sizes = (0.003 + 0.042 * down) * rng.uniform(0.6, 1.2, len(x))
    places = np.stack((x, y), 1)
    stage.lay(
        "shadows of copses",
        "field",
        stage.dots(places + np.stack((sizes * 0.8, sizes * 0.5), 1), sizes * 0.8) * 0.4,
        "shade",
        depth=0.55,
    )
    stage.lay("copses", "tree", stage.dots(places, sizes), stage.blend("near", "shade", np.float32(0.5)), depth=0.56)
    stage.lay(
        "light on copses",
        "tree",
        stage.dots(places - np.stack((sizes * 0.25, sizes * 0.35), 1), sizes * 0.6),
        stage.blend("near", "light", np.float32(0.18)),
        depth=0.56,
    )


def _bridge(stage: Stage) -> None:
    """A stone bridge square on; its arches and their mirror images make rings."""
    rng = stage.chance("places")
    water = float(rng.uniform(0.12, 0.17))
    disc = (float(rng.uniform(-0.3, 0.3)), water - float(rng.uniform(0.32, 0.4)), float(rng.uniform(0.05, 0.09)))
    lay_sky(stage, horizon=water, disc=disc)
    for row in range(2):
        banks = water - 0.1 + 0.05 * row - 0.06 * stage.profile(f"bank {row}", scale=0.35, octaves=4)
        lay_land(stage, f"bank {row}", banks, depth=0.15 + 0.2 * row, haze=0.7, label="land")
    spans = 3 + round(stage.scene.energy)
    wide = float(rng.uniform(0.34, 0.4)) * 3 / spans
    shift = wide / 2 if spans % 2 == 0 else 0.0
    crown_y = water - 0.5 * wide * 1.02
    deck = crown_y - 0.06
    _lay_stones(stage, water, deck, wide, shift)
    _lay_parapet(stage, deck, wide, shift)
    pace = float(rng.uniform(-0.2, 0.2)) + 0.02 * stage.t_s
    walk = ((pace + 0.6) % 1.2) - 0.6
    lay_walker(stage, walk, float(_deck_at(walk, deck)) - 0.012, 0.075)
    lay_water(stage, water, mirror=1.0, rough=0.12 + 0.3 * stage.scene.energy)
    lay_weather(stage)


def _deck_at(x: float | Floats, deck: float) -> float | Floats:
    return deck + 0.05 * x * x


def _lay_stones(stage: Stage, water: float, deck: float, wide: float, shift: float) -> None:
    rng = stage.chance("stones")
    top = np.asarray(_deck_at(stage.x[0], deck), np.float32)
    wall = stage.between(top, np.full(stage.width_px, water + 0.002))
    holes, rings, insides = [], [], []
    for index in range(-6, 7):
        x = index * wide + shift
        if abs(x) > 2:
            continue
        half = wide * 0.41
        opening = np.concatenate(
            (arc(x, water, half, half, 180, 360, steps=30), [(x + half, water + 0.02), (x - half, water + 0.02)])
        )
        holes.append(opening)
        rings.append(arc(x, water, half + 0.011, half + 0.011, 180, 360, steps=30))
        insides.append(
            np.concatenate(
                (arc(x, water, half, half, 200, 290, steps=16), arc(x + 0.03, water, half, half, 290, 200, steps=16))
            )
        )
    stone = stage.blend(stage.blend("far", "accent", np.float32(0.25)), "near", np.float32(0.35))
    hole = stage.polygon(*holes)
    shades = stage.blend(stage.blend(stone, "light", np.float32(0.2)), "shade", 0.15 + 0.35 * stage.fade(deck, water))
    stage.lay("bridge", "building", wall * (1 - hole), shades, depth=0.5, region="subject")
    courses = [
        rectangle(x, y, x + 0.045, y + 0.016)
        for x, y in zip(rng.uniform(-1.9, 1.9, 90), np.round(rng.uniform(deck, water, 90) / 0.02) * 0.02, strict=True)
    ]
    stage.lay(
        "courses",
        "building",
        stage.polygon(*courses) * wall * (1 - hole) * 0.35,
        stage.blend(stone, "shade", np.float32(0.6)),
        depth=0.5,
        region="subject",
        after=True,
    )
    stage.lay(
        "vaults",
        "building",
        stage.polygon(*insides) * hole,
        stage.blend(stone, "shade", np.float32(0.7)),
        depth=0.49,
        region="subject",
    )
    stage.lay(
        "arch stones",
        "building",
        stage.stroke(*rings, width=0.02) * wall,
        stage.blend(stone, "light", np.float32(0.4)),
        depth=0.51,
        region="subject",
    )


def _lay_parapet(stage: Stage, deck: float, wide: float, shift: float) -> None:
    x = stage.x[0]
    top = np.asarray(_deck_at(x, deck), np.float32)
    rail = stage.between(top - 0.028, top + 0.006)
    stage.lay(
        "parapet",
        "building",
        rail,
        stage.blend(stage.blend("far", "light", np.float32(0.35)), "shade", np.float32(0.25)),
        depth=0.52,
        region="subject",
    )
    posts, heads = [], []
    for index in range(-6, 6):
        at = (index + 0.5) * wide + shift
        y = float(_deck_at(at, deck))
        posts.append(np.array([(at, y), (at, y - 0.1)]))
        heads.append((at, y - 0.105))
    stage.lay("lamp posts", "thing", stage.stroke(*posts, width=0.007), "shade", depth=0.53, region="subject")
    if lamps_lit(stage):
        halo = np.zeros((stage.height_px, stage.width_px), np.float32)
        for at, y in heads:
            if abs(at) < stage.right + 0.1:
                halo = np.maximum(halo, stage.glow(at, y, 0.05, power=1.1))
        stage.lay("halos", "disc", halo * 0.7, "light", depth=0.53, region="above", after=True)
    stage.lay(
        "lamps",
        "disc",
        stage.dots(heads, 0.011),
        "light" if lamps_lit(stage) else "sky_low",
        depth=0.54,
        region="subject",
    )


def _fall(stage: Stage) -> None:
    """A white fall between dark walls, as tall as the frame nearly; somebody stands at the pool."""
    rng = stage.chance("places")
    x, lip, pool = float(rng.uniform(-0.1, 0.1)), float(rng.uniform(-0.3, -0.24)), float(rng.uniform(0.22, 0.27))
    wide = 0.07 + 0.05 * stage.scene.energy
    lay_sky(stage, horizon=0.0)
    lay_peak(stage, "peak", x + 0.12, -0.42, 0.0, 0.4, lit_from=-0.5, depth=0.1, snow=0.4)
    plateau = (
        lip - 0.03 * stage.profile("plateau", scale=0.3, octaves=3) + 0.02 * np.exp(-(((stage.x[0] - x) / wide) ** 2))
    )
    rock = stage.blend("near", "shade", np.float32(0.35))
    _lay_walls(stage, "back wall", plateau, rock, 0.4)
    _lay_pines(stage, "pines", plateau, x, wide)
    _lay_veil(stage, x, lip, pool, wide)
    for hand in (-1.0, 1.0):
        run = hand * (stage.x[0] - x)
        cliff = np.where(
            run > wide * 1.2, lip - 0.06 - 0.45 * np.clip(run - wide * 1.2, 0, 1) ** 0.7, 5.0
        ) + 0.08 * np.clip(1.6 * wide - run, -1, 1) * 10 * (run < wide * 1.6)
        _lay_walls(
            stage,
            f"wall {hand:+.0f}",
            cliff.astype(np.float32) - 0.03 * stage.profile(f"wall {hand}", scale=0.2, octaves=4),
            stage.blend("near", "shade", np.float32(0.65)),
            0.6,
        )
    lay_water(stage, pool, mirror=0.85, rough=0.5)
    _lay_spray(stage, x, pool, wide)
    shore = (
        pool
        + 0.16
        - 0.12 * np.clip(np.abs(stage.x[0] - x) - 0.15, 0, 1)
        - 0.02 * stage.profile("shore", scale=0.25, octaves=3)
    )
    stage.lay(
        "shore", "land", stage.under(shore), stage.blend("near", "shade", 0.6 + 0.4 * stage.fade(pool, 0.6)), depth=0.9
    )
    at = x + float(rng.choice((-0.17, 0.17)))
    lay_walker(stage, at, float(np.interp(at, stage.x[0], shore)) + 0.006, 0.11, walking=False)
    lay_weather(stage)


def _lay_walls(stage: Stage, name: str, line: Floats, rock: Floats, depth: float) -> None:
    body = stage.under(line)
    weave = 0.05 * stage.noise(f"{name} weave", scale=0.16, octaves=2)
    columns = stage.field(f"{name} columns", stage.x[0] * 9, stage.y[:, 0] * 2.2, octaves=3, gain=0.6)
    seams = np.clip(columns * 4 + 30 * weave * np.abs(columns) + 0.3, 0, 1)
    lit = stage.blend(rock, "light", np.float32(0.2))
    stage.lay(
        name,
        "mountain",
        body,
        stage.blend(stage.blend(rock, lit, seams), "shade", 0.5 * stage.fade(-0.2, 0.4)),
        depth=depth,
    )


def _lay_pines(stage: Stage, name: str, line: Floats, x: float, wide: float) -> None:
    rng = stage.chance(name)
    at = rng.uniform(-1.9, 1.9, 70)
    at = at[np.abs(at - x) > wide * 1.4]
    shapes = [
        conifer(float(a), float(np.interp(a, stage.x[0], line)) + 0.01, float(rng.uniform(0.05, 0.12)), rng) for a in at
    ]
    stage.lay(name, "tree", stage.polygon(*shapes), stage.blend("near", "shade", np.float32(0.5)), depth=0.42)


def _lay_veil(stage: Stage, x: float, lip: float, pool: float, wide: float) -> None:
    down = np.clip((stage.y - lip) / (pool - lip), 0, 1)
    half = wide * (0.75 + 0.45 * down + 0.06 * stage.profile("veil edge", scale=0.1, octaves=2)[None, :])
    inside = (
        np.clip((half - np.abs(stage.x - x)) * 40, 0, 1)
        * np.clip((stage.y - lip) * stage.unit_px + 0.5, 0, 1)
        * np.clip((pool + 0.03 - stage.y) * 30, 0, 1)
    )
    strands = stage.field("strands", (stage.x[0] - x) * 26, stage.y[:, 0] * 1.6 - 0.9 * stage.t_s, octaves=3, gain=0.6)
    shades = stage.blend(
        stage.blend("light", "#ffffff", np.float32(0.4)), "water", np.clip(0.25 - 0.65 * strands, 0, 0.75)
    )
    dim = 0.35 if stage.scene.hour == "night" else 0.0
    stage.lay(
        "fall",
        "water",
        inside,
        stage.blend(shades, "far", np.float32(dim)),
        depth=0.5,
        region="subject",
        velocity=(0.0, 0.5),
    )


def _lay_spray(stage: Stage, x: float, pool: float, wide: float) -> None:
    rng = stage.chance("spray")
    count = 46
    puff = (rng.random(count) + 0.12 * stage.t_s) % 1.0
    places = np.stack(
        (x + rng.normal(0, 1.1, count) * wide * (1 + puff), pool + 0.022 - 0.06 * puff * rng.random(count)), 1
    )
    mask = stage.dots(places, (0.01 + 0.02 * rng.random(count)) * (0.5 + puff))
    stage.lay("spray", "water", mask * 0.22, "light", depth=0.7, region="above", velocity=(0.0, -0.02))
    rings = [
        stage.ellipse(x, pool + 0.02 + 0.035 * at, wide * (1.3 + 1.1 * at), 0.012 + 0.014 * at)
        for at in ((np.arange(4) + (0.3 * stage.t_s) % 1.0) / 1.2)
    ]
    foam = np.zeros_like(mask)
    for index, ring in enumerate(rings):
        foam = np.maximum(foam, ring * 0.28 * (1 - index / 5))
    stage.lay("foam", "water", foam, "light", depth=0.7)
    puffs, sizes = crown(x, pool + 0.015, wide * 1.9, 0.05, rng, leaves=60)
    stage.lay("boil", "water", stage.dots(puffs, sizes * 0.7) * 0.8, "light", depth=0.71, region="subject")


RIVER = Motif(
    name="river",
    words=(
        "river",
        "stream",
        "flow",
        "bridge",
        "bank",
        "waterfall",
        "fall",
        "brook",
        "current",
        "bend",
        "valley",
        "cross",
        "arch",
        "cascade",
        "delta",
        "creek",
        "source",
        "wash",
    ),
    compositions={
        "meander": Composition(_meander, ("bottom", "top")),
        "bridge": Composition(_bridge, ("top", "bottom")),
        "waterfall": Composition(_fall, ("bottom", "top")),
    },
)
