from __future__ import annotations

from pathlib import Path

import torch

from models.music.accompanist.network import load_accompanist
from models.music.accompanist.writing import write_accompaniment
from tests.media.arrange.songs import lead_of, plan_of

WEIGHTS = Path(__file__).resolve().parents[4] / "weights" / "accompanist.safetensors"


def test_the_pianist_that_comes_with_hibari_plays_every_bar_and_more_in_the_chorus():
    torch.set_num_threads(1)
    plan = plan_of("VC", "piano-ballad", lines=2)
    lead = lead_of(plan)
    notes = write_accompaniment(load_accompanist(WEIGHTS), lead, plan, seed=1).notes
    assert {note.onset_ticks // lead.bar_ticks for note in notes} == set(range(lead.bars))
    chorus = lead.sections[1].first_bar * lead.bar_ticks
    end = (lead.bars - 1) * lead.bar_ticks
    verse, full = ([n for n in notes if a <= n.onset_ticks < b] for a, b in ((0, chorus), (chorus, end)))
    assert len(full) / (lead.bars - 1 - lead.sections[1].first_bar) > len(verse) / lead.sections[1].first_bar
    assert all(7 <= len([n for n in verse if n.onset_ticks // lead.bar_ticks == bar]) <= 40 for bar in range(2))
