"""Sustaining sections: the choir of voices, with a top voice that moves a little by itself."""

from __future__ import annotations

from media.arrange.rows import strokes
from media.arrange.song import Bar, Hit, Song, scale_at
from media.arrange.styles.base import Pad
from media.arrange.voicing import Voicing

_TURNS = {4: (8, 12, 6, 10, 4), 3: (4, 12, 6, 14)}
"""Steps at which a varied bar moves its top voice, by beats of the bar."""


def play_pad(style: Pad, song: Song, bar: Bar, variant: int, voicings: tuple[Voicing, ...]) -> list[Hit]:
    """The pad of a bar: held notes struck anew on each chord change, the top voice with its neighbour notes."""
    body, top = _rows(style, song, bar, variant)
    hits: list[Hit] = []
    for row, is_top in ((body, False), (top, True)):
        events = {bar.start + s.tick: (s.length, s.sign) for s in strokes(row, song.beats, calm=song.calm)}
        for harmony in bar.harmonies[1:]:
            events.setdefault(harmony.start, (bar.end - harmony.start, "t" if is_top else "c"))
        ticks = sorted(events)
        for tick, stop in zip(ticks, [*ticks[1:], bar.end], strict=True):
            length, sign = events[tick]
            harmony = bar.harmony_at(tick)
            held = min(length if stop == bar.end else stop - tick, harmony.end - tick)
            voicing = voicings[harmony.place]
            if not is_top:
                hits += [Hit(tick, held, pitch) for pitch in voicing[:-1]]
            elif sign == "n":
                hits.append(Hit(tick, held, _neighbour(song, bar, tick, voicing[-1], style.player.high), 0.95))
            else:
                hits.append(Hit(tick, held, voicing[-1]))
    return hits


def _rows(style: Pad, song: Song, bar: Bar, variant: int) -> tuple[str, str]:
    rows = style.levels[bar.cast.level]
    body, top = rows[(bar.cast.visit + {0: 0, 3: 1}.get(variant, variant)) % len(rows)]
    if variant in (0, 3):
        return body, top
    dice = song.dice(0xAD, bar.cast.first_bar, variant)
    for _ in range(1 + variant // 5):
        steps = _TURNS[song.beats]
        step = steps[int(dice.integers(0, len(steps)))]
        sign = "n" if dice.random() < 0.6 else "t"
        top = top[:step] + (sign if top[step] == "-" else "-") + top[step + 1 :]
    if variant > 7:
        step = _TURNS[song.beats][variant % 3]
        body = body[:step] + "c" + body[step + 1 :]
    return body, top


def _neighbour(song: Song, bar: Bar, tick: int, pitch: int, high: int) -> int:
    """The scale step above, or below where that leaves the range or would clash with the voice or the chord.

    A held note a semitone above a tone of the chord is one to avoid.
    """
    harmony = bar.harmony_at(tick)
    avoided = {(tone + 1) % 12 for tone in harmony.chord.pitch_classes} - set(harmony.chord.pitch_classes)
    scale = [tone for tone in scale_at(song.key, harmony) if tone not in avoided]
    sung = next((n.pitch for n in song.melody if n.onset_ticks <= tick < n.onset_ticks + n.duration_ticks), None)
    for distance in (1, 2, -1, -2, 3, -3):
        other = pitch + distance
        if other % 12 in scale and other <= high and (sung is None or abs(sung - other) not in (1, 13)):
            return other
    return pitch
