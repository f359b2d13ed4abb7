"""Worlds: a ringed planet over a horizon, orbits seen from above, an eclipse, a planet cut by the frame."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import arc, placed
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.people import walker
from media.scenes.sky import lay_stars
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, side_light


def _lay_space(stage: Stage, *, lowest: float = 1.2) -> None:
    """The sky of a place without much air: dark above whatever the hour, and a cloud of far stars."""
    dark = {"night": ("shade", "sky_high"), "day": ("sky_high", "sky_low")}.get(
        stage.scene.hour, ("sky_high", "sky_low")
    )
    fall = stage.fade(-0.7, 0.6) * np.ones_like(stage.x)
    stage.lay("space", "sky", 1.0, ramp(stage, 0.1 + 0.9 * fall, "shade", *dark), depth=0.0, region="above")
    haze = stage.noise("far stars", scale=0.5, octaves=4, stretch=1.5)
    band = np.exp(-(((stage.y + 0.15 + 0.5 * stage.x + 0.1 * haze) / 0.2) ** 2))
    stage.lay("haze", "cloud", np.clip(band * (0.35 + 0.4 * haze), 0, 0.5), "sky_low", depth=0.02, region="above")
    lay_stars(stage, lowest, count=320)


def _sphere(stage: Stage, x: float, y: float, radius: float, *, from_deg: float, bands: float = 0.0) -> Floats:
    """Share of light on a planet, 0 to 1, with bands of weather when asked for. Shapes: [H, W]."""
    lit = side_light(stage, x, y, radius, from_deg=from_deg)
    if bands:
        tilt = (stage.y - y) * np.cos(0.35) + (stage.x - x) * np.sin(0.35)
        bulge = tilt / radius + 0.12 * ((stage.x - x) / radius) ** 2
        swirl = stage.noise(
            "weather of a planet", scale=0.3 * radius, octaves=3, stretch=5.0, shift=(-0.004 * stage.t_s, 0)
        )
        lit = lit + 0.13 * np.sin(bands * bulge + 1.8 * swirl)
    return np.asarray(np.clip(lit, 0, 1), np.float32)


def _ringed(stage: Stage) -> None:
    rng = stage.chance("places")
    _lay_space(stage, lowest=0.3)
    side = 1 if rng.random() < 0.5 else -1
    x, y, radius = (
        side * float(rng.uniform(0.02, 0.12)),
        float(rng.uniform(-0.12, -0.05)),
        float(rng.uniform(0.19, 0.24)),
    )
    tilt = side * float(rng.uniform(-26, -14))
    rings = []
    for inner, outer, share in ((1.35, 1.62, 0.75), (1.68, 1.98, 0.5), (2.03, 2.1, 0.35)):
        both = [stage.ellipse(x, y, radius * reach, radius * reach * 0.26, turn_deg=tilt) for reach in (outer, inner)]
        rings.append((both[0] * (1 - both[1]), share))
    turn = np.deg2rad(tilt)
    front = ((stage.y - y) * np.cos(turn) - (stage.x - x) * np.sin(turn)) > 0
    ball = stage.disc(x, y, radius)
    lit = _sphere(stage, x, y, radius, from_deg=200 if side > 0 else -20, bands=11)
    dusty = [mix(stage.blend("light", "accent", np.float32(0.35 * at)), stage.colour("shade"), 0.25) for at in range(3)]
    for at, (ring, share) in enumerate(rings):
        stage.lay(f"ring behind {at}", "disc", ring * ~front * share, dusty[at], depth=0.1, region="subject")
    stage.lay(
        "planet",
        "disc",
        ball,
        ramp(stage, 0.05 + 0.85 * lit, "shade", "accent", "accent", "light"),
        depth=0.12,
        region="subject",
    )
    band = stage.ellipse(x, y - 0.1 * radius, radius * 1.7, radius * 0.5, turn_deg=tilt) * (
        1 - stage.ellipse(x, y - 0.1 * radius, radius * 1.5, radius * 0.38, turn_deg=tilt)
    )
    stage.lay("shadow of the rings", "disc", ball * band * front * 0.4, "shade", depth=0.13, region="subject")
    for at, (ring, share) in enumerate(rings):
        stage.lay(f"ring before {at}", "disc", ring * front * (share + 0.2), dusty[at], depth=0.14, region="subject")
    moon = (x - side * 0.3, y - 0.2 + 0.01 * np.sin(0.1 * stage.t_s))
    stage.lay(
        "moon",
        "disc",
        stage.disc(*moon, 0.032),
        ramp(stage, side_light(stage, *moon, 0.032), "shade", "far", "light"),
        depth=0.1,
        region="above",
    )
    _lay_crags(stage, side)


def _lay_crags(stage: Stage, side: int) -> None:
    for row in range(3):
        near = row / 2
        rough = np.abs(
            stage.profile(f"crags {row}", scale=0.3 + 0.2 * near, octaves=5, gain=0.5 + 0.05 * stage.scene.energy)
        )
        line = 0.3 + 0.08 * row - (0.1 + 0.05 * near) * rough
        stage.lay(
            f"crags {row}",
            "mountain",
            stage.under(line),
            ramp(stage, 0.4 * near + 1.2 * (stage.y - line[None, :]), "far", "near", "shade"),
            depth=0.3 + 0.25 * near,
        )
    column = int(np.argmin(np.abs(stage.x[0] + side * 0.22)))
    rough = np.abs(stage.profile("crags 2", scale=0.5, octaves=5, gain=0.5 + 0.05 * stage.scene.energy))
    foot = 0.46 - 0.15 * float(rough[column])
    person = [placed(part, -side * 0.22, foot + 0.012, 0.085) for part in walker(0.1)]
    stage.lay("someone", "figure", stage.polygon(*person), "light", depth=0.85, region="subject")


def _orbits(stage: Stage) -> None:
    """A chart of worlds round a star."""
    rng = stage.chance("places")
    x, y = (float(place) for place in rng.uniform((-0.1, -0.1), (0.1, 0.1)))
    away = np.hypot(stage.x - x, stage.y - y)
    stage.lay("space", "sky", 1.0, ramp(stage, 1.2 * away, "sky_high", "shade"), depth=0.0, region="above")
    lay_stars(stage, 1.2, count=200)
    squash, tilt = float(rng.uniform(0.55, 1.0)), float(rng.uniform(-30, 30))
    count = 5 + round(3 * stage.scene.energy)
    reaches = 0.13 + 0.42 * (np.arange(count) / (count - 1)) ** 1.1
    names = ("accent", "water", "far", "light", "sky_low", "near", "accent", "water")
    lines = [placed(arc(0, 0, reach, reach * squash, 0, 360, steps=90), x, y, turn_deg=tilt) for reach in reaches]
    stage.lay("orbits", "form", stage.stroke(*lines, width=0.0035) * 0.75, "sky_low", depth=0.2, after=True)
    stage.lay("corona", "sky", stage.glow(x, y, 0.15, power=1.3) * 0.7, "light", depth=0.25, region="subject")
    stage.lay(
        "star",
        "disc",
        stage.disc(x, y, 0.068),
        ramp(stage, away / 0.07, "light", "light", "accent"),
        depth=0.3,
        region="subject",
    )
    for at, reach in enumerate(reaches):
        turn = float(rng.uniform(0, 360)) + 6 * stage.t_s / reach**1.5 * 0.1
        here = placed(arc(0, 0, float(reach), float(reach) * squash, turn, turn, steps=2)[:1], x, y, turn_deg=tilt)[0]
        px, py, size = float(here[0]), float(here[1]), float(rng.uniform(0.016, 0.046)) * (0.7 + 0.6 * at / count)
        toward = np.rad2deg(np.arctan2(y - py, x - px))
        lit = side_light(stage, px, py, size, from_deg=float(toward))
        stage.lay(
            f"planet {at}",
            "disc",
            stage.disc(px, py, size),
            ramp(stage, 0.1 + 0.8 * lit, "shade", names[at % 8], "light"),
            depth=0.4 + 0.03 * at,
            region="subject",
        )
        if size > 0.036:
            ring = stage.ellipse(px, py, size * 1.9, size * 0.5, turn_deg=20) * (
                1 - stage.ellipse(px, py, size * 1.45, size * 0.32, turn_deg=20)
            )
            behind = stage.disc(px, py, size) * (stage.y < py + 0.36 * (stage.x - px))
            stage.lay(
                f"ring {at}", "disc", ring * (1 - behind) * 0.8, "light", depth=0.41 + 0.03 * at, region="subject"
            )


def _eclipse(stage: Stage) -> None:
    """A black disc with light all round it, over a plain."""
    rng = stage.chance("places")
    x, y, radius = float(rng.uniform(-0.05, 0.05)), float(rng.uniform(-0.1, -0.04)), float(rng.uniform(0.19, 0.24))
    horizon = 0.3
    fall = stage.fade(-0.6, horizon) * np.ones_like(stage.x)
    stage.lay(
        "sky", "sky", 1.0, ramp(stage, 0.12 + 0.7 * fall**2, "shade", "sky_high", "sky_low"), depth=0.0, region="above"
    )
    lay_stars(stage, horizon, count=140)
    away, turn = np.hypot(stage.x - x, stage.y - y), np.arctan2(stage.y - y, stage.x - x)
    beams = np.zeros_like(turn)
    for at, times in enumerate((3, 5, 8, 13)):
        beams += np.cos(times * turn + float(rng.uniform(0, 6.28)) + 0.06 * (at + 1) * stage.t_s) * 0.8**at
    out = np.clip(away - radius, 0, 2)
    corona = np.exp(-out / (0.075 + 0.028 * beams)) * (away > radius * 0.9)
    stage.lay("corona", "sky", np.clip(corona, 0, 1) * 0.8, "light", depth=0.05, region="subject")
    stage.lay(
        "rim",
        "disc",
        stage.disc(x, y, radius * 1.022, soft=0.01),
        mix(stage.colour("light"), stage.colour("accent"), 0.3),
        depth=0.06,
        region="subject",
    )
    stage.lay(
        "moon",
        "disc",
        stage.disc(x, y, radius),
        ramp(stage, 0.2 * (stage.y - y) / radius, "shade", "sky_high"),
        depth=0.07,
        region="subject",
    )
    bead = (x + radius * 0.71, y - radius * 0.71)
    stage.lay(
        "bead",
        "star",
        np.maximum(spots(stage, [bead], 0.016, soft=0.6), stage.glow(*bead, 0.035) * 0.8),
        "#fffef8",
        depth=0.08,
        region="subject",
        after=True,
    )
    plain = ramp(stage, 0.15 + 2.2 * (stage.y - horizon), "far", "near", "shade")
    stage.lay("plain", "land", stage.under(horizon + 0.01 * stage.profile("edge", scale=0.3)), plain, depth=0.3)
    wash = (
        np.exp(-(((stage.x - x) / 0.22) ** 2))
        * np.clip(1 - 4 * (stage.y - horizon), 0, 1)
        * stage.under(np.full(stage.width_px, horizon))
    )
    stage.lay("light on the plain", "land", wash * 0.6, "light", depth=0.32)
    stones = [
        placed(
            [(-0.5, 0.0), (-0.42, -1.5), (0.1, -1.75), (0.45, -1.45), (0.5, 0.0)],
            float(sx),
            0.4 + 0.03 * abs(float(sx)),
            0.06 * float(rng.uniform(0.7, 1.3)),
        )
        for sx in np.arange(-1.75, 1.8, 0.175)
    ]
    stage.lay("stones", "thing", stage.polygon(*stones), "shade", depth=0.6, region="subject")


def _limb_of_a_world(stage: Stage) -> None:
    """A huge planet that the frame cuts, seen from near: a bright edge of air, a small moon over it."""
    rng = stage.chance("places")
    _lay_space(stage)
    side = 1 if rng.random() < 0.5 else -1
    radius = float(rng.uniform(0.74, 0.9))
    x, y = -side * float(rng.uniform(0.3, 0.42)), 0.33 + radius * 0.45
    away = np.hypot(stage.x - x, stage.y - y)
    air = np.exp(-np.clip(away - radius, 0, 2) / 0.03) * (away > radius - 0.01)
    towards_light = side_light(stage, x, y, radius, from_deg=-70 if side > 0 else -110)
    stage.lay("air", "sky", air * 0.85 * towards_light, "light", depth=0.1, region="above")
    land = stage.noise("continents", scale=0.34, octaves=5, shift=(-0.006 * stage.t_s, 0.0))
    ground = mix(
        ramp(stage, towards_light, "shade", "water", "water"),
        ramp(stage, towards_light, "shade", "accent", "light"),
        np.clip(land * 5, 0, 1),
    )
    stage.lay("planet", "disc", stage.disc(x, y, radius), ground, depth=0.2, region="subject")
    clouds = np.clip(
        stage.noise("swirls", scale=0.3, octaves=5, stretch=2.5, shift=(-0.012 * stage.t_s, 0)) * 2 - 0.2, 0, 1
    )
    stage.lay(
        "clouds",
        "cloud",
        clouds * towards_light * stage.disc(x, y, radius) * 0.7,
        "light",
        depth=0.22,
        region="subject",
        velocity=(0.012, 0.0),
    )
    edge = np.exp(-(((away - radius * 0.985) / 0.02) ** 2)) * (away < radius) * towards_light
    stage.lay("edge of air", "disc", edge * 0.8, "light", depth=0.23, region="subject")
    moon = (side * float(rng.uniform(0.16, 0.26)), float(rng.uniform(-0.3, -0.2)), float(rng.uniform(0.07, 0.1)))
    lit = side_light(stage, *moon, from_deg=-70 if side > 0 else -110)
    pits = 0.16 * stage.noise("pits", scale=0.06, octaves=3)
    stage.lay(
        "moon",
        "disc",
        stage.disc(*moon),
        ramp(stage, 0.05 + 0.8 * lit + pits * lit, "shade", "far", "light"),
        depth=0.15,
        region="subject",
    )


PLANETS = Motif(
    name="planets",
    words=(
        "planet",
        "space",
        "orbit",
        "moon",
        "star",
        "cosmos",
        "cosmic",
        "galaxy",
        "eclipse",
        "saturn",
        "mars",
        "universe",
        "satellite",
        "gravity",
        "astronaut",
        "alien",
        "rocket",
        "infinite",
        "comet",
        "world",
    ),
    compositions={
        "ringed": Composition(_ringed, ("top", "bottom")),
        "orbits": Composition(_orbits, ("bottom", "top")),
        "eclipse": Composition(_eclipse, ("bottom", "top")),
        "limb_of_a_world": Composition(_limb_of_a_world, ("top", "bottom")),
    },
    weathers=("clear", "cloudy", "mist"),
)
