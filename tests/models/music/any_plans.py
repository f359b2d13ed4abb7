"""Plans and given things at the edges of what the schemas allow, for tests and benchmarks of dead ends."""

from __future__ import annotations

from itertools import pairwise
from typing import get_args

import numpy as np

from models.music.given import Given, given_of
from schemas.composing import GivenNote, GivenTune, MotifNote, SongMotif
from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.music import ChordQuality, ChordSpan, LeadSheet, MelodyNote
from schemas.plan import TONICS, Genre, Key, LinePlan, Mode, SectionPlan, SongPlan, VoiceRange

ROLES = (("verse",), ("chorus",), ("bridge",), ("verse", "chorus"), ("verse", "chorus"), ("prechorus", "chorus"))


def any_plan(rng: np.random.Generator) -> tuple[SongPlan, Lyrics]:
    """A plan of one or two tunes with whatever lines, bars, tempo, key and voice the schemas allow, and its words."""
    sections, words = [], []
    for role in ROLES[int(rng.integers(len(ROLES)))]:
        line_bars = int(rng.choice((1, 1, 2, 2, 3, 4, 8)))
        counts = [int(rng.integers(1, 17)) for _ in range(int(rng.integers(1, min(3, 32 // line_bars) + 1)))]
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
    fixed = _fixed_notes(plan, given)
    sung = {(n.onset_ticks, n.duration_ticks, n.pitch) for n in lead.melody}
    found = [f"given notes are missing: {sorted(fixed - sung)[:3]}"] if fixed - sung else []
    for note in lead.melody:
        if (note.onset_ticks, note.duration_ticks, note.pitch) not in fixed:
            found += _note_faults(plan, lead, note)
    leaps = [abs(two.pitch - one.pitch) for one, two in pairwise(lead.melody)]
    if not fixed and max(leaps, default=0) > 12:
        found.append(f"a leap of {max(leaps)} semitones")
    if len(lead.syllables) != sum(line.syllables for section in plan.sections for line in section.lines):
        found.append("syllables are missing")
    return found + _chord_faults(plan, given, lead)


def _start(plan: SongPlan, name: str) -> int:
    """The tick at which a tune begins."""
    sections = zip(plan.sections, plan.section_starts(), strict=True)
    return next(bar for section, bar in sections if section.melody == name) * plan.bar_ticks


def _fixed_notes(plan: SongPlan, given: Given) -> set[tuple[int, int, int]]:
    found = set()
    for name, tune in given.tunes.items():
        length = next(s.line_bars for s in plan.sections if s.melody == name) * plan.bar_ticks
        for number, line in enumerate(tune.lines):
            at = _start(plan, name) + number * length
            found |= {(at + onset, held, pitch) for onset, held, pitch in (line.notes if line is not None else ())}
    return found


def _note_faults(plan: SongPlan, lead: LeadSheet, note: MelodyNote) -> list[str]:
    syllable = lead.syllables[note.syllable]
    section = plan.sections[syllable.section]
    begin = (plan.section_starts()[syllable.section] + syllable.line * section.line_bars) * plan.bar_ticks
    end = begin + section.line_bars * plan.bar_ticks
    wrong = {
        "lies outside its line's bars": note.onset_ticks < begin or note.onset_ticks + note.duration_ticks > end,
        "lies outside the voice": not plan.voice_range.low <= note.pitch <= plan.voice_range.high,
        "lies outside the key": note.pitch % 12 not in plan.key.scale,
        "is off the grid": note.onset_ticks % 60 != 0,
    }
    return [f"the note at {note.onset_ticks} {what}" for what, holds in wrong.items() if holds]


def _chord_faults(plan: SongPlan, given: Given, lead: LeadSheet) -> list[str]:
    found = []
    for name, tune in given.tunes.items():
        at = _start(plan, name)
        if not {span.replaced(onset_ticks=span.onset_ticks + at) for span in tune.chords} <= set(lead.chords):
            found.append(f"{name}: given chords are not as given")
    ends = [0, *(chord.onset_ticks + chord.duration_ticks for chord in lead.chords)]
    starts = [*(chord.onset_ticks for chord in lead.chords), plan.bars * plan.bar_ticks]
    return found + [
        f"tick {end}: no chord, or two at once" for end, start in zip(ends, starts, strict=True) if end != start
    ]


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
        lead = int(rng.choice((0, 0, 0, 240, 960))) if number else 0
        places = np.sort(rng.choice(length // unit, min(count, length // unit), replace=False)) * unit
        ends = [*places[1:], length]
        before = notes[-1].onset_ticks + notes[-1].duration_ticks if notes else 0
        if number * length + int(places[0]) - lead >= before:
            places, ends = places - lead, [end - lead for end in ends]
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
