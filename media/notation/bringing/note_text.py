"""Melodies as text, as one hums them: `C4 1 D4 .5 E4 .5 | G4 2`.

A note is a pitch and, after it, a length in beats. The length holds for the notes that follow until another is written;
the first is 1. Pitches are

- names: `F#4`, `Bb3` (4 begins at middle C); without a number, the one nearest to the note before: `C D E G`;
- solfa: `do re mi fa so la ti`, each nearest to the note before, `do+` an octave above that, `so-` below, `fa#`;
- steps of the key's scale: `^1 ^3 ^5+`;
- numbers, where the first note is one: `60:1 62:.5` (MIDI pitches) or `1 2 3:2 5` (steps of the scale, 0 a rest);
  a length is then joined to its note by a colon, which may be done anywhere: `C4:1.5`.

Lengths are beats (`1`, `.5`, `1/3`) or letters (`w h q e s`, dotted `q.`). `r` is a rest. `C4 2~ | C4 1` is tied. Bar
lines are optional; where they stand they are checked, and a short first bar is a pick-up. Lines such as `key: D minor`,
`meter: 3/4`, `tempo: 92`, `title: …` and `chords: D | G A | D` may come before the notes. What follows `//` on a line
is passed over.
"""

from __future__ import annotations

import re

from media.notation.bringing.bounds import MAX_BARS, MAX_LENGTH_BEATS, MAX_NOTES, MAX_TEXT_BYTES, MAX_WORDS
from media.notation.bringing.chord_text import read_chord_chart
from media.notation.bringing.note_words import PARTS, nearest, plain, read_length, read_pitch
from media.notation.bringing.settling import Found, FoundChord, settle
from media.notation.bringing.tune import Beats, BroughtTune
from schemas.brief import parse_key
from schemas.errors import MediaError
from schemas.plan import TICKS_PER_QUARTER, Key

_HEAD = re.compile(r"\s*(key|meter|tempo|title|words|chords)\s*[:=]\s*(.*)", re.IGNORECASE)
_METER = re.compile(r"(\d{1,3})\s*/\s*(\d{1,3})")
_TEMPO = re.compile(r"(\d{1,9})(\.\d{1,3})?(\s*bpm)?", re.IGNORECASE)
_WORD = re.compile(r"[|\]\[:]*\|[|\]\[:]*|~|[^\s|~]+")
_GLUED = re.compile(r"([^:]+):([^:]+)")
_BEFORE_FIRST = 66
"""A first note without an octave lies in the octave from middle C up."""
_SLACK = PARTS // 24
_EXAMPLE = "write e.g. 'C4 1 D4 .5 E4 .5 | G4 2'"


def read_notes(text: str, *, key: Key | None = None, beats_per_bar: Beats | None = None) -> BroughtTune:
    """The melody that a text writes down (see the module).

    Args:
        text: notes, lengths, rests and bar lines, at most 256 KB.
        key: what steps and solfa count from where the text names no key; C major without it.
        beats_per_bar: of the bars, where the text names no meter; 4 without it.

    Raises:
        MediaError: a word is no note or length, a bar does not add up, or the text is too long: the message names
            the bar, the word and the remedy.
    """
    size = len(text.encode(errors="replace"))
    if size > MAX_TEXT_BYTES:
        raise MediaError(f"the melody's text has {size:,} bytes, at most {MAX_TEXT_BYTES:,} are read: shorten it")
    head, body = _split(plain(text))
    found = Found(notes=[], strip=False, title=head.get("title", ""), words=head.get("words", "").replace(" / ", "\n"))
    named = _key(head.get("key"))
    found.key = named or key
    found.meter = _meter(head.get("meter"), beats_per_bar)
    found.tempo = _tempo(head.get("tempo"))
    reader = _NoteReader(found, found.key or Key(tonic="C", mode="major"))
    reader.read(body)
    if reader.counted_from_key and found.key is None:
        found.remarks.append("steps and solfa are counted from C major: no key was named")
    if "chords" in head:
        found.chords = _chords(head["chords"], found)
    return settle(found)


def _split(text: str) -> tuple[dict[str, str], list[str]]:
    """The lines 'name: value' before the notes, by name, and the words of the rest."""
    head: dict[str, str] = {}
    lines = [line.split("//", 1)[0] for line in text.splitlines()]
    while lines and (not lines[0].strip() or _HEAD.fullmatch(lines[0])):
        match = _HEAD.fullmatch(lines.pop(0))
        if match:
            head[match[1].lower()] = match[2].strip()
    words: list[str] = []
    for line in lines:
        words += _WORD.findall(line.replace(";", " ").replace(",", " "))
        if len(words) > MAX_WORDS:
            raise MediaError(f"the melody's text has more than {MAX_WORDS:,} words: shorten it")
    return head, words


def _key(name: str | None) -> Key | None:
    if not name:
        return None
    try:
        return parse_key(name[:40])
    except ValueError as error:
        raise MediaError(f"key: {error}") from error


def _meter(name: str | None, beats_per_bar: Beats | None) -> tuple[int, int]:
    if not name:
        return (beats_per_bar or 4, 4)
    match = _METER.fullmatch(name)
    if match is None or int(match[1]) == 0 or int(match[2]) not in (1, 2, 4, 8, 16, 32):
        raise MediaError(f"meter: {name[:20]!r} is not a meter: write 3/4 or 4/4")
    return int(match[1]), int(match[2])


def _tempo(name: str | None) -> float | None:
    if not name:
        return None
    match = _TEMPO.fullmatch(name)
    if match is None:
        raise MediaError(f"tempo: {name[:20]!r} is not a number of quarter notes a minute: write e.g. 92")
    return float(match[1] + (match[2] or ""))


def _chords(text: str, found: Found) -> list[FoundChord]:
    beats = 3 if found.meter[0] * 4 == 3 * found.meter[1] else 4
    chart = read_chord_chart(text, beats_per_bar=beats, key=found.key or Key(tonic="C", mode="major"))
    found.remarks += chart.remarks
    marks: dict[int, FoundChord] = {}
    for span in chart.chords:
        marks[span.onset_ticks] = FoundChord(span.onset_ticks, (span.root, span.quality, span.bass))
        end = span.onset_ticks + span.duration_ticks
        marks[end] = FoundChord(end, None)
    found.end = max(found.end, chart.bars * beats * TICKS_PER_QUARTER)
    return [marks[tick] for tick in sorted(marks)]


class _NoteReader:
    """Reads the words of a melody one by one and keeps the time, in parts of a beat."""

    def __init__(self, found: Found, key: Key) -> None:
        self.found = found
        self.key = key
        self.at = self.bar_start = 0
        self.bar = 1
        self.length = PARTS
        self.before = _BEFORE_FIRST
        self.numbers = self.small_notes = False
        self.tied = self.is_rest = False
        self.lengthless = False
        self.counted_from_key = False
        self.bar_parts = 4 * PARTS * found.meter[0] // found.meter[1]

    def read(self, words: list[str]) -> None:
        """Takes in all words and leaves notes, pick-up and end in `found`."""
        first = next((word for word in words if word.strip("|[]:")), "")
        self.numbers = first[:1].isdigit()
        # A small 'e' may be a note or an eighth: it is a note where another small letter is one.
        small = {word for word in words if len(word) == 1 and word in "abcdfg"}
        self.small_notes = bool(small) or first == "e"
        for word in words:
            self._word(word)
        if self.tied:
            raise MediaError(f"bar {self.bar}: the last note is tied to nothing: leave the ~ out")
        self.found.end = _ticks(self.at)

    def _word(self, word: str) -> None:
        if "|" in word:
            self._bar_line(word)
        elif word == "~":
            if not self.found.notes:
                raise MediaError(f"bar {self.bar}: '~' ties nothing: write it after a note")
            self.tied, self.lengthless = True, False
        elif self.lengthless and not (word == "e" and self.small_notes) and (length := read_length(word)) is not None:
            self._stretch(length, word)
        else:
            self._note(word)

    def _note(self, word: str) -> None:
        glued = _GLUED.fullmatch(word)
        name, length = (glued[1], read_length(glued[2])) if glued else (word, self.length)
        pitch = read_pitch(name, self.key, numbers=self.numbers)
        if pitch is None or length is None:
            raise MediaError(f"bar {self.bar}: {word[:20]!r} is no note and no length: {_EXAMPLE}")
        self._check(length, word)
        midi = pitch.midi
        if pitch.near is not None:
            midi = nearest(pitch, self.before)
            self.counted_from_key = self.counted_from_key or not name[0].isupper()
        start = _ticks(self.at)
        last = self.found.notes[-1] if self.found.notes else None
        if self.tied and (last is None or midi != last[2]):
            raise MediaError(f"bar {self.bar}: {word[:20]!r} is tied to another pitch: leave the ~ out")
        if midi is not None and self.tied and last is not None:
            self.found.notes[-1] = (last[0], last[1] + _ticks(length), last[2])
        elif midi is not None:
            if not 0 <= midi <= 127:
                raise MediaError(f"bar {self.bar}: {word[:20]!r} is MIDI pitch {midi}, outside 0-127: move it")
            self.found.notes.append((start, _ticks(length), midi))
            if len(self.found.notes) > MAX_NOTES:
                raise MediaError(f"the melody's text has more than {MAX_NOTES:,} notes: shorten it")
        self.before = self.before if midi is None else midi
        self.is_rest, self.tied, self.lengthless = midi is None, False, glued is None and not self.numbers
        self.at += length
        self.length = length

    def _stretch(self, length: int, word: str) -> None:
        """Gives the note just read the length that was written after it."""
        self._check(length, word)
        by = length - self.length
        if not self.is_rest:
            onset, lasting, pitch = self.found.notes[-1]
            self.found.notes[-1] = (onset, lasting + _ticks(by), pitch)
        self.at += by
        self.length, self.lengthless = length, False

    def _check(self, length: int, word: str) -> None:
        if not 0 < length <= MAX_LENGTH_BEATS * PARTS:
            raise MediaError(
                f"bar {self.bar}: {word[:20]!r} lasts {_said(length)} beats: more than 0, at most {MAX_LENGTH_BEATS}"
            )

    def _bar_line(self, word: str) -> None:
        if ":" in word:
            raise MediaError(f"bar {self.bar}: {word[:20]!r} is a repeat sign: write the repeat out")
        filled = self.at - self.bar_start
        if filled == 0:
            return
        # Thirds written as .333 do not quite add up.
        bars = round(filled / self.bar_parts)
        if bars and abs(filled - bars * self.bar_parts) <= _SLACK:
            self.at = self.bar_start + bars * self.bar_parts
        else:
            self._uneven(filled)
        self.bar += (self.at - self.bar_start) // self.bar_parts
        self.bar_start = self.at
        self.lengthless = False
        if self.bar > MAX_BARS + 1:
            raise MediaError(f"the melody's text has more than {MAX_BARS} bars: shorten it")

    def _uneven(self, filled: int) -> None:
        """A short first bar is a pick-up and moves to the bar's end; any other bar must add up."""
        if self.bar_start or filled > self.bar_parts:
            raise MediaError(
                f"bar {self.bar} holds {_said(filled)} of {_said(self.bar_parts)} beats: mend a length, add a rest "
                f"('r {_said(self.bar_parts - filled % self.bar_parts)}'), or leave all bar lines out"
            )
        by = self.bar_parts - filled
        self.found.notes = [(on + _ticks(by), length, p) for on, length, p in self.found.notes]
        self.found.pickup = True
        self.found.remarks.append(f"the first bar is short: its notes are a pick-up of {_said(filled)} beats")
        self.at += by


def _said(parts: int) -> str:
    return f"{parts / PARTS:.3g}"


def _ticks(parts: int) -> float:
    return parts * TICKS_PER_QUARTER / PARTS
