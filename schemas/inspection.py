"""What an inspection found: how well made, how original, and what a machine made of it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Artifact, Record

MadeBy = Literal["ai", "person", "ai and person", "rules", "none"]


class SharedRun(Record):
    """The longest run that a song shares with a corpus."""

    of: Literal["words", "intervals and rhythm"]
    corpus: str = Field(max_length=120)
    length: int = Field(ge=0, description="words, or notes")
    shared: str = Field(default="", max_length=400, description="the run itself")
    where: str = Field(default="", max_length=200, description="the work it is shared with; '' when there is none")
    limit: int = Field(ge=1, description="a run this long or longer is flagged")

    @property
    def flagged(self) -> bool:
        """Whether a person should look at it."""
        return self.length >= self.limit


class Disclosure(Record):
    """Who made each part of a song."""

    lyrics: MadeBy
    composition: MadeBy
    instrumentation: MadeBy
    vocals: MadeBy
    post_production: MadeBy
    artwork: MadeBy

    @property
    def ai_generated(self) -> bool:
        """Whether an AI made any part of it."""
        return any(
            value in ("ai", "ai and person") for value in (self.lyrics, self.composition, self.vocals, self.artwork)
        )


class Figure(Record):
    """A measured figure, the bound it is held to and whether it keeps it."""

    name: str = Field(max_length=120)
    value: float
    unit: str = Field(default="", max_length=20)
    bound: str = Field(default="", max_length=40, description="e.g. '>= 0.75'; '' when only reported")
    ok: bool = True
    where: str = Field(default="", max_length=200, description="the worst place, e.g. 'verse 2, bar 14'")


class Inspection(Artifact):
    """The report on one song."""

    kind: Literal["inspection"] = "inspection"
    song_id: str = Field(max_length=80)
    figures: tuple[Figure, ...]
    shared: tuple[SharedRun, ...]
    disclosure: Disclosure
    unmeasured: tuple[str, ...] = Field(default=(), description="what was not measured, and why")
