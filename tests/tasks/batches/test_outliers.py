from __future__ import annotations

import pytest

from schemas.inspection import Disclosure, Figure, Inspection, SharedRun
from schemas.making import Recipe, Slot
from schemas.settings import Settings
from tasks.batches.outliers import outliers
from tasks.bench import Bench

DISCLOSURE = Disclosure(
    lyrics="ai",
    composition="ai",
    instrumentation="rules",
    vocals="rules",
    post_production="rules",
    artwork="rules",
)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(Settings(home=tmp_path / "home", device="cpu"))
    yield bench
    bench.catalogue.close()


def heard(bench, album, song, value, *, unit="LUFS", ok=True, shared=0, name="integrated loudness"):
    """Put the inspection of a song into the catalogue."""
    run = SharedRun(of="words", corpus="poems", length=shared, shared="the sea", where="A Poem", limit=8)
    figure = Figure(name=name, value=value, unit=unit, bound=">= -15", ok=ok, where="verse 1")
    inspection = Inspection(song_id=song, figures=(figure,), shared=(run,), disclosure=DISCLOSURE)
    slot = Slot(album_id=album, song_id=song, step="inspect")
    recipe = Recipe(step="inspect", revision=1, seed=abs(hash((album, song))))
    bench.catalogue.put(inspection)
    bench.catalogue.take(slot, 0, recipe.digest(), inspection.digest())


def albums_of(bench, values):
    names = [f"album-{number}" for number in range(len(values))]
    for name, value in zip(names, values, strict=True):
        heard(bench, name, "song-1", value)
    return names


def test_a_figure_far_from_the_batchs_own_is_told_in_words(bench):
    names = albums_of(bench, [-14.0, -14.1, -13.9, -14.0, -14.05, -17.0, -14.0])
    first, *others = outliers(bench, names)
    assert first.album_id == "album-5"
    (odd,) = first.oddities
    assert odd.kind == "unusual"
    assert odd.why == "integrated loudness is -17 LUFS, far below the batch's usual -14 LUFS (verse 1)"
    assert odd.z == pytest.approx(0.6745 * -3.0 / 0.1, abs=0.01)
    assert [album.oddities for album in others] == [()] * 6
    assert [album.album_id for album in others] == [name for name in names if name != "album-5"]


def test_differences_that_nobody_hears_are_none(bench):
    assert all(not album.oddities for album in outliers(bench, albums_of(bench, [-14.0] * 6 + [-14.3])))


def test_a_few_songs_are_not_compared(bench):
    assert all(not album.oddities for album in outliers(bench, albums_of(bench, [-14.0, -14.0, -14.0, -30.0])))


def test_failures_come_before_flagged_runs_before_missed_bounds_before_the_unusual(bench):
    names = albums_of(bench, [-14.0] * 6 + [-19.0])
    heard(bench, "album-1", "song-1", -14.0, ok=False)
    heard(bench, "album-2", "song-1", -14.0, shared=9)
    bench.catalogue.fail(Slot(album_id="album-3", song_id="song-2", step="write_lyrics"), "no line fits")
    found = outliers(bench, names)
    assert [album.album_id for album in found][:4] == ["album-3", "album-2", "album-1", "album-6"]
    assert [album.oddities[0].kind for album in found[:4]] == ["failed", "flagged run", "bound missed", "unusual"]
    assert found[0].oddities[0].why == "write lyrics failed: no line fits"
    assert "shares 9 words with A Poem" in found[1].oddities[0].why
    assert "asked is >= -15" in found[2].oddities[0].why


def test_an_album_that_was_never_begun_is_like_the_others(bench):
    assert [album.oddities for album in outliers(bench, ["nothing-here"])] == [()]


def test_a_take_that_is_not_selected_is_not_looked_at(bench):
    names = albums_of(bench, [-14.0] * 7)
    slot = Slot(album_id="album-0", song_id="song-1", step="inspect")
    odd = Inspection(
        song_id="song-1", figures=(Figure(name="rhymes", value=0, ok=False),), shared=(), disclosure=DISCLOSURE
    )
    bench.catalogue.put(odd)
    bench.catalogue.take(slot, 1, Recipe(step="inspect", revision=1, seed=99).digest(), odd.digest())
    assert all(not album.oddities for album in outliers(bench, names))
    bench.catalogue.select(slot, 1)
    assert outliers(bench, names)[0].album_id == "album-0"


def test_a_song_is_named_by_its_title(made):
    state, _ = made.make()
    (album,) = outliers(made.bench, [state.album_id])
    assert all(odd.title == "Upon the Water" for odd in album.oddities)
