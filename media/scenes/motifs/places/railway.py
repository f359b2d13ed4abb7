"""The railway: a train over a viaduct, rails to where they meet, windows that pass at night."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, arc, rectangle
from media.scenes.figures import lay_walker
from media.scenes.land import lay_land, ridged
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.trains import lay_coach_windows, lay_train
from media.scenes.trees import conifer


def _viaduct(stage: Stage) -> None:
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (side * float(rng.uniform(0.1, 0.34)), float(rng.uniform(-0.32, -0.22)), float(rng.uniform(0.05, 0.09)))
    lay_sky(stage, horizon=0.2, disc=disc)
    for row in range(2):
        crest = 0.02 + 0.1 * row - (0.2 - 0.06 * row) * ridged(stage, f"range {row}", scale=0.5)
        lay_land(stage, f"range {row}", crest, depth=0.15 + 0.2 * row, lit_from=disc[0], haze=0.9)
    deck = float(rng.uniform(-0.06, 0.0))
    _lay_arches(stage, deck, 0.17 + 0.03 * float(rng.random()))
    lay_train(stage, deck - 0.012, -side)
    for row in range(2):
        near = row / 1
        valley = (
            0.5
            - 0.34 * (1 - 0.35 * near) * np.clip(np.abs(stage.x[0] - 0.08 * side) * 1.9 - 0.22 - 0.14 * near, 0, 1)
            + 0.08 * near
            - 0.03 * stage.profile(f"valley {row}", scale=0.3, octaves=3)
        )
        lay_land(stage, f"valley {row}", valley, depth=0.6 + 0.3 * near, haze=0.5, label="land")
        wood = stage.chance(f"wood {row}")
        trees = [
            conifer(
                float(at),
                float(np.interp(at, stage.x[0], valley)) + 0.02,
                float(wood.uniform(0.05, 0.1) * (1 + 0.6 * near)),
                wood,
            )
            for at in wood.uniform(-1.9, 1.9, 60)
        ]
        stage.lay(
            f"wood {row}",
            "tree",
            stage.polygon(*trees),
            stage.blend("near", "shade", np.float32(0.45 + 0.5 * near)),
            depth=0.62 + 0.3 * near,
        )
    lay_weather(stage)


def _lay_arches(stage: Stage, deck: float, wide: float) -> None:
    low = 0.75
    wall = stage.polygon(rectangle(-2.2, deck, 2.2, low))
    half, spring = wide * 0.39, deck + 0.05 + wide * 0.39
    holes, thick, rings = [], [], []
    for index in range(-13, 13):
        x = (index + 0.5) * wide
        hole = np.concatenate(
            (arc(x, spring, half, half, 180, 360, steps=22), [(x + half * 0.96, low), (x - half * 0.96, low)])
        )
        holes.append(hole)
        thick.append(
            np.array(
                [
                    (x - half, spring),
                    (x - half + 0.018, spring - 0.01),
                    (x - half * 0.96 + 0.018, low),
                    (x - half * 0.96, low),
                ]
            )
        )
        rings.append(arc(x, spring, half + 0.007, half + 0.007, 180, 360, steps=22))
    hole = stage.polygon(*holes)
    stone = stage.blend(stage.blend("far", "near", np.float32(0.45)), "accent", np.float32(0.16))
    lit = stage.blend(stone, "light", np.float32(0.28 if stage.scene.hour != "night" else 0.1))
    stage.lay(
        "piers behind",
        "building",
        stage.polygon(*thick) * hole,
        stage.blend(stone, "shade", np.float32(0.6)),
        depth=0.48,
        region="subject",
    )
    stage.lay(
        "viaduct",
        "building",
        wall * (1 - hole),
        stage.blend(lit, "shade", 0.55 * stage.fade(deck, 0.6)),
        depth=0.5,
        region="subject",
    )
    stage.lay(
        "arch stones",
        "building",
        stage.stroke(*rings, width=0.012) * wall,
        stage.blend(lit, "shade", np.float32(0.35)),
        depth=0.5,
        region="subject",
        after=True,
    )
    stage.lay(
        "parapet",
        "building",
        stage.polygon(rectangle(-2.2, deck - 0.014, 2.2, deck + 0.006)),
        stage.blend(lit, "light", np.float32(0.2)),
        depth=0.51,
        region="subject",
    )


def _rails(stage: Stage) -> None:
    """Two pairs of rails that meet at the horizon, poles beside them, a signal, somebody on the way."""
    rng = stage.chance("places")
    x, horizon = float(rng.uniform(-0.1, 0.1)), float(rng.uniform(0.04, 0.12))
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (
        x + float(rng.uniform(-0.05, 0.05)),
        horizon - float(rng.uniform(0.04, 0.12)),
        float(rng.uniform(0.1, 0.15)),
    )
    lay_sky(stage, horizon=horizon, disc=disc)
    hills = horizon - 0.015 - 0.03 * np.abs(stage.profile("hills", scale=0.4, octaves=3))
    lay_land(stage, "hills", hills, depth=0.15, haze=0.3, label="land")
    stage.lay(
        "plain",
        "field",
        stage.under(np.full(stage.width_px, horizon)),
        stage.blend(
            stage.blend("far", "near", stage.fade(horizon, horizon + 0.25)), "shade", 0.45 * stage.fade(horizon, 0.6)
        ),
        depth=0.4,
    )
    low = stage.bottom + 0.1
    grow = low - horizon
    bed = np.array([(x, horizon), (x + 1.45 * grow, low), (x - 1.45 * grow, low)])
    stage.lay(
        "ballast",
        "road",
        stage.polygon(bed),
        stage.blend(stage.blend("far", "accent", np.float32(0.15)), "shade", 0.25 + 0.45 * stage.fade(horizon, 0.55)),
        depth=0.5,
    )
    sleepers, rails = [], []
    for track in (-0.72, 0.72):
        for step in range(34):
            away = (0.985**step) * 0.86**step
            y, thick = horizon + grow * away, 0.032 * grow * away
            sleepers.append(
                np.array(
                    [
                        (x + (track - 0.5) * grow * away, y),
                        (x + (track + 0.5) * grow * away, y),
                        (x + (track + 0.515) * grow * (away + thick), y + thick),
                        (x + (track - 0.515) * grow * (away + thick), y + thick),
                    ]
                )
            )
        for off in (-0.33, 0.33):  # noqa: PERF401
            right, left = (x + (track + off + edge) * grow for edge in (0.028, -0.028))
            rails.append(np.array([(x, horizon), (right, low), (left, low)]))
    stage.lay("sleepers", "road", stage.polygon(*sleepers), stage.blend("near", "shade", np.float32(0.7)), depth=0.52)
    stage.lay(
        "rails",
        "thing",
        stage.polygon(*rails),
        stage.blend("light", "far", 0.15 + 0.55 * stage.fade(horizon, 0.55)),
        depth=0.55,
        region="subject",
    )
    _lay_poles(stage, x, horizon, grow, side)
    _lay_signal(stage, x - side * 0.24, horizon + 0.2, 0.42)
    lay_walker(stage, x + 0.0, horizon + 0.09, 0.08)
    lay_weather(stage)


def _lay_poles(stage: Stage, x: float, horizon: float, grow: float, side: float) -> None:
    poles: list[Points] = []
    widths: list[float] = []
    tips: list[list[tuple[float, float]]] = [[], [], []]
    for away in (0.02, 0.035, 0.06, 0.1, 0.17, 0.29, 0.5, 0.9):
        at, foot = x + side * 1.75 * grow * away, horizon + 0.92 * grow * away
        high = 1.5 * grow * away
        poles.append(np.array([(at, foot), (at, foot - high)]))
        poles.append(
            np.array([(at - 0.2 * grow * away, foot - 0.94 * high), (at + 0.2 * grow * away, foot - 0.94 * high)])
        )
        widths += [0.035 * grow * away, 0.022 * grow * away]
        for index, off in enumerate((-0.18, 0.0, 0.18)):
            tips[index].append((at + off * grow * away, foot - 0.96 * high))
    stage.lay("poles", "thing", stage.stroke(*poles, width=widths), "shade", depth=0.6, region="subject")
    wires: list[Points] = []
    sway = 0.01 * float(np.sin(0.7 * stage.t_s))
    for tip in tips:
        for (ax, ay), (bx, by) in zip(tip, tip[1:], strict=False):
            share = np.linspace(0, 1, 9)
            sag = 0.22 * abs(by - ay) * np.sin(np.pi * share) + sway * abs(by - ay)
            wires.append(np.stack((ax + (bx - ax) * share, ay + (by - ay) * share + sag), 1))
    stage.lay("wires", "thing", stage.stroke(*wires, width=0.0016), "shade", depth=0.6, region="subject", after=True)


def _lay_signal(stage: Stage, x: float, foot: float, high: float) -> None:
    stage.lay(
        "signal mast",
        "thing",
        stage.stroke([(x, foot), (x, foot - high)], width=0.014),
        "shade",
        depth=0.7,
        region="subject",
    )
    head = np.concatenate(
        (
            arc(x, foot - high - 0.012, 0.03, 0.03, 180, 360, steps=10),
            arc(x, foot - high + 0.075, 0.03, 0.03, 0, 180, steps=10),
        )
    )
    stage.lay("signal", "thing", stage.polygon(head), "shade", depth=0.7, region="subject")
    lamp = (x, foot - high - 0.008)
    wink = 0.8 + 0.2 * float(np.sin(1.1 * stage.t_s))
    stage.lay("signal glow", "disc", stage.glow(*lamp, 0.07, power=1.1) * 0.6 * wink, "accent", depth=0.71, after=True)
    stage.lay("signal lamp", "disc", stage.disc(*lamp, 0.018), "accent", depth=0.71, region="subject", after=True)
    others = stage.dots([(x, foot - high + 0.032), (x, foot - high + 0.072)], 0.018)
    stage.lay(
        "dark lamps",
        "thing",
        others,
        stage.blend("shade", "far", np.float32(0.35)),
        depth=0.71,
        region="subject",
        after=True,
    )


def _passing_windows(stage: Stage) -> None:
    """The side of a train close by: one long row of windows, people in them, and their light on the platform."""
    rng = stage.chance("places")
    middle = float(rng.uniform(-0.06, 0.02))
    lay_sky(stage, horizon=0.3)
    hills = -0.25 + 0.05 * stage.profile("hills", scale=0.5, octaves=3)
    lay_land(stage, "hills", hills, depth=0.3, haze=0.5)
    run = 0.05 * stage.t_s
    top, low = middle - 0.19, middle + 0.27
    paint = stage.blend("accent", "shade", np.clip(0.15 + 0.35 * stage.fade(middle, low), 0, 1))
    if stage.scene.hour == "night":
        paint = stage.blend(paint, "shade", np.float32(0.35))
    velocity = (-0.05, 0.0)
    stage.lay("coach", "vehicle", stage.polygon(rectangle(-3, top, 3, low)), paint, depth=0.6, region="below")
    roof = stage.fade(top - 0.05, top)
    stage.lay(
        "roof",
        "vehicle",
        stage.polygon(rectangle(-3, top - 0.045, 3, top + 0.004)),
        stage.blend("far", "shade", 0.4 + 0.5 * (1 - roof)),
        depth=0.6,
        region="below",
    )
    bands = [rectangle(-3, middle + 0.135, 3, middle + 0.155), rectangle(-3, top + 0.012, 3, top + 0.024)]
    stage.lay(
        "band",
        "vehicle",
        stage.polygon(*bands),
        stage.blend("light", "accent", np.float32(0.25)),
        depth=0.61,
        region="subject",
    )
    lay_coach_windows(stage, middle, run)
    stage.lay(
        "under the coach", "vehicle", stage.polygon(rectangle(-3, low - 0.002, 3, low + 0.07)), "shade", depth=0.6
    )
    wheels = [(((at * 0.36 - run + 2) % 4) - 2, low + 0.045) for at in range(11)]
    stage.lay(
        "wheels",
        "vehicle",
        stage.dots(wheels, 0.05),
        stage.blend("shade", "far", np.float32(0.22)),
        depth=0.62,
        velocity=velocity,
    )
    stage.lay(
        "platform",
        "road",
        stage.under(np.full(stage.width_px, low + 0.07)),
        stage.blend(stage.blend("far", "near", np.float32(0.5)), "shade", 0.45 + 0.4 * stage.fade(low, 0.6)),
        depth=0.8,
    )
    stage.lay(
        "edge of the platform",
        "road",
        stage.polygon(rectangle(-3, low + 0.07, 3, low + 0.088)),
        stage.blend("light", "far", np.float32(0.3)),
        depth=0.8,
    )
    if stage.scene.weather != "mist":
        lay_weather(stage)


RAILWAY = Motif(
    name="railway",
    words=(
        "train",
        "rail",
        "track",
        "station",
        "platform",
        "journey",
        "leave",
        "depart",
        "arrive",
        "travel",
        "distance",
        "whistle",
        "viaduct",
        "ticket",
        "steam",
        "away",
        "commute",
        "passenger",
    ),
    compositions={
        "viaduct": Composition(_viaduct, ("top",)),
        "rails": Composition(_rails, ("top",)),
        "passing_windows": Composition(_passing_windows, ("top", "bottom")),
    },
)
