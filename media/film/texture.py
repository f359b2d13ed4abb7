"""How a drawing's textures moved between two moments, beyond what their layers did: waves, a shoal, poles by a road.

Lucas and Kanade 1981, with windows, from coarse to fine (Bouguet 2000). A place takes the motion found there only where
the two drawings then agree much better than by the motion of its layer; elsewhere the layer's stays.
"""

from __future__ import annotations

import numpy as np

from media.film.motion import Moment
from media.film.pulse import Floats
from media.film.resampling import blurred, finer, seen

_SIDES = (36, 96)
_TURNS = 3
_WINDOW, _JUDGED = 3, 2
_STIFF = 2e-4
_BETTER = 0.7
_LONGEST_PX = 2.0
_WORTH = 0.0015
"""Brightness by which drawings must differ on the mean, their layers moved, for textures to be looked at."""


def textured(here: Moment, there: Moment, steps: Floats | None) -> Floats | None:
    """How far what each pixel of one drawing shows has come since another, textures too; None where nothing moves.

    Args:
        here: the one.
        there: the other.
        steps: how far its layer has come (see `media.film.motion.moved`); None where none moved.

    Shapes: steps [2, H, W] -> [2, H, W], in units of the shorter side.
    """
    if here.t_s == there.t_s:
        return steps
    height, width = here.grey.shape
    start = np.zeros((2, height, width), np.float32) if steps is None else _nearest(steps, height, width)
    if float(np.abs(_rest(here.grey, there.grey, start)).mean()) < _WORTH:
        return steps
    found: Floats | None = None
    for side in _SIDES:
        times = max(1, round(min(height, width) / side))
        one, other = _smaller(here.grey, times), _smaller(there.grey, times)
        layer = _nearest(start, *one.shape)
        first = layer if found is None else finer(tuple(found), one.shape[1], one.shape[0])
        found = _followed(one, other, layer, first)
    if found is None:
        return steps
    fine = finer(tuple(found), here.top.shape[1], here.top.shape[0])
    if steps is None:
        return fine
    # Where a layer's motion was kept, its own edges are: the coarse copy would blur them.
    kept = finer(tuple(_nearest(start, *found.shape[1:])), here.top.shape[1], here.top.shape[0])
    return np.asarray(steps + (fine - kept), np.float32)


def _followed(one: Floats, other: Floats, layer: Floats, first: Floats) -> Floats:
    """The motion of every place of a small drawing, from a first guess. Shapes: [h, w], [2, h, w] -> [2, h, w]."""
    unit = np.float32(min(one.shape))
    across, down = np.gradient(one, axis=1), np.gradient(one, axis=0)
    xx, xy, yy = (_windowed(part, _WINDOW) for part in (across * across, across * down, down * down))
    xx, yy = xx + _STIFF, yy + _STIFF
    size = xx * yy - xy * xy
    steps = first
    for _ in range(_TURNS):
        rest = _rest(one, other, steps)
        xr, yr = _windowed(across * rest, _WINDOW), _windowed(down * rest, _WINDOW)
        further = np.stack(((yy * xr - xy * yr) / size, (xx * yr - xy * xr) / size))
        steps = np.asarray(steps + np.clip(further, -_LONGEST_PX, _LONGEST_PX) / unit, np.float32)
    before, after = (_windowed(np.abs(_rest(one, other, way)), _JUDGED) for way in (layer, steps))
    return np.where(after < _BETTER * before, steps, layer)


def _rest(one: Floats, other: Floats, steps: Floats) -> Floats:
    height, width = one.shape
    unit = np.float32(min(height, width))
    rows, columns = np.ogrid[:height, :width]
    where = np.stack((columns - steps[0] * unit, rows - steps[1] * unit)).astype(np.float32)
    return np.asarray(seen(other[None], where)[0] - one, np.float32)


def _windowed(values: Floats, reach: int) -> Floats:
    return blurred(blurred(values, reach).T, reach).T


def _smaller(grey: Floats, times: int) -> Floats:
    height, width = (side // times * times for side in grey.shape)
    parts = grey[:height, :width].reshape(height // times, times, width // times, times)
    return np.asarray(parts.mean((1, 3)), np.float32)


def _nearest(planes: Floats, height: int, width: int) -> Floats:
    """Planes at fewer pixels. Shapes: [C, H, W] -> [C, height, width]."""
    rows = np.minimum((np.arange(height) + 0.5) * planes.shape[1] / height, planes.shape[1] - 1).astype(np.intp)
    columns = np.minimum((np.arange(width) + 0.5) * planes.shape[2] / width, planes.shape[2] - 1).astype(np.intp)
    return planes[:, rows[:, None], columns[None, :]]
