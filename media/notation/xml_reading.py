"""MusicXML read into plain notes with their words, chords and marks, within bounds. Times in ticks, 480 a quarter."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import defaultdict
from fractions import Fraction
from itertools import pairwise
from typing import Literal, NamedTuple

from media.notation.spelling import key_from_sharps, pitch_class_of
from media.notation.xml_safety import parse_bounded, unpacked
from media.notation.xml_values import chord_of, number
from schemas.errors import MediaError
from schemas.music import ChordQuality, ChordSpan
from schemas.plan import TICKS_PER_QUARTER, Key

MAX_PARTS = 16
MAX_BARS = 2_000
_TICK_PARTS = 5_040
"""Parts of a tick in which lengths are counted: halves to tenths of a beat come out whole."""


class ReadLyric(NamedTuple):
    """A syllable under a note."""

    text: str
    syllabic: str
    ends_line: bool


class ReadNote(NamedTuple):
    """A note as it is to be played; `velocity` is 0 where the file does not say."""

    onset_ticks: int
    duration_ticks: int
    pitch: int
    velocity: int
    lyric: ReadLyric | None
    bar: int


class ReadPart(NamedTuple):
    """A part's name, General MIDI program (0-127) and notes in time order."""

    name: str
    program: int
    is_drums: bool
    notes: tuple[ReadNote, ...]


class ReadSong(NamedTuple):
    """All that a document says of a song. Section starts are (bar, name); `fields` are the file's own remarks."""

    title: str
    key: Key
    tempo_bpm: int
    beats_per_bar: Literal[3, 4]
    swing: float
    bars: int
    starts: tuple[tuple[int, str], ...]
    chords: tuple[ChordSpan, ...]
    parts: tuple[ReadPart, ...]
    fields: dict[str, str]


class LooseSong(NamedTuple):
    """A document as it stands: any meter, any tempo or none, bars as they are written. Ticks are 480 a quarter."""

    title: str
    key: Key | None
    tempo: float | None
    meters: tuple[tuple[int, int], ...]
    bars: int
    bar_ticks: int
    pickup: bool
    chords: tuple[tuple[int, tuple[int, ChordQuality, int | None] | None], ...]
    parts: tuple[ReadPart, ...]


def read_loosely(root: ET.Element) -> LooseSong:
    """What a partwise document says of a melody that a person brings; repeats have to be written out before.

    Two short bars that make a whole one, as where a pick-up is repeated, stand in one.

    Raises:
        MediaError: as `read_musicxml`, except that meter and tempo may be any.
    """
    readers, marks = _read_parts(root, joins_short_bars=True)
    chords = next((reader.chords for reader in readers if reader.chords), {})
    return LooseSong(
        title=_title(root),
        key=marks.key,
        tempo=marks.tempos[0] if marks.tempos else None,
        meters=tuple(marks.meters),
        bars=max(reader.bars for reader in readers),
        bar_ticks=readers[0].bar_ticks,
        pickup=any(reader.pickup for reader in readers),
        chords=tuple(sorted(chords.items())),
        parts=tuple(reader.part() for reader in readers),
    )


def read_musicxml(content: bytes) -> ReadSong:
    """What a partwise MusicXML document, plain or .mxl, says of a song.

    Raises:
        MediaError: it is damaged, defines entities, goes beyond its bounds, is not partwise, changes meter, is not in
            3/4 or 4/4, or holds repeat signs: the message names the bar and the remedy.
    """
    root = parse_bounded(unpacked(content))
    readers, marks = _read_parts(root, joins_short_bars=False)
    bars = max(reader.bars for reader in readers)
    beats = _beats(marks)
    fields = root.iterfind("identification/miscellaneous/miscellaneous-field")
    return ReadSong(
        title=_title(root) or "Untitled",
        key=marks.key or Key(tonic="C", mode="major"),
        tempo_bpm=_tempo(marks),
        beats_per_bar=beats,
        swing=marks.swing,
        bars=bars,
        starts=tuple(marks.starts),
        chords=_chord_spans(readers, bars * beats * TICKS_PER_QUARTER),
        parts=tuple(reader.part() for reader in readers),
        fields={field.get("name") or "": field.text or "" for field in fields},
    )


def _read_parts(root: ET.Element, *, joins_short_bars: bool) -> tuple[list[_PartReader], _Marks]:
    if root.tag != "score-partwise":
        raise MediaError(
            f"MusicXML begins with {root.tag[:40]!r}, not 'score-partwise': export it as partwise MusicXML"
        )
    elements = root.findall("part")
    if not 1 <= len(elements) <= MAX_PARTS:
        raise MediaError(f"MusicXML has {len(elements)} parts, 1 to {MAX_PARTS} can be read: merge or remove some")
    headers = {element.get("id", ""): element for element in root.iterfind("part-list/score-part")}
    readers = [_PartReader(element, headers.get(element.get("id", ""))) for element in elements]
    marks = _Marks()
    for reader in readers:
        reader.read(marks, joins_short_bars=joins_short_bars)
    return readers, marks


def _title(root: ET.Element) -> str:
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return " ".join(title.split())[:120]


class _Marks:
    """What is met on the way and belongs to the whole song."""

    def __init__(self) -> None:
        self.key: Key | None = None
        self.meters: dict[tuple[int, int], int] = {}
        self.tempos: list[float] = []
        self.swing = 0.0
        self.starts: list[tuple[int, str]] = []


class _PartReader:
    """Reads the measures of one part."""

    def __init__(self, element: ET.Element, header: ET.Element | None) -> None:
        self.element = element
        self.name = ((header.findtext("part-name") if header is not None else "") or "part").strip()
        self.program, self.is_drums = 0, False
        self.drum_pitches: dict[str, int] = {}
        for midi in header.iterfind("midi-instrument") if header is not None else ():
            # Some programs count from 0, against the standard.
            self.program = max(0, int(number(midi.findtext("midi-program") or "1", "MIDI program", 0, 0, 128)) - 1)
            self.is_drums = self.is_drums or (midi.findtext("midi-channel") or "").strip() == "10"
            if midi.find("midi-unpitched") is not None:
                sound = number(midi.findtext("midi-unpitched"), "drum sound", 0, 1, 128)
                self.drum_pitches[midi.get("id", "")] = int(sound) - 1
        self.bars = 0
        self.pickup = False
        self.notes: list[ReadNote] = []
        self.chords: dict[int, tuple[int, ChordQuality, int | None] | None] = {}
        self._scale = Fraction(TICKS_PER_QUARTER)
        self._transpose = 0
        self._held: defaultdict[tuple[str, int], list[int]] = defaultdict(list)
        self.bar_ticks = 4 * TICKS_PER_QUARTER

    def part(self) -> ReadPart:
        return ReadPart(self.name, self.program, self.is_drums, tuple(sorted(self.notes, key=lambda note: note[:4])))

    def read(self, marks: _Marks, *, joins_short_bars: bool) -> None:
        start = before = Fraction(0)
        for bar, measure in enumerate(self.element.iterfind("measure")):
            if bar == MAX_BARS:
                raise MediaError(f"MusicXML has more than {MAX_BARS:,} bars: split it into songs")
            joins = joins_short_bars and before and before + self._written(measure, bar) == self.bar_ticks
            start -= self.bar_ticks - before if joins else 0
            reach = self._measure(measure, bar, start, marks)
            # A bar that is written short (a pick-up) still counts as a whole one, so that bars stay bars.
            if reach > self.bar_ticks + 1:
                raise MediaError(
                    f"bar {bar + 1} holds {float(reach / TICKS_PER_QUARTER):g} quarters, more than fit: cut it"
                )
            if bar == 0 and 0 < reach < self.bar_ticks:
                self.pickup = True
                self._shift_pickup(int(self.bar_ticks - reach))
            start += reach if joins else self.bar_ticks
            before = reach if bar and not joins and 0 < reach < self.bar_ticks else Fraction(0)
            self.bars = bar + 1

    def _written(self, measure: ET.Element, bar: int) -> Fraction:
        """How long a measure is written, by its notes alone."""
        plain = (n for n in measure.iterfind("note") if n.find("chord") is None and n.find("grace") is None)
        return sum((self._duration(n, bar) for n in plain if n.find("cue") is None), Fraction(0))

    def _shift_pickup(self, by: int) -> None:
        self.notes = [note._replace(onset_ticks=note.onset_ticks + by) for note in self.notes]
        self.chords = {tick + by: chord for tick, chord in self.chords.items()}

    def _measure(self, measure: ET.Element, bar: int, start: Fraction, marks: _Marks) -> Fraction:
        at = reach = onset = Fraction(0)
        for child in measure:
            if child.tag == "attributes":
                self._attributes(child, bar, marks)
            elif child.tag in ("backup", "forward"):
                step = self._duration(child, bar)
                at = max(Fraction(0), at - step) if child.tag == "backup" else at + step
                reach = max(reach, at)
            elif child.tag == "harmony":
                offset = number(child.findtext("offset") or "0", "offset", bar, -1e6, 1e6) * self._scale
                self.chords[round(start + max(Fraction(0), at + offset))] = chord_of(child, bar)
            elif child.tag in ("direction", "sound"):
                _direction(child, bar, marks)
            elif child.tag == "barline" and (child.find("repeat") is not None or child.find("ending") is not None):
                raise MediaError(f"bar {bar + 1} has a repeat sign or an ending: write the repeat out")
            elif child.tag == "note" and child.find("grace") is None and child.find("cue") is None:
                length = self._duration(child, bar)
                if child.find("chord") is None:
                    onset, at = at, at + length
                reach = max(reach, at)
                self._note(child, bar, start + onset, length)
        return reach

    def _duration(self, element: ET.Element, bar: int) -> Fraction:
        length = number(element.findtext("duration"), "duration", bar, 0, 1e6) * self._scale
        # Where each note has other divisions, exact sums grow to numbers of a million digits.
        return Fraction(round(length * _TICK_PARTS), _TICK_PARTS)

    def _attributes(self, element: ET.Element, bar: int, marks: _Marks) -> None:
        if element.find("divisions") is not None:
            self._scale = TICKS_PER_QUARTER / number(element.findtext("divisions"), "divisions", bar, 1e-6, 1e6)
        key = element.find("key")
        if key is not None and key.find("fifths") is not None and marks.key is None:
            mode = "minor" if (key.findtext("mode") or "").strip() == "minor" else "major"
            sharps = int(number(key.findtext("fifths"), "key signature", bar, -7, 7))
            marks.key = key_from_sharps(sharps, "minor" if mode == "minor" else "major")
        time = element.find("time")
        if time is not None and time.find("beats") is not None:
            beats = int(number(time.findtext("beats"), "meter", bar, 1, 64))
            kind = int(number(time.findtext("beat-type"), "meter", bar, 1, 64))
            # Cut time is four quarters a bar in other ink.
            marks.meters.setdefault((4, 4) if (beats, kind) == (2, 2) else (beats, kind), bar)
            self.bar_ticks = beats * 4 * TICKS_PER_QUARTER // kind
        transpose = element.find("transpose")
        if transpose is not None:
            chromatic = number(transpose.findtext("chromatic") or "0", "transposition", bar, -48, 48)
            octaves = number(transpose.findtext("octave-change") or "0", "transposition", bar, -4, 4)
            self._transpose = int(chromatic) + 12 * int(octaves)

    def _note(self, note: ET.Element, bar: int, onset: Fraction, length: Fraction) -> None:
        pitch = self._pitch(note, bar)
        if pitch is None or length == 0:
            return
        ties = {tie.get("type") for tie in note.iterfind("tie")}
        attack = number(note.get("attack") or "0", "attack", bar, -1e6, 1e6) * self._scale
        release = number(note.get("release") or "0", "release", bar, -1e6, 1e6) * self._scale
        end = round(onset + length + release)
        held = self._held[note.findtext("voice") or "", pitch]
        index = held.pop(0) if "stop" in ties and held else None
        if index is None:
            index = len(self.notes)
            velocity = number(note.get("dynamics") or "0", "dynamics", bar, 0, 200) * 9 / 10
            begin = max(0, round(onset + attack))
            lyric = _lyric(note)
            self.notes.append(ReadNote(begin, max(1, end - begin), pitch, min(127, round(velocity)), lyric, bar))
        else:
            whole = self.notes[index]
            self.notes[index] = whole._replace(duration_ticks=max(1, end - whole.onset_ticks))
        if "start" in ties:
            held.append(index)

    def _pitch(self, note: ET.Element, bar: int) -> int | None:
        pitch = note.find("pitch")
        if pitch is not None:
            step = (pitch.findtext("step") or "").strip()
            if step not in ("C", "D", "E", "F", "G", "A", "B"):
                raise MediaError(f"bar {bar + 1}: note name {step[:10]!r} is not one of A to G: correct it")
            alter = int(number(pitch.findtext("alter") or "0", "alteration", bar, -3, 3))
            octave = int(number(pitch.findtext("octave"), "octave", bar, 0, 9))
            natural = pitch_class_of(step, 0)
            value = 12 * (octave + 1) + natural + alter + self._transpose
        elif note.find("unpitched") is not None:
            instrument = note.find("instrument")
            self.is_drums = True
            value = self.drum_pitches.get(instrument.get("id", "") if instrument is not None else "", 38)
        else:
            return None
        if not 0 <= value <= 127:
            raise MediaError(f"bar {bar + 1}: pitch {value} is outside MIDI's 0-127: move it by octaves")
        return value


def _lyric(note: ET.Element) -> ReadLyric | None:
    for lyric in note.iterfind("lyric"):
        words = "".join(text.text or "" for text in lyric.iterfind("text"))
        words = re.sub(r"[\s\u00a0]+", "", words)[:40]
        if words:
            return ReadLyric(
                words, (lyric.findtext("syllabic") or "single").strip(), lyric.find("end-line") is not None
            )
    return None


def _direction(element: ET.Element, bar: int, marks: _Marks) -> None:
    for mark in element.iter("rehearsal"):
        if (mark.text or "").strip():
            marks.starts.append((bar, (mark.text or "").strip()[:40]))
    sounds = [element] if element.tag == "sound" else element.findall("sound")
    for sound in sounds:
        if sound.get("tempo"):
            marks.tempos.append(float(number(sound.get("tempo"), "tempo", bar, 1, 1000)))
        first, second = sound.findtext("swing/first"), sound.findtext("swing/second")
        if first and second:
            long, short = (number(value, "swing", bar, 1, 1e4) for value in (first, second))
            marks.swing = min(0.34, max(0.0, round(float((long - short) / (long + short)), 2)))
    if not marks.tempos:
        for metronome in element.iter("metronome"):
            unit = (metronome.findtext("beat-unit") or "").strip()
            quarters = {"quarter": 1.0, "half": 2.0, "eighth": 0.5}.get(unit, 0.0)
            dots = 1.5 if metronome.find("beat-unit-dot") is not None else 1.0
            found = re.search(r"\d+(\.\d+)?", metronome.findtext("per-minute") or "")
            if quarters and found:
                marks.tempos.append(float(found[0][:8]) * quarters * dots)


def _chord_spans(readers: list[_PartReader], end: int) -> tuple[ChordSpan, ...]:
    """The chords of the first part that has any, each until the next."""
    marks = next((reader.chords for reader in readers if reader.chords), {})
    spans = []
    for (tick, chord), (after, _) in pairwise([*sorted(marks.items()), (end, None)]):
        if chord is not None and after > tick:
            root, quality, bass = chord
            spans.append(
                ChordSpan(onset_ticks=tick, duration_ticks=after - tick, root=root, quality=quality, bass=bass)
            )
    return tuple(spans)


def _beats(marks: _Marks) -> Literal[3, 4]:
    if len(marks.meters) > 1 or not set(marks.meters) <= {(3, 4), (4, 4)}:
        found = ", ".join(f"{beats}/{kind} in bar {bar + 1}" for (beats, kind), bar in sorted(marks.meters.items()))
        raise MediaError(f"MusicXML has the meter {found}: a song keeps one meter, 3/4 or 4/4; write it so")
    return 3 if (3, 4) in marks.meters else 4


def _tempo(marks: _Marks) -> int:
    bpm = round(marks.tempos[0]) if marks.tempos else 120
    if not 50 <= bpm <= 180:
        raise MediaError(f"MusicXML tempo {bpm} bpm is outside 50-180: write it at half or double time")
    return bpm
