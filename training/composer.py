"""Trains the Music Transformer on lead sheets and chorales.

`python -m training.composer --data FOLDER --out weights/music-transformer.safetensors --minutes 50`

FOLDER holds `openewld.tar.xz` and `jsb_chorales.tar.xz`. The corpus is read once and kept as tokens in `--work`, with
the state of the training beside it; the same command with `--resume` goes on from there. What a step learns from
depends on the seed and its number alone.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.music.tokens import BAR, PAD
from training.composer_corpus import read_corpus

if TYPE_CHECKING:
    import torch

    from models.music.transformer import MusicTransformer, MusicTransformerConfig

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class ComposerTraining:
    """The settings of a training."""

    data: Path
    out: Path
    work: Path = Path("build/composer")
    minutes: float = 50.0
    steps: int = 1000
    """Steps of the whole schedule; a training may stop earlier, by the clock."""
    batch: int = 12
    window: int = 384
    learning_rate: float = 1.5e-3
    warm_up: int = 150
    weight_decay: float = 0.05
    label_smoothing: float = 0.05
    check_every: int = 100
    seed: int = 20180912
    resume: bool = False
    sizes: dict[str, int] = field(default_factory=dict)
    """Sizes of the network that differ from the defaults of `MusicTransformerConfig`."""


def windows(songs: Sequence[Sequence[int]], size: int, batch: int, generator: np.random.Generator) -> np.ndarray:
    """A batch [batch, size + 1] of stretches of songs, each with the song's prefix before it and padded at the end.

    A stretch begins at the song's start (one in three) or at one of its bars.
    """
    rows = np.full((batch, size + 1), PAD, dtype=np.int64)
    weights = np.sqrt([len(song) for song in songs])
    for row, index in zip(rows, generator.choice(len(songs), batch, p=weights / weights.sum()), strict=True):
        song = list(songs[index])
        bars = [place for place, token in enumerate(song) if token == BAR]
        if generator.random() > 1 / 3 and len(song) > size:
            song = song[:4] + song[bars[int(generator.integers(len(bars)))] :]
        cut = song[: size + 1]
        row[: len(cut)] = cut
    return rows


def nats_per_token(model: MusicTransformer, songs: Sequence[Sequence[int]], size: int) -> float:
    """Mean negative log-likelihood in nats over the tokens of songs, each predicted from at most `size` before it.

    A song longer than that is read in stretches that overlap by half; each token counts once.
    """
    import torch

    model.eval()
    loss, count = 0.0, 0
    with torch.inference_mode():
        for song in songs:
            for start in range(0, max(len(song) - 1, 1), size // 2):
                stretch = torch.tensor(song[start : start + size + 1])
                fresh = 0 if start == 0 else size // 2
                if len(stretch) - 1 <= fresh:
                    break
                logits = model(stretch[None, :-1])[0, fresh:]
                loss += float(torch.nn.functional.cross_entropy(logits, stretch[1 + fresh :], reduction="sum"))
                count += len(stretch) - 1 - fresh
    return loss / max(count, 1)


@dataclass
class _State:
    """What a training goes on from."""

    model: MusicTransformer
    optimizer: torch.optim.Optimizer
    step: int = 0
    best: float = float("inf")


def train(config: ComposerTraining) -> float:
    """Trains until the schedule or the time ends and writes the weights that did best on the validation songs.

    Returns:
        The best validation loss, in nats a token.
    """
    import torch

    from models.music.transformer import save_music_transformer

    torch.set_num_threads(1)
    corpus = read_corpus(config.data, config.work)
    state = _begin(config)
    ends = time.monotonic() + config.minutes * 60
    for loss in _steps(state, corpus["train"], config):
        done = state.step == config.steps or time.monotonic() > ends
        if state.step % config.check_every == 0 or done:
            valid = nats_per_token(state.model, corpus["valid"], config.window)
            log.info("step %d: train %.4f, valid %.4f nats a token", state.step, loss, valid)
            if valid < state.best:
                state.best = valid
                save_music_transformer(state.model, config.out, {"step": str(state.step), "valid_nats": f"{valid:.4f}"})
            _keep(state, config.work / "state.safetensors")
        if done:
            break
    return state.best


def _begin(config: ComposerTraining) -> _State:
    import torch

    from models.music.transformer import MusicTransformer

    torch.manual_seed(config.seed)
    model = MusicTransformer(network_config(config))
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay
    )
    state = _State(model, optimizer)
    if config.resume:
        _restore(state, config.work / "state.safetensors")
    return state


def network_config(config: ComposerTraining) -> MusicTransformerConfig:
    """The sizes of the network that a training makes."""
    from models.music.transformer import MusicTransformerConfig

    return MusicTransformerConfig(**{"context": config.window, **config.sizes})


def _steps(state: _State, songs: Sequence[Sequence[int]], config: ComposerTraining) -> Iterator[float]:
    """Goes on with the training; yields the loss after each step."""
    import torch

    while state.step < config.steps:
        torch.manual_seed(config.seed + state.step)
        generator = np.random.default_rng((config.seed, state.step))
        tokens = torch.from_numpy(windows(songs, config.window, config.batch, generator))
        for group in state.optimizer.param_groups:
            group["lr"] = config.learning_rate * _rate(state.step, config)
        state.model.train()
        logits = state.model(tokens[:, :-1])
        loss = torch.nn.functional.cross_entropy(
            logits.flatten(0, 1),
            tokens[:, 1:].flatten(),
            ignore_index=PAD,
            label_smoothing=config.label_smoothing,
        )
        state.optimizer.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        torch.nn.utils.clip_grad_norm_(state.model.parameters(), 1.0)
        state.optimizer.step()
        state.step += 1
        yield float(loss.detach())


def _rate(step: int, config: ComposerTraining) -> float:
    """Warm-up, then half a cosine to a twentieth."""
    if step < config.warm_up:
        return (step + 1) / config.warm_up
    progress = min(1.0, (step - config.warm_up) / max(1, config.steps - config.warm_up))
    return float(0.05 + 0.95 * 0.5 * (1 + np.cos(np.pi * progress)))


def _keep(state: _State, path: Path) -> None:
    """Writes the whole state by way of a temporary name."""
    import torch
    from safetensors.torch import save_file

    tensors = {f"model.{name}": value for name, value in state.model.state_dict().items()}
    for index, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": torch.as_tensor(value) for name, value in moments.items()}
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"step": str(state.step), "best": repr(state.best)})
    part.replace(path)


def _restore(state: _State, path: Path) -> None:
    from safetensors import safe_open

    if not path.exists():
        log.info("nothing to resume at %s: begins anew", path.name)
        return
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    state.step, state.best = int(metadata["step"]), float(metadata["best"])
    state.model.load_state_dict({n.removeprefix("model."): t for n, t in tensors.items() if n.startswith("model.")})
    kept = state.optimizer.state_dict()
    kept["state"] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, moment = name.split(".")
            kept["state"].setdefault(int(index), {})[moment] = tensor
    state.optimizer.load_state_dict(kept)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/composer"))
    parser.add_argument("--minutes", type=float, default=50.0)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=20180912)
    parser.add_argument("--resume", action="store_true")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(ComposerTraining(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
