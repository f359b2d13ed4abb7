"""What will be made: the album's arc and, for each song, its form, syllables, key, tempo and sound."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, StringConstraints, model_serializer, model_validator

from schemas.base import Artifact, Record, Slug

TICKS_PER_QUARTER = 480
"""Resolution of every symbolic time in Hibari: 480 ticks a quarter note, 120 ticks a sixteenth."""

Genre = Literal["piano-ballad", "folk", "synth-pop", "rock", "lo-fi", "bossa"]
Mood = Literal["calm", "hopeful", "joyful", "melancholy", "nostalgic", "restless", "tender", "triumphant"]
Mode = Literal["major", "minor"]
Tonic = Literal["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
SectionRole = Literal["intro", "verse", "prechorus", "chorus", "bridge", "interlude", "outro"]

TONICS: tuple[Tonic, ...] = ("C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""Tonic names by pitch class, 0 (C) to 11 (B)."""


class Key(Record):
    """A key: tonic and mode."""

    tonic: Tonic = Field(description="name of the tonic, flats except F#")
    mode: Mode

    @property
    def pitch_class(self) -> int:
        """Pitch class of the tonic, 0 (C) to 11 (B)."""
        return TONICS.index(self.tonic)

    @property
    def scale(self) -> tuple[int, ...]:
        """The seven pitch classes of the key (natural minor for minor), tonic first."""
        steps = (0, 2, 4, 5, 7, 9, 11) if self.mode == "major" else (0, 2, 3, 5, 7, 8, 10)
        return tuple((self.pitch_class + step) % 12 for step in steps)

    def __str__(self) -> str:
        return f"{self.tonic} {self.mode}"


class VoiceRange(Record):
    """The notes a singer is asked to sing, as MIDI numbers (60 is middle C)."""

    low: int = Field(ge=36, le=84, description="lowest MIDI pitch, inclusive")
    high: int = Field(ge=36, le=96, description="highest MIDI pitch, inclusive")

    @model_validator(mode="after")
    def _wide_enough(self) -> Self:
        if self.high - self.low < 9:
            raise ValueError(f"voice range {self.low}-{self.high} is narrower than 9 semitones: widen it")
        return self


class LinePlan(Record):
    """One line to be sung: how many syllables, which are stressed, and what it rhymes with."""

    syllables: int = Field(ge=1, le=16, description="sung syllables in the line")
    stress: Annotated[str, StringConstraints(pattern=r"^[01]+$")] = Field(
        description="one character a syllable: 1 where a stressed syllable is wanted"
    )
    rhyme: str = Field(default="", max_length=1, description="letter of the rhyme group in its section; '' for none")

    @model_validator(mode="after")
    def _one_mark_each(self) -> Self:
        if len(self.stress) != self.syllables:
            raise ValueError(f"stress {self.stress!r} has {len(self.stress)} marks for {self.syllables} syllables")
        return self


class SectionPlan(Record):
    """A stretch of the song. Sections that name the same `words` share text; the same `melody`, a tune."""

    name: str = Field(max_length=40, description="unique in the song, e.g. 'verse 2'")
    role: SectionRole
    bars: int = Field(ge=1, le=32, description="length in bars")
    energy: float = Field(ge=0, le=1, description="0 the quietest, 1 the fullest")
    words: str = Field(
        default="", max_length=40, description="name of the lyric section sung here; '' when instrumental"
    )
    melody: str = Field(default="", max_length=40, description="name of the tune sung here; '' when instrumental")
    lines: tuple[LinePlan, ...] = Field(default=(), max_length=16, description="the lines sung, in order")
    line_bars: int = Field(default=2, ge=1, le=8, description="bars a line takes; bars = line_bars x lines when sung")

    @model_validator(mode="after")
    def _bars_add_up(self) -> Self:
        if self.lines and self.bars != self.line_bars * len(self.lines):
            raise ValueError(
                f"section {self.name!r}: {self.bars} bars for {len(self.lines)} lines of {self.line_bars} bars each"
            )
        if bool(self.lines) != bool(self.words) or bool(self.lines) != bool(self.melody):
            raise ValueError(f"section {self.name!r}: lines, words and melody go together, or none of them")
        return self


class SectionSpan(Record):
    """Where a section lies in the song."""

    name: str = Field(max_length=40)
    role: SectionRole
    first_bar: int = Field(ge=0, description="counted from 0")
    bars: int = Field(ge=1)
    energy: float = Field(ge=0, le=1)
    words: str = Field(default="", max_length=40, description="lyric section sung here; '' when instrumental")
    melody: str = Field(default="", max_length=40, description="tune sung here; '' when instrumental")
    line_bars: int = Field(default=2, ge=1, le=8)


class OwnTune(Record):
    """What a person fixes of a tune, as text; '' is left to the composer."""

    chords: str = Field(default="", max_length=2000, description="bars parted by |, e.g. 'C | G | Am F | C'")
    melody: str = Field(
        default="",
        max_length=8000,
        description="notes, e.g. 'C4 1 D4 .5 E4 .5 | G4 2', or ABC; words are written to it",
    )


class UserTune(OwnTune):
    """What is fixed of the tune of that name in a song's plan."""

    tune: str = Field(min_length=1, max_length=40)


class SongPlan(Artifact):
    """Everything the makers of one song need to know, and nothing of the other songs."""

    kind: Literal["song_plan"] = "song_plan"
    song_id: Slug = Field(description="stable name of the song in its album, e.g. 'song-2'; never its position")
    theme: str = Field(min_length=1, max_length=400, description="what the song is about")
    title: str = Field(default="", max_length=120, description="title asked for; '' lets the lyricist find one")
    language: Literal["en"] = "en"
    genre: Genre
    mood: Mood
    key: Key
    tempo_bpm: int = Field(ge=50, le=180, description="quarter notes a minute")
    beats_per_bar: Literal[3, 4] = Field(default=4, description="quarter notes in a bar")
    swing: float = Field(default=0.0, ge=0, le=0.34, description="delay of off-beat eighths, in eighths; 0 is straight")
    voice: str = Field(default="en", max_length=40, description="name of the singing voice in the registry")
    voice_range: VoiceRange
    sections: tuple[SectionPlan, ...] = Field(min_length=1, max_length=24)
    user_lyrics: str = Field(default="", max_length=8000, description="the user's own words, section tags allowed")
    user_tunes: tuple[UserTune, ...] = Field(
        default=(), max_length=8, description="tunes that are fixed, one entry each"
    )
    lyrics_model: str = Field(default="lyrics:smollm2", max_length=120)
    music_model: str = Field(default="music:transformer", max_length=120)

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return self.beats_per_bar * TICKS_PER_QUARTER

    @property
    def seconds_per_tick(self) -> float:
        """Seconds a tick lasts at the song's tempo."""
        return 60.0 / (self.tempo_bpm * TICKS_PER_QUARTER)

    @property
    def bars(self) -> int:
        """Length of the song in bars."""
        return sum(section.bars for section in self.sections)

    @property
    def duration_s(self) -> float:
        """Length of the notated song in seconds, reverberation tail not counted."""
        return self.bars * self.beats_per_bar * 60.0 / self.tempo_bpm

    def section_starts(self) -> tuple[int, ...]:
        """The first bar of each section, counted from 0."""
        starts, bar = [], 0
        for section in self.sections:
            starts.append(bar)
            bar += section.bars
        return tuple(starts)

    def spans(self) -> tuple[SectionSpan, ...]:
        """Where each section lies, in order."""
        return tuple(
            SectionSpan(
                name=section.name,
                role=section.role,
                first_bar=start,
                bars=section.bars,
                energy=section.energy,
                words=section.words,
                melody=section.melody,
                line_bars=section.line_bars,
            )
            for section, start in zip(self.sections, self.section_starts(), strict=True)
        )

    @model_serializer(mode="wrap")
    def _without_what_is_not_fixed(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Tunes of the user stand in the record only where there are any: a plan of before keeps its digest."""
        facts: dict[str, Any] = serialize(self)
        return {name: value for name, value in facts.items() if value or name != "user_tunes"}

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        names = [section.name for section in self.sections]
        if len(set(names)) != len(names):
            raise ValueError(f"section names repeat: {names}")
        for field in ("words", "melody"):
            shapes: dict[str, tuple[object, ...]] = {}
            for section in self.sections:
                name = getattr(section, field)
                shape = (tuple(line.syllables for line in section.lines), section.line_bars)
                if name and shapes.setdefault(name, shape) != shape:
                    raise ValueError(f"sections that share {field} {name!r} differ in syllables or bars")
        return self


class AlbumPlan(Artifact):
    """The album as a whole: its name, its arc and the plans of its songs in running order."""

    kind: Literal["album_plan"] = "album_plan"
    album_id: Slug
    title: str = Field(min_length=1, max_length=120)
    artist: str = Field(min_length=1, max_length=120)
    theme: str = Field(min_length=1, max_length=400)
    genre: Genre
    mood: Mood
    cover_model: str = Field(default="cover:painted", max_length=120)
    songs: tuple[SongPlan, ...] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [song.song_id for song in self.songs]
        if len(set(ids)) != len(ids):
            raise ValueError(f"song ids repeat: {ids}")
        return self
