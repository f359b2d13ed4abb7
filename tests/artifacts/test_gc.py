from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from artifacts import blobs as blob_module
from artifacts.blobs import BlobStore
from artifacts.catalogue import Catalogue
from artifacts.gc import GRACE_S, gc
from artifacts.verify import verify
from schemas.base import Digest
from schemas.errors import ArtifactError
from schemas.making import Slot
from tests.artifacts.made import SLOT, age, cover, recipe, remember
from tests.artifacts.test_albums import verdict
from tests.artifacts.test_slots import edited

OLD_S = 2 * GRACE_S


def slot(number: int) -> Slot:
    return SLOT.replaced(song_id=f"song-{number}")


def take(catalogue: Catalogue, where: Slot, number: int, content: bytes, **inputs: Digest) -> Digest:
    by = recipe(number, **inputs)
    digest = remember(catalogue, by, content)
    catalogue.take(where, number, by.digest(), digest)
    return digest


def is_here(catalogue: Catalogue, digest: Digest) -> bool:
    try:
        found = catalogue.get(digest)
    except ArtifactError:
        return False
    assert all(catalogue.blobs.has(ref) for ref in found.blobs()), "a kept record lost its bytes"
    return True


def test_an_old_take_that_was_not_selected_goes_and_the_selected_one_stays(catalogue: Catalogue) -> None:
    dropped, chosen = take(catalogue, SLOT, 0, b"zero"), take(catalogue, SLOT, 1, b"one")
    catalogue.select(SLOT, 1)
    assert gc(catalogue).records == ()
    age(catalogue, OLD_S)
    would = gc(catalogue, dry_run=True)
    assert is_here(catalogue, dropped)
    report = gc(catalogue)
    assert would.records == report.records == (dropped,)
    assert would.blobs == report.blobs
    assert would.freed_bytes == report.freed_bytes == len(b"zero")
    assert not is_here(catalogue, dropped)
    assert is_here(catalogue, chosen)
    assert [one.number for one in catalogue.takes(SLOT)] == [1]
    assert catalogue.recall(recipe(0).digest()) is None
    assert verify(catalogue).ok
    assert gc(catalogue).records == ()


def test_what_selected_takes_were_made_from_stays_for_replay(catalogue: Catalogue) -> None:
    plan = remember(catalogue, recipe(7), b"plan")
    words = remember(catalogue, recipe(8, plan=plan), b"words")
    take(catalogue, SLOT, 0, b"song", words=words)
    unused = remember(catalogue, recipe(9, plan=plan), b"unused")
    age(catalogue, OLD_S)
    assert gc(catalogue).records == (unused,)
    assert is_here(catalogue, plan)
    assert catalogue.recall(recipe(8, plan=plan).digest()) == words


def test_what_is_new_or_was_used_lately_stays(catalogue: Catalogue) -> None:
    old = remember(catalogue, recipe(0), b"old")
    age(catalogue, OLD_S)
    new = remember(catalogue, recipe(1), b"new")
    orphan = catalogue.blobs.put(b"put, not yet remembered", "image/png")
    catalogue.recall(recipe(0).digest())
    assert gc(catalogue).records == ()
    assert is_here(catalogue, old)
    assert is_here(catalogue, new)
    assert catalogue.blobs.has(orphan)


def test_a_pin_keeps_until_it_is_taken_back(catalogue: Catalogue) -> None:
    pinned = remember(catalogue, recipe())
    catalogue.pin(pinned)
    catalogue.pin(pinned)
    age(catalogue, OLD_S)
    assert gc(catalogue).records == ()
    catalogue.unpin(pinned)
    assert gc(catalogue).records == (pinned,)


def test_a_release_keeps_what_it_names_and_a_verdict_its_subject(catalogue: Catalogue) -> None:
    released, approved, both = (remember(catalogue, recipe(seed), b"%d" % seed) for seed in range(3))
    catalogue.verdict(verdict(subject=approved))
    catalogue.verdict(verdict(subject="0" * 64), needs=[both])
    naming = verdict(subject=released, reason="stands for a release: any record that names digests in its body")
    catalogue.add_release(naming, "sea-songs", "out")
    age(catalogue, OLD_S)
    assert gc(catalogue).records == ()
    assert all(is_here(catalogue, one) for one in (released, approved, both))


def test_an_edit_keeps_its_base_and_its_result_even_when_dropped(catalogue: Catalogue) -> None:
    base = take(catalogue, SLOT, 0, b"base")
    edit, result = edited(catalogue, base)
    catalogue.edit(SLOT, edit, result)
    catalogue.drop_edit(SLOT)
    catalogue.select(SLOT, 5)
    age(catalogue, OLD_S)
    assert gc(catalogue).records == ()
    assert all(is_here(catalogue, one) for one in (base, result.digest(), edit.digest()))


def test_an_active_claim_keeps_what_it_is_made_from_and_a_lapsed_one_does_not(catalogue: Catalogue) -> None:
    plan = remember(catalogue, recipe(0), b"plan")
    made = remember(catalogue, recipe(1), b"made before")
    age(catalogue, OLD_S)
    with catalogue.claimed_many([recipe(2, plan=plan), recipe(1).digest()], "worker"):
        assert gc(catalogue).records == ()
    assert set(gc(catalogue).records) == {plan, made}


def test_a_blob_that_two_records_share_stays_with_either(catalogue: Catalogue) -> None:
    kept = take(catalogue, SLOT, 0, b"shared")
    other = cover(catalogue, b"shared").replaced(model="cover:other")
    catalogue.put(other)
    age(catalogue, OLD_S)
    assert gc(catalogue).records == (other.digest(),)
    assert is_here(catalogue, kept)


def test_a_put_while_gc_runs_loses_nothing(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    digest = remember(catalogue, recipe())
    age(catalogue, OLD_S)
    original = BlobStore.list

    def list_then_put(self: BlobStore) -> object:
        found = list(original(self))
        monkeypatch.setattr(BlobStore, "list", original)
        assert remember(catalogue, recipe()) == digest
        return iter(found)

    monkeypatch.setattr(BlobStore, "list", list_then_put)
    report = gc(catalogue)
    assert report.records == (digest,)
    assert report.blobs == ()
    assert is_here(catalogue, digest)
    assert catalogue.recall(recipe().digest()) == digest


def test_damaged_and_unfinished_files_go_after_the_grace_period(catalogue: Catalogue) -> None:
    root = Path(catalogue.blobs.url)
    for folder in (blob_module.TEMPORARY, blob_module.DAMAGED):
        (root / folder).mkdir(parents=True)
        (root / folder / "left").write_bytes(b"1234")
    assert gc(catalogue).leftovers == 0
    report = gc(catalogue, grace_s=0)
    assert (report.leftovers, report.freed_bytes) == (2, 8)


def test_a_grace_period_below_zero_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ArtifactError, match="grace period of -1"):
        gc(catalogue, grace_s=-1)


@given(
    inputs=st.lists(st.lists(st.integers(0, 7), max_size=2), min_size=1, max_size=8),
    kept=st.lists(
        st.tuples(st.integers(0, 7), st.sampled_from(["pin", "take", "release", "verdict", "new"])), max_size=4
    ),
)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_exactly_what_nothing_needs_is_dropped(
    empty_store: Path, inputs: list[list[int]], kept: list[tuple[int, str]]
) -> None:
    with TemporaryDirectory() as folder:
        catalogue = Catalogue.in_folder(Path(shutil.copytree(empty_store, folder, dirs_exist_ok=True)))
        made: list[Digest] = []
        for index, chosen in enumerate(inputs):
            origins = {f"input{one % index}": made[one % index] for one in chosen if index}
            made.append(remember(catalogue, recipe(index, **origins), b"%d" % index))
        needed = {index % len(made) for index, _ in kept}
        front = list(needed)
        while front:
            index = front.pop()
            above = {one % index for one in inputs[index] if index} - needed
            needed |= above
            front += above
        age(catalogue, OLD_S)
        for index, how in kept:
            keep(catalogue, made[index % len(made)], how, index % len(made))
        report = gc(catalogue)
        assert set(report.records) == {digest for index, digest in enumerate(made) if index not in needed}
        assert all(is_here(catalogue, made[index]) for index in needed)
        assert verify(catalogue).ok
        catalogue.close()


def keep(catalogue: Catalogue, digest: Digest, how: str, index: int) -> None:
    if how == "pin":
        catalogue.pin(digest)
    elif how == "take":
        catalogue.take(slot(index), 0, "0" * 64, digest)
    elif how == "release":
        catalogue.add_release(verdict(subject=digest, reason="names it"), "sea-songs", "out")
    elif how == "verdict":
        catalogue.verdict(verdict(subject=digest, at=datetime(2026, 1, 2, tzinfo=UTC)))
    else:
        catalogue.put(catalogue.get(digest))
