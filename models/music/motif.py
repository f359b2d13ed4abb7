"""The motif: four notes of the verse that come back in the chorus, and answers that move a tune by steps of the scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from models.music.decoding import LineChoice
from models.music.form import Register, TuneLine
from models.music.rhythm import LineShape, RhythmLattice, Wishes
from schemas.plan import Key

MOTIF_NOTES = 4


@dataclass(frozen=True)
class Motif:
    """A cell of four notes."""

    gaps: tuple[float, float, float]
    """Sixteenths from each note to the next."""
    pitches: tuple[int, int, int, int]


@dataclass(frozen=True)
class Placing:
    """Where a motif returns."""

    line: int
    onsets: dict[int, int]
    """Note index to slot."""
    pitches: dict[int, int]
    """Note index to pitch."""


def motif_of(lines: Sequence[LineChoice], grid: int) -> Motif | None:
    """The opening of the first line that has four notes; None where no line has."""
    for line in lines:
        if len(line.pitches) >= MOTIF_NOTES:
            gaps = np.diff(line.onsets[:MOTIF_NOTES]) / grid
            first, second, third = (float(gap) for gap in gaps)
            one, two, three, four = line.pitches[:MOTIF_NOTES]
            return Motif((first, second, third), (one, two, three, four))
    return None


def place_motif(
    motif: Motif,
    shapes: Sequence[LineShape],
    lines: Sequence[TuneLine],
    key: Key,
    register: Register,
    compass: tuple[int, int],
) -> Placing | None:
    """The place in a tune where a motif suits the words best; None where it fits nowhere.

    Lines that answer others are left out, they take it up by themselves; the first line is preferred. It is moved by
    whole semitones that keep every note in the key, so that intervals and rhythm are the same to the semitone.
    """
    best: tuple[float, int, dict[int, int]] | None = None
    for number, (shape, line) in enumerate(zip(shapes, lines, strict=True)):
        offsets = [int(at * shape.grid) for at in np.cumsum((0.0, *motif.gaps))]
        if line.answers is not None or line.syllables < MOTIF_NOTES or any(g * shape.grid % 1 for g in motif.gaps):
            continue
        free = RhythmLattice(shape, hold=2).log_total
        for index in range(min(4, line.syllables - MOTIF_NOTES + 1)):
            for start in range(0, max(1, shape.slots // 2), 2 * shape.grid):
                pins = {index + note: start + offset for note, offset in enumerate(offsets)}
                if max(pins.values()) >= shape.slots:
                    continue
                lattice = RhythmLattice(shape, Wishes(pinned=pins), hold=2)
                fit = lattice.log_total - free - 1.5 * (number > 0) - 0.3 * index if lattice.feasible else -np.inf
                if np.isfinite(fit) and (best is None or fit > best[0]):
                    best = (float(fit), number, pins)
    if best is None:
        return None
    pitches = _moved(motif.pitches, key, register, compass)
    return Placing(best[1], best[2], dict(zip(best[2], pitches, strict=True)))


def _moved(pitches: Sequence[int], key: Key, register: Register, compass: tuple[int, int]) -> list[int]:
    """The pitches moved towards the middle of a register, every note in key and compass."""
    wanted = register.centre - 0.5 - float(np.mean(pitches))
    moves = [
        move
        for move in range(-12, 13)
        if all((p + move) % 12 in key.scale and compass[0] <= p + move <= compass[1] for p in pitches)
        and max(pitches) + move <= register.high
    ]
    move = min(moves, key=lambda each: (abs(each - wanted), each)) if moves else 0
    return [pitch + move for pitch in pitches]


def sequence(pitches: Sequence[int], key: Key, steps: int) -> list[int]:
    """Pitches of a key moved by steps of its scale."""
    ladder = [pitch for pitch in range(128) if pitch % 12 in key.scale]
    return [ladder[ladder.index(pitch) + steps] for pitch in pitches]
