"""Fire: a camp fire with sparks, a candle close up, fireworks over water, a match in the dark."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, rectangle, smooth
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb
from media.scenes.people import walker
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, side_light
from media.scenes.water import lay_water


def _tongue(t_s: float, phase: float, lean: float = 0.0) -> Points:
    """A flame that stands on the origin and is about 1 high; it licks with time."""
    lick = 0.09 * np.sin(3.1 * t_s + phase) + 0.05 * np.sin(5.3 * t_s + 2 * phase)
    tall = 1.0 + 0.08 * np.sin(4.1 * t_s + 1.3 * phase)
    tip = lean + lick
    return smooth(
        [
            (0.0, 0.0),
            (0.2, -0.04),
            (0.29, -0.22),
            (0.22 + 0.4 * lick, -0.46),
            (0.1 + 0.7 * tip, -0.7 * tall),
            (tip, -tall),
        ]
        + [(-0.06 + 0.7 * tip, -0.66 * tall), (-0.2 + 0.4 * lick, -0.44), (-0.29, -0.2), (-0.19, -0.03)],
        closed=True,
        steps=5,
    )


def _camp(stage: Stage) -> None:
    rng = stage.chance("places")
    ground = float(rng.uniform(0.24, 0.3))
    lay_sky(stage, horizon=ground, disc=None)
    fire = (float(rng.uniform(-0.06, 0.06)), ground + 0.07)
    _lay_wood(stage, ground)
    flicker = 0.92 + 0.08 * np.sin(7 * stage.t_s) * np.sin(2.3 * stage.t_s)
    stage.lay(
        "light in the air",
        "sky",
        stage.glow(fire[0], fire[1] - 0.14, 0.4, power=1.2) * 0.5 * flicker,
        "accent",
        depth=0.35,
        region="above",
    )
    lit = np.exp(-((((stage.x - fire[0]) / 0.5) ** 2) + ((stage.y - fire[1]) / 0.14) ** 2))
    stage.lay(
        "clearing",
        "land",
        stage.under(ground + 0.012 * stage.profile("grass", scale=0.1, octaves=4)),
        mix(stage.blend("shade", "near", np.float32(0.4)), stage.colour("accent"), 0.85 * lit * flicker),
        depth=0.4,
    )
    logs = [
        limb([(fire[0] - 0.15, fire[1] + 0.03), (fire[0] + 0.13, fire[1] - 0.03)], [0.045, 0.04]),
        limb([(fire[0] + 0.15, fire[1] + 0.03), (fire[0] - 0.13, fire[1] - 0.03)], [0.045, 0.04]),
    ]
    tones = (
        ("outer", 0.42, ("accent", "accent", "light")),
        ("middle", 0.29, ("accent", "light", "light")),
        ("core", 0.17, ("light", "#fffdf0")),
    )
    for name, size, colours in tones:
        flames = [
            placed(_tongue(stage.t_s, phase), fire[0] + off * size, fire[1] - 0.005, size * tall)
            for off, tall, phase in ((-0.3, 0.7, 0.4), (0.3, 0.76, 2.1), (0.0, 1.0, 4.0))
        ]
        stage.lay(
            f"{name} flame",
            "fire",
            stage.polygon(*flames) * 0.92,
            ramp(stage, (stage.y - fire[1] + size) / size * np.ones_like(stage.x), *colours),
            depth=0.6,
            region="subject",
            velocity=(0.0, -0.1),
        )
    stage.lay(
        "logs",
        "thing",
        stage.polygon(*logs),
        ramp(stage, 0.2 + 0.5 * stage.glow(*fire, 0.08), "shade", "near"),
        depth=0.65,
        region="subject",
    )
    side = 1 if rng.random() < 0.5 else -1
    _lay_sitter(stage, fire[0] + side * 0.3, fire[1] + 0.06, -side)
    if stage.scene.energy > 0.4:
        _lay_sitter(stage, fire[0] - side * 0.32, fire[1] + 0.04, side)
    _lay_sparks(stage, fire)
    lay_weather(stage)


def _lay_wood(stage: Stage, ground: float) -> None:
    for row in range(2):
        rng = stage.chance(f"wood {row}")
        trees, x = [], -1.9
        while x < 1.9:
            x += float(rng.uniform(0.05, 0.13))
            tall = float(rng.uniform(0.3, 0.52)) * (0.7 + 0.45 * row) * (0.6 + 0.65 * min(1.0, abs(x) / 0.45))
            trees.append(
                np.array(
                    [
                        (x - 0.16 * tall, ground + 0.02),
                        (x - 0.09 * tall, ground - 0.4 * tall),
                        (x - 0.12 * tall, ground - 0.38 * tall),
                        (x, ground - tall),
                        (x + 0.12 * tall, ground - 0.38 * tall),
                        (x + 0.09 * tall, ground - 0.4 * tall),
                        (x + 0.16 * tall, ground + 0.02),
                    ]
                )
            )
        stage.lay(
            f"wood {row}",
            "tree",
            stage.polygon(*trees),
            stage.blend("far", "shade", np.float32(0.4 + 0.5 * row)),
            depth=0.2 + 0.1 * row,
        )


def _lay_sitter(stage: Stage, x: float, y: float, facing: int) -> None:
    """Someone who sits on the ground, knees drawn up, lit from the side of the fire."""
    body = smooth(
        [
            (-0.3, 0.0),
            (-0.36, -0.3),
            (-0.3, -0.62),
            (-0.14, -0.72),
            (0.02, -0.62),
            (0.06, -0.36),
            (0.26, -0.44),
            (0.36, -0.34),
            (0.4, -0.04),
            (0.52, 0.0),
        ],
        closed=True,
        steps=5,
    )
    head = placed([(0.0, -0.86)], x, y, 0.19, flip=facing < 0)[0]
    mask = np.maximum(
        stage.polygon(placed(body, x, y, 0.19, flip=facing < 0)),
        stage.ellipse(float(head[0]), float(head[1]), 0.026, 0.031),
    )
    lit = side_light(stage, x, y - 0.08, 0.09, from_deg=0 if facing > 0 else 180)
    stage.lay(
        f"sitter {facing}",
        "figure",
        mask,
        ramp(stage, 1.1 * lit**2, "shade", "near", "accent"),
        depth=0.7,
        region="subject",
    )


def _lay_sparks(stage: Stage, fire: tuple[float, float]) -> None:
    rng = stage.chance("sparks")
    count = 60 + round(70 * stage.scene.energy)
    start, speed, phase, size = rng.random((4, count))
    life = (start + (0.1 + 0.12 * speed) * stage.t_s) % 1.0
    wave = (0.02 + 0.13 * life) * np.sin(5 * life + 6.28 * phase)
    places = np.stack([fire[0] + wave + 0.1 * (phase - 0.5), fire[1] - 0.15 - 0.7 * life], 1)
    glim = np.clip(1.2 * np.sin(np.pi * np.clip(life, 0, 1)), 0, 1)
    stage.lay(
        "sparks",
        "fire",
        spots(stage, places, 0.0016 + 0.003 * size**2, light=glim),
        "light",
        depth=0.8,
        velocity=(0.0, -0.12),
        after=True,
    )


def _candle(stage: Stage) -> None:
    """One candle close up; all light in the picture is its own."""
    rng = stage.chance("places")
    x, top, wide = float(rng.uniform(-0.14, 0.14)), float(rng.uniform(0.12, 0.2)), float(rng.uniform(0.075, 0.1))
    flame_y = top - 0.05
    flicker = 0.95 + 0.05 * np.sin(5.7 * stage.t_s) * np.sin(1.9 * stage.t_s)
    for at, (reach, tone) in enumerate(((0.72, 0.3), (0.42, 0.45), (0.2, 0.6))):
        if at == 0:
            stage.lay(
                "dark",
                "sky",
                1.0,
                ramp(stage, 0.7 * stage.glow(x, flame_y - 0.08, 0.55), "shade", "near", "accent"),
                depth=0.0,
                region="above",
            )
        stage.lay(
            f"ring of light {at}",
            "sky",
            stage.disc(x, flame_y - 0.1, reach * flicker, soft=0.1) * 0.24,
            stage.blend("accent", "light", np.float32(tone)),
            depth=0.1,
            region="above",
        )
    wax = rectangle(x - wide, top, x + wide, 1.3)
    drips = [
        limb([(x + off, top - 0.004), (x + off + 0.004, top + long)], [0.03, 0.022, 0.03])
        for off, long in zip(
            (-wide + 0.01, -0.3 * wide, 0.6 * wide, wide - 0.012), rng.uniform(0.05, 0.22, 4), strict=True
        )
    ]
    across = 1 - np.abs(stage.x - x) / wide
    stage.lay(
        "candle",
        "thing",
        np.maximum(stage.polygon(wax, *drips), stage.ellipse(x, top, wide, 0.022)),
        mix(
            ramp(stage, 0.95 - 1.1 * (stage.y - top), "shade", "accent", "light"),
            stage.colour("shade"),
            0.5 - 0.5 * across,
        ),
        depth=0.5,
        region="subject",
    )
    stage.lay("melted wax", "thing", stage.ellipse(x, top, wide * 0.82, 0.015), "light", depth=0.52, region="subject")
    sway = 0.012 * np.sin(1.7 * stage.t_s) + 0.006 * np.sin(4.3 * stage.t_s)
    for name, size, wider, colours in (
        ("flame", 0.31, 0.8, ("accent", "light", "light")),
        ("core", 0.2, 0.62, ("light", "#fffef4", "#fffef4")),
    ):
        shape = _tongue(0.4 * stage.t_s, 1.0, lean=sway * 3) * (wider, 1.0)
        stage.lay(
            name,
            "fire",
            stage.polygon(placed(shape, x, flame_y + 0.035, size)),
            ramp(stage, (stage.y - flame_y + size) / size * np.ones_like(stage.x), *colours),
            depth=0.6,
            region="subject",
        )
    wick = smooth([(x, top - 0.002), (x + 0.004, top - 0.03), (x - 0.004, top - 0.06)], steps=5)
    stage.lay("wick", "thing", stage.stroke(wick, width=0.008), "shade", depth=0.62, region="subject", after=True)
    lay_weather(stage)


def _fireworks(stage: Stage) -> None:
    rng = stage.chance("places")
    shore = float(rng.uniform(0.18, 0.24))
    dark = ("shade", "sky_high", "sky_low") if stage.scene.hour in ("night", "dusk") else ("sky_high", "far", "sky_low")
    stage.lay(
        "sky",
        "sky",
        1.0,
        ramp(stage, stage.fade(-0.7, shore + 0.1) * np.ones_like(stage.x), *dark),
        depth=0.0,
        region="above",
    )
    bursts = [(float(rng.uniform(-0.2, 0.2)), -0.2, 0.27)]
    for at in range(2 + round(3 * stage.scene.energy)):
        across = (-1) ** at * float(rng.uniform(0.22, 0.42 + 0.9 * (at > 2)))
        bursts += [(across, float(rng.uniform(-0.4, 0.04)), float(rng.uniform(0.1, 0.17)))]
    names = ("accent", "light", "water", "sky_low")
    for at, (x, y, reach) in enumerate(bursts):
        phase = 0.75 + 0.25 * np.sin(0.8 * stage.t_s + 2 * at)
        _lay_burst(stage, at, (x, y, reach * (0.85 + 0.15 * phase)), phase, names[at % 4])
    lay_water(stage, shore)
    for at, (x, _, reach) in enumerate(bursts):
        path = (
            np.exp(-(((stage.x - x) / (0.7 * reach)) ** 2))
            * np.clip(1 - 2.2 * (stage.y - shore), 0, 1)
            * stage.under(np.full(stage.width_px, shore))
        )
        broken = np.clip(
            0.5 + 1.2 * stage.noise("broken light", scale=0.035, octaves=2, stretch=5.0, shift=(0, 0.02 * stage.t_s)),
            0,
            1,
        )
        stage.lay(f"mirrored light {at}", "water", path * broken * 0.5, names[at % 4], depth=0.45, velocity=(0.0, 0.01))
    crowd = [
        placed(part, float(px), stage.bottom + 0.02, float(size))
        for px, size in zip(np.cumsum(rng.uniform(0.06, 0.16, 34)) - 1.8, rng.uniform(0.12, 0.19, 34), strict=True)
        for part in walker(0.2)
    ]
    stage.lay("crowd", "figure", stage.polygon(*crowd), "shade", depth=0.9, region="subject")
    lay_weather(stage)


def _lay_burst(stage: Stage, number: int, place: tuple[float, float, float], phase: float, tone: str) -> None:
    rng = stage.chance(f"burst {number}")
    x, y, reach = place
    count = 34 + round(20 * reach / 0.3)
    turns = np.linspace(0, 2 * np.pi, count, endpoint=False) + rng.normal(0, 0.03, count)
    stage.lay(
        f"bloom {number}", "fire", stage.glow(x, y, reach * 0.95) * 0.42 * phase, tone, depth=0.2, region="subject"
    )
    trails, tips = [], []
    for turn, far in zip(turns, reach * rng.choice([1.0, 0.97, 0.66], count), strict=True):
        steps = np.linspace(0.3, 1, 7)
        path = np.stack([x + far * steps * np.cos(turn), y + far * steps * np.sin(turn) + 0.22 * reach * steps**2], 1)
        trails.append(limb(path, [0.001, 0.0045 + 0.01 * reach]))
        tips.append(path[-1])
    stage.lay(f"trails {number}", "fire", stage.polygon(*trails) * phase, tone, depth=0.22, region="subject")
    glim = 0.6 + 0.4 * np.sin(stage.t_s * 5 + turns * 7)
    stage.lay(
        f"sparks {number}",
        "fire",
        spots(stage, tips, 0.0035 + 0.006 * reach, light=glim),
        "light",
        depth=0.23,
        region="subject",
        after=True,
    )


def _match(stage: Stage) -> None:
    """A match held up from below, and its smoke."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    head = (side * float(rng.uniform(-0.02, 0.1)), float(rng.uniform(-0.02, 0.08)))
    foot = (head[0] - side * float(rng.uniform(0.1, 0.3)), stage.bottom + 0.1)
    lit = stage.glow(head[0], head[1] - 0.12, 0.34)
    stage.lay(
        "ground",
        "sky",
        1.0,
        mix(ramp(stage, 0.3 + 0.35 * stage.y, "sky_high", "near", "shade"), stage.colour("accent"), 0.55 * lit),
        depth=0.0,
        region="above",
    )
    smoke = _smoke(stage, head)
    stage.lay("smoke", "cloud", smoke * 0.35, "sky_low", depth=0.2, region="above", velocity=(0.0, -0.05))
    stick = limb([foot, head], [0.034, 0.027])
    stage.lay(
        "stick",
        "thing",
        stage.polygon(stick),
        ramp(stage, 0.25 + 0.9 * lit, "shade", "far", "light"),
        depth=0.6,
        region="subject",
    )
    burnt = limb([(head[0] - side * 0.06, head[1] + 0.13), head], [0.027, 0.026, 0.03])
    stage.lay("burnt end", "thing", stage.polygon(burnt), "shade", depth=0.61, region="subject")
    for name, size, wider, tones in (
        ("flame", 0.37, 1.0, ("accent", "accent", "light")),
        ("middle", 0.26, 0.85, ("accent", "light", "light")),
        ("core", 0.15, 0.75, ("#fffef4", "light")),
    ):
        shape = _tongue(0.6 * stage.t_s, 2.0, lean=side * 0.06) * (wider, 1.0)
        stage.lay(
            name,
            "fire",
            stage.polygon(placed(shape, head[0], head[1] + 0.05, size)) * 0.94,
            ramp(stage, (stage.y - head[1] + size) / size * np.ones_like(stage.x), *tones),
            depth=0.65,
            region="subject",
            velocity=(0.0, -0.05),
        )
    lay_weather(stage)


def _smoke(stage: Stage, head: tuple[float, float]) -> Floats:
    rise = np.clip(head[1] - 0.24 - stage.y, 0, 2)
    middle = head[0] + 0.13 * rise * np.sin(9 * rise - 0.7 * stage.t_s) + 0.12 * rise
    wide = 0.008 + 0.12 * rise
    return np.asarray(np.exp(-(((stage.x - middle) / wide) ** 2)) * (rise > 0) * np.exp(-1.2 * rise), np.float32)


FIRE = Motif(
    name="fire",
    words=(
        "fire",
        "flame",
        "burn",
        "candle",
        "spark",
        "ember",
        "ash",
        "smoke",
        "match",
        "blaze",
        "firework",
        "camp",
        "warm",
        "heat",
        "light",
        "celebrat",
        "glow",
        "torch",
    ),
    compositions={
        "camp": Composition(_camp, ("top",)),
        "candle": Composition(_candle, ("top", "bottom")),
        "fireworks": Composition(_fireworks, ("bottom", "top")),
        "match": Composition(_match, ("top", "bottom")),
    },
    hours=("dusk", "night", "dawn"),
    weathers=("clear", "cloudy", "mist", "snow"),
)
