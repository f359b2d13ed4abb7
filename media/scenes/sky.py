"""The sky that most motifs stand under: gradient, stars, sun or moon, clouds, and the weather before everything."""

from __future__ import annotations

import numpy as np

from media.scenes.stage import Stage


def lay_sky(stage: Stage, *, horizon: float = 0.1, disc: tuple[float, float, float] | None = None) -> None:
    """Lay the sky of the scene's hour and weather.

    Args:
        stage: where to.
        horizon: y of the horizon, where the lower colour is reached.
        disc: x, y and radius of the sun or moon; None for none. Bad weather hides it.
    """
    stage.lay(
        "sky",
        "sky",
        1.0,
        stage.blend("sky_high", "sky_low", stage.fade(-stage.bottom, horizon) * np.ones_like(stage.x)),
        depth=0.0,
        region="above",
    )
    weather = stage.scene.weather
    if stage.scene.hour == "night" and weather in ("clear", "mist"):
        lay_stars(stage, horizon)
    if disc is not None and weather in ("clear", "cloudy", "mist", "snow"):
        lay_disc(stage, *disc)
    if weather != "clear":
        lay_clouds(stage, horizon)


def lay_stars(stage: Stage, lowest: float, *, count: int = 260) -> None:
    """Lay stars above a height; they twinkle. They are drawn after painting, which would smear them."""
    rng = stage.chance("stars")
    reach = max(stage.right, 1.0)
    places = rng.uniform((-reach, -1.2), (reach, lowest), size=(count, 2))
    sizes = 0.0008 + 0.0022 * rng.random(count) ** 4
    light = 0.55 + 0.45 * np.sin(stage.t_s * rng.uniform(0.6, 2.0, count) + rng.uniform(0, 6.3, count))
    alpha = np.zeros((stage.height_px, stage.width_px), np.float32)
    for (x, y), size, lit in zip(places, sizes, light, strict=True):
        column, row = (x + stage.right) * stage.unit_px, (y + stage.bottom) * stage.unit_px
        reach_px = int(np.ceil(size * stage.unit_px)) + 1
        left, top = max(0, int(column) - reach_px), max(0, int(row) - reach_px)
        near = alpha[top : int(row) + reach_px + 1, left : int(column) + reach_px + 1]
        if not near.size or row < 0 or column < 0:
            continue
        rows = np.arange(top, top + near.shape[0])[:, None] + 0.5
        columns = np.arange(left, left + near.shape[1])[None, :] + 0.5
        near[:] = np.maximum(
            near, lit * np.clip(size * stage.unit_px - np.hypot(rows - row, columns - column) + 0.5, 0, 1)
        )
    stage.lay("stars", "star", alpha * 0.9, "#fffdf2", depth=0.0, region="above", after=True)


def lay_disc(stage: Stage, x: float, y: float, radius: float) -> None:
    """Lay the sun or the moon with its light around it."""
    night = stage.scene.hour == "night"
    glow = stage.glow(x, y, radius * (3.2 if night else 4.5), power=1.1)
    stage.lay("light of the disc", "sky", glow * (0.35 if night else 0.5), "light", depth=0.0, region="above")
    stage.lay("disc", "disc", stage.disc(x, y, radius), "light", depth=0.0, region="subject")


def lay_clouds(stage: Stage, horizon: float) -> None:
    """Lay clouds that drift to the right; how thick is the weather's."""
    amount = {"cloudy": 0.15, "mist": 0.3, "rain": -0.25, "snow": -0.1, "storm": -0.35}[stage.scene.weather]
    drift = 0.012 * (1 + 2 * stage.scene.energy)
    field = stage.noise("clouds", scale=0.42, octaves=5, gain=0.52, stretch=2.4, shift=(-drift * stage.t_s, 0.0))
    alpha = np.clip((field - amount) * 2.2, 0, 1) * (1 - 0.75 * stage.fade(horizon - 0.5, horizon))
    lit = np.clip(0.55 + 0.6 * field, 0, 1)
    dark = stage.scene.weather in ("storm", "rain") or stage.scene.hour == "night"
    colour = stage.blend("sky_high", "far", lit * 0.7) if dark else stage.blend("sky_low", "light", 0.25 + lit * 0.6)
    stage.lay("clouds", "cloud", alpha * 0.85, colour, depth=0.05, region="above", velocity=(drift, 0.0))


def lay_weather(stage: Stage) -> None:
    """Lay what falls or hangs in front of everything: rain, snow, mist. Called last by a composition."""
    weather = stage.scene.weather
    if weather == "mist":
        lay_mist(stage)
    elif weather in ("rain", "storm"):
        _lay_rain(stage, heavy=weather == "storm")
    elif weather == "snow":
        _lay_snow(stage)


def lay_mist(stage: Stage, *, top: float = -0.05, thick: float = 0.5) -> None:
    """Lay banks of mist below a height; they are thickest half-way down and drift."""
    field = stage.noise("mist", scale=0.3, octaves=4, stretch=4.0, shift=(-0.01 * stage.t_s, 0.0))
    rise = stage.fade(top - 0.12, top + 0.1) * (1 - stage.fade(top + 0.2, top + 0.55))
    stage.lay("mist", "cloud", rise * np.clip(thick + 0.4 * field, 0, 1), "sky_low", depth=0.6, region="above")


def _lay_rain(stage: Stage, *, heavy: bool) -> None:
    rng = stage.chance("rain")
    count = 420 if heavy else 240
    slant, fall = (0.22 if heavy else 0.1), 1.6
    reach, tall = 2 * stage.right + 0.6, 2 * stage.bottom + 0.4
    starts = rng.random((count, 2))
    lengths = rng.uniform(0.03, 0.09, count)
    ys = ((starts[:, 1] + fall * stage.t_s / tall * rng.uniform(0.8, 1.2, count)) % 1.0) * tall - tall / 2
    xs = starts[:, 0] * reach - reach / 2 - slant * ys
    paths = [[(x, y), (x - slant * long, y + long)] for x, y, long in zip(xs, ys, lengths, strict=True)]
    alpha = stage.stroke(*paths, width=0.0016) * (0.5 if heavy else 0.4)
    stage.lay("rain", "rain", alpha, "#e8eef4", depth=1.0, velocity=(-slant * fall, fall), after=True)


def _lay_snow(stage: Stage) -> None:
    rng = stage.chance("snow")
    reach, tall = 2 * stage.right + 0.2, 2 * stage.bottom + 0.2
    alpha = np.zeros((stage.height_px, stage.width_px), np.float32)
    for _ in range(170):
        x, y, near, sway = rng.random(4)
        fall = (0.05 + 0.1 * near) * stage.t_s
        at_y = ((y + fall / tall) % 1.0) * tall - tall / 2
        at_x = x * reach - reach / 2 + 0.015 * np.sin(stage.t_s * (0.5 + sway) + 6.3 * sway)
        alpha = np.maximum(alpha, stage.disc(at_x, at_y, 0.0016 + 0.005 * near**2, soft=0.003) * (0.5 + 0.5 * near))
    stage.lay("snow", "snowfall", alpha, "#ffffff", depth=1.0, velocity=(0.0, 0.1), after=True)
