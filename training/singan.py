"""Trains SinGAN on one picture, scale by scale, and goes on where it was stopped.

Paper: Rott Shaham, Dekel and Michaeli (2019), arXiv:1905.01164: a critic with gradient penalty of weight .1, ten times
the squared error of the reconstruction, noise as strong as .1 of the error that a scale has to mend.

Where we differ, in the schedule `short` alone: one step of each network instead of three with the same noise, three
times the learning rate, which fades, the penalty every fourth step four times as heavily, one width, fewer steps on
finer scales, the reconstruction five times as heavy there (in few steps the critic would undo it), and fine scales
learn from crops: a critic of patches of 11 pixels does not see the difference. The picture that a scale starts from is
drawn anew every eighth step.

What a step learns from depends on the seed, the scale and the step's number alone, so that a training that was killed
and goes on gives the same weights bit by bit.
"""

from __future__ import annotations

import hashlib
import json
import math
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import CheckpointError, SettingsError

if TYPE_CHECKING:
    from torch import Tensor

    from models.pictures.singan.keeping import LearnedPicture
    from models.pictures.singan.pyramid import Pyramid


_SLOWS_AT = 0.8


@dataclass(frozen=True)
class SinGANSchedule:
    """How a SinGAN is trained."""

    longest_px: int = 250
    """Longest side of the finest scale, in pixels."""
    shortest_px: int = 25
    ratio: float = 0.75
    width: int = 32
    """Features of the coarsest scales."""
    doubles_every: int = 4
    """Scales after which the width doubles; 0 never."""
    first_steps: int = 2000
    """Steps of the coarsest scale; those of the others lie evenly between it and `last_steps`."""
    last_steps: int = 2000
    critic_updates: int = 3
    """Updates of each network a step."""
    generator_updates: int = 3
    penalty_every: int = 1
    penalty: float = 0.1
    reconstruction: float = 10.0
    """Weight of the squared error of the picture itself, at the coarsest scale."""
    finer_reconstruction: float = 10.0
    """The same at the other scales."""
    noise: float = 0.1
    learning_rate: float = 5e-4
    fades: bool = False
    """Whether the learning rate falls along half a cosine to a fiftieth; else it is a tenth after .8 of the steps."""
    crop_px: int = 0
    """Side of the crops that a scale learns from; 0 is the whole scale."""
    redraw_every: int = 1
    """Steps for which the picture of the scales below is kept."""

    def __post_init__(self) -> None:
        bounds = {
            "longest_px": (12, 1024), "shortest_px": (12, 256), "width": (1, 256), "doubles_every": (0, 16),
            "first_steps": (1, 100_000), "last_steps": (1, 100_000), "critic_updates": (1, 10),
            "generator_updates": (1, 10), "penalty_every": (1, 64), "redraw_every": (1, 64),
        }  # fmt: skip
        for name, (least, most) in bounds.items():
            if not least <= getattr(self, name) <= most:
                raise SettingsError(f"{name} is {getattr(self, name)}: SinGAN's lies in {least}-{most}")
        if not 0.3 <= self.ratio <= 0.95 or (self.crop_px and self.crop_px < 24):
            raise SettingsError(f"ratio is {self.ratio} (.3-.95), crop_px {self.crop_px} (0, or at least 24)")

    def steps(self, scale: int, scales: int) -> int:
        """Steps of a scale."""
        share = scale / max(1, scales - 1)
        return round(self.first_steps + (self.last_steps - self.first_steps) * share)

    def rate(self, step: int, steps: int) -> float:
        """The learning rate of a step."""
        if self.fades:
            return self.learning_rate * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * step / steps)))
        return self.learning_rate * (0.1 if step >= _SLOWS_AT * steps else 1.0)


PAPER = SinGANSchedule()
SHORT = SinGANSchedule(
    longest_px=192,
    doubles_every=0,
    first_steps=1500,
    last_steps=400,
    critic_updates=1,
    generator_updates=1,
    penalty_every=4,
    finer_reconstruction=50.0,
    learning_rate=1.5e-3,
    fades=True,
    crop_px=96,
    redraw_every=8,
)
SCHEDULES = {"short": SHORT, "paper": PAPER}


@dataclass(frozen=True)
class SinGANProgress:
    """Where a training stands: `done` and `total` count steps, weighed by the pixels that they look at."""

    scale: int
    scales: int
    step: int
    steps: int
    done: float
    total: float


Report = Callable[[SinGANProgress], None]


def train_singan(
    picture: Tensor, out: Path, schedule: SinGANSchedule = SHORT, *, seed: int = 0, report: Report | None = None
) -> Pyramid:
    """A SinGAN that learned the picture; goes on with what `out` holds of the same training.

    Args:
        picture: [1, 3, H, W] in 0..1.
        out: the folder that the scales are kept in.
        schedule: how it is trained.
        seed: another seed gives another SinGAN.
        report: told where the training stands, every ten steps.

    Raises:
        CheckpointError: the folder holds another training.
        MediaError: the picture is too small or too thin.
    """
    from models.pictures.singan.pyramid import Pyramid

    learned = begin(picture, out, schedule, seed)
    pyramid = Pyramid(learned.sizes, learned.fixed_noise)
    for scale in range(len(learned.sizes)):
        train_scale(pyramid, learned, out, schedule, scale, seed=seed, report=report)
    return pyramid


def begin(picture: Tensor, out: Path, schedule: SinGANSchedule, seed: int) -> LearnedPicture:
    """Writes down what is to be learned, or reads it where the same training was begun.

    Raises:
        CheckpointError: the folder holds another training.
        MediaError: the picture is too small or too thin.
    """
    from models.pictures.singan.keeping import PICTURE, load_picture, save_picture
    from models.pictures.singan.pyramid import empty_pyramid, resized, scale_sizes

    height, width = picture.shape[2:]
    sizes = scale_sizes(
        height, width, longest_px=schedule.longest_px, shortest_px=schedule.shortest_px, ratio=schedule.ratio
    )
    finest = resized(picture * 2 - 1, sizes[-1]).clamp(-1, 1)
    facts = {
        "picture_sha256": hashlib.sha256(finest.numpy().tobytes()).hexdigest(),
        "schedule": asdict(schedule),
        "seed": seed,
        "sizes": [list(size) for size in sizes],
    }
    if (out / PICTURE).exists():
        learned = load_picture(out)
        kept = {name: learned.facts.get(name) for name in facts}
        if kept != json.loads(json.dumps(facts)):
            other = next(name for name in facts if kept[name] != json.loads(json.dumps(facts[name])))
            raise CheckpointError(
                f"{out} holds the training of another SinGAN ({other} differs): name another folder, or remove it"
            )
        return learned
    out.mkdir(parents=True, exist_ok=True)
    save_picture(out, finest, empty_pyramid(sizes, seed).fixed_noise, facts)
    return load_picture(out)


def train_scale(
    pyramid: Pyramid,
    learned: LearnedPicture,
    out: Path,
    schedule: SinGANSchedule,
    scale: int,
    *,
    seed: int,
    report: Report | None = None,
) -> None:
    """Adds a scale to the pyramid that holds those below it: the one in the folder, or one that is trained now."""
    from models.pictures.singan.keeping import load_scale, save_scale, scale_file
    from training.singan_steps import ScaleTraining

    if not scale_file(out, scale).exists():
        below = load_scale(out, scale - 1) if scale else None
        training = ScaleTraining(pyramid, learned, schedule, scale, seed=seed, below=below)
        training.go_on(out)
        begun = sum(work_of(schedule, learned.sizes)[:scale])
        total = sum(work_of(schedule, learned.sizes))
        steps = schedule.steps(scale, len(learned.sizes))
        for step in training.steps(out):
            if report is not None and (step % 10 == 0 or step == steps):
                done = begun + work_of(schedule, learned.sizes)[scale] * step / steps
                report(SinGANProgress(scale, len(learned.sizes), step, steps, done, total))
        save_scale(out, scale, training.trained(), {"scale": scale})
        training.forget(out)
    trained = load_scale(out, scale)
    pyramid.generators.append(trained.generator)
    pyramid.strengths.append(trained.strength)


def work_of(schedule: SinGANSchedule, sizes: tuple[tuple[int, int], ...]) -> list[float]:
    """The work of each scale, in pixels times features squared times updates, to foresee times with."""
    from models.pictures.singan.pyramid import scale_width

    crop = schedule.crop_px or max(max(size) for size in sizes)
    return [
        schedule.steps(scale, len(sizes))
        * (min(height, crop) * min(width, crop) * scale_width(scale, schedule.width, schedule.doubles_every) ** 2 + 2e5)
        * (schedule.critic_updates + schedule.generator_updates)
        for scale, (height, width) in enumerate(sizes)
    ]


def estimate_s(picture: Tensor, schedule: SinGANSchedule, *, trials: int = 3) -> float:
    """Seconds that a training on this machine will take, roughly, by a few steps of two scales.

    Raises:
        MediaError: the picture is too small or too thin.
    """
    from models.pictures.singan.keeping import LearnedPicture
    from models.pictures.singan.pyramid import empty_pyramid, resized, scale_sizes
    from training.singan_steps import ScaleTraining

    height, width = picture.shape[2:]
    sizes = scale_sizes(
        height, width, longest_px=schedule.longest_px, shortest_px=schedule.shortest_px, ratio=schedule.ratio
    )
    middle = (0, len(sizes) // 2)
    spent, counted = 0.0, 0.0
    for scale in sorted(set(middle)):
        size = sizes[scale]
        alone = (size,) * (scale + 1)
        fixed = empty_pyramid(alone, 0).fixed_noise
        learned = LearnedPicture(resized(picture * 2 - 1, size), fixed, {"sizes": alone})
        training = ScaleTraining.untrained(learned, schedule, scale)
        training.update(0)
        begun = time.perf_counter()
        for step in range(1, trials + 1):
            training.update(step)
        spent += (time.perf_counter() - begun) / trials
        counted += work_of(schedule, sizes)[scale] / schedule.steps(scale, len(sizes))
    return spent / counted * sum(work_of(schedule, sizes))
