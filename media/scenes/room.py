"""A room seen through its window from outside: curtains, a picture, somebody, and the cat on the sill."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import window_colour
from media.scenes.curves import Points, placed, rectangle, smooth
from media.scenes.stage import Stage


def lay_room(stage: Stage, x: float, y: float, wide: float, high: float) -> None:
    """Lay a window and the room behind it; `wide` and `high` are half of its width and height."""
    rng = stage.chance("room")
    side = -1.0 if rng.random() < 0.5 else 1.0
    outer = rectangle(x - wide * 1.14, y - high * 1.1, x + wide * 1.14, y + high * 1.06)
    sill = rectangle(x - wide * 1.28, y + high * 1.02, x + wide * 1.28, y + high * 1.14)
    stage.lay(
        "frame",
        "building",
        stage.polygon(outer),
        stage.blend("light", "far", np.float32(0.35)),
        depth=0.6,
        region="subject",
    )
    inside = stage.polygon(rectangle(x - wide, y - high, x + wide, y + high))
    warm = window_colour(stage)
    stage.lay(
        "room",
        "window",
        inside,
        stage.blend(stage.blend(warm, "accent", np.float32(0.35)), warm, stage.glow(x + side * 0.1, y - 0.12, 0.3)),
        depth=0.6,
        region="subject",
    )
    picture = rectangle(x + side * 0.05, y - 0.17, x + side * 0.15, y - 0.07)
    stage.lay(
        "picture on the wall",
        "thing",
        stage.polygon(picture) * inside,
        stage.blend("water", "far", np.float32(0.4)),
        depth=0.61,
        region="subject",
    )
    person = smooth(
        [
            (-0.5, 0.75),
            (-0.46, 0.2),
            (-0.3, 0.02),
            (-0.1, -0.06),
            (-0.13, -0.22),
            (-0.2, -0.42),
            (-0.1, -0.62),
            (0.06, -0.66),
            (0.18, -0.54),
            (0.19, -0.36),
            (0.1, -0.2),
            (0.1, -0.06),
            (0.3, 0.03),
            (0.44, 0.22),
            (0.5, 0.75),
        ]
    )
    lean = 1.5 * np.sin(0.5 * stage.t_s)
    body = stage.polygon(placed(person, x - side * 0.05, y + 0.1, 0.3, flip=side < 0, turn_deg=float(lean)))
    stage.lay(
        "somebody",
        "figure",
        body * inside,
        stage.blend("shade", "near", np.float32(0.25)),
        depth=0.62,
        region="subject",
    )
    breath = 0.01 * np.sin(0.6 * stage.t_s)
    for hand in (-1, 1):
        drape = smooth(
            [
                (hand * wide, -high),
                (hand * wide * 0.32, -high),
                (hand * wide * (0.5 + breath), -0.1),
                (hand * wide * (0.86 + breath), 0.12),
                (hand * wide * 0.8, high),
                (hand * wide, high),
            ],
            steps=8,
        ) + (x, y)
        cloth = stage.polygon(drape) * inside
        stage.lay(
            f"curtain {hand}",
            "thing",
            cloth * 0.92,
            stage.blend("accent", "shade", 0.25 + 0.2 * np.sin((stage.x - x) * 130)),
            depth=0.63,
            region="subject",
        )
    bars = [rectangle(x - 0.008, y - high, x + 0.008, y + high), rectangle(x - wide, y - 0.09, x + wide, y - 0.075)]
    stage.lay(
        "bars",
        "building",
        stage.polygon(*bars),
        stage.blend("light", "far", np.float32(0.35)),
        depth=0.64,
        region="subject",
        after=True,
    )
    stage.lay(
        "sill",
        "building",
        stage.polygon(sill),
        stage.blend("light", "far", np.float32(0.5)),
        depth=0.65,
        region="subject",
    )
    _lay_cat(stage, x + side * wide * 0.55, y + high * 1.03, 0.13, side)


def _lay_cat(stage: Stage, x: float, foot: float, size: float, side: float) -> None:
    tail = 0.1 * np.sin(1.2 * stage.t_s)
    cat = smooth([(-0.3, 0.0), (-0.34, -0.3), (-0.2, -0.6), (-0.14, -0.74), (-0.2, -0.9)], steps=5)
    ears = np.array([(-0.18, -1.08), (-0.08, -0.98), (0.06, -0.98), (0.15, -1.09), (0.17, -0.88)])
    back = smooth([(0.17, -0.88), (0.12, -0.72), (0.22, -0.5), (0.34, -0.2), (0.32, 0.0)], steps=5)
    outline: Points = placed(np.concatenate((cat, ears, back)), x, foot, size, flip=side > 0)
    curl = placed(
        smooth([(0.25, -0.04), (0.5, 0.06), (0.55 + tail, 0.34), (0.44 + 2 * tail, 0.5)], steps=6),
        x,
        foot,
        size,
        flip=side > 0,
    )
    mask = np.maximum(stage.polygon(outline), stage.stroke(curl, width=0.08 * size))
    stage.lay("cat", "animal", mask, "shade", depth=0.7, region="subject", after=True)
