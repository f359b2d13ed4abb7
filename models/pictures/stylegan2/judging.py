"""Projection of a picture in pixels: its middle square, what judges likeness, and the latent that is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor
from torch.nn import functional

from models.pictures.stylegan2.exploring import to_pixels
from models.pictures.stylegan2.generator import Generator, one_hot
from models.pictures.stylegan2.projection import Distance, Projection, ProjectionSettings, ProjectionStep, project
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LATENT_FORMAT = "hibari-stylegan2-latent-1"
_SMALLEST_PX = 8


def find_judge(name: Literal["vgg16", "pixels"] | str, models_dir: Path) -> Distance:
    """What judges likeness: 'vgg16' (features:vgg16, as people see) or 'pixels' (plain differences at several sizes).

    Raises:
        CheckpointError: the network is not here; the message says how to get it.
    """
    if name == "pixels":
        return pixel_distance
    from models import registry
    from models.pictures.style.vgg import load_vgg16, perceptual_distance

    network = load_vgg16(registry.path("features:vgg16", models_dir))

    def judge(one: Tensor, other: Tensor) -> Tensor:
        pair = [
            functional.interpolate(picture, size=64) if picture.shape[-1] < 32 else picture for picture in (one, other)
        ]
        return perceptual_distance(network, *pair)

    return judge


def pixel_distance(one: Tensor, other: Tensor) -> Tensor:
    """Mean squared differences, averaged over every halving of the edges down to 8 px.

    Shapes: both [N, C, H, W]; returns [N].
    """
    total, count = torch.zeros(len(one)).to(one), 0
    while True:
        total, count = total + (one - other).square().mean((1, 2, 3)), count + 1
        if one.shape[-1] < 2 * _SMALLEST_PX:
            return total / count
        one, other = functional.avg_pool2d(one, 2), functional.avg_pool2d(other, 2)


def project_pixels(
    generator: Generator,
    pixels: NDArray[np.uint8],
    distance: Distance,
    *,
    settings: ProjectionSettings,
    label: int = 0,
    seed: int = 0,
    progress: Callable[[ProjectionStep], None] | None = None,
) -> tuple[Projection, NDArray[np.uint8]]:
    """What was found for the middle square of a picture, and its pixels.

    Shapes: pixels [height, width, 3] in 0..255; returns pixels [R, R, 3].

    Raises:
        CheckpointError: there is no such class, or the generator does not paint in three channels.
    """
    config = generator.config
    if config.image_channels != 3:
        raise CheckpointError(f"a picture of 3 channels cannot be found by a generator of {config.image_channels}")
    side = min(pixels.shape[:2])
    top, left = ((edge - side) // 2 for edge in pixels.shape[:2])
    square = torch.from_numpy(pixels[top : top + side, left : left + side].copy()).permute(2, 0, 1)[None].float() / 255
    sought = functional.interpolate(square, size=config.resolution, mode="bicubic", antialias=True).clamp(0, 1)
    asked = one_hot(config, label, 1)
    found = project(generator, sought, distance, settings=settings, seed=seed, label=asked, progress=progress)
    return found, to_pixels(found.picture[0])


def save_latent(found: Projection, path: Path) -> None:
    """Writes the ws and noise of a projection as safetensors, by way of a temporary name."""
    from safetensors.torch import save_file

    tensors = {"ws": found.ws.cpu().contiguous()}
    tensors |= {f"noise.{layer}": one.cpu().contiguous() for layer, one in enumerate(found.noise)}
    part = path.with_name(path.name + ".part")
    save_file(tensors, part, metadata={"format": LATENT_FORMAT})
    part.replace(path)
