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


def most_contrast(
    behind: NDArray[np.uint8], letters: NDArray[np.bool_], inks: Sequence[str], least: float
) -> tuple[str, float]:
    """The first ink that stands `least` off everything behind some letters, else the best of them; and its contrast.

    The contrast of an ink is the least WCAG ratio to any pixel behind the letters or within four pixels of them.
    Shapes: behind [height, width, 3], letters [height, width].
    """
    mask = _grown(letters, 4)
    light = luminances(behind[mask]) if mask.any() else np.zeros(1)
    darkest, brightest = float(light.min()), float(light.max())
    ratios = [_against(darkest, brightest, luminance(ink)) for ink in inks]
    for ink, ratio in zip(inks, ratios, strict=True):
        if ratio >= least:
            return ink, ratio
    best = int(np.argmax(ratios))
    return inks[best], ratios[best]


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
