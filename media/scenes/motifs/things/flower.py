"""Flowers: one bloom that fills the frame, stems against the light, a vase on a table, petals that fall."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored, petal, ring_of, sway
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, shines, side_light


def _bloom(stage: Stage) -> None:
    rng = stage.chance("places")
    x, y = (float(place) for place in rng.uniform((-0.14, -0.08), (0.14, 0.08)))
    back = stage.noise("leaves behind", scale=0.5, octaves=2)
    stage.lay(
        "garden", "plant", 1.0, ramp(stage, 0.35 + 0.3 * back + 0.25 * stage.y, "far", "near", "shade"), depth=0.1
    )
    leaves = ring_of([petal(0.95, 0.4, widest=0.55)] * 7, x, y, start_deg=float(rng.uniform(0, 50)))
    stage.lay("leaves", "plant", stage.polygon(*leaves), ramp(stage, 0.5 + 0.5 * stage.y, "near", "shade"), depth=0.3)
    rings = 4 + round(2 * stage.scene.energy)
    count = int(rng.integers(7, 11))
    notch = float(rng.choice([0.0, 0.05, 0.1]))
    widest = float(rng.uniform(0.58, 0.74))
    away = np.hypot(stage.x - x, stage.y - y)
    turn = float(rng.uniform(0, 40))
    dim = 0.24 if stage.scene.hour == "night" else 0.0
    flesh = stage.blend("accent", "sky_high", np.float32(dim))
    for ring in range(rings):
        inner = ring / (rings - 1)
        reach = 0.56 * (1 - 0.8 * inner) + 0.005 * float(sway(stage.t_s, ring * 0.9))
        step = 360 / count
        for half in range(2):
            shapes = [petal(reach * (1 - 0.06 * half), reach * 4.6 / count * 1.15, widest=widest, notch=notch)] * count
            start = turn + ring * step * 0.37 + half * step / 2 + 0.8 * float(sway(stage.t_s, 2.0 * ring))
            share = np.clip(away / reach, 0, 1) ** 1.3
            dark = mix(flesh, stage.colour("shade"), 0.55 + 0.2 * inner)
            edge = mix(flesh, stage.colour("light"), 0.5 - 0.28 * inner - 0.16 * half - dim)
            folds = 0.07 * np.cos(np.arctan2(stage.y - y, stage.x - x) * count * 3 + ring)
            lit = 0.16 * (side_light(stage, x, y, reach) - 0.5)
            stage.lay(
                f"petals {ring} {half}",
                "plant",
                stage.polygon(*ring_of(shapes, x, y, start_deg=start)),
                mix(dark, edge, share + folds + lit),
                depth=0.5 + 0.06 * ring,
                region="subject",
            )
    _lay_heart(stage, x, y, 0.085)
    lay_weather(stage)


def _lay_heart(stage: Stage, x: float, y: float, radius: float) -> None:
    """The seeds in the middle, in the spiral that sunflowers keep."""
    order = np.arange(90)
    turn, away = order * 2.39996, radius * np.sqrt(order / 90)
    seeds = np.stack([x + away * np.cos(turn), y + away * np.sin(turn)], 1)
    stage.lay("heart", "plant", stage.disc(x, y, radius * 1.08), "shade", depth=0.92, region="subject")
    stage.lay(
        "seeds",
        "plant",
        spots(stage, seeds, 0.0055, light=0.35 + 0.65 * order / 90),
        "light",
        depth=0.93,
        region="subject",
        after=True,
    )


def _against_light(stage: Stage) -> None:
    rng = stage.chance("places")
    disc = (float(rng.uniform(-0.2, 0.2)), float(rng.uniform(-0.05, 0.16)), float(rng.uniform(0.15, 0.2)))
    lay_sky(stage, horizon=0.45, disc=disc)
    for row in range(3):
        near = row / 2
        _lay_row_of_poppies(stage, row, near)
    lay_weather(stage)


def _lay_row_of_poppies(stage: Stage, row: int, near: float) -> None:
    rng = stage.chance(f"poppies {row}")
    stems: list[Points] = []
    cups: list[Points] = []
    hearts: list[Points] = []
    count = round((16, 11, 5)[row] * (0.7 + 0.6 * stage.scene.energy) * 3)
    foot = stage.bottom + 0.05
    for x in np.sort(rng.uniform(-1.8, 1.8, count)):
        tall = float(rng.uniform(0.55, 1.0)) * (0.42 + 0.45 * near) + (stage.bottom - 0.5) * 0.5
        lean = float(rng.normal(0, 0.06)) + 0.025 * (0.4 + near) * float(sway(stage.t_s, 4.0 * x))
        path = smooth([(x, foot), (x + 0.2 * lean, foot - 0.5 * tall), (x + lean, foot - tall)], steps=6)
        stems.append(limb(path, [0.006 + 0.008 * near, 0.003 + 0.005 * near]))
        size = (0.035 + 0.075 * near) * float(rng.uniform(0.8, 1.25))
        tilt = float(rng.uniform(-28, 28)) + 160 * lean
        kind = rng.random()
        if kind < 0.62:
            cups += [
                placed(
                    petal(1.0, 0.95, widest=0.72), x + lean, foot - tall + 0.2 * size, size=size, turn_deg=tilt + angle
                )
                for angle in (-42, 0, 42)
            ]
        elif kind < 0.82:
            hearts.append(
                placed(petal(0.62, 0.4, widest=0.4), x + lean, foot - tall + 0.2 * size, size=size, turn_deg=tilt)
            )
        else:
            hearts.append(
                placed(
                    mirrored([(0, -0.42), (0.3, -0.42), (0.2, -0.34), (0.26, -0.14), (0.06, 0.05), (0, 0.05)]),
                    x + lean,
                    foot - tall,
                    size=size,
                    turn_deg=tilt,
                )
            )
        if rng.random() < 0.5:
            at = path[len(path) // 3]
            stems.append(
                placed(
                    petal(0.24 + 0.1 * near, 0.035, widest=0.4),
                    float(at[0]),
                    float(at[1]),
                    size=0.7 + near * 0.5,
                    turn_deg=float(rng.choice([-48, 40])),
                )
            )
    dark = stage.blend("far", "shade", np.float32(0.35 + 0.65 * near))
    petals = mix(
        stage.blend("accent", "sky_low", np.float32(0.55 - 0.5 * near)),
        stage.colour("light"),
        0.45 * stage.glow(0.0, 0.0, 0.4),
    )
    wind = (0.004 * (1 + near), 0.0)
    stage.lay(f"stems {row}", "plant", stage.polygon(*stems), dark, depth=0.4 + 0.25 * row, velocity=wind)
    stage.lay(
        f"poppies {row}",
        "plant",
        stage.polygon(*cups),
        petals,
        depth=0.41 + 0.25 * row,
        region="subject",
        velocity=wind,
    )
    stage.lay(f"pods {row}", "plant", stage.polygon(*hearts), dark, depth=0.42 + 0.25 * row, velocity=wind)


def _vase(stage: Stage) -> None:
    rng = stage.chance("places")
    table = float(rng.uniform(0.2, 0.27))
    x = float(rng.uniform(-0.1, 0.1))
    wall = ramp(stage, 0.15 + 0.5 * stage.glow(-0.5, -0.5, 1.1), "far", "sky_low")
    stage.lay("wall", "building", 1.0, wall, depth=0.05, region="above")
    if shines(stage):
        slip = 0.03 * np.sin(stage.t_s * 0.2)
        panes = [
            np.array([(-0.62, -0.5), (-0.34, -0.4), (-0.26, 0.0), (-0.54, -0.1)])
            + (column * 0.33 + slip, column * 0.118 + lift * 0.44)
            for column in (0, 1, 2)
            for lift in (-1, 0, 1)
        ]
        stage.lay("light on the wall", "building", stage.polygon(*panes) * 0.5, "light", depth=0.06, region="above")
    stage.lay(
        "table",
        "thing",
        stage.under(np.full(stage.width_px, table)),
        ramp(stage, 0.2 + 1.3 * (stage.y - table), "near", "shade"),
        depth=0.4,
    )
    cloth = np.array([(-0.5, table), (0.36, table), (0.16, table + 0.2), (0.05, 1.0), (-0.75, 1.0)])
    stage.lay(
        "cloth",
        "thing",
        stage.polygon(cloth),
        ramp(stage, 0.25 + 0.5 * (stage.x + 0.5), "light", "sky_low", "far"),
        depth=0.45,
    )
    foot = table + 0.1
    shadow = stage.ellipse(x + 0.17, foot + 0.005, 0.26, 0.035)
    stage.lay("shadow", "thing", shadow * 0.5, "shade", depth=0.5)
    _lay_bunch(stage, x, foot - 0.27)
    _lay_vase(stage, x, foot)
    _lay_fruit(stage, x, foot)
    lay_weather(stage)


def _lay_vase(stage: Stage, x: float, foot: float) -> None:
    kind = int(stage.chance("vase").integers(3))
    side = (
        [(0.06, -0.32), (0.045, -0.27), (0.11, -0.19), (0.135, -0.1), (0.1, -0.02), (0.07, 0.0)],
        [(0.085, -0.32), (0.07, -0.28), (0.09, -0.12), (0.075, -0.01), (0.06, 0.0)],
        [(0.055, -0.33), (0.035, -0.24), (0.04, -0.16), (0.15, -0.07), (0.12, -0.01), (0.07, 0.0)],
    )[kind]
    half = smooth([*side], steps=8)
    body = mirrored(np.concatenate([[(0.0, half[0, 1])], half, [(0.0, 0.008)]])) + (x, foot)
    lit = side_light(stage, x, foot - 0.15, 0.15)
    stage.lay(
        "vase",
        "thing",
        stage.polygon(body),
        ramp(stage, 0.1 + 0.75 * lit, "shade", "water", "sky_low", "light"),
        depth=0.6,
        region="subject",
    )
    gloss = stage.stroke(smooth(np.array(side[1:-1]) * (-0.62, 1) + (x, foot)), width=0.014)
    stage.lay("gloss", "thing", gloss * 0.6, "light", depth=0.61, region="subject")


def _lay_bunch(stage: Stage, x: float, mouth: float) -> None:
    rng = stage.chance("bunch")
    count = 6 + round(5 * stage.scene.energy)
    angles = np.linspace(-72, 72, count) + rng.uniform(-8, 8, count)
    reach = rng.uniform(0.2, 0.34, count) * (1.1 - 0.3 * np.abs(angles) / 72)
    lean = sway(stage.t_s, np.arange(count), period_s=8.0) * 1.2
    tips = np.stack(
        [x + reach * np.sin(np.deg2rad(angles + lean)) * 1.1, mouth - reach * np.cos(np.deg2rad(angles + lean))], 1
    )
    stems = [
        limb(smooth([(x, mouth + 0.03), (0.6 * x + 0.4 * tx, mouth - 0.1), (tx, ty)], steps=5), [0.008, 0.006])
        for tx, ty in tips
    ]
    leaves = [
        placed(petal(0.2, 0.075, widest=0.5), x, mouth + 0.02, size=float(rng.uniform(0.8, 1.5)), turn_deg=float(turn))
        for turn in rng.uniform(-100, 100, count)
    ]
    stage.lay(
        "stems",
        "plant",
        stage.polygon(*stems, *leaves),
        ramp(stage, side_light(stage, x, mouth - 0.1, 0.3) * 0.7, "shade", "near", "far"),
        depth=0.55,
        region="subject",
    )
    tones = (("accent", "light", 0.1), ("accent", "shade", 0.22), ("light", "accent", 0.22), ("water", "light", 0.3))
    for at, (tip_x, tip_y) in enumerate(tips[rng.permutation(count)]):
        one, other, share = tones[int(rng.choice(4, p=(0.4, 0.2, 0.3, 0.1)))]
        size = float(rng.uniform(0.055, 0.088))
        petals = ring_of(
            [petal(size, size * 0.75, widest=0.66)] * int(rng.integers(6, 10)),
            tip_x,
            tip_y,
            start_deg=float(rng.uniform(0, 60)),
        )
        shaded = mix(
            stage.blend(one, other, np.float32(share)),
            stage.colour("shade"),
            0.5 - 0.6 * side_light(stage, tip_x, tip_y, size),
        )
        stage.lay(f"bloom {at}", "plant", stage.polygon(*petals), shaded, depth=0.56, region="subject")
        core = stage.disc(tip_x, tip_y, size * 0.3)
        stage.lay(
            f"core {at}", "plant", core, stage.blend(other, "shade", np.float32(0.45)), depth=0.57, region="subject"
        )


def _lay_fruit(stage: Stage, x: float, foot: float) -> None:
    rng = stage.chance("fruit")
    side = 1 if rng.random() < 0.5 else -1
    for at in range(int(rng.integers(1, 4))):
        fruit_x, radius = x + side * (0.21 + 0.1 * at), float(rng.uniform(0.042, 0.055))
        fruit_y = foot - radius * 0.6 + 0.04 * (at % 2)
        stage.lay(
            f"shadow of fruit {at}",
            "thing",
            stage.ellipse(fruit_x + 0.045, fruit_y + radius * 0.9, radius * 1.4, radius * 0.32) * 0.45,
            "shade",
            depth=0.62,
        )
        lit = side_light(stage, fruit_x, fruit_y, radius)
        stage.lay(
            f"fruit {at}",
            "thing",
            stage.disc(fruit_x, fruit_y, radius),
            ramp(stage, 0.15 + 0.75 * lit, "shade", "accent", "light"),
            depth=0.63,
            region="subject",
        )


FLOWER = Motif(
    name="flower",
    words=(
        "flower",
        "plant",
        "bloom",
        "petal",
        "rose",
        "blossom",
        "garden",
        "poppy",
        "bouquet",
        "spring",
        "vase",
        "lily",
        "thorn",
        "seed",
        "stem",
        "wither",
        "daisy",
        "grow",
    ),
    compositions={
        "bloom": Composition(_bloom, ("bottom", "top")),
        "against_light": Composition(_against_light, ("top",)),
        "vase": Composition(_vase, ("bottom", "top")),
    },
)
