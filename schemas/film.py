"""Films: the storyboard a song's film follows, its reels, and the finished film."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.base import Artifact, BlobRef, Digest, Record
from schemas.inspection import Figure
from schemas.picture import Treatment
from schemas.scene import Colour, Scene

FilmStyle = Literal["move", "vid2vid", "few-shot", "latent", "performer"]
"""How a film's pictures are made: painted once and moved through; painted by a network frame after frame, from label
maps or by weights made from a few reference pictures; a walk through the latent space of a
generative network; or a portrait that sings."""

Transition = Literal["cut", "dissolve", "dip"]
"""Between two shots: at once; the two laid over each other; through the storyboard's darkest colour."""


class View(Record):
    """Where a camera looks: the middle of what it sees, in units of the frame's shorter side from the scene's middle
    (x to the right, y down), and how much it magnifies. A zoom of 1 shows what the scene is drawn for.
    """

    x: float = Field(default=0.0, ge=-1, le=1)
    y: float = Field(default=0.0, ge=-1, le=1)
    zoom: float = Field(default=1.0, ge=1, le=4)


class Shot(Record):
    """A stretch of film without a cut."""

    first_frame: int = Field(ge=0)
    frames: int = Field(ge=1, le=200_000)
    section: str = Field(max_length=40, description="the song's section, 'title' before it, 'credits' after it")
    scene: int = Field(ge=0, lt=40, description="index into the storyboard's scenes")
    start: View = View()
    end: View = View()
    scene_s: float = Field(default=0.0, ge=0, description="the scene's time at the first frame, seconds")
    pace: float = Field(default=1.0, ge=0, le=4, description="seconds of the scene in a second of film")
    energy: float = Field(default=0.5, ge=0, le=1, description="how strongly the picture answers the music")
    tint: Colour = Field(default="#808080", description="colour of the harmony that is laid over the picture")
    tint_share: float = Field(default=0.0, ge=0, le=0.5)
    transition: Transition = "cut"
    transition_frames: int = Field(default=0, ge=0, le=240, description="of its own first frames; 0 for a cut")

    @property
    def end_frame(self) -> int:
        """The frame after its last."""
        return self.first_frame + self.frames


class SungText(Record):
    """A syllable in time, as subtitles set it."""

    start_s: float = Field(ge=0, le=7200)
    end_s: float = Field(ge=0, le=7200)
    text: str = Field(min_length=1, max_length=40)
    ends_word: bool


class SungLine(Record):
    """A sung line in time."""

    text: str = Field(max_length=400, description="as it is written")
    start_s: float = Field(ge=0, le=7200)
    end_s: float = Field(ge=0, le=7200)
    syllables: tuple[SungText, ...] = Field(max_length=64)


class Storyboard(Artifact):
    """A song's film before it is made: which scene is seen when, and how the camera moves. It has no size."""

    kind: Literal["storyboard"] = "storyboard"
    title: str = Field(min_length=1, max_length=120)
    artist: str = Field(min_length=1, max_length=120)
    fps: int = Field(ge=1, le=240)
    frames: int = Field(ge=1, le=200_000)
    scenes: tuple[Scene, ...] = Field(min_length=1, max_length=40)
    treatment: Treatment = Field(description="whose way of painting the film is painted in")
    shots: tuple[Shot, ...] = Field(min_length=1, max_length=2000, description="in order, without a gap")
    title_s: float = Field(default=0.0, ge=0, le=20, description="how long the title is shown, from the first frame")
    credits_s: float = Field(
        default=0.0, ge=0, le=30, description="how long the credits are shown, up to the last frame"
    )
    credits: tuple[str, ...] = Field(default=(), max_length=24, description="lines of the end credits, disclosure last")
    reels: tuple[int, ...] = Field(min_length=1, max_length=400, description="the first shot of each reel; 0 first")
    seed: int = Field(ge=0, lt=2**63)
    lines: tuple[SungLine, ...] = Field(default=(), max_length=2000, description="the words and when they are sung")
    reasons: tuple[str, ...] = Field(default=(), max_length=40, description="why it is so, for the reviewer")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.frames / self.fps

    def reel(self, number: int) -> tuple[Shot, ...]:
        """The shots of a reel, counted from 0: what is filmed and kept as one piece.

        Raises:
            IndexError: there is no such reel.
        """
        if not 0 <= number < len(self.reels):
            raise IndexError(number)
        end = (*self.reels, len(self.shots))[number + 1]
        return self.shots[self.reels[number] : end]

    @model_validator(mode="after")
    def _without_gaps(self) -> Self:
        if self.shots[0].first_frame != 0 or self.shots[-1].end_frame != self.frames:
            raise ValueError(
                f"shots run from {self.shots[0].first_frame} to {self.shots[-1].end_frame}: 0-{self.frames}"
            )
        for before, after in pairwise(self.shots):
            if before.end_frame != after.first_frame:
                raise ValueError(f"a shot ends at frame {before.end_frame}, the next begins at {after.first_frame}")
        if any(shot.scene >= len(self.scenes) for shot in self.shots):
            raise ValueError(f"a shot shows a scene that is not among the {len(self.scenes)} of the storyboard")
        if any(shot.transition_frames > shot.frames for shot in self.shots):
            raise ValueError("a transition is longer than its shot: shorten it")
        starts = self.reels
        if starts[0] != 0 or starts[-1] >= len(self.shots) or any(a >= b for a, b in pairwise(starts)):
            raise ValueError(f"reels begin at shots {starts}: they must rise from 0 and stay below {len(self.shots)}")
        if any(self.shots[start].transition == "dissolve" for start in starts):
            raise ValueError("a reel is filmed by itself: its first shot cannot dissolve from another reel's")
        return self


class Still(Artifact):
    """A scene of a storyboard, painted once: what a camera moves through, or what a network paints after."""

    kind: Literal["still"] = "still"
    picture: BlobRef = Field(description="JPEG without words and without what is drawn over the paint")
    width_px: int = Field(ge=16, le=8192)
    height_px: int = Field(ge=16, le=8192)


class Reel(Artifact):
    """A piece of a film: H.264 without sound, which is joined with the others without being coded again."""

    kind: Literal["reel"] = "reel"
    style: FilmStyle
    number: int = Field(ge=0, lt=400)
    film: BlobRef
    width_px: int = Field(ge=16, le=8192)
    height_px: int = Field(ge=16, le=8192)
    fps: int = Field(ge=1, le=240)
    frames: int = Field(ge=1)


class Video(Artifact):
    """A song's film: H.264 and AAC, words burned in and as subtitles, chapters."""

    kind: Literal["video"] = "video"
    style: FilmStyle
    model: str = Field(max_length=120, description="what painted it, e.g. film:painted; '' where no network did")
    storyboard: Digest
    film: BlobRef
    poster: BlobRef = Field(description="JPEG, a frame that stands for it")
    strip: BlobRef = Field(description="JPEG, twelve frames in order")
    subtitles: BlobRef = Field(description="WebVTT, for players that set words themselves")
    width_px: int = Field(ge=16, le=8192)
    height_px: int = Field(ge=16, le=8192)
    fps: int = Field(ge=1, le=240)
    frames: int = Field(ge=1)
    figures: tuple[Figure, ...] = Field(default=(), max_length=40, description="what was measured of it")
