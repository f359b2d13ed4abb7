"""Turns a line of a tune, and all that was written before it, into the task of sampling it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.music.answering import Answer, answer_to, answering_rhythms
from models.music.constraints import PitchRules
from models.music.decoding import LineChoice, LineTask
from models.music.fixed_rhythm import lay_between, settled
from models.music.form import Tune
from models.music.given import FixedTune, Guide
from models.music.given_lines import GivenLine
from models.music.harmony import Harmony, Slot, chord_weights, menu
from models.music.motif import MOTIF_NOTES, Motif, Placing, Range, place_motif
from models.music.progression import chord_places, chord_slots
from models.music.rhythm import LineShape, RhythmLattice, Wishes, strengths
from schemas.plan import TICKS_PER_QUARTER, Genre, Mode, SongPlan

_RANK = 0.7
_POOR_FIT = -6.0
_LENGTH = 1.5
"""Nats: what a cell's rank costs, the fit below which another line is asked, what a note beyond four is worth."""
_RISES = ((0.0, 2.0, 3.0, 1.0, -2.0), (-2.0, 0.0, 2.0, 2.0, 0.0), (0.0, -1.5, 0.0, 2.5, 0.0))
_FALLS = ((0.0, 2.0, 3.0, 1.0, -2.0), (2.5, 1.0, 0.0, -1.5, -2.5))
"""Courses that a line may take, in semitones from the middle of its register."""


@dataclass(frozen=True)
class WrittenLine:
    """A line and where its chords begin, in slots."""

    choice: LineChoice
    chord_slots: tuple[int, ...]
    last_slots: int
    """How long the last note is held."""
    given: GivenLine | None = None
    """The notes as they were given, where they were."""


@dataclass(frozen=True)
class Joins:
    """Pitch and run of repeated notes, of the tunes that are sung before one and after it."""

    preceding: tuple[tuple[int, int], ...] = ()
    following: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Peak:
    """The highest note of a chorus."""

    line: int
    """The line that has it."""
    floor: int
    """Its least pitch."""


@dataclass(frozen=True)
class LineJob:
    """A line about to be written, and what it owes to the rest of the song."""

    plan: SongPlan
    tune: Tune
    number: int
    shape: LineShape
    within: Range
    anchor: int
    before: tuple[int, ...]
    """Pitches sung before it in its tune."""
    joins: Joins
    """How the tunes around its own end and begin."""
    lines: tuple[WrittenLine, ...]
    """The lines before it in its tune."""
    motifs: tuple[Motif, ...]
    """Cells to bring back here where one fits; the first is preferred."""
    insist: bool
    """Whether a cell that fits badly is still better than none: no later line can have it."""
    peak: Peak | None
    """The song's highest note, where it lies in this line."""
    avoided: Harmony | None
    """A chord that its tune must not begin with."""
    generator: np.random.Generator
    given: GivenLine | None = None
    """Notes that are settled."""
    fixed: FixedTune = FixedTune()
    """What is fixed of its tune."""
    opening: Placing | None = None
    """The album's motif, where the line opens with it."""

    guide: Guide = ()
    """Notes that the line follows where its words allow."""

    @property
    def final(self) -> bool:
        """Whether it is the last of its tune."""
        return self.number == len(self.tune.lines) - 1

    def task(self) -> tuple[LineTask, Placing | None]:
        """What is to be decided and where a motif returns."""
        if self.given is not None:
            return self._settled(self.given), None
        answer = self._answer()
        placing = self._placing(answer)
        peak = self._peak(placing)
        if self.peak is not None and peak is None and placing is not None and self.opening is None:
            placing, peak = None, self._peak(None)
        wishes = list(answer.rhythms)
        if placing is not None:
            wishes = [replace(wish, pinned={**wish.pinned, **placing.onsets}) for wish in (*wishes, Wishes())]
        lattice = lay_between(self.shape, wishes, *self.room)
        settled = dict(answer.copied)
        if placing is not None:
            settled |= {placing.onsets[note]: pitch for note, pitch in placing.pitches.items()}
        return self._task(lattice, self._rules(answer, placing, peak), answer, settled), placing

    @property
    def slot_ticks(self) -> int:
        """Length of a slot."""
        return TICKS_PER_QUARTER // (4 * self.shape.grid)

    @property
    def room(self) -> tuple[int, int]:
        """The slots that given notes of the lines around it leave: the first, and the one after the last."""
        slots, ticks = self.shape.slots, self.slot_ticks
        before = self.fixed.line(self.number - 1) if self.number else None
        after = self.fixed.line(self.number + 1)
        over = 0 if before is None else before.notes[-1].onset_ticks + before.notes[-1].duration_ticks - slots * ticks
        early = 0 if after is None else -after.notes[0].onset_ticks
        return max(0, -(-over // ticks)), slots - max(0, -(-early // ticks))

    def _settled(self, given: GivenLine) -> LineTask:
        """A line whose notes are given: its chords alone are open, if they are."""
        lattice = settled(self.shape, [note.onset_ticks for note in given.notes], self.slot_ticks)
        pitches = [note.pitch for note in given.notes]
        rules = replace(self._rules(Answer(), None, None), fixed=dict(enumerate(pitches)))
        return self._task(lattice, rules, Answer(), dict(zip(lattice.onsets, pitches, strict=True)))

    def _task(self, lattice: RhythmLattice, rules: PitchRules, answer: Answer, notes: Mapping[int, int]) -> LineTask:
        """The task of a line, its chords in sympathy with the notes that are settled."""
        plan, bar = self.plan, self.shape.slots // self.shape.bars
        places, harmonies = self._places()
        slots = chord_slots(self.tune, self.number, places, answer.harmonies, self.avoided, bar)
        known = tuple(dict.fromkeys((*menu(plan.key.mode), *harmonies.values())))
        rule = SettledChords(
            mode=plan.key.mode,
            genre=plan.genre,
            slots=tuple(slots),
            places=places,
            degrees={slot: (pitch - plan.key.pitch_class) % 12 for slot, pitch in notes.items()},
            strength=tuple(rules.strength),
            menu=known,
            fixed=harmonies,
        )
        before = self.lines[-1].choice.harmonies[-1] if self.lines else None
        return LineTask(lattice, rules, known, places, rule, before)

    def _places(self) -> tuple[tuple[int, ...], dict[int, Harmony]]:
        """Slots at which chords begin, and which of those chords are given, by place."""
        places = chord_places(self.plan, self.tune, self.number, self.shape, self.generator)
        start = self.number * self.shape.slots * self.slot_ticks
        given = self.fixed.harmonies(self.plan.key, start, start + self.shape.slots * self.slot_ticks)
        if not given:
            return places, {}
        spans = [
            ((onset - start) // self.slot_ticks, -(-(end - start) // self.slot_ticks), harmony)
            for onset, end, harmony in given
        ]
        found: dict[int, Harmony | None] = {
            place: None for place in places if not any(onset <= place < end for onset, end, _ in spans)
        }
        found |= {onset: harmony for onset, _, harmony in spans}
        for slot in (0, *(end for _, end, _ in spans if end < self.shape.slots)):
            found.setdefault(slot, None)
        order = sorted(found)
        fixed = {place: harmony for place, slot in enumerate(order) if (harmony := found[slot]) is not None}
        return tuple(order), fixed

    def _answer(self) -> Answer:
        if self.guide:
            return self._following()
        leader = self.tune.lines[self.number].answers
        if leader is None:
            return Answer()
        return answer_to(
            self.lines[leader].choice,
            self.lines[leader].chord_slots,
            len(self.shape.stress),
            role=self.tune.role,
            number=self.number,
            final=self.final,
            within=self.within,
            generator=self.generator,
        )

    def _following(self) -> Answer:
        """The guide as something to answer: its rhythm as nearly as the syllables allow, and its notes."""
        low, high = self.within.compass
        scale = [pitch for pitch in range(low, high + 1) if pitch % 12 in self.plan.key.scale]
        last = self.shape.slots - self.shape.breath_slots
        notes = {
            onset * self.shape.grid: min(scale, key=lambda each: (abs(each - pitch), each))
            for onset, pitch in self.guide
            if onset * self.shape.grid < last
        }
        return Answer(copied=notes, rhythms=answering_rhythms(tuple(notes), len(self.shape.stress)))

    def _placing(self, answer: Answer) -> Placing | None:
        """Where the cell that suits the words best returns; None where none does and another line may have it."""
        if self.opening is not None:
            return self.opening
        albums = [motif for motif in self.motifs if motif.albums]
        found = self._best_fit(albums, answer)
        if found is not None or (albums and not self.insist):
            return found
        return self._best_fit([motif for motif in self.motifs if not motif.albums], answer)

    def _best_fit(self, motifs: Sequence[Motif], answer: Answer) -> Placing | None:
        best: tuple[float, Placing] | None = None
        for rank, motif in enumerate(motifs):
            found = place_motif(motif, self.number, self.shape, answer.rhythms, self.within)
            if found is None:
                continue
            worth = found[0] - _RANK * rank + _LENGTH * (len(motif.pitches) - MOTIF_NOTES)
            if best is None or worth > best[0]:
                best = worth, found[1]
        if best is None or (best[0] < _POOR_FIT and not self.insist):
            return None
        return best[1]

    def _peak(self, placing: Placing | None) -> tuple[int, int] | None:
        """Note and least pitch of the peak, if it lies here: a stressed syllable past the middle, not of the motif."""
        if self.peak is None:
            return None
        stress, notes = self.shape.stress, len(self.shape.stress)
        kept = set() if placing is None else set(placing.pitches)
        places = [
            (note == notes - 1, -mark, abs(note / notes - 0.6), note)
            for note, mark in enumerate(stress)
            if note not in kept and (note < notes - 1 or notes == 1 or not self.final)
        ]
        return (min(places)[-1], self.peak.floor) if places else None

    def _rules(self, answer: Answer, placing: Placing | None, peak: tuple[int, int] | None) -> PitchRules:
        plan, notes = self.plan, len(self.shape.stress)
        courses = _FALLS if self.final or self.number % 2 else _RISES
        course = courses[int(self.generator.integers(len(courses)))]
        contour = np.interp(np.linspace(0, 1, max(notes, 1)), np.linspace(0, 1, len(course)), course)[:notes]
        last_sung = [section.melody for section in plan.sections if section.melody][-1:]
        closes = self.final and self.tune.closes and (self.tune.role == "chorus" or last_sung == [self.tune.name])
        return PitchRules(
            key=plan.key,
            anchor=self.anchor,
            compass=self.within.compass,
            register=self.within.register,
            contour=tuple(float(value) for value in contour),
            strength=tuple(float(s) for s in np.tile(strengths(plan.beats_per_bar, self.shape.grid), self.shape.bars)),
            closes=closes,
            copied=answer.copied,
            liked=answer.liked,
            pinned={} if placing is None else placing.pitches,
            peak=peak,
            before=self.before,
            ends_tune=self.final,
            preceding=self.joins.preceding,
            following=self.joins.following,
        )


@dataclass(frozen=True)
class SettledChords:
    """Weights of a line's chords, in sympathy with the notes that are already settled."""

    mode: Mode
    genre: Genre
    slots: tuple[Slot, ...]
    places: tuple[int, ...]
    degrees: Mapping[int, int]
    """Slot to the note settled there, in semitones above the tonic."""
    strength: Sequence[float]
    menu: tuple[Harmony, ...]
    """The mode's menu, then the given chords that are not of it."""
    fixed: Mapping[int, Harmony]
    """Given chords, by place."""

    def __call__(self, place: int, before: Harmony | None, /) -> np.ndarray:
        """Log-weights over the menu for one place, after the chord `before`."""
        weights = np.full(len(self.menu), -np.inf)
        if place in self.fixed:
            weights[self.menu.index(self.fixed[place])] = 0.0
            return weights
        own = menu(self.mode)
        weights[: len(own)] = chord_weights(self.mode, self.genre, self.slots[place], before)
        end = self.places[place + 1] if place + 1 < len(self.places) else len(self.strength)
        for slot, degree in self.degrees.items():
            if self.places[place] <= slot < end:
                agrees = np.array([degree in chord.tones for chord in self.menu])
                weights = weights + np.where(agrees, 1.8, -1.8) * self.strength[slot]
        return weights
