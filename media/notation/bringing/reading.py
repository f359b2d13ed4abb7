"""Whatever a person brings as a melody, read by what it is and not by its name."""

from __future__ import annotations

import re

from media.notation.bringing.abc_tune import read_abc_tune
from media.notation.bringing.bounds import MAX_FILE_BYTES
from media.notation.bringing.midi_tune import read_midi_tune
from media.notation.bringing.note_text import read_notes
from media.notation.bringing.tune import Beats, BroughtTune
from media.notation.bringing.xml_tune import read_xml_tune
from schemas.errors import MediaError
from schemas.plan import Key

_SOUND = {b"RIFF": "WAV", b"fLaC": "FLAC", b"OggS": "Ogg", b"ID3": "MP3", b"\xff\xfb": "MP3", b"FORM": "AIFF"}
_ABC = re.compile(r"^\s*(X:\s*\d|K:\s*[A-Ga-gH])", re.MULTILINE)


def read_melody(
    content: bytes,
    *,
    name: str = "",
    part: str = "",
    bars: tuple[int, int] | None = None,
    key: Key | None = None,
    beats_per_bar: Beats | None = None,
) -> BroughtTune:
    """The melody in a file: MIDI, MusicXML (plain or .mxl), ABC, or notes as text (see `note_text`).

    Args:
        content: the bytes of the file, at most 2 MB.
        name: what to call the file in messages; it decides nothing.
        part: of a file with several parts, the name of the one wanted; '' lets it be found. In ABC a tune's number.
        bars: first and last bar wanted, counted from 1, a pick-up's bar too; None for all.
        key: of notes as text: what steps and solfa count from where the text names no key.
        beats_per_bar: of notes as text: where the text names no meter.

    Raises:
        MediaError: the file is sound or no music, is damaged or hostile, is too long, or in a meter that no song can
            have: the message names file, place, bound and remedy.
    """
    try:
        return _read(content, part, bars, key, beats_per_bar)
    except MediaError as error:
        if not name:
            raise
        raise MediaError(f"{name[:80]}: {error}") from error


def _read(
    content: bytes, part: str, bars: tuple[int, int] | None, key: Key | None, beats_per_bar: Beats | None
) -> BroughtTune:
    if len(content) > MAX_FILE_BYTES:
        raise MediaError(f"{len(content):,} bytes are over the bound of {MAX_FILE_BYTES:,}: bring one song, not a book")
    if content[:4] == b"MThd":
        return read_midi_tune(content, part=part, bars=bars)
    if content[:4] == b"RIFF" and content[8:12] == b"RMID":
        raise MediaError("this is RIFF MIDI: export it as a plain .mid file")
    for start, kind in _SOUND.items():
        if content.startswith(start):
            raise MediaError(f"this is {kind} sound, not notes: bring MIDI, MusicXML, ABC or notes as text")
    if content[:4] == b"PK\x03\x04" or content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\0")[:1] == b"<":
        return read_xml_tune(content, part=part, bars=bars)
    text = _text(content)
    if _ABC.search(text):
        return read_abc_tune(text, number=part, bars=bars)
    tune = read_notes(text, key=key, beats_per_bar=beats_per_bar)
    return tune.cut(*bars) if bars else tune


def _text(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    if "\0" in text:
        raise MediaError("this is no file of music that can be read: bring MIDI, MusicXML, ABC or notes as text")
    return text
