"""A trained SinGAN on disk: a folder with a safetensors file for each scale, and one for the picture."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from models.pictures.singan.networks import ScaleConfig, ScaleCritic, ScaleGenerator
from models.pictures.singan.pyramid import LEAST_SIDE_PX, MOST_SIDE_PX, Pyramid, Size
from schemas.errors import CheckpointError

FORMAT = "hibari-singan-1"
PICTURE = "picture.safetensors"
_MOST_SCALES, _MOST_BYTES = 32, 1 << 28
_GENERATOR, _CRITIC = "generator.", "critic."
Network = TypeVar("Network", bound=nn.Module)


@dataclass(frozen=True)
class TrainedScale:
    """What a scale learned: both networks, and how strong its noise is."""

    generator: ScaleGenerator
    critic: ScaleCritic
    strength: float


def scale_file(folder: Path, scale: int) -> Path:
    """Where a scale is kept."""
    return folder / f"scale-{scale:02d}.safetensors"


def save_scale(folder: Path, scale: int, trained: TrainedScale, facts: dict[str, Any]) -> None:
    """Writes a scale by way of a temporary name; the same weights and facts give the same bytes."""
    tensors = {_GENERATOR + name: value for name, value in trained.generator.state_dict().items()}
    tensors |= {_CRITIC + name: value for name, value in trained.critic.state_dict().items()}
    whole = {**facts, "format": FORMAT, "width": trained.generator.config.width, "strength": trained.strength}
    write_tensors(scale_file(folder, scale), tensors, whole)


def load_scale(folder: Path, scale: int) -> TrainedScale:
    """A scale that was saved, its generator ready to be used.

    Raises:
        CheckpointError: its file is missing, damaged or of something else.
    """
    path = scale_file(folder, scale)
    tensors, facts = read_tensors(path)
    try:
        config, strength = ScaleConfig(int(facts["width"])), float(facts["strength"])
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} does not say its width and the strength of its noise") from error
    generator = _filled(ScaleGenerator(config), tensors, _GENERATOR, path)
    critic = _filled(ScaleCritic(config), tensors, _CRITIC, path)
    return TrainedScale(generator.requires_grad_(False).eval(), critic, strength)


def _filled(network: Network, tensors: dict[str, Tensor], prefix: str, path: Path) -> Network:
    try:
        network.load_state_dict({n.removeprefix(prefix): v for n, v in tensors.items() if n.startswith(prefix)})
    except RuntimeError as error:
        raise CheckpointError(f"{path} does not hold a scale of SinGAN: {str(error)[:200]}") from error
    return network


def save_picture(folder: Path, picture: Tensor, fixed_noise: Tensor, facts: dict[str, Any]) -> None:
    """Writes the picture that is learned, at its finest scale, its fixed noise and the facts of the training."""
    write_tensors(folder / PICTURE, {"picture": picture, "fixed_noise": fixed_noise}, {**facts, "format": FORMAT})


@dataclass(frozen=True)
class LearnedPicture:
    """The picture that a SinGAN learned, [1, 3, H, W] in -1..1, its fixed noise, and the facts of its training."""

    picture: Tensor
    fixed_noise: Tensor
    facts: dict[str, Any]

    @property
    def sizes(self) -> tuple[Size, ...]:
        """The sizes of the scales, coarsest first."""
        return tuple((int(height), int(width)) for height, width in self.facts["sizes"])


def load_picture(folder: Path) -> LearnedPicture:
    """The picture that a folder's SinGAN learned.

    Raises:
        CheckpointError: the folder holds none, or it is damaged.
    """
    path = folder / PICTURE
    tensors, facts = read_tensors(path)
    try:
        found = LearnedPicture(tensors["picture"], tensors["fixed_noise"], facts)
        sizes = found.sizes
    except (KeyError, TypeError, ValueError) as error:
        raise CheckpointError(f"{path} does not say what its SinGAN learned") from error
    sides = [side for size in sizes for side in size]
    fits = 1 <= len(sizes) <= _MOST_SCALES and min(sides) >= LEAST_SIDE_PX and max(sides) <= MOST_SIDE_PX
    if not fits or found.picture.shape != (1, 3, *sizes[-1]) or found.fixed_noise.shape != (1, 3, *sizes[0]):
        raise CheckpointError(f"{path} holds a picture that does not fit its sizes")
    return found


def load_singan(folder: Path) -> tuple[Pyramid, LearnedPicture]:
    """A SinGAN whose training is finished, and the picture that it learned.

    Raises:
        CheckpointError: the folder holds none, it is damaged, or its training is not finished.
    """
    learned = load_picture(folder)
    sizes = learned.sizes
    there = sum(scale_file(folder, scale).is_file() for scale in range(len(sizes)))
    if there < len(sizes):
        raise CheckpointError(
            f"{folder} holds {there} of {len(sizes)} scales: run the training's command again, it goes on from there"
        )
    pyramid = Pyramid(sizes, learned.fixed_noise)
    for scale in range(len(sizes)):
        trained = load_scale(folder, scale)
        pyramid.generators.append(trained.generator)
        pyramid.strengths.append(trained.strength)
    return pyramid, learned


def write_tensors(path: Path, tensors: dict[str, Tensor], facts: dict[str, Any]) -> None:
    """Writes a safetensors file with facts by way of a temporary name."""
    from safetensors.torch import save

    part = path.with_suffix(".part")
    whole = {name: value.detach().contiguous() for name, value in tensors.items()}
    part.write_bytes(save(whole, metadata={"hibari": json.dumps(facts, sort_keys=True)}))
    part.replace(path)


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and the facts of a file that `write_tensors` wrote.

    Raises:
        CheckpointError: it is missing, too long, damaged or of something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CheckpointError(f"{path} is longer than {_MOST_BYTES:,} bytes: no part of a SinGAN")
        with safe_open(path, framework="pt") as opened:
            facts = json.loads((opened.metadata() or {}).get("hibari", "null"))
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
    except (OSError, SafetensorError, ValueError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read as a part of a SinGAN: {str(error)[:200]}") from error
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise CheckpointError(f"{path} is no part of a SinGAN: it does not say {FORMAT}")
    if any(value.is_floating_point() and not bool(torch.isfinite(value).all()) for value in tensors.values()):
        raise CheckpointError(f"{path} holds values that are not finite: it is damaged")
    return tensors, facts
