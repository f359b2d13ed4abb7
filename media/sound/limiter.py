"""A look-ahead limiter that holds the true peak, of the wave between the samples too, below a ceiling.

The wave is interpolated to 4x; the gain that each moment needs is widened by a running minimum over the look-ahead
and smoothed by a window of the same length, so it is never above what is needed. It recovers at a constant rate in
dB a second, which makes the release a running minimum too: no loop over samples. An interpolation to 8x then measures
what is left where the wave is close to the ceiling (4x may read 0.7 dB low) and the inner ceiling is lowered by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import correlate1d, maximum_filter1d, minimum_filter1d, uniform_filter1d

from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

LOOK_AHEAD_S = 0.002
RELEASE_DB_S = 90.0
SLOW_SHARE = 0.35
SLOW_RELEASE_DB_S = 9.0
_HALF_TAPS = 16
_SETTLED_DB = 0.005
_MOMENTS_AT_ONCE = 1 << 14
_NEAR_DB = 1.0
"""A wave below half the sample rate rises less than 0.7 dB above its 4x readings (1 / cos(pi / 8))."""


@dataclass(frozen=True)
class Limited:
    """The limited sound float32 [frames, channels] and the largest gain reduction in dB (>= 0)."""

    audio: NDArray[np.float32]
    reduction_db: float


@cache
def _taps(phases: int) -> NDArray[np.float64]:
    """Interpolation filters [phases - 1, 32] for the moments k/phases after each sample; Kaiser-windowed sinc."""
    offsets = np.arange(-_HALF_TAPS + 1, _HALF_TAPS + 1, dtype=np.float64)
    rows = []
    for k in range(1, phases):
        x = k / phases - offsets
        window = np.i0(9.0 * np.sqrt(np.clip(1.0 - (x / _HALF_TAPS) ** 2, 0.0, None))) / np.i0(9.0)
        taps = np.sinc(x) * window
        rows.append(taps / taps.sum())
    return np.stack(rows)


def peak_envelope(audio: NDArray[np.floating], oversampling: int = 4) -> NDArray[np.float64]:
    """The largest absolute value, over channels, of the wave from each sample to the next: float64 [frames]."""
    envelope = np.zeros(audio.shape[0])
    for channel in range(audio.shape[1]):
        wave = np.ascontiguousarray(audio[:, channel], dtype=np.float64)
        np.maximum(envelope, np.abs(wave), out=envelope)
        for taps in _taps(oversampling):
            between = correlate1d(wave, taps, mode="constant", origin=-1)
            np.maximum(envelope, np.abs(between, out=between), out=envelope)
    return envelope


def true_peak_dbtp(audio: NDArray[np.floating], oversampling: int = 8) -> float:
    """The true peak of a sound [frames, channels] in dBTP, from a wave interpolated to 8x; -200 for silence."""
    return _db(float(peak_envelope(audio, oversampling).max(initial=0.0)))


def _db(value: float) -> float:
    return 20.0 * float(np.log10(max(value, 1e-10)))


def _recovering(needed_db: NDArray[np.float64], rate_db_s: float) -> NDArray[np.float64]:
    """The gain that drops at once to `needed_db` and rises by `rate_db_s`: a running minimum along a slope."""
    slope = np.arange(needed_db.size) * (rate_db_s / SAMPLE_RATE_HZ)
    return np.asarray(np.minimum(np.minimum.accumulate(needed_db - slope) + slope, 0.0))


def _gain_db(envelope_db: NDArray[np.float64], ceiling_db: float) -> NDArray[np.float64]:
    """The smooth gain in dB [frames] that keeps an envelope at or below a ceiling."""
    needed = np.minimum(ceiling_db - envelope_db, 0.0)
    # A little of the reduction stays for longer: dense passages then breathe instead of pumping.
    held = np.minimum(_recovering(needed, RELEASE_DB_S), _recovering(SLOW_SHARE * needed, SLOW_RELEASE_DB_S))
    reach = round(LOOK_AHEAD_S * SAMPLE_RATE_HZ)
    lowest = minimum_filter1d(held, 2 * reach + 1)
    half = reach | 1
    return np.asarray(uniform_filter1d(uniform_filter1d(lowest, half), half))


def limit(audio: NDArray[np.floating], ceiling_dbtp: float, *, envelope: NDArray[np.float64] | None = None) -> Limited:
    """The sound with its true peak at or below `ceiling_dbtp`.

    Args:
        audio: [frames, channels], any level.
        ceiling_dbtp: the highest true peak, -30 to 0 dBTP.
        envelope: `peak_envelope(audio)` where it is already known (it scales with gain).

    Raises:
        MediaError: the ceiling is out of its range, or the sound holds a value that is not finite.
    """
    if not -30.0 <= ceiling_dbtp <= 0.0:
        raise MediaError(f"true-peak ceiling {ceiling_dbtp} dBTP is outside -30 to 0: choose e.g. -1.5")
    if not np.isfinite(audio).all():
        raise MediaError("the sound to limit holds values that are not finite: make its stems again")
    if audio.shape[0] == 0:
        return Limited(np.asarray(audio, dtype=np.float32), 0.0)
    if envelope is None:
        envelope = peak_envelope(audio)
    # A peak between two samples is held by the gain of both.
    envelope_db = 20.0 * np.log10(np.maximum(maximum_filter1d(envelope, 3), 1e-10))
    inner_db = ceiling_dbtp - _SETTLED_DB
    for _ in range(4):
        gain_db = _gain_db(envelope_db, inner_db)
        limited = (audio * (10.0 ** (gain_db / 20.0))[:, None]).astype(np.float32)
        near = np.flatnonzero(envelope_db + gain_db > ceiling_dbtp - _NEAR_DB)
        over_db = _db(_peak_at(limited, near)) - ceiling_dbtp
        if over_db <= 0.0:
            break
        inner_db -= over_db + _SETTLED_DB
    else:
        gain_db -= over_db + _SETTLED_DB
        limited *= np.float32(10.0 ** (-(over_db + _SETTLED_DB) / 20.0))
    return Limited(limited, float(-gain_db.min()))


def _peak_at(audio: NDArray[np.float32], moments: NDArray[np.intp]) -> float:
    """The largest absolute value of the 8x wave right after some samples."""
    padded = np.pad(audio, ((_HALF_TAPS - 1, _HALF_TAPS), (0, 0)))
    steps, taps, peak = np.arange(2 * _HALF_TAPS), _taps(8), 0.0
    for start in range(0, moments.size, _MOMENTS_AT_ONCE):
        windows = padded[moments[start : start + _MOMENTS_AT_ONCE, None] + steps].astype(np.float64)
        # einsum, not a matrix product: its sums do not depend on the threads of a linear algebra library.
        peak = max(peak, float(np.abs(np.einsum("mtc,kt->mkc", windows, taps)).max()), float(np.abs(windows).max()))
    return peak
