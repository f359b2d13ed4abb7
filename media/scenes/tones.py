"""Colours between colours, and light that falls on things from one side."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from media.scenes.layers import Floats
from media.scenes.stage import Stage


def mix(one: Floats, other: Floats, share: ArrayLike) -> Floats:
    """Colours `share` (0-1) of the way from one to another. Shapes: [..., 3], [..., 3], [...] -> [..., 3]."""
    weight = np.clip(np.asarray(share, np.float32), 0.0, 1.0)
    rest = 1 - weight
    mixed = np.empty((*np.broadcast_shapes(weight.shape, one.shape[:-1], other.shape[:-1]), 3), np.float32)
    for channel in range(3):
        # A channel at a time: numpy is slow where the last axis is as short as a colour.
        np.add(one[..., channel] * rest, other[..., channel] * weight, out=mixed[..., channel])
    return mixed


def ramp(stage: Stage, share: ArrayLike, *names: str) -> Floats:
    """Colours along several colours of the scene, evenly spaced: 0 is the first, 1 the last. Shapes: [...] -> [..., 3].

    Args:
        stage: whose colours.
        share: where on the ramp, 0 to 1.
        names: names of colours, or '#rrggbb', two or more.
    """
    given = np.clip(np.asarray(share, np.float32), 0.0, 1.0)
    colours = np.stack([stage.colour(name) for name in names])
    steps = np.linspace(0, 1, len(names))
    return np.stack([np.interp(given, steps, colours[:, channel]) for channel in range(3)], -1).astype(np.float32)


def side_light(stage: Stage, x: float, y: float, span: float, *, from_deg: float = 210.0) -> Floats:
    """How lit a round thing is at every place: 1 on the side of the light, 0 on the far one. Shapes: [H, W].

    Args:
        stage: where to.
        x: middle of the thing.
        y: middle of the thing.
        span: its half width, in units.
        from_deg: where the light comes from; 0 is the right, 90 below, 270 above.
    """
    turn = np.deg2rad(from_deg)
    along = ((stage.x - x) * np.cos(turn) + (stage.y - y) * np.sin(turn)) / span
    share = np.clip(0.5 + 0.5 * along, 0, 1)
    return np.asarray(share * share * (3 - 2 * share), np.float32)


def shines(stage: Stage) -> bool:
    """Whether sun or moon get through: things have a light side and cast a shadow."""
    return stage.scene.weather in ("clear", "cloudy", "mist")
