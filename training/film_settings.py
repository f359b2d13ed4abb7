"""The settings of a film painter's training, checked before anything is read."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from schemas.errors import SettingsError
from training.settings import check_bounds, read_settings, settings_of, settle_in

_FREE = ("shots", "out", "minutes", "steps", "keep_every_s", "threads", "device", "log_every")
"""Settings that may differ when a training goes on: they change when it ends and where it runs, not what is learnt."""

_BOUNDS: dict[str, tuple[float, float]] = {
    "minutes": (0, 60 * 24 * 60),
    "steps": (0, 10**9),
    "batch": (1, 256),
    "clip": (2, 32),
    "crop_width_px": (32, 1024),
    "crop_height_px": (32, 1024),
    "learning_rate": (1e-6, 0.1),
    "slower_from": (1, 10**9),
    "features_weight": (0, 100),
    "texture_weight": (0, 100),
    "temporal_weight": (0, 100),
    "moved_weight": (0, 100),
    "flow_weight": (0, 100),
    "anew_weight": (0, 100),
    "adversarial_weight": (0, 100),
    "critic_width": (4, 128),
    "ema_half_life": (1, 10**8),
    "seed": (0, 2**31),
    "check_every": (1, 10**9),
    "keep_every_s": (0, 86_400),
    "log_every": (1, 10**6),
    "threads": (1, 256),
}


@dataclass(frozen=True)
class FilmTraining:
    """What is trained, on which shots, for how long."""

    shots: Path
    """A folder of shots, as `training.film_sequences` makes it."""
    out: Path
    """The folder of the state, the log and the best weights."""
    minutes: float = 20.0
    """Minutes of this run; a training that is gone on with may have had others before."""
    steps: int = 0
    """Steps of the whole training, at most; 0: the clock alone ends it."""
    sizes: dict[str, Any] = field(default_factory=dict)
    """Sizes of the network that differ from the defaults of its config."""
    first_weights: Path | None = None
    """Weights to begin with, of the same sizes; none: chance."""
    batch: int = 2
    clip: int = 5
    """Frames of a clip. The first is painted without a frame before, each other after the network's own."""
    crop_width_px: int = 128
    crop_height_px: int = 96
    learning_rate: float = 2e-3
    slower_from: int = 1000
    """The step from which the learning rate falls with the root of the steps."""
    features_weight: float = 0.5
    """Of SqueezeNet's features of each place, beside 1 for the mean difference of colours."""
    texture_weight: float = 1.5
    """Of how SqueezeNet's features go together in a crop, wherever they are."""
    temporal_weight: float = 4.0
    """Of the difference from the frame before along the true flow, where both show the same thing."""
    moved_weight: float = 0.3
    """Of the difference of the moved frame from the one wanted: it trains the flow."""
    flow_weight: float = 0.002
    """Of each pixel that the network adds to the true flow."""
    anew_weight: float = 0.04
    """Of the share of each pixel that is painted anew where the frame before shows the same thing."""
    adversarial_weight: float = 0.0
    """Of the critics of pictures and of films; 0: none are trained."""
    critic_width: int = 16
    without_previous: bool = False
    """Every frame by itself: the pix2pix of the same size that films are compared with."""
    ema_half_life: float = 500
    """Clips after which the averaged network has forgotten half; at most a tenth of those seen so far."""
    seed: int = 20180820
    check_every: int = 500
    """Steps between two measurements on held-out shots."""
    keep_every_s: float = 60.0
    log_every: int = 25
    threads: int = 1
    """Threads of the CPU. Bytes are the same for the same number alone."""
    device: str = "cpu"

    def __post_init__(self) -> None:
        check_bounds(self, _BOUNDS)
        for name in ("crop_width_px", "crop_height_px"):
            if getattr(self, name) % 16:
                raise SettingsError(f"{name} is {getattr(self, name)}: give a multiple of 16")
        if self.minutes == 0 and self.steps == 0:
            raise SettingsError("minutes and steps are both 0: say when the training ends")
        if self.adversarial_weight and self.clip < 3:
            raise SettingsError(f"clip is {self.clip}: the critic of films sees 3 frames, give 3 or more")

    def described(self) -> dict[str, Any]:
        """Every setting that decides what is learnt, as JSON can hold it."""
        fields = dataclasses.asdict(self)
        told = {name: value for name, value in fields.items() if name not in _FREE}
        return {**told, "first_weights": self.first_weights.name if self.first_weights else ""}

    @classmethod
    def of_file(cls, file: Path, **given: Any) -> Self:  # noqa: ANN401
        """The settings of a TOML file, with those that are given beside it put in their place.

        Raises:
            SettingsError: the file cannot be read, or names a setting that does not exist.
        """
        return cls.of({**read_settings(file), **given})

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """The settings of a dictionary, paths given as text.

        Raises:
            SettingsError: a setting does not exist, is missing or out of its bounds.
        """
        return settings_of(cls, found, needed=("shots", "out"), paths=("shots", "out", "first_weights"))


@dataclass(frozen=True)
class Progress:
    """Where a training stands: its step, seconds of this run and of all, minutes left, the best check so far."""

    step: int
    run_s: float
    all_s: float
    left_s: float
    best: float


def settle(config: FilmTraining) -> None:
    """Writes down the settings in the folder of the training, or compares them with those that it began with.

    Raises:
        SettingsError: the folder holds a training with other settings.
    """
    settle_in(config.out, config.described())
