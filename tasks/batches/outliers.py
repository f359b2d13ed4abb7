"""Which albums of a batch a person should hear first: bounds missed, flagged runs, figures far from the batch's own.

A figure is far out where its robust z-score, 0.6745 times its distance from the batch's median over the median of such
distances, is beyond 3.5 (Iglewicz and Hoaglin, 1993). Unlike mean and deviation these are not moved by the outliers.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from schemas.inspection import Figure, Inspection
from schemas.lyrics import Lyrics
from schemas.making import Slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts.entries import FailureEntry
    from tasks.bench import Bench

FAR = 3.5
"""A robust z-score beyond this is told."""

FEWEST = 6
"""With fewer songs than this no figure is compared: a median of three says nothing."""

_LEAST_SPREAD = {"LUFS": 0.1, "dBTP": 0.1, "LU": 0.2, "semitones": 0.5, "notes": 0.5, "bars": 0.5, "s": 0.02}
"""By unit, a typical distance that counts as none: what is closer than this nobody hears."""

_LEAST_SHARE = 0.02
"""The same for figures that are shares, 0 to 1."""

Kind = Literal["failed", "flagged run", "bound missed", "unusual"]
_ORDER: tuple[Kind, ...] = ("failed", "flagged run", "bound missed", "unusual")


@dataclass(frozen=True)
class Oddity:
    """One thing about a song that a person should look at.

    Attributes:
        song_id: the song; '' for the album itself.
        title: the song's title, or its id while it has none.
        kind: what sort of thing.
        figure: name of the figure; '' where it is about none.
        value: the figure's value.
        z: robust z-score over the batch; 0 where the figure was not compared.
        why: the whole of it in words.
    """

    song_id: str
    title: str
    kind: Kind
    why: str
    figure: str = ""
    value: float = 0.0
    z: float = 0.0


@dataclass(frozen=True)
class AlbumOutlier:
    """An album and what is odd about it, the worst first; nothing for an album like the others."""

    album_id: str
    oddities: tuple[Oddity, ...]

    @property
    def rank(self) -> tuple[int, int, int, float]:
        """What albums are sorted by: failures, flagged runs, bounds missed, and the farthest figure."""
        counts = [sum(odd.kind == kind for odd in self.oddities) for kind in _ORDER[:3]]
        return counts[0], counts[1], counts[2], max((abs(odd.z) for odd in self.oddities), default=0.0)


@dataclass(frozen=True)
class _Heard:
    """A song that was inspected."""

    album_id: str
    song_id: str
    title: str
    inspection: Inspection


def outliers(bench: Bench, album_ids: Sequence[str]) -> list[AlbumOutlier]:
    """Every album given, the one to look at first in front; albums that are alike keep the order given."""
    heard = [song for album_id in album_ids for song in _heard(bench, album_id)]
    spread = _spread(heard)
    found = []
    for album_id in album_ids:
        odd = [_failure(entry) for entry in bench.catalogue.failures(album_id)]
        for song in heard:
            if song.album_id == album_id:
                odd += _oddities(song, spread)
        odd.sort(key=lambda each: (_ORDER.index(each.kind), -abs(each.z)))
        found.append(AlbumOutlier(album_id, tuple(odd)))
    return sorted(found, key=lambda album: album.rank, reverse=True)


def _heard(bench: Bench, album_id: str) -> list[_Heard]:
    catalogue = bench.catalogue
    takes, chosen = catalogue.album_takes(album_id), catalogue.selections(album_id)
    current = {
        slot: take.artifact
        for slot, several in takes.items()
        for take in several
        if take.number == chosen.get(slot, 0) and slot.step in ("inspect", "write_lyrics")
    }
    found = []
    for slot, digest in current.items():
        if slot.step != "inspect" or slot.song_id is None:
            continue
        words = current.get(Slot(album_id=album_id, song_id=slot.song_id, step="write_lyrics"))
        title = bench.get(words, Lyrics).title if words else ""
        found.append(_Heard(album_id, slot.song_id, title or slot.song_id, bench.get(digest, Inspection)))
    return found


def _spread(heard: list[_Heard]) -> dict[str, tuple[float, float]]:
    """By figure the median over all songs and the typical distance from it, where enough songs have the figure."""
    values: dict[str, list[float]] = {}
    units: dict[str, str] = {}
    for song in heard:
        for figure in song.inspection.figures:
            values.setdefault(figure.name, []).append(figure.value)
            units[figure.name] = figure.unit
    found = {}
    for name, several in values.items():
        if len(several) < FEWEST:
            continue
        middle = statistics.median(several)
        typical = statistics.median(abs(value - middle) for value in several)
        found[name] = (middle, max(typical, _LEAST_SPREAD.get(units[name], _LEAST_SHARE)))
    return found


def _oddities(song: _Heard, spread: dict[str, tuple[float, float]]) -> list[Oddity]:
    found = [
        Oddity(
            song.song_id,
            song.title,
            "flagged run",
            f"shares {run.length} {'words' if run.of == 'words' else 'notes'} with {run.where or run.corpus} "
            f"(a run of {run.limit} is flagged): {run.shared}",
        )
        for run in song.inspection.shared
        if run.flagged
    ]
    for figure in song.inspection.figures:
        middle, typical = spread.get(figure.name, (figure.value, 1.0))
        z = 0.6745 * (figure.value - middle) / typical
        if not figure.ok:
            found.append(_odd(song, figure, "bound missed", z, f"is {_said(figure)}, asked is {figure.bound}"))
        elif abs(z) > FAR:
            usual = _said(figure, middle)
            side = "above" if z > 0 else "below"
            why = f"is {_said(figure)}, far {side} the batch's usual {usual}"
            found.append(_odd(song, figure, "unusual", z, why))
    return found


def _odd(song: _Heard, figure: Figure, kind: Kind, z: float, why: str) -> Oddity:
    where = f" ({figure.where})" if figure.where else ""
    return Oddity(song.song_id, song.title, kind, f"{figure.name} {why}{where}", figure.name, figure.value, round(z, 2))


def _failure(entry: FailureEntry) -> Oddity:
    song_id = entry.slot.song_id or ""
    step = entry.slot.step.replace("_", " ")
    return Oddity(song_id, song_id or "the album", "failed", f"{step} failed: {entry.reason}")


def _said(figure: Figure, value: float | None = None) -> str:
    text = f"{figure.value if value is None else value:.2f}".rstrip("0").rstrip(".")
    return f"{'0' if text == '-0' else text} {figure.unit}".rstrip()
