"""Stems become a mix: each filtered, compressed and placed, balanced by measured loudness, in one shared room.

Gains are set once a stem, by its loudness in its fullest section, so that the arrangement's own dynamics stay. The
voice follows what plays under it, section by section. Filters, compressors and the room are our own (numpy, scipy):
the GPL's pedalboard is not used, and the same stems give the same samples.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.sound.balance import SongTime, fullest_lufs, over_lu, section_trims_db, singing, vocal_gains_db
from media.sound.dynamics import compress, de_ess
from media.sound.filters import Band, equalize
from media.sound.limiter import limit
from media.sound.loudness import HOP, block_energies, gated_lufs, lufs, section_loudness
from media.sound.presets import Chain, Preset, find_preset
from media.sound.space import as_stereo, echoed, panned, reverberated, widened
from media.sound.tone import VOICE, balanced
from schemas.audio import SectionLoudness
from schemas.errors import MediaError
from schemas.plan import TICKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from schemas.plan import SectionSpan

REFERENCE_LUFS = -22.0
"""Loudness that a level of 0 LU stands for while mixing; the mix itself is then brought to MIX_LUFS."""

MIX_LUFS = -20.0
HIGHEST_PEAK = 0.89
DOUBLE_LU = -7.0
SILENT_LUFS = -70.0
_PRESENCE = Band("peak", 2600.0, 0.0, 0.6)


@dataclass(frozen=True)
class StemAudio:
    """A stem to mix: its part, its role ('vocal' or a part's role) and its sound [frames, 1 or 2] at 44,100 Hz."""

    part: str
    role: str
    audio: NDArray[np.float32]


@dataclass(frozen=True)
class MixResult:
    """A mix: float32 [frames, 2], its loudness, and what was done.

    `gains` holds the gain in dB of each stem (its loudness set against its level) and, under 'section NAME', what a
    section was turned up or down; `vocal_over_lu` how far the voice lies above the rest while it sings, None without.
    """

    audio: NDArray[np.float32]
    integrated_lufs: float
    sections: tuple[SectionLoudness, ...]
    gains: dict[str, float]
    vocal_over_lu: float | None


@dataclass
class _Desk:
    """The buses that stems are added to, float32 [frames, 2] each: a minute of float64 would take 40 MiB a bus."""

    preset: Preset
    time: SongTime
    buses: dict[str, NDArray[np.float32]]
    gains: dict[str, float]

    def add(self, bus: str, sound: NDArray[np.float64], chain: Chain) -> None:
        """Adds a finished stem to its bus and to the sends."""
        self.buses[bus] += sound.astype(np.float32)
        for send, level_db in (("room", chain.room_db), ("echo", chain.echo_db)):
            if level_db > -60.0:
                self.buses[send] += (sound * 10.0 ** (level_db / 20.0)).astype(np.float32)


def mix_song(
    stems: Sequence[StemAudio],
    preset: str,
    *,
    sections: tuple[SectionSpan, ...],
    seconds_per_tick: float,
    bar_ticks: int,
) -> MixResult:
    """All stems as one stereo sound at about -20 LUFS, ready for mastering.

    Args:
        stems: all from tick 0; order does not matter, and silence follows a stem that ends before the longest. A part
            whose name holds 'double' with role 'vocal' doubles the voice: wider and 7 LU below it.
        preset: the genre.
        sections: where the song's sections lie; without them, there is one balance for the whole song.
        seconds_per_tick: length of a tick in seconds.
        bar_ticks: length of a bar in ticks.

    Raises:
        MediaError: no stems, stems of one name, of an unknown role or with values that are not finite, all stems
            silent, or an unknown preset.
    """
    chosen = find_preset(preset)
    frames = _checked(stems, chosen)
    time = SongTime(sections, seconds_per_tick, bar_ticks, frames)
    desk = _Desk(
        chosen,
        time,
        {name: np.zeros((frames, 2), dtype=np.float32) for name in ("drums", "rest", "comping", "room", "echo")},
        {},
    )
    ordered = sorted(stems, key=lambda stem: stem.part)
    for number, stem in _numbered([stem for stem in ordered if stem.role != "vocal"]):
        _add_instrument(desk, stem, number, sum(other.role == stem.role for other in stems))
    _punch(desk)
    over = _add_voices(desk, [stem for stem in ordered if stem.role == "vocal"])
    return _finished(desk, over)


def _checked(stems: Sequence[StemAudio], preset: Preset) -> int:
    """The length of the longest stem in frames."""
    if not stems:
        raise MediaError("there are no stems to mix: render or sing at least one")
    names = [stem.part for stem in stems]
    if len(set(names)) != len(names):
        raise MediaError(f"stems of one name: {sorted(names)}: each part has one stem")
    longest = max(stem.audio.shape[0] for stem in stems)
    if longest < HOP:
        raise MediaError(f"the longest stem has {longest} frames: at least {HOP} (0.1 s) are needed")
    for stem in stems:
        if stem.role not in preset.chains:
            raise MediaError(
                f"stem {stem.part!r} has role {stem.role!r}: use one of {', '.join(sorted(preset.chains))}"
            )
        if stem.audio.ndim != 2 or stem.audio.shape[1] not in (1, 2):
            raise MediaError(f"stem {stem.part!r} has shape {stem.audio.shape}: give [frames, 1 or 2]")
        if not np.isfinite(stem.audio).all():
            raise MediaError(f"stem {stem.part!r} holds values that are not finite: make it again")
    return int(longest)


def _numbered(stems: Sequence[StemAudio]) -> list[tuple[int, StemAudio]]:
    """Each stem with its place among the stems of its role, from 0."""
    seen: dict[str, int] = {}
    numbered = []
    for stem in stems:
        numbered.append((seen.get(stem.role, 0), stem))
        seen[stem.role] = seen.get(stem.role, 0) + 1
    return numbered


def _add_instrument(desk: _Desk, stem: StemAudio, number: int, of_role: int) -> None:
    """Puts an instrument through its chain and on its bus; parts of one role stand left and right by turns."""
    chain = desk.preset.chains[stem.role]
    sound = equalize(as_stereo(stem.audio, desk.time.frames), chain.bands)
    sound, _ = compress(sound, ratio=chain.ratio, over_db=2.0, attack_ms=chain.attack_ms, release_ms=chain.release_ms)
    sound = widened(sound, chain.width) if chain.width > 0 else sound
    level = fullest_lufs(block_energies(sound), desk.time)
    if level <= SILENT_LUFS:
        return
    gain_db = REFERENCE_LUFS + chain.level_lu - 7.0 * math.log10(of_role) - level
    pan = chain.pan if number % 2 == 0 else -chain.pan
    bus = stem.role if stem.role == "drums" else "rest" if stem.role == "bass" else "comping"
    desk.gains[stem.part] = round(gain_db, 3)
    desk.add(bus, panned(sound, pan) * 10.0 ** (gain_db / 20.0), chain)


def _punch(desk: _Desk) -> None:
    """Holds the highest peaks of the drums, so that the master need not: transients stay, stray hits go."""
    drums = desk.buses["drums"]
    peak_db = 20.0 * math.log10(max(float(np.abs(drums).max()), 1e-6))
    if peak_db > -60.0 and desk.preset.drum_punch_db > 0:
        down_db = min(0.0, -peak_db - 3.0)
        ceiling_db = max(peak_db + down_db - desk.preset.drum_punch_db, -30.0)
        held = limit(drums * 10.0 ** (down_db / 20.0), ceiling_db).audio
        desk.buses["drums"] = held * np.float32(10.0 ** (-down_db / 20.0))


def _add_voices(desk: _Desk, voices: Sequence[StemAudio]) -> float | None:
    """Places the voice above the backing, the backing's presence below the voice, and the doubles around it."""
    backing = desk.buses["drums"] + desk.buses["rest"] + desk.buses["comping"]
    under = block_energies(backing)
    doubles = [stem for stem in voices if "double" in stem.part]
    leads = [stem for stem in voices if "double" not in stem.part]
    sung: NDArray[np.float64] | None = None
    for stem in leads:
        chain = desk.preset.chains["vocal"]
        sound = _voice(stem, chain, desk.time.frames)
        energies = block_energies(sound)
        if gated_lufs(energies) <= SILENT_LUFS:
            continue
        whole, by_section = vocal_gains_db(energies, under, desk.time, desk.preset.vocal_over_lu)
        if under.max() <= 1e-9:
            whole = REFERENCE_LUFS - gated_lufs(energies)
            by_section = (whole,) * len(desk.time.sections)
        curve = desk.time.curve(by_section) if desk.time.sections else np.full(desk.time.frames, 10.0 ** (whole / 20.0))
        sound *= curve[:, None]
        desk.gains[stem.part] = round(whole, 3)
        sung = sound if sung is None else sung + sound
        desk.add("rest", sound, chain)
    if sung is None:
        return None
    energies = block_energies(sung)
    for stem in doubles:
        _add_double(desk, stem, energies)
    _give_way(desk, energies)
    under = block_energies(backing) if under.max() > 1e-9 else under
    return over_lu(energies, under, singing(energies)) if under.max() > 1e-9 else None


def _voice(stem: StemAudio, chain: Chain, frames: int) -> NDArray[np.float64]:
    """A voice cleaned, de-essed and held even: a slow compressor takes what a first, fast one leaves."""
    sound = de_ess(balanced(equalize(as_stereo(stem.audio, frames), chain.bands), VOICE))
    sound, _ = compress(sound, ratio=chain.ratio, over_db=1.0, attack_ms=chain.attack_ms, release_ms=chain.release_ms)
    sound, _ = compress(sound, ratio=1.5, over_db=-3.0, attack_ms=40.0, release_ms=400.0)
    return sound


def _add_double(desk: _Desk, stem: StemAudio, sung: NDArray[np.float64]) -> None:
    """A second take around the first: wide, 7 LU lower where both sing."""
    chain = desk.preset.chains["vocal-double"]
    sound = widened(_voice(stem, chain, desk.time.frames), chain.width)
    energies = block_energies(sound)
    where = singing(energies) & singing(sung)
    if where.sum() < 5 or gated_lufs(energies) <= SILENT_LUFS:
        return
    gain_db = lufs(float(sung[where].mean())) + DOUBLE_LU - lufs(float(energies[where].mean()))
    desk.gains[stem.part] = round(gain_db, 3)
    desk.add("rest", sound * 10.0 ** (gain_db / 20.0), chain)


def _give_way(desk: _Desk, sung: NDArray[np.float64]) -> None:
    """Dips the comping's presence while the voice sings, moving over about 0.3 s."""
    if desk.preset.dip_db >= 0:
        return
    comping = desk.buses["comping"]
    dip = Band(_PRESENCE.kind, _PRESENCE.hz, desk.preset.dip_db, _PRESENCE.q)
    active = np.convolve(singing(sung).astype(np.float64), np.array([0.25, 0.5, 0.25]), mode="same")
    at = (np.arange(active.size) + 0.5) * HOP
    amount = np.interp(np.arange(comping.shape[0]), at, active)
    comping += amount[:, None] * (equalize(comping, [dip]) - comping)


def _finished(desk: _Desk, over: float | None) -> MixResult:
    """The buses and the room summed, sections balanced, at the mix's loudness."""
    time, preset, buses = desk.time, desk.preset, desk.buses
    total = buses.pop("drums") + buses.pop("rest") + buses.pop("comping")
    total += reverberated(buses.pop("room"), seconds=preset.room_s, pre_delay_s=preset.pre_delay_s)
    step_s = preset.echo_quarters * TICKS_PER_QUARTER * time.seconds_per_tick
    total += echoed(buses.pop("echo"), step_s=step_s)
    trims = section_trims_db(block_energies(total), time)
    if any(trims):
        total *= time.curve(trims)[:, None]
        desk.gains |= {f"section {s.name}": round(t, 3) for s, t in zip(time.sections, trims, strict=True) if t}
    level = gated_lufs(block_energies(total))
    if level <= SILENT_LUFS:
        raise MediaError("every stem is silent: nothing to mix; look at the score and the singer")
    gain = min(10.0 ** ((MIX_LUFS - level) / 20.0), HIGHEST_PEAK / max(float(np.abs(total).max()), 1e-9))
    audio = (total * gain).astype(np.float32)
    energies = block_energies(audio)
    return MixResult(
        audio=audio,
        integrated_lufs=round(gated_lufs(energies), 2),
        sections=section_loudness(energies, time.sections, time.seconds_per_tick, time.bar_ticks),
        gains=desk.gains,
        vocal_over_lu=None if over is None else round(over, 2),
    )
