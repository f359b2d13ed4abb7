from __future__ import annotations

from datetime import date

import pytest

from schemas.errors import BriefError, CheckpointError, ReviewError
from schemas.jobs import Budget
from schemas.settings import Settings
from tasks.batches.asking import Overrides, ask_batch, queue_batch
from tasks.batches.reading import read_batch
from tasks.bench import Bench
from tasks.choices import Decider

DAY = date(2025, 1, 31)
ADA = Decider("Ada", "command")
OWN = '"[verse]\nThe light upon the water\nIt calls to me\n"'
TABLE = (
    "theme,songs,models.cover,lyrics\n"
    f"the sea {{date}},1,cover:typographic,{OWN}\nthe hills,1,cover:typographic,{OWN}\n"
)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(Settings(home=tmp_path / "home", models=tmp_path / "none", device="cpu"))
    yield bench
    bench.catalogue.close()


def asked(bench, text=TABLE, on=DAY, **options):
    return ask_batch(bench, read_batch(text, "csv", name="own"), on=on, **options)


def test_a_batch_becomes_one_request(bench):
    found = asked(bench)
    assert found.request.name == "own"
    assert [brief.theme for brief in found.request.briefs] == ["the sea 2025-01-31", "the hills"]
    assert (found.priority, found.request.refused) == (3, ())


def test_what_is_said_with_the_command_wins_over_the_batch(bench):
    entry = r'{brief: {theme: a, songs: 1, models: {cover: cover:typographic}, lyrics: ["[verse]\nla la\n"]}}'
    text = f"priority: 2\nbudget: {{albums: 5, minutes: 9}}\npolicy: demo\nentries: [{entry}]\n"
    read = read_batch(text, "yaml")
    plain = ask_batch(bench, read, on=DAY)
    assert (plain.priority, plain.request.policy, plain.request.budget) == (2, "demo", Budget(albums=5, minutes=9))
    given = ask_batch(bench, read, on=DAY, overrides=Overrides(priority=7, policy="", albums=1, disk_mb=50))
    assert (given.priority, given.request.policy) == (7, "")
    assert given.request.budget == Budget(albums=1, minutes=9, disk_mb=50)


def test_words_that_cannot_be_sung_are_refused_before_anything_is_begun(bench):
    bad = TABLE + 'the moon,1,cover:typographic,"[yodel]\nla la\n"\nthe stars,99,,\n'
    with pytest.raises(BriefError) as refused:
        asked(bench, bad)
    assert "line 10: lyrics.1: lyrics, line 1: the section tag 'yodel'" in str(refused.value)
    assert "line 13: songs: 99" in str(refused.value)
    assert bench.catalogue.jobs() == []
    assert bench.catalogue.albums() == []


def test_refused_briefs_may_be_left_out_and_stand_in_the_request(bench):
    found = asked(bench, TABLE + "the stars,99,\n", skip_refused=True)
    assert len(found.request.briefs) == 2
    assert found.request.refused[0].startswith("line 10: songs: 99")


def test_a_batch_of_which_nothing_is_left_is_refused(bench):
    with pytest.raises(BriefError, match="songs: 99"):
        asked(bench, "theme,songs\na,99\n", skip_refused=True)


def test_weights_that_are_not_here_are_told_as_such_where_every_brief_needs_them(bench):
    with pytest.raises(CheckpointError, match="lyrics:smollm2 is not here"):
        asked(bench, "theme\nthe sea\nthe hills\n")
    found = asked(bench, TABLE + "the stars,1,\n", skip_refused=True)
    assert "lyrics:smollm2 is not here" in found.request.refused[0]


def test_a_policy_that_is_not_written_is_refused(bench):
    with pytest.raises(ReviewError, match="lenient"):
        asked(bench, overrides=Overrides(policy="lenient"))


def test_the_same_batch_on_the_same_day_is_one_job_until_it_is_over(bench):
    first = queue_batch(bench, asked(bench), ADA)
    assert queue_batch(bench, asked(bench), ADA).id == first.id
    assert queue_batch(bench, asked(bench, on=date(2025, 2, 1)), ADA).id != first.id
    assert [choice.what for choice in bench.catalogue.choices()].count("ask_make") == 2
    bench.catalogue.cancel_job(first.id, "Ada")
    again = queue_batch(bench, asked(bench), ADA)
    assert again.id != first.id
    assert queue_batch(bench, asked(bench), ADA).id == again.id
    assert (again.by, again.priority) == ("Ada", 3)
