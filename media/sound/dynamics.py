"""Compression and de-essing. Gains are worked out 1,400 times a second (hops of 32 frames) and drawn out linearly."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from media.sound.filters import Band, equalize
from schemas.audio import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

HOP = 32
_FLOOR = 1e-7


def levels_db(audio: NDArray[np.floating]) -> NDArray[np.float64]:
    """Root-mean-square level of each hop over all channels, in dB below full scale: float64 [ceil(frames / 32)]."""
    power = np.square(audio, dtype=np.float64).reshape(audio.shape[0], -1).mean(axis=1)
    power = np.pad(power, (0, -power.size % HOP)).reshape(-1, HOP).mean(axis=1)
    return np.asarray(10.0 * np.log10(np.maximum(power, _FLOOR**2)))


def active_level_db(levels: NDArray[np.float64]) -> float:
    """The level of a part while it plays, in dB: the mean power of hops less than 30 dB below the loudest."""
    playing = levels[levels > levels.max(initial=-140.0) - 30.0]
    return 10.0 * float(np.log10(np.mean(10.0 ** (playing / 10.0)))) if playing.size else -140.0


def smoothed(
    values_db: NDArray[np.float64], attack_ms: float, release_ms: float, start_db: float = 0.0
) -> NDArray[np.float64]:
    """Gains in dB, one a hop, that fall within `attack_ms` and rise within `release_ms` (one-pole each way)."""
    hop_ms = 1000.0 * HOP / SAMPLE_RATE_HZ
    falling, rising = math.exp(-hop_ms / attack_ms), math.exp(-hop_ms / release_ms)
    held, now = [], start_db
    for wanted in values_db.tolist():
        keep = falling if wanted < now else rising
        now = wanted + keep * (now - wanted)
        held.append(now)
    return np.array(held)


def drawn_out(gain_db: NDArray[np.float64], frames: int) -> NDArray[np.float64]:
    """Gains of hops as a factor for every frame: float64 [frames]."""
    at = np.arange(gain_db.size) * HOP + HOP // 2
    return np.asarray(np.interp(np.arange(frames), at, 10.0 ** (gain_db / 20.0)))


def compress(
    audio: NDArray[np.float64],
    *,
    ratio: float,
    over_db: float = 0.0,
    attack_ms: float = 10.0,
    release_ms: float = 120.0,
    knee_db: float = 6.0,
) -> tuple[NDArray[np.float64], float]:
    """The sound with what lies above its own playing level brought down, and the largest reduction in dB.

    Args:
        audio: [frames, channels]; its level does not matter, for the threshold follows it.
        ratio: 1 (nothing) to 20.
        over_db: threshold above the part's playing level, in dB.
        attack_ms: time to come down, 0.1-200.
        release_ms: time to come back, 10-2000.
        knee_db: width of the soft knee around the threshold.
    """
    levels = levels_db(audio)
    if ratio <= 1.0 or levels.max(initial=-140.0) <= -120.0:
        return audio, 0.0
    over = levels - (active_level_db(levels) + over_db)
    bent = np.where(np.abs(over) < knee_db / 2, np.square(over + knee_db / 2) / (2 * knee_db), np.maximum(over, 0.0))
    gain_db = smoothed(-bent * (1.0 - 1.0 / ratio), attack_ms, release_ms)
    return audio * drawn_out(gain_db, audio.shape[0])[:, None], float(-gain_db.min())


def de_ess(audio: NDArray[np.float64], *, above_hz: float = 5200.0, most_db: float = 8.0) -> NDArray[np.float64]:
    """A voice [frames, channels] with the band above `above_hz` held to its usual place below the voice.

    Hisses are turned down by up to `most_db` where they come within 9 dB of the voice's playing level; vowels are left
    as they are.
    """
    hiss = equalize(audio, [Band("high_pass", above_hz)])
    levels, voice = levels_db(hiss), levels_db(audio)
    if voice.max(initial=-140.0) <= -120.0:
        return audio
    over = levels - (active_level_db(voice) - 9.0)
    gain_db = smoothed(-np.clip(0.75 * over, 0.0, most_db), attack_ms=1.0, release_ms=45.0)
    hiss *= (1.0 - drawn_out(gain_db, audio.shape[0]))[:, None]
    return np.asarray(audio - hiss)
