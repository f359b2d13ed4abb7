"""Render, mix, master and encode a song of about a minute; peers for rendering and for limiting beside it.

Rendering beside tinysoundfont (one pass for all parts, its own C synthesizer), where it is installed; limiting beside
ffmpeg's `alimiter` between resamplers to 4x and back, which is what one would otherwise reach for. CPU seconds of one
process and its children, the median of several rounds; both sides get the same notes, the same font, the same gain.

    python -m benchmarks.sound [--font timgm6mb] [--rounds 3]
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.demo_song import demo_song
from media.arrange.arrange import arrange_score
from media.sound.encode import encode_mp3, write_flac
from media.sound.fonts import Font, find_font
from media.sound.limiter import limit, true_peak_dbtp
from media.sound.loudness import integrated_lufs, lift_lu
from media.sound.master import master_song
from media.sound.mix import StemAudio, mix_song
from media.sound.render import render_part
from media.voice.sing import sing
from media.voice.voices import VOICES, voice_card
from schemas.audio import SAMPLE_RATE_HZ
from schemas.music import LeadSheet, Score
from schemas.plan import SectionSpan, SongPlan
from tests.examples import song_plan


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--font", default="timgm6mb")
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    font = find_font(options.font)
    lead, score = song()
    seconds = score.end_ticks * score.seconds_per_tick
    print(
        f"{seconds:.0f} s, {len(score.parts) - 1} parts, {sum(len(p.notes) for p in score.parts)} notes, {font.name}\n"
    )
    stems = renders(score, font, options.rounds)
    stems += voices(lead)
    mixes(stems, score, lead, options.rounds)
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"largest memory of this process: {used:.0f} MiB")


def song() -> tuple[LeadSheet, Score]:
    """The demo song with a verse and a chorus, arranged as synth-pop."""
    voice = voice_card(next(iter(VOICES)))
    lead, _ = demo_song(lowest=voice.low)
    half = lead.bars // 2
    lead = lead.replaced(
        sections=(
            SectionSpan(name="intro", role="intro", first_bar=0, bars=1, energy=0.3),
            SectionSpan(name="verse", role="verse", first_bar=1, bars=half - 1, energy=0.4, melody="verse"),
            SectionSpan(
                name="chorus", role="chorus", first_bar=half, bars=lead.bars - half, energy=0.9, melody="chorus"
            ),
        )
    )
    plan: SongPlan = song_plan(genre="synth-pop", tempo_bpm=lead.tempo_bpm)
    return lead, arrange_score(lead, plan, seed=1)


def cpu_s() -> float:
    """CPU seconds of this process and its finished children."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def median_s(rounds: int, work: Callable[[], Any]) -> tuple[float, Any]:
    """The median CPU seconds of some rounds of work, and what the last gave."""
    spent = []
    for _ in range(rounds):
        begun = cpu_s()
        made = work()
        spent.append(cpu_s() - begun)
    return statistics.median(spent), made


def renders(score: Score, font: Font, rounds: int) -> list[StemAudio]:
    """Prints the cost of rendering beside the peer's; the stems."""
    played = [part for part in score.parts if part.role != "melody"]
    ours_s, stems = median_s(
        rounds, lambda: [StemAudio(p.name, p.role, render_part(score, p.name, font.path)) for p in played]
    )
    print(f"render, ours: one stem a part          {ours_s:6.2f} CPU s")
    try:
        import tinysoundfont  # noqa: F401 - only to see whether it is there
    except ImportError:
        print("render, tinysoundfont                  not installed (pip install tinysoundfont)\n")
        return stems
    peer_s, _ = median_s(rounds, lambda: [tiny_render(score, p.name, font) for p in played])
    print(f"render, tinysoundfont: one stem a part {peer_s:6.2f} CPU s, ours / its {ours_s / peer_s:.2f}\n")
    return stems


def tiny_render(score: Score, name: str, font: Font) -> np.ndarray:
    """One part through tinysoundfont, note by note."""
    import tinysoundfont

    part = score.part(name)
    synth = tinysoundfont.Synth(samplerate=SAMPLE_RATE_HZ)
    bank = synth.sfload(str(font.path))
    channel = 9 if part.is_drums else 0
    synth.program_select(
        channel, bank, 128 if part.is_drums else 0, 0 if part.is_drums else part.program, part.is_drums
    )
    scale = score.seconds_per_tick * SAMPLE_RATE_HZ
    events = [(round(n.onset_ticks * scale), 1, n) for n in part.notes]
    events += [(round((n.onset_ticks + n.duration_ticks) * scale), 0, n) for n in part.notes]
    sound, now = [], 0
    for at, on, note in sorted(events):
        if at > now:
            sound.append(np.frombuffer(bytes(synth.generate(at - now)), dtype=np.float32))
            now = at
        if on:
            synth.noteon(channel, note.pitch, note.velocity)
        else:
            synth.noteoff(channel, note.pitch)
    return np.concatenate(sound)


def voices(lead: LeadSheet) -> list[StemAudio]:
    """The singer and its double."""
    voice = next(iter(VOICES))
    takes = [
        (name, sing(lead, voice=voice, seed=1, double=double))
        for name, double in (("vocal", False), ("vocal-double", True))
    ]
    return [StemAudio(name, "vocal", take.audio.reshape(len(take.audio), -1)) for name, take in takes]


def mixes(stems: list[StemAudio], score: Score, lead: LeadSheet, rounds: int) -> None:
    """Prints the cost and the figures of mixing, mastering, limiting and encoding."""
    times: dict[str, Any] = {
        "sections": score.sections,
        "seconds_per_tick": score.seconds_per_tick,
        "bar_ticks": lead.bar_ticks,
    }
    mix_s, mix = median_s(rounds, lambda: mix_song(stems, "synth-pop", **times))
    master_s, master = median_s(rounds, lambda: master_song(mix.audio, **times))
    print(f"mix of {len(stems)} stems {mix_s:.2f} CPU s, voice over the rest {mix.vocal_over_lu:+.1f} LU")
    print(
        f"master {master_s:.2f} CPU s: {master.integrated_lufs:.2f} LUFS, {master.true_peak_dbtp:.2f} dBTP, "
        f"range {master.loudness_range_lu:.1f} LU, limiter {master.limited_db:.1f} dB, "
        f"chorus over verse {lift_lu(master.sections, score.sections):+.1f} LU\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        flac, mp3 = Path(folder) / "song.flac", Path(folder) / "song.mp3"
        flac.write_bytes(write_flac(master.audio))
        print(f"MP3 at 256k {median_s(rounds, lambda: encode_mp3(flac, mp3))[0]:.2f} CPU s\n")
    limiters(mix.audio * 10 ** ((master.gain_db + 3.0) / 20), rounds)


def limiters(loud: np.ndarray, rounds: int) -> None:
    """Prints both limiters on the mix at its mastering gain and 3 dB more."""
    ours_s, ours = median_s(rounds, lambda: limit(loud, -1.5))
    peer_s, peer = median_s(rounds, lambda: ffmpeg_limited(loud.astype(np.float32), -1.5))
    minutes = loud.shape[0] / SAMPLE_RATE_HZ / 60
    for name, spent, audio in (("ours", ours_s, ours.audio), ("ffmpeg alimiter at 4x", peer_s, peer)):
        print(
            f"limit to -1.5 dBTP, {name:22} {spent / minutes:5.2f} CPU s a minute, "
            f"{true_peak_dbtp(audio, 16):6.2f} dBTP, {integrated_lufs(audio):.2f} LUFS"
        )
    print(f"ours / its: {ours_s / peer_s:.2f}\n")


def ffmpeg_limited(audio: np.ndarray, ceiling_dbtp: float) -> np.ndarray:
    """The sound through ffmpeg's look-ahead limiter at 176,400 Hz."""
    import imageio_ffmpeg

    ceiling = 10 ** (ceiling_dbtp / 20)
    form = ["-f", "f32le", "-ar", str(SAMPLE_RATE_HZ), "-ac", "2"]
    limiter = f"alimiter=limit={ceiling}:attack=2:release=60:level=0"
    chain = f"aresample={4 * SAMPLE_RATE_HZ},{limiter},aresample={SAMPLE_RATE_HZ}"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-v",
        "error",
        "-threads",
        "1",
        *form,
        "-i",
        "-",
        "-af",
        chain,
        *form,
        "-",
    ]
    done = subprocess.run(command, input=np.ascontiguousarray(audio).tobytes(), capture_output=True, check=True)
    return np.frombuffer(done.stdout, dtype=np.float32).reshape(-1, 2)


if __name__ == "__main__":
    main()
