"""The counter-line: answers in the voice's rests, a slow line under a full chorus, the hook where nobody sings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from media.arrange.hook import Motif, state_motif
from media.arrange.song import Bar, Hit, Song, scale_at
from media.arrange.styles.base import Counter
from schemas.plan import TICKS_PER_QUARTER

_EIGHTH = TICKS_PER_QUARTER // 2
_SHORTEST_GAP = TICKS_PER_QUARTER
_BREATH_TICKS = 24
_SLOW = (((0, 4),), ((0, 2), (2, 2)), ((0, 3), (3, 1)), ((1, 3),), ((0, 2), (2, 1), (3, 1)))
"""Rhythms of the slow line in a bar, in quarters: (start, length)."""


class Gap(NamedTuple):
    """A stretch in which the voice rests, or holds a note for more than a beat, in ticks."""

    start: int
    end: int


class Slot(NamedTuple):
    """A note of the line before it has a pitch."""

    tick: int
    length: int
    strong: bool  # a chord tone; others may be passing tones of the scale
    answer: bool  # of an answering phrase, not of the slow line


def play_counter(style: Counter, song: Song, motif: Motif | None) -> list[Hit]:
    """The whole counter-line of a song, in time."""
    name = style.player.name
    hits: list[Hit] = []
    stretch: list[Bar] = []
    for bar in song.bars:
        entry = bar.cast.entries.get(name)
        playing = entry is not None and bar.place >= entry
        if playing and (bar.cast.sung or motif is None or not style.hook):
            stretch.append(bar)
            continue
        hits += _line(style, song, stretch)
        stretch = []
        if playing and motif is not None:
            hits += _stated(style, song, bar, motif)
    return hits + _line(style, song, stretch)


def gaps(song: Song, start: int, end: int) -> tuple[Gap, ...]:
    """Where the voice leaves room between two ticks: rests of a beat or more, and the later part of long notes."""
    found: list[Gap] = []
    cursor = start
    for note in song.melody:
        stop = note.onset_ticks + note.duration_ticks
        if stop <= start or note.onset_ticks >= end:
            continue
        if note.onset_ticks - cursor >= _SHORTEST_GAP:
            found.append(Gap(cursor, note.onset_ticks))
        held = max(start, note.onset_ticks + TICKS_PER_QUARTER)
        cursor = held if stop - held >= TICKS_PER_QUARTER else max(cursor, stop)
    if end - cursor >= _SHORTEST_GAP:
        found.append(Gap(cursor, end))
    return tuple(found)


def _stated(style: Counter, song: Song, bar: Bar, motif: Motif) -> list[Hit]:
    leaving = bar.cast.role == "outro"
    low, high = _window(style)
    hits = state_motif(motif, song, bar, low=low, high=high, fragment=leaving and bar.place % 2 == 1)
    return [hit for hit in hits if not bar.ends_section or hit.tick < bar.end - TICKS_PER_QUARTER]


def _window(style: Counter) -> tuple[int, int]:
    return style.player.low + 2, style.player.high - 2


def _line(style: Counter, song: Song, bars: list[Bar]) -> list[Hit]:
    """The line through consecutive bars: where it sounds first, then the pitches as one melody."""
    if not bars:
        return []
    answers = _answers(style, song, bars)
    slots = sorted([*answers, *_slow(song, bars, answers)])
    if not slots:
        return []
    pitches = _pitches(style, song, bars, slots)
    return [
        Hit(slot.tick, slot.length, pitch, (1.0 if slot.strong else 0.92) if slot.answer else 0.84)
        for slot, pitch in zip(slots, pitches, strict=True)
    ]


def _answers(style: Counter, song: Song, bars: list[Bar]) -> list[Slot]:
    """One rhythmic cell in each gap; two cells take turns in a section, so that answers belong together."""
    slots: list[Slot] = []
    for number, gap in enumerate(gaps(song, bars[0].start, bars[-1].end)):
        bar = song.bars[gap.start // song.bar_ticks]
        first = bar.cast.first_bar + bar.cast.visit
        cell = style.cells[(first + number % 2 + (number % 4 == 3)) % len(style.cells)]
        tick = gap.start + -gap.start % _EIGHTH
        if gap.end - tick >= 3 * _EIGHTH and tick > bars[0].start:
            tick += _EIGHTH
        for eighths in cell:
            room = gap.end - tick
            if room < _EIGHTH:
                break
            length = min(eighths * _EIGHTH, room)
            change = song.bars[tick // song.bar_ticks].harmony_at(tick).end
            last = room - length < _EIGHTH or eighths == cell[-1] and eighths > 2
            held = length if change - tick < _EIGHTH else min(length, change - tick)
            strong = last or tick % TICKS_PER_QUARTER == 0 or length > _EIGHTH
            slots.append(Slot(tick, max(60, held - _BREATH_TICKS), strong, answer=True))
            tick += length
    return slots


def _slow(song: Song, bars: list[Bar], answers: list[Slot]) -> list[Slot]:
    """Long notes in full sections, where no answer sounds."""
    slots: list[Slot] = []
    for bar in bars:
        if bar.cast.level < 3 and not (bar.cast.level == 2 and bar.place % 2 == 0):
            continue
        dice = song.dice(0xC7, bar.cast.first_bar if bar.place < 4 else bar.cast.first_bar + 1, bar.place % 4)
        for beat, beats in _SLOW[int(dice.integers(0, len(_SLOW)))]:
            start = bar.start + beat * TICKS_PER_QUARTER
            end = min(start + beats * TICKS_PER_QUARTER, bar.end)
            for harmony in bar.harmonies:
                tick, stop = max(start, harmony.start), min(end, harmony.end)
                stop = min([stop, *(answer.tick for answer in answers if answer.tick + answer.length > tick)])
                if stop - tick >= TICKS_PER_QUARTER:
                    slots.append(Slot(tick, stop - tick - _BREATH_TICKS, strong=True, answer=False))
    return slots


def _pitches(style: Counter, song: Song, bars: list[Bar], slots: list[Slot]) -> list[int]:
    """The cheapest melody through the slots: steps, few repeats, clear of the voice, rising and falling by phrases."""
    low, high = _window(style)
    tables: list[NDArray[np.int64]] = []
    backs: list[NDArray[np.int64]] = []
    totals: NDArray[np.float64] = np.zeros(0)
    for number, slot in enumerate(slots):
        harmony = song.bars[slot.tick // song.bar_ticks].harmony_at(slot.tick)
        allowed = harmony.chord.pitch_classes if slot.strong else scale_at(song.key, harmony)
        table = np.array([p for p in range(low, high + 1) if p % 12 in allowed], dtype=np.int64)
        phrase = (slot.tick - bars[0].start) / (4 * song.bar_ticks)
        aim = (low + high) / 2 + 1 + (high - low) * 0.24 * np.sin(2 * np.pi * phrase - 0.9)
        cost = 0.35 * np.abs(table - aim) + _near_voice(table, song, slot)
        if tables:
            close = slot.tick - slots[number - 1].tick <= 4 * TICKS_PER_QUARTER
            step = totals[:, None] + _leap_cost(tables[-1], table) * (1.0 if close else 0.3)
            backs.append(step.argmin(axis=0))
            totals = step.min(axis=0) + cost
        else:
            totals = cost
        tables.append(table)
    places = [int(totals.argmin())]
    for back in reversed(backs):
        places.append(int(back[places[-1]]))
    return [int(table[place]) for table, place in zip(tables, reversed(places), strict=True)]


def _leap_cost(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.float64]:
    size = np.abs(after[None, :] - before[:, None])
    cost = np.where(size == 0, 3.0, 0.55 * size)
    cost += 1.5 * np.maximum(0, size - 5) + 4.0 * (size == 6) + 4.0 * (size == 11)
    return np.asarray(cost, dtype=np.float64)


def _near_voice(table: NDArray[np.int64], song: Song, slot: Slot) -> NDArray[np.float64]:
    """Price of pitches close to what is sung at the same time, or a ninth from it, by share of the slot."""
    cost = np.zeros(len(table))
    for note in song.melody:
        shared = min(note.onset_ticks + note.duration_ticks, slot.tick + slot.length) - max(note.onset_ticks, slot.tick)
        if shared > 0:
            away = np.abs(table - note.pitch)
            price = 9.0 * (away <= 2) + 2.5 * ((away > 2) & (away < 5)) + 5.0 * ((away == 13) | (away == 11))
            cost += price * min(1.0, 0.4 + shared / slot.length)
    return cost
