"""A release: approved, immutable, on disk as a folder people can use."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from schemas.base import Artifact, Digest, Record, Slug
from schemas.inspection import Disclosure, Figure, SharedRun
from schemas.making import Recipe

RelativePath = Annotated[
    str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._-]*(/[A-Za-z0-9][A-Za-z0-9 ._-]*)*$", max_length=240)
]
"""A path inside the release folder: no leading dot or slash, no '..'."""


class ReleasedFile(Record):
    """A file of the release and its hash."""

    path: RelativePath
    sha256: Digest
    size: int = Field(ge=0)


class MadeStep(Record):
    """One step of the making: the slot, the recipe, the artifact. Enough to make it again and compare."""

    song_id: Slug | None = None
    step: str = Field(max_length=40)
    part: str = Field(default="", max_length=40)
    take: int = Field(ge=0)
    recipe: Recipe
    artifact: Digest
    edited: Digest | None = Field(default=None, description="what a person's edit made of the artifact")


class ReleasedSong(Record):
    """A song of the release."""

    number: int = Field(ge=1)
    song_id: Slug
    title: str = Field(min_length=1, max_length=120)
    duration_s: float = Field(gt=0)
    key: str = Field(max_length=20)
    tempo_bpm: int
    integrated_lufs: float
    true_peak_dbtp: float
    approved_by: str = Field(max_length=120, description="whose verdict came last")
    approvers: tuple[str, ...] = Field(default=(), max_length=40, description="everyone whose approval counts")
    disclosure: Disclosure
    figures: tuple[Figure, ...]
    shared: tuple[SharedRun, ...]
    unmeasured: tuple[str, ...] = ()


class MissingSong(Record):
    """A song that could not be made, or was not approved."""

    song_id: Slug
    reason: str = Field(max_length=2000)


class ChangedPlan(Record):
    """A song whose settings a person changed: what was planned for it, and what it was made by."""

    song_id: Slug
    planned: Digest
    changed: Digest


class Release(Artifact):
    """The record of a pressed album."""

    kind: Literal["release"] = "release"
    schema_version: int = 2
    latest_version: ClassVar[int] = 2
    album_id: Slug
    title: str = Field(min_length=1, max_length=120)
    artist: str = Field(min_length=1, max_length=120)
    theme: str = Field(max_length=400)
    brief: Digest
    machine: str = Field(max_length=80, description="machine class it was made on; digests compare only within one")
    approval: str = Field(max_length=2000, description="who or what approved it, in a sentence")
    two_people: bool = Field(default=False, description="whether it took the approval of two people")
    cover_approvers: tuple[str, ...] = Field(default=(), max_length=40, description="everyone who approved the cover")
    ai_generated: bool
    songs: tuple[ReleasedSong, ...] = Field(description="in running order")
    missing: tuple[MissingSong, ...] = ()
    cover: Digest
    plans: tuple[ChangedPlan, ...] = Field(default=(), max_length=20, description="songs with changed settings")
    steps: tuple[MadeStep, ...]
    credits: tuple[str, ...]
    notes: tuple[str, ...] = Field(default=(), description="e.g. which sound font stood in for a better one")
    files: tuple[ReleasedFile, ...] = Field(description="every file of the folder but release.json")
