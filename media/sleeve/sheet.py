"""A sheet that words are set on, and words set on it: lines, rules and plates in the sheet's own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from media.sleeve.faces import Face, extent

SHORT_SIDE = 1500.0
"""The shorter side of every sheet is this many units, whatever its pixels."""
MARGIN = 96.0
"""No letter comes nearer to an edge of a square than this."""

PLATE_MARGIN = 56.0
"""No letter on a band or strip comes nearer to an edge than this."""

Role = Literal["title", "artist", "print"]
Align = Literal["start", "middle", "end"]
Calm = Literal["top", "bottom", "left", "right", "middle"]
Turn = Literal["level", "up", "down", "columns"]
"""How a line runs: level, turned to read upwards or downwards, or in columns of upright letters (Japanese)."""


class Box(NamedTuple):
    """A rectangle: left, top, right and lower edge."""

    left: float
    top: float
    right: float
    low: float

    @property
    def wide(self) -> float:
        """Its width."""
        return self.right - self.left

    @property
    def high(self) -> float:
        """Its height."""
        return self.low - self.top

    def grown(self, by: float) -> Box:
        """The rectangle larger by `by` on each side."""
        return Box(self.left - by, self.top - by, self.right + by, self.low + by)

    def with_(self, other: Box) -> Box:
        """The smallest rectangle around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.low, other.low),
        )

    def meets(self, other: Box) -> bool:
        """Whether both share some area."""
        return self.left < other.right and other.left < self.right and self.top < other.low and other.top < self.low


@dataclass(frozen=True)
class Sheet:
    """The size of a sheet and the margins that words keep.

    Attributes:
        wide: width in units; the shorter side is 1500.
        high: height in units.
        side_margin: least distance of a letter from the left and right edge.
        end_margin: least distance of a letter from the upper and lower edge.
    """

    wide: float
    high: float
    side_margin: float = MARGIN
    end_margin: float = MARGIN

    @staticmethod
    def of(width_px: int, height_px: int) -> Sheet:
        """The sheet of a picture of so many pixels. Tall pictures keep more free above and below: phones cover that."""
        scale = SHORT_SIDE / min(width_px, height_px)
        wide, high = width_px * scale, height_px * scale
        tall = high > 1.4 * wide
        return Sheet(wide, high, MARGIN, 0.11 * high if tall else MARGIN)

    @property
    def body(self) -> Box:
        """The sheet within its margins."""
        return Box(self.side_margin, self.end_margin, self.wide - self.side_margin, self.high - self.end_margin)


@dataclass(frozen=True)
class Line:
    """A line of text: its words as shown, where its baseline is anchored, and how it runs.

    Attributes:
        text: as shown.
        x: where its baseline is anchored; of columns, their middle.
        y: its baseline; of turned lines, where they are anchored along the sheet.
        size: font size.
        wide: length along its run.
        face: the font.
        align: which end is anchored.
        role: what it is, for its ink.
        turn: how it runs.
        spacing: space between letters in ems, instead of the face's own.
        hung: how far its anchor was moved out so that the first stem, not the white before it, meets the margin.
    """

    text: str
    x: float
    y: float
    size: float
    wide: float
    face: Face
    align: Align
    role: Role
    turn: Turn = "level"
    spacing: float | None = None
    hung: float = 0.0

    @property
    def box(self) -> Box:
        """The rectangle that its ink lies in, about."""
        ahead, under = extent(self.text, self.face)
        before = {"start": 0.0, "middle": 0.5, "end": 1.0}[self.align] * self.wide - self.hung
        above, below = ahead * self.size, under * self.size
        if self.turn == "up":
            return Box(self.x - above, self.y - self.wide + before, self.x + below, self.y + before)
        if self.turn == "down":
            return Box(self.x - below, self.y - before, self.x + above, self.y - before + self.wide)
        if self.turn == "columns":
            half = 0.54 * self.size
            return Box(self.x - half, self.y - before, self.x + half, self.y - before + self.wide)
        return Box(self.x - before, self.y - above, self.x - before + self.wide, self.y + below)


@dataclass(frozen=True)
class Setting:
    """Words in their places on a sheet, before any ink is chosen.

    Attributes:
        place: part of the sheet they stand in.
        lines: all lines; small print may be missing and is placed later.
        rules: thin bars in the title's ink.
        plate: a field of one colour that the title stands on.
        plate_edge: thickness of a line inside the plate's edge; 0 for none.
        plain: whether the plate is there only because the words could not be read without.
        window: where the picture shows, when it does not fill the sheet.
        coloured: whether what lies around the window may be a strong colour rather than paper.
    """

    place: Calm
    lines: tuple[Line, ...]
    rules: tuple[Box, ...] = ()
    plate: Box | None = None
    plate_edge: float = 0.0
    plain: bool = False
    window: Box | None = None
    coloured: bool = False

    @property
    def box(self) -> Box:
        """The rectangle around title and artist."""
        boxes = [line.box for line in self.lines if line.role != "print"]
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.with_(box)
        return whole

    def within(self, sheet: Sheet) -> bool:
        """Whether every letter keeps the margins; on a strip of its own it may come nearer to the edge."""
        body = sheet.body.grown(MARGIN - PLATE_MARGIN if self.coloured else 1.0)
        boxes = [line.box for line in self.lines]
        return all(
            body.left <= box.left and body.top <= box.top and box.right <= body.right and box.low <= body.low
            for box in boxes
        )
