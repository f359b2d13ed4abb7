"""The open sea."""

from __future__ import annotations

import numpy as np

from media.scenes.motif import Composition, Motif
from media.scenes.sky import lay_sky, lay_weather
from media.scenes.stage import Stage
from media.scenes.water import lay_water


def _disc_over_water(stage: Stage) -> None:
    rng = stage.chance("places")
    horizon = float(rng.uniform(0.02, 0.12))
    disc = (float(rng.uniform(-0.2, 0.2)), horizon - float(rng.uniform(0.06, 0.2)), float(rng.uniform(0.07, 0.13)))
    lay_sky(stage, horizon=horizon, disc=disc)
    lay_water(stage, horizon, disc=disc)
    lay_weather(stage)


def _great_wave(stage: Stage) -> None:
    rng = stage.chance("places")
    lay_sky(stage, horizon=0.2, disc=(float(rng.uniform(0.1, 0.3)), -0.22, 0.06))
    for row in range(5):
        near = row / 4
        lift = 0.05 + 0.12 * stage.scene.energy * (0.4 + near)
        crest = (
            0.08
            + 0.34 * near
            - lift
            * stage.profile(
                f"crest {row}", scale=0.35 + 0.25 * near, octaves=3, gain=0.35, shift=0.03 * stage.t_s * (1 + near)
            )
        )
        body = stage.under(crest)
        stage.lay(
            f"wave {row}",
            "water",
            body,
            stage.blend("far", "water", np.float32(0.35 + 0.65 * near)) * (1.05 - 0.25 * near),
            depth=0.3 + 0.15 * row,
            velocity=(-0.03 * (1 + near), 0.0),
        )
        foam = stage.between(crest - 0.001, crest + 0.006 + 0.01 * near)
        stage.lay(
            f"foam {row}", "water", foam * 0.8, "light", depth=0.31 + 0.15 * row, velocity=(-0.03 * (1 + near), 0.0)
        )
    lay_weather(stage)


def _wide_calm(stage: Stage) -> None:
    horizon = 0.3
    lay_sky(stage, horizon=horizon, disc=(0.0, -0.12, 0.2))
    lay_water(stage, horizon, disc=(0.0, -0.12, 0.12))
    lay_weather(stage)


SEA = Motif(
    name="sea",
    words=("sea", "ocean", "wave", "tide", "water", "salt", "shore", "deep", "drown", "swim", "blue"),
    compositions={
        "disc_over_water": Composition(_disc_over_water, ("top", "bottom")),
        "great_wave": Composition(_great_wave, ("top",)),
        "wide_calm": Composition(_wide_calm, ("bottom", "top")),
    },
)
