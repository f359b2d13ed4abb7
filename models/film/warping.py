"""Moving a picture along a flow, as vid2vid does it (`Resample2d` of 2018 was a compiled op; this is `grid_sample`)."""

from __future__ import annotations

from functools import lru_cache

import torch
import torch.nn.functional as F
from torch import Tensor


def warp(picture: Tensor, flow: Tensor) -> Tensor:
    """The picture as it looks after each of its pixels came from where the flow points.

    `out[y, x] = picture[y + flow_y, x + flow_x]`, bilinear; what lies outside is the nearest pixel of the border.

    Shapes: picture [N, C, H, W]; flow [N, 2, H, W] in pixels, right then down -> [N, C, H, W].
    """
    height, width = picture.shape[2:]
    grid = _places(height, width, flow.device) + flow
    scale = torch.tensor([2 / max(width - 1, 1), 2 / max(height - 1, 1)], device=flow.device).view(1, 2, 1, 1)
    where = (grid * scale - 1).permute(0, 2, 3, 1).to(picture.dtype)
    return F.grid_sample(picture, where, mode="bilinear", padding_mode="border", align_corners=True)


@lru_cache(maxsize=8)
def _places(height: int, width: int, device: torch.device) -> Tensor:
    """The place of every pixel, x then y. Shapes: [1, 2, H, W]."""
    ys, xs = torch.meshgrid(torch.arange(height, device=device), torch.arange(width, device=device), indexing="ij")
    return torch.stack((xs, ys)).float()[None]
