"""One step of a painter's training: the discriminator's, the generator's, the average.

Karras et al. 2020 (arXiv:1912.04958). Where we differ: R1 is taken at the augmented pictures, for reading a picture at
other places has no second derivative in PyTorch; a lazy penalty is added to the loss of its step and has no step of its
own; the path length is measured on half a batch, as in the authors' code.
"""

from __future__ import annotations

import contextlib
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from models.pictures.stylegan2.generator import Generator
from schemas.errors import SettingsError
from training.adversarial.augmenting import Steering, augment, diff_augment
from training.adversarial.objectives import Objective, clip_weights, objective
from training.painter_networks import Networks, build_networks, mixed_ws
from training.painter_settings import PainterTraining

_PATH_EVERY = 4


@dataclass
class PainterState:
    """All that a training goes on from."""

    networks: Networks
    average: nn.Module
    """The generator, averaged over the steps: it is what is measured and kept."""
    generator_optimizer: torch.optim.Adam
    discriminator_optimizer: torch.optim.Adam
    steering: Steering
    step: int = 0
    path_length: float = 0.0
    best: float = float("inf")
    seconds: float = 0.0
    told: dict[str, float] = field(default_factory=dict)
    """What was measured last, for the log."""


def begin(config: PainterTraining) -> PainterState:
    """Fresh networks, the same for the same seed.

    Raises:
        SettingsError: there is no such device here, or no such size or objective.
    """
    try:
        torch.zeros(1, device=config.device)
    except (RuntimeError, AssertionError) as error:
        raise SettingsError(f"device {config.device!r} cannot be used here ({error}): try 'cpu'") from error
    torch.manual_seed(config.seed)
    networks = build_networks(config)
    for network in (networks.generator, networks.discriminator):
        network.to(config.device)
    average = copy.deepcopy(networks.generator).requires_grad_(False).eval()
    every = objective(config.objective).penalty_every if objective(config.objective).penalty else 0
    return PainterState(
        networks,
        average,
        _adam(networks.generator, config, _PATH_EVERY if config.path_length_weight else 0),
        _adam(networks.discriminator, config, every if every > 1 else 0),
        Steering(config.overfitting_target, config.pictures_to_full),
    )


def _adam(network: nn.Module, config: PainterTraining, lazy_every: int) -> torch.optim.Adam:
    """Adam; slower by a lazy penalty's share, as in the paper, appendix B."""
    share = lazy_every / (lazy_every + 1) if lazy_every else 1.0
    betas = (config.beta1**share, config.beta2**share)
    return torch.optim.Adam(network.parameters(), lr=config.learning_rate * share, betas=betas, eps=1e-8)


def take_step(state: PainterState, real: Sequence[Tensor], config: PainterTraining) -> None:
    """Both networks learn once from `accumulate` batches [N, 3, R, R] in -1..1. Chance hangs on seed and step alone."""
    chance = torch.Generator(config.device).manual_seed((config.seed * 1_000_003 + state.step) % 2**62)
    real = [batch.to(config.device) for batch in real]
    state.networks.generator.train()
    state.networks.discriminator.train()
    _discriminator_step(state, real, config, chance)
    _generator_step(state, real, config, chance)
    state.step += 1
    seen = state.step * config.batch * config.accumulate
    half_life = min(config.ema_half_life, seen * 0.05)
    _follow(state.average, state.networks.generator, 0.5 ** (config.batch * config.accumulate / max(half_life, 1e-8)))


def _follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    with torch.no_grad():
        for mean, weight in zip(average.parameters(), network.parameters(), strict=True):
            mean.lerp_(weight, 1 - keep)
        for held, value in zip(average.buffers(), network.buffers(), strict=True):
            held.copy_(value)


def _seen_by_discriminator(
    pictures: Tensor, state: PainterState, config: PainterTraining, chance: torch.Generator
) -> Tensor:
    if config.augmentation == "ada":
        return augment(pictures, state.steering.p, chance)
    return diff_augment(pictures, chance) if config.augmentation == "diffaugment" else pictures


@contextlib.contextmanager
def _precision(config: PainterTraining) -> Iterator[None]:
    kind = torch.device(config.device).type
    with torch.autocast(kind, dtype=torch.bfloat16, enabled=config.precision == "bf16"):
        yield


def _z(count: int, state: PainterState, chance: torch.Generator) -> Tensor:
    return torch.randn((count, state.networks.z_width), generator=chance, device=chance.device)


def _discriminator_step(
    state: PainterState, real: Sequence[Tensor], config: PainterTraining, chance: torch.Generator
) -> None:
    goal, networks = objective(config.objective), state.networks
    networks.discriminator.requires_grad_(True)
    state.discriminator_optimizer.zero_grad(set_to_none=True)
    losses = []
    for batch in real:
        with _precision(config):
            # not under no_grad: on a CPU the generator would then paint one by one, which is slower here
            painted = networks.paint(networks.generator, _z(len(batch), state, chance), chance, config.mixing)
        painted = painted.detach().float()
        shown_real = _seen_by_discriminator(batch, state, config, chance)
        shown_painted = _seen_by_discriminator(painted, state, config, chance)
        with _precision(config):
            real_scores, scores = networks.discriminator(shown_real), networks.discriminator(shown_painted)
        loss = goal.discriminator_loss(real_scores.float(), scores.float())
        losses.append(float(loss.detach()))
        loss = loss + _penalty(goal, state, config, (shown_real, shown_painted), chance)
        torch.autograd.backward(loss / len(real))
        state.steering.observe(real_scores)
    state.discriminator_optimizer.step()
    if goal.clip:
        clip_weights(networks.discriminator, config.clip_bound)
    state.told["loss_d"] = sum(losses) / len(losses)


def _penalty(
    goal: Objective,
    state: PainterState,
    config: PainterTraining,
    shown: tuple[Tensor, Tensor],
    chance: torch.Generator,
) -> Tensor:
    weight = goal.penalty_weight * (config.r1_weight if goal.name == "non-saturating" else 1.0)
    if goal.penalty is None or not weight or state.step % goal.penalty_every:
        return torch.zeros((), device=config.device)
    found = goal.penalty(state.networks.discriminator, *shown, chance)
    state.told["penalty"] = float(found.detach())
    return found * weight * goal.penalty_every


def _generator_step(
    state: PainterState, real: Sequence[Tensor], config: PainterTraining, chance: torch.Generator
) -> None:
    goal, networks = objective(config.objective), state.networks
    networks.discriminator.requires_grad_(False)
    state.generator_optimizer.zero_grad(set_to_none=True)
    losses = []
    for batch in real:
        with _precision(config):
            painted = networks.paint(networks.generator, _z(len(batch), state, chance), chance, config.mixing)
        shown = _seen_by_discriminator(painted.float(), state, config, chance)
        with _precision(config):
            scores = networks.discriminator(shown)
        loss = goal.generator_loss(scores.float())
        losses.append(float(loss.detach()))
        if config.path_length_weight and state.step % _PATH_EVERY == 0:
            loss = loss + _path_length(state, config, chance, max(1, len(batch) // 2))
        torch.autograd.backward(loss / len(real))
    state.generator_optimizer.step()
    state.told["loss_g"] = sum(losses) / len(losses)


def _path_length(state: PainterState, config: PainterTraining, chance: torch.Generator, count: int) -> Tensor:
    """How unevenly a small move in w changes the picture: (|J y| - its running mean)²."""
    generator = state.networks.generator
    if not isinstance(generator, Generator):
        return torch.zeros((), device=config.device)
    ws = mixed_ws(generator, _z(count, state, chance), chance, config.mixing)
    painted = generator.synthesis(ws, "random", chance)
    direction = torch.randn(painted.shape, generator=chance, device=chance.device) / config.resolution
    (gradient,) = torch.autograd.grad((painted * direction).sum(), ws, create_graph=True)
    lengths = gradient.square().sum(2).mean(1).sqrt()
    state.path_length += 0.01 * (float(lengths.detach().mean()) - state.path_length)
    state.told["path_length"] = state.path_length
    return (lengths - state.path_length).square().mean() * config.path_length_weight * _PATH_EVERY
