from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from media.cover.typographic import paint_typographic_cover
from schemas.plan import AlbumPlan
from tests.browser.release_folder import HOSTILE, make_release
from tests.examples import lead_sheet, song_plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plan = AlbumPlan(
        album_id="light",
        title="Light",
        artist="Mara Lind",
        theme="light",
        genre="folk",
        mood="hopeful",
        songs=(song_plan(),),
    )
    cover = paint_typographic_cover(plan, (lead_sheet(),), seed=1, size_px=600)
    return make_release(tmp_path_factory.mktemp("release"), cover.png, cover.palette)


class Opened:
    """The page in a window, with all it asked for and complained of."""

    def __init__(self, browser, index: Path, **options) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 860}, **options})
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(index.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        self.context.close()

    def seek(self, seconds: float) -> None:
        self.until("document.getElementById('sound').readyState > 0")
        self.page.evaluate(
            """at => new Promise(done => { const sound = document.getElementById('sound');
            sound.addEventListener('seeked', () => setTimeout(done, 0), {once: true}); sound.currentTime = at; })""",
            seconds,
        )

    def until(self, condition: str, timeout_s: float = 8.0) -> None:
        """Ask again and again from here: the page's policy refuses the evaluation that Playwright would wait with."""
        end = time.monotonic() + timeout_s
        while not self.page.evaluate(condition):
            assert time.monotonic() < end, f"not so within {timeout_s} s: {condition}"
            self.page.wait_for_timeout(40)

    def lit(self) -> list[str]:
        return self.page.eval_on_selector_all(".words.on .syl.now", "nodes => nodes.map(n => n.textContent)")


@pytest.fixture
def opened(chromium, index):
    with Opened(chromium, index) as it:
        yield it


def test_the_song_plays_and_time_goes_on(opened):
    opened.page.click("#play")
    opened.until("document.getElementById('sound').currentTime > 0.4")
    assert opened.page.get_attribute("#play", "aria-label") == "Pause"
    opened.page.keyboard.press("Escape")
    opened.page.click("#play")
    assert opened.page.evaluate("document.getElementById('sound').paused")
    assert opened.complaints == []


@pytest.mark.parametrize(("at", "syllable"), [(2.2, "the"), (4.7, "wa"), (5.2, "ter"), (6.6, "calls"), (12.7, "sun")])
def test_the_syllable_that_is_sung_is_lit(opened, at, syllable):
    opened.seek(at)
    assert opened.lit() == [syllable]


def test_nothing_is_lit_before_the_first_word(opened):
    opened.seek(0.5)
    assert opened.lit() == []


def test_no_request_leaves_the_folder_and_nothing_is_complained_of(opened, index):
    opened.page.click("#play")
    opened.page.wait_for_timeout(300)
    folder = index.parent.as_uri()
    assert [url for url in opened.requests if not url.startswith((folder, "data:"))] == []
    assert opened.complaints == []


def test_a_title_with_markup_is_shown_and_does_nothing(opened):
    assert opened.page.evaluate("window.hacked") is None
    shown = opened.page.text_content("#now-title")
    assert re.sub(r"\s", " ", shown) == re.sub(r"\s", " ", HOSTILE)
    assert opened.page.locator("img").count() == 1


def test_keys_play_seek_and_change_songs(opened):
    opened.seek(1.0)
    opened.page.keyboard.press("ArrowRight")
    opened.until("Math.abs(document.getElementById('sound').currentTime - 6) < 0.1")
    opened.page.keyboard.press("j")
    opened.until("document.getElementById('sound').currentTime > 9.9")
    opened.page.keyboard.press("n")
    assert opened.page.text_content("#now-title") == "A Second Song"
    opened.page.keyboard.press("p")
    assert opened.page.text_content("#now-title") != "A Second Song"
    opened.page.keyboard.press("Space")
    opened.until("!document.getElementById('sound').paused")


def test_a_click_on_a_line_goes_there(opened):
    opened.until("document.getElementById('sound').readyState > 0")
    opened.page.locator(".words.on .line").nth(1).click()
    opened.until("Math.abs(document.getElementById('sound').currentTime - 6) < 0.1")
    assert opened.lit() == ["it"]


def test_the_line_that_is_sung_comes_to_the_middle(chromium, index):
    with Opened(chromium, index, reduced_motion="reduce", viewport={"width": 1000, "height": 420}) as it:
        it.seek(14.2)
        it.page.wait_for_timeout(100)
        panel = it.page.locator(".words.on .scroll").bounding_box()
        line = it.page.locator(".words.on .line.on").bounding_box()
        assert abs((line["y"] + line["height"] / 2) - (panel["y"] + panel["height"] / 2)) < 4


def test_the_words_are_set_in_the_font_inside_the_page(opened):
    assert opened.page.evaluate("document.fonts.ready.then(() => document.fonts.check('20px \"Hibari Serif\"'))")
    faces = opened.page.evaluate("[...document.fonts].map(face => face.status)")
    assert "loaded" in faces


def test_a_click_on_the_waveform_and_on_a_section_goes_there(opened):
    opened.until("document.getElementById('sound').readyState > 0")
    box = opened.page.locator("#wave").bounding_box()
    opened.page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    opened.until("Math.abs(document.getElementById('sound').currentTime - 12) < 0.4")
    opened.page.get_by_role("button", name="Go to chorus").click()
    opened.until("Math.abs(document.getElementById('sound').currentTime - 10) < 0.1")


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_narrow_window_never_scrolls_sideways(chromium, index, width):
    with Opened(chromium, index, viewport={"width": width, "height": 800}, is_mobile=True, has_touch=True) as it:
        wide = it.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide[0] <= width
        assert wide[1] == width


def test_without_script_every_song_has_a_player_and_its_words(chromium, index):
    with Opened(chromium, index, java_script_enabled=False) as it:
        assert it.page.locator("audio[controls]").count() == 2
        assert it.page.locator("audio[controls]").first.is_visible()
        assert it.page.locator(".words").nth(1).is_visible()
        assert not it.page.locator("#player").is_visible()


def test_every_button_has_a_name(opened):
    names = opened.page.eval_on_selector_all("button", "all => all.map(b => (b.ariaLabel || b.innerText).trim())")
    assert all(names)


def test_a_missing_sound_file_is_said_in_words(chromium, index, tmp_path):
    copy = tmp_path / "index.html"
    copy.write_bytes(index.read_bytes())
    with Opened(chromium, copy) as it:
        it.until("document.getElementById('trouble').textContent.length > 0")
        assert "not found" in it.page.text_content("#trouble")


FILM = "document.querySelector('video.song-film')"


@pytest.fixture
def at_film(opened):
    opened.page.keyboard.press("n")
    opened.until(f"{FILM}.checkVisibility()")
    return opened


def play_film(page):
    page.evaluate(f"{FILM}.muted = true")
    page.evaluate(f"{FILM}.play()")


def test_a_film_plays_from_the_folder(at_film):
    assert at_film.page.evaluate(f"{FILM}.readyState") == 0
    play_film(at_film.page)
    at_film.until(f"{FILM}.currentTime > 0.4")
    seen = at_film.page.evaluate(f"[{FILM}.videoWidth, {FILM}.videoHeight, Math.round({FILM}.duration)]")
    assert seen == [160, 90, 3]
    assert at_film.page.evaluate(f"{FILM}.getVideoPlaybackQuality().totalVideoFrames") > 3
    assert at_film.complaints == []


def test_a_film_and_the_song_are_never_heard_at_once(at_film):
    at_film.page.click("#play")
    at_film.until("document.getElementById('sound').currentTime > 0.1")
    play_film(at_film.page)
    at_film.until("document.getElementById('sound').paused")
    assert at_film.page.get_attribute("#play", "aria-label") == "Play"
    at_film.page.click("#play")
    at_film.until(f"{FILM}.paused")
    at_film.until("!document.getElementById('sound').paused")


def test_the_keys_of_a_film_in_focus_are_its_own(at_film):
    at_film.until("document.getElementById('sound').readyState > 0")
    at_film.page.evaluate("window.heard = 0; document.getElementById('sound').addEventListener('play', () => heard++)")
    at_film.page.evaluate(f"{FILM}.muted = true; {FILM}.focus()")
    at_film.page.keyboard.press("Space")
    at_film.until(f"!{FILM}.paused")
    at_film.page.keyboard.press("ArrowRight")
    at_film.page.wait_for_timeout(100)
    assert at_film.page.evaluate("[heard, document.getElementById('sound').currentTime]") == [0, 0]


def test_a_film_shows_its_poster_before_it_is_played_and_is_as_wide_as_its_column(at_film):
    at_film.page.wait_for_load_state("networkidle")
    assert any(url.endswith("more.jpg") for url in at_film.requests)
    assert not any(url.endswith(".mp4") for url in at_film.requests)
    box = at_film.page.locator("video.song-film").bounding_box()
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.02)
