"""A mix becomes a master: tone, glue, loudness set exactly and true peaks held below the ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.sound.dynamics import drawn_out, levels_db, smoothed
from media.sound.filters import Band, equalize
from media.sound.limiter import Limited, limit, peak_envelope, true_peak_dbtp
from media.sound.loudness import block_energies, gated_lufs, loudness_range_lu, section_loudness
from media.sound.tone import MASTER, balanced
from schemas.audio import SectionLoudness
from schemas.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from schemas.plan import SectionSpan

QUIETEST_MIX_LUFS = -50.0
MOST_GAIN_DB = 40.0
TOLERANCE_LU = 0.05
_TURNS = 8
_RUMBLE = (Band("high_pass", 27.0),)


@dataclass(frozen=True)
class MasterResult:
    """A master: float32 [frames, 2] and the figures of schemas.audio.Master."""

    audio: NDArray[np.float32]
    integrated_lufs: float
    true_peak_dbtp: float
    loudness_range_lu: float
    gain_db: float
    limited_db: float
    sections: tuple[SectionLoudness, ...]


def master_song(
    mix: NDArray[np.floating],
    *,
    target_lufs: float = -14.0,
    ceiling_dbtp: float = -1.5,
    sections: tuple[SectionSpan, ...] = (),
    seconds_per_tick: float = 0.0,
    bar_ticks: int = 0,
) -> MasterResult:
    """The mix at `target_lufs` (within 0.1 LU) with no true peak above `ceiling_dbtp`.

    Args:
        mix: [frames, 2] at 44,100 Hz.
        target_lufs: integrated loudness, -30 to -8 LUFS.
        ceiling_dbtp: highest true peak, -12 to 0 dBTP; -1.5 leaves room for what lossy coding adds.
        sections: where to measure short-term loudness; needs `seconds_per_tick` and `bar_ticks`.
        seconds_per_tick: length of a tick in seconds.
        bar_ticks: length of a bar in ticks.

    Raises:
        MediaError: a bound is broken, the mix is silent or below -50 LUFS, or is so spiky that it cannot be made as
            loud as asked below the ceiling.
    """
    if not -30.0 <= target_lufs <= -8.0:
        raise MediaError(f"target loudness {target_lufs} LUFS is outside -30 to -8: choose e.g. -14")
    if not -12.0 <= ceiling_dbtp <= 0.0:
        raise MediaError(f"true-peak ceiling {ceiling_dbtp} dBTP is outside -12 to 0: choose e.g. -1.5")
    if mix.ndim != 2 or mix.shape[1] != 2 or not np.isfinite(mix).all():
        raise MediaError(f"a mix of shape {mix.shape} cannot be mastered: give finite [frames, 2]")
    level = gated_lufs(block_energies(mix))
    if level < QUIETEST_MIX_LUFS:
        raise MediaError(
            f"the mix has {level:.1f} LUFS, too quiet to master (at least {QUIETEST_MIX_LUFS:.0f}): mix again"
        )
    toned = _glued(balanced(equalize(mix, _RUMBLE), MASTER))
    gain_db, limited = _brought_to(toned, target_lufs, ceiling_dbtp)
    energies = block_energies(limited.audio)
    return MasterResult(
        audio=limited.audio,
        integrated_lufs=round(gated_lufs(energies), 2),
        true_peak_dbtp=round(true_peak_dbtp(limited.audio), 2),
        loudness_range_lu=round(loudness_range_lu(energies), 2),
        gain_db=round(gain_db, 2),
        limited_db=round(limited.reduction_db, 2),
        sections=section_loudness(energies, sections, seconds_per_tick, bar_ticks) if sections else (),
    )


def _glued(audio: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mix held together by a gentle compressor: it follows moments against the last seconds, not the sections.

    The threshold is the slow level itself (4 s), so that a chorus is turned down no more than a verse.
    """
    levels = levels_db(audio)
    slow = smoothed(levels, attack_ms=4000.0, release_ms=1500.0, start_db=float(np.median(levels)))
    over = np.clip(levels - slow - 4.0, 0.0, None)
    gain_db = smoothed(-np.minimum(over * 0.25, 2.0), attack_ms=25.0, release_ms=180.0)
    return np.asarray(audio * drawn_out(gain_db, audio.shape[0])[:, None])


def _brought_to(audio: NDArray[np.float64], target_lufs: float, ceiling_dbtp: float) -> tuple[float, Limited]:
    """The gain in dB and the limited sound whose loudness is the target: what limiting takes is put back by gain."""
    envelope = peak_envelope(audio)
    gain_db = target_lufs - gated_lufs(block_energies(audio))
    slope, before, step_db = 1.0, 0.0, 1.0
    for turn in range(_TURNS):
        gain = 10.0 ** (gain_db / 20.0)
        limited = limit(audio * gain, ceiling_dbtp, envelope=envelope * gain)
        missing = target_lufs - gated_lufs(block_energies(limited.audio))
        if abs(missing) <= TOLERANCE_LU:
            return gain_db, limited
        if turn > 0:
            # How much of a decibel of gain is still heard as loudness: the harder the limiter works, the less.
            slope = min(max((before - missing) / step_db, 0.15), 1.0)
        before, step_db = missing, missing / slope
        gain_db += step_db
        if gain_db > MOST_GAIN_DB:
            break
    raise MediaError(
        f"{target_lufs} LUFS below {ceiling_dbtp} dBTP cannot be reached ({missing:+.1f} LU are missing): "
        "the mix has single peaks far above the rest; lower the target or look at its drums"
    )
