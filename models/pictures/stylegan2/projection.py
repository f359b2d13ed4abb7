"""Projection: the w whose picture looks most like one from outside.

Paper: arXiv:1912.04958, appendix D: w starts at its average and noise is added to it that dies away; the noise maps are
searched too, held to be noise by a penalty on what neighbouring values have in common at every scale.

Where we differ: the distance is given by the caller (the paper's is LPIPS with VGG16); every copy of w may be searched
by itself (`every_layer`, W+ of arXiv:1904.03189), which looks more alike and moves less well along directions.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.pictures.stylegan2.generator import Generator
from schemas.errors import MediaError

Distance = Callable[[Tensor, Tensor], Tensor]
"""How unlike two pictures [1, 3, H, W] in 0..1 are: one number, of which gradients can be taken."""


@dataclass(frozen=True)
class ProjectionSettings:
    """How long and how freely to search; the defaults are the paper's."""

    steps: int = 1000
    rate: float = 0.1
    """Largest learning rate of Adam."""
    ramp_up: float = 0.05
    ramp_down: float = 0.25
    """Shares of the steps in which the learning rate rises, and falls."""
    wander: float = 0.05
    """First noise on w, in spreads of w; it falls to nothing within `wander_for` of the steps."""
    wander_for: float = 0.75
    noise_weight: float = 1e5
    """Weight of the penalty that keeps noise maps noise."""
    every_layer: bool = False
    largest_px: int = 256
    """Pictures are compared at this edge at most."""

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= 100_000 or not 0 < self.rate < 10 or not 16 <= self.largest_px <= 1024:
            raise ValueError(
                "a projection has 1 to 100000 steps, a rate above 0 and below 10, and compares at 16 to 1024 px: "
                f"{self.steps}, {self.rate}, {self.largest_px}"
            )


@dataclass(frozen=True)
class ProjectionStep:
    """Where a projection stands: steps done of all, the distance now, seconds left at the pace so far."""

    done: int
    total: int
    distance: float
    left_s: float


@dataclass(frozen=True)
class Projection:
    """What was found.

    Shapes: ws [1, L, W]; noise: one [1, 1, E, E] a layer; picture [1, 3, R, R] in 0..1; distance to what was sought.
    """

    ws: Tensor
    noise: list[Tensor]
    picture: Tensor
    distance: float


def project(
    generator: Generator,
    picture: Tensor,
    distance: Distance,
    *,
    settings: ProjectionSettings | None = None,
    seed: int = 0,
    label: Tensor | None = None,
    progress: Callable[[ProjectionStep], None] | None = None,
) -> Projection:
    """The w (and noise) whose picture is least unlike `picture`, after the steps of the settings.

    Shapes: picture [1, 3, R, R] in 0..1; label [1, classes] for a network that paints several.

    Raises:
        ValueError: the picture is not of the generator's size.
        MediaError: the distance is no finite number.
    """
    settings = settings or ProjectionSettings()
    config = generator.config
    if tuple(picture.shape) != (1, config.image_channels, config.resolution, config.resolution):
        raise ValueError(
            f"the picture is {tuple(picture.shape)}, this generator paints "
            f"[1, {config.image_channels}, {config.resolution}, {config.resolution}]"
        )
    random = torch.Generator().manual_seed(seed)
    start, spread = _measure_w(generator, label, random)
    w = start.repeat(1, config.num_ws if settings.every_layer else 1, 1).requires_grad_()
    layers = generator.synthesis.layers if config.noise else []
    noise = [
        torch.randn(layer.noise_const.shape, generator=random).to(w)
        for layer in layers
        if layer.noise_const is not None
    ]
    for one in noise:
        one.requires_grad_()
    adam = torch.optim.Adam([w, *noise], lr=settings.rate, betas=(0.9, 0.999))
    sought = _shrunk(picture.to(w), settings.largest_px)
    started, found = time.monotonic(), math.nan
    for step in range(settings.steps):
        at = step / settings.steps
        for group in adam.param_groups:
            group["lr"] = learning_rate(at, settings)
        wander = spread * settings.wander * max(0.0, 1.0 - at / settings.wander_for) ** 2
        wandered = w + torch.randn(w.shape, generator=random).to(w) * wander
        apart = distance(_shrunk(_paint(generator, wandered, noise), settings.largest_px), sought).sum()
        found = float(apart.detach())
        if not math.isfinite(found):
            raise MediaError(f"the distance became {found} at step {step + 1}: lower the rate {settings.rate}")
        penalty = sum((noise_penalty(one) for one in noise), start=torch.zeros(()).to(w))
        adam.zero_grad()
        torch.autograd.backward(apart + settings.noise_weight * penalty, inputs=[w, *noise])
        adam.step()
        _normalise(noise)
        if progress is not None:
            left = (time.monotonic() - started) / (step + 1) * (settings.steps - step - 1)
            progress(ProjectionStep(step + 1, settings.steps, found, left))
    with torch.no_grad():
        painted = _paint(generator, w, noise)
        found = float(distance(_shrunk(painted, settings.largest_px), sought).sum())
    ws = w.detach().expand(-1, config.num_ws, -1).contiguous()
    return Projection(ws, [one.detach() for one in noise], painted.clamp(0, 1), found)


def learning_rate(at: float, settings: ProjectionSettings) -> float:
    """The learning rate at a share 0..1 of the steps: a straight rise, a plateau, half a cosine down."""
    down = min(1.0, (1.0 - at) / settings.ramp_down) if settings.ramp_down else 1.0
    up = min(1.0, at / settings.ramp_up) if settings.ramp_up else 1.0
    return settings.rate * (0.5 - 0.5 * math.cos(math.pi * down)) * up


def noise_penalty(noise: Tensor) -> Tensor:
    """How much neighbouring values have in common, at this edge and every halving of it down to 8: 0 for white noise.

    Shapes: noise [1, 1, E, E]; returns [].
    """
    total = torch.zeros(()).to(noise)
    while True:
        for axis in (2, 3):
            total = total + (noise * noise.roll(1, dims=axis)).mean().square()
        if noise.shape[2] <= 8:
            return total
        noise = functional.avg_pool2d(noise, 2) * 2.0


def _measure_w(generator: Generator, label: Tensor | None, random: torch.Generator) -> tuple[Tensor, float]:
    """The mean of w, [1, 1, W], and its spread, over 10,000 z, of one class where the network paints several."""
    with torch.no_grad():
        z = torch.randn(10_000, generator.config.z_width, generator=random).to(generator.mean_w)
        w = generator.mapping(z, None if label is None else label.to(z).expand(len(z), -1))[:, 0]
        mean = w.mean(dim=0, keepdim=True)
        return mean[None], float((w - mean).square().sum(dim=1).mean().sqrt())


def _paint(generator: Generator, w: Tensor, noise: list[Tensor]) -> Tensor:
    ws = w.expand(-1, generator.config.num_ws, -1)
    painted: Tensor = generator.synthesis(ws, noise or "none")
    return (painted + 1) / 2


def _shrunk(picture: Tensor, largest_px: int) -> Tensor:
    edge = picture.shape[-1]
    return picture if edge <= largest_px else functional.interpolate(picture, size=largest_px, mode="area")


@torch.no_grad()
def _normalise(noise: list[Tensor]) -> None:
    for one in noise:
        one.sub_(one.mean()).mul_(torch.rsqrt(one.square().mean() + 1e-8))
