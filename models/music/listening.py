"""What a musician would say of a lead sheet: leaps, lift, ends, motif and dull places, with their bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.music.constraints import LEAP
from models.music.figures import melody_figures, where_is
from schemas.inspection import Figure
from schemas.music import LeadSheet, MelodyNote
from schemas.plan import TICKS_PER_QUARTER

_INTERVALS = (
    "unison",
    "semitone",
    "whole tone",
    "minor third",
    "major third",
    "fourth",
    "tritone",
    "fifth",
    "minor sixth",
    "major sixth",
    "minor seventh",
    "major seventh",
    "octave",
)
_MOST_WORDS = 3
"""Places of one kind that are named."""
_DULL = 0.6
"""Share of a line's notes on one pitch from which it is dull."""


@dataclass(frozen=True)
class Heard:
    """Something heard in a song."""

    worth: float
    """What it adds to a take's score; below 0 for a fault."""
    words: str
    """In a musician's words, with the bar; '' where nothing need be said."""


def named(semitones: int) -> str:
    """An interval's name, e.g. 'a minor seventh'; one wider than an octave in semitones."""
    size = abs(semitones)
    if size >= len(_INTERVALS):
        return f"{size} semitones"
    return f"an {_INTERVALS[size]}" if size == len(_INTERVALS) - 1 else f"a {_INTERVALS[size]}"


def heard_leaps(lead: LeadSheet) -> list[Heard]:
    """Leaps of a tritone or more inside a line that no step or third back follows: -0.15 each, once a tune."""
    found, told = [], set()
    for line in _lines(lead):
        for one, two, three in zip(line, line[1:], line[2:], strict=False):
            leap, after = two.pitch - one.pitch, three.pitch - two.pitch
            if abs(leap) >= LEAP and not (leap * after < 0 and abs(after) <= 4):
                way = "up" if leap > 0 else "down"
                name = named(leap)
                place = (lead.sections[lead.syllables[one.syllable].section].melody, leap, one.pitch)
                words = "" if place in told else f"{_bar(lead, one)}: a leap of {name} {way} that is not resolved"
                found.append(Heard(0.0 if place in told else -0.15, words))
                told.add(place)
    return found


def heard_lift(lead: LeadSheet) -> list[Heard]:
    """How far the chorus lies above the verse: 0.1 a semitone of the means, to 4; -0.5 where it does not."""
    verse, chorus = (_pitches(lead, role) for role in ("verse", "chorus"))
    if not verse or not chorus:
        return []
    lift = float(np.mean(chorus) - np.mean(verse))
    if lift <= 0:
        return [Heard(-0.5, f"the chorus lies {_number(-lift)} semitones below the verse")]
    return [Heard(0.1 * min(lift, 4.0), f"the chorus lies {_number(lift)} semitones above the verse")]


def heard_ends(lead: LeadSheet) -> list[Heard]:
    """Lines whose last note does not belong to its chord: -0.1 each, once a tune."""
    found, told = [], set()
    for line in _lines(lead):
        chord, place = lead.chord_at(line[-1].onset_ticks), _place(lead, line)
        if chord is not None and line[-1].pitch % 12 not in chord.pitch_classes and place not in told:
            told.add(place)
            found.append(Heard(-0.1, f"{_bar(lead, line[-1])}: the line ends outside its chord, {chord.symbol}"))
    return found


def heard_dull_lines(lead: LeadSheet) -> list[Heard]:
    """Lines of six notes or more that stay on one pitch for most of them: -0.3 each, once a tune."""
    found, told = [], set()
    for line in _lines(lead):
        pitches, place = [note.pitch for note in line], _place(lead, line)
        same = max(pitches.count(pitch) for pitch in pitches)
        if len(pitches) >= 6 and same >= _DULL * len(pitches) and place not in told:
            told.add(place)
            found.append(Heard(-0.3, f"{_bar(lead, line[0])}: {same} of {len(pitches)} notes are the same"))
    return found


def heard_steps(lead: LeadSheet) -> list[Heard]:
    """The share of moves by a semitone or whole tone: the nearer to six in ten the better, -1 x the distance."""
    moves = [abs(two.pitch - one.pitch) for line in _lines(lead) for one, two in pairwise(line)]
    if len(moves) < 8:
        return []
    share = float(np.mean([1 <= move <= 2 for move in moves]))
    words = "" if share >= 0.35 else f"only {share:.0%} of the melody's moves are steps"
    return [Heard(-abs(share - 0.6), words)]


def heard_rules(lead: LeadSheet) -> list[Heard]:
    """Bounds of the song's figures, -0.5 for each that is broken; 0.05 a note of the shared motif beyond four."""
    figures = melody_figures(lead)
    found = [Heard(-0.5, _broken(figure)) for figure in figures if not figure.ok]
    for figure in figures:
        if figure.name == "longest motif in verse and chorus" and figure.value >= 4:
            notes = int(figure.value)
            found.append(Heard(0.05 * (notes - 4), f"verse and chorus share a motif of {notes} notes"))
    return found


def heard_chord_tones(lead: LeadSheet) -> list[Heard]:
    """1.0 x the share of chord tones on strong beats."""
    share = next((f.value for f in melody_figures(lead) if f.name == "chord tones on strong beats"), None)
    if share is None:
        return []
    return [Heard(float(share), f"{share:.0%} of the notes on strong beats belong to their chords")]


def said(heard: Sequence[Heard]) -> tuple[str, ...]:
    """What is worth saying: at most three things of a kind, those that weigh most first."""
    worth = sorted((each for each in heard if each.words), key=lambda each: -abs(each.worth))
    more = len(worth) - _MOST_WORDS
    words = [each.words for each in worth[:_MOST_WORDS]]
    return (*words, f"and {more} more of the kind") if more > 0 else tuple(words)


def _broken(figure: Figure) -> str:
    where = f", {figure.where}" if figure.where else ""
    return f"{figure.name}: {figure.value:g} {figure.unit}".rstrip() + f", wanted {figure.bound}{where}"


def _lines(lead: LeadSheet) -> list[list[MelodyNote]]:
    grouped: dict[tuple[int, int], list[MelodyNote]] = {}
    for note in lead.melody:
        syllable = lead.syllables[note.syllable]
        grouped.setdefault((syllable.section, syllable.line), []).append(note)
    return list(grouped.values())


def _place(lead: LeadSheet, line: Sequence[MelodyNote]) -> tuple[object, ...]:
    """What a line is known by when its tune returns."""
    syllable = lead.syllables[line[0].syllable]
    span = lead.sections[syllable.section]
    return (span.melody or syllable.section, syllable.line, tuple(note.pitch for note in line))


def _pitches(lead: LeadSheet, role: str) -> list[int]:
    return [n.pitch for n in lead.melody if lead.sections[lead.syllables[n.syllable].section].role == role]


def _bar(lead: LeadSheet, note: MelodyNote) -> str:
    beat = note.onset_ticks % lead.bar_ticks // TICKS_PER_QUARTER + 1
    return f"{where_is(lead, note.onset_ticks)}, beat {beat}"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
