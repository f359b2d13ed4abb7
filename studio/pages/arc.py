"""The arc of an album as one drawing: how full, how loud and how fast it is, song by song, and in which keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.audio import Master
    from schemas.plan import SongPlan

WIDE, TALL = 100.0, 100.0
"""A song's field in the drawing's own units; the drawing is stretched to the page."""

_QUIETEST_LUFS, _LOUDEST_LUFS = -30.0, -6.0
_LOW_BPM, _HIGH_BPM = 50.0, 180.0


@dataclass(frozen=True)
class Arc:
    """Paths of the drawing. `energy` is a filled area, `loudness` one line a finished song, `tempo` a line of dots.

    `tempo_bpm` holds the slowest and the fastest tempo that the drawing's foot and head stand for.
    """

    width: float
    height: float
    energy: str
    loudness: tuple[str, ...]
    tempo: str
    dots: tuple[str, ...]
    borders: tuple[float, ...]


def album_arc(songs: Sequence[tuple[SongPlan, Master | None]]) -> Arc:
    """The arc over songs in running order: sections as wide as they are long, every song as wide as every other."""
    energy, loudness, middles = [f"M0 {TALL}"], [], []
    for number, (song, master) in enumerate(songs):
        left = number * WIDE
        spans = _spans(song)
        for start, end, value in spans:
            height = TALL - 6 - value * (TALL - 30)
            energy.append(f"L{left + start:.1f} {height:.1f}L{left + end:.1f} {height:.1f}")
        if master is not None:
            loudness.append(_loudness(song, master, left))
        middles.append((left + WIDE / 2, _tempo_height(song.tempo_bpm)))
    width = len(songs) * WIDE
    energy.append(f"L{width:.1f} {TALL}Z")
    return Arc(
        width=width,
        height=TALL,
        energy="".join(energy),
        loudness=tuple(line for line in loudness if line),
        tempo="M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in middles),
        dots=tuple(f"M{x:.1f} {y:.1f}h0" for x, y in middles),
        borders=tuple(number * WIDE for number in range(1, len(songs))),
    )


def _spans(song: SongPlan) -> list[tuple[float, float, float]]:
    """Where each section begins and ends in the song's field, and its energy."""
    found, bar = [], 0
    for section in song.sections:
        found.append((bar / song.bars * WIDE, (bar + section.bars) / song.bars * WIDE, section.energy))
        bar += section.bars
    return found


def _loudness(song: SongPlan, master: Master, left: float) -> str:
    """Short-term loudness, section by section, as a stepped line."""
    levels = {item.section: item.short_term_lufs for item in master.sections}
    points = []
    for section, (start, end, _) in zip(song.sections, _spans(song), strict=True):
        if section.name in levels:
            y = _loudness_height(levels[section.name])
            points.append(f"{left + start:.1f} {y:.1f}L{left + end:.1f} {y:.1f}")
    return "M" + "L".join(points) if points else ""


def _loudness_height(lufs: float) -> float:
    share = (min(max(lufs, _QUIETEST_LUFS), _LOUDEST_LUFS) - _QUIETEST_LUFS) / (_LOUDEST_LUFS - _QUIETEST_LUFS)
    return TALL - share * TALL


def _tempo_height(bpm: int) -> float:
    return TALL - (bpm - _LOW_BPM) / (_HIGH_BPM - _LOW_BPM) * TALL
