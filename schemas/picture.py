"""Pictures: what is directed, painted and engraved."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import Field, model_validator

from schemas.base import Artifact, BlobRef, Digest, Record
from schemas.inspection import Figure
from schemas.plan import Genre, Mood
from schemas.scene import Colour, Scene


class Setting(Record):
    """What decides how words are set on a picture, besides the picture."""

    genre: Genre
    mood: Mood
    seed: int = Field(ge=0, lt=2**63)
    treatment: str = Field(default="", pattern=r"^[a-z_]*$", max_length=40, description="e.g. 'band'; '' to choose")


class Paint(Record):
    """Whose way of painting a part of a picture is painted in."""

    look: str = Field(pattern=r"^[a-z0-9-]+$", max_length=80, description="name in the library of looks")
    credit: str = Field(max_length=300, description="artist, painting and year, as far as they are known")


class Treatment(Record):
    """How a scene is painted: a look for the sky, one for the ground, one for what the picture is about."""

    above: Paint
    below: Paint
    subject: Paint
    strength: float = Field(ge=0, le=1, description="0 leaves the drawing's own texture, 1 is all the look's")

    @property
    def credits(self) -> tuple[str, ...]:
        """The paintings whose looks were used, each once."""
        return tuple(dict.fromkeys(paint.credit for paint in (self.above, self.below, self.subject)))


class Latent(Record):
    """A picture of a generative network, by the numbers it was drawn from."""

    model: str = Field(max_length=120, description="registered name, e.g. cover:scenes-64")
    seed: int = Field(ge=0, lt=2**63)
    truncation: float = Field(ge=0, le=2, description="psi: 0 the mean picture, 1 the full range")


class ArtDirection(Artifact):
    """What a picture is to show and how it is to be painted and lettered, before it is painted."""

    kind: Literal["art_direction"] = "art_direction"
    scene: Scene | None = Field(default=None, description="what is drawn; None where a network gives the composition")
    latent: Latent | None = Field(default=None, description="what a network gives; None where a scene is drawn")
    treatment: Treatment
    palette: tuple[Colour, ...] = Field(min_length=3, max_length=12, description="colours, the ground first, ink last")
    title: str = Field(min_length=1, max_length=120)
    artist: str = Field(min_length=1, max_length=120)
    small_print: tuple[str, ...] = Field(default=(), max_length=4)
    setting: Setting
    reasons: tuple[str, ...] = Field(default=(), max_length=40, description="why it looks so, for the reviewer")
    candidates: BlobRef | None = Field(default=None, description="drafts it was chosen from, on one sheet, best first")
    figures: tuple[Figure, ...] = Field(default=(), max_length=40, description="measured on the draft that was chosen")

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.scene is None) == (self.latent is None):
            raise ValueError("a direction has either a scene or a latent: give one of them")
        return self


class CoverArt(Artifact):
    """A square cover as PNG, and as SVG where it was drawn."""

    kind: Literal["cover_art"] = "cover_art"
    schema_version: int = 2

    latest_version: ClassVar[int] = 2

    model: str = Field(max_length=120, description="what made it, e.g. cover:painted")
    picture: BlobRef
    drawing: BlobRef | None = Field(default=None, description="the SVG it was drawn from, or that of its words")
    width_px: int = Field(ge=64, le=8192)
    height_px: int = Field(ge=64, le=8192)
    palette: tuple[str, ...] = Field(default=(), description="colours as #rrggbb, background first")
    title_contrast: float = Field(ge=1, le=21, description="WCAG contrast ratio of the title against what is behind it")
    shop: BlobRef | None = Field(default=None, description="JPEG of 3000 pixels a side, as shops ask for it")
    plain: BlobRef | None = Field(default=None, description="the picture without words")
    figures: tuple[Figure, ...] = Field(default=(), max_length=40, description="what was measured of it")


Purpose = Literal["song", "banner", "portrait", "landscape"]


class ArtPicture(Artifact):
    """A picture beside the cover: a song's own, or the cover in another format."""

    kind: Literal["art_picture"] = "art_picture"
    purpose: Purpose
    model: str = Field(max_length=120)
    picture: BlobRef = Field(description="JPEG, words on it")
    plain: BlobRef = Field(description="JPEG, without words")
    width_px: int = Field(ge=64, le=8192)
    height_px: int = Field(ge=64, le=8192)
    title_contrast: float = Field(ge=1, le=21, description="WCAG contrast ratio of the title against what is behind it")


class SleevePicture(Record):
    """One picture of a sleeve: its name, and the artifact that holds it."""

    name: str = Field(max_length=40, description="id of the song, or banner, portrait, landscape")
    artifact: Digest


class Sleeve(Artifact):
    """The cover, every picture beside it and the songs' films: what a reviewer judges as one."""

    kind: Literal["sleeve"] = "sleeve"
    schema_version: int = 2

    latest_version: ClassVar[int] = 2

    cover: Digest
    pictures: tuple[SleevePicture, ...] = Field(max_length=40)
    films: tuple[SleevePicture, ...] = Field(default=(), max_length=20, description="each by the id of its song")
    sheet: BlobRef = Field(description="JPEG that shows them all")


class Engraving(Artifact):
    """A song to look at: the lead sheet's pages, its notation as MusicXML and MIDI, and pictures of all its notes."""

    kind: Literal["engraving"] = "engraving"
    schema_version: int = 2

    latest_version: ClassVar[int] = 2

    pages: tuple[BlobRef, ...] = Field(min_length=1, max_length=40, description="one SVG a page")
    pdf: BlobRef
    musicxml: BlobRef = Field(description="the lead sheet as MusicXML")
    midi: BlobRef = Field(description="the full score as MIDI")
    score_musicxml: BlobRef = Field(description="the full score as MusicXML")
    piano_roll: BlobRef | None = Field(default=None, description="SVG: every part over time; None before version 2")
    similarity: BlobRef | None = Field(default=None, description="PNG: each bar against each other; None before 2")
    pictured: str = Field(default="", max_length=4000, description="in words, what the two pictures show")
