"""What the catalogue answers with, where the answer is no artifact of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.brief import Brief
from schemas.errors import ArtifactError
from schemas.making import Recipe, Slot
from schemas.reading import read_artifact


@dataclass(frozen=True)
class AlbumEntry:
    """An album that the catalogue knows, and the brief that it was last made from."""

    album_id: str
    brief_digest: str
    title: str
    created_at: datetime
    state: str
    brief_json: str

    @property
    def brief(self) -> Brief:
        """The brief.

        Raises:
            ArtifactError: its record is missing or damaged.
        """
        found = read_artifact(self.brief_json.encode()) if self.brief_json else None
        if not isinstance(found, Brief):
            raise ArtifactError(
                f"the brief of album {self.album_id!r} is missing or damaged: make the album again from its brief"
            ).about(self.brief_digest)
        return found


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
    """What a look at every record and blob found; the lists hold digests, sorted.

    `incomplete` names the artifacts that need a damaged or missing blob; `missing_records` what takes, the memo and
    people's decisions name but the catalogue no longer holds.
    """

    records: int
    blobs: int
    damaged_records: tuple[str, ...]
    damaged_blobs: tuple[str, ...]
    missing_blobs: tuple[str, ...]
    missing_records: tuple[str, ...]
    orphaned_blobs: tuple[str, ...]
    incomplete: tuple[str, ...]

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
