"""Open water: it takes the colours of the sky, mirrors what stands above it and breaks the light into a path."""

from __future__ import annotations

import numpy as np

from media.scenes.layers import Floats
from media.scenes.stage import Stage

_HAZE_FREE = ("clear", "cloudy", "mist")


def lay_water(
    stage: Stage,
    top: float,
    *,
    bottom: float | None = None,
    disc: tuple[float, float, float] | None = None,
    mirror: float = 0.0,
    rough: float | None = None,
) -> None:
    """Lay water from a height down; the lower, the larger its waves.

    Args:
        stage: where to.
        top: y of the farthest water.
        bottom: y of its lower edge; None for the frame's.
        disc: x, y, radius of the sun or moon whose path lies on it.
        mirror: how much of what is laid already it mirrors, 0 to 1.
        rough: 0 a mirror's calm to 1 a chop; None for what energy and weather make of it.
    """
    low = stage.bottom if bottom is None else bottom
    away = np.clip((stage.y - top) / max(1e-6, low - top), 0.001, 1).astype(np.float32)
    chop = (0.2 + 0.55 * stage.scene.energy) * (1.5 if stage.scene.weather in ("storm", "rain") else 1.0)
    chop = chop if rough is None else rough
    waves = ripples(stage, away)
    shades = stage.blend("sky_low", "water", np.clip(0.25 + 0.6 * away + 0.3 * chop * waves, 0, 1))
    if mirror:
        seen = _mirrored(stage, top, waves * (0.012 + 0.1 * away) * chop)
        shades = stage.blend(shades, seen, mirror * np.clip(0.85 - 0.35 * away + 0.12 * waves, 0, 1))
        shades = stage.blend(shades, "water", np.clip(0.12 + 0.25 * chop * waves, 0, 1))
    mask = np.clip((stage.y - top) * stage.unit_px + 0.5, 0, 1)
    if bottom is not None:
        mask = mask * np.clip((bottom - stage.y) * stage.unit_px + 0.5, 0, 1)
    flow = (0.01, 0.012 * (1 + stage.scene.energy))
    stage.lay("water", "water", mask, shades, depth=0.4, velocity=flow)
    if disc is not None and stage.scene.weather in _HAZE_FREE:
        lay_path_of_light(stage, disc[0], disc[2], away, waves, mask)


def lay_path_of_light(
    stage: Stage, x: float, radius: float, away: Floats, waves: Floats, mask: Floats, *, name: str = "path of light"
) -> None:
    """Lay the light that a lamp, the sun or the moon casts towards the eye, broken by the waves."""
    wide = radius * (0.55 + 1.5 * away + 0.5 * waves * away)
    inside = np.clip((1 - np.abs(stage.x - x) / np.maximum(wide, 1e-3)) * 1.6, 0, 1)
    glints = np.clip((waves + 0.55 - 0.6 * away) * 3.0, 0, 1)
    flow = (0.0, 0.012 * (1 + stage.scene.energy))
    stage.lay(name, "water", mask * inside * glints * 0.9, "light", depth=0.45, velocity=flow)


def ripples(stage: Stage, away: Floats, *, name: str = "waves") -> Floats:
    """Waves of about -1 to 1 on a plane seen aslant, fine far off and broad near. Shapes: [H, 1] -> [H, W].

    Args:
        stage: where.
        away: 0 at the farthest water to 1 at the nearest, by row.
        name: names its chance.
    """
    rows = (7.5 * np.log(away[:, 0] + 0.02)).astype(np.float32)
    slow, quick = 0.5 * stage.t_s, 0.8 * stage.t_s
    run = 0.03 * stage.t_s
    fine = stage.field(f"{name} far", (stage.x[0] + run) * 7, rows * 1.9 - quick, octaves=2, gain=0.6)
    broad = stage.field(f"{name} near", (stage.x[0] - run) * 2.4, rows - slow, octaves=3, gain=0.55)
    return np.asarray(fine * (1 - 0.75 * away) + broad * (0.35 + 0.65 * away), np.float32)


def _mirrored(stage: Stage, top: float, shift: Floats) -> Floats:
    """What stands above a height as calm water shows it, shifted by its waves. Shapes: [H, W] -> [H, W, 3]."""
    above = stage.so_far(details=True)
    start = min(stage.height_px, max(0, int((top + stage.bottom) * stage.unit_px)))
    seen = above.copy()
    offsets = shift[start:]
    rows = (2 * top - stage.y[start:] + stage.bottom + offsets) * stage.unit_px
    columns = (stage.x + stage.right + offsets * 0.5) * stage.unit_px
    tops = np.clip(rows, 0, max(0, start - 1)).astype(np.int64)
    seen[start:] = above[tops, np.clip(columns, 0, stage.width_px - 1).astype(np.int64)]
    return seen
