from __future__ import annotations

import pytest

from schemas.errors import ReviewError
from tasks.bench import Bench
from tasks.press.press import press_album
from tasks.prospects import foresee
from tasks.review import judge, one_name, ruling_on


@pytest.fixture
def strict(made):
    """The album under the rule of two people."""
    rules = made.settings.studio.model_copy(update={"two_people": True})
    made.settings = made.settings.model_copy(update={"studio": rules})
    made.bench.catalogue.close()
    made.bench = Bench(made.settings)
    state = made.open()
    foresee(state)
    return made, state


def _approve(state, *people):
    for person in people:
        judge(state, [*state.plan.songs, None], "approved", by=person)


@pytest.mark.parametrize("same", ["ada  LOVELACE ", "Ada Lovelace", "Ａda Lovelace"])
def test_one_person_counts_once_however_the_name_is_written(strict, same):
    _, state = strict
    _approve(state, "Ada Lovelace", same)
    ruling = ruling_on(state, state.plan.songs[0])
    assert not ruling.approved
    assert "alone" in ruling.wanted
    assert one_name(same) == one_name("Ada Lovelace")


def test_a_press_says_who_is_missing_and_the_release_names_both(strict):
    made, state = strict
    with pytest.raises(ReviewError, match="approved by nobody"):
        press_album(state, made.settings.releases)
    _approve(state, "Ada")
    with pytest.raises(ReviewError, match="approved by Ada alone"):
        press_album(state, made.settings.releases)
    judge(state, list(state.plan.songs), "approved", by="Ben")
    with pytest.raises(ReviewError, match="the cover .* approved by Ada alone"):
        press_album(state, made.settings.releases)
    judge(state, [None], "approved", by="Cy")
    release, _ = press_album(state, made.settings.releases)
    assert release.two_people
    assert release.songs[0].approvers == ("Ada", "Ben")
    assert release.cover_approvers == ("Ada", "Cy")
    assert "Approved by Ada, Ben, Cy." in release.approval
    assert "two people" in release.approval


def test_a_policy_is_no_person(strict):
    from tasks.review import judge_by_policy

    _, state = strict
    judge_by_policy(state, "demo")
    _approve(state, "Ada")
    assert not ruling_on(state, state.plan.songs[0]).approved


def test_anybodys_latest_rejection_stands_until_that_person_takes_it_back(strict):
    _, state = strict
    song = state.plan.songs[0]
    judge(state, [song], "rejected", by="Cy", reason="too slow")
    _approve(state, "Ada", "Ben")
    ruling = ruling_on(state, song)
    assert (ruling.decision, ruling.verdicts[-1].by) == ("rejected", "Cy")
    judge(state, [song], "approved", by="cy")
    assert ruling_on(state, song).approved


def test_by_the_usual_rule_the_latest_verdict_decides(made):
    state, _ = made.make()
    song = state.plan.songs[0]
    assert ruling_on(state, song).wanted.startswith("has no verdict")
    judge(state, [song], "rejected", by="Ada", reason="too slow")
    judge(state, [song], "approved", by="Ben")
    assert ruling_on(state, song).approved
    assert not ruling_on(state, song, two_people=True).approved
