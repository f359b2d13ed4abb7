"""The hook: the chorus's opening motif, restated by an instrument where nobody sings."""

from __future__ import annotations

from typing import NamedTuple

from media.arrange.song import Bar, Hit, Song, scale_at
from schemas.music import LeadSheet
from schemas.plan import TICKS_PER_QUARTER

_MOTIF_BARS = 2


class Motif(NamedTuple):
    """Notes of the hook: (ticks from its first bar line, length, pitch)."""

    notes: tuple[tuple[int, int, int], ...]
    bars: int


def find_motif(lead: LeadSheet) -> Motif | None:
    """The first two bars of the first chorus, or of the most intense sung section; None when nothing is sung."""
    starts, bar = [], 0
    for span in lead.sections:
        starts.append(bar)
        bar += span.bars
    sung = [(span, start) for span, start in zip(lead.sections, starts, strict=True) if span.words]
    if not sung or not lead.melody:
        return None
    span, start = next(
        ((s, b) for s, b in sung if s.role == "chorus"), max(sung, key=lambda pair: (pair[0].energy, -pair[1]))
    )
    bars = min(_MOTIF_BARS, span.bars)
    first = start * lead.bar_ticks
    last = first + bars * lead.bar_ticks
    notes = tuple(
        (note.onset_ticks - first, min(note.duration_ticks, last - note.onset_ticks), note.pitch)
        for note in lead.melody
        if first <= note.onset_ticks < last
    )
    return Motif(notes, bars) if notes else None


def state_motif(motif: Motif, song: Song, bar: Bar, *, low: int, high: int, fragment: bool = False) -> list[Hit]:
    """The part of the motif that falls into a bar, fitted to the bar's chords and to a range.

    Notes on beats are moved to the nearest chord tone, others to the nearest note of the scale, so the rhythm and the
    contour stay. The second statement of four bars ends a chord tone lower; `fragment` keeps the head alone.
    """
    place = bar.place % motif.bars
    second = (bar.place // motif.bars) % 2 == 1
    octave = _octave(motif, low, high)
    hits: list[Hit] = []
    for offset, length, pitch in motif.notes:
        tick = offset - place * song.bar_ticks
        if not 0 <= tick < song.bar_ticks or (fragment and offset >= song.bar_ticks // 2 + place * song.bar_ticks):
            continue
        at = bar.start + tick
        harmony = bar.harmony_at(at)
        strong = tick % TICKS_PER_QUARTER == 0 or length > TICKS_PER_QUARTER
        allowed = harmony.chord.pitch_classes if strong else scale_at(song.key, harmony)
        goal = pitch + octave - (2 if second and offset == motif.notes[-1][0] else 0)
        fitted = fit(goal, allowed, low, high)
        hits.append(Hit(at, min(length, bar.end - at, harmony.end - at), fitted, 1.08 if strong else 0.96))
    return hits


def fit(pitch: int, classes: tuple[int, ...], low: int, high: int) -> int:
    """The pitch of one of these classes nearest to `pitch` inside a range; the upper of two."""
    inside = [p for p in range(low, high + 1) if p % 12 in classes]
    return min(inside, key=lambda p: (abs(p - pitch), -p))


def _octave(motif: Motif, low: int, high: int) -> int:
    """Octaves to move the motif by so that it lies in the middle of a range."""
    middle = sum(pitch for _, _, pitch in motif.notes) / len(motif.notes)
    return 12 * round(((low + high) / 2 - middle) / 12)
