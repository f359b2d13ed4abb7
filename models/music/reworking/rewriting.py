"""Writes some notes of a line anew, between those that stay: the heart of infilling and varying.

What stays is pinned in the lattice of rhythms and in the rules of pitch, so what is new leads into it: a free note lies
between its neighbours in time and within an octave a note of the next that is kept. Where no other rhythm fits, the old
one stays and the pitches alone are new.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from models.music.constraints import PitchRules
from models.music.decoding import LineChoice, LineRequest, LineTask
from models.music.engine import run_together
from models.music.fixed_rhythm import settled, slots_of
from models.music.form import Register, compass
from models.music.harmony import Harmony, menu
from models.music.reworking.hearing import SIXTEENTH, Harmonies, context_around, harmony_at, piece_of
from models.music.reworking.sung import SungLine
from models.music.rhythm import LineShape, RhythmLattice, Wishes, grid_for, strengths
from models.music.scoring import score
from models.music.tokens import HIGHEST_PITCH, LOWEST_PITCH
from models.music.tune_writer import Writing
from schemas.errors import HibariError, StepError
from schemas.music import LeadSheet, MelodyNote
from schemas.plan import SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

Made = TypeVar("Made")
_HOLDS = (4, 2, 1)
"""Least lengths of a line's last note that are tried, in sixteenths."""
_AHEAD = 3
"""Notes after the line that it is to lead into."""
_REACH = 2
"""Semitones that new notes may lie below those of their line, or a chorus's above its own."""


@dataclass(frozen=True)
class Freedom:
    """Which notes of a line are written anew; indices into the line's notes."""

    onsets: frozenset[int] = frozenset()
    pitches: frozenset[int] = frozenset()
    locked: frozenset[int] = frozenset()
    """Notes that stay to the byte, their length too."""
    begin: int = 0
    """Tick before which no new note begins."""
    end: int = 2**40
    """Tick by which every new note ends."""


@dataclass(frozen=True)
class Desk:
    """What every line of a piece of rewriting needs."""

    lead: LeadSheet
    plan: SongPlan
    model: MusicTransformer
    harmonies: Harmonies
    base: int
    rows: int
    melody: Sequence[MelodyNote] = field(default=())
    """The melody as it now is, lines rewritten before among it."""


@dataclass(frozen=True)
class _FixedChords:
    """The chords of a line, which are not in question."""

    places: tuple[int, ...]
    harmonies: tuple[Harmony, ...]
    menu: tuple[Harmony, ...]

    def __call__(self, place: int, before: Harmony | None, /) -> np.ndarray:
        """Shapes: returns [len(menu)]."""
        weights = np.full(len(self.menu), -np.inf)
        weights[self.menu.index(self.harmonies[place])] = 0.0
        return weights


def rewrite_line(desk: Desk, line: SungLine, freedom: Freedom, rng: np.random.Generator) -> Writing[list[MelodyNote]]:
    """Asks for candidates and returns the line's notes, the free ones new; as many notes on the same syllables.

    Raises:
        StepError: the line is too long for the network.
    """
    if not freedom.onsets | freedom.pitches:
        return list(line.notes)
    lattice, freedom = _lattice(desk, line, freedom)
    task = _task(desk, line, freedom, lattice, rng)
    if task.tokens + 5 > desk.model.config.context:
        raise StepError(
            f"bars {line.start // desk.lead.bar_ticks + 1} to {line.start // desk.lead.bar_ticks + line.bars} hold one "
            f"line of {len(line.notes)} notes, more than the network can read at once: divide it into lines"
        )
    heard = piece_of(desk.lead, desk.melody, desk.harmonies, desk.base)
    first = line.start // desk.lead.bar_ticks
    context = context_around(
        heard, desk.model.config.vocabulary, desk.model.config.context - task.tokens, first, first + line.bars
    )
    choices = yield LineRequest(tuple(context), task, desk.rows, rng)
    ranked = sorted(choices, key=lambda choice: -score(choice, task))
    written = [_notes(line, freedom, choice, lattice) for choice in ranked]
    return next((notes for notes in written if notes != list(line.notes)), written[0])


def _lattice(desk: Desk, line: SungLine, freedom: Freedom) -> tuple[RhythmLattice, Freedom]:
    """The rhythms that are open; a freedom without onsets where there is no other than the old."""
    kept = [index for index in range(len(line.notes)) if index not in freedom.onsets]
    onsets = [note.onset_ticks - line.start for note in line.notes]
    fine = any(onsets[index] % SIXTEENTH for index in kept)
    shape = _shape(desk, line, fine)
    slot = SIXTEENTH // shape.grid
    pinned = slots_of([onsets[index] for index in kept], slot, shape.slots)
    if freedom.onsets and pinned is not None:
        pins = dict(zip(kept, pinned, strict=True))
        for hold in _HOLDS:
            allowed = _allowed(line, freedom, slot, shape, hold) | frozenset(pinned)
            lattice = RhythmLattice(shape, Wishes(pinned=pins, allowed=allowed), hold)
            if lattice.feasible:
                return lattice, freedom
    shape = _shape(desk, line, any(onset % SIXTEENTH for onset in onsets))
    return settled(shape, onsets, SIXTEENTH // shape.grid), replace(freedom, onsets=frozenset())


def _shape(desk: Desk, line: SungLine, fine: bool) -> LineShape:
    lead = desk.lead
    needed = grid_for(len(line.notes), lead.beats_per_bar, line.bars, lead.tempo_bpm)
    return LineShape(line.stress, lead.beats_per_bar, line.bars, lead.tempo_bpm, max(needed, 2 if fine else 1))


def _allowed(line: SungLine, freedom: Freedom, slot: int, shape: LineShape, hold: int) -> frozenset[int]:
    """The slots at which a free note may begin: in its time, and not while a locked note sounds."""
    begin, end = max(line.opens, freedom.begin), min(line.ends, freedom.end)
    sounding = [line.notes[index] for index in freedom.locked]
    found = []
    for index in range(shape.slots):
        tick = line.start + index * slot
        free = all(not n.onset_ticks <= tick < n.onset_ticks + n.duration_ticks for n in sounding)
        if begin <= tick <= end - hold * shape.grid * slot and free:
            found.append(index)
    return frozenset(found)


def _task(desk: Desk, line: SungLine, freedom: Freedom, lattice: RhythmLattice, rng: np.random.Generator) -> LineTask:
    shape = lattice.shape
    slot = SIXTEENTH // shape.grid
    end = line.start + shape.slots * slot
    chords: dict[int, Harmony] = {}
    opening = harmony_at(desk.harmonies, line.start)
    chords[0] = menu(desk.lead.key.mode)[0] if opening is None else opening
    chords |= {(tick - line.start) // slot: chord for tick, chord in desk.harmonies if line.start <= tick < end}
    places, harmonies = tuple(chords), tuple(chords.values())
    known = tuple(dict.fromkeys((*menu(desk.lead.key.mode), *harmonies)))
    before = harmony_at(desk.harmonies, line.start - 1) if line.start else None
    rules = _rules(desk, line, freedom, shape, rng)
    return LineTask(lattice, rules, known, places, _FixedChords(places, harmonies, known), before)


def _rules(desk: Desk, line: SungLine, freedom: Freedom, shape: LineShape, rng: np.random.Generator) -> PitchRules:
    lead, notes = desk.lead, line.notes
    low, high = _limits(desk, line)
    fixed = {index: note.pitch for index, note in enumerate(notes) if index not in freedom.pitches}
    following = desk.melody[line.first + len(notes) :][:_AHEAD]
    fixed |= {len(notes) + place: note.pitch for place, note in enumerate(following)}
    pitches = [note.pitch for note in notes]
    course = np.interp(np.linspace(0, 1, len(notes)), np.linspace(0, 1, 4), rng.normal(0.0, 1.5, 4))
    last = not any(lead.syllables[note.syllable].section == line.section for note in following[:1])
    home = (lead.key.scale[0], lead.key.scale[2])
    return PitchRules(
        key=lead.key,
        anchor=desk.base,
        compass=(low, high),
        register=Register(max(low, min(pitches) - _REACH), min(high, _top(desk, line)), float(np.mean(pitches))),
        contour=tuple(float(value) for value in course),
        strength=tuple(float(s) for s in np.tile(strengths(lead.beats_per_bar, shape.grid), shape.bars)),
        closes=last and pitches[-1] % 12 in home,
        fixed=fixed,
        before=tuple(note.pitch for note in desk.melody[max(0, line.first - 8) : line.first]),
        ends_tune=last,
    )


def _top(desk: Desk, line: SungLine) -> int:
    """The highest pitch wanted: a chorus may rise a little, other sections stay below what they reach now."""
    lead = desk.lead
    top = max(note.pitch for note in lead.melody if lead.syllables[note.syllable].section == line.section)
    return top + _REACH * (lead.sections[line.section].role == "chorus")


def _limits(desk: Desk, line: SungLine) -> tuple[int, int]:
    """The lowest and highest pitch that a new note may have: the song's, or those of the voice's middle."""
    voice = desk.plan.voice_range
    pitches = [note.pitch for note in desk.lead.melody if voice.low <= note.pitch <= voice.high]
    low, high = compass(voice)
    low, high = min(low, *pitches, high), max(high, *pitches, low)
    return max(low, desk.base + LOWEST_PITCH), min(high, desk.base + HIGHEST_PITCH)


def _notes(line: SungLine, freedom: Freedom, choice: LineChoice, lattice: RhythmLattice) -> list[MelodyNote]:
    """A candidate as notes: what stays keeps its ticks; a note is held to the next where that, or it, is new."""
    slot = SIXTEENTH // lattice.shape.grid
    onsets = [
        line.start + choice.onsets[index] * slot if index in freedom.onsets else note.onset_ticks
        for index, note in enumerate(line.notes)
    ]
    written = []
    for index, note in enumerate(line.notes):
        pitch = choice.pitches[index] if index in freedom.pitches else note.pitch
        moved = index in freedom.onsets or index + 1 in freedom.onsets
        length = note.duration_ticks
        if moved and index not in freedom.locked:
            last = index + 1 == len(line.notes)
            room = lattice.last_length(choice.onsets[index]) * slot if last else onsets[index + 1] - onsets[index]
            length = min(room, min(line.ends, freedom.end) - onsets[index])
        written.append(
            MelodyNote(onset_ticks=onsets[index], duration_ticks=length, pitch=pitch, syllable=note.syllable)
        )
    return written


def alone(job: Writing[Made], model: MusicTransformer) -> Made:
    """What a piece of writing returns.

    Raises:
        HibariError: it cannot be written.
    """
    (made,) = run_together([job], model)
    if isinstance(made, HibariError):
        raise made
    return made
