"""Pictures at places between their pixels, and planes made finer.

Pixels are counted from the middle of the first one, as `grid_sample` with align_corners=True counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from media.film.pulse import Floats

Number = TypeVar("Number", np.float32, np.uint8, np.uint16)


def seen(planes: Floats, where: Floats) -> Floats:
    """Planes of a picture at the places of a map, bilinear. Shapes: [C, H, W], [2, h, w] -> [C, h, w]."""
    height, width = planes.shape[1:]
    x, y = np.clip(where[0], 0, width - 1), np.clip(where[1], 0, height - 1)
    left = np.minimum(x.astype(np.int32), max(0, width - 2))
    top = np.minimum(y.astype(np.int32), max(0, height - 2))
    across, down = x - left, y - top
    start = (top * width + left).ravel()
    right, below = min(1, width - 1), width * min(1, height - 1)
    found = np.empty((len(planes), *x.shape), np.float32)
    for plane, out in zip(planes, found, strict=True):
        flat = plane.ravel()
        upper = _between(flat, start, right, across)
        np.subtract(_between(flat, start + below, right, across), upper, out=out)
        out *= down
        out += upper
    return found


def seen_nearest(planes: NDArray[Number], where: Floats) -> NDArray[Number]:
    """Planes at the pixels nearest to a map's places, for labels. Shapes: [C, H, W], [2, h, w] -> [C, h, w]."""
    height, width = planes.shape[1:]
    columns = np.clip(where[0] + np.float32(0.5), 0, width - 1).astype(np.int32)
    rows = np.clip(where[1] + np.float32(0.5), 0, height - 1).astype(np.int32)
    return planes.reshape(len(planes), -1)[:, rows * width + columns]


def _between(flat: Floats, start: NDArray[np.int32], step: int, share: Floats) -> Floats:
    one = flat.take(start).reshape(share.shape)
    other = flat.take(start + step).reshape(share.shape)
    other -= one
    other *= share
    other += one
    return other


def finer(planes: Sequence[Floats], width: int, height: int) -> Floats:
    """Planes given at knots as planes of pixels, by straight lines. Shapes: each [h, w] -> [C, H, W]."""
    found = np.empty((len(planes), height, width), np.float32)
    for plane, out in zip(planes, found, strict=True):
        wide = _stretched(plane, width)
        out[...] = _stretched(wide.T, height).T if wide.shape[0] not in (1, height) else wide
    return found


def _stretched(plane: Floats, count: int) -> Floats:
    """Rows with so many columns. Shapes: [h, w] -> [h, count]."""
    knots = plane.shape[1]
    if knots in (1, count):
        return plane
    places = np.linspace(0, knots - 1, count, dtype=np.float32)
    left = np.minimum(places.astype(np.int32), knots - 2)
    share = places - left
    return np.asarray(plane[:, left] * (1 - share) + plane[:, left + 1] * share, np.float32)


def blurred(rows: Floats, reach: int) -> Floats:
    """The mean of each row's pixels and so many on both sides, its ends going on."""
    padded = np.pad(rows, ((0, 0), (reach + 1, reach)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    width = 2 * reach + 1
    return np.asarray((sums[:, width:] - sums[:, :-width]) / width, np.float32)
