"""Trains a painter, a StyleGAN2 on any folder of pictures.

`python -m training.painter --pictures FOLDER --resolution 64 --minutes 20 --out DIR`

DIR gets `state.safetensors` (written every few minutes), `log.jsonl`, `grids/`, `settings.json` and `best.safetensors`,
the averaged generator that lay nearest to held-out pictures. The same command again goes on where it was, also after
it was killed; what a step learns hangs on the seed and its number alone. `--settings FILE` reads a TOML file whose
keys are the fields of `PainterTraining`.

`python -m training.painter export DIR --out weights/NAME.safetensors` turns the best into weights that
`models.pictures.stylegan2` loads, with a sheet of 64 pictures and the measured figures beside them.
"""

from __future__ import annotations

import argparse
import logging
import math
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import torch

from schemas.errors import SettingsError
from training.adversarial.objectives import objective
from training.adversarial.pictures import PictureArray, keep_pictures, stream
from training.keeping import BEST, LOG, STATE, Log, write_tensors
from training.painter_checks import Yardstick, paint_many, write_grid
from training.painter_keeping import read_state, write_state
from training.painter_settings import PainterTraining, Progress, settle
from training.painter_steps import PainterState, begin, take_step

log = logging.getLogger(__name__)


def train(config: PainterTraining, progress: Callable[[Progress], None] | None = None) -> PainterState:
    """Trains, or goes on, until the time or the steps end.

    Raises:
        SettingsError: the folder holds a training of other settings, there is no such objective or device, or the
            losses are no numbers any more.
        MediaError: the pictures cannot be used.
        CheckpointError: the state that is there cannot be gone on from.
    """
    objective(config.objective)
    torch.set_num_threads(config.threads)
    pictures = pictures_of(config)
    (config.out / "grids").mkdir(parents=True, exist_ok=True)
    settle(config, pictures.digest)
    state = begin(config)
    if (config.out / STATE).exists():
        read_state(state, config.out / STATE)
    yardstick = Yardstick(pictures, config)
    journal = Log(config.out / LOG, state.step)
    began, before = time.monotonic(), state.seconds
    kept = began
    for _ in _steps(state, pictures, config, ends=began + config.minutes * 60):
        _check_numbers(state, config)
        now = time.monotonic()
        state.seconds = before + now - began
        if state.step % config.log_every == 0:
            journal.write(_told(state, config))
        if state.step % config.check_every == 0:
            _check(state, yardstick, journal, config)
        if state.step % config.check_every == 0 or now - kept >= config.keep_every_s:
            write_state(state, config.out / STATE)
            kept = time.monotonic()
        if progress is not None:
            seen = state.step * config.batch * config.accumulate
            progress(Progress(state.step, seen, now - began, state.seconds, state.best))
    if state.best == float("inf"):
        # too short a run for a check: this one shows what there is, and counts for nothing when it goes on
        _check(state, yardstick, journal, config)
        state.best = float("inf")
    write_state(state, config.out / STATE)
    return state


def pictures_of(config: PainterTraining) -> PictureArray:
    """The pictures of a training.

    Raises:
        MediaError: they cannot be used.
    """
    kept_in = config.kept_in or config.out / "pictures"
    short_px = round(config.resolution * config.zoom)
    return keep_pictures(config.pictures, kept_in, short_px=short_px, held_out=config.held_out)


def _steps(state: PainterState, pictures: PictureArray, config: PainterTraining, *, ends: float) -> Iterator[None]:
    """Goes on; yields after each step. At least one is taken where any is left."""
    batches = stream(
        pictures,
        config.resolution,
        config.batch,
        seed=config.seed,
        first_step=state.step * config.accumulate,
        mirror=config.mirror,
    )
    while not config.steps or state.step < config.steps:
        take_step(state, [next(batches) for _ in range(config.accumulate)], config)
        yield
        if config.minutes and time.monotonic() > ends:
            return


def _check_numbers(state: PainterState, config: PainterTraining) -> None:
    """Stops before a state is written that nothing can be learned from any more."""
    if not all(math.isfinite(value) for value in state.told.values()):
        raise SettingsError(
            f"at step {state.step} the losses are no numbers any more ({state.told}): lower learning_rate (it is "
            f"{config.learning_rate:g}), raise gamma or train in fp32; {config.out / STATE} is as it was before"
        )


def _told(state: PainterState, config: PainterTraining) -> dict[str, Any]:
    return {
        "step": state.step,
        "pictures": state.step * config.batch * config.accumulate,
        "seconds": round(state.seconds, 1),
        "p": round(state.steering.p, 4),
        "r_t": round(state.steering.r_t, 3),
        **{name: round(value, 5) for name, value in state.told.items()},
    }


def _check(state: PainterState, yardstick: Yardstick, journal: Log, config: PainterTraining) -> None:
    """Measures the averaged generator, paints a sheet and keeps the weights where they are the best."""
    found = yardstick.check(state.networks, state.average)
    journal.write(
        {
            "step": state.step,
            "kid": found.distance.value,
            "kid_error": found.distance.error,
            "nearest": found.nearest,
            "copies": found.copies,
        }
    )
    log.info("step %d: KID %.4f, p %.2f", state.step, found.distance.value, state.steering.p)
    sheet = paint_many(state.networks, state.average, min(64, config.check_pictures), seed=config.seed)
    write_grid(sheet, config.out / f"grids/{state.step:07d}.png")
    if found.distance.value < state.best:
        state.best = found.distance.value
        metadata = {"step": str(state.step), "kid": f"{found.distance.value:.5f}"}
        write_tensors(dict(state.average.state_dict()), config.out / BEST, metadata)


def training_of_arguments(arguments: Sequence[str], recipe: dict[str, Any] | None = None) -> PainterTraining:
    """The settings of a command line, those of `--settings FILE` below them and a recipe below both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--settings", type=Path)
    for name, kind in (("pictures", Path), ("out", Path), ("kept_in", Path), ("resolution", int), ("minutes", float)):
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind)
    for name, kind in (("steps", int), ("batch", int), ("accumulate", int), ("seed", int), ("zoom", float)):
        parser.add_argument(f"--{name}", type=kind)
    for name in ("objective", "augmentation", "device", "precision"):
        parser.add_argument(f"--{name}")
    given = {name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None}
    file = given.pop("settings", None)
    if file is not None:
        return PainterTraining.of_file(file, **(recipe or {}), **given)
    return PainterTraining.of({**(recipe or {}), **given})


def main(arguments: Sequence[str]) -> None:
    """The command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if arguments and arguments[0] == "export":
        from training.painter_export import export_of_arguments

        export_of_arguments(arguments[1:])
        return
    train(training_of_arguments(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
