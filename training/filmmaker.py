"""Trains a film painter on shots of drawn and painted scenes. A killed training goes on where its last state was.

`python -m training.filmmaker --shots FOLDER --out DIR --minutes 40`, or `--settings FILE` with a TOML file of
`training.film_settings.FilmTraining` (`training/film_cuda.toml` is one for an accelerator);
`python -m training.filmmaker export DIR --shots FOLDER --out weights/NAME.safetensors` makes weights of the best. The
folder gets `state.safetensors` (all of it, every minute), `best.safetensors` (the averaged network where held-out shots
were painted best), `log.jsonl` and `settings.json`. Two runs of one setting on the same shots give the same bits on one
machine; so does a run that was stopped, by whatever.
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
from torch.nn import functional

from models.film.painter.checkpoint import save_film_painter
from models.film.painter.network import FilmPainter
from models.pictures.style.feature_stacks import FeatureStack
from schemas.errors import SettingsError
from training.film_clips import Clip, clips_of, on, read_shots, whole
from training.film_keeping import read_state, write_state
from training.film_measures import steadiness
from training.film_sequences import FilmShot
from training.film_settings import FilmTraining, Progress, settle
from training.film_steps import FilmState, begin, paint_clip, take_step
from training.keeping import BEST, LOG, STATE, Log

log = logging.getLogger(__name__)

_CHECKED_SHOTS = 16


def train(config: FilmTraining, progress: Callable[[Progress], None] | None = None) -> FilmState:
    """Trains, or goes on, until the time or the steps end.

    Raises:
        SettingsError: the folder holds a training of other settings, there is no such device, or the losses are no
            numbers any more.
        MediaError: the shots cannot be used.
        CheckpointError: the state that is there cannot be gone on from.
    """
    torch.set_num_threads(config.threads)
    shots = read_shots(config.shots, "train")
    held_out = [on(whole(shot), config.device) for shot in read_shots(config.shots, "held-out")[:_CHECKED_SHOTS]]
    config.out.mkdir(parents=True, exist_ok=True)
    settle(config)
    state = begin(config)
    if (config.out / STATE).exists():
        read_state(state, config.out / STATE)
    journal = Log(config.out / LOG, state.step)
    began, before = time.monotonic(), state.seconds
    kept = began
    for _ in _steps(state, shots, config, ends=began + config.minutes * 60):
        _check_numbers(state, config)
        now = time.monotonic()
        state.seconds = before + now - began
        stands = _progress(state, config, now - began)
        if state.step % config.log_every == 0:
            told = {name: round(value, 5) for name, value in state.told.items()}
            journal.write({"step": state.step, "seconds": round(state.seconds, 1), **told})
            log.info("step %d, %.0f s left: %s", state.step, stands.left_s, told)
        if state.step % config.check_every == 0:
            _check(state, held_out, journal, config)
        if state.step % config.check_every == 0 or now - kept >= config.keep_every_s:
            write_state(state, config.out / STATE)
            kept = time.monotonic()
        if progress is not None:
            progress(stands)
    if state.best == float("inf"):
        # too short a run for a check: this one shows what there is, and counts for nothing when it goes on
        _check(state, held_out, journal, config)
        state.best = float("inf")
    write_state(state, config.out / STATE)
    return state


def _steps(state: FilmState, shots: list[FilmShot], config: FilmTraining, *, ends: float) -> Iterator[None]:
    """Goes on; yields after each step. At least one is taken where any is left."""
    while not config.steps or state.step < config.steps:
        take_step(state, on(clips_of(shots, config, state.step), config.device), config)
        yield
        if config.minutes and time.monotonic() > ends:
            return


def _progress(state: FilmState, config: FilmTraining, run_s: float) -> Progress:
    by_clock = config.minutes * 60 - run_s if config.minutes else math.inf
    by_steps = (config.steps - state.step) * state.seconds / max(state.step, 1) if config.steps else math.inf
    return Progress(state.step, run_s, state.seconds, max(0.0, min(by_clock, by_steps)), state.best)


def _check_numbers(state: FilmState, config: FilmTraining) -> None:
    """Stops before a state is written that nothing can be learned from any more."""
    if not all(math.isfinite(value) for value in state.told.values()):
        raise SettingsError(
            f"at step {state.step} the losses are no numbers any more ({state.told}): lower learning_rate (it is "
            f"{config.learning_rate:g}); {config.out / STATE} is as it was before"
        )


def _check(state: FilmState, held_out: list[Clip], journal: Log, config: FilmTraining) -> None:
    """Paints held-out shots by the averaged network and keeps its weights where they are the best."""
    alone = config.without_previous
    colours, features, wavering = measure(state.average, held_out, state.features, without_previous=alone)
    found = colours + config.features_weight * features + (0.0 if alone else config.temporal_weight * wavering)
    told = {"held_out_colours": colours, "held_out_features": features, "held_out_wavering": wavering}
    journal.write({"step": state.step, **told})
    log.info("step %d: held out %.4f, of it %s", state.step, found, told)
    if found < state.best:
        state.best = found
        notes = {"step": str(state.step), "seconds": str(round(state.seconds)), "held_out": f"{found:.5f}"}
        save_film_painter(config.out / BEST, state.average, notes=notes)


@torch.inference_mode()
def measure(
    network: FilmPainter, shots: list[Clip], features: FeatureStack, *, without_previous: bool = False
) -> tuple[float, float, float]:
    """Means over whole shots: how far colours (0 to 1) and SqueezeNet's fire3 are from what is wanted, and how far a
    frame is from the one before it moved along the true flow (0 to 1).
    """
    colours, places, wavering = [], [], []
    for shot in shots:
        painted = paint_clip(network, shot, without_previous=without_previous)
        ours = torch.cat([frame.picture.clamp(0, 1) for frame in painted])
        wanted = shot.wanted[0]
        colours.append(float(functional.l1_loss(ours, wanted)))
        maps = (features(ours, ("fire3",))["fire3"], features(wanted, ("fire3",))["fire3"])
        places.append(float(functional.l1_loss(*maps)) / 60.0)
        wavering.append(steadiness(ours, shot).warping / 255)
    return sum(colours) / len(colours), sum(places) / len(places), sum(wavering) / len(wavering)


def training_of_arguments(arguments: Sequence[str]) -> FilmTraining:
    """The settings of a command line, those of `--settings FILE` below them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("settings", "shots", "out", "first-weights"):
        parser.add_argument(f"--{name}", type=Path)
    for name, kind in (("minutes", float), ("learning-rate", float), ("adversarial-weight", float)):
        parser.add_argument(f"--{name}", type=kind)
    for name in ("steps", "batch", "clip", "seed", "threads", "slower-from", "crop-width-px", "crop-height-px"):
        parser.add_argument(f"--{name}", type=int)
    parser.add_argument("--device")
    parser.add_argument("--without-previous", action="store_true", default=None)
    given: dict[str, Any] = {
        name: value for name, value in vars(parser.parse_args(arguments)).items() if value is not None
    }
    file = given.pop("settings", None)
    return FilmTraining.of_file(file, **given) if file is not None else FilmTraining.of(given)


def main(arguments: Sequence[str]) -> None:
    """The command line."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    if arguments and arguments[0] == "export":
        from training.film_export import export_of_arguments

        export_of_arguments(arguments[1:])
        return
    train(training_of_arguments(arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
