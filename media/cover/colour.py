"""Colours by perceived lightness, chroma and hue (OKLCH, Ottosson 2020), and WCAG contrast."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

_LMS_FROM_LAB = np.array(
    [[1.0, 0.3963377774, 0.2158037573], [1.0, -0.1055613458, -0.0638541728], [1.0, -0.0894841775, -1.2914855480]]
)
_RGB_FROM_LMS = np.array(
    [
        [4.0767416621, -3.3077115913, 0.2309699292],
        [-1.2684380046, 2.6097574011, -0.3413193965],
        [-0.0041960863, -0.7034186147, 1.7076147010],
    ]
)


def oklch(lightness: float, chroma: float, hue_deg: float) -> str:
    """The sRGB colour '#rrggbb' of an OKLCH colour; chroma is lowered until the colour fits sRGB.

    Args:
        lightness: 0 (black) to 1 (white); values outside are cut.
        chroma: 0 (grey) to about 0.37.
        hue_deg: hue angle in degrees, any number.
    """
    lightness = min(max(lightness, 0.0), 1.0)
    low, high = 0.0, max(chroma, 0.0)
    if _in_gamut(_linear(lightness, high, hue_deg)):
        low = high
    else:
        for _ in range(18):
            middle = (low + high) / 2
            low, high = (middle, high) if _in_gamut(_linear(lightness, middle, hue_deg)) else (low, middle)
    linear = np.clip(_linear(lightness, low, hue_deg), 0.0, 1.0)
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(value) * 255):02x}" for value in encoded)


def luminance(colour: str) -> float:
    """WCAG relative luminance of '#rrggbb', 0 (black) to 1 (white)."""
    rgb = np.array([[int(colour[start : start + 2], 16) for start in (1, 3, 5)]], dtype=np.uint8)
    return float(luminances(rgb)[0])


def luminances(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """WCAG relative luminance of sRGB pixels. Shapes: [..., 3] of 0-255 -> [...] of 0-1."""
    values = pixels.astype(np.float64) / 255.0
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ np.array([0.2126, 0.7152, 0.0722]), dtype=np.float64)


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio of two colours, 1 to 21."""
    brighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def readable_on(ground: str, wanted: str, ratio: float = 4.5) -> str:
    """`wanted` moved towards black or white, whichever keeps its hue longer, until it stands `ratio` off `ground`."""
    if contrast(wanted, ground) >= ratio:
        return wanted
    rgb = [int(wanted[start : start + 2], 16) for start in (1, 3, 5)]
    target = 0 if luminance(ground) > 0.18 else 255
    for step in range(1, 21):
        share = step / 20
        moved = "#" + "".join(f"{round(value + (target - value) * share):02x}" for value in rgb)
        if contrast(moved, ground) >= ratio:
            return moved
    return "#000000" if target == 0 else "#ffffff"


def mix(one: str, other: str, share: float) -> str:
    """A colour `share` (0-1) of the way from one sRGB colour to another, mixed in linear light."""
    pairs = ((int(one[s : s + 2], 16) / 255, int(other[s : s + 2], 16) / 255) for s in (1, 3, 5))
    mixed = (((1 - share) * a**2.2 + share * b**2.2) ** (1 / 2.2) for a, b in pairs)
    return "#" + "".join(f"{min(255, max(0, round(value * 255))):02x}" for value in mixed)


def hue_chroma(colour: str) -> tuple[float, float]:
    """Hue in degrees (0-360) and chroma of '#rrggbb' in OKLCH; the hue of a grey means nothing."""
    encoded = np.array([int(colour[start : start + 2], 16) for start in (1, 3, 5)]) / 255.0
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    _, a, b = np.linalg.inv(_LMS_FROM_LAB) @ np.cbrt(np.linalg.inv(_RGB_FROM_LMS) @ linear)
    return math.degrees(math.atan2(b, a)) % 360.0, float(math.hypot(a, b))


def _linear(lightness: float, chroma: float, hue_deg: float) -> NDArray[np.float64]:
    angle = math.radians(hue_deg)
    lab = np.array([lightness, chroma * math.cos(angle), chroma * math.sin(angle)])
    return np.asarray(_RGB_FROM_LMS @ (_LMS_FROM_LAB @ lab) ** 3, dtype=np.float64)


def _in_gamut(linear: NDArray[np.float64]) -> bool:
    return bool((linear >= -1e-6).all() and (linear <= 1 + 1e-6).all())
