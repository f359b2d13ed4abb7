"""Recorded sound: one part (stem), all parts (mix), the finished song (master)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Artifact, BlobRef, Record

SAMPLE_RATE_HZ = 44_100
"""Sample rate of every stem, mix and master."""


class SyllableTime(Record):
    """When a syllable is heard."""

    syllable: int = Field(ge=0, description="index into the lead sheet's syllables")
    onset_s: float = Field(ge=0, description="start of the vowel, from the start of the song")
    end_s: float = Field(ge=0, description="end of the sound of the syllable")
    lead_s: float = Field(default=0.0, ge=0, le=0.5, description="how long before the vowel its first consonant starts")


class Stem(Artifact):
    """One part's audio: 24-bit FLAC, 44,100 Hz, from tick 0 of the song."""

    kind: Literal["stem"] = "stem"
    part: str = Field(max_length=40, description="name of the part, e.g. 'bass', 'vocal', 'vocal-double'")
    role: str = Field(max_length=40, description="role of the part, or 'vocal'")
    audio: BlobRef
    channels: Literal[1, 2]
    frames: int = Field(gt=0, description="length in sample frames at 44,100 Hz")
    peak: float = Field(ge=0, description="largest absolute sample, 1.0 is full scale")
    source: str = Field(max_length=200, description="the sound font or voice that made it")
    syllables: tuple[SyllableTime, ...] = Field(default=(), description="of a vocal stem: when each syllable is heard")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / SAMPLE_RATE_HZ


class SectionLoudness(Record):
    """How loud a section of the song is."""

    section: str = Field(max_length=40)
    short_term_lufs: float = Field(description="mean energy of the 3 s windows of the section, in LUFS")


class Mix(Artifact):
    """All stems together, before mastering: 24-bit FLAC, stereo."""

    kind: Literal["mix"] = "mix"
    preset: str = Field(max_length=40, description="mix preset, named after the genre")
    audio: BlobRef
    frames: int = Field(gt=0)
    integrated_lufs: float
    sections: tuple[SectionLoudness, ...] = ()


class Master(Artifact):
    """The finished song: loudness set, peaks below the ceiling, 24-bit FLAC, stereo, 44,100 Hz."""

    kind: Literal["master"] = "master"
    audio: BlobRef
    frames: int = Field(gt=0)
    integrated_lufs: float
    true_peak_dbtp: float
    loudness_range_lu: float = Field(ge=0)
    gain_db: float = Field(description="gain put on the mix before the limiter")
    limited_db: float = Field(ge=0, description="largest gain reduction of the limiter")
    sections: tuple[SectionLoudness, ...] = ()

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / SAMPLE_RATE_HZ


class Encoding(Artifact):
    """A master in a lossy format, untagged."""

    kind: Literal["encoding"] = "encoding"
    format: Literal["mp3"] = "mp3"
    bitrate_bps: int = Field(ge=64_000, le=320_000)
    audio: BlobRef
