"""The bass player: roots where chords change, fifths, octaves, and lines that lead to the next chord."""

from __future__ import annotations

import numpy as np

from media.arrange.rows import STEP_TICKS, strokes
from media.arrange.song import Bar, Harmony, Hit, Song, scale_at
from media.arrange.styles.base import Bass

_WEIGHTS = {"R": 1.05, "r": 0.88, "5": 0.92, "o": 0.94, "3": 0.9, "p": 0.88, "a": 0.9}
_CENTRE = 38
_TURNS = (("a", 14), ("5", 8), ("o", 6), ("p", 12), ("r", 10), ("5", 12), ("3", 4), ("5", 4), ("r", 14), ("o", 12))
"""What a varied bar may add to its row: sign and step."""


def play_bass(style: Bass, song: Song, bar: Bar, variant: int, before: list[Hit]) -> list[Hit]:
    """The bass of a bar. The root, or the slash bass, sounds on every chord change."""
    row = _row(style, bar, variant, song)
    low, high = style.player.low, style.player.high
    last = before[-1].pitch if before else _CENTRE
    root = last
    hits: list[Hit] = []
    events = [(bar.start + s.tick, s.length, s.sign) for s in strokes(row, song.beats, calm=song.calm)]
    events = _on_changes(events, bar)
    for number, (tick, length, sign) in enumerate(events):
        harmony = bar.harmony_at(tick)
        if sign in "Rr":
            root = pitch = nearest(harmony.bass, _pull(root if hits or before else last), low, high)
        elif sign in "ap":
            target = _target(bar, tick)
            goal = nearest(target.bass, _pull(last), low, high)
            steps = sum(1 for event in events[number:] if event[2] in "ap")
            pitch = _lead(last, goal, steps, scale_at(song.key, harmony), song.dice(0xBA, bar.index, variant, number))
            pitch = min(high, max(low, pitch))
        else:
            pitch = _tone(sign, root, harmony, low, high)
        hits.append(Hit(tick, length, pitch, _WEIGHTS[sign]))
        last = pitch
    return hits


def _row(style: Bass, bar: Bar, variant: int, song: Song) -> str:
    if bar.next_cast is not None and variant < 8:
        return (
            style.pickups[(bar.cast.visit + variant // 4) % len(style.pickups)]
            if bar.cast.level
            else style.levels[0][1]
        )
    rows = style.levels[bar.cast.level]
    if variant in (0, 3):
        return rows[(bar.cast.visit + (variant == 3)) % len(rows)]
    row = rows[(bar.cast.visit + variant) % len(rows)]
    dice = song.dice(0xBB, bar.cast.first_bar, variant)
    for choice in dice.permutation(len(_TURNS))[: 1 + variant // 5]:
        sign, step = _TURNS[int(choice)]
        if row[step] in "-.r" and not (song.beats == 3 and 8 <= step < 12):
            row = row[:step] + sign + ("-" if step < 15 else "") + row[step + 2 :]
    return row


def _on_changes(events: list[tuple[int, int, str]], bar: Bar) -> list[tuple[int, int, str]]:
    """The events with a root on each chord change of the bar, and nothing held over a change."""
    changes = [harmony.start for harmony in bar.harmonies]
    moved: dict[int, tuple[int, str]] = {tick: (length, sign) for tick, length, sign in events}
    for change in changes:
        length, _ = moved.get(change, (0, ""))
        later = [tick for tick in (*moved, *changes, bar.end) if tick > change]
        moved[change] = (length or min(later) - change, "R")
    cut: list[tuple[int, int, str]] = []
    for tick, (length, sign) in sorted(moved.items()):
        stop = min([t for t in (*moved, bar.end) if t > tick], default=bar.end)
        cut.append((tick, max(STEP_TICKS // 2, min(length, stop - tick)), sign))
    return cut


def _target(bar: Bar, tick: int) -> Harmony:
    """The chord that a leading note at a tick goes to."""
    later = [harmony for harmony in bar.harmonies if harmony.start > tick]
    if later:
        return later[0]
    return bar.following if bar.following is not None else bar.harmonies[-1]


def nearest(pitch_class: int, near: int, low: int, high: int) -> int:
    """The pitch of that class closest to `near` inside the range; the lower of two."""
    pitches = [pitch for pitch in range(low, high + 1) if pitch % 12 == pitch_class]
    return min(pitches, key=lambda pitch: (abs(pitch - near), pitch))


def _pull(pitch: int) -> int:
    """A register that drifts back to the middle of the instrument."""
    return round(0.6 * pitch + 0.4 * _CENTRE)


def _tone(sign: str, root: int, harmony: Harmony, low: int, high: int) -> int:
    classes = harmony.chord.pitch_classes
    if sign == "o":
        return root + 12 if root + 12 <= high else root - 12 if root - 12 >= low else root
    wanted = classes[2] if sign == "5" else classes[1]
    if wanted == root % 12:
        return root
    above = root + (wanted - root) % 12
    below = above - 12
    if sign == "5" and below >= low and (above > high or root > _CENTRE + 2):
        return below
    return above if above <= high else below if below >= low else root


def _lead(last: int, goal: int, steps: int, scale: tuple[int, ...], dice: np.random.Generator) -> int:
    """The next note of a line of `steps` notes that ends a step from its goal."""
    side = 1 if last > goal or (last == goal and dice.random() < 0.4) else -1
    if steps <= 1:
        if dice.random() < 0.35 and side < 0:  # from above it would rub against the chord that still sounds
            return goal + side
        return next((goal + side * d for d in (1, 2) if (goal + side * d) % 12 in scale), goal + side)
    path = [
        pitch for pitch in range(min(last, goal) - 12, max(last, goal) + 13) if pitch % 12 in scale and pitch != goal
    ]
    ahead = sorted((p for p in path if (p - goal) * side > 0), key=lambda p: abs(p - goal))
    return ahead[min(steps, len(ahead)) - 1] if ahead else last
