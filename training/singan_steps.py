"""The training of one scale of SinGAN: its updates, and its state on disk."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.pictures.singan.keeping import FORMAT, TrainedScale, read_tensors, write_tensors
from models.pictures.singan.networks import BORDER_PX, ScaleCritic, ScaleGenerator, bordered
from models.pictures.singan.pyramid import Pyramid, noise_from, resized, scale_config
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from models.pictures.singan.keeping import LearnedPicture
    from training.singan import SinGANSchedule

_STATE = "state.safetensors"
_KEPT_EVERY_S = 10.0
"""Seconds between two states on disk; when one is written changes nothing about the weights."""


class ScaleTraining:
    """A scale that is being trained on top of the finished ones below it."""

    def __init__(
        self,
        pyramid: Pyramid,
        learned: LearnedPicture,
        schedule: SinGANSchedule,
        scale: int,
        *,
        seed: int = 0,
        below: TrainedScale | None = None,
    ) -> None:
        self._pyramid, self._schedule, self._scale, self._seed = pyramid, schedule, scale, seed
        self._size = learned.sizes[scale]
        self._count, self._step = schedule.steps(scale, len(learned.sizes)), 0
        self._real = resized(learned.picture, self._size)
        config = scale_config(scale, schedule.width, schedule.doubles_every)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(_mixed(seed, scale, 0))
            self.generator, self.critic = ScaleGenerator(config), ScaleCritic(config)
        if below is not None and below.generator.config == config:
            self.generator.load_state_dict(below.generator.state_dict())
            self.critic.load_state_dict(below.critic.state_dict())
        self._optimizers = {
            "generator": _adam(self.generator, schedule),
            "critic": _adam(self.critic, schedule),
        }
        self._known = self._reconstruction_below()
        self.strength = self._noise_strength()
        self._drawn: tuple[int, Tensor] = (-1, self._known)

    @classmethod
    def untrained(cls, learned: LearnedPicture, schedule: SinGANSchedule, scale: int) -> Self:
        """A scale over scales that learned nothing, to measure how long a step takes."""
        pyramid = Pyramid(learned.sizes, learned.fixed_noise)
        for below in range(scale):
            config = scale_config(below, schedule.width, schedule.doubles_every)
            pyramid.generators.append(ScaleGenerator(config).requires_grad_(False).eval())
            pyramid.strengths.append(1.0)
        return cls(pyramid, learned, schedule, scale)

    def steps(self, folder: Path) -> Iterator[int]:
        """Trains to the end; answers the number of steps done after each, and keeps the state now and then."""
        kept = time.monotonic()
        while self._step < self._count:
            self.update(self._step)
            self._step += 1
            if self._step < self._count and time.monotonic() - kept >= _KEPT_EVERY_S:
                self._keep(folder)
                kept = time.monotonic()
            yield self._step

    def update(self, step: int) -> None:
        """One step of both networks."""
        schedule = self._schedule
        chance = torch.Generator().manual_seed(_mixed(self._seed, self._scale, step + 1))
        for group in (g for optimizer in self._optimizers.values() for g in optimizer.param_groups):
            group["lr"] = schedule.rate(step, self._count)
        noise = noise_from(chance)(self._scale, self._size)
        previous = self._previous(step)
        window = self._window(chance)
        for index in range(schedule.critic_updates):
            if index:
                noise = noise_from(chance)(self._scale, self._size)
            penalised = (step * schedule.critic_updates + index) % schedule.penalty_every == 0
            self._update_critic(self._made(noise, previous, window), window, chance, penalised=penalised)
        for _ in range(schedule.generator_updates):
            self._update_generator(noise, previous, window)

    def _update_critic(
        self, fake: Tensor, window: tuple[slice, slice], chance: torch.Generator, *, penalised: bool
    ) -> None:
        real, fake = self._real[(..., *window)], fake.detach()
        loss = self.critic(fake).mean() - self.critic(real).mean()
        if penalised:
            weight = self._schedule.penalty * self._schedule.penalty_every
            loss = loss + weight * slope_penalty(self.critic, torch.lerp(real, fake, _share(chance)))
        self._optimizers["critic"].zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self._optimizers["critic"].step()

    def _update_generator(self, noise: Tensor, previous: Tensor, window: tuple[slice, slice]) -> None:
        fake = self._made(noise, previous, window)
        itself = self._made(self._pyramid.itself(self._scale, self._size), self._known, window)
        error = functional.mse_loss(itself, self._real[(..., *window)])
        # the critic's weights are frozen meanwhile: their gradients would be thrown away
        self.critic.requires_grad_(False)
        weight = self._schedule.finer_reconstruction if self._scale else self._schedule.reconstruction
        loss = weight * error - self.critic(fake).mean()
        self._optimizers["generator"].zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.critic.requires_grad_(True)
        self._optimizers["generator"].step()

    def _made(self, noise: Tensor, previous: Tensor, window: tuple[slice, slice]) -> Tensor:
        rows, columns = window
        wide = (
            slice(rows.start, rows.stop + 2 * BORDER_PX),
            slice(columns.start, columns.stop + 2 * BORDER_PX),
        )
        entering = bordered(previous + self.strength * noise)[(..., *wide)]
        made: Tensor = self.generator(entering, previous[(..., *window)])
        return made

    def _window(self, chance: torch.Generator) -> tuple[slice, slice]:
        """The crop of this step, or the whole scale."""
        starts = []
        for side in self._size:
            crop = min(side, self._schedule.crop_px or side)
            start = int(torch.randint(side - crop + 1, (), generator=chance))
            starts.append(slice(start, start + crop))
        return starts[0], starts[1]

    def _previous(self, step: int) -> Tensor:
        """What the scales below make of new noise, enlarged to this scale."""
        if self._scale == 0:
            return self._known
        draw = step // self._schedule.redraw_every
        if self._drawn[0] != draw:
            chance = torch.Generator().manual_seed(_mixed(self._seed, self._scale, -1 - draw))
            below = self._pyramid.run(noise_from(chance), self._pyramid.sizes[: self._scale])
            self._drawn = (draw, resized(below, self._size).clone())
        return self._drawn[1]

    def _reconstruction_below(self) -> Tensor:
        if self._scale == 0:
            return torch.zeros_like(self._real)
        return resized(self._pyramid.reconstruction(), self._size).clone()

    def _noise_strength(self) -> float:
        """The share of the error that this scale has to mend; 1 at the coarsest."""
        if self._scale == 0:
            return 1.0
        return self._schedule.noise * float((self._known - self._real).square().mean().sqrt())

    def trained(self) -> TrainedScale:
        """What the scale learned."""
        return TrainedScale(self.generator, self.critic, self.strength)

    def _networks(self) -> dict[str, nn.Module]:
        return {"generator": self.generator, "critic": self.critic}

    def _keep(self, folder: Path) -> None:
        tensors: dict[str, Tensor] = {}
        for kind, network in self._networks().items():
            tensors |= {f"{kind}.{name}": value for name, value in network.state_dict().items()}
            for index, moments in self._optimizers[kind].state_dict()["state"].items():
                tensors |= {f"{kind}_moments.{index}.{n}": torch.as_tensor(value) for n, value in moments.items()}
        write_tensors(folder / _STATE, tensors, {"format": FORMAT, "scale": self._scale, "step": self._step})

    def go_on(self, folder: Path) -> None:
        """Takes up the state of this scale, where the folder holds one.

        Raises:
            CheckpointError: it is damaged.
        """
        path = folder / _STATE
        if not path.exists():
            return
        tensors, facts = read_tensors(path)
        if facts.get("scale") != self._scale:
            return
        try:
            for kind, network in self._networks().items():
                network.load_state_dict(_under(tensors, kind))
                kept = self._optimizers[kind].state_dict()
                kept["state"] = {}
                for name, value in _under(tensors, f"{kind}_moments").items():
                    index, _, moment = name.partition(".")
                    kept["state"].setdefault(int(index), {})[moment] = value
                self._optimizers[kind].load_state_dict(kept)
            self._step = int(facts["step"])
        except (RuntimeError, KeyError, ValueError, TypeError) as error:
            raise CheckpointError(
                f"{path} is damaged ({str(error)[:120]}): remove it, this scale begins anew"
            ) from error

    def forget(self, folder: Path) -> None:
        """Removes the state, once the scale is kept."""
        (folder / _STATE).unlink(missing_ok=True)


def slope_penalty(critic: ScaleCritic, points: Tensor) -> Tensor:
    """How far the critic's slope is from 1 at each pixel, squared, on average.

    As in the authors' program the slope of a pixel is that of the sum of all scores, over its three channels; over the
    whole picture, as is usual elsewhere, it would leave the critic next to nothing to say about each patch.

    Shapes: points [N, 3, H, W] -> a number, differentiable in the critic's weights.
    """
    points = points.detach().requires_grad_(True)
    (slope,) = torch.autograd.grad(critic(points).sum(), points, create_graph=True)
    # the root has no slope at 0
    penalty: Tensor = ((slope.square().sum(1) + 1e-12).sqrt() - 1).square().mean()
    return penalty


def _share(chance: torch.Generator) -> Tensor:
    return torch.rand((), generator=chance)


def _adam(network: nn.Module, schedule: SinGANSchedule) -> torch.optim.Adam:
    return torch.optim.Adam(network.parameters(), lr=schedule.learning_rate, betas=(0.5, 0.999))


def _under(tensors: dict[str, Tensor], kind: str) -> dict[str, Tensor]:
    return {name.removeprefix(f"{kind}."): value for name, value in tensors.items() if name.startswith(f"{kind}.")}


def _mixed(seed: int, scale: int, step: int) -> int:
    """A seed of its own for each step of each scale."""
    return ((seed * 64 + scale + 1) * 1_000_003 + step) % (1 << 62)
