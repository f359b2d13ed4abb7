"""A keyboard part that was written for the song, played in the place of a pattern."""

from __future__ import annotations

from media.arrange.rows import STEP_TICKS
from media.arrange.song import Bar, Hit, Song
from media.arrange.styles.base import Player
from schemas.composing import Accompaniment
from schemas.plan import TICKS_PER_QUARTER

KEYBOARDS = frozenset({0, 4, 16, 21})
"""General MIDI programs that two hands play at a keyboard: piano, electric piano, organ, accordion."""
HAND_SPAN = 15
"""Widest reach of a hand, in semitones: a minor tenth."""
FINGERS = 5
_PLAIN_VELOCITY = 76
"""The velocity of a written note that is neither accented nor soft."""
_LEFT_BELOW = 60
_LOWEST_OCTAVE = 28

WrittenBars = dict[int, list[Hit]]
"""The notes that begin in each bar."""


def written_bars(accompaniment: Accompaniment, song: Song, player: Player) -> WrittenBars:
    """The part by bars, moved by octaves into the player's range; what lies after the song's end is left out."""
    found: WrittenBars = {}
    for note in accompaniment.notes:
        if note.onset_ticks >= song.end:
            continue
        pitch = note.pitch
        while pitch < player.low:
            pitch += 12
        while pitch > player.high:
            pitch -= 12
        length = min(note.duration_ticks, song.end - note.onset_ticks)
        hit = Hit(note.onset_ticks, length, pitch, note.velocity / _PLAIN_VELOCITY)
        found.setdefault(note.onset_ticks // song.bar_ticks, []).append(hit)
    return found


def play_written(written: WrittenBars, player: Player, bar: Bar) -> list[Hit]:
    """A bar of the part, thinned or filled by the section's level.

    In the quietest sections what falls between the eighths is left out; in the fullest the left hand doubles its bass
    an octave lower where it can reach it.
    """
    hits = written.get(bar.index, [])
    changes = {harmony.start for harmony in bar.harmonies}
    if bar.cast.level == 0:
        return [hit for hit in hits if (hit.tick - bar.start) % (2 * STEP_TICKS) == 0 or hit.tick in changes]
    if bar.cast.level < 3:
        return list(hits)
    return hits + [low for hit in hits if (low := _octave_below(hit, hits, player, bar, changes)) is not None]


def under_a_tune(hits: list[Hit], tune: list[Hit]) -> list[Hit]:
    """What is left of the part while the right hand plays a tune: the left hand, out of the tune's way."""
    if not tune:
        return hits
    lowest = min(hit.pitch for hit in tune)
    bottom: dict[int, int] = {}
    for hit in hits:
        bottom[hit.tick] = min(hit.pitch, bottom.get(hit.tick, hit.pitch))
    top = min(_LEFT_BELOW, lowest - 2)
    return [hit for hit in hits if hit.pitch < top and hit.pitch - bottom[hit.tick] <= HAND_SPAN]


def _octave_below(hit: Hit, hits: list[Hit], player: Player, bar: Bar, changes: set[int]) -> Hit | None:
    """The bass of a chord change or of a strong beat an octave lower, where one hand can reach both."""
    strong = (hit.tick - bar.start) % (2 * TICKS_PER_QUARTER) == 0 or hit.tick in changes
    together = [other.pitch for other in hits if other.tick == hit.tick]
    low = hit.pitch - 12
    if not strong or hit.pitch != min(together) or hit.pitch >= 52 or low < max(player.low, _LOWEST_OCTAVE):
        return None
    return hit._replace(pitch=low, weight=0.92 * hit.weight) if playable((low, *sorted(together))) else None


def playable(pitches: tuple[int, ...]) -> bool:
    """Whether two hands can strike these pitches, given from below, at once."""
    return any(_in_reach(pitches[:cut]) and _in_reach(pitches[cut:]) for cut in range(len(pitches) + 1))


def _in_reach(pitches: tuple[int, ...]) -> bool:
    return not pitches or (len(pitches) <= FINGERS and pitches[-1] - pitches[0] <= HAND_SPAN)
