"""How far the layers of a drawn scene went between two moments, measured on the drawings themselves.

A layer's `velocity` says how it is meant to drift; waves run across their water and leaves stay on their tree. So
each layer gets the shift under which the two drawings agree best over its pixels: none, its velocity's, that of its
middle, or one step of Gauss and Newton beyond the best of them (Lucas and Kanade 1981, a whole layer for a window).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.film.pulse import Floats
from media.film.resampling import seen
from media.scenes.layers import DrawnScene

_SAME_MASS = (0.8, 1.25)
_LARGE = 0.3
_EVERY_PX = 2
_GREY = np.array([0.299, 0.587, 0.114], np.float32)
_BETTER = 0.97
_FARTHEST = 0.08


@dataclass(frozen=True)
class Moment:
    """A scene drawn at a time.

    Attributes:
        scene: its layers.
        t_s: the scene's time.
        top: number of the layer that makes up most of each pixel, what is drawn after not counted. Shapes: [H, W].
        grey: brightness of every second pixel, what is drawn after not counted. Shapes: [h, w].
        middles: mass and middle, in units, of every layer that lies whole inside the frame and is no wide ground.
    """

    scene: DrawnScene
    t_s: float
    top: NDArray[np.uint16]
    grey: Floats
    middles: dict[str, tuple[float, float, float]]

    @classmethod
    def of(cls, scene: DrawnScene, t_s: float) -> Moment:
        """What is to be known of a drawing."""
        grey = scene.underpainting[::_EVERY_PX, ::_EVERY_PX] @ _GREY
        return cls(scene, t_s, _top(scene), np.asarray(grey, np.float32), _middles(scene))

    @property
    def depths(self) -> Floats:
        """Depth of each layer, by its number."""
        return np.array([layer.depth for layer in self.scene.layers], np.float32)


def moved(here: Moment, there: Moment) -> Floats | None:
    """How far what each pixel of one drawing shows has come since another; None where nothing moves.

    Shapes: -> [2, H, W] in units of the shorter side, right then down.
    """
    steps = layer_steps(here, there)
    return steps[:, here.top] if np.abs(steps).max() > 1e-6 else None


def layer_steps(here: Moment, there: Moment) -> Floats:
    """How far each layer of one drawing has come since another. Shapes: -> [2, layers] in units."""
    layers = here.scene.layers
    top = here.top[::_EVERY_PX, ::_EVERY_PX]
    if here.t_s == there.t_s:
        return np.zeros((2, len(layers)), np.float32)
    drift = np.array([layer.velocity for layer in layers], np.float32).T * np.float32(here.t_s - there.t_s)
    middles = drift.copy()
    for number, layer in enumerate(layers):
        mass, right, down = here.middles.get(layer.name, (0.0, 0.0, 0.0))
        was_mass, was_right, was_down = there.middles.get(layer.name, (0.0, 0.0, 0.0))
        if mass > 0 and _SAME_MASS[0] <= was_mass / mass <= _SAME_MASS[1]:
            middles[:, number] = right - was_right, down - was_down
    best = np.zeros_like(drift)
    error, slopes = _compared(here, there, top, best)
    for one in (drift, middles):
        if np.array_equal(one, best):
            continue
        found, found_slopes = _compared(here, there, top, one)
        better = found < _BETTER * error
        best[:, better], error[better], slopes[:, better] = one[:, better], found[better], found_slopes[:, better]
    further = np.clip(best + _newton(slopes), -_FARTHEST, _FARTHEST)
    found, _ = _compared(here, there, top, further)
    return np.where(found < _BETTER * error, further, best).astype(np.float32)


def _compared(
    here: Moment, there: Moment, top: NDArray[np.uint16], steps: Floats
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much the drawings differ over each layer once it is shifted, and what its next shift is worked out from.

    Shapes: [2, layers] -> [layers], [5, layers]: the sums of gxx, gxy, gyy, gx r and gy r.
    """
    height, width = top.shape
    unit = min(here.scene.width_px, here.scene.height_px) / _EVERY_PX
    rows, columns = np.ogrid[:height, :width]
    shift = steps[:, top] * np.float32(unit)
    was = seen(there.grey[None], np.stack((columns - shift[0], rows - shift[1])).astype(np.float32))[0]
    rest = was - here.grey
    across, down = np.gradient(here.grey, axis=1), np.gradient(here.grey, axis=0)
    numbers, count = top.ravel().astype(np.int64), steps.shape[1]

    def total(values: Floats) -> NDArray[np.float64]:
        return np.asarray(np.bincount(numbers, weights=values.ravel(), minlength=count), np.float64)

    products = (across * across, across * down, down * down, across * rest, down * rest)
    slopes = np.stack([total(one) for one in products])
    slopes[3:] *= 1 / unit
    return total(np.abs(rest)), slopes


def _newton(slopes: NDArray[np.float64]) -> Floats:
    """The shift at which a layer's pixels would agree were brightness a plane around each. Shapes: [5, N] -> [2, N]."""
    xx, xy, yy, xr, yr = slopes
    xx, yy = xx + 1e-3, yy + 1e-3
    size = xx * yy - xy * xy
    return np.stack(((yy * xr - xy * yr) / size, (xx * yr - xy * xr) / size)).astype(np.float32)


def _top(scene: DrawnScene) -> NDArray[np.uint16]:
    shape = (scene.height_px, scene.width_px)
    left, most = np.ones(shape, np.float32), np.zeros(shape, np.float32)
    top = np.zeros(shape, np.uint16)
    for number in range(len(scene.layers) - 1, -1, -1):
        layer = scene.layers[number]
        if layer.after or not layer.mask.size:
            continue
        share = left[layer.box] * layer.mask
        left[layer.box] -= share
        mine = share > most[layer.box]
        np.copyto(most[layer.box], share, where=mine)
        np.copyto(top[layer.box], np.uint16(number), where=mine)
    return top


def _middles(scene: DrawnScene) -> dict[str, tuple[float, float, float]]:
    unit = min(scene.width_px, scene.height_px)
    found: dict[str, tuple[float, float, float]] = {}
    for layer in scene.layers:
        rows, columns = layer.box
        if layer.after or not layer.mask.size or layer.mask.size > _LARGE * scene.width_px * scene.height_px:
            continue
        if rows.start == 0 or columns.start == 0 or rows.stop == scene.height_px or columns.stop == scene.width_px:
            continue
        mass = float(layer.mask.sum())
        down = float(layer.mask.sum(1) @ np.arange(rows.start, rows.stop)) / max(mass, 1e-6)
        right = float(layer.mask.sum(0) @ np.arange(columns.start, columns.stop)) / max(mass, 1e-6)
        found[layer.name] = (mass, right / unit, down / unit)
    return found
