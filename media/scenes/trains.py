"""Trains: an engine and its coaches far off under steam, and a coach close by."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import lamps_lit, window_colour
from media.scenes.curves import Points, arc, placed, rectangle, smooth
from media.scenes.stage import Stage


def lay_train(stage: Stage, rail: float, way: float) -> None:
    """Lay an engine with its coaches and steam; it runs `way`, leaves the picture and comes again."""
    rng = stage.chance("train")
    pace = 0.06
    reach = 3.2
    head = ((float(rng.uniform(1.75, 2.0)) + pace * stage.t_s) % reach - reach / 2) * way
    size = 0.075
    velocity = (pace * way, 0.0)
    coaches, windows, roofs = [], [], []
    for index in range(6):
        x = head - way * (0.178 + 0.165 * index)
        coaches.append(rectangle(x - 0.078, rail - 0.95 * size, x + 0.078, rail - 0.16 * size))
        roofs.append(rectangle(x - 0.08, rail - 1.06 * size, x + 0.08, rail - 0.92 * size))
        windows += [
            rectangle(x - 0.066 + 0.0285 * at, rail - 0.8 * size, x - 0.066 + 0.0285 * at + 0.019, rail - 0.5 * size)
            for at in range(5)
        ]
    _lay_steam(stage, head + 0.078 * way, rail - 1.5 * size, way)
    engine = [
        (-1.25, -0.16),
        (-1.25, -1.25),
        (-0.55, -1.25),
        (-0.5, -0.9),
        (0.75, -0.9),
        (0.75, -1.0),
        (0.84, -1.0),
        (0.84, -1.45),
        (0.78, -1.5),
        (1.12, -1.5),
        (1.06, -1.45),
        (1.06, -0.9),
        (1.25, -0.85),
        (1.3, -0.5),
        (1.3, -0.3),
        (1.5, -0.05),
        (1.2, -0.16),
    ]
    body = placed(engine, head, rail, size, flip=way < 0)
    wheels = [(head + way * at * size, rail - 0.14 * size) for at in (-1.0, -0.4, 0.15, 0.7, 1.1)]
    wheels += [
        (head - way * (0.178 + 0.165 * index) + off, rail - 0.1 * size) for index in range(6) for off in (-0.055, 0.055)
    ]
    stage.lay(
        "wheels",
        "vehicle",
        stage.dots(wheels, [0.2 * size] * 5 + [0.14 * size] * 12),
        "shade",
        depth=0.52,
        region="subject",
        velocity=velocity,
    )
    stage.lay("coaches", "vehicle", stage.polygon(*coaches), "accent", depth=0.52, region="subject", velocity=velocity)
    stage.lay(
        "coach roofs",
        "vehicle",
        stage.polygon(*roofs),
        stage.blend("accent", "shade", np.float32(0.7)),
        depth=0.52,
        region="subject",
        velocity=velocity,
    )
    stage.lay("engine", "vehicle", stage.polygon(body), "shade", depth=0.53, region="subject", velocity=velocity)
    panes = window_colour(stage)
    stage.lay(
        "coach windows",
        "window",
        stage.polygon(*windows),
        panes,
        depth=0.53,
        region="subject",
        velocity=velocity,
        after=True,
    )
    if lamps_lit(stage):
        lamp = (head + way * 1.34 * size, rail - 0.6 * size)
        stage.lay(
            "headlight", "disc", stage.glow(*lamp, 0.06, power=1.0), "light", depth=0.54, velocity=velocity, after=True
        )


def _lay_steam(stage: Stage, x: float, y: float, way: float) -> None:
    count = 30
    age = (np.arange(count) + (1.6 * stage.t_s) % 1.0) / count
    trail = np.stack((x - way * (0.62 * age), y - 0.11 * np.sqrt(age) + 0.012 * np.sin(age * 21 - 0.8 * stage.t_s)), 1)
    sizes = 0.008 + 0.042 * age**0.8
    for part in range(3):
        chosen = (age >= part / 3) & (age < (part + 1) / 3)
        soft = 0.85 - 0.25 * part
        stage.lay(
            f"shade of steam {part}",
            "cloud",
            stage.dots(trail[chosen] + (0, 0.008), sizes[chosen]) * soft,
            stage.blend("far", "sky_low", np.float32(0.4)),
            depth=0.5,
            region="above",
            velocity=(0.03 * way, -0.01),
        )
        stage.lay(
            f"steam {part}",
            "cloud",
            stage.dots(trail[chosen] - (0, 0.005), sizes[chosen] * 0.86) * soft,
            stage.blend("light", "sky_low", np.float32(0.3)),
            depth=0.5,
            region="above",
            velocity=(0.03 * way, -0.01),
        )


def lay_coach_windows(stage: Stage, middle: float, run: float) -> None:
    """Lay the windows and doors of a coach seen from the platform, and the people behind them.

    Args:
        stage: where to.
        middle: y of the middle of the windows.
        run: how far the coach has run to the left, in units.
    """
    rng = stage.chance("coach windows")
    pitch, count = 0.3, 14
    tones = rng.uniform(0, 1, count)
    frames, panes, people, heads, spill, doors = [], [], [], [], [], []
    for index in range(count):
        x = ((index * pitch - run + count * pitch / 2) % (count * pitch)) - count * pitch / 2
        if index % 5 == 4:
            doors.append(rectangle(x - 0.075, middle - 0.15, x + 0.075, middle + 0.25))
            continue
        frames.append(_rounded(x, middle, 0.122, 0.112))
        panes.append(_rounded(x, middle, 0.11, 0.1))
        spill.append(
            np.array(
                [
                    (x - 0.1, middle + 0.35),
                    (x + 0.1, middle + 0.35),
                    (x + 0.16, middle + 0.62),
                    (x - 0.22, middle + 0.62),
                ]
            )
        )
        if tones[index] < 0.75:
            lean, size = 0.09 * (tones[index] - 0.4), 0.85 + 0.4 * ((tones[index] * 7) % 1.0)
            shoulders = smooth(
                [(-0.062, 0.12), (-0.055, 0.07), (-0.016, 0.045), (0.016, 0.045), (0.055, 0.07), (0.062, 0.12)], steps=5
            )
            people.append((shoulders - (0, 0.12)) * size + (x + lean, middle + 0.12))
            heads.append((x + lean + 0.03 * ((tones[index] * 13) % 1.0 - 0.5), middle + 0.12 - 0.108 * size))
    lit = window_colour(stage)
    stage.lay(
        "frames",
        "vehicle",
        stage.polygon(*frames),
        stage.blend("accent", "shade", np.float32(0.75)),
        depth=0.62,
        region="subject",
    )
    inside = stage.polygon(*panes)
    stage.lay(
        "windows",
        "window",
        inside,
        stage.blend(lit, "accent", 0.4 * stage.fade(middle - 0.1, middle + 0.14)),
        depth=0.62,
        region="subject",
        velocity=(-0.05, 0.0),
    )
    dark = stage.blend("shade", "accent", np.float32(0.12))
    stage.lay(
        "people",
        "figure",
        np.maximum(stage.polygon(*people), stage.dots(heads, 0.033)) * inside,
        dark,
        depth=0.63,
        region="subject",
        velocity=(-0.05, 0.0),
    )
    stage.lay(
        "doors",
        "vehicle",
        stage.polygon(*doors),
        stage.blend("accent", "shade", np.float32(0.5)),
        depth=0.62,
        region="below",
        velocity=(-0.05, 0.0),
    )
    glass = [rectangle(door[0, 0] + 0.03, middle - 0.11, door[1, 0] - 0.03, middle + 0.06) for door in doors]
    stage.lay(
        "door windows",
        "window",
        stage.polygon(*glass),
        stage.blend(lit, "shade", np.float32(0.25)),
        depth=0.63,
        region="subject",
        velocity=(-0.05, 0.0),
    )
    if lamps_lit(stage):
        fade = 1 - stage.fade(middle + 0.34, middle + 0.62)
        stage.lay(
            "light on the platform", "road", stage.polygon(*spill) * fade * 0.45, lit, depth=0.81, velocity=(-0.05, 0.0)
        )


def _rounded(x: float, y: float, wide: float, high: float) -> Points:
    corner = 0.03
    corners = ((1, 1, 0), (-1, 1, 90), (-1, -1, 180), (1, -1, 270))
    return np.concatenate(
        [
            arc(x + sx * (wide - corner), y + sy * (high - corner), corner, corner, start, start + 90, steps=6)
            for sx, sy, start in corners
        ]
    )
