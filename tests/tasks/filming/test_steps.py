"""Films in production: made after the songs, reused, made again where something changed, left out where they fail."""

from __future__ import annotations

import re

import pytest

from media.film.probing import film_facts
from schemas.audio import Master
from schemas.base import canonical_json, sha256_hex
from schemas.errors import CheckpointError, MediaError
from schemas.film import Storyboard, Video
from schemas.picture import Sleeve
from schemas.reading import read_artifact
from tasks.press.press import already_pressed, press_album
from tasks.prospects import accept_failures, foresee
from tasks.review import cover_step, judge_by_policy, ruling_on, subject_of
from tasks.standing import refresh_standing
from tasks.steps.film import films_missing, gets_films
from tests.tasks.conftest import workshop_in
from tests.tasks.filming.conftest import filming_in

FILM_STEPS = {"direct_film", "film_reel", "film_video"}


def looked_at(shop):
    state = shop.open()
    foresee(state)
    accept_failures(state)
    return state


def video_of(state):
    return state.bench.get(state.of("film_video", None, "song-1"), Video)


def no_paint(*_, **__):
    raise MediaError("the paint ran out")


def test_the_song_is_reused_and_its_film_is_made(filmed_home):
    made = set((filmed_home / "made.txt").read_text().split())
    assert made == {*FILM_STEPS, "paint_cover", "lay_out_sleeve"}


def test_a_film_is_what_its_record_says_with_the_song_and_its_chapters(filmed):
    state = looked_at(filmed)
    video, master = video_of(state), filmed.bench.get(state.of("master", state.plan.songs[0]), Master)
    path = filmed.settings.home / "film.mp4"
    filmed.bench.blobs.copy_to(video.film, path)
    facts = film_facts(path)
    assert (facts.width_px, facts.height_px, facts.frames) == (video.width_px, video.height_px, video.frames)
    assert (facts.width_px, facts.height_px, facts.fps) == (64, 64, 1)
    assert (video.style, video.model) == ("vid2vid", "film:painted")
    assert facts.duration_s == pytest.approx(master.duration_s, abs=1.1)
    assert facts.sound_s == pytest.approx(facts.duration_s, abs=0.1)
    assert facts.tags["title"] == "Upon the Water"
    assert "AI-generated" in facts.tags["comment"]
    assert len(facts.chapters) > 1
    board = filmed.bench.get(video.storyboard, Storyboard)
    assert board.frames == video.frames
    words = re.sub(r"<[^>]*>", "", filmed.bench.blobs.read(video.subtitles).decode())
    assert "The light upon the water\n" in words


def test_what_is_judged_is_the_sleeve_with_its_film(filmed):
    state = looked_at(filmed)
    sleeve = filmed.bench.get(state.of("lay_out_sleeve", None), Sleeve)
    assert [one.name for one in sleeve.films] == ["song-1"]
    assert sleeve.films[0].artifact == state.of("film_video", None, "song-1")
    assert cover_step(state) == "lay_out_sleeve"
    assert subject_of(state, None) == sleeve.digest()


def test_the_plan_of_a_finished_album_makes_films_and_what_holds_them_alone(unfilmed):
    shop = workshop_in(unfilmed.settings.home.parent)
    plain = {str(one.slot.step) for one in foresee(shop.open()) if one.action != "reuse"}
    planned = {one.slot.step: one.action for one in foresee(unfilmed.open()) if one.action != "reuse"}
    assert plain == set()
    assert planned.pop("paint_cover") == "make"
    assert set(planned) == {"direct_film", "film_video", "lay_out_sleeve"}
    assert set(planned.values()) == {"make"}
    shop.bench.catalogue.close()


def test_a_second_make_makes_nothing(filmed):
    assert {one.action for one in foresee(filmed.open())} == {"reuse"}
    assert filmed.make()[1] == []


def test_another_size_films_anew_what_was_directed_before(filmed):
    wide = filming_in(filmed.settings.home.parent, width_px=96)
    state, delivered = wide.make()
    assert {item.slot.step for item in delivered} - {"paint_cover"} == {"film_reel", "film_video", "lay_out_sleeve"}
    assert video_of(state).width_px == 96
    assert video_of(state).storyboard == video_of(looked_at(filmed)).storyboard
    wide.bench.catalogue.close()


@pytest.mark.parametrize(
    ("broken", "slot"),
    [
        ("tasks.filming.directing.direct", "direct_film/song-1"),
        ("tasks.filming.rolling.roll_reel", "film_reel/song-1.000"),
        ("tasks.filming.finishing.finish_film", "film_video/song-1"),
    ],
)
def test_an_album_is_whole_without_a_film_that_cannot_be_made(unfilmed, monkeypatch, broken, slot):
    monkeypatch.setattr(broken, no_paint)
    state, _ = unfilmed.make()
    assert state.failures == {}
    assert films_missing(state) == {"song-1": "the paint ran out"}
    assert any(str(one).endswith(slot) for one in state.lacking)
    later = looked_at(unfilmed)
    assert films_missing(later) == {"song-1": "the paint ran out"}
    sleeve = unfilmed.bench.get(later.of("lay_out_sleeve", None), Sleeve)
    assert sleeve.films == ()
    assert later.of("lay_out_sleeve", None) == state.of("lay_out_sleeve", None)
    assert subject_of(later, None) == sleeve.digest()
    assert refresh_standing(unfilmed.bench, unfilmed.brief.album_id).state == "review"


def test_a_release_without_a_film_says_why_until_it_is_made_as_in_any_store(unfilmed, filmed_home, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("tasks.filming.rolling.roll_reel", no_paint)
        state, _ = unfilmed.make()
        judge_by_policy(state, "demo")
        release, folder = press_album(state, unfilmed.settings.releases)
        assert "song-1 has no film: the paint ran out" in release.notes
        assert "the paint ran out" in (folder / "credits.md").read_text()
        assert not (folder / "films").exists()
        later = looked_at(unfilmed)
        assert already_pressed(later, unfilmed.settings.releases) == release
        assert press_album(later, unfilmed.settings.releases)[0] == release
    again, delivered = unfilmed.make()
    assert {item.slot.step for item in delivered} == {"film_reel", "film_video", "lay_out_sleeve"}
    assert films_missing(again) == {}
    assert films_missing(looked_at(unfilmed)) == {}
    assert not ruling_on(again, None).decision
    home = filming_in(filmed_home)
    assert video_of(again) == video_of(looked_at(home))
    assert again.of("lay_out_sleeve", None) == looked_at(home).of("lay_out_sleeve", None)
    home.bench.catalogue.close()


def test_a_release_holds_the_film_its_words_and_its_pictures(filmed):
    state = looked_at(filmed)
    judge_by_policy(state, "demo")
    release, folder = press_album(state, filmed.settings.releases)
    films = sorted(path.name for path in (folder / "films").iterdir())
    name = "01 Upon the Water"
    assert films == [f"{name} - strip.jpg", f"{name}.jpg", f"{name}.mp4", f"{name}.vtt"]
    assert f"films/{name}.mp4" in {file.path for file in release.files}
    assert "<video" in (folder / "index.html").read_text()


def test_weights_that_are_not_here_are_told_of_before_any_work(unfilmed):
    latent = filming_in(unfilmed.settings.home.parent, style="latent")
    with pytest.raises(CheckpointError, match="hibari models pull upscale:compact"):
        foresee(latent.open())
    latent.bench.catalogue.close()


def test_albums_of_before_films_keep_their_digest_and_get_none(made):
    facts = made.brief.replaced(models={"cover": "cover:painted"}).model_dump(mode="json")
    del facts["film"]
    content = canonical_json(facts | {"schema_version": 2})
    old = read_artifact(content)
    assert old.film.style == "none"
    assert not gets_films(old)
    assert old.digest() == sha256_hex(content)
    assert old.album_id.endswith(sha256_hex(content)[:8])
