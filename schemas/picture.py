"""Pictures: the cover of an album, and a song's film."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.base import Artifact, BlobRef


class CoverArt(Artifact):
    """A square cover as PNG, and as SVG where it was drawn."""

    kind: Literal["cover_art"] = "cover_art"
    model: str = Field(max_length=120, description="what made it, e.g. cover:typographic")
    picture: BlobRef
    drawing: BlobRef | None = Field(default=None, description="the SVG it was drawn from")
    width_px: int = Field(ge=64, le=8192)
    height_px: int = Field(ge=64, le=8192)
    palette: tuple[str, ...] = Field(default=(), description="colours as #rrggbb, background first")
    title_contrast: float = Field(ge=1, le=21, description="WCAG contrast ratio of the title against what is behind it")


class Engraving(Artifact):
    """A lead sheet on paper: pages as SVG, all pages as PDF, and the notation as MusicXML and MIDI."""

    kind: Literal["engraving"] = "engraving"
    pages: tuple[BlobRef, ...] = Field(min_length=1, max_length=40, description="one SVG a page")
    pdf: BlobRef
    musicxml: BlobRef = Field(description="the lead sheet as MusicXML")
    midi: BlobRef = Field(description="the full score as MIDI")
    score_musicxml: BlobRef = Field(description="the full score as MusicXML")


class Video(Artifact):
    """A song's film."""

    kind: Literal["video"] = "video"
    model: str = Field(max_length=120)
    film: BlobRef
    width_px: int = Field(ge=16, le=8192)
    height_px: int = Field(ge=16, le=8192)
    fps: float = Field(gt=0, le=240)
    frames: int = Field(gt=0)
