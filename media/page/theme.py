"""Colours of a page from the palette of a cover, light and dark, every pair checked for contrast."""

from __future__ import annotations

from media.cover.colour import mix, readable_on

_NEUTRAL = ("#f2f0ea", "#c9c2b4", "#7b5e3b", "#21201d")


def theme_css(palette: tuple[str, ...]) -> str:
    """CSS variables for light and dark pages; text keeps 7:1, small text and accents 4.5:1 on their background."""
    colours = palette or _NEUTRAL
    tint = max(colours, key=_colourfulness)
    accent = _accent(colours)
    light = _variables(mix("#ffffff", tint, 0.045), mix("#ffffff", tint, 0.10), "#17161a", tint, accent)
    dark = _variables(mix("#111114", tint, 0.035), mix("#1a1a1f", tint, 0.07), "#f5f3ef", tint, accent)
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


def _variables(ground: str, raised: str, ink: str, tint: str, accent: str) -> str:
    pairs = {
        "ground": ground,
        "raised": raised,
        "ink": readable_on(ground, ink, 7.0),
        "soft": readable_on(raised, mix(ink, ground, 0.42), 4.6),
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
