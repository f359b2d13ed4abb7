"""What a lighthouse is made of: the tower, the lantern, the beams and where they point."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import lamps_lit
from media.scenes.curves import arc, rectangle
from media.scenes.stage import Stage


def lay_beam(
    stage: Stage, name: str, x: float, y: float, heading_deg: float, spread_deg: float, strength: float
) -> None:
    """Lay a cone of light from a lamp."""
    if not lamps_lit(stage) and stage.scene.weather not in ("mist", "rain", "snow"):
        return
    turn = np.deg2rad(heading_deg)
    along = (stage.x - x) * np.cos(turn) + (stage.y - y) * np.sin(turn)
    across = np.abs((stage.y - y) * np.cos(turn) - (stage.x - x) * np.sin(turn))
    half = np.maximum(along * np.tan(np.deg2rad(spread_deg / 2)), 1e-4) + 0.004
    cone = np.clip(1.25 - across / half, 0, 1) * np.clip(along * 60, 0, 1) * np.exp(-np.clip(along, 0, 9) / 0.75)
    stage.lay(name, "sky", cone * strength, "light", depth=0.3, region="above")


def sweep_deg(stage: Stage, swing: float) -> float:
    """Where the lamp points: to and fro, so that a still picture never looks along the beam."""
    return float(swing * np.sin(0.45 * stage.t_s + float(stage.chance("sweep").uniform(-0.6, 0.6))))


def lay_tower(stage: Stage, x: float, foot: float, high: float, lit_from: float) -> tuple[float, float]:
    """Lay a banded tower with its gallery and lamp; where the lamp is."""
    wide, neck = 0.15 * high, 0.09 * high
    top = foot - 0.82 * high

    rows = np.linspace(top, foot, 16)
    half = neck + (wide - neck) * np.linspace(0, 1, 16) ** 1.3
    body = np.concatenate((np.stack((x - half, rows), 1), np.stack((x + half, rows), 1)[::-1]))
    mask = stage.polygon(body)
    pale = stage.blend("light", "sky_low", np.float32(0.25))
    if stage.scene.hour == "night":
        pale = stage.blend(pale, "far", np.float32(0.35))
    stage.lay("tower", "building", mask, pale, depth=0.6, region="subject")
    bands = [
        rectangle(x - wide * 1.3, foot - high * (0.82 * at), x + wide * 1.3, foot - high * 0.82 * (at - 0.2))
        for at in (0.3, 0.7)
    ]
    bands.append(rectangle(x - wide * 1.3, top, x + wide * 1.3, top + 0.03 * high))
    stage.lay("bands", "building", stage.polygon(*bands) * mask, "accent", depth=0.6, region="subject")
    side = 1.0 if lit_from > x else -1.0
    shade = np.clip(0.5 - side * (stage.x - x) / (1.1 * neck), 0, 1) * mask
    stage.lay("shade of the tower", "building", shade * 0.55, "shade", depth=0.6, region="subject")
    gallery = rectangle(x - neck * 1.5, top - 0.012 * high, x + neck * 1.5, top + 0.012 * high)
    roof = np.array(
        [(x - neck * 0.95, top - 0.115 * high), (x, top - 0.19 * high), (x + neck * 0.95, top - 0.115 * high)]
    )
    lamp = rectangle(x - neck * 0.66, top - 0.115 * high, x + neck * 0.66, top - 0.012 * high)
    stage.lay(
        "lamp room",
        "window",
        stage.polygon(lamp),
        "light" if lamps_lit(stage) else "water",
        depth=0.61,
        region="subject",
    )
    stage.lay(
        "gallery",
        "building",
        stage.polygon(gallery, roof),
        stage.blend("accent", "shade", np.float32(0.75)),
        depth=0.61,
        region="subject",
    )
    bars = [np.array([(x + at * neck, top - 0.115 * high), (x + at * neck, top)]) for at in (-0.66, 0.0, 0.66)]
    rail = [
        np.array([(x - neck * 1.5, top - 0.05 * high), (x + neck * 1.5, top - 0.05 * high)]),
        np.array([(x, top - 0.18 * high), (x, top - 0.24 * high)]),
    ]
    stage.lay(
        "rails",
        "building",
        stage.stroke(*bars, *rail, width=0.012 * high),
        "shade",
        depth=0.61,
        region="subject",
        after=True,
    )
    windows = [
        rectangle(x - 0.011 * high, foot - at * high, x + 0.011 * high, foot - (at - 0.05) * high)
        for at in (0.66, 0.44, 0.22)
    ]
    stage.lay(
        "windows",
        "window",
        stage.polygon(*windows),
        "light" if lamps_lit(stage) else "shade",
        depth=0.61,
        region="subject",
        after=True,
    )
    return x, top - 0.065 * high


def lay_flare(stage: Stage, x: float, y: float, size: float) -> None:
    """Lay the dazzle of a lamp, where lamps are lit."""
    if lamps_lit(stage):
        pulse = 0.85 + 0.15 * np.sin(0.9 * stage.t_s)
        stage.lay(
            "flare", "disc", stage.glow(x, y, size, power=1.0) * pulse, "light", depth=0.62, region="above", after=True
        )


def lay_lantern(stage: Stage, x: float, y: float) -> None:
    """Lay the lantern as it looks from below: the gallery's floor hides half of it."""
    floor = stage.ellipse(x, y, 0.16, 0.055)
    stage.lay(
        "lamp room",
        "window",
        stage.polygon(rectangle(x - 0.07, y - 0.13, x + 0.07, y)),
        "light" if lamps_lit(stage) else stage.blend("water", "light", np.float32(0.3)),
        depth=0.72,
        region="subject",
    )
    cap = np.concatenate(
        (arc(x, y - 0.125, 0.095, 0.075, 180, 360, steps=16), arc(x, y - 0.125, 0.095, 0.02, 0, 180, steps=10))
    )
    stage.lay(
        "cap",
        "building",
        stage.polygon(cap),
        stage.blend("accent", "shade", np.float32(0.5)),
        depth=0.72,
        region="subject",
    )
    stage.lay("gallery", "building", floor, "shade", depth=0.73, region="subject")
    stage.lay(
        "light under the gallery",
        "building",
        stage.ellipse(x - 0.01, y + 0.008, 0.14, 0.04) * 0.5,
        stage.blend("far", "accent", np.float32(0.4)),
        depth=0.73,
        region="subject",
    )
    posts = [
        np.array(
            [
                (x + 0.155 * np.cos(turn), y + 0.05 * np.sin(turn) - 0.002),
                (x + 0.16 * np.cos(turn), y + 0.05 * np.sin(turn) - 0.05),
            ]
        )
        for turn in np.deg2rad(np.arange(0, 360, 20))
    ]
    rail = arc(x, y - 0.05, 0.16, 0.05, 0, 360, steps=40)
    bars = [np.array([(x + at, y - 0.13), (x + at, y)]) for at in (-0.07, -0.035, 0, 0.035, 0.07)]
    stage.lay(
        "rails",
        "building",
        stage.stroke(*posts, rail, *bars, width=0.005),
        "shade",
        depth=0.74,
        region="subject",
        after=True,
    )
    lay_flare(stage, x, y - 0.07, 0.09)
