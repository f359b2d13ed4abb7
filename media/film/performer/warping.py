"""Moving pixels as key points move: a thin-plate spline (Bookstein, 1989) on a coarse grid, and a fast look-up.

Pixels are kept as one 64-bit number each, with a byte of colour in every 16 bits, so that the four neighbours of a
place are weighed and added for all colours at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Packed = npt.NDArray[np.uint64]
Box = tuple[int, int, int, int]
"""Left, top, right and bottom in pixels, the last two not in it."""

_STIFFNESS = 1e-4
_BITS = 4
_ROWS = 48


def pack(pixels: npt.NDArray[np.uint8]) -> Packed:
    """Pixels [3, H, W] as numbers [H, W]."""
    wide = pixels.astype(np.uint64)
    return np.ascontiguousarray(wide[0] | (wide[1] << np.uint64(16)) | (wide[2] << np.uint64(32)))


def unpack(numbers: Packed) -> npt.NDArray[np.uint8]:
    """The colours of packed pixels. Shapes: [N] -> [3, N]."""
    return np.ascontiguousarray(numbers).view(np.uint8).reshape(-1, 8)[:, 0:6:2].T


class Spline:
    """How far each place moves, where some places are given: smooth, and exact at the given places but for a little."""

    def __init__(self, places: npt.NDArray[np.float64], moves: npt.NDArray[np.float64], unit: float) -> None:
        """Fits a spline. Shapes: places [N, 2] and moves [N, 2] in pixels; `unit` is the length that counts as 1."""
        self._middle, self._unit = places.mean(axis=0), unit
        centres = (places - self._middle) / unit
        count = len(centres)
        square = np.zeros((count + 3, count + 3))
        square[:count, :count] = _bending(centres, centres) + _STIFFNESS * np.eye(count)
        square[:count, count] = square[count, :count] = 1.0
        square[:count, count + 1 :] = centres
        square[count + 1 :, :count] = centres.T
        right = np.zeros((count + 3, 2))
        right[:count] = moves
        self._centres = centres.astype(np.float32)
        self._weights = np.linalg.solve(square, right).astype(np.float32)

    def at(self, columns: Floats, rows: Floats) -> Floats:
        """The moves on a grid, in pixels. Shapes: columns [W] and rows [H] -> [2, H, W], right then down."""
        xs, ys = ((values - middle) / self._unit for values, middle in zip((columns, rows), self._middle, strict=True))
        grid = np.stack(np.broadcast_arrays(xs[None, :], ys[:, None]), axis=-1).reshape(-1, 2).astype(np.float32)
        count = len(self._centres)
        moves: Floats = _bending(grid, self._centres) @ self._weights[:count]
        moves += self._weights[count] + grid @ self._weights[count + 1 :]
        return np.ascontiguousarray(moves.T.reshape(2, len(rows), len(columns)))


def _bending(ones: npt.NDArray[Any], others: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """r^2 log r between every two places. Shapes: [A, 2], [B, 2] -> [A, B]."""
    squares = np.square(ones[:, :1] - others[:, 0]) + np.square(ones[:, 1:] - others[:, 1])
    return np.asarray(squares * np.log(squares + squares.dtype.type(1e-9)) * squares.dtype.type(0.5))


@dataclass(frozen=True)
class Grid:
    """A box of a picture and a coarse grid over it. Shapes: columns [C], rows [R]; `by_row` [H, R], `by_column` [C, W]
    bring what is known on the grid to every pixel of the box.
    """

    box: Box
    columns: Floats
    rows: Floats
    by_row: Floats
    by_column: Floats

    def spread(self, values: Floats) -> Floats:
        """Values on the grid for every pixel. Shapes: [R, C] -> [H, W]."""
        return np.asarray(self.by_row @ values @ self.by_column)


def grid(box: Box, step_px: int) -> Grid:
    """A grid of about `step_px` over a box."""
    left, top, right, bottom = box
    columns, by_column = _along(left, right, step_px)
    rows, by_row = _along(top, bottom, step_px)
    return Grid(box, columns, rows, by_row, np.ascontiguousarray(by_column.T))


def _along(first: int, end: int, step_px: int) -> tuple[Floats, Floats]:
    """Knots from the first to the last pixel, and the weight of each knot at each pixel [pixels, knots]."""
    count = end - first
    knots = np.linspace(0.0, count - 1, max(2, -(-(count - 1) // step_px) + 1))
    spacing = max(float(knots[1] - knots[0]), 1e-6)
    weights = np.maximum(0.0, 1.0 - np.abs(np.arange(count)[:, None] - knots) / spacing)
    weights /= weights.sum(axis=1, keepdims=True)
    return (knots + first).astype(np.float32), weights.astype(np.float32)


def look_up(source: Packed, across: Floats, down: Floats, out: npt.NDArray[np.uint8]) -> None:
    """Fills `out` with the colours of a picture at some places, bilinear, to a sixteenth of a pixel.

    Shapes: source [H, W]; across and down [h, w], places in the source in pixels, those outside are brought to its
    border; out [3, h, w].
    """
    height, width = source.shape
    flat = source.reshape(-1)
    scale, part = np.float32(1 << _BITS), np.int32((1 << _BITS) - 1)
    for first in range(0, out.shape[1], _ROWS):
        rows = slice(first, min(first + _ROWS, out.shape[1]))
        xs = np.clip(across[rows] * scale, 0, (width - 1) * (1 << _BITS) - 1).astype(np.int32)
        ys = np.clip(down[rows] * scale, 0, (height - 1) * (1 << _BITS) - 1).astype(np.int32)
        place = ((ys >> _BITS) * np.int32(width) + (xs >> _BITS)).astype(np.intp)
        right, below = (xs & part).astype(np.uint64), (ys & part).astype(np.uint64)
        both = right * below
        mixed = np.take(flat, place + (width + 1)) * both
        mixed += np.take(flat, place + 1) * ((right << np.uint64(_BITS)) - both)
        mixed += np.take(flat, place + width) * ((below << np.uint64(_BITS)) - both)
        both += np.uint64(1 << 2 * _BITS)
        both -= (right + below) << np.uint64(_BITS)
        mixed += np.take(flat, place) * both
        colours = mixed.view(np.uint8).reshape(*mixed.shape, 8)
        for channel in range(3):
            out[channel, rows] = colours[..., 2 * channel + 1]
