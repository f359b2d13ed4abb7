"""The street: lamps and rain in perspective, a row of houses, one lit window at night."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import grid_on_quad, lamps_lit, lay_windows, window_colour
from media.scenes.curves import Points, arc, grown, placed, rectangle
from media.scenes.figures import lay_walker
from media.scenes.motif import Composition, Motif
from media.scenes.room import lay_room
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.terrace import lay_bicycle, lay_street_trees, lay_town_house
from media.scenes.water import lay_water


def _wet_street(stage: Stage) -> None:
    """Fronts on both sides run to one point; the wet road mirrors the lamps and a walker under an umbrella."""
    rng = stage.chance("places")
    x, y = float(rng.uniform(-0.14, 0.14)), float(rng.uniform(0.0, 0.08))
    lay_sky(stage, horizon=y, disc=(x, y - 0.16, 0.09))
    for side in (-1, 1):
        _lay_fronts(stage, x, y, side)
    kerb = y + 0.004
    lay_water(stage, kerb, mirror=1.0, rough=0.35)
    road = stage.blend("shade", "far", np.float32(0.35))
    wet = {"rain": 0.35, "storm": 0.35}.get(stage.scene.weather, 0.5)
    stage.lay("road", "road", stage.under(np.full(stage.width_px, kerb)) * wet, road, depth=0.5)
    for side in (-1, 1):
        pavement = np.array(
            [
                (x, kerb),
                (x + side * 0.36, stage.bottom + 0.01),
                (x + side * 3.4, stage.bottom + 0.01),
                (x + side * 3.4, kerb + 0.6),
                (x + side * 0.02, kerb),
            ]
        )
        stone = stage.blend(stage.blend("far", "near", np.float32(0.25)), "shade", 0.25 + 0.5 * stage.fade(kerb, 0.6))
        stage.lay(f"pavement {side}", "road", stage.polygon(pavement) * 0.9, stone, depth=0.55)
    _lay_lamps(stage, x, y)
    _lay_umbrella(stage, x + float(rng.uniform(-0.05, 0.05)), y + 0.2, 0.24)
    lay_weather(stage)


def _lay_fronts(stage: Stage, x: float, y: float, side: int) -> None:
    rng = stage.chance(f"fronts {side}")
    panes: list[Points] = []
    starts = [0.05, 0.075, 0.115, 0.19, 0.33, 0.6, 1.2, 2.6]
    for index, (start, end) in enumerate(zip(starts, starts[1:], strict=False)):
        near = (index + 1) / 7
        high = float(rng.uniform(1.0, 1.7)) * (0.8 + 0.5 * stage.scene.energy)
        quad = np.array(
            [(x + side * at, y - tall) for at, tall in ((start, start * high), (end, end * high))]
            + [(x + side * end, y + 0.6 * end), (x + side * start, y + 0.6 * start)]
        )
        tone = stage.blend(
            stage.blend("sky_low", "far", np.float32(min(1.0, 0.5 + near))),
            "shade",
            np.float32(0.25 + 0.6 * near * float(rng.uniform(0.7, 1.1))),
        )
        colours = stage.blend(tone, "light", 0.2 * np.exp(-np.abs(stage.x - x) / (0.2 + 0.2 * near)))
        stage.lay(
            f"front {side} {index}", "building", stage.polygon(quad), colours, depth=0.1 + 0.6 * near, region="subject"
        )
        windows = grid_on_quad(quad, 3 if index < 5 else 4, 6, fill=(0.46, 0.55))
        panes += [shape for shape in windows if shape[:, 1].max() < y - 0.05 * start]
    lay_windows(stage, f"windows {side}", panes, lit=0.22 + 0.25 * stage.scene.energy, depth=0.5)


def _lay_lamps(stage: Stage, x: float, y: float) -> None:
    lit = lamps_lit(stage)
    for index, away in enumerate((0.03, 0.05, 0.085, 0.16, 0.33)):
        posts, heads, lights = [], [], []
        for side in (-1, 1):
            at, foot, top = x + side * away * 1.05, y + away * 0.75, y - away * 0.95
            posts.append(np.array([(at, foot), (at, top), (at - side * away * 0.16, top - away * 0.06)]))
            heads.append((at - side * away * 0.18, top - away * 0.02))
            lights.append(heads[-1])
        depth = 0.4 + 0.1 * index
        stage.lay(
            f"lamp posts {index}",
            "thing",
            stage.stroke(*posts, width=0.035 * away),
            "shade",
            depth=depth,
            region="subject",
            after=True,
        )
        shine = 0.95 + 0.05 * np.sin(3 * stage.t_s + index)
        if lit:
            halo = np.maximum(*(stage.glow(*place, 0.26 * away, power=1.2) for place in lights))
            stage.lay(f"halos {index}", "disc", halo * 0.6 * shine, "light", depth=depth, region="above", after=True)
        stage.lay(
            f"lamps {index}",
            "disc",
            stage.dots(heads, 0.05 * away),
            "light" if lit else "sky_low",
            depth=depth,
            after=True,
        )


def _lay_umbrella(stage: Stage, x: float, foot: float, size: float) -> None:
    lay_walker(stage, x, foot, 0.8 * size)
    sway = 2.5 * np.sin(2 * stage.t_s)
    top = foot - 0.62 * size
    roof = arc(0, 0, 0.5, 0.42, 180, 360, steps=20)
    scallops = [arc(-0.375 + 0.25 * at, 0, 0.125, 0.06, 0, -180, steps=8) for at in range(3, -1, -1)]
    stage.lay(
        "stick",
        "thing",
        stage.stroke([(x, top), (x, foot - 0.4 * size)], width=0.02 * size),
        "shade",
        depth=0.72,
        region="subject",
    )
    outline = placed(np.concatenate((roof, *scallops)), x, top, size, turn_deg=sway)
    stage.lay("umbrella", "thing", stage.polygon(outline), "accent", depth=0.73, region="subject")
    half = stage.polygon(outline) * np.clip((x - stage.x) / (0.2 * size) + 0.3, 0, 1)
    stage.lay("shade of the umbrella", "thing", half * 0.35, "shade", depth=0.73, region="subject")


def _row_of_houses(stage: Stage) -> None:
    """Narrow houses side by side, seen square on, each with a gable and a colour of its own."""
    rng = stage.chance("places")
    foot = float(rng.uniform(0.3, 0.35))
    lay_sky(stage, horizon=foot, disc=(float(rng.uniform(-0.35, 0.35)), -0.3, 0.05))
    left, index = -1.95, 0
    middle = int(rng.integers(0, 3))
    while left < 1.9:
        wide = float(rng.uniform(0.15, 0.21))
        high = float(rng.uniform(0.3, 0.48)) * (0.85 + 0.3 * stage.scene.energy)
        if left < stage.right and left + wide > -stage.right:
            lay_town_house(stage, f"house {index}", left, foot, wide, high, index % 5 == middle)
        left += wide
        index += 1
    stage.lay(
        "pavement",
        "road",
        stage.under(np.full(stage.width_px, foot)),
        stage.blend("far", "light", np.float32(0.15)),
        depth=0.6,
    )
    stage.lay(
        "kerb",
        "road",
        stage.under(np.full(stage.width_px, foot + 0.045)),
        stage.blend("near", "shade", np.float32(0.5)),
        depth=0.65,
    )
    stage.lay(
        "road",
        "road",
        stage.under(np.full(stage.width_px, foot + 0.06)),
        stage.blend("near", "shade", 0.6 + 0.3 * stage.fade(foot, 0.6)),
        depth=0.7,
    )
    lay_street_trees(stage, foot + 0.03)
    lay_bicycle(stage, foot + 0.1, 0.12)
    lay_weather(stage)


def _one_window(stage: Stage) -> None:
    """A dark wall fills the frame; in it one window, lit, with somebody's room."""
    rng = stage.chance("places")
    x, y = float(rng.uniform(-0.2, 0.2)), float(rng.uniform(-0.02, 0.1))
    wide, high = 0.2, 0.27
    wall = stage.blend(stage.blend("near", "shade", np.float32(0.5)), "shade", 0.5 * stage.fade(-0.6, 0.7))
    stage.lay("wall", "building", 1.0, wall, depth=0.5, region="above")
    _lay_bricks(stage)
    for index, (at, low, lit) in enumerate(
        (
            (-0.62, 0.0, 0.3),
            (0.62, 0.0, 0.0),
            (0, -0.76, 0.0),
            (0, 0.76, 0.2),
            (-0.62, -0.76, 0.0),
            (0.62, -0.76, 0.0),
            (-0.62, 0.76, 0.0),
            (0.62, 0.76, 0.0),
            (1.24, 0, 0.0),
            (-1.24, 0, 0.0),
        )
    ):
        box = rectangle(x + at - wide * 0.86, y + low - high * 0.9, x + at + wide * 0.86, y + low + high * 0.9)
        stage.lay(
            f"frame {index}",
            "building",
            stage.polygon(grown(box, 1.08)),
            stage.blend("far", "shade", np.float32(0.45)),
            depth=0.52,
        )
        glass = stage.blend(stage.blend("water", "shade", np.float32(0.6)), "light", np.float32(lit * 0.5))
        stage.lay(f"dark window {index}", "window", stage.polygon(box), glass, depth=0.53)
    spill = stage.glow(x, y, 0.42, power=1.6)
    glow = 0.6 if lamps_lit(stage) else 0.25
    stage.lay("light on the wall", "building", spill * glow * 0.55, window_colour(stage), depth=0.54, region="above")
    lay_room(stage, x, y, wide, high)
    if stage.scene.weather != "mist":
        lay_weather(stage)


def _lay_bricks(stage: Stage) -> None:
    rng = stage.chance("bricks")
    shapes = [
        rectangle(at, low, at + 0.06, low + 0.022)
        for at, low in zip(
            rng.uniform(-1.9, 1.9, 150), np.round(rng.uniform(-1.2, 1.2, 150) / 0.028) * 0.028, strict=True
        )
    ]
    stage.lay(
        "bricks",
        "building",
        stage.polygon(*shapes) * 0.3,
        stage.blend("near", "accent", np.float32(0.5)),
        depth=0.5,
        region="above",
        after=True,
    )


STREET = Motif(
    name="street",
    words=(
        "street",
        "road",
        "rain",
        "lamp",
        "umbrella",
        "corner",
        "neighbour",
        "pavement",
        "alley",
        "avenue",
        "window",
        "walk",
        "home",
        "door",
        "puddle",
        "bicycle",
        "block",
        "curtain",
    ),
    compositions={
        "wet_street": Composition(_wet_street, ("top",)),
        "row_of_houses": Composition(_row_of_houses, ("top", "bottom")),
        "one_window": Composition(_one_window, ("top", "bottom")),
    },
)
