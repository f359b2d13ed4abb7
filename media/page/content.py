"""What the page of a release says and plays: plain records, no paths followed and no file read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class PageSyllable(NamedTuple):
    """A sung syllable: seconds from the start of the song, its letters, and whether a space follows."""

    start_s: float
    end_s: float
    text: str
    ends_word: bool


@dataclass(frozen=True)
class PageLine:
    """A sung line and the section it is in; a line that is sung twice is here twice."""

    section: str
    syllables: tuple[PageSyllable, ...]


class PageSection(NamedTuple):
    """Where a section lies in the song, in seconds."""

    name: str
    start_s: float
    end_s: float


@dataclass(frozen=True)
class PageSong:
    """A song on the page. Paths are relative to the page, with `/` between folders; '' where there is no such file.

    Attributes:
        number: place in the running order, from 1.
        title: name of the song.
        duration_s: length in seconds, more than 0.
        mp3: path of the MP3.
        flac: path of the FLAC.
        lines: the words in the order they are sung.
        key: e.g. 'D minor'.
        tempo_bpm: quarter notes a minute.
        files: (label, path) of everything else to take away: lead sheet, MIDI, MusicXML, stems, LRC.
        sections: where each section lies.
        integrated_lufs: loudness; None where it was not measured.
        true_peak_dbtp: largest true peak; None where it was not measured.
        peaks: outline of the waveform, 0-255 each (see `waveform_peaks`).
        picture: path of the song's own picture.
        film: path of the song's film.
        poster: path of the picture that stands for the film before it plays.
        roll: path of the picture of all its notes, an SVG.
        similarity: path of the picture of its bars against each other.
        pictured: what those two show, in words.
    """

    number: int
    title: str
    duration_s: float
    mp3: str = ""
    flac: str = ""
    lines: tuple[PageLine, ...] = ()
    key: str = ""
    tempo_bpm: float = 0.0
    files: tuple[tuple[str, str], ...] = ()
    sections: tuple[PageSection, ...] = ()
    integrated_lufs: float | None = None
    true_peak_dbtp: float | None = None
    peaks: tuple[int, ...] = ()
    picture: str = ""
    film: str = ""
    poster: str = ""
    roll: str = ""
    similarity: str = ""
    pictured: str = ""


@dataclass(frozen=True)
class ReleasePage:
    """What the page says and plays.

    Attributes:
        title: name of the album.
        artist: who it is by.
        theme: what it is about.
        cover: relative path of the cover picture.
        palette: colours of the cover as '#rrggbb', background first; () for a neutral page.
        made_on: the day it was made, as it is to be written.
        approval: who approved it, in a sentence, e.g. 'Approved under the written policy "demo". No person has
            reviewed this release.'
        disclosure: what an AI made, in a sentence or two.
        credits: one credit a line.
        songs: the songs, in running order.
        missing: what is not here and why, one sentence each.
        files: (label, path) of files of the whole release, e.g. release.json.
    """

    title: str
    artist: str
    theme: str
    cover: str
    songs: tuple[PageSong, ...]
    palette: tuple[str, ...] = ()
    made_on: str = ""
    approval: str = ""
    disclosure: str = ""
    credits: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    files: tuple[tuple[str, str], ...] = ()
