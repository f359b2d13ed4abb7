"""What discriminator and generator are trained on, by name.

- `non-saturating`: Goodfellow et al. 2014 (arXiv:1406.2661), with R1 (Mescheder et al. 2018, arXiv:1801.04406)
- `lsgan`: Mao et al. 2016 (arXiv:1611.04076), targets 0 and 1
- `wgan`: Arjovsky et al. 2017 (arXiv:1701.07875), the critic's weights clipped to ±0.01
- `wgan-gp`: Gulrajani et al. 2017 (arXiv:1704.00028), penalty 10 (|∇D| - 1)² between real and painted
- `wgan-lp`: Petzka et al. 2017 (arXiv:1709.08894), only gradients above 1 are penalised
- `hinge`: Lim and Ye 2017 (arXiv:1705.02894)

Where we differ: a penalty is lazy (Karras et al. 2020, arXiv:1912.04958: every few steps, weighted by that number)
only where a record says so; the weight of R1 depends on the pictures and is given by the recipe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from schemas.errors import SettingsError

Critic = Callable[[Tensor], Tensor]
"""Pictures or points [N, ...] to scores [N, 1]."""

Penalty = Callable[[Critic, Tensor, Tensor, torch.Generator], Tensor]
"""The critic, real and painted pictures of one shape, and a generator of chance, to the mean penalty, a number."""


@dataclass(frozen=True)
class Objective:
    """What both networks are trained on.

    `discriminator_loss(real scores, fake scores)` and `generator_loss(fake scores)` answer numbers to be made small.
    `penalty` is added to the discriminator's loss with `penalty_weight`, every `penalty_every` steps that many times as
    heavily. `clip` bounds every weight of the discriminator after its step; 0 leaves them free.
    """

    name: str
    paper: str
    discriminator_loss: Callable[[Tensor, Tensor], Tensor]
    generator_loss: Callable[[Tensor], Tensor]
    penalty: Penalty | None = None
    penalty_weight: float = 0.0
    penalty_every: int = 1
    clip: float = 0.0


def objective(name: str) -> Objective:
    """The objective of that name.

    Raises:
        SettingsError: there is none; the message names them all.
    """
    if name not in OBJECTIVES:
        raise SettingsError(f"no objective is called {name!r}: there are {', '.join(OBJECTIVES)}")
    return OBJECTIVES[name]


def squared_gradient(critic: Critic, points: Tensor) -> Tensor:
    """|∇D|² at each of the points.

    Shapes: points [N, ...] -> [N], differentiable in the critic's weights.
    """
    points = points.detach().requires_grad_(True)
    (gradient,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    return gradient.flatten(1).square().sum(1)


def r1(critic: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """Half the mean of |∇D|² at the real pictures."""
    return squared_gradient(critic, real).mean() / 2


def one_centred(critic: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """The mean of (|∇D| - 1)² at points between real and painted pictures."""
    return (_gradient_norm_between(critic, real, fake, generator) - 1).square().mean()


def one_sided(critic: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    """The mean of max(0, |∇D| - 1)² at points between real and painted pictures."""
    return (_gradient_norm_between(critic, real, fake, generator) - 1).clamp(min=0).square().mean()


def _gradient_norm_between(critic: Critic, real: Tensor, fake: Tensor, generator: torch.Generator) -> Tensor:
    shape = (len(real), *[1] * (real.dim() - 1))
    share = torch.rand(shape, generator=generator, device=generator.device).to(real)
    # the root has no slope at 0
    return (squared_gradient(critic, torch.lerp(real.detach(), fake.detach(), share)) + 1e-12).sqrt()


def clip_weights(discriminator: torch.nn.Module, bound: float) -> None:
    """Bounds every weight to ±bound, in place."""
    with torch.no_grad():
        for weight in discriminator.parameters():
            weight.clamp_(-bound, bound)


def _logistic(real: Tensor, fake: Tensor) -> Tensor:
    return functional.softplus(-real).mean() + functional.softplus(fake).mean()


def _logistic_generator(fake: Tensor) -> Tensor:
    return functional.softplus(-fake).mean()


def _least_squares(real: Tensor, fake: Tensor) -> Tensor:
    return ((real - 1).square().mean() + fake.square().mean()) / 2


def _least_squares_generator(fake: Tensor) -> Tensor:
    return (fake - 1).square().mean() / 2


def _wasserstein(real: Tensor, fake: Tensor) -> Tensor:
    return fake.mean() - real.mean()


def _hinge(real: Tensor, fake: Tensor) -> Tensor:
    return functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()


def _minus_score(fake: Tensor) -> Tensor:
    return -fake.mean()


OBJECTIVES: dict[str, Objective] = {
    entry.name: entry
    for entry in (
        Objective("non-saturating", "arXiv:1406.2661", _logistic, _logistic_generator, r1, 1.0, 16),
        Objective("lsgan", "arXiv:1611.04076", _least_squares, _least_squares_generator),
        Objective("wgan", "arXiv:1701.07875", _wasserstein, _minus_score, clip=0.01),
        Objective("wgan-gp", "arXiv:1704.00028", _wasserstein, _minus_score, one_centred, 10.0),
        Objective("wgan-lp", "arXiv:1709.08894", _wasserstein, _minus_score, one_sided, 10.0),
        Objective("hinge", "arXiv:1705.02894", _hinge, _minus_score),
    )
}
"""Every objective by name."""
