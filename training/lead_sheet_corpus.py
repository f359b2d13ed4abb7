"""Reads lead sheets (.mxl: melody and chord symbols) into the composer's pieces.

A small reader of its own: the files are flat, one part and one voice. Archives are read in bounds, document types are
never resolved, and a file that does not fit is left out and named.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree

from models.music.key_finding import find_key
from models.music.tokens import (
    BAR_SLOTS,
    ChordClass,
    Event,
    Meter,
    Piece,
    Style,
    anchor,
    chord_token,
    pitch_token,
)
from models.music.tokens import REST as REST_TOKEN
from schemas.errors import MediaError
from schemas.plan import Mode
from training.sung_words import SungPart, stresses_of

MAX_XML_BYTES = 4_000_000
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
METERS: dict[tuple[int, int], Meter] = {(2, 4): "2/4", (3, 4): "3/4", (4, 4): "4/4", (2, 2): "4/4", (6, 8): "6/8"}
"""The meters that the composer knows, by beats and unit."""
_KINDS: dict[str, ChordClass] = {
    "major": "maj",
    "major-sixth": "maj",
    "power": "maj",
    "minor": "min",
    "minor-sixth": "min",
    "dominant": "7",
    "dominant-ninth": "7",
    "dominant-11th": "7",
    "dominant-13th": "7",
    "augmented-ninth": "7",
    "augmented-seventh": "7",
    "major-seventh": "maj7",
    "major-ninth": "maj7",
    "minor-seventh": "min7",
    "minor-ninth": "min7",
    "minor-11th": "min7",
    "minor-13th": "min7",
    "minor-major": "min",
    "major-minor": "min",
    "diminished": "dim",
    "diminished-seventh": "dim",
    "half-diminished": "dim",
    "augmented": "aug",
    "suspended-fourth": "sus",
    "suspended-second": "sus",
}
_LONG_NOTE_SLOTS = 8
_SHORTEST_REST_SLOTS = 2
_SHORTEST_PHRASE_NOTES = 3
_DANCE_BARS = 4


class Refused(NamedTuple):
    """A song that cannot be learned from."""

    name: str
    reason: str


@dataclass
class Tune:
    """A melody on a grid of sixteenths with chords above it, as it is written."""

    meter: Meter
    notes: list[tuple[int, int, int]] = field(default_factory=list)
    """Onset and duration in sixteenths, MIDI pitch."""
    chords: list[tuple[int, int, ChordClass]] = field(default_factory=list)
    """Onset in sixteenths, pitch class of the root, class."""
    fifths: int | None = None
    lines: list[int] = field(default_factory=list)
    """Onsets of the notes whose syllable begins with a capital, as lines of verse do."""
    sections: list[int] = field(default_factory=list)
    """Where a repeat or a double bar line divides it."""
    stresses: dict[int, bool] = field(default_factory=dict)
    """By onset, whether the syllable that is sung there is stressed, for words that are known."""
    tempo_bpm: float | None = None

    def scaled(self, meter: Meter, times: int) -> Tune:
        """The same in another meter, every value so many times as long."""
        return replace(
            self,
            meter=meter,
            notes=[(onset * times, length * times, pitch) for onset, length, pitch in self.notes],
            chords=[(onset * times, root, chord_class) for onset, root, chord_class in self.chords],
            lines=[onset * times for onset in self.lines],
            sections=[onset * times for onset in self.sections],
            stresses={onset * times: mark for onset, mark in self.stresses.items()},
            tempo_bpm=None if self.tempo_bpm is None else self.tempo_bpm * times,
        )


def read_lead_sheet(path: Path) -> Tune:
    """The tune in an .mxl file.

    Raises:
        MediaError: it is no readable lead sheet, larger than 4 MB, or in a meter the composer does not know.
    """
    root = _score_of(path)
    part = root.find("part")
    if part is None:
        raise MediaError(f"{path.name} holds no part")
    reader = _Reader()
    for measure in part.findall("measure"):
        reader.read(measure)
    if reader.meter is None or not reader.notes:
        raise MediaError(f"{path.name} holds no meter or no notes")
    return Tune(
        reader.meter,
        _merged(reader.notes),
        reader.chords,
        reader.fifths,
        reader.lines,
        sorted(reader.sections),
        stresses_of(reader.syllables),
    )


def pieces_of(tune: Tune) -> list[Piece]:
    """The tune as pieces relative to its key; a tune in 2/4 also as 4/4, two bars joined or its values doubled."""
    return [piece for _, piece in arranged(tune)]


def arranged(tune: Tune, style: Style = "song") -> list[tuple[Tune, Piece]]:
    """As `pieces_of`, each with the tune in its meter."""
    tonic, mode = find_key(tune.notes, [(root, chord_class) for _, root, chord_class in tune.chords], tune.fifths)
    if tune.meter != "2/4":
        return [(tune, _piece(tune, tonic, mode, style))]
    each = (tune, tune.scaled("4/4", 2), tune.scaled("4/4", 1))
    return [(other, _piece(other, tonic, mode, style)) for other in each]


def _score_of(path: Path) -> ElementTree.Element:
    try:
        with zipfile.ZipFile(path) as archive:
            names = [info for info in archive.infolist() if not info.filename.startswith("META-INF")]
            info = next((i for i in names if i.filename.endswith((".xml", ".musicxml"))), None)
            if info is None or info.file_size > MAX_XML_BYTES:
                raise MediaError(f"{path.name} holds no score of at most {MAX_XML_BYTES} bytes")
            with archive.open(info) as file:
                content = file.read(MAX_XML_BYTES + 1)
    except (zipfile.BadZipFile, OSError) as error:
        raise MediaError(f"{path.name} is not a readable .mxl: {error}") from error
    if b"<!ENTITY" in content or len(content) > MAX_XML_BYTES:
        raise MediaError(f"{path.name} declares entities or is too large")
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        raise MediaError(f"{path.name} is not well-formed: {error}") from error


class _Reader:
    """Walks the measures of a part and keeps the time."""

    def __init__(self) -> None:
        self.meter: Meter | None = None
        self.fifths: int | None = None
        self.divisions = 1
        self.bar_start = 0
        self.notes: list[tuple[int, int, int, bool]] = []
        self.chords: list[tuple[int, int, ChordClass]] = []
        self.lines: list[int] = []
        self.sections: set[int] = set()
        self.syllables: list[SungPart] = []

    def read(self, measure: ElementTree.Element) -> None:
        """Takes in one measure; a pick-up measure is pushed against the end of its bar."""
        at, events = 0, []
        for element in measure:
            if element.tag == "attributes":
                self._attributes(element)
            elif element.tag == "harmony":
                offset = int(float(element.findtext("offset") or 0))
                events.append((at + offset, element))
            elif element.tag == "note" and element.find("grace") is None:
                length = int(float(element.findtext("duration") or 0))
                if element.find("chord") is None:
                    events.append((at, element))
                    at += length
            elif element.tag == "backup":
                break
        if self.meter is None:
            return
        bar = BAR_SLOTS[self.meter]
        filled = self._slots(at)
        start = self.bar_start + (bar - filled if self.bar_start == 0 and filled < bar else 0)
        for time, element in events:
            self._event(start, time, element)
        begins, self.bar_start = self.bar_start, self.bar_start + bar * max(1, -(-filled // bar))
        for line in measure.findall("barline"):
            repeat = line.find("repeat")
            if line.findtext("bar-style") == "light-light" or repeat is not None:
                forward = repeat is not None and repeat.get("direction") == "forward"
                self.sections.add(begins if forward else self.bar_start)

    def _slots(self, divisions: int) -> int:
        return round(divisions * 4 / self.divisions)

    def _attributes(self, element: ElementTree.Element) -> None:
        self.divisions = int(element.findtext("divisions") or self.divisions)
        beats, unit = element.findtext("time/beats"), element.findtext("time/beat-type")
        if beats and unit:
            meter = METERS.get((int(beats), int(unit)))
            if meter is None or (self.meter is not None and meter != self.meter):
                raise MediaError(f"meter {beats}/{unit}, or a change of meter, is not known to the composer")
            self.meter = meter
        if self.fifths is None and element.findtext("key/fifths"):
            self.fifths = int(element.findtext("key/fifths") or 0)

    def _event(self, start: int, time: int, element: ElementTree.Element) -> None:
        slot = start + self._slots(time)
        if element.tag == "harmony":
            step, chord_class = element.findtext("root/root-step"), _KINDS.get(element.findtext("kind") or "")
            if step and chord_class:
                root = _STEPS[step] + int(float(element.findtext("root/root-alter") or 0))
                self.chords.append((slot, root % 12, chord_class))
            return
        length = self._slots(time + int(float(element.findtext("duration") or 0))) - self._slots(time)
        step, octave = element.findtext("pitch/step"), element.findtext("pitch/octave")
        if step and octave and length > 0:
            pitch = 12 * (int(octave) + 1) + _STEPS[step] + int(float(element.findtext("pitch/alter") or 0))
            stops = any(tie.get("type") == "stop" for tie in element.findall("tie"))
            self.notes.append((slot, length, pitch, stops))
            if (text := element.findtext("lyric/text")) is not None:
                self.syllables.append((slot, text, element.findtext("lyric/syllabic") or "single"))
            words = (element.findtext("lyric/text") or "").strip(" \"'(-")
            if words[:1].isupper() and words.split("'")[0] != "I":
                self.lines.append(slot)


def _merged(notes: list[tuple[int, int, int, bool]]) -> list[tuple[int, int, int]]:
    """Tied notes made one."""
    merged: list[tuple[int, int, int]] = []
    for slot, length, pitch, tied in notes:
        if tied and merged and merged[-1][2] == pitch and sum(merged[-1][:2]) == slot:
            merged[-1] = (merged[-1][0], merged[-1][1] + length, pitch)
        elif not merged or slot > merged[-1][0]:
            merged.append((slot, length, pitch))
    return merged


def _piece(tune: Tune, tonic: int, mode: Mode, style: Style) -> Piece:
    base = anchor(tonic, sum(pitch for *_, pitch in tune.notes) / len(tune.notes))
    events = [Event(slot, pitch_token(pitch - base)) for slot, _, pitch in tune.notes]
    chords = {slot: chord_token(root - tonic, chord_class) for slot, root, chord_class in tune.chords}
    events += [Event(slot, token) for slot, token in chords.items()]
    phrases = _danced_phrases(tune) if style == "folk" else _phrases(tune)
    return Piece(tune.meter, mode, style, tuple([*events, *_rests(tune)]), phrases)


def _rests(tune: Tune) -> list[Event]:
    """Rests of an eighth or more between notes."""
    ends = [(onset + length, after) for (onset, length, _), (after, *_) in pairwise(tune.notes)]
    return [Event(end, REST_TOKEN) for end, after in ends if after - end >= _SHORTEST_REST_SLOTS]


def _phrases(tune: Tune) -> frozenset[int]:
    """Where phrases begin: at the lines of the words; without words, after rests and long notes."""
    lines = set(tune.lines)
    sung = len(lines) >= len(tune.notes) / 20
    phrases, since = {tune.notes[0][0]}, 0
    for (onset, length, _), (after, *_) in pairwise(tune.notes):
        since += 1
        pause = after - onset - length >= _SHORTEST_REST_SLOTS or length >= _LONG_NOTE_SLOTS
        if (after in lines if sung else pause) and since >= _SHORTEST_PHRASE_NOTES:
            phrases.add(after)
            since = 0
    return frozenset(phrases)


def _danced_phrases(tune: Tune) -> frozenset[int]:
    """Where phrases of a dance begin: every four bars of each section, with the notes that lead into them."""
    bar = BAR_SLOTS[tune.meter]
    beat = 6 if tune.meter == "6/8" else 4
    starts = sorted({0, *(_nearest_bar(slot, bar) for slot in tune.sections)})
    ends = [*starts[1:], tune.notes[-1][0] + 1]
    bounds = [place for start, end in zip(starts, ends, strict=True) for place in range(start, end, _DANCE_BARS * bar)]
    phrases = {tune.notes[0][0]}
    for bound in bounds[1:]:
        near = [
            (after - onset, after) for (onset, *_), (after, *_) in pairwise(tune.notes) if 0 <= bound - after <= beat
        ]
        later = [onset for onset, *_ in tune.notes if bound <= onset < bound + bar]
        phrases |= {max(near)[1]} if near else set(later[:1])
    return frozenset(phrases)


def _nearest_bar(slot: int, bar: int) -> int:
    return (slot + bar // 2) // bar * bar
