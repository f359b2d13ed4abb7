"""New chords for a melody as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.music.harmony import Harmony, menu
from models.music.reworking.chance import chance
from models.music.reworking.chords import Rest, begun, choose_chords, coloured, places_between, rests_of
from models.music.reworking.hearing import anchor_of
from models.music.reworking.sung import sung_lines_of
from schemas.music import ChordSpan, LeadSheet, MelodyNote
from schemas.plan import Genre, SectionSpan, SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

_Chords = list[tuple[int, Harmony]]
"""Ticks from the start of a section, and the chord that begins there."""


def harmonise(
    lead: LeadSheet, plan: SongPlan, model: MusicTransformer, *, seed: int, genre: Genre | None = None
) -> LeadSheet:
    """The lead sheet with new chords: melody, words and form stay to the byte.

    Sections that sing the same notes get the same chords. A section without words plays those of the verse (an intro)
    or of the chorus, and an outro ends at home; a song without any words gets chords of its own.

    Args:
        lead: the song; it needs no chords yet.
        plan: its plan, for genre and voice.
        model: the network, in evaluation mode.
        seed: 0 or more; another gives other chords.
        genre: in whose taste; None: the plan's.

    Raises:
        SettingsError: the seed is out of bounds.
    """
    style = genre or plan.genre
    rests = rests_of(lead, sung_lines_of(lead))
    base = anchor_of(lead, plan.voice_range)
    kept: _Chords = []
    by_notes: dict[object, _Chords] = {}
    by_section: dict[int, _Chords] = {}
    for index, span in enumerate(lead.sections):
        begin, end = section_ticks(lead, span)
        notes = _notes(lead, begin, end)
        tune = (span.bars, *((n.onset_ticks - begin, n.duration_ticks, n.pitch) for n in notes))
        if not notes:
            continue
        if tune not in by_notes:
            places = places_between(lead, begin, end, rests)
            rng = chance(seed, "chords", index)
            heard = [note for note in lead.melody if note.onset_ticks < end]
            chosen = choose_chords(lead, model, places, melody=heard, genre=style, base=base, rng=rng, kept=kept)
            by_notes[tune] = [(tick - begin, chord) for tick, chord in begun(places, chosen)]
        by_section[index] = by_notes[tune]
        kept += [(begin + tick, chord) for tick, chord in by_notes[tune]]
    if not by_section:
        by_section[_longest(lead)] = _without_words(lead, model, base, style, seed)
    return lead.replaced(chords=tuple(_written(lead, by_section, style, seed)))


def section_ticks(lead: LeadSheet, span: SectionSpan) -> tuple[int, int]:
    """The ticks at which a section begins and ends."""
    return span.first_bar * lead.bar_ticks, (span.first_bar + span.bars) * lead.bar_ticks


def _notes(lead: LeadSheet, begin: int, end: int) -> list[MelodyNote]:
    return [note for note in lead.melody if begin <= note.onset_ticks < end]


def _longest(lead: LeadSheet) -> int:
    return max(range(len(lead.sections)), key=lambda index: (lead.sections[index].bars, -index))


def _without_words(lead: LeadSheet, model: MusicTransformer, base: int, style: Genre, seed: int) -> _Chords:
    begin, end = section_ticks(lead, lead.sections[_longest(lead)])
    places = places_between(lead, begin, end, [Rest(end - lead.bar_ticks, end, "full")])
    chosen = choose_chords(lead, model, places, melody=(), genre=style, base=base, rng=chance(seed, "chords"))
    return [(tick - begin, chord) for tick, chord in begun(places, chosen)]


def _written(lead: LeadSheet, by_section: dict[int, _Chords], style: Genre, seed: int) -> list[ChordSpan]:
    spans: list[ChordSpan] = []
    for index, span in enumerate(lead.sections):
        begin, end = section_ticks(lead, span)
        chords = by_section.get(index) or _borrowed(lead, span, by_section)
        placed = [(begin + tick, chord) for tick, chord in chords]
        same = [other for other, each in by_section.items() if each is by_section.get(index)]
        rng = chance(seed, "colours", *(same[:1] or (span.role,)))
        spans += coloured(lead, placed, end, melody=_notes(lead, begin, end), genre=style, rng=rng)
    return spans


def _borrowed(lead: LeadSheet, span: SectionSpan, by_section: dict[int, _Chords]) -> _Chords:
    """The chords that a section without notes plays: another section's, over and over."""
    wanted = "verse" if span.role in ("intro", "verse") else "chorus"
    source = next((index for index in by_section if lead.sections[index].role == wanted), next(iter(by_section)))
    bar, bars = lead.bar_ticks, lead.sections[source].bars
    first = (-span.bars) % bars if span.role == "outro" else 0
    chords = [
        (tick % bar + at * bar, chord)
        for at in range(span.bars)
        for tick, chord in by_section[source]
        if tick // bar == (first + at) % bars
    ]
    if span.role != "outro":
        return chords
    return [*(each for each in chords if each[0] < (span.bars - 1) * bar), ((span.bars - 1) * bar, _home(lead))]


def _home(lead: LeadSheet) -> Harmony:
    return menu(lead.key.mode)[0]
