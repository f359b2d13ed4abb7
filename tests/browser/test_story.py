"""The whole story in a browser, against the very command people start: from a line of text to a release on disk."""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest

from models.registry import default_models_dir
from tests.flows.studio_process import StudioProcess, wait_for
from tests.tasks.conftest import WORDS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PICTURES = os.environ.get("HIBARI_TEST_SCREENSHOTS", "")
"""Folder for pictures of every page of the story; '' takes none."""

MADE_WITHIN_S = 240


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    models = str(default_models_dir())
    found = StudioProcess(tmp_path_factory.mktemp("story"), HIBARI_MODELS=models)
    try:
        yield found.start()
    finally:
        found.stop()


class Person:
    """Somebody at a browser, who looks at every page in light, dark and on a phone."""

    def __init__(self, chromium, studio, scheme="light", width=1280, height=900):
        self.context = chromium.new_context(
            base_url=studio.url, color_scheme=scheme, viewport={"width": width, "height": height}, accept_downloads=True
        )
        self.page = self.context.new_page()
        self.complaints = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._look = f"{'phone' if width < 500 else scheme}"

    def sign_in(self, studio):
        token = wait_for(lambda: re.search(r"hib_[\w-]+", studio.text()), 10).group(0)
        self.page.goto(f"/login#token={token}")
        self.page.get_by_role("button", name="Sign in").click()
        self.page.wait_for_url("**/")
        return self

    def picture(self, name):
        if PICTURES:
            self.page.wait_for_timeout(600)
            self.page.screenshot(path=Path(PICTURES) / f"{name}-{self._look}.png", full_page=True)


def write_brief(page):
    page.goto("/new")
    page.fill("#theme", "a light upon the water")
    page.click("#sound > summary")
    page.fill("#songs", "1")
    page.select_option("#genre", "folk")
    page.fill("#length_low", "20")
    page.fill("#length_high", "40")
    page.click("#names > summary")
    page.fill("#title", "Upon the Water")
    page.click("#words > summary")
    page.fill("textarea[name=words_text]", WORDS)
    page.click("#making > summary")
    page.select_option("#film", "none")
    page.locator("#plan h2").wait_for()


def wait_for_state(page, album, state):
    """Wait until the API says that an album is in a state."""
    wait_for(
        lambda: page.request.get(f"/api/v1/albums?search={album}").json()["albums"][0]["state"] == state, MADE_WITHIN_S
    )


def test_from_a_line_of_text_to_a_release_on_disk(chromium, studio):
    person = Person(chromium, studio).sign_in(studio)
    page = person.page
    person.picture("0-first-run")

    write_brief(page)
    person.picture("1-brief")
    page.get_by_role("button", name="Make the album").click()
    page.wait_for_url("**/albums/*")
    album = page.url.rsplit("/", 1)[1]
    page.get_by_text("Being made").first.wait_for(timeout=60_000)
    person.picture("2-being-made")
    wait_for_state(page, album, "review")
    page.goto(f"/albums/{album}")
    person.picture("3-album")

    song = f"/albums/{album}/songs/song-1"
    page.goto(song)
    page.locator("#play").click()
    page.locator(".syl.now").first.wait_for(timeout=20_000)
    person.picture("4-song-playing")
    page.keyboard.press("n")
    page.fill("#reason", "the tune goes nowhere")
    page.locator("#verdict-send").click()
    page.wait_for_load_state()
    page.goto(song)
    assert "the tune goes nowhere" in page.locator("#panel-verdict").inner_text()

    page.click("#tab-retake")
    page.select_option("#retake-step", "compose_lead_sheet")
    page.locator("#retake-preview li").first.wait_for()
    person.picture("5-retake-preview")
    page.get_by_role("button", name="Start the retake").click()
    page.wait_for_load_state()
    wait_for_state(page, album, "review")

    page.goto(song)
    page.click("#tab-versions")
    assert page.locator(".version").count() == 2
    page.locator("#play").click()
    for key in ("a", "b", "x"):
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    person.picture("6-two-versions")
    page.click("#tab-verdict")
    page.keyboard.press("y")
    page.locator("#verdict-send").click()
    page.wait_for_load_state()

    page.goto(f"/albums/{album}")
    page.get_by_role("button", name="Approve the cover").click()
    page.get_by_role("button", name=re.compile("Press the release")).wait_for()
    person.picture("7-ready-to-press")
    page.get_by_role("button", name=re.compile("Press the release")).click()
    wait_for_state(page, album, "pressed")
    page.goto(f"/albums/{album}")
    person.picture("8-pressed")
    with page.expect_download() as download:
        page.locator('#release a[href$="/archive"]').click()
    names = zipfile.ZipFile(io.BytesIO(Path(download.value.path()).read_bytes())).namelist()
    assert any(name.endswith(".flac") and "/flac/" in f"/{name}" for name in names)
    assert any(name.endswith("release.json") for name in names)
    assert (studio.folder / "releases" / album / "release.json").is_file()

    page.goto("/log")
    said = page.locator("main").inner_text()
    assert "the tune goes nowhere" in said
    person.picture("9-log")
    assert person.complaints == []
    person.context.close()


@pytest.mark.parametrize(("scheme", "width"), [("dark", 1280), ("light", 390)])
def test_every_page_of_the_story_stands_in_the_dark_and_on_a_phone(chromium, studio, scheme, width):
    person = Person(chromium, studio, scheme, width).sign_in(studio)
    page = person.page
    found = page.request.get("/api/v1/albums").json()["albums"]
    assert found, "the story before made an album"
    album = f"/albums/{found[0]['album_id']}"
    for name, path in (
        ("wall", "/"),
        ("brief", "/new"),
        ("album", album),
        ("song", f"{album}/songs/song-1"),
        ("verdicts", "/queue"),
        ("jobs", "/jobs"),
        ("batches", "/batches"),
        ("schedules", "/schedules"),
        ("models", "/models"),
        ("log", "/log"),
        ("settings", "/settings"),
    ):
        assert page.goto(path).status == 200, path
        person.picture(name)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{path} scrolls sideways by {wide} px"
    assert person.complaints == []
    person.context.close()
