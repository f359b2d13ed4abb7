"""A small album with the user's own words, made once with the real steps and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

import pytest

from schemas.brief import Brief
from schemas.brief_reading import brief_from_fields
from schemas.making import Slot
from schemas.review import Edit
from schemas.settings import Settings
from tasks.albums import open_album
from tasks.bench import Bench
from tasks.orders import Delivery, Order
from tasks.production import ProductionRun
from tasks.prospects import foresee
from tasks.state import AlbumState
from tasks.steps.table import ALBUM_STEPS, SONG_STEPS
from tasks.worker import make_order

WORDS = """[verse]
The light upon the water
It calls to me
[chorus]
I sing a song for morning
I sing for you
"""


class InlinePool:
    """Makes orders in the process of the test, one after the other."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.orders: list[Order] = []
        self._turn = Lock()

    def deliver(self, order: Order) -> Delivery:
        with self._turn:
            self.orders.append(order)
            return make_order(order, self._settings)


@dataclass
class Workshop:
    """An album in a store of its own, and what it takes to make more of it."""

    settings: Settings
    brief: Brief
    bench: Bench

    def open(self) -> AlbumState:
        return open_album(self.brief, self.bench)

    def make(
        self, state: AlbumState | None = None, *, edits: str = "ask", replayed: Mapping[Slot, Edit] | None = None
    ) -> tuple[AlbumState, list[Delivery]]:
        """Make what is missing; the state and what was delivered."""
        state = state or self.open()
        foresee(state, record=True)
        delivered: list[Delivery] = []
        run = ProductionRun([state], InlinePool(self.settings), edits=edits, listen=delivered.append, replayed=replayed)
        for step in SONG_STEPS:
            for song in state.plan.songs:
                try:
                    run.make_step(state, song, step.name)
                except Exception:
                    if not state.failures:
                        raise
        for step in ALBUM_STEPS:
            run.make_step(state, None, step.name)
        return state, [item for item in delivered if item.outcome != "reused"]

    def digests(self) -> dict[str, str]:
        """The artifact of every selected take, by slot."""
        takes = self.bench.catalogue.album_takes(self.brief.album_id)
        return {str(slot): take.artifact for slot in takes if (take := self.bench.catalogue.selected(slot)) is not None}


def own_words_brief() -> Brief:
    return brief_from_fields(
        {
            "theme": "a light upon the water",
            "title": "Upon the Water",
            "songs": 1,
            "genre": "folk",
            "length_s": [20, 40],
            "lyrics": [{"title": "Upon the Water", "text": WORDS}],
            "seed": 5,
            "models": {"cover": "cover:typographic"},
        }
    )


def workshop_in(folder: Path) -> Workshop:
    settings = Settings(home=folder / "home", releases=folder / "releases", font="timgm6mb", device="cpu")
    return Workshop(settings, own_words_brief(), Bench(settings))


@pytest.fixture(scope="session")
def made_home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    shop = workshop_in(folder)
    state, _ = shop.make()
    assert state.failures == {}
    shop.bench.catalogue.close()
    return folder


@pytest.fixture
def made(made_home, tmp_path):
    """The album, whole, in a store that the test may spoil."""
    shutil.copytree(made_home / "home", tmp_path / "home")
    shop = workshop_in(tmp_path)
    yield shop
    shop.bench.catalogue.close()
