"""Outlines of grown things: petals, leaves, stems and limbs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from media.scenes.curves import Points, band, placed, smooth


def limb(path: ArrayLike, widths: Sequence[float]) -> Points:
    """The outline of a line that changes its width, as a stem, an arm or a plume. Shapes: [N, 2] -> [2N, 2].

    Args:
        path: its middle.
        widths: width at equal shares of its points, in units; any number of them, from beginning to end.
    """
    middle = np.asarray(path, np.float64)
    return band(middle, np.interp(np.linspace(0, 1, len(middle)), np.linspace(0, 1, len(widths)), widths))


def petal(long: float, wide: float, *, widest: float = 0.6, notch: float = 0.0) -> Points:
    """A petal or leaf from the origin upwards (to y = -long). Shapes: [M, 2].

    Args:
        long: from base to tip, in units.
        wide: at its widest, in units.
        widest: how far along that is, 0 to 1.
        notch: how deep the tip is cut in, as a share of its length.
    """
    side = [(0.0, 0.0), (wide * 0.26, -long * widest * 0.45), (wide * 0.5, -long * widest)]
    side += [(wide * 0.36, -long * (0.5 + 0.5 * widest)), (wide * 0.12, -long * 0.985)]
    other = [(-x, y) for x, y in reversed(side[1:])]
    return smooth([*side, (0.0, -long * (1 - notch)), *other], closed=True, steps=4)


def mirrored(half: ArrayLike) -> Points:
    """An outline from its right half, which begins and ends on the y axis. Shapes: [N, 2] -> [2N, 2]."""
    points = np.asarray(half, np.float64)
    return np.concatenate([points, points[::-1] * (-1, 1)])


def ring_of(shapes: Sequence[Points], x: float, y: float, *, start_deg: float = 0.0) -> list[Points]:
    """Shapes that point upwards from the origin, set round a place at equal angles."""
    step = 360.0 / max(1, len(shapes))
    return [placed(shape, x, y, turn_deg=start_deg + step * at) for at, shape in enumerate(shapes)]


def sway(t_s: float, phases: ArrayLike, *, period_s: float = 5.0) -> NDArray[np.float64]:
    """How far things lean in a light wind at a moment, -1 to 1, each by its own phase. Shapes: [N] -> [N]."""
    phase = np.asarray(phases, np.float64)
    turn = 2 * np.pi * t_s / period_s
    return np.asarray(0.7 * np.sin(turn + phase) + 0.3 * np.sin(2.3 * turn + 1.7 * phase), np.float64)
