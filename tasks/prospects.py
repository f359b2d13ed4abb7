"""What would be made, what is reused, and why: the plan before the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tasks.edits import conflict_of, settled
from tasks.orders import Prospect
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS, STEPS

if TYPE_CHECKING:
    from schemas.making import Recipe, Slot
    from schemas.plan import SongPlan
    from tasks.state import AlbumState
    from tasks.steps.base import Step


def foresee(state: AlbumState, *, record: bool = False) -> list[Prospect]:
    """A prospect for every slot of an album. Slots that can be reused are filled in the state on the way.

    Args:
        state: the album.
        record: whether a reused artifact is written down as what now fills its slot.
    """
    found: list[Prospect] = []
    for song in (*state.plan.songs, None):
        for step in ALBUM_STEPS if song is None else SONG_STEPS:
            found += _foresee_step(state, step, song)
    if record:
        for prospect in found:
            if prospect.action == "reuse":
                _record(state, prospect)
    return found


def accept_failures(state: AlbumState) -> None:
    """Take songs that failed in an earlier run as failed for good, so that what the album made without them is known.

    For pressing, once `foresee` has filled the state.
    """
    songs = {song.song_id: song for song in state.plan.songs}
    for failure in state.bench.catalogue.failures(state.album_id):
        song = songs.get(failure.slot.song_id or "")
        if song is not None and any(not _is_filled(state, step, song) for step in SONG_STEPS):
            state.fail(failure.slot, failure.reason)
    for step in ALBUM_STEPS:
        _foresee_step(state, step, None)


def _is_filled(state: AlbumState, step: Step, song: SongPlan) -> bool:
    parts = step.parts(state, song)
    return parts is not None and all(state.of(step.name, song, part) is not None for part in parts)


def _record(state: AlbumState, prospect: Prospect) -> None:
    catalogue, slot = state.bench.catalogue, prospect.slot
    recipe = STEPS[slot.step].recipe(state, slot, prospect.take)
    artifact = catalogue.recall(recipe.digest()) if recipe else None
    before = catalogue.selected(slot)
    if recipe and artifact and (before is None or before.artifact != artifact or before.recipe != recipe.digest()):
        catalogue.take(slot, prospect.take, recipe.digest(), artifact)
        catalogue.select(slot, prospect.take)


def _foresee_step(state: AlbumState, step: Step, song: SongPlan | None) -> list[Prospect]:
    parts = step.parts(state, song)
    if parts is None:
        slot = state.slot(step.name, song)
        return [Prospect(slot=slot, action="make", take=0, why="its parts are known once the score is")]
    return [foresee_slot(state, step, state.slot(step.name, song, part)) for part in parts]


def foresee_slot(state: AlbumState, step: Step, slot: Slot) -> Prospect:
    """What would happen to one slot. Where it can be reused, the state is filled."""
    catalogue = state.bench.catalogue
    take = catalogue.selected_number(slot)
    several = state.first_takes(slot, creative=step.creative)
    if several:
        why = f"takes {', '.join(map(str, several))}, of which the best is selected"
        return Prospect(slot=slot, action="make", take=several[0], why=why)
    recipe = step.recipe(state, slot, take)
    before = catalogue.selected(slot)
    if recipe is None:
        action = "may be made again" if before else "make"
        return Prospect(slot=slot, action=action, take=take, why="it follows a step that is made again")
    artifact = catalogue.recall(recipe.digest())
    if artifact is None:
        return Prospect(slot=slot, action="make", take=take, why=_why(state, slot, recipe))
    conflict = conflict_of(catalogue, slot, artifact)
    if conflict:
        return Prospect(slot=slot, action="conflict", take=take, why=conflict)
    state.fill(slot, settled(catalogue, slot, artifact))
    return Prospect(slot=slot, action="reuse", take=take)


def _why(state: AlbumState, slot: Slot, recipe: Recipe) -> str:
    catalogue = state.bench.catalogue
    takes = catalogue.takes(slot)
    if not takes:
        return "never made"
    latest = catalogue.recipe(takes[-1].recipe)
    if latest is None:
        return "its record is gone"
    changed = latest.differences(recipe)
    if not changed:
        return "its bytes are missing or damaged"
    return "changed: " + ", ".join(changed)
