"""Tokens of a full score become a score again, or are refused by name and place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NoReturn

from models.music.score_alphabet import (
    DRUM_KIT,
    GENRES,
    LENGTHS,
    MODES,
    MOODS,
    MOST_PARTS,
    PART_ROLES,
    QUALITIES,
    SECTION_ROLES,
    STEP_TICKS,
    STEPS_PER_QUARTER,
    Kind,
    meaning,
    token_name,
)
from models.music.score_tokens import MOST_BARS, MOST_LINES, MOST_NOTES, MOST_SYLLABLES, ScoreControls
from schemas.errors import MediaError
from schemas.music import ChordSpan, Part, PartRole, Score, ScoreNote
from schemas.plan import TONICS, Key, SectionSpan

MOST_TOKENS = 1_000_000


def score_of(tokens: Sequence[int], *, title: str = "untitled", whole: bool = True) -> tuple[Score, ScoreControls]:
    """The score that tokens say, and its controls: the inverse of `score_tokens` on its grids.

    Args:
        tokens: what `score_tokens` or a network wrote.
        title: of the score, 1 to 120 characters.
        whole: False where tokens may end before `end`, as those of a network that was stopped do. What was begun and
            not finished at the end (a note, a chord, a section) is then left out; the heading and a bar must be there.

    Raises:
        MediaError: a token stands where it may not, or the tokens end too early: the message names token and place.
    """
    if len(tokens) > MOST_TOKENS:
        raise MediaError(f"{len(tokens):,} tokens of a score: at most {MOST_TOKENS:,} are read")
    reader = _Reader(tokens, whole)
    reader.read()
    return reader.score(title), reader.controls()


class _EndedEarly(Exception):  # noqa: N818 - tells where reading stopped; never leaves this module
    """The tokens end within something."""


@dataclass
class _Reader:
    """Reads from left to right; each method reads one thing or raises."""

    tokens: Sequence[int]
    whole: bool
    place: int = 0
    values: dict[Kind, int] = field(default_factory=dict)
    parts: list[tuple[PartRole, int]] = field(default_factory=list)
    notes: list[list[ScoreNote]] = field(default_factory=list)
    chords: list[ChordSpan] = field(default_factory=list)
    sections: list[SectionSpan] = field(default_factory=list)
    syllables: list[tuple[str, ...]] = field(default_factory=list)
    named: Counter[str] = field(default_factory=Counter)
    """Sections of each role so far."""
    bars: int = 0
    read_notes: int = 0

    def read(self) -> None:
        """Reads all tokens."""
        try:
            self._heading()
            while not self.bars or self._next() != "end":
                self._sections()
                self._bar()
            self._take("end")
        except _EndedEarly:
            if self.whole or not self.bars:
                raise MediaError(
                    f"the tokens of the score end after {len(self.tokens)} without 'end': they were cut short"
                ) from None
        if self.place < len(self.tokens):
            self._refuse("nothing")

    def score(self, title: str) -> Score:
        """What was read."""
        names: Counter[str] = Counter()
        parts = []
        for (role, program), notes in zip(self.parts, self.notes, strict=True):
            names[role] += 1
            name = role if names[role] == 1 else f"{role}-{names[role]}"
            drums = program == DRUM_KIT
            parts.append(
                Part(name=name, role=role, program=0 if drums else program, is_drums=drums, notes=tuple(notes))
            )
        return Score(
            title=title,
            key=Key(tonic=TONICS[self.values["tonic"]], mode=MODES[self.values["mode"]]),
            tempo_bpm=50 + 5 * self.values["tempo"],
            beats_per_bar=4 if self.values["meter"] else 3,
            sections=tuple(self.sections),
            chords=tuple(self.chords),
            parts=tuple(parts),
            end_ticks=self.bars * self._bar_steps() * STEP_TICKS,
        )

    def controls(self) -> ScoreControls:
        """The controls that were read."""
        genre, mood = self.values.get("genre"), self.values.get("mood")
        return ScoreControls(
            genre=None if genre is None else GENRES[genre],
            mood=None if mood is None else MOODS[mood],
            syllables=tuple(self.syllables) if any(self.syllables) else (),
        )

    def _next(self) -> Kind | None:
        """The kind of the next token, None where it has none."""
        if self.place >= len(self.tokens):
            raise _EndedEarly
        found = meaning(self.tokens[self.place])
        return None if found is None else found[0]

    def _take(self, *kinds: Kind) -> int:
        """The value of the next token, which must be of one of some kinds."""
        if self._next() not in kinds:
            self._refuse(" or ".join(repr(kind) for kind in kinds))
        found = meaning(self.tokens[self.place])
        self.place += 1
        return 0 if found is None else found[1]

    def _refuse(self, wanted: str) -> NoReturn:
        name = token_name(self.tokens[self.place])
        raise MediaError(f"token {self.place} of the score is {name!r} where {wanted} must stand")

    def _heading(self) -> None:
        kinds: tuple[Kind, ...] = ("score", "meter", "tonic", "mode", "tempo")
        self.values = {kind: self._take(kind) for kind in kinds}
        optional: tuple[Kind, ...] = ("genre", "mood")
        for kind in optional:
            if self._next() == kind:
                self.values[kind] = self._take(kind)
        while not self.parts or self._next() == "role":
            if len(self.parts) == MOST_PARTS:
                raise MediaError(f"token {self.place} begins part {MOST_PARTS + 1}: a score has at most {MOST_PARTS}")
            role = PART_ROLES[self._take("role")]
            self.parts.append((role, self._take("program")))
            self.notes.append([])

    def _sections(self) -> None:
        """The sections that begin before the next bar; nothing is kept of one that is cut short."""
        while self._next() == "section":
            role = SECTION_ROLES[self._take("section")]
            energy, bars = self._take("energy") / 10, 1 + self._take("bars")
            melody = f"tune {'abcdefgh'[self._take('tune')]}" if self._next() == "tune" else ""
            lines = self._lines()
            self.named[role] += 1
            span = SectionSpan(
                name=f"{role} {self.named[role]}",
                role=role,
                first_bar=self.bars,
                bars=bars,
                energy=energy,
                melody=melody,
            )
            self.sections.append(span)
            self.syllables.append(lines)

    def _lines(self) -> tuple[str, ...]:
        lines: list[str] = []
        while self._next() == "line":
            begun = self.place
            self._take("line")
            marks = str(self._take("syllable"))
            while self._next() == "syllable":
                marks += str(self._take("syllable"))
            lines.append(marks)
            if len(marks) > MOST_SYLLABLES or len(lines) > MOST_LINES:
                raise MediaError(
                    f"the line at token {begun} is line {len(lines)} of {len(marks)} syllables: "
                    f"at most {MOST_LINES} lines of {MOST_SYLLABLES} a section"
                )
        return tuple(lines)

    def _bar_steps(self) -> int:
        return STEPS_PER_QUARTER * (4 if self.values["meter"] else 3)

    def _bar(self) -> None:
        self._take("bar")
        self.bars += 1
        if self.bars > MOST_BARS:
            raise MediaError(f"token {self.place - 1} begins bar {self.bars}: a score has at most {MOST_BARS}")
        before = -1
        while self._next() == "position":
            position = self._take("position")
            if not before < position < self._bar_steps():
                self.place -= 1
                self._refuse(f"a position from {before + 1} to {self._bar_steps() - 1}")
            before = position
            self._at(((self.bars - 1) * self._bar_steps() + position) * STEP_TICKS)

    def _at(self, onset: int) -> None:
        """Chords and notes that begin at an onset in ticks, at least one of them."""
        if self._next() not in ("chord", "part"):
            self._refuse("'chord' or 'part'")
        while self._next() == "chord":
            root, quality = divmod(self._take("chord"), len(QUALITIES))
            bass = self._take("bass") if self._next() == "bass" else None
            length = LENGTHS[self._take("duration")] * STEP_TICKS
            self.chords.append(
                ChordSpan(onset_ticks=onset, duration_ticks=length, root=root, quality=QUALITIES[quality], bass=bass)
            )
        before = -1
        while self._next() == "part":
            number = self._take("part")
            if not before < number < len(self.parts):
                self.place -= 1
                self._refuse(f"a part from {before + 1} to {len(self.parts) - 1}")
            before = number
            self._notes(number, onset)

    def _notes(self, number: int, onset: int) -> None:
        kind: Kind = "drum" if self.parts[number][1] == DRUM_KIT else "pitch"
        first = True
        while first or self._next() == kind:
            pitch = self._take(kind)
            length = LENGTHS[self._take("duration")] * STEP_TICKS
            self.notes[number].append(ScoreNote(onset, length, pitch, 8 * self._take("velocity") + 4))
            self.read_notes += 1
            if self.read_notes > MOST_NOTES:
                raise MediaError(f"more than {MOST_NOTES:,} notes by token {self.place}: take a shorter stretch")
            first = False
