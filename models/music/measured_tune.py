"""A tune as it is measured: one way to write down what was composed and what stands in a corpus."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from models.music.tokens import (
    BAR_SLOTS,
    CLASS_INTERVALS,
    REST,
    Piece,
    chord_of,
    is_chord,
    is_pitch,
    pitch_of,
)
from schemas.music import CHORD_INTERVALS, LeadSheet
from schemas.plan import TICKS_PER_QUARTER, Mode

_SIXTEENTH = TICKS_PER_QUARTER // 4
_SHORTEST_REST = 2.0
_STEPS: dict[Mode, tuple[float, ...]] = {
    "major": (0, 0.5, 1, 1.5, 2, 3, 3.5, 4, 4.5, 5, 5.5, 6),
    "minor": (0, 0.5, 1, 2, 2.5, 3, 3.5, 4, 5, 5.5, 6, 6.5),
}
"""Steps of the scale above the tonic of each of twelve semitones; between two steps, a half."""


def scale_height(mode: Mode, degree: int) -> float:
    """Steps of the major or natural minor scale above the tonic; half steps for notes that are not of it.

    Args:
        mode: major or minor.
        degree: semitones above the tonic, below 0 for those under it.
    """
    octave, semitone = divmod(degree, 12)
    return 7 * octave + _STEPS[mode][semitone]


class TuneNote(NamedTuple):
    """A note: times in sixteenths, its pitch in semitones from the tonic."""

    onset: float
    length: float
    degree: int


class TuneChord(NamedTuple):
    """A chord: where it begins, in sixteenths, and its triad in semitones above the tonic, 0 to 11."""

    onset: float
    triad: frozenset[int]


@dataclass(frozen=True)
class Bar:
    """The notes that begin in a bar, onsets counted from its bar line."""

    notes: tuple[TuneNote, ...]


@dataclass(frozen=True)
class MeasuredTune:
    """A melody with chords and phrases; a rest shorter than an eighth belongs to the note before it."""

    bar: int
    """Sixteenths in a bar."""
    mode: Mode
    notes: tuple[TuneNote, ...]
    """One or more, in order."""
    chords: tuple[TuneChord, ...]
    phrases: tuple[float, ...]
    """Sixteenths at which the first notes of phrases begin."""

    @cached_property
    def bars(self) -> tuple[Bar, ...]:
        """The bars from the one that the first note begins in to the one that the last note begins in."""
        first, last = (int(note.onset // self.bar) for note in (self.notes[0], self.notes[-1]))
        found: list[list[TuneNote]] = [[] for _ in range(last - first + 1)]
        for note in self.notes:
            number, place = divmod(note.onset, self.bar)
            found[int(number) - first].append(note._replace(onset=place))
        return tuple(Bar(tuple(notes)) for notes in found)

    def triad_at(self, onset: float) -> frozenset[int]:
        """The triad of the chord that sounds at a time; empty before the first."""
        return next((chord.triad for chord in reversed(self.chords) if chord.onset <= onset), frozenset())


def tune_of_lead_sheet(lead: LeadSheet) -> MeasuredTune | None:
    """The tunes of a song one after another, each once, as a printed lead sheet has them; None where nothing is sung.

    Tunes are taken in the order in which they are first sung; what is sung again to the same tune, and what nobody
    sings, is left out.
    """
    tonic = lead.key.pitch_class
    notes: list[TuneNote] = []
    chords: list[TuneChord] = []
    phrases: list[float] = []
    seen: set[str] = set()
    written = 0
    for number, section in enumerate(lead.sections):
        if not section.melody or section.melody in seen:
            continue
        seen.add(section.melody)
        start, end = (bar * lead.bar_ticks for bar in (section.first_bar, section.first_bar + section.bars))
        line = -1
        for note in lead.melody:
            syllable = lead.syllables[note.syllable]
            if syllable.section == number:
                onset = (written + note.onset_ticks - start) / _SIXTEENTH
                notes.append(TuneNote(onset, note.duration_ticks / _SIXTEENTH, note.pitch - tonic))
                if syllable.line != line:
                    phrases.append(onset)
                    line = syllable.line
        for chord in lead.chords:
            if start <= chord.onset_ticks < end:
                triad = CHORD_INTERVALS[chord.quality][:3]
                tones = frozenset((chord.root + interval - tonic) % 12 for interval in triad)
                chords.append(TuneChord((written + chord.onset_ticks - start) / _SIXTEENTH, tones))
        written += end - start
    if not notes:
        return None
    return MeasuredTune(4 * lead.beats_per_bar, lead.key.mode, _joined(notes), tuple(chords), tuple(phrases))


def tune_of_piece(piece: Piece) -> MeasuredTune | None:
    """A piece of the composer's corpus; None where it has no notes. Its last note lasts to the end of its bar."""
    bar = BAR_SLOTS[piece.meter]
    places = sorted({event.slot for event in piece.events if is_pitch(event.token) or event.token == REST})
    pitches = {event.slot: pitch_of(event.token) for event in piece.events if is_pitch(event.token)}
    if not pitches:
        return None
    ends = dict(pairwise([*places, (places[-1] // bar + 1) * bar]))
    chords = []
    for event in sorted(piece.events):
        if is_chord(event.token):
            root, chord_class = chord_of(event.token)
            triad = frozenset((root + interval) % 12 for interval in CLASS_INTERVALS[chord_class][:3])
            chords.append(TuneChord(event.slot, triad))
    notes = [TuneNote(slot, ends[slot] - slot, pitch) for slot, pitch in sorted(pitches.items())]
    return MeasuredTune(bar, piece.mode, tuple(notes), tuple(chords), tuple(sorted(piece.phrases)))


def _joined(notes: list[TuneNote]) -> tuple[TuneNote, ...]:
    """The notes, those before a rest shorter than an eighth held through it."""
    joined = []
    for note, after in pairwise(notes):
        gap = after.onset - note.onset
        joined.append(note._replace(length=gap) if gap - note.length < _SHORTEST_REST else note)
    return (*joined, notes[-1])
