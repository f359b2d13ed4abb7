"""Buildings: windows that are lit when it is dark, fronts in perspective, gabled houses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from media.scenes.curves import Points, rectangle
from media.scenes.layers import Floats
from media.scenes.stage import Stage


def lamps_lit(stage: Stage) -> bool:
    """Whether it is dark enough that people light their lamps."""
    return stage.scene.hour in ("dusk", "night") or stage.scene.weather == "storm"


def window_colour(stage: Stage) -> Floats:
    """The colour of a window with somebody at home; by day it mirrors the sky."""
    if lamps_lit(stage):
        return stage.blend("light", "accent", np.float32(0.35))
    return stage.blend("sky_low", "light", np.float32(0.5))


def grid(
    left: float, top: float, right: float, low: float, columns: int, rows: int, *, fill: float = 0.5
) -> list[Points]:
    """Upright rectangles in a grid inside one, each filling so much of its cell both ways."""
    wide, high = (right - left) / columns, (low - top) / rows
    return [
        rectangle(
            left + (column + 0.5 - fill / 2) * wide,
            top + (row + 0.5 - fill / 2) * high,
            left + (column + 0.5 + fill / 2) * wide,
            top + (row + 0.5 + fill / 2) * high,
        )
        for row in range(rows)
        for column in range(columns)
    ]


def on_quad(corners: ArrayLike, across: ArrayLike, down: ArrayLike) -> Points:
    """Places on a plane seen in perspective: shares of its width and height, to where they fall in the picture.

    Shapes: corners [4, 2] from the upper left clockwise; across [N]; down [N] -> [N, 2].
    """
    home = _homography(np.asarray(corners, np.float64))
    points = np.stack((np.asarray(across, np.float64), np.asarray(down, np.float64), np.ones(np.shape(across))), -1)
    moved = points @ home.T
    return np.asarray(moved[..., :2] / moved[..., 2:], np.float64)


def grid_on_quad(
    corners: ArrayLike, columns: int, rows: int, *, fill: tuple[float, float] = (0.5, 0.6)
) -> list[Points]:
    """Windows on a front seen in perspective."""
    row, column = (at.reshape(-1, 1) for at in np.mgrid[:rows, :columns])
    across = (column + 0.5 + np.array([-1, 1, 1, -1]) * fill[0] / 2) / columns
    down = (row + 0.5 + np.array([-1, -1, 1, 1]) * fill[1] / 2) / rows
    return list(on_quad(corners, across, down))


def _homography(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    """The map of the unit square to four corners. Shapes: [4, 2] -> [3, 3]."""
    rows, goals = [], []
    for (u, v), (x, y) in zip(((0, 0), (1, 0), (1, 1), (0, 1)), corners, strict=True):
        rows += [[u, v, 1, 0, 0, 0, -u * x, -v * x], [0, 0, 0, u, v, 1, -u * y, -v * y]]
        goals += [x, y]
    return np.append(np.linalg.solve(np.array(rows), np.array(goals)), 1.0).reshape(3, 3)


def lay_windows(stage: Stage, name: str, shapes: list[Points], *, lit: float, depth: float, after: bool = True) -> None:
    """Lay windows, so many of which (0-1) are lit when lamps are; the others are dark. Some lights go on and off.

    By day all are panes that mirror the sky.
    """
    rng = stage.chance(name)
    turns, phases = rng.random(len(shapes)), rng.uniform(0, 60, len(shapes))
    on = [bool(turn < lit) for turn in turns]
    if not lamps_lit(stage):
        panes = stage.blend("shade", "water", np.float32(0.45))
        stage.lay(name, "window", stage.polygon(*shapes) * 0.8, panes, depth=depth, region="subject", after=after)
        return
    dark = [shape for shape, lights in zip(shapes, on, strict=True) if not lights]
    stage.lay(
        f"dark {name}", "window", stage.polygon(*dark) * 0.55, "shade", depth=depth, region="subject", after=after
    )
    for share, tone in enumerate((window_colour(stage), stage.blend("light", "accent", np.float32(0.75)))):
        shown = [
            shape
            for at, (shape, lights) in enumerate(zip(shapes, on, strict=True))
            if lights and (at * 7 + at // 5) % 3 // 2 == share
        ]
        flicker = 0.93 + 0.05 * np.sin(0.8 * stage.t_s + float(phases[:1].sum()) + share)
        mask = stage.polygon(*shown) * flicker
        stage.lay(f"{name} {share}", "window", mask, tone, depth=depth, region="subject", after=after)


@dataclass(frozen=True)
class House:
    """A gabled house seen a little from one side: outlines of its parts, and places for windows."""

    gable: Points
    side: Points
    roof: Points
    chimney: Points


def house(x: float, foot: float, size: float, *, flip: bool = False, long: float = 1.0, steep: float = 0.5) -> House:
    """A house whose gable is `size` wide and about as high, and whose long side is `long` times that.

    Args:
        x: of the corner between the gable and the long side.
        foot: y of that corner's foot.
        size: width of the gable, in units.
        flip: the gable on the right instead of the left.
        long: of the long side, in widths of the gable.
        steep: height of the roof, in widths of the gable.
    """
    mirror = np.array([-1.0, 1.0]) if flip else np.array([1.0, 1.0])
    rise, wall = -0.08, 0.52

    def at(points: list[tuple[float, float]]) -> Points:
        return np.asarray(np.array(points) * mirror * size + (x, foot), np.float64)

    top = (-0.46, -wall - steep + rise / 2)
    far = (long * 0.9, rise * long)
    ridge = (top[0] + long * 0.9, top[1] + rise * long * 0.6)
    return House(
        gable=at([(0, 0), (0, -wall), top, (-0.92, -wall + rise), (-0.92, rise * 0.6)]),
        side=at([(0, 0), (0, -wall), (far[0], far[1] - wall * 0.96), far]),
        roof=at(
            [(0.05, -wall + 0.07), (top[0] - 0.02, top[1] - 0.05), ridge, (far[0] + 0.06, far[1] - wall * 0.96 + 0.06)]
        ),
        chimney=at([(0.12, top[1] + 0.16), (0.12, top[1] - 0.14), (0.24, top[1] - 0.14), (0.24, top[1] + 0.22)]),
    )


def lay_house(
    stage: Stage, name: str, shapes: House, *, lit_window: bool, snow: bool = False, depth: float = 0.6
) -> None:
    """Lay a house: its gable in the light, its long side in shade, a roof, a chimney, windows."""
    wall = stage.blend("light", "far", np.float32(0.35 if stage.scene.hour != "night" else 0.8))
    dark = stage.blend(wall, "shade", np.float32(0.5))
    roof = stage.blend("accent", "shade", np.float32(0.3 if stage.scene.hour != "night" else 0.55))
    white = stage.blend(
        stage.blend("light", "#ffffff", np.float32(0.5)),
        "sky_low",
        np.float32(0.25 if stage.scene.hour != "night" else 0.6),
    )
    stage.lay(f"{name} chimney", "building", stage.polygon(shapes.chimney), dark, depth=depth, region="subject")
    stage.lay(f"{name} gable", "building", stage.polygon(shapes.gable), wall, depth=depth, region="subject")
    stage.lay(f"{name} side", "building", stage.polygon(shapes.side), dark, depth=depth, region="subject")
    stage.lay(
        f"{name} roof",
        "ice" if snow else "building",
        stage.polygon(shapes.roof),
        white if snow else roof,
        depth=depth,
        region="subject",
    )
    corner, eaves, top, back, far = shapes.gable
    rim = [np.array([eaves, top, back])]
    size = float(abs(corner[0] - far[0])) / 0.92
    stage.lay(
        f"{name} rim",
        "ice" if snow else "building",
        stage.stroke(*rim, width=0.06 * size),
        white if snow else stage.blend(roof, "light", np.float32(0.2)),
        depth=depth,
        region="subject",
    )
    front = np.array([back, eaves, corner, far])
    ends = np.array([shapes.side[1], shapes.side[2], shapes.side[3], shapes.side[0]])
    panes = (
        [_pane(front, left, 0.34, 0.2, 0.34) for left in (0.2, 0.6)]
        if lit_window
        else [_pane(front, 0.38, 0.34, 0.26, 0.34)]
    )
    panes += [_pane(ends, left, 0.3, 0.14, 0.36) for left in ((0.16, 0.45, 0.72) if lit_window else (0.3, 0.62))]
    door = _pane(ends, 0.45, 0.3, 0.17, 0.7) if lit_window else panes[-1]
    stage.lay(
        f"{name} frames",
        "building",
        stage.polygon(*panes),
        stage.blend("shade", "water", np.float32(0.25)),
        depth=depth,
        region="subject",
    )
    if lit_window:
        stage.lay(f"{name} door", "building", stage.polygon(door), "shade", depth=depth, region="subject")
        panes = [panes[0]]
    if lamps_lit(stage) or lit_window:
        middle = panes[0].mean(0)
        glow = 0.9 + 0.1 * np.sin(1.7 * stage.t_s + 5 * float(middle[0]))
        if lamps_lit(stage):
            stage.lay(
                f"{name} glow",
                "window",
                stage.glow(float(middle[0]), float(middle[1]), 0.45 * size, power=1.2) * 0.5 * glow,
                "light",
                depth=depth,
                region="subject",
                after=True,
            )
        stage.lay(
            f"{name} window",
            "window",
            stage.polygon(*panes),
            window_colour(stage),
            depth=depth,
            region="subject",
            after=True,
        )


def _pane(quad: Points, left: float, top: float, wide: float, high: float) -> Points:
    return on_quad(quad, [left, left + wide, left + wide, left], [top, top, top + high, top + high])
