"""Retakes: new takes of one slot, the best of them selected, and what follows made again."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import ReviewError
from tasks.state import AlbumState
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS

if TYPE_CHECKING:
    from schemas.making import Slot
    from schemas.plan import SongPlan
    from schemas.settings import Settings
    from tasks.steps.base import Step


@dataclass(frozen=True)
class Retake:
    """A retake under way."""

    slot: Slot
    before: int
    numbers: tuple[int, ...]
    album: AlbumState
    settings: Settings


def step_of(name: str, song: SongPlan | None) -> Step:
    """The step of that name, for a song or for the album.

    Raises:
        ReviewError: there is none; the nearest is named.
    """
    steps = {step.name: step for step in (SONG_STEPS if song else ALBUM_STEPS)}
    if name not in steps:
        near = difflib.get_close_matches(name, steps, n=1, cutoff=0.0)
        raise ReviewError(f"{name!r} is not a step of {'a song' if song else 'an album'}; the nearest is {near[0]!r}")
    return steps[name]


def begin_retake(state: AlbumState, song: SongPlan | None, name: str, *, part: str, takes: int) -> Retake:
    """Select the first of the new takes, so that making the album makes it and what follows.

    Raises:
        ReviewError: the step is unknown, made without chance, not yet made, or made once a part and no part is named.
    """
    step = step_of(name, song)
    if not step.seeded:
        follows = ", ".join(step.after) or "the plan"
        raise ReviewError(
            f"{name} is made without chance, so another take would be the same: retake what it follows from ({follows})"
        )
    parts = step.parts(state, song) or ()
    if part not in parts:
        raise ReviewError(f"{name} is made once a part: add --part, one of {', '.join(parts) or '(none made yet)'}")
    slot = state.slot(name, song, part)
    catalogue = state.bench.catalogue
    made = catalogue.takes(slot)
    if not made:
        raise ReviewError(f"{slot} has no take yet: run `hibari make` first")
    before = catalogue.selected_number(slot)
    first = max(take.number for take in made) + 1
    fresh = AlbumState(state.brief, state.plan, state.bench)
    fresh.wanted_takes[slot] = tuple(range(first, first + takes))
    catalogue.select(slot, first)
    return Retake(slot, before, tuple(range(first, first + takes)), fresh, state.bench.settings)


def finish_retake(retake: Retake) -> int:
    """The number of the take that is selected now. Where no new take was made, the one before is selected again."""
    catalogue = retake.album.bench.catalogue
    if catalogue.selected(retake.slot) is None:
        catalogue.select(retake.slot, retake.before)
    return catalogue.selected_number(retake.slot)


def select_take(state: AlbumState, slot: Slot, number: int) -> None:
    """Select a take that is there.

    Raises:
        ReviewError: the slot has no such take; those it has are named.
    """
    numbers = [take.number for take in state.bench.catalogue.takes(slot)]
    if number not in numbers:
        raise ReviewError(f"{slot} has no take {number}; it has {', '.join(map(str, numbers)) or 'none'}")
    state.bench.catalogue.select(slot, number)
