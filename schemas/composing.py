"""What a person fixes of a song before it is composed, and what is made on the way from a tune to a score."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, NamedTuple, Self

from pydantic import Field, model_validator

from schemas.base import Artifact, Record
from schemas.music import ChordSpan, ScoreNote
from schemas.plan import Mode


class GivenNote(NamedTuple):
    """A note that must be sung as it is; a JSON array of three whole numbers."""

    onset_ticks: int
    duration_ticks: int
    pitch: int


class GivenTune(Record):
    """What is fixed of one tune of a song: its chords, its notes, or both; times in ticks from the tune's first bar."""

    tune: str = Field(min_length=1, max_length=40, description="name of the tune in the song's plan, e.g. 'verse'")
    chords: tuple[ChordSpan, ...] = Field(default=(), max_length=256, description="empty: left to the composer")
    notes: tuple[GivenNote, ...] = Field(default=(), max_length=512, description="empty: left to the composer")

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        for before, after in pairwise(self.notes):
            if before.onset_ticks + before.duration_ticks > after.onset_ticks:
                raise ValueError(f"given notes of {self.tune!r} overlap at tick {after.onset_ticks}")
        for note in self.notes:
            if note.onset_ticks < 0 or note.duration_ticks < 1 or not 24 <= note.pitch <= 108:
                raise ValueError(f"given note {tuple(note)} of {self.tune!r}: onset >= 0, length >= 1, pitch 24 to 108")
        for one, other in pairwise(self.chords):
            if one.onset_ticks + one.duration_ticks > other.onset_ticks:
                raise ValueError(f"given chords of {self.tune!r} overlap at tick {other.onset_ticks}")
        return self


class MotifNote(NamedTuple):
    """A note of a motif; a JSON array of three whole numbers."""

    onset: int
    """Sixteenths from the motif's first note."""
    length: int
    """Sixteenths."""
    degree: int
    """Steps of the scale above the tonic: 0 the tonic, 2 the third, 7 the tonic an octave higher, -1 the step below."""


MotifRelation = Literal["as it is", "moved", "turned over", "stretched", "quickened", "varied"]


class SongMotif(Artifact):
    """The motif that an album's songs share, and the shape it takes in one of them."""

    kind: Literal["song_motif"] = "song_motif"
    album_notes: tuple[MotifNote, ...] = Field(min_length=3, max_length=12, description="the album's motif")
    notes: tuple[MotifNote, ...] = Field(min_length=3, max_length=12, description="what this song makes of it")
    mode: Mode = Field(description="mode of the song, in which the steps are read")
    relation: MotifRelation
    model: str = Field(max_length=120, description="the network that made it, e.g. 'motif:two-bars'")


class Accompaniment(Artifact):
    """A keyboard part that a network wrote over a lead sheet; the arranger plays it in the pattern's place."""

    kind: Literal["accompaniment"] = "accompaniment"
    notes: tuple[ScoreNote, ...] = Field(max_length=20_000, description="straight: without swing or humanising")
    model: str = Field(max_length=120)
