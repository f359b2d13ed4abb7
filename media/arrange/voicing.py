"""Voice leading: one voicing for each chord of the song, so that every voice moves as little as it can.

The cheapest path through all voicings of all chords (Viterbi), with a price on motion, on parallel fifths and octaves
between any two voices (the highest on those between the outer ones and with the player's own bass), on semitones and
minor ninths against the sung melody, on leaving the register and on doubled thirds. Thirds below C3 and clusters do
not occur at all.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from media.arrange.bass import nearest
from media.arrange.song import Harmony, Song
from schemas.plan import TICKS_PER_QUARTER

Voicing = tuple[int, ...]
"""MIDI pitches from the lowest voice to the highest."""

_MUD_BELOW = 48  # C3: below it no interval smaller than a fourth
_FREE_STEP = 4  # semitones a voice may move before it costs more
_OUTER_PARALLEL, _INNER_PARALLEL = 9.0, 4.0
_HOLLOW = 2.8  # price of a third left out because it is sung against
_LONG_CLASH = 1.5  # quarters of a clash from which a chord may do without the tone


@dataclass(frozen=True)
class Register:
    """How many voices, between which pitches, and around which middle."""

    voices: int
    low: int
    high: int
    colour: bool  # may add the diatonic seventh to triads
    widest_gap: int = 9
    span: int = 36  # from the lowest to the highest voice, semitones
    bass: tuple[int, int] | None = None  # range of a left hand's lowest notes, where the player has one


@dataclass(frozen=True)
class _Tones:
    """The pitch classes of a voicing: what must be there, what may be, and what should not be doubled."""

    needed: frozenset[int]
    welcome: frozenset[int]
    third: int
    spared: int | None = None  # a tone that may be left out here, for the voice sings against it


def lead_voices(song: Song, register: Register) -> tuple[Voicing, ...]:
    """A voicing for each chord of the song, by `Harmony.place`."""
    choices: list[NDArray[np.int64]] = []
    totals: NDArray[np.float64] = np.zeros(0)
    backs: list[NDArray[np.int64]] = []
    for harmony in song.harmonies:
        tones = _spared(_tones(song, harmony, colour=register.colour), song, harmony)
        table = np.array(_voicings(tones, harmony, register), dtype=np.int64)
        cost = _own_cost(table, tones, register, _middle(song, harmony, register)) + _clash(table, song, harmony)
        if choices:
            step = totals[:, None] + _motion(choices[-1], table, _basses(register, song.harmonies, harmony.place))
            backs.append(step.argmin(axis=0))
            totals = step.min(axis=0) + cost
        else:
            totals = cost
        choices.append(table)
    place = int(totals.argmin())
    path = [place]
    for back in reversed(backs):
        path.append(int(back[path[-1]]))
    return tuple(tuple(int(p) for p in table[place]) for table, place in zip(choices, reversed(path), strict=True))


def _voicings(tones: _Tones, harmony: Harmony, register: Register) -> tuple[Voicing, ...]:
    """Every voicing of a chord; where it has more tones than voices, the root goes first: the bass has it."""
    needed = set(tones.needed)
    for tone in (*harmony.chord.pitch_classes[:1], *harmony.chord.pitch_classes[:1:-1], tones.third):
        found = _candidates(frozenset(needed), tones.welcome, register)
        if found:
            return found
        needed.discard(tone)
    return _candidates(frozenset(), tones.welcome, register)


def _middle(song: Song, harmony: Harmony, register: Register) -> float:
    """The pitch a voicing centres on: a little higher where the song is more intense."""
    bar = song.bars[min(harmony.start // song.bar_ticks, len(song.bars) - 1)]
    return (register.low + register.high) / 2 + 5.0 * (bar.cast.intensity - 0.55)


def _tones(song: Song, harmony: Harmony, *, colour: bool) -> _Tones:
    chord = harmony.chord
    classes = chord.pitch_classes
    plain_fifth = chord.quality not in ("dim", "aug", "m7b5")
    needed = set(classes)
    welcome = set(classes)
    if len(classes) > 3 and plain_fifth:
        needed -= {classes[2], classes[0]}
    if colour and chord.quality in ("maj", "min"):
        welcome |= {p for p in ((chord.root + 10) % 12, (chord.root + 11) % 12) if p in song.key.scale}
        needed -= {classes[0], classes[2]}
    return _Tones(frozenset(needed), frozenset(welcome), classes[1])


@lru_cache(maxsize=512)
def _candidates(needed: frozenset[int], welcome: frozenset[int], register: Register) -> tuple[Voicing, ...]:
    pitches = [pitch for pitch in range(register.low, register.high + 1) if pitch % 12 in welcome]
    found: list[Voicing] = []

    def extend(chosen: Voicing) -> None:
        if len(chosen) == register.voices:
            if needed <= {pitch % 12 for pitch in chosen}:
                found.append(chosen)
            return
        for pitch in pitches:
            if not chosen:
                extend((pitch,))
            elif (
                pitch - chosen[0] <= register.span
                and 2 <= pitch - chosen[-1] <= register.widest_gap
                and (chosen[-1] >= _MUD_BELOW or pitch - chosen[-1] >= 5)
            ):
                extend((*chosen, pitch))

    extend(())
    return tuple(found)


def _own_cost(table: NDArray[np.int64], tones: _Tones, register: Register, middle: float) -> NDArray[np.float64]:
    away = np.abs(table.mean(axis=1) - middle)
    cost = 0.5 * away + 0.8 * np.maximum(0, away - 4)
    classes = table % 12
    cost += 2.5 * np.maximum(0, (classes == tones.third).sum(axis=1) - 1)
    cost += sum(
        (_HOLLOW if tone == tones.spared else 1.2) * (classes != tone).all(axis=1) for tone in sorted(tones.welcome)
    )
    cost += 0.6 * ((np.diff(table, axis=1) == 2).sum(axis=1))
    cost += 0.4 * np.maximum(0, (table[:, -1] - table[:, 0]) - 3.5 * register.voices)
    return np.asarray(cost, dtype=np.float64)


def _clash(table: NDArray[np.int64], song: Song, harmony: Harmony) -> NDArray[np.float64]:
    """Price of semitones and minor ninths against what is sung over the chord, by beats of it."""
    cost = np.zeros(len(table))
    for note in song.melody:
        shared = min(note.onset_ticks + note.duration_ticks, harmony.end) - max(note.onset_ticks, harmony.start)
        if shared > 0:
            distance = np.abs(table - note.pitch)
            cost += 3.0 * shared / TICKS_PER_QUARTER * ((distance == 1) | (distance == 13)).sum(axis=1)
    return cost


def _spared(tones: _Tones, song: Song, harmony: Harmony) -> _Tones:
    """The tones without need of one against which a semitone is sung for long, where enough of the chord is left."""
    against: dict[int, int] = {}
    for note in song.melody:
        shared = min(note.onset_ticks + note.duration_ticks, harmony.end) - max(note.onset_ticks, harmony.start)
        for tone in tones.needed:
            if shared > 0 and (note.pitch - tone) % 12 in (1, 11):
                against[tone] = against.get(tone, 0) + shared
    worst = max(against, key=lambda tone: (against[tone], -tone), default=None)
    if worst is None or against[worst] < _LONG_CLASH * TICKS_PER_QUARTER or len(tones.welcome) < 3:
        return tones
    return replace(tones, needed=tones.needed - {worst}, spared=worst)


def _basses(register: Register, harmonies: tuple[Harmony, ...], place: int) -> tuple[int, int] | None:
    """The left hand's lowest notes under the chord before and under this one."""
    if register.bass is None:
        return None
    low, high = register.bass
    before, after = (nearest(harmony.bass, low + 6, low, high) for harmony in harmonies[place - 1 : place + 1])
    return before, after


def _motion(
    before: NDArray[np.int64], after: NDArray[np.int64], basses: tuple[int, int] | None = None
) -> NDArray[np.float64]:
    """Price of each change, Shapes: (a, voices), (b, voices) -> (a, b)."""
    moved = after[None, :, :] - before[:, None, :]
    size = np.abs(moved)
    cost = size.sum(axis=2) + 3.0 * np.maximum(0, size - _FREE_STEP).sum(axis=2)
    voices = before.shape[1]
    for low, high in combinations(range(voices), 2):
        outer = (low, high) == (0, voices - 1)
        same = _same_perfect((before[:, high] - before[:, low])[:, None], (after[:, high] - after[:, low])[None, :])
        both = moved[:, :, low] * moved[:, :, high] > 0
        cost = cost + (_OUTER_PARALLEL if outer else _INNER_PARALLEL) * (same & both)
    if basses is not None and basses[0] != basses[1]:
        step = basses[1] - basses[0]
        for voice in range(voices):
            same = _same_perfect((before[:, voice] - basses[0])[:, None], (after[:, voice] - basses[1])[None, :])
            price = _OUTER_PARALLEL if voice == voices - 1 else _INNER_PARALLEL
            cost = cost + price * (same & (moved[:, :, voice] * step > 0))
    return np.asarray(cost, dtype=np.float64)


def _same_perfect(before: NDArray[np.int64], after: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether two intervals are the same perfect one: both octaves (or unisons) or both fifths."""
    same = (before % 12 == after % 12) & np.isin(after % 12, (0, 7))
    return np.asarray(same, dtype=np.bool_)
