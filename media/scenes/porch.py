"""A front door square on, with its steps, lamp and tubs."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import lamps_lit, window_colour
from media.scenes.curves import arc, band, rectangle, smooth
from media.scenes.layers import Floats
from media.scenes.sky import lay_weather
from media.scenes.stage import Stage
from media.scenes.trees import blade, crown


def lay_front_door(stage: Stage) -> None:
    """A door square on, at the top of its steps, under a lamp, between two trees in tubs."""
    rng = stage.chance("places")
    wall = stage.blend("far", "light", np.float32(0.3 if stage.scene.hour != "night" else 0.0))
    wall = stage.blend(
        wall, "shade", 0.1 + 0.4 * stage.fade(-0.6, 0.6) + (0.25 if stage.scene.hour == "night" else 0.0)
    )
    stage.lay("wall", "building", 1.0, wall, depth=0.4, region="above")
    boards = [np.array([(-2.0, y), (2.0, y)]) for y in np.arange(-1.0, 1.0, 0.062)]
    stage.lay("boards", "building", stage.stroke(*boards, width=0.004) * 0.35, "shade", depth=0.4, region="above")
    foot, half, high = 0.3, 0.13, 0.5
    shadow = rectangle(-half * 1.6 + 0.03, foot - high * 1.3 + 0.03, half * 1.6 + 0.03, foot)
    trim = stage.blend("light", "far", np.float32(0.2))
    stage.lay("shadow of the porch", "building", stage.polygon(shadow) * 0.3, "shade", depth=0.45)
    stage.lay(
        "door frame",
        "building",
        stage.polygon(rectangle(-half * 1.34, foot - high * 1.17, half * 1.34, foot)),
        trim,
        depth=0.5,
        region="subject",
    )
    lintel = np.array(
        [
            (-half * 1.75, foot - high * 1.16),
            (0, foot - high * 1.42),
            (half * 1.75, foot - high * 1.16),
            (half * 1.75, foot - high * 1.12),
            (-half * 1.75, foot - high * 1.12),
        ]
    )
    stage.lay(
        "gable over the door",
        "building",
        stage.polygon(lintel),
        stage.blend(trim, "shade", np.float32(0.18)),
        depth=0.52,
        region="subject",
    )
    stage.lay(
        "door",
        "building",
        stage.polygon(rectangle(-half, foot - high, half, foot)),
        "accent",
        depth=0.5,
        region="subject",
    )
    panels = [
        rectangle(sign * half * 0.5 - half * 0.34, foot - top, sign * half * 0.5 + half * 0.34, foot - low)
        for sign in (-1, 1)
        for top, low in ((0.46, 0.27), (0.22, 0.05))
    ]
    stage.lay(
        "panels",
        "building",
        stage.polygon(*panels),
        stage.blend("accent", "shade", np.float32(0.3)),
        depth=0.5,
        region="subject",
    )
    glass = np.concatenate(
        (arc(0, foot - high * 1.02, half, half * 0.5, 180, 360, steps=16), [(half, foot - high * 1.02)])
    )
    stage.lay("light over the door", "window", stage.polygon(glass), window_colour(stage), depth=0.51, region="subject")
    stage.lay(
        "knob", "thing", stage.disc(half * 0.8, foot - 0.24, 0.011), "light", depth=0.53, region="subject", after=True
    )
    _lay_door_windows(stage, foot, trim)
    for index in range(4):
        top, wide = foot + 0.055 * index, half * (1.7 + 0.42 * index)
        tread = stage.blend(stage.blend("far", "light", np.float32(0.3)), "shade", np.float32(0.12 * index))
        stage.lay(
            f"step {index}",
            "building",
            stage.polygon(rectangle(-wide, top, wide, top + 0.06)),
            stage.blend(tread, "shade", 0.55 * stage.fade(top + 0.006, top + 0.02)),
            depth=0.6 + 0.05 * index,
        )
    path = rectangle(-2.2, foot + 0.19, 2.2, 1.2)
    stage.lay(
        "ground",
        "land",
        stage.polygon(path),
        stage.blend("near", "shade", 0.3 + 0.4 * stage.fade(foot + 0.19, 0.6)),
        depth=0.8,
    )
    _lay_tubs(stage, half, foot + 0.19)
    _lay_door_lamp(stage, float(rng.choice((-1.0, 1.0))), half, foot - high * 0.92)
    if stage.scene.weather != "mist":
        lay_weather(stage)


def _lay_door_windows(stage: Stage, foot: float, trim: Floats) -> None:
    for sign in (-1, 1):
        for index, at in enumerate((0.44, 1.0, 1.56)):
            x = sign * at
            box = rectangle(x - 0.11, foot - 0.5, x + 0.11, foot - 0.14)
            stage.lay(
                f"window frame {sign} {index}",
                "building",
                stage.polygon(rectangle(x - 0.13, foot - 0.52, x + 0.13, foot - 0.11)),
                trim,
                depth=0.5,
                region="below",
            )
            lit = window_colour(stage) if index == 0 and sign < 0 else stage.blend("shade", "water", np.float32(0.5))
            stage.lay(f"pane {sign} {index}", "window", stage.polygon(box), lit, depth=0.5, region="subject")
            bars = [
                np.array([(x, foot - 0.5), (x, foot - 0.14)]),
                np.array([(x - 0.11, foot - 0.34), (x + 0.11, foot - 0.34)]),
            ]
            stage.lay(
                f"window bars {sign} {index}", "building", stage.stroke(*bars, width=0.01), trim, depth=0.51, after=True
            )
            shutters = [
                rectangle(x + hand * 0.18 - 0.045, foot - 0.53, x + hand * 0.18 + 0.045, foot - 0.1) for hand in (-1, 1)
            ]
            stage.lay(
                f"shutters {sign} {index}",
                "building",
                stage.polygon(*shutters),
                stage.blend("accent", "shade", np.float32(0.45)),
                depth=0.51,
            )


def _lay_tubs(stage: Stage, half: float, foot: float) -> None:
    rng = stage.chance("tubs")
    for sign in (-1, 1):
        x = sign * half * 2.35
        tub = np.array(
            [(x - 0.055, foot - 0.09), (x + 0.055, foot - 0.09), (x + 0.042, foot + 0.02), (x - 0.042, foot + 0.02)]
        )
        stage.lay(
            f"stem {sign}",
            "plant",
            stage.stroke([(x, foot - 0.08), (x, foot - 0.2)], width=0.012),
            "shade",
            depth=0.9,
            region="subject",
        )
        stage.lay(
            f"tub {sign}",
            "thing",
            stage.polygon(tub),
            stage.blend("water", "shade", np.float32(0.3)),
            depth=0.9,
            region="subject",
        )
        places, sizes = crown(x + 0.002 * float(np.sin(stage.t_s + sign)), foot - 0.27, 0.085, 0.085, rng, leaves=60)
        stage.lay(
            f"leaves {sign}",
            "plant",
            stage.dots(places, sizes),
            stage.blend("near", "shade", np.float32(0.45)),
            depth=0.9,
            region="subject",
        )
        stage.lay(
            f"lit leaves {sign}",
            "plant",
            stage.dots(places - (0.008, 0.012), sizes * 0.7),
            stage.blend("near", "light", np.float32(0.15)),
            depth=0.9,
            region="subject",
        )
        grass = [
            blade(float(x + at), foot + 0.03, 0.05, float(lean), 0.008)
            for at, lean in zip(rng.normal(0, 0.09, 16), rng.normal(0, 0.03, 16), strict=True)
        ]
        stage.lay(
            f"grass {sign}",
            "plant",
            stage.polygon(*grass),
            stage.blend("near", "shade", np.float32(0.6)),
            depth=0.91,
            after=True,
        )


def _lay_door_lamp(stage: Stage, side: float, half: float, y: float) -> None:
    x = side * half * 1.75
    if lamps_lit(stage):
        flicker = 0.93 + 0.07 * float(np.sin(5 * stage.t_s)) * float(np.sin(1.3 * stage.t_s))
        stage.lay(
            "lamplight",
            "building",
            stage.glow(x, y, 0.3, power=1.3) * 0.5 * flicker,
            "light",
            depth=0.6,
            region="above",
        )
        stage.lay("halo", "disc", stage.glow(x, y, 0.06, power=1.1) * 0.8 * flicker, "light", depth=0.61, after=True)
    glass = np.array([(x - 0.016, y - 0.03), (x + 0.016, y - 0.03), (x + 0.011, y + 0.03), (x - 0.011, y + 0.03)])
    arm = band(
        smooth([(x, y - 0.03), (x, y - 0.06), (x - side * 0.02, y - 0.06), (x - side * 0.035, y - 0.02)]),
        np.full(37, 0.006),
    )
    roof = np.array([(x - 0.022, y - 0.03), (x, y - 0.052), (x + 0.022, y - 0.03)])
    stage.lay("lamp glass", "disc", stage.polygon(glass), "light", depth=0.62, region="subject", after=True)
    stage.lay("lamp", "thing", stage.polygon(arm, roof), "shade", depth=0.62, region="subject", after=True)
