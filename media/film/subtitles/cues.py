"""When a sung line can be read: a little before it is heard and a little after, one line at a time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from media.sound.lrc import TimedLine
from schemas.errors import MediaError

BEFORE_S = 0.8
"""How long before its first syllable a line appears, where there is room."""
AFTER_S = 0.6
"""How long after its last syllable a line stays, where there is room."""
MOST_LINES = 2000
LONGEST_LINE = 1000
_SHORTEST_S = 0.02

UNSEEN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]+"
)
"""Line breaks, control characters, lone surrogates, and unseen marks that join, part or turn what follows them."""


@dataclass(frozen=True)
class Cue:
    """A line and the stretch of the film in which it can be read, seconds."""

    start_s: float
    end_s: float
    line: TimedLine

    @property
    def text(self) -> str:
        """What can be read, on one line."""
        return visible(self.line.text)


def visible(text: str) -> str:
    """Text on one line: without line breaks, control characters and the unseen marks that turn or join text.

    Words of other directions keep their own; only marks that could turn what follows them are left out.
    """
    return " ".join(UNSEEN.sub(" ", text).split())[:LONGEST_LINE]


def cues_of(lines: Sequence[TimedLine], *, duration_s: float, from_s: float = 0.0) -> tuple[Cue, ...]:
    """When each line with words can be read in a film, in order, no two at once.

    Between two lines that are close, the first gives way in proportion to what both would have liked.

    Args:
        lines: the song's lines, in any order.
        duration_s: the film's length.
        from_s: the moment of the song at which the film begins.

    Raises:
        MediaError: there are more than 2,000 lines, or times are not finite.
    """
    if len(lines) > MOST_LINES:
        raise MediaError(f"{len(lines)} lines of words: a film shows at most {MOST_LINES}")
    if not all(-1e6 < time < 1e6 for line in lines for time in (line.start_s, line.end_s)):
        raise MediaError("a line of words has a time that is no number of seconds: time the words again")
    sung = sorted((line for line in lines if visible(line.text)), key=lambda line: line.start_s)
    turns = [_turn(before, after) for before, after in pairwise(sung)]
    starts = [line.start_s - BEFORE_S for line in sung]
    ends = [max(line.end_s, line.start_s) + AFTER_S for line in sung]
    shown = zip(sung, _after(starts, turns), _before(ends, turns), strict=True)
    cues = (Cue(max(a - from_s, 0.0), min(b - from_s, duration_s), moved(line, -from_s)) for line, a, b in shown)
    return tuple(cue for cue in cues if cue.end_s - cue.start_s >= _SHORTEST_S)


def _turn(before: TimedLine, after: TimedLine) -> float:
    """The moment at which a line gives way to the next, where both cannot have all they like."""
    if after.start_s <= before.end_s:
        return after.start_s
    return before.end_s + (after.start_s - before.end_s) * AFTER_S / (AFTER_S + BEFORE_S)


def _after(starts: Iterable[float], turns: Sequence[float]) -> list[float]:
    return [max(a, turn) for a, turn in zip(starts, (-1e9, *turns), strict=True)] if turns else list(starts)


def _before(ends: Iterable[float], turns: Sequence[float]) -> list[float]:
    return [min(b, turn) for b, turn in zip(ends, (*turns, 1e9), strict=True)] if turns else list(ends)


def moved(line: TimedLine, by_s: float) -> TimedLine:
    """The line as it is heard so much later."""
    return TimedLine(
        line.start_s + by_s,
        line.end_s + by_s,
        tuple((start + by_s, text) for start, text in line.words),
        tuple((start + by_s, end + by_s, text, ends) for start, end, text, ends in line.syllables),
    )
