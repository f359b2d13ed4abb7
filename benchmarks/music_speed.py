"""How fast the composing network writes, beside `transformers` with a GPT-2 of equal size.

`python -m benchmarks.music_speed [--rounds 3] [--events 500] [--songs 12] [--plot FILE.png] [--composing]`

An event is a note, chord or rest and its position in the bar: two tokens, on both sides. Nothing is masked and every
token is sampled from the whole distribution. Ours writes all songs in one pass a token, each song with a generator of
its own; theirs is `generate` with its cache, one song after another (one is timed: all are alike) and all in a batch.
Two networks: the sizes of the weights in use, and a larger one with shared keys and a window. GPT-2 has the same
width, depth and heads; its feed-forward is as wide as makes the numbers of parameters equal. Weights are random: speed
does not depend on them. All in one process and one thread, taking turns, CPU seconds, medians of rounds; peaks of
memory and the plot's points are taken in processes of their own.

`--composing` measures lead sheets instead: real songs with all rules, alone and side by side.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformerConfig

TOKENS_AN_EVENT = 2
GROWTH_SONGS = (1, 2, 4, 8, 12, 16, 32, 64)
GROWTH_EVENTS = (256, 512, 1024, 2048)
THEIR_SONGS, THEIR_EVENTS = 12, 1024
"""The largest batch and length that the other side is timed at for the plot: it takes too long beyond."""

Contest = tuple[str, str, int, int]
"""Who (`ours`, `theirs`), which network (`in use`, `large`), songs and events."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--events", type=int, default=500)
    parser.add_argument("--songs", type=int, default=12)
    parser.add_argument("--plot", type=Path, help="where to draw the growth with songs and events, as a PNG")
    parser.add_argument("--composing", action="store_true")
    arguments = parser.parse_args()
    prepare()
    if arguments.composing:
        print_composing(arguments.songs, arguments.rounds)
        return
    for network in ("in use", "large"):
        print_contest(network, arguments.songs, arguments.events, arguments.rounds)
    if arguments.plot:
        draw_growth(arguments.plot)


def prepare() -> None:
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)


def config_of(network: str) -> MusicTransformerConfig:
    from models.music.compose import load_music_model
    from models.music.transformer import MusicTransformerConfig

    if network == "in use":
        return load_music_model(Path("weights/music-transformer.safetensors")).config
    return MusicTransformerConfig(
        layers=8, width=320, heads=8, hidden=1280, context=2048, dropout=0.0, kv_heads=1, window=512
    )


def writer_of(who: str, network: str, songs: int, events: int) -> Callable[[], None]:
    """What writes so many songs of so many events."""
    config, tokens = config_of(network), events * TOKENS_AN_EVENT
    return our_writer(config, songs, tokens) if who == "ours" else their_writer(config, songs, tokens)


def our_writer(config: MusicTransformerConfig, songs: int, tokens: int) -> Callable[[], None]:
    import numpy as np
    import torch

    from models.music.lanes import Rows
    from models.music.passes import Decoder
    from models.music.transformer import MusicTransformer

    decoder = Decoder(MusicTransformer(config).eval())

    def write() -> None:
        generators = [np.random.default_rng(song) for song in range(songs)]
        with torch.inference_mode():
            rows = Rows(config, [None] * songs, 1, tokens)
            lanes = rows.lanes_for(songs)
            newest = torch.ones(lanes, dtype=torch.long)
            draws = np.zeros(lanes)
            for _ in range(tokens):
                shares = decoder.step(newest, rows).softmax(1).cumsum(1).numpy()
                draws[:songs] = [generator.random() for generator in generators]
                newest = torch.from_numpy((shares < (draws * shares[:, -1])[:, None]).sum(1))

    return write


def their_writer(config: MusicTransformerConfig, songs: int, tokens: int) -> Callable[[], None]:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    gpt2 = GPT2LMHeadModel(GPT2Config(**equal_gpt2(config, tokens + 1), bos_token_id=1, eos_token_id=0)).eval()
    prompt = torch.ones(songs, 1, dtype=torch.long)

    def write() -> None:
        gpt2.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=True,
            top_k=0,
            min_new_tokens=tokens,
            max_new_tokens=tokens,
            pad_token_id=0,
        )

    return write


def equal_gpt2(config: MusicTransformerConfig, positions: int) -> dict[str, int]:
    """Sizes of a GPT-2 with as many parameters, but for a remainder of less than one in a hundred."""
    width, layers = config.width, config.layers
    whole = our_parameters(config)
    rest = whole - (config.vocabulary + positions + 2) * width - layers * (4 * width * width + 9 * width)
    inner = max(width, round(rest / layers / (2 * width + 1)))
    return {
        "vocab_size": config.vocabulary,
        "n_positions": positions,
        "n_embd": width,
        "n_layer": layers,
        "n_head": config.heads,
        "n_inner": inner,
    }


def our_parameters(config: MusicTransformerConfig) -> int:
    from models.music.transformer import MusicTransformer

    return sum(parameter.numel() for parameter in MusicTransformer(config).parameters())


def their_parameters(config: MusicTransformerConfig, positions: int) -> int:
    from transformers import GPT2Config, GPT2LMHeadModel

    return GPT2LMHeadModel(GPT2Config(**equal_gpt2(config, positions))).num_parameters()


def print_contest(network: str, songs: int, events: int, rounds: int) -> None:
    config = config_of(network)
    theirs = their_parameters(config, events * TOKENS_AN_EVENT + 1)
    print(
        f"\nnetwork {network}: {config.layers} layers, width {config.width}, {config.heads} heads over "
        f"{config.shared_heads} of keys, {config.reach} tokens in reach; {our_parameters(config):,} parameters, "
        f"GPT-2 {theirs:,}; {songs} songs of {events} events",
        flush=True,
    )
    contests: list[tuple[str, int, Callable[[], None]]] = [
        ("ours, all in one batch", songs, writer_of("ours", network, songs, events)),
        ("transformers generate, batched", songs, writer_of("theirs", network, songs, events)),
        ("transformers generate, one by one", 1, writer_of("theirs", network, 1, events)),
    ]
    for who in ("ours", "theirs"):
        writer_of(who, network, songs, 4)()
    rates: dict[str, list[float]] = {name: [] for name, _, _ in contests}
    for _ in range(rounds):
        for name, count, write in contests:
            rates[name].append(timed_rate(write, count * events))
    ours = statistics.median(rates[contests[0][0]])
    for name, found in rates.items():
        rate = statistics.median(found)
        print(f"  {name:34s} {rate:8.0f} events a CPU second; ours {ours / rate:5.1f} x", flush=True)
    for who in ("ours", "theirs"):
        peak = measured((who, network, songs, events))[1]
        print(f"  memory that writing takes, {who:7s} {peak:8.0f} MiB", flush=True)


def timed_rate(write: Callable[[], None], events: int) -> float:
    start = time.process_time()
    write()
    return events / (time.process_time() - start)


def measured(contest: Contest) -> tuple[float, float]:
    """Events a CPU second, and MiB by which writing raises the peak, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measure, (contest,))


def _measure(contest: Contest) -> tuple[float, float]:
    prepare()
    who, network, songs, events = contest
    writer_of(who, network, songs, 2)()
    write = writer_of(who, network, songs, events)
    before = _status_mib("VmRSS")
    rate = timed_rate(write, songs * events)
    return rate, max(0.0, _status_mib("VmHWM") - before)


def _status_mib(name: str) -> float:
    rows = Path("/proc/self/status").read_text().splitlines()
    return next(int(row.split()[1]) for row in rows if row.startswith(name)) / 1024


def draw_growth(path: Path) -> None:
    """Draws rate and memory over the number of songs and of events, for the network in use."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 7), layout="constrained")
    axes = figure.subplots(2, 2, sharex="col")
    sweeps = (
        ("songs of 256 events", [(songs, (songs, 256)) for songs in GROWTH_SONGS]),
        ("events a song, 12 songs", [(events, (12, events)) for events in GROWTH_EVENTS]),
    )
    for column, (label, points) in enumerate(sweeps):
        for who, colour in (("ours", "#2a6f97"), ("theirs", "#bc4749")):
            asked = [(x, c) for x, c in points if who == "ours" or (c[0] <= THEIR_SONGS and c[1] <= THEIR_EVENTS)]
            found = [measured((who, "in use", *counts)) for _, counts in asked]
            name = "Hibari" if who == "ours" else "transformers generate, GPT-2"
            for row in (0, 1):
                axes[row][column].plot(
                    [x for x, _ in asked], [each[row] for each in found], "o-", color=colour, label=name
                )
            for (x, _), (rate, peak) in zip(asked, found, strict=True):
                print(f"  {who:7s} {x:5d} {label:24s} {rate:8.0f} events a CPU second, {peak:6.0f} MiB", flush=True)
        axes[1][column].set_xlabel(label)
        axes[1][column].set_xscale("log", base=2)
        axes[1][column].set_xticks([x for x, _ in points], [str(x) for x, _ in points])
    for row, label in enumerate(("events a CPU second", "MiB that writing takes")):
        axes[row][0].set_ylabel(label)
        for axis in axes[row]:
            axis.set_ylim(bottom=0)
            axis.grid(alpha=0.3)
    axes[0][0].legend()
    part = path.with_name(path.name + ".part")
    figure.savefig(part, format="png", dpi=110)
    part.replace(path)


def print_composing(songs: int, rounds: int) -> None:
    """Lead sheets with all their rules: seconds a song alone and side by side, and whether they are the same."""
    from models.music.compose import TAKES, ComposeRequest, compose_lead_sheets, load_music_model
    from tests.models.music.plans import random_song

    model = load_music_model(Path("weights/music-transformer.safetensors"))
    requests = [ComposeRequest(*random_song(seed), seed=seed) for seed in range(songs)]
    alone: list[float] = []
    together: list[float] = []
    for _ in range(rounds):
        start = time.process_time()
        singly = [compose_lead_sheets([request], model)[0] for request in requests]
        middle = time.process_time()
        abreast = compose_lead_sheets(requests, model)
        alone.append((middle - start) / songs)
        together.append((time.process_time() - middle) / songs)
    one, all_ = statistics.median(alone), statistics.median(together)
    print(f"{songs} lead sheets, {TAKES} candidates a line, CPU seconds a song: alone {one:.2f}, together {all_:.2f}")
    print(f"the same songs: {singly == abreast}")


if __name__ == "__main__":
    main()
