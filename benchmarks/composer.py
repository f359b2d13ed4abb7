"""What the composer knows and how fast it writes.

`python -m benchmarks.composer [--data FOLDER] [--weights FILE]`

Prints nats a token on songs that were not learned, beside a 3-gram of the same songs, by kind of token; then the time a
lead sheet takes, and tokens a second beside `transformers` generating with a GPT-2 of the same width, depth and
alphabet, same batch and lengths, in one process and one thread. All times are CPU seconds.
"""

from __future__ import annotations

import argparse
import math
import os
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer, MusicTransformerConfig
    from training.ngram import Trigram

ROWS = 12
CONTEXT, NEW = 200, 60
KINDS = ("position", "note", "chord", "bar and phrase", "all")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("weights/music-transformer.safetensors"))
    parser.add_argument("--work", type=Path, default=Path("build/composer"), help="where the tokens are kept")
    arguments = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    torch.set_num_threads(1)
    from models.music.compose import load_music_model

    model = load_music_model(arguments.weights)
    print(f"{arguments.weights.name}: {sum(p.numel() for p in model.parameters()):,} parameters\n")
    kept = (arguments.work / "corpus.json").exists()
    if kept or (arguments.data / "openewld.tar.xz").exists():
        print_likelihoods(model, arguments.data, arguments.work)
    else:
        print(f"no corpus at {arguments.data} and none kept in {arguments.work}: likelihoods not measured")
    print_speeds(model)


def print_likelihoods(model: MusicTransformer, data: Path, work: Path) -> None:
    from models.music.tokens import VOCABULARY, style_token
    from training.composer_corpus import read_corpus
    from training.ngram import Trigram

    corpus = read_corpus(data, work)
    trigram = Trigram(corpus["train"], VOCABULARY)
    print("nats a token on songs not learned       ours   3-gram   tokens")
    for style, name in (("song", "lead sheets"), ("chorale", "chorales")):
        songs = [song for song in corpus["test"] if song[3] == style_token(style)]
        ours, theirs = network_losses(model, songs), trigram_losses(trigram, songs)
        for kind in KINDS:
            if theirs[kind]:
                figures = statistics.fmean(ours[kind]), statistics.fmean(theirs[kind])
                print(f"{name:12s} {kind:26s} {figures[0]:6.3f}   {figures[1]:6.3f}   {len(theirs[kind]):6d}")


def kind_of(token: int) -> str:
    from models.music.tokens import is_chord, is_pitch, is_position

    if is_position(token):
        return "position"
    if is_pitch(token):
        return "note"
    return "chord" if is_chord(token) else "bar and phrase"


def network_losses(model: MusicTransformer, songs: Sequence[list[int]]) -> dict[str, list[float]]:
    import torch

    losses: dict[str, list[float]] = {kind: [] for kind in KINDS}
    size = model.config.context
    with torch.inference_mode():
        for song in songs:
            for start in range(0, max(len(song) - 1, 1), size // 2):
                stretch, fresh = song[start : start + size + 1], 0 if start == 0 else size // 2
                if len(stretch) - 1 <= fresh:
                    break
                logs = model(torch.tensor([stretch[:-1]]))[0].log_softmax(-1)
                for place in range(fresh, len(stretch) - 1):
                    token = stretch[place + 1]
                    for kind in (kind_of(token), "all"):
                        losses[kind].append(-float(logs[place, token]))
    return losses


def trigram_losses(trigram: Trigram, songs: Sequence[list[int]]) -> dict[str, list[float]]:
    losses: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for song in songs:
        for place in range(1, len(song)):
            loss = -math.log(trigram.probability(song[:place], song[place]))
            for kind in (kind_of(song[place]), "all"):
                losses[kind].append(loss)
    return losses


def print_speeds(model: MusicTransformer) -> None:
    from models.music.compose import TAKES, compose_lead_sheet
    from tests.models.music.plans import random_song

    times = []
    for seed in range(4):
        plan, words = random_song(seed)
        start = time.process_time()
        lead = compose_lead_sheet(plan, words, model, seed=seed)
        times.append(time.process_time() - start)
        tunes = {section.melody for section in plan.sections if section.melody}
        print(f"\nlead sheet {seed}: {len(tunes)} tunes, {len(lead.melody)} notes in {times[-1]:.2f} s", end="")
    print(f"\nmedian {statistics.median(times):.2f} s a song, {TAKES} candidates a line\n")
    ours = best_of(3, lambda: decode_ours(model))
    theirs = best_of(3, gpt2_decoder(model.config))
    print(f"sampling {NEW} tokens after {CONTEXT}, {ROWS} rows, nothing masked:")
    print(f"  ours                   {ROWS * NEW / ours:8.0f} tokens a CPU second")
    print(f"  transformers generate  {ROWS * NEW / theirs:8.0f} tokens a CPU second (ours: {theirs / ours:.2f} x)")


def best_of(times: int, run: Callable[[], None]) -> float:
    run()
    found = []
    for _ in range(times):
        start = time.process_time()
        run()
        found.append(time.process_time() - start)
    return min(found)


def decode_ours(model: MusicTransformer) -> None:
    import torch

    from models.music.transformer import Memory

    generator = torch.Generator().manual_seed(0)
    with torch.inference_mode():
        memory = Memory(model.config, 1)
        model.step(torch.randint(3, 160, (1, CONTEXT), generator=generator), memory)
        memory = memory.expand(ROWS)
        tokens = torch.ones(ROWS, 1, dtype=torch.long)
        for _ in range(NEW):
            logits = model.step(tokens, memory)
            tokens = torch.multinomial(logits.softmax(-1), 1, generator=generator)


def gpt2_decoder(config: MusicTransformerConfig) -> Callable[[], None]:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    gpt2 = GPT2LMHeadModel(
        GPT2Config(
            vocab_size=config.vocabulary,
            n_positions=config.context,
            n_embd=config.width,
            n_layer=config.layers,
            n_head=config.heads,
            n_inner=config.hidden,
            bos_token_id=1,
            eos_token_id=0,
        )
    ).eval()
    prompt = torch.randint(3, 160, (1, CONTEXT), generator=torch.Generator().manual_seed(0)).repeat(ROWS, 1)

    def run() -> None:
        gpt2.generate(
            prompt,
            attention_mask=torch.ones_like(prompt),
            do_sample=True,
            top_k=0,
            min_new_tokens=NEW,
            max_new_tokens=NEW,
            pad_token_id=0,
        )

    return run


if __name__ == "__main__":
    main()
