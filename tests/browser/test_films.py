"""Films on the pages of the studio: they play, by their own keys, and never beside the song."""

from __future__ import annotations

import shutil

import pytest

from tasks.standing import refresh_standing
from tests.browser.studio_windows import Window
from tests.studio.conftest import studio_over
from tests.studio.live import serving
from tests.tasks.filming.conftest import filmed_home, filming_in

__all__ = ["filmed_home"]

pytestmark = [pytest.mark.browser, pytest.mark.slow]

FILM = "document.querySelector('video')"


@pytest.fixture(scope="module")
def studio(filmed_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    shutil.copytree(filmed_home / "home", folder / "home")
    home = studio_over(filming_in(folder))
    refresh_standing(home.bench, home.album_id)
    with serving(home.app) as live:
        home.url = live.url
        yield home


def play(window):
    window.ask(f"{FILM}.muted = true")
    window.ask(f"{FILM}.play()")


def test_a_film_on_the_albums_page_plays_and_stops_the_song(chromium, studio):
    with Window(chromium, studio, f"/albums/{studio.album_id}") as window:
        window.page.click("button.song-play")
        window.until("document.querySelector('#player audio').currentTime > 0.1")
        play(window)
        window.until(f"{FILM}.currentTime > 0.3 && {FILM}.videoWidth === 64")
        assert window.ask("document.querySelector('#player audio').paused")
        window.ask(f"{FILM}.focus()")
        window.key("Space")
        window.until(f"{FILM}.paused")
        assert window.ask("document.querySelector('#player audio').paused")
        window.page.click("[data-player=play]")
        window.until("!document.querySelector('#player audio').paused")
        play(window)
        window.until("document.querySelector('#player audio').paused")
        assert [url for url in window.requests if not url.startswith(studio.url)] == []
        assert window.complaints == []


def test_a_film_on_the_songs_page_plays_and_stops_the_deck(chromium, studio):
    deck = "document.getElementById('deck').deck"
    with Window(chromium, studio, f"/albums/{studio.album_id}/songs/song-1#sheet") as window:
        window.page.click("#tab-sheet")
        window.until(f"{FILM}.checkVisibility()")
        window.page.click("#play")
        window.until(f"!{deck}.paused && {deck}.currentTime > 0.1")
        play(window)
        window.until(f"{FILM}.currentTime > 0.3 && {deck}.paused")
        window.ask(f"{FILM}.focus()")
        window.key("Space")
        window.until(f"{FILM}.paused")
        assert window.ask(f"{deck}.paused")
        play(window)
        window.page.click("#play")
        window.until(f"{FILM}.paused && !{deck}.paused")
        assert window.complaints == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_page_with_a_film_never_scrolls_sideways(chromium, studio, width):
    with Window(chromium, studio, viewport={"width": width, "height": 800}, is_mobile=width < 700) as window:
        for rest in ("", "/songs/song-1#sheet"):
            window.go(f"/albums/{studio.album_id}{rest}")
            window.ask("document.querySelectorAll('details.fold').forEach(fold => { fold.open = true; })")
            assert window.ask("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), rest
