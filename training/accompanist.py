"""Trains the accompanist on the piano of POP909.

`python -m training.accompanist --data FOLDER --out weights/accompanist.safetensors --minutes 20`

FOLDER holds `pop909.tar.xz`. The corpus is read once and kept as arrays in `--work`, with the state of the training
beside it; the same command with `--resume` goes on from there. What a step learns from depends on the seed and its
number alone; minutes are of the processor's time, not the clock's.
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
from numpy.typing import NDArray

from models.music.accompanist.ladder import ANCHOR, OCTAVES
from models.music.accompanist.tokens import NOTE_0, PAD
from training.accompanist_corpus import Spelled, read_corpus
from training.descent import descend, rate_at
from training.keeping import STATE, keep_state, restore_if_kept

if TYPE_CHECKING:
    import torch

    from models.music.accompanist.network import Accompanist

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class AccompanistTraining:
    """The settings of a training."""

    data: Path
    out: Path
    work: Path = Path("build/accompanist")
    minutes: float = 20.0
    """CPU minutes of this run."""
    steps: int = 900
    """Steps of the whole schedule; a training may stop earlier, by the clock."""
    batch: int = 10
    window: int = 320
    learning_rate: float = 2e-3
    warm_up: int = 60
    weight_decay: float = 0.05
    furthest: int = 4
    """How far a stretch may be transposed, up or down, in semitones."""
    check_every: int = 100
    seed: int = 20200807
    resume: bool = False
    sizes: dict[str, int] = field(default_factory=dict)
    """Sizes of the network that differ from the defaults of `AccompanistConfig`."""


def stretch(
    song: Spelled, bar: int, size: int, shift: int = 0
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """The tokens of a song from a bar on, their conditions, and the tokens that follow each; padded to `size`.

    Args:
        song: the song.
        bar: counted from 0.
        size: tokens.
        shift: semitones by which all of it is transposed.
    """
    begin = int(song.bars[bar]) if bar else 0
    tokens, conditions = transposed(
        song.tokens[begin : begin + size + 1], song.conditions[begin : begin + size + 1], shift
    )
    inputs, states, targets = np.full(size, PAD), np.zeros((size, conditions.shape[1]), np.int64), np.full(size, PAD)
    used = len(tokens) - 1
    inputs[:used], states[:used], targets[:used] = tokens[:-1], conditions[:-1], tokens[1:]
    return inputs, states, targets


def transposed(
    tokens: NDArray[np.int64], conditions: NDArray[np.int64], shift: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Tokens and conditions of the same music `shift` semitones higher.

    Steps stay; an octave changes where the root or the bass passes the edge of its own.
    """
    moved = conditions.copy()
    moved[:, 0] = (conditions[:, 0] + shift) % 12
    step, octave = np.divmod(tokens - NOTE_0, OCTAVES)
    base = conditions[:, 0] + np.where(step == 0, conditions[:, 3], 0)
    passed = ((base - ANCHOR) % 12 + shift) // 12
    notes = NOTE_0 + step * OCTAVES + np.clip(octave + passed, 0, OCTAVES - 1)
    return np.where(tokens >= NOTE_0, notes, tokens), moved


def nats_per_token(
    model: Accompanist, songs: Sequence[Spelled], size: int, kinds: dict[str, list[float]] | None = None
) -> float:
    """Mean negative log-likelihood in nats over the tokens of songs, each predicted from at most `size` before it.

    A song longer than that is read in stretches that overlap by half; each token counts once.

    Args:
        model: the network.
        songs: what it is asked about.
        size: tokens it may look back.
        kinds: where given, the loss of each token is added to the list of its kind.
    """
    import torch

    from models.music.accompanist.tokens import kind_of

    model.eval()
    loss, count = 0.0, 0
    with torch.inference_mode():
        for song in songs:
            tokens, conditions = torch.from_numpy(song.tokens), torch.from_numpy(song.conditions)
            for start in range(0, max(len(tokens) - 1, 1), size // 2):
                fresh = 0 if start == 0 else size // 2
                end = min(start + size, len(tokens) - 1)
                if end - start <= fresh:
                    break
                logits = model(tokens[None, start:end], conditions[None, start:end])[0, fresh:]
                targets = tokens[start + fresh + 1 : end + 1]
                losses = torch.nn.functional.cross_entropy(logits, targets, reduction="none")
                loss += float(losses.sum())
                count += len(targets)
                if kinds is not None:
                    for token, value in zip(targets.tolist(), losses.tolist(), strict=True):
                        kinds.setdefault(kind_of(token), []).append(value)
    return loss / max(count, 1)


@dataclass
class _State:
    """What a training goes on from."""

    model: Accompanist
    optimizer: torch.optim.Optimizer
    step: int = 0
    best: float = float("inf")


def train(config: AccompanistTraining) -> float:
    """Trains until the schedule or the time ends and writes the weights that did best on the validation songs.

    Returns:
        The best validation loss, in nats a token.
    """
    import torch

    from models.music.accompanist.network import save_accompanist

    torch.set_num_threads(1)
    corpus = read_corpus(config.data, config.work)
    state = _begin(config)
    ends = time.process_time() + config.minutes * 60
    for loss in _steps(state, corpus["train"], config):
        done = state.step == config.steps or time.process_time() > ends
        if state.step % config.check_every == 0 or done:
            valid = nats_per_token(state.model, corpus["valid"], config.window)
            log.info("step %d: train %.4f, valid %.4f nats a token", state.step, loss, valid)
            if valid < state.best:
                state.best = valid
                notes = {"step": str(state.step), "valid_nats": f"{valid:.4f}", "corpus": "POP909, piano and chords"}
                save_accompanist(state.model, config.out, notes)
            facts = {"step": state.step, "best": state.best}
            keep_state(config.work / STATE, {"model": state.model}, {"optimizer": state.optimizer}, facts)
        if done:
            break
    return state.best


def _begin(config: AccompanistTraining) -> _State:
    import torch

    from models.music.accompanist.network import Accompanist, AccompanistConfig

    torch.manual_seed(config.seed)
    model = Accompanist(AccompanistConfig(**{"context": max(config.window, 384), **config.sizes}))  # type: ignore[arg-type]
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config.learning_rate, betas=(0.9, 0.98), weight_decay=config.weight_decay
    )
    state = _State(model, optimizer)
    if config.resume:
        facts = restore_if_kept(config.work / STATE, {"model": state.model}, {"optimizer": state.optimizer})
        if facts is not None:
            state.step, state.best = int(facts["step"]), float(facts["best"])
    return state


def _steps(state: _State, songs: Sequence[Spelled], config: AccompanistTraining) -> Iterator[float]:
    """Goes on with the training; yields the loss after each step."""
    import torch

    lengths = np.array([len(song.tokens) for song in songs], dtype=np.float64)
    while state.step < config.steps:
        torch.manual_seed(config.seed + state.step)
        dice = np.random.default_rng((config.seed, state.step))
        rows = []
        for index in dice.choice(len(songs), config.batch, p=lengths / lengths.sum()):
            song = songs[index]
            bar = int(dice.integers(max(1, len(song.bars) - 4))) if dice.random() > 0.1 else 0
            rows.append(stretch(song, bar, config.window, int(dice.integers(-config.furthest, config.furthest + 1))))
        tokens, conditions, targets = (torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True))
        state.model.train()
        logits = state.model(tokens, conditions)
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), ignore_index=PAD)
        rate = config.learning_rate * rate_at(state.step, warm_up=config.warm_up, steps=config.steps)
        state.step += 1
        yield descend(state.model, state.optimizer, loss, rate)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("build/accompanist"))
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--steps", type=int, default=900)
    parser.add_argument("--seed", type=int, default=20200807)
    parser.add_argument("--resume", action="store_true")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    train(AccompanistTraining(**vars(parser.parse_args())))


if __name__ == "__main__":
    main()
