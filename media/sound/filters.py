"""Second-order filters (Bristow-Johnson's Audio EQ Cookbook) as rows of second-order sections for scipy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.signal import sosfilt

from schemas.audio import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Kind = Literal["high_pass", "low_pass", "low_shelf", "high_shelf", "peak"]


@dataclass(frozen=True)
class Band:
    """One filter: its kind, corner or centre in Hz (20-20,000), gain in dB (shelves and peaks) and Q."""

    kind: Kind
    hz: float
    gain_db: float = 0.0
    q: float = 0.707


def section(band: Band) -> NDArray[np.float64]:
    """The filter's six coefficients b0 b1 b2 1 a1 a2 at 44,100 Hz."""
    w = 2.0 * math.pi * band.hz / SAMPLE_RATE_HZ
    cos, alpha = math.cos(w), math.sin(w) / (2.0 * band.q)
    a = 10.0 ** (band.gain_db / 40.0)
    if band.kind == "high_pass":
        row = ((1 + cos) / 2, -(1 + cos), (1 + cos) / 2, 1 + alpha, -2 * cos, 1 - alpha)
    elif band.kind == "low_pass":
        row = ((1 - cos) / 2, 1 - cos, (1 - cos) / 2, 1 + alpha, -2 * cos, 1 - alpha)
    elif band.kind == "peak":
        row = (1 + alpha * a, -2 * cos, 1 - alpha * a, 1 + alpha / a, -2 * cos, 1 - alpha / a)
    else:
        # A high shelf is a low shelf with the sign of cos turned, in b1 and a1 too.
        sign = 1.0 if band.kind == "low_shelf" else -1.0
        c, root = sign * cos, 2.0 * math.sqrt(a) * alpha
        row = (
            a * ((a + 1) - (a - 1) * c + root),
            sign * 2 * a * ((a - 1) - (a + 1) * c),
            a * ((a + 1) - (a - 1) * c - root),
            (a + 1) + (a - 1) * c + root,
            sign * -2 * ((a - 1) + (a + 1) * c),
            (a + 1) + (a - 1) * c - root,
        )
    return np.array(row) / row[3]


def equalize(audio: NDArray[np.floating], bands: Sequence[Band]) -> NDArray[np.float64]:
    """The sound through every band in turn: float64, the same shape [frames] or [frames, channels]."""
    if not bands:
        return np.asarray(audio, dtype=np.float64)
    sections = np.stack([section(band) for band in bands])
    return np.asarray(sosfilt(sections, np.asarray(audio, dtype=np.float64), axis=0))
