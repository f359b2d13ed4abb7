"""Moving a picture along a flow, as vid2vid does it (`Resample2d` of 2018 was a compiled op; this is `grid_sample`).

Sums are made in the order of the program of 2018: another order gives 1.6e-4 of difference in a noisy picture of 1024
pixels, more than the files of others are to be met within.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor


def warp(picture: Tensor, flow: Tensor) -> Tensor:
    """The picture as it looks after each of its pixels came from where the flow points.

    `out[y, x] = picture[y + flow_y, x + flow_x]`, bilinear; what lies outside is the nearest pixel of the border.

    Shapes: picture [N, C, H, W]; flow [N, 2, H, W] in pixels, right then down -> [N, C, H, W].
    """
    height, width = picture.shape[2:]
    across = torch.linspace(-1, 1, width, device=flow.device, dtype=flow.dtype)
    along = torch.linspace(-1, 1, height, device=flow.device, dtype=flow.dtype)
    x = across + flow[:, 0] / (max(width - 1, 1) / 2)
    y = along[:, None] + flow[:, 1] / (max(height - 1, 1) / 2)
    where = torch.stack((x, y), 3).to(picture.dtype)
    return F.grid_sample(picture, where, mode="bilinear", padding_mode="border", align_corners=True)
