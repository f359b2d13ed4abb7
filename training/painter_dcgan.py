"""DCGAN, the baseline that a painter is compared with at an equal budget.

Radford et al. 2015, "Unsupervised Representation Learning with Deep Convolutional GANs" (arXiv:1511.06434): strided
convolutions, batch normalisation in both networks, Adam at 0.0002 with beta1 0.5, no regularisation. Where we differ:
the generator is averaged as every painter's is, so that both are measured alike.

`python -m training.painter_dcgan --pictures FOLDER --resolution 64 --minutes 20 --out DIR`
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from schemas.errors import SettingsError

RECIPE: dict[str, Any] = {
    "architecture": "dcgan",
    "learning_rate": 2e-4,
    "beta1": 0.5,
    "beta2": 0.999,
    "gamma": 0.0,
    "augmentation": "none",
    "mixing": 0.0,
}
"""The settings of the paper, in the names of `PainterTraining`."""


@dataclass(frozen=True)
class DcganConfig:
    """The sizes of both networks."""

    resolution: int = 64
    """Edge in pixels: a power of two, 16 to 256."""
    z_width: int = 100
    width: int = 64
    """Channels at half the resolution; twice as many at each halving, down to 4x4."""

    def __post_init__(self) -> None:
        if not 16 <= self.resolution <= 256 or self.resolution & (self.resolution - 1):
            raise SettingsError(f"a DCGAN here paints 16, 32, 64, 128 or 256 px, not {self.resolution} px")
        if not (1 <= self.width <= 512 and 1 <= self.z_width <= 4096):
            raise SettingsError(f"width {self.width} or z_width {self.z_width} is out of 1 to 512, 1 to 4096")

    @classmethod
    def tiny(cls) -> DcganConfig:
        """Networks for tests."""
        return cls(resolution=16, z_width=8, width=4)

    @property
    def widths(self) -> list[int]:
        """Channels from 4x4 to half the resolution."""
        return [self.width << stage for stage in reversed(range(self.resolution.bit_length() - 3))]


class DcganGenerator(nn.Module):
    """z to a picture."""

    def __init__(self, config: DcganConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        layers: list[nn.Module] = [nn.ConvTranspose2d(config.z_width, widths[0], 4, bias=False), *_normed(widths[0])]
        for before, after in zip(widths, widths[1:], strict=False):
            layers += [nn.ConvTranspose2d(before, after, 4, stride=2, padding=1, bias=False), *_normed(after)]
        layers += [nn.ConvTranspose2d(widths[-1], 3, 4, stride=2, padding=1), nn.Tanh()]
        self.layers = nn.Sequential(*layers).apply(_begin)

    def forward(self, z: Tensor) -> Tensor:
        """Shapes: z [N, Z] -> [N, 3, R, R], values -1..1."""
        painted: Tensor = self.layers(z[:, :, None, None])
        return painted


class DcganDiscriminator(nn.Module):
    """A picture to a score, above 0 where it looks real."""

    def __init__(self, config: DcganConfig) -> None:
        super().__init__()
        widths = config.widths[::-1]
        layers: list[nn.Module] = [nn.Conv2d(3, widths[0], 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
        for before, after in zip(widths, widths[1:], strict=False):
            layers += [nn.Conv2d(before, after, 4, stride=2, padding=1, bias=False)]
            layers += [nn.BatchNorm2d(after), nn.LeakyReLU(0.2)]
        layers += [nn.Conv2d(widths[-1], 1, 4)]
        self.layers = nn.Sequential(*layers).apply(_begin)

    def forward(self, pictures: Tensor) -> Tensor:
        """Shapes: [N, 3, R, R], values -1..1 -> [N, 1]."""
        scores: Tensor = self.layers(pictures)
        return scores.flatten(1)


def _normed(width: int) -> tuple[nn.Module, nn.Module]:
    return nn.BatchNorm2d(width), nn.ReLU()


def _begin(layer: nn.Module) -> None:
    """Weights as the paper draws them."""
    if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
        nn.init.normal_(layer.weight, 0.0, 0.02)
    elif isinstance(layer, nn.BatchNorm2d):
        nn.init.normal_(layer.weight, 1.0, 0.02)


def main(arguments: Sequence[str]) -> None:
    """The command line: that of `training.painter`, with the baseline's settings."""
    from training.painter import train, training_of_arguments

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(training_of_arguments(arguments, RECIPE))


if __name__ == "__main__":
    main(sys.argv[1:])
