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
    rest = _rest(here, there, top, best)
    error = _totals(top, np.abs(rest), len(layers))
    for one in (drift, middles):
        if np.array_equal(one, best):
            continue
        found = _totals(top, np.abs(_rest(here, there, top, one)), len(layers))
        better = found < _BETTER * error
        best[:, better], error[better] = one[:, better], found[better]
    if best.any():
        rest = _rest(here, there, top, best)
    further = np.clip(best + _newton(here, top, rest, len(layers)), -_FARTHEST, _FARTHEST)
    found = _totals(top, np.abs(_rest(here, there, top, further)), len(layers))
    return np.where(found < _BETTER * error, further, best).astype(np.float32)


def _rest(here: Moment, there: Moment, top: NDArray[np.uint16], steps: Floats) -> Floats:
    """What is left between the drawings once every layer is shifted. Shapes: [2, layers] -> [h, w]."""
    height, width = top.shape
    unit = np.float32(min(here.scene.width_px, here.scene.height_px) / _EVERY_PX)
    rows, columns = np.ogrid[:height, :width]
    places = np.stack((columns - steps[0, top] * unit, rows - steps[1, top] * unit))
    return np.asarray(seen(there.grey[None], places.astype(np.float32))[0] - here.grey, np.float32)


def _totals(top: NDArray[np.uint16], values: Floats, count: int) -> NDArray[np.float64]:
    """The sum of some values over the pixels of each layer. Shapes: [h, w], [h, w] -> [count]."""
    return np.asarray(np.bincount(top.ravel(), weights=values.ravel(), minlength=count), np.float64)


def _newton(here: Moment, top: NDArray[np.uint16], rest: Floats, count: int) -> Floats:
    """The shift at which a layer's pixels would agree were brightness a plane around each. Shapes: -> [2, count]."""
    unit = min(here.scene.width_px, here.scene.height_px) / _EVERY_PX
    across, down = here.grey.copy(), here.grey.copy()
    across[:, 1:-1] = (here.grey[:, 2:] - here.grey[:, :-2]) / 2
    down[1:-1] = (here.grey[2:] - here.grey[:-2]) / 2
    across[:, [0, -1]], down[[0, -1]] = 0.0, 0.0
    xx, xy, yy = (_totals(top, one, count) for one in (across * across, across * down, down * down))
    xr, yr = (_totals(top, one * rest, count) for one in (across, down))
    xx, yy = xx + 1e-3, yy + 1e-3
    size = (xx * yy - xy * xy) * unit
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
