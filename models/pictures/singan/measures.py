"""How varied a SinGAN's pictures are, and how near to the one it learned."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.pictures.distances import frechet_distance
from models.pictures.singan.pyramid import resized

_LOOK_PX = 48
_FEATURE_SCALE = 100.0
"""Brings the features near 1."""


def diversity(pictures: Tensor, learned: Tensor) -> float:
    """The figure of the paper's section 4: how much a pixel changes between pictures, over how much pixels vary in one.

    0 is the same picture every time. Shapes: pictures [N, 3, H, W], learned [1, 3, H, W].
    """
    changes = pictures.mean(1).std(0, unbiased=False).mean()
    return float(changes / learned.mean(1).std(unbiased=False).clamp(min=1e-6))


def likeness(picture: Tensor, learned: Tensor) -> float:
    """How much a picture is laid out as the learned one, -1 to 1: the correlation of both at 48 px.

    Shapes: both [1, 3, H, W], of any size.
    """
    small = [resized(value, (_LOOK_PX, _LOOK_PX)).flatten() for value in (picture, learned)]
    one, other = (value - value.mean() for value in small)
    return float(functional.cosine_similarity(one, other, dim=0))


def patch_distance(network: nn.Module, picture: Tensor, learned: Tensor) -> float:
    """The distance of two pictures' patches, as SIFID measures it: 0 is the same distribution.

    The Fréchet distance between early features at all places of each, here of SqueezeNet's third fire module (128
    features, about 31 px), not Inception's first block: compare with other distances found here, never with published
    ones. Shapes: both [1, 3, H, W] in 0..1, at least 64 px a side.
    """
    features = [_early(network, value) for value in (picture, learned)]
    return frechet_distance(*features).value


def _early(network: nn.Module, picture: Tensor) -> Tensor:
    """Features at each place. Shapes: [1, 3, H, W] -> [places, 128]."""
    parts = dict(network.named_children())
    with torch.inference_mode():
        x = picture.flip(1) * 255 - torch.tensor((104.0, 117.0, 123.0))[None, :, None, None]
        x = functional.max_pool2d(functional.relu(parts["conv1"](x)), 3, stride=2, ceil_mode=True)
        x = parts["fire3"](parts["fire2"](x))
    places: Tensor = x.flatten(2)[0].T / _FEATURE_SCALE
    return places
