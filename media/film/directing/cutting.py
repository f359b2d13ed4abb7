"""Where the cuts fall: on bar lines, close together where the song is loud and far apart where it is quiet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil, log2

from media.film.pulse import frame_at
from schemas.plan import SectionSpan

LEAST_S = 1.5
MOST_S = 12.0
_MOST_SHOTS = 1200
_LOUD, _QUIET = 0.72, 0.4
_WANTED_S = {"loud": 2.3, "middle": 5.0, "quiet": 9.0}
_RHYTHMS = {"loud": (2, 1, 1), "middle": (1,), "quiet": (1,)}
_TAIL_S = 2.5


@dataclass(frozen=True)
class Piece:
    """A shot to be: frames from `first` up to `end`, of the section of that number; `place` counts in the section.

    The number of sections stands for what sounds on after the last bar.
    """

    first: int
    end: int
    section: int
    place: int

    @property
    def frames(self) -> int:
        """How many frames."""
        return self.end - self.first


def cut_song(sections: Sequence[SectionSpan], bar_s: float, frames: int, fps: int) -> tuple[Piece, ...]:
    """The pieces of a film, in order and without a gap; every cut is on the frame nearest to a bar line.

    Args:
        sections: in order.
        bar_s: length of a bar.
        frames: of the whole film; sections that lie beyond are not shown.
        fps: frames a second.
    """
    least_s = max(LEAST_S, frames / fps / _MOST_SHOTS)
    cuts: list[tuple[int, int]] = []
    for number, section in enumerate(sections):
        bar = section.first_bar
        for length in bar_lengths(section.bars, section.energy, bar_s, least_s):
            cuts.append((frame_at(bar * bar_s, fps), number))
            bar += length
    last = max(section.first_bar + section.bars for section in sections)
    if frames / fps - last * bar_s >= _TAIL_S:
        cuts.append((frame_at(last * bar_s, fps), len(sections)))
    # Sections that a person moved may overlap: the order of their bars is the film's.
    return _pieces(sorted(cuts), frames, round(least_s * fps) - 1)


def bar_lengths(bars: int, energy: float, bar_s: float, least_s: float = LEAST_S) -> tuple[int, ...]:
    """How many bars each shot of a section lasts: 4, 2 or 1 by its energy, so that none is too short or too long.

    Args:
        bars: of the section.
        energy: of the section, 0-1.
        bar_s: length of a bar.
        least_s: a shot's least length in seconds, where the section is long enough for it.
    """
    mood = "loud" if energy >= _LOUD else "quiet" if energy < _QUIET else "middle"
    least = max(1, ceil(least_s / bar_s - 1e-6))
    most = max(least, int(MOST_S / bar_s))
    unit = min(most, max(least, 2 ** max(0, round(log2(_WANTED_S[mood] / bar_s)))))
    rhythm, found = _RHYTHMS[mood], list[int]()
    while (left := bars - sum(found)) > 0:
        length = min(most, unit * rhythm[len(found) % len(rhythm)])
        found.append(left if left - length < least else length)
    return tuple(found)


def _pieces(cuts: Sequence[tuple[int, int]], frames: int, least: int) -> tuple[Piece, ...]:
    """The stretches between cuts; one that is too short goes to the one before, at the start to the one after."""
    pieces: list[Piece] = []
    ends = [first for first, _ in cuts[1:]] + [frames]
    for (first, section), end in zip(cuts, ends, strict=True):
        begin, stop = min(max(first, 0), frames), min(max(end, 0), frames)
        if stop <= begin:
            continue
        if pieces and (stop - begin < least or pieces[-1].frames < least):
            short = pieces[-1].frames < least
            pieces[-1] = replace(pieces[-1], end=stop, section=section if short else pieces[-1].section)
        else:
            pieces.append(Piece(begin, stop, section, 0))
    if not pieces or pieces[0].first > 0:
        pieces[:1] = [replace(pieces[0], first=0)] if pieces else [Piece(0, frames, 0, 0)]
    pieces[-1] = replace(pieces[-1], end=frames)
    placed: list[Piece] = []
    for piece in pieces:
        same = placed and placed[-1].section == piece.section
        placed.append(replace(piece, place=placed[-1].place + 1 if same else 0))
    return tuple(placed)
