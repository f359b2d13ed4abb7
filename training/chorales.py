"""Trains the three networks of `models.music.chorales` on Bach's chorales.

`python -m training.chorales --archive FOLDER/jsb_chorales.tar.xz --out build/chorales --steps 1400`
`python -m training.chorales --archive FOLDER/jsb_chorales.tar.xz --out build/chorales --minutes 7 --compare`

The first trains one network (`--kind`); the second gives each kind as many steps as fit in equal CPU minutes, found by
timing a few steps first, and trains them by turns in one process so that a busy machine slows all alike. Both keep
their state beside the weights and go on from there with `--resume`. What a step learns from depends on the seed and
its number alone; a chorale is moved to any key that keeps it in the alphabet's range.
"""

from __future__ import annotations

import argparse
import json
import logging
import tarfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from models.music.chorales.grid import (
    PLACES,
    START,
    STEPS_PER_BEAT,
    VOICES,
    Grid,
    checked_grid,
    serialise,
    transposed,
    transpositions,
)
from schemas.errors import MediaError
from training.descent import descend, rate_at
from training.keeping import keep_state, restore_if_kept

if TYPE_CHECKING:
    from torch import Tensor

    from models.music.chorales.network import ChoraleNetwork, Kind

log = logging.getLogger(__name__)

Chorales = dict[str, list[Grid]]
"""Chorales by split: `train`, `valid`, `test`."""

MEMBER = "jsb_chorales/Jsb16thSeparated.json"
_MOST_BYTES = 20_000_000
SAME_SIZE: dict[Kind, dict[str, float]] = {
    "relative": {"layers": 3, "width": 128, "heads": 4, "hidden": 512, "dropout": 0.0},
    "absolute": {"layers": 3, "width": 128, "heads": 4, "hidden": 560, "dropout": 0.0},
    "lstm": {"layers": 2, "width": 128, "heads": 4, "hidden": 192, "dropout": 0.1},
}
"""Sizes at which the three have the same number of parameters within 2 %."""
BATCHES: dict[Kind, int] = {"relative": 4, "absolute": 4, "lstm": 8}
"""Stretches a step: an LSTM is quick enough for more."""
_LEAST_RATE = 0.02
"""What the learning rate ends at, as a share of its highest."""


def read_chorales(archive: Path) -> Chorales:
    """The chorales of the archive, divided as in Boulanger-Lewandowski et al. 2012: 229, 76 and 77.

    Raises:
        MediaError: the archive is missing, damaged or too large, or holds no grids of four voices.
    """
    try:
        with tarfile.open(archive) as tar:
            member = tar.extractfile(MEMBER)
            content = b"" if member is None else member.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise MediaError(f"{MEMBER} is larger than {_MOST_BYTES} bytes")
        splits = json.loads(content)
        return {name: [checked_grid(grid) for grid in splits[name]] for name in ("train", "valid", "test")}
    except (OSError, KeyError, ValueError, TypeError, tarfile.TarError) as error:
        raise MediaError(f"{archive.name} is missing, damaged or holds no {MEMBER}: {error}") from error


@dataclass(frozen=True)
class ChoraleTraining:
    """The settings of a training."""

    out: Path
    """Folder of `<kind>.safetensors` and of the states to go on from."""
    kind: Kind = "relative"
    steps: int = 1400
    batch: int = 4
    learning_rate: float = 3e-3
    warm_up: int = 100
    weight_decay: float = 0.02
    check_every: int = 400
    seed: int = 17230507
    resume: bool = False
    sizes: dict[str, float] = field(default_factory=dict)
    """Sizes of the network that differ from those of `SAME_SIZE`."""

    @property
    def weights(self) -> Path:
        """Where the network is written."""
        return self.out / f"{self.kind}.safetensors"

    @property
    def state(self) -> Path:
        """Where the training is kept."""
        return self.out / f"{self.kind}.state.safetensors"


def stretches(grids: Sequence[Grid], size: int, batch: int, generator: np.random.Generator) -> tuple[Tensor, Tensor]:
    """A batch of stretches of chorales in random keys: tokens [batch, size + 1] and places [batch, size].

    A stretch begins at a beat; at the first with `START`. Chorales shorter than a stretch are padded at the end by
    themselves, as if they began again.
    """
    import torch

    steps = size // VOICES
    tokens = np.empty((batch, size + 1), dtype=np.int64)
    weights = np.array([len(grid) for grid in grids], dtype=float)
    for row, index in enumerate(generator.choice(len(grids), batch, p=weights / weights.sum())):
        grid = grids[index]
        grid = transposed(grid, int(generator.choice(transpositions(grid))))
        song = np.concatenate([[START], np.resize(serialise(grid), max(len(grid), steps) * VOICES)])
        beats = (len(song) - 1 - size) // (VOICES * STEPS_PER_BEAT)
        start = int(generator.integers(beats + 1)) * VOICES * STEPS_PER_BEAT
        tokens[row] = song[start : start + size + 1]
    places = np.arange(size) % PLACES
    return torch.from_numpy(tokens), torch.from_numpy(np.broadcast_to(places, (batch, size)).copy())


def token_losses(model: ChoraleNetwork, grid: Grid) -> np.ndarray:
    """Negative log-likelihood in nats of each token of a chorale, [steps, 4].

    Each token is read after at least half a context of those before it, or all of them where there are fewer.
    """
    import torch

    size = model.config.context
    song = torch.from_numpy(np.concatenate([[START], serialise(grid)]))
    losses = []
    model.eval()
    with torch.inference_mode():
        for start in range(0, len(song) - 1, size // 2):
            fresh = 0 if start == 0 else size // 2
            stretch = song[start : start + size + 1]
            if len(stretch) - 1 <= fresh:
                break
            places = torch.arange(len(stretch) - 1)[None] % PLACES
            logits = model(stretch[None, :-1], places)[0, fresh:]
            losses.append(torch.nn.functional.cross_entropy(logits, stretch[1 + fresh :], reduction="none").numpy())
    return np.concatenate(losses).reshape(-1, VOICES)


def nats_per_token(model: ChoraleNetwork, grids: Sequence[Grid]) -> float:
    """Mean negative log-likelihood of the tokens of chorales, in nats."""
    losses = [token_losses(model, grid) for grid in grids]
    return float(np.concatenate(losses).mean())


class Learner:
    """A network in training."""

    def __init__(self, config: ChoraleTraining, chorales: Chorales) -> None:
        import torch

        from models.music.chorales.network import ChoraleConfig, ChoraleNetwork

        torch.manual_seed(config.seed)
        self.config, self.chorales = config, chorales
        self.model = ChoraleNetwork(ChoraleConfig(kind=config.kind, **{**SAME_SIZE[config.kind], **config.sizes}))  # type: ignore[arg-type]
        self.optimizer = torch.optim.AdamW(
            self.model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay
        )
        self.done, self.best, self.cpu_s = 0, float("inf"), 0.0
        if config.resume:
            self._restore()

    @property
    def finished(self) -> bool:
        """Whether the schedule has ended."""
        return self.done >= self.config.steps

    def step(self) -> float:
        """Learns from one batch; checks, keeps and writes where it is time to. Returns the loss in nats a token."""
        import torch

        config, begun = self.config, time.process_time()
        torch.manual_seed(config.seed + self.done)
        generator = np.random.default_rng((config.seed, self.done))
        tokens, places = stretches(self.chorales["train"], self.model.config.context, config.batch, generator)
        self.model.train()
        logits = self.model(tokens[:, :-1], places)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens[:, 1:].flatten())
        rate = rate_at(self.done, warm_up=config.warm_up, steps=config.steps, least=_LEAST_RATE)
        nats = descend(self.model, self.optimizer, loss, config.learning_rate * rate)
        self.done += 1
        self.cpu_s += time.process_time() - begun
        if self.done % config.check_every == 0 or self.finished:
            self._check(nats)
        return nats

    def _check(self, loss: float) -> None:
        from models.music.chorales.network import save_chorale_network

        valid = nats_per_token(self.model, self.chorales["valid"])
        name, config = self.config.kind, self.config
        log.info(
            "%s step %d, %.0f CPU s: train %.4f, valid %.4f nats a token", name, self.done, self.cpu_s, loss, valid
        )
        if valid < self.best:
            self.best = valid
            notes = {"step": str(self.done), "valid_nats": f"{valid:.4f}", "cpu_s": f"{self.cpu_s:.0f}"}
            save_chorale_network(self.model, config.weights, notes)
        self._keep()

    def _keep(self) -> None:
        facts = {"done": self.done, "best": self.best, "cpu_s": self.cpu_s}
        keep_state(self.config.state, {"model": self.model}, {"optimizer": self.optimizer}, facts)

    def _restore(self) -> None:
        facts = restore_if_kept(self.config.state, {"model": self.model}, {"optimizer": self.optimizer})
        if facts is not None:
            self.done, self.best, self.cpu_s = int(facts["done"]), float(facts["best"]), float(facts["cpu_s"])


def train(configs: Sequence[ChoraleTraining], chorales: Chorales) -> dict[str, Learner]:
    """Trains networks by turns, a step each time for the one that has used least of its schedule, to their ends.

    Returns:
        By kind, the learners: `best` is the lowest validation loss, whose weights were written.
    """
    import torch

    torch.set_num_threads(1)
    learners = [Learner(config, chorales) for config in configs]
    while waiting := [learner for learner in learners if not learner.finished]:
        min(waiting, key=lambda learner: learner.done / learner.config.steps).step()
    return {learner.config.kind: learner for learner in learners}


def steps_in(minutes: float, config: ChoraleTraining, chorales: Chorales, rounds: int = 12) -> int:
    """How many steps of a training fit in some CPU minutes, by the median of a few rounds of a network thrown away."""
    learner = Learner(replace(config, steps=10**9, check_every=10**9, resume=False), chorales)
    times = []
    for _ in range(rounds):
        before = learner.cpu_s
        learner.step()
        times.append(learner.cpu_s - before)
    return max(1, int(minutes * 60 / median(times)))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("build/chorales"))
    parser.add_argument("--kind", choices=list(SAME_SIZE), default="relative")
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--minutes", type=float, default=0.0, help="CPU minutes instead of steps")
    parser.add_argument("--compare", action="store_true", help="all kinds, the same CPU minutes each")
    parser.add_argument("--resume", action="store_true")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    import torch

    torch.set_num_threads(1)
    chorales = read_chorales(arguments.archive)
    kinds: list[Kind] = list(SAME_SIZE) if arguments.compare else [arguments.kind]
    configs = []
    for kind in kinds:
        config = ChoraleTraining(arguments.out, kind, arguments.steps, BATCHES[kind], resume=arguments.resume)
        if arguments.minutes:
            config = replace(config, steps=steps_in(arguments.minutes, config, chorales))
        log.info("%s: %d steps", kind, config.steps)
        configs.append(config)
    train(configs, chorales)


if __name__ == "__main__":
    main()
