"""The pitch of a sung line, and how loud it is from moment to moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from media.voice.source import FRAME_S, Floats

_SMOOTHING_S = 0.07
_EARLY_S = 0.02
_VIBRATO_CENTS = 28.0
_VIBRATO_HZ = 5.6
_VIBRATO_AFTER_S = 0.28
_VIBRATO_GROWS_S = 0.25
_SHORTEST_WITH_VIBRATO_S = 0.45
_JITTER_CENTS = 4.0


@dataclass(frozen=True)
class SungNote:
    """A note in seconds, with its MIDI pitch and its weight in the bar (0 off the beat to 1 on the downbeat)."""

    onset_s: float
    end_s: float
    pitch: int
    weight: float


def pitch_contour(
    times: Floats, notes: Sequence[SungNote], rng: np.random.Generator, detune_cents: float = 0.0
) -> Floats:
    """The pitch at each time, as fractional MIDI numbers [frames].

    Steps from note to note are smoothed over 70 ms and begin a little before the beat; long notes grow a vibrato of
    28 cents at 5.6 Hz; a slow wander of 4 cents keeps the voice human.
    """
    onsets = np.array([note.onset_s for note in notes]) - _EARLY_S
    steps = np.array([note.pitch for note in notes], dtype=np.float64)
    pitch = steps[np.clip(np.searchsorted(onsets, times, side="right") - 1, 0, None)]
    pitch = smoothed(pitch, _SMOOTHING_S)
    cents = np.full(len(times), detune_cents)
    for note in notes:
        length = note.end_s - note.onset_s
        if length < _SHORTEST_WITH_VIBRATO_S:
            continue
        rate = _VIBRATO_HZ * (1.0 + rng.uniform(-0.04, 0.04))
        since = times - note.onset_s - _VIBRATO_AFTER_S
        depth = np.clip(since / _VIBRATO_GROWS_S, 0, 1) * np.clip((note.end_s - times) / 0.08, 0, 1)
        cents += _VIBRATO_CENTS * depth * np.sin(2 * np.pi * rate * since)
    cents += _JITTER_CENTS * wander(len(times), 0.08, rng)
    return np.asarray(pitch + cents / 100.0)


def smoothed(values: Floats, width_s: float) -> Floats:
    """Values [frames] smoothed by a raised cosine `width_s` wide, their ends held."""
    half = max(1, round(width_s / FRAME_S / 2))
    kernel = np.hanning(2 * half + 3)[1:-1]
    padded = np.pad(values, half, mode="edge")
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def wander(frames: int, slowness_s: float, rng: np.random.Generator) -> Floats:
    """A smooth random walk about 0 with standard deviation 1 [frames]."""
    half = max(1, round(slowness_s / FRAME_S))
    noise = rng.standard_normal(frames + 2 * half)
    kernel = np.hanning(2 * half + 3)[1:-1]
    return np.asarray(np.convolve(noise, kernel, mode="valid") / np.sqrt(np.sum(kernel**2)))


def dynamics_db(times: Floats, notes: Sequence[SungNote], energy: float, rng: np.random.Generator) -> Floats:
    """How much louder or softer than the voice's mean each moment is, in dB [frames].

    A line swells to its middle and dies away, strong beats carry an accent that fades in a fifth of a second, high
    notes come out a little, and a section of energy 0 to 1 is sung up to 6 dB louder.
    """
    start, end = notes[0].onset_s, notes[-1].end_s
    place = np.clip((times - start) / max(end - start, 1e-3), 0, 1)
    level = 6.0 * (energy - 0.6) + 3.0 * np.sin(np.pi * np.minimum(place / 1.1 + 0.05, 1.0)) - 2.0
    middle = float(np.median([note.pitch for note in notes]))
    accents = np.zeros(len(times))
    for note in notes:
        inside = (times >= note.onset_s - 0.02) & (times < note.end_s)
        strength = 2.0 * note.weight + 0.2 * float(np.clip(note.pitch - middle, -6, 6))
        accents[inside] = strength * (0.4 + 0.6 * np.exp(-(times[inside] - note.onset_s) / 0.2))
    return np.asarray(level + smoothed(accents, 0.06) + 0.4 * wander(len(times), 0.15, rng))
