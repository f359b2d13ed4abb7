"""Levels found by measuring: a stem where it is fullest, the voice over the rest, which sections give way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.sound.loudness import SILENCE_LUFS, gated_lufs, lufs, section_blocks, section_loudness
from schemas.audio import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from schemas.plan import SectionSpan

MOST_RIDE_DB = 5.0
MOST_DOWN_DB, MOST_UP_DB = -3.0, 6.0
CHORUS_SPREAD_LU = 1.0
_BELOW_CHORUS_LU = {
    "verse": (2.2, 4.0),
    "prechorus": (1.0, 3.5),
    "bridge": (0.5, 4.5),
    "interlude": (0.5, 5.0),
    "intro": (2.0, 6.0),
    "outro": (1.0, 7.0),
}
"""How far each kind of section may lie below the quietest chorus: the least and the most, in LU."""

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

    def curve(self, gains_db: Sequence[float]) -> NDArray[np.float64]:
        """One gain in dB a section as a factor for every frame.

        Into a chorus it moves just before the downbeat; elsewhere it falls before a section and rises over its first
        bar, so that what rings over the border is not pushed up.
        """
        if not self.sections:
            return np.ones(self.frames)
        bar = self.seconds_per_tick * self.bar_ticks * SAMPLE_RATE_HZ
        at, values = [0.0], [gains_db[0]]
        for section, gain_db in zip(self.sections[1:], gains_db[1:], strict=True):
            start = section.first_bar * bar
            rises = gain_db > values[-1] and section.role != "chorus"
            move = (start, start + bar) if rises else (start - 0.06 * SAMPLE_RATE_HZ, start)
            at += move
            values += [values[-1], gain_db]
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
    """Gains in dB, one a section, that keep the song's shape audible: each -3 to 6, zero where the shape is right.

    Choruses come within 1 LU of the loudest; every other section comes to lie below the quietest chorus by no less
    and no more than its kind allows (a verse 2.2 to 4 LU). A song without a chorus is left as it is.
    """
    measured = section_loudness(energies, time.sections, time.seconds_per_tick, time.bar_ticks)
    levels = [entry.short_term_lufs for entry in measured]
    choruses = [level for level, section in zip(levels, time.sections, strict=True) if section.role == "chorus"]
    if not choruses:
        return (0.0,) * len(time.sections)
    lowest = max(choruses) - CHORUS_SPREAD_LU
    quietest = max(min(choruses), min(lowest, min(choruses) + MOST_UP_DB))
    trims = []
    for level, section in zip(levels, time.sections, strict=True):
        if section.role == "chorus":
            wanted = max(level, lowest)
        else:
            least, most = _BELOW_CHORUS_LU[section.role]
            wanted = min(max(level, quietest - most), quietest - least)
        trims.append(round(min(max(wanted - level, MOST_DOWN_DB), MOST_UP_DB), 3))
    return tuple(trims)
