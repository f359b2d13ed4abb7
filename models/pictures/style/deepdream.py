"""DeepDream: a picture is changed by small steps until it excites a layer of a network more.

Source: Mordvintsev, Olah and Tyka, "Inceptionism: going deeper into neural networks" (2015), and the notebook they
published with it: gradient ascent on the mean square of a layer, octaves from small to large, random shifts.

Where we differ: gradients of large pictures are taken tile by tile, the tiles lying elsewhere in each step so that no
seam stays; each gradient is smoothed at three scales and divided by its deviation, so that one step size fits all
layers; detail lost by scaling comes back at each octave. SqueezeNet (trained to name a thousand things) dreams of eyes,
fur and feathers, VGG16 (trained to judge likeness, see `vgg`) of textures.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from models.pictures.style.feature_stacks import FeatureStack
from schemas.errors import MediaError

Excitation = Callable[[Tensor], Tensor]
"""How excited a layer is by pictures [1, 3, H, W] in 0..1: a number."""

LARGEST_SIDE_PX = 2048
_SMALLEST_OCTAVE_PX = 64


@dataclass(frozen=True)
class DreamSettings:
    """How a picture is dreamt on; sizes in pixels, `step` in 0..1 of brightness."""

    octaves: int = 4
    octave_scale: float = 1.4
    iterations: int = 12
    """In each octave."""
    step: float = 0.012
    jitter_px: int = 32
    tile_px: int = 384
    seed: int = 0

    def __post_init__(self) -> None:
        if not (1 <= self.octaves <= 12 and 1 <= self.iterations <= 500 and 1.05 <= self.octave_scale <= 3):
            raise MediaError("a dream has 1 to 12 octaves, 1.05 to 3 apart, of 1 to 500 iterations")
        if not (0 < self.step <= 0.2 and 0 <= self.jitter_px <= 256 and 96 <= self.tile_px <= 1024):
            raise MediaError(
                "a dream's step is above 0 and at most 0.2, its jitter 0 to 256 px, its tiles 96 to 1024 px"
            )


@dataclass(frozen=True)
class DreamStep:
    """How far the dream is."""

    done: float
    """Share of the work, 0 to 1, by its cost."""
    octave: int
    left_s: float


def dream(
    picture: Tensor,
    excitation: Excitation,
    settings: DreamSettings | None = None,
    *,
    progress: Callable[[DreamStep], None] | None = None,
) -> Tensor:
    """The picture, dreamt on; the same for the same seed.

    Shapes: picture [1, 3, H, W] in 0..1 -> [1, 3, H, W] in 0..1.

    Raises:
        MediaError: the picture is not [1, 3, H, W] or has a side under 64 or over 2048 pixels.
    """
    settings = settings or DreamSettings()
    height, width = picture.shape[2:] if picture.ndim == 4 else (0, 0)
    if picture.shape[:2] != (1, 3) or min(height, width) < _SMALLEST_OCTAVE_PX or max(height, width) > LARGEST_SIDE_PX:
        raise MediaError(
            f"a picture of shape {tuple(picture.shape)} cannot be dreamt on: it must be [1, 3, H, W] with sides of "
            f"{_SMALLEST_OCTAVE_PX} to {LARGEST_SIDE_PX} pixels"
        )
    chance = torch.Generator().manual_seed(settings.seed)
    sizes = _octave_sizes(height, width, settings)
    costs = [float(size[0] * size[1]) for size in sizes]
    began, spent = time.monotonic(), 0.0
    dreamt = _sized(picture, sizes[0])
    for octave, size in enumerate(sizes):
        plain = _sized(picture, size)
        if octave:
            dreamt = _sized(dreamt, size) + plain - _sized(_sized(picture, sizes[octave - 1]), size)
        for _ in range(settings.iterations):
            dreamt = _ascend(dreamt, excitation, settings, chance)
            spent += costs[octave] / settings.iterations
            if progress:
                done = spent / sum(costs)
                progress(DreamStep(done, octave, (time.monotonic() - began) * (1 - done) / done))
    return dreamt.clamp(0, 1)


def layer_of(network: FeatureStack, layer: str) -> Excitation:
    """The mean square of a layer, such as `fire8` of SqueezeNet or `conv4_3` of VGG16.

    Raises:
        MediaError: there is no such layer.
    """
    if layer not in network.layers:
        raise MediaError(f"{layer!r} is no layer of {network.name}: {', '.join(network.layers)} are")
    return lambda pictures: network(pictures, (layer,))[layer].square().mean()


def _octave_sizes(height: int, width: int, settings: DreamSettings) -> list[tuple[int, int]]:
    """Heights and widths from the smallest octave to the picture's own; those under 64 pixels are left out."""
    sizes = [
        (round(height / settings.octave_scale**index), round(width / settings.octave_scale**index))
        for index in range(settings.octaves)
    ]
    return [size for size in reversed(sizes) if min(size) >= _SMALLEST_OCTAVE_PX]


def _sized(picture: Tensor, size: tuple[int, int]) -> Tensor:
    if picture.shape[2:] == size:
        return picture
    return F.interpolate(picture, size=size, mode="bilinear", antialias=True, align_corners=False)


def _ascend(picture: Tensor, excitation: Excitation, settings: DreamSettings, chance: torch.Generator) -> Tensor:
    """One step up the gradient, the picture shifted by chance meanwhile."""
    down, across = torch.randint(-settings.jitter_px, settings.jitter_px + 1, (2,), generator=chance).tolist()
    shifted = torch.roll(picture, (down, across), (2, 3))
    gradient = torch.zeros_like(shifted)
    height, width = picture.shape[2:]
    for top in _starts(height, settings.tile_px):
        for left in _starts(width, settings.tile_px):
            tile = (..., slice(top, top + settings.tile_px), slice(left, left + settings.tile_px))
            part = shifted[tile].clone().requires_grad_(True)
            (slope,) = torch.autograd.grad(excitation(part), part)
            gradient[tile] = slope / (slope.std() + 1e-12)
    gradient = torch.roll(_smoothed(gradient), (-down, -across), (2, 3))
    return (picture + settings.step * gradient / (gradient.std() + 1e-12)).clamp(0, 1)


def _starts(side: int, tile: int) -> list[int]:
    """Where tiles begin so that they cover a side, the last ending with it."""
    if side <= tile:
        return [0]
    count = -(-side // tile)
    return [round(index * (side - tile) / (count - 1)) for index in range(count)]


def _smoothed(gradient: Tensor) -> Tensor:
    """The gradient added to two blurs of itself, so that steps are not all made of the finest grain."""
    total = gradient / (gradient.std() + 1e-12)
    for radius in (2, 4):
        blurred = F.avg_pool2d(F.pad(gradient, (radius,) * 4, mode="circular"), 2 * radius + 1, stride=1)
        total = total + blurred / (blurred.std() + 1e-12)
    return total
