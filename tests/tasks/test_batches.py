"""A request gets the same bytes in any batch: permuted, split over processes' benches, or resumed half-way."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas.brief_reading import brief_from_fields
from schemas.settings import Settings
from tasks.albums import open_album
from tasks.bench import Bench
from tasks.production import ProductionRun
from tests.tasks.conftest import WORDS, InlinePool

STEPS = ("write_lyrics", "shape_motif", "compose_lead_sheet", "accompany", "arrange_score")
THEMES = ("the sea at night", "a road in winter")


def _brief(theme):
    return brief_from_fields(
        {
            "theme": theme,
            "songs": 1,
            "models": {"cover": "cover:typographic"},
            "length_s": [20, 40],
            "lyrics": [WORDS.replace("water", theme.split()[-1])],
            "seed": len(theme),
        }
    )


def _make(home, themes, upto=None):
    """Make the first steps of some albums in one run, in the order given; the digest of each slot."""
    shop = Settings(home=home, device="cpu", font="timgm6mb")
    bench = Bench(shop)
    albums = [open_album(_brief(theme), bench) for theme in themes]
    run = ProductionRun(albums, InlinePool(shop))
    for step in STEPS[:upto]:
        for album in albums:
            run.make_step(album, album.plan.songs[0], step)
    digests = {
        str(album.slot(step, album.plan.songs[0])): album.of(step, album.plan.songs[0])
        for album in albums
        for step in STEPS[:upto]
    }
    bench.catalogue.close()
    return digests


@pytest.fixture(scope="module")
def alone(tmp_path_factory):
    """What each album gives when it is made by itself, in a store of its own."""
    made = {}
    for theme in THEMES:
        made |= _make(tmp_path_factory.mktemp("alone"), [theme])
    return made


@given(order=st.permutations(THEMES), cut=st.integers(0, 2), upto=st.integers(0, len(STEPS)))
@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_permuted_split_and_resumed_batches_give_the_same_bytes(alone, tmp_path_factory, order, cut, upto):
    home = tmp_path_factory.mktemp("batch")
    _make(home, order, upto)
    first, second = order[:cut], order[cut:]
    made = _make(home, second) | _make(home, first)
    assert made == alone
