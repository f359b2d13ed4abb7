"""Dry stems balanced for listening: each where the mix would put it, without its filters, dynamics and room."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.sound.balance import SongTime, fullest_lufs, singing, vocal_gains_db
from media.sound.loudness import SILENCE_LUFS, block_energies, gated_lufs, lufs
from media.sound.mix import DOUBLE_LU, REFERENCE_LUFS, SILENT_LUFS, StemAudio
from media.sound.presets import Preset, find_preset
from media.sound.space import as_stereo, panned
from schemas.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from schemas.plan import SectionSpan


@dataclass(frozen=True)
class StemBalance:
    """How dry stems are played together.

    Attributes:
        gains_db: gain of each stem, by part; 0 for a silent one.
        pans: place of each stem, -1 left to 1 right, by part.
        lufs: integrated loudness of all of them together, in LUFS.
        peak: largest absolute sample of all of them together, 1.0 is full scale.
    """

    gains_db: dict[str, float]
    pans: dict[str, float]
    lufs: float
    peak: float


def stem_balance(
    stems: Iterable[StemAudio],
    preset: str,
    *,
    roles: Sequence[str],
    sections: tuple[SectionSpan, ...],
    seconds_per_tick: float,
    bar_ticks: int,
    frames: int,
) -> StemBalance:
    """The balance of a song's dry stems, by the levels of its mix preset and their measured loudness.

    Args:
        stems: voices last, the voice before its doubles; taken one at a time, so that few lie in memory.
        roles: the role of every stem: several parts of one role are each turned down.
        preset: the genre.
        sections: where the song's sections lie.
        seconds_per_tick: length of a tick in seconds.
        bar_ticks: length of a bar in ticks.
        frames: length of the longest stem at 44,100 Hz.

    Raises:
        MediaError: there are no stems, one is longer than `frames`, or the preset is unknown.
    """
    chosen = find_preset(preset)
    desk = _Desk(chosen, Counter(roles), SongTime(sections, seconds_per_tick, bar_ticks, frames))
    for stem in stems:
        if stem.audio.shape[0] > frames:
            raise MediaError(f"stem {stem.part!r} has {stem.audio.shape[0]} frames, more than the song's {frames}")
        desk.add(stem)
    if not desk.gains:
        raise MediaError("there are no stems to balance: render or sing at least one")
    return desk.balance()


class _Desk:
    """Stems added one after the other; the sum is float32 to keep memory small."""

    def __init__(self, preset: Preset, roles: Counter[str], time: SongTime) -> None:
        self._preset = preset
        self._roles = roles
        self._time = time
        self._seen: Counter[str] = Counter()
        self._sum: NDArray[np.float32] = np.zeros((time.frames, 2), dtype=np.float32)
        self._sung: NDArray[np.float64] | None = None
        self.gains: dict[str, float] = {}
        self.pans: dict[str, float] = {}

    def add(self, stem: StemAudio) -> None:
        sound = as_stereo(stem.audio, self._time.frames)
        energies = block_energies(sound)
        gain_db = self._gain_db(stem, energies) if gated_lufs(energies) > SILENT_LUFS else 0.0
        chain = self._preset.chains[stem.role]
        pan = 0.0 if stem.role == "vocal" else chain.pan if self._seen[stem.role] % 2 == 0 else -chain.pan
        self._seen[stem.role] += 1
        self.gains[stem.part], self.pans[stem.part] = round(gain_db, 2), pan
        self._sum += (panned(sound, pan) * 10.0 ** (gain_db / 20.0)).astype(np.float32)

    def balance(self) -> StemBalance:
        level = gated_lufs(block_energies(self._sum))
        return StemBalance(self.gains, self.pans, round(max(level, SILENCE_LUFS), 3), float(np.abs(self._sum).max()))

    def _gain_db(self, stem: StemAudio, energies: NDArray[np.float64]) -> float:
        if stem.role != "vocal":
            level = fullest_lufs(energies, self._time)
            share_db = -7.0 * math.log10(max(self._roles[stem.role], 1))
            return REFERENCE_LUFS + self._preset.chains[stem.role].level_lu + share_db - level
        if "double" not in stem.part or self._sung is None:
            under = block_energies(self._sum)
            whole, _ = vocal_gains_db(energies, under, self._time, self._preset.vocal_over_lu)
            gain_db = whole if under.max() > 1e-9 else REFERENCE_LUFS - gated_lufs(energies)
            self._sung = energies * 10.0 ** (gain_db / 10.0)
            return gain_db
        where = singing(energies) & singing(self._sung)
        if where.sum() < 5:
            return DOUBLE_LU
        return lufs(float(self._sung[where].mean())) + DOUBLE_LU - lufs(float(energies[where].mean()))
