"""Pictures that are hard to set words on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def flat(value: int, side: int = 300) -> NDArray[np.uint8]:
    """One grey."""
    return np.full((side, side, 3), value, np.uint8)


def checkerboard(side: int = 300, square: int = 12) -> NDArray[np.uint8]:
    """Black and white squares."""
    at = np.arange(side) // square
    return np.repeat((((at[:, None] + at[None, :]) % 2) * 255).astype(np.uint8)[..., None], 3, axis=2)


def noise(side: int = 300, seed: int = 1) -> NDArray[np.uint8]:
    """Every pixel by chance."""
    return np.random.default_rng(seed).integers(0, 256, (side, side, 3), dtype=np.uint8)


def slope(side: int = 300, *, across: bool = False) -> NDArray[np.uint8]:
    """Black to white."""
    line = np.linspace(0, 255, side).astype(np.uint8)
    grey = np.broadcast_to(line[None, :] if across else line[:, None], (side, side))
    return np.repeat(grey[..., None], 3, axis=2).copy()


def stripes(side: int = 300) -> NDArray[np.uint8]:
    """Broad black and white bands across, so that no line of words has one colour behind it."""
    line = ((np.arange(side) // (side // 6)) % 2 * 255).astype(np.uint8)
    return np.repeat(np.broadcast_to(line[None, :], (side, side))[..., None], 3, axis=2).copy()


def landscape(side: int = 300) -> NDArray[np.uint8]:
    """A quiet dark sky over a busy pale ground."""
    picture = noise(side, 5) // 2 + 100
    picture[: side // 2] = (22, 30, 60)
    return picture


HARD = {
    "black": flat(0),
    "white": flat(255),
    "middle grey": flat(119),
    "checkerboard": checkerboard(),
    "fine checkerboard": checkerboard(square=2),
    "noise": noise(),
    "downwards": slope(),
    "across": slope(across=True),
    "stripes": stripes(),
    "landscape": landscape(),
}
