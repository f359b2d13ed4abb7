"""Whether a painter learns, on pictures whose distribution is known: how far each objective gets from where it began.

`python -m benchmarks.pictures_painter_toy [--steps 1000]`

A toy picture is one bright disc on a dark ground; its place, radius and colours are uniform. A tiny StyleGAN2 learns it
by the recipe of `training/painter.py`. Printed are distances to 400 discs that it never saw: the sliced Wasserstein
distance of pixels, the energy distance of two numbers read off each picture (how bright it is, how bright its ground
is), and KID in SqueezeNet's features; before learning, after it, and of other discs.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

PX = 8
SIZES = {"z_width": 32, "w_width": 32, "channels": [32, 24], "mapping_layers": 2}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument(
        "--objectives", nargs="*", default=["non-saturating", "lsgan", "wgan", "wgan-gp", "wgan-lp", "hinge"]
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        compare(Path(work), given.steps, given.objectives)


def compare(work: Path, steps: int, objectives: list[str]) -> None:
    import torch

    from training.painter import train
    from training.painter_checks import paint_many, squeezenet
    from training.painter_settings import PainterTraining
    from training.painter_steps import begin

    torch.set_num_threads(1)
    folder = write_discs(work / "discs", 1200, seed=1)
    goal, others = draw_discs(400, seed=2), draw_discs(400, seed=3)
    network = squeezenet()
    base = PainterTraining(
        folder, work / "x", PX, minutes=0, steps=steps, sizes=SIZES, batch=16, check_every=10**6, check_pictures=64,
        ema_half_life=1000, kept_in=work / "kept",
    )  # fmt: skip
    print(f"{'':<16}{'sliced W':>10}{'energy':>10}{'KID':>10}{'CPU s':>8}")
    tell("other discs", others, goal, network)
    untrained = begin(base)
    tell("untrained", paint_many(untrained.networks, untrained.average, 400, seed=1), goal, network)
    for name in objectives:
        config = replace(base, objective=name, out=work / name, gamma=0.5 if name == "non-saturating" else 0.0)
        began = time.process_time()
        state = train(config)
        took = time.process_time() - began
        tell(name, paint_many(state.networks, state.average, 400, seed=1), goal, network, took)


def tell(name: str, found: Tensor, goal: Tensor, network: object, seconds: float = 0.0) -> None:
    from torch import nn

    from models.pictures.distances import energy_distance, kernel_distance
    from models.pictures.features import features_of

    if not isinstance(network, nn.Module):
        raise TypeError("the features come of a network")
    kid = kernel_distance(*(features_of(network, one.clamp(-1, 1) / 2 + 0.5) for one in (found, goal))).value
    energy = energy_distance(brightness(found), brightness(goal)).value
    print(f"{name:<16}{sliced(found, goal):>10.4f}{energy:>10.4f}{kid:>10.3f}{seconds:>8.0f}", flush=True)


def brightness(pictures: Tensor) -> Tensor:
    """Mean brightness of each picture and of its darkest quarter: [N, 2]."""
    import torch

    grey = pictures.clamp(-1, 1).mean(1).flatten(1)
    return torch.stack((grey.mean(1), grey.sort(1).values[:, : grey.shape[1] // 4].mean(1)), 1)


def sliced(one: Tensor, other: Tensor) -> float:
    """Mean distance of sorted projections on 200 directions, in pixel values of -1..1."""
    import torch

    x, y = (pictures.clamp(-1, 1).flatten(1) for pictures in (one, other))
    directions = torch.randn(x.shape[1], 200, generator=torch.Generator().manual_seed(0))
    directions = directions / directions.norm(dim=0)
    return float(((x @ directions).sort(0).values - (y @ directions).sort(0).values).abs().mean())


def draw_discs(count: int, *, seed: int, px: int = PX) -> Tensor:
    """Discs [count, 3, px, px] in -1..1, their edges one pixel soft."""
    import torch

    rng = np.random.default_rng(seed)
    ys, xs = np.mgrid[:px, :px][:, None].astype(np.float32)
    x, y, radius = (rng.uniform(low, high, (count, 1, 1)) * px for low, high in ((0.3, 0.7), (0.3, 0.7), (0.15, 0.3)))
    inside = np.clip(radius - np.hypot(xs - x, ys - y) + 0.5, 0, 1)[:, None]
    ground, light = (rng.uniform(low, high, (count, 3, 1, 1)) for low, high in ((0, 0.35), (0.6, 1)))
    return torch.from_numpy((ground + (light - ground) * inside).astype(np.float32)) * 2 - 1


def write_discs(folder: Path, count: int, *, seed: int) -> Path:
    from media.pictures.reading import encode_png, picture_of

    folder.mkdir()
    for number, disc in enumerate(draw_discs(count, seed=seed)):
        pixels = ((disc + 1) * 127.5).round().numpy().astype(np.uint8).transpose(1, 2, 0)
        (folder / f"{number:04d}.png").write_bytes(encode_png(picture_of(pixels)))
    return folder


if __name__ == "__main__":
    main()
