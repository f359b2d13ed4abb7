"""The counter-line: answers in the voice's rests, guide tones under its long notes, the hook where nobody sings."""

from __future__ import annotations

from typing import NamedTuple

from media.arrange.hook import Motif, fit, state_motif
from media.arrange.song import Bar, Harmony, Hit, Song, scale_at
from media.arrange.styles.base import Counter
from schemas.plan import TICKS_PER_QUARTER

_EIGHTH = TICKS_PER_QUARTER // 2
_SHORTEST_GAP = TICKS_PER_QUARTER
_CLEAR_OF_VOICE = 3  # semitones kept from a note that is sung at the same time


class Gap(NamedTuple):
    """A stretch in which the voice rests or holds: ticks, and the pitch held (None for a rest)."""

    start: int
    end: int
    held: int | None


def play_counter(style: Counter, song: Song, motif: Motif | None) -> list[Hit]:
    """The whole counter-line of a song, in time."""
    name = style.player.name
    hits: list[Hit] = []
    line = _Line(style, song)
    for bar in song.bars:
        entry = bar.cast.entries.get(name)
        if entry is None or bar.place < entry:
            line.rest()
            continue
        if not bar.cast.sung and motif is not None and style.hook:
            hits += _stated(style, song, bar, motif)
            continue
        hits += line.answer(bar)
    return hits


def gaps(song: Song, bar: Bar) -> tuple[Gap, ...]:
    """Where the voice leaves room in a bar: rests of a beat or more, and what follows a beat into a long note."""
    found: list[Gap] = []
    cursor = bar.start
    for note in song.melody:
        stop = note.onset_ticks + note.duration_ticks
        if stop <= bar.start or note.onset_ticks >= bar.end:
            continue
        if note.onset_ticks - cursor >= _SHORTEST_GAP:
            found.append(Gap(cursor, note.onset_ticks, None))
        opening = max(bar.start, note.onset_ticks + _SHORTEST_GAP)
        if min(stop, bar.end) - opening >= _SHORTEST_GAP:
            found.append(Gap(opening, min(stop, bar.end), note.pitch))
        cursor = max(cursor, stop)
    if bar.end - cursor >= _SHORTEST_GAP:
        found.append(Gap(cursor, bar.end, None))
    return tuple(found)


def _stated(style: Counter, song: Song, bar: Bar, motif: Motif) -> list[Hit]:
    leaving = bar.cast.role == "outro"
    low, high = _window(style)
    hits = state_motif(motif, song, bar, low=low, high=high, fragment=leaving and bar.place % 2 == 1)
    return [hit for hit in hits if not bar.ends_section or hit.tick < bar.end - TICKS_PER_QUARTER]


def _window(style: Counter) -> tuple[int, int]:
    return style.player.low + 2, style.player.high - 2


class _Line:
    """The line so far: where it is and which rhythm the section uses."""

    def __init__(self, style: Counter, song: Song) -> None:
        self._style = style
        self._song = song
        self._last: int | None = None
        self._answers = 0

    def rest(self) -> None:
        """Forget the last note: after a pause the line may begin anywhere."""
        self._last = None

    def answer(self, bar: Bar) -> list[Hit]:
        """The notes of a bar: an answer in each gap, else a guide tone where the section is full."""
        hits: list[Hit] = []
        for gap in gaps(self._song, bar):
            hits += self._fill(bar, gap)
        if not hits and bar.cast.level == 3 and bar.place % 2 == 0:
            hits = self._guide(bar)
        return hits

    def _fill(self, bar: Bar, gap: Gap) -> list[Hit]:
        cells = self._style.cells
        start = gap.start if gap.start == bar.start or gap.held is not None else gap.start + _EIGHTH
        start += -start % _EIGHTH
        cell = cells[(bar.cast.visit + bar.cast.first_bar + self._answers // 2) % len(cells)]
        self._answers += 1
        rising = self._answers % 2 == 1
        hits: list[Hit] = []
        tick = start
        for number, eighths in enumerate(cell):
            room = gap.end - tick
            if room < _EIGHTH:
                break
            last = number == len(cell) - 1 or room <= eighths * _EIGHTH
            length = min(room, eighths * _EIGHTH)
            harmony = bar.harmony_at(tick)
            length = min(length, harmony.end - tick) if harmony.end - tick >= _EIGHTH else length
            strong = last or number == 0 or tick % TICKS_PER_QUARTER == 0
            pitch = self._next(harmony, strong=strong, rising=rising, held=gap.held)
            hits.append(Hit(tick, max(60, length - 20), pitch, 1.0 if strong else 0.9))
            tick += length
            if last:
                break
        return hits

    def _next(self, harmony: Harmony, *, strong: bool, rising: bool, held: int | None) -> int:
        low, high = _window(self._style)
        scale = scale_at(self._song.key, harmony)
        allowed = harmony.chord.pitch_classes if strong else scale
        if self._last is None:
            self._last = (low + high) // 2
            pitch = fit(self._last, allowed, low, high)
        else:
            pitch = self._step(allowed, low, high, rising=rising)
        pitch = _clear(pitch, held, allowed, low, high)
        self._last = pitch
        return pitch

    def _step(self, allowed: tuple[int, ...], low: int, high: int, *, rising: bool) -> int:
        """The nearest allowed pitch in the line's direction, turning back towards the middle at its edges."""
        here = self._last if self._last is not None else (low + high) // 2
        if here > high - 4:
            rising = False
        elif here < low + 4:
            rising = True
        sign = 1 if rising else -1
        ahead = [
            here + sign * d for d in range(1, 8) if (here + sign * d) % 12 in allowed and low <= here + sign * d <= high
        ]
        return ahead[0] if ahead else fit(here, allowed, low, high)

    def _guide(self, bar: Bar) -> list[Hit]:
        """Held thirds and sevenths under a full chorus, away from the voice."""
        hits: list[Hit] = []
        low, high = _window(self._style)
        for harmony in bar.harmonies:
            classes = harmony.chord.pitch_classes
            allowed = (classes[1], *classes[3:4]) if len(classes) > 3 else (classes[1], classes[0])
            here = self._last if self._last is not None else (low + high) // 2
            sung = [
                note.pitch
                for note in self._song.melody
                if note.onset_ticks < harmony.end and note.onset_ticks + note.duration_ticks > harmony.start
            ]
            inside = [p for p in range(low, high + 1) if p % 12 in allowed]
            pitch = min(inside, key=lambda p: (sum(abs(p - s) < _CLEAR_OF_VOICE for s in sung), abs(p - here), p))
            hits.append(Hit(harmony.start, harmony.end - harmony.start - 20, pitch, 0.86))
            self._last = pitch
        return hits


def _clear(pitch: int, held: int | None, allowed: tuple[int, ...], low: int, high: int) -> int:
    """The pitch, or the nearest allowed one that keeps away from a note that is being sung."""
    if held is None or abs(pitch - held) >= _CLEAR_OF_VOICE:
        return pitch
    free = [p for p in range(low, high + 1) if p % 12 in allowed and abs(p - held) >= _CLEAR_OF_VOICE]
    return min(free, key=lambda p: (abs(p - pitch), p)) if free else pitch
