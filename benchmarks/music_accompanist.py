"""What the accompanist knows of pianos it has not heard, and how long it takes to write a song's part.

`python -m benchmarks.music_accompanist [--data FOLDER] [--weights FILE]`

Prints nats a token on the test songs of POP909 by kind of token, beside two Markov models of the same songs: a 3-gram
of tokens, and the same 3-gram mixed half and half with a 3-gram of the song's own bars so far, which knows that
pianists repeat themselves. Neither sees the chords' names; both see steps of the ladder, as the network does. Then
CPU seconds a song.
"""

from __future__ import annotations

import argparse
import math
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.music.accompanist.network import Accompanist
    from training.accompanist_corpus import Spelled

KINDS = ("bar", "onset", "hand", "note")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("weights/accompanist.safetensors"))
    parser.add_argument("--work", type=Path, default=Path("build/accompanist"), help="where the corpus is kept")
    parser.add_argument("--songs", type=int, default=49, help="test songs to read")
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    from models.music.accompanist.network import load_accompanist

    model = load_accompanist(arguments.weights)
    print(f"{arguments.weights.name}: {sum(p.numel() for p in model.parameters()):,} parameters\n")
    print_likelihoods(model, arguments.data, arguments.work, arguments.songs)
    print_speed(model)


def print_likelihoods(model: Accompanist, data: Path, work: Path, songs: int) -> None:
    from models.music.accompanist.tokens import VOCABULARY
    from training.accompanist import nats_per_token
    from training.accompanist_corpus import read_corpus
    from training.ngram import Trigram

    corpus = read_corpus(data, work)
    test = corpus["test"][:songs]
    ours: dict[str, list[float]] = {}
    nats_per_token(model, test, min(320, model.config.context), ours)
    trigram = Trigram([song.tokens.tolist() for song in corpus["train"]], VOCABULARY)
    plain, own = markov_losses(trigram, test)
    print(f"nats a token on {len(test)} songs not learned")
    print(f"{'':8}{'ours':>8}{'3-gram':>8}{'3-gram and own bars':>22}{'tokens':>9}")
    for kind in (*KINDS, "all"):
        columns = [[v for k in KINDS if kind in (k, "all") for v in each[k]] for each in (ours, plain, own)]
        means = [statistics.fmean(column) for column in columns]
        print(f"{kind:8}{means[0]:8.3f}{means[1]:8.3f}{means[2]:22.3f}{len(columns[0]):9d}")


def markov_losses(trigram: object, songs: Sequence[Spelled]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    from models.music.accompanist.tokens import VOCABULARY, kind_of
    from training.ngram import Trigram

    assert isinstance(trigram, Trigram)
    plain: dict[str, list[float]] = {kind: [] for kind in KINDS}
    own: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for song in songs:
        tokens = song.tokens.tolist()
        heard = Trigram([], VOCABULARY)
        for place in range(1, len(tokens)):
            history, token = tokens[max(0, place - 2) : place], tokens[place]
            general = trigram.probability(history, token)
            kind = kind_of(token)
            plain[kind].append(-math.log(general))
            own[kind].append(-math.log(0.5 * general + 0.5 * heard.probability(history, token)))
            for order in range(min(place, 2) + 1):
                gram = tuple(tokens[place - order : place + 1])
                heard.kinds[gram[:-1]] += gram not in heard.counts
                heard.counts[gram] += 1
                heard.totals[gram[:-1]] += 1
    return plain, own


def print_speed(model: Accompanist) -> None:
    from models.music.accompanist.writing import write_accompaniment
    from tests.media.arrange.songs import lead_of, plan_of

    plan = plan_of("iVCVCBCo", "piano-ballad")
    lead = lead_of(plan)
    times = []
    for seed in range(3):
        start = time.process_time()
        notes = len(write_accompaniment(model, lead, plan, seed=seed).notes)
        times.append(time.process_time() - start)
    print(f"\na song of {lead.bars} bars, {notes} notes: median {statistics.median(times):.2f} CPU seconds")


if __name__ == "__main__":
    main()
