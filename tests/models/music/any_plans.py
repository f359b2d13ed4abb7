"""Plans and given things at the edges of what the schemas allow, for tests and benchmarks of dead ends."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import numpy as np

from models.music.given import Given, given_of
from schemas.composing import GivenNote, GivenTune, MotifNote, SongMotif
from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.music import ChordQuality, ChordSpan, LeadSheet
from schemas.plan import TONICS, Genre, Key, LinePlan, Mode, SectionPlan, SongPlan, VoiceRange

ROLES = (("verse",), ("chorus",), ("verse", "chorus"), ("bridge", "verse"), ("verse", "prechorus", "chorus"))


def any_plan(rng: np.random.Generator) -> tuple[SongPlan, Lyrics]:
    """A plan of one to three tunes with whatever lines, bars, tempo, key and voice the schemas allow, and its words."""
    sections, words = [], []
    for role in ROLES[int(rng.integers(len(ROLES)))]:
        line_bars = int(rng.choice((1, 1, 2, 2, 3, 4, 8)))
        counts = [int(rng.integers(1, 17)) for _ in range(int(rng.integers(1, min(4, 32 // line_bars) + 1)))]
        lines = tuple(LinePlan(syllables=n, stress="".join(rng.choice(("0", "1"), n))) for n in counts)
        sections.append(
            SectionPlan(
                name=role,
                role=role,  # type: ignore[arg-type]
                bars=line_bars * len(lines),
                energy=0.5,
                words=role,
                melody=role,
                lines=lines,
                line_bars=line_bars,
            )
        )
        sung = tuple(LyricLine(words=tuple(_word(rng) for _ in range(n))) for n in counts)
        words.append(LyricSection(name=role, role=role, lines=sung))  # type: ignore[arg-type]
    low = int(rng.integers(36, 84))
    width = int(rng.choice((9, 9, 10, 11, 12, 14, 19, 30, 60)))
    plan = SongPlan(
        song_id="song-1",
        theme="rain",
        genre=get_args(Genre)[int(rng.integers(6))],
        mood="hopeful",
        key=Key(tonic=TONICS[int(rng.integers(12))], mode=get_args(Mode)[int(rng.integers(2))]),
        tempo_bpm=int(rng.integers(50, 181)),
        beats_per_bar=int(rng.choice((3, 4))),  # type: ignore[arg-type]
        voice_range=VoiceRange(low=low, high=min(96, low + max(width, 9))),
        sections=tuple(sections),
    )
    return plan, Lyrics(title="Rain", sections=tuple(words))


def any_given(rng: np.random.Generator, plan: SongPlan) -> tuple[tuple[GivenTune, ...], SongMotif | None]:
    """Chords, notes and a motif for a plan, each present by chance."""
    tunes = []
    for section in plan.sections:
        chords = _chords(rng, plan, section) if rng.random() < 0.3 else ()
        notes = _notes(rng, plan, section) if rng.random() < 0.3 else ()
        if chords or notes:
            tunes.append(GivenTune(tune=section.melody, chords=chords, notes=notes))
    return tuple(tunes), _motif(rng, plan.key.mode) if rng.random() < 0.4 else None


def faults(plan: SongPlan, given: Given, lead: LeadSheet) -> list[str]:
    """What is invalid in a composed lead sheet; nothing where every bar is as it should be."""
    found = []
    starts = dict(zip((section.melody for section in plan.sections), plan.section_starts(), strict=True))
    fixed: set[tuple[int, int, int]] = set()
    for name, tune in given.tunes.items():
        at = starts[name] * plan.bar_ticks
        length = next(s.line_bars for s in plan.sections if s.melody == name) * plan.bar_ticks
        for number, line in enumerate(tune.lines):
            fixed |= {(at + number * length + n[0], n[1], n[2]) for n in (line.notes if line is not None else ())}
        chords = {span.replaced(onset_ticks=span.onset_ticks + at) for span in tune.chords}
        if not chords <= set(lead.chords):
            found.append(f"{name}: given chords are not as given")
    sung = {(n.onset_ticks, n.duration_ticks, n.pitch) for n in lead.melody}
    if not fixed <= sung:
        found.append(f"given notes are missing: {sorted(fixed - sung)[:3]}")
    for note in lead.melody:
        if (note.onset_ticks, note.duration_ticks, note.pitch) in fixed:
            continue
        syllable = lead.syllables[note.syllable]
        section = plan.sections[syllable.section]
        begin = (plan.section_starts()[syllable.section] + syllable.line * section.line_bars) * plan.bar_ticks
        end = begin + section.line_bars * plan.bar_ticks
        if not begin <= note.onset_ticks or note.onset_ticks + note.duration_ticks > end:
            found.append(f"tick {note.onset_ticks}: the note lies outside its line's bars")
        if not plan.voice_range.low <= note.pitch <= plan.voice_range.high:
            found.append(f"tick {note.onset_ticks}: pitch {note.pitch} lies outside the voice")
        if note.pitch % 12 not in plan.key.scale:
            found.append(f"tick {note.onset_ticks}: pitch {note.pitch} lies outside the key")
        if note.onset_ticks % 60:
            found.append(f"tick {note.onset_ticks}: off the grid")
    leaps = [abs(two.pitch - one.pitch) for one, two in pairwise(lead.melody)]
    if not fixed and max(leaps, default=0) > 12:
        found.append(f"a leap of {max(leaps)} semitones")
    tick = 0
    for chord in lead.chords:
        if chord.onset_ticks != tick:
            found.append(f"tick {tick}: no chord, or two at once")
        tick = chord.onset_ticks + chord.duration_ticks
    if tick != plan.bars * plan.bar_ticks:
        found.append(f"chords end at tick {tick}")
    if len(lead.syllables) != sum(line.syllables for section in plan.sections for line in section.lines):
        found.append("syllables are missing")
    return found


def fixed_for(rng: np.random.Generator, plan: SongPlan) -> Given:
    """Something fixed of a plan, by chance.

    Raises:
        StepError: it does not fit.
    """
    return given_of(plan, *any_given(rng, plan))


def _word(rng: np.random.Generator) -> Word:
    return Word(text="la", syllables=(Syllable(text="la", phones=("L", "AA"), stress=int(rng.integers(0, 3))),))  # type: ignore[arg-type]


def _chords(rng: np.random.Generator, plan: SongPlan, section: SectionPlan) -> tuple[ChordSpan, ...]:
    step = int(rng.choice((plan.bar_ticks, 960, 480, 700)))
    return tuple(
        ChordSpan(
            onset_ticks=tick,
            duration_ticks=min(step, section.bars * plan.bar_ticks - tick),
            root=int(rng.integers(12)),
            quality=get_args(ChordQuality)[int(rng.integers(14))],
            bass=None if rng.random() < 0.8 else int(rng.integers(12)),
        )
        for tick in range(0, section.bars * plan.bar_ticks, step)
        if rng.random() < 0.85
    )[:256]


def _notes(rng: np.random.Generator, plan: SongPlan, section: SectionPlan) -> tuple[GivenNote, ...]:
    notes: list[GivenNote] = []
    length = section.line_bars * plan.bar_ticks
    for number, line in enumerate(section.lines):
        if rng.random() < 0.3:
            continue
        count = line.syllables + int(rng.choice((0, 0, 0, 1, 3)))
        unit = int(rng.choice((1, 40, 60, 120)))
        places = np.sort(rng.choice(length // unit, min(count, length // unit), replace=False)) * unit
        ends = [*places[1:], length]
        for tick, end in zip(places, ends, strict=True):
            pitch = int(rng.integers(plan.voice_range.low, plan.voice_range.high + 1))
            held = int(end - tick) if rng.random() < 0.8 else max(1, int(end - tick) // 2)
            notes.append(GivenNote(number * length + int(tick), held, pitch))
    return tuple(notes)


def _motif(rng: np.random.Generator, mode: Mode) -> SongMotif:
    count = int(rng.integers(3, 9))
    onsets = np.cumsum([0, *rng.choice((1, 2, 2, 4, 4, 6), count - 1)])
    degrees = np.cumsum([int(rng.integers(-2, 8)), *rng.integers(-3, 4, count - 1)])
    notes = tuple(MotifNote(int(at), 2, int(degree)) for at, degree in zip(onsets, degrees, strict=True))
    return SongMotif(album_notes=notes, notes=notes, mode=mode, relation="as it is", model="motif:test")
