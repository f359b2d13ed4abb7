from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.batch import Batch, day_seed
from schemas.errors import BriefError
from tasks.batches.expanding import expand, refuse

DAY = date(2025, 1, 31)


def batch(*entries):
    return Batch.model_validate({"entries": entries})


def unfolded(*entries):
    found = expand(batch(*entries), on=DAY)
    refuse(found.refused)
    return found.briefs


def test_all_combinations_come_once_the_last_field_fastest():
    made = unfolded({"brief": {"theme": "sea"}, "vary": {"genre": ["folk", "rock"], "seed": "1..3"}})
    assert [(brief.genre, brief.seed) for brief in made] == [
        ("folk", 1), ("folk", 2), ("folk", 3), ("rock", 1), ("rock", 2), ("rock", 3)
    ]  # fmt: skip


def test_zip_takes_the_lists_in_step():
    made = unfolded({"vary": {"theme": ["a", "b"], "genre": ["folk", "rock"]}, "how": "zip"})
    assert [(brief.theme, brief.genre) for brief in made] == [("a", "folk"), ("b", "rock")]


def test_a_sample_is_drawn_the_same_every_time_and_another_with_another_draw():
    entry = {"brief": {"theme": "sea"}, "vary": {"seed": "1..400", "songs": "1..9"}, "how": "sample", "count": 12}
    first, again = unfolded(entry), unfolded(entry)
    assert first == again
    assert len({brief.digest() for brief in first}) == 12
    assert [(brief.seed, brief.songs) for brief in first][:3] == [(12, 4), (42, 4), (58, 6)]
    assert unfolded({**entry, "draw": 1}) != first


def test_a_sample_may_be_drawn_by_the_date():
    entry = {"brief": {"theme": "s"}, "vary": {"seed": "1..400"}, "how": "sample", "count": 4, "draw": "{date}"}
    one, other = (expand(batch(entry), on=day).briefs for day in (DAY, date(2025, 2, 1)))
    assert one != other


def test_a_repeat_counts_the_seed_on():
    assert [brief.seed for brief in unfolded({"brief": {"theme": "a", "seed": 5}, "repeat": 3})] == [5, 6, 7]
    assert [brief.seed for brief in unfolded({"brief": {"theme": "a"}, "repeat": 2})] == [1, 2]


def test_the_date_may_be_the_seed():
    made = unfolded({"brief": {"theme": "{date}", "seed": "{date}", "title": "No. {n}"}, "repeat": 2})
    assert [brief.seed for brief in made] == [day_seed(DAY), day_seed(DAY) + 1]
    assert [brief.title for brief in made] == ["No. 1", "No. 2"]
    assert made[0].theme == "2025-01-31"


@pytest.mark.parametrize(
    ("entry", "named"),
    [
        ({"brief": {"theme": "a"}, "vary": {"gener": ["folk"]}}, ["entry 1", "vary.gener", "genre"]),
        ({"brief": {"theme": "a", "genre": "folk"}, "vary": {"genre": ["rock"]}}, ["genre", "brief", "vary"]),
        ({"brief": {"theme": "a"}, "vary": {"genre": "folk"}}, ["vary.genre", "'folk'", "[a, b]"]),
        ({"brief": {"theme": "a"}, "vary": {"seed": "9..1"}}, ["vary.seed", "9..1", "500"]),
        ({"brief": {"theme": "a"}, "vary": {"seed": "1..900"}}, ["vary.seed", "900", "500"]),
        ({"brief": {"theme": "a"}, "vary": {"seed": []}}, ["vary.seed", "0 values"]),
        ({"vary": {"theme": ["a", "b"], "genre": ["folk"]}, "how": "zip"}, ["theme 2", "genre 1", "how: all"]),
        ({"vary": {"theme": ["a", "b"]}, "how": "sample"}, ["count"]),
        ({"vary": {"theme": ["a", "b"]}, "how": "sample", "count": 3}, ["count 3", "2 combinations"]),
        ({"vary": {"theme": ["a", "b"]}, "count": 1}, ["count 1", "how: sample"]),
        ({"brief": {"theme": "a"}, "vary": {"seed": [1, 2]}, "repeat": 2}, ["repeat 2", "seed"]),
        ({"brief": {"theme": "{day}"}}, ["entry 1", "theme", "{day}", "{date}"]),
        ({"brief": {"songs": 2}}, ["entry 1", "theme", "is needed"]),
        ({"brief": {"theme": "a", "models": {"lyrics": "/etc/passwd"}}}, ["models", "/etc/passwd"]),
        ({"brief": {"theme": "a", "models": {"lyrics": "hf:org/model"}}}, ["models", "hf:org/model"]),
    ],
)
def test_an_entry_that_does_not_fit_is_refused_by_name(entry, named):
    with pytest.raises(BriefError) as refused:
        unfolded(entry)
    for word in named:
        assert word in str(refused.value)


def test_a_bad_brief_is_refused_and_the_others_stand():
    found = expand(batch({"brief": {"theme": "a"}, "vary": {"genre": ["folk", "polka"], "seed": "1..3"}}), on=DAY)
    assert [brief.seed for brief in found.briefs] == [1, 2, 3]
    assert [(refusal.place, refusal.briefs) for refusal in found.refused] == [("entry 1", 3)]
    assert "polka" in str(found.refused[0])
    assert "3 briefs" in str(found.refused[0])


def test_two_that_ask_for_the_same_album_are_named():
    with pytest.raises(BriefError, match="entry 2: asks for the same album as entry 1"):
        unfolded({"brief": {"theme": "a"}}, {"brief": {"theme": " a "}})


def test_too_many_are_refused_before_any_is_unfolded():
    vary = {name: list(range(500)) for name in ("seed", "songs", "takes", "title", "artist", "genre", "mood", "voice")}
    with pytest.raises(BriefError, match="at most 500"):
        expand(batch({"brief": {"theme": "a"}, "vary": vary}), on=DAY)


def test_no_more_than_twenty_refusals_are_listed():
    found = expand(batch(*({"brief": {"theme": "a", "songs": 100 + n}} for n in range(30))), on=DAY)
    with pytest.raises(BriefError) as refused:
        refuse(found.refused)
    assert str(refused.value).count("entry ") == 20
    assert "and 10 more" in str(refused.value)


@given(
    how=st.sampled_from(["all", "sample"]),
    themes=st.lists(st.sampled_from("abcdef"), min_size=1, max_size=4, unique=True),
    seeds=st.integers(1, 6),
    repeat=st.integers(1, 3),
)
@settings(deadline=None, max_examples=40)
def test_unfolding_twice_gives_the_same_albums_in_the_same_order(how, themes, seeds, repeat):
    vary = {"theme": themes, "songs": list(range(1, seeds + 1))}
    entry = {"vary": vary, "how": how, "repeat": repeat} | ({"count": 1} if how == "sample" else {})
    first = expand(batch(entry), on=DAY)
    assert first == expand(batch(entry), on=DAY)
    assert len(first.briefs) == repeat * (1 if how == "sample" else len(themes) * seeds)
    assert len({brief.album_id for brief in first.briefs}) == len(first.briefs)
