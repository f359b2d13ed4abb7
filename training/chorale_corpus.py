"""Reads Bach's chorales (JSON grids of sixteenths, four voices) as a soprano with the chords of all voices."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

from models.music.key_finding import find_key
from models.music.tokens import CLASS_INTERVALS, ChordClass, Event, Piece, anchor, chord_token, pitch_token
from schemas.errors import MediaError

BEAT_SLOTS = 4
VOICES = 4
_MAX_BYTES = 20_000_000
_NAMED: tuple[ChordClass, ...] = ("maj", "min", "7", "dim", "min7", "maj7", "sus", "aug")


def read_chorales(path: Path) -> dict[str, list[Piece]]:
    """The chorales by split: `train`, `valid` and `test`.

    Raises:
        MediaError: the file is too large or not of this form.
    """
    if path.stat().st_size > _MAX_BYTES:
        raise MediaError(f"{path.name} is larger than {_MAX_BYTES} bytes")
    try:
        splits: dict[str, Any] = json.loads(path.read_bytes())
        return {name: [chorale(grid) for grid in grids if len(grid) > 32] for name, grids in splits.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise MediaError(f"{path.name} is not a set of chorales: {error}") from error


def chorale(grid: list[list[int]]) -> Piece:
    """One chorale: `grid` holds soprano, alto, tenor and bass (MIDI) every sixteenth, or nothing.

    The grid does not say where a held note is struck again: the soprano is taken to repeat on a beat where another
    voice moves. Bar lines are not known either, so the meter is `free`.
    """
    grid = [voices if len(voices) == VOICES else [-1] * VOICES for voices in grid]
    notes = _soprano(grid)
    chords = _chords(grid)
    tonic, mode = find_key(notes, [(root, chord_class) for _, root, chord_class in chords])
    base = anchor(tonic, sum(pitch for *_, pitch in notes) / len(notes))
    events = [Event(slot, pitch_token(pitch - base)) for slot, _, pitch in notes]
    events += [Event(slot, chord_token(root - tonic, chord_class)) for slot, root, chord_class in chords]
    phrases = {notes[0][0]}
    phrases |= {after[0] for before, after in pairwise(notes) if before[1] >= 2 * BEAT_SLOTS}
    return Piece("free", mode, "chorale", tuple(events), frozenset(phrases))


def _soprano(grid: list[list[int]]) -> list[tuple[int, int, int]]:
    notes: list[tuple[int, int, int]] = []
    for slot, voices in enumerate(grid):
        before = grid[slot - 1] if slot else None
        struck = before is None or before[0] != voices[0] or (slot % BEAT_SLOTS == 0 and before[1:] != voices[1:])
        if voices[0] < 0:
            continue
        if struck or not notes:
            notes.append((slot, 1, int(voices[0])))
        else:
            notes[-1] = (notes[-1][0], notes[-1][1] + 1, notes[-1][2])
    return notes


def _chords(grid: list[list[int]]) -> list[tuple[int, int, ChordClass]]:
    """The chord of every beat that can be named and is another than before."""
    chords: list[tuple[int, int, ChordClass]] = []
    for slot in range(0, len(grid), BEAT_SLOTS):
        voices = [int(pitch) for pitch in grid[slot] if pitch >= 0]
        named = _name({pitch % 12 for pitch in voices}, voices[-1] % 12) if voices else None
        if named and (not chords or chords[-1][1:] != named):
            chords.append((slot, *named))
    return chords


def _name(classes: set[int], bass: int) -> tuple[int, ChordClass] | None:
    for root in (bass, *sorted(classes - {bass})):
        for chord_class in _NAMED:
            full = {(root + interval) % 12 for interval in CLASS_INTERVALS[chord_class]}
            without_fifth = full - {(root + 7) % 12}
            if classes == full or (len(classes) > 2 and classes == without_fifth):
                return root, chord_class
    return None
