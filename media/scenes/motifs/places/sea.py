"""The open sea: a wave that breaks, a path of light, stacks of rock in the surf, and a beach from above."""

from __future__ import annotations

import numpy as np

from media.scenes.birds import lay_birds
from media.scenes.curves import Points, band, placed, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.water import lay_water

_SAIL = ((-0.1, 0.0), (0.0, -1.0), (0.42, -0.06))
_JIB = ((-0.15, -0.05), (-0.05, -0.8), (-0.42, -0.05))
_HULL = ((-0.45, 0.02), (0.48, 0.02), (0.34, 0.17), (-0.33, 0.17))


def _path_of_light(stage: Stage) -> None:
    rng = stage.chance("places")
    horizon = float(rng.uniform(-0.2, -0.12))
    radius = float(rng.uniform(0.08, 0.13))
    disc = (float(rng.uniform(-0.2, 0.2)), horizon - radius * float(rng.uniform(-0.1, 0.75)), radius)
    lay_sky(stage, horizon=horizon, disc=disc)
    lay_water(stage, horizon, disc=disc, mirror=0.3)
    side = 1 if disc[0] < 0 else -1
    _lay_sail(stage, disc[0] + side * float(rng.uniform(0.03, 0.2)), float(rng.uniform(0.08, 0.2)), 0.14)
    lay_weather(stage)


def _lay_sail(stage: Stage, x: float, y: float, size: float) -> None:
    rock = 3.5 * np.sin(0.9 * stage.t_s)
    sway = x + 0.004 * stage.t_s
    shapes = [placed(shape, sway, y, size, turn_deg=rock) for shape in (_SAIL, _JIB, _HULL)]
    velocity = (0.004, 0.0)
    mirrored = [shape * (1, -0.7) + (0, y * 1.7 + 0.22 * size) for shape in shapes[:2]]
    stage.lay("mirrored sail", "water", stage.polygon(*mirrored) * 0.3, "shade", depth=0.5, velocity=velocity)
    for name, shape, colour in zip(("sail", "jib", "hull"), shapes, ("accent", "light", "shade"), strict=True):
        mask = stage.polygon(shape)
        stage.lay(name, "vessel", mask, colour, depth=0.5, region="subject", velocity=velocity)


def _great_wave(stage: Stage) -> None:
    rng = stage.chance("places")
    flip = -1.0 if rng.random() < 0.5 else 1.0
    horizon = float(rng.uniform(0.12, 0.2))
    disc = (
        flip * float(rng.uniform(0.08, 0.14)),
        horizon - float(rng.uniform(0.04, 0.16)),
        float(rng.uniform(0.06, 0.1)),
    )
    lay_sky(stage, horizon=horizon, disc=disc)
    lay_water(stage, horizon, disc=disc, rough=0.8)
    _lay_swell(stage, "far swell", 0.2, 0.03, 0.35)
    high = 0.78 + 0.34 * stage.scene.energy
    lift = 0.008 * np.sin(0.7 * stage.t_s)
    back = _turned(
        ((-2.2, 0.5), (-1.2, 0.42), (-0.75, 0.2), (-0.46, -0.1), (-0.2, -0.31), (0.03, -0.36)), flip, high, lift
    )
    lip = _turned(((0.03, -0.36), (0.2, -0.31), (0.3, -0.19), (0.31, -0.06)), flip, high, lift)
    hollow = _turned(
        (
            (0.31, -0.06),
            (0.25, -0.15),
            (0.13, -0.2),
            (0.0, -0.12),
            (-0.08, 0.04),
            (-0.02, 0.24),
            (0.2, 0.38),
            (0.7, 0.42),
            (2.2, 0.36),
        ),
        flip,
        high,
        lift,
    )
    outline = np.concatenate((back, lip[1:], hollow[1:], [(flip * 2.2, 1.3), (-flip * 2.2, 1.3)]))
    body = stage.polygon(outline)
    shades = stage.blend("water", "shade", 0.75 * stage.fade(-0.35, 0.55))
    stage.lay("wave", "water", body, shades, depth=0.7, region="subject", velocity=(0.02 * flip, 0.0))
    _lay_veins(stage, body, back, hollow, flip)
    _lay_crest(stage, back, lip, hollow, flip)
    _lay_swell(stage, "near swell", 0.43, 0.05, 1.0)
    lay_weather(stage)


def _turned(points: tuple[tuple[float, float], ...], flip: float, high: float, lift: float) -> Points:
    base = 0.45
    line = smooth(points) * (flip, high) + (-0.08 * flip, base - base * high + lift)
    return np.asarray(line, np.float64)


def _lay_veins(stage: Stage, body: np.ndarray, back: Points, hollow: Points, flip: float) -> None:
    """Lay the streaks of a wave's face, which run from its foot up into the curl."""
    rng = stage.chance("veins")
    count = len(hollow)
    inner = hollow[count // 12 : int(count * 0.78)]
    outer = back[np.linspace(len(back) - 1, int(len(back) * 0.2), len(inner)).astype(int)]
    for name, shares, colour, wide in (
        ("pale veins", (0.1, 0.28, 0.5, 0.72), "sky_low", 0.02),
        ("deep veins", (0.19, 0.39, 0.62, 0.85), "shade", 0.026),
    ):
        shapes = []
        for share in shares:
            line = inner + (outer - inner) * (share + rng.uniform(-0.03, 0.03))
            taper = np.sin(np.linspace(0.15, np.pi, len(line))) ** 0.8
            wander = 0.008 * np.sin(np.linspace(0, 9, len(line)) + stage.t_s * 1.3 + 6 * share)
            shapes.append(band(line + np.stack((wander, wander), 1), taper * wide * rng.uniform(0.6, 1.3)))
        stage.lay(
            name,
            "water",
            stage.polygon(*shapes) * body * 0.55,
            colour,
            depth=0.71,
            region="subject",
            velocity=(0.02 * flip, 0.0),
        )


def _lay_crest(stage: Stage, back: Points, lip: Points, hollow: Points, flip: float) -> None:
    """Lay the foam of a breaking crest: heaps along its edge, fingers at the lip, spray in the air."""
    rng = stage.chance("crest")
    crest = np.concatenate((back[int(len(back) * 0.62) :], lip, hollow[: len(hollow) // 9]))
    at = rng.integers(0, len(crest), 150)
    share = at / len(crest)
    sizes = (0.004 + 0.02 * rng.random(150) ** 1.5) * (0.35 + share)
    boil = 0.003 * np.sin(stage.t_s * rng.uniform(1, 3, 150) + rng.uniform(0, 6.3, 150))
    places = crest[at] + rng.normal(0, 0.006, (150, 2)) + boil[:, None]
    stage.lay("shade of the foam", "water", stage.dots(places + (0, 0.012), sizes), "far", depth=0.72, region="subject")
    stage.lay(
        "foam", "water", stage.dots(places - (0.003 * flip, 0.004), sizes * 0.9), "light", depth=0.73, region="subject"
    )
    count = int(40 + 90 * stage.scene.energy)
    begin = crest[rng.integers(len(crest) // 3, len(crest), count)]
    life = (rng.random(count) + stage.t_s * 0.25) % 1.0
    away = np.stack(
        (flip * (0.02 + 0.16 * life * rng.random(count)), -0.1 * rng.random(count) * life + 0.12 * life**2), 1
    )
    drops = (0.0012 + 0.0045 * rng.random(count) ** 2) * np.sin(np.pi * life)
    stage.lay(
        "spray",
        "water",
        stage.dots(begin + away, drops) * 0.9,
        "light",
        depth=0.8,
        velocity=(0.04 * flip, 0.0),
        after=True,
    )


def _lay_swell(stage: Stage, name: str, top: float, high: float, near: float) -> None:
    crest = top + high * stage.profile(name, scale=0.5, octaves=2, gain=0.4, shift=0.04 * stage.t_s)
    shades = stage.blend(
        stage.blend("far", "water", np.float32(near)), "shade", 0.7 * near * stage.fade(top, top + 0.25)
    )
    stage.lay(name, "water", stage.under(crest), shades, depth=0.4 + 0.4 * near, velocity=(-0.04, 0.0))
    foam = stage.between(crest - 0.002, crest + 0.012 * near * np.clip(stage.profile(f"{name} foam", scale=0.2), 0, 1))
    stage.lay(f"foam of the {name}", "water", foam, "light", depth=0.41 + 0.4 * near, velocity=(-0.04, 0.0))


def _stacks(stage: Stage) -> None:
    rng = stage.chance("places")
    horizon = float(rng.uniform(0.1, 0.18))
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (
        -side * float(rng.uniform(0.1, 0.3)),
        horizon - float(rng.uniform(0.1, 0.25)),
        float(rng.uniform(0.05, 0.08)),
    )
    lay_sky(stage, horizon=horizon, disc=disc)
    for index in range(2):
        far = (
            horizon
            - 0.02
            - (0.07 + 0.05 * index)
            * np.clip(stage.profile(f"headland {index}", scale=0.5) + side * stage.x[0] - 0.15, 0, 1)
        )
        stage.lay(
            f"headland {index}",
            "land",
            stage.between(far, np.full(stage.width_px, horizon)),
            stage.blend("sky_low", "far", np.float32(0.5 + 0.4 * index)),
            depth=0.1,
        )
    lay_water(stage, horizon, disc=disc, mirror=0.4)
    for index, (x, foot, wide, high) in enumerate(
        (
            (side * 0.02, horizon + 0.05, 0.07, 0.2),
            (side * 0.17, horizon + 0.1, 0.13, 0.42),
            (side * 0.46, horizon + 0.2, 0.24, 0.72),
            (-side * 0.25, horizon + 0.16, 0.07, 0.1),
        )
    ):
        tall = high * (0.75 + 0.4 * stage.scene.energy) * float(rng.uniform(0.9, 1.1))
        _lay_stack(stage, f"stack {index}", x + float(rng.uniform(-0.03, 0.03)), foot, wide, tall, -side)
    lay_birds(stage, side * 0.02, -0.22, count=9)
    lay_weather(stage)


def _lay_stack(stage: Stage, name: str, x: float, foot: float, wide: float, high: float, lit: float) -> None:
    rng = stage.chance(name)
    near = (foot - 0.1) / 0.35
    left = [(x - wide * (0.5 + 0.12 * rng.normal()), foot - high * share) for share in np.linspace(0, 1, 7)]
    right = [
        (x + wide * (0.5 + 0.12 * rng.normal()) * (1 - 0.25 * share), foot - high * share * 0.94)
        for share in np.linspace(1, 0, 7)
    ]
    outline = np.array([*left, *right])
    body = stage.polygon(outline)
    tone = stage.blend("far", "near", np.float32(0.35 + 0.65 * near))
    stage.lay(
        name,
        "land",
        body,
        stage.blend(tone, "shade", 0.5 * stage.fade(foot - high, foot)),
        depth=0.4 + near / 2,
        region="subject",
    )
    ridge = [(x + wide * (0.08 * lit + 0.14 * rng.normal()), foot - high * share) for share in np.linspace(0, 1.02, 9)]
    face = np.array([*ridge, (x + lit * wide, foot - high * 1.1), (x + lit * wide, foot)])
    lit_face = stage.polygon(face) * body
    stage.lay(
        f"light on {name}",
        "land",
        lit_face,
        stage.blend(tone, "light", np.float32(0.32)),
        depth=0.4 + near / 2,
        region="subject",
    )
    cap = stage.blend(tone, "accent", np.float32(0.35))
    top = foot - high * (0.9 + 0.04 * stage.profile(f"cap of {name}", scale=0.08, octaves=2))
    stage.lay(f"cap of {name}", "plant", body * (1 - stage.under(top)), cap, depth=0.4 + near / 2, region="subject")
    count = 46
    at = rng.uniform(-0.62, 0.62, count)
    surge = 0.004 * np.sin(0.9 * stage.t_s + 5 * at)
    places = np.stack(
        (x + at * wide, foot + 0.01 * near * rng.normal(size=count) + surge + 0.02 * (0.4 - at**2) * (near + 0.3)), 1
    )
    stage.lay(
        f"surf at {name}",
        "water",
        stage.dots(places, (0.003 + 0.009 * rng.random(count)) * (0.4 + near)),
        "light",
        depth=0.45 + near / 2,
    )


def _beach_from_above(stage: Stage) -> None:
    """The shore aslant from straight above: sand, surf in scallops, deepening water, one parasol."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    slope = side * float(rng.uniform(0.35, 0.7))
    shore = 0.12 * side * 0 + slope * stage.x[0] + float(rng.uniform(-0.1, 0.0))
    sand = stage.blend("light", "sky_low", np.clip(0.35 + 0.3 * stage.noise("sand", scale=0.25, octaves=5), 0, 1))
    shadeful = {"night": 0.62, "dusk": 0.25, "dawn": 0.12, "day": 0.0}[stage.scene.hour]
    stage.lay("sand", "sand", 1.0, stage.blend(sand, "shade", np.float32(shadeful)), depth=0.6)
    swash = 0.018 * np.sin(0.6 * stage.t_s)
    lines = (
        ("wet sand", 0.05, 0.0),
        ("shallows", 0.0, 1.0),
        ("water", -0.16, 0.8),
        ("deep", -0.36, 0.6),
        ("deeper", -0.6, 0.4),
    )
    for index, (name, offset, moves) in enumerate(lines):
        edge = (
            shore
            + offset
            + moves * swash * (1 if index < 3 else -0.4)
            + 0.045 * stage.profile(f"edge {index}", scale=0.22, octaves=3, gain=0.4, shift=0.01 * stage.t_s * moves)
        )
        mask = 1 - stage.under(edge)
        if index == 0:
            stage.lay(name, "sand", mask * 0.5, stage.blend(sand, "near", np.float32(0.5)), depth=0.6)
            continue
        tone = stage.blend(
            stage.blend("sky_low", "water", np.float32((0.35, 0.75, 1.0, 1.0)[index - 1])),
            "shade",
            np.float32((0, 0.0, 0.1, 0.4)[index - 1]),
        )
        stage.lay(name, "water", mask, tone, depth=0.5, region="above", velocity=(0.0, 0.01 * moves))
        if index < 4:
            thick = 0.012 + 0.03 * np.clip(stage.profile(f"foam {index}", scale=0.16, octaves=3), 0, 1)
            lace = np.clip(stage.noise(f"lace {index}", scale=0.05, octaves=3) * 3 + 1.4 - 0.5 * index, 0, 1)
            stage.lay(
                f"foam {index}",
                "water",
                stage.between(edge - thick * (1.4 - 0.2 * index), edge) * lace,
                "light",
                depth=0.55,
                velocity=(0.0, 0.01 * moves),
            )
    x, y = side * float(rng.uniform(-0.3, -0.16)), float(rng.uniform(0.22, 0.3))
    y = max(y, x * slope + 0.24)
    lie = placed(
        np.array([(-0.3, -0.9), (0.3, -0.9), (0.3, 0.9), (-0.3, 0.9)]), x + 0.13, y + 0.03, 0.07, turn_deg=20 * side
    )
    stage.lay("shadow", "sand", stage.ellipse(x + 0.03, y + 0.035, 0.085, 0.075) * 0.4, "shade", depth=0.7)
    stage.lay("towel", "thing", stage.polygon(lie), "water", depth=0.7, region="subject")
    turn = np.deg2rad(np.arange(8) * 45 + 10)
    points = np.stack((x + 0.08 * np.cos(turn), y + 0.08 * np.sin(turn)), 1)
    stage.lay("parasol", "thing", stage.polygon(points), "accent", depth=0.8, region="subject")
    wedges = [np.array([(x, y), points[at], points[at + 1]]) for at in range(0, 8, 2)]
    stage.lay("stripes of the parasol", "thing", stage.polygon(*wedges), "light", depth=0.8, region="subject")
    lay_weather(stage)


SEA = Motif(
    name="sea",
    words=(
        "sea",
        "ocean",
        "wave",
        "tide",
        "water",
        "salt",
        "shore",
        "deep",
        "drown",
        "swim",
        "blue",
        "beach",
        "surf",
        "sail",
        "foam",
        "current",
        "swell",
    ),
    compositions={
        "path_of_light": Composition(_path_of_light, ("top", "bottom")),
        "great_wave": Composition(_great_wave, ("top",)),
        "stacks": Composition(_stacks, ("top", "left")),
        "beach_from_above": Composition(_beach_from_above, ("top", "bottom")),
    },
)
