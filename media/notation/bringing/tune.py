"""A melody that a person brought, as it is given to the composer: on the grid of sixteenths, one note at a time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from media.notation.bringing.bounds import MAX_BARS, MAX_REMARKS
from schemas.composing import GivenNote
from schemas.errors import MediaError
from schemas.music import ChordSpan
from schemas.plan import TICKS_PER_QUARTER, Key

Beats = Literal[3, 4]


@dataclass(frozen=True)
class BroughtTune:
    """A melody as a person brought it.

    Attributes:
        notes: in time order, never two at once; onset and length in ticks (480 a quarter), both multiples of 120;
            pitch 24 to 108.
        beats_per_bar: quarter notes in a bar.
        bars: how many bars it takes, rests at the end counted where they were written.
        tempo_bpm: quarter notes a minute, 50 to 180; None where none was given that a song may have.
        key: None where none was given.
        chords: in time order, never two at once; onset and length are multiples of 120 ticks.
        title: '' where there is none.
        words: the words sung, one line of text a line sung; '' where there are none.
        remarks: what was left out, moved or assumed, one sentence each.
    """

    notes: tuple[GivenNote, ...]
    beats_per_bar: Beats = 4
    bars: int = 1
    tempo_bpm: int | None = None
    key: Key | None = None
    chords: tuple[ChordSpan, ...] = ()
    title: str = ""
    words: str = ""
    remarks: tuple[str, ...] = ()

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return self.beats_per_bar * TICKS_PER_QUARTER

    def with_remarks(self, remarks: Iterable[str]) -> BroughtTune:
        """The tune with further remarks, each once; of very many the first are kept and the rest counted."""
        return replace(self, remarks=few_remarks((*self.remarks, *remarks)))

    def cut(self, first_bar: int, last_bar: int) -> BroughtTune:
        """The bars from `first_bar` to `last_bar`, both counted from 1 and both kept, moved to the beginning.

        A note or chord that goes on past an edge is cut there; the words, which cannot be cut, are left out.

        Raises:
            MediaError: the bars do not lie in the tune, or are too many.
        """
        if not 1 <= first_bar <= last_bar <= self.bars:
            raise MediaError(f"bars {first_bar}-{last_bar} do not lie in the tune's {self.bars}: name others, e.g. 1-8")
        if last_bar - first_bar >= MAX_BARS:
            raise MediaError(f"bars {first_bar}-{last_bar} are more than {MAX_BARS}: name fewer")
        start, end = (first_bar - 1) * self.bar_ticks, last_bar * self.bar_ticks
        notes, chords = [], []
        for note in self.notes:
            begin, stop = max(note.onset_ticks, start), min(note.onset_ticks + note.duration_ticks, end)
            if stop > begin:
                notes.append(GivenNote(begin - start, stop - begin, note.pitch))
        for chord in self.chords:
            begin, stop = max(chord.onset_ticks, start), min(chord.onset_ticks + chord.duration_ticks, end)
            if stop > begin:
                chords.append(chord.replaced(onset_ticks=begin - start, duration_ticks=stop - begin))
        whole = first_bar == 1 and last_bar == self.bars
        return replace(
            self,
            notes=tuple(notes),
            chords=tuple(chords),
            bars=last_bar - first_bar + 1,
            words=self.words if whole else "",
        )

    def within_voice(self, low: int, high: int) -> BroughtTune:
        """The tune moved by whole octaves to lie between two MIDI pitches, as near to where it was as can be.

        Raises:
            MediaError: it spans more than the voice does, or no octave of it fits.
        """
        if not self.notes:
            return self
        bottom, top = min(note.pitch for note in self.notes), max(note.pitch for note in self.notes)
        fits = [12 * octave for octave in range(-8, 9) if low <= bottom + 12 * octave and top + 12 * octave <= high]
        if not fits:
            raise MediaError(
                f"the melody goes from {bottom} to {top} and the voice from {low} to {high} (MIDI pitches), in no "
                "octave of it: transpose the melody, or choose a voice of wider range"
            )
        by = min(fits, key=abs)
        if by == 0:
            return self
        notes = tuple(note._replace(pitch=note.pitch + by) for note in self.notes)
        octaves = f"{abs(by) // 12} octave{'s' if abs(by) > 12 else ''} {'up' if by > 0 else 'down'}"
        return replace(self, notes=notes).with_remarks([f"moved {octaves} into the voice"])


def few_remarks(remarks: Iterable[str]) -> tuple[str, ...]:
    """The remarks, each once; of more than a dozen the first and how many more there were."""
    each = tuple(dict.fromkeys(remarks))
    return each if len(each) <= MAX_REMARKS else (*each[: MAX_REMARKS - 1], f"and {len(each) - MAX_REMARKS + 1} more")
