"""From notes as they were found to a tune that a song can hold: its meter, the grid, one note at a time, the range."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from media.notation.bringing.bounds import (
    FASTEST_BPM,
    GRID_TICKS,
    HIGHEST,
    LOWEST,
    MAX_BARS,
    MAX_CHORDS,
    MAX_FILE_BARS,
    MAX_NOTES,
    SLOWEST_BPM,
)
from media.notation.bringing.tune import Beats, BroughtTune
from schemas.composing import GivenNote
from schemas.errors import MediaError
from schemas.music import ChordQuality, ChordSpan
from schemas.plan import TICKS_PER_QUARTER, Key

_JOINED: dict[int, tuple[int, Beats, str]] = {
    720: (2, 3, "two bars of it make one of 3/4"),
    960: (2, 4, "two bars of it make one of 4/4"),
    2880: (0, 3, "each bar of it makes two of 3/4"),
    3840: (0, 4, "each bar of it makes two of 4/4"),
}
"""By length of a bar in ticks: bars that make one of ours (0: one makes two), our beats, and how to say it."""


class FoundChord(NamedTuple):
    """A chord, or None for silence, from a tick on."""

    onset_ticks: float
    chord: tuple[int, ChordQuality, int | None] | None


@dataclass
class Found:
    """What a reader found, before it is settled. Times in ticks, 480 a quarter, as floats or fractions.

    Attributes:
        notes: onset, length and pitch, in any order; a later note ends the one before it.
        meter: beats and beat unit, e.g. (6, 8).
        pickup: whether the first bar was short and its notes lie at its end.
        end: where the last written bar ends; 0 where the last note tells.
        tempo: quarter notes a minute, as it was written.
        strip: whether empty bars before the first note are left out.
    """

    notes: list[tuple[float, float, int]]
    meter: tuple[int, int] = (4, 4)
    pickup: bool = False
    end: float = 0
    tempo: float | None = None
    key: Key | None = None
    chords: list[FoundChord] = field(default_factory=list)
    title: str = ""
    words: str = ""
    remarks: list[str] = field(default_factory=list)
    strip: bool = True


def settle(found: Found, *, bars: tuple[int, int] | None = None) -> BroughtTune:
    """The tune that a reader found, brought to what a song can hold, with a remark on everything that was changed.

    Args:
        found: notes, chords and marks.
        bars: first and last bar wanted, counted from 1; None for all.

    Raises:
        MediaError: there is no note; the meter is none that a song can have; the tune or the bars wanted are too long.
    """
    if not found.notes:
        raise MediaError("the melody has no notes: write or export at least one")
    beats, shift = _meter(found)
    bar_ticks = beats * TICKS_PER_QUARTER
    end = max(found.end, *(onset + length for onset, length, _ in found.notes)) + shift
    count = -(-int(end) // bar_ticks)
    if count > MAX_FILE_BARS:
        raise MediaError(f"the melody runs for {count:,} bars, at most {MAX_FILE_BARS:,} are read: cut it in an editor")
    if bars is None and count > MAX_BARS + _empty_bars(found, bar_ticks, shift):
        raise MediaError(f"the melody has {count:,} bars, at most {MAX_BARS} at once: name the bars wanted, e.g. 1-32")
    notes = _one_at_a_time(found, shift)
    chords = _spans(found, shift, end)
    used = max([count, *(-(-(n.onset_ticks + n.duration_ticks) // bar_ticks) for n in notes)])
    tune = BroughtTune(
        notes=tuple(notes),
        beats_per_bar=beats,
        bars=max(1, used),
        tempo_bpm=_tempo(found),
        key=found.key,
        chords=chords,
        title=" ".join(found.title.split())[:120],
        words=found.words[:8_000],
    )
    tune = _chosen(tune, found, bars)
    if len(tune.notes) > MAX_NOTES or len(tune.chords) > MAX_CHORDS:
        raise MediaError(
            f"the melody has {len(tune.notes):,} notes and {len(tune.chords):,} chords, at most {MAX_NOTES:,} and "
            f"{MAX_CHORDS:,}: name the bars wanted, e.g. 1-32"
        )
    return tune.with_remarks(found.remarks)


def _chosen(tune: BroughtTune, found: Found, bars: tuple[int, int] | None) -> BroughtTune:
    if bars is not None:
        tune = tune.cut(*bars)
        if not tune.notes:
            raise MediaError(f"bars {bars[0]}-{bars[1]} of the melody hold no note: name others")
        return tune
    silent = tune.notes[0].onset_ticks // tune.bar_ticks
    if not (found.strip and silent):
        return tune
    found.remarks.append(f"{silent} empty bar{'s' if silent > 1 else ''} before the first note left out")
    words = tune.words
    start = silent * tune.bar_ticks
    notes = tuple(note._replace(onset_ticks=note.onset_ticks - start) for note in tune.notes)
    chords = tuple(
        chord.replaced(
            onset_ticks=max(0, chord.onset_ticks - start),
            duration_ticks=chord.onset_ticks + chord.duration_ticks - max(chord.onset_ticks, start),
        )
        for chord in tune.chords
        if chord.onset_ticks + chord.duration_ticks > start
    )
    return BroughtTune(
        notes, tune.beats_per_bar, tune.bars - silent, tune.tempo_bpm, tune.key, chords, tune.title, words
    )


def _empty_bars(found: Found, bar_ticks: int, shift: int) -> int:
    return int(min(onset for onset, _, _ in found.notes) + shift) // bar_ticks if found.strip else 0


def _meter(found: Found) -> tuple[Beats, int]:
    """Quarter notes of a bar, and by how many ticks everything moves so that the bar after a pick-up begins a bar."""
    top, bottom = found.meter
    length = Fraction(4 * TICKS_PER_QUARTER * top, bottom)
    written = f"{top}/{bottom}"
    if length in (1440, 1920):
        beats: Beats = 3 if length == 1440 else 4
        if written not in ("3/4", "4/4", "2/2"):
            found.remarks.append(f"the meter {written} is read as {beats}/4, whose bars are as long")
        return beats, 0
    joined = _JOINED.get(int(length)) if length.denominator == 1 else None
    if joined is None:
        raise MediaError(
            f"the melody is in {written}: a song is in 3/4 or 4/4 (2/4, 2/2, 6/8 and 12/8 are read as one of them); "
            "write it so"
        )
    together, beats, how = joined
    found.remarks.append(f"the meter {written} is read as {beats}/4: {how}")
    if not found.pickup:
        return beats, 0
    # A short first bar was put at the end of a whole one: the bar after it must begin one of ours.
    return beats, int(length) if together == 2 else 0


def _one_at_a_time(found: Found, shift: int) -> list[GivenNote]:
    """Notes on the grid, none together: of those that begin together the highest, each ended by the next."""
    placed: dict[int, tuple[float, int, float]] = {}
    moved, furthest, folded, lost = 0, 0.0, 0, 0
    for onset, length, pitch in sorted(found.notes):
        if length <= 0:
            lost += 1
            continue
        tick = _on_grid(onset + shift)
        off = abs(tick - onset - shift)
        if off > 0.5:
            moved, furthest = moved + 1, max(furthest, float(off))
        fitting = pitch
        while fitting < LOWEST:
            fitting += 12
        while fitting > HIGHEST:
            fitting -= 12
        folded += fitting != pitch
        there = placed.get(tick)
        lost += there is not None
        if there is None or (fitting, length) > (there[1], there[0]):
            placed[tick] = (length, fitting, onset + length + shift)
    if not placed:
        raise MediaError("every note of the melody lasts no time: give at least one of them a length")
    ticks = sorted(placed)
    notes, shortened = [], 0
    for tick, after in zip(ticks, [*ticks[1:], None], strict=True):
        _, pitch, release = placed[tick]
        stop = max(tick + GRID_TICKS, _on_grid(release))
        if after is not None and stop > after:
            shortened += stop - after >= GRID_TICKS and release - after > GRID_TICKS / 2
            stop = after
        notes.append(GivenNote(tick, stop - tick, pitch))
    _remark(found, moved, furthest, folded, lost, shortened)
    return notes


def _remark(found: Found, moved: int, furthest: float, folded: int, lost: int, shortened: int) -> None:
    total = len(found.notes)
    if moved:
        found.remarks.append(
            f"{moved} of {total} notes moved to the nearest sixteenth, {furthest / TICKS_PER_QUARTER:.2f} beats at most"
        )
    if folded:
        found.remarks.append(f"{folded} of {total} notes moved by octaves into MIDI pitches {LOWEST}-{HIGHEST}")
    if lost:
        found.remarks.append(f"{lost} of {total} notes left out: they last no time, or begin with a higher one")
    if shortened:
        found.remarks.append(f"{shortened} of {total} notes cut short where the next begins")


def _on_grid(tick: float) -> int:
    return max(0, round(tick / GRID_TICKS)) * GRID_TICKS


def _spans(found: Found, shift: int, end: float) -> tuple[ChordSpan, ...]:
    """The chords on the grid, each until the next or the end."""
    placed = {_on_grid(c.onset_ticks + shift): c.chord for c in sorted(found.chords, key=lambda c: c.onset_ticks)}
    spans: list[ChordSpan] = []
    for tick, after in pairwise([*sorted(placed), -(-int(end) // GRID_TICKS) * GRID_TICKS]):
        chord = placed[tick]
        if chord is not None and after > tick:
            root, quality, bass = chord
            spans.append(
                ChordSpan(onset_ticks=tick, duration_ticks=after - tick, root=root, quality=quality, bass=bass)
            )
    return tuple(spans)


def _tempo(found: Found) -> int | None:
    if found.tempo is None:
        return None
    if SLOWEST_BPM <= round(found.tempo) <= FASTEST_BPM:
        return round(found.tempo)
    found.remarks.append(
        f"the tempo of {found.tempo:,.0f} quarters a minute left out: a song has {SLOWEST_BPM} to {FASTEST_BPM}"
    )
    return None
