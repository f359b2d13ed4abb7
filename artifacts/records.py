"""Records and the memo: what was made, by which recipe, from what, and which bytes it needs."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from artifacts import tables
from artifacts.blobs import BlobStore
from artifacts.rows import Part, batches, insert
from schemas.base import Artifact, Digest, canonical_json, sha256_hex
from schemas.errors import ArtifactError
from schemas.making import Provenance, Recipe
from schemas.reading import read_artifact

REFRESH_S = 3600.0
"""A record that is used again after this long counts as new for `gc`: 1 hour."""

_REMEDY = "run the same `hibari make` again, and it is made again"


class Records(Part):
    """Artifacts by digest and by recipe."""

    blobs: BlobStore

    def put(self, artifact: Artifact) -> Digest:
        """Record an artifact; its digest comes back. One that is recorded already counts as new for `gc`.

        Raises:
            ArtifactError: the catalogue cannot be written.
        """
        digest = artifact.digest()
        records = tables.records
        fresh = select(records.c.digest).where(
            records.c.digest == digest, records.c.damaged.is_(False), records.c.used_at > time.time() - REFRESH_S
        )
        with self._database.read() as connection:
            if connection.execute(fresh).scalar() is not None:
                return digest
        with self._database.write() as connection:
            return keep_record(connection, artifact)

    def get(self, digest: Digest) -> Artifact:
        """The artifact of that digest, its own hash checked, upgraded in memory where an older Hibari wrote it.

        Raises:
            ArtifactError: there is none, or its record was changed or damaged since; a damaged one is marked, so that
                it counts as missing from now on.
        """
        return read_artifact(self.content(digest))

    def content(self, digest: Digest) -> bytes:
        """The canonical JSON of an artifact as it was stored, its hash checked.

        Raises:
            ArtifactError: as `get`.
        """
        with self._database.read() as connection:
            body = connection.execute(
                select(tables.records.c.body).where(tables.records.c.digest == digest)
            ).scalar_one_or_none()
        if body is None:
            raise ArtifactError(f"no record {digest[:12]} in the catalogue: {_REMEDY}").about(digest)
        content: bytes = body.encode()
        if sha256_hex(content) != digest:
            with contextlib.suppress(ArtifactError):
                self.mark_damaged(digest)
            raise ArtifactError(f"record {digest[:12]} does not match its hash: {_REMEDY}").about(digest)
        return content

    def kind(self, digest: Digest) -> str | None:
        """The kind of a recorded artifact; None when there is none."""
        with self._database.read() as connection:
            return connection.execute(
                select(tables.records.c.kind).where(tables.records.c.digest == digest)
            ).scalar_one_or_none()

    def remember(self, recipe: Recipe, artifact: Artifact, provenance: Provenance) -> Digest:
        """Record what a recipe made, how, and which blobs it needs, in one transaction; its digest comes back.

        Raises:
            ArtifactError: the provenance names another artifact or recipe, or the catalogue cannot be written.
        """
        return self.remember_many([(recipe, artifact, provenance)])[0]

    def remember_many(self, made: Sequence[tuple[Recipe, Artifact, Provenance]]) -> list[Digest]:
        """Record what several recipes made, all of it or nothing; their digests come back in order.

        Raises:
            ArtifactError: as `remember`.
        """
        if not made:
            return []
        for recipe, artifact, provenance in made:
            if provenance.recipe != recipe or provenance.artifact != artifact.digest():
                raise ArtifactError(
                    f"the provenance names artifact {provenance.artifact[:12]} or another recipe than that of "
                    f"{artifact.digest()[:12]} ({recipe.step}): give the provenance of this very result"
                )
        with self._database.write() as connection:
            digests = _keep_records(connection, [artifact for _, artifact, _ in made])
            _keep_making(
                connection,
                [(digest, recipe, told) for digest, (recipe, _, told) in zip(digests, made, strict=True)],
            )
        return digests

    def recall(self, recipe_digest: Digest) -> Digest | None:
        """The artifact that a recipe made; None (make it) when its record or any of its blobs is missing or damaged.

        Presence and size of blobs are looked at, not their hashes.
        """
        return self.recall_many([recipe_digest]).get(recipe_digest)

    def recall_many(self, recipe_digests: Iterable[Digest], *, refresh: bool = True) -> dict[Digest, Digest]:
        """The artifacts of those recipes that need not be made, by recipe digest; see `recall`.

        What is recalled counts as new for `gc`, unless `refresh` is false: then nothing is written.
        """
        rows: list[Any] = []
        with self._database.read() as connection:
            for batch in batches(recipe_digests):
                rows += connection.execute(_RECALL, {"recipes": batch}).all()
        sizes = self.blobs.sizes({sha256 for _, _, _, sha256, _ in rows if sha256 is not None})
        used_before = time.time() - REFRESH_S
        found: dict[Digest, Digest] = {}
        stale: set[Digest] = set()
        lost: set[Digest] = set()
        for recipe, artifact, used_at, sha256, size in rows:
            found[recipe] = artifact
            if sha256 is not None and sizes.get(sha256) != size:
                lost.add(artifact)
            elif used_at < used_before:
                stale.add(artifact)
        lost |= self._refresh(stale - lost) if refresh else set()
        return {recipe: artifact for recipe, artifact in found.items() if artifact not in lost} if lost else found

    def recipe(self, recipe_digest: Digest) -> Recipe | None:
        """The recipe of that digest, where the memo holds it."""
        with self._database.read() as connection:
            body = connection.execute(
                select(tables.memo.c.body).where(tables.memo.c.recipe == recipe_digest)
            ).scalar_one_or_none()
        return None if body is None else Recipe.model_validate_json(body)

    def provenance(self, artifact: Digest) -> list[Provenance]:
        """How an artifact came to be, each time it was made, oldest first."""
        query = (
            select(tables.provenance.c.body)
            .where(tables.provenance.c.artifact == artifact)
            .order_by(tables.provenance.c.seq)
        )
        with self._database.read() as connection:
            return [Provenance.model_validate_json(body) for body in connection.execute(query).scalars()]

    def mark_damaged(self, digest: Digest) -> bool:
        """See to it that a damaged blob or record is made again; whether it was damaged indeed.

        It is read once more first. A damaged blob is moved aside, a damaged record is marked; either is well again
        once its content is put again.
        """
        marked = self.blobs.set_aside(digest)
        with self._database.write() as connection:
            body = connection.execute(
                select(tables.records.c.body).where(tables.records.c.digest == digest)
            ).scalar_one_or_none()
            if body is not None and sha256_hex(body.encode()) != digest:
                connection.execute(update(tables.records).where(tables.records.c.digest == digest).values(damaged=True))
                marked = True
        return marked

    def _refresh(self, artifacts: set[Digest]) -> set[Digest]:
        """Let records count as new for `gc`; those that went meanwhile come back."""
        if not artifacts:
            return set()
        present: set[Digest] = set()
        records = tables.records
        with self._database.write() as connection:
            for batch in batches(artifacts):
                chosen = records.c.digest.in_(batch)
                connection.execute(update(records).where(chosen).values(used_at=time.time()))
                present.update(connection.execute(select(records.c.digest).where(chosen)).scalars())
        return artifacts - present


_RECALL = (
    select(
        tables.memo.c.recipe,
        tables.memo.c.artifact,
        tables.records.c.used_at,
        tables.blob_uses.c.sha256,
        tables.blob_uses.c.size,
    )
    .join(tables.records, tables.records.c.digest == tables.memo.c.artifact)
    .outerjoin(tables.blob_uses, tables.blob_uses.c.artifact == tables.memo.c.artifact)
    .where(tables.records.c.damaged.is_(False))
    .where(tables.memo.c.recipe.in_(bindparam("recipes", expanding=True)))
)


def keep_record(connection: Connection, artifact: Artifact) -> Digest:
    """Write an artifact's record and blob uses inside a transaction; its digest comes back.

    A record that is there is written over, which heals one that was damaged.
    """
    return _keep_records(connection, [artifact])[0]


def keep_inputs(connection: Connection, origins: Iterable[tuple[Digest, dict[str, Digest]]]) -> None:
    """Write down, inside a transaction, what artifacts were made from: inputs by name."""
    rows = [
        {"artifact": artifact, "name": name, "input": digest}
        for artifact, inputs in origins
        for name, digest in inputs.items()
        if digest != artifact
    ]
    if rows:
        connection.execute(insert(connection, tables.inputs).on_conflict_do_nothing(), rows)


def _keep_records(connection: Connection, artifacts: Iterable[Artifact]) -> list[Digest]:
    digests: list[Digest] = []
    rows: list[dict[str, Any]] = []
    uses: list[dict[str, Any]] = []
    for artifact in artifacts:
        content, digest = artifact.canonical(), artifact.digest()
        if digest != sha256_hex(content):
            # Read from an older version and upgraded: the record it came from stands, if this catalogue holds it.
            if _touch(connection, digest):
                digests.append(digest)
                continue
            digest = sha256_hex(content)
        digests.append(digest)
        facts = {"kind": artifact.kind, "schema_version": artifact.schema_version, "body": content.decode()}
        rows.append({"digest": digest, "damaged": False, "used_at": time.time(), **facts})
        uses += [{"artifact": digest, "sha256": ref.sha256, "size": ref.size} for ref in artifact.blobs()]
    if rows:
        statement = insert(connection, tables.records)
        again = {name: statement.excluded[name] for name in ("body", "damaged", "used_at")}
        connection.execute(statement.on_conflict_do_update(index_elements=["digest"], set_=again), rows)
    if uses:
        connection.execute(insert(connection, tables.blob_uses).on_conflict_do_nothing(), uses)
    return digests


def _touch(connection: Connection, digest: Digest) -> bool:
    records = tables.records
    touched = connection.execute(update(records).where(records.c.digest == digest).values(used_at=time.time()))
    return bool(touched.rowcount)


def _keep_making(connection: Connection, made: Iterable[tuple[Digest, Recipe, Provenance]]) -> None:
    """Write the memo, the provenance and the inputs of artifacts whose records are written."""
    memo: list[dict[str, Any]] = []
    origins: list[dict[str, Any]] = []
    inputs: list[tuple[Digest, dict[str, Digest]]] = []
    now = time.time()
    for digest, recipe, provenance in made:
        body = canonical_json(recipe.model_dump(mode="json"))
        keys = {"artifact": digest, "recipe": sha256_hex(body), "made_at": now}
        memo.append({**keys, "body": body.decode()})
        origins.append({**keys, "body": provenance.model_dump_json()})
        inputs.append((digest, recipe.inputs))
    statement = insert(connection, tables.memo)
    again = {name: statement.excluded[name] for name in ("artifact", "made_at")}
    connection.execute(statement.on_conflict_do_update(index_elements=["recipe"], set_=again), memo)
    connection.execute(tables.provenance.insert(), origins)
    keep_inputs(connection, inputs)
