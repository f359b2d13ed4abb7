from __future__ import annotations

import pickle
import time

import pytest
from sqlalchemy import delete, func, select

from artifacts import records, tables
from artifacts.catalogue import Catalogue
from schemas import reading
from schemas.errors import ArtifactError
from tests.artifacts.made import (
    age,
    blob_path,
    cover,
    flip_a_byte,
    overwrite,
    provenance,
    recipe,
    remember,
    tamper,
)
from tests.examples import lead_sheet, lyrics, song_plan
from tests.schemas.test_reading import Bell


def count(catalogue: Catalogue, table: str) -> int:
    with catalogue.database.read() as connection:
        found = select(func.count()).select_from(tables.metadata.tables[table])
        return int(connection.execute(found).scalar_one())


def test_what_is_put_can_be_got(catalogue: Catalogue) -> None:
    for made in (song_plan(), lyrics(), lead_sheet()):
        digest = catalogue.put(made)
        assert digest == made.digest()
        assert catalogue.get(digest) == made
        assert catalogue.kind(digest) == made.kind


def test_a_record_that_is_not_there_is_told(catalogue: Catalogue) -> None:
    assert catalogue.kind("0" * 64) is None
    with pytest.raises(ArtifactError, match="no record 000000000000") as caught:
        catalogue.get("0" * 64)
    assert caught.value.digest == "0" * 64


def test_a_recipe_is_recalled_with_all_that_was_remembered(catalogue: Catalogue) -> None:
    by = recipe(7)
    made = cover(catalogue)
    digest = catalogue.remember(by, made, provenance(made, by))
    assert catalogue.recall(by.digest()) == digest
    assert catalogue.recipe(by.digest()) == by
    assert catalogue.provenance(digest) == [provenance(made, by)]
    assert catalogue.recall("0" * 64) is None
    assert catalogue.recipe("0" * 64) is None


def test_one_artifact_may_have_several_origins(catalogue: Catalogue) -> None:
    assert remember(catalogue, recipe(1)) == remember(catalogue, recipe(2))
    found = catalogue.recall_many([recipe(1).digest(), recipe(2).digest(), recipe(3).digest()])
    assert len(found) == 2
    assert [one.recipe.seed for one in catalogue.provenance(next(iter(found.values())))] == [1, 2]


def test_a_recipe_made_again_to_something_else_is_recalled_as_the_latest(catalogue: Catalogue) -> None:
    first, second = remember(catalogue, recipe(), b"one"), remember(catalogue, recipe(), b"two")
    assert first != second
    assert catalogue.recall(recipe().digest()) == second


def test_provenance_of_something_else_is_refused_and_nothing_is_recorded(catalogue: Catalogue) -> None:
    made = cover(catalogue)
    with pytest.raises(ArtifactError, match="provenance names"):
        catalogue.remember(recipe(1), made, provenance(made, recipe(2)))
    other = cover(catalogue, b"other")
    with pytest.raises(ArtifactError, match="provenance names"):
        catalogue.remember_many(
            [(recipe(1), made, provenance(made, recipe(1))), (recipe(2), other, provenance(made, recipe(2)))]
        )
    assert [count(catalogue, name) for name in ("records", "memo", "provenance", "blob_uses")] == [0, 0, 0, 0]


def test_a_missing_blob_is_a_cache_miss(catalogue: Catalogue) -> None:
    digest = remember(catalogue, recipe())
    catalogue.blobs.delete(catalogue.get(digest).blobs()[0].sha256)
    assert catalogue.recall(recipe().digest()) is None
    assert remember(catalogue, recipe()) == digest
    assert catalogue.recall(recipe().digest()) == digest


def test_a_cut_blob_is_a_cache_miss(catalogue: Catalogue) -> None:
    digest = remember(catalogue, recipe())
    overwrite(blob_path(catalogue, catalogue.get(digest).blobs()[0].sha256), b"a pict")
    assert catalogue.recall(recipe().digest()) is None
    remember(catalogue, recipe())
    assert catalogue.recall(recipe().digest()) == digest


def test_a_blob_marked_damaged_is_a_cache_miss_until_it_is_put_again(catalogue: Catalogue) -> None:
    digest = remember(catalogue, recipe())
    sha256 = catalogue.get(digest).blobs()[0].sha256
    assert not catalogue.mark_damaged(sha256)
    flip_a_byte(blob_path(catalogue, sha256))
    assert catalogue.recall(recipe().digest()) == digest
    assert catalogue.mark_damaged(sha256)
    assert catalogue.recall(recipe().digest()) is None
    remember(catalogue, recipe())
    assert catalogue.recall(recipe().digest()) == digest


def test_a_row_whose_record_is_gone_is_a_cache_miss(catalogue: Catalogue) -> None:
    remember(catalogue, recipe())
    with catalogue.database.write() as connection:
        connection.execute(delete(tables.records))
    assert catalogue.recall(recipe().digest()) is None


def test_a_tampered_record_is_refused_and_then_made_again(catalogue: Catalogue) -> None:
    digest = remember(catalogue, recipe())
    tamper(catalogue, digest)
    with pytest.raises(ArtifactError, match="does not match its hash"):
        catalogue.get(digest)
    assert catalogue.recall(recipe().digest()) is None
    assert remember(catalogue, recipe()) == digest
    assert catalogue.recall(recipe().digest()) == digest
    assert catalogue.get(digest) == cover(catalogue)


def test_a_tampered_record_is_healed_by_a_put(catalogue: Catalogue) -> None:
    digest = catalogue.put(lyrics())
    tamper(catalogue, digest)
    assert catalogue.mark_damaged(digest)
    catalogue.put(lyrics())
    assert catalogue.get(digest) == lyrics()


def test_a_record_of_an_older_version_is_got_under_its_digest_and_put_under_it(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "kinds", lambda: {"bell": Bell})
    for version in (1, 2):
        monkeypatch.setitem(reading.UPGRADES, ("bell", version), lambda facts: {"kind": "bell", "tone_hz": 440.0})
    old = catalogue.put(Bell.model_construct(schema_version=2, tone_hz=440.0))
    found = catalogue.get(old)
    assert isinstance(found, Bell)
    assert found.schema_version == 3
    assert catalogue.put(found) == old
    age(catalogue, 10 * records.REFRESH_S)
    assert catalogue.put(found) == old
    assert count(catalogue, "records") == 1
    assert catalogue.put(found.replaced(tone_hz=441.0)) != old


def test_recalling_an_old_record_counts_as_using_it(catalogue: Catalogue) -> None:
    digest = remember(catalogue, recipe())
    age(catalogue, 10 * records.REFRESH_S)
    assert catalogue.recall(recipe().digest()) == digest
    with catalogue.database.read() as connection:
        used_at = connection.execute(select(tables.records.c.used_at)).scalar_one()
    assert time.time() - 60 < used_at <= time.time()


def test_more_keys_than_one_query_takes_are_recalled(catalogue: Catalogue) -> None:
    made = cover(catalogue)
    all_of_them = [recipe(seed) for seed in range(1201)]
    catalogue.remember_many([(by, made, provenance(made, by)) for by in all_of_them])
    assert len(catalogue.recall_many(by.digest() for by in all_of_them)) == 1201


def test_a_catalogue_goes_to_another_process_by_its_place(catalogue: Catalogue) -> None:
    digest = remember(catalogue, recipe())
    copy = pickle.loads(pickle.dumps(catalogue))  # noqa: S301, TID251 - our own bytes
    assert copy.recall(recipe().digest()) == digest
    copy.close()
