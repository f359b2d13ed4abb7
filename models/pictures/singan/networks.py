"""The two networks of one scale of SinGAN: a generator that adds detail, and a critic of patches of 11 pixels.

Paper: Rott Shaham, Dekel and Michaeli, "SinGAN: Learning a Generative Model from a Single Natural Image" (2019),
arXiv:1905.01164, section 3.2: five blocks of 3x3 convolution, batch norm and leaky ReLU, the last one bare.

Where we differ: the critic has no batch norm. Over the one picture of a batch it hides from the critic how light and
how rich in contrast a patch is; with the same steps the generator came out farther from the picture's patches. As in
the authors' program, picture and noise get a border of 5 zeros once, before the first convolution, and the convolutions
have none; a trained generator uses the running statistics of its batch norms.

`N` is the batch, `H` and `W` the height and width in pixels of a scale. Pictures are in -1..1.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from torch import Tensor, nn
from torch.nn import functional

from schemas.errors import CheckpointError

BORDER_PX = 5
"""What five convolutions take away on each side."""
_LEAKY_SLOPE = 0.2
_MOST_WIDTH = 512


@dataclass(frozen=True)
class ScaleConfig:
    """The sizes of the networks of one scale."""

    width: int = 32
    layers: int = 5

    def __post_init__(self) -> None:
        if not 1 <= self.width <= _MOST_WIDTH or self.layers != BORDER_PX:
            raise CheckpointError(f"a scale of SinGAN has 1-{_MOST_WIDTH} features and {BORDER_PX} layers, not {self}")

    @classmethod
    def tiny(cls) -> Self:
        """Networks for tests: 4 features."""
        return cls(width=4)


def _body(config: ScaleConfig, outputs: int, *, normalised: bool) -> nn.Sequential:
    layers: list[nn.Module] = []
    for index in range(config.layers - 1):
        layers.append(nn.Conv2d(config.width if index else 3, config.width, 3))
        if normalised:
            layers.append(nn.BatchNorm2d(config.width))
        layers.append(nn.LeakyReLU(_LEAKY_SLOPE))
    body = nn.Sequential(*layers, nn.Conv2d(config.width, outputs, 3))
    for module in body:
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.weight, 1.0, 0.02)
        elif isinstance(module, nn.Conv2d) and normalised:
            nn.init.normal_(module.weight, 0.0, 0.02)
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, _LEAKY_SLOPE)
            nn.init.zeros_(module.bias)  # type: ignore[arg-type]
    return body


class ScaleGenerator(nn.Module):
    """Adds to a blurred picture the detail of its scale, led by noise."""

    def __init__(self, config: ScaleConfig) -> None:
        super().__init__()
        self.config = config
        self.body = _body(config, 3, normalised=True)

    def forward(self, noise: Tensor, previous: Tensor) -> Tensor:
        """What the scale makes of the picture below it; `noise` is that picture with noise and a border.

        Shapes: noise [N, 3, H + 10, W + 10], previous [N, 3, H, W]; returns [N, 3, H, W].
        """
        detail: Tensor = self.body(noise)
        return detail.tanh() + previous


class ScaleCritic(nn.Module):
    """Says of each patch of 11 x 11 pixels how much it looks like one of the picture's."""

    def __init__(self, config: ScaleConfig) -> None:
        super().__init__()
        self.body = _body(config, 1, normalised=False)

    def forward(self, picture: Tensor) -> Tensor:
        """Shapes: picture [N, 3, H, W], at least 11 px a side; returns [N, 1, H - 10, W - 10]."""
        scores: Tensor = self.body(picture)
        return scores


def bordered(picture: Tensor) -> Tensor:
    """The picture with a border of zeros. Shapes: [N, C, H, W] -> [N, C, H + 10, W + 10]."""
    return functional.pad(picture, (BORDER_PX,) * 4)
