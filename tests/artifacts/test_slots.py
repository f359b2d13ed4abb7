from __future__ import annotations

from datetime import UTC, datetime

import pytest

from artifacts.catalogue import Catalogue
from schemas.base import Artifact, Digest
from schemas.errors import ArtifactError, ReviewError
from schemas.making import Slot, Take
from schemas.review import Change, Edit
from tests.artifacts.made import SLOT, cover, recipe, remember
from tests.examples import lyrics

ALBUM_SLOT = Slot(album_id="sea-songs", step="paint_cover")


def edited(catalogue: Catalogue, base: Digest, content: bytes = b"painted over") -> tuple[Edit, Artifact]:
    result = cover(catalogue, content)
    change = Change(path=("picture",), before="old", after="new")
    edit = Edit(
        step="paint_cover",
        base=base,
        person="Ada",
        made_at=datetime(2026, 1, 2, tzinfo=UTC),
        changes=(change,),
        result=result.digest(),
    )
    return edit, result


def test_takes_come_back_by_number(catalogue: Catalogue) -> None:
    for number in (2, 0, 1):
        by = recipe(number)
        catalogue.take(SLOT, number, by.digest(), remember(catalogue, by, b"%d" % number))
    assert [take.number for take in catalogue.takes(SLOT)] == [0, 1, 2]
    assert catalogue.takes(ALBUM_SLOT) == []
    assert catalogue.album_takes("sea-songs") == {SLOT: catalogue.takes(SLOT)}


def test_a_take_made_again_replaces_its_entry(catalogue: Catalogue) -> None:
    catalogue.take(SLOT, 0, recipe().digest(), remember(catalogue, recipe(), b"one"))
    latest = catalogue.take(SLOT, 0, recipe().digest(), remember(catalogue, recipe(), b"two"))
    assert catalogue.takes(SLOT) == [latest]


def test_a_take_of_nothing_recorded_is_refused(catalogue: Catalogue) -> None:
    with pytest.raises(ArtifactError, match="record the artifact first"):
        catalogue.take(SLOT, 0, recipe().digest(), "0" * 64)


def test_the_first_take_is_selected_until_another_is(catalogue: Catalogue) -> None:
    assert catalogue.selected_number(SLOT) == 0
    assert catalogue.selected(SLOT) is None
    digest = remember(catalogue, recipe())
    first = catalogue.take(SLOT, 0, recipe().digest(), digest)
    assert catalogue.selected(SLOT) == first == Take(slot=SLOT, number=0, recipe=recipe().digest(), artifact=digest)
    catalogue.select(SLOT, 3)
    assert catalogue.selected_number(SLOT) == 3
    assert catalogue.selected(SLOT) is None
    third = catalogue.take(SLOT, 3, recipe(3).digest(), remember(catalogue, recipe(3)))
    assert catalogue.selected(SLOT) == third
    assert catalogue.selections("sea-songs") == {SLOT: 3}
    with pytest.raises(ReviewError, match="take -1"):
        catalogue.select(SLOT, -1)


def test_slots_of_the_album_and_of_a_song_are_apart(catalogue: Catalogue) -> None:
    catalogue.select(ALBUM_SLOT, 1)
    catalogue.select(SLOT.replaced(part="bass"), 2)
    assert [catalogue.selected_number(slot) for slot in (SLOT, ALBUM_SLOT)] == [0, 1]
    assert catalogue.selections("sea-songs") == {ALBUM_SLOT: 1, SLOT.replaced(part="bass"): 2}


def test_an_edit_is_kept_and_can_be_dropped_but_not_lost(catalogue: Catalogue) -> None:
    base = remember(catalogue, recipe())
    edit, result = edited(catalogue, base)
    assert catalogue.edit_of(SLOT) is None
    assert catalogue.edit(SLOT, edit, result) == result.digest()
    assert catalogue.edit_of(SLOT) == edit
    assert catalogue.get(edit.digest()) == edit
    assert catalogue.get(edit.result) == result
    assert catalogue.drop_edit(SLOT)
    assert not catalogue.drop_edit(SLOT)
    assert catalogue.edit_of(SLOT) is None
    assert catalogue.edits(SLOT) == [edit]


def test_a_rebased_edit_takes_the_place_of_the_old(catalogue: Catalogue) -> None:
    base, newer = remember(catalogue, recipe(0)), remember(catalogue, recipe(1), b"newer")
    first, result = edited(catalogue, base)
    second, moved = edited(catalogue, newer, b"newer, painted over")
    with pytest.raises(ReviewError, match="no active edit to rebase"):
        catalogue.rebase_edit(SLOT, second, moved)
    catalogue.edit(SLOT, first, result)
    catalogue.rebase_edit(SLOT, second, moved)
    assert catalogue.edit_of(SLOT) == second
    assert catalogue.edits(SLOT) == [first, second]


def test_an_edit_that_does_not_fit_is_refused(catalogue: Catalogue) -> None:
    base = remember(catalogue, recipe())
    edit, result = edited(catalogue, base)
    with pytest.raises(ReviewError, match="name the slot of that step"):
        catalogue.edit(Slot(album_id="sea-songs", step="master"), edit, result)
    with pytest.raises(ReviewError, match="give what it made"):
        catalogue.edit(SLOT, edit, cover(catalogue, b"other"))
    with pytest.raises(ArtifactError, match="record the artifact first"):
        catalogue.edit(SLOT, edit.replaced(base="0" * 64), result)
    with pytest.raises(ReviewError, match="must stay of its kind"):
        catalogue.edit(SLOT, edit.replaced(result=lyrics().digest()), lyrics())
    assert catalogue.edits(SLOT) == []


def test_a_failure_stands_until_the_slot_is_filled(catalogue: Catalogue) -> None:
    catalogue.fail(SLOT, "the disk was full")
    catalogue.fail(SLOT, "the disk was full again")
    catalogue.fail(ALBUM_SLOT, "no font")
    assert [(one.slot, one.reason) for one in catalogue.failures("sea-songs")] == [
        (SLOT, "the disk was full again"),
        (ALBUM_SLOT, "no font"),
    ]
    catalogue.take(SLOT, 0, recipe().digest(), remember(catalogue, recipe()))
    catalogue.clear_failure(ALBUM_SLOT)
    assert catalogue.failures("sea-songs") == []
