"""A terrace: narrow houses square on, the trees before them and somebody on a bicycle."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import grid, lay_windows
from media.scenes.curves import arc, grown, placed, rectangle, smooth
from media.scenes.stage import Stage
from media.scenes.trees import crown


def lay_town_house(stage: Stage, name: str, left: float, foot: float, wide: float, high: float, bright: bool) -> None:
    """Lay one house by its left edge, foot and size; a bright one is painted in the accent colour."""
    rng = stage.chance(name)
    top, x, right = foot - high, left + wide / 2, left + wide
    paints = (
        ("far", "light", 0.3),
        ("water", "light", 0.2),
        ("accent", "far", 0.45),
        ("near", "light", 0.18),
        ("sky_low", "near", 0.4),
        ("accent", "shade", 0.4),
    )
    one, other, share = ("accent", "light", 0.08) if bright else paints[int(rng.integers(len(paints)))]
    wall = stage.blend(one, other, np.float32(share))
    kind = int(rng.integers(4))
    gables = {
        0: [(left, top), (x, top - 0.55 * wide), (right, top)],
        1: [
            (left, top),
            (left + 0.18 * wide, top),
            (left + 0.18 * wide, top - 0.2 * wide),
            (left + 0.34 * wide, top - 0.2 * wide),
            (left + 0.34 * wide, top - 0.42 * wide),
            (right - 0.34 * wide, top - 0.42 * wide),
            (right - 0.34 * wide, top - 0.2 * wide),
            (right - 0.18 * wide, top - 0.2 * wide),
            (right - 0.18 * wide, top),
            (right, top),
        ],
        2: [
            (left - 0.02 * wide, top),
            (left + 0.16 * wide, top - 0.36 * wide),
            (right - 0.16 * wide, top - 0.36 * wide),
            (right + 0.02 * wide, top),
        ],
        3: [
            (left, top),
            *smooth(
                [
                    (left + 0.1 * wide, top),
                    (left + 0.22 * wide, top - 0.28 * wide),
                    (x, top - 0.52 * wide),
                    (right - 0.22 * wide, top - 0.28 * wide),
                    (right - 0.1 * wide, top),
                ]
            ),
            (right, top),
        ],
    }
    roof = "shade" if kind in (0, 2) else None
    light = stage.blend(wall, "shade", np.clip(0.12 + 0.25 * stage.fade(top, foot), 0, 1))
    if stage.scene.hour == "night":
        light = stage.blend(light, "shade", np.float32(0.55))
    stage.lay(
        f"wall of {name}",
        "building",
        stage.polygon(rectangle(left, top, right, foot)),
        light,
        depth=0.5,
        region="subject",
    )
    gable = stage.polygon(np.array(gables[kind]))
    stage.lay(
        f"gable of {name}",
        "building",
        gable,
        stage.blend(roof, "accent", np.float32(0.12)) if roof else light,
        depth=0.5,
        region="subject",
    )
    trim = [rectangle(left, top - 0.006, right, top + 0.008), rectangle(left, foot - 0.012, right, foot)]
    stage.lay(
        f"trim of {name}",
        "building",
        stage.polygon(*trim),
        stage.blend("light", "far", np.float32(0.3)),
        depth=0.5,
        region="subject",
        after=True,
    )
    rows, columns = max(2, round(high / 0.12)), 2 + int(wide > 0.18)
    panes = grid(left + 0.08 * wide, top + 0.02, right - 0.08 * wide, foot - 0.1, columns, rows, fill=0.55)
    frames = [grown(pane, 1.22) for pane in panes]
    stage.lay(
        f"frames of {name}",
        "building",
        stage.polygon(*frames),
        stage.blend("light", "far", np.float32(0.25)),
        depth=0.5,
        region="subject",
        after=True,
    )
    lay_windows(stage, f"windows of {name}", panes, lit=0.45, depth=0.51)
    door_x = left + wide * float(rng.choice((0.28, 0.5, 0.72)))
    door = np.concatenate(
        (arc(door_x, foot - 0.07, 0.02, 0.02, 180, 360, steps=10), [(door_x + 0.02, foot), (door_x - 0.02, foot)])
    )
    stage.lay(
        f"door of {name}",
        "building",
        stage.polygon(door),
        stage.blend("shade", "accent", np.float32(0.0 if bright else 0.55)),
        depth=0.51,
        region="subject",
    )


def lay_street_trees(stage: Stage, foot: float) -> None:
    """Lay round trees along a pavement at a height."""
    rng = stage.chance("street trees")
    for index, at in enumerate((-1.5, -0.95, -0.38, 0.4, 1.0, 1.6)):
        x, high = at + float(rng.uniform(-0.04, 0.04)), float(rng.uniform(0.16, 0.24))
        places, sizes = crown(
            x + 0.002 * np.sin(stage.t_s + index), foot - 0.72 * high, 0.32 * high, 0.34 * high, rng, leaves=40
        )
        stage.lay(
            f"stem {index}",
            "tree",
            stage.stroke([(x, foot), (x, foot - 0.6 * high)], width=0.035 * high),
            "shade",
            depth=0.6,
            region="subject",
        )
        if stage.scene.weather != "snow":
            stage.lay(
                f"leaves {index}",
                "tree",
                stage.dots(places, sizes),
                stage.blend("near", "shade", np.float32(0.45)),
                depth=0.6,
                region="subject",
            )
            lit = places - np.array([0.02, 0.04]) * high
            stage.lay(
                f"lit leaves {index}",
                "tree",
                stage.dots(lit, sizes * 0.72),
                stage.blend("near", "light", np.float32(0.12)),
                depth=0.6,
                region="subject",
            )


def lay_bicycle(stage: Stage, foot: float, size: float) -> None:
    """Lay somebody who rides past to the right, again and again."""
    x = ((float(stage.chance("bicycle").uniform(0.3, 1.2)) + 0.05 * stage.t_s) % 4.4) - 2.2 + 1.2
    rims = [arc(x + at * size, foot, 0.2 * size, 0.2 * size, 0, 360, steps=28) for at in (-0.32, 0.32)]
    frame = [
        [(-0.32, 0), (-0.08, -0.32), (0.2, -0.34), (0.32, 0)],
        [(-0.32, 0), (0.0, -0.02), (0.2, -0.34)],
        [(0.0, -0.02), (-0.1, -0.4)],
        [(0.2, -0.34), (0.18, -0.46), (0.26, -0.48)],
    ]
    lines = [np.array(line) * size + (x, foot) for line in frame]
    velocity = (0.05, 0.0)
    stage.lay(
        "bicycle",
        "vehicle",
        stage.stroke(*rims, *lines, width=0.025 * size),
        "shade",
        depth=0.75,
        region="subject",
        velocity=velocity,
        after=True,
    )
    body = placed(
        smooth([(-0.14, -0.4), (-0.12, -0.66), (0.02, -0.82), (0.1, -0.74), (0.02, -0.56), (0.0, -0.38)], closed=True),
        x,
        foot,
        size,
    )
    swing = 0.06 * np.sin(4 * stage.t_s)
    legs = [
        placed([(-0.08, -0.4), (0.1, -0.24 + swing), (0.02, 0.04 + swing)], x, foot, size),
        placed([(-0.08, -0.4), (0.08, -0.2 - swing), (0.0, 0.04 - swing)], x, foot, size),
    ]
    arm = placed([(0.02, -0.7), (0.14, -0.56), (0.24, -0.48)], x, foot, size)
    stage.lay(
        "rider's legs",
        "figure",
        stage.stroke(*legs, arm, width=0.07 * size),
        "shade",
        depth=0.75,
        region="subject",
        velocity=velocity,
    )
    stage.lay("rider", "figure", stage.polygon(body), "accent", depth=0.76, region="subject", velocity=velocity)
    stage.lay(
        "rider's head",
        "figure",
        stage.disc(x + 0.08 * size, foot - 0.92 * size, 0.1 * size),
        "shade",
        depth=0.76,
        region="subject",
        velocity=velocity,
    )
