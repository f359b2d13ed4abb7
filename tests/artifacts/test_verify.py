from __future__ import annotations

from sqlalchemy import delete

from artifacts import tables
from artifacts.catalogue import Catalogue
from artifacts.verify import verify
from tests.artifacts.made import SLOT, blob_path, flip_a_byte, overwrite, recipe, remember, tamper
from tests.examples import lyrics


def test_a_sound_store_passes_and_progress_is_told(catalogue: Catalogue) -> None:
    remember(catalogue, recipe())
    catalogue.put(lyrics())
    told: list[tuple[int, int]] = []
    report = verify(catalogue, progress=lambda done, total: told.append((done, total)))
    assert report.ok
    assert (report.records, report.blobs) == (2, 1)
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_empty_store_passes(catalogue: Catalogue) -> None:
    assert verify(catalogue).ok


def test_all_that_is_wrong_is_named_and_made_again(catalogue: Catalogue) -> None:
    good, flipped, cut, gone, tampered, lost = (
        remember(catalogue, recipe(seed), b"picture %d" % seed) for seed in range(6)
    )
    blobs = {digest: catalogue.get(digest).blobs()[0].sha256 for digest in (good, flipped, cut, gone, tampered, lost)}
    flip_a_byte(blob_path(catalogue, blobs[flipped]))
    overwrite(blob_path(catalogue, blobs[cut]), b"pic")
    catalogue.blobs.delete(blobs[gone])
    tamper(catalogue, tampered)
    catalogue.take(SLOT, 0, recipe(5).digest(), lost)
    with catalogue.database.write() as connection:
        connection.execute(delete(tables.records).where(tables.records.c.digest == lost))
    orphan = catalogue.blobs.put(b"no one's", "image/png")
    report = verify(catalogue)
    assert not report.ok
    assert report.damaged_blobs == tuple(sorted([blobs[flipped], blobs[cut]]))
    assert report.missing_blobs == (blobs[gone],)
    assert report.damaged_records == (tampered,)
    assert report.missing_records == (lost,)
    assert report.orphaned_blobs == (orphan.sha256,)
    assert report.incomplete == tuple(sorted([flipped, cut, gone]))
    assert catalogue.recall_many(recipe(seed).digest() for seed in range(6)) == {recipe(0).digest(): good}
    for seed in range(1, 6):
        remember(catalogue, recipe(seed), b"picture %d" % seed)
    assert verify(catalogue).ok
    assert len(catalogue.recall_many(recipe(seed).digest() for seed in range(6))) == 6
