"""The motif: four notes of the verse that come back in the chorus; answers that move a tune by steps of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.music.constraints import WIDEST_LEAP
from models.music.decoding import LineChoice
from models.music.form import Register
from models.music.rhythm import LineShape, RhythmLattice, Wishes
from schemas.plan import Key

MOTIF_NOTES = 4
_MOST_CELLS = 6
_SHORT_CELL = 8
_MOST_PLACES = 24


@dataclass(frozen=True)
class Motif:
    """A cell of four notes."""

    gaps: tuple[float, ...]
    """Sixteenths from each note to the next."""
    pitches: tuple[int, ...]


@dataclass(frozen=True)
class Placing:
    """Where a motif returns."""

    line: int
    onsets: dict[int, int]
    """Note index to slot."""
    pitches: dict[int, int]
    """Note index to pitch."""


@dataclass(frozen=True)
class Range:
    """Where the notes of a returning motif may lie."""

    key: Key
    register: Register
    compass: tuple[int, int]


def motifs_of(lines: Sequence[LineChoice], grid: int) -> list[Motif]:
    """Cells that may serve as the song's motif, the best first: short, in plain rhythms, from the openings of lines."""
    found: dict[Motif, tuple[bool, bool, bool, bool, int, int]] = {}
    for number, line in enumerate(lines):
        for start in range(len(line.pitches) - MOTIF_NOTES + 1):
            onsets, pitches = (part[start : start + MOTIF_NOTES] for part in (line.onsets, line.pitches))
            gaps = tuple(float(gap) / grid for gap in np.diff(onsets))
            odd, fine, still = any(gap % 2 for gap in gaps), any(gap % 1 for gap in gaps), len(set(pitches)) < 3
            found.setdefault(Motif(gaps, pitches), (fine, odd, sum(gaps) > _SHORT_CELL, still, start, number))
    return sorted(found, key=lambda motif: found[motif])[:_MOST_CELLS]


def place_motif(
    motif: Motif, line: int, shape: LineShape, owed: Sequence[Wishes], within: Range
) -> tuple[float, Placing] | None:
    """Where in a line a motif suits the words best and how well, in nats lost; None where it does not fit.

    It is moved by whole semitones that keep every note in the key: intervals and rhythm return unchanged.

    Args:
        motif: the cell.
        line: index of the line.
        shape: the line's words and bars.
        owed: what the line owes to one that it answers, the first that can be kept counts.
        within: key, register and compass.
    """
    steps = [gap * shape.grid for gap in motif.gaps]
    pitches = _moved(motif.pitches, within)
    if any(step % 1 for step in steps) or pitches is None:
        return None
    offsets = [0, *(int(at) for at in np.cumsum(steps))]
    free = RhythmLattice(shape, hold=1).log_total
    for wishes in owed or (Wishes(),):
        best: tuple[float, Placing] | None = None
        for index, start in _places(shape, offsets[-1]):
            pins = {index + note: start + offset for note, offset in enumerate(offsets)}
            if any(wishes.pinned.get(note, slot) != slot for note, slot in pins.items()):
                continue
            lattice = RhythmLattice(shape, replace(wishes, pinned={**wishes.pinned, **pins}), hold=2)
            if lattice.feasible and (best is None or lattice.log_total - free - 0.3 * index > best[0]):
                onsets = dict(pins)
                best = (
                    lattice.log_total - free - 0.3 * index,
                    Placing(line, onsets, dict(zip(onsets, pitches, strict=True))),
                )
        if best is not None:
            return best
    return None


def _places(shape: LineShape, length: int) -> list[tuple[int, int]]:
    """First note and slot at which a cell may begin, on eighths, the likeliest first."""
    notes = range(min(4, len(shape.stress) - MOTIF_NOTES + 1))
    slots = range(0, shape.slots - shape.breath_slots - length, 2 * shape.grid)
    places = [(note, slot) for note in notes for slot in slots if slot >= note]
    return sorted(places, key=lambda place: abs(place[1] - place[0] * shape.mean_gap))[:_MOST_PLACES]


def _moved(pitches: Sequence[int], within: Range) -> list[int] | None:
    """The pitches moved towards the middle of a register, every note in key and compass; None where they cannot be."""
    wanted = within.register.centre - 0.5 - float(np.mean(pitches))
    low, high = within.compass
    moves = [
        move
        for move in range(-12, 13)
        if all((pitch + move) % 12 in within.key.scale and low <= pitch + move <= high for pitch in pitches)
        and max(pitches) + move <= within.register.high
    ]
    if not moves:
        return None

    def begins_well(move: int) -> bool:
        return all(high - WIDEST_LEAP <= pitch + move <= low + WIDEST_LEAP for pitch in pitches)

    move = min(moves, key=lambda each: (not begins_well(each), abs(each - wanted), each))
    return [pitch + move for pitch in pitches]


def sequence(pitches: Sequence[int], key: Key, steps: int) -> list[int]:
    """Pitches of a key moved by steps of its scale."""
    ladder = [pitch for pitch in range(128) if pitch % 12 in key.scale]
    return [ladder[ladder.index(pitch) + steps] for pitch in pitches]
