"""What the composer knows and how fast it writes.

`python -m benchmarks.composer [--data FOLDER] [--weights FILE] [--beside OLDER_WEIGHTS]`

Prints nats a token on songs that were not learned, by corpus and kind of token: with nothing said, with every control
said that is known of a song, by a 3-gram of the same corpus, and by other weights on the songs that they did not learn
either. Then what it helps to hear the music after a gap; the time a lead sheet takes; and tokens a second beside
`transformers` generating with a GPT-2 of the same width, depth and alphabet, same batch and lengths, in one process and
one thread. All times are CPU seconds.
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
    from training.composer_corpus import Songs
    from training.ngram import Trigram

ROWS = 12
CONTEXT, NEW = 200, 60
KINDS = ("position", "note", "chord", "bar and phrase", "all")
GAP_BARS = 4
GAPS_A_SONG = 3

OLDER_KNOWS = ("openewld", "jsb_chorales")
"""The corpora that weights before the controls were trained and tested on, divided as they are now."""

Losses = dict[str, list[float]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("weights/music-transformer.safetensors"))
    parser.add_argument("--beside", type=Path, help="older weights, measured on the same songs")
    parser.add_argument("--work", type=Path, default=Path("build/composer"), help="where the tokens are kept")
    arguments = parser.parse_args()
    os.environ["HF_HUB_OFFLINE"] = "1"
    import torch

    torch.set_num_threads(1)
    from models.music.compose import load_music_model
    from training.composer_corpus import read_songs

    model = load_music_model(arguments.weights)
    print(f"{arguments.weights.name}: {sum(p.numel() for p in model.parameters()):,} parameters\n")
    if (arguments.work / "songs.json").exists() or (arguments.data / "openewld.tar.xz").exists():
        songs = read_songs(arguments.data, arguments.work)
        print_likelihoods(model, songs, load_music_model(arguments.beside) if arguments.beside else None)
        print_gaps(model, songs)
    else:
        print(f"no corpus at {arguments.data} and none kept in {arguments.work}: likelihoods not measured")
    print_speeds(model)


def print_likelihoods(model: MusicTransformer, songs: Songs, older: MusicTransformer | None) -> None:
    from models.music.tokens import VOCABULARY, knows_controls
    from training.composer_controls import Told, bare, told
    from training.ngram import Trigram

    guided = knows_controls(model.config.vocabulary)
    print("nats a token on songs not learned                 ours  all said   3-gram    older   tokens")
    for name in sorted({song.corpus for song in songs["test"]}):
        test = [song.tokens for song in songs["test"] if song.corpus == name]
        plain = [bare(tokens) for tokens in test]
        trigram = Trigram([bare(song.tokens) for song in songs["train"] if song.corpus == name], VOCABULARY)
        columns = [
            losses(model, [told(tokens, Told.nothing()) for tokens in test] if guided else plain),
            losses(model, test) if guided else {},
            trigram_losses(trigram, plain),
            losses(older, plain) if older is not None and name in OLDER_KNOWS else {},
        ]
        for kind in KINDS:
            figures = "".join(f" {statistics.fmean(c[kind]):8.3f}" if c.get(kind) else "        -" for c in columns)
            print(f"{name:18s} {kind:26s}{figures} {len(columns[2][kind]):8d}")


def print_gaps(model: MusicTransformer, songs: Songs) -> None:
    """Nats a token in four bars of lead sheets, when the music after them is heard and when it is not."""
    from models.music.tokens import bar_openings, infill_context, knows_controls
    from training.composer import losses_of
    from training.composer_controls import Told, told

    if not knows_controls(model.config.vocabulary):
        print("\nthese weights cannot fill gaps")
        return
    heard: list[float] = []
    unheard: list[float] = []
    size = model.config.context
    for song in (song for song in songs["test"] if song.corpus == "openewld"):
        tokens = told(song.tokens, Told.nothing())
        cuts = bar_openings(tokens)
        for part in range(1, GAPS_A_SONG + 1):
            first = (len(cuts) - GAP_BARS) * part // (GAPS_A_SONG + 1)
            if first < 1:
                continue
            before, middle = tokens[: cuts[first]], tokens[cuts[first] : cuts[first + GAP_BARS]]
            after = tokens[cuts[first + GAP_BARS] :]
            limit = size - len(middle)
            filled = [*infill_context(before, after, bars=GAP_BARS, limit=limit), *middle]
            unheard += _last(losses_of(model, infill_free(before, middle, size), size), len(middle))
            heard += _last(losses_of(model, filled, size), len(middle))
    gain = statistics.fmean(unheard) - statistics.fmean(heard)
    print(
        f"\n{GAP_BARS} bars of lead sheets not learned, {len(heard)} tokens, nats a token: going on "
        f"{statistics.fmean(unheard):.3f}, filling the gap {statistics.fmean(heard):.3f} (gain {gain:.3f})"
    )


def infill_free(before: list[int], middle: list[int], size: int) -> list[int]:
    """The song's prefix and as much of what precedes a gap as fits with it."""
    from models.music.tokens import PREFIX_TOKENS

    room = size - len(middle) - PREFIX_TOKENS
    return [*before[:PREFIX_TOKENS], *before[PREFIX_TOKENS:][-room:], *middle]


def _last(found: Sequence[tuple[int, float]], count: int) -> list[float]:
    return [loss for _, loss in found[-count:]]


def kind_of(token: int) -> str:
    from models.music.tokens import is_chord, is_pitch, is_position

    if is_position(token):
        return "position"
    if is_pitch(token):
        return "note"
    return "chord" if is_chord(token) else "bar and phrase"


def losses(model: MusicTransformer, songs: Sequence[list[int]]) -> Losses:
    """Nats of each token by kind; controls are read and not counted."""
    from models.music.tokens import is_control
    from training.composer import losses_of

    found: Losses = {kind: [] for kind in KINDS}
    for song in songs:
        for token, loss in losses_of(model, song, model.config.context):
            if not is_control(token):
                found[kind_of(token)].append(loss)
                found["all"].append(loss)
    return found


def trigram_losses(trigram: Trigram, songs: Sequence[list[int]]) -> Losses:
    losses: Losses = {kind: [] for kind in KINDS}
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
