"""A faint grain for drawn pictures before they are painted, as canvas under paint.

The style networks normalise each layer over the picture. A drawing of flat areas gives them almost no variance but at
its edges, so the normalisation blows the edges up: embossed rims, halos and a woven grid beside them, and no brushwork
in the areas. Lightness noise of 1-2 % on scales of 2 to 64 pixels is enough for the networks to paint with.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor

from schemas.errors import MediaError

GRAIN = 0.015
"""The grain that turns flat drawings into brushwork: standard deviation in 0..1."""

_SCALES_PX = (2, 4, 8, 16, 32, 64)


def grained(picture: Tensor, *, amount: float = GRAIN, seed: int = 0) -> Tensor:
    """The picture with a grain in its lightness, the same for the same seed and size.

    Args:
        picture: [1, 3, H, W] in 0..1.
        amount: standard deviation of the grain in 0..1; 0 leaves the picture as it is.
        seed: which grain.

    Raises:
        MediaError: the amount is not within 0..0.5.
    """
    if not 0 <= amount <= 0.5:
        raise MediaError(f"a grain of {amount} is out of bounds: 0 is none, 0.015 usual, 0.5 the most")
    if amount == 0:
        return picture
    height, width = picture.shape[2:]
    generator = torch.Generator().manual_seed(seed)
    noise = torch.zeros(1, 1, height, width)
    for scale in _SCALES_PX:
        coarse = torch.randn(1, 1, max(2, height // scale), max(2, width // scale), generator=generator)
        noise += scale**0.5 * F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False)
    return (picture + (amount / noise.std()) * noise.to(picture.device)).clamp(0, 1)
