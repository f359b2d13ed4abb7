"""Measuring an arrangement: how much each part varies, how smoothly its voices move, where it lies."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from schemas.inspection import Figure
from schemas.music import Part, PartRole, Score, ScoreNote
from schemas.plan import TICKS_PER_QUARTER

LEAST_DISTINCT = 0.4
MOST_EQUAL = 0.6
LONGEST_RUN = 4
LEAST_SECTION_CHANGE = 0.3
MOST_MOTION = 4.0
_EARLY_TICKS = 48  # a hand may come this much before the bar line and still mean it
_SAME_TICKS = 30  # onsets closer than this are the same
_RANGES: dict[PartRole, tuple[int, int]] = {"bass": (28, 55), "chords": (28, 96), "pad": (40, 96), "counter": (40, 96)}


class _Bar(NamedTuple):
    number: int  # counted from 0 over the song
    pitches: tuple[int, ...]  # relative to the chord's root, sorted
    onsets: tuple[int, ...]  # in the same order, ticks from the bar line


def arrangement_figures(score: Score) -> tuple[Figure, ...]:
    """Figures of every instrument, each with its bound and its worst place.

    By part: the share of distinct bars, the share of the commonest bar and the longest run of equal bars (onsets and
    pitches against the chord's root, bars of rest not counted); the change between sections of bass, drums and chord
    players; the mean motion of voices at chord changes in semitones; the lowest and highest note. Parts that play
    fewer than four bars are reported without a bound.
    """
    figures: list[Figure] = []
    for part in score.parts:
        if part.role == "melody":
            continue
        bars = _bars(part, score)
        kinds = _kinds(bars)
        figures += _loops(part, score, bars, kinds)
        if part.role in ("bass", "drums", "chords"):
            figures.append(_section_change(part, score, bars, kinds))
        if part.role in ("pad", "chords"):
            figures.append(_motion(part, score))
        if not part.is_drums:
            figures.append(_range(part, score))
    figures.append(_ending(score))
    return tuple(figures)


def place(score: Score, bar: int) -> str:
    """A bar as a musician names it, e.g. 'verse 2, bar 14' (counted from 1 over the song)."""
    first = 0
    for section in score.sections:
        first += section.bars
        if bar < first:
            return f"{section.name}, bar {bar + 1}"
    return f"after the end, bar {bar + 1}"


def _bar_ticks(score: Score) -> int:
    return score.beats_per_bar * TICKS_PER_QUARTER


def _bars(part: Part, score: Score) -> list[_Bar]:
    """The bars in which a part begins notes, in order."""
    size = _bar_ticks(score)
    found: dict[int, list[tuple[int, int]]] = {}
    for note in part.notes:
        index = (note.onset_ticks + _EARLY_TICKS) // size
        root = 0 if part.is_drums else _root_at(score, note.onset_ticks + _EARLY_TICKS)
        found.setdefault(index, []).append((note.pitch - root, note.onset_ticks - index * size))
    return [
        _Bar(index, tuple(p for p, _ in sorted(notes)), tuple(t for _, t in sorted(notes)))
        for index, notes in sorted(found.items())
    ]


def _root_at(score: Score, tick: int) -> int:
    root = score.key.pitch_class
    for chord in score.chords:
        if chord.onset_ticks > tick:
            break
        root = chord.root
    return root


def _kinds(bars: list[_Bar]) -> list[int]:
    """A number for each bar, the same for equal bars."""
    seen: dict[tuple[int, ...], list[tuple[int, tuple[int, ...]]]] = {}
    kinds: list[int] = []
    for number, bar in enumerate(bars):
        alike = seen.setdefault(bar.pitches, [])
        for kind, onsets in alike:
            if all(abs(a - b) <= _SAME_TICKS for a, b in zip(onsets, bar.onsets, strict=True)):
                kinds.append(kind)
                break
        else:
            alike.append((number, bar.onsets))
            kinds.append(number)
    return kinds


def _loops(part: Part, score: Score, bars: list[_Bar], kinds: list[int]) -> list[Figure]:
    bounded = len(kinds) >= 4
    distinct = len(set(kinds)) / len(kinds) if kinds else 1.0
    common = max(sorted(set(kinds)), key=kinds.count) if kinds else 0
    share = kinds.count(common) / len(kinds) if kinds else 0.0
    run = longest = 1 if kinds else 0
    run_end = 0
    for number, ((bar, kind), (after, other)) in enumerate(pairwise(zip(bars, kinds, strict=True)), start=1):
        run = run + 1 if kind == other and after.number == bar.number + 1 else 1
        if run > longest:
            longest, run_end = run, number
    worst = place(score, bars[common].number) if kinds else ""
    return [
        Figure(
            name=f"{part.name}: distinct bars",
            value=round(distinct, 3),
            bound=f">= {LEAST_DISTINCT}" if bounded else "",
            ok=not bounded or distinct >= LEAST_DISTINCT,
            where=worst,
        ),
        Figure(
            name=f"{part.name}: share of the commonest bar",
            value=round(share, 3),
            bound=f"<= {MOST_EQUAL}" if bounded else "",
            ok=not bounded or share <= MOST_EQUAL,
            where=worst,
        ),
        Figure(
            name=f"{part.name}: longest run of equal bars",
            value=float(longest),
            unit="bars",
            bound=f"<= {LONGEST_RUN}",
            ok=longest <= LONGEST_RUN,
            where=place(score, bars[run_end].number) if kinds else "",
        ),
    ]


def _section_change(part: Part, score: Score, bars: list[_Bar], kinds: list[int]) -> Figure:
    """Mean share of bars that neighbouring sections, and sections of one role, do not have in common."""
    sets: list[tuple[int, set[int]]] = []
    first = 0
    for section in score.sections:
        inside = {k for bar, k in zip(bars, kinds, strict=True) if first <= bar.number < first + section.bars}
        if inside:
            sets.append((first, inside))
        first += section.bars
    changes = [(1 - len(a & b) / len(a | b), start) for (_, a), (start, b) in pairwise(sets)]
    mean = sum(value for value, _ in changes) / len(changes) if changes else 1.0
    return Figure(
        name=f"{part.name}: change between sections",
        value=round(mean, 3),
        bound=f">= {LEAST_SECTION_CHANGE}" if changes else "",
        ok=mean >= LEAST_SECTION_CHANGE,
        where=place(score, min(changes)[1]) if changes else "",
    )


def _motion(part: Part, score: Score) -> Figure:
    """Mean distance of a chord's notes from the nearest notes of the chord before, in semitones."""
    starts = [chord.onset_ticks for chord in score.chords]
    held: dict[int, set[int]] = {}
    for note in part.notes:
        index = sum(start <= note.onset_ticks + _EARLY_TICKS for start in starts)
        held.setdefault(index, set()).add(note.pitch)
    moves: list[tuple[float, int]] = []
    for (a, before), (b, after) in pairwise(sorted(held.items())):
        if b == a + 1:
            nearest = [min(abs(pitch - other) for other in before) for pitch in sorted(after)]
            moves.append((sum(nearest) / len(nearest), starts[b - 1]))
    mean = sum(value for value, _ in moves) / len(moves) if moves else 0.0
    worst = max(moves)[1] // _bar_ticks(score) if moves else 0
    return Figure(
        name=f"{part.name}: motion at chord changes",
        value=round(mean, 3),
        unit="semitones",
        bound=f"<= {MOST_MOTION}",
        ok=mean <= MOST_MOTION,
        where=place(score, worst) if moves else "",
    )


def _range(part: Part, score: Score) -> Figure:
    low = min((note.pitch for note in part.notes), default=60)
    high = max((note.pitch for note in part.notes), default=60)
    least, most = _RANGES.get(part.role, (21, 108))
    outside: list[ScoreNote] = [note for note in part.notes if not least <= note.pitch <= most]
    return Figure(
        name=f"{part.name}: lowest to highest note ({low}-{high})",
        value=float(high - low),
        unit="semitones",
        bound=f"within {least}-{most}",
        ok=not outside,
        where=place(score, outside[0].onset_ticks // _bar_ticks(score)) if outside else "",
    )


def _ending(score: Score) -> Figure:
    """Drum strokes after the first of the last bar's last chord: a groove that runs on is no ending."""
    last = score.end_ticks - _bar_ticks(score)
    strokes = sorted(
        {
            round(note.onset_ticks / _EARLY_TICKS)
            for part in score.parts
            if part.is_drums
            for note in part.notes
            if note.onset_ticks >= last - _EARLY_TICKS
        }
    )
    return Figure(
        name="drums: moments struck in the last bar",
        value=float(len(strokes)),
        bound="<= 2",
        ok=len(strokes) <= 2,
        where=place(score, last // _bar_ticks(score)),
    )
