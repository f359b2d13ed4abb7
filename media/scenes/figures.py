"""People far off, as a coat, legs and a head: they give a place its scale."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, placed, smooth
from media.scenes.stage import Stage

_COAT = (
    (-0.1, -0.26),
    (-0.15, -0.5),
    (-0.13, -0.72),
    (-0.05, -0.8),
    (0.05, -0.8),
    (0.13, -0.72),
    (0.15, -0.5),
    (0.11, -0.26),
)


def walker_shapes(
    x: float, foot: float, size: float, stride: float
) -> tuple[Points, list[Points], tuple[float, float]]:
    """A walker's coat outline, the lines of the legs, and where the head is; `stride` is -1 to 1."""
    coat = placed(smooth(_COAT, steps=5, closed=True), x, foot, size)
    legs = [
        placed([(at, -0.3), (at + lean * 0.13 * stride, 0.0)], x, foot, size) for at, lean in ((-0.05, -1), (0.06, 1))
    ]
    return coat, legs, (x, foot - 0.89 * size)


def lay_walker(stage: Stage, x: float, foot: float, size: float, *, name: str = "walker", walking: bool = True) -> None:
    """Lay a person in a coat of the accent colour, seen from behind, with a soft shadow under the feet.

    Args:
        stage: where to.
        x: of the middle.
        foot: y of the ground there.
        size: height in units.
        name: of the layers.
        walking: whether the legs move.
    """
    stride = float(np.sin(4 * stage.t_s)) if walking else 0.35
    coat, legs, head = walker_shapes(x, foot, size, stride)
    shadow = stage.ellipse(x, foot, 0.3 * size, 0.05 * size)
    stage.lay(f"shadow of the {name}", "land", shadow * 0.4, "shade", depth=0.7)
    stage.lay(
        f"legs of the {name}", "figure", stage.stroke(*legs, width=0.085 * size), "shade", depth=0.7, region="subject"
    )
    stage.lay(name, "figure", stage.polygon(coat), "accent", depth=0.7, region="subject")
    dark = stage.polygon(coat) * np.clip((x - stage.x) / (0.1 * size) + 0.2, 0, 1)
    stage.lay(f"fold of the {name}", "figure", dark * 0.35, "shade", depth=0.7, region="subject")
    stage.lay(f"head of the {name}", "figure", stage.disc(*head, 0.1 * size), "shade", depth=0.7, region="subject")
