"""What vid2vid's generators are made of, in the order in which the program of 2018 numbered their parts."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from torch import Tensor, nn

Norm = Literal["batch", "instance", "tracked"]
"""How layers are normalised: over the batch, each picture by itself, or that with running statistics (2019)."""


class ResidualBlock(nn.Module):
    """Two convolutions whose result is added to what came in."""

    def __init__(self, width: int, norm: Norm) -> None:
        super().__init__()
        first = (nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), normalisation(width, norm), nn.ReLU())
        second = (nn.ReflectionPad2d(1), nn.Conv2d(width, width, 3), normalisation(width, norm))
        self.conv_block = nn.Sequential(*first, *second)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, width, H, W] -> the same."""
        changed: Tensor = self.conv_block(x)
        return x + changed


def residual_layers(width: int, count: int, norm: Norm) -> Iterable[nn.Module]:
    """So many residual blocks."""
    return (ResidualBlock(width, norm) for _ in range(count))


def normalisation(width: int, norm: Norm) -> nn.Module:
    """A layer that gives each channel mean 0 and spread 1."""
    if norm == "batch":
        return nn.BatchNorm2d(width)
    return nn.InstanceNorm2d(width, affine=False, track_running_stats=norm == "tracked")


def entry_layers(channels: int, width: int, norm: Norm) -> tuple[nn.Module, ...]:
    """Channels into features at full size."""
    return nn.ReflectionPad2d(3), nn.Conv2d(channels, width, 7), normalisation(width, norm), nn.ReLU()


def down_layers(width: int, times: int, norm: Norm) -> Iterable[nn.Module]:
    """Halvings of height and width, each with twice the channels."""
    for step in range(times):
        deeper = width << (step + 1)
        yield from (nn.Conv2d(deeper // 2, deeper, 3, 2, 1), normalisation(deeper, norm), nn.ReLU())


def up_layers(width: int, times: int, norm: Norm) -> Iterable[nn.Module]:
    """Doublings of height and width, each with half the channels."""
    for step in reversed(range(times)):
        shallower = width << step
        yield nn.ConvTranspose2d(2 * shallower, shallower, 3, 2, 1, output_padding=1)
        yield from (normalisation(shallower, norm), nn.ReLU())


def head_layers(width: int, channels: int, *last: nn.Module) -> nn.Sequential:
    """Features into a picture, and what is done with it last."""
    return nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(width, channels, 7), *last)
