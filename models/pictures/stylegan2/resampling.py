"""Changes of resolution: the paper's separable low-pass filters (appendix B), as depthwise convolutions.

A filter of L taps is kept as its taps in one direction, normalised to a sum of 1. Both directions are filtered in one
pass: with the usual 4 taps two passes took 1.5 to 2 times as long, since they wait for memory and not for arithmetic.
Zeros lie outside a picture.

`N` is the batch, `C` the channels, `H` and `W` the height and width.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional


def filter_taps(taps: Sequence[float]) -> Tensor:
    """Taps as float32, divided by their sum, in the order that a convolution layer multiplies them (reversed)."""
    total = sum(taps)
    return torch.tensor([tap / total for tap in reversed(taps)])


def _filter(x: Tensor, taps: Tensor, pads: tuple[int, int], stride: int = 1, bias: Tensor | None = None) -> Tensor:
    """Both directions filtered after `pads` zeros before and after; a negative number crops.

    Shapes: x [N, C, H, W]; bias [C] or None; returns [N, C, H', W'], H' = (H + sum of pads - L) // stride + 1.
    """
    channels, before, after = x.shape[1], *pads
    if before != after or before < 0:
        x = functional.pad(x, (before, after, before, after))
        before = 0
    kernel = torch.outer(taps, taps).to(x.dtype).expand(channels, 1, -1, -1)
    return functional.conv2d(x, kernel, bias, padding=before, stride=stride, groups=channels)


def upsample(x: Tensor, taps: Tensor) -> Tensor:
    """Twice the edges: zeros between the values, then the filter, whose gain makes up for the zeros.

    Shapes: x [N, C, H, W]; taps [L]; returns [N, C, 2H, 2W].
    """
    channels, height, width = x.shape[1:]
    kernel = 2.0 * taps.flip(0).to(x.dtype)
    first = (len(taps) - 2) // 2
    x = functional.conv_transpose2d(
        x, kernel.view(1, 1, 1, -1).repeat(channels, 1, 1, 1), stride=(1, 2), groups=channels
    )
    x = x[..., first : first + 2 * width]
    x = functional.conv_transpose2d(
        x, kernel.view(1, 1, -1, 1).repeat(channels, 1, 1, 1), stride=(2, 1), groups=channels
    )
    return x[..., first : first + 2 * height, :]


def blur_after_transposed(x: Tensor, taps: Tensor, bias: Tensor | None = None) -> Tensor:
    """The filter after a transposed 3x3 convolution of stride 2, with the gain that makes up for its zeros.

    Shapes: x [N, C, 2H + 1, 2W + 1]; taps [L]; bias [C] or None, added afterwards; returns [N, C, 2H, 2W].
    """
    return _filter(x, 2.0 * taps, ((len(taps) - 1) // 2, (len(taps) - 2) // 2), bias=bias)


def blur_before_strided(x: Tensor, taps: Tensor) -> Tensor:
    """The filter before a 3x3 convolution of stride 2 without padding.

    Shapes: x [N, C, 2H, 2W]; taps [L]; returns [N, C, 2H + 1, 2W + 1].
    """
    return _filter(x, taps, ((len(taps) + 1) // 2, len(taps) // 2))


def downsample(x: Tensor, taps: Tensor) -> Tensor:
    """Half the edges: the filter, then every second value.

    Shapes: x [N, C, 2H, 2W]; taps [L]; returns [N, C, H, W].
    """
    return _filter(x, taps, ((len(taps) - 1) // 2, (len(taps) - 2) // 2), stride=2)
