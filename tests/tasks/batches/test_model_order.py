from __future__ import annotations

from types import SimpleNamespace

import pytest

from schemas.settings import Settings
from tasks.bench import Bench
from tasks.production import ProductionRun


def album(name, *models, tune="music:transformer", own=""):
    songs = [
        SimpleNamespace(song_id=f"song-{at}", lyrics_model=model, music_model=tune, user_lyrics=own)
        for at, model in enumerate(models, start=1)
    ]
    return SimpleNamespace(album_id=name, plan=SimpleNamespace(songs=songs))


def order(*albums):
    run = ProductionRun(list(albums), None)
    return [(each.album_id, song.song_id, song.lyrics_model) for each, song in run.songs()]


def test_songs_of_one_model_follow_one_another_and_else_keep_their_order():
    found = order(album("a", "small", "small"), album("b", "large"), album("c", "small"), album("d", "large"))
    assert [(name, model) for name, _, model in found] == [
        ("a", "small"), ("a", "small"), ("c", "small"), ("b", "large"), ("d", "large")
    ]  # fmt: skip


def test_songs_with_words_of_their_own_wait_for_no_language_model():
    found = order(album("a", "small"), album("b", "large", own="la la"), album("c", "small"))
    assert [name for name, _, _ in found] == ["a", "c", "b"]


@pytest.fixture
def bench(tmp_path):
    bench = Bench(Settings(home=tmp_path / "home", device="cpu"))
    yield bench
    bench.catalogue.close()


def test_a_worker_fed_in_that_order_loads_each_model_once(bench):
    albums = [album(str(at), "lyrics:large" if at % 2 else "lyrics:small") for at in range(6)]
    for _, song in ProductionRun(albums, None).songs():
        bench.loaded(song.lyrics_model, object)
        bench.loaded(song.music_model, object)
    assert bench.loads == ["lyrics:small", "music:transformer", "lyrics:large"]


def test_in_the_order_of_the_albums_it_would_load_them_in_turns(bench):
    for at in range(6):
        bench.loaded("lyrics:large" if at % 2 else "lyrics:small", object)
    assert len(bench.loads) == 6
