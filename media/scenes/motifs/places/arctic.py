"""The ice: a berg and what it hides, floes from above, curtains of light over a white plain."""

from __future__ import annotations

import numpy as np

from media.scenes.boats import lay_ship_from_above
from media.scenes.curves import Points, placed, smooth
from media.scenes.figures import lay_walker
from media.scenes.land import lay_peak
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_stars, lay_weather
from media.scenes.stage import Stage


def _ice(stage: Stage, shade: float) -> Floats:
    """The colour of ice: white in the light, the water's in the shade."""
    white = stage.blend(stage.blend("light", "#ffffff", np.float32(0.45)), "sky_low", np.float32(0.15))
    tone = stage.blend(white, stage.blend("water", "sky_low", np.float32(0.4)), np.float32(shade))
    return stage.blend(tone, "far", np.float32(0.35)) if stage.scene.hour == "night" else tone


def _berg(stage: Stage) -> None:
    """The frame is parted by the waterline: a small berg above it, a great one below."""
    rng = stage.chance("places")
    line = float(rng.uniform(-0.2, -0.13))
    side = -1.0 if rng.random() < 0.5 else 1.0
    lay_sky(
        stage, horizon=line, disc=(side * float(rng.uniform(0.2, 0.36)), line - float(rng.uniform(0.08, 0.16)), 0.045)
    )
    x = -side * float(rng.uniform(0.0, 0.1))
    heave = 0.004 * float(np.sin(0.6 * stage.t_s))
    far = line - 0.02 - 0.03 * np.abs(stage.profile("far ice", scale=0.3, octaves=4, gain=0.6))
    stage.lay("far ice", "ice", stage.under(far), stage.blend(_ice(stage, 0.4), "sky_low", np.float32(0.5)), depth=0.1)
    _lay_tip(stage, x, line + heave, side)
    swell = line + 0.006 * stage.profile("swell", scale=0.3, octaves=2, shift=0.04 * stage.t_s)
    deep = stage.fade(line, stage.bottom + 0.1)
    stage.lay(
        "water",
        "water",
        stage.under(swell),
        stage.blend(stage.blend("water", "sky_low", np.float32(0.3)), "shade", 0.92 * deep),
        depth=0.5,
        region="below",
        velocity=(-0.02, 0.0),
    )
    _lay_rays(stage, line)
    _lay_root(stage, x, line + heave, side, deep)
    surface = stage.between(swell - 0.002, swell + 0.005)
    stage.lay("waterline", "water", surface * 0.8, "light", depth=0.7, velocity=(-0.02, 0.0))
    _lay_whale(stage, x, side)
    lay_weather(stage)


def _lay_tip(stage: Stage, x: float, line: float, lit: float) -> None:
    rng = stage.chance("tip")
    high = 0.19 + 0.07 * stage.scene.energy
    tops = [
        (-0.3, 0.0),
        (-0.27, -0.32),
        (-0.17, -0.42),
        (-0.1, -0.86),
        (-0.02, -1.0),
        (0.05, -0.78),
        (0.13, -0.62),
        (0.19, -0.28),
        (0.29, -0.2),
        (0.33, 0.0),
    ]
    outline = np.array(
        [(x + a + 0.015 * float(rng.normal()), line + b * high * (1 + 0.08 * float(rng.normal()))) for a, b in tops]
        + [(x + 0.33, line + 0.03), (x - 0.3, line + 0.03)]
    )
    body = stage.polygon(outline)
    stage.lay("tip of the berg", "ice", body, _ice(stage, 0.62), depth=0.5, region="subject")
    ridge = [
        (x - 0.02, line - high * 1.02),
        (x + 0.02 * lit, line - 0.7 * high),
        (x - 0.035 * lit, line - 0.45 * high),
        (x + 0.03 * lit, line - 0.2 * high),
        (x - 0.01, line + 0.04),
    ]
    face = np.array([*ridge, (x + lit * 0.5, line + 0.04), (x + lit * 0.5, line - 1.2 * high)])
    stage.lay("light on the berg", "ice", stage.polygon(face) * body, _ice(stage, 0.0), depth=0.5, region="subject")
    facets = [
        np.array([(x + a * lit, line - b * high) for a, b in shape])
        for shape in (
            ((0.06, 0.7), (0.1, 0.3), (0.03, 0.2)),
            ((0.17, 0.4), (0.24, 0.15), (0.14, 0.05)),
            ((-0.1, 0.6), (-0.06, 0.25), (-0.15, 0.3)),
        )
    ]
    stage.lay("facets", "ice", stage.polygon(*facets) * body, _ice(stage, 0.35), depth=0.5, region="subject")


def _lay_root(stage: Stage, x: float, line: float, lit: float, deep: Floats) -> None:
    rng = stage.chance("root")
    points = [
        (-0.32, 0.0),
        (-0.42, 0.1),
        (-0.38, 0.24),
        (-0.3, 0.32),
        (-0.24, 0.44),
        (-0.1, 0.53),
        (0.02, 0.62),
        (0.1, 0.52),
        (0.22, 0.43),
        (0.31, 0.28),
        (0.42, 0.16),
        (0.35, 0.0),
    ]
    outline = np.array(
        [(x + a + 0.012 * float(rng.normal()), line + b * (1 + 0.05 * float(rng.normal()))) for a, b in points]
    )
    body = stage.polygon(outline)
    glow = stage.blend(_ice(stage, 0.55), "water", np.float32(0.35))
    stage.lay(
        "root of the berg",
        "ice",
        body,
        stage.blend(glow, "water", np.clip(0.25 + 0.75 * deep, 0, 1)),
        depth=0.55,
        region="subject",
    )
    ridge = smooth(
        [(x, line), (x + 0.05 * lit, line + 0.16), (x - 0.04 * lit, line + 0.32), (x + 0.02, line + 0.64)], steps=4
    )
    face = np.concatenate((ridge, [(x + lit * 0.8, line + 0.64), (x + lit * 0.8, line)]))
    stage.lay(
        "light under water",
        "ice",
        stage.polygon(face) * body * 0.55,
        stage.blend(_ice(stage, 0.25), "water", 0.2 + 0.7 * deep),
        depth=0.55,
        region="subject",
    )
    cracks = [
        smooth(np.stack((x + np.cumsum(rng.normal(0, 0.05, 5)) + start, line + 0.06 + 0.08 * np.arange(5)), 1), steps=4)
        for start in (-0.2, 0.0, 0.16)
    ]
    stage.lay(
        "cracks",
        "ice",
        stage.stroke(*cracks, width=0.003) * body * 0.5,
        "light",
        depth=0.56,
        region="subject",
        after=True,
    )


def _lay_rays(stage: Stage, line: float) -> None:
    rng = stage.chance("rays")
    for index in range(4):
        x = -0.5 + 0.32 * index + float(rng.uniform(-0.08, 0.08)) + 0.02 * float(np.sin(0.3 * stage.t_s + index))
        shape = np.array([(x, line), (x + 0.06, line), (x + 0.32, line + 0.75), (x + 0.06, line + 0.75)])
        stage.lay(
            f"ray {index}",
            "water",
            stage.polygon(shape) * 0.14 * (1 - stage.fade(line, line + 0.7)),
            "light",
            depth=0.52,
        )


def _lay_whale(stage: Stage, x: float, side: float) -> None:
    """Lay a small whale far down, for scale; it swims and beats its flukes."""
    swim = 0.006 * stage.t_s
    at = (x - side * (0.3 - swim), 0.33)
    beat = 0.06 * float(np.sin(1.2 * stage.t_s))
    body = smooth(
        [
            (-0.5, 0.0),
            (-0.4, -0.12),
            (-0.1, -0.17),
            (0.25, -0.08),
            (0.5, 0.0 + beat),
            (0.62, -0.1 + 2 * beat),
            (0.66, 0.0 + 2 * beat),
            (0.6, 0.08 + 2 * beat),
            (0.48, 0.04 + beat),
            (0.2, 0.06),
            (-0.1, 0.1),
            (-0.12, 0.2),
            (-0.2, 0.1),
            (-0.42, 0.07),
        ],
        steps=5,
        closed=True,
    )
    shape = placed(body, *at, 0.14, flip=side < 0)
    stage.lay(
        "whale",
        "animal",
        stage.polygon(shape),
        stage.blend("shade", "water", np.float32(0.0 if stage.scene.hour == "day" else 0.75)),
        depth=0.6,
        region="subject",
        velocity=(0.006 * side, 0.0),
    )


def _floes(stage: Stage) -> None:
    """Pack ice from straight above: pale plates on dark water, a red ship in the lead between them."""
    rng = stage.chance("places")
    turn = float(rng.uniform(-35, 35))
    stage.lay(
        "water",
        "water",
        1.0,
        stage.blend("water", "shade", np.clip(0.45 + 0.25 * stage.noise("depths", scale=0.5, octaves=3), 0, 1)),
        depth=0.3,
        region="above",
    )
    heading = np.deg2rad(turn)
    for index, (shape, shade) in enumerate(zip(_plates(stage, heading), (0.05, 0.16, 0.28), strict=True)):
        stage.lay(
            f"under the floes {index}",
            "water",
            stage.polygon(*[plate + (0.012, 0.016) for plate in shape]) * 0.7,
            "shade",
            depth=0.4,
        )
        frost = np.clip(0.5 + 0.6 * stage.noise(f"frost {index}", scale=0.15, octaves=4), 0, 1)
        stage.lay(
            f"floes {index}",
            "ice",
            stage.polygon(*shape),
            stage.blend(_ice(stage, shade), _ice(stage, shade + 0.25), frost),
            depth=0.5,
        )
        stage.lay(
            f"edges of floes {index}",
            "ice",
            stage.stroke(*[np.concatenate((plate, plate[:1])) for plate in shape], width=0.004) * 0.7,
            _ice(stage, 0.0),
            depth=0.5,
        )
    lay_ship_from_above(stage, turn, heading)
    if stage.scene.weather != "mist":
        lay_weather(stage)


def _plates(stage: Stage, heading: float) -> list[list[Points]]:
    """Floes in three tones, on a jittered grid; a lane along the heading stays open."""
    rng = stage.chance("plates")
    cell = 0.2 - 0.05 * stage.scene.energy
    tones: list[list[Points]] = [[], [], []]
    side = np.array([np.cos(heading), np.sin(heading)])
    for row in np.arange(-1.1, 1.1, cell):
        for column in np.arange(-1.95, 1.95, cell):
            middle = np.array([column, row]) + rng.uniform(-0.28, 0.28, 2) * cell
            corners = int(rng.integers(5, 9))
            angles = np.sort(rng.uniform(0, 2 * np.pi, corners) * 0.35 + np.arange(corners) / corners * 2 * np.pi)
            reach = cell * rng.uniform(0.36, 0.6, corners) * float(rng.choice((0.55, 0.9, 1.0, 1.12)))
            tone = int(rng.integers(3))
            away = abs(float(middle @ side)) - 0.075 - 0.02 * np.sin(9 * float(middle @ side[::-1]))
            if away < 0.3 * cell:
                continue
            drift = 0.003 * np.array([np.sin(0.3 * stage.t_s + 5 * row), np.cos(0.27 * stage.t_s + 4 * column)])
            tones[tone].append(np.stack((np.cos(angles), np.sin(angles)), 1) * reach[:, None] + middle + drift)
    return tones


def _lights(stage: Stage) -> None:
    """Curtains of light over a white plain; somebody with a sledge looks up."""
    rng = stage.chance("places")
    ground = float(rng.uniform(0.27, 0.33))
    side = -1.0 if rng.random() < 0.5 else 1.0
    lay_sky(stage, horizon=ground)
    dark = {"night": 0.0, "dusk": 0.15, "dawn": 0.2, "day": 0.35}[stage.scene.hour]
    stage.lay(
        "dusk of the sky",
        "sky",
        1 - 0.6 * stage.fade(-0.1, ground),
        stage.blend("sky_high", "shade", np.float32(0.5)),
        depth=0.0,
        region="above",
    )
    if stage.scene.hour != "night":
        lay_stars(stage, ground - 0.1, count=160)
    for index, tone in enumerate(("water", "sky_low", "accent")):
        _lay_curtain(stage, index, tone, side, 1.0 - dark)
    for index, (x, top, wide) in enumerate(((-0.5, 0.1, 0.4), (0.1, 0.17, 0.3), (0.55, 0.06, 0.42))):
        lay_peak(
            stage, f"ridge {index}", side * x, top, ground + 0.005, wide, lit_from=-side * 0.1, depth=0.25, snow=0.8
        )
    away = np.clip((stage.y - ground) / 0.25, 0.001, 1)
    drifts = _drifts(stage, np.asarray(away, np.float32))
    snow = stage.blend(
        stage.blend(_ice(stage, 0.35), "far", np.float32(0.45)), "shade", np.clip(0.15 * drifts + 0.4 * away, 0, 1)
    )
    stage.lay("plain", "ice", stage.under(np.full(stage.width_px, ground)), snow, depth=0.6)
    shine = stage.glow(side * 0.05, ground, 0.4) * (1 - stage.fade(ground, ground + 0.2))
    stage.lay(
        "light on the plain",
        "ice",
        stage.under(np.full(stage.width_px, ground)) * shine * 0.4,
        stage.blend("accent", "light", np.float32(0.4)),
        depth=0.61,
    )
    x = -side * float(rng.uniform(0.06, 0.2))
    lay_walker(stage, x, ground + 0.075, 0.1, walking=False)
    sledge = placed(
        [(-0.5, 0.0), (-0.5, -0.2), (0.3, -0.22), (0.42, -0.06), (0.36, 0.0)],
        x + side * 0.09,
        ground + 0.077,
        0.09,
        flip=side < 0,
    )
    stage.lay("sledge", "vehicle", stage.polygon(sledge), "shade", depth=0.71, region="subject")
    if stage.scene.weather not in ("mist", "storm", "rain"):
        lay_weather(stage)


def _drifts(stage: Stage, away: Floats) -> Floats:
    rows = np.asarray(7.5 * np.log(away[:, 0] + 0.02), np.float32)
    return stage.field("drifts", stage.x[0] * 3, rows, octaves=3)


def _lay_curtain(stage: Stage, index: int, tone: str, side: float, strength: float) -> None:
    """Lay one curtain of light: its hem winds, its folds rise from it and fade."""
    rng = stage.chance(f"curtain {index}")
    sway = 0.05 * stage.t_s * (1 + 0.3 * index)
    hem = stage.profile(f"hem {index}", scale=0.55, octaves=2, gain=0.4, shift=0.02 * stage.t_s) * 0.11
    low = -0.02 - 0.14 * index + side * (0.28 - 0.1 * index) * stage.x[0] + hem + float(rng.uniform(-0.03, 0.03))
    above = (low[None, :] - stage.y) / (0.26 + 0.1 * index)
    folds = stage.profile(f"folds {index}", scale=0.07, octaves=3, gain=0.6, shift=sway * 0.3)
    lit = np.clip(0.6 + 0.75 * folds, 0.05, 1)[None, :]
    rise = np.clip(above * 9, 0, 1) * np.exp(-np.clip(above, 0, 9) * 1.5)
    base = stage.blend(tone, "light", np.float32(0.5))
    colour = stage.blend(base, stage.blend("accent", "sky_high", np.float32(0.35)), np.clip(above * 0.6, 0, 0.8))
    stage.lay(
        f"curtain {index}", "sky", rise * lit * strength, colour, depth=0.05, region="above", velocity=(0.01, 0.0)
    )


ARCTIC = Motif(
    name="arctic",
    words=(
        "ice",
        "iceberg",
        "arctic",
        "polar",
        "frozen",
        "freeze",
        "cold",
        "north",
        "glacier",
        "aurora",
        "winter",
        "frost",
        "whale",
        "white",
        "thaw",
        "melt",
        "pole",
        "below",
    ),
    compositions={
        "berg": Composition(_berg, ("top", "bottom")),
        "floes": Composition(_floes, ("top", "bottom")),
        "lights": Composition(_lights, ("bottom", "top")),
    },
)
