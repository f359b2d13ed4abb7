"""A lead sheet in ABC notation: a text that people send each other and many programs play."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from media.notation.rhythm import SIXTEENTH_TICKS
from media.notation.spelling import chord_text, key_sharps, spell_pitch
from media.notation.xml_elements import signature_alters
from schemas.music import LeadSheet
from schemas.plan import Key

_MAJOR = ("Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#")
_MINOR = ("Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#")
_SIGNS = {-2: "__", -1: "_", 0: "=", 1: "^", 2: "^^"}
_BARS_A_LINE = 4


class _Sign(NamedTuple):
    """A note or rest within a bar, in sixteenths; `pitch` is -1 for a rest."""

    start: int
    length: int
    pitch: int
    tied: bool
    word: str


def lead_sheet_to_abc(lead: LeadSheet) -> str:
    """The lead sheet in ABC (standard 2.1): melody, chords, words under the notes, sections as parts.

    Times are written in sixteenths; what lies off them is moved to the nearest. The same sheet gives the same text.
    """
    head = [
        "X:1",
        f"T:{' '.join(lead.title.split())}",
        f"M:{lead.beats_per_bar}/4",
        "L:1/16",
        f"Q:1/4={lead.tempo_bpm}",
        f"K:{_key_name(lead.key)}",
    ]
    bars = [list(_cut_at_chords(signs, sorted(_chord_names(lead, bar)))) for bar, signs in enumerate(_bars(lead))]
    lines = []
    for section in lead.sections:
        lines.append(f"% {section.name}")
        end = section.first_bar + section.bars
        for first in range(section.first_bar, end, _BARS_A_LINE):
            row = bars[first : min(end, first + _BARS_A_LINE)]
            lines.append(" | ".join(_bar_text(lead, first + place, signs) for place, signs in enumerate(row)) + " |")
            words = [sign.word for signs in row for sign in signs if sign.pitch >= 0]
            if any(word not in ("_", "*") for word in words):
                lines.append("w: " + " ".join(words))
    return "\n".join([*head, *lines]) + "\n"


def _key_name(key: Key) -> str:
    sharps = key_sharps(key)
    return _MAJOR[sharps + 6] if key.mode == "major" else f"{_MINOR[sharps + 6]}m"


def _bars(lead: LeadSheet) -> list[list[_Sign]]:
    """The signs of each bar, rests filled in, notes cut and tied at the bar lines."""
    slots = lead.bar_ticks // SIXTEENTH_TICKS
    bars: list[list[_Sign]] = [[] for _ in range(lead.bars)]
    at, sung = 0, -1
    for note in lead.melody:
        start = max(at, round(note.onset_ticks / SIXTEENTH_TICKS))
        end = min(lead.bars * slots, max(start + 1, round((note.onset_ticks + note.duration_ticks) / SIXTEENTH_TICKS)))
        for piece, length in _pieces(at, start, slots):
            bars[piece // slots].append(_Sign(piece % slots, length, -1, tied=False, word=""))
        word = "_" if note.syllable == sung else _syllable(lead, note.syllable)
        for piece, length in _pieces(start, end, slots):
            bars[piece // slots].append(_Sign(piece % slots, length, note.pitch, tied=piece + length < end, word=word))
            word = "_"
        at, sung = end, note.syllable
    for piece, length in _pieces(at, lead.bars * slots, slots):
        bars[piece // slots].append(_Sign(piece % slots, length, -1, tied=False, word=""))
    return bars


def _pieces(start: int, end: int, slots: int) -> Iterator[tuple[int, int]]:
    while start < end:
        stop = min(end, (start // slots + 1) * slots)
        yield start, stop - start
        start = stop


def _syllable(lead: LeadSheet, index: int) -> str:
    """A syllable as it stands in a `w:` line: a hyphen where its word goes on, signs of the notation escaped."""
    syllable = lead.syllables[index]
    plain = "".join(letter for letter in syllable.text if letter.isprintable() and letter not in "%*_|~\\")
    return (plain.replace("-", "\\-").replace(" ", "~") or "*") + ("" if syllable.ends_word else "-")


def _bar_text(lead: LeadSheet, bar: int, signs: list[_Sign]) -> str:
    """The notes of a bar, each chord symbol before the note or rest it stands over."""
    signature = signature_alters(key_sharps(lead.key))
    start = bar * lead.bar_ticks
    chords = _chord_names(lead, bar)
    altered: dict[str, int] = {}
    words = []
    for sign in signs:
        chord = f'"{chords[sign.start]}"' if sign.start in chords else ""
        if sign.pitch < 0:
            words.append(f"{chord}z{sign.length}")
            continue
        name = spell_pitch(sign.pitch, lead.key, lead.chord_at(start + sign.start * SIXTEENTH_TICKS))
        is_plain = name.alter == signature.get(name.step, 0) and name.step not in altered
        if not is_plain:
            altered[name.step] = name.alter
        words.append(
            chord
            + ("" if is_plain else _SIGNS[name.alter])
            + _letter(name.step, name.octave)
            + str(sign.length)
            + ("-" if sign.tied else "")
        )
    return " ".join(words)


def _chord_names(lead: LeadSheet, bar: int) -> dict[int, str]:
    """The chords that sound in a bar, by the sixteenth at which each is written."""
    start = bar * lead.bar_ticks
    return {
        round((max(c.onset_ticks, start) - start) / SIXTEENTH_TICKS): chord_text(c, lead.key)
        for c in lead.chords
        if c.onset_ticks < start + lead.bar_ticks and c.onset_ticks + c.duration_ticks > start
    }


def _cut_at_chords(signs: list[_Sign], chords: list[int]) -> Iterator[_Sign]:
    """The signs cut where a chord begins within them, notes tied, so that each chord stands where it is played."""
    for sign in signs:
        last = sign.start + sign.length
        edges = [sign.start, *(at for at in chords if sign.start < at < last), last]
        for begin, end in pairwise(edges):
            tied = sign.tied or (sign.pitch >= 0 and end < last)
            word = sign.word if begin == sign.start else "_"
            yield sign._replace(start=begin, length=end - begin, tied=tied, word=word)


def _letter(step: str, octave: int) -> str:
    if octave >= 5:
        return step.lower() + "'" * (octave - 5)
    return step + "," * (4 - octave)
