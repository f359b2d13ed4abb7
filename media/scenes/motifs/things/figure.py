"""People: one who walks with a long shadow, two who face each other, a head full of sky, a dancer."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import placed, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.people import dancer, head_in_profile, shadow_of, walker
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, shines, side_light


def _long_shadow(stage: Stage) -> None:
    """Seen from high above: no horizon, bands of ground, a small figure whose shadow is larger than itself."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    slope = side * float(rng.uniform(0.18, 0.5))
    grain = stage.noise("ground", scale=0.7, octaves=4, stretch=2.0)
    stage.lay(
        "ground", "sand", 1.0, ramp(stage, 0.4 + 0.35 * stage.y + 0.1 * grain, "sky_low", "far", "near"), depth=0.3
    )
    for row, at in enumerate(np.sort(rng.uniform(-0.55, 0.5, 4))):
        line = at + slope * stage.x[0] + 0.03 * stage.profile(f"edge {row}", scale=0.8, octaves=2)
        tone = ramp(stage, 0.25 + 0.2 * row + 0.4 * (stage.y - at), "far", "water", "near")
        stage.lay(f"band {row}", "sand", stage.under(line) * 0.55, tone, depth=0.35 + 0.02 * row)
        stage.lay(
            f"edge {row}", "sand", stage.between(line - 0.004, line + 0.002) * 0.7, "light", depth=0.36 + 0.02 * row
        )
    step = np.sin(stage.t_s * 4.2 + float(rng.uniform(0, 6.28)))
    x = -side * float(rng.uniform(0.1, 0.22)) + side * 0.16 * (1 - float(np.exp(-stage.t_s / 13)))
    y, size = float(rng.uniform(-0.14, -0.04)), float(rng.uniform(0.21, 0.26))
    parts = walker(float(step))
    lit = shines(stage)
    thrown = shadow_of(parts, x, y, size, slant=side * (2.2 if lit else 0.5), long=1.75 if lit else 0.3)
    stage.lay("shadow", "sand", stage.polygon(*thrown) * (0.85 if lit else 0.4), "shade", depth=0.6, region="subject")
    people = [placed(part, x, y, size=size) for part in parts]
    stage.lay(
        "walker", "figure", stage.polygon(*people), "shade", depth=0.7, region="subject", velocity=(side * 0.012, 0)
    )
    coat = stage.polygon(placed(parts[4], x, y, size=size))
    red = ramp(
        stage,
        0.25 + 0.7 * side_light(stage, x, y - 0.6 * size, 0.03, from_deg=180 if side > 0 else 0),
        "shade",
        "accent",
        "light",
    )
    stage.lay("coat", "figure", coat, red, depth=0.71, region="subject", velocity=(side * 0.012, 0))
    lay_weather(stage)


def _facing(stage: Stage) -> None:
    rng = stage.chance("places")
    apart = float(rng.uniform(0.07, 0.13)) + 0.006 * np.sin(stage.t_s * 0.5)
    disc = (0.0, float(rng.uniform(-0.05, 0.12)), float(rng.uniform(0.09, 0.15)))
    lay_sky(stage, horizon=0.42, disc=disc)
    for row in range(3):
        line = 0.26 + 0.08 * row + 0.04 * stage.profile(f"hill {row}", scale=0.4, octaves=4)
        stage.lay(
            f"hill {row}",
            "mountain",
            stage.under(line),
            stage.blend("far", "near", np.float32(0.3 * row)),
            depth=0.1 + 0.1 * row,
        )
    size = float(rng.uniform(0.82, 0.92))
    lift = float(rng.uniform(-0.05, 0.05))
    for name, flip, tones, high in (
        ("one", False, ("shade", "near", "far"), -0.47 + lift),
        ("other", True, ("shade", "near", "accent"), -0.47 - lift),
    ):
        x = (1 if flip else -1) * (apart + 0.565 * size)
        head = placed(head_in_profile(), x, high, size=size, flip=flip)
        edge = head[-1]
        behind = np.array([(edge[0], 1.5), ((2 if flip else -2), 1.5), ((2 if flip else -2), head[0, 1])])
        rim = np.clip(1 - np.abs(stage.x) / (apart + 0.36 * size), 0, 1)
        stage.lay(
            name,
            "figure",
            stage.polygon(np.concatenate([head, behind])),
            ramp(stage, rim**2, *tones),
            depth=0.8,
            region="subject",
        )
    lay_weather(stage)


def _head_of_sky(stage: Stage) -> None:
    rng = stage.chance("places")
    paper = mix(stage.colour("light"), stage.colour("sky_low"), 0.35 + 0.4 * stage.y + 0.2 * stage.glow(0.4, -0.4, 0.6))
    if stage.scene.hour == "night":
        paper = mix(paper, stage.colour("far"), 0.75)
    stage.lay("ground", "sky", 1.0, paper, depth=0.0, region="above")
    side = 1 if rng.random() < 0.5 else -1
    size, x, y = 0.8, -side * 0.06, -0.4
    head = placed(head_in_profile(), x, y, size=size, flip=side < 0)
    head[-1, 1] = head[0, 1] = stage.bottom + 0.3
    mask = stage.polygon(head)
    inside = ramp(stage, stage.fade(-0.45, 0.45) * np.ones_like(stage.x), "shade", "sky_high", "far", "sky_low")
    stage.lay("head", "figure", mask, inside, depth=0.5, region="subject")
    clouds = stage.noise("thoughts", scale=0.3, octaves=5, stretch=1.8, shift=(-0.012 * stage.t_s, 0.0))
    billow = np.clip((clouds - 0.02 + 0.5 * (stage.y - 0.05)) * 2.6, 0, 1) * mask
    stage.lay(
        "clouds",
        "cloud",
        billow * 0.85,
        ramp(stage, 0.4 + 0.6 * clouds, "far", "sky_low", "light"),
        depth=0.52,
        region="subject",
        velocity=(0.012, 0.0),
    )
    moon = (x + side * float(rng.uniform(-0.12, 0.1)), y + float(rng.uniform(0.2, 0.34)), float(rng.uniform(0.06, 0.1)))
    stage.lay("disc", "disc", stage.disc(*moon) * mask, "accent", depth=0.51, region="subject")
    count = 60 + round(60 * stage.scene.energy)
    places = rng.uniform((x - 0.4, y), (x + 0.4, y + 0.6), (count, 2))
    twinkle = 0.6 + 0.4 * np.sin(stage.t_s * rng.uniform(0.6, 2, count) + rng.uniform(0, 6.28, count))
    stars = spots(stage, places, 0.0012 + 0.0035 * rng.random(count) ** 3, light=twinkle) * mask
    stage.lay("stars", "star", stars, "light", depth=0.53, region="subject", after=True)
    ridges = (
        stage.under(0.37 + 0.05 * row + 0.05 * stage.profile(f"ridge {row}", scale=0.3, octaves=4)) for row in range(2)
    )
    for row, ridge in enumerate(ridges):
        stage.lay(
            f"ridge {row}",
            "mountain",
            ridge * mask,
            stage.blend("near", "shade", np.float32(0.3 + 0.6 * row)),
            depth=0.55 + 0.05 * row,
            region="subject",
        )
    lay_weather(stage)


def _dancer(stage: Stage) -> None:
    rng = stage.chance("places")
    floor = 0.36
    back = 0.5 * stage.glow(0.0, -0.1, 0.55) + 0.12 * stage.y
    stage.lay(
        "room", "building", 1.0, ramp(stage, 0.2 + back, "shade", "sky_high", "sky_low"), depth=0.0, region="above"
    )
    side = 1 if rng.random() < 0.5 else -1
    apex, foot = (side * float(rng.uniform(0.2, 0.4)), -1.1), (0.0, floor)
    beam = np.array(
        [(apex[0] - 0.02, apex[1]), (apex[0] + 0.02, apex[1]), (foot[0] + 0.4, floor), (foot[0] - 0.4, floor)]
    )
    stage.lay(
        "floor",
        "land",
        stage.under(np.full(stage.width_px, floor - 0.1)),
        ramp(stage, 0.8 - 1.2 * (stage.y - floor + 0.1), "shade", "near"),
        depth=0.3,
    )
    stage.lay("beam", "sky", stage.polygon(beam) * 0.28 * stage.fade(-1.4, 0.2), "light", depth=0.2, region="above")
    stage.lay(
        "pool of light",
        "land",
        stage.ellipse(foot[0], floor, 0.4, 0.075),
        ramp(stage, stage.glow(0, floor, 0.3), "sky_low", "light"),
        depth=0.4,
    )
    turn = float(np.sin(stage.t_s * 1.3 + rng.uniform(0, 6.28)))
    body, skirt = dancer(turn)
    flip, size = bool(rng.random() < 0.5), 0.68
    cast = [part * (1, -0.16) for part in (*body, skirt)]
    stage.lay(
        "shadow",
        "land",
        stage.polygon(*[placed(part, 0.0, floor, size=size, flip=flip) for part in cast]) * 0.6,
        "shade",
        depth=0.45,
    )
    stage.lay(
        "body",
        "figure",
        stage.polygon(*[placed(part, 0.0, floor, size=size, flip=flip) for part in body]),
        "shade",
        depth=0.7,
        region="subject",
    )
    cloth = ramp(
        stage,
        0.15 + 0.5 * stage.fade(floor - 0.5, floor - 0.05) + 0.25 * np.sin(34 * stage.x + 9 * stage.y),
        "accent",
        "accent",
        "light",
        "shade",
    )
    stage.lay(
        "skirt",
        "figure",
        stage.polygon(placed(skirt, 0.0, floor, size=size, flip=flip)),
        cloth,
        depth=0.72,
        region="subject",
    )
    ribbon = smooth(
        [
            (-0.5, -0.98),
            (-0.62, -0.7),
            (-0.4, -0.55 + 0.05 * turn),
            (-0.66, -0.3),
            (-0.3, -0.12 + 0.04 * turn),
            (-0.6, 0.02),
        ],
        steps=8,
    )
    stage.lay(
        "ribbon",
        "figure",
        stage.stroke(placed(ribbon, 0.0, floor, size=size, flip=flip), width=0.012),
        "accent",
        depth=0.73,
        region="subject",
        after=True,
    )


FIGURE = Motif(
    name="figure",
    words=(
        "alone",
        "walk",
        "woman",
        "man",
        "stranger",
        "lover",
        "face",
        "dance",
        "dancer",
        "mind",
        "dream",
        "thought",
        "shadow",
        "kiss",
        "ghost",
        "someone",
        "body",
        "memory",
        "lonel",
        "goodbye",
        "together",
    ),
    compositions={
        "long_shadow": Composition(_long_shadow, ("top", "bottom")),
        "facing": Composition(_facing, ("top", "middle")),
        "head_of_sky": Composition(_head_of_sky, ("right", "top")),
        "dancer": Composition(_dancer, ("top", "bottom")),
    },
)
