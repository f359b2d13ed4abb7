"""Composing under constraints never comes to a dead end, and no bar it writes is invalid.

`python -m benchmarks.music_dead_ends [--plans 10000] [--seed 0]`

Composes random plans at the edges of the schemas (lines of 1 to 16 syllables in 1 to 8 bars, 50 to 180 bpm, 3 or 4
beats, all keys and genres, voices of 9 to 60 semitones; in part with given chords, notes or a motif) with a network of
random weights, so that what holds, holds by construction. Counts dead ends (any error that is no refusal), invalid bars
and, by their message, refusals of plans that cannot be sung, such as more syllables than slots.
"""

from __future__ import annotations

import argparse
import re
import time
from collections import Counter

import numpy as np

BATCH = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plans", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    import torch

    from models.music.transformer import MusicTransformer, MusicTransformerConfig

    torch.set_num_threads(1)
    torch.manual_seed(5)
    model = MusicTransformer(MusicTransformerConfig(layers=1, width=16, heads=1, hidden=16, context=256)).eval()
    counts: Counter[str] = Counter()
    start = time.process_time()
    for first in range(0, arguments.plans, BATCH):
        counts.update(outcomes(range(first, min(first + BATCH, arguments.plans)), arguments.seed, model))
        if first // BATCH % 20 == 19:
            print(f"… {first + BATCH} plans", flush=True)
    print(
        f"{arguments.plans} plans in {time.process_time() - start:.0f} CPU s: {counts['composed']} composed, of which"
    )
    print(
        f"  {counts['notes given']} with given notes, {counts['chords given']} chords, {counts['motif given']} a motif"
    )
    print(f"dead ends       {sum(count for name, count in counts.items() if name.startswith('dead end'))}")
    print(f"invalid bars    {sum(count for name, count in counts.items() if name.startswith('invalid'))}")
    print(f"refused rightly {sum(count for name, count in counts.items() if name.startswith('refused'))}")
    for name, count in counts.most_common():
        if ":" in name:
            print(f"  {count:6d}  {name}")


def outcomes(numbers: range, seed: int, model: object) -> Counter[str]:
    """What became of some plans."""
    from models.music.compose import ComposeRequest, compose_lead_sheets
    from schemas.errors import HibariError
    from tests.models.music.any_plans import any_plan, faults, fixed_for

    counts: Counter[str] = Counter()
    requests = []
    for number in numbers:
        rng = np.random.default_rng((seed, number))
        plan, words = any_plan(rng)
        try:
            given = fixed_for(rng, plan)
        except HibariError as error:
            counts[f"refused: {shape_of(error)}"] += 1
            continue
        requests.append(ComposeRequest(plan, words, number, takes=1, given=given))
    try:
        made = compose_lead_sheets(requests, model)  # type: ignore[arg-type]
    except Exception:  # noqa: BLE001
        made = [alone(request, model) for request in requests]
    for request, lead in zip(requests, made, strict=True):
        if isinstance(lead, Exception):
            kind = (
                "refused" if isinstance(lead, HibariError) else f"dead end, {type(lead).__name__}, seed {request.seed}"
            )
            counts[f"{kind}: {shape_of(lead)}"] += 1
            continue
        counts["composed"] += 1
        counts["notes given"] += any(tune.lines for tune in request.given.tunes.values())
        counts["chords given"] += any(tune.chords for tune in request.given.tunes.values())
        counts["motif given"] += request.given.motif is not None
        counts.update(f"invalid, plan {request.seed}: {fault}" for fault in faults(request.plan, request.given, lead))
    return counts


def alone(request: object, model: object) -> object:
    """A lead sheet, or any error at all that there was."""
    from models.music.compose import compose_lead_sheets

    try:
        return compose_lead_sheets([request], model)[0]  # type: ignore[list-item, arg-type]
    except Exception as error:  # noqa: BLE001
        return error


def shape_of(error: Exception) -> str:
    """A message without its numbers and names."""
    return re.sub(r"'[^']*'", "…", re.sub(r"[\d.]+", "n", str(error)))[:110]


if __name__ == "__main__":
    main()
