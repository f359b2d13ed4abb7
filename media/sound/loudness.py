"""How loud a sound is, after ITU-R BS.1770-4 and EBU R 128: integrated, short-term by section, loudness range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.signal import sosfilt

from schemas.audio import SAMPLE_RATE_HZ, SectionLoudness
from schemas.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from schemas.plan import SectionSpan

HOP = SAMPLE_RATE_HZ // 10
"""Frames in a block: 100 ms, the step of every window here."""

SILENCE_LUFS = -120.0
_ABSOLUTE_GATE_LUFS = -70.0


def _k_sections() -> NDArray[np.float64]:
    """The K-weighting at 44,100 Hz: a shelf of 4 dB for the head, then a high-pass at 38 Hz (from BS.1770)."""
    rows = []
    gain, q, hz = 3.999843853973347, 0.7071752369554196, 1681.974450955533
    k = np.tan(np.pi * hz / SAMPLE_RATE_HZ)
    high = 10.0 ** (gain / 20.0)
    band = high**0.4996667741545416
    norm = 1.0 + k / q + k * k
    b = ((high + band * k / q + k * k), 2.0 * (k * k - high), (high - band * k / q + k * k))
    rows.append([*(x / norm for x in b), 1.0, 2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm])
    q, hz = 0.5003270373238773, 38.13547087602444
    k = np.tan(np.pi * hz / SAMPLE_RATE_HZ)
    norm = 1.0 + k / q + k * k
    rows.append([1.0, -2.0, 1.0, 1.0, 2.0 * (k * k - 1.0) / norm, (1.0 - k / q + k * k) / norm])
    return np.array(rows)


def block_energies(audio: NDArray[np.floating]) -> NDArray[np.float64]:
    """K-weighted energy, summed over channels, of each 100 ms: float64 [frames // 4410], at least one block."""
    weighted = np.asarray(sosfilt(_k_sections(), np.asarray(audio, dtype=np.float64), axis=0))
    power = np.square(weighted, out=weighted).reshape(audio.shape[0], -1).sum(axis=1)
    blocks = power.size // HOP
    if blocks == 0:
        return np.array([power.mean() if power.size else 0.0])
    return np.asarray(power[: blocks * HOP].reshape(blocks, HOP).mean(axis=1))


def lufs(energy: float) -> float:
    """A K-weighted mean energy in LUFS; -120 for silence."""
    return max(SILENCE_LUFS, -0.691 + 10.0 * float(np.log10(max(energy, 1e-13))))


def _windows(energies: NDArray[np.float64], blocks: int) -> NDArray[np.float64]:
    """Mean energy of every window of that many blocks; of all there is where there is less."""
    if energies.size <= blocks:
        return np.array([energies.mean()])
    total = np.concatenate([[0.0], np.cumsum(energies)])
    return np.asarray((total[blocks:] - total[:-blocks]) / blocks)


def gated_lufs(energies: NDArray[np.float64]) -> float:
    """Integrated loudness in LUFS of 100 ms energies (400 ms windows, gated at -70 LUFS and 10 LU below the mean)."""
    windows = _windows(energies, 4)
    loud = windows[windows > 10.0 ** ((_ABSOLUTE_GATE_LUFS + 0.691) / 10.0)]
    if loud.size == 0:
        return SILENCE_LUFS
    loud = loud[loud > loud.mean() / 10.0]
    return lufs(float(loud.mean()))


def integrated_lufs(audio: NDArray[np.floating]) -> float:
    """Integrated loudness of a sound [frames, channels] in LUFS; -120 for silence."""
    return gated_lufs(block_energies(audio))


def loudness_range_lu(energies: NDArray[np.float64]) -> float:
    """Loudness range in LU (EBU Tech 3342): from the 10th to the 95th percentile of gated short-term loudness."""
    windows = _windows(energies, 30)
    loud = windows[windows > 10.0 ** ((_ABSOLUTE_GATE_LUFS + 0.691) / 10.0)]
    if loud.size == 0:
        return 0.0
    loud = loud[loud > loud.mean() / 100.0]
    low, high = np.percentile(10.0 * np.log10(loud), (10.0, 95.0))
    return float(high - low)


def section_blocks(section: SectionSpan, seconds_per_tick: float, bar_ticks: int, blocks: int) -> slice:
    """The 100 ms blocks of a section, at least one, cut to `blocks`."""
    bar_s = seconds_per_tick * bar_ticks
    start = min(round(section.first_bar * bar_s * 10.0), max(blocks - 1, 0))
    end = min(round((section.first_bar + section.bars) * bar_s * 10.0), blocks)
    return slice(start, max(end, start + 1))


def section_loudness(
    energies: NDArray[np.float64], sections: Sequence[SectionSpan], seconds_per_tick: float, bar_ticks: int
) -> tuple[SectionLoudness, ...]:
    """Short-term loudness of each section: the mean energy of the 3 s windows that lie in it, in LUFS.

    Raises:
        MediaError: a tick or a bar has no length.
    """
    if seconds_per_tick <= 0 or bar_ticks <= 0:
        raise MediaError(f"{seconds_per_tick} s a tick and {bar_ticks} ticks a bar: both must be above 0")
    found = []
    for section in sections:
        inside = energies[section_blocks(section, seconds_per_tick, bar_ticks, energies.size)]
        level = lufs(float(_windows(inside, 30).mean()))
        found.append(SectionLoudness(section=section.name, short_term_lufs=round(level, 2)))
    return tuple(found)


def lift_lu(loudness: Sequence[SectionLoudness], sections: Sequence[SectionSpan]) -> float | None:
    """How much louder the quietest chorus is than the loudest verse, in LU; None where one kind is missing."""
    role = {section.name: section.role for section in sections}
    verses = [entry.short_term_lufs for entry in loudness if role.get(entry.section) == "verse"]
    choruses = [entry.short_term_lufs for entry in loudness if role.get(entry.section) == "chorus"]
    return min(choruses) - max(verses) if verses and choruses else None
