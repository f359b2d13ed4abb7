"""Scenes: what a picture shows before anybody paints it. The same scene is a cover and a film's label map."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from schemas.base import Record

Hour = Literal["dawn", "day", "dusk", "night"]
Weather = Literal["clear", "cloudy", "mist", "rain", "snow", "storm"]
Label = Literal[
    "sky",
    "disc",
    "star",
    "cloud",
    "mountain",
    "land",
    "field",
    "sand",
    "water",
    "ice",
    "tree",
    "plant",
    "building",
    "window",
    "road",
    "vessel",
    "vehicle",
    "animal",
    "figure",
    "thing",
    "form",
    "fire",
    "rain",
    "snowfall",
]

LABELS: tuple[Label, ...] = get_args(Label)
"""Labels by number, as a label map holds them (0 is sky). New ones are added at the end, so that numbers stay true."""

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-f]{6}$")]
"""An sRGB colour, '#rrggbb' in lower case."""


class SceneColours(Record):
    """The colours of a scene's light and things."""

    sky_high: Colour = Field(description="the sky at the top")
    sky_low: Colour = Field(description="the sky at the horizon")
    light: Colour = Field(description="sun, moon, lamps, windows")
    far: Colour = Field(description="land at the horizon, the air in it")
    near: Colour = Field(description="land in front")
    water: Colour = Field(description="open water, ice, glass")
    accent: Colour = Field(description="the one thing that stands out")
    shade: Colour = Field(description="silhouettes and the deepest shadow")


class Scene(Record):
    """What is drawn. Size and time are not part of it: the same scene is drawn at any of them."""

    motif: str = Field(pattern=r"^[a-z_]+$", max_length=40, description="family of motifs, e.g. 'harbour'")
    composition: str = Field(pattern=r"^[a-z_]+$", max_length=40, description="how the motif is laid out")
    seed: int = Field(ge=0, lt=2**63, description="varies everything that chance may vary")
    hour: Hour
    weather: Weather
    energy: float = Field(ge=0, le=1, description="0 still and wide, 1 crowded and steep")
    colours: SceneColours
