"""How loud: a curve over the song from section intensity and phrases, and the metre's accents."""

from __future__ import annotations

import numpy as np

from media.arrange.song import Hit, Song
from media.arrange.styles.base import Player
from schemas.music import ScoreNote
from schemas.plan import TICKS_PER_QUARTER

_PHRASE_BARS = 4


def intensity_curve(song: Song) -> tuple[float, ...]:
    """Intensity at each beat of the song, 0-1.

    A section's own, an arc of +-0.035 over four bars, a swell into a louder section, and a fading outro.
    """
    curve: list[float] = []
    for bar in song.bars:
        cast = bar.cast
        for beat in range(song.beats):
            place = bar.place + beat / song.beats
            arc = 0.07 * (1 - ((place % _PHRASE_BARS) / _PHRASE_BARS * 2 - 1.2) ** 2 / 1.44) - 0.035
            value = cast.intensity + arc
            left = cast.span.bars - place
            following = (
                song.bars[cast.first_bar + cast.span.bars].cast
                if bar.index - bar.place + cast.span.bars < len(song.bars)
                else None
            )
            swell = min(2.0, cast.span.bars / 2)
            if following is not None and following.intensity > cast.intensity + 0.1 and left <= swell:
                value += 0.5 * (following.intensity - cast.intensity) * (1 - left / swell) * 0.6
            if cast.role == "outro" and following is None:
                value -= 0.12 * place / cast.span.bars
            curve.append(min(1.0, max(0.0, value)))
    return tuple(curve)


def performed(
    hits: list[Hit], player: Player, song: Song, curve: tuple[float, ...], swing: dict[int, int], mark: int
) -> tuple[ScoreNote, ...]:
    """The notes as they are played: swung, humanised, with velocities; the same pitch never overlaps itself.

    Args:
        hits: straight notes on the grid, in any order.
        player: whose range, velocities and looseness apply.
        song: gives metre and seed.
        curve: `intensity_curve` of the song.
        swing: straight tick -> swung tick, for every tick that occurs.
        mark: sets the player's own dice apart from the others'.
    """
    dice = song.dice(0xD1CE, mark)
    ordered = sorted(set(hits))
    drift = dice.normal(0.0, 0.45, len(ordered))
    touch = dice.normal(0.0, 0.035, len(ordered))
    notes: list[ScoreNote] = []
    chord_tick, chord_late = -1, 0
    for number, hit in enumerate(ordered):
        if hit.tick != chord_tick:
            chord_tick = hit.tick
            chord_late = round(float(np.clip(drift[number], -1, 1)) * player.loose_ticks)
        beat = min(hit.tick // TICKS_PER_QUARTER, len(curve) - 1)
        loud = player.quiet + (player.loud - player.quiet) * curve[beat]
        loud *= hit.weight * _metre(hit.tick, song) * (1 + float(touch[number]))
        start = max(0, swing[hit.tick] + chord_late + hit.late)
        end = max(start + 30, swing[hit.tick + hit.length] + min(0, chord_late))
        notes.append(ScoreNote(start, end - start, hit.pitch, int(np.clip(round(loud), 1, 127))))
    return without_overlaps(notes)


def _metre(tick: int, song: Song) -> float:
    inside = tick % song.bar_ticks
    if inside == 0:
        return 1.06
    if inside % TICKS_PER_QUARTER == 0:
        return 1.02 if song.beats == 4 and inside == 2 * TICKS_PER_QUARTER else 1.0
    return 0.93 if inside % (TICKS_PER_QUARTER // 2) == 0 else 0.86


def without_overlaps(notes: list[ScoreNote]) -> tuple[ScoreNote, ...]:
    """The notes in order of onset, each ended before its pitch sounds again; of two that start together the longer."""
    last: dict[int, int] = {}
    kept: list[ScoreNote] = []
    for note in sorted(notes, key=lambda n: (n.onset_ticks, n.pitch, -n.duration_ticks, -n.velocity)):
        before = last.get(note.pitch)
        if before is not None:
            earlier = kept[before]
            room = note.onset_ticks - earlier.onset_ticks
            if room < 30:
                continue
            if room < earlier.duration_ticks:
                kept[before] = earlier._replace(duration_ticks=room)
        last[note.pitch] = len(kept)
        kept.append(note)
    return tuple(kept)
