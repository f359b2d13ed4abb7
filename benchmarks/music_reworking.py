"""How far a variation goes, what infilling and harmonising cost, and whether an album's motif is heard.

`python -m benchmarks.music_reworking [--songs 24] [--weights FILE]`

Songs are composed for random plans and words. Printed are the share of notes that a variation changes, by its amount;
CPU seconds of each kind of reworking (medians); and how often verse and chorus sing the motif that was asked for.
"""

from __future__ import annotations

import argparse
import statistics
import time
from pathlib import Path

MOTIFS = (
    ((0, 2, 0), (2, 2, 2), (4, 4, 4), (8, 2, 3), (10, 2, 2)),
    ((0, 4, 4), (4, 2, 2), (6, 2, 3), (8, 6, 1)),
    ((0, 2, 0), (2, 2, 1), (4, 4, 4), (8, 2, 3), (10, 2, 1), (12, 4, 2)),
    ((0, 6, 4), (6, 2, 4), (8, 4, 7)),
)
AMOUNTS = (0.1, 0.25, 0.5, 0.75, 1.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--songs", type=int, default=24)
    parser.add_argument("--weights", type=Path, default=Path("weights/music-transformer.safetensors"))
    arguments = parser.parse_args()
    import torch

    torch.set_num_threads(1)
    from models.music.compose import ComposeRequest, compose_lead_sheets, load_music_model
    from models.music.given import given_of
    from models.music.motif_hearing import FEWEST_NOTES, hear_motif
    from schemas.composing import MotifNote, SongMotif
    from schemas.music import LeadSheet
    from tests.models.music.plans import random_song

    model = load_music_model(arguments.weights)
    requests, motifs = [], []
    for seed in range(arguments.songs):
        plan, words = random_song(seed)
        notes = tuple(MotifNote(*each) for each in MOTIFS[seed % len(MOTIFS)])
        motif = SongMotif(
            album_notes=notes, notes=notes, mode=plan.key.mode, relation="as it is", model="motif:written"
        )
        motifs.append(motif)
        requests.append(ComposeRequest(plan, words, seed, takes=4, given=given_of(plan, (), motif)))
    made = compose_lead_sheets(requests, model)
    leads = [lead for lead in made if isinstance(lead, LeadSheet)]
    print(f"motif heard in {len(leads)} songs   whole   {FEWEST_NOTES} notes or whole")
    for role in ("verse", "chorus"):
        best = []
        for lead, motif in zip(leads, motifs, strict=True):
            names = {span.name for span in lead.sections if span.role == role}
            best.append(max((each.notes for each in hear_motif(lead, motif) if each.section in names), default=0))
        lengths = [len(motif.album_notes) for motif in motifs]
        whole = statistics.fmean(notes == of for notes, of in zip(best, lengths, strict=True))
        begun = statistics.fmean(notes >= min(FEWEST_NOTES, of) for notes, of in zip(best, lengths, strict=True))
        print(f"{role:24s}{whole:8.0%}{begun:19.0%}")
    print_reworkings(leads[:6], [request.plan for request in requests[:6]], model)


def print_reworkings(leads: list, plans: list, model: object) -> None:  # type: ignore[type-arg]
    from models.music.reworking.harmonising import harmonise
    from models.music.reworking.infilling import infill
    from models.music.reworking.varying import vary

    times: dict[str, list[float]] = {"harmonise": [], "infill two bars": [], "vary by a half": []}
    shares: dict[float, list[float]] = {amount: [] for amount in AMOUNTS}
    for lead, plan in zip(leads, plans, strict=True):
        first = next(span.first_bar for span in lead.sections if span.words)
        start = time.process_time()
        harmonise(lead, plan, model, seed=1)  # type: ignore[arg-type]
        times["harmonise"].append(time.process_time() - start)
        start = time.process_time()
        infill(lead, plan, model, first_bar=first, last_bar=first + 1, part="both", seed=1)  # type: ignore[arg-type]
        times["infill two bars"].append(time.process_time() - start)
        for amount in AMOUNTS:
            start = time.process_time()
            other = vary(lead, plan, model, amount=amount, seed=1)  # type: ignore[arg-type]
            if amount == 0.5:
                times["vary by a half"].append(time.process_time() - start)
            changed = [one != two for one, two in zip(lead.melody, other.melody, strict=True)]
            shares[amount].append(statistics.fmean(changed))
    print(f"\nvariation of {len(leads)} songs: amount, share of notes changed")
    for amount, found in shares.items():
        print(f"{amount:8.2f}{statistics.fmean(found):8.0%}")
    print("\nmedian CPU seconds a song")
    for name, found in times.items():
        print(f"{name:18s}{statistics.median(found):6.2f}")


if __name__ == "__main__":
    main()
