"""Trees as outlines: conifers, crowns of leaves, bare branches, blades of grass."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from media.scenes.curves import Points, band

Limb = tuple[Points, float]
"""A branch: its line and how wide it is, in units."""


def conifer(x: float, foot: float, high: float, rng: np.random.Generator, *, lean: float = 0.0) -> Points:
    """The outline of a spruce: tiers of drooping boughs round a trunk. Shapes: [N, 2]."""
    tiers = int(rng.integers(6, 9))
    wide = high * float(rng.uniform(0.16, 0.22))
    sides: list[list[tuple[float, float]]] = [[], []]
    for side, sign in ((0, -1), (1, 1)):
        for tier in range(tiers):
            share = (tier + 1) / tiers
            reach = wide * share**0.85 * float(rng.uniform(0.8, 1.12))
            y = foot - high * (1 - 0.92 * share)
            sides[side].append((x + sign * reach, y))
            if tier < tiers - 1:
                sides[side].append((x + sign * reach * 0.45, y - 0.012 * high))
    trunk = 0.022 * high
    left, right = sides
    points = np.array(
        [(x, foot - high), *right, (x + trunk, foot - 0.08 * high), (x + trunk, foot), (x - trunk, foot)]
        + [(x - trunk, foot - 0.08 * high), *left[::-1]],
        np.float64,
    )
    points[:, 0] += lean * (foot - points[:, 1])
    return points


def crown(
    x: float, y: float, wide: float, high: float, rng: np.random.Generator, *, leaves: int = 90
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The round tufts of a tree in leaf: places and radii, fuller in the middle. Shapes: [N, 2], [N]."""
    clumps = int(rng.integers(7, 10))
    turn = np.sort(rng.uniform(0, 2 * np.pi, clumps))
    middles = np.stack((x + 0.62 * wide * np.cos(turn), y + 0.58 * high * np.sin(turn)), 1)
    middles = np.concatenate((middles, [(x, y), (x, y - 0.3 * high)]))
    own = np.concatenate((rng.uniform(0.3, 0.46, clumps), [0.5, 0.5])) * min(wide, high)
    of = rng.integers(0, len(middles), leaves)
    angle, reach = rng.uniform(0, 2 * np.pi, leaves), np.sqrt(rng.random(leaves))
    tufts = middles[of] + (own[of] * reach)[:, None] * np.stack((np.cos(angle), np.sin(angle)), 1)
    sizes = own[of] * rng.uniform(0.22, 0.5, leaves) * (1.15 - 0.5 * reach)
    return np.concatenate((middles, tufts)), np.concatenate((own * 0.92, sizes))


def branches(
    x: float,
    foot: float,
    high: float,
    rng: np.random.Generator,
    *,
    levels: int = 6,
    width: float | None = None,
    heading_deg: float = -90.0,
    spread_deg: float = 30.0,
    sway_deg: float = 0.0,
) -> list[Limb]:
    """The limbs of a bare tree, trunk first. `sway_deg` bends every limb a little more than the one it grows from."""
    limbs: list[Limb] = []
    thick = 0.07 * high if width is None else width

    def grow(start: tuple[float, float], heading: float, long: float, wide: float, level: int) -> None:
        bend = float(rng.normal(0, 8))
        turn = np.deg2rad(heading + np.linspace(0, bend, 4) + sway_deg * (levels - level) / levels)
        steps = np.stack((np.cos(turn), np.sin(turn)), 1) * long / 4
        line = np.concatenate(([start], start + np.cumsum(steps, 0)))
        limbs.append((line, wide))
        if level <= 1:
            return
        for side in (-1, 1) if rng.random() < 0.75 else (-1, 0, 1):
            turned = heading + bend + side * spread_deg * float(rng.uniform(0.55, 1.25))
            grow((line[-1, 0], line[-1, 1]), turned, long * float(rng.uniform(0.66, 0.84)), wide * 0.66, level - 1)

    grow((x, foot), heading_deg, high * 0.3, thick, levels)
    return limbs


def limb_outlines(limbs: list[Limb], *, thinnest: float, thickest: float = 1.0) -> list[Points]:
    """The outlines of the limbs between two widths; each tapers towards its end."""
    return [
        band(line, np.linspace(wide, 0.66 * wide, len(line))) for line, wide in limbs if thinnest <= wide < thickest
    ]


def blade(x: float, foot: float, high: float, lean: float, wide: float) -> Points:
    """The outline of a blade of grass that bends over to one side. Shapes: [N, 2]."""
    share = np.linspace(0, 1, 9)
    line = np.stack((x + lean * share**2, foot - high * (share - 0.12 * abs(lean) / max(high, 1e-6) * share**3)), 1)
    return band(line, wide * (1 - share) ** 0.7)
