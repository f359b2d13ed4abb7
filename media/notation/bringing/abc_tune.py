"""The melody of a tune in ABC notation (the abc standard 2.1 in so far as it is melody, chords, words and repeats)."""

from __future__ import annotations

import re

from media.notation.bringing.abc_music import AbcBar, AbcReader, KeyField, read_key_field
from media.notation.bringing.bounds import MAX_TEXT_BYTES
from media.notation.bringing.note_words import PARTS
from media.notation.bringing.repeats import played_order
from media.notation.bringing.settling import Found, FoundChord, settle
from media.notation.bringing.tune import BroughtTune
from schemas.errors import MediaError
from schemas.plan import TICKS_PER_QUARTER

_FIELD = re.compile(r"([A-Za-z]):\s*(.*)")
_METER = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")
_TEMPO = re.compile(r"(?:(\d{1,3})/(\d{1,3})\s*=\s*)?(\d{1,9})")
_UNIT = re.compile(r"(\d{1,2})\s*/\s*(\d{1,3})")


def read_abc_tune(text: str, *, number: str = "", bars: tuple[int, int] | None = None) -> BroughtTune:
    """The melody of an ABC tune, repeats and endings written out; of several voices the first, of chords the top note.

    Args:
        text: a tune or a book of tunes, at most 256 KB.
        number: which tune of a book: its `X:` number or a piece of its title; '' for the first.
        bars: first and last bar wanted, counted from 1; None for all.

    Raises:
        MediaError: the text is too long, has no such tune, changes meter, has a meter no song can have, or a bar that
            holds more than fits: the message names the bar.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_TEXT_BYTES:
        raise MediaError(f"the ABC text has {size:,} bytes, at most {MAX_TEXT_BYTES:,} are read: cut it into tunes")
    tunes = _tunes(text)
    lines, remark = _chosen(tunes, number.strip())
    reading = _Reading(lines)
    found = reading.found
    found.remarks = ([remark] if remark else []) + found.remarks
    _place(found, reading.music.finished(), reading.music.bar_parts)
    return settle(found, bars=bars)


def _tunes(text: str) -> list[list[str]]:
    """The lines of each tune; what stands before the first `X:` is passed over."""
    tunes: list[list[str]] = []
    for line in text.splitlines():
        if re.match(r"\s*X:\s*\d", line) or not tunes:
            tunes.append([])
        tunes[-1].append(line)
    numbered = [tune for tune in tunes if tune[0].lstrip().startswith("X:")]
    return numbered or tunes


def _chosen(tunes: list[list[str]], number: str) -> tuple[list[str], str]:
    if not number:
        return tunes[0], f"the first of {len(tunes)} tunes was taken" if len(tunes) > 1 else ""
    for tune in tunes:
        titles = [line[2:].strip().lower() for line in tune if line.startswith("T:")]
        if tune[0].lstrip()[2:].strip() == number or any(number.lower() in title for title in titles):
            return tune, ""
    raise MediaError(f"the ABC text has no tune {number[:40]!r} among its {len(tunes)}: name one by its X: or T:")


class _Reading:
    """Reads the lines of one tune: fields into `found`, music into bars."""

    def __init__(self, lines: list[str]) -> None:
        self.found = Found(notes=[])
        self.music = AbcReader(self.found.remarks)
        self.unit = ""
        self.words: list[str] = []
        self.voice: str | None = None
        self.other_voice = self.meter_said = self.under = False
        for line in lines:
            self._line(line.split("%", 1)[0].rstrip())
        self.found.words = "\n".join(self.words)

    def _line(self, line: str) -> None:
        match = _FIELD.fullmatch(line.lstrip())
        if match:
            self._field(match[1], match[2].strip())
        elif line.strip() and not self.other_voice:
            self.music.read(line.removesuffix("\\"), self._field)
            self.under = True

    def _field(self, name: str, value: str) -> None:
        """A field of the head, of a line of its own, or in brackets within the music."""
        if name == "T" and not self.found.title:
            self.found.title = value
        elif name == "M":
            self._meter(value)
        elif name == "L" and (match := _UNIT.fullmatch(value)) and int(match[2]):
            self.music.unit = round(4 * PARTS * int(match[1]) / int(match[2]))
            self.unit = value
        elif name == "Q" and self.found.tempo is None and (match := _TEMPO.search(value)):
            beat = 4 * int(match[1]) / int(match[2]) if match[1] and int(match[2]) else 1.0
            self.found.tempo = int(match[3]) * beat
        elif name == "K":
            self._key(read_key_field(value))
        elif name == "V":
            voice = value.split()[0] if value.split() else ""
            self.voice = self.voice if self.voice is not None else voice
            self.other_voice = voice != self.voice
            if self.other_voice:
                self.found.remarks.append(f"of several voices {self.voice[:20]!r} was taken")
        elif name == "P" and len(re.findall(r"[A-Z]", value)) > 1 and not self.music.has_begun:
            self.found.remarks.append(
                f"the order of parts {value[:20]} is not followed: they stand as they are written"
            )
        elif name == "w" and not self.other_voice and self.under:
            self.words.append(_sung(value))
            self.under = False

    def _meter(self, value: str) -> None:
        plain = {"C": "4/4", "C|": "2/2", "": "4/4", "none": "4/4"}.get(value, value)
        match = _METER.fullmatch(plain)
        if match is None or int(match[2]) not in (1, 2, 4, 8, 16, 32) or not int(match[1]):
            raise MediaError(f"M:{value[:20]} is no meter that can be read: write M:3/4 or M:4/4")
        meter = int(match[1]), int(match[2])
        if self.meter_said and meter != self.found.meter and self.music.has_begun:
            raise MediaError(
                f"the tune changes its meter to {value[:20]} in bar {self.music.number}: a song keeps one meter"
            )
        self.meter_said = True
        self.found.meter = meter
        self.music.bar_parts = 4 * PARTS * meter[0] // meter[1]
        if not self.unit:
            # The standard's unit: a sixteenth where the meter is less than 3/4 of a whole note, else an eighth.
            self.music.unit = PARTS // 4 if meter[0] / meter[1] < 0.75 else PARTS // 2

    def _key(self, field: KeyField) -> None:
        if self.found.key is None:
            self.found.key = field.key
            if field.remark:
                self.found.remarks.append(field.remark)
        if field.alters is not None:
            self.music.alters = field.alters
        if field.key is not None:
            self.music.key = field.key


def _sung(value: str) -> str:
    """A line of words without the signs that lay it under notes."""
    joined = re.sub(r"(?<!\\)-\s*", "", value.replace("~", " "))
    return " ".join(re.sub(r"[*|_]", " ", joined.replace("\\-", "-")).split())


def _place(found: Found, bars: list[AbcBar], bar_parts: int) -> None:
    """Lays the bars one after another in the order they are played, times in ticks."""
    scale = TICKS_PER_QUARTER / PARTS
    order = played_order([bar.signs for bar in bars])
    if len(order) != len(bars):
        found.remarks.append(f"repeats written out: {len(bars)} bars became {len(order)}")
    start = before = 0
    tied: int | None = None
    for turn, place in enumerate(order):
        bar = bars[place]
        filled = min(bar.length, bar_parts)
        joins = bool(before) and before + filled == bar_parts
        at = start - bar_parts + before if joins else start
        if turn == 0 and 0 < filled < bar_parts:
            found.pickup = True
            at = start + bar_parts - filled
        for note in bar.notes:
            begin, length = (at + note.at) * scale, note.length * scale
            last = found.notes[-1] if found.notes else None
            if last is not None and tied == note.pitch and abs(last[0] + last[1] - begin) < 1:
                found.notes[-1] = (last[0], last[1] + length, last[2])
            else:
                found.notes.append((begin, length, note.pitch))
            tied = note.pitch if note.tied else None
        found.chords += [FoundChord((at + when) * scale, chord) for when, chord in bar.chords]
        start += 0 if joins else bar_parts
        before = filled if turn and not joins and 0 < filled < bar_parts else 0
    found.end = start * scale
