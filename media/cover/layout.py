"""Where the words of a cover stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from media.cover.lettering import JOST_CAPITALS, Face

SIDE = 1500.0
"""Covers are drawn on a square of this many units, whatever the pixels."""
MARGIN = 96.0
"""No letter comes nearer to an edge than this."""

Align = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Layout:
    """What a composition leaves free for words, in units of the drawing.

    Attributes:
        box: x, y, width, height that the title must stay in; nothing busy lies behind it.
        face: font of the title.
        align: where its lines start.
        anchor: whether the title hangs from the top of its box, stands at the bottom or is centred.
        largest_px: the largest size of the title.
        most_lines: lines the title may take.
        artist_face: font of the artist's name.
        artist_px: size of the artist's name.
        artist_first: whether the artist stands above the title.
        print_y: baseline of the small print.
        print_stacked: whether both parts of the small print stand at the left, one above the other.
        title_ink: colour wanted for the title; '' is the palette's ink.
        print_ink: colour wanted for the small print; '' is as the title.
    """

    box: tuple[float, float, float, float]
    face: Face
    align: Align = "start"
    anchor: Literal["top", "middle", "bottom"] = "top"
    largest_px: float = 190.0
    most_lines: int = 4
    artist_face: Face = JOST_CAPITALS
    artist_px: float = 38.0
    artist_first: bool = False
    print_y: float = SIDE - 58.0
    print_stacked: bool = False
    title_ink: str = ""
    print_ink: str = ""
