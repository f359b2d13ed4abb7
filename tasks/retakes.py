"""Retakes: new takes of one slot, the best of them selected, and what follows made again."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemas.errors import ReviewError
from schemas.making import Slot
from tasks.song_changes import checked
from tasks.state import AlbumState
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from artifacts.catalogue import Catalogue
    from schemas.jobs import RetakeRequest
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
    retake = prepare_retake(state, song, name, part=part, takes=takes)
    state.bench.catalogue.select(retake.slot, retake.numbers[0])
    return retake


def prepare_retake(state: AlbumState, song: SongPlan | None, name: str, *, part: str, takes: int) -> Retake:
    """A retake that nothing has been done for yet, for those who write it down before its first take is selected.

    Raises:
        ReviewError: the step is unknown, made without chance, not yet made, or made once a part and no part is named.
    """
    slot = retaken_slot(state, song, name, part)
    made = [take.number for take in state.bench.catalogue.takes(slot)]
    before = state.bench.catalogue.selected_number(slot)
    if before not in made:  # a retake of before was killed, and left selected what it never made
        before = made[-1]
    fresh = wanting(state, slot, takes)
    return Retake(slot, before, fresh.wanted_takes[slot], fresh, state.bench.settings)


def wanting(state: AlbumState, slot: Slot, takes: int) -> AlbumState:
    """The same album, nothing of it looked up yet, with so many new takes of a slot wanted."""
    first = max((take.number for take in state.bench.catalogue.takes(slot)), default=-1) + 1
    fresh = AlbumState(state.brief, state.plan, state.bench, plan_conflicts=state.plan_conflicts)
    fresh.wanted_takes[slot] = tuple(range(first, first + takes))
    return fresh


def retaken_slot(state: AlbumState, song: SongPlan | None, name: str, part: str) -> Slot:
    """The slot that a retake is of.

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
    if not state.bench.catalogue.takes(slot):
        raise ReviewError(f"{slot} has no take yet: run `hibari make` first")
    return slot


def check_request(state: AlbumState, request: RetakeRequest) -> SongPlan | None:
    """See that a retake can be made; the song it is of, None for a step of the album.

    Raises:
        ArtifactError: the album has no such song.
        ReviewError: nothing is asked, the step or part cannot be retaken, or a setting is none of the choices.
    """
    song = state.song(request.song_id) if request.song_id else None
    step_of(request.step, song)
    if request.changes.given:
        if song is None:
            raise ReviewError("settings are those of a song: name the song whose settings are to change")
        checked(request.changes)
    elif not request.takes:
        raise ReviewError("nothing is asked for: ask for takes, for changed settings, or for both")
    if request.takes:
        retaken_slot(state, song, request.step, request.part)
    return song


def finish_retake(retake: Retake) -> int:
    """The number of the take that is selected now. Where no new take was made, the one before is selected again."""
    catalogue = retake.album.bench.catalogue
    if catalogue.selected(retake.slot) is None:
        catalogue.select(retake.slot, retake.before)
    return catalogue.selected_number(retake.slot)


def give_up_retake(catalogue: Catalogue, request: RetakeRequest, result: Mapping[str, Any]) -> None:
    """Select the take of before again, after a retake that did not come to its end; the new ones stay to choose from.

    Where somebody selected another take meanwhile, that one stays.

    Args:
        catalogue: where takes are selected.
        request: what was asked.
        result: what came of its job so far (see `tasks.working.ledger`).
    """
    begun = result.get("retake")
    if begun is None:
        return
    slot = Slot(album_id=request.album_id, song_id=request.song_id, step=request.step, part=request.part)
    if catalogue.selected_number(slot) in begun["numbers"]:
        catalogue.select(slot, begun["before"])


def select_take(state: AlbumState, slot: Slot, number: int) -> None:
    """Select a take that is there.

    Raises:
        ReviewError: the slot has no such take; those it has are named.
    """
    numbers = [take.number for take in state.bench.catalogue.takes(slot)]
    if number not in numbers:
        raise ReviewError(f"{slot} has no take {number}; it has {', '.join(map(str, numbers)) or 'none'}")
    state.bench.catalogue.select(slot, number)
