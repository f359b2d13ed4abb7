"""The desert: dunes with sharp crests, mesas that stand alone, a caravan under a great disc."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage


def _sand(stage: Stage, near: float) -> tuple[Floats, Floats]:
    """The lit and the shaded colour of sand so far away."""
    warm = stage.blend("accent", "light", np.float32(0.55))
    lit = stage.blend("sky_low", warm, np.float32(0.4 + 0.5 * near))
    dark = stage.blend(stage.blend("far", "accent", np.float32(0.3)), "shade", np.float32(0.15 + 0.4 * near))
    if stage.scene.hour == "night":
        lit = stage.blend("far", "light", np.float32(0.22 + 0.1 * near))
        dark = stage.blend("far", "near", np.float32(0.4 + 0.6 * near))
    return lit, dark


def _dunes(stage: Stage) -> None:
    """Great dunes; each crest is a curve that parts sunlit sand from shade all the way to its foot."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (side * float(rng.uniform(0.1, 0.32)), float(rng.uniform(-0.34, -0.2)), float(rng.uniform(0.04, 0.08)))
    lay_sky(stage, horizon=0.1, disc=disc)
    steep = 0.75 + 0.5 * stage.scene.energy
    rows = 4
    for row in range(rows):
        near = row / (rows - 1)
        top = (-0.12, -0.02, 0.05, 0.26)[row]
        x = (-side * 0.25, side * 0.36, -side * 0.05, side * 0.3)[row] + float(rng.uniform(-0.1, 0.1))
        _lay_dune(stage, f"dune {row}", x, top, near, side, steep * (0.45, 0.5, 0.62, 0.5)[row])
    _lay_blown_sand(stage, side)
    lay_weather(stage)


def _lay_dune(stage: Stage, name: str, x: float, top: float, near: float, lit: float, steep: float) -> None:
    rng = stage.chance(name)
    away = stage.x[0] - x
    wide = 0.5 + 0.25 * near
    fall = wide * (1 - np.exp(-((np.abs(away) / wide) ** 1.25)))
    other = np.where(away * lit > 0, 0.75, 1.15)
    line = top + steep * fall * other + 0.01 * stage.profile(name, scale=0.3, octaves=2)
    bright, dark = _sand(stage, near)
    body = stage.under(line)
    ripple = stage.field(f"{name} ripples", stage.x[0] * 5, stage.y[:, 0] * (60 - 25 * near), octaves=2)
    shine = np.clip(0.2 * ripple * near + 0.25 * stage.fade(top, top + 0.5), 0, 1)
    stage.lay(
        name,
        "sand",
        body,
        stage.blend(bright, dark, shine),
        depth=0.2 + 0.7 * near,
        region="subject" if near > 0.5 else "below",
    )
    down = np.linspace(0, 1.2, 9)
    weave = 0.1 * np.sin(down * float(rng.uniform(3.5, 5.0)) + float(rng.uniform(-0.4, 0.4))) * np.clip(down * 3, 0, 1)
    edge = smooth(np.stack((x + lit * (0.16 * down + weave), top + down), 1))
    shade_side = np.concatenate((edge, [(x - lit * 3, 1.4), (x - lit * 3, top - 0.1), (x, top - 0.1)]))
    shade = stage.polygon(shade_side) * body
    deep = stage.blend(dark, "shade", 0.35 * (1 - stage.fade(top, top + 0.5)) * (0.4 + 0.6 * near))
    stage.lay(
        f"shade of {name}", "sand", shade, deep, depth=0.2 + 0.7 * near, region="subject" if near > 0.5 else "below"
    )


def _lay_blown_sand(stage: Stage, lit: float) -> None:
    rng = stage.chance("blown sand")
    count = 60
    life = (rng.random(count) + stage.t_s * 0.12 * rng.uniform(0.6, 1.4, count)) % 1.0
    y = rng.normal(0.12, 0.1, count)
    x = rng.uniform(-1.9, 1.9, count) + lit * 0.25 * life
    lines = [np.array([(a, b), (a + lit * 0.03, b - 0.004)]) for a, b in zip(x, y, strict=True)]
    stage.lay(
        "blown sand",
        "sand",
        stage.stroke(*lines, width=0.0016) * 0.35,
        "light",
        depth=0.7,
        velocity=(0.03 * lit, 0.0),
        after=True,
    )


def _mesas(stage: Stage) -> None:
    rng = stage.chance("places")
    ground = float(rng.uniform(0.2, 0.28))
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (-side * float(rng.uniform(0.0, 0.25)), ground - float(rng.uniform(0.1, 0.3)), float(rng.uniform(0.1, 0.16)))
    lay_sky(stage, horizon=ground, disc=disc)
    stones = (
        (side * -0.62, 0.2, 0.2, 0.05),
        (side * -0.28, 0.12, 0.13, 0.15),
        (side * 0.02, 0.17, 0.28, 0.3),
        (side * 0.3, 0.3, 0.42 + 0.12 * stage.scene.energy, 0.62),
        (side * 0.78, 0.3, 0.3, 0.5),
    )
    for index, (x, wide, high, depth) in enumerate(stones):
        _lay_mesa(
            stage,
            f"mesa {index}",
            x + float(rng.uniform(-0.04, 0.04)),
            ground + 0.05 * depth,
            wide,
            high,
            disc[0],
            depth,
        )
    bright, dark = _sand(stage, 1.0)
    floor = ground + 0.012 - 0.012 * stage.profile("floor", scale=0.4, octaves=3)
    stage.lay(
        "floor",
        "sand",
        stage.under(floor),
        stage.blend(stage.blend(bright, dark, np.float32(0.4)), "shade", 0.55 * stage.fade(ground, 0.6)),
        depth=0.75,
    )
    _lay_road(stage, side * 0.02, ground + 0.015)
    _lay_cacti(stage, -side)
    lay_weather(stage)


def _lay_mesa(
    stage: Stage, name: str, x: float, foot: float, wide: float, high: float, lit_from: float, depth: float
) -> None:
    rng = stage.chance(name)
    heights = np.array([0, 0.18, 0.34, 0.4, 0.7, 0.74, 1.0])
    spread = np.array([1.35, 0.95, 0.72, 0.62, 0.56, 0.5, 0.46]) * wide
    left = np.stack((x - spread * rng.uniform(0.92, 1.06, 7), foot - heights * high), 1)
    right = np.stack((x + spread * rng.uniform(0.92, 1.06, 7), foot - heights * high), 1)
    body = stage.polygon(np.concatenate((left, right[::-1])))
    bright, dark = _sand(stage, depth)
    rock = stage.blend(stage.blend("far", "near", np.float32(depth)), "accent", np.float32(0.35 * depth + 0.1))
    air = stage.blend(rock, "sky_low", 0.5 * (1 - depth) * stage.fade(foot - high, foot))
    layers = np.sin((stage.y - foot) / high * 34 + 2 * stage.profile(f"{name} bent", scale=0.2, octaves=2)[None, :])
    strata = stage.blend(air, "shade", 0.22 * depth * np.clip(layers * 2, 0, 1))
    stage.lay(name, "mountain", body, strata, depth=depth, region="subject")
    side = float(np.sign(lit_from - x)) or 1.0
    cracks = stage.profile(f"{name} cracks", scale=0.09, octaves=3, gain=0.6)
    edge = x + side * wide * 0.1 + 0.05 * stage.noise(f"{name} edge", scale=0.1, octaves=3)
    lit = (
        np.clip((stage.x - edge) * side * stage.unit_px * 0.4 + 0.5, 0, 1) * np.clip(cracks * 3 + 1.2, 0.25, 1)[None, :]
    )
    stage.lay(
        f"light on {name}",
        "mountain",
        body * lit * (0.6 if stage.scene.hour != "night" else 0.3),
        bright,
        depth=depth,
        region="subject",
    )


def _lay_road(stage: Stage, x: float, top: float) -> None:
    low = stage.bottom + 0.02
    grow = (low - top) * 0.5
    shape = np.array([(x - 0.004, top), (x + 0.004, top), (x + grow, low), (x - grow, low)])
    stage.lay("road", "road", stage.polygon(shape), stage.blend("shade", "far", np.float32(0.35)), depth=0.8)
    dashes = []
    for step in range(9):
        share, end = ((step + at) / 9 for at in (0.0, 0.5))
        y, until = top + (low - top) * share**2, top + (low - top) * end**2
        wide, ends = 0.001 + grow * 0.045 * share**2, 0.001 + grow * 0.045 * end**2
        dashes.append(np.array([(x - wide, y), (x + wide, y), (x + ends, until), (x - ends, until)]))
    stage.lay("dashes", "road", stage.polygon(*dashes), "light", depth=0.81, after=True)


def _lay_cacti(stage: Stage, side: float) -> None:
    rng = stage.chance("cacti")
    paths: list[Points] = []
    widths: list[float] = []
    for x, foot, high in (
        (side * 0.4, 0.46, 0.24),
        (side * 0.29, 0.36, 0.09),
        (-side * 0.42, 0.4, 0.13),
        (-side * 0.2, 0.31, 0.05),
        (side * 0.9, 0.44, 0.2),
        (-side * 0.8, 0.44, 0.16),
    ):
        paths.append(np.array([(x, foot), (x, foot - high)]))
        widths.append(0.13 * high)
        for sign, start in ((-1, 0.35), (1, 0.48)):
            reach, rise = 0.24 * high, high * float(rng.uniform(0.25, 0.4))
            arm = [
                (x, foot - start * high),
                (x + sign * reach * 0.8, foot - start * high - 0.01),
                (x + sign * reach, foot - start * high - 0.25 * rise),
                (x + sign * reach, foot - start * high - rise),
            ]
            paths.append(smooth(arm, steps=5))
            widths.append(0.1 * high)
    stage.lay(
        "cacti",
        "plant",
        stage.stroke(*paths, width=widths),
        stage.blend("near", "shade", np.float32(0.7)),
        depth=0.9,
        region="subject",
    )


def _caravan(stage: Stage) -> None:
    """A line of camels on one long crest, before a disc as wide as the crest is calm."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    crest = float(rng.uniform(0.14, 0.2))
    radius = float(rng.uniform(0.2, 0.27))
    disc = (side * float(rng.uniform(-0.08, 0.12)), crest - radius * float(rng.uniform(0.5, 0.95)), radius)
    lay_sky(stage, horizon=crest + 0.1, disc=disc)
    bright, dark = _sand(stage, 0.2)
    back = crest + 0.02 - 0.05 * stage.profile("back", scale=0.6, octaves=2)
    stage.lay("far dunes", "sand", stage.under(back), stage.blend(bright, dark, np.float32(0.6)), depth=0.3)
    slope = crest + 0.05 * side * stage.x[0] + 0.025 * stage.profile("crest", scale=0.7, octaves=1)
    bright, dark = _sand(stage, 1.0)
    colours = stage.blend(stage.blend(dark, "shade", np.float32(0.45)), "shade", stage.fade(crest, 0.55) * 0.6)
    stage.lay("crest", "sand", stage.under(slope), colours, depth=0.7)
    edge = stage.between(slope, slope + 0.006)
    stage.lay("light on the crest", "sand", edge * 0.7, bright, depth=0.7)
    pace = 0.006 * stage.t_s
    count = 4 + round(3 * stage.scene.energy)
    for index in range(count):
        x = side * (0.36 - 0.115 * index) + side * pace
        foot = float(np.interp(x, stage.x[0], slope)) + 0.004
        _lay_camel(stage, f"camel {index}", x, foot, 0.085, side, 5 * stage.t_s + 1.7 * index, rider=index % 2 == 0)
    for row in range(2):
        top = crest + 0.13 + 0.12 * row
        line = (
            top
            - (0.06 * (-side if row else side)) * stage.x[0] * 2
            - 0.03 * stage.profile(f"front {row}", scale=0.6, octaves=1)
        )
        stage.lay(
            f"front {row}",
            "sand",
            stage.under(line),
            stage.blend(colours, "shade", np.float32(0.3 + 0.35 * row)),
            depth=0.8 + 0.1 * row,
        )
    lay_weather(stage)


_CAMEL = (
    (-0.5, -0.62),
    (-0.42, -0.76),
    (-0.3, -0.8),
    (-0.2, -0.98),
    (-0.08, -1.0),
    (0.02, -0.82),
    (0.18, -0.78),
    (0.3, -0.72),
    (0.42, -0.8),
    (0.5, -1.02),
    (0.54, -1.16),
    (0.66, -1.18),
    (0.76, -1.1),
    (0.74, -1.05),
    (0.62, -1.04),
    (0.58, -0.86),
    (0.48, -0.62),
    (0.34, -0.5),
    (0.0, -0.46),
    (-0.34, -0.48),
)


def _lay_camel(
    stage: Stage, name: str, x: float, foot: float, size: float, side: float, step: float, *, rider: bool
) -> None:
    flip = side < 0
    bob = 0.01 * size * np.sin(2 * step)
    body = placed(smooth(_CAMEL, steps=4, closed=True), x, foot + bob, size, flip=flip)
    legs = []
    for index, at in enumerate((-0.36, -0.26, 0.24, 0.34)):
        swing = 0.1 * np.sin(step + index * 2.2)
        legs.append(placed([(at, -0.5), (at + 0.4 * swing, -0.26), (at + swing, 0.0)], x, foot, size, flip=flip))
    mask = np.maximum(stage.polygon(body), stage.stroke(*legs, width=0.075 * size))
    velocity = (0.006 * side, 0.0)
    stage.lay(name, "animal", mask, "shade", depth=0.72, region="subject", velocity=velocity)
    if rider:
        cloak = placed(
            [(-0.24, -0.86), (-0.12, -1.3), (-0.02, -1.38), (0.06, -1.28), (0.1, -0.84)], x, foot + bob, size, flip=flip
        )
        stage.lay(
            f"rider of {name}",
            "figure",
            stage.polygon(cloak),
            "accent",
            depth=0.72,
            region="subject",
            velocity=velocity,
        )


DESERT = Motif(
    name="desert",
    words=(
        "desert",
        "dune",
        "sand",
        "heat",
        "dust",
        "thirst",
        "drought",
        "camel",
        "mirage",
        "dry",
        "burn",
        "canyon",
        "wander",
        "nomad",
        "empty",
        "cactus",
    ),
    compositions={
        "dunes": Composition(_dunes, ("top",)),
        "mesas": Composition(_mesas, ("top",)),
        "caravan": Composition(_caravan, ("bottom", "top")),
    },
    weathers=("clear", "cloudy", "mist", "storm"),
)
