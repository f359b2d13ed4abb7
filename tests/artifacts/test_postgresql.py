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
from schemas.jobs import PressRequest
from tests.artifacts.made import SLOT, age, recipe, remember
from tests.artifacts.test_processes import SPAWN, gathered
from tests.artifacts.test_standings import BRIEF, FACTS

URL = os.environ.get("HIBARI_TEST_POSTGRESQL", "")
CLAIMS = 40


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[Catalogue]:
    if not URL:
        pytest.skip("HIBARI_TEST_POSTGRESQL names no database")
    found = Catalogue(URL, BlobStore(tmp_path / "blobs"))
    with found.database.write() as connection:
        connection.exec_driver_sql(f"TRUNCATE {', '.join(tables.metadata.tables)}")
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


@pytest.mark.services
def test_the_log_of_choices_only_grows_here_too(shared: Catalogue) -> None:
    shared.note_choice("Ada", "approve", album_id="sea-songs")
    with pytest.raises(ArtifactError, match="can only grow"), shared.database.write() as connection:
        connection.execute(tables.choices.update().values(who="nobody"))
    assert [choice.who for choice in shared.choices()] == ["Ada"]


def begin(catalogue: Catalogue, job_id: str, worker: int) -> list[bool]:
    return [catalogue.begin_job(job_id, f"worker-{worker}") for _ in range(5)]


@pytest.mark.services
def test_a_job_is_begun_by_one_process_and_standings_are_listed(shared: Catalogue) -> None:
    job = shared.add_job(PressRequest(album_id="sea-songs"), by="Ada", key="once")
    assert shared.add_job(PressRequest(album_id="sea-songs"), by="Ada", key="once") == job
    begun = gathered(SPAWN, begin, *((shared, job.id, worker) for worker in range(3)))
    assert sorted(one for each in begun for one in each) == [False] * 14 + [True]
    assert shared.add_event("job.started", job_id=job.id) == shared.last_event()
    shared.album("sea-songs", BRIEF, title="Sea Songs")
    shared.set_standing("sea-songs", FACTS)
    found, total = shared.standings(search="SEA", states=("review",))
    assert total == 1
    assert found[0].title == "Sea Songs"
