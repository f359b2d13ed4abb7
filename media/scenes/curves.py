"""Smooth lines and outlines through a few points."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Points = NDArray[np.float64]
"""Places along a line. Shapes: [N, 2] of x, y."""


def smooth(points: ArrayLike, *, steps: int = 12, closed: bool = False) -> Points:
    """A smooth line (Catmull-Rom) through points. Shapes: [N, 2] -> about [N * steps, 2].

    Args:
        points: two or more places that it runs through.
        steps: pieces between one point and the next.
        closed: whether it comes back to where it began.
    """
    knots = np.asarray(points, np.float64)
    ends = (knots[-1:], knots[:2]) if closed else (2 * knots[:1] - knots[1:2], 2 * knots[-1:] - knots[-2:-1])
    padded = np.concatenate((ends[0], knots, ends[1]))
    before, start, end, behind = (padded[at : len(padded) - 3 + at, None, :] for at in range(4))
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    line = 0.5 * (
        2 * start
        + (end - before) * t
        + (2 * before - 5 * start + 4 * end - behind) * t**2
        + (3 * start - before - 3 * end + behind) * t**3
    )
    flat = line.reshape(-1, 2)
    return flat if closed else np.concatenate((flat, knots[-1:]))


def arc(x: float, y: float, wide: float, high: float, start_deg: float, end_deg: float, *, steps: int = 24) -> Points:
    """Points along an ellipse by its half axes, clockwise from the right. Shapes: [steps, 2]."""
    angles = np.deg2rad(np.linspace(start_deg, end_deg, steps))
    return np.stack((x + wide * np.cos(angles), y + high * np.sin(angles)), 1)


def band(line: ArrayLike, widths: ArrayLike) -> Points:
    """The outline of a line that is so wide at each point: a river, a path, a tapering limb. Shapes: [N, 2], [N]."""
    points = np.asarray(line, np.float64)
    ahead = np.gradient(points, axis=0)
    ahead /= np.maximum(1e-9, np.hypot(ahead[:, 0], ahead[:, 1]))[:, None]
    out = np.stack((-ahead[:, 1], ahead[:, 0]), 1) * np.asarray(widths, np.float64).reshape(-1, 1) / 2
    return np.concatenate((points + out, (points - out)[::-1]))


def placed(
    outline: ArrayLike, x: float, y: float, size: float = 1.0, *, flip: bool = False, turn_deg: float = 0.0
) -> Points:
    """An outline drawn about (0, 0), made `size` times as large, turned clockwise and moved. Shapes: [N, 2]."""
    points = np.asarray(outline, np.float64) * ((-size, size) if flip else (size, size))
    turn = np.deg2rad(turn_deg)
    turned = points @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    return np.asarray(turned + (x, y), np.float64)


def grown(outline: ArrayLike, times: float) -> Points:
    """An outline made larger about its middle. Shapes: [N, 2]."""
    points = np.asarray(outline, np.float64)
    middle = points.mean(0)
    return np.asarray((points - middle) * times + middle, np.float64)


def rectangle(left: float, top: float, right: float, low: float) -> Points:
    """The corners of an upright rectangle. Shapes: [4, 2]."""
    return np.array([(left, top), (right, top), (right, low), (left, low)], np.float64)
