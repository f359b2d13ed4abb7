from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from schemas.batch import Batch, BatchEntry, day_seed, put_in

DAY = date(2025, 1, 31)


def test_the_date_and_the_number_are_put_in():
    assert put_in("{date}: letter {n} of {n}", DAY, 7) == "2025-01-31: letter 7 of 7"


def test_doubled_braces_are_plain_braces():
    assert put_in("a {{date}} with {n}", DAY, 1) == "a {date} with 1"


@pytest.mark.parametrize(
    "text", ["{", "}", "{dat}", "{date", "{date.__class__}", "{n!r}", "{0}", "{n:>9999999}", "{ n }"]
)
def test_no_other_brace_is_looked_up(text):
    with pytest.raises(ValueError, match="only {date} and {n}"):
        put_in(text, DAY, 1)


@given(st.text(alphabet=st.characters(blacklist_characters="{}"), max_size=80))
def test_text_without_braces_stays_as_it_is(text):
    assert put_in(text, DAY, 1) == text


def test_the_seeds_of_two_days_leave_room_for_repeats():
    assert day_seed(date(2025, 2, 1)) - day_seed(DAY) >= 1000
    assert day_seed(date(9999, 12, 31)) < 2**53


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"entries": ()}, "entries"),
        ({"entries": ({},), "priority": 12}, "priority"),
        ({"entries": ({"repeat": 0},)}, "repeat"),
        ({"entries": ({"draw": -1},)}, "draw"),
        ({"entries": ({"how": "some"},)}, "how"),
        ({"entries": ({"brief": {"theme": object()}},)}, "theme"),
        ({"entries": ({},), "name": "two\nlines"}, "control character"),
    ],
)
def test_a_batch_out_of_bounds_is_refused(fields, named):
    with pytest.raises(ValidationError, match=named):
        Batch.model_validate(fields)


def test_a_batch_survives_json():
    batch = Batch(name="n", entries=(BatchEntry(brief={"theme": "a"}, vary={"seed": "1..4", "genre": ("folk",)}),))
    assert Batch.model_validate_json(batch.model_dump_json()) == batch
