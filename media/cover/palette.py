"""Palettes from key and mood: hue by the circle of fifths, lightness and chroma by mood and mode."""

from __future__ import annotations

from dataclasses import dataclass

from media.cover.colour import contrast, oklch
from schemas.plan import Key, Mood


@dataclass(frozen=True)
class Palette:
    """Colours of a cover, all '#rrggbb'.

    Attributes:
        ground: the background.
        ink: text and fine lines; at least 7:1 on the ground.
        tones: five colours from the one nearest the ground in lightness to the one farthest from it.
        accent: the one colour that stands out.
    """

    ground: str
    ink: str
    tones: tuple[str, str, str, str, str]
    accent: str

    @property
    def dark(self) -> bool:
        """Whether the ground is darker than the ink."""
        return contrast(self.ground, "#ffffff") > contrast(self.ground, "#000000")

    def colours(self) -> tuple[str, ...]:
        """All colours, the ground first."""
        return (self.ground, *self.tones, self.accent, self.ink)


@dataclass(frozen=True)
class _Scheme:
    """How a mood looks: (lightness, chroma) of ground and tones, spread of hues, and (hue, share) it is pulled to."""

    ground: tuple[float, float]
    tone_from: tuple[float, float]
    tone_to: tuple[float, float]
    spread_deg: float
    accent: tuple[float, float, float]
    ground_turn_deg: float = 0.0
    pull: tuple[float, float] = (0.0, 0.0)


_SCHEMES: dict[Mood, _Scheme] = {
    "calm": _Scheme((0.93, 0.018), (0.83, 0.05), (0.42, 0.08), 40, (0.66, 0.15, 150), 10, (215, 0.25)),
    "hopeful": _Scheme((0.91, 0.055), (0.84, 0.11), (0.48, 0.15), 75, (0.70, 0.19, -60), 60),
    "joyful": _Scheme((0.85, 0.155), (0.78, 0.18), (0.50, 0.20), 230, (0.97, 0.03, 0), 45),
    "melancholy": _Scheme((0.26, 0.05), (0.38, 0.08), (0.78, 0.075), 45, (0.80, 0.13, 160), 0, (255, 0.5)),
    "nostalgic": _Scheme((0.89, 0.045), (0.78, 0.10), (0.40, 0.09), 130, (0.60, 0.16, 120), 30, (60, 0.35)),
    "restless": _Scheme((0.19, 0.03), (0.40, 0.16), (0.72, 0.21), 60, (0.92, 0.16, 120)),
    "tender": _Scheme((0.92, 0.035), (0.85, 0.075), (0.54, 0.13), 60, (0.60, 0.19, 50), -20, (350, 0.3)),
    "triumphant": _Scheme((0.34, 0.12), (0.58, 0.17), (0.88, 0.13), 70, (0.93, 0.09, -20), 190, (75, 0.6)),
}


def hue_of(key: Key) -> float:
    """Hue of a key in degrees: neighbours on the circle of fifths are 30 degrees apart, C major is 85 (yellow).

    A minor key lies 20 degrees beyond its relative major, so that the two are kin and not the same.
    """
    tonic = key.pitch_class if key.mode == "major" else (key.pitch_class + 3) % 12
    return (85.0 + 30.0 * ((tonic * 7) % 12) + (20.0 if key.mode == "minor" else 0.0)) % 360.0


def palette_of(key: Key, mood: Mood, *, turn_deg: float = 0.0, night: bool = False) -> Palette:
    """The palette of a key and a mood.

    Args:
        key: gives the hue; a minor key is darker and a little greyer.
        mood: gives lightness, chroma, spread of hues and the accent.
        turn_deg: turns every hue; small (within 15) to set two albums of one key apart.
        night: asks for a dark ground whatever the mood.
    """
    scheme = _SCHEMES[mood]
    hue = _pulled(hue_of(key), *scheme.pull) + turn_deg
    shade = 0.035 if key.mode == "minor" else 0.0
    light, chroma = scheme.ground
    start, end = scheme.tone_from, scheme.tone_to
    if night and light > 0.4:
        light, chroma = 0.22, 0.055
        hue = _pulled(hue, 275, 0.5)
        start, end = (0.40, max(start[1], 0.09)), (0.86, max(end[1] * 0.8, 0.09))
    ground = oklch(light - shade, chroma, hue + scheme.ground_turn_deg)
    tones = []
    for step in range(5):
        share = step / 4
        tones.append(
            _clear(
                start[0] + (end[0] - start[0]) * share - shade / 2,
                start[1] + (end[1] - start[1]) * share,
                hue + scheme.spread_deg * (share - 0.5),
            )
        )
    accent = oklch(scheme.accent[0], scheme.accent[1], hue + scheme.accent[2])
    one, two, three, four, five = tones
    return Palette(ground, _ink(ground, hue), (one, two, three, four, five), accent)


def _pulled(hue_deg: float, towards_deg: float, share: float) -> float:
    """A hue moved `share` of the shorter way round to another."""
    return hue_deg + share * ((towards_deg - hue_deg + 180) % 360 - 180)


def _clear(lightness: float, chroma: float, hue_deg: float) -> str:
    """A tone; strong dark yellows, which look like mud, are made lighter and warmer."""
    yellow = max(0.0, 1 - abs((hue_deg - 100 + 180) % 360 - 180) / 40) * min(1.0, chroma / 0.12)
    lift = 0.55 * max(0.0, 0.72 - lightness) * yellow
    return oklch(lightness + lift, chroma, hue_deg - 36 * yellow)


def _ink(ground: str, hue_deg: float) -> str:
    dark, pale = oklch(0.20, 0.04, hue_deg), oklch(0.965, 0.018, hue_deg)
    best = max((dark, pale), key=lambda ink: contrast(ink, ground))
    if contrast(best, ground) >= 7:
        return best
    return max(("#000000", "#ffffff"), key=lambda ink: contrast(ink, ground))
