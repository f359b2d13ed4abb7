"""How well Bach's chorales are foretold, and how cleanly a melody is harmonised.

`python -m benchmarks.music_chorales [--data FOLDER] [--kept FOLDER | --weights FILE] [--minutes 5]`

Prints nats a token (one token a voice and sixteenth, the usual split) of the three networks kept in `--kept`, trained
before by `python -m training.chorales --compare`; with `--minutes` they are trained first, as many CPU minutes each.
Then sopranos of the test split are harmonised and the faults of Bach's own voices and of ours are counted alike.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from models.music.chorales.counterpoint import Faults
    from models.music.chorales.grid import Grid
    from models.music.chorales.network import ChoraleNetwork
    from training.chorales import Chorales

VOICE_NAMES = ("soprano", "alto", "tenor", "bass")
PUBLISHED = """\
published, to be read with care:
  Huang et al. 2018 (arXiv:1809.04281), table 2, same grid, serialisation and unit, on the validation split: see there;
    theirs are larger networks trained to the end on accelerators; ours are told the voice, beat and note before.
  Boulanger-Lewandowski et al. 2012 and those after them give nats a time step, on another grid (quarter notes) and of
    another thing (88 binary keys a step, voices not told apart): not comparable with any figure here."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--kept", type=Path, default=Path("build/chorales"), help="folder of <kind>.safetensors")
    parser.add_argument("--weights", type=Path, default=Path("weights/chorales.safetensors"), help="what harmonises")
    parser.add_argument("--minutes", type=float, default=0.0, help="train the three first, CPU minutes each")
    parser.add_argument("--songs", type=int, default=12, help="test chorales to harmonise")
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    from models.music.chorales.network import load_chorale_network
    from training.chorales import read_chorales

    chorales = read_chorales(arguments.data / "jsb_chorales.tar.xz")
    print_corpus(chorales)
    if arguments.minutes:
        learn(chorales, arguments.kept, arguments.minutes)
    print_likelihoods(chorales, arguments.kept, arguments.weights)
    if arguments.weights.exists():
        print_harmony(load_chorale_network(arguments.weights), chorales["test"][: arguments.songs])
    else:
        print(f"no weights at {arguments.weights}: harmony not measured")


def print_corpus(chorales: Chorales) -> None:
    """Which grid the notes lie on: the share of changes that fall on a quarter, an eighth, a sixteenth."""
    counts = np.zeros(4)
    for grid in chorales["train"]:
        places = np.flatnonzero((grid[1:] != grid[:-1]).any(axis=1)) + 1
        counts += np.bincount(places % 4, minlength=4)
    shares = 100 * counts / counts.sum()
    print(
        f"where notes change: {shares[0]:.1f} % on quarters, {shares[2]:.1f} % on the eighths between, "
        f"{shares[1] + shares[3]:.1f} % on other sixteenths\n"
    )


def learn(chorales: Chorales, kept: Path, minutes: float) -> None:
    from training.chorales import BATCHES, SAME_SIZE, ChoraleTraining, steps_in, train

    configs = []
    for kind in SAME_SIZE:
        config = ChoraleTraining(kept, kind, batch=BATCHES[kind])
        configs.append(replace(config, steps=steps_in(minutes, config, chorales)))
    for kind, learner in train(configs, chorales).items():
        print(f"{kind}: {learner.done} steps in {learner.cpu_s:.0f} CPU s")


def print_likelihoods(chorales: Chorales, kept: Path, weights: Path) -> None:
    from models.music.chorales.network import KINDS, load_chorale_network, parameters
    from training.chorales import nats_per_token, token_losses

    print("nats a token            parameters   CPU s   valid    test    a step   " + "  ".join(VOICE_NAMES))
    files = [(kind, kept / f"{kind}.safetensors") for kind in KINDS] + [("shipped", weights)]
    for name, path in files:
        if not path.exists():
            print(f"{name:22s} no weights at {path}")
            continue
        model = load_chorale_network(path)
        valid = nats_per_token(model, chorales["valid"])
        losses = np.concatenate([token_losses(model, grid) for grid in chorales["test"]])
        voices = "   ".join(f"{value:6.3f}" for value in losses.mean(axis=0))
        print(
            f"{name:22s} {parameters(model):11,}   {cpu_seconds(path):>5s}   {valid:.3f}   {losses.mean():.3f}   "
            f"{losses.sum(axis=1).mean():6.3f}   {voices}"
        )
    print(f"\n{PUBLISHED}\n")


def cpu_seconds(path: Path) -> str:
    """What the training noted in the file."""
    from safetensors import safe_open

    with safe_open(path, framework="pt") as file:
        return str((file.metadata() or {}).get("cpu_s", "-"))


def print_harmony(network: ChoraleNetwork, grids: Sequence[Grid]) -> None:
    from models.music.chorales.counterpoint import faults
    from models.music.chorales.harmonise import harmonise

    fixed = [grid for grid in grids if (grid >= 0).all()]
    rows: dict[str, list[Grid]] = {"Bach": list(fixed)}
    used = {}
    for name, singers, strict in (("24 singers", 24, True), ("24, rules off", 24, False), ("1 singer", 1, True)):
        begun = time.process_time()
        rows[name] = [
            harmonise(list(grid[:, 0]), network, seed=number, singers=singers, strict=strict)
            for number, grid in enumerate(fixed)
        ]
        used[name] = time.process_time() - begun
    bars = sum(len(grid) for grid in fixed) / 16
    print(
        f"{len(fixed)} test sopranos, {bars:.0f} bars; parallels and sixteenths with crossed voices a hundred changes:"
    )
    print("                parallel fifths  octaves   crossed   changes a bar   bass as Bach's   CPU s a bar")
    for name, songs in rows.items():
        total = faults(songs[0])
        for song in songs[1:]:
            total += faults(song)
        print(row_of(name, total, agreement(songs, fixed), used.get(name, 0.0) / bars))


def row_of(name: str, total: Faults, agreed: float, seconds: float) -> str:
    share = 100 / total.changes
    return (
        f"{name:15s} {total.parallel_fifths * share:15.2f} {total.parallel_octaves * share:8.2f} "
        f"{total.crossings * share:9.2f} {total.changes / total.steps * 16:15.1f} {agreed:15.0%} {seconds:13.2f}"
    )


def agreement(songs: Sequence[Grid], bachs: Sequence[Grid]) -> float:
    """Share of sixteenths whose bass has the pitch class of Bach's."""
    equal = [(song[:, 3] - bach[:, 3]) % 12 == 0 for song, bach in zip(songs, bachs, strict=True)]
    return float(np.concatenate(equal).mean())


if __name__ == "__main__":
    main()
