"""Variations of a song's tunes: from one ornament to another melody over the same words and chords."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from models.music.reworking.chance import chance
from models.music.reworking.harmonising import harmonise, section_ticks
from models.music.reworking.hearing import SIXTEENTH, anchor_of, harmonies_of
from models.music.reworking.rewriting import Desk, Freedom, alone, rewrite_line
from models.music.reworking.sung import SungLine, sung_lines_of
from models.music.rhythm import strengths
from models.music.tune_writer import Writing
from schemas.errors import SettingsError
from schemas.music import LeadSheet, MelodyNote
from schemas.plan import SongPlan

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

ROWS = 8
_SHORTEST_RUN, _LONGEST_RUN = 4, 9
"""Notes of a run that counts as the song's motif."""
_CHANCE = 0.5
"""How much chance, and not weight in the tune, decides which notes are changed first."""


def vary(
    lead: LeadSheet, plan: SongPlan, model: MusicTransformer, *, amount: float, seed: int, rows: int = ROWS
) -> LeadSheet:
    """The lead sheet with its tunes varied: words, form, chords and the number of notes stay.

    That share of the notes is free to take another pitch, and as many another place in time; about two thirds of them
    do. Light ones come first (off the beat, short, unstressed); ends of lines, stressed beats, the song's highest note
    and the motif that its tunes share come last. At 0 the song is the same, at 1 every note is free. Sections that sing
    the same notes go on doing so.

    Args:
        lead: the song.
        plan: its plan, for voice and genre.
        model: the network, in evaluation mode.
        amount: how far from the song, 0 to 1.
        seed: 0 or more.
        rows: candidates for each line, 1 to 64; the best is kept.

    Raises:
        SettingsError: `amount`, `seed` or `rows` is out of bounds.
        StepError: a line is too long for the network.
    """
    if not 0 <= amount <= 1 or not 1 <= rows <= 64:
        raise SettingsError(f"amount {amount} must be from 0 to 1 and rows {rows} from 1 to 64")
    chance(seed)
    if amount == 0 or not lead.melody:
        return lead
    chords = lead.chords or harmonise(lead, plan, model, seed=seed).chords
    desk = Desk(lead, plan, model, harmonies_of(lead, chords), anchor_of(lead, plan.voice_range), rows, lead.melody)
    return lead.replaced(melody=tuple(alone(_varied(desk, amount, seed), model)))


def _varied(desk: Desk, amount: float, seed: int) -> Writing[list[MelodyNote]]:
    melody = list(desk.lead.melody)
    for sections in _same_notes(desk.lead):
        lines = [line for line in sung_lines_of(desk.lead) if line.section == sections[0]]
        for line, freedom in zip(lines, _freedoms(desk.lead, lines, amount, seed), strict=True):
            rng = chance(seed, "vary", line.section, line.number)
            written = yield from rewrite_line(replace(desk, melody=melody), line, freedom, rng)
            melody[line.first : line.first + len(written)] = written
        _repeat(desk.lead, melody, sections)
    return melody


def _same_notes(lead: LeadSheet) -> list[list[int]]:
    """Sections in groups that sing the same notes, in order."""
    groups: dict[object, list[int]] = {}
    for index, span in enumerate(lead.sections):
        notes = _notes_of(lead, lead.melody, index)
        begin, _ = section_ticks(lead, span)
        if notes:
            first = notes[0].syllable
            lines = tuple((lead.syllables[n.syllable].line, n.syllable - first) for n in notes)
            tune = (span.bars, lines, tuple((n.onset_ticks - begin, n.duration_ticks, n.pitch) for n in notes))
            groups.setdefault(tune, []).append(index)
    return list(groups.values())


def _notes_of(lead: LeadSheet, melody: Sequence[MelodyNote], section: int) -> list[MelodyNote]:
    return [note for note in melody if lead.syllables[note.syllable].section == section]


def _repeat(lead: LeadSheet, melody: list[MelodyNote], sections: Sequence[int]) -> None:
    """Gives the later sections of a group the notes of the first."""
    source = _notes_of(lead, melody, sections[0])
    for section in sections[1:]:
        shift = (lead.sections[section].first_bar - lead.sections[sections[0]].first_bar) * lead.bar_ticks
        places = [index for index, n in enumerate(melody) if lead.syllables[n.syllable].section == section]
        for place, note in zip(places, source, strict=True):
            melody[place] = note.replaced(onset_ticks=note.onset_ticks + shift, syllable=melody[place].syllable)


def _freedoms(lead: LeadSheet, lines: Sequence[SungLine], amount: float, seed: int) -> list[Freedom]:
    """Which notes of a tune's lines are free; those of a small amount are among those of a greater."""
    shared = shared_notes(lead)
    weights = np.array([weight for line in lines for weight in _weights(lead, line, shared)])
    count = len(weights)
    free = []
    for kind in ("onsets", "pitches"):
        rng = chance(seed, "vary", kind, lines[0].section)
        ranks = weights.argsort(kind="stable").argsort(kind="stable") / max(count, 1)
        order = ((1 - _CHANCE) * ranks + _CHANCE * rng.random(count)).argsort(kind="stable").argsort(kind="stable")
        free.append(order < round(amount * count))
    freedoms, at = [], 0
    for line in lines:
        onsets, pitches = (np.flatnonzero(each[at : at + len(line.notes)]).tolist() for each in free)
        freedoms.append(Freedom(frozenset(onsets), frozenset(pitches)))
        at += len(line.notes)
    return freedoms


def shared_notes(lead: LeadSheet) -> set[int]:
    """Indices of the notes of the longest run of intervals and rhythm that two tunes of the song have in common."""
    runs: dict[tuple[tuple[int, int], ...], dict[str, set[int]]] = {}
    for index, span in enumerate(lead.sections):
        own = [at for at, note in enumerate(lead.melody) if lead.syllables[note.syllable].section == index]
        notes = [lead.melody[at] for at in own]
        moves = [(b.pitch - a.pitch, b.onset_ticks - a.onset_ticks) for a, b in pairwise(notes)]
        for size in range(_SHORTEST_RUN - 1, _LONGEST_RUN):
            for start in range(len(moves) - size + 1):
                places = runs.setdefault(tuple(moves[start : start + size]), {})
                places.setdefault(span.melody or span.name, set()).update(own[start : start + size + 1])
    common = [(len(run), run) for run, tunes in runs.items() if len(tunes) > 1]
    if not common:
        return set()
    return set().union(*runs[max(common)[1]].values())


def _weights(lead: LeadSheet, line: SungLine, shared: Collection[int]) -> list[float]:
    """How much each note of a line carries: its beat, stress and length, the line's end, and the song's motif."""
    bar = strengths(lead.beats_per_bar)
    highest = max(note.pitch for note in lead.melody)
    found = []
    for index, note in enumerate(line.notes):
        sixteenth, off = divmod(note.onset_ticks % lead.bar_ticks, SIXTEENTH)
        beat = 0.0 if off else float(bar[sixteenth])
        length = min(note.duration_ticks / (8 * SIXTEENTH), 1.0)
        marks = (index + 1 == len(line.notes)) + (note.pitch == highest) + 2 * (line.first + index in shared)
        found.append(beat + line.stress[index] + length + marks)
    return found
