"""A studio of two albums on loopback, and windows of a browser that someone signed in at it."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from schemas.brief_reading import brief_from_fields
from schemas.jobs import MakeRequest
from studio.auth import COOKIE
from tasks.albums import open_album
from tasks.standing import refresh_standing
from tests.studio.conftest import StudioHome, studio_over
from tests.studio.live import serving
from tests.tasks.conftest import WORDS, workshop_in

HOSTILE = '<img src=x onerror="window.hacked=1"></title><script>window.hacked=2</script>'


def three_songs():
    """A brief of three songs of the user's own words; nothing of it is made."""
    return brief_from_fields(
        {
            "theme": "three lights",
            "title": "Three Lights",
            "songs": 3,
            "models": {"cover": "cover:typographic"},
            "length_s": [20, 40],
            "lyrics": [{"title": name, "text": WORDS} for name in ("Amber", "Green", "Red")],
        }
    )


@contextmanager
def open_studio(made_home: Path, folder: Path) -> Iterator[StudioHome]:
    """A studio over a copy of the made album and one that is only planned, both of a batch; served at `home.url`."""
    shutil.copytree(made_home / "home", folder / "home")
    home = studio_over(workshop_in(folder))
    open_album(three_songs(), home.bench)
    for album_id in home.catalogue.album_ids():
        refresh_standing(home.bench, album_id)
    wish = MakeRequest(name="two lights", briefs=(home.shop.brief, three_songs()))
    home.batch = home.catalogue.add_job(wish, by="Pat").id
    home.catalogue.begin_job(home.batch, "here:1")
    home.catalogue.finish_job(home.batch, "here:1", "done")
    with serving(home.app) as live:
        home.url = live.url
        yield home


class Window:
    """A window, with all it asked for and complained of."""

    def __init__(self, browser, home: StudioHome, path: str = "/", *, role: str = "producer", **options) -> None:
        self.home = home
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        secret, _ = home.catalogue.add_session(home.catalogue.token_of(home.secrets[role]).id, lasts_s=3600)
        self.context.add_cookies([{"name": COOKIE, "value": secret, "domain": "127.0.0.1", "path": "/"}])
        self.page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.go(path)

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        self.context.close()

    def go(self, path: str) -> None:
        self.page.goto(self.home.url + path)

    def ask(self, script: str):
        return self.page.evaluate(script)

    def until(self, condition: str, timeout_s: float = 15.0) -> None:
        """Ask again and again from here: the page's policy refuses the evaluation that Playwright would wait with."""
        end = time.monotonic() + timeout_s
        while not self.ask(condition):
            assert time.monotonic() < end, f"not so within {timeout_s} s: {condition}"
            self.page.wait_for_timeout(40)

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def text(self, selector: str = "main") -> str:
        return self.page.inner_text(selector)

    def listening(self) -> None:
        """Wait until the stream of events is open."""
        self.until("performance.getEntriesByType('resource').length > 0")
        until = time.monotonic() + 10
        while self.home.app.state.studio.streams.listening == 0 and time.monotonic() < until:
            self.page.wait_for_timeout(40)
        self.page.wait_for_timeout(150)
