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
