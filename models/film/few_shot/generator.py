"""The image generator that paints with given weights, and the mask that lays it over the frame before.

Wang et al. 2019 (arXiv:1910.12713) on Park et al. 2019 (SPADE, arXiv:1903.07291): features are normalised, then scaled
and shifted at each place by what generated convolutions make of the label map; the frame is
`(1 - m) * warped + m * painted`, with the frame before warped by the flow and m a soft mask of occlusion.

Where we differ: the flow is the scene's own and comes from outside (no flow head, and no residual one). The mask sees
the warped frame, what was painted and the drawing, and never sinks below a share, so that nothing is warped for ever.
The frame before enters through the mask alone. What is painted over is the label map *and* the flat drawing, whose
colours a label map does not hold; a generated 1x1 convolution of both is laid under the picture, so that the network
has only to add what a colour map cannot do. Instance norm stands for batch norm: a film hangs on no other's frames.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.weight_generation import CONDITION, Modulation, PainterWeights
from models.film.warping import warp

_SLOPE = 0.2
_MASK_WIDTH = 8


class ImageGenerator(nn.Module):
    """The SPADE generator, without the weights of its modulations."""

    def __init__(self, config: FewShotConfig) -> None:
        super().__init__()
        self.config = config
        widths = config.widths
        self.first = nn.Conv2d(CONDITION, widths[0], 3, padding=1)
        self.sizes = nn.ModuleList(
            nn.ModuleList(nn.Conv2d(width, width, 3, padding=1) for _ in range(count))
            for width, count in zip(widths, config.units, strict=True)
        )
        self.narrowing = nn.ModuleList(
            nn.Conv2d(wide, narrow, 1) for wide, narrow in zip(widths, widths[1:], strict=False)
        )
        self.last = nn.Conv2d(widths[-1], 3, 3, padding=1)
        nn.init.zeros_(self.last.weight)

    def forward(self, weights: PainterWeights, condition: Tensor) -> Tensor:
        """The frame as it is painted without the one before.

        Shapes: weights of N painters, condition [N, CONDITION, H, W] -> [N, 3, H, W], about 0..1.
        """
        sizes = [condition]
        for _ in self.narrowing:
            sizes.insert(0, F.avg_pool2d(sizes[0], 2))
        x = self.first(sizes[0])
        for number, (units, modulation, seen) in enumerate(zip(self.sizes, weights.modulations, sizes, strict=True)):
            if number:
                x = F.interpolate(self.narrowing[number - 1](x), scale_factor=2, mode="nearest")
            scale, shift = _scale_and_shift(modulation, seen)
            for unit in units:  # type: ignore[attr-defined]
                x = x + unit(_modulated(x, scale, shift))
        ground = torch.baddbmm(weights.ground_bias, weights.ground, condition.flatten(2)).view(-1, 3, *x.shape[2:])
        painted: Tensor = ground + self.last(F.leaky_relu(x, _SLOPE))
        return painted


class OcclusionMask(nn.Module):
    """How much of each pixel is painted anew and not taken from the frame before."""

    def __init__(self, config: FewShotConfig) -> None:
        super().__init__()
        self._least = config.repainted
        self.layers = nn.Sequential(
            nn.Conv2d(10, _MASK_WIDTH, 3, padding=1), nn.LeakyReLU(_SLOPE), nn.Conv2d(_MASK_WIDTH, 1, 3, padding=1)
        )

    def forward(self, warped: Tensor, painted: Tensor, drawing: Tensor, flow: Tensor) -> Tensor:
        """Shapes: warped, painted and drawing [N, 3, H, W], flow [N, 2, H, W] in pixels -> [N, 1, H, W] of 0-1."""
        seen = torch.cat((warped, (painted - warped).abs(), drawing, from_outside(flow)), 1)
        mask: Tensor = self._least + (1 - self._least) * self.layers(seen).sigmoid()
        return mask


def laid_over(mask: OcclusionMask, painted: Tensor, drawing: Tensor, previous: Tensor, flow: Tensor) -> Tensor:
    """The frame: what was painted, laid over the frame before where that holds no longer.

    Shapes: painted, drawing and previous [N, 3, H, W], flow [N, 2, H, W] in pixels -> [N, 3, H, W].
    """
    warped = warp(previous, flow)
    share: Tensor = mask(warped, painted, drawing, flow)
    return warped + share * (painted - warped)


def from_outside(flow: Tensor) -> Tensor:
    """1 where a pixel came from outside of the frame before, else 0. Shapes: [N, 2, H, W] -> [N, 1, H, W]."""
    height, width = flow.shape[2:]
    x = torch.arange(width, device=flow.device) + flow[:, 0]
    y = torch.arange(height, device=flow.device)[:, None] + flow[:, 1]
    outside = (x < -0.5) | (x > width - 0.5) | (y < -0.5) | (y > height - 0.5)
    return outside[:, None].to(flow.dtype)


def _scale_and_shift(weights: Modulation, condition: Tensor) -> tuple[Tensor, Tensor]:
    """Shapes: condition [N, CONDITION, H, W] -> scale and shift, [N, C, H, W] each."""
    height, width = condition.shape[2:]
    hidden = F.leaky_relu(torch.baddbmm(weights.hidden_bias, weights.hidden, condition.flatten(2)), _SLOPE)
    both = torch.baddbmm(weights.scale_shift_bias, weights.scale_shift, hidden)
    scale, shift = both.view(len(both), -1, height, width).chunk(2, 1)
    return scale, shift


def _modulated(x: Tensor, scale: Tensor, shift: Tensor) -> Tensor:
    """Normalised, scaled by one more than the scale, shifted, bent. Shapes: [N, C, H, W] each."""
    return F.leaky_relu(torch.addcmul(shift, F.instance_norm(x), 1 + scale), _SLOPE)
