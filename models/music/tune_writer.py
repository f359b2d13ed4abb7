"""Writes the tunes of a song one after another, line by line, each line the best of several candidates."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from models.music.constraints import PitchRules
from models.music.decoding import LineChoice, LineTask, sample_line
from models.music.form import Register, Tune, compass, register_of
from models.music.harmony import Harmony, Slot, chord_weights, menu
from models.music.motif import Motif, Placing, motif_of, place_motif, sequence
from models.music.progression import chord_places, chord_slots
from models.music.rhythm import LineShape, RhythmLattice, Wishes, grid_for, lay, strengths
from models.music.scoring import score
from models.music.tokens import PHRASE, Event, Meter, Piece, anchor, pitch_token, prefix, spell
from schemas.plan import Genre, SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

_OFFBEAT: dict[Genre, float] = {"bossa": 0.5, "synth-pop": 0.3, "lo-fi": 0.3, "rock": 0.2}
_SHAPES = ((0.0, 2.0, 3.0, 1.0, -2.0), (-2.0, 0.0, 2.0, 2.0, 0.0), (2.5, 1.0, 0.0, -1.5, -2.5), (0.0, -1.5, 0.0, 2.5, 0.0))
"""Courses a line may take, in semitones from the middle of its register."""
_KEPT_SHARE = 0.75
_PEAK_ABOVE = 2
_ATTEMPTS = 4


@dataclass(frozen=True)
class WrittenLine:
    """A line and where its chords begin, in slots."""

    choice: LineChoice
    chord_slots: tuple[int, ...]
    last_slots: int
    """How long the last note is held."""


@dataclass(frozen=True)
class WrittenTune:
    """A tune as it is written."""

    tune: Tune
    grid: int
    lines: tuple[WrittenLine, ...]

    @property
    def pitches(self) -> list[int]:
        """All pitches, in order."""
        return [pitch for line in self.lines for pitch in line.choice.pitches]


@dataclass(frozen=True)
class _Answer:
    """What a line takes over from the one it answers."""

    copied: dict[int, int]
    liked: dict[int, int]
    harmonies: dict[int, Harmony]
    rhythms: tuple[Wishes, ...]


class TuneWriter:
    """Writes tunes; each hears all those before it."""

    def __init__(self, plan: SongPlan, model: MusicTransformer, *, seed: int, takes: int) -> None:
        self.plan, self.model, self.seed, self.takes = plan, model, seed, takes
        self.compass = compass(plan.voice_range)
        self.anchor = anchor(plan.key.pitch_class, sum(self.compass) / 2)
        self.meter: Meter = "3/4" if plan.beats_per_bar == 3 else "4/4"
        self.written: dict[str, WrittenTune] = {}
        self._events: list[Event] = []
        self._phrases: set[int] = set()
        self._end = 0
        self._before: tuple[int, ...] = ()

    def write(self, tune: Tune) -> WrittenTune:
        """Writes a tune; a chorus again, higher, until it lies above the verses."""
        register = self._register(tune)
        verse = [pitch for other in self._of("verse") for pitch in other.pitches]
        kept = (list(self._events), set(self._phrases), self._end, self._before)
        for attempt in range(_ATTEMPTS):
            self._events, self._phrases, self._end, self._before = list(kept[0]), set(kept[1]), kept[2], kept[3]
            lifted = replace(register, low=register.low + attempt, centre=register.centre + 1.5 * attempt)
            made = self._write(tune, lifted, attempt)
            if tune.role != "chorus" or not verse or float(np.mean(made.pitches)) >= float(np.mean(verse)) + 1.0:
                break
        self.written[tune.name] = made
        return made

    def _of(self, role: str) -> list[WrittenTune]:
        return [made for made in self.written.values() if made.tune.role == role]

    def _register(self, tune: Tune) -> Register:
        verse = [pitch for made in self._of("verse") for pitch in made.pitches]
        chorus = [pitch for made in self._of("chorus") for pitch in made.pitches]
        mean = float(np.mean(verse)) if verse else None
        register = register_of(tune.role, *self.compass, max(verse, default=None), mean)
        if chorus and tune.role != "chorus":
            top = max(chorus) - 1
            register = replace(register, high=min(register.high + 2, top), centre=min(register.centre, top - 3.0))
        return register

    def _write(self, tune: Tune, register: Register, attempt: int) -> WrittenTune:
        plan = self.plan
        grid = max(
            (grid_for(line.syllables, plan.beats_per_bar, tune.line_bars, plan.tempo_bpm) for line in tune.lines), default=1
        )
        shapes = [
            LineShape(line.stress, plan.beats_per_bar, tune.line_bars, plan.tempo_bpm, grid, _OFFBEAT.get(plan.genre, 0.0))
            for line in tune.lines
        ]
        motif = self._motif(tune)
        placing = motif and place_motif(motif, shapes, tune.lines, plan.key, register, self.compass)
        peak = self._peak(tune, placing or None)
        lines: list[WrittenLine] = []
        for number, shape in enumerate(shapes):
            generator = self._generator(tune.name, number, attempt)
            job = _LineJob(self, tune, register, number, shape, placing or None, peak, generator)
            lines.append(self._write_line(job, lines))
        return WrittenTune(tune, grid, tuple(lines))

    def _write_line(self, job: _LineJob, lines: list[WrittenLine]) -> WrittenLine:
        task = job.task(lines)
        context = self._context(task.tokens)
        choices = sample_line(self.model, context, task, rows=self.takes, generator=job.generator)
        leader = job.tune.lines[job.number].answers
        others = [line.choice for made in self.written.values() for line in made.lines]
        others += [line.choice for index, line in enumerate(lines) if index != leader]
        best = max(choices, key=lambda choice: score(choice, task, others))
        self._remember(best, task)
        last = task.lattice.last_length(best.onsets[-1]) if best.onsets else 0
        return WrittenLine(best, task.chord_slots, last)

    def _motif(self, tune: Tune) -> Motif | None:
        """The motif that a chorus takes over: that of the first tune of another role."""
        if tune.role != "chorus":
            return None
        for made in self.written.values():
            if made.tune.role != "chorus":
                found = motif_of([line.choice for line in made.lines], made.grid)
                if found is not None:
                    return found
        return None

    def _peak(self, tune: Tune, placing: Placing | None) -> tuple[int, int, int] | None:
        """Line, note and least pitch of a chorus's highest note: a stressed syllable past the middle of a line."""
        if tune.role != "chorus":
            return None
        others = [pitch for made in self.written.values() if made.tune.role != "chorus" for pitch in made.pitches]
        floor = min(max(others, default=self.compass[0]) + _PEAK_ABOVE, self.compass[1])
        while floor % 12 not in self.plan.key.scale:
            floor += 1 if floor < self.compass[1] else -1
        places = [
            (line.answers is not None, placing is not None and placing.line == number, -mark, abs(note / line.syllables - 0.6), number, note)
            for number, line in enumerate(tune.lines)
            for note, mark in enumerate(line.stress)
            if (placing is None or placing.line != number or note not in placing.pitches)
            and (note < line.syllables - 1 or line.syllables == 1)
        ]
        if not places:
            return (0, 0, floor)
        *_, number, note = min(places)
        return number, note, floor

    def _context(self, room: int) -> list[int]:
        """What was written so far, its oldest phrases left out where the network cannot hold them."""
        start = prefix(self.meter, self.plan.key.mode)
        if not self._events:
            return start
        piece = Piece(self.meter, self.plan.key.mode, "song", tuple(self._events), frozenset(self._phrases))
        tokens = spell(piece)[len(start) : -1]
        most = self.model.config.context - room - len(start)
        while len(tokens) > most:
            later = next((place for place, token in enumerate(tokens) if token == PHRASE and place > 0), len(tokens))
            tokens = tokens[later:]
        return start + tokens

    def _remember(self, choice: LineChoice, task: LineTask) -> None:
        grid = task.lattice.shape.grid
        for slot, token in zip(task.chord_slots, choice.chord_tokens, strict=True):
            self._events.append(Event(self._end + slot // grid, token))
        for slot, pitch in zip(choice.onsets, choice.pitches, strict=True):
            self._events.append(Event(self._end + slot // grid, pitch_token(pitch - self.anchor)))
        if choice.onsets:
            self._phrases.add(self._end + choice.onsets[0] // grid)
        self._end += task.lattice.shape.slots // grid
        self._before = (*self._before, *choice.pitches)[-3:]

    def _generator(self, *place: object) -> np.random.Generator:
        name = "/".join(str(part) for part in (self.seed, *place))
        return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big"))


@dataclass(frozen=True)
class _LineJob:
    """One line of a tune, about to be written."""

    writer: TuneWriter
    tune: Tune
    register: Register
    number: int
    shape: LineShape
    placing: Placing | None
    peak: tuple[int, int, int] | None
    generator: np.random.Generator

    @property
    def final(self) -> bool:
        return self.number == len(self.tune.lines) - 1

    def task(self, lines: Sequence[WrittenLine]) -> LineTask:
        """What is to be decided, after the lines before it."""
        plan = self.writer.plan
        leader = self.tune.lines[self.number].answers
        answer = self._answer(lines[leader]) if leader is not None else _Answer({}, {}, {}, ())
        pinned = self.placing if self.placing and self.placing.line == self.number else None
        wishes = (*((Wishes(pinned=pinned.onsets),) if pinned else ()), *answer.rhythms)
        lattice = lay(self.shape, wishes)
        places = chord_places(plan, self.tune, self.number, self.shape, self.generator)
        avoided = None
        if self.number == 0 and self.tune.role != "verse":
            avoided = next((m.lines[0].choice.harmonies[0] for m in self.writer.written.values()), None)
        slots = chord_slots(self.tune, self.number, places, answer.harmonies, avoided)
        rules = self._rules(lattice, answer, pinned)
        fixed = {**answer.copied}
        if pinned:
            fixed |= {pinned.onsets[note]: pitch for note, pitch in pinned.pitches.items()}
        before = lines[-1].choice.harmonies[-1] if lines else None
        rule = _chord_rule(plan, slots, places, fixed, rules.strength)
        return LineTask(lattice, rules, menu(plan.key.mode), places, rule, before)

    def _rules(self, lattice: RhythmLattice, answer: _Answer, pinned: Placing | None) -> PitchRules:
        writer, plan = self.writer, self.writer.plan
        course = _SHAPES[int(self.generator.integers(len(_SHAPES)))] if self.number % 2 == 0 else _SHAPES[2 * int(self.generator.integers(2))]
        notes = lattice.syllables
        contour = np.interp(np.linspace(0, 1, max(notes, 1)), np.linspace(0, 1, len(course)), course)[:notes]
        last_sung = [section.melody for section in plan.sections if section.melody]
        closes = self.final and self.tune.closes and (self.tune.role == "chorus" or last_sung[-1:] == [self.tune.name])
        return PitchRules(
            key=plan.key,
            anchor=writer.anchor,
            compass=writer.compass,
            register=self.register,
            contour=tuple(float(value) for value in contour),
            strength=tuple(np.tile(strengths(plan.beats_per_bar, self.shape.grid), self.shape.bars)),
            closes=closes,
            copied=answer.copied,
            liked=answer.liked,
            pinned=pinned.pitches if pinned else {},
            peak=(self.peak[1], self.peak[2]) if self.peak and self.peak[0] == self.number else None,
            before=writer._before,
        )

    def _answer(self, leader: WrittenLine) -> _Answer:
        """How a line takes up another: the same notes, or the same course moved by a step, with an end of its own."""
        onsets, pitches = leader.choice.onsets, list(leader.choice.pitches)
        count, own = len(onsets), len(self.shape.stress)
        head = int(np.ceil(self._head() * count))
        moved = self.tune.role != "chorus" and not self.final and self.number < 4 and self.generator.random() < 0.3
        if moved and pitches:
            pitches = self._sequenced(pitches)
        copied = dict(zip(onsets[:head], pitches, strict=False))
        liked = dict(zip(onsets[head:], pitches[head:], strict=True))
        harmonies = {} if moved else dict(zip(leader.chord_slots, leader.choice.harmonies, strict=True))
        return _Answer(copied, liked, harmonies, _answering_rhythms(onsets, own))

    def _head(self) -> float:
        if self.final:
            return 0.6
        if self.tune.role == "chorus" or self.number >= 4:
            return 1.0 if self.generator.random() < 0.5 else 0.8
        return float(self.generator.choice((0.6, 0.75, 0.9)))

    def _sequenced(self, pitches: list[int]) -> list[int]:
        low, high = self.writer.compass
        for steps in self.generator.permutation((-2, -1, 1, 2)):
            moved = sequence(pitches, self.writer.plan.key, int(steps))
            if min(moved) >= low and max(moved) <= min(high, self.register.high):
                return moved
        return pitches


def _answering_rhythms(onsets: Sequence[int], own: int) -> tuple[Wishes, ...]:
    """How a line of `own` syllables may keep another's onsets, the closest first."""
    count = len(onsets)
    if own == count:
        kept = int(np.ceil(_KEPT_SHARE * count)) if count >= 4 else count
        pins = dict(enumerate(onsets[:kept]))
        return (Wishes(pinned=pins, liked=frozenset(onsets[kept:])), Wishes(pinned=dict(enumerate(onsets))))
    if own < count:
        return (Wishes(allowed=frozenset(onsets)),)
    most = int(np.ceil(_KEPT_SHARE * count))
    liked = frozenset(onsets)
    return tuple(Wishes(required=frozenset(onsets[:kept]), liked=liked) for kept in range(count, most - 1, -1))


def _chord_rule(
    plan: SongPlan, slots: Sequence[Slot], places: Sequence[int], fixed: dict[int, int], strength: Sequence[float]
) -> _ChordRule:
    return _ChordRule(plan, tuple(slots), tuple(places), fixed, tuple(strength))


@dataclass(frozen=True)
class _ChordRule:
    """Weights of chords, in sympathy with the notes that are already settled."""

    plan: SongPlan
    slots: tuple[Slot, ...]
    places: tuple[int, ...]
    fixed: dict[int, int]
    strength: tuple[float, ...]

    def __call__(self, place: int, before: Harmony | None) -> np.ndarray:
        key = self.plan.key
        weights = chord_weights(key.mode, self.plan.genre, self.slots[place], before)
        end = self.places[place + 1] if place + 1 < len(self.places) else len(self.strength)
        for slot, pitch in self.fixed.items():
            if self.places[place] <= slot < end:
                degree = (pitch - key.pitch_class) % 12
                agrees = np.array([degree in chord.tones for chord in menu(key.mode)])
                weights = weights + np.where(agrees, 1.2, -1.2) * self.strength[slot]
        return weights
