"""New notes or chords for some bars, joined to what stands before and after; everything outside them stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from models.music.reworking.chance import chance
from models.music.reworking.chords import Border, begun, choose_chords, coloured, places_between, rests_of
from models.music.reworking.harmonising import harmonise
from models.music.reworking.hearing import Harmonies, anchor_of, harmonies_of, harmony_at
from models.music.reworking.rewriting import Desk, Freedom, alone, rewrite_line
from models.music.reworking.sung import checked_bars, sung_lines_of
from models.music.tune_writer import Writing
from schemas.errors import StepError
from schemas.music import ChordSpan, LeadSheet, MelodyNote
from schemas.plan import SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

InfillPart = Literal["melody", "chords", "both"]
ROWS = 8
"""Candidates for each line."""


def infill(
    lead: LeadSheet,
    plan: SongPlan,
    model: MusicTransformer,
    *,
    first_bar: int,
    last_bar: int,
    part: InfillPart,
    seed: int,
    rows: int = ROWS,
) -> LeadSheet:
    """The lead sheet with new notes, chords or both in some bars; words, form and all that sounds elsewhere stay.

    New notes are as many as the old, on the same syllables. A note or chord that sounds over the edge of the bars
    belongs to both sides and stays as well. A network that learned to fill gaps hears what follows; any other is led
    there by rules: the last new note lies within an octave of what follows, new chords lead into the next.

    Args:
        lead: the song.
        plan: its plan, for genre and voice.
        model: the network, in evaluation mode.
        first_bar: the first of the bars, counted from 0.
        last_bar: the last of them, itself meant.
        part: what is new.
        seed: 0 or more.
        rows: candidates for each line, 1 to 64; the best is kept.

    Raises:
        StepError: the song has no such bars, or nothing in them can be new; the message says why.
        SettingsError: the seed is out of bounds.
    """
    begin, end = checked_bars(lead, first_bar, last_bar)
    if part not in get_args(InfillPart) or not 1 <= rows <= 64:
        raise StepError(f"part {part!r} must be melody, chords or both, and rows {rows} from 1 to 64")
    rng = chance(seed, "infill", part, first_bar, last_bar)
    free = {i for i, note in enumerate(lead.melody) if _inside(note.onset_ticks, note.duration_ticks, begin, end)}
    if part == "melody" and not free:
        raise StepError(f"{_bars(first_bar, last_bar)} hold no note of their own: ask for chords, or for more bars")
    chords = lead.chords
    if part != "melody":
        stays = [n for i, n in enumerate(lead.melody) if part == "chords" or i not in free]
        chords = _new_chords(lead, plan, model, begin, end, stays, rng)
    melody: Sequence[MelodyNote] = lead.melody
    if part != "chords" and free:
        guide = harmonies_of(lead, chords or harmonise(lead, plan, model, seed=seed).chords)
        desk = Desk(lead, plan, model, guide, anchor_of(lead, plan.voice_range), rows, lead.melody)
        melody = alone(_new_notes(desk, free, begin, end, rng), model)
    return lead.replaced(melody=tuple(melody), chords=chords)


def _inside(onset: int, duration: int, begin: int, end: int) -> bool:
    return begin <= onset and onset + duration <= end


def _bars(first_bar: int, last_bar: int) -> str:
    return f"bar {first_bar + 1}" if first_bar == last_bar else f"bars {first_bar + 1} to {last_bar + 1}"


def _new_notes(desk: Desk, free: set[int], begin: int, end: int, rng: np.random.Generator) -> Writing[list[MelodyNote]]:
    melody = list(desk.lead.melody)
    for line in sung_lines_of(desk.lead):
        indices = range(line.first, line.first + len(line.notes))
        new = frozenset(index - line.first for index in indices if index in free)
        if new:
            locked = frozenset(range(len(line.notes))) - new
            freedom = Freedom(onsets=new, pitches=new, locked=locked, begin=begin, end=end)
            written = yield from rewrite_line(replace(desk, melody=melody), line, freedom, rng)
            melody[line.first : line.first + len(written)] = written
    return melody


def _new_chords(
    lead: LeadSheet,
    plan: SongPlan,
    model: MusicTransformer,
    begin: int,
    end: int,
    melody: Sequence[MelodyNote],
    rng: np.random.Generator,
) -> tuple[ChordSpan, ...]:
    """All chords of the song, those in the bars new, except any that sounds over an edge."""
    stays = [span for span in lead.chords if not _inside(span.onset_ticks, span.duration_ticks, begin, end)]
    start, over = begin, end
    for span in stays:
        ends = span.onset_ticks + span.duration_ticks
        if span.onset_ticks < begin < ends:
            start = max(start, ends)
        elif begin <= span.onset_ticks < end:
            over = min(over, span.onset_ticks)
    if start >= over:
        bars = _bars(begin // lead.bar_ticks, end // lead.bar_ticks - 1)
        raise StepError(
            f"the chord that begins before {bars} sounds through all of it: ask for the bars before as well"
        )
    kept: Harmonies = harmonies_of(lead, stays)
    after = next((chord for tick, chord in kept if tick >= over), None)
    before = harmony_at([each for each in kept if each[0] < start], start)
    places = places_between(lead, start, over, rests_of(lead, sung_lines_of(lead)))
    chosen = choose_chords(
        lead,
        model,
        places,
        melody=melody,
        genre=plan.genre,
        base=anchor_of(lead, plan.voice_range),
        rng=rng,
        kept=kept,
        border=Border(before, after),
        avoided=harmonies_of(lead),
    )
    new = coloured(lead, begun(places, chosen), over, melody=melody, genre=plan.genre, rng=rng, following=after)
    return tuple(sorted((*stays, *new), key=lambda span: span.onset_ticks))
