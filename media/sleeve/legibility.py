"""How well the words of a front can be read: the figures that takes are ranked by and a reviewer sees."""

from __future__ import annotations

from dataclasses import dataclass

from media.sleeve.faces import extent
from media.sleeve.front import LetteredPicture
from media.sleeve.ink import LEAST_CONTRAST
from media.sleeve.sheet import SHORT_SIDE, Box, Role
from schemas.inspection import Figure

THUMBNAIL_PX = 300
"""Shorter side of the thumbnail that letters are measured on."""
LEAST_LETTER_PX = 6.0
"""Capitals of a title lower than this on a thumbnail are not read there."""
LEAST_MARGIN = 0.03
"""Letters nearer to an edge than this share of the shorter side may be cut by a printer or a rounded corner."""
_CAPITAL = 0.68


@dataclass(frozen=True)
class Legibility:
    """Measures of a front's words.

    Attributes:
        title_contrast: least WCAG contrast of the title, 1 to 21.
        least_contrast: least WCAG contrast of any words, 1 to 21.
        title_px: height of the title's smallest capitals on a 300 px thumbnail.
        artist_px: the same of the artist's name; 0 where there is none.
        busyness: behind title and artist, 0 (flat) to 1 (a page of print).
        covered: share of the sheet that words and their fields take, 0 to 1.
        margin: least distance of a letter from an edge, as a share of the shorter side.
    """

    title_contrast: float
    least_contrast: float
    title_px: float
    artist_px: float
    busyness: float
    covered: float
    margin: float

    @property
    def score(self) -> float:
        """0 (cannot be read) to 1 (read at a glance), for ranking."""
        contrast = min(1.0, (self.title_contrast - 1.0) / 8.0)
        size = min(1.0, self.title_px / 16.0)
        return round(0.4 * contrast + 0.3 * size + 0.3 * (1.0 - self.busyness), 4)


def measure_legibility(front: LetteredPicture) -> Legibility:
    """The measures of a lettered picture, from its lines and what was measured when they were inked."""
    setting, sheet = front.inked.setting, front.sheet
    boxes = [line.box for line in setting.lines]
    nearest = min(min(box.left, box.top, sheet.wide - box.right, sheet.high - box.low) for box in boxes)
    return Legibility(
        title_contrast=front.title_contrast,
        least_contrast=front.least_contrast,
        title_px=_letter_px(front, "title"),
        artist_px=_letter_px(front, "artist"),
        busyness=front.busyness,
        covered=_covered(front, boxes),
        margin=round(nearest / SHORT_SIDE, 4),
    )


def legibility_figures(front: LetteredPicture) -> tuple[Figure, ...]:
    """The same as figures with their bounds."""
    found = measure_legibility(front)
    return (
        Figure(
            name="contrast of the title",
            value=found.title_contrast,
            unit=":1",
            bound=f">= {LEAST_CONTRAST}",
            ok=found.title_contrast >= LEAST_CONTRAST,
        ),
        Figure(
            name="least contrast of any words",
            value=found.least_contrast,
            unit=":1",
            bound=f">= {LEAST_CONTRAST}",
            ok=found.least_contrast >= LEAST_CONTRAST,
        ),
        Figure(
            name=f"capitals of the title at {THUMBNAIL_PX} px",
            value=found.title_px,
            unit="px",
            bound=f">= {LEAST_LETTER_PX:g}",
            ok=found.title_px >= LEAST_LETTER_PX,
        ),
        Figure(name="busyness behind the words", value=found.busyness),
        Figure(name="share covered by words", value=found.covered),
        Figure(
            name="least margin of a letter",
            value=found.margin,
            unit="of the side",
            bound=f">= {LEAST_MARGIN:g}",
            ok=found.margin >= LEAST_MARGIN,
        ),
    )


def _letter_px(front: LetteredPicture, role: Role) -> float:
    lines = [line for line in front.inked.setting.lines if line.role == role]
    if not lines:
        return 0.0
    heights = [min(_CAPITAL, extent(line.text, line.face)[0]) * line.size for line in lines]
    return round(min(heights) * THUMBNAIL_PX / SHORT_SIDE, 2)


def _covered(front: LetteredPicture, boxes: list[Box]) -> float:
    """Plates and what lies around a window count whole, letters by their rectangles."""
    setting, sheet = front.inked.setting, front.sheet
    area = sheet.wide * sheet.high
    if setting.window is not None:
        outside = area - setting.window.wide * setting.window.high
        inside = [box for box in boxes if setting.window.meets(box)]
        return round(min(1.0, (outside + sum(box.wide * box.high for box in inside)) / area), 4)
    field = setting.plate
    own = [box for box in boxes if field is None or not field.meets(box)]
    plate = field.wide * field.high if field is not None else 0.0
    return round(min(1.0, (plate + sum(box.wide * box.high for box in own)) / area), 4)
