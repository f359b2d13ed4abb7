"""A studio on loopback over an album whose one song was sung twice, for looking at it with a browser."""

from __future__ import annotations

import json
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn

from schemas.making import Slot
from schemas.settings import StudioSettings
from studio.app import create_app
from studio.auth import COOKIE
from tasks.retakes import begin_retake
from tasks.standing import refresh_standing
from tests.tasks.conftest import Workshop, workshop_in


@dataclass
class SongStudio:
    """A studio that is served, and the song that is looked at."""

    shop: Workshop
    app: object
    url: str

    @property
    def bench(self):
        return self.app.state.studio.bench

    @property
    def catalogue(self):
        return self.bench.catalogue

    @property
    def album_id(self) -> str:
        return self.shop.brief.album_id

    @property
    def path(self) -> str:
        return f"{self.url}/albums/{self.album_id}/songs/song-1"

    def slot(self, step: str, part: str = "") -> Slot:
        return Slot(album_id=self.album_id, song_id="song-1", step=step, part=part)

    def masters(self) -> list[str]:
        return list(dict.fromkeys(fill.artifact for fill in self.catalogue.fills(self.slot("master"))))

    def cookie(self, role: str, name: str) -> dict[str, str]:
        token, _ = self.catalogue.add_token(name, role)
        secret, _ = self.catalogue.add_session(token.id, lasts_s=3600)
        return {"name": COOKIE, "value": secret, "domain": "127.0.0.1", "path": "/"}


def make_twice(made_home: Path, folder: Path) -> Path:
    """A store in which the song of `made_home` has two versions; the second is sung anew."""
    shutil.copytree(made_home / "home", folder / "home")
    shop = workshop_in(folder)
    state, _ = shop.make()
    retake = begin_retake(state, state.plan.songs[0], "sing", part="vocal", takes=1)
    shop.make(retake.album)
    refresh_standing(shop.bench, shop.brief.album_id)
    shop.bench.catalogue.close()
    return folder


@contextmanager
def served(folder: Path, **settings) -> Iterator[SongStudio]:
    """The store of a folder, served on a free port of loopback."""
    shop = workshop_in(folder)
    studio = StudioSettings(**{"requests_a_minute": 1_000_000, **settings})
    app = create_app(shop.settings.model_copy(update={"studio": studio}))
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    until = time.monotonic() + 20
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    yield SongStudio(shop, app, f"http://127.0.0.1:{listener.getsockname()[1]}")
    server.should_exit = True
    thread.join(timeout=10)
    shop.bench.catalogue.close()


class Window:
    """A window of a browser that someone signed in, with all that the page complained of."""

    def __init__(self, browser, studio: SongStudio, *, role: str = "producer", name: str = "Ada", **options) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        self.context.add_cookies([studio.cookie(role, name)])
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(studio.path)

    def __enter__(self):
        return self

    def __exit__(self, *_exc) -> None:
        self.context.close()

    def ask(self, script: str, given: object = None):
        return self.page.evaluate(script, given)

    def deck(self, expression: str):
        return self.ask(f"(() => {{ const deck = document.getElementById('deck').deck; return {expression}; }})()")

    def until(self, condition: str, timeout_s: float = 15.0) -> None:
        """Ask again and again from here: the page's policy refuses the evaluation that Playwright would wait with."""
        end = time.monotonic() + timeout_s
        while not self.ask(condition):
            assert time.monotonic() < end, f"not so within {timeout_s} s: {condition}"
            self.page.wait_for_timeout(40)

    def until_deck(self, condition: str) -> None:
        self.until(f"(() => {{ const deck = document.getElementById('deck').deck; return {condition}; }})()")

    def key(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def play(self) -> None:
        self.key("Space")
        self.until_deck("!deck.paused && deck._playing.length && deck.currentTime > 0.1")

    def seek(self, seconds: float) -> None:
        self.deck(f"deck.seek({json.dumps(seconds)})")

    def facts(self) -> dict:
        return json.loads(self.page.locator("#song-facts").text_content())


HEARD = """async ([layer, among]) => {
  // What the loudspeakers get, laid over the sound that should be heard: how late it is, how loud, what is left over.
  const deck = document.getElementById('deck').deck;
  const tap = deck.context.createAnalyser();
  tap.fftSize = 32768;
  deck.output.connect(tap);
  await new Promise(done => setTimeout(done, 900));
  const heard = new Float32Array(tap.fftSize);
  tap.getFloatTimeDomainData(heard);
  const place = deck._place();
  deck.output.disconnect(tap);
  const one = deck.layers(deck.current).find(each => each.name === layer);
  const buffer = one.buffer;
  const channels = [...Array(buffer.numberOfChannels).keys()].map(number => buffer.getChannelData(number));
  const long = 6000, end = heard.length, last = Math.round(place * buffer.sampleRate);
  const mono = at => channels.reduce((sum, channel) => sum + (channel[at] ?? 0), 0) / channels.length;
  let best = {late: 0, match: -1, scale: 0};
  for (let late = -2600; late <= 2600; late += 1) {
    let both = 0, energy = 0, power = 0;
    for (let i = 0; i < long; i += 2) {
      const was = heard[end - long + i], is = mono(last - late - long + i);
      both += was * is; energy += is * is; power += was * was;
    }
    const match = both / Math.sqrt(energy * power + 1e-20);
    if (match > best.match) best = {late, match, scale: both / (energy + 1e-20)};
  }
  let sum = 0;
  for (const value of heard) sum += value * value;
  const gain_db = 20 * Math.log10(Math.abs(best.scale) + 1e-9);
  return {late_s: best.late / buffer.sampleRate, match: best.match, gain_db, rms: Math.sqrt(sum / heard.length)};
}"""
"""Correlates what the deck sends out with a layer's own samples."""


@pytest.fixture(scope="session")
def twice_home(made_home, tmp_path_factory) -> Path:
    return make_twice(made_home, tmp_path_factory.mktemp("twice"))
