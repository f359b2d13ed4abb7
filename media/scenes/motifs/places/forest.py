"""The forest: trunks in mist, crowns from below, a clearing that the light falls into."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, band
from media.scenes.figures import lay_walker
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.trees import blade, branches, conifer, limb_outlines


def _air(stage: Stage) -> Floats:
    """The colour of the air between trees: what light gets through."""
    return stage.blend("sky_low", "light", np.float32(0.12 if stage.scene.hour == "night" else 0.45))


def _trunks_in_mist(stage: Stage) -> None:
    rng = stage.chance("places")
    glow_x = float(rng.uniform(-0.3, 0.3))
    air = _air(stage)
    lit = stage.glow(glow_x, -0.1, 0.55, power=1.6)
    stage.lay(
        "light",
        "sky",
        1.0,
        stage.blend(stage.blend("sky_low", "far", np.float32(0.35)), air, lit),
        depth=0.0,
        region="above",
    )
    gap = glow_x * 0.5
    for row in range(5):
        near = row / 4
        foot = 0.14 + 0.3 * near**1.2
        tone = stage.blend(air, "shade", np.float32(0.1 + 0.9 * near**1.3))
        tone = stage.blend(tone, "near", np.float32(0.35 * (1 - abs(2 * near - 1))))
        count = int((60 - 9 * row) * (0.7 + 0.5 * stage.scene.energy))
        shapes = []
        for at in rng.uniform(-1.9, 1.9, count):
            if abs(at - gap) < 0.06 + 0.12 * near:
                continue
            shapes.append(
                _trunk(
                    float(at),
                    foot + float(rng.uniform(-0.02, 0.02)),
                    0.008 + 0.05 * near**1.6 * float(rng.uniform(0.6, 1.3)),
                    rng,
                )
            )
        ground = foot - 0.02 * stage.profile(f"ground {row}", scale=0.4, octaves=3)
        fog = stage.blend(tone, air, np.clip(0.75 * (1 - near) * stage.fade(-0.1, foot + 0.05), 0, 1))
        sway = (0.0, 0.0)
        stage.lay(
            f"trunks {row}",
            "tree",
            stage.polygon(*shapes),
            fog,
            depth=near,
            region="subject" if row > 2 else "below",
            velocity=sway,
        )
        stage.lay(
            f"ground {row}", "land", stage.under(ground), stage.blend(fog, "near", np.float32(0.25 * near)), depth=near
        )
        _lay_veil(stage, row, foot, air, near)
        if row == 2:
            lay_walker(stage, gap, foot + 0.012, 0.13)
    _lay_ferns(stage)
    lay_weather(stage)


def _trunk(x: float, foot: float, wide: float, rng: np.random.Generator) -> Points:
    lean = float(rng.normal(0, 0.025))
    share = np.linspace(0, 1, 12)
    tall = foot + 1.4
    line = np.stack((x + lean * share + 0.006 * np.sin(share * 7 + 40 * x), foot + 0.01 - share * tall), 1)
    return band(line, wide * (1 - 0.35 * share + 0.55 * np.exp(-share * 22)))


def _lay_veil(stage: Stage, row: int, foot: float, air: Floats, near: float) -> None:
    if row > 3:
        return
    drift = 0.01 * (1 + row)
    veil = stage.noise(f"veil {row}", scale=0.22, octaves=3, stretch=3.5, shift=(-drift * stage.t_s, 0.0))
    rise = np.exp(-(((stage.y - foot - 0.02) / (0.09 + 0.05 * near)) ** 2))
    stage.lay(
        f"veil {row}",
        "cloud",
        rise * np.clip(0.45 + 0.5 * veil, 0, 1) * 0.8,
        air,
        depth=near + 0.05,
        velocity=(drift, 0.0),
    )


def _lay_ferns(stage: Stage) -> None:
    rng = stage.chance("ferns")
    shapes = []
    for at in np.concatenate((rng.normal(-0.5, 0.2, 60), rng.normal(0.5, 0.2, 60), rng.uniform(-1.9, 1.9, 40))):
        sway = 0.01 * np.sin(stage.t_s * 0.9 + 7 * at)
        high = float(rng.uniform(0.04, 0.13))
        shapes.append(blade(float(at), stage.bottom + 0.01, high, float(rng.normal(0, 0.06)) + sway, 0.012))
    stage.lay("ferns", "plant", stage.polygon(*shapes), "shade", depth=1.0, after=True)


def _canopy_from_below(stage: Stage) -> None:
    rng = stage.chance("places")
    x, y = float(rng.uniform(-0.12, 0.12)), float(rng.uniform(-0.1, 0.1))
    lay_sky(stage, horizon=0.9)
    angle = np.arctan2(stage.y - y, stage.x - x)
    away = np.hypot(stage.x - x, stage.y - y)
    stage.lay("light", "sky", np.exp(-((away / 0.3) ** 2)) * 0.85, "sky_low", depth=0.0, region="above")
    for row in range(4):
        near = row / 3
        hole = (0.24, 0.33, 0.52, 0.68)[row] * (1.25 - 0.35 * stage.scene.energy)
        gust = 0.004 * np.sin(stage.t_s * (0.7 + 0.2 * row) + 3 * angle)
        lobes = 0.05 * np.sin(3 * angle + row * 2.1 + rng.uniform(0, 6)) + 0.035 * np.sin(7 * angle + rng.uniform(0, 6))
        leaf = stage.noise(f"leaves {row}", scale=0.1 + 0.03 * row, octaves=4, gain=0.62) * (0.1 + 0.03 * row)
        edge = (away - hole + lobes + leaf + gust) * stage.unit_px * 0.35
        tone = stage.blend(
            stage.blend("far", "near", np.float32(0.35 + 0.65 * near)), "shade", np.float32(0.15 + 0.7 * near)
        )
        dapple = np.clip(0.5 - 1.2 * leaf * 6, 0, 1)
        stage.lay(
            f"leaves {row}",
            "plant",
            np.clip(edge + 0.5, 0, 1),
            stage.blend(tone, "shade", 0.4 * dapple * near),
            depth=0.2 + 0.6 * near,
            region="below" if row < 2 else "subject",
        )
        if row == 1:
            _lay_converging(stage, row, x, y, hole)
    lay_weather(stage)


def _lay_converging(stage: Stage, row: int, x: float, y: float, hole: float) -> None:
    """Lay trunks that all point at the zenith."""
    rng = stage.chance(f"trunks {row}")
    count = 7
    shapes, lit, limbs = [], [], []
    for index in range(count):
        angle = 2 * np.pi * (index + float(rng.uniform(-0.3, 0.3))) / count
        share = np.linspace(0, 1, 8)
        reach = hole * 0.6 + (1.9 - hole) * share
        bend = angle + 0.06 * np.sin(share * 3 + index)
        line = np.stack((x + reach * np.cos(bend), y + reach * np.sin(bend)), 1)
        wide = (0.012 + 0.3 * share**1.1) * (0.45 + row * 0.55)
        shapes.append(band(line, wide))
        lit.append(band(line + (0.0, -0.3) * wide[:, None], wide * 0.3))
        inward = np.rad2deg(angle) + 180
        for off in (-34, 36):
            limbs += branches(
                float(line[1, 0]),
                float(line[1, 1]),
                0.26,
                rng,
                levels=2,
                width=0.014,
                heading_deg=inward + off,
                spread_deg=24,
            )
    body = np.maximum(stage.polygon(*shapes), stage.polygon(*limb_outlines(limbs, thinnest=0.0)))
    stage.lay(
        f"trunks {row}",
        "tree",
        body,
        stage.blend("near", "shade", np.float32(0.55 + 0.3 * row)),
        depth=0.3 + 0.15 * row,
        region="subject",
    )
    glow = stage.blend(stage.blend("near", "shade", np.float32(0.4)), "light", np.float32(0.22))
    stage.lay(f"light on trunks {row}", "tree", stage.polygon(*lit), glow, depth=0.3 + 0.15 * row, region="subject")


def _clearing(stage: Stage) -> None:
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    x = float(rng.uniform(-0.1, 0.1))
    foot = float(rng.uniform(0.22, 0.28))
    air = _air(stage)
    lay_sky(stage, horizon=0.1)
    for row in range(4):
        near = row / 3
        tone = stage.blend(air, "shade", np.float32(0.2 + 0.8 * near))
        tone = stage.blend(tone, "near", np.float32(0.5 * (1 - near)))
        shapes = []
        for at in rng.uniform(-1.9, 1.9, 60 - 8 * row):
            opening = abs(at - x) - 0.1 - 0.1 * near
            if opening < 0:
                continue
            high = (
                0.16
                + 0.16 * near
                + (0.35 + 0.4 * near)
                * min(1.0, opening) ** 0.6
                * (0.8 + 0.5 * stage.scene.energy)
                * float(rng.uniform(0.75, 1.15))
            )
            sway = 0.006 * np.sin(stage.t_s * 0.8 + 5 * at) * (0.4 + near)
            shapes.append(conifer(float(at), foot - 0.1 + 0.17 * near + 0.02, high, rng, lean=float(sway)))
        body = stage.polygon(*shapes)
        colours = stage.blend(tone, air, (0.5 - 0.35 * near) * stage.fade(-0.25, foot))
        stage.lay(f"spruces {row}", "tree", body, colours, depth=0.2 + 0.6 * near, region="below")
        ground = foot - 0.11 + 0.17 * near - 0.015 * stage.profile(f"ground {row}", scale=0.3, octaves=3)
        glade = stage.ellipse(x, foot + 0.04, 0.34, 0.12) if row < 3 else np.float32(0)
        stage.lay(
            f"ground {row}",
            "land",
            stage.under(ground),
            stage.blend(stage.blend(tone, "near", np.float32(0.4)), "light", 0.4 * glade * (1 - near * 0.3)),
            depth=0.25 + 0.6 * near,
        )
        if row == 2:
            _lay_shaft(stage, x, foot, side)
            _lay_deer(stage, x, foot + 0.045, 0.16, -side)
    lay_weather(stage)


def _lay_shaft(stage: Stage, x: float, foot: float, side: float) -> None:
    night = stage.scene.hour == "night"
    for index in range(3):
        start, wide = x + side * (0.36 + 0.09 * index), 0.03 + 0.018 * index
        end = x - 0.18 + 0.16 * index
        shape = np.array(
            [
                (start - wide, -1.2),
                (start + wide, -1.2),
                (end + wide * 2.6, foot + 0.06),
                (end - wide * 2.6, foot + 0.06),
            ]
        )
        shape[:2, 0] += side * 0.25
        breath = 0.28 + 0.06 * np.sin(0.5 * stage.t_s + 2 * index)
        fall = 1 - 0.6 * stage.fade(-0.3, foot + 0.1)
        stage.lay(
            f"shaft {index}",
            "sky",
            stage.polygon(shape) * fall * (breath * 0.6 if night else breath),
            "light",
            depth=0.7,
            region="above",
        )


def _lay_deer(stage: Stage, x: float, foot: float, size: float, side: float) -> None:
    flip = np.array([side, 1.0])
    body = [
        (-0.34, -0.5),
        (-0.28, -0.58),
        (0.1, -0.56),
        (0.24, -0.66),
        (0.32, -0.86),
        (0.36, -0.93),
        (0.44, -0.9),
        (0.53, -0.82),
        (0.5, -0.77),
        (0.42, -0.76),
        (0.36, -0.56),
        (0.28, -0.42),
        (0.1, -0.36),
        (-0.2, -0.36),
        (-0.3, -0.34),
    ]
    legs = [
        [(-0.27, -0.4), (-0.31, -0.2), (-0.27, 0.0)],
        [(-0.2, -0.4), (-0.2, -0.18), (-0.16, 0.0)],
        [(0.16, -0.4), (0.16, -0.2), (0.14, 0.0)],
        [(0.24, -0.4), (0.25, -0.18), (0.25, 0.0)],
    ]
    horns = [
        [(0.36, -0.92), (0.3, -1.05), (0.32, -1.2)],
        [(0.31, -1.06), (0.23, -1.14)],
        [(0.4, -0.92), (0.45, -1.04), (0.43, -1.18)],
        [(0.44, -1.05), (0.52, -1.12)],
    ]

    def at(points: list[tuple[float, float]]) -> Points:
        return np.asarray(np.array(points) * size * flip + (x, foot), np.float64)

    mask = np.maximum(stage.polygon(at(body)), stage.stroke(*[at(leg) for leg in legs], width=0.05 * size))
    stage.lay("shadow of the deer", "land", stage.ellipse(x, foot + 0.004, 0.07, 0.01) * 0.5, "shade", depth=0.69)
    stage.lay("deer", "animal", mask, stage.blend("accent", "shade", np.float32(0.35)), depth=0.7, region="subject")
    stage.lay(
        "antlers",
        "animal",
        stage.stroke(*[at(horn) for horn in horns], width=0.028 * size),
        "shade",
        depth=0.7,
        region="subject",
        after=True,
    )


FOREST = Motif(
    name="forest",
    words=(
        "forest",
        "wood",
        "tree",
        "trunk",
        "leaf",
        "leaves",
        "pine",
        "branch",
        "moss",
        "wild",
        "deer",
        "fern",
        "green",
        "shade",
        "root",
        "wolf",
        "grove",
    ),
    compositions={
        "trunks_in_mist": Composition(_trunks_in_mist, ("bottom", "top")),
        "canopy_from_below": Composition(_canopy_from_below, ("middle", "bottom")),
        "clearing": Composition(_clearing, ("bottom", "top")),
    },
)
