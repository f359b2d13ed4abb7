"""Mountains: ridges in the air, one peak in a lake, a path up to a pass, tops over a sea of clouds."""

from __future__ import annotations

import numpy as np

from media.scenes.birds import lay_birds
from media.scenes.curves import band, smooth
from media.scenes.figures import lay_walker
from media.scenes.land import lay_land, lay_peak, ridged
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.trees import conifer
from media.scenes.water import lay_water


def _ridges(stage: Stage) -> None:
    rng = stage.chance("places")
    disc = (float(rng.uniform(-0.28, 0.28)), float(rng.uniform(-0.24, -0.1)), float(rng.uniform(0.06, 0.12)))
    lay_sky(stage, horizon=0.15, disc=disc)
    count = 4 + round(2 * stage.scene.energy)
    for row in range(count):
        near = row / (count - 1)
        base = -0.02 + 0.52 * near**1.15
        high = (0.16 + 0.22 * stage.scene.energy) * (1 - 0.45 * near)
        crest = base + 0.1 - high * ridged(stage, f"range {row}", scale=0.55 + 0.25 * near)
        lay_land(stage, f"range {row}", crest, depth=near * 0.9, lit_from=disc[0], haze=0.75, jag=0.05 + 0.03 * near)
        if row == 1:
            lay_birds(stage, -disc[0], base - 0.16, count=7, spread=0.08)
    _lay_pines(stage, 0.46, 26)
    lay_weather(stage)


def _lay_pines(stage: Stage, foot: float, count: int) -> None:
    rng = stage.chance("pines")
    line = foot - 0.05 * stage.profile("foreground", scale=0.7, octaves=2)
    stage.lay("foreground", "land", stage.under(line), "shade", depth=0.95)
    shapes = []
    for at in np.concatenate((rng.normal(-0.42, 0.12, count // 2), rng.normal(0.45, 0.1, count // 2))):
        under = float(np.interp(at, stage.x[0], line)) + 0.01
        shapes.append(conifer(float(at), under, float(rng.uniform(0.06, 0.17)), rng, lean=0.01 * np.sin(stage.t_s)))
    stage.lay("pines", "tree", stage.polygon(*shapes), "shade", depth=0.96, region="subject")


def _peak_in_lake(stage: Stage) -> None:
    rng = stage.chance("places")
    shore = float(rng.uniform(0.1, 0.16))
    side = -1.0 if rng.random() < 0.5 else 1.0
    disc = (side * float(rng.uniform(0.22, 0.32)), -0.3, float(rng.uniform(0.035, 0.06)))
    lay_sky(stage, horizon=shore, disc=disc)
    x, top = -side * float(rng.uniform(0.0, 0.1)), -0.2 - 0.12 * stage.scene.energy
    for index, (away, high, wide) in enumerate(((-0.55, 0.55, 0.5), (0.6, 0.45, 0.55))):
        lay_peak(
            stage,
            f"shoulder {index}",
            x + away,
            shore - (shore - top) * high,
            shore,
            wide,
            lit_from=disc[0],
            depth=0.12,
            snow=0.2,
        )
    lay_peak(stage, "peak", x, top, shore, 0.52, lit_from=disc[0], depth=0.4, snow=float(rng.uniform(0.3, 0.55)))
    near = shore + 0.005 - 0.05 * ridged(stage, "woods", scale=0.4) - 0.1 * np.clip(np.abs(stage.x[0] - x) - 0.25, 0, 1)
    shapes = [
        conifer(float(at), shore + 0.006, float(0.02 + 0.05 * rng.random() + 0.1 * max(0.0, abs(at - x) - 0.3)), rng)
        for at in rng.uniform(-1.9, 1.9, 150)
    ]
    woods = np.maximum(stage.polygon(*shapes), stage.between(near, np.full(stage.width_px, shore + 0.006)))
    stage.lay("woods", "tree", woods, stage.blend("near", "shade", np.float32(0.35)), depth=0.5)
    lay_water(stage, shore, mirror=0.95, rough=0.1 + 0.25 * stage.scene.energy)
    stones = [(float(at), float(rng.uniform(0.42, 0.5))) for at in (-0.42, -0.3, 0.38, 0.24)]
    for index, (at, low) in enumerate(stones):
        wide = float(rng.uniform(0.03, 0.1))
        body = stage.ellipse(at, low, wide, wide * 0.4) * np.clip((low + wide * 0.12 - stage.y) * stage.unit_px, 0, 1)
        stage.lay(
            f"stone {index}",
            "land",
            body,
            stage.blend("near", "shade", 0.3 + 0.7 * stage.fade(low - wide * 0.4, low)),
            depth=0.8,
        )
    lay_weather(stage)


def _pass(stage: Stage) -> None:
    rng = stage.chance("places")
    notch = float(rng.uniform(-0.12, 0.12))
    sill = float(rng.uniform(-0.06, 0.02))
    disc = (notch + float(rng.uniform(-0.05, 0.05)), sill - 0.1, float(rng.uniform(0.06, 0.09)))
    lay_sky(stage, horizon=sill + 0.1, disc=disc)
    far = sill + 0.06 - 0.14 * ridged(stage, "far range", scale=0.3)
    lay_land(stage, "far range", far, depth=0.1, lit_from=disc[0], haze=0.4)
    steep = 0.9 + 0.7 * stage.scene.energy
    for row in range(4):
        near = (row + 1) / 4
        side = 1.0 if (row % 2) == (notch > 0) else -1.0
        slope = side * (stage.x[0] - notch) - 0.02
        rough = 0.1 * (ridged(stage, f"slope {row}", scale=0.3 + 0.2 * near) - 0.5)
        line = (
            sill + 0.1 + 0.3 * near**1.5 - steep * (1.15 - 0.5 * near) * np.clip(slope + 0.06 * near, -0.6, 2) - rough
        )
        lay_land(
            stage, f"slope {row}", line, depth=0.2 + 0.5 * near, lit_from=disc[0], haze=0.5, region="subject", jag=0.08
        )
    floor = 0.3 + 0.05 * stage.profile("floor", scale=0.6, octaves=3) - 0.12 * np.abs(stage.x[0] - notch)
    lay_land(stage, "floor", floor, depth=0.85, haze=0.6, label="land", jag=0.05)
    _lay_path(stage, notch, 0.3)
    lay_birds(stage, notch + 0.1, sill - 0.05, count=8, spread=0.06)
    lay_weather(stage)


def _lay_path(stage: Stage, x: float, top: float) -> None:
    """Lay a path that winds from the lower edge up to a place, with a walker on it."""
    rng = stage.chance("path")
    side = -1.0 if rng.random() < 0.5 else 1.0
    knots = (
        (x + 0.3 * side, 1.1),
        (x + 0.12 * side, 0.5),
        (x - 0.14 * side, 0.42),
        (x + 0.06 * side, 0.365),
        (x - 0.02 * side, 0.335),
        (x, top),
    )
    line = smooth(knots)
    wide = 0.008 + 0.16 * np.clip((line[:, 1] - top) / 0.4, 0, 2) ** 1.4
    stage.lay(
        "path", "road", stage.polygon(band(line, wide)), stage.blend("sky_low", "light", np.float32(0.5)), depth=0.88
    )
    at_x, at_y = line[int(len(line) * 0.42)]
    lay_walker(stage, float(at_x), float(at_y), 0.085)


def _over_clouds(stage: Stage) -> None:
    rng = stage.chance("places")
    disc = (float(rng.uniform(-0.3, 0.3)), float(rng.uniform(-0.3, -0.2)), float(rng.uniform(0.04, 0.07)))
    lay_sky(stage, horizon=0.1, disc=disc)
    side = -1.0 if disc[0] > 0 else 1.0
    peaks = (
        (-0.36, 0.0, 0.4, 0.05),
        (0.38, -0.05, 0.45, 0.12),
        (0.14 * side, -0.24 - 0.1 * stage.scene.energy, 0.6, 0.4),
    )
    for row, (x, top, wide, depth) in enumerate(peaks):
        lay_peak(
            stage,
            f"top {row}",
            x + float(rng.uniform(-0.06, 0.06)),
            top,
            0.5,
            wide,
            lit_from=disc[0],
            depth=depth,
            snow=0.55,
        )
        _lay_cloud_sea(stage, row, 0.14 + 0.06 * row)
    for row in range(3, 6):
        _lay_cloud_sea(stage, row, 0.1 + 0.085 * row)
    lay_weather(stage)


def _lay_cloud_sea(stage: Stage, row: int, top: float) -> None:
    rng = stage.chance(f"cloud sea {row}")
    near = row / 5
    drift = (0.006 + 0.012 * near) * stage.t_s
    at = rng.uniform(-2.1, 2.1, 90)
    sizes = (0.02 + 0.07 * rng.random(90)) * (0.5 + near)
    places = np.stack((at + drift, top + 0.02 * np.sin(at * 5 + row) + sizes * 0.6), 1)
    body = np.maximum(stage.dots(places, sizes), stage.under(np.full(stage.width_px, top + 0.06 * (0.5 + near))))
    lit = stage.fade(top - 0.06, top + 0.16)
    bright = stage.blend("light", "sky_low", np.float32(0.25 + 0.3 * near))
    dark = stage.blend("far", "sky_low", np.float32(0.6 - 0.5 * near))
    if stage.scene.hour == "night":
        bright, dark = stage.blend("far", "light", np.float32(0.3)), stage.blend("sky_high", "far", np.float32(0.6))
    stage.lay(
        f"cloud sea {row}",
        "cloud",
        body,
        stage.blend(bright, dark, lit),
        depth=0.2 + 0.6 * near,
        velocity=(0.006 + 0.012 * near, 0.0),
    )


MOUNTAINS = Motif(
    name="mountains",
    words=(
        "mountain",
        "peak",
        "summit",
        "ridge",
        "climb",
        "high",
        "hill",
        "valley",
        "pass",
        "alp",
        "stone",
        "rock",
        "echo",
        "height",
        "snow",
        "cliff",
        "path",
    ),
    compositions={
        "ridges": Composition(_ridges, ("top",)),
        "peak_in_lake": Composition(_peak_in_lake, ("top", "bottom")),
        "pass": Composition(_pass, ("top",)),
        "over_clouds": Composition(_over_clouds, ("bottom", "top")),
    },
)
