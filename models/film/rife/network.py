"""RIFE's flow network: how two pictures move to the one in the middle between them.

Paper: arXiv:2011.06294, section 3.2 (IFNet): three blocks, from coarse to fine, each of which mends the flow of the
one before it after seeing both pictures moved along it. The weights are those of the authors' version 3 for practical
use ("HD"), whose blocks have four pairs of convolutions and are asked twice, forwards and backwards in time.

Where we differ: the teacher of training is left out; both directions go through a block in one batch; pictures of any
size are taken (edges repeated up to a multiple of 32); `flow` turns the two flows from the middle into the one that
films need, from the later picture back to the earlier, which the paper does not ask for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.warping import warp

_MULTIPLE_PX = 32


@dataclass(frozen=True)
class RIFEConfig:
    """Sizes: `width` channels inside each block; each block sees the pictures at 1 / scale of their size."""

    width: int = 90
    scales: tuple[int, ...] = (4, 2, 1)

    @classmethod
    def tiny(cls) -> RIFEConfig:
        """Sizes for tests."""
        return cls(width=8)


class Between(NamedTuple):
    """What lies between two pictures.

    Attributes:
        to_first: from each place of the middle to where it is in the first picture, [N, 2, H, W] in pixels.
        to_second: the same in the second picture.
        weight: how far the first picture is seen in the middle, [N, 1, H, W] in 0..1; the rest is the second.
    """

    to_first: Tensor
    to_second: Tensor
    weight: Tensor


class Block(nn.Module):
    """One block (IFBlock): what to add to the flow and to the mask."""

    def __init__(self, width: int) -> None:
        super().__init__()
        seen = 3 + 3 + 1 + 4
        self.enter = nn.Sequential(_conv(seen, width // 2, stride=2), _conv(width // 2, width, stride=2))
        self.pairs = nn.ModuleList(nn.Sequential(_conv(width, width), _conv(width, width)) for _ in range(4))
        self.flow = _leave(width, 4)
        self.mask = _leave(width, 1)

    def forward(self, x: Tensor, flow: Tensor, scale: int) -> tuple[Tensor, Tensor]:
        """Shapes: x [N, 7, H, W]: both pictures and the mask; flow [N, 4, H, W] -> [N, 4, H, W] and [N, 1, H, W]."""
        x = self.enter(torch.cat((_resized(x, 1 / scale), _resized(flow, 1 / scale) / scale), 1))
        for pair in self.pairs:
            x = pair(x) + x
        return _resized(self.flow(x), scale) * scale, _resized(self.mask(x), scale)


class RIFE(nn.Module):
    """Optical flow between pictures."""

    def __init__(self, config: RIFEConfig | None = None) -> None:
        super().__init__()
        self.config = config or RIFEConfig()
        self.blocks = nn.ModuleList(Block(self.config.width) for _ in self.config.scales)

    def forward(self, first: Tensor, second: Tensor) -> Between:
        """Shapes: first, second [N, 3, H, W] in 0..1, H and W multiples of 32."""
        count = len(first)
        pictures, swapped = torch.cat((first, second)), torch.cat((second, first))
        flow, mask = first.new_zeros(2 * count, 4, *first.shape[2:]), first.new_zeros(2 * count, 1, *first.shape[2:])
        ours, theirs = pictures, swapped
        for block, scale in zip(self.blocks, self.config.scales, strict=True):
            change, mended = block(torch.cat((ours, theirs, mask), 1), flow, scale)
            flow = flow + (change + _turned(change)) / 2
            mask = mask + (mended - mended.roll(count, 0)) / 2
            ours, theirs = warp(pictures, flow[:, :2]), warp(swapped, flow[:, 2:])
        return Between(flow[:count, :2], flow[:count, 2:], torch.sigmoid(mask[:count]))

    @torch.no_grad()
    def flow(self, before: Tensor, after: Tensor, *, rounds: int = 5) -> Tensor:
        """How `after` came from `before`: `warp(before, flow)` is like `after` where nothing new came into sight.

        The flows from the middle are followed back from each place of `after`, by `rounds` of asking where in the
        middle that place was.

        Shapes: before, after [N, 3, H, W] in -1..1 of any size from 16 on -> [N, 2, H, W] in pixels, right and down.

        Raises:
            ValueError: the pictures have other shapes.
        """
        if before.shape != after.shape or before.ndim != 4 or before.shape[1] != 3 or min(before.shape[2:]) < 16:
            raise ValueError(
                f"pictures of {list(before.shape)} and {list(after.shape)}: two of [N, 3, H, W], edges from 16 on"
            )
        height, width = before.shape[2:]
        more = (0, -width % _MULTIPLE_PX, 0, -height % _MULTIPLE_PX)
        first, second = (F.pad((picture + 1) / 2, more, mode="replicate") for picture in (before, after))
        between: Between = self(first, second)
        middle = -between.to_second
        for _ in range(rounds):
            middle = -warp(between.to_second, middle)
        found = middle + warp(between.to_first, middle)
        return found[..., :height, :width].contiguous()


def _turned(change: Tensor) -> Tensor:
    """The answers for the pictures in the other order, as flows of the pictures in this order."""
    other = change.roll(len(change) // 2, 0)
    return torch.cat((other[:, 2:], other[:, :2]), 1)


def _conv(before: int, after: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(nn.Conv2d(before, after, 3, stride, padding=1), nn.PReLU(after))


def _leave(width: int, channels: int) -> nn.Sequential:
    half = width // 2
    first = (nn.ConvTranspose2d(width, half, 4, 2, 1), nn.PReLU(half))
    return nn.Sequential(*first, nn.ConvTranspose2d(half, channels, 4, 2, 1))


def _resized(x: Tensor, scale: float) -> Tensor:
    """Shapes: [N, C, H, W] -> [N, C, H * scale, W * scale]."""
    if scale == 1:
        return x
    size = [round(edge * scale) for edge in x.shape[2:]]
    return F.interpolate(x, size=size, mode="bilinear", align_corners=False)
