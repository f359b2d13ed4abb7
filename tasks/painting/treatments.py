"""In whose look a picture is painted: looks that keep its colours, a smoother one for the sky, by the seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from schemas.picture import Paint, Treatment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.pictures.style.looks import Look, Looks
    from schemas.plan import Mood

_NEAREST = 24
"""How many of the looks nearest to a picture's colours the seed chooses from."""

_STRENGTHS: dict[Mood, float] = {
    "calm": 0.55,
    "hopeful": 0.6,
    "joyful": 0.65,
    "melancholy": 0.6,
    "nostalgic": 0.62,
    "restless": 0.7,
    "tender": 0.55,
    "triumphant": 0.66,
}
_SMOOTH_SKY = 0.0
_ROUGH_GROUND = 0.01


def choose_treatment(
    looks: Looks, palette: Sequence[str], mood: Mood, *, seed: int, wanted: str = ""
) -> tuple[Treatment, str]:
    """The treatment of a picture, and why, in words.

    Args:
        looks: the library.
        palette: the picture's colours, from the darkest to the lightest tone, then accent and light.
        mood: how strongly it is painted, 0.55 to 0.7.
        seed: chooses among what fits.
        wanted: the one look to paint in, or words that name it; '' to choose.

    Raises:
        CheckpointError: no look answers to the words; the nearest are named.
    """
    strength = _STRENGTHS[mood]
    if wanted:
        paint = _paint(looks.find(wanted.replace("-", " ")))
        return Treatment(above=paint, below=paint, subject=paint, strength=strength), "the brief asks for this look"
    rng = np.random.default_rng(seed)
    tones = list(palette)
    sky = looks.nearest(_NEAREST, colours=tones[-4:], roughness=_SMOOTH_SKY)
    ground = looks.nearest(_NEAREST, colours=tones[:4], roughness=_ROUGH_GROUND)
    subject = looks.nearest(_NEAREST, colours=[tones[0], tones[-2], tones[-1]])
    above, below, figure = (_paint(found[int(rng.integers(len(found)))]) for found in (sky, ground, subject))
    return (
        Treatment(above=above, below=below, subject=figure, strength=strength),
        "painted in looks whose colours are near the scene's",
    )


def _paint(look: Look) -> Paint:
    return Paint(look=look.slug, credit=look.credit[:300])
