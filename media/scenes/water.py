"""Open water: it takes the colours of the sky and breaks the light of the disc into a path."""

from __future__ import annotations

import numpy as np

from media.scenes.stage import Stage


def lay_water(
    stage: Stage, top: float, *, bottom: float | None = None, disc: tuple[float, float, float] | None = None
) -> None:
    """Lay water from a height down; the lower, the larger its waves.

    Args:
        stage: where to.
        top: y of the farthest water.
        bottom: y of its lower edge; None for the frame's.
        disc: x, y, radius of the sun or moon whose path lies on it.
    """
    low = stage.bottom if bottom is None else bottom
    away = np.clip((stage.y - top) / max(1e-6, low - top), 0.001, 1)
    rough = 0.35 + 0.65 * stage.scene.energy
    waves = _waves(stage, top, away)
    share = np.clip(0.75 * away + 0.22 * rough * waves, 0, 1)
    mask = stage.under(np.full(stage.width_px, top))
    if bottom is not None:
        mask = mask * (1 - stage.under(np.full(stage.width_px, bottom)))
    flow = (0.01, 0.012 * (1 + stage.scene.energy))
    stage.lay("water", "water", mask, stage.blend("sky_low", "water", share), depth=0.4, velocity=flow)
    if disc is not None and stage.scene.weather in ("clear", "cloudy", "mist"):
        wide = disc[2] * (0.7 + 2.2 * away)
        path = np.exp(-(((stage.x - disc[0]) / wide) ** 2)) * np.clip(waves * 2.2 + 0.35, 0, 1)
        stage.lay("path of light", "water", mask * path * 0.8, "light", depth=0.45, velocity=flow)


def _waves(stage: Stage, top: float, away: np.ndarray) -> np.ndarray:
    """Waves in perspective, about -1 to 1: noise on the plane of the water, far and near. Shapes: [H, W]."""
    distance = 0.12 / (away + 0.04)
    rng = stage.chance("waves")
    total = np.zeros((stage.height_px, stage.width_px), np.float32)
    for octave in range(5):
        turn, phase = rng.uniform(-0.5, 0.5), rng.uniform(0, 6.28)
        size = 10.0 * 1.9**octave
        ground_x = stage.x * (0.5 + distance) * size * 0.35
        total += np.sin(
            ground_x * np.cos(turn) * 2
            + distance * size * 3.1
            + 2.4 * np.sin(ground_x * 0.7 + phase)
            + phase
            - stage.t_s * (0.7 + 0.35 * octave)
        ) * (0.62**octave)
    return np.asarray(total / 2.0, np.float32)
