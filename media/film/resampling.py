"""Pictures at places between their pixels, and planes made finer.

Pixels are counted from the middle of the first one, as `grid_sample` with align_corners=True counts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from PIL import Image

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
    """Planes given at knots, the outer ones at the first and last pixels, as planes of pixels, by straight lines.

    Shapes: each [h, w] -> [C, H, W].
    """
    found = np.empty((len(planes), height, width), np.float32)
    for plane, out in zip(planes, found, strict=True):
        rows, columns = plane.shape
        (left, right), (top, low) = _span(columns, width), _span(rows, height)
        knots = Image.fromarray(np.ascontiguousarray(plane, np.float32))
        out[...] = np.asarray(knots.resize((width, height), Image.Resampling.BILINEAR, box=(left, top, right, low)))
    return found


def _span(knots: int, count: int) -> tuple[float, float]:
    """The stretch of knots, each a pixel wide, whose pixels' middles lie where so many places from end to end do."""
    if 1 in (knots, count):
        return 0.0, float(knots)
    step = (knots - 1) / (count - 1)
    return 0.5 - 0.5 * step, 0.5 + step * (count - 0.5)


def blurred(rows: Floats, reach: int) -> Floats:
    """The mean of each row's pixels and so many on both sides, its ends going on."""
    padded = np.pad(rows, ((0, 0), (reach + 1, reach)), mode="edge")
    sums = np.cumsum(padded, axis=1, dtype=np.float64)
    width = 2 * reach + 1
    return np.asarray((sums[:, width:] - sums[:, :-width]) / width, np.float32)
