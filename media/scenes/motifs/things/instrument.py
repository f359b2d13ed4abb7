"""Instruments: keys that run off into the distance, a guitar so near that the frame cuts it, a record from above."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, arc, placed, rectangle, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored
from media.scenes.sky import lay_sky
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, shines, side_light

_BLACK_AFTER = (0, 1, 3, 4, 5)
"""White keys of an octave, from C, that a black key follows."""


def _keys(stage: Stage) -> None:
    """A keyboard in perspective that leads to the horizon like a road."""
    rng = stage.chance("places")
    horizon = float(rng.uniform(-0.16, -0.08))
    side = 1 if rng.random() < 0.5 else -1
    lay_sky(stage, horizon=horizon, disc=(side * 0.1, horizon - 0.04, 0.15))
    stage.lay(
        "dark",
        "thing",
        stage.under(np.full(stage.width_px, horizon)),
        ramp(stage, 0.3 + 1.2 * (stage.y - horizon), "near", "shade"),
        depth=0.2,
    )

    def seen(across: float, along: float) -> tuple[float, float]:
        scale = 1.0 / along
        return side * (0.1 + (across - 0.5) * 1.5 * scale - 0.12 * scale), horizon + 0.62 * scale

    def quad(left: float, right: float, near: float, far: float) -> Points:
        return np.array([seen(left, near), seen(right, near), seen(right, far), seen(left, far)])

    pitch, count = 0.24, 46
    whites: dict[int, list[Points]] = {0: [], 1: []}
    gaps, blacks, sides, fronts = [], [], [], []
    pressed = int(2 * stage.t_s + rng.integers(3, 7)) % 7 + 2
    for key in range(count):
        near, far = 0.55 + pitch * key, 0.55 + pitch * (key + 1)
        whites[int(key == pressed)].append(quad(0.0, 1.0, near, far))
        gaps.append(quad(0.0, 1.0, far - 0.012 * (1 + 0.1 * key), far))
        if key % 7 in _BLACK_AFTER:
            one, two = far - 0.3 * pitch, far + 0.3 * pitch
            top = quad(0.4, 1.0, one, two)
            rise = 0.05 / far
            sides.append(top)
            blacks.append(top - (0, rise))
            fronts.append(np.array([top[0], top[3], top[3] - (0, rise), top[0] - (0, rise)]))
    light = np.clip(1.1 - 1.3 * (stage.y - horizon), 0, 1)
    stage.lay(
        "white keys",
        "thing",
        stage.polygon(*whites[0]),
        mix(stage.blend("light", "far", np.float32(0.35)), stage.colour("light"), light),
        depth=0.5,
        region="subject",
    )
    stage.lay("struck key", "thing", stage.polygon(*whites[1]), "accent", depth=0.51, region="subject")
    stage.lay("gaps", "thing", stage.polygon(*gaps) * 0.8, "shade", depth=0.52, after=True)
    stage.lay(
        "shadows", "thing", stage.polygon(*[shape + (0.03 * side, 0.02) for shape in sides]) * 0.4, "shade", depth=0.53
    )
    stage.lay("sides of black keys", "thing", stage.polygon(*sides, *fronts), "shade", depth=0.54, region="subject")
    stage.lay(
        "black keys",
        "thing",
        stage.polygon(*blacks),
        ramp(stage, 0.7 - 1.2 * (stage.y - horizon), "shade", "near", "far"),
        depth=0.55,
        region="subject",
    )
    fall = np.array(
        [seen(1.0, 0.4), seen(1.0, 40.0), (seen(1.0, 40.0)[0], horizon), (side * 3.5, horizon - 0.0), (side * 3.5, 3.0)]
    )
    stage.lay(
        "fall board",
        "thing",
        stage.polygon(fall),
        ramp(stage, 0.1 + 0.9 * (stage.y - horizon), "far", "near", "shade"),
        depth=0.6,
    )


def _guitar(stage: Stage) -> None:
    """The body of a guitar, cut by the frame; strings cross everything."""
    rng = stage.chance("places")
    tilt = float(rng.uniform(-32, -16)) * (1 if rng.random() < 0.5 else -1)
    x, y, size = float(rng.uniform(-0.06, 0.06)), float(rng.uniform(0.06, 0.14)), 0.62
    back = stage.glow(-0.3, -0.4, 0.8)
    stage.lay(
        "room", "building", 1.0, ramp(stage, 0.1 + 0.75 * back, "shade", "near", "far"), depth=0.0, region="above"
    )
    half = smooth(
        [
            (0.0, -0.72),
            (0.2, -0.74),
            (0.38, -0.62),
            (0.4, -0.42),
            (0.31, -0.2),
            (0.34, -0.02),
            (0.52, 0.2),
            (0.54, 0.5),
            (0.36, 0.78),
            (0.0, 0.88),
        ],
        steps=8,
    )
    body = placed(mirrored(half), x, y, size, turn_deg=tilt)
    stage.lay("shadow", "building", stage.polygon(body + (0.05, 0.05)) * 0.5, "shade", depth=0.2)
    stage.lay(
        "rim",
        "thing",
        stage.polygon(placed(mirrored(half) * 1.03, x, y, size, turn_deg=tilt)),
        "shade",
        depth=0.3,
        region="subject",
    )
    turn = np.deg2rad(tilt)
    across = ((stage.x - x) * np.cos(turn) + (stage.y - y) * np.sin(turn)) / size
    along = ((stage.y - y) * np.cos(turn) - (stage.x - x) * np.sin(turn)) / size
    grain = 0.025 * np.sin(90 * across + 3 * stage.noise("grain", scale=0.4, octaves=2))
    wood = ramp(stage, 0.62 + grain - 0.75 * np.hypot(across, along - 0.1) + 0.25 * back, "shade", "accent", "light")
    stage.lay("body", "thing", stage.polygon(body), wood, depth=0.4, region="subject")

    def part(shape: list[tuple[float, float]] | Points) -> Floats:
        return stage.polygon(placed(shape, x, y, size, turn_deg=tilt))

    hole = placed([(0.0, -0.12)], x, y, size, turn_deg=tilt)[0]
    hx, hy = float(hole[0]), float(hole[1])
    for name, reach, tone in (
        ("rosette", 0.215, "light"),
        ("rosette inside", 0.195, "near"),
        ("sound hole", 0.165, "shade"),
    ):
        stage.lay(name, "thing", stage.disc(hx, hy, reach * size), tone, depth=0.45, region="subject")
    stage.lay(
        "neck",
        "thing",
        part(rectangle(-0.085, -2.6, 0.085, -0.26)),
        ramp(stage, 0.3 + 4 * across, "near", "shade"),
        depth=0.5,
        region="subject",
    )
    frets = [
        placed(rectangle(-0.085, -0.3 - at, 0.085, -0.292 - at), x, y, size, turn_deg=tilt)
        for at in np.cumsum(0.07 * 1.06 ** np.arange(16))
    ]
    stage.lay("frets", "thing", stage.polygon(*frets), "light", depth=0.51, after=True)
    stage.lay("bridge", "thing", part(rectangle(-0.2, 0.4, 0.2, 0.47)), "shade", depth=0.52, region="subject")
    strings = []
    for at, offset in enumerate(np.linspace(-0.065, 0.065, 6)):
        steps = np.linspace(-2.6, 0.42, 24)
        shake = (
            0.006 * np.sin(np.pi * (steps + 2.6) / 3.02) * np.sin(9 * stage.t_s + at) * (0.3 + 0.7 * stage.scene.energy)
        )
        strings.append(placed(np.stack([offset + shake, steps], 1), x, y, size, turn_deg=tilt))
    stage.lay(
        "strings",
        "thing",
        stage.stroke(*strings, width=[0.0045, 0.004, 0.0036, 0.0032, 0.0028, 0.0024]),
        "#fffaf0",
        depth=0.6,
        region="subject",
        after=True,
    )


def _record(stage: Stage) -> None:
    """A record on its player, straight from above."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    x, y, radius = (
        -side * float(rng.uniform(0.03, 0.08)),
        float(rng.uniform(-0.02, 0.05)),
        float(rng.uniform(0.37, 0.41)),
    )
    stage.lay(
        "table",
        "thing",
        1.0,
        ramp(stage, 0.4 + 0.5 * (stage.y + 0.4 * stage.x), "sky_low", "water", "near"),
        depth=0.0,
        region="above",
    )
    stage.lay("shadow", "thing", stage.disc(x + 0.025, y + 0.03, radius * 1.02, soft=0.04) * 0.55, "shade", depth=0.1)
    away, turn = np.hypot(stage.x - x, stage.y - y), np.arctan2(stage.y - y, stage.x - x)
    sheen = np.abs(np.cos(turn - 0.7)) ** 14 + 0.5 * np.abs(np.cos(turn + 0.5)) ** 20
    grooves = 0.05 * np.sin(away * 300) * (stage.unit_px >= 300) + 0.09 * (
        np.sin(away * 46 + float(rng.uniform(0, 6))) > 0.93
    )
    stage.lay(
        "record",
        "disc",
        stage.disc(x, y, radius),
        ramp(stage, 0.08 + 0.5 * sheen + grooves, "shade", "near", "light"),
        depth=0.3,
        region="subject",
    )
    spin = 3.49 * stage.t_s
    stage.lay(
        "label",
        "disc",
        stage.disc(x, y, radius * 0.36),
        ramp(stage, 0.3 + 0.5 * side_light(stage, x, y, radius * 0.36), "accent", "accent", "light"),
        depth=0.35,
        region="subject",
    )
    mark = [
        placed(
            arc(0, 0, radius * reach, radius * reach, 0, wide, steps=14), x, y, turn_deg=float(np.rad2deg(spin)) + start
        )
        for reach, start, wide in ((0.29, 0, 130), (0.22, 160, 120), (0.15, 40, 200))
    ]
    stage.lay("print", "disc", stage.stroke(*mark, width=0.009), "shade", depth=0.36, region="subject", after=True)
    stage.lay("spindle", "thing", stage.disc(x, y, 0.009), "light", depth=0.4, region="subject")
    _lay_arm(stage, x, y, radius, side)


def _lay_arm(stage: Stage, x: float, y: float, radius: float, side: int) -> None:
    pivot = (x + side * (radius + 0.1), y - 0.3)
    swing = 0.004 * np.sin(1.2 * stage.t_s)
    head = (x + side * radius * 0.62 + swing, y + radius * 0.42)
    path = smooth(
        [pivot, (pivot[0] + side * 0.005, pivot[1] + 0.28), (head[0] + side * 0.06, head[1] - 0.1), head], steps=10
    )
    shell = limb([(head[0] + side * 0.012, head[1] - 0.02), (head[0] - side * 0.022, head[1] + 0.045)], [0.032, 0.036])
    for name, shift, share, tone in (("shadow of the arm", 0.022, 0.5, "shade"), ("arm", 0.0, 1.0, "light")):
        moved = path + (shift, shift)
        mask = np.maximum(
            stage.polygon(limb(moved, [0.022, 0.016]), shell + (shift, shift)),
            stage.disc(pivot[0] + shift, pivot[1] + shift, 0.062),
        )
        stage.lay(name, "thing", mask * share, tone, depth=0.8 - 5 * shift, region="below" if shift else "subject")
    stage.lay(
        "pivot",
        "thing",
        stage.disc(*pivot, 0.034),
        ramp(stage, side_light(stage, *pivot, 0.034), "shade", "far"),
        depth=0.9,
        region="subject",
    )


def _gramophone(stage: Stage) -> None:
    """The horn of a gramophone, from the front: a flower of brass."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    wall = 0.3 + 0.5 * stage.glow(-side * 0.4, -0.4, 0.7)
    stage.lay("wall", "building", 1.0, ramp(stage, wall, "near", "far", "sky_low"), depth=0.0, region="above")
    table = 0.33
    stage.lay(
        "table",
        "thing",
        stage.under(np.full(stage.width_px, table)),
        ramp(stage, 0.2 + 2 * (stage.y - table), "near", "shade"),
        depth=0.2,
    )
    x, y, radius = -side * 0.05, -0.1, float(rng.uniform(0.29, 0.33))
    if shines(stage):
        stage.lay(
            "shadow",
            "building",
            stage.ellipse(x + side * 0.13, y + 0.07, radius, radius * 1.02) * 0.4,
            "shade",
            depth=0.1,
        )
    elbow = smooth(
        [(x, y), (x + side * 0.2, y + 0.14), (x + side * 0.27, y + 0.34), (x + side * 0.16, table + 0.03)], steps=8
    )
    stage.lay(
        "pipe",
        "thing",
        stage.polygon(limb(elbow, [0.16, 0.075, 0.05, 0.045])),
        ramp(stage, 0.25 + 0.3 * stage.glow(x, y, 0.3), "shade", "accent"),
        depth=0.3,
        region="subject",
    )
    box = np.array(
        [(x - 0.16, table + 0.02), (x + 0.3, table + 0.02), (x + 0.33, table + 0.15), (x - 0.19, table + 0.15)]
    )
    stage.lay(
        "box",
        "thing",
        stage.polygon(box),
        ramp(stage, 0.1 + 4 * (stage.y - table), "light", "accent", "shade"),
        depth=0.4,
        region="subject",
    )
    count = int(rng.choice([8, 9, 10, 11]))
    away, turn = np.hypot(stage.x - x, stage.y - y), np.arctan2(stage.y - y, stage.x - x)
    pulse = 0.008 * np.sin(2.2 * stage.t_s)
    scallop = radius * (0.955 + 0.06 * np.abs(np.cos(turn * count / 2))) + pulse
    mouth = np.clip((scallop - away) * stage.unit_px + 0.5, 0, 1)
    gore = np.cos(turn * count) * 0.5 + 0.5
    lit = 0.5 + 0.5 * np.cos(turn - (0.9 if side < 0 else 2.2))
    share = np.clip(away / radius, 0, 1)
    brass = ramp(
        stage, (0.1 + 0.9 * share**0.8) * (0.35 + 0.45 * lit + 0.25 * gore), "shade", "accent", "accent", "light"
    )
    stage.lay("horn", "thing", mouth, brass, depth=0.6, region="subject")
    lines = [
        [(x + 0.05 * np.cos(a), y + 0.05 * np.sin(a)), (x + radius * 0.95 * np.cos(a), y + radius * 0.95 * np.sin(a))]
        for a in np.pi / count + 2 * np.pi * np.arange(count) / count
    ]
    stage.lay(
        "seams", "thing", stage.stroke(*lines, width=0.005) * 0.6, "shade", depth=0.61, region="subject", after=True
    )
    stage.lay("throat", "thing", stage.disc(x, y, radius * 0.19, soft=0.05), "shade", depth=0.62, region="subject")


INSTRUMENT = Motif(
    name="instrument",
    words=(
        "piano",
        "guitar",
        "song",
        "music",
        "record",
        "vinyl",
        "melod",
        "string",
        "key",
        "chord",
        "play",
        "tune",
        "sing",
        "gramophone",
        "radio",
        "rhythm",
        "needle",
        "band",
        "jazz",
        "harmony",
    ),
    compositions={
        "keys": Composition(_keys, ("top",)),
        "guitar": Composition(_guitar, ("bottom", "top")),
        "record": Composition(_record, ("bottom", "top")),
        "gramophone": Composition(_gramophone, ("bottom", "top")),
    },
    weathers=("clear", "cloudy", "mist"),
)
