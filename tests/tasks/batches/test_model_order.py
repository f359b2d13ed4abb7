from __future__ import annotations

import pytest

from schemas.brief_reading import brief_from_fields
from schemas.settings import Settings
from tasks.albums import planned_album
from tasks.bench import Bench
from tasks.production import ProductionRun
from tasks.state import AlbumState

WORDS = "[verse]\nThe light upon the water\nIt calls to me\n"


@pytest.fixture
def bench(tmp_path):
    bench = Bench(Settings(home=tmp_path / "home", device="cpu"))
    yield bench
    bench.catalogue.close()


@pytest.fixture
def album(bench):
    """Makes a planned album whose words a model of that name is to write."""

    def plan(theme, model, *, songs=1, own=False):
        words = {"lyrics": [WORDS]} if own else {}
        brief = brief_from_fields({"theme": theme, "songs": songs, "models": {"lyrics": f"lyrics:{model}"}, **words})
        return AlbumState(brief, planned_album(brief), bench)

    return plan


def order(*albums):
    return [(each.brief.theme, song.lyrics_model) for each, song in ProductionRun(list(albums), None).songs()]


def test_songs_of_one_model_follow_one_another_and_else_keep_their_order(album):
    found = order(album("a", "small", songs=2), album("b", "large"), album("c", "small"), album("d", "large"))
    assert found == [
        ("a", "lyrics:small"),
        ("a", "lyrics:small"),
        ("c", "lyrics:small"),
        ("b", "lyrics:large"),
        ("d", "lyrics:large"),
    ]


def test_songs_with_words_of_their_own_wait_for_no_language_model(album):
    found = order(album("a", "small"), album("b", "large", own=True), album("c", "small"))
    assert [theme for theme, _ in found] == ["a", "c", "b"]


def test_a_worker_fed_in_that_order_loads_each_model_once(album, bench):
    albums = [album(f"theme {at}", "large" if at % 2 else "small") for at in range(6)]
    for _, song in ProductionRun(albums, None).songs():
        bench.loaded(song.lyrics_model, object)
        bench.loaded(song.music_model, object)
    assert bench.loads == ["lyrics:small", "music:transformer", "lyrics:large"]


def test_in_the_order_of_the_albums_it_would_load_them_in_turns(bench):
    for at in range(6):
        bench.loaded("lyrics:large" if at % 2 else "lyrics:small", object)
    assert len(bench.loads) == 6
