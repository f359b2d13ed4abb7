"""When a voice is heard to start a vowel: found in the sound alone, to check the times that a singer claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media.voice.source import Floats
from schemas.audio import SyllableTime
from schemas.errors import MediaError

_HOP_S = 0.005
_WINDOW_S = 0.025
_LOWEST_HZ, _HIGHEST_HZ = 70.0, 1000.0
_ANALYSIS_HZ = 11_025
_PERIODIC = 0.55
_LOUD_DB = -32.0
_RISE_DB = 4.0
_APART_S = 0.05
_MATCH_S = 0.25


@dataclass(frozen=True)
class TimingErrors:
    """How far claimed syllable times lie from what is heard.

    `errors_s` holds, for each syllable with an onset heard within a quarter of a second, heard minus claimed;
    `heard_share` is the share of syllables that have one (a vowel that flows out of the one before may have none).
    """

    errors_s: tuple[float, ...]
    heard_share: float

    @property
    def median_s(self) -> float:
        """Median of the absolute errors, in seconds."""
        return float(np.median(np.abs(self.errors_s))) if self.errors_s else float("nan")

    def percentile_s(self, share: float = 95.0) -> float:
        """The absolute error that `share` in 100 of the syllables stay within, in seconds."""
        return float(np.percentile(np.abs(self.errors_s), share)) if self.errors_s else float("nan")


def voicing_onsets(audio: npt.NDArray[np.floating], rate_hz: int) -> Floats:
    """Seconds at which a vowel is heard to start, rising.

    A frame is voiced where it repeats at a period of 70 to 1,000 Hz and is within 32 dB of the loud ones. A vowel
    starts where voicing begins, or where, while it goes on, the band that vowels fill and consonants leave (350 to
    3,500 Hz) grows by 4 dB or more within 40 ms.

    Args:
        audio: mono samples [frames], a voice alone.
        rate_hz: 8,000 to 192,000.

    Raises:
        MediaError: the sound is not mono or the rate is out of bounds.
    """
    if audio.ndim != 1 or not 8_000 <= rate_hz <= 192_000:
        raise MediaError(
            f"sound of shape {audio.shape} at {rate_hz} Hz cannot be searched for onsets: give one channel at "
            "8,000 to 192,000 Hz"
        )
    samples, rate = _reduced(audio, rate_hz)
    frames = _frames(samples, rate)
    if not len(frames):
        return np.zeros(0)
    level, vowel_band, likeness = _measures(frames, rate)
    voiced = (likeness > _PERIODIC) & (level > np.percentile(level, 97) + _LOUD_DB)
    voiced = _median_of_five(voiced)
    starts = [place for place in range(1, len(voiced)) if voiced[place] and not voiced[place - 1]]
    starts += _rises(vowel_band, voiced)
    found: list[float] = []
    for place in sorted(starts):
        time_s = place * _HOP_S
        if not found or time_s - found[-1] > _APART_S:
            found.append(time_s)
    return np.array(found)


def timing_errors(
    syllables: Sequence[SyllableTime], audio: npt.NDArray[np.floating], rate_hz: int = 44_100
) -> TimingErrors:
    """Claimed syllable onsets against the nearest vowel onsets heard in the voice.

    Raises:
        MediaError: see `voicing_onsets`.
    """
    heard = voicing_onsets(audio, rate_hz)
    errors: list[float] = []
    for syllable in syllables:
        if len(heard):
            nearest = float(heard[np.argmin(np.abs(heard - syllable.onset_s))])
            if abs(nearest - syllable.onset_s) <= _MATCH_S:
                errors.append(nearest - syllable.onset_s)
    return TimingErrors(tuple(errors), len(errors) / max(1, len(syllables)))


def _reduced(audio: npt.NDArray[np.floating], rate_hz: int) -> tuple[Floats, int]:
    """The sound at about 11 kHz: averaged over neighbours, for speed."""
    factor = max(1, rate_hz // _ANALYSIS_HZ)
    whole = audio[: len(audio) // factor * factor].astype(np.float64)
    return whole.reshape(-1, factor).mean(axis=1), rate_hz // factor


def _frames(samples: Floats, rate: int) -> Floats:
    """Overlapping windows [count, window] centred on multiples of the hop."""
    window = round(_WINDOW_S * rate)
    padded = np.pad(samples, (window // 2, window))
    count = int(len(samples) / rate / _HOP_S)
    places = np.round(np.arange(count) * _HOP_S * rate).astype(int)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, window)[places])


def _measures(frames: Floats, rate: int) -> tuple[Floats, Floats, Floats]:
    """Level in dB, level of the vowel band in dB, and likeness to itself a period later (0 to 1), each [count]."""
    size = 1 << (2 * frames.shape[1] - 1).bit_length()
    shape = np.hanning(frames.shape[1])
    window_likeness = np.fft.irfft(np.abs(np.fft.rfft(shape, size)) ** 2)
    low, high = int(rate / _HIGHEST_HZ), min(int(rate / _LOWEST_HZ), frames.shape[1] * 2 // 3)
    hertz = np.fft.rfftfreq(size, 1.0 / rate)
    band = (hertz >= 350.0) & (hertz <= 3_500.0)
    levels, bands, likenesses = [], [], []
    for block in np.array_split(frames, max(1, len(frames) // 2048)):
        power = np.abs(np.fft.rfft(block * shape, size)) ** 2
        own = np.fft.irfft(power, axis=1)
        relative = own[:, low:high] / window_likeness[low:high] * window_likeness[0]
        likenesses.append(np.max(relative, axis=1) / np.maximum(own[:, 0], 1e-12))
        levels.append(10.0 * np.log10(own[:, 0] + 1e-12))
        bands.append(10.0 * np.log10(np.sum(power[:, band], axis=1) / size + 1e-12))
    return np.concatenate(levels), np.concatenate(bands), np.concatenate(likenesses)


def _median_of_five(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    padded = np.pad(flags.astype(int), 2)
    return np.asarray(np.convolve(padded, np.ones(5, dtype=int), mode="valid") >= 3)


def _rises(level_db: Floats, voiced: npt.NDArray[np.bool_]) -> list[int]:
    """Frames inside voicing where the level rises steepest, 4 dB or more over 40 ms."""
    reach = round(0.02 / _HOP_S)
    rise = np.zeros(len(level_db))
    rise[reach:-reach] = level_db[2 * reach :] - level_db[: -2 * reach]
    places = []
    for place in range(2 * reach, len(rise) - 2 * reach):
        around = rise[place - 2 * reach : place + 2 * reach + 1]
        if rise[place] >= _RISE_DB and rise[place] == np.max(around) and np.all(voiced[place - 4 : place + 4]):
            places.append(place)
    return places
