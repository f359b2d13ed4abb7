"""A picture as a typesetter sees it: how busy and how light it is, everywhere."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import luminances
from media.sleeve.sheet import SHORT_SIDE, Box, Sheet

MEASURED_PX = 750
"""Contrast is measured with the shorter side scaled to this, as a cover is seen; finer grain than that is averaged."""
_COARSE_PX = 300
_BUSY = 0.13
"""Local deviation of lightness (0-1) that counts as wholly busy: text in it is lost."""


@dataclass(frozen=True)
class Ground:
    """A picture measured once, asked about many places.

    Attributes:
        sheet: the sheet it fills.
        pixels: the picture with the shorter side at 750 px. Shapes: [H, W, 3].
        light: its WCAG luminance, coarse. Shapes: [h, w] of 0-1.
        busy: how busy each spot is, coarse. Shapes: [h, w] of 0-1.
    """

    sheet: Sheet
    pixels: NDArray[np.uint8]
    light: NDArray[np.float32]
    busy: NDArray[np.float32]

    @property
    def scale(self) -> float:
        """Measured pixels to a unit of the sheet."""
        return int(min(self.pixels.shape[:2])) / SHORT_SIDE

    def busyness(self, box: Box) -> float:
        """Mean busyness in a rectangle, 0 (flat) to 1 (a page of print)."""
        return float(self._part(self.busy, box).mean())

    def lights(self, box: Box) -> tuple[float, float]:
        """Darkest and brightest luminance in a rectangle, stray pixels aside (1 % at each end)."""
        low, high = np.percentile(self._part(self.light, box), (1.0, 99.0))
        return float(low), float(high)

    def _part(self, of: NDArray[np.float32], box: Box) -> NDArray[np.float32]:
        scale = min(of.shape) / SHORT_SIDE
        top, left = max(0, int(box.top * scale)), max(0, int(box.left * scale))
        low, right = int(np.ceil(box.low * scale)), int(np.ceil(box.right * scale))
        part = of[top : max(top + 1, low), left : max(left + 1, right)]
        return part if part.size else of[-1:, -1:]


def measured(picture: NDArray[np.uint8]) -> Ground:
    """The picture measured. Shapes: [H, W, 3]."""
    sheet = Sheet.of(picture.shape[1], picture.shape[0])
    small = scaled_to(picture, MEASURED_PX)
    light = luminances(scaled_to(small, _COARSE_PX)).astype(np.float32)
    return Ground(sheet, small, light, busyness_map(small))


def scaled_to(picture: NDArray[np.uint8], short_px: int) -> NDArray[np.uint8]:
    """The picture with its shorter side at so many pixels, by area. Shapes: [H, W, 3] -> [h, w, 3]."""
    from PIL import Image

    height, width = picture.shape[:2]
    if min(height, width) == short_px:
        return picture
    share = short_px / min(height, width)
    size = (max(1, round(width * share)), max(1, round(height * share)))
    way = Image.Resampling.BOX if share < 1 else Image.Resampling.BICUBIC
    return np.asarray(Image.fromarray(np.ascontiguousarray(picture)).resize(size, way, reducing_gap=None), np.uint8)


def busyness_map(pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """How busy each spot of a picture is: deviation of lightness nearby, at two widths. Shapes: [H, W, 3] -> [h, w]."""
    from scipy.ndimage import uniform_filter

    lightness = np.cbrt(luminances(scaled_to(pixels, _COARSE_PX))).astype(np.float32)
    total = np.zeros_like(lightness)
    for reach, weight in ((5, 0.6), (23, 0.4)):
        mean = uniform_filter(lightness, reach)
        spread = np.sqrt(np.maximum(uniform_filter(lightness**2, reach) - mean**2, 0.0))
        total += weight * spread
    return np.asarray(np.clip(total / _BUSY, 0.0, 1.0), np.float32)
