"""The lighthouse: on its cliff, from below, and far off in a storm."""

from __future__ import annotations

import numpy as np

from media.scenes.beacons import lay_beam, lay_flare, lay_lantern, lay_tower, sweep_deg
from media.scenes.birds import lay_birds
from media.scenes.buildings import lamps_lit
from media.scenes.curves import Points, arc, rectangle
from media.scenes.layers import Floats
from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.water import lay_water


def _on_cliff(stage: Stage) -> None:
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    horizon = float(rng.uniform(0.2, 0.27))
    disc = (
        -side * float(rng.uniform(0.15, 0.32)),
        horizon - float(rng.uniform(0.04, 0.14)),
        float(rng.uniform(0.05, 0.08)),
    )
    lay_sky(stage, horizon=horizon, disc=disc)
    lay_water(stage, horizon, disc=disc, mirror=0.4)
    x, foot = side * float(rng.uniform(0.14, 0.22)), 0.06
    high = 0.36 + 0.1 * stage.scene.energy
    sweep = sweep_deg(stage, 9)
    lamp = (x, foot - 0.885 * high)
    lay_beam(stage, "beam", *lamp, (180 if side > 0 else 0) + sweep - 3, 15, 0.75)
    lay_beam(stage, "beam behind", *lamp, (0 if side > 0 else 180) + sweep, 15, 0.5)
    _lay_cliff(stage, side, x, foot)
    lay_tower(stage, x, foot + 0.01, high, disc[0])
    _lay_cottage(stage, x + side * 0.15, foot + 0.005, 0.1)
    lay_flare(stage, *lamp, 0.05)
    lay_birds(stage, -side * 0.1, -0.05, count=6, spread=0.1)
    lay_weather(stage)


def _lay_cliff(stage: Stage, side: float, x: float, top: float) -> None:
    rng = stage.chance("cliff")
    edge = x - side * 0.17
    knots = [(edge, top + 0.02)]
    for step, (out, down) in enumerate(
        ((0.02, 0.07), (-0.03, 0.14), (0.05, 0.22), (0.02, 0.3), (0.1, 0.36), (0.05, 0.44), (0.14, 0.6), (0.14, 1.2))
    ):
        knots.append((edge - side * (out + 0.03 * float(rng.random()) + 0.012 * step), top + down))
    crown = [(edge + side * 0.06, top - 0.004), (x, top), (x + side * 0.3, top - 0.02), (side * 2.2, top - 0.1)]
    outline = np.array([*knots[::-1], *crown, (side * 2.2, 1.2)])
    body = stage.polygon(outline)
    stage.lay(
        "cliff",
        "mountain",
        body,
        stage.blend(stage.blend("near", "far", np.float32(0.3)), "shade", 0.3 + 0.6 * stage.fade(top, 0.55)),
        depth=0.55,
    )
    weave = 0.05 * stage.noise("cliff faces", scale=0.11, octaves=3, gain=0.6)
    seams = np.clip(np.sin(((stage.x - edge) * side + weave * 2 + 0.25 * (stage.y - top)) * 26) * 2.5, 0, 1)
    lit = seams * body * (1 - stage.fade(top + 0.1, 0.6)) * np.clip(1 - (stage.x - edge) * side / 0.6, 0, 1)
    stage.lay("light on the cliff", "mountain", lit * 0.4, "light", depth=0.56)
    turf = body * np.clip(
        (top + 0.025 + 0.02 * stage.profile("turf", scale=0.1, octaves=3)[None, :] - stage.y) * stage.unit_px * 0.5,
        0,
        1,
    )
    stage.lay("turf", "plant", turf, stage.blend("near", "light", np.float32(0.12)), depth=0.57)
    count = 70
    fallen = rng.uniform(0.25, 0.6, count)
    rim = np.interp(fallen, [at[1] - top for at in knots], [at[0] for at in knots])
    surge = 0.008 * np.sin(stage.t_s * 0.9 + rng.uniform(0, 6.3, count))
    places = np.stack(
        (
            rim - side * (np.abs(rng.normal(0, 0.03, count)) - 0.012) + surge,
            np.maximum(top + fallen, 0.3 + 0.1 * rng.random(count)),
        ),
        1,
    )
    stage.lay(
        "surf",
        "water",
        stage.dots(places, 0.004 + 0.014 * rng.random(count) ** 2),
        "light",
        depth=0.58,
        velocity=(0.005, 0.0),
    )


def _lay_cottage(stage: Stage, x: float, foot: float, size: float) -> None:
    roof = np.array(
        [
            (x - 0.82 * size, foot - 0.48 * size),
            (x - 0.5 * size, foot - 0.95 * size),
            (x + 0.5 * size, foot - 0.95 * size),
            (x + 0.82 * size, foot - 0.48 * size),
        ]
    )
    stage.lay(
        "cottage",
        "building",
        stage.polygon(rectangle(x - 0.7 * size, foot - 0.5 * size, x + 0.7 * size, foot + 0.012)),
        stage.blend("light", "far", np.float32(0.45)),
        depth=0.57,
        region="subject",
    )
    stage.lay(
        "roof of the cottage",
        "building",
        stage.polygon(roof),
        stage.blend("accent", "shade", np.float32(0.45)),
        depth=0.57,
        region="subject",
    )
    windows = [
        rectangle(x + at * size - 0.1 * size, foot - 0.36 * size, x + at * size + 0.1 * size, foot - 0.14 * size)
        for at in (-0.36, 0.36)
    ]
    stage.lay(
        "cottage windows",
        "window",
        stage.polygon(*windows),
        "light" if lamps_lit(stage) else "shade",
        depth=0.58,
        region="subject",
        after=True,
    )


def _from_below(stage: Stage) -> None:
    """The tower from its foot: it narrows towards the zenith, its bands bend, its beams part the sky."""
    rng = stage.chance("places")
    lean = float(rng.uniform(-0.1, 0.1))
    lay_sky(stage, horizon=0.8)
    top, high = (lean, -0.22), 1.3
    sweep = sweep_deg(stage, 14)
    for index, heading in enumerate((195, -15, 233, -53)):
        lay_beam(
            stage,
            f"beam {index}",
            top[0],
            top[1] - 0.03,
            heading + sweep * (1 if index < 2 else 0.6),
            16,
            0.75 if index < 2 else 0.35,
        )
    share = np.linspace(0, 1, 20)
    middle = np.stack((top[0] * (1 - share) - 0.15 * lean * share, top[1] + high * share), 1)
    half = 0.075 + 0.34 * share**1.25
    outline = np.concatenate((middle - half[:, None] * (1, 0), (middle + half[:, None] * (1, 0))[::-1]))
    body = stage.polygon(outline)
    rows = np.clip((stage.y - top[1]) / high, 0, 1)
    across = (stage.x - (top[0] * (1 - rows) - 0.15 * lean * rows)) / (0.075 + 0.34 * rows**1.25)
    round_light = np.clip(0.75 - 0.55 * np.abs(across + 0.35) ** 1.5, 0, 1)
    pale, dark = stage.blend("light", "sky_low", np.float32(0.3)), stage.blend("far", "shade", np.float32(0.45))
    stage.lay("tower", "building", body, stage.blend(dark, pale, round_light), depth=0.7, region="subject")
    height = np.log(1 + 3.2 * rows) + 0.045 * np.clip(1 - across**2, 0, 1) * (1 + 2 * rows)
    bands = np.clip(np.sin(height * 11.0 + 0.7) * (16 - 8 * rows) + 0.5, 0, 1)
    colour = stage.blend(stage.blend("accent", "shade", np.float32(0.62)), "accent", round_light)
    stage.lay("bands", "building", body * bands, colour, depth=0.7, region="subject")
    windows: list[Points] = []
    for at in (0.17, 0.42, 0.78):
        x, y, size = float(np.interp(at, share, middle[:, 0])) + 0.02, top[1] + high * at, 0.018 + 0.05 * at
        windows.append(
            np.concatenate(
                (
                    arc(x, y - 0.6 * size, 0.5 * size, 0.5 * size, 180, 360, steps=9),
                    [(x + 0.5 * size, y + size), (x - 0.5 * size, y + size)],
                )
            )
        )
    stage.lay(
        "windows",
        "window",
        stage.polygon(*windows),
        "light" if lamps_lit(stage) else "shade",
        depth=0.71,
        region="subject",
        after=True,
    )
    lay_lantern(stage, *top)
    lay_birds(stage, -0.3, -0.1, count=5, spread=0.1)
    lay_weather(stage)


def _far_in_storm(stage: Stage) -> None:
    """A small light on the horizon, and between it and the eye all of the sea."""
    rng = stage.chance("places")
    side = -1.0 if rng.random() < 0.5 else 1.0
    horizon = float(rng.uniform(-0.08, 0.0))
    lay_sky(stage, horizon=horizon)
    x = side * float(rng.uniform(0.16, 0.26))
    high = 0.15
    lamp = (x, horizon - 0.02 - 0.885 * high)
    sweep = sweep_deg(stage, 7)
    lay_beam(stage, "beam", *lamp, (180 if side > 0 else 0) + sweep * side - 4 * side, 13, 0.9)
    lay_beam(stage, "beam behind", *lamp, (0 if side > 0 else 180) + sweep * side, 13, 0.5)
    _lay_lightning(stage, -side * float(rng.uniform(0.1, 0.35)), horizon)
    rock = (
        horizon
        + 0.01
        - 0.035 * np.exp(-(((stage.x[0] - x) / 0.09) ** 2))
        + 0.006 * stage.profile("rock", scale=0.06, octaves=3)
    )
    lay_water(stage, horizon, rough=0.9)
    stage.lay("rock", "land", stage.between(rock, np.full(stage.width_px, horizon + 0.012)), "shade", depth=0.2)
    lay_tower(stage, x, horizon - 0.018, high, -side)
    lay_flare(stage, *lamp, 0.035)
    if lamps_lit(stage):
        down = np.clip((stage.y - horizon) / 0.4, 0, 1)
        gleam = (
            np.exp(-(((stage.x - x) / (0.012 + 0.06 * down)) ** 2))
            * (1 - down)
            * np.clip(stage.y - horizon, 0, 0.01)
            * 100
        )
        stage.lay("gleam", "water", gleam * 0.6, "light", depth=0.3)
    for row in range(5):
        _lay_swell(stage, row, horizon, x)
    lay_weather(stage)


def _lay_swell(stage: Stage, row: int, horizon: float, x: float) -> None:
    near = (row + 1) / 5
    run = 0.035 * (0.4 + near) * stage.t_s
    high = (0.012 + 0.11 * near**1.4) * (0.65 + 0.8 * stage.scene.energy)
    rough = stage.profile(f"swell {row}", scale=0.16 + 0.34 * near, octaves=3, gain=0.35, shift=run)
    pointed = 1 - np.abs(rough) * 1.5
    crest: Floats = np.asarray(horizon + 0.02 + 0.5 * near**1.35 - high * pointed, np.float32)
    down = np.clip((stage.y - crest[None, :]) / (0.06 + 0.16 * near), 0, 1)
    tone = stage.blend(
        stage.blend("far", "water", np.float32(0.3 + 0.7 * near)), "shade", np.float32(0.25 + 0.35 * near)
    )
    lift = np.clip(1 - down * 2.2, 0, 1) * 0.4
    velocity = (-0.035 * (0.4 + near), 0.0)
    stage.lay(
        f"swell {row}",
        "water",
        stage.under(crest),
        stage.blend(stage.blend(tone, "sky_low", lift), "shade", 0.45 * down),
        depth=0.3 + 0.6 * near,
        velocity=velocity,
        region="below" if row < 4 else "subject",
    )
    spume = np.clip(pointed - 0.72, 0, 1) * (0.05 + 0.06 * near)
    torn = np.clip(
        0.5 + stage.field(f"spume {row}", (stage.x[0] + run) * 26, stage.y[:, 0] * 40, octaves=2) * 1.4, 0, 1
    )
    stage.lay(
        f"spume {row}",
        "water",
        stage.between(crest - 0.002, crest + spume) * torn,
        "light",
        depth=0.31 + 0.6 * near,
        velocity=velocity,
    )


def _lay_lightning(stage: Stage, x: float, horizon: float) -> None:
    """Lay a flash, in a storm: it stands at the beginning, and strikes again every few seconds."""
    if stage.scene.weather != "storm":
        return
    rng = stage.chance("lightning")
    strength = float(np.clip(np.cos(2 * np.pi * stage.t_s / 7.0) * 3 - 2, 0, 1))
    steps = np.linspace(0, 1, 14)
    main = np.stack((x + np.cumsum(rng.normal(0, 0.018, 14)), -0.75 + (horizon + 0.75) * steps), 1)
    forks = [
        np.stack((main[at, 0] + np.cumsum(rng.normal(0.012 * sign, 0.012, 6)), main[at, 1] + 0.035 * np.arange(6)), 1)
        for at, sign in ((4, -1), (7, 1), (9, -1))
    ]
    stage.lay(
        "flash",
        "sky",
        stage.glow(x, horizon - 0.3, 0.5, power=1.2) * 0.4 * strength,
        "light",
        depth=0.1,
        region="above",
    )
    bolt = np.maximum(stage.stroke(main, width=0.006), stage.stroke(*forks, width=0.0028) * 0.9)
    stage.lay(
        "lightning",
        "fire",
        bolt * strength,
        stage.blend("light", "#ffffff", np.float32(0.6)),
        depth=0.1,
        region="above",
        after=True,
    )


LIGHTHOUSE = Motif(
    name="lighthouse",
    words=(
        "lighthouse",
        "beacon",
        "guide",
        "lamp",
        "warn",
        "cliff",
        "coast",
        "keeper",
        "signal",
        "shore",
        "rock",
        "wreck",
        "beam",
        "storm",
        "lost",
        "rescue",
    ),
    compositions={
        "on_cliff": Composition(_on_cliff, ("top", "left")),
        "from_below": Composition(_from_below, ("top", "left")),
        "far_in_storm": Composition(_far_in_storm, ("bottom", "top")),
    },
)
