from __future__ import annotations

import threading

import pytest

from flows.processes import process_name
from flows.queueing import work_until_over
from flows.upkeep.lock import only_studio
from schemas.brief_reading import brief_from_fields
from schemas.errors import ArtifactError
from schemas.jobs import MakeRequest
from schemas.settings import Settings
from tasks.bench import Bench
from tasks.working.ledger import WAITING

WORDS = "[verse]\nThe light upon the water\nIt calls to me\n"
DEAD = f"{process_name().split(':')[0]}:999999:1.00"


@pytest.fixture
def bench(tmp_path):
    bench = Bench(Settings(home=tmp_path / "home", device="cpu", lease_s=600))
    yield bench
    bench.catalogue.close()


def ask(bench, theme, priority=5):
    """A job that takes no work: its album was set aside."""
    brief = brief_from_fields({"theme": theme, "songs": 1, "models": {"cover": "cover:typographic"}, "lyrics": [WORDS]})
    bench.catalogue.quarantine(brief.album_id, "for this test")
    return bench.catalogue.add_job(MakeRequest(briefs=(brief,)), by="Ada", priority=priority)


def no_steps(run):
    raise AssertionError("nothing was to be made")


def test_a_job_is_done_when_its_turn_comes(bench):
    job = ask(bench, "sea")
    done = work_until_over(job.id, bench, no_steps, tell=print)
    assert (done.state, done.attempts) == ("done", 1)


def test_what_comes_first_in_the_queue_is_done_first(bench):
    behind, ahead, mine = ask(bench, "sea", 1), ask(bench, "hills", 7), ask(bench, "moon")
    told = []
    work_until_over(mine.id, bench, no_steps, tell=told.append)
    assert [bench.catalogue.job(job.id).state for job in (ahead, mine, behind)] == ["done", "done", "queued"]
    assert told == [f"First comes {ahead.id}, which Ada asked for (1 albums)."]


def test_a_job_whose_process_died_goes_on_at_once_whatever_its_lease(bench):
    job = ask(bench, "sea")
    assert bench.catalogue.begin_job(job.id, DEAD, lease_s=600)
    done = work_until_over(job.id, bench, no_steps, tell=print)
    assert (done.state, done.attempts) == ("done", 2)


def test_a_job_that_was_cancelled_while_its_process_died_stays_so(bench):
    job = ask(bench, "sea")
    bench.catalogue.begin_job(job.id, DEAD, lease_s=600)
    bench.catalogue.cancel_job(job.id, "Ada", "wrong theme")
    assert work_until_over(job.id, bench, no_steps, tell=print).state == "cancelled"


def finish_soon(bench, job_id, holder):
    def finish():
        if bench.catalogue.job(job_id).state == "queued":
            bench.catalogue.begin_job(job_id, holder)
        bench.catalogue.finish_job(job_id, holder, "done")

    timer = threading.Timer(0.5, finish)
    timer.start()
    return timer


def test_a_job_that_a_living_process_works_on_is_waited_for(bench):
    job = ask(bench, "sea")
    holder = process_name(1)
    bench.catalogue.begin_job(job.id, holder, lease_s=600)
    timer = finish_soon(bench, job.id, holder)
    told = []
    done = work_until_over(job.id, bench, no_steps, tell=told.append)
    timer.join()
    assert (done.state, done.attempts) == ("done", 1)
    assert told == [f"It is worked on by another process ({holder})."]


def test_a_job_for_which_a_living_process_waits_is_left_to_it(bench):
    job = ask(bench, "sea")
    holder = process_name(1)
    bench.catalogue.note_result(job.id, {WAITING: holder})
    timer = finish_soon(bench, job.id, holder)
    done = work_until_over(job.id, bench, no_steps, tell=print)
    timer.join()
    assert (done.holder, done.attempts) == (holder, 1)


def test_where_a_studio_runs_the_job_is_left_to_it(bench, monkeypatch):
    monkeypatch.setattr("flows.queueing._STUDIO_POLL_S", 0.1)
    job = ask(bench, "sea")
    told = []
    with only_studio(bench.settings.home, "http://127.0.0.1:8420"):
        timer = finish_soon(bench, job.id, "the studio's runner")
        done = work_until_over(job.id, bench, no_steps, tell=told.append)
        timer.join()
    assert (done.state, done.holder) == ("done", "the studio's runner")
    assert told == ["The studio at http://127.0.0.1:8420 works on it."]


def test_a_job_that_is_not_there_is_an_error(bench):
    with pytest.raises(ArtifactError, match="job-000000000000"):
        work_until_over("job-000000000000", bench, no_steps, tell=print)
