"""The theatre: a curtain that opens on a light, a mask, an empty chair, rows of seats before a bright screen."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, rectangle, smooth
from media.scenes.motif import Composition, Motif
from media.scenes.outlines import limb, mirrored
from media.scenes.people import walker
from media.scenes.spots import spots
from media.scenes.stage import Stage
from media.scenes.tones import mix, ramp, side_light


def _curtain(stage: Stage) -> None:
    """Two halves of a curtain that part, and someone small in the light between them."""
    rng = stage.chance("places")
    floor = 0.34
    glow = stage.glow(0.0, 0.05, 0.4)
    stage.lay(
        "back",
        "building",
        1.0,
        ramp(stage, 0.1 + 0.9 * glow, "shade", "sky_high", "sky_low", "light"),
        depth=0.0,
        region="above",
    )
    boards = ramp(stage, 0.75 * stage.glow(0.0, floor, 0.5) + 0.1, "shade", "near", "light")
    stage.lay("boards", "land", stage.under(np.full(stage.width_px, floor - 0.06)), boards, depth=0.3)
    person = [placed(part, 0.0, floor, 0.2) for part in walker(0.15 * float(np.sin(0.8 * stage.t_s)))]
    shadow = [placed(part * (1, -0.9), 0.0, floor, 0.2) for part in walker(0.1)]
    stage.lay("shadow", "land", stage.polygon(*shadow) * 0.5, "shade", depth=0.4)
    stage.lay("someone", "figure", stage.polygon(*person), "shade", depth=0.5, region="subject")
    gap = float(rng.uniform(0.07, 0.13)) + 0.006 * np.sin(0.5 * stage.t_s)
    heights = np.linspace(-1.1, 1.1, 40)
    sweep = np.clip(heights + 0.45, 0, 2)
    for name, way in (("left half", -1), ("right half", 1)):
        edge = way * (gap * 0.35 + 0.34 * sweep**1.6 * (0.75 + gap))
        shape = np.concatenate([np.stack([edge, heights], 1), [(way * 2.4, 1.1), (way * 2.4, -1.1)]])
        pull = 1 + 1.3 * np.clip(stage.y + 0.45, 0, 1) ** 1.5
        u = way * stage.x * 44 / pull + 2.2 * np.clip(stage.y, -0.5, 0.6)
        folds = 0.5 + 0.35 * np.sin(u) + 0.15 * np.sin(2.3 * u + 1.1 * way + 0.3 * stage.t_s)
        near_light = np.exp(-np.abs(stage.x) / 0.22)
        cloth = ramp(stage, 0.12 + 0.5 * folds + 0.3 * near_light * folds, "shade", "accent", "accent", "light")
        stage.lay(name, "thing", stage.polygon(shape), cloth, depth=0.8, region="subject", velocity=(0.002 * way, 0.0))
    scallops = [-0.36 + 0.07 * float(np.abs(np.sin(9 * x))) for x in stage.x[0]]
    valance = 1 - stage.under(np.asarray(scallops))
    stage.lay(
        "valance",
        "thing",
        valance,
        ramp(stage, 0.3 + 0.28 * np.sin(60 * stage.x) + 0.4 * (stage.y + 0.4), "shade", "accent"),
        depth=0.9,
    )
    stage.lay(
        "fringe",
        "thing",
        stage.between(np.asarray(scallops) - 0.012, np.asarray(scallops) + 0.006),
        "light",
        depth=0.91,
    )


def _mask(stage: Stage) -> None:
    """A mask with ribbons, alone on a dark ground; one side of it laughs, the other does not."""
    rng = stage.chance("places")
    stage.lay(
        "ground",
        "sky",
        1.0,
        ramp(stage, 0.75 * stage.glow(-0.2, -0.25, 0.7) + 0.1, "shade", "near", "water"),
        depth=0.0,
        region="above",
    )
    tilt = float(rng.uniform(-12, 12)) + 1.5 * float(np.sin(0.6 * stage.t_s))
    x, y, size = 0.0, float(rng.uniform(-0.06, 0.0)), 0.36
    for side in (-1, 1):
        wave = 0.03 * np.sin(0.9 * stage.t_s + side)
        path = smooth(
            [
                (side * 0.27, y - 0.1),
                (side * 0.4, y + 0.06 + wave),
                (side * 0.3, y + 0.24),
                (side * 0.44, y + 0.42 - wave),
                (side * 0.36, 1.2),
            ],
            steps=8,
        )
        stage.lay(
            f"ribbon {side}",
            "thing",
            stage.polygon(limb(path, [0.03, 0.06, 0.035, 0.06, 0.04])),
            ramp(stage, 0.5 + 0.4 * np.sin(14 * stage.y + side), "shade", "accent", "light"),
            depth=0.3,
            region="subject",
        )
    half = smooth(
        [(0.0, -0.86), (0.5, -0.9), (0.82, -0.7), (0.86, -0.2), (0.72, 0.35), (0.42, 0.82), (0.0, 1.02)], steps=7
    )
    face = placed(mirrored(half), x, y, size, turn_deg=tilt)
    stage.lay("shadow", "sky", stage.polygon(face + (0.03, 0.04)) * 0.5, "shade", depth=0.35)
    turn = np.deg2rad(tilt)
    across = (stage.x - x) * np.cos(turn) + (stage.y - y) * np.sin(turn)
    lit = side_light(stage, x - 0.08, y - 0.1, 0.42)
    left, right = ramp(stage, lit, "far", "light", "light"), ramp(stage, 0.15 + 0.8 * lit, "shade", "accent", "light")
    seam = np.clip(across * stage.unit_px + 0.5, 0, 1)
    stage.lay("face", "thing", stage.polygon(face), mix(left, right, seam), depth=0.5, region="subject")
    eye = smooth(
        [(0.18, -0.2), (0.36, -0.36), (0.6, -0.3), (0.66, -0.2), (0.44, -0.14), (0.3, -0.12)], closed=True, steps=6
    )
    grin = smooth([(0.0, 0.46), (0.2, 0.48), (0.46, 0.3), (0.36, 0.54), (0.0, 0.68)], steps=6)
    frown = smooth([(0.0, 0.46), (-0.2, 0.5), (-0.44, 0.74), (-0.24, 0.66), (0.0, 0.68)], steps=6)
    holes = [eye, eye * (-1, 1), np.concatenate([grin, frown[::-1]])]
    stage.lay(
        "holes",
        "thing",
        stage.polygon(*[placed(hole, x, y, size, turn_deg=tilt) for hole in holes]),
        "shade",
        depth=0.6,
        region="subject",
    )
    nose = limb([(0.02, -0.3), (0.05, 0.06), (0.0, 0.2)], [0.02, 0.09, 0.13])
    stage.lay(
        "nose",
        "thing",
        stage.polygon(placed(nose, x, y, size, turn_deg=tilt)) * 0.4,
        "shade",
        depth=0.61,
        region="subject",
    )
    brows = [
        limb(smooth([(side * 0.14, -0.34), (side * 0.4, -0.56), (side * 0.72, -0.4)], steps=6), [0.02, 0.08, 0.02])
        for side in (-1, 1)
    ]
    stage.lay(
        "brows",
        "thing",
        stage.polygon(*[placed(brow, x, y, size, turn_deg=tilt) for brow in brows]),
        "shade",
        depth=0.62,
        region="subject",
    )
    tear = placed(
        mirrored([(0.0, -0.1), (0.05, 0.03), (0.035, 0.08), (0.0, 0.1)]) + (-0.42, 0.1), x, y, size, turn_deg=tilt
    )
    stage.lay("tear", "thing", stage.polygon(tear), "water", depth=0.63, region="subject")


def _chair(stage: Stage) -> None:
    """An empty chair in a cone of light, its shadow longer than itself."""
    rng = stage.chance("places")
    side = 1 if rng.random() < 0.5 else -1
    floor, x = 0.2, side * float(rng.uniform(0.05, 0.14))
    stage.lay(
        "dark",
        "building",
        1.0,
        ramp(stage, 0.3 - 0.3 * stage.y + 0.2 * stage.glow(x, 0.0, 0.5), "shade", "near", "far"),
        depth=0.0,
        region="above",
    )
    stage.lay(
        "floor",
        "land",
        stage.under(np.full(stage.width_px, 0.1)),
        ramp(stage, 1.1 * (stage.y - 0.05), "near", "shade"),
        depth=0.2,
    )
    lamp = (x - side * 0.35, -0.62 - (stage.bottom - 0.5))
    cone = np.array(
        [(lamp[0] - 0.02, lamp[1]), (lamp[0] + 0.02, lamp[1]), (x + 0.33, floor + 0.05), (x - 0.33, floor + 0.05)]
    )
    stage.lay("cone", "sky", stage.polygon(cone) * 0.3, "light", depth=0.3, region="above")
    flicker = 0.97 + 0.03 * np.sin(4.0 * stage.t_s)
    stage.lay(
        "pool of light",
        "land",
        stage.ellipse(x, floor + 0.06, 0.34, 0.095) * flicker,
        ramp(stage, stage.glow(x, floor, 0.3), "accent", "light"),
        depth=0.35,
    )
    legs = [
        limb([(-0.3, -0.1), (-0.34, 0.62)], [0.055, 0.04]),
        limb([(0.3, -0.1), (0.34, 0.62)], [0.055, 0.04]),
        limb([(-0.18, -0.2), (-0.2, 0.42)], [0.05, 0.035]),
        limb([(0.36, -0.2), (0.4, 0.42)], [0.05, 0.035]),
    ]
    back = [limb([(-0.18, -0.2), (-0.22, -1.05)], [0.055, 0.045]), limb([(0.36, -0.2), (0.4, -1.05)], [0.055, 0.045])]
    rails = [limb([(-0.22, height), (0.4, height)], [0.1, 0.1]) for height in (-0.98, -0.72, -0.48)]
    seat: Points = np.array([(-0.36, -0.06), (0.36, -0.06), (0.44, -0.24), (-0.2, -0.24)])
    parts = [*legs, *back, *rails, seat]
    thrown = []
    for part in parts:
        up = 0.62 - part[:, 1]
        thrown.append(np.stack([x + 0.3 * part[:, 0] + side * 0.26 * up, floor + 0.02 + 0.13 * up], 1))
    stage.lay("shadow", "land", stage.polygon(*thrown) * 0.75, "shade", depth=0.4)
    shape = [placed(part, x, floor - 0.16, 0.3, flip=side < 0) for part in parts]
    lit = side_light(stage, x, floor - 0.3, 0.18, from_deg=200 if side > 0 else -20)
    stage.lay(
        "chair",
        "thing",
        stage.polygon(*shape),
        ramp(stage, 0.9 * lit, "shade", "near", "accent"),
        depth=0.6,
        region="subject",
    )
    hat = mirrored([(0.0, -0.22), (0.09, -0.23), (0.12, -0.1), (0.26, -0.08), (0.27, -0.04), (0.0, -0.03)])
    worn = placed(hat, x + side * 0.035, floor - 0.21, 0.36)
    stage.lay(
        "hat",
        "thing",
        stage.polygon(worn),
        ramp(stage, 0.3 + 0.6 * lit, "shade", "accent"),
        depth=0.62,
        region="subject",
    )
    dust = rng.uniform((-0.24, -0.45), (0.24, 0.2), (50, 2)) + (x - side * 0.08, 0)
    drift = 0.015 * np.stack([np.sin(0.4 * stage.t_s + 9 * dust[:, 1]), np.cos(0.3 * stage.t_s + 7 * dust[:, 0])], 1)
    stage.lay(
        "dust",
        "star",
        spots(stage, dust + drift, 0.0018, light=0.6) * stage.polygon(cone),
        "light",
        depth=0.9,
        after=True,
    )


def _screen(stage: Stage) -> None:
    """A picture house from the last row: heads before a bright screen."""
    rng = stage.chance("places")
    stage.lay(
        "dark",
        "building",
        1.0,
        ramp(stage, 0.9 * stage.glow(0.0, -0.12, 0.55), "shade", "near"),
        depth=0.0,
        region="above",
    )
    box = rectangle(-0.38, -0.34, 0.38, 0.1)
    screen = stage.polygon(box)
    horizon = float(rng.uniform(-0.1, 0.0))
    stage.lay(
        "screen",
        "window",
        screen,
        ramp(stage, stage.fade(-0.34, horizon) * np.ones_like(stage.x), "sky_high", "sky_low"),
        depth=0.2,
        region="subject",
    )
    moon = (float(rng.uniform(-0.2, 0.2)), horizon - 0.07 - 0.01 * float(np.sin(0.2 * stage.t_s)), 0.065)
    stage.lay("disc on the screen", "disc", stage.disc(*moon) * screen, "light", depth=0.21, region="subject")
    for row in range(2):
        line = (
            horizon + 0.06 * row - 0.05 * stage.profile(f"hills {row}", scale=0.16, octaves=4, shift=0.01 * stage.t_s)
        )
        stage.lay(
            f"hills on the screen {row}",
            "mountain",
            stage.under(line) * screen,
            stage.blend("accent", "shade", np.float32(0.25 + 0.4 * row)),
            depth=0.22 + 0.01 * row,
            region="subject",
        )
    flicker = 0.9 + 0.1 * np.sin(6 * stage.t_s)
    beam = np.array([(-0.38, -0.34), (0.38, -0.34), (0.03, -1.2), (-0.03, -1.2)])
    stage.lay("beam", "sky", stage.polygon(beam) * 0.16 * flicker, "light", depth=0.3, region="above")
    for row in range(4):
        size, y = 0.05 + 0.022 * row, 0.19 + 0.09 * row
        pitch = size * 1.55
        seats, heads = [], []
        for at in range(-22, 23):
            x = pitch * (at + 0.5 * (row % 2))
            if abs(x) > 1.95:
                continue
            seats.append(
                smooth(
                    [
                        (x - 0.46 * pitch, 1.2),
                        (x - 0.46 * pitch, y + 0.03),
                        (x - 0.3 * pitch, y),
                        (x + 0.3 * pitch, y),
                        (x + 0.46 * pitch, y + 0.03),
                        (x + 0.46 * pitch, 1.2),
                    ],
                    steps=4,
                )
            )
            if rng.random() < 0.35 + 0.5 * stage.scene.energy:
                heads.append((x, y - size * 0.2))
        tone = stage.blend("accent", "shade", np.float32(0.55 + 0.12 * row))
        stage.lay(
            f"heads {row}",
            "figure",
            spots(stage, heads, size * 0.36) if heads else 0.0,
            "shade",
            depth=0.5 + 0.1 * row,
            region="subject",
        )
        stage.lay(
            f"seats {row}",
            "thing",
            stage.polygon(*seats),
            mix(stage.colour("shade"), tone, np.exp(-np.clip(stage.y - y, 0, 1) / 0.05)),
            depth=0.51 + 0.1 * row,
        )


THEATRE = Motif(
    name="theatre",
    words=(
        "stage",
        "curtain",
        "mask",
        "theatre",
        "theater",
        "act",
        "role",
        "audience",
        "spotlight",
        "actor",
        "drama",
        "cinema",
        "movie",
        "film",
        "screen",
        "scene",
        "pretend",
        "applause",
        "chair",
        "show",
        "masquerade",
    ),
    compositions={
        "curtain": Composition(_curtain, ("bottom", "top")),
        "mask": Composition(_mask, ("bottom", "top")),
        "chair": Composition(_chair, ("top", "bottom")),
        "screen": Composition(_screen, ("top", "bottom")),
    },
    weathers=("clear", "cloudy", "mist"),
)
