"""The sizes of SinGAN's scales, a picture at each of them, and the generators one above the other."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor
from torch.nn import functional

from models.pictures.singan.networks import ScaleConfig, ScaleGenerator, bordered
from schemas.errors import MediaError

Size = tuple[int, int]
"""Height and width in pixels."""

Noise = Callable[[int, Size], Tensor]
"""Answers the noise of a scale, by its number and size, without border. Shapes: [1, 3, H, W], variance 1."""

MOST_SIDE_PX = 4096
_LAST_SEED = (1 << 32) - 1
LEAST_SIDE_PX = 12
"""A critic looks at patches of 11 pixels."""


def scale_sizes(height: int, width: int, *, longest_px: int, shortest_px: int, ratio: float) -> tuple[Size, ...]:
    """The sizes of the scales of a picture, coarsest first.

    Args:
        height: the picture's height in pixels.
        width: its width in pixels.
        longest_px: longest side of the finest scale; smaller pictures are not enlarged.
        shortest_px: shortest side of the coarsest scale.
        ratio: how much smaller each scale is than the next, 0..1; moved a little, so that the ends come out exactly.

    Raises:
        MediaError: the picture is too small, or too long and thin, to have a pyramid.
    """
    shrink = min(1.0, longest_px / max(height, width))
    finest = (height * shrink, width * shrink)
    if min(finest) < max(shortest_px, LEAST_SIDE_PX):
        raise MediaError(
            f"a picture of {width} x {height} px is {round(min(finest))} px on its short side at {longest_px} px; "
            f"SinGAN needs at least {max(shortest_px, LEAST_SIDE_PX)}: take a larger or squarer picture"
        )
    steps = math.ceil(math.log(shortest_px / min(finest), ratio) - 1e-9) if min(finest) > shortest_px else 0
    exact = (shortest_px / min(finest)) ** (1 / steps) if steps else 1.0
    factors = [exact ** (steps - index) for index in range(steps + 1)]
    return tuple((round(finest[0] * factor), round(finest[1] * factor)) for factor in factors)


def resized(picture: Tensor, size: Size) -> Tensor:
    """The picture at another size, without aliasing where it shrinks. Shapes: [N, 3, H, W] -> [N, 3, *size]."""
    if tuple(picture.shape[2:]) == size:
        return picture
    shrinks = size[0] < picture.shape[2] or size[1] < picture.shape[3]
    return functional.interpolate(picture, size, mode="bicubic", antialias=shrinks, align_corners=False)


def noise_from(generator: torch.Generator) -> Noise:
    """Noise that is drawn anew at each call; at the coarsest scale the three channels are one, as in the paper."""

    def draw(scale: int, size: Size) -> Tensor:
        channels = 1 if scale == 0 else 3
        return torch.randn(1, channels, *size, generator=generator).expand(1, 3, -1, -1)

    return draw


@dataclass
class Pyramid:
    """Generators that learned the scales of one picture, coarsest first; more are added as they are trained."""

    sizes: tuple[Size, ...]
    """The sizes of all scales that there will be."""
    fixed_noise: Tensor
    """The noise of the coarsest scale that stands for the picture itself. Shapes: [1, 3, H, W]."""
    generators: list[ScaleGenerator] = field(default_factory=list)
    strengths: list[float] = field(default_factory=list)
    """How strong the noise of each scale is."""

    def step(self, scale: int, previous: Tensor, noise: Tensor) -> Tensor:
        """A scale's picture from the blurred picture of the scale below it.

        Shapes: previous and noise [1, 3, H, W]; returns [1, 3, H, W], around -1..1.
        """
        strength, generator = self.strengths[scale], self.generators[scale]
        made: Tensor = generator(bordered(previous + strength * noise), previous)
        return made

    def run(self, noise: Noise, sizes: Sequence[Size], *, start: int = 0, previous: Tensor | None = None) -> Tensor:
        """The picture of the finest trained scale.

        Args:
            noise: answers the noise of each scale.
            sizes: the size of each scale, the first of `start`.
            start: the first scale that takes part.
            previous: the picture that it starts from, of any size; none is a grey one.

        Shapes: previous [1, 3, H, W]; returns [1, 3, *sizes[-1]], around -1..1.
        """
        picture = torch.zeros(1, 3, *sizes[0]) if previous is None else previous
        with torch.inference_mode():
            for scale, size in enumerate(sizes, start=start):
                picture = self.step(scale, resized(picture, size), noise(scale, size))
        return picture

    def itself(self, noise_scale: int, size: Size) -> Tensor:
        """The noise from which the picture itself is made: the fixed one at the coarsest scale, none above it."""
        return self.fixed_noise if noise_scale == 0 else torch.zeros(1, 3, *size)

    def reconstruction(self) -> Tensor:
        """The picture as the trained scales remember it. Shapes: [1, 3, H, W], around -1..1."""
        return self.run(self.itself, self.sizes[: len(self.generators)])

    def sizes_for(self, height: int, width: int) -> tuple[Size, ...]:
        """The sizes of all scales for a result of another size.

        Raises:
            MediaError: a side is beyond its bounds.
        """
        if min(height, width) < LEAST_SIDE_PX or max(height, width) > MOST_SIDE_PX:
            raise MediaError(f"{width} x {height} px was asked for; a side has {LEAST_SIDE_PX}-{MOST_SIDE_PX}")
        tall, wide = self.sizes[-1]
        return tuple((max(1, round(h * height / tall)), max(1, round(w * width / wide))) for h, w in self.sizes)


def empty_pyramid(sizes: tuple[Size, ...], seed: int) -> Pyramid:
    """A pyramid of these sizes with no scale trained, its fixed noise drawn from the seed."""
    # counted down from the last of 32 bits, or a variation of the same seed would be the picture itself
    draw = noise_from(torch.Generator().manual_seed(_LAST_SEED - seed % (1 << 31)))
    return Pyramid(sizes, draw(0, sizes[0]).clone())


def scale_width(scale: int, narrowest: int, doubles_every: int) -> int:
    """Features of a scale: doubled every so many scales; 0 never."""
    return narrowest << (scale // doubles_every) if doubles_every else narrowest


def scale_config(scale: int, narrowest: int, doubles_every: int) -> ScaleConfig:
    """The sizes of the networks of a scale."""
    return ScaleConfig(width=scale_width(scale, narrowest, doubles_every))
