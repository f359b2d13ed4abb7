"""One step of the few-shot painter's training, and the state that it goes on from.

In every second step two frames are painted with weights made of the references, the second laid over the first; in the
others the second alone, laid over the first as it should be. Losses: L1 of what is painted and of what is laid over,
the distance of SqueezeNet's features, and, where the scene shows the same thing in both frames, the difference that is
left after the warp.

Where we differ from the paper: no discriminators, for which a training on a CPU is too short.
"""

from __future__ import annotations

import copy
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.generator import laid_over
from models.film.few_shot.painter import FewShotNetworks
from models.film.few_shot.weight_generation import PainterWeights, Places
from models.film.warping import warp
from models.pictures.style.feature_stacks import FeatureStack
from training.few_shot_batches import Batch
from training.keeping import keep_state, restore_state

if TYPE_CHECKING:
    from training.few_shot import FewShotTraining

STATE = "state.safetensors"
_LAYERS = ("conv1", "fire3", "fire5")
_WARM_STEPS = 50
_LEAST_RATE = 0.02
_MOST_SLOPE = 1.0


@dataclass
class FewShotState:
    """All that a training goes on from."""

    networks: FewShotNetworks
    average: FewShotNetworks
    """The networks, averaged over the steps: what is measured and kept."""
    optimizer: torch.optim.Adam
    step: int = 0
    seconds: float = 0.0
    told: dict[str, float] = field(default_factory=dict)
    """What was measured last, for the log."""


def begin(sizes: FewShotConfig, training: FewShotTraining) -> FewShotState:
    """Fresh networks, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(training.seed)
        networks = FewShotNetworks(sizes).to(training.device)
    average = copy.deepcopy(networks).requires_grad_(False).eval()
    optimizer = torch.optim.Adam(networks.parameters(), lr=training.learning_rate, betas=(0.9, 0.99))
    return FewShotState(networks, average, optimizer)


def take_step(state: FewShotState, batch: Batch, features: FeatureStack, training: FewShotTraining) -> None:
    """Learns once from a batch."""
    for group in state.optimizer.param_groups:
        group["lr"] = training.learning_rate * _rate(state.step, training.steps)
    losses = losses_of(state.networks, batch, features, own_before=state.step % 2 == 1)
    loss = (
        losses["painted"] + losses["laid"] + training.perceptual * losses["features"] + training.still * losses["moved"]
    )
    state.optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(state.networks.parameters(), _MOST_SLOPE)
    state.optimizer.step()
    state.step += 1
    kept = min(training.averaging, state.step / (state.step + 10))
    with torch.no_grad():
        for mean, now in zip(state.average.parameters(), state.networks.parameters(), strict=True):
            mean.lerp_(now, 1 - kept)
    state.told = {name: float(value.detach()) for name, value in losses.items()}


def losses_of(
    networks: FewShotNetworks, batch: Batch, features: FeatureStack, *, own_before: bool
) -> dict[str, Tensor]:
    """The losses of a batch; `own_before` lays the second frame over the first as it was painted."""
    weights = weights_of(networks, batch)
    conditions = torch.cat((batch.labels, batch.drawings), 2)
    frames = (0, 1) if own_before else (1,)
    painted = [networks.generator(weights, conditions[:, frame]) for frame in frames]
    wanted = [batch.pictures[:, frame] for frame in frames]
    before = painted[0].detach().clamp(0, 1) if own_before else batch.pictures[:, 0]
    laid = laid_over(networks.mask, painted[-1], batch.drawings[:, 1], before, batch.flow)
    return {
        "painted": F.l1_loss(torch.cat(painted), torch.cat(wanted)),
        "laid": F.l1_loss(laid, wanted[-1]),
        "features": feature_distance(features, torch.cat(painted), torch.cat(wanted)),
        "moved": ((laid - warp(before, batch.flow)).abs() * batch.valid).mean(),
    }


def weights_of(networks: FewShotNetworks, batch: Batch) -> PainterWeights:
    """The weights that a batch's references make, each album its own."""
    count = batch.references.shape[1]
    given = (batch.references, batch.reference_labels, batch.reference_drawings, batch.drawn)
    seen = networks.weight_generator.places(*(part.flatten(0, 1) for part in given))
    places = Places(*(part.reshape(len(part) // count, -1, part.shape[2]) for part in (seen.features, seen.keys)))
    weights: PainterWeights = networks.weight_generator(places)
    return weights


def feature_distance(features: FeatureStack, made: Tensor, wanted: Tensor) -> Tensor:
    """How far pictures lie apart in SqueezeNet's layers, each measured by its own mean; 0 for the same pictures.

    Shapes: [N, 3, H, W] of 0-1, twice -> a number.
    """
    with torch.no_grad():
        there = features(wanted, _LAYERS)
    here = features(made, _LAYERS)
    apart = [(here[name] - there[name]).abs().mean() / (there[name].abs().mean() + 1e-6) for name in _LAYERS]
    return torch.stack(apart).mean()


def _rate(step: int, steps: int) -> float:
    warm = min(1.0, (step + 1) / _WARM_STEPS)
    return warm * (_LEAST_RATE + (1 - _LEAST_RATE) * 0.5 * (1 + math.cos(math.pi * min(1.0, step / max(1, steps)))))


def write_state(state: FewShotState, file: Path) -> None:
    """Writes all that a training goes on from, by way of a temporary name."""
    facts = {"step": state.step, "seconds": state.seconds}
    keep_state(file, _networks(state), {"moments": state.optimizer}, facts)


def read_state(state: FewShotState, file: Path) -> None:
    """Puts what a file holds into a state of the same sizes.

    Raises:
        CheckpointError: the file is damaged, or of a training of other sizes.
    """
    facts = restore_state(file, _networks(state), {"moments": state.optimizer})
    state.step, state.seconds = int(facts["step"]), float(facts["seconds"])


def _networks(state: FewShotState) -> dict[str, nn.Module]:
    return {"networks": state.networks, "average": state.average}
