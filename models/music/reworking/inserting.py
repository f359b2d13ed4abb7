"""Puts a section into a lead sheet: what comes after moves by its bars."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.errors import StepError
from schemas.music import ChordSpan, LeadSheet, MelodyNote, SungSyllable
from schemas.plan import SectionPlan, SectionSpan


@dataclass(frozen=True)
class NewSection:
    """A section to be put in; ticks and syllables are counted from its own first."""

    plan: SectionPlan
    syllables: tuple[SungSyllable, ...]
    melody: tuple[MelodyNote, ...]
    chords: tuple[ChordSpan, ...]


def inserted(lead: LeadSheet, place: int, new: NewSection) -> LeadSheet:
    """The lead sheet with a new section before the one at that index, or after the last.

    Raises:
        StepError: notes of the new section and of its neighbours would sound at once.
    """
    spans = lead.sections
    bar = spans[place].first_bar if place < len(spans) else lead.bars
    edge, moved = bar * lead.bar_ticks, new.plan.bars * lead.bar_ticks
    first = sum(syllable.section < place for syllable in lead.syllables)
    before = [note for note in lead.melody if note.syllable < first]
    after = [
        note.replaced(onset_ticks=note.onset_ticks + moved, syllable=note.syllable + len(new.syllables))
        for note in lead.melody
        if note.syllable >= first
    ]
    own = [n.replaced(onset_ticks=n.onset_ticks + edge, syllable=n.syllable + first) for n in new.melody]
    for one, other in ((before, own or after), (own, after)):
        if one and other and one[-1].onset_ticks + one[-1].duration_ticks > other[0].onset_ticks:
            where = other[0].onset_ticks // lead.bar_ticks + 1
            raise StepError(f"two notes would sound at once in bar {where}: a line there leads into the next section")
    span = SectionSpan(
        name=new.plan.name,
        role=new.plan.role,
        first_bar=bar,
        bars=new.plan.bars,
        energy=new.plan.energy,
        words=new.plan.words,
        melody=new.plan.melody,
        line_bars=new.plan.line_bars,
    )
    later = tuple(each.replaced(first_bar=each.first_bar + new.plan.bars) for each in spans[place:])
    sung = lead.syllables
    return lead.replaced(
        sections=(*spans[:place], span, *later),
        syllables=(
            *sung[:first],
            *(syllable.replaced(section=place) for syllable in new.syllables),
            *(syllable.replaced(section=syllable.section + 1) for syllable in sung[first:]),
        ),
        melody=(*before, *own, *after),
        chords=(
            *_until(lead, edge),
            *(chord.replaced(onset_ticks=chord.onset_ticks + edge) for chord in new.chords),
            *(c.replaced(onset_ticks=c.onset_ticks + moved) for c in lead.chords if c.onset_ticks >= edge),
        ),
    )


def _until(lead: LeadSheet, edge: int) -> list[ChordSpan]:
    """The chords before a bar line, none sounding over it."""
    return [
        chord.replaced(duration_ticks=min(chord.duration_ticks, edge - chord.onset_ticks))
        for chord in lead.chords
        if chord.onset_ticks < edge
    ]
