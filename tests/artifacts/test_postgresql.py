"""The same catalogue on PostgreSQL: name an empty database in HIBARI_TEST_POSTGRESQL, e.g. postgresql+psycopg://..."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from artifacts import tables
from artifacts.blobs import BlobStore
from artifacts.catalogue import Catalogue
from artifacts.gc import gc
from artifacts.verify import verify
from schemas.errors import ArtifactError
from tests.artifacts.made import SLOT, age, recipe, remember
from tests.artifacts.test_processes import SPAWN, gathered

URL = os.environ.get("HIBARI_TEST_POSTGRESQL", "")
CLAIMS = 40


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Catalogue]:
    if not URL:
        pytest.skip("HIBARI_TEST_POSTGRESQL names no database")
    found = Catalogue(URL, BlobStore(tmp_path / "blobs"))
    with found.database.write() as connection:
        for table in tables.metadata.tables.values():
            connection.execute(table.delete())
    yield found
    found.close()


def race(catalogue: Catalogue, worker: int) -> list[int]:
    return [seed for seed in range(CLAIMS) if catalogue.claim(recipe(seed), f"worker-{worker}", 600)]


@pytest.mark.services
def test_each_claim_has_one_winner(shared: Catalogue) -> None:
    won = gathered(SPAWN, race, *((shared, worker) for worker in range(3)))
    assert sorted(seed for seeds in won for seed in seeds) == list(range(CLAIMS))
    assert not shared.claim(recipe(0), "late")


@pytest.mark.services
def test_what_is_remembered_is_recalled_verified_and_collected(shared: Catalogue) -> None:
    kept, dropped = remember(shared, recipe(0), b"kept"), remember(shared, recipe(1), b"dropped")
    shared.take(SLOT, 0, recipe(0).digest(), kept)
    assert shared.recall_many([recipe(0).digest(), recipe(1).digest()]) == {
        recipe(0).digest(): kept,
        recipe(1).digest(): dropped,
    }
    age(shared, 1e7)
    assert gc(shared).records == (dropped,)
    assert verify(shared).ok
    assert shared.lineage(kept).kind == "cover_art"


def test_a_database_whose_driver_is_not_here_is_told(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match="install the driver|give a path or a URL"):
        Catalogue("nosuch://catalogue", BlobStore(tmp_path))
