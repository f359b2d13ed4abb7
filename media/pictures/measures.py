"""What can be measured on a picture without knowing what it shows. Takes are ranked and near-copies found by these.

Pictures are uint8 of [height, width, 3] in sRGB; grey is luma by ITU-R BT.601, 0..1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

SHARPNESS_PX = 512
"""The longer side to which a picture is shrunk before its sharpness is measured."""
_TILES_PX = 256
_TILE_PX = 16
_FLAT_SPREAD = 2 / 255
_BINS = 8


@dataclass(frozen=True)
class PictureMeasures:
    """Figures of one picture; each is described at the function of its name."""

    sharpness: float
    tonal_contrast: float
    tonal_range: float
    colourfulness: float
    entropy: float
    blankness: float


def measure(pixels: NDArray[np.uint8]) -> PictureMeasures:
    """All figures of a picture. Shapes: pixels [height, width, 3]."""
    return PictureMeasures(
        sharpness=sharpness(pixels),
        tonal_contrast=tonal_contrast(pixels),
        tonal_range=tonal_range(pixels),
        colourfulness=colourfulness(pixels),
        entropy=entropy(pixels),
        blankness=blankness(pixels),
    )


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Luma by BT.601, 0..1. Shapes: [height, width, 3] to [height, width]."""
    luma: NDArray[np.float64] = pixels @ (np.array([0.299, 0.587, 0.114]) / 255)
    return luma


def scaled(pixels: NDArray[np.uint8], width_px: int, height_px: int) -> NDArray[np.uint8]:
    """The picture at another size, each pixel the mean of those it covers. Shapes: to [height_px, width_px, 3]."""
    from PIL import Image

    picture = Image.fromarray(np.ascontiguousarray(pixels))
    return np.asarray(picture.resize((width_px, height_px), Image.Resampling.BOX), dtype=np.uint8)


def sharpness(pixels: NDArray[np.uint8]) -> float:
    """The variance of the Laplacian (Pech-Pacheco et al., *Diatom autofocusing in brightfield microscopy*, 2000).

    Measured on grey of 0..255 at 512 px on the longer side (smaller pictures as they are), so that pictures of any
    size compare: 0 flat, below 50 soft, 100-1500 usual, above 5000 noise. Shapes: pixels [height, width, 3].
    """
    light = 255 * grey(_shrunk(pixels, SHARPNESS_PX))
    if min(light.shape) < 3:
        return 0.0
    inner = light[1:-1, 1:-1]
    around = light[:-2, 1:-1] + light[2:, 1:-1] + light[1:-1, :-2] + light[1:-1, 2:]
    return float(np.var(around - 4 * inner))


def tonal_contrast(pixels: NDArray[np.uint8]) -> float:
    """RMS contrast, the standard deviation of grey (Peli, *Contrast in complex images*, 1990): 0 flat .. 0.5 half
    black, half white. Shapes: pixels [height, width, 3].
    """
    return float(np.std(grey(_shrunk(pixels, SHARPNESS_PX))))


def tonal_range(pixels: NDArray[np.uint8]) -> float:
    """From the 5th to the 95th hundredth of grey, 0..1: how much of the scale is used, spots aside.

    Shapes: pixels [height, width, 3].
    """
    dark, light = np.percentile(grey(_shrunk(pixels, SHARPNESS_PX)), (5, 95))
    return float(light - dark)


def colourfulness(pixels: NDArray[np.uint8]) -> float:
    """M3 of Hasler and Süsstrunk, *Measuring colourfulness in natural images* (2003): 0 grey, 15 slightly, 33
    moderately, 59 quite, 109 extremely colourful; at most about 190. Shapes: pixels [height, width, 3].
    """
    red, green, blue = np.moveaxis(_shrunk(pixels, SHARPNESS_PX).astype(np.float64), -1, 0)
    red_green, yellow_blue = red - green, (red + green) / 2 - blue
    spread = np.hypot(np.std(red_green), np.std(yellow_blue))
    centre = np.hypot(np.mean(red_green), np.mean(yellow_blue))
    return float(spread + 0.3 * centre)


def entropy(pixels: NDArray[np.uint8]) -> float:
    """Shannon's entropy of grey in 256 steps (*A mathematical theory of communication*, 1948): 0 flat .. 8 bits.

    Shapes: pixels [height, width, 3].
    """
    levels = np.rint(255 * grey(_shrunk(pixels, SHARPNESS_PX))).astype(np.int64)
    share = np.bincount(levels.ravel(), minlength=256) / levels.size
    present = share[share > 0]
    return float(-(present * np.log2(present)).sum() + 0.0)


def blankness(pixels: NDArray[np.uint8]) -> float:
    """How much of the picture shows nothing: the share of tiles (16 x 16 at 256 x 256) in which no channel varies by
    more than 2 of 255 steps (standard deviation), 0..1. Large areas of one colour count, so a flat design is blank
    by this measure too. Shapes: pixels [height, width, 3].
    """
    square = scaled(pixels, _TILES_PX, _TILES_PX) / 255.0
    count = _TILES_PX // _TILE_PX
    tiles = square.reshape(count, _TILE_PX, count, _TILE_PX, 3)
    return float(np.mean(tiles.std(axis=(1, 3)).max(axis=-1) < _FLAT_SPREAD))


def histogram_distance(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    """One less the intersection of colour histograms (Swain and Ballard, *Color indexing*, 1991), 8 x 8 x 8 bins of
    RGB: 0 the same colours in the same shares .. 1 none in common. Shapes: each [height, width, 3].
    """
    return float(1 - np.minimum(_histogram(one), _histogram(other)).sum())


def collapse(pictures: Sequence[NDArray[np.uint8]]) -> float:
    """How alike the pictures of a set are: 0 as different as unrelated ones, 1 all the same; 0 of fewer than two.

    One less the mean, over all pairs, of the bits in which their perceptual hashes differ, in parts of 32.
    Shapes: each [height, width, 3].
    """
    from media.pictures.hashing import hamming, perceptual_hash

    hashes = [perceptual_hash(picture) for picture in pictures]
    pairs = [hamming(one, other) for one, other in combinations(hashes, 2)]
    return max(0.0, 1 - sum(pairs) / len(pairs) / 32) if pairs else 0.0


def _histogram(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    small = _shrunk(pixels, _TILES_PX).reshape(-1, 3).astype(np.int64) * _BINS // 256
    places = (small[:, 0] * _BINS + small[:, 1]) * _BINS + small[:, 2]
    return np.bincount(places, minlength=_BINS**3) / len(places)


def _shrunk(pixels: NDArray[np.uint8], longest_px: int) -> NDArray[np.uint8]:
    height, width = pixels.shape[:2]
    longest = max(height, width)
    if longest <= longest_px:
        return pixels
    return scaled(pixels, max(1, round(width * longest_px / longest)), max(1, round(height * longest_px / longest)))
