"""SinGAN's training as a flow: one picture learned scale by scale, a task for each, and gone on with after a stop."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from prefect import flow, task
from prefect.cache_policies import NO_CACHE

from flows.prefect_safety import forbid_pickled_results
from flows.server import LocalServer, existing_server
from media.pictures.reading import picture_pixels, read_picture
from schemas.errors import SettingsError
from tasks.singan import picture_of
from training.singan import SCHEDULES, SinGANProgress, SinGANSchedule, begin, estimate_s, train_scale

__all__ = ["SinGANProgress", "expected_minutes", "named_schedule", "run_training", "train_singan"]

if TYPE_CHECKING:
    from torch import Tensor

    from models.pictures.singan.keeping import LearnedPicture
    from models.pictures.singan.pyramid import Pyramid
    from training.singan import Report


@flow(name="train-singan", persist_result=False, validate_parameters=False)
def train_singan(
    picture: Path, out: Path, *, schedule: str = "short", seed: int = 0, report: Report | None = None
) -> Path:
    """Learn one picture. What is finished is never learned twice: the same parameters go on where a run was stopped.

    Args:
        picture: the file.
        out: the folder for what is learned.
        schedule: 'short' (minutes), or 'paper' (hours).
        seed: another seed gives another SinGAN.
        report: told where the training stands.

    Returns:
        The folder.

    Raises:
        CheckpointError: the folder holds another training.
        MediaError: the picture cannot be read, or is too small or too thin.
        SettingsError: there is no such schedule.
    """
    from models.pictures.singan.pyramid import Pyramid

    forbid_pickled_results()
    settings = named_schedule(schedule)
    _one_thread()
    learned = begin(_read(picture, settings), out, settings, seed)
    pyramid = Pyramid(learned.sizes, learned.fixed_noise)
    for scale, (height, width) in enumerate(learned.sizes):
        name = f"learn-scale-{scale}-{width}x{height}"
        _learn_scale.with_options(task_run_name=name)(pyramid, learned, out, settings, scale, seed, report)
    return out


@task(name="learn-scale", cache_policy=NO_CACHE, persist_result=False)
def _learn_scale(
    pyramid: Pyramid,
    learned: LearnedPicture,
    out: Path,
    schedule: SinGANSchedule,
    scale: int,
    seed: int,
    report: Report | None,
) -> None:
    train_scale(pyramid, learned, out, schedule, scale, seed=seed, report=report)


def run_training(
    picture: Path, out: Path, home: Path, *, schedule: str = "short", seed: int = 0, report: Report | None = None
) -> Path:
    """The flow, run from a command line: reported to the Prefect server that runs, or to one of its own.

    Args:
        picture: the file.
        out: the folder for what is learned.
        home: where a server of its own keeps its database and log.
        schedule: 'short' or 'paper'.
        seed: another seed gives another SinGAN.
        report: told where the training stands.

    Raises:
        HibariError: as `train_singan`; or no Prefect server answered.
    """
    server = LocalServer(home) if existing_server() is None else None
    try:
        if server is not None:
            server.wait()
        with server.connected() if server else nullcontext():
            return train_singan(picture, out, schedule=schedule, seed=seed, report=report)
    finally:
        if server is not None:
            server.close()


def named_schedule(name: str) -> SinGANSchedule:
    """The schedule of that name.

    Raises:
        SettingsError: there is none.
    """
    if name not in SCHEDULES:
        raise SettingsError(f"no schedule of SinGAN is called {name!r}: there are {', '.join(SCHEDULES)}")
    return replace(SCHEDULES[name])


def expected_minutes(picture: Path, schedule: str) -> float:
    """Minutes that learning a picture will take on this machine, by a few steps of two scales.

    Raises:
        MediaError: the picture cannot be read, or is too small or too thin.
        SettingsError: there is no such schedule.
    """
    settings = named_schedule(schedule)
    _one_thread()
    return estimate_s(_read(picture, settings), settings) / 60


def _one_thread() -> None:
    """The same weights come out whatever the machine does besides only if sums are made in one order."""
    import torch

    torch.set_num_threads(1)


def _read(picture: Path, schedule: SinGANSchedule) -> Tensor:
    return picture_of(picture_pixels(read_picture(picture, longest_px=4 * schedule.longest_px)))
