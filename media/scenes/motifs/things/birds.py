"""Birds: a flock that turns, one with its wings spread, some on the wires, one that stands in the shallows."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored, petal
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.tones import ramp, side_light
from media.scenes.water import lay_water

_PERCHED = smooth(
    [(0.50, -0.34), (0.34, -0.36), (0.30, -0.47), (0.13, -0.54), (-0.02, -0.45), (-0.14, -0.22), (-0.36, 0.06)]
    + [
        (-0.78, 0.42),
        (-0.70, 0.47),
        (-0.34, 0.30),
        (-0.12, 0.33),
        (0.12, 0.26),
        (0.28, 0.05),
        (0.30, -0.20),
        (0.33, -0.31),
    ],
    closed=True,
    steps=5,
)


def _flying(flap: float) -> Points:
    """A bird far off, from the front: two wings and a body; flap is -1 (down) to 1 (up)."""
    lift = -0.34 * flap
    wing = [(0.0, 0.06), (0.22, -0.10 + lift * 0.5), (0.55, -0.04 + lift), (1.0, 0.10 + lift * 1.3)]
    back = [(0.55, 0.06 + lift * 0.9), (0.22, 0.10 + lift * 0.4), (0.10, 0.2)]
    return mirrored([*wing, *back])


def _flock_turning(stage: Stage) -> None:
    rng = stage.chance("places")
    low = float(rng.uniform(0.3, 0.36))
    side = 1 if rng.random() < 0.5 else -1
    disc = (-side * float(rng.uniform(0.12, 0.3)), low - float(rng.uniform(0.02, 0.12)), float(rng.uniform(0.08, 0.12)))
    lay_sky(stage, horizon=low, disc=disc)
    count = round(420 + 520 * stage.scene.energy)
    along = rng.random(count)
    spread = rng.normal(0, 1, (count, 2)) * (0.35 + 0.65 * np.sin(np.pi * along)[:, None]) * (0.05, 0.045)
    turn = 0.06 * stage.t_s
    bend = smooth(
        [(-0.46, 0.16), (-0.26, 0.02), (0.0, -0.06), (0.2, -0.2), (0.14, -0.36), (-0.08, -0.4), (-0.2, -0.28)]
        + rng.uniform(-0.05, 0.05, (7, 2)),
        steps=16,
    )
    at = ((along * 0.98 + 0.02 * np.sin(turn * 6 + 6.28 * along)) * (len(bend) - 1)).astype(int)
    places = bend[np.clip(at, 0, len(bend) - 1)] + spread
    places[:, 0] = side * places[:, 0] + 0.02 * np.sin(turn * 5 + 3 * along)
    places[:, 1] += 0.02 * np.sin(turn * 7 + 5 * along)
    sizes = 0.0055 + 0.010 * rng.random(count) ** 3 + 0.004 * along
    flaps = np.sin(stage.t_s * 9 + rng.uniform(0, 6.28, count))
    tilts = rng.uniform(-35, 35, count)
    cloud = np.zeros((stage.height_px, stage.width_px), np.float32)
    for x, y in bend[:: len(bend) // 24]:
        cloud = np.maximum(cloud, stage.glow(side * float(x), float(y), 0.055, power=2.4))
    stage.lay("mass of the flock", "animal", cloud * 0.2, "shade", depth=0.4, region="above", velocity=(side * 0.02, 0))
    _lay_fields(stage, low)
    shapes = [
        placed(_flying(flap), x, y, size=size, turn_deg=tilt)
        for (x, y), size, flap, tilt in zip(places, sizes, flaps, tilts, strict=True)
    ]
    stage.lay(
        "flock",
        "animal",
        stage.polygon(*shapes),
        "shade",
        depth=0.6,
        region="subject",
        velocity=(side * 0.02, 0),
        after=True,
    )
    lay_weather(stage)


def _lay_fields(stage: Stage, low: float) -> None:
    """Flat land under a great sky, a row of poplars on it."""
    rng = stage.chance("fields")
    for row, (drop, tone) in enumerate(((0.0, 0.25), (0.05, 0.65), (0.12, 1.0))):
        line = low + drop + 0.012 * stage.profile(f"field {row}", scale=0.9, octaves=2)
        stage.lay(
            f"field {row}",
            "field",
            stage.under(line),
            stage.blend("far", "near", np.float32(tone)),
            depth=0.2 + 0.25 * row,
        )
    xs = np.cumsum(rng.uniform(0.035, 0.16, 16)) - 1.2
    trees = [
        placed(
            petal(1.0, float(rng.uniform(0.2, 0.34)), widest=0.5),
            float(x),
            low + 0.055,
            size=float(rng.uniform(0.05, 0.1)),
        )
        for x in xs
    ]
    stage.lay("poplars", "tree", stage.polygon(*trees), stage.blend("near", "shade", np.float32(0.5)), depth=0.45)


def _spread_wings(stage: Stage) -> None:
    rng = stage.chance("places")
    disc = (float(rng.uniform(-0.05, 0.05)), float(rng.uniform(-0.08, 0.0)), float(rng.uniform(0.3, 0.35)))
    lay_sky(stage, horizon=0.5, disc=None)
    stage.lay("halo", "sky", stage.glow(disc[0], disc[1], disc[2] * 1.5) * 0.45, "light", depth=0.0, region="above")
    rim = np.hypot(stage.x - disc[0], stage.y - disc[1]) / disc[2]
    face = ramp(stage, 0.15 + 0.5 * np.clip(stage.y - disc[1] + disc[2], 0, 1) * rim, "light", "accent")
    stage.lay("disc", "disc", stage.disc(*disc), face, depth=0.02, region="above")
    tilt = float(rng.uniform(-14, 14)) + 2.0 * np.sin(stage.t_s * 0.7)
    flap = 0.5 + 0.5 * np.sin(stage.t_s * 1.6 + float(rng.uniform(0, 6.28)))
    x, y = disc[0] + float(rng.uniform(-0.04, 0.04)), disc[1] + float(rng.uniform(-0.01, 0.08))
    y += 0.012 * np.sin(stage.t_s * 1.6)
    coverts, plumes, body = _soaring(flap)
    for name, shapes, tone in (("plumes", plumes, 0.0), ("wings", coverts, 0.26), ("body", body, 0.12)):
        mask = stage.polygon(*[placed(shape, x, y, size=0.43, turn_deg=tilt) for shape in shapes])
        lit = tone + 0.2 * side_light(stage, x, y, 0.35)
        stage.lay(
            name,
            "animal",
            mask,
            ramp(stage, lit, "shade", "near", "light"),
            depth=0.8,
            region="subject",
            velocity=(0.0, 0.005),
        )
    for row in range(3):
        line = 0.36 + 0.06 * row + 0.05 * stage.profile(f"ridge {row}", scale=0.5, octaves=4, gain=0.45)
        stage.lay(
            f"ridge {row}",
            "mountain",
            stage.under(line),
            stage.blend("far", "near", np.float32(0.3 + 0.35 * row)),
            depth=0.3 + 0.2 * row,
        )
    lay_weather(stage)


def _soaring(flap: float) -> tuple[list[Points], list[Points], list[Points]]:
    """A great bird from below: its wings, its flight feathers, and body with tail; 2 units from tip to tip."""
    rise = -0.12 - 0.30 * flap
    front = smooth(
        [(0.04, -0.12), (0.22, -0.2 + rise * 0.35), (0.46, -0.14 + rise * 0.75), (0.72, -0.1 + rise)], steps=6
    )
    behind = smooth([(0.70, 0.06 + rise), (0.46, 0.13 + rise * 0.7), (0.22, 0.17 + rise * 0.3), (0.05, 0.2)], steps=6)
    wing = np.concatenate([front, behind])
    plumes = []
    for at in range(7):
        share = at / 6
        root = (0.70 - 0.15 * share, -0.07 + rise + 0.03 * share)
        plumes.append(placed(petal(0.40 - 0.05 * share, 0.085, widest=0.55), *root, turn_deg=62 + 80 * share))
    for at in range(9):
        share = at / 8
        root = (0.56 - 0.48 * share, 0.0 + rise * (0.85 - 0.75 * share))
        plumes.append(placed(petal(0.34 - 0.05 * share, 0.10, widest=0.6), *root, turn_deg=150 + 22 * share))
    tail = [placed(petal(0.42, 0.11, widest=0.7), 0.0, 0.14, turn_deg=180 + angle) for angle in (-24, -12, 0, 12, 24)]
    trunk = smooth(
        [(0.0, -0.36), (0.05, -0.31), (0.06, -0.22), (0.1, -0.1), (0.1, 0.08), (0.05, 0.26), (0.0, 0.3)], steps=5
    )
    beak = np.array([(0.035, -0.34), (0.0, -0.43), (-0.035, -0.34)])
    return [wing, wing * (-1, 1)], plumes + [shape * (-1, 1) for shape in plumes], [*tail, mirrored(trunk), beak]


def _on_wires(stage: Stage) -> None:
    rng = stage.chance("places")
    lay_sky(
        stage,
        horizon=0.75,
        disc=(float(rng.uniform(-0.3, 0.3)), float(rng.uniform(-0.05, 0.2)), float(rng.uniform(0.14, 0.22))),
    )
    slope = float(rng.uniform(-0.16, 0.16))
    wires = 4 + round(2 * stage.scene.energy)
    xs = np.linspace(-1.9, 1.9, 60)
    top = float(rng.uniform(-0.34, -0.26))

    def height(wire: int, x: np.ndarray | float) -> np.ndarray | float:
        return top + 0.118 * wire + slope * (1 + 0.18 * wire) * x + 0.05 * (x / 0.9) ** 2

    paths = [np.stack([xs, height(wire, xs)], 1) for wire in range(wires)]
    side = 1 if rng.random() < 0.5 else -1
    foot = (side * 0.37, float(height(wires - 1, side * 0.37)))
    pole = limb([(foot[0], -1.1), (foot[0] + 0.012, 1.1)], [0.038, 0.05])
    bars = [
        limb(
            [(foot[0] - 0.13, float(height(w, foot[0])) + 0.02), (foot[0] + 0.13, float(height(w, foot[0])) + 0.02)],
            [0.018, 0.018],
        )
        for w in (0, 2)
    ]
    stage.lay("pole", "thing", stage.polygon(pole, *bars), stage.blend("near", "shade", np.float32(0.8)), depth=0.7)
    stage.lay("wires", "thing", stage.stroke(*paths, width=0.0042), "shade", depth=0.8, after=True)
    birds: list[Points] = []
    accent: list[Points] = []
    for wire in range(wires):
        here = -0.62 + float(rng.uniform(0, 0.2))
        while here < 1.8:
            here += float(rng.choice([0.075, 0.085, 0.1, 0.2, 0.34])) * (1.25 - 0.5 * stage.scene.energy)
            size = float(rng.uniform(0.062, 0.078))
            nod = 4 * np.sin(stage.t_s * rng.uniform(0.5, 1.5) + rng.uniform(0, 6.28))
            shape = placed(
                _PERCHED,
                here,
                float(height(wire, here)) - 0.3 * size,
                size=size,
                turn_deg=nod,
                flip=bool(rng.random() < 0.5),
            )
            if abs(here - foot[0]) > 0.05:
                (accent if wire == 1 and not accent and here > -0.25 else birds).append(shape)
    stage.lay("birds", "animal", stage.polygon(*birds), "shade", depth=0.85, region="subject")
    stage.lay("the other bird", "animal", stage.polygon(*accent), "accent", depth=0.86, region="subject")
    lay_weather(stage)


def _in_the_shallows(stage: Stage) -> None:
    rng = stage.chance("places")
    horizon = float(rng.uniform(-0.12, -0.02))
    side = 1 if rng.random() < 0.5 else -1
    disc = (side * float(rng.uniform(0.12, 0.22)), horizon - 0.1, float(rng.uniform(0.1, 0.15)))
    lay_sky(stage, horizon=horizon, disc=disc)
    far = horizon - 0.02 - 0.025 * np.abs(stage.profile("shore", scale=0.4))
    stage.lay("far shore", "land", stage.under(far), stage.blend("far", "sky_low", np.float32(0.25)), depth=0.1)
    lay_water(stage, horizon, disc=disc)
    x, y = -side * 0.1, 0.28
    heron, legs = _heron(1.5 * np.sin(stage.t_s * 0.5))
    body = [placed(shape, x, y, size=0.62, flip=side < 0) for shape in heron]
    stilts = [placed(leg, x, y, size=0.62, flip=side < 0) for leg in legs]
    upturned = [(shape - (0.0, y)) * (1.0, -0.75) + (0.0, y) for shape in (*body, *stilts)]
    for shape in upturned:
        shape[:, 0] += 0.004 * np.sin(40 * shape[:, 1] + 2 * stage.t_s)
    stage.lay("reflection", "water", stage.polygon(*upturned) * 0.55, "shade", depth=0.5)
    stage.lay("legs", "animal", stage.polygon(*stilts), "shade", depth=0.7, region="subject")
    lit = side_light(stage, x, y - 0.3, 0.25, from_deg=-20 if side > 0 else 200)
    stage.lay(
        "heron",
        "animal",
        stage.polygon(*body),
        ramp(stage, 0.6 * lit, "shade", "near", "far"),
        depth=0.72,
        region="subject",
    )
    _lay_reeds(stage, -side)
    lay_weather(stage)


def _heron(nod_deg: float) -> tuple[list[Points], list[Points]]:
    """A heron that looks to the right, its feet at the origin, about 1 high; body parts and legs."""
    neck = limb(
        smooth([(-0.02, -0.52), (0.10, -0.60), (0.06, -0.72), (0.0, -0.80), (0.03, -0.92), (0.1, -0.95)], steps=6),
        [0.12, 0.07, 0.05, 0.045, 0.05, 0.055],
    )
    head = smooth(
        [(0.05, -0.97), (0.12, -0.985), (0.18, -0.95), (0.40, -0.925), (0.18, -0.915), (0.1, -0.92)],
        closed=True,
        steps=4,
    )
    crest = limb([(0.1, -0.97), (-0.02, -0.96), (-0.14, -0.90)], [0.02, 0.012, 0.002])
    trunk = smooth(
        [
            (0.1, -0.56),
            (0.02, -0.62),
            (-0.14, -0.58),
            (-0.34, -0.42),
            (-0.42, -0.30),
            (-0.2, -0.33),
            (0.02, -0.38),
            (0.1, -0.46),
        ],
        closed=True,
        steps=6,
    )
    nodded = [placed(part - (0.05, -0.7), 0.05, -0.7, turn_deg=nod_deg) for part in (head, crest)]
    legs = [
        limb([(-0.08, -0.38), (-0.05, -0.2), (-0.07, 0.06)], [0.028, 0.016, 0.014]),
        limb([(-0.02, -0.38), (0.05, -0.19), (0.0, 0.04)], [0.028, 0.016, 0.014]),
    ]
    return [neck, trunk, *nodded], legs


def _lay_reeds(stage: Stage, side: int) -> None:
    rng = stage.chance("reeds")
    stems, heads = [], []
    for _ in range(26 + round(30 * stage.scene.energy)):
        x = side * (0.58 - 0.36 * float(rng.random()) ** 2) if rng.random() < 0.75 else float(rng.uniform(-1.8, 1.8))
        tall = float(rng.uniform(0.22, 0.62)) * (1 if abs(x) > 0.25 else 0.5)
        lean = float(rng.normal(0, 0.05)) + 0.012 * np.sin(stage.t_s * 1.1 + 5 * x)
        foot = stage.bottom + 0.03
        path = smooth([(x, foot), (x + 0.3 * lean, foot - 0.5 * tall), (x + lean, foot - tall)], steps=5)
        stems.append(limb(path, [0.011, 0.008, 0.003]))
        if rng.random() < 0.4:
            heads.append(limb(path[-6:-1], [0.018, 0.024, 0.018]))
    stage.lay("reeds", "plant", stage.polygon(*stems, *heads), "shade", depth=0.95)


BIRDS = Motif(
    name="birds",
    words=(
        "bird",
        "wing",
        "fly",
        "flight",
        "feather",
        "flock",
        "swallow",
        "crow",
        "raven",
        "dove",
        "gull",
        "heron",
        "soar",
        "sparrow",
        "migrat",
        "nest",
        "free",
        "hawk",
        "eagle",
        "lark",
    ),
    compositions={
        "flock_turning": Composition(_flock_turning, ("bottom", "top")),
        "spread_wings": Composition(_spread_wings, ("bottom", "top")),
        "on_wires": Composition(_on_wires, ("bottom", "top")),
        "in_the_shallows": Composition(_in_the_shallows, ("top", "bottom")),
    },
)
