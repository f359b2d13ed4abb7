from __future__ import annotations

import time

import pytest

from artifacts.catalogue import Catalogue
from schemas.brief import Brief
from schemas.errors import ArtifactError, ReviewError
from schemas.jobs import Budget, Job, MakeRequest, PressRequest, RetakeRequest, SongChanges

SEA, TRAIN = Brief(theme="the sea"), Brief(theme="a night train")


def make(*briefs: Brief, name: str = "") -> MakeRequest:
    return MakeRequest(name=name, briefs=briefs or (SEA,), budget=Budget(albums=2))


def found(catalogue: Catalogue, job: Job) -> Job:
    now = catalogue.job(job.id)
    assert now is not None
    return now


@pytest.mark.parametrize(
    "request_",
    [
        make(SEA, TRAIN, name="two"),
        RetakeRequest(album_id="sea", song_id="song-1", step="write_lyrics", changes=SongChanges(tempo_bpm=96)),
        PressRequest(album_id="sea", policy="demo"),
    ],
)
def test_a_request_comes_back_as_it_was_asked(catalogue: Catalogue, request_) -> None:
    job = catalogue.add_job(request_, by="Ada", priority=7)
    assert found(catalogue, job) == job
    assert job.request == request_
    assert (job.state, job.by, job.priority, job.attempts) == ("queued", "Ada", 7, 0)


def test_a_job_that_a_run_asks_for_has_that_run_from_the_first_moment(catalogue: Catalogue) -> None:
    job = catalogue.add_job(make(), by="schedule:nightly", flow_run="run-of-the-night")
    assert job.flow_run == "run-of-the-night"
    assert catalogue.job_of_run("run-of-the-night") == job


def test_what_was_read_of_a_waiting_job_is_not_written_over_one_that_was_begun_meanwhile(catalogue: Catalogue) -> None:
    job = catalogue.add_job(make(), by="Ada", flow_run="r")
    assert not catalogue.forget_run(job.id, "another run", {})
    assert catalogue.begin_job(job.id, "me")
    catalogue.note_result(job.id, {"albums": {}})
    catalogue.note_result(job.id, {"waiting": "someone"}, while_queued=True)
    assert not catalogue.forget_run(job.id, "r", {})
    assert (found(catalogue, job).result, found(catalogue, job).flow_run) == ({"albums": {}}, "r")


def test_the_end_of_a_job_and_the_event_that_tells_of_it_are_written_together(catalogue: Catalogue) -> None:
    job = catalogue.add_job(make(), by="Ada")
    assert catalogue.begin_job(job.id, "me")
    assert not catalogue.finish_job(job.id, "another", "done", event="job.finished")
    assert catalogue.events_after(0) == []
    assert catalogue.finish_job(job.id, "me", "failed", reason="no words", event="job.finished")
    (event,) = catalogue.events_after(0)
    assert (event.kind, event.job_id, event.body) == ("job.finished", job.id, {"state": "failed", "reason": "no words"})


def test_the_same_key_gives_the_same_job_and_another_request_is_refused(catalogue: Catalogue) -> None:
    job = catalogue.add_job(make(), by="Ada", key="monday")
    assert catalogue.add_job(make(), by="Ada", key="monday") == job
    with pytest.raises(ReviewError, match="'monday' was used for another request"):
        catalogue.add_job(make(TRAIN), by="Ada", key="monday")
    assert catalogue.add_job(make(), by="Ada") != catalogue.add_job(make(), by="Ada")
    assert len(catalogue.jobs()) == 3


def test_one_job_that_makes_things_runs_at_a_time_by_priority_and_then_by_age(catalogue: Catalogue) -> None:
    slow = catalogue.add_job(make(), by="Ada", priority=3)
    first = catalogue.add_job(make(TRAIN), by="Ada")
    second = catalogue.add_job(make(SEA, TRAIN), by="Ada")
    press = catalogue.add_job(PressRequest(album_id="sea"), by="Ada", priority=0)
    assert [job.id for job in catalogue.queue()] == [first.id, second.id, slow.id, press.id]
    assert catalogue.next_job() == first
    assert not catalogue.begin_job(second.id, "b")
    assert catalogue.begin_job(first.id, "a")
    assert not catalogue.begin_job(first.id, "b")
    assert not catalogue.begin_job(second.id, "b")
    assert catalogue.next_job() == press, "pressing needs neither cores nor the accelerator for long"
    assert catalogue.begin_job(press.id, "c")
    assert catalogue.finish_job(first.id, "a", "done", result={"made": 3})
    assert found(catalogue, first).result == {"made": 3}
    assert catalogue.set_priority(slow.id, 9)
    assert catalogue.begin_job(slow.id, "b")
    assert not catalogue.set_priority(slow.id, 1)


def test_a_lapsed_lease_is_seen_and_the_job_goes_back_to_the_queue_once(catalogue: Catalogue) -> None:
    job = catalogue.add_job(make(), by="Ada")
    waiting = catalogue.add_job(make(TRAIN), by="Ada")
    catalogue.set_flow_run(job.id, "run-1")
    assert catalogue.begin_job(job.id, "dead", lease_s=0.01)
    time.sleep(0.05)
    assert [one.id for one in catalogue.lapsed_jobs()] == [job.id]
    assert catalogue.begin_job(waiting.id, "alive"), "a dead holder is not in the way"
    assert catalogue.requeue_job(job.id, "dead", reason="its process died")
    assert not catalogue.requeue_job(job.id, "dead", reason="again")
    back = found(catalogue, job)
    assert (back.state, back.attempts, back.flow_run, back.reason) == ("queued", 1, "", "its process died")
    assert catalogue.renew_job(job.id, "dead") is None
    assert not catalogue.finish_job(job.id, "dead", "done")


def test_a_waiting_job_is_cancelled_at_once_and_a_running_one_hears_of_it(catalogue: Catalogue) -> None:
    running, waiting = catalogue.add_job(make(), by="Ada"), catalogue.add_job(make(TRAIN), by="Ada")
    catalogue.begin_job(running.id, "a")
    assert catalogue.cancel_job(waiting.id, "Bo").state == "cancelled"
    assert catalogue.renew_job(running.id, "a") == ""
    assert catalogue.cancel_job(running.id, "Bo", "too loud").state == "running"
    assert catalogue.renew_job(running.id, "a") == "Bo"
    assert catalogue.finish_job(running.id, "a", "cancelled", reason="too loud")
    with pytest.raises(ReviewError, match="it is cancelled"):
        catalogue.cancel_job(waiting.id, "Bo")
    with pytest.raises(ArtifactError, match="no job 'job-0'"):
        catalogue.cancel_job("job-0", "Bo")


def test_jobs_are_found_by_album_and_batches_by_having_several(catalogue: Catalogue) -> None:
    one, two = catalogue.add_job(make(), by="Ada"), catalogue.add_job(make(SEA, TRAIN), by="Ada")
    assert {job.id for job in catalogue.jobs(album=SEA.album_id)} == {one.id, two.id}
    assert [job.id for job in catalogue.jobs(batches_only=True)] == [two.id]
    assert found(catalogue, two).albums == (SEA.album_id, TRAIN.album_id)
    catalogue.begin_job(one.id, "a")
    first = catalogue.job_of(SEA.album_id)
    assert first is not None
    assert first.id == one.id
    assert catalogue.job_of("unknown") is None
