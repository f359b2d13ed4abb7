"""The city: a skyline, towers from the bottom of the street, roofs with tanks and antennas."""

from __future__ import annotations

import numpy as np

from media.scenes.buildings import grid, grid_on_quad, lamps_lit, lay_windows
from media.scenes.curves import Points, placed, rectangle
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.water import lay_water


def _skyline(stage: Stage) -> None:
    rng = stage.chance("places")
    shore = float(rng.uniform(0.24, 0.32))
    middle = float(rng.uniform(-0.18, 0.18))
    disc = (-middle - 0.12 * float(np.sign(middle)), float(rng.uniform(-0.3, -0.16)), float(rng.uniform(0.07, 0.12)))
    lay_sky(stage, horizon=shore, disc=disc)
    for row in range(4):
        near = row / 3
        high = (0.3, 0.42, 0.34, 0.2)[row] * (0.75 + 0.5 * stage.scene.energy)
        _lay_towers(stage, row, shore, high, middle, near)
    lay_water(stage, shore, mirror=0.85, rough=0.35)
    lay_weather(stage)


def _lay_towers(stage: Stage, row: int, foot: float, high: float, middle: float, near: float) -> None:
    rng = stage.chance(f"towers {row}")
    bodies, shades, windows, masts = [], [], [], []
    left = -1.95
    while left < 1.9:
        wide = float(rng.uniform(0.05, 0.12)) * (0.8 + 0.5 * near)
        heap = np.exp(-(((left + wide / 2 - middle) / 0.34) ** 2))
        tall = high * (0.3 + 0.75 * heap) * float(rng.uniform(0.5, 1.15)) + 0.02
        shapes, mast = _tower(left, foot, wide, tall, int(rng.integers(5)))
        bodies += shapes
        masts += mast
        shades.append(rectangle(left + wide * 0.62, foot - tall * 0.86, left + wide, foot))
        if row:
            rows, columns = max(2, round(tall / 0.026)), max(2, round(wide / 0.022))
            windows += grid(
                left + 0.004, foot - tall * 0.84, left + wide - 0.004, foot - 0.01, columns, rows, fill=0.46
            )
        left += wide * float(rng.uniform(0.95, 1.5 if row < 3 else 1.15))
    body = stage.polygon(*bodies)
    tone = stage.blend(
        stage.blend("sky_low", "far", np.float32(0.4 + 0.6 * near)), "shade", np.float32(0.8 * near**1.5)
    )
    fog = stage.blend(tone, "sky_low", 0.4 * (1 - near) * stage.fade(foot - high, foot))
    stage.lay(f"towers {row}", "building", body, fog, depth=0.15 + 0.4 * near, region="subject")
    stage.lay(
        f"shade of towers {row}",
        "building",
        stage.polygon(*shades) * body * (0.1 + 0.25 * near),
        "shade",
        depth=0.15 + 0.4 * near,
        region="subject",
    )
    if masts:
        stage.lay(
            f"masts {row}",
            "building",
            stage.stroke(*masts, width=0.003),
            tone,
            depth=0.15 + 0.4 * near,
            region="subject",
            after=True,
        )
    if windows:
        lay_windows(stage, f"windows {row}", windows, lit=0.2 + 0.3 * stage.scene.energy, depth=0.16 + 0.4 * near)


def _tower(left: float, foot: float, wide: float, tall: float, kind: int) -> tuple[list[Points], list[Points]]:
    """Outlines of a tower by its kind: plain, stepped, slanted, with a spire, with a crown; and its mast."""
    x, top = left + wide / 2, foot - tall
    body = rectangle(left, top, left + wide, foot)
    if kind == 1:
        return [
            rectangle(left, top + 0.3 * tall, left + wide, foot),
            rectangle(left + 0.15 * wide, top + 0.12 * tall, left + 0.85 * wide, foot),
            rectangle(left + 0.3 * wide, top, left + 0.7 * wide, foot),
        ], []
    if kind == 2:
        return [
            np.array([(left, top + 0.12 * tall), (left + wide, top - 0.04 * tall), (left + wide, foot), (left, foot)])
        ], []
    if kind == 3:
        roof = np.array([(left, top + 0.1 * tall), (x, top - 0.16 * tall), (left + wide, top + 0.1 * tall)])
        return [rectangle(left, top + 0.1 * tall, left + wide, foot), roof], [
            np.array([(x, top - 0.1 * tall), (x, top - 0.34 * tall)])
        ]
    if kind == 4:
        return [body, rectangle(x - 0.2 * wide, top - 0.03, x + 0.2 * wide, top)], [
            np.array([(x, top), (x, top - 0.12 * tall)])
        ]
    return [body], []


def _from_the_street(stage: Stage) -> None:
    """Straight up between the towers: all of their edges run to the zenith."""
    rng = stage.chance("places")
    zenith = np.array([float(rng.uniform(-0.1, 0.1)), float(rng.uniform(-0.12, 0.08))])
    lay_sky(stage, horizon=1.2)
    glow = stage.glow(float(zenith[0]), float(zenith[1]), 0.5, power=1.5)
    stage.lay("light of the sky", "sky", glow * 0.7, "sky_low", depth=0.0, region="above")
    _lay_plane(stage, zenith)
    turn = float(rng.uniform(-28, 28))
    cells = [(column, row) for column in range(-2, 2) for row in range(-2, 2)]
    plots = []
    for column, row in cells:
        street, block = 0.5, 0.95
        left, top = (
            column * block + (street / 2 if column >= 0 else -street / 2),
            row * block + (street / 2 if row >= 0 else -street / 2),
        )
        share = float(rng.uniform(0.22, 0.5)) * (1.1 - 0.35 * stage.scene.energy)
        inner = float(np.hypot(left + block / 2, top + block / 2))
        plots.append(
            (
                inner,
                share if inner < 1.2 else share + 0.2,
                rectangle(left, top, left + block * 0.96, top + block * 0.96),
                f"tower {column} {row}",
            )
        )
    for _, share, plot, name in sorted(plots, key=lambda plot: -plot[0]):
        _lay_tower_from_below(
            stage, name, placed(plot, float(zenith[0]), float(zenith[1]), 1.25, turn_deg=turn), zenith, share
        )
    lay_weather(stage)


def _lay_tower_from_below(stage: Stage, name: str, plot: Points, zenith: np.ndarray, share: float) -> None:
    """Lay the walls of a tower that face the eye, which stands under the zenith."""
    rng = stage.chance(name)
    middle = plot.mean(0)
    columns, rows = int(rng.integers(4, 7)), int(rng.integers(11, 16))
    for wall in range(4):
        start, end = plot[wall], plot[(wall + 1) % 4]
        out = (start + end) / 2 - middle
        if np.dot(zenith - (start + end) / 2, out) <= 0:
            continue
        quad = np.array([zenith + (start - zenith) * share, zenith + (end - zenith) * share, end, start])
        if not _shows(stage, quad):
            continue
        lit = float(np.dot(out / np.hypot(*out), (0.6, 0.8)) * 0.5 + 0.5)
        tone = stage.blend(
            stage.blend("near", "shade", np.float32(0.45)),
            stage.blend("far", "near", np.float32(0.35)),
            np.float32(lit),
        )
        away = np.hypot(stage.x - zenith[0], stage.y - zenith[1])
        colours = stage.blend(
            stage.blend(tone, "sky_low", np.float32(0.25 * lit)), "shade", np.clip((away - 0.2) * 0.75, 0, 0.75)
        )
        stage.lay(
            f"{name} wall {wall}",
            "building",
            stage.polygon(quad),
            colours,
            depth=0.5,
            region="subject" if share < 0.4 else "below",
        )
        windows = [shape for shape in grid_on_quad(quad, columns, rows, fill=(0.55, 0.6)) if np.abs(shape).min() < 1.2]
        near = 0.15 if lamps_lit(stage) else 1.0
        lay_windows(
            stage,
            f"{name} windows {wall}",
            windows,
            lit=near + 0.2 * stage.scene.energy,
            depth=0.5,
            after=lamps_lit(stage),
        )


def _shows(stage: Stage, quad: Points) -> bool:
    """Whether any of a shape's box lies in the frame."""
    low, high = quad.min(0), quad.max(0)
    return bool((low < (stage.right, stage.bottom)).all() and (high > (-stage.right, -stage.bottom)).all())


def _lay_plane(stage: Stage, zenith: np.ndarray) -> None:
    """Lay an aeroplane that crosses the gap with its trail."""
    run = ((stage.t_s * 0.02 + float(stage.chance("plane").uniform(-0.1, 0.15))) % 0.6) - 0.2
    x, y = float(zenith[0]) + run, float(zenith[1]) - 0.4 * run
    trail = np.array([(x - 0.6, y + 0.24), (x, y)])
    fade = np.clip(1 - (x - stage.x) / 0.5, 0, 1)
    stage.lay("trail", "cloud", stage.stroke(trail, width=0.008) * fade * 0.7, "light", depth=0.1, region="above")
    wings = placed([(0.5, 0), (-0.5, 0.08), (-0.5, -0.08)], x, y, 0.03, turn_deg=-22)
    across = placed([(0.12, 0), (-0.25, 0.5), (-0.12, 0), (-0.25, -0.5)], x, y, 0.03, turn_deg=-22)
    stage.lay(
        "plane",
        "vehicle",
        stage.polygon(wings, across),
        "shade",
        depth=0.1,
        region="subject",
        velocity=(0.02, -0.008),
        after=True,
    )


def _rooftops(stage: Stage) -> None:
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    horizon = 0.12
    disc = (
        side * float(rng.uniform(0.1, 0.3)),
        horizon - float(rng.uniform(0.08, 0.26)),
        float(rng.uniform(0.05, 0.09)),
    )
    lay_sky(stage, horizon=horizon, disc=disc)
    _lay_towers(stage, 0, horizon + 0.04, 0.26 + 0.2 * stage.scene.energy, disc[0] * -0.8, 0.0)
    for row in range(4):
        near = (row + 1) / 4
        _lay_roof_row(stage, row, horizon + 0.02 + 0.31 * near**1.2, near, side)
    lay_weather(stage)


def _lay_roof_row(stage: Stage, row: int, top: float, near: float, side: float) -> None:
    """Lay one row of flat roofs with what stands on them."""
    rng = stage.chance(f"roofs {row}")
    fronts, tops, stand, lines, windows = [], [], [], [], []
    left = -2.0 + float(rng.uniform(0, 0.2))
    while left < 1.9:
        wide = float(rng.uniform(0.18, 0.34)) * (0.35 + near)
        roof = top + float(rng.uniform(-0.05, 0.05)) * (0.4 + near)
        fronts.append(rectangle(left, roof, left + wide, 1.6))
        tops.append(
            rectangle(left - 0.008 * near, roof - 0.012 * near, left + wide + 0.008 * near, roof + 0.012 * near)
        )
        kind = int(rng.integers(4))
        x = left + wide * float(rng.uniform(0.3, 0.7))
        if kind == 0:
            stand += _tank(x, roof, 0.13 * (0.3 + near))
            lines += [
                np.array(
                    [(x + at * 0.045 * (0.3 + near), roof), (x + at * 0.03 * (0.3 + near), roof - 0.1 * (0.3 + near))]
                )
                for at in (-1, 1, 0.1)
            ]
        elif kind == 1:
            lines += _antenna(x, roof, 0.15 * (0.3 + near))
        elif kind == 2:
            stand += [
                rectangle(x - 0.03 * near, roof - 0.08 * near - 0.01, x + 0.03 * near, roof),
                rectangle(x - 0.04 * near, roof - 0.09 * near - 0.01, x + 0.04 * near, roof - 0.08 * near),
            ]
        else:
            stand.append(
                np.array(
                    [
                        (x - 0.06 * near, roof),
                        (x - 0.06 * near, roof - 0.07 * near),
                        (x + 0.06 * near, roof - 0.045 * near),
                        (x + 0.06 * near, roof),
                    ]
                )
            )
        cell = 0.055 * (0.4 + near)
        columns = max(2, int(wide / cell))
        windows += grid(
            left + 0.1 * cell,
            roof + 0.5 * cell,
            left + wide - 0.1 * cell,
            roof + 0.5 * cell + 6.4 * cell,
            columns,
            5,
            fill=0.42,
        )
        left += wide + 0.012 * near * float(rng.integers(0, 3))
    tone = stage.blend(
        stage.blend("far", "near", np.float32(0.25 + 0.75 * near)), "shade", np.float32(0.72 * near**1.6)
    )
    depth = 0.3 + 0.6 * near
    dark = stage.blend(tone, "shade", np.float32(0.35))
    stage.lay(
        f"stands {row}",
        "building",
        np.maximum(stage.polygon(*stand), stage.stroke(*lines, width=0.004 + 0.004 * near)),
        dark,
        depth=depth,
        region="subject",
    )
    stage.lay(
        f"fronts {row}",
        "building",
        stage.polygon(*fronts),
        stage.blend(tone, "sky_low", 0.25 * (1 - near) * stage.fade(top, top + 0.2)),
        depth=depth,
        region="subject" if row > 1 else "below",
    )
    stage.lay(
        f"edges {row}",
        "building",
        stage.polygon(*tops),
        stage.blend(tone, "light", np.float32(0.25)),
        depth=depth,
        region="subject" if row > 1 else "below",
    )
    lay_windows(stage, f"windows {row}", windows, lit=0.16 + 0.25 * stage.scene.energy, depth=depth)


def _tank(x: float, foot: float, size: float) -> list[Points]:
    return [
        rectangle(x - 0.32 * size, foot - 1.35 * size, x + 0.32 * size, foot - 0.6 * size),
        np.array(
            [(x - 0.38 * size, foot - 1.33 * size), (x, foot - 1.65 * size), (x + 0.38 * size, foot - 1.33 * size)]
        ),
    ]


def _antenna(x: float, foot: float, size: float) -> list[Points]:
    bars = [
        np.array([(x - wide * size, foot - at * size), (x + wide * size, foot - at * size)])
        for at, wide in ((0.98, 0.12), (0.84, 0.2), (0.7, 0.28))
    ]
    return [np.array([(x, foot), (x, foot - size)]), *bars]


CITY = Motif(
    name="city",
    words=(
        "city",
        "town",
        "skyline",
        "tower",
        "roof",
        "downtown",
        "street",
        "neon",
        "crowd",
        "concrete",
        "metropol",
        "urban",
        "skyscraper",
        "light",
        "window",
        "traffic",
        "steel",
    ),
    compositions={
        "skyline": Composition(_skyline, ("top", "bottom")),
        "from_the_street": Composition(_from_the_street, ("middle",)),
        "rooftops": Composition(_rooftops, ("top",)),
    },
)
