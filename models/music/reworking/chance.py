"""Where chance comes from: one generator for each named thing, so that nothing depends on what was made before."""

from __future__ import annotations

import hashlib

import numpy as np

from schemas.errors import SettingsError


def chance(seed: int, *place: object) -> np.random.Generator:
    """The generator of a place in a piece of work.

    Raises:
        SettingsError: the seed is below 0.
    """
    if seed < 0:
        raise SettingsError(f"seed {seed} must be 0 or more")
    name = "/".join(str(part) for part in (seed, *place))
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:16], "big"))
