"""Colours of a page from the palette of a cover, light and dark, every pair checked for contrast."""

from __future__ import annotations

from media.cover.colour import hue_chroma, mix, oklch, readable_on

_NEUTRAL = ("#f2f0ea", "#c9c2b4", "#7b5e3b", "#21201d")


def theme_css(palette: tuple[str, ...]) -> str:
    """CSS variables for light and dark pages; text keeps 7:1, small text and accents 4.5:1 on their background."""
    colours = palette or _NEUTRAL
    hue, chroma = hue_chroma(colours[0])
    if chroma < 0.02:
        hue, chroma = hue_chroma(max(colours, key=_colourfulness))
    share, accent = min(1.0, chroma / 0.08), _accent(colours)
    light = _variables(oklch(0.982, 0.010 * share, hue), oklch(0.945, 0.022 * share, hue), "#17161a", accent)
    dark = _variables(oklch(0.175, 0.018 * share, hue), oklch(0.235, 0.026 * share, hue), "#f5f3ef", accent)
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


def _variables(ground: str, raised: str, ink: str, accent: str) -> str:
    pairs = {
        "ground": ground,
        "raised": raised,
        "ink": readable_on(ground, ink, 7.0),
        "soft": readable_on(raised, mix(ink, ground, 0.4), 4.6),
        "unsung": readable_on(ground, mix(ink, ground, 0.55), 4.5),
        "line": mix(ground, ink, 0.16),
        "accent": readable_on(raised, accent, 4.6),
        "on-accent": readable_on(readable_on(raised, accent, 4.6), ground, 4.5),
    }
    return "".join(f"--{name}:{value};" for name, value in pairs.items())


def _colourfulness(colour: str) -> int:
    channels = [int(colour[start : start + 2], 16) for start in (1, 3, 5)]
    return max(channels) - min(channels)


def _accent(colours: tuple[str, ...]) -> str:
    """The most colourful of the palette's stronger colours (the accent is the last but one of a cover's)."""
    named = colours[-2] if len(colours) > 2 else colours[-1]
    return named if _colourfulness(named) >= 60 else max(colours, key=_colourfulness)
