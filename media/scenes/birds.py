"""Birds far off: two wings each, flapping. They are drawn after painting, which would smear them."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import arc
from media.scenes.stage import Stage


def lay_birds(
    stage: Stage, x: float, y: float, *, count: int, spread: float = 0.15, size: float = 0.014, name: str = "birds"
) -> None:
    """Lay a loose flock about a place; it drifts to the right and flaps."""
    rng = stage.chance(name)
    pace = 0.012
    paths = []
    for _ in range(count):
        at_x, at_y = x + rng.normal(0, spread) + pace * stage.t_s, y + rng.normal(0, spread * 0.4)
        span = size * rng.uniform(0.6, 1.2)
        lift = 0.35 + 0.3 * np.sin(stage.t_s * rng.uniform(5, 8) + rng.uniform(0, 6.3))
        tilt = rng.uniform(-0.2, 0.2) * span
        for side in (-1, 1):
            wing = arc(at_x + side * span / 2, at_y, span / 2, span * lift, 180, 360, steps=8)
            paths.append(wing + np.stack((np.zeros(8), (wing[:, 0] - at_x) / span * tilt), 1))
    alpha = stage.stroke(*paths, width=size * 0.16)
    stage.lay(name, "animal", alpha, "shade", depth=0.3, velocity=(pace, 0.0), after=True)
