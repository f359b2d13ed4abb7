"""Linear layers without bias, exact or in 8 bits."""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional as F


class FloatLinear:
    """A linear layer without bias in float32."""

    def __init__(self, weight: Tensor) -> None:
        self.weight = weight

    def __call__(self, x: Tensor) -> Tensor:
        """Shapes: x: [..., in]; returns [..., out]."""
        return F.linear(x, self.weight)


class Int8Linear:
    """A linear layer without bias in 8 bits: weights scaled by output row, inputs by their own largest value."""

    def __init__(self, weight: Tensor, levels: int | None = None) -> None:
        self.packed = _packed(weight, levels or weight_levels())

    def __call__(self, x: Tensor) -> Tensor:
        """Shapes: x: [..., in]; returns [..., out]."""
        scale = x.abs().amax(-1, keepdim=True).clamp_min_(1e-12)
        return _multiply(x / scale, self.packed).mul_(scale)


Linear = FloatLinear | Int8Linear


@lru_cache(maxsize=1)
def weight_levels() -> int:
    """The largest weight in steps: 127, or 63 on a processor that adds pairs of products in 16 bits and would overflow.

    Found by trying: the largest input times the largest weights, where 255 x 127 x 2 does not fit 16 bits and 255
    x 63 x 2 does.
    """
    packed = _packed(torch.ones(16, 64), 127)
    exact = bool((_multiply(torch.ones(4, 64), packed) - 64).abs().max() < 0.5)
    return 127 if exact else 63


def _packed(weight: Tensor, levels: int) -> Any:  # noqa: ANN401 - a torch class without a type
    scales = (weight.abs().amax(1) / levels).clamp_min(1e-12)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.quantize_per", category=UserWarning)
        zeros = torch.zeros(len(scales), dtype=torch.long)
        quantised = torch.quantize_per_channel(weight, scales.double(), zeros, 0, torch.qint8)
        return torch.ops.quantized.linear_prepack(quantised, None)


def _multiply(x: Tensor, packed: Any) -> Tensor:  # noqa: ANN401
    """The packed weights times x, which lies within -1 and 1 and is taken in steps of 1/127."""
    y: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(x, 1 / 127, 128, packed)
    return y
