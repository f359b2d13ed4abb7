"""Letting go of what no one needs: old takes that were not selected, and bytes that no record names.

What is needed, and all that it was made from: releases, verdicts and what they were given on, edits with base and
result, selected takes, pins, what an active claim is making and from what, and whatever is newer than the grace period.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

from sqlalchemy import Connection, and_, delete, func, or_, select

from artifacts import tables
from artifacts.catalogue import Catalogue
from artifacts.entries import GcReport
from artifacts.rows import batches, unpacked
from schemas.base import Digest
from schemas.errors import ArtifactError

GRACE_S = 7 * 86400.0
"""How long what no one needs is kept: 7 days."""

BLOBS_AT_ONCE = 100
"""How many blobs are deleted while the catalogue is held."""

_DIGEST = re.compile(r'"([0-9a-f]{64})"')

References = dict[Digest, tuple[Digest, ...]]
"""By record: every digest that its body names. Bodies never change, so this may be kept between two looks."""


def gc(catalogue: Catalogue, *, grace_s: float = GRACE_S, dry_run: bool = False) -> GcReport:
    """Drop records and blobs that nothing needs and that are older than a grace period; what went comes back.

    Safe while others work on the same store. A grace period shorter than an hour is for a store that no one else uses:
    a running `make` counts what it uses as new once an hour.

    Args:
        catalogue: the catalogue, and its blobs.
        grace_s: seconds that must have passed since a record or blob was put or used.
        dry_run: only say what would go.

    Raises:
        ArtifactError: the grace period is below 0, or the store cannot be written.
    """
    if grace_s < 0:
        raise ArtifactError(f"grace period of {grace_s} s: give 0 or more")
    before_s = time.time() - grace_s
    references: References = {}
    with catalogue.database.read() as connection:
        dead, kept = _sort(connection, before_s, references)
    if not dry_run:
        # Bodies were read above, while others could write; what changed since is all that is left to look at.
        with catalogue.database.write(exclusive=True) as connection:
            dead, kept = _sort(connection, before_s, references)
            _forget(connection, dead)
    doomed = {sha256: size for sha256, size, put_s in catalogue.blobs.list() if sha256 not in kept and put_s < before_s}
    gone = sorted(doomed) if dry_run else sorted(_delete_blobs(catalogue, doomed, before_s))
    leftovers, leftover_bytes = catalogue.blobs.clear_leftovers(before_s, dry_run=dry_run)
    return GcReport(
        records=tuple(sorted(dead)),
        blobs=tuple(gone),
        leftovers=leftovers,
        freed_bytes=sum(doomed[sha256] for sha256 in gone) + leftover_bytes,
        dry_run=dry_run,
    )


def _sort(connection: Connection, before_s: float, references: References) -> tuple[set[Digest], set[Digest]]:
    """The records that may go, and the blobs that must stay."""
    every = set(connection.execute(select(tables.records.c.digest)).scalars())
    live = _live(connection, every, before_s, references)
    uses = connection.execute(select(tables.blob_uses.c.artifact, tables.blob_uses.c.sha256))
    return every - live, {sha256 for artifact, sha256 in uses if artifact in live}


def _live(connection: Connection, every: set[Digest], before_s: float, references: References) -> set[Digest]:
    edges: dict[Digest, list[Digest]] = {}
    for artifact, origin in connection.execute(select(tables.inputs.c.artifact, tables.inputs.c.input)):
        edges.setdefault(artifact, []).append(origin)
    live: set[Digest] = set()
    front = set(_roots(connection, before_s)) & every
    while front:
        live |= front
        _read_references(connection, front, references)
        front = {
            origin for one in front for origin in (*edges.get(one, ()), *references.get(one, ())) if origin in every
        } - live
    return live


def _roots(connection: Connection, before_s: float) -> Iterator[Digest]:
    takes, selected, records = tables.takes, tables.selected, tables.records
    same_slot = and_(*(takes.c[name] == selected.c[name] for name in ("album", "song", "step", "part")))
    chosen = (
        select(takes.c.artifact)
        .outerjoin(selected, same_slot)
        .where(or_(takes.c.number == func.coalesce(selected.c.number, 0), takes.c.taken_at >= before_s))
    )
    making = select(tables.memo.c.artifact).join(tables.claims, tables.claims.c.recipe == tables.memo.c.recipe)
    for query in (
        chosen,
        making.where(tables.claims.c.expires_at > time.time()),
        select(records.c.digest).where(records.c.used_at >= before_s),
        select(tables.pins.c.artifact),
        select(tables.releases.c.digest),
        select(tables.albums.c.brief),
        *(select(tables.edits.c[name]) for name in ("edit", "base", "result")),
        *(select(tables.verdicts.c[name]) for name in ("verdict", "subject")),
    ):
        yield from connection.execute(query).scalars()
    active = select(tables.claims.c.needs).where(tables.claims.c.expires_at > time.time())
    for query in (active, select(tables.verdicts.c.needs)):
        for text in connection.execute(query).scalars():
            yield from unpacked(text)


def _read_references(connection: Connection, digests: Iterable[Digest], references: References) -> None:
    """Look into the bodies of records for the digests they name: a release's artifacts, a verdict's subject."""
    records = tables.records
    for batch in batches(one for one in digests if one not in references):
        for digest, body in connection.execute(
            select(records.c.digest, records.c.body).where(records.c.digest.in_(batch))
        ):
            references[digest] = tuple(set(_DIGEST.findall(body)))


def _forget(connection: Connection, dead: Iterable[Digest]) -> None:
    for batch in batches(dead):
        connection.execute(delete(tables.records).where(tables.records.c.digest.in_(batch)))
        for table in (tables.blob_uses, tables.provenance, tables.inputs, tables.memo, tables.takes):
            connection.execute(delete(table).where(table.c.artifact.in_(batch)))
    connection.execute(delete(tables.claims).where(tables.claims.c.expires_at < time.time() - GRACE_S))


def _delete_blobs(catalogue: Catalogue, doomed: Iterable[Digest], before_s: float) -> Iterator[Digest]:
    """Delete blobs that still no record names, some at a time so that others do not wait for long."""
    left = sorted(doomed)
    for start in range(0, len(left), BLOBS_AT_ONCE):
        batch = left[start : start + BLOBS_AT_ONCE]
        named = select(tables.blob_uses.c.sha256).where(tables.blob_uses.c.sha256.in_(batch))
        with catalogue.database.write(exclusive=True) as connection:
            needed = set(connection.execute(named).scalars())
            for sha256 in batch:
                if sha256 not in needed and catalogue.blobs.delete_if_older(sha256, before_s):
                    yield sha256
