"""Changing notes of a tune by hand: checked against the voice and the bars, and recorded as a person's edit."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from pydantic import Field

from schemas.base import Record
from schemas.errors import ReviewError
from schemas.music import LeadSheet, MelodyNote
from schemas.review import Change
from tasks.edits import add_to_edit, base_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.base import Digest
    from schemas.plan import SongPlan
    from tasks.state import AlbumState

_NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")


class NoteChange(Record):
    """What becomes of a note of the tune; None leaves a value as it is."""

    index: int = Field(ge=0, le=4095, description="which note of the melody, counted from 0")
    pitch: int | None = Field(default=None, ge=24, le=108, description="MIDI number; 60 is middle C")
    onset_ticks: int | None = Field(default=None, ge=0, description="from the start of the song, 480 a quarter note")
    duration_ticks: int | None = Field(default=None, ge=30, description="length; 30 ticks are a sixty-fourth note")

    @property
    def given(self) -> dict[str, int]:
        """The values that change, by name."""
        return {
            name: value
            for name in ("pitch", "onset_ticks", "duration_ticks")
            if (value := getattr(self, name)) is not None
        }


def edit_notes(state: AlbumState, song: SongPlan, changes: Sequence[NoteChange], *, person: str) -> Digest:
    """Change notes of a song's tune; digest of the edited lead sheet. Changes add to those made before.

    Raises:
        ReviewError: the tune is not there yet, nothing is given, or a note would leave the voice's range, overlap the
            next, change places with it, or leave the song.
    """
    slot = state.slot("compose_lead_sheet", song)
    base, filled = base_of(state, slot)
    sheet = state.bench.get(filled, LeadSheet)
    melody = list(sheet.melody)
    for change in changes:
        if not change.given:
            raise ReviewError(f"note {change.index + 1}: nothing is to be changed; give a pitch, an onset or a length")
        if change.index >= len(melody):
            raise ReviewError(f"there is no note {change.index + 1}: the tune of {song.song_id} has {len(melody)}")
        melody[change.index] = melody[change.index].replaced(**change.given)
    if not changes:
        raise ReviewError("no note is named: name those that are to change")
    touched = sorted({change.index for change in changes})
    _check_range(song, sheet, melody, touched)
    _check_places(sheet, melody)
    edits = tuple(
        Change(
            path=("melody", index),
            before=sheet.melody[index].model_dump(mode="json"),
            after=melody[index].model_dump(mode="json"),
        )
        for index in touched
        if melody[index] != sheet.melody[index]
    )
    return add_to_edit(state.bench.catalogue, slot, base, edits, person)


def place_of(sheet: LeadSheet, melody: Sequence[MelodyNote], index: int) -> str:
    """Where a note is, as a musician says it: 'bar 7, note 23 ("water")'."""
    note = melody[index]
    word = sheet.syllables[note.syllable].word_text
    return f'bar {note.onset_ticks // sheet.bar_ticks + 1}, note {index + 1} ("{word}")'


def _check_range(song: SongPlan, sheet: LeadSheet, melody: Sequence[MelodyNote], touched: Sequence[int]) -> None:
    low, high = song.voice_range.low, song.voice_range.high
    for index in touched:
        pitch = melody[index].pitch
        if not low <= pitch <= high:
            raise ReviewError(
                f"{place_of(sheet, melody, index)}: {_pitch(pitch)} is outside what the voice {song.voice} sings "
                f"({_pitch(low)} to {_pitch(high)})"
            )


def _check_places(sheet: LeadSheet, melody: Sequence[MelodyNote]) -> None:
    for index, (before, after) in enumerate(pairwise(melody)):
        if before.onset_ticks >= after.onset_ticks:
            raise ReviewError(
                f"{place_of(sheet, melody, index)} would come after the next one, and syllables keep their order: move "
                "it back, or move the next one too"
            )
        over = before.onset_ticks + before.duration_ticks - after.onset_ticks
        if over > 0:
            raise ReviewError(
                f"{place_of(sheet, melody, index)} would sound {over} ticks into the next one: shorten it, or move the "
                "next one"
            )
    end = sheet.bars * sheet.bar_ticks
    if melody and melody[-1].onset_ticks + melody[-1].duration_ticks > end:
        raise ReviewError(
            f"{place_of(sheet, melody, len(melody) - 1)} would sound after the last bar ({sheet.bars}): shorten it"
        )


def _pitch(number: int) -> str:
    return f"{_NAMES[number % 12]}{number // 12 - 1}"
