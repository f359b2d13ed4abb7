from __future__ import annotations

import numpy as np
import pytest
import torch

from models import registry


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture(scope="session")
def drawing():
    """A drawn picture of 52 x 68 pixels: a sky that darkens, a disc, a ground. [1, 3, H, W]."""
    y, x = np.mgrid[0:52, 0:68].astype(np.float32) / 52
    picture = np.stack([0.4 + 0.5 * y, 0.6 * np.ones_like(y), 0.9 - 0.4 * y])
    picture[:, np.hypot(x - 0.7, y - 0.3) < 0.15] = 0.95
    picture[:, y > 0.7 + 0.05 * np.sin(9 * x)] = [[0.2], [0.25], [0.15]]
    return torch.from_numpy(picture.astype(np.float32))[None]


def pulled(name: str):
    """Where a pulled model is; the test is skipped where it was not pulled."""
    folder = registry.default_models_dir()
    if not registry.is_present(name, folder):
        pytest.skip(f"{name} is not pulled: run `hibari models pull {name}`")
    return registry.path(name, folder)
