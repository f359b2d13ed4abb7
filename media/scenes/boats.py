"""Boats: a yacht from the side, a rowing boat from above."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from media.scenes.curves import Points, placed, rectangle, smooth
from media.scenes.stage import Stage


def lay_yacht(
    stage: Stage, name: str, x: float, waterline: float, size: float, colour: str, *, depth: float, flip: bool = False
) -> None:
    """Lay a moored yacht: hull with a stripe, cabin, mast and boom with its sail furled, and rigging after painting.

    Args:
        stage: where to.
        name: of its layers.
        x: of its middle.
        waterline: y of the water at its side.
        size: its length in units.
        colour: of the hull, by name.
        depth: 0 at the horizon to 1 at the eye.
        flip: bow to the left.
    """
    rng = stage.chance(name)
    phase = float(rng.uniform(0, 6.3))
    roll = 1.3 * float(np.sin(0.8 * stage.t_s + phase)) * (0.5 + stage.scene.energy)
    heave = 0.004 * size * float(np.sin(1.1 * stage.t_s + phase))
    tall = float(rng.uniform(1.15, 1.45))

    def at(points: ArrayLike) -> Points:
        return placed(np.asarray(points, np.float64), x, waterline + heave, size, flip=flip, turn_deg=roll)

    keel = np.clip((waterline - stage.y) * stage.unit_px + 0.5, 0, 1)
    hull = smooth([(-0.5, -0.13), (-0.49, 0.0), (-0.4, 0.06), (0.3, 0.06), (0.44, -0.03), (0.56, -0.17)], steps=6)
    body = stage.polygon(at(np.concatenate((hull, [(0.1, -0.135)])))) * keel
    stage.lay(
        f"{name} cabin",
        "vessel",
        stage.polygon(at([(-0.22, -0.12), (-0.2, -0.215), (0.06, -0.215), (0.16, -0.12)])) * keel,
        stage.blend("light", "far", np.float32(0.25)),
        depth=depth,
        region="subject",
    )
    stage.lay(f"{name} hull", "vessel", body, colour, depth=depth, region="subject")
    under = stage.polygon(at([(-0.6, -0.045), (0.6, -0.045), (0.6, 0.2), (-0.6, 0.2)])) * body
    stage.lay(f"{name} shade", "vessel", under * 0.45, "shade", depth=depth, region="subject")
    stage.lay(
        f"{name} stripe",
        "vessel",
        stage.polygon(at([(-0.5, -0.115), (0.6, -0.13), (0.6, -0.105), (-0.5, -0.09)])) * body,
        stage.blend("light", "sky_low", np.float32(0.2)),
        depth=depth,
        region="subject",
        after=True,
    )
    stage.lay(
        f"{name} sail",
        "vessel",
        stage.polygon(at([(-0.42, -0.27), (0.02, -0.29), (0.03, -0.245), (-0.4, -0.245)])),
        stage.blend("accent", "shade", np.float32(0.2)),
        depth=depth,
        region="subject",
    )
    mast = np.array([(0.05, -0.14), (0.05, -tall)])
    boom = np.array([(0.05, -0.24), (-0.44, -0.25)])
    stage.lay(
        f"{name} mast",
        "vessel",
        stage.stroke(at(mast), at(boom), width=0.022 * size),
        stage.blend("shade", "far", np.float32(0.2)),
        depth=depth,
        region="subject",
    )
    wires = [
        [(0.05, -tall), (0.56, -0.17)],
        [(0.05, -tall), (-0.5, -0.13)],
        [(-0.03, -tall * 0.7), (0.13, -tall * 0.7)],
        [(0.05, -tall), (-0.03, -tall * 0.7), (-0.06, -0.14)],
        [(0.05, -tall), (0.13, -tall * 0.7), (0.15, -0.14)],
    ]
    stage.lay(
        f"{name} rigging",
        "vessel",
        stage.stroke(*[at(wire) for wire in wires], width=0.005 * size + 0.0006) * 0.8,
        "shade",
        depth=depth,
        region="subject",
        after=True,
    )
    wave = 0.02 * np.sin(3 * stage.t_s + phase)
    pennant = [(0.05, -tall), (0.05, -tall + 0.07), (-0.1, -tall + 0.035 + wave)]
    stage.lay(
        f"{name} pennant", "vessel", stage.polygon(at(pennant)), "accent", depth=depth, region="subject", after=True
    )


def lay_rowing_boat_from_above(stage: Stage, x: float, y: float, size: float, turn_deg: float) -> None:
    """Lay an empty rowing boat with its oars as a bird sees it, and its shadow on the water."""
    half = smooth([(0.0, -1.0), (0.2, -0.72), (0.31, -0.3), (0.33, 0.2), (0.27, 0.7), (0.2, 0.86)], steps=6)
    outline = np.concatenate((half, (half * (-1, 1))[::-1]))

    def at(points: ArrayLike) -> Points:
        return placed(np.asarray(points, np.float64), x, y, size, turn_deg=turn_deg)

    fallen = np.array([0.14, 0.16]) * size
    stage.lay(
        "shadow of the boat", "water", stage.polygon(at(outline) + fallen) * 0.4, "shade", depth=0.6, region="subject"
    )
    stage.lay("boat", "vessel", stage.polygon(at(outline)), "accent", depth=0.7, region="subject")
    inner = outline * (0.8, 0.86)
    stage.lay(
        "inside of the boat",
        "vessel",
        stage.polygon(at(inner)),
        stage.blend("accent", "shade", np.float32(0.55)),
        depth=0.7,
        region="subject",
    )
    dark = stage.polygon(at(inner)) * (1 - stage.polygon(at(inner) + fallen * 0.45))
    stage.lay("shade in the boat", "vessel", dark * 0.6, "shade", depth=0.7, region="subject")
    planks = [rectangle(-0.29, top, 0.29, top + 0.15) for top in (-0.45, 0.02, 0.5)]
    stage.lay(
        "thwarts",
        "vessel",
        stage.polygon(*[at(plank) for plank in planks]) * stage.polygon(at(outline * 0.93)),
        stage.blend("light", "accent", np.float32(0.3)),
        depth=0.7,
        region="subject",
    )
    oars = [[(0.2, 0.2), (0.95, -0.1)], [(-0.2, 0.2), (-0.9, 0.32)]]
    blades = [[(0.78, -0.03), (1.1, -0.16)], [(-0.74, 0.29), (-1.08, 0.36)]]
    mask = np.maximum(
        stage.stroke(*[at(oar) for oar in oars], width=0.045 * size),
        stage.stroke(*[at(blade) for blade in blades], width=0.12 * size),
    )
    stage.lay(
        "oars", "vessel", mask, stage.blend("light", "shade", np.float32(0.2)), depth=0.72, region="subject", after=True
    )


def lay_ship_from_above(stage: Stage, turn: float, heading: float) -> None:
    """Lay an icebreaker under way along a heading as a bird sees it, with its wake."""
    ahead = np.array([np.sin(heading), -np.cos(heading)])
    middle = ahead * (0.05 + 0.01 * stage.t_s % 0.3)
    size = 0.15

    def at(points: list[tuple[float, float]]) -> Points:
        return placed(points, float(middle[0]), float(middle[1]), size, turn_deg=turn)

    wake = np.stack([at([(0.0, 0.9 + 0.5 * step)])[0] for step in range(10)])
    for index in range(1, 10, 2):
        spread = 0.02 + 0.012 * index
        foam = stage.ellipse(float(wake[index, 0]), float(wake[index, 1]), spread, 0.045, turn_deg=turn)
        stage.lay(f"wake {index}", "water", foam * 0.3 * (1 - index / 11), "light", depth=0.42)
    hull = at(
        [
            (0.0, -1.05),
            (0.16, -0.8),
            (0.27, -0.35),
            (0.29, 0.5),
            (0.22, 0.95),
            (-0.22, 0.95),
            (-0.29, 0.5),
            (-0.27, -0.35),
            (-0.16, -0.8),
        ]
    )
    stage.lay("shadow of the ship", "water", stage.polygon(hull + (0.025, 0.03)) * 0.55, "shade", depth=0.6)
    stage.lay("ship", "vessel", stage.polygon(hull), "accent", depth=0.7, region="subject")
    deck = at(
        [
            (0.0, -0.85),
            (0.12, -0.6),
            (0.2, -0.25),
            (0.21, 0.5),
            (0.15, 0.85),
            (-0.15, 0.85),
            (-0.21, 0.5),
            (-0.2, -0.25),
            (-0.12, -0.6),
        ]
    )
    stage.lay(
        "deck",
        "vessel",
        stage.polygon(deck),
        stage.blend("accent", "shade", np.float32(0.45)),
        depth=0.7,
        region="subject",
    )
    house = [
        at([(-0.19, 0.0), (0.19, 0.0), (0.19, 0.32), (-0.19, 0.32)]),
        at([(-0.1, -0.1), (0.1, -0.1), (0.1, 0.5), (-0.1, 0.5)]),
    ]
    stage.lay("bridge of the ship", "vessel", stage.polygon(*house), "light", depth=0.71, region="subject")
    circle = at([(0.0, 0.68)])[0]
    stage.lay(
        "landing circle",
        "vessel",
        stage.disc(float(circle[0]), float(circle[1]), 0.1 * size),
        stage.blend("light", "accent", np.float32(0.4)),
        depth=0.71,
        region="subject",
        after=True,
    )
