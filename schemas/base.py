"""What every Hibari record shares: frozen fields, canonical JSON, content digests and blob references."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints, model_validator

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A sha256 in lower-case hexadecimal, 64 characters."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", min_length=1, max_length=80)]
"""A name that is safe in a path and a URL: lower-case letters, digits and single hyphens, 1-80 characters."""


def canonical_json(value: Any) -> bytes:  # noqa: ANN401 - any JSON value is what it takes
    """UTF-8 JSON bytes with sorted keys and no spaces: one byte string per value.

    Raises:
        ValueError: the value holds NaN or an infinity, which JSON cannot carry.
    """
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def sha256_hex(content: bytes) -> str:
    """The sha256 of some bytes, 64 hexadecimal characters."""
    return hashlib.sha256(content).hexdigest()


class Record(BaseModel):
    """A frozen, closed record: unknown fields are refused and nothing changes after it is made."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def replaced(self, **changes: Any) -> Self:  # noqa: ANN401 - field values of any type
        """A validated copy with some fields changed (`model_copy` alone would not validate them)."""
        return type(self).model_validate({**{name: getattr(self, name) for name in type(self).model_fields}, **changes})


class BlobRef(Record):
    """Where bytes are: their hash, what they are and how many."""

    sha256: Digest = Field(description="sha256 of the bytes")
    media_type: str = Field(description="IANA media type, e.g. audio/flac", pattern=r"^[a-z]+/[a-z0-9.+-]+$")
    size: int = Field(ge=0, description="length in bytes")


class Artifact(Record):
    """A typed result of a step. Its digest covers its content alone: kind, version, facts and blob references.

    A subclass sets `kind` to a literal and `schema_version` to the version of its fields. A record read from the
    store under an older version is upgraded in memory and keeps the digest it was stored under
    (see `schemas.reading`).
    """

    kind: str
    schema_version: int = 1

    latest_version: ClassVar[int] = 1

    _stored_digest: str | None = PrivateAttr(default=None)

    def digest(self) -> str:
        """The content digest of this artifact, 64 hexadecimal characters."""
        return self._stored_digest or sha256_hex(self.canonical())

    def kept_as(self, digest: str) -> Self:
        """The same artifact under the digest it was stored as, for a record of an older version."""
        kept = self.model_copy()
        kept._stored_digest = digest
        return kept

    def canonical(self) -> bytes:
        """The canonical JSON bytes that the digest covers."""
        return canonical_json(self.model_dump(mode="json"))

    def blobs(self) -> tuple[BlobRef, ...]:
        """Every blob this artifact refers to, in field order, however deep it lies."""
        return tuple(_find_blobs(self))

    @model_validator(mode="after")
    def _known_version(self) -> Self:
        if not 1 <= self.schema_version <= self.latest_version:
            raise ValueError(
                f"schema_version {self.schema_version} of a {self.kind} is not known here "
                f"(1 to {self.latest_version}): read it with a newer Hibari"
            )
        return self


def _find_blobs(value: object) -> list[BlobRef]:
    if isinstance(value, BlobRef):
        return [value]
    if isinstance(value, BaseModel):
        return [found for name in type(value).model_fields for found in _find_blobs(getattr(value, name))]
    if isinstance(value, dict):
        return [found for item in value.values() for found in _find_blobs(item)]
    if isinstance(value, (list, tuple)) and not (value and isinstance(value[0], (int, float, str))):
        return [found for item in value for found in _find_blobs(item)]
    return []
