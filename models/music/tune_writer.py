"""Writes the tunes of a song one after another, line by line, each line the best of several candidates.

Writing is a generator: it yields a request for each line and is sent the candidates, so that many songs can be written
side by side and the network reads for all of them at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeVar

import numpy as np

from models.music.decoding import LineChoice, LineRequest, LineTask
from models.music.form import Register, Tune, TuneLine, compass, register_of
from models.music.given import NOTHING, Given
from models.music.harmony import Harmony
from models.music.line_job import Joins, LineJob, Peak, WrittenLine
from models.music.motif import MOTIF_NOTES, Motif, Placing, Range, motifs_of, opening
from models.music.rhythm import LineShape, grid_for
from models.music.scoring import score
from models.music.tokens import PHRASE, PREFIX_TOKENS, Event, Meter, Piece, anchor, pitch_token, prefix, spell
from schemas.errors import StepError
from schemas.plan import Genre, SectionRole, SongPlan

_Made = TypeVar("_Made")
Writing = Generator[LineRequest, Sequence[LineChoice], _Made]
"""Yields a request a line, takes its candidates, returns what was made."""

_OFFBEAT: dict[Genre, float] = {"bossa": 0.5, "synth-pop": 0.3, "lo-fi": 0.3, "rock": 0.2}
_PEAK_ABOVE = 2
_MEAN_ABOVE = 1.0
_ATTEMPTS = 4
_LATE_END, _EARLY_END = 1.7, 2.6
"""Mean gaps from the last syllable to the next line, where a line leads on and where it rests."""


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


@dataclass
class _Score:
    """What is written so far, as the network reads it."""

    events: tuple[Event, ...] = ()
    phrases: frozenset[int] = frozenset()
    end: int = 0

    def with_line(self, choice: LineChoice, task: LineTask, base: int) -> _Score:
        """The score with one more line."""
        grid = task.lattice.shape.grid
        chords = zip(task.chord_slots, choice.chord_tokens, strict=True)
        notes = [(slot, pitch_token(pitch - base)) for slot, pitch in zip(choice.onsets, choice.pitches, strict=True)]
        added = [Event(self.end + slot // grid, token) for slot, token in (*chords, *notes)]
        opens = {self.end + slot // grid for slot in choice.onsets[:1]}
        return _Score((*self.events, *added), self.phrases | opens, self.end + task.lattice.shape.slots // grid)


class TuneWriter:
    """Writes tunes; each hears all those before it."""

    def __init__(self, plan: SongPlan, *, context: int, seed: int, takes: int, given: Given = NOTHING) -> None:
        """Nothing is written yet.

        Args:
            plan: the song's plan.
            context: how many tokens the network can hold.
            seed: 0 or more.
            takes: candidates for each line, 1 to 64.
            given: what is fixed.
        """
        self.plan, self.context, self.seed, self.takes, self.given = plan, context, seed, takes, given
        self.compass = compass(plan.voice_range, given.pitches)
        self.anchor = anchor(plan.key.pitch_class, sum(self.compass) / 2)
        self.meter: Meter = "3/4" if plan.beats_per_bar == 3 else "4/4"
        self.written: dict[str, WrittenTune] = {}
        self._score = _Score()
        self._motif: Motif | None = None
        """The album's motif as the first tune sings it."""

    def write(self, tune: Tune) -> Writing[WrittenTune]:
        """Writes a tune; a chorus again, higher, until it lies above the verses."""
        register = self._register(tune)
        verse = self._pitches("verse")
        kept, whole = self._score, self.given.tune(tune.name).whole
        for attempt in range(_ATTEMPTS):
            self._score = kept
            lifted = replace(register, low=register.low + attempt, centre=register.centre + 1.5 * attempt)
            made = yield from self._write(tune, lifted, attempt)
            if whole or tune.role != "chorus" or not verse or np.mean(made.pitches) >= np.mean(verse) + _MEAN_ABOVE:
                break
        self.written[tune.name] = made
        return made

    def _pitches(self, role: SectionRole) -> list[int]:
        return [pitch for made in self.written.values() if made.tune.role == role for pitch in made.pitches]

    def _register(self, tune: Tune) -> Register:
        verse, chorus = self._pitches("verse"), self._pitches("chorus")
        mean = float(np.mean(verse)) if verse else None
        register = register_of(tune.role, *self.compass, max(verse, default=None), mean)
        if chorus and tune.role != "chorus":
            top = max(chorus) - 1
            register = replace(register, high=min(register.high + 2, top), centre=min(register.centre, top - 3.0))
        return register

    def _write(self, tune: Tune, register: Register, attempt: int) -> Writing[WrittenTune]:
        plan = self.plan
        motifs = self._motifs(tune)
        grid, offbeat = self._grid(tune, motifs), _OFFBEAT.get(plan.genre, 0.0)
        peak = self._peak(tune, motifs)
        lines: list[WrittenLine] = []
        before: tuple[int, ...] = ()
        placed = not motifs
        fixed = self.given.tune(tune.name)
        for number, line in enumerate(tune.lines):
            given = fixed.line(number)
            stress = line.stress if given is None else given.stress(line.stress)
            rest = _LATE_END if number % 2 == 0 and number < len(tune.lines) - 1 else _EARLY_END
            shape = LineShape(stress, plan.beats_per_bar, tune.line_bars, plan.tempo_bpm, grid, offbeat, rest)
            job = LineJob(
                plan=plan,
                tune=tune,
                number=number,
                shape=shape,
                within=Range(plan.key, register, self.compass),
                anchor=self.anchor,
                before=before,
                joins=self._joins(tune, before),
                lines=tuple(lines),
                motifs=() if placed or line.syllables < MOTIF_NOTES else motifs,
                insist=not any(_leads(later) for later in tune.lines[number + 1 :]),
                peak=peak if peak is not None and peak.line == number else None,
                avoided=self._avoided(tune) if number == 0 else None,
                generator=self._generator(tune.name, number, attempt),
                given=given,
                fixed=fixed,
                opening=self._opening(shape, register) if number == 0 and given is None else None,
                guide=self.given.guide(tune.name, number),
            )
            written, found = yield from self._write_line(job)
            lines.append(written)
            placed = placed or found
            before = (*before, *written.choice.pitches)
        return WrittenTune(tune, grid, tuple(lines))

    def _joins(self, tune: Tune, own: tuple[int, ...]) -> Joins:
        """The ends and beginnings that a tune meets, its own beginning among them where it is sung twice in a row."""
        order = [section.melody for section in self.plan.sections if section.melody]
        tunes = {name: made.pitches for name, made in self.written.items() if made.pitches}
        before = {one for one, other in pairwise(order) if other == tune.name and one in tunes}
        after = {other for one, other in pairwise(order) if one == tune.name and other in tunes}
        following = [_run(tunes[name]) for name in sorted(after)]
        if (tune.name, tune.name) in pairwise(order) and own:
            following.append(_run(own))
        return Joins(tuple(_run(tunes[name][::-1]) for name in sorted(before)), tuple(following))

    def _write_line(self, job: LineJob) -> Writing[tuple[WrittenLine, bool]]:
        """The best of several candidates, and whether the motif is in it."""
        task, placing = job.task()
        if task.tokens + PREFIX_TOKENS > self.context:
            raise StepError(
                f"line {job.number + 1} of {job.tune.name!r} has {len(job.shape.stress)} notes and "
                f"{len(task.chord_slots)} chords in {job.tune.line_bars} bars: {task.tokens} tokens where the network "
                f"holds {self.context - PREFIX_TOKENS}; divide the line"
            )
        choices = yield LineRequest(self._context(task.tokens), task, self.takes, job.generator)
        leader = job.tune.lines[job.number].answers
        others = [line.choice for made in self.written.values() for line in made.lines]
        others += [line.choice for index, line in enumerate(job.lines) if index != leader]
        best = max(choices, key=lambda choice: score(choice, task, others))
        self._score = self._score.with_line(best, task, self.anchor)
        last = min(task.lattice.last_length(best.onsets[-1]), job.room[1] - best.onsets[-1]) if best.onsets else 0
        return WrittenLine(best, task.chord_slots, last, job.given), placing is not None

    def _opening(self, shape: LineShape, register: Register) -> Placing | None:
        """Where the album's motif opens the song's first tune."""
        if self.given.motif is None or self.written:
            return None
        found = opening(self.given.motif.notes, shape, Range(self.plan.key, register, self.compass))
        if found is None:
            return None
        self._motif, placing = found
        return placing

    def _motifs(self, tune: Tune) -> tuple[Motif, ...]:
        """What a chorus takes over: cells of the first tune of another role that has four notes in a line."""
        if tune.role == "chorus":
            own = self._albums_cells()
            for made in self.written.values():
                found = motifs_of([line.choice for line in made.lines], made.grid)
                if made.tune.role != "chorus" and found:
                    return tuple(dict.fromkeys((*own, *found)))
        return ()

    def _albums_cells(self) -> tuple[Motif, ...]:
        """The album's motif as the first tune sings it, and its beginnings; one of three notes with the note after."""
        if self._motif is None:
            return ()
        line = next(iter(self.written.values())).lines[0].choice
        cells = [self._motif, *self._motif.beginnings()]
        if len(self._motif.pitches) < MOTIF_NOTES <= len(line.pitches):
            grid = next(iter(self.written.values())).grid
            gaps = tuple(float(gap) / grid for gap in np.diff(line.onsets[:MOTIF_NOTES]))
            cells.insert(0, Motif(gaps, line.pitches[:MOTIF_NOTES], albums=True))
        return tuple(cells)

    def _grid(self, tune: Tune, motifs: tuple[Motif, ...]) -> int:
        """The grid that the lines need, and the motif where it comes in thirty-seconds only."""
        beats, tempo = self.plan.beats_per_bar, self.plan.tempo_bpm
        needed = [grid_for(line.syllables, beats, tune.line_bars, tempo) for line in tune.lines]
        needed += [line.grid for line in self.given.tune(tune.name).lines if line is not None]
        fine = bool(motifs) and any(gap % 1 for gap in motifs[0].gaps)
        return max((*needed, 2 if fine else 1))

    def _avoided(self, tune: Tune) -> Harmony | None:
        """The chord that the song's first tune begins with: the others begin with another."""
        first = next(iter(self.written.values()), None)
        return None if first is None else first.lines[0].choice.harmonies[0]

    def _peak(self, tune: Tune, motifs: tuple[Motif, ...]) -> Peak | None:
        """A chorus's highest note: in a line that answers none, rather not the motif's, with a clear stress."""
        if tune.role != "chorus":
            return None
        others = [pitch for made in self.written.values() if made.tune.role != "chorus" for pitch in made.pitches]
        low, high = self.compass
        floor = min(max(others, default=low) + _PEAK_ABOVE, high)
        while floor % 12 not in self.plan.key.scale:
            floor += 1 if floor < high else -1
        counts = [line.syllables for line in tune.lines]
        home = next((number for number, count in enumerate(counts) if motifs and count >= MOTIF_NOTES), None)
        ranks = [
            (
                self.given.tune(tune.name).line(number) is not None,
                count < 2,
                number == home and count < 2 * MOTIF_NOTES,
                line.answers is not None,
                -max(line.stress),
                number,
            )
            for number, (line, count) in enumerate(zip(tune.lines, counts, strict=True))
        ]
        return Peak(min(ranks)[-1], floor)

    def _context(self, room: int) -> tuple[int, ...]:
        """What was written so far, its oldest phrases left out where the network cannot hold them."""
        start = prefix(self.meter, self.plan.key.mode)
        if not self._score.events:
            return tuple(start)
        piece = Piece(self.meter, self.plan.key.mode, "song", self._score.events, self._score.phrases)
        tokens = spell(piece)[len(start) : -1]
        most = self.context - room - len(start)
        while len(tokens) > most:
            later = next((place for place, token in enumerate(tokens) if token == PHRASE and place > 0), len(tokens))
            tokens = tokens[later:]
        return (*start, *tokens)

    def _generator(self, *place: str | int) -> np.random.Generator:
        seed = self.given.seeds.get(str(place[0]), self.seed)
        name = "/".join(str(part) for part in (seed, *place))
        return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big"))


def _leads(line: TuneLine) -> bool:
    """Whether a line says something new and is long enough for a motif."""
    return line.answers is None and line.syllables >= MOTIF_NOTES


def _run(pitches: Sequence[int]) -> tuple[int, int]:
    """The first pitch and how often it is struck in a row."""
    run = next((index for index, pitch in enumerate(pitches) if pitch != pitches[0]), len(pitches))
    return pitches[0], run
