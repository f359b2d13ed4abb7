"""Melody, chords and words on one staff (the lead sheet), and all parts together (the score)."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from schemas.base import Artifact, Record
from schemas.plan import TICKS_PER_QUARTER, TONICS, Key, SectionSpan

if TYPE_CHECKING:
    import pretty_midi

ChordQuality = Literal[
    "maj", "min", "dim", "aug", "sus2", "sus4", "7", "maj7", "min7", "m7b5", "6", "min6", "9", "add9"
]

CHORD_INTERVALS: dict[ChordQuality, tuple[int, ...]] = {
    "maj": (0, 4, 7),
    "min": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "min7": (0, 3, 7, 10),
    "m7b5": (0, 3, 6, 10),
    "6": (0, 4, 7, 9),
    "min6": (0, 3, 7, 9),
    "9": (0, 4, 7, 10, 14),
    "add9": (0, 4, 7, 14),
}
"""Semitones above the root of each chord quality."""

_SUFFIX: dict[ChordQuality, str] = {"maj": "", "min": "m", "min7": "m7", "min6": "m6", "9": "9"}


class ChordSpan(Record):
    """A chord and how long it lasts."""

    onset_ticks: int = Field(ge=0)
    duration_ticks: int = Field(gt=0)
    root: int = Field(ge=0, le=11, description="pitch class of the root")
    quality: ChordQuality = "maj"
    bass: int | None = Field(default=None, ge=0, le=11, description="pitch class of the bass where it is not the root")

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes of the chord, root first."""
        return tuple((self.root + interval) % 12 for interval in CHORD_INTERVALS[self.quality])

    @property
    def symbol(self) -> str:
        """The chord as it is written above a staff, e.g. 'Am7' or 'C/E'."""
        over = "" if self.bass is None or self.bass == self.root else f"/{TONICS[self.bass]}"
        return f"{TONICS[self.root]}{_SUFFIX.get(self.quality, self.quality)}{over}"


class SungSyllable(Record):
    """A syllable as it is sung: where in the words it comes from, and its sounds."""

    text: str = Field(min_length=1, max_length=40)
    phones: tuple[str, ...] = Field(min_length=1, max_length=12, description="ARPAbet phones without stress digits")
    stress: Literal[0, 1, 2]
    section: int = Field(ge=0, description="index of the song plan's section")
    line: int = Field(ge=0, description="index of the line in its section")
    word: int = Field(ge=0, description="index of the word in its line")
    word_text: str = Field(min_length=1, max_length=60, description="the whole word, as written")
    ends_word: bool = Field(description="true on the last syllable of a word")


class MelodyNote(Record):
    """A sung note."""

    onset_ticks: int = Field(ge=0, description="from the start of the song")
    duration_ticks: int = Field(gt=0)
    pitch: int = Field(ge=24, le=108, description="MIDI number; 60 is middle C")
    syllable: int = Field(ge=0, description="index into the lead sheet's syllables; repeated in a melisma")


class LeadSheet(Artifact):
    """A song on one staff: melody, chords and words. Every syllable is sung, in order, on one note or more."""

    kind: Literal["lead_sheet"] = "lead_sheet"
    title: str = Field(min_length=1, max_length=120)
    key: Key
    tempo_bpm: int = Field(ge=50, le=180, description="quarter notes a minute")
    beats_per_bar: Literal[3, 4] = 4
    swing: float = Field(default=0.0, ge=0, le=0.34)
    sections: tuple[SectionSpan, ...] = Field(min_length=1)
    syllables: tuple[SungSyllable, ...]
    melody: tuple[MelodyNote, ...]
    chords: tuple[ChordSpan, ...]

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return self.beats_per_bar * TICKS_PER_QUARTER

    @property
    def bars(self) -> int:
        """Length of the song in bars."""
        return sum(section.bars for section in self.sections)

    @property
    def seconds_per_tick(self) -> float:
        """Seconds a tick lasts at the song's tempo."""
        return 60.0 / (self.tempo_bpm * TICKS_PER_QUARTER)

    def chord_at(self, tick: int) -> ChordSpan | None:
        """The chord sounding at a tick, or None."""
        for chord in self.chords:
            if chord.onset_ticks <= tick < chord.onset_ticks + chord.duration_ticks:
                return chord
        return None

    @model_validator(mode="after")
    def _in_time_and_complete(self) -> Self:
        for before, after in pairwise(self.melody):
            if before.onset_ticks + before.duration_ticks > after.onset_ticks:
                raise ValueError(f"melody notes overlap at tick {after.onset_ticks}")
            if after.syllable not in (before.syllable, before.syllable + 1):
                raise ValueError(
                    f"syllable {before.syllable} is followed by {after.syllable} at tick {after.onset_ticks}"
                )
        if self.melody and (self.melody[0].syllable != 0 or self.melody[-1].syllable != len(self.syllables) - 1):
            raise ValueError("the melody must begin with the first syllable and end with the last")
        if bool(self.melody) != bool(self.syllables):
            raise ValueError("melody and syllables go together")
        end = self.bars * self.bar_ticks
        if self.melody and self.melody[-1].onset_ticks + self.melody[-1].duration_ticks > end:
            raise ValueError(f"the melody goes on after the last bar (tick {end})")
        return self


class ScoreNote(NamedTuple):
    """A note of a part; a JSON array of four whole numbers."""

    onset_ticks: int
    duration_ticks: int
    pitch: int
    velocity: int


PartRole = Literal["melody", "drums", "bass", "chords", "pad", "counter", "lead"]


class Part(Record):
    """One instrument's notes."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40, description="unique in the score, e.g. 'bass'")
    role: PartRole
    program: int = Field(ge=0, le=127, description="General MIDI program; ignored for drums")
    is_drums: bool = False
    notes: tuple[ScoreNote, ...]

    @model_validator(mode="after")
    def _playable(self) -> Self:
        for note in self.notes:
            if note.onset_ticks < 0 or note.duration_ticks <= 0:
                raise ValueError(f"part {self.name!r}: a note at {note.onset_ticks} lasts {note.duration_ticks} ticks")
            if not (0 <= note.pitch <= 127 and 1 <= note.velocity <= 127):
                raise ValueError(f"part {self.name!r}: pitch {note.pitch} or velocity {note.velocity} is not MIDI")
        return self


class Score(Artifact):
    """All parts of a song. The part with role `melody` is what is sung; it makes no stem of its own."""

    kind: Literal["score"] = "score"
    title: str = Field(min_length=1, max_length=120)
    key: Key
    tempo_bpm: int = Field(ge=50, le=180)
    beats_per_bar: Literal[3, 4] = 4
    sections: tuple[SectionSpan, ...]
    chords: tuple[ChordSpan, ...]
    parts: tuple[Part, ...] = Field(min_length=1, max_length=16)
    end_ticks: int = Field(gt=0, description="where the last bar ends; a final chord may ring past it")

    @property
    def seconds_per_tick(self) -> float:
        """Seconds a tick lasts at the song's tempo."""
        return 60.0 / (self.tempo_bpm * TICKS_PER_QUARTER)

    def part(self, name: str) -> Part:
        """The part of that name.

        Raises:
            KeyError: there is none.
        """
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(name)

    def to_pretty_midi(self) -> pretty_midi.PrettyMIDI:
        """The score as a `pretty_midi.PrettyMIDI`, times in seconds, for analysis or further editing."""
        import pretty_midi

        midi = pretty_midi.PrettyMIDI(initial_tempo=self.tempo_bpm, resolution=TICKS_PER_QUARTER)
        midi.time_signature_changes.append(pretty_midi.TimeSignature(self.beats_per_bar, 4, 0.0))
        for part in self.parts:
            instrument = pretty_midi.Instrument(part.program, is_drum=part.is_drums, name=part.name)
            scale = self.seconds_per_tick
            instrument.notes = [
                pretty_midi.Note(n.velocity, n.pitch, n.onset_ticks * scale, (n.onset_ticks + n.duration_ticks) * scale)
                for n in part.notes
            ]
            midi.instruments.append(instrument)
        return midi

    @model_validator(mode="after")
    def _part_names_differ(self) -> Self:
        names = [part.name for part in self.parts]
        if len(set(names)) != len(names):
            raise ValueError(f"part names repeat: {names}")
        return self


class PartScore(Artifact):
    """One part of a score with what it takes to play it: changing the bass re-renders the bass alone."""

    kind: Literal["part_score"] = "part_score"
    tempo_bpm: int = Field(ge=50, le=180)
    beats_per_bar: Literal[3, 4] = 4
    part: Part
    end_ticks: int = Field(gt=0)

    @classmethod
    def of(cls, score: Score, name: str) -> Self:
        """The part of that name, taken out of a score.

        Raises:
            KeyError: the score has no such part.
        """
        return cls(
            tempo_bpm=score.tempo_bpm,
            beats_per_bar=score.beats_per_bar,
            part=score.part(name),
            end_ticks=score.end_ticks,
        )

    def as_score(self) -> Score:
        """A score of this part alone, in C, without sections: for playing, not for reading."""
        return Score(
            title=self.part.name,
            key=Key(tonic="C", mode="major"),
            tempo_bpm=self.tempo_bpm,
            beats_per_bar=self.beats_per_bar,
            sections=(),
            chords=(),
            parts=(self.part,),
            end_ticks=self.end_ticks,
        )
