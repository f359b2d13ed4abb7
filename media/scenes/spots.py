"""Many small lights or flakes at once: each costs its own few pixels, not the whole frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from media.scenes.layers import Floats
from media.scenes.stage import Stage


def spots(stage: Stage, places: ArrayLike, radii: ArrayLike, *, light: ArrayLike = 1.0, soft: float = 0.0) -> Floats:
    """The mask of many discs; where they meet the brightest counts. Shapes: [N, 2], [N] or one -> [H, W].

    Args:
        stage: where they lie.
        places: x and y of each, in units.
        radii: of each or of all, in units.
        light: of each or of all, 0 to 1.
        soft: width of their edges as a share of the radius; 0 is one pixel.
    """
    points = np.asarray(places, np.float64).reshape(-1, 2)
    sizes = np.broadcast_to(np.asarray(radii, np.float64), len(points)) * stage.unit_px
    lights = np.broadcast_to(np.asarray(light, np.float64), len(points))
    mask = np.zeros((stage.height_px, stage.width_px), np.float32)
    columns = (points[:, 0] + stage.right) * stage.unit_px
    rows = (points[:, 1] + stage.bottom) * stage.unit_px
    for column, row, size, lit in zip(columns, rows, sizes, lights, strict=True):
        edge = max(1.0, soft * size)
        reach = int(size + edge) + 2
        left, top = max(0, int(column) - reach), max(0, int(row) - reach)
        right, low = int(column) + reach + 1, int(row) + reach + 1
        if right <= 0 or low <= 0 or left >= stage.width_px or top >= stage.height_px:
            continue
        near = mask[top:low, left:right]
        down = (np.arange(top, top + near.shape[0]) + 0.5 - row)[:, None]
        across = (np.arange(left, left + near.shape[1]) + 0.5 - column)[None, :]
        inside = np.clip((size - np.hypot(down, across)) / edge + 0.5, 0, 1)
        np.maximum(near, (lit * min(1.0, 2 * size) * inside).astype(np.float32), out=near)
    return mask
