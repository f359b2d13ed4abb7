"""From a fitted line to sound: the spoken spectra laid along the notes, levelled, coloured and sung by WORLD."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media.voice.contour import SungNote, dynamics_db, pitch_contour, smoothed, wander
from media.voice.fit import Fitted
from media.voice.source import FRAME_S, Floats, SpokenLine
from schemas.audio import SAMPLE_RATE_HZ

_MARGIN_S = 0.1
_SILENT_LOG_POWER = np.log(1e-12)
_DB = np.log(10.0) / 10.0
_EXTRAPOLATE_FROM_HZ = 9_500.0
_LEVELLED = 0.85
_HELD_UP_DB = 6.0
_LEVEL_DB = 18.0


@dataclass(frozen=True)
class Manner:
    """How a line is sung: section energy 0 to 1, cents of detuning, and a factor on all formants."""

    energy: float
    detune_cents: float = 0.0
    formants: float = 1.0


def sing_line(
    line: SpokenLine, fitted: Sequence[Fitted], notes: Sequence[SungNote], manner: Manner, rng: np.random.Generator
) -> tuple[float, Floats]:
    """The second a line's sound starts at, and its samples [frames] at 44,100 Hz, not yet at a set level."""
    import pyworld

    start_s = fitted[0].start_s - _MARGIN_S
    times = start_s + np.arange(int((fitted[-1].end_s - start_s + 2 * _MARGIN_S) / FRAME_S), dtype=np.float64) * FRAME_S
    log_power, aperiodicity, voiced = _along(line, fitted, times)
    pitch = pitch_contour(times, notes, rng, manner.detune_cents)
    f0 = np.where(voiced, 440.0 * 2.0 ** ((pitch - 69.0) / 12.0), 0.0)
    loud = dynamics_db(times, notes, manner.energy, rng)
    frequencies = np.linspace(0, line.rate_hz / 2, log_power.shape[1])
    log_power = _warped(log_power, manner.formants)
    log_power += _DB * _colour_db(frequencies, loud, manner.energy, rng)
    gain = _levelling_db(log_power, f0, frequencies, fitted, times) + np.where(voiced, loud, 0.5 * loud)
    log_power += _DB * smoothed(gain, 0.02)[:, None]
    log_power += np.log(_envelope(fitted, times) ** 2 + 1e-12)[:, None]
    aperiodicity = np.maximum(aperiodicity, _breathiness(frequencies, manner.energy)[None, :])
    power, noise = _full_band(log_power, aperiodicity, voiced, frequencies)
    samples = pyworld.synthesize(f0, power, noise, SAMPLE_RATE_HZ, FRAME_S * 1000.0)
    return start_s, samples


def _along(line: SpokenLine, fitted: Sequence[Fitted], times: Floats) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    """Spectra, aperiodicity [frames, bins] and voicing [frames] of the speech, in the song's time."""
    points = [point for syllable in fitted for point in syllable.points]
    place = np.interp(times, [song for song, _ in points], [speech for _, speech in points]) / FRAME_S
    place = np.clip(place, 0, len(line.voiced) - 1.001)
    below = place.astype(int)
    share = (place - below)[:, None]
    log_power = line.log_power[below] * (1 - share) + line.log_power[below + 1] * share
    aperiodicity = line.aperiodicity[below] * (1 - share) + line.aperiodicity[below + 1] * share
    voiced = line.voiced[np.round(place).astype(int)].copy()
    sounding = np.zeros(len(times), dtype=bool)
    for syllable in fitted:
        sounding |= (times >= syllable.start_s) & (times < syllable.end_s)
        voiced |= (times >= syllable.vowel_s) & (times < syllable.coda_s)
    log_power[~sounding] = _SILENT_LOG_POWER
    return log_power, aperiodicity, voiced & sounding


def _warped(log_power: Floats, formants: float) -> Floats:
    """The spectra with every formant moved up by a factor."""
    if formants == 1.0:
        return log_power
    bins = log_power.shape[1]
    place = np.minimum(np.arange(bins) / formants, bins - 1.001)
    below = place.astype(int)
    share = place - below
    return np.asarray(log_power[:, below] * (1 - share) + log_power[:, below + 1] * share)


def _colour_db(frequencies: Floats, loud_db: Floats, energy: float, rng: np.random.Generator) -> Floats:
    """What singing adds to speech [frames, bins]: the singer's formant, brightness that grows with loudness."""
    ring = 3.0 * np.exp(-(((frequencies - 3000.0) / 700.0) ** 2)) + 2.0 * np.exp(
        -(((frequencies - 500.0) / 500.0) ** 2)
    )
    octaves = np.log2(np.maximum(frequencies, 250.0) / 1000.0)
    tilt = 0.25 * (loud_db - 6.0 * (energy - 0.6)) + 2.0 * (energy - 0.6) + 0.35 * wander(len(loud_db), 0.1, rng)
    return np.asarray(ring[None, :] + np.clip(tilt, -3, 3)[:, None] * np.clip(octaves, -2, 2.5)[None, :])


def _levelling_db(
    log_power: Floats, f0: Floats, frequencies: Floats, fitted: Sequence[Fitted], times: Floats
) -> Floats:
    """Gain in dB [frames] that brings every vowel near one level at the pitch it is sung at; speech sets the rest."""
    harmonics = np.arange(1, 41)[None, :] * np.maximum(f0, 60.0)[:, None]
    inside = harmonics < 5000.0
    bins = np.minimum(np.round(harmonics / frequencies[1]).astype(int), log_power.shape[1] - 1)
    power = np.sum(np.where(inside, np.exp(np.take_along_axis(log_power, bins, axis=1)), 0.0), axis=1) * f0
    level = 10.0 * np.log10(power + 1e-12)
    places: list[float] = []
    gains: list[float] = []
    for syllable in fitted:
        core = np.flatnonzero((times >= syllable.vowel_s) & (times < max(syllable.coda_s, syllable.vowel_s + 0.02)))
        if len(core):
            # the soft edges of a vowel are held up to its own loud part, no further
            heard = np.maximum(level[core], np.max(level[core]) - _HELD_UP_DB)
            places.extend(times[core])
            gains.extend(_LEVEL_DB - _LEVELLED * heard)
    if not places:
        return np.zeros(len(times))
    held = smoothed(np.interp(times, places, gains), 0.06)
    return np.where(f0 > 0, held, float(np.median(gains)))


def _envelope(fitted: Sequence[Fitted], times: Floats) -> Floats:
    """Amplitude 0 to 1 [frames]: soft starts and quick fades at the ends of phrases, a dip between two vowels."""
    envelope = np.ones(len(times))
    for number, syllable in enumerate(fitted):
        if syllable.starts_phrase:
            rise = 0.03 if syllable.start_s >= syllable.vowel_s - 0.01 else 0.012
            near = (times >= syllable.start_s) & (times < syllable.start_s + rise)
            envelope[near] *= (times[near] - syllable.start_s) / rise
        elif syllable.vowel_s - syllable.start_s < 0.01 and fitted[number - 1].end_s - fitted[number - 1].coda_s < 0.01:
            envelope *= 1.0 - 0.5 * np.exp(-(((times - syllable.vowel_s + 0.02) / 0.018) ** 2))
        if syllable.ends_phrase:
            fall = min(
                0.09 if syllable.end_s - syllable.coda_s < 0.01 else 0.04, (syllable.end_s - syllable.vowel_s) / 2
            )
            near = (times > syllable.end_s - fall) & (times <= syllable.end_s)
            envelope[near] *= 0.5 + 0.5 * np.cos(np.pi * (times[near] - syllable.end_s + fall) / fall)
    return envelope


def _breathiness(frequencies: Floats, energy: float) -> Floats:
    """The least aperiodicity [bins]: a voice has air in its upper partials, more of it when it is soft."""
    octaves = np.log2(np.maximum(frequencies, 500.0) / 8000.0)
    return np.asarray(np.clip(10.0 ** ((-4.0 - 6.0 * (energy - 0.5) + 5.0 * octaves) / 20.0), 0.0, 0.95))


def _full_band(
    log_power: Floats, aperiodicity: Floats, voiced: npt.NDArray[np.bool_], frequencies: Floats
) -> tuple[Floats, Floats]:
    """Power and aperiodicity [frames, 2 * bins - 1] up to 22,050 Hz: the top the speech lacks is a falling noise."""
    bins = log_power.shape[1]
    step = frequencies[1]
    first = int(_EXTRAPOLATE_FROM_HZ / step)
    level = np.mean(log_power[:, first - 20 : first], axis=1, keepdims=True)
    above = (np.arange(first, 2 * bins - 1) - first)[None, :] * step / 1000.0
    slope = np.where(voiced, 2.6, 1.1)[:, None] * _DB
    full = np.concatenate([log_power[:, :first], level - slope * above], axis=1)
    noise = np.concatenate([aperiodicity[:, :first], np.ones((len(full), 2 * bins - 1 - first))], axis=1)
    return np.exp(full), noise
