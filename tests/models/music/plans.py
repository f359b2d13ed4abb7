"""Random plans, and words that fit them, for property tests of the composer."""

from __future__ import annotations

from typing import get_args

import numpy as np

from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.plan import TONICS, Genre, Key, LinePlan, Mode, SectionPlan, SongPlan, VoiceRange

FORM = ("intro", "verse", "chorus", "verse", "chorus", "bridge", "chorus", "outro")


def random_song(seed: int, *, longest: int = 12, **changes: object) -> tuple[SongPlan, Lyrics]:
    """A plan of a seed's own form, key, genre and words."""
    rng = np.random.default_rng(seed)
    prechorus = rng.random() < 0.3
    roles = [role for role in FORM if role != "bridge" or rng.random() < 0.4]
    if prechorus:
        roles = [each for role in roles for each in (("prechorus", "chorus") if role == "chorus" else (role,))]
    shapes = {role: _shape(rng, longest) for role in ("verse", "chorus", "prechorus", "bridge")}
    sections, words = [], []
    for number, role in enumerate(roles):
        name = f"{role} {number}"
        if role in ("intro", "outro"):
            sections.append(SectionPlan(name=name, role=role, bars=int(rng.integers(1, 5)), energy=0.3))
            continue
        counts, line_bars = shapes[role]
        text = name if role == "verse" else role
        lines = tuple(LinePlan(syllables=count, stress=("01" * 8)[:count]) for count in counts)
        sections.append(
            SectionPlan(
                name=name,
                role=role,
                bars=line_bars * len(lines),
                energy=0.6,
                words=text,
                melody=role,
                lines=lines,
                line_bars=line_bars,
            )
        )
        if not any(section.name == text for section in words):
            words.append(LyricSection(name=text, role=role, lines=tuple(_line(rng, count) for count in counts)))
    low = int(rng.integers(50, 62))
    plan = SongPlan(
        song_id="song-1",
        theme="rain",
        genre=get_args(Genre)[int(rng.integers(6))],
        mood="hopeful",
        key=Key(tonic=TONICS[int(rng.integers(12))], mode=get_args(Mode)[int(rng.integers(2))]),
        tempo_bpm=int(rng.integers(55, 150)),
        beats_per_bar=3 if rng.random() < 0.25 else 4,
        voice_range=VoiceRange(low=low, high=low + int(rng.integers(9, 20))),
        sections=tuple(sections),
    )
    return plan.replaced(**changes), Lyrics(title="Rain", sections=tuple(words))


def _shape(rng: np.random.Generator, longest: int) -> tuple[list[int], int]:
    lines, line_bars = int(rng.choice((2, 3, 4, 4, 4, 6, 8))), int(rng.choice((1, 2, 2, 2)))
    most = min(longest, 9 if line_bars == 1 else longest)
    pair = [int(rng.integers(3, most + 1)) for _ in range(2)]
    return [
        pair[index % 2] if rng.random() < 0.85 else int(rng.integers(3, most + 1)) for index in range(lines)
    ], line_bars


def _line(rng: np.random.Generator, count: int) -> LyricLine:
    words: list[Word] = []
    left = count
    while left:
        size = min(left, int(rng.choice((1, 1, 1, 2, 2, 3))))
        marks = (
            [int(rng.random() < 0.55)] if size == 1 else [1, 0, 0][:size] if rng.random() < 0.7 else [0, 1, 0][:size]
        )
        words.append(
            Word(
                text="la" * size,
                syllables=tuple(Syllable(text="la", phones=("L", "AA"), stress=mark) for mark in marks),  # type: ignore[arg-type]
            )
        )
        left -= size
    return LyricLine(words=tuple(words))
