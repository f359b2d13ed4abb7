"""How good a painter is by now: its distance to held-out pictures, its near-copies, and a sheet of what it paints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor, nn

from models import registry
from models.pictures.distances import Distance, kernel_distance, nearest
from models.pictures.features import SqueezeNet, features_of, load_squeezenet
from training.adversarial.pictures import PictureArray, middles

if TYPE_CHECKING:
    from training.painter_networks import Networks
    from training.painter_settings import PainterTraining

FEATURES = "features:squeezenet"
"""The registered model whose features every distance of a training is measured in."""

_MOST_TRAINING = 5000


@dataclass(frozen=True)
class Check:
    """One measurement.

    `distance` is the KID to held-out pictures. `nearest` is the median cosine distance of painted pictures to the
    nearest training picture, `copies` the share that lies nearer than all but one in a hundred held-out pictures do.
    """

    distance: Distance
    nearest: float
    copies: float


class Yardstick:
    """The features of held-out and training pictures, taken once."""

    def __init__(self, pictures: PictureArray, config: PainterTraining) -> None:
        self._config = config
        self._network = squeezenet().to(config.device)
        held_out = pictures.numbers("held-out")
        if not len(held_out):
            held_out = pictures.numbers("train")
        chance = np.random.default_rng(config.seed)
        known = pictures.numbers("train")
        known = np.sort(chance.choice(known, min(len(known), _MOST_TRAINING), replace=False))
        self.held_out = self.features(_in_parts(pictures, held_out[: config.check_pictures], config.resolution))
        self.known = self.features(_in_parts(pictures, known, config.resolution))
        self._near = float(nearest(self.held_out, self.known)[0].quantile(0.01))

    def features(self, pictures: Tensor) -> Tensor:
        """Shapes: [N, 3, R, R] in -1..1 -> [N, 512]."""
        return features_of(self._network, pictures.clamp(-1, 1) / 2 + 0.5)

    def check(self, networks: Networks, generator: nn.Module) -> Check:
        """Measures what a generator paints from z that are the same at every check."""
        painted = paint_many(networks, generator, self._config.check_pictures, seed=self._config.seed)
        found = self.features(painted)
        near, _ = nearest(found, self.known)
        return Check(
            kernel_distance(found, self.held_out, size=min(200, len(found) // 2)),
            float(near.median()),
            float((near < self._near).float().mean()),
        )


def squeezenet() -> SqueezeNet:
    """The network that distances are measured with.

    Raises:
        CheckpointError: its weights are not in the checkout.
    """
    return load_squeezenet(registry.path(FEATURES, registry.default_models_dir()))


def _in_parts(pictures: PictureArray, numbers: np.ndarray, resolution: int) -> Tensor:
    return torch.cat([middles(pictures, part, resolution) for part in np.array_split(numbers, -(-len(numbers) // 64))])


def paint_many(networks: Networks, generator: nn.Module, count: int, *, seed: int) -> Tensor:
    """Pictures painted from unmixed z.

    Shapes: [count, 3, R, R], values about -1..1, on the CPU.
    """
    device = next(generator.parameters()).device
    chance = torch.Generator(device).manual_seed(seed)
    generator.eval()
    painted = []
    with torch.inference_mode():
        for begin in range(0, count, 16):
            z = torch.randn((min(16, count - begin), networks.z_width), generator=chance, device=device)
            painted.append(networks.paint(generator, z, chance, 0.0).float().cpu())
    return torch.cat(painted)


def write_grid(pictures: Tensor, file: Path, *, columns: int = 8) -> None:
    """Writes a sheet of pictures as a PNG. Shapes: pictures [N, 3, R, R], values -1..1."""
    from media.pictures.reading import encode_png, picture_of

    rows = [torch.cat(list(part), dim=2) for part in torch.split(pictures, columns) if len(part) == columns]
    sheet = torch.cat(rows, dim=1) if rows else torch.cat(list(pictures), dim=2)
    pixels = ((sheet.clamp(-1, 1) + 1) * 127.5).round().to(torch.uint8).permute(1, 2, 0).numpy()
    part = file.with_suffix(".part")
    part.write_bytes(encode_png(picture_of(pixels)))
    part.replace(file)
