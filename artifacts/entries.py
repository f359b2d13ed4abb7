"""What the catalogue answers with, where the answer is no artifact of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.making import Recipe, Slot


@dataclass(frozen=True)
class AlbumEntry:
    """An album that the catalogue knows: `brief` is the digest of the brief it was last made from."""

    album_id: str
    brief: str
    title: str
    created_at: datetime
    state: str


@dataclass(frozen=True)
class ReleaseEntry:
    """A pressed release: its digest and the folder it was written to."""

    digest: str
    album_id: str
    path: str
    at: datetime


@dataclass(frozen=True)
class FailureEntry:
    """A step that failed and has not succeeded since."""

    slot: Slot
    reason: str
    at: datetime


@dataclass(frozen=True)
class Lineage:
    """An artifact and, by name, what it was made from. `kind` is '' for a record that is no longer here."""

    digest: str
    kind: str
    recipe: Recipe | None
    inputs: dict[str, Lineage]


@dataclass(frozen=True)
class VerifyReport:
    """What a look at every record and blob found; the lists hold digests, sorted."""

    records: int
    blobs: int
    damaged_records: tuple[str, ...]
    damaged_blobs: tuple[str, ...]
    missing_blobs: tuple[str, ...]
    missing_records: tuple[str, ...]
    orphaned_blobs: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is damaged or missing; an orphaned blob only takes room."""
        return not (self.damaged_records or self.damaged_blobs or self.missing_blobs or self.missing_records)


@dataclass(frozen=True)
class GcReport:
    """What was dropped, or would be: digests of records and blobs, and the bytes of blobs freed."""

    records: tuple[str, ...]
    blobs: tuple[str, ...]
    leftovers: int
    freed_bytes: int
    dry_run: bool
