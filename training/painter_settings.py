"""The settings of a painter's training, checked before anything is read."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, get_args

from schemas.errors import SettingsError
from training.settings import check_bounds, read_settings, settings_of, settle_in

Architecture = Literal["stylegan2", "dcgan"]
Augmentation = Literal["ada", "diffaugment", "none"]
Precision = Literal["fp32", "bf16"]

_FREE = ("out", "kept_in", "minutes", "steps", "keep_every_s", "threads", "device")
"""Settings that may differ when a training goes on: they change when it ends and where it runs, not what is learnt."""

_BOUNDS: dict[str, tuple[float, float]] = {
    "minutes": (0, 60 * 24 * 60),
    "steps": (0, 10**9),
    "batch": (2, 1024),
    "accumulate": (1, 256),
    "learning_rate": (1e-6, 0.1),
    "beta1": (0, 0.999),
    "beta2": (0, 0.99999),
    "gamma": (0, 1000),
    "clip": (0, 100),
    "path_length_weight": (0, 100),
    "mixing": (0, 1),
    "ema_half_life": (0, 10**8),
    "overfitting_target": (-1, 1),
    "pictures_to_full": (100, 10**9),
    "zoom": (1, 8),
    "held_out": (0, 0.5),
    "seed": (0, 2**31),
    "check_every": (1, 10**9),
    "check_pictures": (8, 50_000),
    "keep_every_s": (0, 86_400),
    "log_every": (1, 10**6),
    "threads": (1, 256),
}


@dataclass(frozen=True)
class PainterTraining:
    """What is trained, on which pictures, for how long."""

    pictures: Path
    """A folder of pictures, those in folders inside it too."""
    out: Path
    """The folder of the state, the log, the grids and the best weights."""
    resolution: int = 64
    """Edge in pixels: a power of two, 8 to 1024 (stylegan2) or 16 to 256 (dcgan)."""
    minutes: float = 20.0
    """Minutes of this run; a training that is gone on with may have had others before."""
    steps: int = 0
    """Steps of the whole training, at most; 0: the clock alone ends it."""
    architecture: Architecture = "stylegan2"
    sizes: dict[str, Any] = field(default_factory=dict)
    """Sizes of the networks that differ from the defaults of their config."""
    objective: str = "non-saturating"
    batch: int = 16
    """Pictures that pass through at once; a step sees `accumulate` times as many."""
    accumulate: int = 1
    learning_rate: float = 2e-3
    beta1: float = 0.0
    beta2: float = 0.99
    gamma: float | None = None
    """Weight of R1, 0 for none; not given: 0.0002 · resolution² / pictures a step, as StyleGAN2-ADA does."""
    clip: float = 0.0
    """Bound of the discriminator's weights for wgan; 0: the paper's 0.01, but 0.3 for stylegan2, whose stored weights
    are some thirty times larger than those that act (the root of their fan-in)."""
    path_length_weight: float = 0.0
    """Weight of the path length regularisation, every fourth step; 0: none (2 in the paper)."""
    mixing: float = 0.9
    """The share of pictures painted from two z, crossing over at a random layer."""
    ema_half_life: float = 10_000
    """Pictures after which the averaged generator has forgotten half; at most a twentieth of those seen so far."""
    augmentation: Augmentation = "ada"
    overfitting_target: float = 0.6
    pictures_to_full: int = 500_000
    """Pictures over which the augmentation's probability would go from 0 to 1."""
    mirror: bool = True
    """Whether a picture and its mirror image count as the same kind of picture."""
    zoom: float = 1.0
    """Crops are taken from pictures whose short side is this many times the resolution."""
    held_out: float = 0.05
    seed: int = 20191211
    check_every: int = 1000
    """Steps between two measurements of the distance to held-out pictures."""
    check_pictures: int = 512
    keep_every_s: float = 300.0
    """Seconds between two writings of the whole state."""
    log_every: int = 50
    threads: int = 1
    """Threads of the CPU. Bytes are the same for the same number alone."""
    device: str = "cpu"
    precision: Precision = "fp32"
    """bf16 is for accelerators that have it: on most CPUs it is far slower."""
    kept_in: Path | None = None
    """Where the pictures are kept as an array; none: inside `out`."""

    def __post_init__(self) -> None:
        check_bounds(self, _BOUNDS)
        for name, choices in (
            ("architecture", get_args(Architecture)),
            ("augmentation", get_args(Augmentation)),
            ("precision", get_args(Precision)),
        ):
            if getattr(self, name) not in choices:
                raise SettingsError(f"{name} is {getattr(self, name)!r}: choose from {', '.join(choices)}")
        low, high = (8, 1024) if self.architecture == "stylegan2" else (16, 256)
        if not low <= self.resolution <= high or self.resolution & (self.resolution - 1):
            raise SettingsError(
                f"resolution is {self.resolution}: {self.architecture} paints a power of two, {low} to {high}"
            )
        if self.minutes == 0 and self.steps == 0:
            raise SettingsError("minutes and steps are both 0: say when the training ends")

    @property
    def r1_weight(self) -> float:
        """The weight of R1 that is meant."""
        if self.gamma is not None:
            return self.gamma
        return 0.0002 * self.resolution**2 / (self.batch * self.accumulate)

    @property
    def clip_bound(self) -> float:
        """The bound of the weights that is meant, where an objective clips them."""
        return self.clip or (0.3 if self.architecture == "stylegan2" else 0.01)

    def described(self) -> dict[str, Any]:
        """Every setting that decides what is learnt, as JSON can hold it; the folder is known by its pictures alone."""
        fields = dataclasses.asdict(self)
        return {name: value for name, value in fields.items() if name not in _FREE and name != "pictures"}

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
        return settings_of(cls, found, needed=("pictures", "out"), paths=("pictures", "out", "kept_in"))


@dataclass(frozen=True)
class Progress:
    """Where a training stands: its step, pictures seen, seconds of this run and of all, the best distance so far."""

    step: int
    pictures: int
    run_s: float
    all_s: float
    best: float


def settle(config: PainterTraining, pictures_digest: str) -> None:
    """Writes down the settings in the folder of the training, or compares them with those that it began with.

    Raises:
        SettingsError: the folder holds a training with other settings or other pictures.
    """
    defaults = {entry.name: entry.default for entry in dataclasses.fields(config) if entry.name in config.described()}
    settle_in(config.out, {**config.described(), "pictures_digest": pictures_digest}, defaults)
