"""What a strict listener counts in arrangements, by genre, with and without the learned piano part.

`python -m benchmarks.music_arrangement [--songs 10] [--weights weights/accompanist.safetensors]`

Composes that many songs a genre (random plans of the tests, energies by role and chance; kept in `--work`), then
arranges them
and prints shares and means. Where weights are given, the genres with a pianist are arranged a second time.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from media.arrange.arrange import arrange_score
from media.arrange.critique import Count, critique, last_cadence, swells
from media.arrange.styles import STYLES
from schemas.composing import Accompaniment
from schemas.music import LeadSheet, Score
from schemas.plan import Genre, SongPlan

if TYPE_CHECKING:
    from models.music.accompanist.network import Accompanist

ENERGIES = {"intro": 0.25, "verse": 0.38, "prechorus": 0.55, "chorus": 0.82, "bridge": 0.5, "outro": 0.3}
Song = tuple[SongPlan, LeadSheet]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=10, help="a genre")
    parser.add_argument("--weights", type=Path, default=Path("weights/accompanist.safetensors"))
    parser.add_argument("--composer", type=Path, default=Path("weights/music-transformer.safetensors"))
    parser.add_argument("--work", type=Path, default=Path("build/arrangement"), help="where the songs are kept")
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    songs = {genre: written_songs(genre, arguments.songs, arguments.composer, arguments.work) for genre in STYLES}
    columns = {genre: [arrange_score(lead, plan, seed=1) for plan, lead in songs[genre]] for genre in STYLES}
    by_column: dict[str, list[Score]] = {genre: scores for genre, scores in columns.items()}
    if arguments.weights.exists():
        from models.music.accompanist.network import load_accompanist

        model = load_accompanist(arguments.weights)
        for genre, style in STYLES.items():
            if style.pianist:
                by_column[f"{genre} *"] = [with_piano(model, plan, lead) for plan, lead in songs[genre]]
    print_table(by_column)
    if any("*" in name for name in by_column):
        print("\n* with the learned piano part")


def with_piano(model: Accompanist, plan: SongPlan, lead: LeadSheet) -> Score:
    from models.music.accompanist.writing import write_accompaniment

    written: Accompaniment = write_accompaniment(model, lead, plan, seed=1)
    return arrange_score(lead, plan, seed=1, accompaniment=written)


def written_songs(genre: Genre, count: int, composer: Path, work: Path) -> list[Song]:
    from models.music.compose import compose_lead_sheet, load_music_model
    from tests.media.arrange.songs import TEMPOS
    from tests.models.music.plans import random_song

    songs: list[Song] = []
    model = None
    for number in range(count):
        kept = work / f"{genre}-{number}.json"
        if not kept.exists():
            seed = 100 * list(STYLES).index(genre) + number
            plan, words = random_song(seed, genre=genre)
            dice = np.random.default_rng(seed)
            plan = plan.replaced(
                tempo_bpm=int(np.clip(TEMPOS[genre] + dice.integers(-12, 13), 50, 180)),
                sections=tuple(
                    section.replaced(energy=float(np.clip(ENERGIES[section.role] + dice.uniform(-0.15, 0.15), 0, 1)))
                    for section in plan.sections
                ),
            )
            model = model or load_music_model(composer)
            lead = compose_lead_sheet(plan, words, model, seed=seed)
            work.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps([plan.model_dump(mode="json"), lead.model_dump(mode="json")]))
            print(f"composed {kept.stem}", file=sys.stderr)
        plan_facts, lead_facts = json.loads(kept.read_text())
        songs.append((SongPlan.model_validate(plan_facts), LeadSheet.model_validate(lead_facts)))
    return songs


def print_table(columns: dict[str, list[Score]]) -> None:
    rows: dict[str, dict[str, str]] = {}
    for name, scores in columns.items():
        counts: dict[str, Count] = {}
        for score in scores:
            for figure, count in critique(score).items():
                counts[figure] = counts.get(figure, Count(0, 0)) + count
        for figure, count in counts.items():
            rows.setdefault(f"{figure}, %", {})[name] = f"{100 * count.share:.1f}"
        for figure, value in whole_songs(scores).items():
            rows.setdefault(figure, {})[name] = value
    width = max(map(len, rows))
    print(" " * width + "".join(f"{name:>16}" for name in columns))
    for figure in rows:
        print(f"{figure:{width}}" + "".join(f"{rows[figure].get(name, '-'):>16}" for name in columns))


def whole_songs(scores: Sequence[Score]) -> dict[str, str]:
    """Energy against density and loudness within each song, and how songs end."""
    dense, loud, tonic, dominant = [], [], 0, 0
    for score in scores:
        sections = [each for each in swells(score) if each[0].bars > 1]
        energies = [span.energy for span, _, _ in sections]
        dense.append(rank_correlation(energies, [value for _, value, _ in sections]))
        loud.append(rank_correlation(energies, [value for _, _, value in sections]))
        before, last = last_cadence(score)
        tonic += last is not None and last.root == score.key.pitch_class
        dominant += before is not None and (before.root - score.key.pitch_class) % 12 in (5, 7)
    return {
        "energy against notes a bar, rank correlation": f"{statistics.fmean(dense):.2f}",
        "energy against velocity, rank correlation": f"{statistics.fmean(loud):.2f}",
        "songs that end on the tonic, %": f"{100 * tonic / len(scores):.0f}",
        "songs whose last chord comes from IV or V, %": f"{100 * dominant / len(scores):.0f}",
    }


def rank_correlation(one: Sequence[float], other: Sequence[float]) -> float:
    ranks = [np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (one, other)]
    return float(np.corrcoef(*ranks)[0, 1]) if len(one) > 2 else 0.0


if __name__ == "__main__":
    main()
