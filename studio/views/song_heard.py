"""Records of a version of a song, as its page's player takes them: everything in seconds."""

from __future__ import annotations

from typing import NamedTuple

from pydantic import Field

from schemas.base import BlobRef, Digest, Record
from schemas.plan import SectionRole


class Sung(NamedTuple):
    """A syllable in time: seconds from the start of the song, its letters, whether it ends a word, what follows it."""

    start_s: float
    end_s: float
    text: str
    ends_word: bool
    trail: str


class Sounded(NamedTuple):
    """A melody note: seconds, MIDI pitch, the syllable it carries, and its place in ticks for whoever edits it."""

    start_s: float
    end_s: float
    pitch: int
    syllable: int
    onset_ticks: int
    duration_ticks: int


class Played(NamedTuple):
    """A note of a part: seconds, MIDI pitch, loudness 1-127."""

    start_s: float
    end_s: float
    pitch: int
    velocity: int


class Named(NamedTuple):
    """A chord: seconds and the symbol written above the staff."""

    start_s: float
    end_s: float
    symbol: str


class SectionView(Record):
    """A section in seconds, and how loud it came out."""

    name: str
    role: SectionRole
    start_s: float
    end_s: float
    lufs: float | None = Field(default=None, description="mean of its 3 s windows")


class LineView(Record):
    """A sung line. `words` and `number` say which line of the written words it is; a chorus is written once."""

    section: str
    words: str = Field(description="lyric section, e.g. 'chorus'")
    number: int = Field(ge=1, description="line of the lyric section, from 1")
    first: int = Field(ge=0, description="index of its first syllable in the song")
    text: str
    syllables: tuple[Sung, ...]


class PartView(Record):
    """A played part."""

    name: str
    role: str
    is_drums: bool
    notes: tuple[Played, ...]


class StemView(Record):
    """A part's audio."""

    part: str
    role: str
    digest: Digest
    audio: BlobRef
    channels: int
    source: str
    peak: float


class SongMusic(Record):
    """A version of a song."""

    master: Digest
    audio: BlobRef
    duration_s: float
    integrated_lufs: float
    true_peak_dbtp: float
    loudness_range_lu: float
    title: str
    key: str
    tonic: int = Field(ge=0, le=11)
    scale: tuple[int, ...]
    tempo_bpm: int
    beats_per_bar: int
    bar_s: float
    tick_s: float
    swing: float
    sections: tuple[SectionView, ...]
    lines: tuple[LineView, ...]
    melody: tuple[Sounded, ...]
    chords: tuple[Named, ...]
    parts: tuple[PartView, ...]
    stems: tuple[StemView, ...]
    lead_sheet: Digest
