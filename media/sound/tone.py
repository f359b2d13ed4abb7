"""The balance of lows, middle and highs: measured in six wide bands and brought gently towards a usual one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.sound.filters import Band, equalize
from schemas.audio import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

EDGES_HZ = (35.0, 110.0, 300.0, 800.0, 2200.0, 5500.0, 14_000.0)
_WINDOW = 8192
_FILTERS = (
    Band("low_shelf", 110.0),
    Band("peak", 185.0, q=0.8),
    Band("peak", 490.0, q=0.8),
    Band("peak", 1330.0, q=0.8),
    Band("peak", 3500.0, q=0.8),
    Band("high_shelf", 6500.0),
)


@dataclass(frozen=True)
class Balance:
    """A balance to come closer to: energy of the six bands in dB (against each other), the share of the way to go
    (0-1) and the most to change a band, in dB. A band given as None is left as it is.
    """

    bands_db: tuple[float | None, ...]
    share: float = 0.6
    most_db: float = 3.0


MASTER = Balance((0.0, -1.5, -4.5, -8.5, -13.5, -20.5))
"""Near the long-term spectrum of popular recordings, a little brighter for small speakers."""

VOICE = Balance((None, None, 0.0, -4.0, -10.5, -16.5), share=0.7, most_db=5.0)
"""A singing voice that is clear, not piercing."""


def band_levels_db(audio: NDArray[np.floating]) -> NDArray[np.float64]:
    """Energy of a sound [frames, channels] in each of the six bands, in dB: float64 [6]."""
    mono = np.asarray(audio, dtype=np.float64).mean(axis=1)
    mono = np.pad(mono, (0, -mono.size % _WINDOW)).reshape(-1, _WINDOW)
    power = np.square(np.abs(np.fft.rfft(mono * np.hanning(_WINDOW), axis=1))).mean(axis=0)
    hz = np.fft.rfftfreq(_WINDOW, 1.0 / SAMPLE_RATE_HZ)
    edges = np.searchsorted(hz, EDGES_HZ)
    levels = [power[low:high].sum() for low, high in zip(edges[:-1], edges[1:], strict=True)]
    return np.asarray(10.0 * np.log10(np.maximum(levels, 1e-12)))


def correction(levels_db: NDArray[np.float64], balance: Balance) -> tuple[Band, ...]:
    """The filters that bring measured levels towards a balance; bands 40 dB too low hold nothing to raise."""
    known = [number for number, wanted in enumerate(balance.bands_db) if wanted is not None]
    wanted = np.array([balance.bands_db[number] for number in known], dtype=np.float64)
    missing = wanted - levels_db[known]
    missing -= np.median(missing)
    bands = []
    for number, change in zip(known, missing.tolist(), strict=True):
        gain_db = 0.0 if change > 40.0 else min(max(balance.share * change, -balance.most_db), balance.most_db)
        kind = _FILTERS[number]
        if abs(gain_db) >= 0.1:
            bands.append(Band(kind.kind, kind.hz, round(gain_db, 2), kind.q))
    return tuple(bands)


def balanced(audio: NDArray[np.float64], balance: Balance) -> NDArray[np.float64]:
    """The sound [frames, channels] with its bands brought towards a balance."""
    return equalize(audio, correction(band_levels_db(audio), balance))
