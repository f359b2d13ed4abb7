"""The album of `made` with a small film of its song, painted frame by frame; made once and copied for each test."""

from __future__ import annotations

import shutil

import pytest

from tests.tasks.conftest import Workshop, workshop_in

FILM = {"style": "vid2vid", "width_px": 64, "height_px": 64, "fps": 1}
"""The style whose weights come with the checkout, as small and as slow as films get."""


def filming_in(folder, **changes) -> Workshop:
    """A workshop in a folder, for the album of `made` with a film of its song."""
    shop = workshop_in(folder)
    film = type(shop.brief.film).model_validate(FILM | changes)
    shop.brief = shop.brief.replaced(film=film)
    return shop


@pytest.fixture(scope="session")
def filmed_home(made_home, tmp_path_factory):
    folder = tmp_path_factory.mktemp("filmed")
    shutil.copytree(made_home / "home", folder / "home")
    shop = filming_in(folder)
    state, delivered = shop.make()
    assert state.failures == {}
    assert state.lacking == {}
    (folder / "made.txt").write_text("\n".join(item.slot.step for item in delivered))
    shop.bench.catalogue.close()
    return folder


@pytest.fixture
def filmed(filmed_home, tmp_path):
    """The album with its film, whole, in a store that the test may spoil."""
    shutil.copytree(filmed_home / "home", tmp_path / "home")
    shop = filming_in(tmp_path)
    yield shop
    shop.bench.catalogue.close()


@pytest.fixture
def unfilmed(made_home, tmp_path):
    """The album with its song made and no film yet."""
    shutil.copytree(made_home / "home", tmp_path / "home")
    shop = filming_in(tmp_path)
    yield shop
    shop.bench.catalogue.close()
