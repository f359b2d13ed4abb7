"""A picture inside a window with paper or colour around it, cut so that what it shows most of stays in."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from media.sleeve.ground import Ground
from media.sleeve.sheet import Box, Sheet

_STEPS = 9
_CENTRED = 0.06
"""How much busyness a cut has to gain for moving all the way from a little above the middle."""
_HIGH = 0.4


def best_cut(ground: Ground, window: Box) -> tuple[float, float]:
    """Where to cut a picture to a window's shape: shares of the spare width and height that fall away before it."""
    high, wide = ground.busy.shape
    share = min(wide / window.wide, high / window.high)
    kept_wide, kept_high = round(window.wide * share), round(window.high * share)
    return (
        _best(ground.busy.mean(axis=0), kept_wide, 0.5),
        _best(ground.busy.mean(axis=1), kept_high, _HIGH),
    )


def fitted_to(
    picture: NDArray[np.uint8], size_px: tuple[int, int], at: tuple[float, float] = (0.5, 0.5)
) -> NDArray[np.uint8]:
    """A copy of the picture, cut to the shape of a size and scaled to it. Shapes: [H, W, 3] -> [h, w, 3].

    Args:
        picture: the picture.
        size_px: width and height wanted.
        at: shares of the spare width and height that fall away at the left and above.
    """
    from PIL import Image

    height, width = picture.shape[:2]
    wide, high = size_px
    if (width, height) == (wide, high):
        return np.array(picture, np.uint8)
    share = min(width / wide, height / high)
    left, top = at[0] * (width - wide * share), at[1] * (height - high * share)
    box = (max(0.0, left), max(0.0, top), min(width, left + wide * share), min(height, top + high * share))
    image = Image.fromarray(np.ascontiguousarray(picture, np.uint8))
    return np.array(image.resize(size_px, Image.Resampling.LANCZOS, box=box), np.uint8)


def windowed(
    picture: NDArray[np.uint8], window: Box, around: str, sheet: Sheet, at: tuple[float, float]
) -> NDArray[np.uint8]:
    """The picture inside its window, a colour around it. Shapes: [H, W, 3].

    Args:
        picture: the whole picture, of the sheet's shape.
        window: where it shows.
        around: '#rrggbb'.
        sheet: the sheet.
        at: where it is cut, as `best_cut` says.
    """
    scale = picture.shape[1] / sheet.wide
    top, low = round(window.top * scale), round(window.low * scale)
    left, right = round(window.left * scale), round(window.right * scale)
    framed = np.empty_like(picture)
    framed[:] = [int(around[place : place + 2], 16) for place in (1, 3, 5)]
    framed[top:low, left:right] = fitted_to(picture, (right - left, low - top), at)[: framed.shape[0] - top]
    return framed


def _best(busy: NDArray[np.float32], kept: int, middle: float) -> float:
    spare = len(busy) - kept
    if spare <= 1:
        return 0.5
    tries = np.linspace(0.0, 1.0, _STEPS)
    worth = [
        float(busy[round(share * spare) : round(share * spare) + kept].mean()) - _CENTRED * abs(share - middle)
        for share in tries
    ]
    return float(tries[int(np.argmax(worth))])
