"""The making of an album as a grid: a row a song, a column a step, and in each cell how far that step is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.pages.wording import step_word
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from artifacts.entries import FailureEntry
    from tasks.orders import Prospect

_WORDS = {
    "made": "made",
    "make": "to be made",
    "again": "may be made again",
    "conflict": "an edit no longer fits",
    "failed": "failed",
}
_WORST = ("failed", "conflict", "make", "again", "made")


@dataclass(frozen=True)
class Cell:
    """A step of a song: its state, how many of its parts are made, and why it is to be made where it is."""

    song_id: str
    step: str
    state: str
    made: int
    parts: int
    why: str

    @property
    def words(self) -> str:
        """The cell in words, for those who do not see its colour."""
        count = f", {self.made} of {self.parts} parts" if self.parts > 1 and self.made < self.parts else ""
        why = f": {self.why}" if self.why and self.state != "made" else ""
        return f"{step_word(self.step)} {_WORDS[self.state]}{count}{why}"


@dataclass(frozen=True)
class Row:
    """A song's steps in order. `name` is its title."""

    song_id: str
    name: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Grid:
    """Every step of every song, and those of the album itself; how many slots are made, and how many there are."""

    steps: tuple[str, ...]
    rows: tuple[Row, ...]
    album: tuple[Cell, ...]
    made: int
    slots: int

    @property
    def whole(self) -> bool:
        """Whether nothing is left to make."""
        return self.made == self.slots


def making_grid(
    songs: Sequence[tuple[str, str]], prospects: Sequence[Prospect], failures: Sequence[FailureEntry]
) -> Grid:
    """The grid of an album.

    Args:
        songs: id and title of each song, in running order.
        prospects: what `foresee` says of every slot.
        failures: what failed and has not succeeded since.
    """
    found: dict[tuple[str, str], list[Prospect]] = {}
    for item in prospects:
        found.setdefault((item.slot.song_id or "", item.slot.step), []).append(item)
    failed = {(item.slot.song_id or "", item.slot.step): item.reason for item in failures}

    def cells(song_id: str, steps: Sequence[str]) -> tuple[Cell, ...]:
        return tuple(
            _cell(song_id, step, found.get((song_id, step), []), failed.get((song_id, step))) for step in steps
        )

    steps = tuple(step.name for step in SONG_STEPS)
    return Grid(
        steps=steps,
        rows=tuple(Row(song_id, title, cells(song_id, steps)) for song_id, title in songs),
        album=cells("", [step.name for step in ALBUM_STEPS if ("", step.name) in found]),
        made=sum(item.action == "reuse" for item in prospects),
        slots=len(prospects),
    )


def _cell(song_id: str, step: str, prospects: Sequence[Prospect], failure: str | None) -> Cell:
    states = Counter(_state(item) for item in prospects)
    if failure and states["make"]:
        states["failed"] += 1
    state = next((name for name in _WORST if states[name]), "make")
    why = failure or next((item.why for item in prospects if item.why), "")
    return Cell(song_id, step, state, states["made"], max(1, len(prospects)), why)


def _state(prospect: Prospect) -> str:
    return {"reuse": "made", "make": "make", "may be made again": "again", "conflict": "conflict"}[prospect.action]
