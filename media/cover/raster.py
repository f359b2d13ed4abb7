"""SVG to pixels with the bundled fonts alone, and contrast measured on those pixels."""

from __future__ import annotations

import io
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from media.cover.colour import luminance, luminances
from media.fonts import FONT_FOLDER
from schemas.errors import MediaError


def render(svg: str, width_px: int, font_files: tuple[str, ...] = ()) -> bytes:
    """The SVG as PNG bytes, `width_px` wide, in the bundled fonts and the files named.

    Raises:
        MediaError: the renderer refused the drawing.
    """
    import resvg_py

    try:
        drawn = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width_px,
            skip_system_fonts=True,
            font_dirs=[str(FONT_FOLDER)],
            font_files=list(font_files),
            font_family="Jost",
        )
    except ValueError as error:
        raise MediaError(f"the drawing of {len(svg)} characters could not be rendered: {error}") from error
    return bytes(drawn)


def pixels(png: bytes) -> NDArray[np.uint8]:
    """The pixels of a PNG. Shapes: [height, width, 3]."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)


def worst_contrast(behind_png: bytes, letters_png: bytes, ink: str) -> float:
    """The least WCAG contrast of an ink and any pixel behind, or within four pixels of, white letters on black."""
    darkest, brightest = _range_behind(behind_png, letters_png)
    return _against(darkest, brightest, luminance(ink))


def most_contrast(behind_png: bytes, letters_png: bytes, inks: Sequence[str]) -> tuple[str, float]:
    """The first ink of at least 4.5:1 behind every letter, else the best of them, with its least contrast."""
    darkest, brightest = _range_behind(behind_png, letters_png)
    ratios = [_against(darkest, brightest, luminance(ink)) for ink in inks]
    for ink, ratio in zip(inks, ratios, strict=True):
        if ratio >= 4.5:
            return ink, ratio
    best = int(np.argmax(ratios))
    return inks[best], ratios[best]


def _range_behind(behind_png: bytes, letters_png: bytes) -> tuple[float, float]:
    mask = _grown(pixels(letters_png)[..., 0] > 96, 4)
    if not mask.any():
        return 0.0, 0.0
    light = luminances(pixels(behind_png)[mask])
    return float(light.min()), float(light.max())


def _against(darkest: float, brightest: float, ink: float) -> float:
    if darkest <= ink <= brightest:
        return 1.0
    nearest = brightest if ink > brightest else darkest
    return (max(ink, nearest) + 0.05) / (min(ink, nearest) + 0.05)


def _grown(mask: NDArray[np.bool_], reach: int) -> NDArray[np.bool_]:
    grown = mask.copy()
    for axis in (0, 1):
        once = grown.copy()
        for shift in range(1, reach + 1):
            for signed in (shift, -shift):
                once |= np.roll(grown, signed, axis=axis)
        grown = once
    return grown
