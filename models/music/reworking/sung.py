"""A lead sheet taken apart for reworking: its lines, the time that is theirs, and their notes with stresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.music.form import FUNCTION_WORDS
from schemas.errors import StepError
from schemas.music import LeadSheet, MelodyNote

_SECONDARY, _FUNCTION_WORD = 0.6, 0.2


@dataclass(frozen=True)
class SungLine:
    """A line of words and its notes. A line that begins before its bar line or ends after it has that time as well."""

    section: int
    number: int
    opens: int
    """First tick that is the line's own."""
    ends: int
    """Tick at which the next line's time begins, or the section ends."""
    start: int
    """Tick of the bar line at or before `opens`."""
    bars: int
    """Bars from `start` that hold the line."""
    first: int
    """Index of its first note in the lead sheet's melody."""
    notes: tuple[MelodyNote, ...]
    stress: tuple[float, ...]
    """A weight a note, 0 to 1; 0 on the later notes of a melisma."""


def sung_lines_of(lead: LeadSheet, melody: Sequence[MelodyNote] | None = None) -> list[SungLine]:
    """The lines of a lead sheet in order, or those of another melody on its words."""
    notes = lead.melody if melody is None else melody
    grouped: dict[tuple[int, int], list[int]] = {}
    for index, note in enumerate(notes):
        syllable = lead.syllables[note.syllable]
        grouped.setdefault((syllable.section, syllable.line), []).append(index)
    places = list(grouped.items())
    openings = [_opening(lead, notes, key, indices[0]) for key, indices in places]
    lines = []
    for at, ((section, number), indices) in enumerate(places):
        own = tuple(notes[index] for index in indices)
        span = lead.sections[section]
        over = (span.first_bar + span.bars) * lead.bar_ticks
        last = own[-1].onset_ticks + own[-1].duration_ticks
        following = openings[at + 1] if at + 1 < len(places) else over
        ends = max(last, min(following, over))
        start = openings[at] // lead.bar_ticks * lead.bar_ticks
        bars = -(-(ends - start) // lead.bar_ticks)
        stress = tuple(_stress(lead, notes, index) for index in indices)
        lines.append(SungLine(section, number, openings[at], ends, start, bars, indices[0], own, stress))
    return lines


def checked_bars(lead: LeadSheet, first_bar: int, last_bar: int) -> tuple[int, int]:
    """The ticks at which some bars begin and end; bars are counted from 0, both are meant.

    Raises:
        StepError: the song has no such bars.
    """
    if not 0 <= first_bar <= last_bar < lead.bars:
        raise StepError(
            f"bars {first_bar + 1} to {last_bar + 1} are asked for: {lead.title!r} has bars 1 to {lead.bars}, "
            "and the first may not come after the last"
        )
    return first_bar * lead.bar_ticks, (last_bar + 1) * lead.bar_ticks


def _opening(lead: LeadSheet, notes: Sequence[MelodyNote], key: tuple[int, int], index: int) -> int:
    """Where a line's own time begins: at its bar line, unless it begins before, or the line before ends later."""
    span = lead.sections[key[0]]
    written = (span.first_bar + key[1] * span.line_bars) * lead.bar_ticks
    before = 0 if index == 0 else notes[index - 1].onset_ticks + notes[index - 1].duration_ticks
    return max(before, min(written, notes[index].onset_ticks))


def _stress(lead: LeadSheet, notes: Sequence[MelodyNote], index: int) -> float:
    if index and notes[index].syllable == notes[index - 1].syllable:
        return 0.0
    syllable = lead.syllables[notes[index].syllable]
    alone = syllable.text.lower() == syllable.word_text.lower()
    if alone and syllable.word_text.lower().strip("'\".,") in FUNCTION_WORDS:
        return _FUNCTION_WORD if syllable.stress else 0.0
    return {0: 0.0, 1: 1.0, 2: _SECONDARY}[syllable.stress]
