"""Folders of small pictures that tests learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image


def discs(folder: Path, count: int, px: int = 16, *, seed: int = 0) -> Path:
    """A folder of bright discs on dark grounds."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[:px, :px]
    for number in range(count):
        x, y, radius = rng.uniform(0.3 * px, 0.7 * px, 2).tolist() + [rng.uniform(0.15, 0.3) * px]
        ground, light = rng.integers(0, 90, 3), rng.integers(150, 256, 3)
        inside = ((xs - x) ** 2 + (ys - y) ** 2 < radius**2)[..., None]
        Image.fromarray(np.where(inside, light, ground).astype(np.uint8)).save(folder / f"{number:03d}.png")
    return folder
