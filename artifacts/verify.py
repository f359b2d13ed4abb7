"""Reading everything again: every record and every blob against its hash, and every name against what it names."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select, union

from artifacts import tables
from artifacts.catalogue import Catalogue
from artifacts.entries import VerifyReport
from artifacts.rows import unpacked
from schemas.base import BlobRef, Digest, sha256_hex
from schemas.errors import BlobError

RECORDS_AT_ONCE = 100
"""How many records one query reads."""

Progress = Callable[[int, int], None]
"""Called with how many records and blobs were checked, and how many there are."""


def verify(catalogue: Catalogue, *, progress: Progress | None = None) -> VerifyReport:
    """What is damaged, missing or orphaned, after every record and blob was read and hashed.

    Damaged records are marked and damaged blobs moved aside, so that the next `make` makes them again.

    Raises:
        BlobError, ArtifactError: the store or the database cannot be read at all.
    """
    stored = {sha256: size for sha256, size, _ in catalogue.blobs.list()}
    with catalogue.database.read() as connection:
        count = connection.execute(select(func.count()).select_from(tables.records)).scalar_one()
    checked = _Counter(count + len(stored), progress)
    damaged_records = _check_records(catalogue, checked)
    damaged_blobs = _check_blobs(catalogue, stored, checked)
    uses, missing_records = _named(catalogue)
    missing_blobs = {sha256 for _, sha256, _ in uses if sha256 not in stored}
    wrong = damaged_blobs | missing_blobs
    return VerifyReport(
        records=count,
        blobs=len(stored),
        damaged_records=tuple(sorted(damaged_records)),
        damaged_blobs=tuple(sorted(damaged_blobs)),
        missing_blobs=tuple(sorted(missing_blobs)),
        missing_records=tuple(sorted(missing_records)),
        orphaned_blobs=tuple(sorted(set(stored) - {sha256 for _, sha256, _ in uses})),
        incomplete=tuple(
            sorted({artifact for artifact, sha256, size in uses if sha256 in wrong or stored[sha256] != size})
        ),
    )


class _Counter:
    def __init__(self, total: int, progress: Progress | None) -> None:
        self._done, self._total, self._progress = 0, total, progress

    def one_more(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, max(self._done, self._total))


def _check_records(catalogue: Catalogue, checked: _Counter) -> set[Digest]:
    records, last = tables.records, ""
    damaged: set[Digest] = set()
    while True:
        query = select(records.c.digest, records.c.body).where(records.c.digest > last).order_by(records.c.digest)
        with catalogue.database.read() as connection:
            rows = connection.execute(query.limit(RECORDS_AT_ONCE)).all()
        if not rows:
            return damaged
        for digest, body in rows:
            if sha256_hex(body.encode()) != digest:
                damaged.add(digest)
                catalogue.mark_damaged(digest)
            checked.one_more()
        last = rows[-1].digest


def _check_blobs(catalogue: Catalogue, stored: dict[str, int], checked: _Counter) -> set[Digest]:
    damaged: set[Digest] = set()
    for sha256, size in sorted(stored.items()):
        try:
            catalogue.blobs.verify(BlobRef(sha256=sha256, media_type="application/octet-stream", size=size))
        except BlobError:
            damaged.add(sha256)
        checked.one_more()
    return damaged


def _named(catalogue: Catalogue) -> tuple[list[tuple[Digest, Digest, int]], set[Digest]]:
    """Every use of a blob as (artifact, sha256, size), and every record that is named somewhere but is not there."""
    named = union(
        select(tables.memo.c.artifact.label("digest")),
        select(tables.takes.c.artifact),
        select(tables.edits.c.edit),
        select(tables.edits.c.base),
        select(tables.edits.c.result),
        select(tables.verdicts.c.verdict),
        select(tables.releases.c.digest),
        select(tables.albums.c.brief),
        select(tables.pins.c.artifact),
    ).subquery()
    lost = (
        select(named.c.digest)
        .outerjoin(tables.records, tables.records.c.digest == named.c.digest)
        .where(tables.records.c.digest.is_(None))
    )
    with catalogue.database.read() as connection:
        uses = [(row.artifact, row.sha256, row.size) for row in connection.execute(select(tables.blob_uses))]
        missing = set(connection.execute(lost).scalars())
        needs = {
            one for text in connection.execute(select(tables.verdicts.c.needs)).scalars() for one in unpacked(text)
        }
        here = set(connection.execute(select(tables.records.c.digest)).scalars()) if needs else set()
    return uses, missing | (needs - here)
