"""Where a song sings its album's motif: found in the finished lead sheet, whatever the composer meant to do.

The motif is heard where its rhythm (or that of all lengths doubled or halved) and its steps of the scale come in a row,
at any height, or upside down; a beginning of it counts from four notes on. A rhythm is the distance from note to note,
so it does not matter how long the last note is held.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from models.music.measured_tune import scale_height
from schemas.composing import MotifNote, MotifRelation, SongMotif
from schemas.music import LeadSheet
from schemas.plan import TICKS_PER_QUARTER, Mode

FEWEST_NOTES = 4
"""The shortest beginning of a motif that counts; a motif of three notes counts whole."""
_SIXTEENTH = TICKS_PER_QUARTER // 4


class MotifPlace(NamedTuple):
    """A motif in a row of notes."""

    first: int
    """Index of its first note."""
    notes: int
    """How many of its notes are there, from its first on."""
    relation: MotifRelation
    """What became of the album's motif."""


class HeardMotif(NamedTuple):
    """A motif in a song."""

    section: str
    bar: int
    """The bar of the song in which it begins, counted from 1."""
    notes: int
    of: int
    """How many notes of the motif are there, and how many it has."""
    relation: MotifRelation
    intervals: tuple[int, ...]
    """Semitones from note to note, as they are sung."""


def hear_motif(lead: LeadSheet, motif: SongMotif) -> tuple[HeardMotif, ...]:
    """Every place at which a song sings the album's motif, in order; empty where nobody sings it.

    Args:
        lead: the song.
        motif: the album's motif and what this song was to make of it.
    """
    onsets = [note.onset_ticks / _SIXTEENTH for note in lead.melody]
    degrees = [note.pitch - lead.key.pitch_class for note in lead.melody]
    found = []
    for place in motif_places(onsets, degrees, lead.key.mode, shapes_of(motif)):
        sung = lead.melody[place.first : place.first + place.notes]
        intervals = tuple(after.pitch - before.pitch for before, after in pairwise(sung))
        section = lead.sections[lead.syllables[sung[0].syllable].section].name
        bar = sung[0].onset_ticks // lead.bar_ticks + 1
        found.append(HeardMotif(section, bar, place.notes, len(motif.album_notes), place.relation, intervals))
    return tuple(found)


class MotifShape(NamedTuple):
    """What is listened for: sixteenths and steps of the scale from note to note."""

    relation: MotifRelation
    gaps: tuple[float, ...]
    steps: tuple[int, ...]
    degree: int
    """Steps above the tonic, 0 to 6, of the album's first note: where the motif is as it is and not moved."""


def shapes_of(motif: SongMotif) -> tuple[MotifShape, ...]:
    """The album's motif as it is, turned over, slower and faster, and the song's own where it varies the steps."""
    steps, gaps = _steps(motif.album_notes), _gaps(motif.album_notes)
    degree = motif.album_notes[0].degree % 7
    shapes = [
        MotifShape("as it is", gaps, steps, degree),
        MotifShape("turned over", gaps, tuple(-step for step in steps), degree),
        MotifShape("stretched", tuple(2 * gap for gap in gaps), steps, degree),
        MotifShape("quickened", tuple(gap / 2 for gap in gaps), steps, degree),
    ]
    if motif.relation == "varied":
        shapes.append(MotifShape("varied", _gaps(motif.notes), _steps(motif.notes), degree))
    return tuple(shapes)


def motif_places(
    onsets: Sequence[float], degrees: Sequence[int], mode: Mode, shapes: Sequence[MotifShape]
) -> list[MotifPlace]:
    """Where any of the shapes begins in a melody; of several at one note the longest; two places share
    one note at most.

    Args:
        onsets: sixteenths at which the notes begin.
        degrees: semitones of the notes above any tonic.
        mode: whose steps are counted.
        shapes: what is listened for, the first preferred.
    """
    heights = [scale_height(mode, degree) for degree in degrees]
    gaps = [after - before for before, after in pairwise(onsets)]
    steps = [after - before for before, after in pairwise(heights)]
    places: list[MotifPlace] = []
    covered = 0
    for first in range(len(onsets)):
        best: MotifPlace | None = None
        for shape in shapes:
            end = first + len(shape.gaps)
            count = 1 + _shared(gaps[first:end], steps[first:end], shape)
            if count >= min(FEWEST_NOTES, len(shape.gaps) + 1) and (best is None or count > best.notes):
                moved = shape.relation == "as it is" and heights[first] % 7 != shape.degree
                best = MotifPlace(first, count, "moved" if moved else shape.relation)
        if best is not None and first >= covered:
            places.append(best)
            covered = first + best.notes - 1
    return places


def _shared(gaps: Sequence[float], steps: Sequence[float], shape: MotifShape) -> int:
    """How many moves of a shape a melody makes before it does something else."""
    pairs = zip(gaps, steps, shape.gaps, shape.steps, strict=False)
    count = 0
    for gap, step, wanted_gap, wanted_step in pairs:
        if gap != wanted_gap or step != wanted_step:
            break
        count += 1
    return count


def _steps(notes: Sequence[MotifNote]) -> tuple[int, ...]:
    return tuple(after.degree - before.degree for before, after in pairwise(notes))


def _gaps(notes: Sequence[MotifNote]) -> tuple[float, ...]:
    return tuple(float(after.onset - before.onset) for before, after in pairwise(notes))
