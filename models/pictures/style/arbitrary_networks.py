"""Arbitrary style transfer: a painting becomes 100 numbers, and a picture is painted by any such numbers in one pass.

Paper: Ghiasi, Lee, Kudlur, Dumoulin and Shlens, "Exploring the structure of a real-time, arbitrary neural artistic
stylization network" (2017), arXiv:1705.06830. The style prediction network P gives a style vector; the style transfer
network T normalises each of its layers over the picture and then scales and shifts it by linear maps of that vector.

Where we differ: P is Magenta's later MobileNetV2 and T its thinner network (8, 16 and 32 channels), both as trained
there, their weights read from int8 (see `arbitrary_conversion`); a picture may have any height and width; features are
enlarged bilinearly when painting.

`C` is the number of a layer's channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

Upsampling = Literal["nearest", "bilinear"]
"""How the transfer network doubles its features' size."""

STYLE_WIDTH = 100
"""The numbers of a style vector."""

_EPSILON = 1e-5
_MOBILENET = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""MobileNetV2's table: expansion, channels, repeats, stride of the first."""


@dataclass(frozen=True)
class ArbitraryStyleConfig:
    """The sizes of both networks."""

    stages: tuple[tuple[int, int, int, int], ...] = _MOBILENET
    stem: int = 32
    last: int = 1280
    widths: tuple[int, int, int] = (8, 16, 32)
    residuals: int = 5
    style_width: int = STYLE_WIDTH

    @classmethod
    def tiny(cls) -> Self:
        """Networks for tests: a few thousand weights."""
        return cls(stages=((1, 8, 1, 1), (2, 8, 2, 2)), stem=8, last=16, widths=(4, 8, 8), residuals=1, style_width=6)


class _InvertedResidual(nn.Module):
    """MobileNetV2's block: widen, filter each channel, narrow; added to its input where the shape stays."""

    def __init__(self, inside: int, outside: int, expansion: int, stride: int) -> None:
        super().__init__()
        wide = inside * expansion
        self.expand = nn.Conv2d(inside, wide, 1) if expansion > 1 else None
        self.depthwise = nn.Conv2d(wide, wide, 3, stride, groups=wide)
        self.project = nn.Conv2d(wide, outside, 1)
        self.adds = stride == 1 and inside == outside

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, C, H, W] -> [N, C', H / stride, W / stride]."""
        wide = x if self.expand is None else F.relu6(self.expand(x))
        y: Tensor = self.project(F.relu6(self.depthwise(_pad_same(wide, self.depthwise.stride[0]))))
        return x + y if self.adds else y


def _pad_same(x: Tensor, stride: int) -> Tensor:
    """Zeros around an input of even size as TensorFlow's SAME puts them for a kernel of 3."""
    return F.pad(x, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))


class StylePredictor(nn.Module):
    """The style prediction network P."""

    def __init__(self, config: ArbitraryStyleConfig) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, config.stem, 3, 2)
        blocks: list[nn.Module] = []
        inside = config.stem
        for expansion, outside, repeats, stride in config.stages:
            for index in range(repeats):
                blocks.append(_InvertedResidual(inside, outside, expansion, 1 if index else stride))
                inside = outside
        self.blocks = nn.Sequential(*blocks)
        self.last = nn.Conv2d(inside, config.last, 1)
        self.head = nn.Conv2d(config.last, config.style_width, 1, bias=False)

    def forward(self, painting: Tensor) -> Tensor:
        """The style vector of each painting.

        Shapes: painting [N, 3, H, W] in 0..1, H and W multiples of 32 -> [N, 100].
        """
        x = self.blocks(F.relu6(self.stem(_pad_same(painting, 2))))
        vector: Tensor = self.head(F.relu6(self.last(x)).mean((2, 3), keepdim=True)).flatten(1)
        return vector


class _StyledConv(nn.Module):
    """A convolution whose output is normalised over the picture, then scaled and shifted by the style."""

    def __init__(self, inside: int, outside: int, kernel: int, style_width: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(inside, outside, kernel, padding=kernel // 2, padding_mode="reflect", bias=False)
        self.scale = nn.Conv2d(style_width, outside, 1)
        self.shift = nn.Conv2d(style_width, outside, 1)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Shapes: x [1, C, H, W]; style [1, 100, 1, 1] -> [1, C', H, W]."""
        x = self.conv(x)
        variance, mean = torch.var_mean(x, dim=(2, 3), correction=0, keepdim=True)
        scale = self.scale(style) * torch.rsqrt(variance + _EPSILON)
        return x.mul_(scale).add_(self.shift(style) - mean * scale)


class _Residual(nn.Module):
    """Two styled convolutions added to their input."""

    def __init__(self, width: int, style_width: int) -> None:
        super().__init__()
        self.first = _StyledConv(width, width, 3, style_width)
        self.second = _StyledConv(width, width, 3, style_width)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        """Shapes: as for `_StyledConv`."""
        y: Tensor = self.second(self.first(x, style).relu_(), style)
        return y.add_(x)


class StyleTransformer(nn.Module):
    """The style transfer network T."""

    def __init__(self, config: ArbitraryStyleConfig) -> None:
        super().__init__()
        narrow, middle, wide = config.widths
        self.style_width = config.style_width
        self.contract = nn.ModuleList(
            nn.Conv2d(inside, outside, kernel, stride, padding=kernel // 2, padding_mode="reflect")
            for inside, outside, kernel, stride in ((3, narrow, 9, 1), (narrow, middle, 3, 2), (middle, wide, 3, 2))
        )
        self.residual = nn.ModuleList(_Residual(wide, config.style_width) for _ in range(config.residuals))
        self.expand = nn.ModuleList(
            _StyledConv(inside, outside, kernel, config.style_width)
            for inside, outside, kernel in ((wide, middle, 3), (middle, narrow, 3), (narrow, 3, 9))
        )

    def forward(self, picture: Tensor, vector: Tensor, *, upsampling: Upsampling = "nearest") -> Tensor:
        """The picture painted by a style vector.

        The network was trained with nearest upsampling, which weaves a fine grid along edges; bilinear does not.

        Shapes: picture [1, 3, H, W] in 0..1, H and W multiples of 4; vector [100] -> [1, 3, H, W] in 0..1.
        """
        return self.painted(self.contracted(picture), vector, upsampling=upsampling)

    def contracted(self, picture: Tensor) -> Tensor:
        """What all styles have in common of a picture. Shapes: [1, 3, H, W] -> [1, C, H / 4, W / 4]."""
        x = picture
        for conv in self.contract:
            x = conv(x).relu_()
        return x

    def painted(self, features: Tensor, vector: Tensor, *, upsampling: Upsampling = "nearest") -> Tensor:
        """A contracted picture painted by a style vector. Shapes: [1, C, H / 4, W / 4], [100] -> [1, 3, H, W]."""
        style = vector[None, :, None, None]
        x = features
        for residual in self.residual:
            x = residual(x, style)
        to_half, to_full, to_colours = self.expand
        x = to_half(_twice(x, upsampling), style).relu_()
        x = to_full(_twice(x, upsampling), style).relu_()
        painted: Tensor = to_colours(x, style).sigmoid_()
        return painted


def _twice(x: Tensor, upsampling: Upsampling) -> Tensor:
    """Twice as high and wide."""
    if upsampling == "nearest":
        return F.interpolate(x, scale_factor=2.0, mode="nearest")
    return F.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
