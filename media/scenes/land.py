"""Land with light on it: ranges in the air, peaks with a lit and a shaded face, hills."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from media.scenes.layers import Floats, Region
from media.scenes.stage import Stage
from schemas.scene import Label


def ridged(stage: Stage, name: str, *, scale: float, rough: float = 0.12) -> Floats:
    """A line of peaks with straight flanks, 0 to about 1. Shapes: [W].

    Args:
        stage: where.
        name: names its chance.
        scale: about how far one peak is from the next, in units.
        rough: how broken the flanks are.
    """
    rng = stage.chance(name)
    line = np.full(stage.width_px, -1.0, np.float32)
    for middle in np.arange(-2.4, 2.4, scale * 0.8):
        x, top = middle + scale * rng.uniform(-0.35, 0.35), rng.uniform(0.45, 1.0)
        left, right = rng.uniform(0.55, 0.95, 2) * scale
        away = stage.x[0] - x
        line = np.maximum(line, top - np.abs(away) / np.where(away < 0, left, right) * 0.85)
    broken = stage.profile(f"{name} broken", scale=0.28 * scale, octaves=3, gain=0.6)
    return np.asarray(np.maximum(line, -0.3) + rough * broken, np.float32)


def faces(stage: Stage, name: str, heights: ArrayLike, *, lit_from: float, jag: float = 0.06) -> Floats:
    """Which side of the slopes under a line the light falls on, 0 to 1, split along jagged ridges.

    Shapes: [W] -> [H, W].

    Args:
        stage: where.
        name: names its chance.
        heights: y of the line at each column.
        lit_from: x of the light, in units.
        jag: how far the ridges wander, in units.
    """
    line = np.asarray(heights, np.float32)
    apart = max(1, round(0.03 * stage.unit_px))
    padded = np.pad(line, apart, mode="edge")
    slope = (padded[2 * apart :] - padded[: -2 * apart]) / (2 * apart / stage.unit_px)
    drift = stage.noise(f"{name} faces", scale=2.2 * jag, octaves=3, gain=0.55) * jag
    columns = np.clip((stage.x + drift + stage.right) * stage.unit_px, 0, stage.width_px - 1).astype(np.int64)
    side = np.clip((lit_from - stage.x) / 0.12, -1, 1)
    return np.asarray(np.clip(slope[columns] * side * 2 + 0.5, 0, 1), np.float32)


def lay_land(
    stage: Stage,
    name: str,
    heights: ArrayLike,
    *,
    depth: float,
    lit_from: float | None = None,
    haze: float = 0.3,
    label: Label = "mountain",
    region: Region = "below",
    jag: float = 0.06,
) -> Floats:
    """Lay land under a line: paler with distance and towards its foot, its lit faces warmer. Returns its mask.

    Args:
        stage: where to.
        name: of the layer.
        heights: y of its upper edge at each column.
        depth: 0 at the horizon to 1 at the eye.
        lit_from: x of the light; None for no faces.
        haze: how much air lies at its foot, 0 to 1.
        label: what it is.
        region: whose paint it takes.
        jag: how far its ridges wander.
    """
    line = np.asarray(heights, np.float32)
    body = stage.under(line)
    air = stage.blend("sky_low", "far", np.float32(min(1.0, 0.35 + 1.3 * depth)))
    tone: Floats = stage.blend(air, "near", np.float32(max(0.0, (depth - 0.25) / 0.75)))
    fall = np.clip((stage.y - line[None, :]) / 0.32, 0, 1)
    weather_air = 1.6 if stage.scene.weather in ("mist", "snow", "rain") else 1.0
    colours = stage.blend(tone, "sky_low", np.clip(haze * weather_air * fall * (1.1 - depth), 0, 0.9))
    if lit_from is not None:
        lit = faces(stage, name, line, lit_from=lit_from, jag=jag)
        strength = 0.3 if stage.scene.hour != "night" else 0.14
        colours = stage.blend(colours, "light", strength * lit * (1 - 0.6 * fall))
        colours = stage.blend(colours, "shade", 0.22 * (1 - lit) * (1 - fall) * (0.3 + depth))
    stage.lay(name, label, body, colours, depth=depth, region=region)
    return body


def lay_peak(
    stage: Stage,
    name: str,
    x: float,
    top: float,
    foot: float,
    wide: float,
    *,
    lit_from: float,
    depth: float,
    snow: float = 0.4,
) -> None:
    """Lay one mountain: a jagged outline, a ridge that parts light from shade, snow on its upper part.

    Args:
        stage: where to.
        name: of its layers.
        x: of its top.
        top: y of its top.
        foot: y of its foot.
        wide: half of its width at the foot.
        lit_from: x of the light.
        depth: 0 at the horizon to 1 at the eye.
        snow: how far down snow lies, 0 none to 1 all of it.
    """
    rng = stage.chance(name)
    high = foot - top
    away = np.abs(stage.x[0] - x) / wide
    flank = np.clip(1 - away, 0, 1) ** float(rng.uniform(0.95, 1.25))
    rough = stage.profile(f"{name} edge", scale=0.25 * wide, octaves=4, gain=0.6)
    line = foot - high * np.clip(flank + 0.16 * rough * np.clip(away * 5, 0, 1) * np.clip(flank * 4, 0, 1), 0, 1)
    body = stage.under(line) * np.clip((foot - stage.y) * stage.unit_px + 0.5, 0, 1)
    down = np.clip((stage.y - top) / high, 0, 1)
    zigzag = stage.field(f"{name} ridge", np.zeros(1, np.float32), down[:, 0] * 5, octaves=3, gain=0.6)
    spurs = stage.noise(f"{name} spurs", scale=0.16 * wide, octaves=3, gain=0.6) * 0.12 * wide * (0.3 + down)
    parting = x + zigzag * 0.3 * wide * down + spurs
    side = float(np.sign(lit_from - x)) or 1.0
    lit = np.clip((stage.x - parting) * side * stage.unit_px * 0.25 + 0.5, 0, 1)
    rock = stage.blend("far", "near", np.float32(0.25 + 0.6 * depth))
    air = np.float32(0.45) * down
    dark = stage.blend(stage.blend(rock, "shade", np.float32(0.25)), "sky_low", air)
    bright = stage.blend(stage.blend(rock, "light", np.float32(0.3)), "sky_low", air)
    stage.lay(name, "mountain", body, stage.blend(dark, bright, lit), depth=depth, region="subject")
    if snow:
        edge = top + high * snow * (0.75 + 0.5 * stage.profile(f"{name} snow", scale=0.3 * wide, octaves=4, gain=0.65))
        white = body * np.clip((edge[None, :] + spurs * 1.4 - stage.y) * stage.unit_px * 0.5 + 0.5, 0, 1)
        cold = stage.blend("far", "light", np.float32(0.45))
        colour = stage.blend(cold, stage.blend("light", "#ffffff", np.float32(0.4)), lit)
        stage.lay(f"snow on {name}", "ice", white, colour, depth=depth, region="subject")
