"""The colours of a scene from key, mood and hour: the key gives the hue, the mood how bold, the hour the light."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from media.cover.colour import oklch
from media.cover.palette import hue_of
from schemas.plan import Key, Mood
from schemas.scene import Hour, SceneColours


@dataclass(frozen=True)
class _Light:
    """An hour: (lightness, chroma) of each colour, the hue of its air and of its light, and how far the key pulls."""

    sky_high: tuple[float, float]
    sky_low: tuple[float, float]
    light: tuple[float, float]
    far: tuple[float, float]
    near: tuple[float, float]
    water: tuple[float, float]
    air_deg: float
    light_deg: float
    shade: float


_LIGHTS: dict[Hour, _Light] = {
    "dawn": _Light((0.72, 0.07), (0.90, 0.07), (0.97, 0.04), (0.70, 0.05), (0.44, 0.05), (0.66, 0.06), 275, 60, 0.24),
    "day": _Light((0.70, 0.11), (0.91, 0.04), (0.98, 0.03), (0.76, 0.06), (0.52, 0.10), (0.62, 0.09), 235, 95, 0.28),
    "dusk": _Light((0.36, 0.11), (0.76, 0.15), (0.91, 0.11), (0.46, 0.09), (0.27, 0.06), (0.44, 0.08), 300, 60, 0.17),
    "night": _Light((0.17, 0.06), (0.38, 0.08), (0.95, 0.05), (0.32, 0.06), (0.18, 0.03), (0.29, 0.07), 265, 95, 0.11),
}

_BOLDNESS: dict[Mood, tuple[float, float]] = {
    "calm": (0.85, 0.02),
    "hopeful": (1.1, 0.02),
    "joyful": (1.5, 0.02),
    "melancholy": (0.7, -0.03),
    "nostalgic": (0.8, 0.0),
    "restless": (1.35, -0.04),
    "tender": (0.95, 0.03),
    "triumphant": (1.4, 0.0),
}
"""Of each mood: what chroma is multiplied by, and what is added to lightness."""

_KEY_PULL: dict[Hour, tuple[float, float]] = {
    "dawn": (0.5, 80),
    "day": (0.5, 75),
    "dusk": (0.5, 65),
    "night": (0.5, 60),
}
"""Of each hour: what share of the way its air's hue goes to the key's, and how many degrees at most.

Dark air of any hue would be olive and brown for half of the keys.
"""


def scene_colours(key: Key, mood: Mood, hour: Hour, *, seed: int) -> SceneColours:
    """Colours of a scene.

    The air is the hour's own hue pulled towards the key's (see `media.cover.palette.hue_of`); land and water stand off
    it by an angle that the seed chooses (close, a third or opposite), and the accent is opposite the air.

    Args:
        key: gives the hue; a minor key is darker.
        mood: how strong and how light the colours are.
        hour: which light there is.
        seed: chooses among harmonies.
    """
    rng = np.random.default_rng(seed)
    light = _LIGHTS[hour]
    bold, lift = _BOLDNESS[mood]
    lift -= 0.02 if key.mode == "minor" else 0.0
    turn = float(rng.uniform(-14, 14))
    share, most = _KEY_PULL[hour]
    pull = share * ((hue_of(key) - light.air_deg + 180) % 360 - 180)
    air = light.air_deg + float(np.clip(pull, -most, most)) + turn
    near_air = float(rng.choice([0.15, 0.35, 0.7], p=[0.5, 0.3, 0.2]))
    low = _pulled(light.light_deg, air, max(near_air, 0.75 if hour == "night" else 0.0)) + turn
    land = air + float(rng.choice([-35, 35, 110, -110, 170]))

    def at(pair: tuple[float, float], hue: float) -> str:
        lightness = min(0.985, max(0.06, pair[0] + lift))
        return oklch(lightness, *_clear(lightness, pair[1] * bold, hue))

    return SceneColours(
        sky_high=at(light.sky_high, air),
        sky_low=at(light.sky_low, low),
        light=at(light.light, light.light_deg + turn / 2),
        far=at(light.far, _pulled(land, air, 0.6)),
        near=at(light.near, land),
        water=at(light.water, _pulled(air, land, 0.2)),
        accent=oklch(0.66 + lift, min(0.21, 0.15 * bold + 0.03), air + 180 + float(rng.uniform(-25, 25))),
        shade=oklch(light.shade + lift / 2, 0.035 * bold, air),
    )


def _clear(lightness: float, chroma: float, hue_deg: float) -> tuple[float, float]:
    """Chroma and hue of a colour that is no mud: dark yellows are greyer, and nearer to red or to green."""
    off = (hue_deg - 100 + 180) % 360 - 180
    mud = max(0.0, 1 - abs(off) / 50) * min(1.0, max(0.0, (0.62 - lightness) / 0.25))
    return chroma * (1 - 0.45 * mud), hue_deg + (28 if off >= 0 else -28) * mud


def palette_from(colours: SceneColours) -> tuple[str, ...]:
    """A scene's colours as a palette: a ground first, tones from dark to light, the accent, and an ink last."""
    tones = sorted((colours.shade, colours.near, colours.far, colours.water, colours.sky_high), key=_lightness)
    return (tones[0], *tones[1:], colours.sky_low, colours.accent, colours.light)


def _lightness(colour: str) -> float:
    return sum(
        weight * int(colour[at : at + 2], 16) for weight, at in zip((0.2126, 0.7152, 0.0722), (1, 3, 5), strict=True)
    )


def _pulled(hue_deg: float, towards_deg: float, share: float) -> float:
    """A hue moved `share` of the shorter way round to another."""
    return hue_deg + share * ((towards_deg - hue_deg + 180) % 360 - 180)
