"""A choir under a song's melody: alto, tenor and bass as a part of the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.music.chorales.grid import Grid
from models.music.chorales.harmonise import harmonise, held_notes
from schemas.music import LeadSheet, Part, ScoreNote
from schemas.plan import TICKS_PER_QUARTER, SectionSpan

if TYPE_CHECKING:
    from models.music.chorales.network import ChoraleNetwork

SIXTEENTH = TICKS_PER_QUARTER // 4
CHOIR_AAHS = 52
"""General MIDI program."""
REST_STEPS = 4
"""The choir is silent where the melody is for as many sixteenths or more; through shorter rests it holds on."""


def choir_of(lead: LeadSheet, network: ChoraleNetwork, *, seed: int, velocity: int = 64) -> Part:
    """Three voices under the melody, in the song's own chords wherever a voice can reach one of their notes.

    Sections of the same melody and chords are sung alike; those without melody are left to the band.

    Args:
        lead: the song.
        network: of kind `relative` or `lstm`, in evaluation mode.
        seed: 0 or more.
        velocity: 1 to 127, of every note.

    Raises:
        MediaError: a section's melody spans more than two octaves, or lasts more than 256 bars of four.
    """
    notes: list[ScoreNote] = []
    sung: dict[tuple[object, ...], Grid] = {}
    for section in lead.sections:
        soprano, chords = _soprano(lead, section), _chords(lead, section)
        if not any(pitch >= 0 for pitch in soprano):
            continue
        tune = (*soprano, *chords)
        if tune not in sung:
            sung[tune] = harmonise(soprano, network, seed=seed, chords=chords)
        grid = _with_rests(sung[tune], soprano)
        start = section.first_bar * lead.bar_ticks
        notes += [
            ScoreNote(start + note.onset * SIXTEENTH, note.length * SIXTEENTH, note.pitch, velocity)
            for voice in held_notes(grid)[1:]
            for note in voice
        ]
    return Part(name="choir", role="pad", program=CHOIR_AAHS, notes=tuple(sorted(notes)))


def _steps(lead: LeadSheet, section: SectionSpan) -> range:
    """The ticks of a section's sixteenths."""
    start = section.first_bar * lead.bar_ticks
    return range(start, start + section.bars * lead.bar_ticks, SIXTEENTH)


def _soprano(lead: LeadSheet, section: SectionSpan) -> list[int]:
    """The melody at each sixteenth, -1 where it rests."""
    ticks = _steps(lead, section)
    soprano = [-1] * len(ticks)
    for note in lead.melody:
        first = max(0, -(-(note.onset_ticks - ticks.start) // SIXTEENTH))
        last = -(-(note.onset_ticks + note.duration_ticks - ticks.start) // SIXTEENTH)
        for step in range(first, min(last, len(ticks))):
            soprano[step] = note.pitch
    return soprano


def _chords(lead: LeadSheet, section: SectionSpan) -> list[tuple[int, ...]]:
    found = [lead.chord_at(tick) for tick in _steps(lead, section)]
    return [() if chord is None else chord.pitch_classes for chord in found]


def _with_rests(grid: Grid, soprano: list[int]) -> Grid:
    """The voices, silent where the melody rests for a beat or more."""
    silenced, step = grid.copy(), 0
    while step < len(soprano):
        end = step
        while end < len(soprano) and (soprano[end] >= 0) == (soprano[step] >= 0):
            end += 1
        if soprano[step] < 0 and end - step >= REST_STEPS:
            silenced[step:end] = -1
        step = end
    return silenced
