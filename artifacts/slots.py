"""Slots: their takes, the take that is selected, people's edits, and what failed there."""

from __future__ import annotations

import time

from sqlalchemy import Connection, Update, delete, select, update

from artifacts import tables
from artifacts.entries import FailureEntry
from artifacts.history import note_fill
from artifacts.records import keep_inputs, keep_record
from artifacts.rows import Part, insert, is_slot, moment, slot_of, slot_values
from schemas.base import Artifact, Digest
from schemas.errors import ArtifactError, ReviewError
from schemas.making import Slot, Take
from schemas.reading import read_artifact
from schemas.review import Edit


class Slots(Part):
    """What fills each place of an album."""

    def take(self, slot: Slot, number: int, recipe_digest: Digest, artifact_digest: Digest) -> Take:
        """Note what a take of a slot made, over what it made before; the slot's failure is cleared.

        Raises:
            ArtifactError: the artifact is not recorded.
        """
        take = Take(slot=slot, number=number, recipe=recipe_digest, artifact=artifact_digest)
        with self._database.write() as connection:
            _require_record(connection, artifact_digest)
            statement = insert(connection, tables.takes).values(
                **slot_values(slot), number=number, recipe=recipe_digest, artifact=artifact_digest, taken_at=time.time()
            )
            again = {name: statement.excluded[name] for name in ("recipe", "artifact", "taken_at")}
            connection.execute(
                statement.on_conflict_do_update(index_elements=[*slot_values(slot), "number"], set_=again)
            )
            connection.execute(delete(tables.failures).where(is_slot(tables.failures, slot)))
            note_fill(connection, take)
        return take

    def takes(self, slot: Slot) -> list[Take]:
        """Every take of a slot, by number."""
        query = select(tables.takes).where(is_slot(tables.takes, slot)).order_by(tables.takes.c.number)
        with self._database.read() as connection:
            return [
                Take(slot=slot, number=row.number, recipe=row.recipe, artifact=row.artifact)
                for row in connection.execute(query)
            ]

    def album_takes(self, album_id: str) -> dict[Slot, list[Take]]:
        """Every take of every slot of an album, by slot, in one query."""
        takes = tables.takes
        query = (
            select(takes)
            .where(takes.c.album == album_id)
            .order_by(takes.c.song, takes.c.step, takes.c.part, takes.c.number)
        )
        found: dict[Slot, list[Take]] = {}
        with self._database.read() as connection:
            for row in connection.execute(query):
                slot = slot_of(row)
                found.setdefault(slot, []).append(
                    Take(slot=slot, number=row.number, recipe=row.recipe, artifact=row.artifact)
                )
        return found

    def select(self, slot: Slot, number: int) -> None:
        """Select a take, which may be one that is still to be made.

        Raises:
            ReviewError: the number is below 0.
        """
        if number < 0:
            raise ReviewError(f"take {number} of {slot}: takes are counted from 0")
        with self._database.write() as connection:
            statement = insert(connection, tables.selected).values(**slot_values(slot), number=number)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=list(slot_values(slot)), set_={"number": statement.excluded.number}
                )
            )

    def selected_number(self, slot: Slot) -> int:
        """The number of the selected take; 0 where none was ever selected."""
        with self._database.read() as connection:
            return _selected_number(connection, slot)

    def is_selected(self, slot: Slot) -> bool:
        """Whether a take was ever selected, be it take 0: until then the best of several may still have to be found."""
        query = select(tables.selected.c.number).where(is_slot(tables.selected, slot))
        with self._database.read() as connection:
            return connection.execute(query).scalar() is not None

    def selections(self, album_id: str) -> dict[Slot, int]:
        """The numbers that were selected in an album, by slot; a slot that is not there has 0."""
        query = select(tables.selected).where(tables.selected.c.album == album_id)
        with self._database.read() as connection:
            return {slot_of(row): row.number for row in connection.execute(query)}

    def selected(self, slot: Slot) -> Take | None:
        """The take of the selected number (0 where none was selected); None where it is not made yet."""
        with self._database.read() as connection:
            number = _selected_number(connection, slot)
            row = connection.execute(
                select(tables.takes).where(is_slot(tables.takes, slot), tables.takes.c.number == number)
            ).one_or_none()
        return None if row is None else Take(slot=slot, number=number, recipe=row.recipe, artifact=row.artifact)

    def edit(self, slot: Slot, edit: Edit, edited: Artifact) -> Digest:
        """Record a person's edit and make it the slot's active one; the edited artifact's digest comes back.

        An earlier edit of the slot is no longer active, and is kept.

        Raises:
            ReviewError: the edit names another result or step, or the edited artifact is of another kind than its base.
            ArtifactError: the base is not recorded.
        """
        _check_edit(slot, edit, edited)
        with self._database.write() as connection:
            return _keep_edit(connection, slot, edit, edited)

    def rebase_edit(self, slot: Slot, edit: Edit, edited: Artifact) -> Digest:
        """Put the active edit's successor, made on a newer base, in its place, as `edit` does.

        Raises:
            ReviewError: as `edit`, or no edit is active.
            ArtifactError: the base is not recorded.
        """
        _check_edit(slot, edit, edited)
        with self._database.write() as connection:
            if _active_edit(connection, slot) is None:
                raise ReviewError(f"{slot} has no active edit to rebase: make a new one")
            return _keep_edit(connection, slot, edit, edited)

    def edit_of(self, slot: Slot) -> Edit | None:
        """The slot's active edit."""
        with self._database.read() as connection:
            digest = _active_edit(connection, slot)
            return None if digest is None else _read_edit(connection, digest)

    def edits(self, slot: Slot) -> list[Edit]:
        """Every edit the slot ever had, oldest first, dropped ones too."""
        query = select(tables.edits.c.edit).where(is_slot(tables.edits, slot)).order_by(tables.edits.c.seq)
        with self._database.read() as connection:
            return [_read_edit(connection, digest) for digest in connection.execute(query).scalars().all()]

    def album_edits(self, album_id: str) -> dict[Slot, Edit]:
        """Every active edit of an album, by slot, in one query.

        Raises:
            ArtifactError: the record of one is damaged.
        """
        edits, records = tables.edits, tables.records
        query = (
            select(edits.c.album, edits.c.song, edits.c.step, edits.c.part, edits.c.edit, records.c.body)
            .outerjoin(records, records.c.digest == edits.c.edit)
            .where(edits.c.album == album_id, edits.c.active)
            .order_by(edits.c.seq)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return {slot_of(row): _as_edit(row.edit, row.body or "") for row in rows}

    def edits_giving(self, result: Digest) -> list[tuple[Slot, Edit]]:
        """Every edit, dropped ones too, that gave an artifact, and the slot it was made on, oldest first."""
        edits, records = tables.edits, tables.records
        query = (
            select(edits.c.album, edits.c.song, edits.c.step, edits.c.part, edits.c.edit, records.c.body)
            .outerjoin(records, records.c.digest == edits.c.edit)
            .where(edits.c.result == result)
            .order_by(edits.c.seq)
        )
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [(slot_of(row), _as_edit(row.edit, row.body or "")) for row in rows]

    def drop_edit(self, slot: Slot) -> bool:
        """Let the slot's edit be active no longer; whether there was one. The edit is kept."""
        with self._database.write() as connection:
            return bool(connection.execute(_drop(slot)).rowcount)

    def fail(self, slot: Slot, reason: str) -> None:
        """Note why a slot could not be filled, over what was noted before."""
        with self._database.write() as connection:
            statement = insert(connection, tables.failures).values(
                **slot_values(slot), reason=reason, failed_at=time.time()
            )
            again = {name: statement.excluded[name] for name in ("reason", "failed_at")}
            connection.execute(statement.on_conflict_do_update(index_elements=list(slot_values(slot)), set_=again))

    def failures(self, album_id: str) -> list[FailureEntry]:
        """What failed in an album and has not succeeded since, oldest first."""
        failures = tables.failures
        query = select(failures).where(failures.c.album == album_id).order_by(failures.c.failed_at)
        with self._database.read() as connection:
            return [
                FailureEntry(slot=slot_of(row), reason=row.reason, at=moment(row.failed_at))
                for row in connection.execute(query)
            ]

    def clear_failure(self, slot: Slot) -> None:
        """Forget that a slot failed."""
        with self._database.write() as connection:
            connection.execute(delete(tables.failures).where(is_slot(tables.failures, slot)))


def _selected_number(connection: Connection, slot: Slot) -> int:
    number = connection.execute(select(tables.selected.c.number).where(is_slot(tables.selected, slot))).scalar()
    return int(number or 0)


def _active_edit(connection: Connection, slot: Slot) -> Digest | None:
    edits = tables.edits
    return connection.execute(select(edits.c.edit).where(is_slot(edits, slot), edits.c.active)).scalar()


def _read_edit(connection: Connection, digest: Digest) -> Edit:
    body = connection.execute(select(tables.records.c.body).where(tables.records.c.digest == digest)).scalar()
    return _as_edit(digest, body or "")


def _as_edit(digest: Digest, body: str) -> Edit:
    found = read_artifact(body.encode())
    if not isinstance(found, Edit):
        raise ArtifactError(f"record {digest[:12]} is a {found.kind}, not an edit: run `hibari verify`")
    return found


def _drop(slot: Slot) -> Update:
    edits = tables.edits
    return update(edits).where(is_slot(edits, slot), edits.c.active).values(active=False)


def _require_record(connection: Connection, digest: Digest) -> str:
    kind = connection.execute(select(tables.records.c.kind).where(tables.records.c.digest == digest)).scalar()
    if kind is None:
        raise ArtifactError(f"no record {digest[:12]} in the catalogue: record the artifact first")
    return str(kind)


def _check_edit(slot: Slot, edit: Edit, edited: Artifact) -> None:
    if edit.step != slot.step:
        raise ReviewError(f"the edit is of step {edit.step!r}, the slot is {slot}: name the slot of that step")
    if edit.result != edited.digest():
        raise ReviewError(f"the edit's result is {edit.result[:12]}, not {edited.digest()[:12]}: give what it made")


def _keep_edit(connection: Connection, slot: Slot, edit: Edit, edited: Artifact) -> Digest:
    kind = _require_record(connection, edit.base)
    if kind != edited.kind:
        raise ReviewError(f"the edit turns a {kind} into a {edited.kind}: it must stay of its kind")
    connection.execute(_drop(slot))
    result = keep_record(connection, edited)
    keep_inputs(connection, [(result, {"base": edit.base})])
    connection.execute(
        tables.edits.insert().values(
            **slot_values(slot), edit=keep_record(connection, edit), base=edit.base, result=result, active=True
        )
    )
    return result
