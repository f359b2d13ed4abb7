"""Linear layers without bias, exact or in 8 bits."""

from __future__ import annotations

import warnings

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
    """A linear layer without bias in 8 bits: weights scaled by output row, inputs by their own largest value.

    Weights use 7 of the 8 bits: processors without VNNI add pairs of products in 16 bits, where 255 x 63 x 2 still
    fits.
    """

    def __init__(self, weight: Tensor) -> None:
        scales = (weight.abs().amax(1) / 63).clamp_min(1e-12)
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="torch.quantize_per", category=UserWarning)
            quantised = torch.quantize_per_channel(
                weight, scales.double(), torch.zeros(len(scales)).long(), 0, torch.qint8
            )
            self.packed = torch.ops.quantized.linear_prepack(quantised, None)

    def __call__(self, x: Tensor) -> Tensor:
        """Shapes: x: [..., in]; returns [..., out]."""
        scale = x.abs().amax(-1, keepdim=True).clamp_min_(1e-12)
        y: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
            x / scale, 1 / 127, 128, self.packed
        )
        return y.mul_(scale)


Linear = FloatLinear | Int8Linear
