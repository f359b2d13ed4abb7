"""Trains a MusicVAE on tunes or drum patterns.

`python -m training.music_vae two-bars --data FOLDER --out weights/motif-two-bars.safetensors`

FOLDER holds `openewld.tar.xz` and `nottingham.tar.xz`; drums need none. What is learned from is read once and kept in
`--work`, with the state of the training beside it; the same command with `--resume` goes on from there. What a step
learns from depends on the seed and its number alone.

As in the paper (section 4.2 and Magenta's configs): beta rises towards its highest, bits of the divergence up to
`free_bits` cost nothing, and with scheduled sampling the decoder sees its own tokens more and more often.
"""

from __future__ import annotations

import argparse
import logging
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.vocabulary import FIRST_NOTE
from schemas.errors import SettingsError
from training.descent import descend, rate_at
from training.keeping import keep_state, restore_if_kept
from training.music_vae_corpus import read_windows

if TYPE_CHECKING:
    import torch

    from models.music.music_vae.network import MusicVAE

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class MusicVAETraining:
    """The settings of a training."""

    data: Path
    out: Path
    work: Path = Path("build/music-vae")
    network: MusicVAEConfig = field(default_factory=MusicVAEConfig)
    cpu_minutes: float = 12.0
    """Processor time after which it stops, however busy the machine is."""
    steps: int = 3000
    """Steps of the whole schedule; a training may stop earlier, by the clock."""
    batch: int = 64
    learning_rate: float = 2e-3
    warm_up: int = 50
    max_beta: float = 0.2
    beta_rate: float = 0.998
    """Beta is max_beta (1 - beta_rate^step)."""
    free_bits: float = 48.0
    sampling_rate: float = 0.0
    """k of the inverse sigmoid of scheduled sampling, which passes a half at step k ln k; 0 shows true tokens only."""
    transpose: int = 0
    """Tunes are moved by up to so many semitones up or down at random; 0 leaves them in the signature of C."""
    check_every: int = 250
    seed: int = 20180313
    resume: bool = False
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not 0 <= self.max_beta <= 10 or not 0 <= self.beta_rate < 1 or self.free_bits < 0:
            raise SettingsError(f"max_beta lies from 0 to 10, beta_rate from 0 to below 1, free_bits from 0: {self}")
        if self.sampling_rate and self.sampling_rate < 1:
            raise SettingsError(f"sampling_rate {self.sampling_rate:g}: 0 for none, else at least 1")
        if not 0 <= self.transpose <= 12 or min(self.steps, self.batch, self.check_every) < 1:
            raise SettingsError(f"transpose lies from 0 to 12; steps, batch and check_every are at least 1: {self}")


RECIPES: dict[str, tuple[MusicVAEConfig, dict[str, float]]] = {
    "two-bars": (MusicVAEConfig("melody", 2, 96, (256,), (256,)), {"batch": 32, "steps": 5000, "sampling_rate": 560.0}),
    "sixteen-bars": (
        MusicVAEConfig("melody", 16, 192, (192,), (192,), (192,)),
        {"batch": 4, "steps": 6500, "free_bits": 128.0, "learning_rate": 1.5e-3},
    ),
    "drums": (
        MusicVAEConfig("drums", 2, 48, (96,), (128,)),
        {"cpu_minutes": 4.0, "steps": 1500, "sampling_rate": 200.0, "free_bits": 24.0},
    ),
}
"""Network and settings of the MusicVAEs that come with Hibari."""


@dataclass(frozen=True)
class Measures:
    """How well stretches are read and written again."""

    loss: float
    """Nats a stretch, with beta at its highest."""
    nats: float
    """Nats a stretch to write it, the true tokens shown."""
    bits: float
    """Divergence of the latent vectors from the prior, in bits."""
    accuracy: float
    """Share of tokens that are the likeliest, the true ones shown before."""


@dataclass
class _State:
    """What a training goes on from."""

    model: MusicVAE
    optimizer: torch.optim.Optimizer
    step: int = 0
    best: float = float("inf")


def train(config: MusicVAETraining) -> float:
    """Trains until the schedule or the time ends; writes the weights that did best on songs kept for choosing.

    Returns:
        The least loss on those, in nats a stretch.
    """
    import torch

    from models.music.music_vae.keeping import save_music_vae

    torch.set_num_threads(1)
    windows = read_windows(config.network.kind, config.network.bars, config.data, config.work)
    state = _begin(config)
    ends = time.process_time() + config.cpu_minutes * 60
    for loss in _steps(state, windows["train"], config):
        done = state.step == config.steps or time.process_time() > ends
        if state.step % config.check_every == 0 or done:
            found = measure(state.model, windows["valid"], config)
            log.info("step %d: train %.2f, valid %s", state.step, loss, found)
            if found.loss < state.best:
                state.best = found.loss
                notes = {"step": str(state.step), "valid_nats": f"{found.nats:.3f}", "valid_bits": f"{found.bits:.1f}"}
                save_music_vae(state.model, config.out, notes)
            facts = {"step": state.step, "best": state.best}
            keep_state(_state_file(config), {"model": state.model}, {"optimizer": state.optimizer}, facts)
        if done:
            break
    return state.best


def measure(model: MusicVAE, windows: np.ndarray, config: MusicVAETraining) -> Measures:
    """The measures over stretches, z drawn once for each by a seed of its own, at most 1,024 of them."""
    import torch

    model.eval()
    generator = torch.Generator().manual_seed(config.seed)
    nats = bits = right = 0.0
    chosen = windows[:: max(1, len(windows) // 1024)][:1024]
    with torch.inference_mode():
        for rows in np.array_split(chosen, max(1, len(chosen) // 128)):
            tokens = torch.from_numpy(rows.astype(np.int64)).to(config.device)
            mu, sigma = model.encode(tokens)
            noise = torch.randn(mu.shape, generator=generator).to(config.device)
            logits = model.reconstruct(mu + sigma * noise, tokens)
            nats += float(torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="sum"))
            bits += float(divergence(mu, sigma).sum()) / math.log(2)
            right += float((logits.argmax(dim=-1) == tokens).float().mean(dim=1).sum())
    count = max(1, len(chosen))
    nats, bits = nats / count, bits / count
    over = max(0.0, bits - config.free_bits) * math.log(2)
    return Measures(nats + config.max_beta * over, nats, bits, right / count)


def divergence(mu: torch.Tensor, sigma: torch.Tensor) -> torch.Tensor:
    """Kullback-Leibler divergence of N(mu, sigma) from N(0, 1) in nats. Shapes: mu and sigma [B, Z]; returns [B]."""
    return 0.5 * (mu.square() + sigma.square() - 1.0 - 2.0 * sigma.log()).sum(dim=-1)


def _begin(config: MusicVAETraining) -> _State:
    import torch

    from models.music.music_vae.network import MusicVAE

    torch.manual_seed(config.seed)
    model = MusicVAE(config.network).to(config.device)
    state = _State(model, torch.optim.Adam(model.parameters(), lr=config.learning_rate))
    if config.resume:
        facts = restore_if_kept(_state_file(config), {"model": state.model}, {"optimizer": state.optimizer})
        if facts is not None:
            state.step, state.best = int(facts["step"]), float(facts["best"])
    return state


def _steps(state: _State, windows: np.ndarray, config: MusicVAETraining) -> Iterator[float]:
    """Goes on with the training; yields the loss after each step, in nats a stretch."""
    import torch

    while state.step < config.steps:
        dice = np.random.default_rng((config.seed, state.step))
        generator = torch.Generator(config.device).manual_seed(config.seed * 1_000_003 + state.step)
        rows = windows[dice.integers(0, len(windows), config.batch)].astype(np.int64)
        tokens = torch.from_numpy(_transposed(rows, config, dice)).to(config.device)
        state.model.train()
        loss = _loss(state.model, tokens, state.step, config, generator)
        rate = config.learning_rate * rate_at(state.step, warm_up=config.warm_up, steps=config.steps)
        state.step += 1
        yield descend(state.model, state.optimizer, loss, rate)


def _loss(
    model: MusicVAE, tokens: torch.Tensor, step: int, config: MusicVAETraining, generator: torch.Generator
) -> torch.Tensor:
    import torch

    mu, sigma = model.encode(tokens)
    z = mu + sigma * torch.randn(mu.shape, generator=generator, device=mu.device)
    logits = model.reconstruct(z, tokens, sampling_share(step, config.sampling_rate), generator)
    nats = torch.nn.functional.cross_entropy(logits.flatten(0, 1), tokens.flatten(), reduction="sum") / len(tokens)
    over = torch.clamp(divergence(mu, sigma) - config.free_bits * math.log(2), min=0.0).mean()
    return nats + config.max_beta * (1.0 - config.beta_rate**step) * over


def sampling_share(step: int, rate: float) -> float:
    """How many of the decoder's steps see its own tokens, 0 to 1: the paper's inverse sigmoid."""
    return 1.0 - rate / (rate + math.exp(min(step / rate, 700.0))) if rate else 0.0


def _transposed(rows: np.ndarray, config: MusicVAETraining, dice: np.random.Generator) -> np.ndarray:
    if config.network.kind == "drums" or not config.transpose:
        return rows
    moves = dice.integers(-config.transpose, config.transpose + 1, (len(rows), 1))
    return np.where(rows >= FIRST_NOTE, np.clip(rows + moves, FIRST_NOTE, config.network.outputs - 1), rows)


def _state_file(config: MusicVAETraining) -> Path:
    return config.work / f"{config.out.stem}.state.safetensors"


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("recipe", choices=sorted(RECIPES))
    parser.add_argument("--data", type=Path, default=Path())
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/music-vae"))
    parser.add_argument("--cpu-minutes", type=float)
    parser.add_argument("--steps", type=int)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--resume", action="store_true")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    network, settings = RECIPES[given.pop("recipe")]
    train(replace(MusicVAETraining(given["data"], given["out"], network=network), **{**settings, **given}))


if __name__ == "__main__":
    main()
