"""The motif: four notes of the verse that come back in the chorus; answers that move a tune by steps of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from models.music.constraints import WIDEST_LEAP
from models.music.decoding import LineChoice
from models.music.form import Register
from models.music.rhythm import LineShape, RhythmLattice, Wishes
from schemas.composing import MotifNote
from schemas.plan import Key

MOTIF_NOTES = 4
_MOST_CELLS = 6
_SHORT_CELL = 8
_MOST_PLACES = 24
FEWEST_NOTES = 3
"""The shortest beginning of an album's motif that is still it."""
_ROOM_ABOVE = 2
"""Semitones of the compass that an opening leaves to the chorus."""
_LATE = 0.15
"""What a sixteenth that the motif begins late costs."""


@dataclass(frozen=True)
class Motif:
    """A cell of four notes."""

    gaps: tuple[float, ...]
    """Sixteenths from each note to the next."""
    pitches: tuple[int, ...]
    albums: bool = False
    """Whether it is the album's, and no other cell takes its place where it fits."""

    def beginnings(self) -> list[Motif]:
        """Its beginnings of four notes or more, the longest first."""
        counts = range(len(self.pitches) - 1, MOTIF_NOTES - 1, -1)
        return [replace(self, gaps=self.gaps[: count - 1], pitches=self.pitches[:count]) for count in counts]


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

    def begins_well(self, pitch: int) -> bool:
        """Whether a tune may begin on a pitch: it lies within an octave of every other of the compass."""
        low, high = self.compass
        return high - WIDEST_LEAP <= pitch <= low + WIDEST_LEAP


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
    if len(offsets) > len(shape.stress):
        return None
    may_open = line > 0 or within.begins_well(pitches[0])
    free = RhythmLattice(shape, hold=1).log_total
    for wishes in owed or (Wishes(),):
        best: tuple[float, Placing] | None = None
        for index, start in _places(shape, offsets):
            pins = {index + note: start + offset for note, offset in enumerate(offsets)}
            if any(wishes.pinned.get(note, slot) != slot for note, slot in pins.items()) or not (index or may_open):
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


def opening(notes: Sequence[MotifNote], shape: LineShape, within: Range) -> tuple[Motif, Placing] | None:
    """An album's motif at the beginning of a line, as much of it as the words have room for, three notes at least.

    It is sung on its own degrees in the octave nearest the register or, where the voice has no room for that, moved by
    steps of the scale; it begins at the bar line or, where the stresses ask for it, a little later.

    Args:
        notes: the motif.
        shape: the line's words and bars.
        within: key, register and compass.
    """
    pitches = _on_degrees([note.degree for note in notes], within)
    if pitches is None:
        return None
    for count in range(min(len(notes), len(shape.stress)), FEWEST_NOTES - 1, -1):
        offsets = [note.onset * shape.grid for note in notes[:count]]
        best: tuple[float, dict[int, int]] | None = None
        for start in range(0, shape.slots // shape.bars, 2 * shape.grid):
            pins = {index: start + offset for index, offset in enumerate(offsets)}
            if pins[count - 1] >= shape.slots:
                continue
            lattice = RhythmLattice(shape, Wishes(pinned=pins), hold=2)
            worth = lattice.log_total - _LATE * start / shape.grid if lattice.feasible else -np.inf
            if lattice.feasible and (best is None or worth > best[0]):
                best = worth, pins
        if best is not None:
            gaps = tuple(float(gap) for gap in np.diff([note.onset for note in notes[:count]]))
            placing = Placing(0, best[1], dict(enumerate(pitches[:count])))
            return Motif(gaps, tuple(pitches[:count]), albums=True), placing
    return None


def _on_degrees(degrees: Sequence[int], within: Range) -> list[int] | None:
    """The pitches of steps of the scale, nearest the register's middle; None where the compass cannot hold them.

    On the tonic's own degrees within the register or, with room for a higher chorus, within the compass; else moved.
    """
    ladder = [pitch for pitch in range(128) if pitch % 12 in within.key.scale]
    tonics = [place for place, pitch in enumerate(ladder) if pitch % 12 == within.key.pitch_class]
    low, high = within.compass
    inside, most = min(high, within.register.high), high - _ROOM_ABOVE
    for bases, top in ((tonics, inside), (tonics, most), (range(len(ladder)), inside), (range(len(ladder)), high)):
        found = []
        for base in bases:
            if base + min(degrees) >= 0 and base + max(degrees) < len(ladder):
                pitches = [ladder[base + degree] for degree in degrees]
                if low <= min(pitches) and max(pitches) <= top and within.begins_well(pitches[0]):
                    found.append(pitches)
        if found:
            return min(found, key=lambda each: abs(float(np.mean(each)) - within.register.centre))
    return None


def _places(shape: LineShape, offsets: Sequence[int]) -> list[tuple[int, int]]:
    """First note and slot at which a cell may begin, on eighths, the likeliest first."""
    notes = range(min(4, len(shape.stress) - len(offsets) + 1))
    slots = range(0, shape.slots - shape.breath_slots - offsets[-1], 2 * shape.grid)
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

    def awkward(move: int) -> bool:
        return not all(within.begins_well(pitch + move) for pitch in pitches)

    move = min(moves, key=lambda each: (awkward(each), abs(each - wanted), each))
    return [pitch + move for pitch in pitches]


def sequence(pitches: Sequence[int], key: Key, steps: int) -> list[int]:
    """Pitches of a key moved by steps of its scale."""
    ladder = [pitch for pitch in range(128) if pitch % 12 in key.scale]
    return [ladder[ladder.index(pitch) + steps] for pitch in pitches]
