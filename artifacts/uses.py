"""Which records name a blob, and what they say it is."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select

from artifacts import tables
from artifacts.rows import Part
from schemas.base import BlobRef


class Uses(Part):
    """Blobs as records name them."""

    def blob_refs(self, sha256: str, *, records: int = 64) -> tuple[BlobRef, ...]:
        """Every way in which sound records name a blob (its media type may differ); empty where none does.

        Args:
            sha256: the blob.
            records: how many of the records that name it are read.
        """
        uses, kept = tables.blob_uses, tables.records
        query = (
            select(kept.c.body)
            .join(uses, uses.c.artifact == kept.c.digest)
            .where(uses.c.sha256 == sha256, kept.c.damaged.is_(False))
            .limit(records)
        )
        with self._database.read() as connection:
            bodies = connection.execute(query).scalars().all()
        found: dict[str, BlobRef] = {}
        for body in bodies:
            for ref in _refs(json.loads(body), sha256):
                found.setdefault(ref.media_type, ref)
        return tuple(found.values())


def _refs(value: Any, sha256: str) -> list[BlobRef]:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        if value.get("sha256") == sha256 and set(value) == set(BlobRef.model_fields):
            return [BlobRef.model_validate(value)]
        return [ref for item in value.values() for ref in _refs(item, sha256)]
    if isinstance(value, list) and value and isinstance(value[0], (dict, list)):
        return [ref for item in value for ref in _refs(item, sha256)]
    return []
