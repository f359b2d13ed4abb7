"""Levels found by measuring: a stem where it is fullest, the voice over the rest, which sections give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.sound.loudness import SILENCE_LUFS, gated_lufs, lift_lu, lufs, section_blocks, section_loudness
from schemas.audio import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from schemas.music import SectionSpan

LEAST_LIFT_LU = 2.2
MOST_LIFT_LU = 5.5
MOST_TRIM_DB = 2.5
"""Choruses that rise too little or too much above the verses are helped by moving what is around them, by 2.5 dB."""

MOST_RIDE_DB = 5.0
_TRIM_SHARE = {"verse": 1.0, "intro": 1.0, "outro": 1.0, "interlude": 0.5, "prechorus": 0.5}
_SINGING_BELOW_DB = 25.0


@dataclass(frozen=True)
class SongTime:
    """What balancing needs to know of a song's time; `frames` at 44,100 Hz."""

    sections: tuple[SectionSpan, ...]
    seconds_per_tick: float
    bar_ticks: int
    frames: int

    def blocks(self, section: SectionSpan, count: int) -> slice:
        """The section's 100 ms blocks, of `count` in the song."""
        return section_blocks(section, self.seconds_per_tick, self.bar_ticks, count)

    def curve(self, gains_db: Sequence[float], ramp_s: float = 0.3) -> NDArray[np.float64]:
        """One gain in dB a section as a factor for every frame, moving in the last `ramp_s` of each section."""
        if not self.sections:
            return np.ones(self.frames)
        bar_frames = self.seconds_per_tick * self.bar_ticks * SAMPLE_RATE_HZ
        at, values = [], []
        for section, gain_db in zip(self.sections, gains_db, strict=True):
            start, end = section.first_bar * bar_frames, (section.first_bar + section.bars) * bar_frames
            at += [start, end - min(ramp_s * SAMPLE_RATE_HZ, (end - start) / 2)]
            values += [gain_db, gain_db]
        return np.asarray(10.0 ** (np.interp(np.arange(self.frames), at, values) / 20.0))


def fullest_lufs(energies: NDArray[np.float64], time: SongTime) -> float:
    """A stem's gated loudness in the section where it is loudest, in LUFS; -120 where it is silent."""
    found = [gated_lufs(energies)]
    found += [gated_lufs(energies[time.blocks(s, energies.size)]) for s in time.sections if s.bars > 1]
    return max(found)


def singing(energies: NDArray[np.float64]) -> NDArray[np.bool_]:
    """The 100 ms blocks in which a voice is heard: within 25 dB of its loudest."""
    loudest = float(np.percentile(energies, 98)) if energies.size else 0.0
    return np.asarray((energies > loudest * 10.0 ** (-_SINGING_BELOW_DB / 10.0)) & (energies > 1e-9))


def over_lu(vocal: NDArray[np.float64], backing: NDArray[np.float64], where: NDArray[np.bool_]) -> float:
    """How far a voice lies above all else in some blocks, in LU."""
    return lufs(float(vocal[where].mean())) - lufs(float(backing[where].mean()))


def vocal_gains_db(
    vocal: NDArray[np.float64], backing: NDArray[np.float64], time: SongTime, wanted_lu: float
) -> tuple[float, tuple[float, ...]]:
    """The voice's gain over the whole song and in each section, in dB, that puts it `wanted_lu` above the backing.

    A section's gain stays within 5 dB of the whole song's; where the voice is silent, it is the song's.
    """
    sings = singing(vocal)
    if not sings.any():
        return 0.0, (0.0,) * len(time.sections)
    whole = wanted_lu - over_lu(vocal, backing, sings) if backing[sings].mean() > 1e-10 else 0.0
    gains = []
    for section in time.sections:
        at = time.blocks(section, vocal.size)
        here = sings[at]
        if here.sum() < 5 or lufs(float(backing[at][here].mean())) <= SILENCE_LUFS / 2:
            gains.append(whole)
            continue
        gain = wanted_lu - over_lu(vocal[at], backing[at], here)
        gains.append(float(np.clip(gain, whole - MOST_RIDE_DB, whole + MOST_RIDE_DB)))
    return whole, tuple(gains)


def section_trims_db(energies: NDArray[np.float64], time: SongTime) -> tuple[float, ...]:
    """Gains in dB, one a section, that bring the choruses' lift over the verses into 2.2-5.5 LU; zeros where it is."""
    levels = section_loudness(energies, time.sections, time.seconds_per_tick, time.bar_ticks)
    lift = lift_lu(levels, time.sections)
    if lift is None:
        return (0.0,) * len(time.sections)
    wanted = min(max(lift, LEAST_LIFT_LU), MOST_LIFT_LU) - lift
    move = float(np.clip(wanted, -MOST_TRIM_DB, MOST_TRIM_DB))
    return tuple(-move * _TRIM_SHARE.get(section.role, 0.0) + 0.0 for section in time.sections)
