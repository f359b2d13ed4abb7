"""The layers of StyleGAN2: equalised learning rate, modulated convolutions, ToRGB.

Paper: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (2020), arXiv:1912.04958, section 2.2.
The paper scales the weights of every sample by its style and convolves the samples as groups of one convolution. We
give the same numbers without groups, which processors compute badly: one sample scales the weights, several share
them and scale their activations before (style) and after (demodulation). The gain of the leaky ReLU, sqrt(2), is
multiplied into weights, noise and bias beforehand.

`N` is the batch, `W` the width of w, `I` and `O` the channels in and out.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.resampling import blur_after_transposed

SLOPE = 0.2
GAIN = math.sqrt(2.0)


def leaky(x: Tensor, gain: float = 1.0, clamp: float = 0.0) -> Tensor:
    """Leaky ReLU of slope 0.2, in place where no gradient is taken; then a gain and a bound (0: none)."""
    x = functional.leaky_relu(x, SLOPE) if torch.is_grad_enabled() else functional.leaky_relu_(x, SLOPE)
    if gain != 1.0:
        x = x * gain
    return bound(x, clamp)


def bound(x: Tensor, clamp: float) -> Tensor:
    """`x` held within +-clamp; 0 leaves it as it is."""
    return x.clamp(-clamp, clamp) if clamp else x


def drawn(*shape: int, spread: float = 1.0) -> Tensor:
    """Normal numbers of that spread; nothing is drawn where only shapes are wanted, on the device `meta`."""
    weight = torch.empty(shape)
    return weight if weight.is_meta else weight.normal_(std=spread)


class EqualLinear(nn.Module):
    """A linear layer whose weights are stored with unit variance and scaled when used."""

    def __init__(self, inputs: int, outputs: int, *, rate: float = 1.0, bias: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(drawn(outputs, inputs, spread=1.0 / rate))
        self.bias = nn.Parameter(torch.full((outputs,), bias))
        self.scale, self.rate = rate / math.sqrt(inputs), rate

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, inputs]; returns [N, outputs]."""
        return functional.linear(x, self.weight * self.scale, self.bias * self.rate)


class EqualConv(nn.Module):
    """A convolution whose weights are stored with unit variance and scaled when used."""

    def __init__(self, inputs: int, outputs: int, taps: int, *, bias: bool = True) -> None:
        super().__init__()
        self.weight = nn.Parameter(drawn(outputs, inputs, taps, taps))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        self.scale = 1.0 / math.sqrt(inputs * taps * taps)

    def forward(self, x: Tensor, *, stride: int = 1, padding: int = 0) -> Tensor:
        """Shapes: x [N, I, H, W]; returns [N, O, H', W']."""
        return functional.conv2d(x, self.weight * self.scale, self.bias, stride=stride, padding=padding)


class StyledConv(nn.Module):
    """One layer of the synthesis: a modulated, demodulated 3x3 convolution, noise, bias, leaky ReLU."""

    noise_const: Tensor | None

    def __init__(self, config: StyleGAN2Config, inputs: int, outputs: int, edge_px: int, *, up: bool) -> None:
        super().__init__()
        self.affine = EqualLinear(config.w_width, inputs, bias=1.0)
        self.weight = nn.Parameter(drawn(outputs, inputs, 3, 3))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.up, self.clamp, self.edge_px = up, config.clamp, edge_px
        self.scale = 1.0 / math.sqrt(inputs * 9)
        self.eps = config.demodulation_eps * (self.scale**2 if config.demodulates_raw_weights else 1.0)
        self.noise_strength = nn.Parameter(torch.zeros(())) if config.noise else None
        self.register_buffer("noise_const", drawn(1, 1, edge_px, edge_px) if config.noise else None)

    def forward(self, x: Tensor, w: Tensor, taps: Tensor, noise: Tensor | None, gain: float = 1.0) -> Tensor:
        """Shapes: x [N, I, H, H]; w [N, W]; noise [1 or N, 1, E, E] or None; returns [N, O, E, E], E = H or 2H."""
        style = self.affine(w) * self.scale
        gain *= GAIN
        bias = (self.bias * gain).to(x.dtype)
        if len(w) == 1 and 4 * self.edge_px**2 > self.weight[0].numel():
            x = self._scale_weights(x, style, taps, gain, bias)
        else:
            x = self._scale_activations(x, style, taps, gain, bias)
        if noise is not None and self.noise_strength is not None:
            scaled = (noise * (self.noise_strength * gain)).to(x.dtype)
            x = x + scaled if torch.is_grad_enabled() else x.add_(scaled)
        return leaky(x, clamp=self.clamp * gain / GAIN)

    def _scale_weights(self, x: Tensor, style: Tensor, taps: Tensor, gain: float, bias: Tensor) -> Tensor:
        """Best for one sample and large pictures, which have more values than the weights."""
        weight = self.weight * style.view(1, -1, 1, 1)
        scale = torch.rsqrt(weight.square().sum((1, 2, 3)) + self.eps) * gain
        return self._convolve(x, weight * scale.view(-1, 1, 1, 1), taps, bias)

    def _scale_activations(self, x: Tensor, style: Tensor, taps: Tensor, gain: float, bias: Tensor) -> Tensor:
        """Best for several samples, which share the weights, and for small pictures."""
        squares = self.weight.square().sum((2, 3))
        scale = torch.rsqrt(functional.linear(style.square(), squares) + self.eps) * gain
        x = self._convolve(x * style[:, :, None, None].to(x.dtype), self.weight, taps, None)
        return torch.addcmul(bias.view(1, -1, 1, 1), x, scale[:, :, None, None].to(x.dtype))

    def _convolve(self, x: Tensor, weight: Tensor, taps: Tensor, bias: Tensor | None) -> Tensor:
        weight = weight.to(x.dtype)
        if not self.up:
            return functional.conv2d(x, weight, bias, padding=1)
        x = functional.conv_transpose2d(x, weight.transpose(0, 1), stride=2)
        return blur_after_transposed(x, taps, bias)


class ToRGB(nn.Module):
    """Features to picture: a modulated 1x1 convolution without demodulation, as a product of matrices."""

    def __init__(self, config: StyleGAN2Config, inputs: int) -> None:
        super().__init__()
        self.affine = EqualLinear(config.w_width, inputs, bias=1.0)
        self.weight = nn.Parameter(drawn(config.image_channels, inputs))
        self.bias = nn.Parameter(torch.zeros(config.image_channels))
        self.scale, self.clamp = 1.0 / math.sqrt(inputs), config.clamp

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Shapes: x [N, I, H, H]; w [N, W]; returns [N, image channels, H, H]."""
        style = self.affine(w) * self.scale
        weight = (self.weight[None] * style[:, None, :]).to(x.dtype)
        count, channels, height, width = x.shape
        rows = x.permute(0, 2, 3, 1).reshape(count, height * width, channels)
        picture = torch.baddbmm(self.bias.to(x.dtype), rows, weight.transpose(1, 2))
        return bound(picture, self.clamp).view(count, height, width, -1).permute(0, 3, 1, 2)
