"""The words of a direction, set on its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.scenes.drawing import composition_of
from media.sleeve.front import letter_picture

if TYPE_CHECKING:
    from media.sleeve.front import LetteredPicture
    from schemas.picture import ArtDirection
    from tasks.painting.painter import Pixels

DISCLOSED = ("AI-GENERATED",)
"""What stands small on every picture."""


def letter(
    plain: Pixels, direction: ArtDirection, *, seed: int, size_px: tuple[int, int], treatment: str = ""
) -> LetteredPicture:
    """A picture of a direction with its title, artist and small print.

    Args:
        plain: the picture. Shapes: [H, W, 3].
        direction: title, artist, palette and where it is calm.
        seed: chooses among treatments that suit, and among their inks.
        size_px: width and height of the result.
        treatment: the one to set it in, where it can hold the words; '' to choose.

    Raises:
        MediaError: a size is out of bounds, or there is no such treatment.
    """
    return letter_picture(
        plain,
        size_px,
        title=direction.title,
        artist=direction.artist,
        small_print=direction.small_print or DISCLOSED,
        calm=composition_of(direction.scene).calm if direction.scene else ("bottom", "top"),
        palette=direction.palette,
        seed=seed,
        genre=direction.setting.genre,
        mood=direction.setting.mood,
        treatment=treatment,
    )
