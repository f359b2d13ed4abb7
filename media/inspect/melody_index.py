"""A corpus of tunes as intervals and ratios of lengths, searched for the longest run that a melody shares.

Both stay the same when a tune is moved to another key or played at another speed. The search compares every place
with every place, so its answer is exact.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from media.inspect.index_file import read_arrays, write_arrays

END = 127
"""Interval that parts one tune from the next."""


class MelodyIndex(NamedTuple):
    """Of every note: the interval to the next (semitones), how that note's length compares with the one before."""

    intervals: NDArray[np.int8]
    ratios: NDArray[np.int8]
    starts: NDArray[np.uint32]
    works: list[str]


class SharedNotes(NamedTuple):
    """A run of notes shared with a tune: how many, the first note in the melody and in the work, the work."""

    length: int
    first: int
    work: str
    work_note: int


def steps_of(onsets: Sequence[float], pitches: Sequence[int]) -> tuple[list[int], list[int]]:
    """Interval codes and ratio codes of each note of a tune; the last interval is `END`.

    A length is the time from one onset to the next, so that a rest belongs to the note before it. A ratio is coded as
    24 times its binary logarithm, -120 to 120; the first note's and the last note's are 0.
    """
    lengths = [after - before for before, after in zip(onsets, onsets[1:], strict=False)]
    intervals = [max(-60, min(60, after - before)) for before, after in zip(pitches, pitches[1:], strict=False)]
    ratios = [max(-120, min(120, round(24 * math.log2(b / a)))) for a, b in zip(lengths, lengths[1:], strict=False)]
    return [*intervals, END], [0, *ratios, 0][: len(pitches)]


def longest_shared_notes(onsets: Sequence[float], pitches: Sequence[int], index: MelodyIndex) -> SharedNotes:
    """The longest run of notes with the same intervals and the same rhythm, the first in the melody of several."""
    intervals, ratios = steps_of(onsets, pitches)
    runs = np.zeros(len(index.intervals), np.int16)
    best = SharedNotes(0, 0, "", 0)
    for place, (interval, ratio) in enumerate(zip(intervals[:-1], ratios, strict=False)):
        before = np.concatenate((np.zeros(1, np.int16), runs[:-1]))
        go_on = (before > 0) & (index.ratios == ratio)
        runs = np.where(index.intervals == interval, np.where(go_on, before + 1, 2), 0).astype(np.int16)
        longest = int(runs.max(initial=0))
        if longest > best.length:
            end = int(runs.argmax()) + 1
            work = int(np.searchsorted(index.starts, end, side="right")) - 1
            best = SharedNotes(
                longest, place + 2 - longest, index.works[work], end + 1 - longest - int(index.starts[work])
            )
    return best


def write_melody_index(path: Path, tunes: list[tuple[str, list[float], list[int]]]) -> None:
    """Writes an index of (name, onsets in quarters, MIDI pitches) tunes; the same tunes give the same bytes."""
    intervals: list[int] = []
    ratios: list[int] = []
    starts = []
    for _, onsets, pitches in tunes:
        starts.append(len(intervals))
        steps, lengths = steps_of(onsets, pitches)
        intervals += steps
        ratios += lengths
    write_arrays(
        path,
        {"works": [name for name, _, _ in tunes]},
        intervals=np.array(intervals, np.int8),
        ratios=np.array(ratios, np.int8),
        starts=np.array(starts, np.uint32),
    )


@lru_cache(maxsize=2)
def read_melody_index(path: Path) -> MelodyIndex:
    """The index in a file, kept in memory for the next song.

    Raises:
        CheckpointError: the file is missing or is no such index.
    """
    facts, (intervals, ratios, starts) = read_arrays(path, ("intervals", "ratios", "starts"))
    return MelodyIndex(intervals, ratios, starts, facts["works"])
