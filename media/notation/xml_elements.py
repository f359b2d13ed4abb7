"""The small elements of MusicXML: names, chord symbols, ties, words and how a note is played."""

from __future__ import annotations

import xml.etree.ElementTree as ET

from media.notation.rhythm import SIXTEENTH_TICKS
from media.notation.spelling import chord_suffix, spell_bass, spell_root
from media.notation.staff import Chord, Sign, StaffNote
from schemas.music import ChordQuality, ChordSpan
from schemas.plan import Key

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

ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
"""MusicXML's name of the printed sign of each alteration."""


def text_element(parent: ET.Element, tag: str, value: object, /, **attributes: str) -> ET.Element:
    """A child with a text and attributes; control characters, which XML cannot hold, are left out."""
    child = ET.SubElement(parent, tag, attributes)
    # XML 1.0 cannot hold control characters at all, not even escaped.
    child.text = "".join(
        c for c in str(value) if c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff"
    )
    return child


def signature_alters(sharps: int) -> dict[str, int]:
    """The letters that a key signature of -7 to 7 sharps alters, in semitones."""
    order = "FCGDAEB"
    return dict.fromkeys(order[:sharps], 1) if sharps > 0 else dict.fromkeys(order[7 + sharps :], -1)


def drum_place(pitch: int) -> tuple[str, int]:
    """Where a drum is drawn: kicks low, snares in the middle, cymbals above."""
    if pitch in (35, 36):
        return "F", 4
    if pitch in (37, 38, 39, 40):
        return "C", 5
    return ("G", 5) if pitch in (42, 44, 46, 49, 51, 52, 53, 55, 57, 59) else ("E", 5)


def harmony_element(
    measure: ET.Element, chord: ChordSpan | None, key: Key, offset: int, *, on_paper: bool = False
) -> None:
    """A chord symbol, or N.C. for None, `offset` ticks after what follows it in the measure.

    An added ninth is also written as a degree, except on paper, where an engraver would print it twice.
    """
    harmony = ET.SubElement(measure, "harmony", placement="above")
    if chord is None:
        root = ET.SubElement(harmony, "root")
        text_element(root, "root-step", "C", text="")
        text_element(harmony, "kind", "none", text="N.C.")
    else:
        spelled = spell_root(chord, key)
        root = ET.SubElement(harmony, "root")
        text_element(root, "root-step", spelled.step)
        if spelled.alter:
            text_element(root, "root-alter", spelled.alter)
        text_element(harmony, "kind", KINDS[chord.quality], text=chord_suffix(chord.quality))
        bass = spell_bass(chord, key)
        if bass:
            element = ET.SubElement(harmony, "bass")
            text_element(element, "bass-step", bass.step)
            if bass.alter:
                text_element(element, "bass-alter", bass.alter)
        if chord.quality == "add9" and not on_paper:
            degree = ET.SubElement(harmony, "degree", {"print-object": "no"})
            text_element(degree, "degree-value", 9)
            text_element(degree, "degree-alter", 0)
            text_element(degree, "degree-type", "add")
    if offset:
        text_element(harmony, "offset", offset)


def played_attributes(member: StaffNote, sign: Sign, chord: Chord) -> dict[str, str]:
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


def tie_elements(parent: ET.Element, tag: str, sign: Sign) -> None:
    """Ties into and out of a sign, as `tie` (sound) or `tied` (sight) elements."""
    if sign.tied_from:
        ET.SubElement(parent, tag, type="stop")
    if sign.tied_to:
        ET.SubElement(parent, tag, type="start")


def notation_elements(note: ET.Element, sign: Sign, member: StaffNote) -> None:
    """What is drawn over a note: ties, and the ends of a slur."""
    slur = (member.slur == "start" and not sign.tied_from) or (member.slur == "stop" and not sign.tied_to)
    if sign.tied_from or sign.tied_to or slur:
        notations = ET.SubElement(note, "notations")
        tie_elements(notations, "tied", sign)
        if slur:
            ET.SubElement(notations, "slur", type=member.slur, number="1")


def lyric_element(note: ET.Element, sign: Sign, member: StaffNote) -> None:
    """The syllable under the first sign of a note."""
    if member.lyric is None or sign.tied_from:
        return
    lyric = ET.SubElement(note, "lyric", number="1")
    text_element(lyric, "syllabic", member.lyric.syllabic)
    text_element(lyric, "text", member.lyric.text)
    if member.lyric.extends:
        ET.SubElement(lyric, "extend")
    if member.lyric.ends_line:
        ET.SubElement(lyric, "end-line")
