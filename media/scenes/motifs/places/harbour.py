"""The harbour: yachts and their mirror images, a quay with lamps, one boat from above."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from media.scenes.birds import lay_birds
from media.scenes.boats import lay_rowing_boat_from_above, lay_yacht
from media.scenes.buildings import grid, lamps_lit, lay_windows
from media.scenes.curves import Points, band, rectangle, smooth
from media.scenes.figures import lay_walker
from media.scenes.land import lay_land
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.water import lay_water


def _masts(stage: Stage) -> None:
    rng = stage.chance("places")
    shore = float(rng.uniform(0.1, 0.16))
    disc = (float(rng.uniform(-0.35, 0.35)), shore - float(rng.uniform(0.28, 0.4)), float(rng.uniform(0.05, 0.08)))
    lay_sky(stage, horizon=shore, disc=disc)
    hills = shore - 0.05 - 0.06 * stage.profile("hills", scale=0.7, octaves=3, gain=0.4)
    lay_land(stage, "hills", hills, depth=0.2, haze=0.6, label="land")
    _lay_waterfront(stage, shore)
    colours = ["accent", "light", "near", "water", "far"]
    count = 13 + round(4 * stage.scene.energy)
    at = np.linspace(-1.9, 1.9, count) + rng.uniform(-0.05, 0.05, count)
    order = rng.permutation(len(at))
    for index in order:
        row = index % 2
        size = float(rng.uniform(0.24, 0.3)) * (0.8 if row else 1.05)
        if abs(at[index]) > stage.right + 0.2:
            continue
        lay_yacht(
            stage,
            f"yacht {index}",
            float(at[index]),
            shore + (0.012 if row else 0.03),
            size,
            colours[index % 5],
            depth=0.4 + 0.1 * (1 - row),
            flip=bool(index % 3),
        )
    lay_water(stage, shore + 0.03, mirror=0.95, rough=0.25 + 0.3 * stage.scene.energy)
    lay_birds(stage, -disc[0] * 0.6, -0.3, count=5, spread=0.1)
    lay_weather(stage)


def _lay_waterfront(stage: Stage, foot: float) -> None:
    rng = stage.chance("waterfront")
    walls, roofs, windows = [], [], []
    left = -1.95
    while left < 1.9:
        wide, high = float(rng.uniform(0.06, 0.11)), float(rng.uniform(0.05, 0.1))
        walls.append(rectangle(left, foot - high, left + wide, foot))
        roofs.append(
            np.array(
                [
                    (left - 0.004, foot - high),
                    (left + 0.5 * wide, foot - high - 0.35 * wide),
                    (left + wide + 0.004, foot - high),
                ]
            )
        )
        windows += grid(
            left + 0.006,
            foot - high + 0.006,
            left + wide - 0.006,
            foot - 0.012,
            3,
            max(1, round(high / 0.032)),
            fill=0.45,
        )
        left += wide * float(rng.choice((1.0, 1.0, 1.02, 1.6)))
    dusk = np.float32(0.35 if lamps_lit(stage) else 0.0)
    stage.lay(
        "houses",
        "building",
        stage.polygon(*walls),
        stage.blend(stage.blend("sky_low", "far", np.float32(0.5)), "shade", dusk),
        depth=0.3,
    )
    stage.lay(
        "house roofs",
        "building",
        stage.polygon(*roofs),
        stage.blend(stage.blend("accent", "far", np.float32(0.5)), "shade", dusk),
        depth=0.3,
    )
    lay_windows(stage, "house windows", windows, lit=0.5, depth=0.31)
    stage.lay(
        "quay wall",
        "road",
        stage.polygon(rectangle(-2, foot - 0.008, 2, foot + 0.035)),
        stage.blend("near", "shade", np.float32(0.5)),
        depth=0.32,
    )


def _quay(stage: Stage) -> None:
    """A quay that runs away to one side under its lamps, with the water beside it."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    horizon = float(rng.uniform(-0.1, -0.03))
    x = side * float(rng.uniform(0.18, 0.26))
    disc = (
        -side * float(rng.uniform(0.12, 0.3)),
        horizon - float(rng.uniform(0.08, 0.2)),
        float(rng.uniform(0.05, 0.08)),
    )
    lay_sky(stage, horizon=horizon, disc=disc)
    far = horizon - 0.03 * np.abs(stage.profile("far shore", scale=0.4, octaves=3)) - 0.008
    lay_land(stage, "far shore", far, depth=0.15, haze=0.2, label="land")
    lay_water(stage, horizon, disc=disc, mirror=0.6)
    edge, wall = -0.75, -0.95
    low = stage.bottom + 0.02
    grow = low - horizon

    def on_quay(across: float, away: float) -> tuple[float, float]:
        return x + side * across * grow * away, horizon + grow * away

    stone = stage.blend("far", "near", np.float32(0.5))
    front = np.array([on_quay(edge, 0.0), on_quay(edge, 1.0), on_quay(wall, 1.12), on_quay(wall, 0.0)])
    stage.lay("quay wall", "road", stage.polygon(front), stage.blend(stone, "shade", np.float32(0.75)), depth=0.6)
    top = np.array([on_quay(edge, 0.0), on_quay(edge, 1.0), on_quay(6.0, 1.0), on_quay(6.0, 0.0)])
    stage.lay(
        "quay",
        "road",
        stage.polygon(top),
        stage.blend(stage.blend(stone, "sky_low", np.float32(0.3)), "shade", 0.15 + 0.5 * stage.fade(horizon, low)),
        depth=0.62,
    )
    joints: list[Points] = [
        np.array([on_quay(edge + 0.35 * at, 0.02), on_quay(edge + 0.35 * at, 1.0)]) for at in range(1, 9)
    ]
    joints += [np.array([on_quay(edge, away), on_quay(5.0, away)]) for away in 0.05 * 1.42 ** np.arange(9)]
    stage.lay("joints", "road", stage.stroke(*joints, width=0.0025) * 0.4, "shade", depth=0.62, after=True)
    _lay_sheds(stage, on_quay)
    for index, away in enumerate((0.07, 0.11, 0.18, 0.3, 0.52)):
        _lay_quay_lamp(stage, f"lamp {index}", on_quay(edge + 0.2, away), 0.92 * away * grow, -side, 0.5 + 0.08 * index)
        foot = on_quay(edge + 0.06, away * 1.25)
        size = 0.05 * away
        stage.lay(
            f"bollard {index}",
            "thing",
            stage.polygon(
                rectangle(foot[0] - size, foot[1] - 1.6 * size, foot[0] + size, foot[1]),
                rectangle(foot[0] - 1.5 * size, foot[1] - 2 * size, foot[0] + 1.5 * size, foot[1] - 1.4 * size),
            ),
            "shade",
            depth=0.6 + 0.05 * index,
            region="subject",
        )
    at = on_quay(edge + 0.5, 0.36)
    lay_walker(stage, at[0], at[1], 0.13)
    lay_weather(stage)


def _lay_sheds(stage: Stage, place: Callable[[float, float], tuple[float, float]]) -> None:
    for index, (start, end, high) in enumerate(
        ((0.04, 0.1, 1.5), (0.1, 0.19, 1.1), (0.19, 0.42, 1.3), (0.42, 1.2, 1.25))
    ):
        (ax, ay), (bx, by) = place(0.75, start), place(0.75, end)
        tall = 0.55 * high
        quad = np.array([(ax, ay - tall * start), (bx, by - tall * end), (bx, by), (ax, ay)])
        gable = np.array(
            [
                (ax, ay - tall * start),
                (ax + (bx - ax) * 0.5, (ay + by) / 2 - tall * (start + end) * 0.72),
                (bx, by - tall * end),
            ]
        )
        tone = stage.blend(
            stage.blend("accent" if index % 2 else "far", "near", np.float32(0.5)),
            "shade",
            np.float32(0.3 + 0.12 * index),
        )
        stage.lay(f"shed {index}", "building", stage.polygon(quad, gable), tone, depth=0.4 + 0.1 * index)
        (cx, cy), (dx, dy) = place(0.75, start + 0.35 * (end - start)), place(0.75, start + 0.6 * (end - start))
        share = start + 0.45 * (end - start)
        pane = np.array(
            [
                (cx, cy - 0.62 * tall * share),
                (dx, dy - 0.62 * tall * share),
                (dx, dy - 0.3 * tall * share),
                (cx, cy - 0.3 * tall * share),
            ]
        )
        lay_windows(stage, f"shed window {index}", [pane], lit=0.8, depth=0.41 + 0.1 * index)


def _lay_quay_lamp(
    stage: Stage, name: str, foot: tuple[float, float], high: float, inward: float, depth: float
) -> None:
    x, y = foot
    arm = smooth(
        [
            (x, y),
            (x, y - 0.86 * high),
            (x + inward * 0.08 * high, y - high),
            (x + inward * 0.2 * high, y - 0.96 * high),
        ],
        steps=6,
    )
    stage.lay(
        f"{name} post",
        "thing",
        stage.stroke(arm, width=0.028 * high),
        "shade",
        depth=depth,
        region="subject",
        after=high < 0.2,
    )
    head = (x + inward * 0.22 * high, y - 0.93 * high)
    if lamps_lit(stage):
        flicker = 0.94 + 0.06 * np.sin(2.6 * stage.t_s + 9 * depth)
        stage.lay(
            f"{name} halo",
            "disc",
            stage.glow(*head, 0.3 * high, power=1.1) * 0.65 * flicker,
            "light",
            depth=depth,
            region="above",
            after=True,
        )
        pool = stage.ellipse(x + inward * 0.1 * high, y, 0.34 * high, 0.07 * high)
        stage.lay(f"{name} pool", "road", pool * 0.28, "light", depth=depth)
    stage.lay(
        f"{name} head",
        "disc",
        stage.disc(*head, 0.045 * high),
        "light" if lamps_lit(stage) else "sky_low",
        depth=depth,
        after=True,
    )


def _boat_from_above(stage: Stage) -> None:
    """Nothing but water and a boat on its rope, seen as a gull sees it; a jetty cuts one corner."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    deep = stage.noise("depths", scale=0.7, octaves=3)
    ramp = 0.35 + 0.4 * deep + 0.5 * side * stage.x
    tone = stage.blend(
        stage.blend("water", "sky_low", np.clip(0.5 - ramp, 0, 1) * 0.55), "shade", np.clip(ramp * 0.5, 0, 0.6)
    )
    stage.lay("water", "water", 1.0, tone, depth=0.4, region="above", velocity=(0.01, 0.01))
    _lay_caustics(stage)
    x, y = side * float(rng.uniform(-0.06, 0.1)), float(rng.uniform(-0.04, 0.1))
    turn = side * float(rng.uniform(15, 40)) + 4 * float(np.sin(0.35 * stage.t_s))
    size = 0.2
    heading = np.deg2rad(turn)
    bow = (x + np.sin(heading) * size * 0.95, y - np.cos(heading) * size * 0.95)
    for ring in range(4):
        grow = size * (1.15 + 0.3 * (ring + (0.12 * stage.t_s) % 1.0))
        fade = 0.3 * (1 - (ring + (0.12 * stage.t_s) % 1.0) / 4)
        outer, inner = (stage.ellipse(x, y, 0.55 * part, part, turn_deg=turn) for part in (grow, grow - 0.008))
        stage.lay(f"ring {ring}", "water", (outer - inner) * fade, "light", depth=0.45)
    _lay_jetty(stage, side, bow)
    lay_rowing_boat_from_above(stage, x, y, size, turn)
    if stage.scene.weather not in ("mist",):
        lay_weather(stage)


def _lay_caustics(stage: Stage) -> None:
    """Lay the net of light that waves throw: where two fields of noise are equal."""
    one = stage.noise("net", scale=0.13, octaves=2, shift=(0.012 * stage.t_s, 0.0))
    other = stage.noise("net too", scale=0.13, octaves=2, shift=(-0.01 * stage.t_s, 0.012 * stage.t_s))
    net = np.clip(1 - np.abs(one - other) * 9, 0, 1) ** 2
    patch = np.clip(stage.noise("patches", scale=0.5, octaves=2) + 0.35, 0, 1)
    stage.lay("net of light", "water", net * patch * 0.32, "light", depth=0.41, region="above", velocity=(0.01, 0.01))


def _lay_jetty(stage: Stage, side: float, bow: tuple[float, float]) -> None:
    rng = stage.chance("jetty")
    start, end = np.array((side * 2.2, -0.95)), np.array((side * 0.2, -0.42))
    along = (end - start) / np.hypot(*(end - start))
    across = np.array([-along[1], along[0]])
    line = np.stack((start, end))
    stage.lay(
        "shadow of the jetty",
        "water",
        stage.polygon(band(line + (0.04, 0.06), [0.17, 0.17])) * 0.45,
        "shade",
        depth=0.5,
    )
    wood = stage.blend("light", "far", np.float32(0.55))
    long = float(np.hypot(*(end - start)))
    boards: list[Points] = []
    others: list[Points] = []
    for index in range(int(long / 0.036)):
        at = start + along * (0.036 * index)
        over = 0.085 + 0.006 * float(rng.normal())
        shape = np.array(
            [
                at + across * over,
                at + along * 0.032 + across * over,
                at + along * 0.032 - across * over,
                at - across * over,
            ]
        )
        (boards if rng.random() < 0.6 else others).append(shape)
    stage.lay("jetty", "road", stage.polygon(*boards), stage.blend(wood, "shade", np.float32(0.15)), depth=0.6)
    stage.lay("jetty boards", "road", stage.polygon(*others), stage.blend(wood, "shade", np.float32(0.32)), depth=0.6)
    posts = [end - along * back + across * out for back in (0.03, 0.4, 0.8) for out in (-0.09, 0.09)]
    stage.lay("posts", "thing", stage.dots(posts, 0.02), "shade", depth=0.65, region="subject")
    middle = (np.array(bow) + posts[0]) / 2 + (0.03 * side, 0.05)
    rope = smooth([bow, middle, posts[0]])
    stage.lay("rope", "thing", stage.stroke(rope, width=0.005), "light", depth=0.66, region="subject", after=True)


HARBOUR = Motif(
    name="harbour",
    words=(
        "harbour",
        "harbor",
        "port",
        "boat",
        "sail",
        "ship",
        "anchor",
        "mast",
        "quay",
        "dock",
        "pier",
        "mooring",
        "row",
        "vessel",
        "captain",
        "voyage",
        "fisher",
        "oar",
    ),
    compositions={
        "masts": Composition(_masts, ("top", "bottom")),
        "quay": Composition(_quay, ("top",)),
        "boat_from_above": Composition(_boat_from_above, ("bottom",)),
    },
)
