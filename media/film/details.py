"""What is drawn over a painted frame: rain, snow, stars, lit windows, as light and as how much that hides.

A frame is `painted * (1 - veil) + light`; light comes already times its own mask. Shapes: [4, H, W], the veil last.
"""

from __future__ import annotations

import numpy as np

from media.film.pulse import Floats
from media.scenes.layers import DrawnScene
from media.scenes.sky import lay_weather
from media.scenes.stage import Stage
from schemas.scene import Scene

_FALLING = ("rain", "snow")


def after_of(scene: DrawnScene, *, less_falling: bool = False) -> Floats | None:
    """What a drawing has that is drawn after painting; None where it has nothing. Shapes: -> [4, H, W].

    Args:
        scene: the drawing.
        less_falling: without its last layer where that is rain or snow.
    """
    layers = scene.details
    if less_falling and falls(scene):
        layers = layers[:-1]
    if not layers:
        return None
    found = np.zeros((4, scene.height_px, scene.width_px), np.float32)
    for layer in layers:
        part = found[:, layer.box[0], layer.box[1]]
        colour = layer.paint.transpose(2, 0, 1) if layer.paint.ndim == 3 else layer.paint[:, None, None]
        part *= 1.0 - layer.mask
        part[:3] += colour * layer.mask
        part[3] += layer.mask
    return found


def falls(scene: DrawnScene) -> bool:
    """Whether rain or snow falls before everything else, so that it can be drawn alone."""
    return bool(scene.layers) and scene.layers[-1].name in _FALLING


def falling_of(scene: Scene, drawn: DrawnScene, t_s: float) -> Floats | None:
    """The rain or snow of a scene at a time, at the size of a drawing of it; None where none falls before everything.

    Shapes: -> [4, H, W].
    """
    if not falls(drawn):
        return None
    stage = Stage(scene, drawn.width_px, drawn.height_px, t_s)
    lay_weather(stage)
    return after_of(stage.drawn())


def over(upper: Floats | None, lower: Floats | None) -> Floats | None:
    """One of them laid over the other. Shapes: [4, H, W], [4, H, W] -> [4, H, W]."""
    if upper is None or lower is None:
        return lower if upper is None else upper
    return np.asarray(upper + lower * (1.0 - upper[3]), np.float32)
