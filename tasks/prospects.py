"""What would be made, what is reused, and why: the plan before the work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tasks.edits import conflict_of, settled
from tasks.orders import Prospect
from tasks.song_changes import PLAN_SONG
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS, STEPS

if TYPE_CHECKING:
    from schemas.base import Digest
    from schemas.making import Recipe, Slot
    from schemas.plan import SongPlan
    from tasks.state import AlbumState
    from tasks.steps.base import Step


@dataclass(frozen=True)
class Foreseen:
    """A prospect, and the recipe and artifact it was found by; None where it is to be made."""

    prospect: Prospect
    recipe: Digest | None = None
    artifact: Digest | None = None


def foresee(state: AlbumState, *, record: bool = False) -> list[Prospect]:
    """A prospect for every slot of an album. Slots that can be reused are filled in the state on the way.

    Where a person's changes of a song's settings do not fit its plan, a conflict on its `plan_song` comes first.

    Args:
        state: the album.
        record: whether a reused artifact is written down as what now fills its slot; nothing is written otherwise.
    """
    return [one.prospect for one in foresee_all(state, record=record)]


def foresee_all(state: AlbumState, *, record: bool = False) -> list[Foreseen]:
    """As `foresee`, with the recipe and the artifact of each slot that has one."""
    found: list[Foreseen] = []
    with state.surveyed(refresh=record):
        for song in (*state.plan.songs, None):
            found += _plan_conflict(state, song)
            for step in ALBUM_STEPS if song is None else SONG_STEPS:
                found += _foresee_step(state, step, song)
        changed = [one for one in found if _is_news(state, one)] if record else []
    for one in changed:
        _record(state, one)
    return found


def foresee_slot(state: AlbumState, step: Step, slot: Slot) -> Prospect:
    """What would happen to one slot. Where it can be reused, the state is filled."""
    return _foresee_slot(state, step, slot).prospect


def accept_failures(state: AlbumState) -> None:
    """Take songs that failed in an earlier run as failed for good, so that what the album made without them is known.

    For pressing, once `foresee` has filled the state.
    """
    songs = {song.song_id: song for song in state.plan.songs}
    failures = state.bench.catalogue.failures(state.album_id)
    if not failures:
        return
    with state.surveyed():
        for failure in failures:
            if (step := STEPS.get(failure.slot.step)) is not None and step.dispensable:
                state.lack(failure.slot, failure.reason)
            song = songs.get(failure.slot.song_id or "")
            if song is not None and any(not _is_filled(state, step, song) for step in SONG_STEPS):
                state.fail(failure.slot, failure.reason)
        for step in ALBUM_STEPS:
            _foresee_step(state, step, None)


def _is_filled(state: AlbumState, step: Step, song: SongPlan) -> bool:
    parts = step.parts(state, song)
    return parts is not None and all(state.of(step.name, song, part) is not None for part in parts)


def _plan_conflict(state: AlbumState, song: SongPlan | None) -> list[Foreseen]:
    why = state.plan_conflicts.get(song.song_id, "") if song else ""
    if not why:
        return []
    return [Foreseen(Prospect(slot=state.slot(PLAN_SONG, song), action="conflict", take=0, why=why))]


def _is_news(state: AlbumState, one: Foreseen) -> bool:
    """Whether what fills a slot is not what was written down."""
    if one.prospect.action != "reuse":
        return False
    before = state.reading.selected(one.prospect.slot)
    return before is None or (before.artifact, before.recipe) != (one.artifact, one.recipe)


def _record(state: AlbumState, one: Foreseen) -> None:
    catalogue, slot, take = state.bench.catalogue, one.prospect.slot, one.prospect.take
    catalogue.take(slot, take, one.recipe or "", one.artifact or "")
    catalogue.select(slot, take)


def _foresee_step(state: AlbumState, step: Step, song: SongPlan | None) -> list[Foreseen]:
    parts = step.parts(state, song)
    if parts is None:
        slot = state.slot(step.name, song)
        return [Foreseen(Prospect(slot=slot, action="make", take=0, why="its parts are known once the score is"))]
    return [_foresee_slot(state, step, state.slot(step.name, song, part)) for part in parts]


def _foresee_slot(state: AlbumState, step: Step, slot: Slot) -> Foreseen:
    """What would happen to one slot. Where it can be reused, the state is filled."""
    reading = state.reading
    take = reading.selected_number(slot)
    several = state.first_takes(slot, creative=step.creative)
    if several:
        why = f"takes {', '.join(map(str, several))}, of which the best is selected"
        return Foreseen(Prospect(slot=slot, action="make", take=several[0], why=why))
    recipe = step.recipe(state, slot, take)
    if recipe is None:
        action = "may be made again" if reading.selected(slot) else "make"
        return Foreseen(Prospect(slot=slot, action=action, take=take, why="it follows a step that is made again"))
    digest = recipe.digest()
    artifact = reading.recall(digest)
    if artifact is None:
        return Foreseen(Prospect(slot=slot, action="make", take=take, why=_why(state, slot, recipe)))
    conflict = conflict_of(reading, slot, artifact)
    if conflict:
        return Foreseen(Prospect(slot=slot, action="conflict", take=take, why=conflict), digest, artifact)
    state.fill(slot, settled(reading, slot, artifact))
    return Foreseen(Prospect(slot=slot, action="reuse", take=take), digest, artifact)


def _why(state: AlbumState, slot: Slot, recipe: Recipe) -> str:
    takes = state.reading.takes(slot)
    if not takes:
        return "never made"
    latest = state.reading.recipe(takes[-1].recipe)
    if latest is None:
        return "its record is gone"
    changed = latest.differences(recipe)
    if not changed:
        return "its bytes are missing or damaged"
    return "changed: " + ", ".join(changed)
