"""The words of a 3-song EP: seconds, tokens, memory, figures; beside transformers' `generate` on the same token work.

Claim (issue 2): words of a 3-song EP within 60 s on two idle cores, two processes of one torch thread each. Run:

    python -m benchmarks.words [--songs 3] [--show] [--compare]

`--compare` also has transformers sample as many tokens for one line (64 rows after the same prefix), by turns with
ours, and prints the ratio of the medians.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from multiprocessing import get_context
from pathlib import Path

from models import registry
from schemas.lyrics import Lyrics
from schemas.plan import Key, LinePlan, SectionPlan, SongPlan, VoiceRange

THEMES = (
    "a lighthouse keeper who collects other people's storms",
    "the last train home in winter",
    "my grandmother's kitchen radio",
    "falling in love with a robot",
    "neon city rain",
    "leaving the farm for the sea",
)
SHAPES = (
    ((8, 6, 8, 6), "ABCB", (7, 7, 7, 7), "ABCB"),
    ((7, 7, 7, 7), "AABB", (6, 6, 6, 6), "AABB"),
    ((8, 6, 8, 6), "ABCB", (8, 8, 8, 8), "ABAB"),
)
"""Syllables and rhyme scheme of the verses and of the chorus."""
BOUND_S = 60.0


def sung(syllables: tuple[int, ...], scheme: str) -> tuple[LinePlan, ...]:
    return tuple(
        LinePlan(
            syllables=count,
            stress=("01" * 8 if count % 2 == 0 else "10" * 8)[:count],
            rhyme=letter if scheme.count(letter) > 1 else "",
        )
        for count, letter in zip(syllables, scheme, strict=True)
    )


def plan(number: int) -> SongPlan:
    verse, verse_scheme, chorus, chorus_scheme = SHAPES[number % len(SHAPES)]
    of_verse, of_chorus = sung(verse, verse_scheme), sung(chorus, chorus_scheme)
    parts = (("verse 1", "verse 1", of_verse), ("chorus", "chorus", of_chorus), ("verse 2", "verse 2", of_verse))
    return SongPlan(
        song_id=f"song-{number + 1}",
        theme=THEMES[number % len(THEMES)],
        genre="folk",
        mood="hopeful",
        key=Key(tonic="D", mode="major"),
        tempo_bpm=96,
        voice_range=VoiceRange(low=57, high=74),
        sections=tuple(
            SectionPlan(
                name=name,
                role="chorus" if words == "chorus" else "verse",
                bars=8,
                energy=0.5,
                words=words,
                melody="chorus" if words == "chorus" else "verse",
                lines=lines,
            )
            for name, words, lines in (*parts, ("last chorus", "chorus", of_chorus))
        ),
    )


def write(numbers: list[int]) -> tuple[list[Lyrics], dict[str, float]]:
    """One worker's songs and what they cost."""
    import torch

    torch.set_num_threads(1)
    from models.lyrics.engine import load_language_model
    from models.lyrics.writer import write_lyrics

    began, cpu = time.perf_counter(), time.process_time()
    model = load_language_model(registry.path("lyrics:smollm2", registry.default_models_dir()), device="cpu")
    loaded = time.perf_counter() - began
    made = [write_lyrics(plan(number), model, seed=1) for number in numbers]
    wall = time.perf_counter() - began
    return made, {
        "load_s": loaded,
        "wall_s": wall,
        "cpu_s": time.process_time() - cpu,
        "sampled": model.tokens_sampled,
        "scored": model.tokens_scored,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def compare(repeats: int = 3) -> None:
    """Our loop and transformers' generate by turns: 64 rows of 8 tokens after one prompt."""
    import torch
    from transformers import AutoModelForCausalLM

    from models.lyrics.engine import load_language_model
    from models.lyrics.prompts import song_prompt

    torch.set_num_threads(1)
    folder = registry.path("lyrics:smollm2", registry.default_models_dir())
    ours = load_language_model(folder, device="cpu")
    peer = AutoModelForCausalLM.from_pretrained(str(folder), dtype=torch.float32)
    prefix = ours.tokenizer.encode(song_prompt("", THEMES[0], [], "Verse 1", chat=True)).ids
    inputs = torch.tensor([prefix])
    seconds: dict[str, list[float]] = {"ours": [], "transformers": []}
    for turn in range(repeats + 1):
        began = time.process_time()
        before = ours.tokens_sampled
        ours.sample(prefix, n=64, max_new=8, seed=turn, temperature=0.85, top_p=0.95)
        own = (time.process_time() - began) / (ours.tokens_sampled - before)
        began = time.process_time()
        with torch.inference_mode():
            peer.generate(
                inputs, attention_mask=torch.ones_like(inputs), do_sample=True, num_return_sequences=64,
                min_new_tokens=8, max_new_tokens=8, temperature=0.85, top_p=0.95, pad_token_id=0,
            )  # fmt: skip
        other = (time.process_time() - began) / (64 * 8)
        if turn:
            seconds["ours"].append(own)
            seconds["transformers"].append(other)
    own, other = (statistics.median(seconds[name]) for name in ("ours", "transformers"))
    print(f"64 x 8 tokens after {len(prefix)}, tokens a CPU second: ours {1 / own:.0f}, transformers {1 / other:.0f}")
    print(f"ratio of the medians of {repeats}: {other / own:.1f}")


def main() -> None:
    from models.lyrics.measuring import measure

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=3)
    parser.add_argument("--show", action="store_true", help="print the words")
    parser.add_argument("--compare", action="store_true", help="transformers on the same token work")
    asked = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = "1"
    began = time.perf_counter()
    shares = [list(range(asked.songs))[start::2] for start in range(2)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        results = list(pool.map(write, shares))
    wall = time.perf_counter() - began
    for _, cost in results:
        print("  ".join(f"{name} {value:.1f}" for name, value in cost.items()))
    total = sum(cost["sampled"] for _, cost in results)
    cpu = sum(cost["cpu_s"] for _, cost in results)
    print(f"{asked.songs} songs: {wall:.1f} s wall (bound {BOUND_S:.0f} s for 3 on idle cores), {cpu:.1f} CPU s")
    print(f"{total:.0f} tokens sampled, {total / cpu:.0f} a CPU second with all that is around them")
    print(f"load average of the machine now: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    for numbers, (made, _) in zip(shares, results, strict=True):
        for number, lyrics in zip(numbers, made, strict=True):
            fit, rhyme, perfect, repeated, distinct, stress = astuple(measure(lyrics, plan(number)))
            print(
                f"{lyrics.title!r}: syllables {fit:.0%}, rhyme {rhyme:.0%} (perfect {perfect:.0%}), "
                f"repeated {repeated}, distinct-2 {distinct:.2f}, stress {stress:.0%}"
            )
            if asked.show:
                for section in lyrics.sections:
                    print(f"  [{section.name}]", *(f"    {line.text}" for line in section.lines), sep="\n")
    if asked.compare:
        compare()


if __name__ == "__main__":
    if not Path(registry.default_models_dir() / "lyrics-smollm2").exists():
        raise SystemExit("lyrics:smollm2 is not pulled: run `hibari models pull lyrics:smollm2`")
    main()
