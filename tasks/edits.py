"""People's edits: put in, kept, moved to a new take, or dropped; never lost in silence."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal

from schemas.base import canonical_json
from schemas.errors import ArtifactError, ReviewError
from schemas.reading import read_artifact
from schemas.review import Change, Edit

if TYPE_CHECKING:
    from artifacts.catalogue import Catalogue
    from schemas.base import Artifact, Digest
    from schemas.making import Slot
    from tasks.state import AlbumState
    from tasks.survey import Reading

EditPolicy = Literal["ask", "keep", "rebase", "drop"]

_MOST_CHANGES = 200
_AUTHOR = ("written_by",)


def settled(reading: Reading, slot: Slot, artifact: Digest) -> Digest:
    """The artifact with the edit that was made on it, or the artifact itself."""
    edit = reading.edit_of(slot)
    return edit.result if edit is not None and edit.base == artifact else artifact


def conflict_of(reading: Reading, slot: Slot, artifact: Digest) -> str:
    """Why an edit does not fit the artifact that now fills its slot; '' where there is no conflict."""
    edit = reading.edit_of(slot)
    if edit is None or edit.base == artifact:
        return ""
    return (
        f"{edit.person} edited another take of it ({edit.base[:12]}, now {artifact[:12]}): choose --edits keep (stay "
        "with the edited one), rebase (put the edit into the new one) or drop (use the new one as it is)"
    )


def settle(catalogue: Catalogue, slot: Slot, artifact: Digest, policy: EditPolicy) -> Digest:
    """The artifact that fills a slot once its edit is dealt with as the policy says.

    Raises:
        ReviewError: the edit does not fit and the policy is to ask, or the edit cannot be put into the new take.
    """
    conflict = conflict_of(catalogue, slot, artifact)
    if not conflict:
        return settled(catalogue, slot, artifact)
    edit = catalogue.edit_of(slot)
    if policy == "ask" or edit is None:
        raise ReviewError(conflict)
    if policy == "drop":
        catalogue.drop_edit(slot)
        return artifact
    if policy == "keep":
        kept = catalogue.get(edit.result)
        changes = _difference(catalogue.get(artifact), kept)
        if not changes:
            catalogue.drop_edit(slot)
            return artifact
        moved = edit.replaced(base=artifact, changes=changes, made_at=datetime.now(UTC))
        catalogue.edit(slot, moved, kept)
        return edit.result
    edited = apply_changes(catalogue.get(artifact), edit.changes, check=True)
    moved = edit.replaced(base=artifact, result=edited.digest(), made_at=datetime.now(UTC))
    catalogue.edit(slot, moved, edited)
    return moved.result


def add_to_edit(catalogue: Catalogue, slot: Slot, base: Digest, changes: tuple[Change, ...], person: str) -> Digest:
    """Put a person's changes on top of those made before on the same take; digest of what fills the slot then.

    A place that is changed again has one change, from what it was to what it is now; one that is back at what it was
    has none, and where no change is left the edit is dropped.

    Raises:
        ReviewError: the slot's edit was made on another take, the result is not valid, or there are too many changes.
    """
    conflict = conflict_of(catalogue, slot, base)
    if conflict:
        raise ReviewError(conflict)
    earlier = catalogue.edit_of(slot)
    merged = _merged((*(earlier.changes if earlier else ()), *changes))
    if not merged:
        catalogue.drop_edit(slot)
        return base
    if len(merged) > _MOST_CHANGES:
        raise ReviewError(f"{slot} would have {len(merged)} changed places; an edit holds at most {_MOST_CHANGES}")
    return record_edit(catalogue, slot, catalogue.get(base), merged, person)


def _merged(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    found: dict[tuple[str | int, ...], Change] = {}
    for change in changes:
        known = found.get(change.path)
        found[change.path] = change.replaced(before=known.before) if known else change
    left = tuple(change for change in found.values() if change.before != change.after)
    return () if all(change.path == _AUTHOR for change in left) else left


def base_of(state: AlbumState, slot: Slot) -> tuple[Digest, Digest]:
    """The take that a person's next change of a slot is made on, and what fills the slot now, earlier changes put in.

    Raises:
        ReviewError: it is not made as it would be made now, or an earlier edit does not fit it.
    """
    take, filled = state.bench.catalogue.selected(slot), state.digest(slot)
    conflict = conflict_of(state.bench.catalogue, slot, take.artifact) if take else ""
    if conflict:
        raise ReviewError(conflict)
    if take is None or filled is None:
        raise ReviewError(f"{slot} is not made yet as it stands now: run `hibari make {slot.album_id}` first")
    return take.artifact, filled


def record_edit(catalogue: Catalogue, slot: Slot, base: Artifact, changes: tuple[Change, ...], person: str) -> Digest:
    """Put a person's changes into an artifact and make the result fill its slot; the edited artifact's digest."""
    edited = apply_changes(base, changes, check=False)
    edit = Edit(
        step=slot.step,
        base=base.digest(),
        person=person,
        made_at=datetime.now(UTC),
        changes=changes,
        result=edited.digest(),
    )
    catalogue.edit(slot, edit, edited)
    return edit.result


def _difference(base: Artifact, edited: Artifact) -> tuple[Change, ...]:
    """The fields in which two artifacts of a kind differ, as changes that turn the first into the second."""
    before, after = base.model_dump(mode="json"), edited.model_dump(mode="json")
    return tuple(
        Change(path=(name,), before=before[name], after=after[name]) for name in after if before[name] != after[name]
    )


def apply_changes(base: Artifact, changes: tuple[Change, ...], *, check: bool) -> Artifact:
    """An artifact with changes put in.

    Args:
        base: what is changed.
        changes: paths into its JSON, with the value before and after.
        check: whether the value before must still be there (it must when an edit moves to another take).

    Raises:
        ReviewError: a path is not there, its old value is another, or the result is not a valid artifact.
    """
    body: Any = copy.deepcopy(base.model_dump(mode="json"))
    for change in changes:
        place = "/".join(str(part) for part in change.path)
        try:
            holder = body
            for part in change.path[:-1]:
                holder = holder[part]
            before = holder[change.path[-1]]
        except (KeyError, IndexError, TypeError) as error:
            raise ReviewError(f"the edit changes {place}, which this take does not have: keep or drop it") from error
        if check and before != change.before:
            raise ReviewError(
                f"the edit changes {place}, which reads differently in this take: keep the edited one or drop the edit"
            )
        holder[change.path[-1]] = change.after
    try:
        return read_artifact(canonical_json(body))
    except ArtifactError as error:
        raise ReviewError(f"the edit does not give a valid {base.kind}: {error}") from error
