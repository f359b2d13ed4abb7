"""Lineage: what an artifact was made from, and what was made from it."""

from __future__ import annotations

from sqlalchemy import Connection, literal, select

from artifacts import tables
from artifacts.entries import Lineage
from artifacts.rows import Part
from schemas.base import Digest
from schemas.errors import ArtifactError
from schemas.making import Provenance


class Ancestry(Part):
    """The graph of artifacts, walked upwards and downwards."""

    def lineage(self, digest: Digest) -> Lineage:
        """The tree of what an artifact was made from, down to what was made from nothing.

        Where it was made more than once from different inputs, all of them are named.

        Raises:
            ArtifactError: the artifact is not recorded.
        """
        with self._database.read() as connection:
            found = _branch(connection, digest, {}, frozenset({digest}))
        if not found.kind:
            raise ArtifactError(f"no record {digest[:12]} in the catalogue: `hibari show` lists what there is")
        return found

    def dependants(self, digest: Digest) -> list[Digest]:
        """Every artifact that was made from this one, directly or through others, sorted."""
        inputs = tables.inputs
        reached = select(literal(digest).label("digest")).cte("reached", recursive=True)
        reached = reached.union(select(inputs.c.artifact).join(reached, inputs.c.input == reached.c.digest))
        with self._database.read() as connection:
            found = connection.execute(select(reached.c.digest).order_by(reached.c.digest)).scalars()
            return [one for one in found if one != digest]


def _branch(connection: Connection, digest: Digest, known: dict[Digest, Lineage], path: frozenset[Digest]) -> Lineage:
    if digest in known:
        return known[digest]
    kind = connection.execute(select(tables.records.c.kind).where(tables.records.c.digest == digest)).scalar()
    made = tables.provenance
    latest = select(made.c.body).where(made.c.artifact == digest).order_by(made.c.seq.desc()).limit(1)
    body = connection.execute(latest).scalar()
    rows = connection.execute(
        select(tables.inputs.c.name, tables.inputs.c.input)
        .where(tables.inputs.c.artifact == digest)
        .order_by(tables.inputs.c.name, tables.inputs.c.input)
    ).all()
    branches: dict[str, Lineage] = {}
    for name, parent in rows:
        if parent in path:
            continue  # An edit that a later one undid: the circle ends here.
        label = name if name not in branches else f"{name} {parent[:12]}"
        branches[label] = _branch(connection, parent, known, path | {parent})
    known[digest] = Lineage(
        digest=digest,
        kind=kind or "",
        recipe=None if body is None else Provenance.model_validate_json(body).recipe,
        inputs=branches,
    )
    return known[digest]
