"""What a motif is: a family of pictures, the words that call for it, and the ways it can be laid out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from media.scenes.stage import Stage
from schemas.scene import Hour, Weather

Calm = Literal["top", "bottom", "left", "right", "middle"]
"""Which part of a composition is quiet enough for words."""

HOURS: tuple[Hour, ...] = ("dawn", "day", "dusk", "night")
WEATHERS: tuple[Weather, ...] = ("clear", "cloudy", "mist", "rain", "snow", "storm")


@dataclass(frozen=True)
class Composition:
    """A way to lay a motif out: what draws it, and where words may stand, best place first."""

    draw: Callable[[Stage], None]
    calm: tuple[Calm, ...] = ("top", "bottom")


@dataclass(frozen=True)
class Motif:
    """A family of pictures.

    Attributes:
        name: e.g. 'harbour'.
        words: what themes and lyrics say when they call for it, as word stems in lower case ('boat', 'sail').
        compositions: by name.
        hours: times of day that it can be drawn at.
        weathers: what it can be drawn in.
        drawn: false where it is abstract and suits any theme a little and none much.
    """

    name: str
    words: tuple[str, ...]
    compositions: dict[str, Composition]
    hours: tuple[Hour, ...] = HOURS
    weathers: tuple[Weather, ...] = WEATHERS
    drawn: bool = True
