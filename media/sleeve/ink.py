"""Inks for words on a picture: paper, near-black and the picture's own strong colours, chosen by measure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import contrast, hue_chroma, luminance, oklch

LEAST_CONTRAST = 4.5
"""WCAG contrast that every word keeps against what is behind and around it."""
_STRAY = 0.5
"""Percent of the pixels behind words, at each end, that may be darker or brighter than is counted."""


def inks(palette: Sequence[str], taste: Literal["quiet", "loud"]) -> tuple[str, ...]:
    """Inks in the order that they are wanted: paper and near-black with a hint of the palette, strong colours if loud.

    Args:
        palette: '#rrggbb' colours of the picture, any order; may be empty.
        taste: 'loud' puts the palette's strongest light colour first.
    """
    paper, deep = paper_of(palette), deep_of(palette)
    strong = sorted((each for each in palette if hue_chroma(each)[1] > 0.09), key=lambda each: -hue_chroma(each)[1])
    bright = tuple(each for each in strong if luminance(each) > 0.3)[:2]
    return (*bright[:1], paper, deep) if taste == "loud" else (paper, deep)


def paper_of(palette: Sequence[str]) -> str:
    """An off-white with a hint of the palette's lightest colour."""
    lightest = max(palette, key=luminance, default="#f4ead8")
    hue, chroma = hue_chroma(lightest)
    return oklch(0.968, min(0.018, 0.25 * chroma + 0.004), hue)


def deep_of(palette: Sequence[str]) -> str:
    """A near-black with a hint of the palette's darkest colour."""
    darkest = min(palette, key=luminance, default="#15171c")
    hue, chroma = hue_chroma(darkest)
    return oklch(0.19, min(0.04, 0.5 * chroma + 0.004), hue)


def plate_colours(palette: Sequence[str], taste: Literal["quiet", "loud"]) -> tuple[tuple[str, str], ...]:
    """Pairs of (plate, ink) in the order that they are wanted; each pair keeps 5.5:1."""
    paper, deep = paper_of(palette), deep_of(palette)
    strong = sorted((each for each in palette if hue_chroma(each)[1] > 0.07), key=lambda each: -hue_chroma(each)[1])
    pairs = [(each, ink) for each in strong for ink in (paper, deep) if contrast(each, ink) >= 5.5]
    if strong and not pairs:
        hue, chroma = hue_chroma(strong[0])
        pairs = [(oklch(0.42, max(chroma, 0.08), hue), paper)]
    calm = [(paper, deep), (deep, paper)]
    return tuple((*pairs[:2], *calm) if taste == "loud" else (*calm, *pairs[:1]))


def spread_of_light(light: NDArray[np.float64]) -> tuple[float, float]:
    """The darkest and the brightest of some luminances, a hundredth of the pixels aside: stars, twigs, specks of paint.

    Shapes: [n] of 0-1. Nothing gives 0 and 0.
    """
    if not light.size:
        return 0.0, 0.0
    low, high = np.percentile(light, (_STRAY, 100.0 - _STRAY))
    return float(low), float(high)


def against(darkest: float, brightest: float, ink: float) -> float:
    """The least WCAG contrast of an ink with any luminance of a range; 1 where the ink lies inside it."""
    if darkest <= ink <= brightest:
        return 1.0
    nearest = brightest if ink > brightest else darkest
    return (max(ink, nearest) + 0.05) / (min(ink, nearest) + 0.05)


def best_ink(darkest: float, brightest: float, wanted: Sequence[str]) -> tuple[str, float]:
    """The ink to take on a range of luminance, and its least contrast there.

    A strong colour is taken where it keeps the bound with something to spare, else whichever of the others stands
    out more.
    """
    ratios = [(against(darkest, brightest, luminance(ink)), ink) for ink in wanted]
    if len(ratios) > 2 and ratios[0][0] >= 1.2 * LEAST_CONTRAST:
        return ratios[0][1], ratios[0][0]
    rest = ratios[-2:] if len(ratios) > 2 else ratios
    ratio, ink = max(rest)
    return ink, ratio
