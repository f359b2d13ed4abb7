"""Trains the Music Transformer on lead sheets, folk tunes and chorales.

`python -m training.composer --data FOLDER --out weights/music-transformer.safetensors --minutes 50`

FOLDER holds the archives that `training.composer_corpus` names. The corpus is read once and kept as tokens in `--work`,
with the state of the training beside it; the same command with `--resume` goes on from there. What a step learns from
depends on the seed and its number alone. Half of what is read are songs with a gap to be filled, and the controls of
each are said or not by chance.
"""

from __future__ import annotations

import argparse
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models.music.tokens import PAD, is_control
from schemas.errors import MediaError
from training.composer_controls import Told, told
from training.composer_corpus import CorpusSong, read_songs
from training.composer_settings import ComposerTraining, settle
from training.composer_windows import share_of, targets, windows
from training.descent import descend, rate_at
from training.keeping import STATE, keep_state, restore_if_kept

if TYPE_CHECKING:
    import torch

    from models.music.transformer import MusicTransformer

log = logging.getLogger(__name__)

_CHECKED = 40
"""Songs of each corpus, at most, on which a step is judged."""


@dataclass(frozen=True)
class Progress:
    """Where a training stands."""

    step: int
    train: float
    """Nats a token on what the last step read."""
    valid: float | None
    """Nats a token on the validation songs, weighted as the corpora are; None between checks."""


Report = Callable[[Progress], None]


def nats_per_token(model: MusicTransformer, songs: Sequence[Sequence[int]], size: int) -> float:
    """Mean negative log-likelihood in nats over the tokens of songs, each predicted from at most `size` before it.

    A song longer than that is read in stretches that overlap by half; each token counts once. Controls are read and not
    predicted.
    """
    losses = [loss for song in songs for token, loss in losses_of(model, song, size) if not is_control(token)]
    return sum(losses) / max(len(losses), 1)


def losses_of(model: MusicTransformer, song: Sequence[int], size: int) -> list[tuple[int, float]]:
    """Each token of a song after the first with its negative log-likelihood in nats: see `nats_per_token`."""
    import torch

    model.eval()
    losses: list[tuple[int, float]] = []
    with torch.inference_mode():
        for start in range(0, max(len(song) - 1, 1), size // 2):
            stretch = torch.as_tensor(list(song[start : start + size + 1]))
            fresh = 0 if start == 0 else size // 2
            if len(stretch) - 1 <= fresh:
                break
            logits = model(stretch[None, :-1])[0, fresh:]
            nats = torch.nn.functional.cross_entropy(logits, stretch[1 + fresh :], reduction="none")
            losses += zip(stretch[1 + fresh :].tolist(), nats.tolist(), strict=True)
    return losses


def weighted_nats(model: MusicTransformer, songs: Sequence[CorpusSong], size: int) -> dict[str, float]:
    """Nats a token by corpus, nothing said, on at most 40 songs of each, and their mean by the corpora's shares."""
    nats: dict[str, float] = {}
    for name in sorted({song.corpus for song in songs}):
        own = [told(song.tokens, Told.nothing()) for song in songs if song.corpus == name]
        nats[name] = nats_per_token(model, own[:: -(-len(own) // _CHECKED)], size)
    shares = {name: share_of(name) for name in nats}
    nats["all"] = sum(nats[name] * share for name, share in shares.items()) / sum(shares.values())
    return nats


@dataclass
class State:
    """What a training goes on from."""

    model: MusicTransformer
    optimizer: torch.optim.Optimizer
    step: int = 0
    best: float = float("inf")


def train(config: ComposerTraining, report: Report | None = None) -> float:
    """Trains until the schedule or the time ends and writes the weights that did best on the validation songs.

    Args:
        config: the settings.
        report: told where the training stands after each step.

    Returns:
        The best validation loss, in nats a token.

    Raises:
        MediaError: the corpus cannot be read, or leaves nothing to learn from or to check.
        SettingsError: the training to be gone on with began with other settings.
        CheckpointError: the weights to start from do not fit.
    """
    import torch

    torch.set_num_threads(1)
    settle(config)
    songs = read_songs(config.data, config.work, config.corpora)
    if not songs["train"] or not songs["valid"]:
        counts = {split: len(found) for split, found in songs.items()}
        raise MediaError(f"songs to learn and to check are needed, at least one each; found {counts}")
    with torch.device(config.device):
        state = _begin(config)
        ends = time.monotonic() + config.minutes * 60
        for loss in _steps(state, songs["train"], config):
            done = state.step >= config.steps or time.monotonic() > ends
            valid = (
                _check(state, songs["valid"], loss, config) if state.step % config.check_every == 0 or done else None
            )
            if report is not None:
                report(Progress(state.step, loss, valid))
            if done:
                break
    return state.best


def _check(state: State, songs: Sequence[CorpusSong], loss: float, config: ComposerTraining) -> float:
    """Measures, keeps the weights if they are the best, and keeps the state."""
    from models.music.transformer import save_music_transformer

    nats = weighted_nats(state.model, songs, config.window)
    log.info("step %d: train %.4f, valid %s", state.step, loss, {name: round(nat, 4) for name, nat in nats.items()})
    if nats["all"] < state.best:
        state.best = nats["all"]
        notes = {
            "step": str(state.step),
            "valid_nats": f"{state.best:.4f}",
            "corpora": " ".join(name.partition(":")[0] for name in config.corpora),
        }
        save_music_transformer(state.model, config.out, notes)
    facts = {"step": state.step, "best": state.best}
    keep_state(config.work / STATE, {"model": state.model}, {"optimizer": state.optimizer}, facts)
    return nats["all"]


def _begin(config: ComposerTraining) -> State:
    import torch

    from models.music.transformer import MusicTransformer, MusicTransformerConfig
    from training.composer_start import grown

    torch.manual_seed(config.seed)
    sizes = MusicTransformerConfig(**config.network_sizes())
    model = MusicTransformer(sizes) if config.start is None else grown(config.start, sizes).to(config.device)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay
    )
    state = State(model, optimizer)
    if config.resume:
        facts = restore_if_kept(config.work / STATE, {"model": state.model}, {"optimizer": state.optimizer})
        if facts is not None:
            state.step, state.best = int(facts["step"]), float(facts["best"])
    return state


def _steps(state: State, songs: Sequence[CorpusSong], config: ComposerTraining) -> Iterator[float]:
    """Goes on with the training; yields the loss after each step."""
    import torch

    while state.step < config.steps:
        torch.manual_seed(config.seed + state.step)
        generator = np.random.default_rng((config.seed, state.step))
        rows = windows(songs, config.window, config.batch, generator)
        tokens = torch.as_tensor(rows[:, :-1], device=config.device)
        wanted = torch.as_tensor(targets(rows), device=config.device)
        state.model.train()
        loss = torch.nn.functional.cross_entropy(
            state.model(tokens).flatten(0, 1),
            wanted.flatten(),
            ignore_index=PAD,
            label_smoothing=config.label_smoothing,
        )
        rate = config.learning_rate * rate_at(state.step, warm_up=config.warm_up, steps=config.steps)
        state.step += 1
        yield descend(state.model, state.optimizer, loss, rate)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/composer"))
    parser.add_argument("--minutes", type=float, default=50.0)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--batch", type=int, default=12)
    parser.add_argument("--learning-rate", type=float, default=1.0e-3)
    parser.add_argument("--start", type=Path, help="older weights to begin with")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=20180912)
    parser.add_argument("--resume", action="store_true")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(ComposerTraining.of(vars(parser.parse_args())))


if __name__ == "__main__":
    main()
