"""Making a release again, from its record alone, and comparing every artifact."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.errors import ArtifactError, ReviewError
from tasks.albums import open_album, planned_album
from tasks.press.press import press_album
from tasks.press.reading import check_files, read_release
from tasks.press.record import slot_of
from tasks.song_changes import PLAN_SONG, changed_plan, plan_slot
from tasks.steps.table import STEPS

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.making import Slot
    from schemas.review import Edit
    from tasks.bench import Bench
    from tasks.press.reading import PressedRelease
    from tasks.state import AlbumState

MAX_TAKE = 100_000
"""A release that names a take beyond this is no release of ours."""


@dataclass(frozen=True)
class ReplayPlan:
    """A release about to be made again in a store of its own."""

    pressed: PressedRelease
    album: AlbumState
    edits: dict[Slot, Edit]
    damaged_files: tuple[str, ...]
    comparable: str


def prepare_replay(folder: Path, bench: Bench) -> ReplayPlan:
    """Read a release and set an empty store up to make it again: the same brief, takes and edits.

    Args:
        folder: the release; untrusted, so only its brief, take numbers and edits are used, and only on this bench.
        bench: a bench on an empty store.

    Raises:
        ArtifactError: the folder is not a release, or its record does not hold together.
    """
    pressed = read_release(folder)
    if pressed.brief.digest() != pressed.release.brief:
        raise ArtifactError(f"{folder}: the brief is not the one the release was made from")
    album = open_album(pressed.brief, bench)
    _change_plans(folder, pressed, bench)
    album = open_album(pressed.brief, bench)
    order = tuple(song.song_id for song in pressed.release.songs)
    bench.catalogue.set_running_order(album.album_id, order, "replay")
    results = {edit.result: edit for edit in pressed.edits}
    edits = {}
    for step in pressed.release.steps:
        if step.step not in STEPS or step.take > MAX_TAKE:
            raise ArtifactError(
                f"{folder}: its record names step {step.step!r}, take {step.take}; known are {', '.join(STEPS)}, and "
                f"takes up to {MAX_TAKE}"
            )
        slot = slot_of(album.album_id, step)
        bench.catalogue.select(slot, step.take)
        if step.edited is not None and step.edited in results:
            edits[slot] = results[step.edited]
    ours, theirs = bench.machine, pressed.release.machine
    comparable = "" if ours == theirs else f"not comparable: it was made on {theirs}, this is {ours}"
    return ReplayPlan(pressed, album, edits, tuple(check_files(folder, pressed.release)), comparable)


def _change_plans(folder: Path, pressed: PressedRelease, bench: Bench) -> None:
    """Put the settings that people changed into an empty store, as edits of what is planned from the brief now."""
    edits = {edit.result: edit for edit in pressed.edits if edit.step == PLAN_SONG}
    planned = {song.song_id: song for song in planned_album(pressed.brief).songs}
    for change in pressed.release.plans:
        edit, song = edits.get(change.changed), planned.get(change.song_id)
        if edit is None or song is None:
            raise ArtifactError(f"{folder}: its record names changed settings of {change.song_id}, but not which")
        try:
            changed = changed_plan(song, edit)
        except ReviewError as error:
            raise ArtifactError(f"{folder}: {error}") from error
        bench.catalogue.put(song)
        moved = edit.replaced(base=song.digest(), result=changed.digest())
        bench.catalogue.edit(plan_slot(pressed.brief.album_id, change.song_id), moved, changed)


def compare(plan: ReplayPlan) -> list[str]:
    """What came out differently: a line a step; empty where every artifact has the digest it had."""
    different = []
    catalogue = plan.album.bench.catalogue
    for step in plan.pressed.release.steps:
        slot = slot_of(plan.album.album_id, step)
        take = catalogue.selected(slot)
        if take is None:
            reason = plan.album.failure(step.song_id) or "not made"
            different.append(f"{slot}: {reason}")
        elif take.artifact != step.artifact:
            recipe = catalogue.recipe(take.recipe)
            changed = ", ".join(step.recipe.differences(recipe)) if recipe else ""
            why = f"changed: {changed}" if changed else "the same recipe gave other bytes"
            different.append(f"{slot}: {step.artifact[:12]} was made, now {take.artifact[:12]} ({why})")
    return different


def compare_files(plan: ReplayPlan, releases: Path) -> list[str]:
    """Press what was made again, under the verdicts of the record, and compare every file; a line a difference.

    Only the store and the folder of the replay are written. A release in which a song had failed is compared step by
    step alone: why it failed then is not known now.
    """
    release = plan.pressed.release
    if any(song.reason.startswith("could not be made") for song in release.missing):
        return []
    for verdict in plan.pressed.verdicts:
        if verdict.album_id == plan.album.album_id:
            plan.album.bench.catalogue.verdict(verdict)
    again, _ = press_album(plan.album, releases, two_people=release.two_people)
    ours = {file.path: file.sha256 for file in again.files}
    theirs = {file.path: file.sha256 for file in release.files}
    different = [path for path in sorted(ours.keys() | theirs.keys()) if ours.get(path) != theirs.get(path)]
    lines = [f"{path}: its bytes are not those that the steps give" for path in different]
    if not lines and again.songs != release.songs:
        lines.append("release.json: what it says of the songs is not what the steps give")
    return lines
