"""Colours of a page from the palette of a cover, light and dark, every pair checked for contrast."""

from __future__ import annotations

from media.cover.colour import contrast, hue_chroma, luminance, mix, oklch, readable_on

_NEUTRAL = ("#f2f0ea", "#c9c2b4", "#7b5e3b", "#21201d")


def theme_css(palette: tuple[str, ...]) -> str:
    """CSS variables for light and dark pages; text keeps 7:1, small text and accents 4.5:1 on their background."""
    colours = palette or _NEUTRAL
    strongest = max(colours, key=lambda colour: hue_chroma(colour)[1])
    hue, chroma = hue_chroma(colours[0] if hue_chroma(colours[0])[1] >= 0.04 else strongest)
    share = min(1.0, max(chroma, 0.03) / 0.06)
    light = _variables(oklch(0.982, 0.010 * share, hue), oklch(0.945, 0.022 * share, hue), "#17161a", strongest)
    dark = _variables(oklch(0.175, 0.020 * share, hue), oklch(0.235, 0.028 * share, hue), "#f5f3ef", strongest)
    return f":root{{{light}}}\n@media (prefers-color-scheme: dark){{:root{{{dark}}}}}\n"


def _variables(ground: str, raised: str, ink: str, strongest: str) -> str:
    accent = _accent(strongest, raised)
    pairs = {
        "ground": ground,
        "raised": raised,
        "ink": readable_on(ground, ink, 7.0),
        "soft": readable_on(raised, mix(ink, ground, 0.4), 4.6),
        "unsung": readable_on(ground, mix(ink, ground, 0.55), 4.5),
        "line": mix(ground, ink, 0.16 if luminance(ground) > 0.18 else 0.05),
        "accent": accent,
        "on-accent": readable_on(accent, ground, 4.5),
    }
    return "".join(f"--{name}:{value};" for name, value in pairs.items())


def _accent(colour: str, ground: str) -> str:
    """The colour with its own hue and chroma, as light or dark as 4.6:1 on the ground asks for."""
    if contrast(colour, ground) >= 4.6:
        return colour
    hue, chroma = hue_chroma(colour)
    steps = range(62, 20, -1) if luminance(ground) > 0.18 else range(55, 97)
    for step in steps:
        made = oklch(step / 100, max(chroma, 0.10), hue)
        if contrast(made, ground) >= 4.6:
            return made
    return readable_on(ground, colour, 4.6)
