"""Under the surface: a shoal in the rays, jellyfish, a whale and a diver, the surface from below."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp

_FISH = smooth(
    [
        (0.52, 0.0),
        (0.3, -0.15),
        (0.0, -0.19),
        (-0.28, -0.08),
        (-0.52, -0.2),
        (-0.46, 0.0),
        (-0.52, 0.2),
        (-0.28, 0.08),
        (0.0, 0.17),
        (0.3, 0.13),
    ],
    closed=True,
    steps=4,
)
_WHALE = smooth(
    [
        (0.98, -0.02),
        (0.9, -0.12),
        (0.62, -0.2),
        (0.25, -0.235),
        (-0.15, -0.2),
        (-0.5, -0.1),
        (-0.78, -0.03),
        (-0.9, -0.1),
    ]
    + [
        (-1.08, -0.17),
        (-0.99, -0.03),
        (-1.07, 0.1),
        (-0.9, 0.05),
        (-0.76, 0.04),
        (-0.4, 0.1),
        (0.0, 0.17),
        (0.4, 0.2),
        (0.75, 0.14),
        (0.94, 0.06),
    ],
    closed=True,
    steps=5,
)


def _lay_depths(stage: Stage, *, light_x: float = 0.0, deep: float = 1.0) -> None:
    """Water that darkens downwards, with rays from a place on the surface."""
    night = stage.scene.hour == "night"
    fall = stage.fade(-stage.bottom - 0.1, stage.bottom + 0.2) * np.ones_like(stage.x)
    tones = ("water", "sky_high", "shade") if night else ("sky_low", "water", "shade")
    stage.lay("water", "water", 1.0, ramp(stage, 0.12 + 0.85 * deep * fall, *tones), depth=0.05, region="above")
    rng = stage.chance("rays")
    bright = {"clear": 0.55, "cloudy": 0.4, "mist": 0.35}.get(stage.scene.weather, 0.2) * (0.6 if night else 1.0)
    top = -stage.bottom - 0.35
    turn = np.arctan2(stage.x - light_x, stage.y - top)
    rays = np.zeros_like(turn)
    for _ in range(7):
        at, wide = float(rng.uniform(-0.75, 0.75)), float(rng.uniform(0.025, 0.09))
        flicker = 0.6 + 0.4 * np.sin(0.6 * stage.t_s + float(rng.uniform(0, 6.28)))
        rays += flicker * np.exp(-(((turn - at - 0.02 * np.sin(0.3 * stage.t_s + 9 * at)) / wide) ** 2))
    reach = 1 - stage.fade(-0.45, 0.42)
    stage.lay("rays", "water", np.clip(rays, 0, 1) * reach * bright, "light", depth=0.1, region="above")


def _shoal(stage: Stage) -> None:
    rng = stage.chance("places")
    _lay_depths(stage, light_x=float(rng.uniform(-0.2, 0.2)))
    for row in range(2):
        line = stage.bottom - 0.2 + 0.09 * row - 0.07 * stage.profile(f"reef {row}", scale=0.22, octaves=4)
        stage.lay(
            f"reef {row}",
            "land",
            stage.under(line),
            stage.blend("water", "shade", np.float32(0.45 + 0.5 * row)),
            depth=0.3 + 0.4 * row,
        )
    count = 70 + round(90 * stage.scene.energy)
    side = 1 if rng.random() < 0.5 else -1
    around = rng.uniform(0, 2 * np.pi, count) + side * 0.22 * stage.t_s
    reach = 0.34 + rng.normal(0, 0.08, count)
    xs, ys = 1.15 * reach * np.cos(around), -0.02 + 0.9 * reach * np.sin(around) + rng.normal(0, 0.02, count)
    facing = np.rad2deg(np.arctan2(0.9 * side * np.cos(around), -1.15 * side * np.sin(around)))
    nears = 0.5 + 0.5 * np.sin(around)
    for layer, (low, high) in enumerate(((0.0, 0.4), (0.4, 0.8), (0.8, 1.01))):
        chosen = np.flatnonzero((nears >= low) & (nears < high))
        shapes = [
            placed(_FISH, float(xs[at]), float(ys[at]), 0.05 + 0.06 * float(nears[at]), turn_deg=float(facing[at]))
            for at in chosen
        ]
        stage.lay(
            f"fish {layer}",
            "animal",
            stage.polygon(*shapes),
            stage.blend("water", "shade", np.float32(0.4 + 0.28 * layer)),
            depth=0.4 + 0.2 * layer,
            region="subject",
        )
    swim = 0.02 * np.sin(0.4 * stage.t_s)
    one = placed(_FISH, side * (0.02 + swim), -0.02, 0.14, flip=side < 0, turn_deg=float(rng.uniform(-12, 12)))
    stage.lay(
        "one of another colour",
        "animal",
        stage.polygon(one),
        ramp(stage, 0.5 + 4 * (stage.y + 0.02), "light", "accent", "shade"),
        depth=0.9,
        region="subject",
    )
    _lay_bubbles(stage, 40)


def _lay_bubbles(stage: Stage, count: int) -> None:
    rng = stage.chance("bubbles")
    across, start, near = rng.random((3, count))
    tall = 2 * stage.bottom + 0.2
    down = tall / 2 - ((start + (0.03 + 0.05 * near) * stage.t_s) % 1.0) * tall
    places = np.stack([(across - 0.5) * 3.2 + 0.01 * np.sin(stage.t_s * 2 + 9 * start), down], 1)
    stage.lay(
        "bubbles",
        "water",
        spots(stage, places, 0.0015 + 0.006 * near**3, light=0.35 + 0.4 * near),
        "light",
        depth=0.95,
        velocity=(0.0, -0.06),
        after=True,
    )


def _jellyfish(stage: Stage) -> None:
    rng = stage.chance("places")
    _lay_depths(stage, light_x=0.1, deep=1.35)
    side = 1 if rng.random() < 0.5 else -1
    others = [
        (-side * 0.3, 0.12, 0.1),
        (side * 0.33, 0.27, 0.075),
        (-side * 0.2, -0.36, 0.055),
        (1.0, -0.1, 0.16),
        (-1.05, 0.2, 0.2),
    ]
    for at, (x, y, size) in enumerate([*others[: 3 + round(2 * stage.scene.energy)], (side * 0.06, -0.12, 0.235)]):
        near = min(1.0, size / 0.22)
        x += float(rng.uniform(-0.04, 0.04))
        _lay_jelly(stage, at, x, y + 0.015 * np.sin(0.7 * stage.t_s + at), size, near)
    _lay_bubbles(stage, 60)


def _lay_jelly(stage: Stage, number: int, x: float, y: float, size: float, near: float) -> None:
    rng = stage.chance(f"jelly {number}")
    beat = 0.5 + 0.5 * np.sin(1.5 * stage.t_s + number)
    wide = 1.0 + 0.08 * beat
    lace = smooth(
        [
            (-wide, 0.18),
            (-0.7 * wide, 0.28),
            (-0.45 * wide, 0.2),
            (-0.2 * wide, 0.3),
            (0.0, 0.21),
            (0.2 * wide, 0.3),
            (0.45 * wide, 0.2),
            (0.7 * wide, 0.28),
            (wide, 0.18),
        ],
        steps=4,
    )
    dome = smooth(
        [
            (wide, 0.18),
            (0.97 * wide, -0.2),
            (0.65 * wide, -0.72),
            (0.0, -0.95),
            (-0.65 * wide, -0.72),
            (-0.97 * wide, -0.2),
            (-wide, 0.18),
        ],
        steps=5,
    )
    depth, moving = 0.3 + 0.5 * near, (0.0, -0.01)
    stage.lay(
        f"glow {number}", "water", stage.glow(x, y, size * 1.9) * 0.35 * near, "accent", depth=depth, region="above"
    )
    strands: list[Points] = []
    fine: list[Points] = []
    steps = np.linspace(0, 1, 18)
    for at in np.linspace(-0.82, 0.82, 9):
        long, phase = float(rng.uniform(1.4, 2.6)), float(rng.uniform(0, 6.28))
        wave = 0.16 * steps * np.sin(5 * steps - 1.4 * stage.t_s + phase)
        path = placed(np.stack([at * (1 - 0.35 * steps) + wave, 0.2 + long * steps], 1), x, y, size)
        (strands if abs(at) < 0.5 else fine).append(
            limb(path, [0.16 * size, 0.12 * size, 0.015 * size] if abs(at) < 0.5 else [0.03 * size, 0.012 * size])
        )
    pale = stage.blend("accent", "light", np.float32(0.45))
    stage.lay(
        f"arms {number}",
        "animal",
        stage.polygon(*strands) * (0.45 + 0.3 * near),
        mix(pale, stage.colour("water"), 1.2 * (stage.y - y) / (2.4 * size) * np.ones_like(stage.x)),
        depth=depth,
        region="subject",
        velocity=moving,
    )
    stage.lay(
        f"threads {number}",
        "animal",
        stage.polygon(*fine) * 0.6,
        pale,
        depth=depth,
        region="subject",
        velocity=moving,
        after=True,
    )
    round_ = np.clip(np.hypot((stage.x - x) / 1.0, stage.y - y + 0.2 * size) / (1.0 * size), 0, 1)
    ribs = 0.1 * np.cos(np.arctan2(stage.x - x, stage.y - y - 1.2 * size) * 40)
    skin = mix(
        stage.blend("accent", "shade", np.float32(0.4)),
        stage.blend("accent", "light", np.float32(0.7)),
        round_**2 + ribs,
    )
    stage.lay(
        f"bell {number}",
        "animal",
        stage.polygon(placed(np.concatenate([lace, dome]), x, y, size)) * (0.6 + 0.35 * near),
        skin,
        depth=depth + 0.05,
        region="subject",
        velocity=moving,
    )


def _whale(stage: Stage) -> None:
    """A whale that fills the width, and a diver beside it who shows how large it is."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    _lay_depths(stage, light_x=side * float(rng.uniform(0.6, 0.75)), deep=1.15)
    x, y = 0.01 * side * np.sin(0.2 * stage.t_s), float(rng.uniform(-0.1, -0.02)) + 0.012 * np.sin(0.5 * stage.t_s)
    size, tilt = 0.43, side * float(rng.uniform(-30, -16)) + 1.5 * np.sin(0.5 * stage.t_s)
    bent = _WHALE.copy()
    tail = np.clip(-bent[:, 0] - 0.2, 0, 1)
    bent[:, 1] += 0.22 * tail**2 * np.sin(0.9 * stage.t_s + 1.0)
    body = stage.polygon(placed(bent, x, y, size, flip=side < 0, turn_deg=tilt))
    slope = np.tan(np.deg2rad(tilt))
    back = (stage.y - y - slope * (stage.x - x)) / (0.22 * size)
    stage.lay(
        "whale",
        "animal",
        body,
        ramp(stage, 0.5 + 0.45 * back, "sky_low", "far", "near", "shade"),
        depth=0.6,
        region="subject",
        velocity=(side * 0.01, 0),
    )
    belly = body * np.clip(back * 4 - 1.7, 0, 1) * (0.55 + 0.35 * np.sin(170 * (back * 0.1 + 0.02 * stage.x)))
    stage.lay("throat", "animal", belly * 0.6, "sky_low", depth=0.61, region="subject", velocity=(side * 0.01, 0))
    stroke = 8 * np.sin(0.6 * stage.t_s)
    fin = smooth([(0.32, 0.1), (0.2, 0.32), (-0.02, 0.5), (0.02, 0.36), (0.12, 0.12)], closed=True, steps=5)
    stage.lay(
        "fin",
        "animal",
        stage.polygon(placed(fin, x, y, size, flip=side < 0, turn_deg=tilt + side * stroke)),
        stage.blend("near", "shade", np.float32(0.7)),
        depth=0.65,
        region="subject",
    )
    eye = placed([(0.7, 0.03)], x, y, size, flip=side < 0, turn_deg=tilt)
    stage.lay("eye", "animal", spots(stage, eye, 0.006), "light", depth=0.66, region="subject", after=True)
    _lay_diver(stage, side * 0.27, 0.27)
    line = stage.bottom - 0.06 - 0.05 * stage.profile("bottom", scale=0.3, octaves=4)
    stage.lay("bottom", "land", stage.under(line), "shade", depth=0.8)
    _lay_bubbles(stage, 46)


def _lay_diver(stage: Stage, x: float, y: float) -> None:
    kick = np.sin(2.4 * stage.t_s)
    body = [
        limb([(0.0, -0.3), (0.02, 0.0), (0.0, 0.24)], [0.16, 0.2, 0.15]),
        limb(
            [(0.03, 0.2), (0.06 + 0.05 * kick, 0.5), (0.04 + 0.12 * kick, 0.78), (0.06 + 0.2 * kick, 1.05)],
            [0.11, 0.08, 0.06, 0.12],
        ),
        limb(
            [(-0.03, 0.2), (-0.06 - 0.05 * kick, 0.5), (-0.04 - 0.12 * kick, 0.78), (-0.06 - 0.2 * kick, 1.05)],
            [0.11, 0.08, 0.06, 0.12],
        ),
        limb([(0.05, -0.26), (0.2, -0.4), (0.24, -0.6)], [0.09, 0.06, 0.04]),
        limb([(-0.05, -0.24), (-0.2, -0.1), (-0.22, 0.12)], [0.09, 0.06, 0.04]),
    ]
    turned = [placed(part, x, y, 0.07, turn_deg=-28) for part in body]
    head = placed([(0.0, -0.42)], x, y, 0.07, turn_deg=-28)
    stage.lay(
        "diver",
        "figure",
        np.maximum(stage.polygon(*turned), spots(stage, head, 0.0085)),
        "accent",
        depth=0.7,
        region="subject",
    )


def _surface(stage: Stage) -> None:
    """Straight up from below: the round window of the surface, a swimmer in it."""
    rng = stage.chance("places")
    x, y = float(rng.uniform(-0.06, 0.06)), float(rng.uniform(-0.08, 0.02))
    ripple = stage.noise("ripple", scale=0.16, octaves=4, shift=(-0.02 * stage.t_s, 0.015 * stage.t_s))
    away = np.hypot(stage.x - x, stage.y - y) + 0.03 * ripple
    stage.lay("water", "water", 1.0, ramp(stage, 1.25 * away, "water", "sky_high", "shade"), depth=0.1, region="above")
    _lay_net_of_light(stage, away)
    radius = float(rng.uniform(0.27, 0.32))
    hole = np.clip((radius - away) * 26 + 0.5, 0, 1)
    stage.lay(
        "window of sky",
        "sky",
        hole,
        ramp(stage, away / radius, "light", "sky_low", "water"),
        depth=0.2,
        region="subject",
    )
    turn = float(rng.uniform(0, 360))
    kick = np.sin(2.2 * stage.t_s)
    half = [
        (0.0, -0.5),
        (0.05, -0.48),
        (0.06, -0.4),
        (0.045, -0.34),
        (0.12, -0.3),
        (0.34, -0.46),
        (0.37, -0.42),
        (0.15, -0.17),
        (0.1, 0.1),
    ]
    half += [(0.16, 0.34 + 0.02 * kick), (0.12, 0.62 + 0.03 * kick), (0.07, 0.62), (0.08, 0.36), (0.0, 0.16)]
    swimmer = placed(smooth(mirrored(half), closed=True, steps=3), x + 0.03, y, 0.24, turn_deg=turn)
    stage.lay("swimmer", "figure", stage.polygon(swimmer), "shade", depth=0.5, region="subject")
    suit = stage.polygon(swimmer) * stage.disc(x + 0.03, y, 0.045)
    stage.lay("suit", "figure", suit, "accent", depth=0.51, region="subject")
    _lay_bubbles(stage, 50)


def _lay_net_of_light(stage: Stage, away: Floats) -> None:
    """The bright net that waves draw: where two fields of ripples cancel out."""
    net = np.zeros_like(away)
    for at, way in enumerate((1, -1)):
        field = stage.noise(f"net {at}", scale=0.15, octaves=2, shift=(0.02 * way * stage.t_s, 0.03 * stage.t_s))
        net = np.maximum(net, np.clip(1 - np.abs(field) * 9, 0, 1))
    stage.lay("net of light", "water", net * np.clip(1.1 - 1.5 * away, 0, 1) * 0.4, "light", depth=0.15, region="above")


UNDERWATER = Motif(
    name="underwater",
    words=(
        "underwater",
        "dive",
        "fish",
        "whale",
        "jellyfish",
        "drown",
        "deep",
        "depth",
        "sink",
        "submerge",
        "breath",
        "coral",
        "abyss",
        "swim",
        "below",
        "mermaid",
        "current",
        "bubble",
        "ocean",
    ),
    compositions={
        "shoal": Composition(_shoal, ("top", "bottom")),
        "jellyfish": Composition(_jellyfish, ("bottom", "top")),
        "whale": Composition(_whale, ("bottom", "top")),
        "surface": Composition(_surface, ("bottom", "top")),
    },
    weathers=("clear", "cloudy", "storm"),
)
