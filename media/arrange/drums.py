"""The drummer: grooves by level, fills into new sections, crashes on arrivals."""

from __future__ import annotations

from media.arrange.rows import STEP_TICKS, Stroke, strokes
from media.arrange.song import Bar, Hit, Song
from media.arrange.styles.base import Drums

DRUMS: dict[str, int] = {
    "kick": 36,
    "stick": 37,
    "snare": 38,
    "clap": 39,
    "floor-tom": 43,
    "hat": 42,
    "pedal": 44,
    "low-tom": 45,
    "open": 46,
    "mid-tom": 47,
    "crash": 49,
    "high-tom": 50,
    "ride": 51,
    "tamb": 54,
    "shaker": 70,
}
"""General MIDI key of each drum."""

_WEIGHTS = {"X": 1.12, "x": 0.98, "o": 0.78, "g": 0.52}


def play_drums(style: Drums, song: Song, bar: Bar, variant: int) -> list[Hit]:
    """The drums of a bar: its groove or, into a new section, a fill that takes its last beats."""
    grooves = style.levels[bar.cast.level]
    groove = grooves[(bar.cast.visit + (1 if variant % 4 == 3 else variant // 8)) % len(grooves)]
    hits = [hit for name, row in groove.items() for hit in _row(name, row, song, bar)]
    hits += _ornaments(style, song, bar, variant, hits)
    beats = fill_beats(bar, song)
    if beats:
        hits = _with_fill(style, song, bar, hits, beats, variant)
    if bar.place == 0 and arrival(bar, song):
        keys = {hit.pitch for hit in hits if hit.tick == bar.start}
        hits += [
            Hit(bar.start, 4 * STEP_TICKS, DRUMS[name], weight)
            for name, weight in ((style.crash, 1.1), ("kick", 1.12))
            if DRUMS[name] not in keys
        ]
    return hits


def arrival(bar: Bar, song: Song) -> bool:
    """Whether the bar opens a chorus or a clearly louder section."""
    if bar.cast.role == "chorus":
        return True
    return bar.index > 0 and bar.cast.intensity > song.bars[bar.index - 1].cast.intensity + 0.15


def fill_beats(bar: Bar, song: Song) -> int:
    """How many beats at the end of the bar are a fill: 0 inside a section, more the bigger the step up."""
    if bar.next_cast is None:
        return 0
    step = bar.next_cast.intensity - bar.cast.intensity
    wanted = 1 if step <= 0.05 else 2 if step < 0.3 else 3
    return min(wanted, song.beats - 1)


def pickup_fill(style: Drums, song: Song, bar: Bar) -> list[Hit]:
    """A fill alone, in the bar before the drums come in."""
    beats = min(2, max(1, fill_beats(bar, song)))
    return [hit for hit in _with_fill(style, song, bar, [], beats, bar.index) if hit.tick >= bar.start]


def _row(name: str, row: str, song: Song, bar: Bar) -> list[Hit]:
    return [_hit(name, stroke, bar) for stroke in strokes(row, song.beats, calm=song.calm)]


def _hit(name: str, stroke: Stroke, bar: Bar) -> Hit:
    length = 8 * STEP_TICKS if name in ("crash", "ride", "open") else STEP_TICKS
    return Hit(bar.start + stroke.tick, length, DRUMS[name], _WEIGHTS[stroke.sign])


def _ornaments(style: Drums, song: Song, bar: Bar, variant: int, hits: list[Hit]) -> list[Hit]:
    """Small strokes that set a bar apart; the same variant of a section always has the same ones."""
    if variant in (0, 3):
        return []
    dice = song.dice(0xD2, bar.cast.first_bar, variant)
    count = 1 + int(dice.integers(0, 2)) + (variant > 5)
    taken = {(hit.tick, hit.pitch) for hit in hits}
    added: list[Hit] = []
    for choice in dice.permutation(len(style.ornaments)):
        name, step, sign = style.ornaments[int(choice)]
        if song.beats == 3 and 8 <= step < 12 or song.calm and step % 2:
            continue
        step = step - 4 if song.beats == 3 and step >= 12 else step
        hit = _hit(name, Stroke(step * STEP_TICKS, STEP_TICKS, sign), bar)
        if (hit.tick, hit.pitch) not in taken:
            added.append(hit)
        if len(added) >= count:
            break
    return added


def _with_fill(style: Drums, song: Song, bar: Bar, hits: list[Hit], beats: int, variant: int) -> list[Hit]:
    start = bar.end - beats * 4 * STEP_TICKS
    fill = style.fills[(bar.cast.visit + bar.index + variant) % len(style.fills)]
    played = [
        hit for name, row in fill.items() for hit in _row(name, row.ljust(16, "."), song, bar) if hit.tick >= start
    ]
    kept = [hit for hit in hits if hit.tick < start or hit.pitch in (DRUMS["shaker"], DRUMS["pedal"])]
    return kept + played
