"""Moths and butterflies: one pinned to the middle of the frame, moths at a lamp, a swarm that rises."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, rectangle, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored, petal
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp

_FORE = smooth(
    [
        (0.03, -0.12),
        (0.2, -0.42),
        (0.5, -0.72),
        (0.86, -0.84),
        (0.98, -0.72),
        (0.88, -0.42),
        (0.74, -0.14),
        (0.42, 0.02),
        (0.05, 0.04),
    ],
    closed=True,
    steps=6,
)
_HIND = smooth(
    [
        (0.05, 0.0),
        (0.4, 0.0),
        (0.68, 0.1),
        (0.72, 0.34),
        (0.56, 0.56),
        (0.42, 0.8),
        (0.33, 0.62),
        (0.16, 0.5),
        (0.04, 0.18),
    ],
    closed=True,
    steps=6,
)


def _folded(shape: Points, open_: float) -> Points:
    """A wing that stands up by so much: its width shrinks. open_ is 0 to 1."""
    return shape * (0.25 + 0.75 * open_, 1.0)


def _great_moth(stage: Stage) -> None:
    """One moth, wings spread over the whole frame, moon behind it."""
    rng = stage.chance("places")
    lay_sky(stage, horizon=0.6, disc=None)
    y = float(rng.uniform(-0.02, 0.04))
    stage.lay("halo", "sky", stage.glow(0.0, y - 0.05, 0.42) * 0.5, "light", depth=0.02, region="above")
    stage.lay(
        "disc",
        "disc",
        stage.disc(0.0, y - 0.05, 0.36),
        ramp(stage, 0.5 + 0.8 * stage.y, "light", "sky_low"),
        depth=0.04,
        region="above",
    )
    leaves = [
        placed(petal(0.62, 0.15, widest=0.5), x, stage.bottom + 0.06, turn_deg=turn)
        for x, turn in (
            (-0.42, -24),
            (-0.2, 16),
            (0.22, -18),
            (0.44, 22),
            (-0.75, 20),
            (0.8, -26),
            (-1.2, 12),
            (1.25, -10),
        )
    ]
    stage.lay("leaves", "plant", stage.polygon(*leaves), ramp(stage, 0.5 + stage.y, "far", "near", "shade"), depth=0.2)
    open_, size = 0.94 + 0.06 * float(np.sin(0.9 * stage.t_s)), 0.45
    away = np.hypot(stage.x, stage.y - y) / size
    veins = 0.12 * np.cos(26 * np.arctan2(stage.y - y + 0.1, np.abs(stage.x)))
    for name, shape, tones in (
        ("hind wings", _HIND, ("shade", "accent", "near")),
        ("fore wings", _FORE, ("shade", "accent", "accent", "light")),
    ):
        wings = [placed(_folded(shape, open_), 0.0, y, size), placed(_folded(shape, open_), 0.0, y, size, flip=True)]
        mask = stage.polygon(*wings)
        stage.lay(name, "animal", mask, ramp(stage, 0.05 + 0.75 * away + veins, *tones), depth=0.6, region="subject")
        inner = [
            placed(_folded(shape * 0.86 + _middle(shape) * 0.14, open_), 0.0, y, size, flip=flip)
            for flip in (False, True)
        ]
        stage.lay(
            f"edge of {name}", "animal", mask * (1 - stage.polygon(*inner)) * 0.8, "shade", depth=0.61, region="subject"
        )
    _lay_markings(stage, y, size, open_)
    body = mirrored(
        smooth([(0.0, -0.24), (0.06, -0.2), (0.075, -0.08), (0.06, 0.06), (0.055, 0.26), (0.0, 0.46)], steps=5)
    )
    stage.lay(
        "body",
        "animal",
        stage.polygon(placed(body, 0.0, y, size)),
        ramp(stage, 0.4 + 0.4 * np.sin(95 * (stage.y - y)), "shade", "near"),
        depth=0.7,
        region="subject",
    )
    feelers = [
        placed(
            limb(smooth([(0.02, -0.22), (0.1, -0.42), (0.26, -0.55)], steps=6), [0.012, 0.04, 0.006]),
            0.0,
            y,
            size,
            flip=flip,
        )
        for flip in (False, True)
    ]
    stage.lay("feelers", "animal", stage.polygon(*feelers), "shade", depth=0.71, region="subject")
    lay_weather(stage)


def _middle(shape: Points) -> Points:
    return np.asarray(shape.mean(0, keepdims=True), np.float64)


def _lay_markings(stage: Stage, y: float, size: float, open_: float) -> None:
    """Eyes on the wings, and a row of pale dots along their edges."""
    wide = 0.25 + 0.75 * open_
    for at, (dx, dy, radius) in enumerate(((0.6, -0.44, 0.12), (0.42, 0.3, 0.095))):
        places = [(side * dx * wide * size, y + dy * size) for side in (-1, 1)]
        for name, share, tone in (
            ("ring", 1.0, "shade"),
            ("iris", 0.8, "light"),
            ("pupil", 0.5, "water"),
            ("dark", 0.3, "shade"),
        ):
            stage.lay(
                f"{name} {at}",
                "animal",
                spots(stage, places, radius * share * size),
                tone,
                depth=0.63,
                region="subject",
            )
    edge = smooth([(0.9, -0.7), (0.83, -0.45), (0.72, -0.22)], steps=3)
    dots = [(side * float(px) * wide * size, y + float(py) * size) for px, py in edge for side in (-1, 1)]
    stage.lay("dots", "animal", spots(stage, dots, 0.018 * size), "light", depth=0.64, region="subject", after=True)


def _at_the_lamp(stage: Stage) -> None:
    """A lamp that hangs into the picture, and the moths that circle it."""
    rng = stage.chance("places")
    x, y = float(rng.uniform(-0.1, 0.1)), float(rng.uniform(-0.12, -0.04))
    flicker = 0.97 + 0.03 * np.sin(7.3 * stage.t_s)
    lit = stage.glow(x, y + 0.1, 0.5, power=1.3) * flicker
    stage.lay("dark", "sky", 1.0, ramp(stage, 0.95 * lit, "shade", "near", "accent"), depth=0.0, region="above")
    cone = np.array([(x - 0.11, y), (x + 0.11, y), (x + 0.52, 1.2), (x - 0.52, 1.2)])
    stage.lay(
        "cone of light",
        "sky",
        stage.polygon(cone) * 0.42 * np.clip(1 - 0.7 * (stage.y - y), 0, 1),
        "light",
        depth=0.1,
        region="above",
    )
    shade = mirrored(
        smooth([(0.0, -0.16), (0.035, -0.16), (0.05, -0.11), (0.14, -0.03), (0.17, 0.0), (0.0, 0.0)], steps=3)
    ) + (x, y)
    stage.lay("cord", "thing", stage.stroke([(x, -1.2), (x, y - 0.15)], width=0.009), "shade", depth=0.3)
    stage.lay("bulb", "window", stage.disc(x, y + 0.012, 0.055, soft=0.012), "#fffdf2", depth=0.31, region="subject")
    stage.lay(
        "lamp",
        "thing",
        stage.polygon(shade),
        ramp(stage, 0.6 + 4 * (stage.x - x), "shade", "accent", "shade"),
        depth=0.35,
        region="subject",
    )
    count = 16 + round(26 * stage.scene.energy)
    reach = 0.1 + 0.33 * rng.random(count) ** 0.7
    speed, phase = rng.uniform(0.25, 0.8, count), rng.uniform(0, 6.28, count)
    groups: dict[bool, list[Points]] = {True: [], False: []}
    for at in range(count):
        turn = speed[at] * stage.t_s + phase[at]
        px, py = x + reach[at] * np.cos(turn) * 1.15, y + 0.14 + 0.8 * reach[at] * np.sin(turn + 0.4 * at)
        flap = 0.62 + 0.3 * float(np.sin(5 * stage.t_s + phase[at]))
        size = float(0.03 + 0.035 * rng.random())
        groups[at % 3 == 0] += _small(float(px), float(py), size, float(np.rad2deg(turn)) + 90, flap)
    stage.lay("moths in the light", "animal", stage.polygon(*groups[True]), "light", depth=0.6, region="subject")
    stage.lay("moths", "animal", stage.polygon(*groups[False]), "shade", depth=0.65, region="subject")
    low = stage.bottom - 0.1
    stage.lay(
        "table",
        "thing",
        stage.under(np.full(stage.width_px, low)),
        mix(
            stage.colour("shade"),
            stage.colour("light"),
            0.8 * np.exp(-(((stage.x - x) / 0.34) ** 2)) * np.ones_like(stage.y),
        ),
        depth=0.7,
    )
    stage.lay("edge of the table", "thing", stage.polygon(rectangle(-2, low, 2, low + 0.008)), "near", depth=0.71)


def _small(x: float, y: float, size: float, turn_deg: float, flap: float) -> list[Points]:
    """A moth far off: four wings."""
    return [
        placed(_folded(shape, flap), x, y, size, turn_deg=turn_deg, flip=flip)
        for shape in (_FORE, _HIND)
        for flip in (False, True)
    ]


def _swarm(stage: Stage) -> None:
    """Butterflies that rise in a column out of an open hand's width of grass, larger the nearer."""
    rng = stage.chance("places")
    pale = stage.glow(0.1, -0.3, 0.7)
    stage.lay("paper", "sky", 1.0, ramp(stage, 0.25 + 0.6 * pale, "far", "sky_low", "light"), depth=0.0, region="above")
    side = 1 if rng.random() < 0.5 else -1
    count = 26 + round(34 * stage.scene.energy)
    names = ("shade", "near", "water", "accent")
    groups: list[list[Points]] = [[], [], [], []]
    bodies: list[Points] = []
    for at in range(count):
        share = ((at + 0.5) / count + 0.012 * stage.t_s) % 1.0
        curl = side * 3.4 * share + 0.4 * np.sin(0.4 * stage.t_s + at)
        spread = 0.05 + 0.36 * share
        px = -side * 0.24 + side * 0.42 * share + spread * np.cos(curl + 2.4 * at)
        py = 0.5 - 1.2 * share + 0.3 * spread * np.sin(2.4 * at)
        size = 0.022 + 0.085 * share**1.6 * float(rng.uniform(0.5, 1.15))
        flap = 0.62 + 0.38 * float(np.sin(3.2 * stage.t_s + at * 1.7))
        turn = float(rng.uniform(-55, 55))
        groups[int(rng.choice(4, p=(0.25, 0.2, 0.2, 0.35)))] += _small(float(px), float(py), size, turn, flap)
        bodies.append(placed(limb([(0, -0.22), (0, 0.4)], [0.07, 0.05]), float(px), float(py), size, turn_deg=turn))
    for at, shapes in enumerate(groups):
        stage.lay(
            f"wings {names[at]}",
            "animal",
            stage.polygon(*shapes),
            names[at],
            depth=0.5 + 0.1 * at,
            region="subject",
            velocity=(0.0, -0.012),
        )
    stage.lay(
        "bodies",
        "animal",
        stage.polygon(*bodies),
        "shade",
        depth=0.95,
        region="subject",
        velocity=(0.0, -0.012),
        after=True,
    )
    _lay_grass(stage)
    lay_weather(stage)


def _lay_grass(stage: Stage) -> None:
    rng = stage.chance("grass")
    blades = []
    for x in np.sort(rng.uniform(-1.8, 1.8, 150)):
        tall, lean = float(rng.uniform(0.06, 0.2)), float(rng.normal(0, 0.05)) + 0.01 * np.sin(stage.t_s + 4 * x)
        foot = stage.bottom + 0.02
        blades.append(
            limb(
                smooth([(x, foot), (x + 0.3 * lean, foot - 0.6 * tall), (x + lean, foot - tall)], steps=4),
                [0.014, 0.009, 0.002],
            )
        )

    stage.lay("grass", "plant", stage.polygon(*blades), "shade", depth=0.97)


MOTH = Motif(
    name="moth",
    words=(
        "moth",
        "butterfly",
        "wing",
        "cocoon",
        "flutter",
        "chrysalis",
        "lamp",
        "change",
        "transform",
        "fragile",
        "metamorph",
        "insect",
        "dust",
        "drawn",
        "delicate",
        "summer",
        "become",
    ),
    compositions={
        "great_moth": Composition(_great_moth, ("bottom", "top")),
        "at_the_lamp": Composition(_at_the_lamp, ("bottom", "top")),
        "swarm": Composition(_swarm, ("left", "top")),
    },
    weathers=("clear", "cloudy", "mist"),
)
