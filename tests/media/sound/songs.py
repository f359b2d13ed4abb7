"""A hand-made score with a quiet verse and a full chorus, and a buzzing voice for it."""

from __future__ import annotations

import numpy as np

from media.sound.mix import StemAudio
from media.sound.render import song_frames
from schemas.audio import SAMPLE_RATE_HZ
from schemas.music import ChordSpan, Part, Score, ScoreNote
from schemas.plan import Key, SectionSpan

BAR = 4 * 480


def sections() -> tuple[SectionSpan, ...]:
    return (
        SectionSpan(name="intro", role="intro", first_bar=0, bars=2, energy=0.2),
        SectionSpan(name="verse 1", role="verse", first_bar=2, bars=4, energy=0.4, words="verse 1", melody="verse"),
        SectionSpan(name="chorus", role="chorus", first_bar=6, bars=4, energy=0.9, words="chorus", melody="chorus"),
        SectionSpan(name="outro", role="outro", first_bar=10, bars=2, energy=0.2),
    )


def score(tempo_bpm: int = 120, loudest: int = 0) -> Score:
    """Twelve bars of I-vi-IV-V: drums, bass, piano and, in the chorus, strings; `loudest` fixes every velocity."""
    roots = [0, 9, 5, 7]
    drums, bass, chords, pad, melody = [], [], [], [], []
    for bar in range(12):
        at, root = bar * BAR, roots[bar % 4]
        full = 6 <= bar < 10
        velocity = loudest or (100 if full else 66)
        if 2 <= bar < 11:
            drums += [ScoreNote(at + 960 * k, 240, 36, velocity) for k in range(2)]
            drums += [ScoreNote(at + 480 + 960 * k, 240, 38, velocity) for k in range(2)]
            drums += [ScoreNote(at + 240 * k, 120, 42, velocity - 20) for k in range(8 if full else 4)]
            bass += [ScoreNote(at + 960 * k, 900, 36 + root, velocity) for k in range(2)]
        step = 480 if full else 960
        chords += [
            ScoreNote(at + step * k, step - 30, 60 + (root + i) % 12, velocity)
            for k in range(BAR // step)
            for i in (0, 4, 7)
        ]
        if full:
            pad += [ScoreNote(at, BAR, 60 + (root + i) % 12, velocity) for i in (0, 4, 7)]
        if 2 <= bar < 10:
            melody += [ScoreNote(at + 480 * k, 400, 64 + (0, 3, 5, 2)[k], 90) for k in range(4)]
    return Score(
        title="Twelve Bars",
        key=Key(tonic="C", mode="major"),
        tempo_bpm=tempo_bpm,
        sections=sections(),
        chords=tuple(ChordSpan(onset_ticks=b * BAR, duration_ticks=BAR, root=roots[b % 4]) for b in range(12)),
        parts=(
            Part(name="melody", role="melody", program=52, notes=tuple(melody)),
            Part(name="drums", role="drums", program=0, is_drums=True, notes=tuple(drums)),
            Part(name="bass", role="bass", program=33, notes=tuple(bass)),
            Part(name="chords", role="chords", program=0, notes=tuple(chords)),
            Part(name="pad", role="pad", program=48, notes=tuple(pad)),
        ),
        end_ticks=12 * BAR,
    )


def buzz(song: Score, part: str = "vocal", detune_cents: float = 0.0, late_s: float = 0.0) -> StemAudio:
    """The melody hummed on a vowel: harmonics under three formants, with a hiss before every other note; mono."""
    frames = song_frames(song)
    sound = np.zeros(frames)
    rng = np.random.default_rng(7)
    formants = np.array([[650.0, 90.0, 1.0], [1100.0, 110.0, 0.5], [2900.0, 160.0, 0.25]])
    for number, note in enumerate(song.part("melody").notes):
        start = round((note.onset_ticks * song.seconds_per_tick + late_s) * SAMPLE_RATE_HZ)
        length = round(note.duration_ticks * song.seconds_per_tick * SAMPLE_RATE_HZ)
        f0 = 440.0 * 2.0 ** ((note.pitch - 69 + detune_cents / 100.0) / 12.0)
        time_s = np.arange(length) / SAMPLE_RATE_HZ
        tone = np.zeros(length)
        for k in range(1, int(9000 / f0)):
            shape = np.sum(formants[:, 2] / (1.0 + ((k * f0 - formants[:, 0]) / formants[:, 1]) ** 2))
            tone += (shape + 0.01) / k**0.3 * np.sin(2 * np.pi * k * f0 * time_s + k * k)
        tone *= np.minimum(1.0, np.minimum(time_s, time_s[::-1]) / 0.03)
        sound[start : start + length] += 0.1 * tone
        if number % 2:
            hiss = np.diff(rng.standard_normal(3001)) * np.hanning(3000) * 0.08
            sound[start - 3000 : start] += hiss
    return StemAudio(part, "vocal", sound[:, None].astype(np.float32))
