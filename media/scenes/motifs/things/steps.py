"""Stairs and arches in light and shadow: a flight to a door, an arcade, a spiral from above, arches in arches."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, arc, placed
from media.scenes.motif import Composition, Motif
from media.scenes.people import walker
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, shines


def _arch(x: float, foot: float, wide: float, high: float) -> Points:
    """An opening with a round head; foot is the y of its sill, high to the crown."""
    spring = foot - high + wide / 2
    return np.concatenate([[(x + wide / 2, foot)], arc(x, spring, wide / 2, wide / 2, 0, -180), [(x - wide / 2, foot)]])


def _flight(stage: Stage) -> None:
    """Steps that climb from one side to a door full of sky, treads lit and risers dark."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    count = 9 + round(5 * stage.scene.energy)
    door, low = (side * 0.2, -0.06), 0.62
    lay_sky(stage, horizon=0.0, disc=(side * float(rng.uniform(0.14, 0.24)), -0.2, 0.075))
    hole = stage.polygon(_arch(door[0], door[1] + 0.02, 0.24, 0.38))
    wall = ramp(stage, 0.25 + 0.35 * side * stage.x + 0.3 * stage.y, "sky_low", "accent", "shade")
    stage.lay("wall", "building", 1 - hole, wall, depth=0.3, region="subject")
    reveal = hole * (1 - stage.polygon(_arch(door[0] + side * 0.03, door[1] + 0.02, 0.24, 0.38)))
    stage.lay(
        "reveal", "building", reveal, stage.blend("accent", "shade", np.float32(0.6)), depth=0.32, region="subject"
    )
    if shines(stage):
        slant = np.array(
            [(side * 2.0, -1.2), (side * 0.62, -1.2), (-side * 0.5, 0.35), (-side * 0.9, 1.4), (side * 2.0, 1.4)]
        )
        stage.lay("shadow on the wall", "building", (1 - hole) * (1 - stage.polygon(slant)) * 0.45, "shade", depth=0.33)
    treads, risers, flanks = [], [], []
    for step in range(count):
        near = (step + 1) / count
        y, nexty = door[1] + (low - door[1]) * (step / count) ** 1.15, door[1] + (low - door[1]) * near**1.15
        inner, outer = door[0] + side * (0.16 + 0.5 * near), door[0] - side * (0.16 + 0.62 * near)
        lip = y + (nexty - y) * 0.42
        treads.append(np.array([(inner, y), (outer, y), (outer - side * 0.014, lip), (inner, lip)]))
        risers.append(
            np.array(
                [
                    (inner, lip),
                    (outer - side * 0.014, lip),
                    (outer - side * 0.014, nexty + 0.002),
                    (inner, nexty + 0.002),
                ]
            )
        )
        flanks.append(
            np.array(
                [
                    (outer - side * 0.014, lip),
                    (outer - side * 0.1, lip + 0.06),
                    (outer - side * 0.1, 1.2),
                    (outer - side * 0.014, 1.2),
                ]
            )
        )
    ground = ramp(stage, 0.2 + 0.6 * (stage.y - 0.1), "near", "shade")
    stage.lay("ground", "land", stage.under(np.full(stage.width_px, 0.3)), ground, depth=0.35)
    stage.lay("flank", "building", stage.polygon(*flanks), stage.blend("near", "shade", np.float32(0.7)), depth=0.4)
    stage.lay(
        "risers",
        "building",
        stage.polygon(*risers),
        ramp(stage, 0.25 + 0.6 * stage.y, "near", "shade"),
        depth=0.45,
        region="subject",
    )
    stage.lay(
        "treads",
        "building",
        stage.polygon(*treads),
        ramp(stage, 0.55 - 0.5 * stage.y, "far", "light"),
        depth=0.46,
        region="subject",
    )
    climb = 0.5 - 0.2 * float(np.exp(-stage.t_s / 90))
    person = [
        placed(part, door[0] - side * 0.06, door[1] + climb * 0.36, 0.14)
        for part in walker(float(np.sin(2.5 * stage.t_s)))
    ]
    stage.lay("someone", "figure", stage.polygon(*person), "shade", depth=0.6, region="subject")
    lay_weather(stage)


def _arcade(stage: Stage) -> None:
    """A row of arches that runs to a vanishing point at one side; light falls through each on to the floor."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    vanish = (side * float(rng.uniform(0.24, 0.32)), float(rng.uniform(0.06, 0.12)))
    lay_sky(stage, horizon=0.2, disc=(-side * 0.14, 0.02, 0.07))
    line = 0.1 + 0.04 * stage.profile("hills", scale=0.35, octaves=4)
    stage.lay("hills", "mountain", stage.under(line), "far", depth=0.15)
    stage.lay(
        "plain",
        "land",
        stage.under(np.full(stage.width_px, 0.17)),
        ramp(stage, 2 * (stage.y - 0.17), "far", "near"),
        depth=0.2,
    )

    def seen(along: float, up: float) -> tuple[float, float]:
        scale = 1.0 / along
        return vanish[0] - side * 0.95 * scale, vanish[1] + up * scale

    pillars = np.arange(0.7, 9.0, 0.62)
    holes, shadows = [], []
    for start in pillars:
        alongs = np.linspace(start + 0.08, start + 0.56, 15)
        turn = np.linspace(np.pi, 0, 15)
        heads = [
            seen(float(along), -0.52 - 0.3 * float(np.sin(angle))) for along, angle in zip(alongs, turn, strict=True)
        ]
        holes.append(np.array([seen(start + 0.08, 0.42), *heads, seen(start + 0.56, 0.42)]))
        near, far = seen(start + 0.06, 0.42), seen(start + 0.54, 0.42)
        throw = side * 0.95
        shadows.append(
            np.array(
                [
                    near,
                    far,
                    (far[0] + throw / (start + 0.3), far[1] + 0.05 / start),
                    (near[0] + throw / start, near[1] + 0.16 / start),
                ]
            )
        )
    wall_shape = np.array([seen(0.3, -1.4), seen(40.0, -1.4), seen(40.0, 0.42), seen(0.3, 0.42)])
    opening = stage.polygon(*holes)
    stage.lay(
        "wall",
        "building",
        stage.polygon(wall_shape) * (1 - opening),
        ramp(stage, 0.6 - 0.9 * side * (stage.x - vanish[0]) * -1, "accent", "near", "shade"),
        depth=0.5,
        region="subject",
    )
    inner = [hole + (side * 0.02, 0.0) for hole in holes]
    stage.lay("thickness", "building", opening * (1 - stage.polygon(*inner)), "light", depth=0.52, region="subject")
    right = np.array([vanish, (side * 2.4, vanish[1] - 2.6), (side * 2.4, vanish[1] + 1.4)])
    stage.lay(
        "far wall",
        "building",
        stage.polygon(right),
        ramp(stage, 0.2 + 1.6 * side * (stage.x - vanish[0]), "far", "near", "shade"),
        depth=0.45,
    )
    ceiling = np.array([vanish, (-side * 3.0, vanish[1] - 4.2), (side * 2.6, vanish[1] - 2.9)])
    stage.lay(
        "vault",
        "building",
        stage.polygon(ceiling),
        ramp(stage, 0.1 + 1.3 * (vanish[1] - stage.y), "near", "shade"),
        depth=0.55,
    )
    floor = np.array([vanish, (-side * 2.6, vanish[1] + 1.25), (side * 2.6, vanish[1] + 1.5)])
    stage.lay(
        "floor",
        "building",
        stage.polygon(floor),
        ramp(stage, 0.15 + 1.4 * (stage.y - vanish[1]), "near", "shade"),
        depth=0.58,
    )
    if shines(stage):
        stage.lay(
            "light on the floor", "building", stage.polygon(*shadows) * stage.polygon(floor) * 0.7, "light", depth=0.6
        )
    step = 0.05 * stage.t_s
    x, y = seen(2.6 + 1.2 * float(np.sin(step)), 0.44)
    size = 0.62 / (2.6 + 1.2 * float(np.sin(step)))
    person = [placed(part, x + side * 0.1, y, size) for part in walker(float(np.sin(4.0 * stage.t_s)))]
    stage.lay("someone", "figure", stage.polygon(*person), "shade", depth=0.7, region="subject")
    lay_weather(stage)


def _spiral(stage: Stage) -> None:
    """A spiral stair seen straight down its well."""
    rng = stage.chance("places")
    x, y = (float(place) for place in rng.uniform((-0.08, -0.06), (0.08, 0.06)))
    away = np.hypot(stage.x - x, stage.y - y)
    stage.lay("walls", "building", 1.0, ramp(stage, 0.35 + 0.5 * away, "near", "shade"), depth=0.1)
    way = 1 if rng.random() < 0.5 else -1
    turns, steps = 3, 20 + 2 * round(4 * stage.scene.energy)
    start = float(rng.uniform(0, 6.28))
    for loop in reversed(range(turns)):
        outer = 1.45 * 0.5**loop
        treads: dict[int, list[Points]] = {0: [], 1: [], 2: []}
        edge: list[tuple[float, float]] = []
        for step in range(steps):
            share, after = step / steps, (step + 1) / steps
            reach, reach_after = outer * 0.5**share, outer * 0.5**after
            one, two = start + way * 2 * np.pi * share, start + way * 2 * np.pi * after
            ends = [(reach, one), (reach_after, two), (0.62 * reach_after, two), (0.62 * reach, one)]
            treads[step % 3].append(np.array([(x + r * np.cos(a), y + r * np.sin(a)) for r, a in ends]))
            edge.append((x + 0.62 * reach * np.cos(one), y + 0.62 * reach * np.sin(one)))
        light = 0.5 + 0.5 * np.cos(np.arctan2(stage.y - y, stage.x - x) - start - 0.15 * stage.t_s % 6.2832)
        deep = loop / turns
        for tone, shapes in treads.items():
            lit = mix(
                stage.blend("shade", "accent", np.float32(0.2 + 0.3 * tone)),
                stage.colour("light"),
                (0.15 + 0.16 * tone) + 0.35 * light - 0.12 * deep,
            )
            stage.lay(
                f"treads {loop} {tone}",
                "building",
                stage.polygon(*shapes),
                lit,
                depth=0.3 + 0.2 * (turns - loop),
                region="subject",
            )
        stage.lay(
            f"rail {loop}", "thing", stage.stroke(edge, width=0.02 * outer + 0.003), "shade", depth=0.9, after=False
        )
    eye = 1.45 * 0.5**turns * 0.62
    stage.lay(
        "far below",
        "building",
        stage.disc(x, y, eye, soft=0.02),
        ramp(stage, stage.glow(x, y, eye), "sky_low", "light"),
        depth=0.2,
        region="subject",
    )
    lay_weather(stage)


def _within(stage: Stage) -> None:
    """Arches one within another, each of another colour, and the sun in the last."""
    rng = stage.chance("places")
    count = 5 + round(2 * stage.scene.energy)
    slant = 0.055 + 0.02 * float(np.sin(0.35 * stage.t_s))
    foot, drift = 0.34, float(rng.uniform(-0.12, 0.12))
    stage.lay("wall", "building", 1.0, ramp(stage, 0.3 + 0.4 * stage.y, "accent", "shade"), depth=0.9, region="above")
    names = ("accent", "far", "sky_low", "water", "near", "sky_high")
    shift = int(rng.integers(6))
    for at in range(count):
        share = at / (count - 1)
        x, wide = drift * share, 0.86 * (1 - share) + 0.2 * share
        high, base = 0.92 * wide + 0.02, foot + 0.16 * (1 - share)
        hole = stage.polygon(_arch(x, base, wide, high))
        tone = stage.blend(names[(at + shift) % 6], "light" if at % 2 else "shade", np.float32(0.12 + 0.12 * share))
        lit = mix(tone, stage.colour("shade"), 0.4 - 0.5 * np.clip((stage.x - x) / wide + 0.5, 0, 1))
        stage.lay(f"arch {at}", "building", hole, lit, depth=0.8 - 0.1 * at, region="subject")
        throw = stage.polygon(_arch(x + slant * wide, base, wide, high))
        stage.lay(f"shade of arch {at}", "building", hole * (1 - throw) * 0.5, "shade", depth=0.8 - 0.1 * at)
        floor = hole * stage.under(np.full(stage.width_px, base - 0.035 * wide))
        stage.lay(
            f"step {at}",
            "building",
            floor,
            mix(tone, stage.colour("light"), 0.5),
            depth=0.79 - 0.1 * at,
            region="subject",
        )
    last = stage.polygon(_arch(drift, foot, 0.2, 0.2))
    stage.lay(
        "sky",
        "sky",
        last,
        ramp(stage, stage.fade(0.1, 0.34) * np.ones_like(stage.x), "sky_high", "sky_low"),
        depth=0.1,
        region="above",
    )
    rise = 0.012 * np.sin(0.3 * stage.t_s)
    stage.lay("disc", "disc", stage.disc(drift, 0.27 + rise, 0.045) * last, "light", depth=0.12, region="subject")
    stage.lay(
        "ground",
        "land",
        stage.under(np.full(stage.width_px, foot + 0.16)),
        ramp(stage, 3 * (stage.y - foot - 0.1), "near", "shade"),
        depth=0.95,
    )
    lay_weather(stage)


STEPS = Motif(
    name="steps",
    words=(
        "stair",
        "step",
        "climb",
        "arch",
        "door",
        "tower",
        "temple",
        "ruin",
        "column",
        "hall",
        "ascend",
        "upward",
        "labyrinth",
        "maze",
        "corridor",
        "palace",
        "gate",
        "spiral",
        "descend",
        "higher",
    ),
    compositions={
        "flight": Composition(_flight, ("top", "left")),
        "arcade": Composition(_arcade, ("top", "bottom")),
        "spiral": Composition(_spiral, ("bottom", "top")),
        "within": Composition(_within, ("top", "bottom")),
    },
)
