"""The breath a singer takes before a phrase."""

from __future__ import annotations

import numpy as np

from media.voice.source import Floats
from schemas.audio import SAMPLE_RATE_HZ


def breath(energy: float, rng: np.random.Generator) -> Floats:
    """A soft inward breath, 0.22 to 0.34 s of shaped noise at 44,100 Hz, 30 dB below the voice or more.

    Args:
        energy: 0 to 1; a louder phrase takes a deeper breath.
        rng: makes each breath its own.
    """
    length = round(rng.uniform(0.22, 0.30 + 0.04 * energy) * SAMPLE_RATE_HZ)
    spectrum = np.fft.rfft(rng.standard_normal(length))
    hertz = np.fft.rfftfreq(length, 1.0 / SAMPLE_RATE_HZ)
    shape = sum(
        weight * np.exp(-(((hertz - centre) / width) ** 2))
        for centre, width, weight in (
            (900.0, 350.0, 0.6),
            (1900.0, 600.0, 1.0),
            (4200.0, 1600.0, 0.55),
            (8000.0, 3000.0, 0.2),
        )
    )
    noise = np.fft.irfft(spectrum * shape, length)
    place = np.linspace(0.0, 1.0, length)
    swell = np.sin(np.pi * place**1.6) ** 1.5
    noise *= swell / np.sqrt(np.mean(noise**2))
    return np.asarray(noise * (0.003 + 0.004 * energy))
