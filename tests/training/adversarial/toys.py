"""A ring of eight Gaussians in the plane, and two small networks that learn it against each other."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from models.pictures.distances import energy_distance
from training.adversarial.objectives import Objective, clip_weights


def ring(count: int, chance: torch.Generator) -> Tensor:
    """Points [count, 2] around eight places on a circle of radius 2."""
    angles = torch.randint(8, (count,), generator=chance) * (math.pi / 4)
    return 2 * torch.stack((angles.cos(), angles.sin()), 1) + 0.1 * torch.randn(count, 2, generator=chance)


def network(inputs: int, outputs: int, width: int = 48) -> nn.Sequential:
    return nn.Sequential(
        nn.Linear(inputs, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2),
        nn.Linear(width, outputs),
    )  # fmt: skip


def learn_the_ring(goal: Objective, steps: int, *, rate: float = 4e-3, batch: int = 64) -> tuple[float, float]:
    """The energy distance of what the generator makes to the ring, before and after learning."""
    torch.manual_seed(11)
    chance = torch.Generator().manual_seed(12)
    generator, critic = network(4, 2), network(2, 1)
    adam = {"lr": rate, "betas": (0.0, 0.9)}
    for_generator = torch.optim.Adam(generator.parameters(), **adam)
    for_critic = torch.optim.Adam(critic.parameters(), **adam)

    def distance() -> float:
        judge = torch.Generator().manual_seed(13)
        with torch.no_grad():
            made = generator(torch.randn(800, 4, generator=judge))
        return energy_distance(made, ring(800, judge)).value

    before = distance()
    for step in range(steps):
        for turn in range(2):
            real, fake = ring(batch, chance), generator(torch.randn(batch, 4, generator=chance)).detach()
            loss = goal.discriminator_loss(critic(real), critic(fake))
            if goal.penalty is not None and (2 * step + turn) % goal.penalty_every == 0:
                # 1 for the penalties of the Wasserstein family: 10 suits pictures, not two numbers
                weight = 0.1 * goal.penalty_weight * goal.penalty_every
                loss = loss + weight * goal.penalty(critic, real, fake, chance)
            for_critic.zero_grad()
            torch.autograd.backward(loss)
            for_critic.step()
            if goal.clip:
                # a network without equalised rates: the paper's bound suits its wider ones
                clip_weights(critic, 0.2)
        loss = goal.generator_loss(critic(generator(torch.randn(batch, 4, generator=chance))))
        for_generator.zero_grad()
        torch.autograd.backward(loss)
        for_generator.step()
    return before, distance()
