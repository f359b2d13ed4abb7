"""Whether composed songs are like real ones: their statistics against those of songs that were not learned.

`python -m benchmarks.music_lead_sheets [--data FOLDER] [--songs 200] [--weights FILE] [--work FOLDER]`

Songs are composed with the shipped weights under plans as `hibari make` draws them: genres and keys in turn, modes and
meters as often as among the real songs, words of one syllable stressed as planned. The real songs: lead sheets that
were held out, and the first 32 sung bars of pop songs; none of them was learned. Beside ours: a 3-gram of the lead
sheets that were learned in the network's place, under the same plans and rules; the 3-gram by itself, held to the
grammar of the alphabet alone, with as many bars; the network by itself likewise. The distances are those of
`training.tune_distances`; 'real' is what the lead sheets have that were learned. Each song is kept in `--work` as soon
as it is made: the same command goes on where it was. The figures also go to `figures.json` there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.music_baselines import Markov, NetworkReading, free_songs, written_by
from benchmarks.music_real_songs import LEAD_SHEETS, pop_tunes, real_tunes
from models.music.measured_tune import MeasuredTune, tune_of_lead_sheet, tune_of_piece
from models.music.tokens import VOCABULARY, prefix, read_piece
from schemas.brief import Brief
from schemas.errors import HibariError
from schemas.lyrics import LyricLine, Lyrics, LyricSection, Syllable, Word
from schemas.music import LeadSheet
from schemas.plan import TONICS, Genre, Key, SongPlan, VoiceRange
from tasks.planning.album import plan_album
from training.composer_controls import bare
from training.composer_corpus import read_songs
from training.ngram import Trigram
from training.tune_distances import ROWS, Compared, SongSet, compare, distance, measured, overlap

if TYPE_CHECKING:
    from models.music.transformer import MusicTransformer

GENRES: tuple[Genre, ...] = ("piano-ballad", "folk", "synth-pop", "rock", "lo-fi", "bossa")
VOICES = {"en": VoiceRange(low=56, high=71)}
STRESSES = {
    "0": Word(text="la", syllables=(Syllable(text="la", phones=("L", "AA"), stress=0),)),
    "1": Word(text="la", syllables=(Syllable(text="la", phones=("L", "AA"), stress=1),)),
}
POP_SONGS = 200
ROWS_TOGETHER = 20
"""Songs that a model writes side by side where nothing binds it."""
MAKERS = ("ours", "3-gram, our rules", "3-gram alone", "network alone")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--weights", type=Path, default=Path("weights/music-transformer.safetensors"))
    parser.add_argument("--corpus", type=Path, default=Path("build/composer"), help="where the corpus' tokens are kept")
    parser.add_argument("--work", type=Path, default=Path("build/music-lead-sheets"))
    parser.add_argument("--songs", type=int, default=200)
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    from models.music.compose import load_music_model

    corpus = read_songs(arguments.data, arguments.corpus)
    sheets = real_tunes([*corpus["valid"], *corpus["test"]], LEAD_SHEETS)
    pop = pop_tunes(arguments.data / "pop909.tar.xz", arguments.work, POP_SONGS)
    learned = real_tunes(corpus["train"], LEAD_SHEETS)
    model = load_music_model(arguments.weights)
    work = arguments.work / hashlib.sha256(arguments.weights.read_bytes()).hexdigest()[:12]
    taught = [bare(song.tokens) for song in corpus["train"] if song.corpus in LEAD_SHEETS]
    made = made_tunes(model, taught, plans_like([*sheets, *pop], arguments.songs), work)
    print_table("lead sheets and pop songs", [*sheets, *pop], learned, made, work / "figures.json")
    print_table("lead sheets alone", sheets, learned, made, work / "figures-lead-sheets.json")


def plans_like(real: Sequence[MeasuredTune], count: int) -> list[tuple[SongPlan, Lyrics]]:
    """Plans as `hibari make` draws them: genres and keys in turn, modes and meters drawn from the real songs."""
    rng = np.random.default_rng(6)
    plans = []
    for number in range(count):
        like = real[int(rng.integers(len(real)))]
        key = Key(tonic=TONICS[number % len(TONICS)], mode=like.mode)
        brief = Brief(theme="rain", songs=1, seed=number, genre=GENRES[number % len(GENRES)], keys=(str(key),))
        plan = plan_album(brief, VOICES).songs[0].replaced(beats_per_bar=3 if like.bar == 12 else 4)
        plans.append((plan, words_for(plan)))
    return plans


def words_for(plan: SongPlan) -> Lyrics:
    """Words of one syllable whose stresses are as they are planned."""
    sections: dict[str, LyricSection] = {}
    for section in plan.sections:
        if section.words:
            lines = tuple(LyricLine(words=tuple(STRESSES[mark] for mark in line.stress)) for line in section.lines)
            sections.setdefault(section.words, LyricSection(name=section.words, role=section.role, lines=lines))
    return Lyrics(title="Rain", sections=tuple(sections.values()))


def made_tunes(
    model: MusicTransformer,
    learned: Sequence[Sequence[int]],
    plans: Sequence[tuple[SongPlan, Lyrics]],
    work: Path,
) -> dict[str, list[MeasuredTune]]:
    """The tunes of every maker, from what is kept where it is there."""
    from models.music.compose import ComposeRequest, compose_lead_sheets, composing

    markov = Markov(Trigram(learned, VOCABULARY))
    requests = [ComposeRequest(*plan, number) for number, plan in enumerate(plans)]

    def ours(numbers: Sequence[int]) -> list[LeadSheet]:
        return [given(lead) for lead in compose_lead_sheets([requests[number] for number in numbers], model)]

    def theirs(numbers: Sequence[int]) -> list[LeadSheet]:
        return [written_by(markov, composing(requests[number], model.config.context)) for number in numbers]

    made: dict[str, list[MeasuredTune]] = {}
    for name, compose in (("ours", ours), ("3-gram, our rules", theirs)):
        leads = kept_lead_sheets(work / name.replace(", ", "-").replace(" ", "-"), len(plans), compose)
        made[name] = [tune for lead in leads if (tune := tune_of_lead_sheet(lead)) is not None]
    bars = [len(tune.bars) for tune in made["ours"]]
    prefixes = [prefix("3/4" if tune.bar == 12 else "4/4", tune.mode) for tune in made["ours"]]
    for name in ("3-gram alone", "network alone"):
        kept = work / f"{name.replace(' ', '-')}.json"
        if not kept.exists():
            began = time.process_time()
            write(kept, json.dumps(free_batches(name, markov, model, prefixes, bars)))
            print(f"{name}: {len(bars)} songs in {time.process_time() - began:.0f} CPU s", flush=True)
        pieces = [read_piece(song) for song in json.loads(kept.read_bytes())]
        made[name] = [tune for piece in pieces if (tune := tune_of_piece(piece)) is not None]
    return made


def free_batches(
    name: str, markov: Markov, model: MusicTransformer, prefixes: Sequence[list[int]], bars: Sequence[int]
) -> list[list[int]]:
    songs = []
    for start in range(0, len(bars), ROWS_TOGETHER):
        logs = markov.next_logs if name == "3-gram alone" else NetworkReading(model).next_logs
        batch = slice(start, start + ROWS_TOGETHER)
        songs += free_songs(logs, prefixes[batch], bars[batch], np.random.default_rng(start))
    return songs


def given(lead: LeadSheet | HibariError) -> LeadSheet:
    if isinstance(lead, HibariError):
        raise lead
    return lead


def kept_lead_sheets(
    folder: Path, count: int, compose: Callable[[Sequence[int]], Sequence[LeadSheet]]
) -> list[LeadSheet]:
    """Lead sheets by number, composed some at a time where they are not kept yet."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{number:04d}.json" for number in range(count)]
    missing = [number for number, path in enumerate(paths) if not path.exists()]
    began = time.process_time()
    for start in range(0, len(missing), ROWS_TOGETHER):
        numbers = missing[start : start + ROWS_TOGETHER]
        for number, lead in zip(numbers, compose(numbers), strict=True):
            write(paths[number], lead.model_dump_json())
    if missing:
        print(f"{folder.name}: {len(missing)} songs in {time.process_time() - began:.0f} CPU s", flush=True)
    return [LeadSheet.model_validate_json(path.read_bytes()) for path in paths]


def write(path: Path, text: str) -> None:
    part = path.with_suffix(".part")
    part.write_text(text)
    part.replace(path)


def print_table(
    title: str,
    held_out: Sequence[MeasuredTune],
    learned: Sequence[MeasuredTune],
    made: dict[str, list[MeasuredTune]],
    path: Path,
) -> None:
    real, others = measured(held_out), measured(learned)
    sets = {name: measured(tunes) for name, tunes in made.items()}
    count = len(made["ours"])
    print(f"\n{title}: {len(held_out)} real ones that were not learned; {len(learned)} learned; {count} of each maker")
    print("distance to the real ones [nine of ten resamplings], in brackets: how often ours is nearer")
    print(f"{'':32s}{'real':>7s}{MAKERS[0]:>24s}" + "".join(f"{maker:>30s}" for maker in MAKERS[1:]))
    figures = {}
    for name in ROWS:
        against = {maker: compare(name, real, sets["ours"], sets[maker]) for maker in MAKERS[1:]}
        ours, floor = against[MAKERS[1]].ours, distance(name, real, others)
        cells = "".join(f"{beside(against[maker]):>30s}" for maker in MAKERS[1:])
        print(f"{name:32s}{floor:7.3f}{interval(ours):>24s}{cells}", flush=True)
        figures[name] = {
            "real": floor,
            "ours": ours,
            **{maker: {"distance": each.other, "ours_nearer": each.nearer} for maker, each in against.items()},
            "overlap": {maker: overlap(name, real, songs) for maker, songs in sets.items()},
            "means": {maker: mean_of(name, songs) for maker, songs in {"real": real, **sets}.items()},
        }
    print_means(real, sets)
    write(path, json.dumps(figures, indent=1))
    print(f"written to {path}")


def print_means(real: SongSet, sets: dict[str, SongSet]) -> None:
    print("\nmeans of the values, and overlapping areas with the real ones (Yang and Lerch; 1 is best)")
    print(f"{'':32s}{'real':>8s}" + "".join(f"{name:>20s}" for name in sets))
    for name in ROWS:
        cells = [f"{mean_of(name, songs)} ({overlap(name, real, songs):.2f})" for songs in sets.values()]
        print(f"{name:32s}{mean_of(name, real):>8s}" + "".join(f"{cell:>20s}" for cell in cells))


def mean_of(name: str, songs: SongSet) -> str:
    """The mean of a statistic that is one number; '' of others."""
    figures = songs.figures[name]
    return f"{np.nanmean(figures):.2f}" if figures.ndim == 1 else ""


def interval(found: tuple[float, float, float]) -> str:
    return f"{found[0]:.3f} [{found[1]:.3f}, {found[2]:.3f}]"


def beside(compared: Compared) -> str:
    return f"{interval(compared.other)} ({compared.nearer:.2f})"


if __name__ == "__main__":
    main()
