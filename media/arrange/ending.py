"""How a song ends: the movement broadens, then a last chord is held and rings on."""

from __future__ import annotations

from media.arrange.bass import nearest
from media.arrange.drums import DRUMS
from media.arrange.song import Bar, Hit, Song
from media.arrange.styles.base import Comp, Drums, Style
from media.arrange.voicing import Voicing
from schemas.plan import TICKS_PER_QUARTER

_RING_S = 2.4
_ROLL_TICKS = 40


def ring_ticks(song: Song) -> int:
    """How long the last chord rings on after the last bar: a bar, at most 2.4 s."""
    return min(song.bar_ticks, round(_RING_S * song.tempo_bpm / 60 * TICKS_PER_QUARTER))


def broaden(hits: list[Hit], song: Song, bar: Bar) -> list[Hit]:
    """The bar before the last, slowed down by thinning: beats only, then every second beat, each held to the next."""
    changes = {harmony.start for harmony in bar.harmonies}
    half = bar.start + (song.beats // 2) * TICKS_PER_QUARTER
    kept = [
        hit
        for hit in hits
        if hit.tick in changes
        or (hit.tick - bar.start) % TICKS_PER_QUARTER == 0
        and (hit.tick <= half or hit.tick == bar.end - TICKS_PER_QUARTER and song.beats == 4 and hit.tick - half > 480)
    ]
    kept = kept or [hit for hit in hits if hit.tick == min(h.tick for h in hits)]
    ticks = sorted({hit.tick for hit in kept})
    until = dict(zip(ticks, [*ticks[1:], bar.end], strict=True))
    held: list[Hit] = []
    for hit in kept:
        change = bar.harmony_at(hit.tick).end
        held.append(hit._replace(length=max(hit.length, min(until[hit.tick], change) - hit.tick)))
    return held


def last_chord_of(voicings: tuple[Voicing, ...], style: Style, comp: Comp | None, song: Song, bar: Bar) -> list[Hit]:
    """The last bar of a chord player or the pad: each chord once, the last one rolled where the style asks, ringing."""
    hits: list[Hit] = []
    for harmony in bar.harmonies:
        last = harmony is bar.harmonies[-1]
        length = harmony.end - harmony.start + (ring_ticks(song) if last else 0)
        pitches = voicings[harmony.place]
        if comp is not None and any(hands.left for level in comp.levels for hands in level):
            pitches = (nearest(harmony.bass, comp.left_low + 6, comp.left_low, comp.left_low + 11), *pitches)
        roll = _ROLL_TICKS if style.rolled_end and last and comp is not None else 0
        hits += [Hit(harmony.start, length, pitch, 1.0, n * roll) for n, pitch in enumerate(pitches)]
    return hits


def last_bass(song: Song, bar: Bar, low: int, high: int, near: int) -> list[Hit]:
    """The last bar of the bass: a long root for each chord."""
    hits: list[Hit] = []
    for harmony in bar.harmonies:
        ring = ring_ticks(song) if harmony is bar.harmonies[-1] else 0
        near = nearest(harmony.bass, min(near, 40), low, high)
        hits.append(Hit(harmony.start, harmony.end - harmony.start + ring, near))
    return hits


def last_hit(style: Drums, song: Song, bar: Bar) -> list[Hit]:
    """The last bar of the drums: a cymbal and the kick on the last chord, then nothing."""
    tick = bar.harmonies[-1].start if len(bar.harmonies) > 1 else bar.start
    length = min(bar.end - tick + ring_ticks(song), 4 * TICKS_PER_QUARTER)
    return [Hit(tick, length, DRUMS[style.crash], 1.05), Hit(tick, 240, DRUMS["kick"], 1.05)]
