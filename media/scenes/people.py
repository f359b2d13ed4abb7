"""People as outlines: one who walks, one who stands, a head in profile, a dancer."""

from __future__ import annotations

import numpy as np

from media.scenes.curves import Points, arc, smooth
from media.scenes.outlines import limb

_PROFILE = (
    [
        (-0.62, 1.62),
        (-0.52, 1.34),
        (-0.28, 1.2),
        (-0.22, 1.02),
        (-0.28, 0.86),
        (-0.41, 0.68),
        (-0.47, 0.46),
        (-0.43, 0.24),
    ]
    + [(-0.3, 0.07), (-0.1, -0.01), (0.12, 0.0), (0.3, 0.07), (0.41, 0.19), (0.45, 0.3), (0.455, 0.37), (0.435, 0.425)]
    + [(0.465, 0.49), (0.52, 0.565), (0.565, 0.615), (0.55, 0.645), (0.475, 0.66), (0.468, 0.685), (0.505, 0.712)]
    + [(0.5, 0.735), (0.462, 0.748), (0.492, 0.768), (0.485, 0.8), (0.442, 0.822), (0.44, 0.85), (0.462, 0.9)]
    + [
        (0.44, 0.955),
        (0.38, 0.978),
        (0.26, 0.965),
        (0.14, 0.975),
        (0.1, 1.05),
        (0.11, 1.18),
        (0.2, 1.3),
        (0.42, 1.42),
        (0.5, 1.62),
    ]
)


def head_in_profile() -> Points:
    """A head with neck and shoulders that looks to the right; crown at y = 0, chin at 1, shoulders to 1.6."""
    return smooth(_PROFILE, steps=6)


def walker(stride: float, *, coat: bool = True) -> list[Points]:
    """A person from behind or before, feet at the origin, 1 high; the parts of the outline.

    Args:
        stride: -1 to 1, how far which leg is ahead.
        coat: whether a long coat is worn.
    """
    step = 0.085 * stride
    legs = [
        limb([(0.03, -0.5), (0.035 + 0.6 * step, -0.25), (0.03 + step, 0.0)], [0.1, 0.075, 0.05]),
        limb([(-0.03, -0.5), (-0.035 - 0.6 * step, -0.25), (-0.03 - step, 0.0)], [0.1, 0.075, 0.05]),
    ]
    arms = [
        limb([(0.095, -0.79), (0.125 - 0.5 * step, -0.62), (0.115 - 1.1 * step, -0.45)], [0.065, 0.055, 0.04]),
        limb([(-0.095, -0.79), (-0.125 + 0.5 * step, -0.62), (-0.115 + 1.1 * step, -0.45)], [0.065, 0.055, 0.04]),
    ]
    hem = -0.3 if coat else -0.47
    flare = 0.13 + 0.03 * abs(stride)
    trunk = smooth(
        [(0.0, -0.86), (0.1, -0.82), (0.115, -0.72), (0.085, -0.6), (flare, hem), (0.0, hem + 0.015), (-flare, hem)]
        + [(-0.085, -0.6), (-0.115, -0.72), (-0.1, -0.82)],
        closed=True,
        steps=5,
    )
    return [*legs, *arms, trunk, arc(0.0, -0.93, 0.062, 0.075, 0, 360), limb([(0, -0.9), (0, -0.82)], [0.055, 0.06])]


def dancer(turn: float) -> tuple[list[Points], Points]:
    """A dancer on one foot, about 1 high, the foot at the origin: the body, and the skirt that flies.

    Args:
        turn: -1 to 1, how far the skirt and arms have swung.
    """
    swing = 0.05 * turn
    body = [
        limb(smooth([(0.0, 0.0), (0.012, -0.2), (-0.01, -0.36), (0.0, -0.52)], steps=5), [0.022, 0.05, 0.055, 0.085]),
        limb(
            smooth([(0.0, -0.5), (0.16, -0.46), (0.32, -0.52), (0.5, -0.66 - swing)], steps=5),
            [0.09, 0.075, 0.05, 0.016],
        ),
        limb(smooth([(0.0, -0.48), (-0.015, -0.6), (-0.03, -0.7), (-0.05, -0.76)], steps=5), [0.095, 0.072, 0.1, 0.1]),
        limb(
            smooth([(-0.05, -0.75), (-0.2, -0.84), (-0.36, -0.86 + swing), (-0.5, -0.98 + swing)], steps=5),
            [0.05, 0.036, 0.028, 0.012],
        ),
        limb(
            smooth([(-0.04, -0.75), (0.1, -0.86), (0.16, -1.0 - swing), (0.1, -1.14 - swing)], steps=5),
            [0.05, 0.036, 0.028, 0.012],
        ),
        limb([(-0.055, -0.76), (-0.075, -0.85)], [0.045, 0.04]),
        arc(-0.085, -0.895, 0.05, 0.058, 0, 360),
        arc(-0.04, -0.945, 0.028, 0.026, 0, 360),
    ]
    skirt = smooth(
        [(-0.04, -0.6), (0.04, -0.6), (0.2, -0.56), (0.46, -0.5 - swing), (0.62, -0.3 - 2 * swing), (0.44, -0.34)]
        + [
            (0.36, -0.2 - swing),
            (0.2, -0.3),
            (0.06, -0.16 + swing),
            (-0.06, -0.3),
            (-0.24, -0.2 + swing),
            (-0.2, -0.36),
        ]
        + [(-0.34, -0.38 + swing), (-0.14, -0.52)],
        closed=True,
        steps=6,
    )
    return body, skirt


def shadow_of(parts: list[Points], x: float, y: float, size: float, *, slant: float, long: float) -> list[Points]:
    """The shadow that someone whose feet are at x, y throws on level ground; long is how much longer than tall."""
    thrown = []
    for part in parts:
        up = -part[:, 1] * size
        thrown.append(np.stack([x + part[:, 0] * size + slant * up, y + long * up], 1))
    return thrown
