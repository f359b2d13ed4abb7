"""Small artifacts with bytes of their own, and ways to harm and age a store."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import update

from artifacts import tables
from artifacts.catalogue import Catalogue
from schemas.base import Artifact, Digest
from schemas.making import Provenance, Recipe, Slot
from schemas.picture import CoverArt

SLOT = Slot(album_id="sea-songs", song_id="song-1", step="paint_cover")


def cover(catalogue: Catalogue, content: bytes = b"a picture") -> CoverArt:
    picture = catalogue.blobs.put(content, "image/png")
    return CoverArt(model="cover:test", picture=picture, width_px=64, height_px=64, title_contrast=7)


def recipe(seed: int = 0, **inputs: Digest) -> Recipe:
    return Recipe(step="paint_cover", revision=1, inputs=inputs, parameters={"engine": "test"}, seed=seed)


def provenance(made: Artifact, by: Recipe, slot: Slot = SLOT) -> Provenance:
    return Provenance(
        artifact=made.digest(),
        recipe=by,
        slot=slot,
        run="run-1",
        author="hibari",
        device="test/cpu",
        started_at=datetime(2026, 1, 2, tzinfo=UTC),
        seconds=1.5,
    )


def remember(catalogue: Catalogue, by: Recipe, content: bytes = b"a picture") -> Digest:
    made = cover(catalogue, content)
    return catalogue.remember(by, made, provenance(made, by))


def blob_path(catalogue: Catalogue, sha256: str) -> Path:
    return Path(catalogue.blobs.url) / sha256[:2] / sha256


def overwrite(path: Path, content: bytes) -> None:
    path.chmod(0o644)
    path.write_bytes(content)


def flip_a_byte(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    overwrite(path, bytes(content))


def tamper(catalogue: Catalogue, digest: Digest) -> None:
    with catalogue.database.write() as connection:
        body = tables.records.c.body
        connection.execute(update(tables.records).where(tables.records.c.digest == digest).values(body=body + " "))


def age(catalogue: Catalogue, by_s: float, *digests: Digest) -> None:
    """Make records and takes (all of them, or those named) and every blob look as old as that."""
    records, takes = tables.records, tables.takes
    older_records = update(records).values(used_at=records.c.used_at - by_s)
    older_takes = update(takes).values(taken_at=takes.c.taken_at - by_s)
    if digests:
        older_records = older_records.where(records.c.digest.in_(digests))
        older_takes = older_takes.where(takes.c.artifact.in_(digests))
    with catalogue.database.write() as connection:
        connection.execute(older_records)
        connection.execute(older_takes)
    for sha256, _, mtime_s in list(catalogue.blobs.list()):
        os.utime(blob_path(catalogue, sha256), (mtime_s - by_s, mtime_s - by_s))
