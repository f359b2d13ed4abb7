"""Painters side by side: each one's distance to the same held-out pictures, with what real pictures and noise reach."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from models.pictures.distances import frechet_distance, kernel_distance, nearest, precision_and_recall
from models.pictures.features import features_of
from models.pictures.stylegan2.generator import Generator
from schemas.errors import CheckpointError
from training.adversarial.pictures import PictureArray, crops, middles
from training.keeping import BEST, STATE
from training.painter_checks import paint_many, squeezenet
from training.painter_networks import Networks, build_networks, networks_of
from training.painter_settings import PainterTraining


@dataclass(frozen=True)
class Measured:
    """What one set of pictures reaches against held-out ones, in SqueezeNet 1.1's features.

    `frechet` is of as many pictures as `pictures` says, and compares only within a table. `nearest` is the median
    cosine distance to the nearest training picture.
    """

    name: str
    pictures: int
    kid: float
    kid_error: float
    frechet: float
    precision: float
    recall: float
    nearest: float


@dataclass(frozen=True)
class Painter:
    """A generator, and how it is made to paint."""

    networks: Networks
    average: nn.Module


@dataclass(frozen=True)
class Trained(Painter):
    """The best of a training, read back from its folder."""

    config: PainterTraining
    step: int
    steps: int
    seconds: float


def read_trained(folder: Path, pictures: Path) -> Trained:
    """The best generator of a training's folder. Its settings are those that the folder says.

    Raises:
        CheckpointError: the folder holds no training that has been measured yet.
    """
    from safetensors import safe_open

    try:
        told: dict[str, Any] = json.loads((folder / "settings.json").read_text())
        told.pop("pictures_digest")
        config = PainterTraining.of({**told, "pictures": pictures, "out": folder})
        networks = build_networks(config)
        with safe_open(folder / BEST, framework="pt") as file:
            step = int(file.metadata()["step"])
            networks.generator.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
        with safe_open(folder / STATE, framework="pt") as file:
            facts = json.loads(file.metadata()["facts"])
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{folder} holds no painter that has been measured ({str(error)[:200]})") from error
    average = networks.generator.eval()
    return Trained(networks, average, config, step, int(facts["step"]), float(facts["seconds"]))


def painter_of(generator: Generator) -> Painter:
    """A StyleGAN2 that was loaded from anywhere."""
    return Painter(networks_of(generator), generator.eval())


def compare(
    array: PictureArray, resolution: int, painters: Mapping[str, Painter], *, count: int = 500, seed: int = 5
) -> list[Measured]:
    """Measures `count` pictures of every painter, of the training pictures, of their blurred copies and of noise.

    At most as many are taken as are held out, so that every row is of one size.

    Raises:
        CheckpointError: the features' weights are not in the checkout.
        MediaError: too few pictures are held out.
    """
    chance = np.random.default_rng(seed)
    network = squeezenet()
    held_out, known = array.numbers("held-out"), array.numbers("train")
    count = min(count, len(held_out))

    def seen(pictures: Tensor) -> Tensor:
        return features_of(network, pictures.clamp(-1, 1) / 2 + 0.5)

    def all_of(numbers: np.ndarray) -> Tensor:
        return torch.cat(
            [seen(middles(array, part, resolution)) for part in np.array_split(numbers, len(numbers) // 64 + 1)]
        )

    goal, memory = all_of(held_out[:count]), all_of(chance.choice(known, min(len(known), 10_000), replace=False))
    real = middles(array, chance.choice(known, min(count, len(known)), replace=False), resolution)
    sets = {
        "real training pictures": real,
        "random crops of them": crops(array, chance.choice(known, count), resolution // 2, chance, mirror=True),
        **{name: paint_many(one.networks, one.average, count, seed=seed) for name, one in painters.items()},
        "real, blurred eightfold": _blurred(real),
        "noise": torch.rand(count, 3, resolution, resolution, generator=torch.Generator().manual_seed(seed)) * 2 - 1,
    }
    return [_measured(name, seen(pictures), goal, memory) for name, pictures in sets.items()]


def _measured(name: str, found: Tensor, goal: Tensor, memory: Tensor) -> Measured:
    kid, (precision, recall) = kernel_distance(found, goal), precision_and_recall(goal, found)
    near = nearest(found, memory)[0]
    if name.startswith("real training"):
        # the nearest of a training picture is itself, or as good as
        near = nearest(goal, memory)[0]
    return Measured(
        name,
        len(found),
        kid.value,
        kid.error,
        frechet_distance(found, goal).value,
        precision,
        recall,
        float(near.median()),
    )


def _blurred(pictures: Tensor) -> Tensor:
    px = pictures.shape[2]
    small = functional.interpolate(pictures, (px // 8, px // 8), mode="area")
    return functional.interpolate(small, (px, px), mode="bilinear", align_corners=False)


def table(rows: list[Measured]) -> str:
    """The rows as a table in Markdown."""
    lines = [
        "| | pictures | KID | Fréchet | precision | recall | nearest training picture |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {row.name} | {row.pictures} | {row.kid:.3f} ± {row.kid_error:.3f} | {row.frechet:.0f} "
        f"| {row.precision:.2f} | {row.recall:.2f} | {row.nearest:.3f} |"
        for row in rows
    ]
    return "\n".join(lines)
