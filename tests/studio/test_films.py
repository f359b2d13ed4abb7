"""Films in the studio: on the page of the album and of the song, and in the form of a brief."""

from __future__ import annotations

import html
import re

import pytest

from schemas.brief import Brief, Film
from schemas.errors import BriefError
from studio.pages.album_facts import album_facts
from studio.pages.brief_form import BriefForm, brief_from_form, form_of
from studio.views.album_detail import album_detail
from tasks.standing import refresh_standing
from tests.studio.conftest import studio_over
from tests.tasks.filming.conftest import filmed, filmed_home, unfilmed
from tests.tasks.filming.test_steps import no_paint

__all__ = ["filmed", "filmed_home", "unfilmed"]


@pytest.fixture
def studio(filmed):
    home = studio_over(filmed)
    refresh_standing(home.bench, home.album_id)
    yield home
    home.app.state.studio.close()


def videos(text) -> list[dict[str, str]]:
    found = re.findall(r"<video([^>]*)>", text)
    return [{name: html.unescape(value) for name, value in re.findall(r'([a-z]+)="([^"]*)"', one)} for one in found]


@pytest.mark.parametrize("rest", ["", "/songs/song-1"])
def test_a_film_is_on_the_page_and_can_be_played_from_anywhere(studio, rest):
    browser = studio.browser()
    text = browser.get(f"/albums/{studio.album_id}{rest}").text
    (video,) = videos(text)
    part = browser.get(video["src"], headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.headers["content-type"]) == (206, "video/mp4")
    assert part.content[:4] == b"ftyp"
    assert studio.stranger().get(video["src"]).status_code in (303, 401)
    poster = browser.get(video["poster"])
    assert (poster.status_code, poster.headers["content-type"]) == (200, "image/jpeg")
    assert (video["width"], video["height"]) == ("64", "64")
    assert "Film of Upon the Water" in text


def test_twelve_frames_of_a_film_lie_on_the_albums_page(studio):
    browser = studio.browser()
    text = browser.get(f"/albums/{studio.album_id}").text
    (strip,) = re.findall(r'src="([^"]*)" alt="Twelve frames', text)
    answer = browser.get(html.unescape(strip))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")


def test_the_album_without_films_shows_none(studio_home):
    browser = studio_home.browser()
    for rest in ("", "/songs/song-1"):
        assert videos(browser.get(f"/albums/{studio_home.album_id}{rest}").text) == []


def test_an_album_without_the_film_it_was_to_get_is_judged_as_it_is(unfilmed, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("tasks.filming.rolling.roll_reel", no_paint)
        unfilmed.make()
    home = studio_over(unfilmed)
    refresh_standing(home.bench, home.album_id)
    facts = album_facts(home.album_id, home.bench)
    assert facts.cover is not None
    assert facts.waiting == ("song-1", "cover")
    assert album_detail(home.bench, home.album_id).cover is not None
    text = home.browser("producer").get(f"/albums/{home.album_id}").text
    assert "the paint ran out" in text
    answer = home.api("reviewer").post(
        f"/api/v1/albums/{home.album_id}/verdicts", json={"songs": ["cover"], "decision": "approved"}
    )
    assert answer.status_code < 300, answer.text
    assert album_facts(home.album_id, home.bench).cover.ruling.approved
    home.app.state.studio.close()


def test_what_a_brief_asks_of_films_goes_through_the_form_and_back():
    brief = Brief(theme="rain", film=Film(style="few-shot", width_px=640, height_px=360, fps=12))
    form = form_of(brief)
    assert form.text("film") == "few-shot"
    assert brief_from_form(form) == brief
    assert brief_from_form(BriefForm({"theme": "rain", "film": "none"})).film == Film(style="none")
    assert brief_from_form(BriefForm({"theme": "rain", "film": ""})).film == Film()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("film", "opera", "vid2vid"),
        ("film_width", "62", "64"),
        ("film_width", "641", "2"),
        ("film_height", "9000", "1920"),
        ("film_fps", "many", "many"),
    ],
)
def test_what_no_film_can_be_is_told_beside_its_field(name, value, told):
    form = BriefForm({"theme": "rain", name: value})
    with pytest.raises(BriefError):
        brief_from_form(form)
    assert set(form.wrongs) == {name}
    assert told in form.wrongs[name]


def test_a_refused_film_opens_the_part_of_the_form_it_is_in(still_studio):
    answer = still_studio.browser("producer").post("/new", data={"theme": "rain", "film": "opera", "film_fps": "99"})
    assert answer.status_code == 422
    assert 'id="film-wrong"' in answer.text
    assert 'id="film_fps-wrong"' in answer.text
    assert '<details class="fold" id="making" open>' in answer.text


def test_a_size_of_films_in_yaml_stands_in_the_form(still_studio):
    document = "theme: foxes\nfilm: {style: move, width_px: 640, height_px: 360, fps: 30}"
    text = still_studio.browser("producer").post("/new", data={"document": document, "deed": "ask"}).text
    for name, value in (("film_width", 640), ("film_height", 360), ("film_fps", 30)):
        assert re.search(rf'name="{name}"[^>]*value="{value}"', text), name
    assert '<option value="move" selected>' in text
