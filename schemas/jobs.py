"""Jobs: what was asked of the studio, where it stands, and who asked."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, JsonValue

from schemas.base import Record, Slug
from schemas.brief import Brief
from schemas.plan import Key

JobState = Literal["queued", "running", "done", "failed", "cancelled"]
EditChoice = Literal["ask", "keep", "rebase", "drop"]

MAX_BRIEFS = 500
"""The most albums one job makes."""


class Budget(Record):
    """Where a batch stops by itself; None sets no bound. What is begun when a bound is reached is finished."""

    albums: int | None = Field(default=None, ge=1, le=MAX_BRIEFS, description="at most so many albums are made")
    minutes: float | None = Field(
        default=None, gt=0, le=10_080, description="no album is begun after this many minutes"
    )
    disk_mb: int | None = Field(
        default=None, ge=1, le=1_000_000_000, description="no album is begun once the store grew by so many MB"
    )


class MakeRequest(Record):
    """Make albums; a batch where there are several."""

    kind: Literal["make"] = "make"
    name: str = Field(default="", max_length=120, description="what a batch is called; '' for a single album")
    briefs: tuple[Brief, ...] = Field(min_length=1, max_length=MAX_BRIEFS)
    budget: Budget = Budget()
    policy: str = Field(default="", max_length=40, description="written policy that judges what is made; '' leaves it")
    edits: EditChoice = Field(default="ask", description="what to do where a person's edit no longer fits")
    refused: tuple[Annotated[str, Field(max_length=600)], ...] = Field(
        default=(), max_length=MAX_BRIEFS, description="briefs of a batch left out at its reading: place and reason"
    )


class SongChanges(Record):
    """Settings of a song that a retake changes; None leaves one as it is."""

    title: str | None = Field(default=None, min_length=1, max_length=120)
    theme: str | None = Field(default=None, min_length=1, max_length=400)
    tempo_bpm: int | None = Field(default=None, ge=50, le=180, description="quarter notes a minute")
    key: Key | None = None
    swing: float | None = Field(default=None, ge=0, le=0.34)
    voice: str | None = Field(default=None, max_length=40, description="singing voice")
    mood: str | None = Field(default=None, max_length=40)
    genre: str | None = Field(default=None, max_length=40, description="style of the arrangement and the mix")

    @property
    def given(self) -> dict[str, object]:
        """The settings that are to change, by name."""
        return {name: value for name in type(self).model_fields if (value := getattr(self, name)) is not None}


class RetakeRequest(Record):
    """Make another take of a step, with changed settings where some are given, and all that follows from it."""

    kind: Literal["retake"] = "retake"
    album_id: Slug
    song_id: Slug | None = Field(default=None, description="None for a step of the album, such as paint_cover")
    step: str = Field(max_length=40, pattern=r"^[a-z_]+$", description="the first step to make again")
    part: str = Field(default="", max_length=40)
    takes: int = Field(default=1, ge=0, le=8, description="new takes, the best selected; 0 with changed settings alone")
    changes: SongChanges = SongChanges()
    edits: EditChoice = "ask"
    reason: str = Field(default="", max_length=2000)


class PressRequest(Record):
    """Press an album's approved songs."""

    kind: Literal["press"] = "press"
    album_id: Slug
    policy: str = Field(default="", max_length=40)


JobRequest = Annotated[MakeRequest | RetakeRequest | PressRequest, Field(discriminator="kind")]


class Job(Record):
    """A request and where it stands."""

    id: Slug = Field(description="'job-' and twelve hexadecimal digits")
    request: JobRequest
    state: JobState
    priority: int = Field(ge=0, le=9, description="9 first; 5 where nothing is said, 3 for batches by night")
    by: str = Field(max_length=120, description="who asked: a person, a token's name, or 'schedule:NAME'")
    key: str = Field(default="", max_length=200, description="idempotency key it was asked with")
    albums: tuple[str, ...] = Field(description="ids of the albums it is about")
    created_at: AwareDatetime
    started_at: AwareDatetime | None = None
    finished_at: AwareDatetime | None = None
    attempts: int = Field(default=0, ge=0, description="how often it was begun")
    holder: str = Field(default="", max_length=120, description="host and process that works on it, while running")
    lease_until: AwareDatetime | None = Field(default=None, description="when the holder counts as dead")
    flow_run: str = Field(default="", max_length=60, description="id of its run in Prefect")
    cancelled_by: str = Field(default="", max_length=120, description="who asked for it to stop; '' for nobody")
    reason: str = Field(default="", max_length=4000, description="why it failed or was stopped")
    result: dict[str, JsonValue] = Field(default_factory=dict, description="what came of it, by kind of job")

    @property
    def is_over(self) -> bool:
        """Whether it ended, well or not."""
        return self.state in ("done", "failed", "cancelled")
