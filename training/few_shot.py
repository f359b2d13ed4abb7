"""Trains the few-shot painter on scenes painted in many looks and on crops of paintings.

`python -m training.few_shot --out DIR --steps 2000 [--paintings FOLDER] [--device cuda:0 --sizes large]`

DIR gets `albums/` (what is learned from, painted by the slow route as it is needed first), `state.safetensors` (written
every minute), `log.jsonl` and, at the end or after `--minutes`, `few-shot.safetensors`. The same command again goes on
where it was, also after it was killed: what a step learns from hangs on the seed and its number alone.
`python -m training.few_shot_export DIR` turns it into weights with a card.

Wang et al. 2019, "Few-shot Video-to-Video Synthesis" (arXiv:1910.12713).
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch

from models import registry
from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.keeping import save_few_shot
from models.pictures.features import load_squeezenet
from models.pictures.style.arbitrary import load_stylist
from models.pictures.style.feature_stacks import FeatureStack, squeezenet_stack
from models.pictures.style.looks import load_looks
from schemas.errors import CheckpointError, SettingsError
from training.few_shot_batches import Sources, batch_of
from training.few_shot_shots import KeptAlbums, PaintedAlbums, PaintingAlbums
from training.few_shot_steps import FewShotState, begin, read_state, take_step, write_state
from training.keeping import LOG, STATE, Log

if TYPE_CHECKING:
    from training.film_sequences import Part

log = logging.getLogger(__name__)

SETTINGS = "settings.json"
WEIGHTS = "few-shot.safetensors"
SIZES = {"tiny": FewShotConfig.tiny, "default": FewShotConfig, "large": FewShotConfig.large}


@dataclass(frozen=True)
class FewShotTraining:
    """How a few-shot painter is trained."""

    out: Path
    paintings: Path | None = None
    """A folder of paintings to cut up; None for drawn scenes alone."""
    sizes: str = "default"
    albums: int = 320
    """How many albums of painted scenes, and a third as many of paintings."""
    steps: int = 2000
    minutes: float = 0.0
    """Of learning in this run; 0 for as long as the steps take. The same command goes on where it ended."""
    batch: int = 4
    crop_px: int = 160
    paintings_share: float = 0.2
    learning_rate: float = 1e-3
    perceptual: float = 0.1
    still: float = 0.5
    averaging: float = 0.998
    seed: int = 20191028
    device: str = "cpu"
    threads: int = 1
    keep_every_s: float = 60.0
    log_every: int = 20

    def __post_init__(self) -> None:
        bounds = {
            "albums": (2, 100_000), "steps": (1, 10_000_000), "batch": (1, 256), "crop_px": (32, 192),
            "learning_rate": (1e-6, 1.0), "threads": (1, 64), "minutes": (0, 1e6), "paintings_share": (0, 1),
            "averaging": (0, 1), "perceptual": (0, 100), "still": (0, 100), "log_every": (1, 100_000),
            "keep_every_s": (0, 86_400),
        }  # fmt: skip
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise SettingsError(f"{name} is {getattr(self, name)}: give {least} to {most}")
        if self.sizes not in SIZES or self.crop_px % 32:
            raise SettingsError(f"sizes {self.sizes!r} ({', '.join(SIZES)}), crop_px {self.crop_px} (a multiple of 32)")


@dataclass(frozen=True)
class FewShotProgress:
    """Where a training stands."""

    step: int
    steps: int
    left_s: float
    losses: dict[str, float]


def train_few_shot(training: FewShotTraining, progress: Callable[[FewShotProgress], None] | None = None) -> Path:
    """Trains to the last step or to the end of its minutes, or goes on; answers the file of the weights.

    Raises:
        SettingsError: there is no such device here, or the losses are no numbers any more.
        CheckpointError: the folder holds another training, or a model that painting takes is not here.
        MediaError: the paintings cannot be used.
    """
    torch.set_num_threads(training.threads)
    _settle(training)
    sources, features = sources_of(training), features_on(training.device)
    state = begin(SIZES[training.sizes](), training)
    if (training.out / STATE).exists():
        read_state(state, training.out / STATE)
    journal = Log(training.out / LOG, state.step)
    began, before, first = time.monotonic(), state.seconds, state.step
    kept = began
    while state.step < training.steps:
        _learn(state, sources, features, training)
        now = time.monotonic()
        state.seconds = before + now - began
        stands = FewShotProgress(state.step, training.steps, _left_s(state, training, now - began, first), state.told)
        if state.step % training.log_every == 0:
            told = {name: round(value, 5) for name, value in state.told.items()}
            journal.write({"step": state.step, "seconds": round(state.seconds), "left_s": round(stands.left_s), **told})
        if now - kept >= training.keep_every_s:
            write_state(state, training.out / STATE)
            kept = now
        if progress is not None:
            progress(stands)
        if training.minutes and now - began >= training.minutes * 60:
            break
    write_state(state, training.out / STATE)
    return _keep(state, training)


def _learn(state: FewShotState, sources: Sources, features: FeatureStack, training: FewShotTraining) -> None:
    """A step, whose batch hangs on the seed and the step's number alone."""
    batch = batch_of(
        sources,
        np.random.default_rng((training.seed, state.step)),
        count=training.batch,
        crop_px=training.crop_px,
        reference_px=SIZES[training.sizes]().reference_px,
        paintings=training.paintings_share,
    )
    take_step(state, batch.on(training.device), features, training)
    if not all(np.isfinite(value) for value in state.told.values()):
        raise SettingsError(
            f"at step {state.step} the losses are no numbers any more ({state.told}): lower learning_rate, it is "
            f"{training.learning_rate:g}; the state on disk is as it was before"
        )


def _left_s(state: FewShotState, training: FewShotTraining, took_s: float, first: int) -> float:
    """Seconds to the end of this run, by the pace of its steps."""
    left_s = took_s / (state.step - first) * (training.steps - state.step)
    return min(left_s, max(0.0, training.minutes * 60 - took_s)) if training.minutes else left_s


def sources_of(training: FewShotTraining, part: Part = "train") -> Sources:
    """What is learned from, or what is held out.

    Raises:
        CheckpointError: the networks that paint are not here.
        MediaError: the paintings cannot be used.
    """
    stylist = load_stylist(registry.path("style:arbitrary", registry.default_models_dir()), device=training.device)
    folder = training.out / "albums"
    painted = KeptAlbums(PaintedAlbums(load_looks(), stylist, part), folder / part, training.albums)
    if training.paintings is None:
        return Sources(painted)
    cut = PaintingAlbums.of_folder(training.paintings, part)
    return Sources(painted, KeptAlbums(cut, folder / f"paintings-{part}", max(1, training.albums // 3)))


def features_on(device: str) -> FeatureStack:
    """The features that pictures are compared in.

    Raises:
        CheckpointError: they are not here.
        SettingsError: there is no such device.
    """
    try:
        torch.zeros(1, device=device)
    except (RuntimeError, AssertionError) as error:
        raise SettingsError(f"device {device!r} cannot be used here ({error}): try 'cpu'") from error
    path = registry.path("features:squeezenet", registry.default_models_dir())
    return squeezenet_stack(load_squeezenet(path, device=device))


def _settle(training: FewShotTraining) -> None:
    """Writes down what is trained, or makes sure that it is what the folder holds."""
    told = {
        name: str(value) if isinstance(value, Path) else value
        for name, value in asdict(training).items()
        if name not in ("out", "minutes", "device", "threads", "keep_every_s", "log_every")
    }
    file = training.out / SETTINGS
    training.out.mkdir(parents=True, exist_ok=True)
    if file.exists():
        try:
            kept = json.loads(file.read_text())
        except ValueError as error:
            raise CheckpointError(f"{file} is damaged: name another folder") from error
        other = [name for name in told if kept.get(name) != told[name]]
        if other:
            raise CheckpointError(f"{training.out} holds another training ({other[0]} differs): name another folder")
        return
    part = file.with_suffix(".part")
    part.write_text(json.dumps(told, indent=1) + "\n")
    part.replace(file)


def _keep(state: FewShotState, training: FewShotTraining) -> Path:
    facts = {"step": state.step, "seconds": round(state.seconds), "seed": training.seed, "batch": training.batch}
    save_few_shot(training.out / WEIGHTS, state.average, facts)
    return training.out / WEIGHTS


def training_of_arguments() -> FewShotTraining:
    """The settings of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--paintings", type=Path)
    parser.add_argument("--sizes", choices=list(SIZES))
    parser.add_argument("--device")
    for name in ("albums", "steps", "batch", "crop_px", "seed", "threads"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=int)
    for name in ("minutes", "learning_rate", "paintings_share", "perceptual", "still", "averaging"):
        parser.add_argument(f"--{name.replace('_', '-')}", type=float)
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    return FewShotTraining(**given)


def main() -> None:
    """The command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    def tell(stands: FewShotProgress) -> None:
        if stands.step % 20 == 0:
            losses = ", ".join(f"{name} {value:.4f}" for name, value in stands.losses.items())
            log.info("step %d of %d, %.0f min left: %s", stands.step, stands.steps, stands.left_s / 60, losses)

    train_few_shot(training_of_arguments(), tell)


if __name__ == "__main__":
    main()
