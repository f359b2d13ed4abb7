"""Graduated shades and tints: the light behind words drawn down or up, over so wide a slope that it is hardly seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import hue_chroma, oklch
from media.sleeve.sheet import SHORT_SIDE, Box, Sheet

MOST_SHADE = 0.62
"""A shade stronger than this is no longer soft: words get a plate instead."""
_COARSE_PX = 150
_BAND = 256


@dataclass(frozen=True)
class Shade:
    """A colour laid over a picture, thinning out from the words.

    Attributes:
        field: where it lies, coarse. Shapes: [h, w] of 0-1.
        colour: '#rrggbb'.
        amount: how much of it covers the picture where the field is 1, 0 to 1.
    """

    field: NDArray[np.float32]
    colour: str
    amount: float


def slope(sheet: Sheet, box: Box, *, wide: bool) -> NDArray[np.float32]:
    """1 over a box, falling softly to 0 away from it; a wide box near an edge shades the whole edge. Shapes: [h, w].

    Args:
        sheet: the sheet.
        box: where words stand.
        wide: shade from the nearest edge rather than around the box.
    """
    share = _COARSE_PX / SHORT_SIDE
    height, width = round(sheet.high * share), round(sheet.wide * share)
    y = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / share
    x = (np.arange(width, dtype=np.float32)[None, :] + 0.5) / share
    reach = 0.26 * SHORT_SIDE
    if wide:
        edges = {
            "top": (box.low, np.maximum(0.0, y - box.low) + 0 * x),
            "bottom": (sheet.high - box.top, np.maximum(0.0, box.top - y) + 0 * x),
            "left": (box.right, np.maximum(0.0, x - box.right) + 0 * y),
            "right": (sheet.wide - box.left, np.maximum(0.0, box.left - x) + 0 * y),
        }
        deep, away = min(edges.values(), key=lambda each: each[0])
        if deep <= 0.62 * min(sheet.wide, sheet.high):
            return _eased(1.0 - away / max(reach, 0.9 * deep))
    right, left = np.maximum(0.0, x - box.right), np.maximum(0.0, box.left - x)
    under, over = np.maximum(0.0, y - box.low), np.maximum(0.0, box.top - y)
    around = np.hypot(right + left, under + over)
    return _eased(1.0 - around / max(0.6 * reach, 0.7 * min(box.wide, box.high)))


def shaded(pixels: NDArray[np.uint8], shade: Shade, *, seed: int = 0) -> None:
    """Lay a shade on a picture in place, with a trace of noise so that no bands show. Shapes: [H, W, 3]."""
    from PIL import Image

    height, width = pixels.shape[:2]
    tint = np.array([int(shade.colour[at : at + 2], 16) for at in (1, 3, 5)], np.float32)
    field = Image.fromarray(shade.field)
    noise = np.random.default_rng(seed).random((_BAND, width, 1), np.float32)
    rows = shade.field.shape[0] / height
    for top in range(0, height, _BAND):
        low = min(height, top + _BAND)
        part = field.resize(
            (width, low - top), Image.Resampling.BICUBIC, box=(0.0, top * rows, shade.field.shape[1], low * rows)
        )
        cover = np.clip(np.asarray(part, np.float32), 0.0, 1.0)[..., None] * shade.amount
        if not cover.any():
            continue
        under = pixels[top:low]
        under[:] = np.clip(under * (1 - cover) + tint * cover + noise[: low - top], 0, 255).astype(np.uint8)


def shade_colour(region: NDArray[np.uint8], *, dark: bool) -> str:
    """The colour of a shade or tint that looks like the picture's own shadow or haze. Shapes: region [n, 3].

    It takes the hue of the darker half of what it lies on (the lighter half, for a tint), so that a sky deepens.
    """
    if not len(region):
        return "#101218" if dark else "#f4f1ea"
    light = region.astype(np.float32).sum(axis=1)
    half = region[light <= np.median(light)] if dark else region[light >= np.median(light)]
    mean = "#" + "".join(f"{round(float(value)):02x}" for value in half.mean(axis=0))
    hue, chroma = hue_chroma(mean)
    return oklch(0.17, min(0.07, chroma), hue) if dark else oklch(0.95, min(0.035, chroma), hue)


def _eased(values: NDArray[np.float32]) -> NDArray[np.float32]:
    share = np.clip(values, 0.0, 1.0)
    return np.asarray(share * share * (3 - 2 * share), np.float32)
