"""The boxes of an MP4 file, read within bounds: which streams it holds, and when each picture of them is shown."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from schemas.errors import MediaError

MOST_INDEX_BYTES = 64 << 20
"""A larger index (`moov`) is not read; an hour of film at 240 frames a second has about 10 MiB."""
MOST_BOXES = 20_000
MOST_STREAMS = 16
_MOST_PICTURES = 2_000_000

_TAGS = {
    "\xa9nam": "title",
    "\xa9ART": "artist",
    "aART": "album_artist",
    "\xa9alb": "album",
    "\xa9day": "date",
    "\xa9gen": "genre",
    "\xa9cmt": "comment",
    "cprt": "copyright",
}
"""What MP4 calls the tags of a film."""

Box = tuple[str, memoryview]


@dataclass(frozen=True, eq=False)
class Stream:
    """One stream of a film. Times are in seconds of the film, its edit list followed."""

    kind: str
    """'vide', 'soun', 'sbtl', 'text' and the like."""
    codec: str
    """Four letters: 'avc1', 'mp4a', 'tx3g', …"""
    number: int
    """Its number in the file, from 1."""
    timescale: int
    language: str
    shown: bool
    """Whether a player shows it, or plays it, without being told to."""
    size: tuple[int, int]
    """Width and height in pixels, (0, 0) where it has no picture."""
    sound: tuple[int, int]
    """Channels and sample rate in Hz, (0, 0) where it has no sound."""
    setup: bytes
    """What a decoder must know before it begins (`avcC`, `esds`); streams that can be joined have the same."""
    starts_s: NDArray[np.float64]
    """When each piece is shown or heard, in the order of the file."""
    end_s: float
    sizes: NDArray[np.int64]
    """Bytes of each piece."""
    offsets: NDArray[np.int64]
    """Where in the file each piece lies."""
    keys: NDArray[np.int64]
    """Numbers of the pieces that can be jumped to, from 0; empty where all can."""
    chapters_in: tuple[int, ...] = ()
    """Numbers of the streams whose texts are its chapters."""


@dataclass(frozen=True, eq=False)
class Index:
    """What the index of an MP4 says."""

    streams: tuple[Stream, ...]
    duration_s: float
    tags: dict[str, str]
    index_first: bool
    """Whether the index lies before the pictures, so that a film can begin before all of it has arrived."""

    def only(self, kind: str) -> Stream:
        """Its first stream of a kind.

        Raises:
            MediaError: there is none.
        """
        for stream in self.streams:
            if stream.kind == kind:
                return stream
        raise MediaError(f"the film has no stream of the kind {kind!r}: make it again")


def read_index(path: Path) -> Index:
    """What the index of an MP4 file says; pictures and sound are not read.

    Raises:
        MediaError: the file cannot be read, is no MP4, is cut short, damaged or beyond a bound.
    """
    try:
        with path.open("rb") as file:
            content, first, _ = _moov(file, path.stat().st_size)
        return _index(memoryview(content), index_first=first)
    except OSError as error:
        raise MediaError(f"{path} cannot be read: {error.strerror}; check the path") from error
    except MediaError as error:
        raise MediaError(f"{path.name} {error}") from error
    except (struct.error, IndexError, ValueError, OverflowError) as error:
        raise MediaError(f"{path.name} is no whole MP4 film ({error}): make or fetch it again") from error


def disable_stream(path: Path, kind: str) -> None:
    """Mark the streams of a kind in an MP4 of ours as not shown until they are chosen.

    Raises:
        MediaError: the file cannot be read or written, or is no MP4.
    """
    try:
        with path.open("r+b") as file:
            content, _, start = _moov(file, path.stat().st_size)
            index = bytearray(content)
            for name, track in boxes(memoryview(index)):
                if name == "trak" and bytes(_needed(track, "mdia", "hdlr")[8:12]) == kind.encode():
                    _needed(track, "tkhd")[3] &= 0xFE
            file.seek(start)
            file.write(index)
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror}; free space on the disk") from error


def _moov(file: BinaryIO, size: int) -> tuple[bytes, bool, int]:
    """The content of the box `moov`, whether it lies before the box `mdat`, and where it begins in the file."""
    at, first = 0, True
    for _ in range(MOST_BOXES):
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            break
        length, kind = struct.unpack(">I4s", head[:8])
        skip = 8
        if length == 1:
            (length,), skip = struct.unpack(">Q", head[8:16]), 16
        elif length == 0:
            length = size - at
        if length < skip or at + length > size:
            break
        if kind == b"moov":
            if length > MOST_INDEX_BYTES:
                raise MediaError(f"has an index of {length:,} bytes, more than {MOST_INDEX_BYTES:,}: make it again")
            file.seek(at + skip)
            return file.read(length - skip), first, at + skip
        first = first and kind != b"mdat"
        at += length
    raise MediaError("is no whole MP4 film, for it has no index: make or fetch it again")


def boxes(content: memoryview) -> Iterator[Box]:
    """The boxes that lie in some bytes, one after the other, as name and content."""
    at = 0
    for _ in range(MOST_BOXES):
        if at + 8 > len(content):
            return
        length, kind = struct.unpack_from(">I4s", content, at)
        if length < 8 or at + length > len(content):
            raise ValueError(f"a box of {length} bytes")
        yield kind.decode("latin-1"), content[at + 8 : at + length]
        at += length
    raise ValueError("too many boxes")


def inside(content: memoryview, *path: str) -> memoryview | None:
    """The content of the first box at a path of names; None where there is none."""
    for name in path:
        found = next((body for kind, body in boxes(content) if kind == name), None)
        if found is None:
            return None
        content = found
    return content


def _needed(content: memoryview, *path: str) -> memoryview:
    found = inside(content, *path)
    if found is None:
        raise ValueError(f"it lacks {'/'.join(path)}")
    return found


def _index(moov: memoryview, *, index_first: bool) -> Index:
    scale, duration = _clock(_needed(moov, "mvhd"))
    tracks = [body for kind, body in boxes(moov) if kind == "trak"]
    if len(tracks) > MOST_STREAMS:
        raise MediaError(f"has {len(tracks)} streams, more than {MOST_STREAMS}: make it again")
    return Index(tuple(_stream(body, scale) for body in tracks), duration / scale, _tags(moov), index_first)


def _clock(header: memoryview) -> tuple[int, int]:
    """Ticks in a second and duration in ticks, of the boxes `mvhd` and `mdhd`."""
    scale, duration = struct.unpack_from(">IQ" if header[0] == 1 else ">II", header, 20 if header[0] == 1 else 12)
    if scale == 0:
        raise ValueError("a clock that stands still")
    return scale, duration


def _stream(track: memoryview, movie_scale: int) -> Stream:
    head = _needed(track, "mdia", "mdhd")
    scale, _ = _clock(head)
    table = _needed(track, "mdia", "minf", "stbl")
    kind = bytes(_needed(track, "mdia", "hdlr")[8:12]).decode("latin-1")
    entry = _needed(table, "stsd")[8:]
    codec, setup = next(boxes(entry))
    header = _needed(track, "tkhd")
    number, flags = struct.unpack_from(">I", header, 20 if header[0] == 1 else 12)[0], header[3]
    packed = struct.unpack_from(">H", head, 32 if head[0] == 1 else 20)[0]
    chapters = inside(track, "tref", "chap")
    sizes = _sizes(_needed(table, "stsz"))
    starts, end = _times(table, len(sizes))
    starts_s, end_s = _edited(inside(track, "edts", "elst"), starts / scale, end / scale, movie_scale, scale)
    keys = inside(table, "stss")
    return Stream(
        kind=kind,
        codec=codec,
        number=number,
        timescale=scale,
        shown=bool(flags & 1),
        language="".join(chr(((packed >> shift) & 31) + 96) for shift in (10, 5, 0)),
        size=struct.unpack_from(">HH", setup, 24) if kind == "vide" else (0, 0),
        sound=(struct.unpack_from(">H", setup, 16)[0], struct.unpack_from(">I", setup, 24)[0] >> 16)
        if kind == "soun"
        else (0, 0),
        setup=_decoder(setup, kind),
        starts_s=starts_s,
        end_s=end_s,
        sizes=sizes,
        keys=np.frombuffer(keys[8:], ">u4").astype(np.int64) - 1 if keys is not None else np.zeros(0, np.int64),
        chapters_in=tuple(int(n) for n in np.frombuffer(chapters, ">u4")) if chapters is not None else (),
        offsets=_offsets(table, sizes),
    )


def _decoder(entry: memoryview, kind: str) -> bytes:
    """The box that sets a decoder up, behind the fields that pictures and sounds have."""
    fixed = {"vide": 78, "soun": 28}.get(kind)
    found = (bytes(body) for name, body in boxes(entry[fixed:]) if name in ("avcC", "esds")) if fixed else iter(())
    return next(found, b"")


def _sizes(table: memoryview) -> NDArray[np.int64]:
    same, count = struct.unpack_from(">II", table, 4)
    if count > _MOST_PICTURES:
        raise MediaError(f"has {count:,} pieces in a stream, more than {_MOST_PICTURES:,}: make it again")
    if same:
        return np.full(count, same, np.int64)
    return np.frombuffer(table, ">u4", count, 12).astype(np.int64)


def _runs(table: memoryview, kind: str, pieces: int) -> NDArray[np.int64]:
    """A table of (count, value) pairs, written out; one value a piece."""
    (count,) = struct.unpack_from(">I", table, 4)
    pairs = np.frombuffer(table, np.dtype([("count", ">u4"), ("value", kind)]), count, 8)
    if int(pairs["count"].astype(np.int64).sum()) != pieces:
        raise ValueError("a table of times that does not fit its pieces")
    return np.repeat(pairs["value"].astype(np.int64), pairs["count"].astype(np.int64))


def _times(table: memoryview, pieces: int) -> tuple[NDArray[np.int64], int]:
    """When each piece is due and when the last one ends, in ticks of the stream."""
    lasting = _runs(_needed(table, "stts"), ">u4", pieces)
    decoded = np.cumsum(lasting) - lasting
    later = inside(table, "ctts")
    shown = decoded + (_runs(later, ">i4", pieces) if later is not None else 0)
    return shown, int((shown + lasting).max()) if pieces else 0


def _edited(
    edits: memoryview | None, starts: NDArray[np.float64], end: float, movie_scale: int, scale: int
) -> tuple[NDArray[np.float64], float]:
    """Times of a stream as times of the film: waiting before it, skipping into it, and being cut off."""
    if edits is None:
        return starts, end
    wide = edits[0] == 1
    (count,) = struct.unpack_from(">I", edits, 4)
    if count > 8:
        raise ValueError(f"an edit list of {count} entries")
    waits = 0.0
    for number in range(count):
        lasts, begins = struct.unpack_from(">Qq" if wide else ">Ii", edits, 8 + number * (20 if wide else 12))
        if begins < 0:
            waits += lasts / movie_scale
            continue
        skipped = begins / scale
        return starts - skipped + waits, min(end - skipped, lasts / movie_scale if lasts else end) + waits
    return starts + waits, end + waits


def _offsets(table: memoryview, sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each piece lies, from the places of the chunks and how many pieces each chunk holds."""
    short = inside(table, "stco")
    places = short if short is not None else _needed(table, "co64")
    chunks = np.frombuffer(places[8:], ">u4" if short is not None else ">u8").astype(np.int64)
    rows = np.frombuffer(_needed(table, "stsc")[8:], ">u4").astype(np.int64).reshape(-1, 3)
    held = np.repeat(rows[:, 1], np.diff(np.append(rows[:, 0], len(chunks) + 1)))
    if len(held) != len(chunks) or held.sum() != len(sizes):
        raise ValueError("chunks that do not hold the pieces")
    before = np.concatenate(([0], np.cumsum(sizes)))
    firsts = np.concatenate(([0], np.cumsum(held)))[:-1]
    return np.repeat(chunks - before[firsts], held) + before[:-1]


def _tags(moov: memoryview) -> dict[str, str]:
    """Title, artist and the like, by the names they are written under."""
    found = inside(moov, "udta", "meta")
    listed = inside(found[4:], "ilst") if found is not None else None
    tags = {}
    for name, body in boxes(listed) if listed is not None else ():
        value = inside(body, "data")
        if name in _TAGS and value is not None and struct.unpack_from(">I", value)[0] == 1:
            tags[_TAGS[name]] = bytes(value[8:]).decode("utf-8", "replace")
    return tags
