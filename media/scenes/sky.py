"""The sky that most motifs stand under: gradient, stars, sun or moon, clouds, and the weather before everything."""

from __future__ import annotations

import numpy as np

from media.scenes.spots import spots
from media.scenes.stage import Stage

_DISC_SHOWS = ("clear", "cloudy", "mist", "snow")


def lay_sky(stage: Stage, *, horizon: float = 0.1, disc: tuple[float, float, float] | None = None) -> None:
    """Lay the sky of the scene's hour and weather.

    Args:
        stage: where to.
        horizon: y of the horizon, where the lower colour is reached.
        disc: x, y and radius of the sun or moon; None for none. Bad weather hides it.
    """
    weather = stage.scene.weather
    rise = np.clip((stage.y + stage.bottom) / max(0.2, horizon + stage.bottom), 0, 1)
    share = rise ** float(stage.chance("sky").uniform(0.9, 1.9)) * np.ones_like(stage.x)
    colours = stage.blend("sky_high", "sky_low", share)
    if disc is not None and weather in _DISC_SHOWS:
        warm = np.exp(-(((stage.y - horizon) / 0.16) ** 2)) * np.exp(-(((stage.x - disc[0]) / 0.5) ** 2))
        colours = stage.blend(colours, "light", 0.4 * warm)
    if weather in ("rain", "storm"):
        colours = colours * np.float32(0.93 if weather == "rain" else 0.82)
    stage.lay("sky", "sky", 1.0, colours, depth=0.0, region="above")
    if stage.scene.hour == "night" and weather in ("clear", "mist"):
        lay_stars(stage, horizon)
    if disc is not None and weather in _DISC_SHOWS:
        lay_disc(stage, *disc)
    lay_clouds(stage, horizon, lit_from=disc[0] if disc else 0.2)


def lay_stars(stage: Stage, lowest: float, *, count: int = 260) -> None:
    """Lay stars above a height; they twinkle. They are drawn after painting, which would smear them."""
    rng = stage.chance("stars")
    reach = max(stage.right, 1.0)
    places = rng.uniform((-reach, -1.2), (reach, lowest), size=(count, 2))
    sizes = 0.0008 + 0.0022 * rng.random(count) ** 4
    light = 0.55 + 0.45 * np.sin(stage.t_s * rng.uniform(0.6, 2.0, count) + rng.uniform(0, 6.3, count))
    alpha = spots(stage, places, sizes, light=light)
    stage.lay("stars", "star", alpha * 0.9, "#fffdf2", depth=0.0, region="above", after=True)


def lay_disc(stage: Stage, x: float, y: float, radius: float) -> None:
    """Lay the sun, or the moon in one of its phases, with the light around it."""
    night = stage.scene.hour == "night"
    glow = stage.glow(x, y, radius * (2.6 if night else 4.0), power=1.1)
    stage.lay("light of the disc", "sky", glow * (0.3 if night else 0.5), "light", depth=0.0, region="above")
    full = stage.disc(x, y, radius)
    if not night:
        stage.lay("disc", "disc", full, "light", depth=0.0, region="subject")
        return
    rng = stage.chance("moon")
    phase = float(rng.choice((1.0, 1.0, 0.6, -0.35)))
    tilt = np.deg2rad(float(rng.uniform(-35, 35)) + (180 if rng.random() < 0.5 else 0))
    seas = np.clip(stage.noise("moon", scale=radius * 0.9, octaves=3) * 2 - 0.1, 0, 1)
    if phase < 1:
        along = (stage.x - x) * np.cos(tilt) + (stage.y - y) * np.sin(tilt)
        across = (stage.y - y) * np.cos(tilt) - (stage.x - x) * np.sin(tilt)
        edge = phase * np.sqrt(np.clip(radius**2 - across**2, 0, None))
        full = full * np.clip((edge - along) / (0.06 * radius) + 0.5, 0, 1)
    stage.lay("disc", "disc", full, stage.blend("light", "far", 0.3 * seas), depth=0.0, region="subject")


def lay_clouds(stage: Stage, horizon: float, *, lit_from: float = 0.0) -> None:
    """Lay the clouds of the weather; they drift to the right.

    Fair clouds are streaks, banks or heaps by chance; rain, snow and storm close the sky.
    """
    weather = stage.scene.weather
    kind = str(stage.chance("clouds").choice(("heaps", "banks", "streaks")))
    if weather == "clear":
        if kind == "streaks" and stage.scene.hour != "night":
            _lay_streaks(stage, horizon, thick=0.35)
    elif weather == "cloudy" and kind == "heaps":
        _lay_heaps(stage, horizon, lit_from)
    elif weather == "cloudy" and kind == "streaks":
        _lay_streaks(stage, horizon, thick=0.9)
    else:
        _lay_banks(stage, horizon)


def _drift(stage: Stage) -> float:
    return 0.008 * (1 + 2 * stage.scene.energy)


def _lay_streaks(stage: Stage, horizon: float, *, thick: float) -> None:
    drift = _drift(stage)
    high = stage.fade(-stage.bottom - 0.2, horizon)
    field = stage.noise("streaks", scale=0.09, octaves=4, gain=0.5, stretch=9.0, shift=(-drift * stage.t_s, 0.0))
    alpha = np.clip(field * 2.6 - 0.35, 0, 1) * thick * np.clip(np.sin(np.pi * high), 0, 1) ** 0.7
    colour = stage.blend("sky_low", "light", 0.3 + 0.4 * high)
    stage.lay("clouds", "cloud", alpha * 0.75, colour, depth=0.05, region="above", velocity=(drift, 0.0))


def _lay_banks(stage: Stage, horizon: float) -> None:
    weather, drift = stage.scene.weather, _drift(stage)
    amount = {"cloudy": 0.05, "mist": 0.3, "rain": -0.25, "snow": -0.1, "storm": -0.35}[weather]
    field = stage.noise("banks", scale=0.3, octaves=5, gain=0.55, stretch=2.1, shift=(-drift * stage.t_s, 0.0))
    above = stage.noise(
        "banks", scale=0.3, octaves=3, gain=0.55, stretch=2.1, shift=(-drift * stage.t_s - 0.03, -0.035)
    )
    alpha = np.clip((field - amount) * 3.2, 0, 1) * (1 - 0.8 * stage.fade(horizon - 0.45, horizon))
    lit = np.clip(0.5 + 1.1 * (field - above), 0, 1)
    dark = weather in ("storm", "rain") or stage.scene.hour == "night"
    colour = stage.blend("sky_high", "far", 0.15 + 0.7 * lit) if dark else stage.blend("far", "light", 0.2 + 0.7 * lit)
    if weather == "storm":
        colour = colour * np.float32(0.8)
    stage.lay("clouds", "cloud", alpha * 0.9, colour, depth=0.05, region="above", velocity=(drift, 0.0))


def _lay_heaps(stage: Stage, horizon: float, lit_from: float) -> None:
    """Fair-weather clouds with flat feet, smaller and paler towards the horizon."""
    rng, drift = stage.chance("heaps"), _drift(stage)
    rows = 3
    for row in range(rows):
        near = (row + 0.6) / rows
        foot = horizon - 0.12 - (horizon + 0.26) * near
        bodies, tops = [], []
        for _ in range(3):
            middle = float(rng.uniform(-1.5, 1.5)) + drift * (0.4 + near) * stage.t_s
            wide = float(rng.uniform(0.1, 0.22)) * (0.35 + near)
            at = rng.uniform(-1, 1, 14)
            sizes = wide * (0.2 + 0.28 * rng.random(14)) * (1 - 0.6 * np.abs(at))
            puffs = np.stack((middle + at * wide, foot - sizes * 0.8), 1)
            bodies.append((puffs, sizes))
            shift = np.array([np.sign(lit_from - middle) * 0.22, -0.22])
            tops.append((puffs + shift * sizes[:, None], sizes * 0.92))
        flat = np.clip((foot - stage.y) * stage.unit_px + 0.5, 0, 1)
        body = stage.dots(np.concatenate([p for p, _ in bodies]), np.concatenate([s for _, s in bodies])) * flat
        crown = stage.dots(np.concatenate([p for p, _ in tops]), np.concatenate([s for _, s in tops])) * body
        pale = 0.9 - 0.25 * near
        dark, bright = stage.blend("far", "sky_low", np.float32(pale)), stage.blend("sky_low", "light", np.float32(0.8))
        if stage.scene.hour == "night":
            dark, bright = (
                stage.blend("sky_high", "far", np.float32(0.55)),
                stage.blend("far", "light", np.float32(0.2)),
            )
        soft = 0.92 * (1 - stage.fade(foot - 0.02, foot + 0.001) * 0.4)
        velocity = (drift * (0.4 + near), 0.0)
        stage.lay(f"clouds {row}", "cloud", body * soft, dark, depth=0.05, region="above", velocity=velocity)
        stage.lay(f"lit clouds {row}", "cloud", crown * soft, bright, depth=0.05, region="above", velocity=velocity)


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
    near, sway, across, along = stage.chance("snow").random((4, 190))
    reach, tall = 2 * stage.right + 0.2, 2 * stage.bottom + 0.2
    fall = (0.05 + 0.1 * near) * stage.t_s
    down = ((along + fall / tall) % 1.0) * tall - tall / 2
    aside = across * reach - reach / 2 + 0.015 * np.sin(stage.t_s * (0.5 + sway) + 6.3 * sway)
    flakes = np.stack([aside, down], 1)
    alpha = spots(stage, flakes, 0.0018 + 0.005 * near**2, light=0.5 + 0.5 * near, soft=0.8)
    stage.lay("snow", "snowfall", alpha, "#ffffff", depth=1.0, velocity=(0.0, 0.1), after=True)
