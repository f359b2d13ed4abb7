"""What can be made with a trained SinGAN: variations, films, and other pictures led into its scales.

Paper: arXiv:1905.01164, sections 4 and 5 (random samples, paint-to-image, harmonisation, editing, animation).

Where we differ: the walk through noise is a closed one. The authors' film wanders and ends somewhere; here the noise of
each scale goes around a circle of pictures as near to the original as they like to be, so that a film loops and each
frame's noise keeps the variance the networks know.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.pictures.singan.pyramid import LEAST_SIDE_PX, Pyramid, Size, noise_from, resized
from schemas.errors import MediaError

MOST_FRAMES = 600
_MASK_SOFT_PX = 5


@dataclass(frozen=True)
class Walk:
    """How a film moves through noise."""

    frames: int = 48
    """Frames of one round."""
    reach: float = 0.15
    """How far from the picture itself, 0 (still) to 1 (as far as any variation); from about .3 on shapes come apart."""
    start: int = 0
    """The coarsest scale whose noise moves: 0 moves shapes, 1 and more hardly anything but grain."""
    turns: int = 1
    """Rounds of the finer noise while the coarsest that moves makes one."""

    def __post_init__(self) -> None:
        if not 2 <= self.frames <= MOST_FRAMES:
            raise MediaError(f"{self.frames} frames were asked for: a film has 2-{MOST_FRAMES}")
        if not 0 <= self.reach <= 1 or not 1 <= self.turns <= 16:
            raise MediaError(f"reach is {self.reach} (0-1), turns {self.turns} (1-16)")


def variation(pyramid: Pyramid, *, seed: int, height: int, width: int, start: int = 0) -> Tensor:
    """A picture that was never painted, made of the patches of the one that was.

    Args:
        pyramid: the trained scales.
        seed: another seed gives another picture.
        height: of the result, in pixels.
        width: of the result, in pixels.
        start: the coarsest scale that gets new noise; those below it make the picture itself. 0 changes most.

    Shapes: returns [1, 3, height, width] in 0..1.

    Raises:
        MediaError: a side or the scale is out of its bounds.
    """
    check_scale(pyramid, start)
    sizes = pyramid.sizes_for(height, width)
    fresh = noise_from(torch.Generator().manual_seed(seed))

    def noise(scale: int, size: Size) -> Tensor:
        return fresh(scale, size) if scale >= start else _itself(pyramid, scale, size)

    return in_unit(pyramid.run(noise, sizes))


def film(pyramid: Pyramid, walk: Walk, *, seed: int, height: int, width: int) -> Iterator[Tensor]:
    """The frames of a film in which the picture moves, the first following on the last.

    Shapes: each [1, 3, height, width] in 0..1.

    Raises:
        MediaError: a side or the scale is out of its bounds.
    """
    check_scale(pyramid, walk.start)
    sizes = pyramid.sizes_for(height, width)
    still = [_itself(pyramid, scale, size) for scale, size in enumerate(sizes)]
    ends = [noise_from(torch.Generator().manual_seed(seed * 2 + side)) for side in (0, 1)]
    axes = [[draw(scale, size).clone() for draw in ends] for scale, size in enumerate(sizes)]
    for index in range(walk.frames):
        angle = 2 * math.pi * index / walk.frames

        def noise(scale: int, _: Size, angle: float = angle) -> Tensor:
            if scale < walk.start:
                return still[scale]
            turned = angle * (walk.turns if scale > walk.start else 1)
            moved = math.cos(turned) * axes[scale][0] + math.sin(turned) * axes[scale][1]
            kept = math.sqrt(1 - walk.reach**2)
            return kept * still[scale] + walk.reach * moved

        yield in_unit(pyramid.run(noise, sizes))


def inject(
    pyramid: Pyramid, picture: Tensor, *, scale: int, seed: int = 0, mask: Tensor | None = None, noise: float = 1.0
) -> Tensor:
    """Another picture led into a scale and painted on from there in the manner of the learned one.

    A rough painting becomes a picture (paint-to-image, scale 1 or 2), a moved cut-out is healed (editing), a pasted
    thing takes on the light and the brush around it (harmonisation, a fine scale).

    Args:
        pyramid: the trained scales.
        picture: of any size, in 0..1; the result has its proportions at the size of the finest scale.
        scale: the first scale that works on it, 1 or more: the higher, the more of it remains.
        seed: of the noise.
        mask: where something was changed, 0..1, of the picture's size; the rest stays as it is. None is everywhere.
        noise: how much of its noise each scale gets, 0 to 1.

    Shapes: picture [1, 3, H, W], mask [1, 1, H, W]; returns [1, 3, H', W'] in 0..1.

    Raises:
        MediaError: the scale is out of its bounds, or the mask does not fit.
    """
    check_scale(pyramid, scale)
    if scale < 1:
        raise MediaError("a picture is led into scale 1 or more: scale 0 makes its shapes out of noise alone")
    height, width = picture.shape[2:]
    shrink = max(pyramid.sizes[-1]) / max(height, width)
    sizes = pyramid.sizes_for(*(max(LEAST_SIDE_PX, round(side * shrink)) for side in (height, width)))
    asked = resized(picture * 2 - 1, sizes[-1])
    # down to the scale below and up again, as the scale's own training pictures came
    entering = resized(asked, sizes[scale - 1])
    fresh = noise_from(torch.Generator().manual_seed(seed))
    made = pyramid.run(lambda s, size: noise * fresh(s, size), sizes[scale:], start=scale, previous=entering)
    if mask is None:
        return in_unit(made)
    if mask.shape != (1, 1, height, width):
        raise MediaError(f"the mask is {list(mask.shape)[2:]} px and the picture {[height, width]}: they have to agree")
    soft = _softened(functional.interpolate(mask, sizes[-1], mode="area"))
    return in_unit(torch.lerp(asked, made, soft))


def check_scale(pyramid: Pyramid, scale: int) -> None:
    """Refuses a scale that the pyramid does not have.

    Raises:
        MediaError: it is out of its bounds.
    """
    if not 0 <= scale < len(pyramid.generators):
        raise MediaError(f"scale {scale} was asked for: this SinGAN has 0-{len(pyramid.generators) - 1}")


def in_unit(picture: Tensor) -> Tensor:
    """A picture of -1..1 in 0..1, clipped."""
    return ((picture + 1) / 2).clamp(0, 1)


def _itself(pyramid: Pyramid, scale: int, size: Size) -> Tensor:
    """The noise of the picture itself at another size."""
    noise = pyramid.itself(scale, size)
    return noise if tuple(noise.shape[2:]) == size else functional.interpolate(noise, size, mode="nearest")


def _softened(mask: Tensor) -> Tensor:
    """A mask grown by a few pixels with a soft edge."""
    side = 2 * _MASK_SOFT_PX + 1
    grown = functional.max_pool2d(mask, side, stride=1, padding=_MASK_SOFT_PX)
    return functional.avg_pool2d(grown, side, stride=1, padding=_MASK_SOFT_PX, count_include_pad=False)
