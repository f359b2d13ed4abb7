"""MusicXML 4.0 written element by element: 480 divisions a quarter, so that every tick has its exact value.

Written directly rather than through music21, which takes seconds for a full score; tests read it back with music21.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from media.notation.rhythm import SIXTEENTH_TICKS, TYPES, beams
from media.notation.sections import facts_text
from media.notation.spelling import Spelled, key_sharps, spell_pitch
from media.notation.staff import Sign, StaffNote, bars_of, voices_of
from media.notation.xml_elements import (
    ACCIDENTALS,
    drum_place,
    harmony_element,
    lyric_element,
    notation_elements,
    played_attributes,
    signature_alters,
    text_element,
    tie_elements,
)
from schemas.music import ChordSpan
from schemas.plan import TICKS_PER_QUARTER, Key, SectionSpan

_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'


class Staff(NamedTuple):
    """One part as it is to be written."""

    name: str
    notes: tuple[StaffNote, ...]
    program: int
    is_drums: bool = False


class Engraving(NamedTuple):
    """How a lead sheet differs on paper: bars that begin a system, bars that show slashes for a band playing alone."""

    new_systems: frozenset[int]
    slash_bars: frozenset[int]


class Song(NamedTuple):
    """What all parts share."""

    title: str
    key: Key
    tempo_bpm: int
    beats_per_bar: int
    bars: int
    sections: tuple[SectionSpan, ...]
    chords: tuple[ChordSpan, ...]
    swing: float = 0.0
    part_roles: Mapping[str, str] = {}
    for_engraving: Engraving | None = None

    @property
    def bar_ticks(self) -> int:
        """Length of a bar in ticks."""
        return self.beats_per_bar * TICKS_PER_QUARTER

    def chord_at(self, tick: int) -> ChordSpan | None:
        """The chord at a tick, or None."""
        return next((c for c in self.chords if c.onset_ticks <= tick < c.onset_ticks + c.duration_ticks), None)


def musicxml_bytes(song: Song, staves: Sequence[Staff]) -> bytes:
    """A score-partwise document in UTF-8. The first staff carries chord symbols, section names and the tempo."""
    root = ET.Element("score-partwise", version="4.0")
    text_element(ET.SubElement(root, "work"), "work-title", song.title)
    identification = ET.SubElement(root, "identification")
    text_element(ET.SubElement(identification, "encoding"), "software", "Hibari")
    remarks = {f"role of {name}": role for name, role in song.part_roles.items()}
    remarks |= {f"section at bar {section.first_bar + 1}": facts_text(section) for section in song.sections}
    fields = ET.SubElement(identification, "miscellaneous")
    for name, remark in remarks.items():
        text_element(fields, "miscellaneous-field", remark, name=name)
    part_list = ET.SubElement(root, "part-list")
    channels = iter([c for c in range(1, 17) if c != 10] * 2)
    for number, staff in enumerate(staves, start=1):
        part = _score_part(part_list, f"P{number}", staff, 10 if staff.is_drums else next(channels))
        if song.for_engraving is not None:
            part[0].set("print-object", "no")
    for number, staff in enumerate(staves, start=1):
        _Part(song, staff, f"P{number}", leading=number == 1).write(ET.SubElement(root, "part", id=f"P{number}"))
    ET.indent(root, space=" ")
    return _DECLARATION + ET.tostring(root, encoding="unicode").encode() + b"\n"


def _score_part(part_list: ET.Element, identity: str, staff: Staff, channel: int) -> ET.Element:
    part = ET.SubElement(part_list, "score-part", id=identity)
    text_element(part, "part-name", staff.name)
    instruments = [f"{identity}-I1"]
    if staff.is_drums:
        instruments = [f"{identity}-I{pitch + 1}" for pitch in sorted({note.pitch for note in staff.notes})]
    for instrument in instruments or [f"{identity}-I1"]:
        text_element(ET.SubElement(part, "score-instrument", id=instrument), "instrument-name", staff.name)
    for instrument in instruments or [f"{identity}-I1"]:
        midi = ET.SubElement(part, "midi-instrument", id=instrument)
        text_element(midi, "midi-channel", channel)
        text_element(midi, "midi-program", staff.program + 1)
        if staff.is_drums and staff.notes:
            text_element(midi, "midi-unpitched", instrument.rsplit("I", 1)[1])
    return part


def _clef(staff: Staff) -> tuple[str, int, int, tuple[str, int]]:
    """Sign, line, octaves moved, and the note on the middle line, for where most of a part lies."""
    if staff.is_drums:
        return "percussion", 0, 0, ("B", 4)
    pitches = sorted(note.pitch for note in staff.notes) or [60]
    middle = pitches[len(pitches) // 2]
    sung = any(note.lyric for note in staff.notes)
    if middle < (50 if sung else 55):
        return "F", 4, 0, ("D", 3)
    return ("G", 2, -1, ("B", 3)) if sung and middle < 60 else ("G", 2, 0, ("B", 4))


class _Part:
    """Writes the measures of one part."""

    def __init__(self, song: Song, staff: Staff, identity: str, *, leading: bool) -> None:
        self.song, self.staff, self.identity, self.leading = song, staff, identity, leading
        self.bar = song.beats_per_bar * 4
        self.voices = [bars_of(v, song.bars, self.bar) for v in voices_of(staff.notes, song.bars * self.bar)]
        self.clef = _clef(staff)
        self.signature = signature_alters(key_sharps(song.key))

    def write(self, part: ET.Element) -> None:
        for number in range(self.song.bars):
            measure = ET.SubElement(part, "measure", number=str(number + 1))
            paper = self.song.for_engraving
            if paper is not None and number in paper.new_systems:
                ET.SubElement(measure, "print", {"new-system": "yes"})
            if number == 0:
                self._attributes(measure)
            if self.leading and paper is None:
                self._directions(measure, number)
            self._bar(measure, number)
            if number == self.song.bars - 1:
                barline = ET.SubElement(measure, "barline", location="right")
                text_element(barline, "bar-style", "light-heavy")

    def _attributes(self, measure: ET.Element) -> None:
        attributes = ET.SubElement(measure, "attributes")
        text_element(attributes, "divisions", TICKS_PER_QUARTER)
        key = ET.SubElement(attributes, "key")
        text_element(key, "fifths", key_sharps(self.song.key))
        text_element(key, "mode", self.song.key.mode)
        time = ET.SubElement(attributes, "time")
        text_element(time, "beats", self.song.beats_per_bar)
        text_element(time, "beat-type", 4)
        clef = ET.SubElement(attributes, "clef")
        sign, line, octaves, _ = self.clef
        text_element(clef, "sign", sign)
        if sign != "percussion":
            text_element(clef, "line", line)
            if octaves:
                text_element(clef, "clef-octave-change", octaves)

    def _directions(self, measure: ET.Element, number: int) -> None:
        if number == 0:
            direction = ET.SubElement(measure, "direction", placement="above")
            metronome = ET.SubElement(ET.SubElement(direction, "direction-type"), "metronome")
            text_element(metronome, "beat-unit", "quarter")
            text_element(metronome, "per-minute", self.song.tempo_bpm)
            sound = ET.SubElement(direction, "sound", tempo=str(self.song.tempo_bpm))
            if self.song.swing:
                swing = ET.SubElement(sound, "swing")
                text_element(swing, "first", round(100 * (1 + self.song.swing)))
                text_element(swing, "second", round(100 * (1 - self.song.swing)))
                text_element(swing, "swing-type", "eighth")
        for section in self.song.sections:
            if section.first_bar == number:
                direction = ET.SubElement(measure, "direction", placement="above")
                text_element(ET.SubElement(direction, "direction-type"), "rehearsal", section.name)

    def _bar(self, measure: ET.Element, number: int) -> None:
        harmonies = self._harmonies(number) if self.leading else []
        voices = [voice[number] for voice in self.voices] or [[]]
        if not voices[0]:
            self._empty_bar(measure, number, harmonies)
        shown: dict[tuple[str, int], int] = {}
        here = self.song.bar_ticks if not voices[0] else 0
        for voice_number, signs in enumerate(voices, start=1):
            if not signs:
                continue
            if here:
                text_element(ET.SubElement(measure, "backup"), "duration", here)
            marks = beams([sign.piece if sign.notes else None for sign in signs], self.bar)
            for sign, beam in zip(signs, marks, strict=True):
                start = sign.piece.start * SIXTEENTH_TICKS
                end = start + sign.piece.length * SIXTEENTH_TICKS
                if voice_number == 1:
                    self._harmonies_before(measure, harmonies, start, end)
                self._sign(measure, sign, voice_number, beam, shown)
            here = self.song.bar_ticks

    def _empty_bar(self, measure: ET.Element, number: int, harmonies: list[tuple[int, ChordSpan | None]]) -> None:
        """A bar without notes: a whole-bar rest; on paper, slashes, or rests that leave room for two chord symbols."""
        paper = self.song.for_engraving
        slashes = paper is not None and number in paper.slash_bars
        length = self.song.bar_ticks
        if slashes or (paper is not None and any(tick for tick, _ in harmonies)):
            length = TICKS_PER_QUARTER * (1 if slashes or self.song.beats_per_bar == 3 else 2)
        for start in range(0, self.song.bar_ticks, length):
            self._harmonies_before(measure, harmonies, start, start + length)
            note = ET.SubElement(measure, "note")
            if slashes:
                pitch = ET.SubElement(note, "pitch")
                step, octave = self.clef[3]
                text_element(pitch, "step", step)
                text_element(pitch, "octave", octave)
            else:
                ET.SubElement(note, "rest", {"measure": "yes"} if length == self.song.bar_ticks else {})
            text_element(note, "duration", length)
            text_element(note, "voice", 1)
            if length != self.song.bar_ticks:
                text_element(note, "type", TYPES[length // SIXTEENTH_TICKS][0])
            if slashes:
                text_element(note, "stem", "none")
                text_element(note, "notehead", "slash")

    def _harmonies(self, number: int) -> list[tuple[int, ChordSpan | None]]:
        """Chord changes in a bar, in ticks from its start; None where a chord ends and none follows."""
        start, end = number * self.song.bar_ticks, (number + 1) * self.song.bar_ticks
        onsets = {chord.onset_ticks for chord in self.song.chords}
        found: list[tuple[int, ChordSpan | None]] = []
        for chord in self.song.chords:
            if start <= chord.onset_ticks < end:
                found.append((chord.onset_ticks - start, chord))
            stop = chord.onset_ticks + chord.duration_ticks
            if start <= stop < end and stop not in onsets:
                found.append((stop - start, None))
        return sorted(found, key=lambda item: item[0])

    def _harmonies_before(
        self, measure: ET.Element, harmonies: Iterable[tuple[int, ChordSpan | None]], start: int, end: int
    ) -> None:
        for tick, chord in harmonies:
            if start <= tick < end:
                harmony_element(
                    measure, chord, self.song.key, tick - start, on_paper=self.song.for_engraving is not None
                )

    def _sign(
        self,
        measure: ET.Element,
        sign: Sign,
        voice: int,
        beam: list[tuple[int, str]],
        shown: dict[tuple[str, int], int],
    ) -> None:
        if not sign.notes and voice > 1:
            forward = ET.SubElement(measure, "forward")
            text_element(forward, "duration", sign.piece.length * SIXTEENTH_TICKS)
            return
        for place, member in enumerate(sign.notes or (None,)):
            note = ET.SubElement(measure, "note")
            if member is not None and sign.chord is not None:
                note.attrib.update(played_attributes(member, sign, sign.chord))
            if place:
                ET.SubElement(note, "chord")
            accidental = self._pitch(note, member, sign, shown)
            text_element(note, "duration", sign.piece.length * SIXTEENTH_TICKS)
            tie_elements(note, "tie", sign)
            if self.staff.is_drums and member is not None:
                ET.SubElement(note, "instrument", id=f"{self.identity}-I{member.pitch + 1}")
            text_element(note, "voice", voice)
            kind, dots = TYPES[sign.piece.length]
            text_element(note, "type", kind)
            for _ in range(dots):
                ET.SubElement(note, "dot")
            if accidental:
                text_element(note, "accidental", accidental)
            for level, mark in beam if not place else ():
                text_element(note, "beam", mark, number=str(level))
            if member is not None:
                notation_elements(note, sign, member)
                lyric_element(note, sign, member)

    def _pitch(self, note: ET.Element, member: StaffNote | None, sign: Sign, shown: dict[tuple[str, int], int]) -> str:
        """Writes pitch or rest; gives the accidental that must be printed, or ''."""
        if member is None:
            ET.SubElement(note, "rest")
            return ""
        if self.staff.is_drums:
            unpitched = ET.SubElement(note, "unpitched")
            step, octave = drum_place(member.pitch)
            text_element(unpitched, "display-step", step)
            text_element(unpitched, "display-octave", octave)
            return ""
        spelled = spell_pitch(member.pitch, self.song.key, self.song.chord_at(member.onset_ticks))
        pitch = ET.SubElement(note, "pitch")
        text_element(pitch, "step", spelled.step)
        if spelled.alter:
            text_element(pitch, "alter", spelled.alter)
        text_element(pitch, "octave", spelled.octave)
        return "" if sign.tied_from else self._accidental(spelled, shown)

    def _accidental(self, spelled: Spelled, shown: dict[tuple[str, int], int]) -> str:
        place = (spelled.step, spelled.octave)
        if shown.get(place, self.signature.get(spelled.step, 0)) == spelled.alter:
            return ""
        shown[place] = spelled.alter
        return ACCIDENTALS[spelled.alter]
