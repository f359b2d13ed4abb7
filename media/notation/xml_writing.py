"""MusicXML 4.0 written element by element: 480 divisions a quarter, so that every tick has its exact value.

Written directly rather than through music21, which takes seconds for a full score; tests read it back with music21.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from media.notation.rhythm import SIXTEENTH_TICKS, TYPES, beams
from media.notation.sections import facts_text
from media.notation.spelling import Spelled, chord_suffix, key_sharps, spell_bass, spell_pitch, spell_root
from media.notation.staff import Chord, Sign, StaffNote, bars_of, voices_of
from schemas.music import ChordQuality, ChordSpan, SectionSpan
from schemas.plan import TICKS_PER_QUARTER, Key

KINDS: dict[ChordQuality, str] = {
    "maj": "major",
    "min": "minor",
    "dim": "diminished",
    "aug": "augmented",
    "sus2": "suspended-second",
    "sus4": "suspended-fourth",
    "7": "dominant",
    "maj7": "major-seventh",
    "min7": "minor-seventh",
    "m7b5": "half-diminished",
    "6": "major-sixth",
    "min6": "minor-sixth",
    "9": "dominant-ninth",
    "add9": "major",
}
"""MusicXML's chord kind of each quality; an added ninth is a major chord with a degree added."""

_ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
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
    _text(ET.SubElement(root, "work"), "work-title", song.title)
    identification = ET.SubElement(root, "identification")
    _text(ET.SubElement(identification, "encoding"), "software", "Hibari")
    remarks = {f"role of {name}": role for name, role in song.part_roles.items()}
    remarks |= {f"section at bar {section.first_bar + 1}": facts_text(section) for section in song.sections}
    fields = ET.SubElement(identification, "miscellaneous")
    for name, remark in remarks.items():
        _text(fields, "miscellaneous-field", remark, name=name)
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


def _text(parent: ET.Element, tag: str, value: object, /, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    # XML 1.0 cannot hold control characters at all, not even escaped.
    child.text = "".join(
        c for c in str(value) if c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff"
    )
    return child


def _score_part(part_list: ET.Element, identity: str, staff: Staff, channel: int) -> ET.Element:
    part = ET.SubElement(part_list, "score-part", id=identity)
    _text(part, "part-name", staff.name)
    instruments = [f"{identity}-I1"]
    if staff.is_drums:
        instruments = [f"{identity}-I{pitch + 1}" for pitch in sorted({note.pitch for note in staff.notes})]
    for instrument in instruments or [f"{identity}-I1"]:
        _text(ET.SubElement(part, "score-instrument", id=instrument), "instrument-name", staff.name)
    for instrument in instruments or [f"{identity}-I1"]:
        midi = ET.SubElement(part, "midi-instrument", id=instrument)
        _text(midi, "midi-channel", channel)
        _text(midi, "midi-program", staff.program + 1)
        if staff.is_drums and staff.notes:
            _text(midi, "midi-unpitched", instrument.rsplit("I", 1)[1])
    return part


class _Part:
    """Writes the measures of one part."""

    def __init__(self, song: Song, staff: Staff, identity: str, *, leading: bool) -> None:
        self.song, self.staff, self.identity, self.leading = song, staff, identity, leading
        self.bar = song.beats_per_bar * 4
        self.voices = [bars_of(v, song.bars, self.bar) for v in voices_of(staff.notes, song.bars * self.bar)]
        self.signature = _signature_alters(key_sharps(song.key))

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
                _text(barline, "bar-style", "light-heavy")

    def _attributes(self, measure: ET.Element) -> None:
        attributes = ET.SubElement(measure, "attributes")
        _text(attributes, "divisions", TICKS_PER_QUARTER)
        key = ET.SubElement(attributes, "key")
        _text(key, "fifths", key_sharps(self.song.key))
        _text(key, "mode", self.song.key.mode)
        time = ET.SubElement(attributes, "time")
        _text(time, "beats", self.song.beats_per_bar)
        _text(time, "beat-type", 4)
        clef = ET.SubElement(attributes, "clef")
        pitches = sorted(note.pitch for note in self.staff.notes) or [60]
        middle = pitches[len(pitches) // 2]
        low = middle < 55 if self.staff.name != "voice" else False
        _text(clef, "sign", "percussion" if self.staff.is_drums else "F" if low else "G")
        if not self.staff.is_drums:
            _text(clef, "line", 4 if low else 2)
            if self.staff.name == "voice" and middle < 60:
                _text(clef, "clef-octave-change", -1)

    def _directions(self, measure: ET.Element, number: int) -> None:
        if number == 0:
            direction = ET.SubElement(measure, "direction", placement="above")
            metronome = ET.SubElement(ET.SubElement(direction, "direction-type"), "metronome")
            _text(metronome, "beat-unit", "quarter")
            _text(metronome, "per-minute", self.song.tempo_bpm)
            sound = ET.SubElement(direction, "sound", tempo=str(self.song.tempo_bpm))
            if self.song.swing:
                swing = ET.SubElement(sound, "swing")
                _text(swing, "first", round(100 * (1 + self.song.swing)))
                _text(swing, "second", round(100 * (1 - self.song.swing)))
                _text(swing, "swing-type", "eighth")
        for section in self.song.sections:
            if section.first_bar == number:
                direction = ET.SubElement(measure, "direction", placement="above")
                _text(ET.SubElement(direction, "direction-type"), "rehearsal", section.name)

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
                _text(ET.SubElement(measure, "backup"), "duration", here)
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
                _text(pitch, "step", "B")
                _text(pitch, "octave", 4)
            else:
                ET.SubElement(note, "rest", {"measure": "yes"} if length == self.song.bar_ticks else {})
            _text(note, "duration", length)
            _text(note, "voice", 1)
            if length != self.song.bar_ticks:
                _text(note, "type", TYPES[length // SIXTEENTH_TICKS][0])
            if slashes:
                _text(note, "stem", "none")
                _text(note, "notehead", "slash")

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
                _harmony(measure, chord, self.song.key, tick - start)

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
            _text(forward, "duration", sign.piece.length * SIXTEENTH_TICKS)
            return
        for place, member in enumerate(sign.notes or (None,)):
            note = ET.SubElement(measure, "note")
            if member is not None and sign.chord is not None:
                note.attrib.update(_played(member, sign, sign.chord))
            if place:
                ET.SubElement(note, "chord")
            accidental = self._pitch(note, member, sign, shown)
            _text(note, "duration", sign.piece.length * SIXTEENTH_TICKS)
            _ties(note, "tie", sign)
            if self.staff.is_drums and member is not None:
                ET.SubElement(note, "instrument", id=f"{self.identity}-I{member.pitch + 1}")
            _text(note, "voice", voice)
            kind, dots = TYPES[sign.piece.length]
            _text(note, "type", kind)
            for _ in range(dots):
                ET.SubElement(note, "dot")
            if accidental:
                _text(note, "accidental", accidental)
            for level, mark in beam if not place else ():
                _text(note, "beam", mark, number=str(level))
            if member is not None:
                _notations(note, sign, member)
                _lyric(note, sign, member)

    def _pitch(self, note: ET.Element, member: StaffNote | None, sign: Sign, shown: dict[tuple[str, int], int]) -> str:
        """Writes pitch or rest; gives the accidental that must be printed, or ''."""
        if member is None:
            ET.SubElement(note, "rest")
            return ""
        if self.staff.is_drums:
            unpitched = ET.SubElement(note, "unpitched")
            step, octave = _drum_place(member.pitch)
            _text(unpitched, "display-step", step)
            _text(unpitched, "display-octave", octave)
            return ""
        spelled = spell_pitch(member.pitch, self.song.key, self.song.chord_at(member.onset_ticks))
        pitch = ET.SubElement(note, "pitch")
        _text(pitch, "step", spelled.step)
        if spelled.alter:
            _text(pitch, "alter", spelled.alter)
        _text(pitch, "octave", spelled.octave)
        return "" if sign.tied_from else self._accidental(spelled, shown)

    def _accidental(self, spelled: Spelled, shown: dict[tuple[str, int], int]) -> str:
        place = (spelled.step, spelled.octave)
        if shown.get(place, self.signature.get(spelled.step, 0)) == spelled.alter:
            return ""
        shown[place] = spelled.alter
        return _ACCIDENTALS[spelled.alter]


def _signature_alters(sharps: int) -> dict[str, int]:
    order = "FCGDAEB"
    return dict.fromkeys(order[:sharps], 1) if sharps > 0 else dict.fromkeys(order[7 + sharps :], -1)


def _drum_place(pitch: int) -> tuple[str, int]:
    """Where a drum is drawn: kicks low, snares in the middle, cymbals above."""
    if pitch in (35, 36):
        return "F", 4
    if pitch in (37, 38, 39, 40):
        return "C", 5
    return ("G", 5) if pitch in (42, 44, 46, 49, 51, 52, 53, 55, 57, 59) else ("E", 5)


def _harmony(measure: ET.Element, chord: ChordSpan | None, key: Key, offset: int) -> None:
    harmony = ET.SubElement(measure, "harmony", placement="above")
    if chord is None:
        root = ET.SubElement(harmony, "root")
        _text(root, "root-step", "C", text="")
        _text(harmony, "kind", "none", text="N.C.")
    else:
        spelled = spell_root(chord, key)
        root = ET.SubElement(harmony, "root")
        _text(root, "root-step", spelled.step)
        if spelled.alter:
            _text(root, "root-alter", spelled.alter)
        _text(harmony, "kind", KINDS[chord.quality], text=chord_suffix(chord.quality))
        bass = spell_bass(chord, key)
        if bass:
            element = ET.SubElement(harmony, "bass")
            _text(element, "bass-step", bass.step)
            if bass.alter:
                _text(element, "bass-alter", bass.alter)
        if chord.quality == "add9":
            degree = ET.SubElement(harmony, "degree", {"print-object": "no"})
            _text(degree, "degree-value", 9)
            _text(degree, "degree-alter", 0)
            _text(degree, "degree-type", "add")
    if offset:
        _text(harmony, "offset", offset)


def _played(member: StaffNote, sign: Sign, chord: Chord) -> dict[str, str]:
    """How a note is played other than written: MusicXML counts attack and release in divisions, loudness in %."""
    attributes = {}
    if member.velocity:
        attributes["dynamics"] = f"{member.velocity / 0.9:.2f}"
    attack = member.onset_ticks - chord.onset * SIXTEENTH_TICKS
    release = member.onset_ticks + member.duration_ticks - (chord.onset + chord.length) * SIXTEENTH_TICKS
    if attack and not sign.tied_from:
        attributes["attack"] = str(attack)
    if release and not sign.tied_to:
        attributes["release"] = str(release)
    return attributes


def _ties(parent: ET.Element, tag: str, sign: Sign) -> None:
    if sign.tied_from:
        ET.SubElement(parent, tag, type="stop")
    if sign.tied_to:
        ET.SubElement(parent, tag, type="start")


def _notations(note: ET.Element, sign: Sign, member: StaffNote) -> None:
    slur = (member.slur == "start" and not sign.tied_from) or (member.slur == "stop" and not sign.tied_to)
    if sign.tied_from or sign.tied_to or slur:
        notations = ET.SubElement(note, "notations")
        _ties(notations, "tied", sign)
        if slur:
            ET.SubElement(notations, "slur", type=member.slur, number="1")


def _lyric(note: ET.Element, sign: Sign, member: StaffNote) -> None:
    if member.lyric is None or sign.tied_from:
        return
    lyric = ET.SubElement(note, "lyric", number="1")
    _text(lyric, "syllabic", member.lyric.syllabic)
    _text(lyric, "text", member.lyric.text)
    if member.lyric.extends:
        ET.SubElement(lyric, "extend")
    if member.lyric.ends_line:
        ET.SubElement(lyric, "end-line")
