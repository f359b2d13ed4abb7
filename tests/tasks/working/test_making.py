from __future__ import annotations

import pytest

from schemas.brief import Brief
from schemas.errors import StepError
from schemas.jobs import Budget, MakeRequest
from tasks.jobs import do_job
from tasks.orders import Delivery
from tasks.working import making
from tests.tasks.conftest import own_words_brief


def brief(seed=5):
    return own_words_brief().model_copy(update={"seed": seed})


def begun(made, *briefs, attempts=1, **more):
    """A job that this process has begun, that many times."""
    catalogue = made.bench.catalogue
    job = catalogue.add_job(MakeRequest(briefs=briefs, **more), by="Ada")
    for attempt in range(attempts):
        if attempt:
            catalogue.requeue_job(job.id, "me", reason="it died")
        assert catalogue.begin_job(job.id, "me")
    return catalogue.job(job.id)


def events(made, job, kind):
    return [event for event in made.bench.catalogue.events_after(0, job_id=job.id) if event.kind == kind]


class Failing:
    """Workers at which every order of some albums fails."""

    def __init__(self, *albums):
        self.albums = albums
        self.asked = []

    def deliver(self, order):
        assert order.slot.album_id in self.albums
        self.asked.append(order.slot.step)
        return Delivery(slot=order.slot, artifact=None, outcome="failed", error="the words are poison")

    def close(self, *, cancel=False):
        pass


def test_a_whole_album_is_found_whole_and_no_worker_is_started(made, place):
    outcome = do_job(begun(made, brief()), place)
    assert (outcome.state, outcome.reason) == ("done", "")
    assert outcome.result["albums"][made.brief.album_id]["state"] == "made"
    assert place.started == []


def test_every_step_is_told_of_with_how_far_the_job_is(made, place):
    state = made.open()
    slot = state.slot("paint_cover", None)
    made.bench.catalogue.select(slot, 3)  # a take that is not there: the cover is to be made
    job = begun(made, brief())
    outcome = do_job(job, place)
    told = events(made, job, "step.made")
    assert [event.body["step"] for event in told] == ["paint_cover"]
    assert (told[0].body["done"], told[0].body["total"], told[0].body["left_s"]) == (1, 1, 0.0)
    assert told[0].album_id == made.brief.album_id
    assert outcome.result["made"] == 1
    assert outcome.result["albums"][made.brief.album_id]["seconds"] > 0


def test_a_policy_judges_what_was_made(made, place):
    do_job(begun(made, brief(), policy="demo"), place)
    given = made.bench.catalogue.verdicts(made.brief.album_id)
    assert {verdict.by for verdict in given} == {"policy:demo"}
    assert made.bench.catalogue.standing(made.brief.album_id).approved == 1


def test_a_policy_that_is_not_written_stops_the_job_before_anything_is_made(made, place):
    outcome = do_job(begun(made, brief(9), policy="lax"), place)
    assert outcome.state == "failed"
    assert "lax" in outcome.reason
    assert made.bench.catalogue.album(brief(9).album_id) is None


def test_no_album_is_begun_over_the_budget_and_those_left_are_named_with_the_bound(made, place):
    job = begun(made, brief(), brief(6), brief(7), budget=Budget(albums=1))
    outcome = do_job(job, place)
    assert list(outcome.result["albums"]) == [made.brief.album_id]
    assert set(outcome.result["left"]) == {brief(6).album_id, brief(7).album_id}
    assert "1 albums" in outcome.result["left"][brief(6).album_id]
    assert made.bench.catalogue.album(brief(6).album_id) is None


@pytest.mark.parametrize(
    ("budget", "said"), [(Budget(minutes=0.000001), "minutes"), (Budget(disk_mb=1), "MB")], ids=["minutes", "disk"]
)
def test_a_bound_of_time_or_disk_leaves_what_was_not_begun_and_finishes_what_was(
    made, place, monkeypatch, budget, said
):
    sizes = iter([10.0, 900.0])
    monkeypatch.setattr(making.AlbumMaker, "_store_mb", lambda self: next(sizes))
    job = begun(made, brief(), brief(6), budget=budget)
    made.bench.catalogue.note_result(job.id, {"albums": {brief().album_id: {"state": "making", "failures": {}}}})
    outcome = do_job(made.bench.catalogue.job(job.id), place)
    assert outcome.result["albums"][brief().album_id]["state"] == "made"  # it had been begun
    assert said in outcome.result["left"][brief(6).album_id]


def test_an_album_that_is_set_aside_is_passed_over_with_its_reason(made, place):
    made.bench.catalogue.quarantine(brief(6).album_id, "its worker died twice")
    outcome = do_job(begun(made, brief(6), brief()), place)
    assert outcome.state == "done"
    assert outcome.result["albums"][brief(6).album_id]["state"] == "set aside"
    assert "died twice" in outcome.result["albums"][brief(6).album_id]["failures"][""]
    assert outcome.result["albums"][brief().album_id]["state"] == "made"


def test_a_brief_that_fails_twice_in_a_batch_is_set_aside_and_the_others_are_made(made, place):
    poison = brief(6)
    workers = Failing(poison.album_id)
    place._start_workers = lambda: workers
    outcome = do_job(begun(made, poison, brief()), place)
    assert outcome.state == "done"
    assert outcome.result["albums"][poison.album_id]["state"] == "set aside"
    assert workers.asked.count("write_lyrics") == 2
    assert "poison" in made.bench.catalogue.quarantined(poison.album_id)
    assert outcome.result["albums"][brief().album_id]["state"] == "made"
    assert made.bench.catalogue.standing(poison.album_id).state == "set aside"


def test_a_single_album_that_fails_is_tried_once_and_its_job_fails_with_the_reason(made, place):
    workers = Failing(brief(6).album_id)
    place._start_workers = lambda: workers
    outcome = do_job(begun(made, brief(6)), place)
    assert outcome.state == "failed"
    assert "poison" in outcome.reason
    assert workers.asked.count("write_lyrics") == 1
    assert made.bench.catalogue.quarantined(brief(6).album_id) is None


def test_words_that_cannot_be_sung_fail_their_album_alone(made, place):
    fields = own_words_brief().model_dump(mode="json") | {"lyrics": [{"title": "Hm", "text": "[verse]\n...\n"}]}
    unsung = Brief.model_validate(fields)
    outcome = do_job(begun(made, unsung, brief()), place)
    assert outcome.state == "done"
    assert outcome.result["albums"][brief().album_id]["state"] == "made"
    assert outcome.result["albums"][unsung.album_id]["state"] in ("failed", "set aside")


def test_gone_on_with_after_a_crash_albums_go_one_at_a_time_and_finished_ones_are_passed_over(made, place, monkeypatch):
    groups = []
    monkeypatch.setattr(making.AlbumMaker, "_run", lambda self, albums: groups.append(len(albums)) or making.Tally())
    job = begun(made, brief(), brief(6), brief(7), attempts=2)
    finished = {"albums": {brief().album_id: {"state": "made", "failures": {}, "seconds": 3.0}}}
    made.bench.catalogue.note_result(job.id, finished)
    outcome = do_job(made.bench.catalogue.job(job.id), place)
    assert groups == [1, 1]
    assert outcome.result["albums"][brief().album_id]["seconds"] == 3.0


def test_albums_of_a_first_attempt_are_made_together(made, place, monkeypatch):
    groups = []
    monkeypatch.setattr(making.AlbumMaker, "_run", lambda self, albums: groups.append(len(albums)) or making.Tally())
    do_job(begun(made, *(brief(seed) for seed in range(10, 20))), place)
    assert groups == [making.GROUP, 2]


def test_an_album_at_which_the_process_died_twice_is_found_and_set_aside(made, place):
    catalogue = made.bench.catalogue
    catalogue.begin_attempt(brief(6).album_id)
    catalogue.begin_attempt(brief(6).album_id)  # twice begun, and the process never came to the end of it
    outcome = do_job(begun(made, brief(6), brief(), attempts=3), place)
    assert outcome.result["albums"][brief(6).album_id]["state"] == "set aside"
    assert "2 times" in catalogue.quarantined(brief(6).album_id)
    assert outcome.result["albums"][brief().album_id]["state"] == "made"


def test_a_finished_attempt_is_held_against_no_album(made, place):
    do_job(begun(made, brief()), place)
    assert made.bench.catalogue.begin_attempt(brief().album_id) == 1


def test_told_to_stop_a_job_begins_nothing_more_and_writes_no_failure(made, place):
    place.stop()
    outcome = do_job(begun(made, brief(6)), place)
    assert place.started == []
    assert made.bench.catalogue.failures(brief(6).album_id) == []
    assert outcome.result["albums"] == {}
    with pytest.raises(StepError, match="stopped"):
        place.workers()


def test_workers_stay_for_all_groups_of_a_job_and_end_with_it(made, place):
    place.workers()
    place.workers()
    place.close()
    assert [workers.closed for workers in place.started] == ["cancelled"]
