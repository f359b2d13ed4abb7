"""Given notes laid to lines and syllables: where each line begins, and which notes a syllable is drawn over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.music.rhythm import strengths
from schemas.composing import GivenNote
from schemas.errors import StepError
from schemas.plan import TICKS_PER_QUARTER, LinePlan, SectionPlan

LONGEST_MELISMA = 8
"""The most notes that a syllable may have, on average over its line."""
_SIXTEENTH = TICKS_PER_QUARTER // 4
_PICKUP, _LATE, _PAUSE = 0.4, 1.0, 0.5
"""What a note before its line's bars costs, one after them, and what a beat of waiting before a line is worth."""
_MISSING = 50.0
_REST, _LEAP, _DRAWN, _SHORT = 2.0, 0.5, 0.4, 0.6


@dataclass(frozen=True)
class GivenLine:
    """The given notes of a line."""

    notes: tuple[GivenNote, ...]
    """Ticks from the line's first bar line; before it where the notes lead into the line."""
    syllables: tuple[int, ...]
    """The syllable of the line that each note is sung on."""

    @property
    def grid(self) -> int:
        """1 where its notes begin on sixteenths, 2 where they ask for a finer grid."""
        onsets = [note.onset_ticks for note in self.notes]
        fine = any(later - earlier < _SIXTEENTH for earlier, later in pairwise(onsets))
        return 2 if fine or any(onset % _SIXTEENTH == _SIXTEENTH // 2 for onset in onsets) else 1

    def stress(self, marks: Sequence[float]) -> tuple[float, ...]:
        """A stress for each note, from those of the syllables; 0 on the later notes of a melisma."""
        opens = [index == 0 or self.syllables[index - 1] != own for index, own in enumerate(self.syllables)]
        return tuple(marks[own] if first else 0.0 for own, first in zip(self.syllables, opens, strict=True))


def divide(
    notes: Sequence[GivenNote], section: SectionPlan, *, tune: str, bar_ticks: int
) -> tuple[GivenLine | None, ...]:
    """The notes of each line of a section; None for a line that has none.

    Args:
        notes: the tune's notes, ticks from its first bar.
        section: a section that sings it.
        tune: its name.
        bar_ticks: length of a bar.

    Raises:
        StepError: a line has fewer notes than syllables, or far more.
    """
    length = section.line_bars * bar_ticks
    cuts = _cuts(notes, section.lines, length, bar_ticks)
    if cuts is None:
        raise StepError(_misfit(notes, section, tune, length))
    lines: list[GivenLine | None] = []
    for number, (first, last) in enumerate(zip(cuts, cuts[1:], strict=False)):
        own = tuple(note._replace(onset_ticks=note.onset_ticks - number * length) for note in notes[first:last])
        lines.append(GivenLine(own, sung_on(own, section.lines[number], bar_ticks)) if own else None)
    return tuple(lines)


def _cuts(notes: Sequence[GivenNote], lines: Sequence[LinePlan], length: int, bar: int) -> list[int] | None:
    """The index of the first note of each line, and the number of notes; None where they cannot be divided.

    The division with the least cost: dynamic programming over lines and notes.
    """
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [0])}
    for number, line in enumerate(lines):
        begin, end = number * length, (number + 1) * length
        reachable: dict[int, tuple[float, list[int]]] = {}
        for first, (cost, cuts) in best.items():
            for last in _ends(notes, first, line.syllables, begin - bar, end + bar // 2):
                total = cost + _cost(notes, first, last, begin, end)
                if last not in reachable or total < reachable[last][0]:
                    reachable[last] = total, [*cuts, last]
        best = reachable
    return best[len(notes)][1] if len(notes) in best else None


def _ends(notes: Sequence[GivenNote], first: int, syllables: int, earliest: int, latest: int) -> list[int]:
    """Where a line that begins with note `first` may end: at once, or after as many notes as its syllables allow."""
    ends = [first]
    for last in range(first + 1, min(len(notes), first + LONGEST_MELISMA * syllables) + 1):
        if not earliest <= notes[last - 1].onset_ticks < latest:
            break
        if last - first >= syllables:
            ends.append(last)
    return ends


def _cost(notes: Sequence[GivenNote], first: int, last: int, begin: int, end: int) -> float:
    inside = sum(begin <= note.onset_ticks < end for note in notes)
    if first == last:
        return _MISSING * bool(inside)
    early = sum(note.onset_ticks < begin for note in notes[first:last])
    late = sum(note.onset_ticks >= end for note in notes[first:last])
    waited = 0.0
    if first:
        waited = min((notes[first].onset_ticks - notes[first - 1].onset_ticks) / TICKS_PER_QUARTER, 2.0)
    return _PICKUP * early + _LATE * late - _PAUSE * waited


def _misfit(notes: Sequence[GivenNote], section: SectionPlan, tune: str, length: int) -> str:
    """Which line does not fit, by the bars in which its notes begin."""
    for number, line in enumerate(section.lines):
        own = sum(number * length <= note.onset_ticks < (number + 1) * length for note in notes)
        where = (
            f"{tune!r}, line {number + 1} (bars {number * section.line_bars + 1} to {(number + 1) * section.line_bars})"
        )
        counted = f"{where}: {own} given notes for {line.syllables} syllables"
        if 0 < own < line.syllables:
            missing = line.syllables - own
            return f"{counted}: {missing} are missing; add notes, or sing {missing} syllables less"
        if own > LONGEST_MELISMA * line.syllables:
            return f"{counted}: {own - LONGEST_MELISMA * line.syllables} are too many"
    return f"the {len(notes)} given notes of {tune!r} do not fall into its {len(section.lines)} lines"


def sung_on(notes: Sequence[GivenNote], line: LinePlan, bar_ticks: int) -> tuple[int, ...]:
    """The syllable that each note is sung on, at least one note each.

    A syllable begins after a rest or a leap and, if stressed, on a beat; a stressed one is rather drawn over several
    notes than an unstressed one, and short notes rather than long ones. Best by dynamic programming.
    """
    count, syllables = len(notes), line.syllables
    if count == syllables:
        return tuple(range(count))
    stress = [float(mark) for mark in line.stress]
    bar = strengths(3 if bar_ticks == 3 * TICKS_PER_QUARTER else 4)
    best = np.full((count, syllables), -np.inf)
    begins = np.zeros((count, syllables), dtype=bool)
    best[0, 0], begins[0, 0] = 0.0, True
    for index in range(1, count):
        before, note = notes[index - 1], notes[index]
        sixteenth, off = divmod(note.onset_ticks % bar_ticks, _SIXTEENTH)
        strength = 0.0 if off else float(bar[sixteenth])
        rests = note.onset_ticks > before.onset_ticks + before.duration_ticks
        opening = _REST * rests + _LEAP * (abs(note.pitch - before.pitch) > 4)
        drawn = -_SHORT * note.duration_ticks / TICKS_PER_QUARTER
        for own in range(syllables):
            goes_on = best[index - 1, own] + drawn + _DRAWN * stress[own]
            starts = best[index - 1, own - 1] + opening + stress[own] * (strength - 0.5) if own else -np.inf
            best[index, own], begins[index, own] = max(starts, goes_on), starts > goes_on
    own, found = syllables - 1, []
    for index in range(count - 1, -1, -1):
        found.append(own)
        own -= int(begins[index, own])
    return tuple(reversed(found))
