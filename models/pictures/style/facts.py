"""What can be measured of a picture that art direction needs: how light, how colourful, how warm, how rough.

Colours are measured in OKLab (Ottosson 2020), where equal steps look equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_LMS_FROM_RGB = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ],
    np.float32,
)
_LAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ],
    np.float32,
)
_WARMEST_HUE_DEG = 60.0
_THUMB_PX = 64
_ROUNDS = 12


@dataclass(frozen=True)
class PictureFacts:
    """Measures of a picture; colours in OKLab."""

    lightness: float
    """Mean, 0 black to 1 white."""
    chroma: float
    """Mean, 0 grey to about 0.3."""
    hue_deg: float
    """Of the mean colour, 0 to 360: 30 red, 90 yellow, 140 green, 260 blue."""
    warmth: float
    """Mean chroma towards orange (above 0) or blue (below), about -0.15 to 0.15."""
    contrast: float
    """Standard deviation of lightness."""
    roughness: float
    """Root mean square of lightness in details under about 4 pixels, at the size that was measured."""
    palette: tuple[str, ...]
    """Five colours as #rrggbb, the most used first."""


def oklab(picture: Floats) -> Floats:
    """Lightness, a and b of sRGB. Shapes: [..., 3] in 0..1 -> [..., 3]."""
    linear = np.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4).astype(np.float32)
    lab: Floats = np.cbrt(linear @ _LMS_FROM_RGB.T) @ _LAB_FROM_LMS.T
    return lab


def measure(picture: Floats) -> PictureFacts:
    """The facts of a picture. Shapes: picture [H, W, 3] in 0..1, at least 8 x 8."""
    lab = oklab(picture)
    lightness, a, b = (lab[..., index] for index in range(3))
    warmest = np.deg2rad(_WARMEST_HUE_DEG)
    return PictureFacts(
        lightness=round(float(lightness.mean()), 4),
        chroma=round(float(np.hypot(a, b).mean()), 4),
        hue_deg=round(float(np.degrees(np.arctan2(b.mean(), a.mean())) % 360), 1),
        warmth=round(float((a * np.cos(warmest) + b * np.sin(warmest)).mean()), 4),
        contrast=round(float(lightness.std()), 4),
        roughness=round(float(np.sqrt(np.mean(detail(lightness) ** 2))), 4),
        palette=_palette(picture, lab),
    )


def detail(lightness: Floats) -> Floats:
    """What a blur over 5 x 5 pixels takes away. Shapes: [H, W] -> [H, W]."""
    from scipy.ndimage import uniform_filter

    blurred: Floats = uniform_filter(lightness, 5, mode="nearest")
    return lightness - blurred


def _palette(picture: Floats, lab: Floats) -> tuple[str, ...]:
    """Five colours by k-means in OKLab on a thinned picture, from centres as far apart as can be: no chance enters."""
    step = max(1, min(picture.shape[:2]) // _THUMB_PX)
    colours, points = picture[::step, ::step].reshape(-1, 3), lab[::step, ::step].reshape(-1, 3)
    centres = [points.mean(0)]
    while len(centres) < 5:
        gaps = np.min([((points - centre) ** 2).sum(1) for centre in centres], axis=0)
        centres.append(points[int(np.argmax(gaps))])
    middle = np.stack(centres)
    for _ in range(_ROUNDS):
        nearest = ((points[:, None] - middle[None]) ** 2).sum(2).argmin(1)
        middle = np.stack([points[nearest == k].mean(0) if (nearest == k).any() else middle[k] for k in range(5)])
    counts = np.bincount(nearest, minlength=5)
    order = sorted(range(5), key=lambda k: -int(counts[k]))
    return tuple(_hex(colours[nearest == k].mean(0)) for k in order if counts[k])


def _hex(colour: Floats) -> str:
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in colour)
