"""Standard MIDI Files (format 0 and 1) as events: the bytes alone, without what they mean.

Own code rather than a library, because files come from outside: every length and count is checked before memory is
spent, and one file always gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from schemas.errors import MediaError

MAX_BYTES = 8 * 2**20
MAX_TRACKS = 64
MAX_EVENTS = 1_000_000
MAX_NOTES = 200_000
NOTE_OFF, NOTE_ON, PROGRAM, META = 0x80, 0x90, 0xC0, 0xFF
TEXT, TRACK_NAME, LYRIC, MARKER, END_OF_TRACK, TEMPO, METER, KEY = 0x01, 0x03, 0x05, 0x06, 0x2F, 0x51, 0x58, 0x59
_KEPT_METAS = frozenset((TEXT, TRACK_NAME, LYRIC, MARKER, END_OF_TRACK, TEMPO, METER, KEY))
_DATA_BYTES = {0x80: 2, 0x90: 2, 0xA0: 2, 0xB0: 2, 0xC0: 1, 0xD0: 1, 0xE0: 2}


class Event(NamedTuple):
    """An event at a tick. `kind` is NOTE_OFF, NOTE_ON, PROGRAM or META; `sub` its channel (0-15) or meta type."""

    tick: int
    kind: int
    sub: int
    body: bytes


class MidiFile(NamedTuple):
    """Ticks a quarter note and the kept events of each track, in file order."""

    ticks_per_quarter: int
    tracks: list[list[Event]]


def text_event(tick: int, kind: int, text: str) -> Event:
    """A text-like meta event in UTF-8."""
    return Event(tick, META, kind, text.encode())


def event_text(event: Event) -> str:
    """The text of a text-like meta event: UTF-8 where it is, Latin-1 otherwise; at most 2,000 bytes of it."""
    body = event.body[:2000]
    try:
        return body.decode().strip("\x00")
    except UnicodeDecodeError:
        return body.decode("latin-1").strip("\x00")


def _varlen(value: int) -> bytes:
    out = [value & 0x7F]
    while value := value >> 7:
        out.append(value & 0x7F | 0x80)
    return bytes(reversed(out))


def _track_bytes(events: Iterable[Event]) -> bytes:
    out, now = bytearray(), 0
    for event in events:
        out += _varlen(event.tick - now)
        now = event.tick
        if event.kind == META:
            out += bytes((META, event.sub)) + _varlen(len(event.body)) + event.body
        else:
            out += bytes((event.kind | event.sub,)) + event.body
    return b"MTrk" + len(out).to_bytes(4, "big") + bytes(out)


def write_midi_file(tracks: Sequence[Sequence[Event]], ticks_per_quarter: int) -> bytes:
    """A format 1 file. Events of each track come in time order and end with END_OF_TRACK."""
    head = b"MThd" + (6).to_bytes(4, "big") + (1).to_bytes(2, "big") + len(tracks).to_bytes(2, "big")
    return head + ticks_per_quarter.to_bytes(2, "big") + b"".join(_track_bytes(track) for track in tracks)


def read_midi_file(content: bytes) -> MidiFile:
    """The events of a format 0 or 1 file; controllers, bends, pressure and system messages are passed over.

    Raises:
        MediaError: the bytes are no MIDI file, are cut short or damaged, or go beyond 8 MB, 64 tracks, 200,000 notes
            or a million events.
    """
    if len(content) > MAX_BYTES:
        raise MediaError(f"MIDI file of {len(content):,} bytes is over {MAX_BYTES:,}: split it into songs")
    if content[:4] != b"MThd" or len(content) < 14:
        raise MediaError("not a MIDI file: it does not begin with 'MThd' and a header; export it again as .mid")
    header_length, layout = int.from_bytes(content[4:8], "big"), int.from_bytes(content[8:10], "big")
    division = int.from_bytes(content[12:14], "big")
    if header_length < 6 or layout > 1:
        raise MediaError(f"MIDI format {layout} cannot be read: export it as format 0 or 1")
    if division & 0x8000 or division == 0:
        raise MediaError(f"MIDI division {division:#06x} counts no quarter notes: export it with ticks per quarter")
    tracks: list[list[Event]] = []
    at, counts = 8 + header_length, _Counts()
    while at + 8 <= len(content):
        size = int.from_bytes(content[at + 4 : at + 8], "big")
        if at + 8 + size > len(content):
            raise MediaError(
                f"MIDI chunk at byte {at} claims {size:,} bytes but {len(content) - at - 8:,} are left: "
                "the file is cut short, copy it again"
            )
        if content[at : at + 4] == b"MTrk":
            if len(tracks) == MAX_TRACKS:
                raise MediaError(f"MIDI file has more than {MAX_TRACKS} tracks: merge or remove some")
            tracks.append(_read_track(content, at + 8, at + 8 + size, counts))
        at += 8 + size
    if not tracks:
        raise MediaError("MIDI file has no track: export it again")
    return MidiFile(division, tracks)


class _Counts:
    """Events and notes met so far in the whole file."""

    def __init__(self) -> None:
        self.events = 0
        self.notes = 0

    def count(self, is_note: bool) -> None:
        self.events += 1
        self.notes += is_note
        if self.notes > MAX_NOTES:
            raise MediaError(f"MIDI file has more than {MAX_NOTES:,} notes: split it into songs")
        if self.events > MAX_EVENTS:
            raise MediaError(f"MIDI file has more than {MAX_EVENTS:,} events: thin out its controllers")


def _read_varlen(content: bytes, at: int, end: int) -> tuple[int, int]:
    value = 0
    for place in range(at, min(at + 4, end)):
        value = value << 7 | content[place] & 0x7F
        if content[place] < 0x80:
            return value, place + 1
    raise MediaError(f"MIDI number at byte {at} does not end: the file is damaged, export it again")


def _read_track(content: bytes, at: int, end: int, counts: _Counts) -> list[Event]:
    events: list[Event] = []
    tick, running = 0, 0
    while at < end:
        delta, at = _read_varlen(content, at, end)
        tick += delta
        if at >= end:
            raise MediaError(f"MIDI track ends inside an event at byte {at}: the file is damaged, export it again")
        status = content[at]
        if status < 0x80:
            status = running
        else:
            at += 1
            running = status if status < 0xF0 else running
        kind = status & 0xF0
        if status in (META, 0xF0, 0xF7):
            meta = content[at] if status == META and at < end else 0
            length, start = _read_varlen(content, at + (status == META), end)
            stop = start + length
            event = Event(tick, META, meta, content[start:stop]) if meta in _KEPT_METAS else None
        elif kind in _DATA_BYTES:
            stop = at + _DATA_BYTES[kind]
            kept = kind in (NOTE_OFF, NOTE_ON, PROGRAM)
            event = Event(tick, kind, status & 0x0F, content[at:stop]) if kept else None
        else:
            raise MediaError(f"MIDI status {status:#04x} at byte {at} has no meaning: the file is damaged")
        if stop > end:
            raise MediaError(f"MIDI event at byte {at} goes past its track: the file is damaged, export it again")
        if status < 0xF0 and max(content[at:stop]) > 0x7F:
            raise MediaError(f"MIDI event at byte {at} holds a value over 127: the file is damaged, export it again")
        counts.count(kind == NOTE_ON and status < 0xF0 and content[stop - 1] > 0)
        at = stop
        if event is not None:
            events.append(event)
            if event.kind == META and event.sub == END_OF_TRACK:
                break
    return events
