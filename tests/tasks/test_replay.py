from __future__ import annotations

import json

import pytest

from schemas.errors import ArtifactError
from schemas.release import Release
from tasks.bench import Bench
from tasks.press.press import press_album
from tasks.replay import prepare_replay
from tasks.review import judge_by_policy


@pytest.fixture
def folder(made):
    state, _ = made.make()
    judge_by_policy(state, "demo")
    return press_album(state, made.settings.releases)[1]


@pytest.fixture
def empty(made, tmp_path):
    bench = Bench(made.settings.model_copy(update={"home": tmp_path / "scratch"}))
    yield bench
    bench.catalogue.close()


def test_every_take_of_the_record_is_selected_so_that_nothing_is_chosen_again(folder, empty):
    plan = prepare_replay(folder, empty)
    slot = plan.album.slot("compose_lead_sheet", plan.album.plan.songs[0])
    assert empty.catalogue.is_selected(slot)
    assert plan.damaged_files == ()


@pytest.mark.parametrize("change", [{"step": "rm -rf"}, {"step": "fly"}, {"take": 2**70}])
def test_a_strangers_record_that_names_unknown_steps_or_takes_is_refused_in_words(folder, empty, change):
    path = folder / "release.json"
    document = json.loads(path.read_text())
    document["release"]["steps"][0] |= change
    document["digest"] = Release.model_validate(document["release"]).digest()
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactError, match="its record names step"):
        prepare_replay(folder, empty)
