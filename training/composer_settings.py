"""The settings of a composer's training, checked before anything is read."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from schemas.errors import SettingsError
from training.composer_corpus import CORPORA
from training.settings import SETTINGS, check_bounds, settings_of, settle_in

_FREE = ("data", "out", "work", "minutes", "steps", "check_every", "resume", "device", "start")
"""Settings that may differ when a training goes on: where it runs and when it ends, not what is learned."""

_PATHS = ("data", "out", "work", "start")
_BOUNDS: dict[str, tuple[float, float]] = {
    "minutes": (0, 60 * 24 * 60),
    "steps": (1, 10**7),
    "batch": (1, 256),
    "window": (16, 4096),
    "learning_rate": (1e-6, 0.1),
    "warm_up": (1, 10**6),
    "weight_decay": (0, 1),
    "label_smoothing": (0, 0.5),
    "check_every": (1, 10**6),
    "seed": (0, 2**31),
}


@dataclass(frozen=True)
class ComposerTraining:
    """The settings of a training."""

    data: Path
    """The folder of the archives of `training.composer_corpus`."""
    out: Path
    """The weights."""
    work: Path = Path("build/composer")
    """The folder of the tokens, the settings and the state."""
    minutes: float = 50.0
    steps: int = 900
    """Steps of the whole schedule; a training may stop earlier, by the clock."""
    batch: int = 12
    window: int = 512
    learning_rate: float = 1.0e-3
    warm_up: int = 30
    weight_decay: float = 0.05
    label_smoothing: float = 0.02
    check_every: int = 40
    seed: int = 20180912
    resume: bool = False
    start: Path | None = None
    """Older weights to begin with: see `training.composer_start`."""
    corpora: tuple[str, ...] = CORPORA
    device: str = "cpu"
    sizes: dict[str, Any] = field(default_factory=lambda: {"layers": 4, "kv_heads": 1, "dropout": 0.1})
    """Sizes of the network that differ from the defaults of `MusicTransformerConfig`."""

    def __post_init__(self) -> None:
        check_bounds(self, _BOUNDS)
        if not self.corpora:
            raise SettingsError(f"corpora is empty: name some of {', '.join(CORPORA)}, or midi: and a folder")

    def network_sizes(self) -> dict[str, Any]:
        """The sizes of the network, as `MusicTransformerConfig` names them."""
        return {"context": self.window, **self.sizes}

    def described(self) -> dict[str, Any]:
        """Every setting that decides what is learned, as JSON can hold it."""
        return {name: value for name, value in dataclasses.asdict(self).items() if name not in _FREE}

    @classmethod
    def of(cls, found: dict[str, Any]) -> Self:
        """The settings of a dictionary, paths given as text.

        Raises:
            SettingsError: a setting does not exist, is missing or out of its bounds.
        """
        given = {**found, "corpora": tuple(found.get("corpora") or CORPORA)}
        return settings_of(cls, given, needed=("data", "out"), paths=_PATHS)


def settle(config: ComposerTraining) -> None:
    """Writes down the settings beside the state; one that is gone on with must have begun with the same.

    Raises:
        SettingsError: it began with others.
    """
    if not config.resume:
        (config.work / SETTINGS).unlink(missing_ok=True)
    settle_in(config.work, config.described())
