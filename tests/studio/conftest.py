"""A studio over the album of `made`, with a token of each role, asked by programs and by browsers."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from artifacts.standings import StandingFacts
from schemas.settings import StudioSettings
from studio.app import create_app
from studio.auth import COOKIE
from tests.tasks.conftest import Workshop, made, made_home, workshop_in

__all__ = ["StudioHome", "made", "made_home"]

BASE = "http://127.0.0.1:8420"
ROLES = ("viewer", "reviewer", "producer", "admin")


@dataclass
class StudioHome:
    """A studio, its store, and its visitors: `api("reviewer")`, `browser("viewer")`, `stranger()`.

    Tokens are named after their role: the viewer's is 'Vera', the reviewer's 'Rika', the producer's 'Pat', the admin's
    'Ada'.
    """

    shop: Workshop
    app: FastAPI
    secrets: dict[str, str]
    csrf: dict[str, str] = field(default_factory=dict)

    @property
    def album_id(self) -> str:
        return self.shop.brief.album_id

    @property
    def catalogue(self):
        return self.app.state.studio.bench.catalogue

    @property
    def bench(self):
        return self.app.state.studio.bench

    def stranger(self, **headers: str) -> TestClient:
        return TestClient(self.app, BASE, headers=headers, raise_server_exceptions=False, follow_redirects=False)

    def api(self, role: str = "viewer") -> TestClient:
        """A program with a token of a role."""
        return self.stranger(Authorization=f"Bearer {self.secrets[role]}")

    def browser(self, role: str = "viewer") -> TestClient:
        """A browser that is signed in; its requests that change things carry the secret (`X-CSRF-Token`)."""
        token = self.catalogue.token_of(self.secrets[role])
        secret, session = self.catalogue.add_session(token.id, lasts_s=3600)
        client = self.stranger(**{"X-CSRF-Token": session.csrf})
        client.cookies.set(COOKIE, secret, domain="127.0.0.1")
        self.csrf[role] = session.csrf
        return client


def studio_over(shop: Workshop, **served) -> StudioHome:
    """A studio over a store, with settings of its own."""
    settings = shop.settings.model_copy(update={"studio": StudioSettings(**{"requests_a_minute": 100_000, **served})})
    app = create_app(settings)
    catalogue = app.state.studio.bench.catalogue
    names = dict(zip(ROLES, ("Vera", "Rika", "Pat", "Ada"), strict=True))
    return StudioHome(shop, app, {role: catalogue.add_token(name, role)[1] for role, name in names.items()})


def stand(home: StudioHome, state: str = "review", **facts) -> None:
    """Write down where the album is, as whatever changes an album does."""
    known = {
        "artist": "Hibari",
        "theme": home.shop.brief.theme,
        "genre": "folk",
        "mood": "calm",
        "songs": 1,
        "finished": 1,
        "approved": 0,
        "rejected": 0,
        "flagged": 0,
        "duration_s": 30.0,
        "cover": "",
        "reason": "",
    }
    home.catalogue.set_standing(home.album_id, StandingFacts(state=state, **{**known, **facts}))


@pytest.fixture
def studio_home(made):
    home = studio_over(made)
    stand(home)
    yield home
    home.app.state.studio.close()


@pytest.fixture(scope="session")
def still_studio(made_home, tmp_path_factory):
    """A studio that many tests look at and none changes: asking it is quick."""
    folder = tmp_path_factory.mktemp("still")
    shutil.copytree(made_home / "home", folder / "home")
    home = studio_over(workshop_in(folder))
    stand(home)
    yield home
    home.app.state.studio.close()


@pytest.fixture
def served(made):
    """A studio with settings of one's own: `served(body_kib=16)`."""
    homes = []

    def serve(**settings) -> StudioHome:
        homes.append(studio_over(made, **settings))
        stand(homes[-1])
        return homes[-1]

    yield serve
    for home in homes:
        home.app.state.studio.close()
