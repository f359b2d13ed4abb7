"""What people decide: verdicts, edits, consent."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from pydantic import AwareDatetime, Field

from schemas.base import Artifact, Digest, Record, Slug

Decision = Literal["approved", "rejected", "retake"]


class Change(Record):
    """One changed value: where it is in the artifact's JSON, what it was, what it is now."""

    path: tuple[str | int, ...] = Field(min_length=1, max_length=12, description="keys and indices from the root")
    before: object = None
    after: object = None


class Edit(Artifact):
    """A person's change to an artifact. Making something again upstream of it never replaces it in silence."""

    kind: Literal["edit"] = "edit"
    step: str = Field(max_length=40)
    base: Digest = Field(description="the artifact it was made on")
    person: str = Field(min_length=1, max_length=120)
    made_at: AwareDatetime
    changes: tuple[Change, ...] = Field(min_length=1, max_length=200)
    result: Digest = Field(description="the artifact with the changes put in")


class Remark(Record):
    """A note at a moment of the song."""

    at_s: float = Field(ge=0, le=36_000, description="seconds from the start of the song")
    text: str = Field(min_length=1, max_length=1000)


class Verdict(Artifact):
    """A person's, or a written policy's, decision on a song, or on the album's cover."""

    kind: Literal["verdict"] = "verdict"
    schema_version: int = 2
    latest_version: ClassVar[int] = 2
    album_id: Slug
    song_id: Slug | None = Field(default=None, description="None for the album's cover")
    subject: Digest = Field(description="digest of the song's master, or of the cover")
    decision: Decision
    by: str = Field(min_length=1, max_length=120, description="a person's name, or 'policy:NAME'")
    reason: str = Field(default="", max_length=2000)
    remarks: tuple[Remark, ...] = Field(default=(), max_length=200, description="notes at moments of the song")
    at: AwareDatetime

    @property
    def is_policy(self) -> bool:
        """Whether no person gave it."""
        return self.by.startswith("policy:")


class Consent(Artifact):
    """A person's leave to use their voice, likeness or catalogue."""

    kind: Literal["consent"] = "consent"
    person: str = Field(min_length=1, max_length=120)
    covers: tuple[Literal["voice", "likeness", "corpus"], ...] = Field(min_length=1)
    terms: str = Field(min_length=1, max_length=4000)
    given_at: AwareDatetime
    until: AwareDatetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        """Whether the consent holds at a moment (time zone aware)."""
        return self.given_at <= moment and (self.until is None or moment <= self.until)
