"""A grain that belongs to a scene: noise that stays where it is on what it lies on while the camera and things move.

To move the noise itself along the flow from frame to frame would blur it away. So what is kept is where each pixel was
in the shot's first frame, which is smooth and stands being moved often, and the noise is read there.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from models.film.warping import warp
from models.pictures.style.grain import grained

TOOTH = 0.005
"""The grain under teachers' paint, as a standard deviation in 0..1; a network is given it divided by this."""


class MovingGrain:
    """The grain of a shot of one size."""

    def __init__(self, height: int, width: int, *, seed: int = 0, device: torch.device | None = None) -> None:
        flat = torch.full((1, 1, height, width), 0.5)
        self._noise = ((grained(flat, amount=TOOTH, seed=seed) - flat) / TOOTH).to(device)
        self._away = torch.zeros(1, 2, height, width, device=device)

    def first(self) -> Tensor:
        """The grain of a first frame. Shapes: [1, 1, H, W]."""
        self._away = torch.zeros_like(self._away)
        return self._noise

    def moved(self, flow: Tensor) -> Tensor:
        """The grain of the next frame. Shapes: flow [1, 2, H, W] in pixels, to the frame before -> [1, 1, H, W]."""
        self._away = flow + warp(self._away, flow)
        height, width = flow.shape[2:]
        ys, xs = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
        place = torch.stack((xs, ys), -1)[None].to(flow) + self._away.permute(0, 2, 3, 1)
        scale = torch.tensor([2 / max(width - 1, 1), 2 / max(height - 1, 1)]).to(flow)
        # what comes into the frame from outside has the grain of its mirror image
        return F.grid_sample(self._noise, place * scale - 1, padding_mode="reflection", align_corners=True)
