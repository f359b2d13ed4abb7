"""Reads tunes in ABC notation (2.1: one voice, chord symbols in quotes) for the composer.

A small reader of its own, in bounds. A tune is read once through: repeats are not played twice, and of several endings
the last is taken. Decorations, grace notes, slurs and further voices are passed over. What does not fit is left out
and named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from models.music.tokens import BAR_SLOTS, ChordClass, Meter
from schemas.errors import MediaError
from training.lead_sheet_corpus import Refused, Tune

MAX_FILE_BYTES = 4_000_000
MAX_TUNE_CHARACTERS = 20_000
MAX_NOTES = 4_000
_LONGEST_NOTE_QUARTERS = 16
_METERS: dict[str, Meter] = {
    "C": "4/4",
    "C|": "4/4",
    "4/4": "4/4",
    "2/2": "4/4",
    "2/4": "2/4",
    "3/4": "3/4",
    "6/8": "6/8",
}
_STEPS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_FIFTHS = {"C": 0, "D": 2, "E": 4, "F": -1, "G": 1, "A": 3, "B": 5}
_MODES = {
    "maj": 0,
    "ion": 0,
    "": 0,
    "mix": -1,
    "dor": -2,
    "m": -3,
    "min": -3,
    "aeo": -3,
    "phr": -4,
    "loc": -5,
    "lyd": 1,
}
_SHARPENED = "FCGDAEB"
_ACCIDENTALS = {"^": 1, "^^": 2, "_": -1, "__": -2, "=": 0}
_CHORD = re.compile(r"([A-G])([#b]?)(maj7|maj9|m7b5|maj|min7|min|dim7?|aug|sus[24]?|mM7|m7|m9|m6|m|\+|o|7|9|13|11|6)?")
_CLASSES: dict[str, ChordClass] = {
    "maj7": "maj7", "maj9": "maj7", "min7": "min7", "m7": "min7", "m9": "min7", "m": "min", "min": "min", "m6": "min",
    "mM7": "min", "m7b5": "dim", "dim": "dim", "dim7": "dim", "o": "dim", "aug": "aug", "+": "aug", "sus": "sus",
    "sus2": "sus", "sus4": "sus", "7": "7", "9": "7", "11": "7", "13": "7",
}  # fmt: skip
_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"'
    r"|\{[^}]*\}|![^!\n]*!|\+[a-z]+\+|%[^\n]*"
    r"|\[(?P<field>[A-Za-z]):(?P<value>[^\]]*)\]"
    r"|(?P<bar>:*\|+[\]:|]*|\[\||::+)(?P<after>\s*\[?[1-9])?"
    r"|\[(?P<ending>[1-9])"
    r"|\((?P<tuplet>[2-9])(?::(?P<into>[2-9])?(?::(?P<count>[2-9])?)?)?"
    r"|\[(?P<chord>[^\]]*)\](?P<chord_length>\d*/*\d*)"
    r"|(?P<accidental>\^{1,2}|_{1,2}|=)?(?P<note>[A-Ga-g])(?P<octave>[',]*)(?P<length>\d*/*\d*)"
    r"|(?P<rest>[zx])(?P<rest_length>\d*/*\d*)|Z(?P<bars>\d*)"
    r"|(?P<tie>-)|(?P<broken>>+|<+)"
)
_NOTE = re.compile(r"(\^{1,2}|_{1,2}|=)?([A-Ga-g])([',]*)(\d*/*\d*)")
_TUPLET_TIME = {2: 3, 3: 2, 4: 3, 6: 2, 8: 3}


class AbcTune(NamedTuple):
    """A tune with its title."""

    title: str
    tune: Tune


def read_abc(path: Path) -> Iterator[AbcTune | Refused]:
    """The tunes of a file, or why one cannot be learned from.

    Raises:
        MediaError: the file is larger than 4 MB.
    """
    if path.stat().st_size > MAX_FILE_BYTES:
        raise MediaError(f"{path.name} is larger than {MAX_FILE_BYTES} bytes: split it")
    text = path.read_bytes().decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    for number, part in enumerate(re.split(r"(?m)^(?=X:)", text)[1:], 1):
        try:
            yield read_abc_tune(part)
        except MediaError as error:
            yield Refused(f"tune {number} of {path.name}", str(error))


def read_abc_tune(text: str) -> AbcTune:
    """One tune, from its `X:` to the next.

    Raises:
        MediaError: it has no key or no notes, more than one voice, a meter the composer does not know, or is too long.
    """
    if len(text) > MAX_TUNE_CHARACTERS:
        raise MediaError(f"a tune of {len(text)} characters is longer than {MAX_TUNE_CHARACTERS}")
    reader = _Reader()
    title = ""
    for line in text.split("\n"):
        name, mark, value = line[:1], line[1:2], line[2:].split("%")[0].strip()
        if mark == ":" and name.isalpha():
            if name == "T" and not title:
                title = value
            reader.field(name, value)
        elif reader.keyed:
            reader.line(line)
    return AbcTune(title, reader.tune())


@dataclass
class _Reader:
    """Walks a tune and keeps the time, in quarters from its first note."""

    meter: Meter | None = None
    unit: Fraction | None = None
    keyed: bool = False
    fifths: int = 0
    tempo_bpm: float | None = None
    at: Fraction = Fraction(0)
    bar_at: Fraction = Fraction(0)
    lead: Fraction | None = None
    """What is missing of the first bar, where it is a pick-up."""
    cut: tuple[Fraction, int, int] | None = None
    """Where a repeat cut a bar short: the time, and how many notes and chords lay before it."""
    notes: list[list[Fraction | int]] = field(default_factory=list)
    chords: list[tuple[Fraction, int, ChordClass]] = field(default_factory=list)
    sections: list[Fraction] = field(default_factory=list)
    altered: dict[tuple[str, int], int] = field(default_factory=dict)
    skipping: bool = False
    tied: bool = False
    stretch: Fraction = Fraction(1)
    stretched: int = 0
    broken: Fraction = Fraction(1)

    def field(self, name: str, value: str) -> None:
        """Takes in a line such as `K:G`."""
        if name == "M" and value not in ("none", ""):
            meter = _METERS.get(value.split()[0])
            if meter is None or (self.meter not in (None, meter) and self.notes):
                raise MediaError(f"meter {value!r}, or a change of meter, is not known to the composer")
            self.meter = meter
        elif name == "L" and (found := re.match(r"1/(\d+)$", value)):
            self.unit = Fraction(4, max(int(found[1]), 1))
        elif name == "K":
            self.fifths, self.keyed = _signature(value, self.fifths), True
        elif name == "Q" and (tempo := re.match(r"(?:(\d+)/(\d+)=)?(\d{2,3})$", value.replace(" ", ""))):
            beat = Fraction(int(tempo[1] or 1), max(int(tempo[2] or 4), 1)) * 4
            self.tempo_bpm = float(int(tempo[3]) * beat / (Fraction(3, 2) if self.meter == "6/8" else 1))
        elif name == "V" and not value.startswith("1"):
            raise MediaError("it has more than one voice")

    def line(self, line: str) -> None:
        """Takes in a line of music."""
        for found in _TOKEN.finditer(line.rstrip("\\")):
            kind = found.lastgroup
            if kind is None:
                continue
            if found["field"]:
                self.field(found["field"], found["value"].strip())
            elif found["bar"]:
                self._bar(found["bar"], found["after"] or "")
            elif found["ending"]:
                self.skipping = found["ending"] == "1"
            elif not self.skipping:
                self._event(found)
        if len(self.notes) > MAX_NOTES:
            raise MediaError(f"it has more than {MAX_NOTES} notes")

    def tune(self) -> Tune:
        """What was read, on the grid of sixteenths."""
        if self.meter is None or not self.notes:
            raise MediaError("it has no meter or no notes")
        lead = self.lead or Fraction(0)
        notes: list[tuple[int, int, int]] = []
        for onset, length, pitch in self.notes:
            first, last = _slot(onset + lead), _slot(onset + length + lead)
            if last > first and (not notes or first >= sum(notes[-1][:2])):
                notes.append((first, last - first, int(pitch)))
        if not notes:
            raise MediaError("its notes are too short for sixteenths")
        chords = [(_slot(at + lead), root, chord_class) for at, root, chord_class in self.chords]
        sections = sorted({_slot(at + lead) for at in self.sections})
        return Tune(self.meter, notes, chords, self.fifths, sections=sections, tempo_bpm=self.tempo_bpm)

    def _event(self, found: re.Match[str]) -> None:
        if found["quoted"] is not None:
            self._symbol(found["quoted"])
        elif found["tuplet"]:
            many = int(found["tuplet"])
            into = int(found["into"] or _TUPLET_TIME.get(many, 3 if self.meter == "6/8" else 2))
            self.stretch, self.stretched = Fraction(into, many), int(found["count"] or many)
        elif found["tie"]:
            self.tied = True
        elif found["broken"]:
            self._break(found["broken"])
        elif found["note"]:
            pitch = self._pitch(found["accidental"], found["note"], found["octave"])
            self._note(pitch, self._length(found["length"]))
        elif found["chord"]:
            inner = [(self._pitch(n[1], n[2], n[3]), n[4]) for n in _NOTE.finditer(found["chord"])]
            if inner:
                self._note(max(inner)[0], self._length(found["chord_length"] or inner[0][1]))
        elif found["rest"]:
            self.at += self._length(found["rest_length"])
        elif found["bars"] is not None:
            self.at += min(int(found["bars"] or 1), 64) * self._bar_length()

    def _note(self, pitch: int, length: Fraction) -> None:
        last = self.notes[-1] if self.notes else None
        if self.tied and last is not None and last[2] == pitch and last[0] + last[1] == self.at:
            last[1] += length
        else:
            self.notes.append([self.at, length, pitch])
        self.tied = False
        self.at += length

    def _length(self, text: str) -> Fraction:
        top, slashes, bottom = re.match(r"(\d*)(/*)(\d*)", text).groups()  # type: ignore[union-attr]
        below = int(bottom) if bottom else 2 ** len(slashes)
        length = Fraction(int(top or 1), max(below, 1)) * self._unit() * self.broken
        self.broken = Fraction(1)
        if self.stretched:
            length *= self.stretch
            self.stretched -= 1
        if length > _LONGEST_NOTE_QUARTERS:
            raise MediaError(f"a note of {float(length)} quarters is longer than {_LONGEST_NOTE_QUARTERS}")
        return length

    def _unit(self) -> Fraction:
        if self.unit is None:
            self.unit = Fraction(1, 4) if self.meter == "2/4" else Fraction(1, 2)
        return self.unit

    def _break(self, marks: str) -> None:
        """`a>b`: the first note takes from the second; `<` the other way round."""
        if not self.notes or sum(self.notes[-1][:2]) != self.at:
            return
        less = Fraction(1, 2 ** min(len(marks), 3))
        own, self.broken = (2 - less, less) if marks[0] == ">" else (less, 2 - less)
        change = Fraction(self.notes[-1][1]) * (own - 1)
        self.notes[-1][1] += change
        self.at += change

    def _pitch(self, accidental: str | None, letter: str, octaves: str) -> int:
        octave = (1 if letter.islower() else 0) + octaves.count("'") - octaves.count(",")
        step = letter.upper()
        if accidental:
            self.altered[step, octave] = _ACCIDENTALS[accidental]
        sharp = step in _SHARPENED[: max(self.fifths, 0)]
        flat = step in _SHARPENED[::-1][: max(-self.fifths, 0)]
        alter = self.altered.get((step, octave), int(sharp) - int(flat))
        return min(max(60 + 12 * octave + _STEPS[step] + alter, 0), 127)

    def _symbol(self, text: str) -> None:
        found = _CHORD.match(text.strip())
        if found:
            root = _STEPS[found[1]] + {"#": 1, "b": -1, "": 0}[found[2]]
            self.chords.append((self.at, root % 12, _CLASSES.get(found[3] or "", "maj")))

    def _bar_length(self) -> Fraction:
        return Fraction(BAR_SLOTS[self.meter or "4/4"], 4)

    def _bar(self, bar: str, after: str) -> None:
        """A bar line: a pick-up is measured, a bar that a repeat cuts short is completed by the next."""
        self.altered.clear()
        divides = ":" in bar or "||" in bar
        if not self.skipping and self.notes:
            filled, length = self.at - self.bar_at, self._bar_length()
            if self.lead is None:
                self.lead = -filled % length
                self.bar_at = self.at
            elif filled % length and divides and (self.cut is None or self.cut[0] == self.at):
                self.cut = (self.at, len(self.notes), len(self.chords))
            elif filled:
                self._complete(length)
        if divides and self.notes:
            self.sections.append(self.at)
        if after:
            self.skipping = after.strip(" [") == "1"
        elif divides:
            self.skipping = False

    def _complete(self, length: Fraction) -> None:
        """Ends a bar; what is missing of it is left silent, where the cut was if whole bars follow that."""
        filled = self.at - self.bar_at
        if self.cut is not None and filled % length and (self.at - self.cut[0]) % length == 0:
            missing, since, chords = -filled % length, self.cut[1], self.cut[2]
            for note in self.notes[since:]:
                note[0] += missing
            self.chords[chords:] = [(at + missing, root, name) for at, root, name in self.chords[chords:]]
        self.at = self.bar_at = self.bar_at + length * -(-filled // length)
        self.cut = None


def _signature(value: str, before: int) -> int:
    """Sharps (positive) or flats (negative) of a key such as `Ador`, `F#m` or `HP`."""
    found = re.match(r"(?:(HP|Hp)|([A-G])([#b]?)\s*([A-Za-z]*))", value)
    if not found:
        return before
    if found[1]:
        return 2
    mode = found[4].lower()[:3]
    shift = _MODES.get(mode if mode != "m" else "m", 0)
    fifths = _FIFTHS[found[2]] + {"#": 7, "b": -7, "": 0}[found[3]] + shift
    return min(max(fifths, -7), 7)


def _slot(quarters: Fraction) -> int:
    return int(quarters * 4 + Fraction(1, 2))
