"""Frames a second of the networks that paint films, beside the generator that everybody knows.

`python -m benchmarks.film_generators [--edges 256 512] [--runs 3] [--painter FILE] [--museum]`

One process, one thread; the networks take turns, and the medians of CPU seconds are printed, with the work of a frame
(each multiplication with its addition counts as one) and the rate that it is done at.

- `pix2pixHD 64` is the global generator of arXiv:1711.11585 (64 channels, four halvings, nine residual blocks, instance
  norm, one label map in, no film before), written plainly here with the layers of our vid2vid; `32` and `16` are the
  same made small (three halvings, six blocks). All have random weights: they do not change the time.
- `ours` is the network that Hibari ships (`models.film.painter`), from arrays to bytes. It is a different and far
  smaller network, which is given the scene's drawing and its true motion beside the labels; what is compared is the
  time of a frame, not what a network can do.
- `--museum` adds vid2vid of 2018: G0 alone at 64 and 128 channels (three halvings, nine blocks), two frames before, and
  at 512 also G0 at 256 with G1. One run each.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from models.film.painter.checkpoint import load_film_painter
from models.film.painter.network import FilmPainter, FilmPainterConfig
from models.film.painter.painting import ShotPainter
from models.film.vid2vid.generator import ScaleConfig, build
from models.film.vid2vid.layers import down_layers, entry_layers, head_layers, residual_layers, up_layers
from models.film.vid2vid.pyramid import Vid2Vid, pyramid
from schemas.scene import LABELS

Paint = Callable[[], object]
"""Paints one frame."""

BASE = "pix2pixHD 64"


class Timing(NamedTuple):
    """CPU seconds of a frame, and its multiplications and additions in thousand millions."""

    seconds: float
    gmac: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--edges", type=int, nargs="+", default=[256, 512], help="pixels")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--painter", type=Path, help="weights of a film painter; else one of the default sizes")
    parser.add_argument("--museum", action="store_true", help="also vid2vid of 2018")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    network = load_film_painter(arguments.painter) if arguments.painter else FilmPainter(FilmPainterConfig()).eval()
    print(f"torch {torch.__version__}, one thread; medians of {arguments.runs} CPU seconds a frame, taking turns")
    print(f"ours: {arguments.painter or 'default sizes, not trained'}, {parameters(network) / 1e6:.2f} M parameters\n")
    print(f"{'network':<22}{'edge':>6}{'GMAC':>9}{'s':>9}{'frames/s':>10}{'x ' + BASE:>16}{'GMAC/s':>9}")
    with torch.inference_mode():
        for edge in arguments.edges:
            painters = {**peers(edge), "ours": ours(network, edge)}
            found = timed(painters, arguments.runs)
            if arguments.museum:
                found |= timed(museum(edge), 1, warm=False)
            for name, timing in found.items():
                print_row(name, edge, timing, found[BASE].seconds)


def peers(edge: int) -> dict[str, Paint]:
    labels = torch.rand(1, len(LABELS), edge, edge)
    sizes = {BASE: (64, 4, 9), "pix2pixHD 32": (32, 3, 6), "pix2pixHD 16": (16, 3, 6)}
    networks = {name: global_generator(len(LABELS), *size) for name, size in sizes.items()}
    return {name: partial(network, labels) for name, network in networks.items()}


def global_generator(labels: int, width: int, halvings: int, blocks: int) -> nn.Module:
    """pix2pixHD's G1: down, residual blocks, up."""
    return nn.Sequential(
        *entry_layers(labels, width, "instance"),
        *down_layers(width, halvings, "instance"),
        *residual_layers(width << halvings, blocks, "instance"),
        *up_layers(width, halvings, "instance"),
        *head_layers(width, 3, nn.Tanh()),
    ).eval()


def ours(network: FilmPainter, edge: int) -> Paint:
    """The shipped network in the middle of a shot: a frame before and a flow are there."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, network.config.labels, (edge, edge), dtype=np.uint8)
    drawing, regions = (generator.random((3, edge, edge), dtype=np.float32) for _ in range(2))
    flow = generator.normal(size=(2, edge, edge)).astype(np.float32)
    shot = ShotPainter(network, generator.normal(size=(3, network.config.style_width)).astype(np.float32), 0.6)
    shot.paint(labels, drawing, regions)
    return lambda: shot.paint(labels, drawing, regions, flow)


def museum(edge: int) -> dict[str, Paint]:
    found = {}
    for width in (64, 128):
        coarsest = ScaleConfig(labels=len(LABELS), width=width, norm="instance")
        found[f"vid2vid {width}"] = film_of([coarsest], edge)
        if edge >= 512:
            found[f"vid2vid {width}, two scales"] = film_of([coarsest, coarsest.finer()], edge)
    return found


def film_of(scales: list[ScaleConfig], edge: int) -> Paint:
    network = Vid2Vid([build(scale) for scale in scales]).eval()
    labels = pyramid(torch.rand(1, len(LABELS) * scales[0].frames, edge, edge), len(scales))
    previous = pyramid(torch.rand(1, 3 * (scales[0].frames - 1), edge, edge), len(scales))

    return partial(network, labels, previous)


def timed(painters: Mapping[str, Paint], runs: int, *, warm: bool = True) -> dict[str, Timing]:
    """What a frame of each painter takes; they take turns. Work is counted in the first run, not timed if `warm`."""
    seconds: dict[str, list[float]] = {name: [] for name in painters}
    gmac: dict[str, float] = {}
    for run in range(runs + warm):
        for name, paint in painters.items():
            begins = time.process_time()
            if run == 0:
                with FlopCounterMode(display=False) as counter:
                    paint()
                gmac[name] = counter.get_total_flops() / 2e9
            else:
                paint()
            if run >= warm:
                seconds[name].append(time.process_time() - begins)
    return {name: Timing(statistics.median(seconds[name]), gmac[name]) for name in painters}


def parameters(network: nn.Module) -> int:
    return sum(weight.numel() for weight in network.parameters())


def print_row(name: str, edge: int, timing: Timing, base: float) -> None:
    seconds, gmac = timing
    told = f"{gmac:>9.2f}{seconds:>9.3f}{1 / seconds:>10.2f}{base / seconds:>16.2f}{gmac / seconds:>9.1f}"
    print(f"{name:<22}{edge:>6}{told}", flush=True)


if __name__ == "__main__":
    main()
