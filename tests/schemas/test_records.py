from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from schemas.making import Recipe, Slot, derive_seed
from schemas.music import PartScore
from schemas.plan import SectionPlan
from schemas.reading import kinds, read_artifact
from tests import examples

SNAPSHOT = Path(__file__).parent / "schemas.snapshot.json"


def _schemas():
    return {kind: cls.model_json_schema() for kind, cls in sorted(kinds().items())}


def test_the_json_schemas_are_those_that_were_agreed():
    """A change of a stored schema needs a new schema_version and an upgrade; then write the snapshot anew.

    `python -m tests.schemas.test_records` writes it.
    """
    assert _schemas() == json.loads(SNAPSHOT.read_text())


@pytest.mark.parametrize("make", [examples.song_plan, examples.lyrics, examples.lead_sheet])
def test_a_record_survives_json_with_its_digest(make):
    record = make()
    assert read_artifact(record.canonical()) == record
    assert read_artifact(record.canonical()).digest() == record.digest()


def test_a_record_is_frozen_and_closed():
    plan = examples.song_plan()
    with pytest.raises(ValidationError):
        plan.tempo_bpm = 100
    with pytest.raises(ValidationError):
        plan.replaced(colour="blue")
    with pytest.raises(ValidationError, match="180"):
        plan.replaced(tempo_bpm=400)


def test_a_digest_covers_content_alone_and_changes_with_it():
    plan = examples.song_plan()
    assert plan.digest() == examples.song_plan().digest()
    assert plan.digest() != plan.replaced(tempo_bpm=97).digest()


def test_bars_that_do_not_add_up_are_refused():
    lines = examples.song_plan().sections[1].lines
    with pytest.raises(ValidationError, match="7 bars for 4 lines of 2"):
        SectionPlan(name="verse", role="verse", bars=7, energy=0.5, words="v", melody="v", lines=lines)


def test_sections_that_share_a_tune_must_have_the_same_syllables():
    plan = examples.song_plan()
    other = plan.sections[2].replaced(melody="verse", lines=plan.sections[2].lines[:2], bars=4)
    with pytest.raises(ValidationError, match="share melody"):
        plan.replaced(sections=(*plan.sections[:2], other, plan.sections[3]))


def test_a_lead_sheet_refuses_notes_that_overlap_or_skip_a_syllable():
    sheet = examples.lead_sheet()
    first, second, *rest = sheet.melody
    with pytest.raises(ValidationError, match="overlap"):
        sheet.replaced(melody=(first.replaced(duration_ticks=1000), second, *rest))
    with pytest.raises(ValidationError, match="is followed by"):
        sheet.replaced(melody=(first, *rest))


def test_a_recipe_says_which_component_differs():
    recipe = Recipe(step="mix", revision=1, inputs={"plan": "0" * 64}, parameters={"preset": "folk"}, seed=3)
    other = recipe.replaced(inputs={"plan": "1" * 64}, parameters={"preset": "rock"})
    assert recipe.differences(other) == ("input plan", "parameter preset")
    assert recipe.digest() != other.digest()


def test_seeds_come_from_names_and_never_from_position():
    assert derive_seed(7, "song-1", "sing", 0) == derive_seed(7, "song-1", "sing", 0)
    seeds = {derive_seed(7, f"song-{n}", step, take) for n in range(9) for step in ("sing", "mix") for take in range(3)}
    assert len(seeds) == 54
    assert all(0 <= seed < 2**63 for seed in seeds)


@pytest.mark.parametrize("name", ["../etc", "A B", "", "a--b", "x" * 81])
def test_a_slot_refuses_names_that_are_no_slugs(name):
    with pytest.raises(ValidationError):
        Slot(album_id=name, song_id=None, step="mix")


def test_a_part_score_changes_with_its_own_part_only():
    from media.arrange.arrange import arrange_score

    score = arrange_score(examples.lead_sheet(), examples.song_plan(), seed=1)
    bass = next(part for part in score.parts if part.role == "bass")
    shorter = bass.replaced(notes=bass.notes[:-1])
    changed = score.replaced(parts=tuple(shorter if part.name == bass.name else part for part in score.parts))
    same = [part.name for part in score.parts if part.name != bass.name]
    assert all(PartScore.of(score, name) == PartScore.of(changed, name) for name in same)
    assert PartScore.of(score, bass.name).digest() != PartScore.of(changed, bass.name).digest()


if __name__ == "__main__":
    SNAPSHOT.write_text(json.dumps(_schemas(), indent=1, sort_keys=True) + "\n")
