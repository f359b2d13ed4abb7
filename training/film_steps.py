"""One step of a film painter's training, and what it is trained for.

Wang et al. 2018 (arXiv:1808.06601) train by critics of pictures and of films, features and flow. Where we differ: what
is wanted is known pixel by pixel (the paper's real film is the teacher's), so colours count first; features are
SqueezeNet's, at each place and as Gram matrices, for strokes that cannot be told pixel by pixel; critics are an
addition that a setting switches on (`training.film_critics`). Frames follow the network's own, without gradients
through time, as the paper does for all but its last frames.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from models.film.painter.network import FilmPainter, FilmPainterConfig, Painted, Previous
from models.film.warping import warp
from models.pictures.style.feature_stacks import FeatureStack, squeezenet_stack
from schemas.errors import SettingsError
from training.film_clips import Clip
from training.film_critics import FilmCritics
from training.film_settings import FilmTraining
from training.painter_checks import squeezenet

_PLACES = {"fire2": 1.0, "fire3": 1.0, "fire5": 0.5}
_TEXTURES = ("conv1", "fire2", "fire3")
_FEATURE_UNIT = 60.0
"""About the mean of the features that are compared, so that weights are near those of colours."""
_WARM_STEPS = 100
_MOST_GRADIENT = 1.0


@dataclass
class FilmState:
    """All that a training goes on from."""

    network: FilmPainter
    average: FilmPainter
    """The network, averaged over the steps: it is what is measured and kept."""
    optimizer: torch.optim.Adam
    features: FeatureStack
    critics: FilmCritics | None = None
    step: int = 0
    best: float = float("inf")
    seconds: float = 0.0
    told: dict[str, float] = field(default_factory=dict)
    """What was measured last, for the log."""


def begin(config: FilmTraining) -> FilmState:
    """Fresh networks, the same for the same seed, or those of `first_weights`.

    Raises:
        SettingsError: there is no such device here, or no such size.
        CheckpointError: SqueezeNet's or the first weights are missing.
    """
    try:
        torch.zeros(1, device=config.device)
        sizes: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in config.sizes.items()
        }
        torch.manual_seed(config.seed)
        network = FilmPainter(FilmPainterConfig(**sizes))
    except (RuntimeError, AssertionError, TypeError) as error:
        raise SettingsError(f"device {config.device!r} or sizes {config.sizes} cannot be used: {error}") from error
    if config.first_weights is not None:
        from models.film.painter.checkpoint import load_film_painter

        network.load_state_dict(load_film_painter(config.first_weights).state_dict())
    network.to(config.device)
    return FilmState(
        network,
        copy.deepcopy(network).requires_grad_(False).eval(),
        torch.optim.Adam(network.parameters(), lr=config.learning_rate, betas=(0.9, 0.99)),
        squeezenet_stack(squeezenet().to(config.device)),
        FilmCritics(config) if config.adversarial_weight else None,
    )


def take_step(state: FilmState, clip: Clip, config: FilmTraining) -> None:
    """The network learns once from a batch of clips; so do the critics, where there are any."""
    state.network.train()
    frames = paint_clip(state.network, clip, without_previous=config.without_previous)
    terms = _terms(state.features, frames, clip, config)
    loss = _sum(terms, config)
    if state.critics is not None:
        terms["critics"] = state.critics.judge(clip, [frame.picture for frame in frames])
        loss = loss + config.adversarial_weight * terms["critics"]
    for group in state.optimizer.param_groups:
        group["lr"] = _rate(state.step, config)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(state.network.parameters(), _MOST_GRADIENT)
    state.optimizer.step()
    if state.critics is not None:
        terms["critic_loss"] = state.critics.learn(clip, [frame.picture.detach() for frame in frames])
    state.step += 1
    _follow(state, config)
    state.told = {name: float(value.detach()) for name, value in terms.items()}


def paint_clip(network: FilmPainter, clip: Clip, *, without_previous: bool = False) -> list[Painted]:
    """Every frame of a clip, each after the network's own before it, which it learns nothing through."""
    condition = network.condition(clip.vectors, clip.strength, clip.first_drawing, clip.first_regions)
    frames: list[Painted] = []
    for index in range(clip.frames):
        previous = None
        if frames and not without_previous:
            before = frames[-1].picture.detach().clamp(0, 1)
            previous = Previous(before, clip.drawing[:, index - 1], clip.flow[:, index])
        drawing, labels, regions = clip.drawing[:, index], clip.labels[:, index], clip.regions[:, index]
        grain = clip.grain[:, index]
        frames.append(network(labels, drawing, regions, condition, previous, grain))
    return frames


def _terms(features: FeatureStack, frames: list[Painted], clip: Clip, config: FilmTraining) -> dict[str, Tensor]:
    """Each part of the loss, not weighted."""
    wanted = clip.wanted.transpose(0, 1)
    pictures = torch.stack([frame.picture for frame in frames])
    raws = torch.stack([frame.raw for frame in frames])
    terms = {"colours": F.l1_loss(pictures, wanted), "raw": F.l1_loss(raws, wanted)}
    if config.features_weight or config.texture_weight:
        names = sorted({*_PLACES, *_TEXTURES})
        ours = features(pictures.flatten(0, 1), names)
        with torch.no_grad():
            theirs = features(wanted.flatten(0, 1), names)
        terms["features"] = torch.stack(
            [weight * F.l1_loss(ours[name], theirs[name]) / _FEATURE_UNIT for name, weight in _PLACES.items()]
        ).sum()
        terms["texture"] = torch.stack(
            [F.l1_loss(_together(ours[name]), _together(theirs[name])) for name in _TEXTURES]
        ).sum()
    if not config.without_previous:
        terms |= _moving(frames, clip, wanted)
    return terms


def _moving(frames: list[Painted], clip: Clip, wanted: Tensor) -> dict[str, Tensor]:
    """What is asked of all frames but the first: to stay where the frame before was, and to move it rightly."""
    temporal, moved, added, anew = [], [], [], []
    for index in range(1, len(frames)):
        flow, frame = clip.flow[:, index], frames[index]
        before = warp(frames[index - 1].picture.detach(), flow)
        temporal.append(((frame.picture - before).abs() * clip.valid[:, index]).mean())
        moved.append(F.l1_loss(frame.moved, wanted[index]))
        added.append((frame.flow - flow).abs().mean())
        anew.append(((1 - frame.mask) * clip.valid[:, index]).mean())
    return {
        "temporal": torch.stack(temporal).mean(),
        "moved": torch.stack(moved).mean(),
        "flow": torch.stack(added).mean(),
        "anew": torch.stack(anew).mean(),
    }


def _sum(terms: dict[str, Tensor], config: FilmTraining) -> Tensor:
    weights = {
        "colours": 1.0,
        "raw": 0.5,
        "features": config.features_weight,
        "texture": config.texture_weight,
        "temporal": config.temporal_weight,
        "moved": config.moved_weight,
        "flow": config.flow_weight,
        "anew": config.anew_weight,
    }
    return torch.stack([weights[name] * value for name, value in terms.items()]).sum()


def _together(features: Tensor) -> Tensor:
    """How the features of a picture go together, wherever they are. Shapes: [N, C, h, w] -> [N, C, C]."""
    flat = features.flatten(2) / _FEATURE_UNIT
    return flat @ flat.transpose(1, 2) / flat.shape[2]


def _rate(step: int, config: FilmTraining) -> float:
    slower: float = (config.slower_from / max(step, config.slower_from)) ** 0.5
    return config.learning_rate * min(1.0, (step + 1) / _WARM_STEPS) * slower


def _follow(state: FilmState, config: FilmTraining) -> None:
    half_life = min(config.ema_half_life, 0.1 * state.step * config.batch)
    keep = 0.5 ** (config.batch / max(half_life, 1e-8))
    with torch.no_grad():
        for mean, weight in zip(state.average.parameters(), state.network.parameters(), strict=True):
            mean.lerp_(weight, 1 - keep)
