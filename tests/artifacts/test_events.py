from __future__ import annotations

import sqlite3
import time

import pytest

from artifacts import tables
from artifacts.catalogue import Catalogue
from artifacts.history import FillEntry
from schemas.errors import ArtifactError
from tests.artifacts.made import SLOT, recipe, remember


def test_events_come_in_order_and_are_found_by_album_and_job(catalogue: Catalogue) -> None:
    first = catalogue.add_event("step.made", album_id="sea", job_id="job-1", body={"step": "mix"})
    second = catalogue.add_event("step.made", album_id="train", job_id="job-1")
    assert second == first + 1 == catalogue.last_event()
    assert [event.seq for event in catalogue.events_after(0)] == [first, second]
    assert [event.body for event in catalogue.events_after(0, album_id="sea")] == [{"step": "mix"}]
    assert [event.seq for event in catalogue.events_after(first, job_id="job-1")] == [second]


def test_numbers_of_forgotten_events_are_never_given_again(catalogue: Catalogue) -> None:
    last = catalogue.add_event("album.changed")
    assert catalogue.forget_events(time.time() + 1) == 1
    assert catalogue.add_event("album.changed") == last + 1


def test_the_log_of_choices_only_grows(catalogue: Catalogue) -> None:
    catalogue.note_choice("Ada", "reject", album_id="sea", song_id="song-1", why="too long", body={"at_s": 3})
    second = catalogue.note_choice("Bo", "approve", via="page", album_id="train")
    for change in (tables.choices.update().values(why="nice"), tables.choices.delete()):
        with pytest.raises((ArtifactError, sqlite3.Error), match="can only grow"):  # noqa: SIM117
            with catalogue.database.write() as connection:
                connection.execute(change)
    assert [choice.who for choice in catalogue.choices()] == ["Bo", "Ada"]
    [kept] = catalogue.choices(before=second)
    assert (kept.why, kept.body, kept.song_id, kept.via) == ("too long", {"at_s": 3}, "song-1", "command")
    assert [choice.who for choice in catalogue.choices(album_id="train")] == ["Bo"]


def test_what_filled_a_slot_before_is_remembered(catalogue: Catalogue) -> None:
    one, two = remember(catalogue, recipe(1), b"one"), remember(catalogue, recipe(2), b"two")
    catalogue.take(SLOT, 0, recipe(1).digest(), one)
    catalogue.take(SLOT, 0, recipe(1).digest(), one)
    catalogue.take(SLOT, 0, recipe(2).digest(), two)
    catalogue.take(SLOT, 0, recipe(1).digest(), one)
    fills = catalogue.fills(SLOT)
    assert all(isinstance(fill, FillEntry) for fill in fills)
    assert [fill.artifact for fill in fills] == [one, two, one]


def test_the_last_running_order_counts(catalogue: Catalogue) -> None:
    assert catalogue.running_order("sea") == ()
    catalogue.set_running_order("sea", ("song-2", "song-1"), "Ada")
    catalogue.set_running_order("sea", ("song-1", "song-2"), "Bo")
    assert catalogue.running_order("sea") == ("song-1", "song-2")
