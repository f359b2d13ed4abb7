"""Titles, words and pictures inside FLAC and MP3 files, written so that the same tags give the same bytes."""

from __future__ import annotations

import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import MediaError

if TYPE_CHECKING:
    from mutagen.flac import FLAC, Picture
    from mutagen.id3 import ID3

DISCLOSURE = "AI-generated"
PADDING_BYTES = 1024
LONGEST_TEXT = 64_000
LARGEST_COVER_BYTES = 8 * 1024**2

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
"""Control characters, halves of characters, and the marks that turn the direction of all text that follows."""


@dataclass(frozen=True)
class Tags:
    """What a music file says of itself.

    `number` of `total` is the song's place; `synced` holds (seconds, line); `cover` a PNG's or JPEG's bytes;
    `disclosure` says in one sentence what a machine made. Empty fields are left out.
    """

    title: str
    artist: str
    album: str
    number: int = 1
    total: int = 1
    year: int = 0
    genre: str = ""
    mood: str = ""
    bpm: int = 0
    key: str = ""
    comment: str = DISCLOSURE
    disclosure: str = DISCLOSURE
    copyright: str = ""
    credit: str = ""
    lyrics: str = ""
    language: str = "eng"
    synced: tuple[tuple[float, str], ...] = ()
    cover: bytes = b""


def _line(text: str) -> str:
    """Text for one line: no controls, no line breaks."""
    return " ".join(_CONTROLS.sub(" ", text[:LONGEST_TEXT]).split())


def _block(text: str) -> str:
    """Text of several lines with plain line feeds."""
    return _CONTROLS.sub("", text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))


def _cover_type(cover: bytes) -> str:
    if len(cover) > LARGEST_COVER_BYTES:
        raise MediaError(f"the cover has {len(cover)} bytes, the limit is {LARGEST_COVER_BYTES}: use a JPEG")
    if cover.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if cover.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    raise MediaError("the cover is neither PNG nor JPEG: convert it")


def _checked(tags: Tags) -> None:
    if not 1 <= tags.number <= tags.total <= 999:
        raise MediaError(f"song {tags.number} of {tags.total}: the number must be 1 to the total, at most 999")
    if not re.fullmatch(r"[a-z]{3}", tags.language):
        raise MediaError(f"language {tags.language!r}: give three letters of ISO 639-2, e.g. 'eng'")
    if any(not 0 <= seconds < 86_400 for seconds, _ in tags.synced):
        raise MediaError("a synced line lies before the start or after a day: times are seconds from the song's start")
    if tags.cover:
        _cover_type(tags.cover)


def _picture(cover: bytes) -> Picture:
    from mutagen.flac import Picture
    from mutagen.id3 import PictureType

    picture = Picture()
    picture.type, picture.mime, picture.desc, picture.data = PictureType.COVER_FRONT, _cover_type(cover), "Cover", cover
    return picture


def _comments(tags: Tags) -> list[tuple[str, str]]:
    """The Vorbis comments, in the order they are written."""
    numbers = [("TRACKNUMBER", str(tags.number)), ("TRACKTOTAL", str(tags.total))]
    texts = [
        ("TITLE", _line(tags.title)),
        ("ARTIST", _line(tags.artist)),
        ("ALBUMARTIST", _line(tags.artist)),
        ("ALBUM", _line(tags.album)),
        *numbers,
        ("DATE", f"{tags.year:04d}" if tags.year else ""),
        ("GENRE", _line(tags.genre)),
        ("MOOD", _line(tags.mood)),
        ("BPM", str(tags.bpm) if tags.bpm else ""),
        ("INITIALKEY", short_key(tags.key)),
        ("COMMENT", _line(tags.comment)),
        ("AI_DISCLOSURE", _line(tags.disclosure)),
        ("COPYRIGHT", _line(tags.copyright)),
        ("CREDITS", _line(tags.credit)),
        ("LYRICS", _block(tags.lyrics)),
    ]
    return [(name, value) for name, value in texts if value]


def short_key(name: str) -> str:
    """A key as tags write it, three letters at most: 'C' for 'C major', 'F#m' for 'F# minor'; '' for no key."""
    tonic, _, mode = _line(name).partition(" ")
    return (tonic[:2] + "m" if mode == "minor" else tonic)[:3]


def tag_flac(path: Path, tags: Tags) -> None:
    """Writes a FLAC file's tags, in place of all it had and whole or not at all; the sound is left as it is.

    Raises:
        MediaError: the file is no FLAC, or a tag breaks its bounds.
    """
    import mutagen
    from mutagen.flac import FLAC

    _checked(tags)
    try:
        content = io.BytesIO(path.read_bytes())
        old = FLAC(content)
        content.seek(0)
        old.delete(content)
        content.seek(0)
        file: FLAC = FLAC(content)
        file.clear_pictures()
        file.add_tags()
        for name, value in _comments(tags):
            file.tags.append((name, value))
        if tags.cover:
            file.add_picture(_picture(tags.cover))
        content.seek(0)
        file.save(content, padding=lambda _: PADDING_BYTES)
    except (mutagen.MutagenError, OSError) as error:
        raise MediaError(f"{path.name!r} cannot be tagged as FLAC: {error}") from error
    _replace(path, content.getvalue())


def tag_mp3(path: Path, tags: Tags) -> None:
    """Writes an MP3 file's ID3 tag (version 2.4, UTF-8), in place of all it had and whole or not at all.

    Words go in twice: USLT, and SYLT with a time in ms for each line. The sound is left as it is.

    Raises:
        MediaError: the file is no MP3, or a tag breaks its bounds.
    """
    import mutagen
    from mutagen.id3 import ID3
    from mutagen.mp3 import MP3

    _checked(tags)
    try:
        content = io.BytesIO(path.read_bytes())
        MP3(content)
        fresh = ID3()
        _add_frames(fresh, tags)
        content.seek(0)
        fresh.save(content, v1=0, v2_version=4, padding=lambda _: PADDING_BYTES)
    except (mutagen.MutagenError, OSError) as error:
        raise MediaError(f"{path.name!r} cannot be tagged as MP3: {error}") from error
    _replace(path, content.getvalue())


def _replace(path: Path, content: bytes) -> None:
    """Puts new bytes in a file's place in one move."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".tag-")
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        draft.chmod(0o644)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _add_frames(frames: ID3, tags: Tags) -> None:
    from mutagen import id3

    utf8 = id3.Encoding.UTF8
    single = {
        "TIT2": _line(tags.title),
        "TPE1": _line(tags.artist),
        "TPE2": _line(tags.artist),
        "TALB": _line(tags.album),
        "TRCK": f"{tags.number}/{tags.total}",
        "TDRC": f"{tags.year:04d}" if tags.year else "",
        "TCON": _line(tags.genre),
        "TMOO": _line(tags.mood),
        "TBPM": str(tags.bpm) if tags.bpm else "",
        "TKEY": short_key(tags.key),
        "TCOP": _line(tags.copyright),
        "TLAN": tags.language,
    }
    for name, value in single.items():
        if value:
            frames.add(getattr(id3, name)(encoding=utf8, text=[value]))
    for name, value in (("AI_DISCLOSURE", tags.disclosure), ("CREDITS", tags.credit)):
        if value:
            frames.add(id3.TXXX(encoding=utf8, desc=name, text=[_line(value)]))
    if tags.comment:
        frames.add(id3.COMM(encoding=utf8, lang=tags.language, desc="", text=[_line(tags.comment)]))
    if tags.lyrics:
        frames.add(id3.USLT(encoding=utf8, lang=tags.language, desc="", text=_block(tags.lyrics)))
    if tags.synced:
        lines = [(_line(text), round(seconds * 1000)) for seconds, text in sorted(tags.synced)]
        frames.add(id3.SYLT(encoding=utf8, lang=tags.language, format=2, type=1, desc="", text=lines))
    if tags.cover:
        kind = id3.PictureType.COVER_FRONT
        frames.add(id3.APIC(encoding=utf8, mime=_cover_type(tags.cover), type=kind, desc="Cover", data=tags.cover))
