"""What rises: hot-air balloons, a kite on its string, paper lanterns, a child's balloon let go."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, arc, placed, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored
from media.scenes.people import walker
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, side_light

_ENVELOPE = mirrored(
    smooth(
        [(0.0, -1.0), (0.3, -0.95), (0.58, -0.76), (0.7, -0.45), (0.6, -0.1), (0.36, 0.28), (0.16, 0.5), (0.0, 0.5)],
        steps=5,
    )
)
_PATTERNS = (("accent", "light"), ("light", "accent"), ("water", "light"), ("near", "accent"), ("accent", "shade"))


def _adrift(stage: Stage) -> None:
    rng = stage.chance("places")
    low = float(rng.uniform(0.34, 0.4))
    lay_sky(stage, horizon=low, disc=(float(rng.uniform(-0.3, 0.3)), low - 0.1, 0.08))
    for row in range(3):
        line = low + 0.045 * row - (0.05 - 0.01 * row) * stage.profile(f"ridge {row}", scale=0.4, octaves=4, gain=0.45)
        stage.lay(
            f"ridge {row}",
            "mountain",
            stage.under(line),
            stage.blend("far", "near", np.float32(row / 2.5)),
            depth=0.1 + 0.1 * row,
        )
    side = 1 if rng.random() < 0.5 else -1
    count = 4 + round(5 * stage.scene.energy)
    where = [(side * float(rng.uniform(0.1, 0.2)), float(rng.uniform(-0.12, -0.02)), 0.29)]
    for at in range(count):
        size = 0.02 + 0.115 * (1 - (at + 0.5) / count) ** 1.6
        across = (
            -side * float(rng.uniform(0.1, 0.42))
            if at < 2
            else float(rng.uniform(-0.47, 0.47) * (1 + 2.2 * (at % 3 == 2)))
        )
        where.append((across, float(rng.uniform(-0.4, 0.22)), size))
    for at, (x, y, size) in enumerate(sorted(where, key=lambda place: place[2])):
        near = min(1.0, size / 0.2)
        rise = 0.015 * size / 0.2 * float(np.sin(0.5 * stage.t_s + 2 * at))
        drift = 0.004 * near * stage.t_s
        _lay_balloon(stage, at, (x + drift, y + rise, size), near, _PATTERNS[int(rng.integers(len(_PATTERNS)))])
    lay_weather(stage)


def _lay_balloon(
    stage: Stage, number: int, place: tuple[float, float, float], near: float, tones: tuple[str, str]
) -> None:
    """A balloon: gores that narrow towards its sides, lit from the left, with a basket under it."""
    x, y, size = place
    depth, moving = 0.3 + 0.5 * near, (0.004 * near, 0.0)
    air = 0.72 * (1 - near)
    one, other = (mix(stage.colour(name), stage.colour("sky_low"), air) for name in tones)
    cloth = _cloth(stage, place, number, one, other, air) if near > 0.4 else mix(one, stage.colour("shade"), 0.15)
    body = stage.polygon(placed(_ENVELOPE, x, y, size=size))
    stage.lay(f"balloon {number}", "vehicle", body, cloth, depth=depth, region="subject", velocity=moving)
    if near <= 0.4:
        gore = stage.polygon(placed(_ENVELOPE * (0.4, 1.0), x - 0.12 * size, y, size=size))
        stage.lay(f"gore {number}", "vehicle", gore, other, depth=depth, region="subject", velocity=moving)
    basket = [placed([(-0.1, 0.72), (0.1, 0.72), (0.085, 0.9), (-0.085, 0.9)], x, y, size=size)]
    dark = mix(stage.colour("shade"), stage.colour("sky_low"), air)
    stage.lay(
        f"basket {number}", "vehicle", stage.polygon(*basket), dark, depth=depth, region="subject", velocity=moving
    )
    ropes = [
        placed(line, x, y, size=size)
        for line in ([(-0.15, 0.48), (-0.09, 0.74)], [(0.15, 0.48), (0.09, 0.74)], [(0, 0.5), (0, 0.74)])
    ]
    if near > 0.3:
        stage.lay(
            f"ropes {number}",
            "vehicle",
            stage.stroke(*ropes, width=0.012 * size),
            dark,
            depth=depth,
            velocity=moving,
            after=True,
        )


def _cloth(
    stage: Stage, place: tuple[float, float, float], number: int, one: Floats, other: Floats, air: float
) -> Floats:
    """The colours of a near balloon: gores between two colours, round in the light. Shapes: [H, W, 3]."""
    x, y, size = place
    heights, reaches = [-1.0, -0.76, -0.45, -0.1, 0.28, 0.5], [0.22, 0.55, 0.7, 0.62, 0.36, 0.16]
    half = np.interp((stage.y[:, 0] - y) / size, heights, reaches)[:, None] * size
    across = np.clip((stage.x - x) / half, -0.999, 0.999)
    gores = np.sin(np.arcsin(across) * 5.0 + number) > 0
    lit = side_light(stage, x - 0.1 * size, y - 0.4 * size, size * 0.85)
    dark = (0.62 - 0.75 * lit) * (1 - 0.6 * air)
    return mix(mix(one, other, gores.astype(np.float32)), stage.colour("shade"), dark)


def _kite(stage: Stage) -> None:
    rng = stage.chance("places")
    lay_sky(stage, horizon=0.5, disc=None)
    side = 1 if rng.random() < 0.5 else -1
    lean = float(rng.uniform(20, 40))
    swing = 4 * np.sin(1.1 * stage.t_s) + 2 * np.sin(2.3 * stage.t_s)
    x, y, size = side * float(rng.uniform(0.1, 0.2)), float(rng.uniform(-0.22, -0.14)), float(rng.uniform(0.2, 0.25))
    x, y = x + 0.002 * swing, y + 0.003 * swing
    hill = 0.33 - 0.14 * np.exp(-(((stage.x[0] + side * 0.3) / 0.32) ** 2)) + 0.012 * stage.profile("hill", scale=0.3)
    stage.lay("far hill", "land", stage.under(0.36 + 0.04 * stage.profile("far hill", scale=0.6)), "far", depth=0.2)
    stage.lay("hill", "land", stage.under(hill), ramp(stage, 0.3 + 1.6 * (stage.y - 0.2), "near", "shade"), depth=0.5)
    foot = (-side * 0.3, 0.205)
    child = [placed(part, *foot, 0.14) for part in walker(0.35)]
    hand = (foot[0] + side * 0.02, foot[1] - 0.1)
    stage.lay("child", "figure", stage.polygon(*child), "shade", depth=0.7, region="subject")
    string = smooth([hand, (0.55 * hand[0] + 0.45 * x, 0.45 * hand[1] + 0.55 * y + 0.13), (x, y)], steps=20)
    stage.lay("string", "thing", stage.stroke(string, width=0.003), "shade", depth=0.72, after=True)
    corners = {
        "top": (0.0, -1.0),
        "right": (0.62, -0.3),
        "low": (0.0, 0.95),
        "left": (-0.62, -0.3),
        "middle": (0.0, -0.3),
    }
    sails = (("top", "right", 0.05), ("right", "low", 0.4), ("low", "left", 0.12), ("left", "top", -0.2))
    for at, (one, other, dark) in enumerate(sails):
        sail = placed([corners[one], corners[other], corners["middle"]], x, y, size=size, turn_deg=side * lean + swing)
        tone = mix(
            stage.colour("accent" if at % 2 == 0 else "light"),
            stage.colour("shade" if dark > 0 else "light"),
            abs(dark),
        )
        stage.lay(f"sail {at}", "thing", stage.polygon(sail), tone, depth=0.8, region="subject")
    _lay_tail(stage, placed([corners["low"]], x, y, size=size, turn_deg=side * lean + swing)[0], side)
    lay_weather(stage)


def _lay_tail(stage: Stage, start: Floats, side: int) -> None:
    steps = np.linspace(0, 1, 40)
    wave = 0.05 * steps * np.sin(9 * steps - 2.4 * stage.t_s)
    path = np.stack(
        [start[0] - side * (0.05 * steps + 0.16 * steps**2) + wave, start[1] + 0.34 * steps - 0.12 * steps**2], 1
    )
    stage.lay("tail", "thing", stage.stroke(path, width=0.006), "accent", depth=0.78, region="subject", after=True)
    bows: list[Points] = []
    for at in range(6, 40, 6):
        turn = float(20 * np.sin(2.4 * stage.t_s + at))
        bows.append(
            placed([(-0.034, -0.018), (0.034, 0.018), (0.034, -0.018), (-0.034, 0.018)], *path[at], turn_deg=turn)
        )
    stage.lay("bows", "thing", stage.polygon(*bows), "accent", depth=0.79, region="subject")


def _lanterns(stage: Stage) -> None:
    rng = stage.chance("places")
    high = "shade" if stage.scene.hour == "night" else "sky_high"
    stage.lay(
        "sky",
        "sky",
        1.0,
        ramp(stage, stage.fade(-0.6, 0.5) * np.ones_like(stage.x), high, "sky_high", "sky_low"),
        depth=0.0,
        region="above",
    )
    count = 24 + round(36 * stage.scene.energy)
    ranks = np.sort(rng.random(count) ** 2.2)
    xs = rng.uniform(-0.5, 0.5, count) * np.where(np.arange(count) % 3 == 0, 3.6, 1.0)
    tall = 2 * stage.bottom + 0.3
    starts = rng.random(count)
    for group in range(3):
        chosen = [at for at in range(count) if min(2, int(ranks[at] * 3)) == group]
        sizes = [0.012 + 0.062 * float(ranks[at]) for at in chosen]
        rises = [(float(starts[at]) - 0.014 * stage.t_s * (0.5 + float(ranks[at]))) % 1.0 for at in chosen]
        places = [
            (float(xs[at]) + 0.01 * float(np.sin(0.6 * stage.t_s + at)), rise * tall - tall / 2)
            for at, rise in zip(chosen, rises, strict=True)
        ]
        _lay_lanterns(stage, group, places, sizes)
    line = 0.38 + 0.03 * stage.profile("shore", scale=0.4)
    stage.lay("shore", "land", stage.under(line), stage.blend("near", "shade", np.float32(0.7)), depth=0.4)
    people = [
        placed(part, x, 0.44, size=size)
        for x, size in ((-0.13, 0.17), (-0.06, 0.16), (0.24, 0.13))
        for part in walker(0.2)
    ]
    stage.lay("people", "figure", stage.polygon(*people), "shade", depth=0.9, region="subject")
    lay_weather(stage)


def _lay_lanterns(stage: Stage, group: int, places: list[tuple[float, float]], sizes: list[float]) -> None:
    """Lanterns of one distance: paper lit from within, brightest at the flame."""
    if not places:
        return
    near = group / 2
    light = spots(stage, places, [1.9 * size for size in sizes], light=0.3, soft=1.8)
    stage.lay(f"glow {group}", "sky", light, "light", depth=0.3 + 0.2 * group, region="above")
    shape = smooth(
        [(-0.36, 0.5), (-0.5, -0.1), (-0.36, -0.6), (0.0, -0.72), (0.36, -0.6), (0.5, -0.1), (0.36, 0.5)],
        closed=True,
        steps=4,
    )
    bodies = [placed(shape, x, y, size=size) for (x, y), size in zip(places, sizes, strict=True)]
    flames = spots(
        stage,
        [(x, y + 0.25 * size) for (x, y), size in zip(places, sizes, strict=True)],
        [0.85 * size for size in sizes],
        soft=1.3,
    )
    paper = mix(mix(stage.colour("accent"), stage.colour("shade"), 0.35 - 0.3 * near), stage.colour("light"), flames)
    stage.lay(
        f"lanterns {group}",
        "thing",
        stage.polygon(*bodies),
        paper,
        depth=0.31 + 0.2 * group,
        region="subject",
        velocity=(0.0, -0.02),
    )


def _let_go(stage: Stage) -> None:
    """One balloon over the roofs of an empty street far below."""
    rng = stage.chance("places")
    stage.lay(
        "sky",
        "sky",
        1.0,
        ramp(stage, stage.fade(-0.6, 0.6) * np.ones_like(stage.x), "sky_high", "sky_low"),
        depth=0.0,
        region="above",
    )
    sweep = stage.noise("brush", scale=0.5, octaves=3, stretch=3.0, shift=(-0.01 * stage.t_s, 0.0))
    stage.lay(
        "haze", "cloud", np.clip(sweep - 0.1, 0, 1) * 0.5, "sky_low", depth=0.05, region="above", velocity=(0.01, 0.0)
    )
    x, y = float(rng.uniform(-0.12, 0.12)), float(rng.uniform(-0.14, -0.06))
    bob = np.sin(0.8 * stage.t_s)
    x, y, radius = x + 0.012 * np.sin(0.5 * stage.t_s), y + 0.01 * bob, float(rng.uniform(0.17, 0.21))
    steps = np.linspace(0, 1, 30)
    string = np.stack([x + 0.025 * steps * np.sin(7 * steps - 1.2 * stage.t_s), y + radius * 1.22 + 0.36 * steps], 1)
    stage.lay("string", "thing", stage.stroke(string, width=0.004), "shade", depth=0.79, after=True)
    body = smooth(
        mirrored([(0.0, -1.0), (0.55, -0.85), (0.86, -0.35), (0.78, 0.25), (0.42, 0.8), (0.08, 1.1), (0.0, 1.1)]),
        closed=True,
        steps=5,
    )
    lit = side_light(stage, x - 0.3 * radius, y - 0.4 * radius, radius * 1.5, from_deg=230)
    stage.lay(
        "balloon",
        "thing",
        stage.polygon(placed(body, x, y, size=radius)),
        ramp(stage, 0.08 + 0.75 * lit, "shade", "accent", "accent", "light"),
        depth=0.8,
        region="subject",
    )
    knot = placed([(0.0, 1.05), (0.1, 1.24), (-0.1, 1.24)], x, y, size=radius)
    stage.lay("knot", "thing", stage.polygon(knot), "accent", depth=0.8, region="subject")
    gloss = arc(x, y, radius * 0.62, radius * 0.72, 195, 245)
    stage.lay(
        "gloss", "thing", stage.polygon(limb(gloss, [0.004, 0.03, 0.004])) * 0.7, "light", depth=0.81, region="subject"
    )
    _lay_roofs(stage)
    lay_weather(stage)


def _lay_roofs(stage: Stage) -> None:
    rng = stage.chance("roofs")
    for row in range(2):
        walls, x = [], -1.9
        while x < 1.9:
            wide, top = float(rng.uniform(0.1, 0.2)), 0.37 + 0.07 * row + float(rng.uniform(-0.035, 0.035))
            walls.append(
                np.array([(x, 1.2), (x, top), (x + wide / 2, top - wide * 0.4), (x + wide, top), (x + wide, 1.2)])
            )
            chimney = x + wide * float(rng.uniform(0.6, 0.75))
            walls.append(
                np.array(
                    [
                        (chimney, top),
                        (chimney, top - wide * 0.42),
                        (chimney + 0.02, top - wide * 0.42),
                        (chimney + 0.02, top),
                    ]
                )
            )
            x += wide
        stage.lay(
            f"roofs {row}",
            "building",
            stage.polygon(*walls),
            stage.blend("far", "shade", np.float32(0.45 + 0.5 * row)),
            depth=0.3 + 0.2 * row,
        )


BALLOON = Motif(
    name="balloon",
    words=(
        "balloon",
        "kite",
        "lantern",
        "float",
        "drift",
        "rise",
        "rising",
        "lift",
        "air",
        "gravity",
        "let go",
        "letting",
        "child",
        "festival",
        "weightless",
        "hope",
        "wish",
        "breeze",
        "wind",
    ),
    compositions={
        "adrift": Composition(_adrift, ("bottom", "top")),
        "kite": Composition(_kite, ("bottom", "top")),
        "lanterns": Composition(_lanterns, ("bottom", "top")),
        "let_go": Composition(_let_go, ("top", "bottom")),
    },
)
