"""Drafts: every proposed direction painted small, measured, and the best chosen; all are shown on one sheet.

A draft's score is the sum of four measures, each brought to 0-1 and weighed: how calm the place for the title is (.35),
tonal contrast (.25), how much of the drawing's shapes the paint keeps (.25) and colourfulness (.15). Drafts all of a
tone, or nearly a picture they must not resemble (the album's own cover, for a song), are set aside.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from media.pictures.hashing import hamming, perceptual_hash
from media.pictures.measures import colourfulness, sharpness, tonal_contrast
from media.pictures.reading import encode_png, picture_of
from media.scenes.drawing import composition_of
from media.sleeve.contact import ContactPicture, takes_sheet
from media.sleeve.ground import measured
from schemas.inspection import Figure
from tasks.painting.painter import Commission, Ground, Pixels, draft, drawn_ground

if TYPE_CHECKING:
    from collections.abc import Sequence

    from media.scenes.motif import Calm
    from schemas.picture import ArtDirection
    from tasks.painting.easel import Composer
    from tasks.painting.painter import Easel

LEAST_CONTRAST = 0.06
"""Standard deviation of lightness (0-1) under which a draft is all of a tone."""
LEAST_DISTANCE = 8
"""Bits of 64 in which the perceptual hashes of two pictures differ at least."""

_COLOURFUL = 60.0
_CONTRASTED = 0.22


@dataclass(frozen=True)
class Draft:
    """A direction, how it looks painted small, and what was measured of it."""

    direction: ArtDirection
    pixels: Pixels
    figures: tuple[Figure, ...]
    score: float

    @property
    def passes(self) -> bool:
        """Whether it keeps every bound."""
        return all(figure.ok for figure in self.figures)


def paint_drafts(
    directions: Sequence[ArtDirection], easel: Easel, composer: Composer | None, kin: ArtDirection | None
) -> list[Draft]:
    """The drafts of some directions, the best first; those that fail a bound come last.

    Args:
        directions: what is proposed.
        easel: networks and looks.
        composer: the network that gives compositions; None draws scenes.
        kin: the album's own direction, which a song's picture must not resemble too much; None for the album's.
    """
    others = [perceptual_hash(_draft(kin, easel, composer)[0])] if kin else []
    made = [_measured(direction, easel, composer, others) for direction in directions]
    return sorted(made, key=lambda one: (not one.passes, -one.score))


def sheet_of(drafts: Sequence[Draft]) -> bytes:
    """The drafts with what they show and their scores, the best first, as JPEG."""
    return takes_sheet([ContactPicture(_what(one), encode_png(picture_of(one.pixels)), _said(one)) for one in drafts])


def _what(one: Draft) -> str:
    scene = one.direction.scene
    return f"{scene.motif}, {scene.composition}".replace("_", " ") if scene else "by a network"


def _said(one: Draft) -> tuple[str, ...]:
    failed = [f"{figure.name} {figure.value:g}" for figure in one.figures if not figure.ok]
    return (f"score {one.score:.2f}", *failed)


def _measured(direction: ArtDirection, easel: Easel, composer: Composer | None, others: Sequence[int]) -> Draft:
    pixels, ground = _draft(direction, easel, composer)
    calm = _calm(pixels, direction)
    contrast = tonal_contrast(pixels)
    colour = colourfulness(pixels)
    kept = _shapes_kept(pixels, ground)
    nearest = min((hamming(perceptual_hash(pixels), other) for other in others), default=64)
    figures = (
        Figure(name="calm place for the title", value=round(calm, 3)),
        Figure(
            name="tonal contrast",
            value=round(contrast, 3),
            bound=f">= {LEAST_CONTRAST}",
            ok=contrast >= LEAST_CONTRAST,
        ),
        Figure(name="colourfulness", value=round(colour, 1)),
        Figure(name="shapes kept by the paint", value=round(kept, 3)),
        Figure(name="sharpness", value=round(sharpness(pixels), 1)),
        Figure(
            name="distance to the album's cover" if others else "distance to other pictures",
            value=nearest,
            unit="bits of 64",
            bound=f">= {LEAST_DISTANCE}",
            ok=nearest >= LEAST_DISTANCE,
        ),
    )
    score = 0.35 * calm + 0.25 * min(1, contrast / _CONTRASTED) + 0.25 * kept + 0.15 * min(1, colour / _COLOURFUL)
    return Draft(direction, pixels, figures, round(score, 4))


def _draft(direction: ArtDirection, easel: Easel, composer: Composer | None) -> tuple[Pixels, Ground]:
    latent = direction.latent
    commission = Commission.of(direction)
    ground = composer.ground(latent) if composer and latent else drawn_ground(commission)
    return draft(commission, easel, ground), ground


def _calm(pixels: Pixels, direction: ArtDirection) -> float:
    """1 - the mean busyness of the quietest place that the composition leaves for words, 0 to 1."""
    busy = measured(pixels).busy
    height, width = busy.shape
    places: dict[Calm, tuple[slice, slice]] = {
        "top": (slice(0, height // 3), slice(None)),
        "bottom": (slice(height * 2 // 3, None), slice(None)),
        "left": (slice(None), slice(0, width // 3)),
        "right": (slice(None), slice(width * 2 // 3, None)),
        "middle": (slice(height // 3, height * 2 // 3), slice(width // 6, width * 5 // 6)),
    }
    wanted: tuple[Calm, ...] = composition_of(direction.scene).calm if direction.scene else ("top", "bottom")
    return 1.0 - min(float(busy[places[place]].mean()) for place in wanted)


def _shapes_kept(pixels: Pixels, ground: Ground) -> float:
    """How far the edges of the paint are those of what was painted over: their correlation, 0 to 1."""
    over = Image.fromarray(np.asarray(ground.picture * 255 + 0.5, np.uint8)).resize(pixels.shape[1::-1])
    one, other = (_edges(np.asarray(picture, np.float32).mean(-1)) for picture in (pixels, over))
    return max(0.0, float(np.corrcoef(one.ravel(), other.ravel())[0, 1]))


def _edges(grey: np.ndarray) -> np.ndarray:
    return np.hypot(np.diff(grey, axis=0)[:, :-1], np.diff(grey, axis=1)[:-1])
