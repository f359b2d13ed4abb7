"""Perceptual hashes: 64 bits that change little when a picture is scaled, recompressed or lightly retouched.

Two unrelated pictures differ in about 32 bits. Up to 10 is the usual sign of a copy (Zauner 2010); cropping, turning
and mirroring are not seen through, save mirroring where `mirrored_hash` is compared too.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from media.pictures.measures import grey, scaled

HASH_BITS = 64
COPY_BITS = 10
"""Two pictures whose perceptual hashes differ in no more bits are taken for copies of each other."""
_SIDE_PX = 32
_LOW = 8
_FLAT = 1e-3


def perceptual_hash(pixels: NDArray[np.uint8]) -> int:
    """The DCT hash of C. Zauner, *Implementation and benchmarking of perceptual image hash functions* (2010), 64 bits.

    Grey, 32 x 32; of the two-dimensional DCT, the 8 x 8 lowest frequencies without the constant row and column; each
    bit says whether one lies above their median. A flat picture has the hash 0. Shapes: pixels [height, width, 3].
    """
    return _bits_of(_low_frequencies(pixels))


def mirrored_hash(pixels: NDArray[np.uint8]) -> int:
    """The perceptual hash that the picture has when left and right are exchanged. Shapes: pixels [height, width, 3]."""
    return _bits_of(_low_frequencies(pixels) * np.where(np.arange(1, _LOW + 1) % 2, -1.0, 1.0))


def difference_hash(pixels: NDArray[np.uint8]) -> int:
    """The gradient hash of N. Krawetz, *Kind of like that* (2013), 64 bits: grey, 9 x 8, is each pixel darker than the
    one to its right. Shapes: pixels [height, width, 3].
    """
    small = grey(scaled(pixels, 9, 8))
    return _packed(small[:, :-1] < small[:, 1:])


def hamming(one: int, other: int) -> int:
    """How many of the 64 bits differ, 0..64."""
    return (one ^ other).bit_count()


def nearest(wanted: int, others: Sequence[int] | NDArray[np.uint64]) -> tuple[int, int]:
    """The place and the distance in bits of the hash nearest to `wanted`, the first among equals; (-1, 64) of none."""
    if not len(others):
        return -1, HASH_BITS
    distances = np.bitwise_count(np.asarray(others, dtype=np.uint64) ^ np.uint64(wanted))
    place = int(np.argmin(distances))
    return place, int(distances[place])


def _low_frequencies(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    small = grey(scaled(pixels, _SIDE_PX, _SIDE_PX))
    basis = _cosines()
    found: NDArray[np.float64] = basis @ small @ basis.T
    return found


@lru_cache(maxsize=1)
def _cosines() -> NDArray[np.float64]:
    """Frequencies 1..8 of the DCT-II of 32 values. Shapes: [8, 32]."""
    frequencies, places = np.arange(1, _LOW + 1)[:, None], np.arange(_SIDE_PX)[None, :]
    return np.cos(np.pi * frequencies * (2 * places + 1) / (2 * _SIDE_PX))


def _bits_of(frequencies: NDArray[np.float64]) -> int:
    settled = np.where(np.abs(frequencies) < _FLAT, 0.0, frequencies)
    return _packed(settled > np.median(settled))


def _packed(bits: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(bits.ravel()).tobytes(), "big")
