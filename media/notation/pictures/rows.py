"""How a song is laid out in rows of bars, so that like bars of a section stand under each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from media.notation.lettering import width
from schemas.music import LeadSheet
from schemas.plan import SectionSpan

LEFT, RIGHT, WIDTH = 92.0, 24.0, 1_600.0
"""Margins and width of a picture, in its own units (pixels at 100 %)."""

WORD_SIZE, SMALL_WORD_SIZE = 14.0, 11.0
_MUSIC_WIDTH = WIDTH - LEFT - RIGHT
_WORD_GAP = 4.0
_MUST_FIT = 0.9


class Row(NamedTuple):
    """Some bars side by side, counted from 0, and the section they belong to, where there is one."""

    first_bar: int
    bars: int
    section: SectionSpan | None


def rows_of(sections: Sequence[SectionSpan], bars: int, per_row: int) -> list[Row]:
    """Rows of at most `per_row` bars; each section begins one."""
    rows: list[Row] = []
    covered = 0
    for section in sorted(sections, key=lambda span: span.first_bar):
        if section.first_bar >= bars:
            break
        rows += _cut(covered, section.first_bar, per_row, None)
        end = min(bars, section.first_bar + section.bars)
        rows += _cut(max(covered, section.first_bar), end, per_row, section)
        covered = max(covered, end)
    return rows + _cut(covered, bars, per_row, None)


def _cut(first: int, end: int, per_row: int, section: SectionSpan | None) -> list[Row]:
    return [Row(bar, min(per_row, end - bar), section) for bar in range(first, end, per_row)]


def bars_per_row(lead: LeadSheet | None, bars: int) -> int:
    """Eight, four where words would not fit under eight, sixteen and more for songs of hundreds of bars."""
    if bars > 256:
        return 32
    if bars > 128:
        return 16
    if lead is None or not lead.melody:
        return 8
    return 8 if _share_that_fits(lead, bar_width(8), WORD_SIZE if bars <= 64 else SMALL_WORD_SIZE) >= _MUST_FIT else 4


def word_size(lead: LeadSheet, per_row: int) -> float:
    """How large the words are set: as large as lets nearly all of them stand under their notes."""
    fits = [s for s in (WORD_SIZE, 13.0, 12.0) if _share_that_fits(lead, bar_width(per_row), s) >= _MUST_FIT]
    return fits[0] if fits else SMALL_WORD_SIZE


def _share_that_fits(lead: LeadSheet, wide: float, size: float) -> float:
    starts = sung_starts(lead)
    fitting = sum(
        width(text, "serif", size) + _WORD_GAP <= (after - tick) * wide / lead.bar_ticks
        for (tick, text), (after, _) in pairwise(starts)
    )
    return fitting / max(1, len(starts) - 1)


def sung_starts(lead: LeadSheet) -> list[tuple[int, str]]:
    """Where each syllable begins, in ticks, and its letters, with a hyphen where its word goes on."""
    found: dict[int, int] = {}
    for note in lead.melody:
        found.setdefault(note.syllable, note.onset_ticks)
    return [
        (tick, lead.syllables[index].text + ("" if lead.syllables[index].ends_word else "-"))
        for index, tick in found.items()
    ]


def bar_width(per_row: int) -> float:
    """How wide a bar is drawn."""
    return _MUSIC_WIDTH / per_row
