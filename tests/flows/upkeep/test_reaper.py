from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from flows.prefect_rest.runs import OPEN, RunEntry
from flows.processes import HELD_BY, process_name
from flows.upkeep.dispatch import dispatch
from flows.upkeep.missed import drop_missed
from flows.upkeep.reaper import Reaper, disagreements
from flows.upkeep.stopping import stop_work
from schemas.jobs import MakeRequest, PressRequest, RetakeRequest
from schemas.making import Slot
from tasks.working.ledger import WAITING
from tests.tasks.conftest import own_words_brief, workshop_in


class RecordedPrefect:
    """A Prefect server's runs, kept in a dictionary."""

    def __init__(self):
        self.entries = {}
        self.keys = {}
        self.ended = {}

    def put(self, run_id, state, *, job="", deployment="d1", tags=(), age_s=0.0):
        since = datetime.now(UTC) - timedelta(seconds=age_s)
        parameters = {"job": job} if job else {}
        self.entries[run_id] = RunEntry(run_id, state, since, deployment, parameters, tuple(tags), "", "", None)

    def put_scheduled(self, run_id, schedule, expected_at):
        self.entries[run_id] = RunEntry(run_id, "SCHEDULED", None, "d1", {}, (), schedule, schedule, expected_at)

    def deployment_ids(self):
        return {"album-on-demand": "d1", "press": "d2"}

    def start_run(self, deployment, parameters, *, key, tags=()):
        if key not in self.keys:
            self.keys[key] = f"run-{len(self.keys)}"
            self.put(self.keys[key], "SCHEDULED", job=parameters["job"], deployment=self.deployment_ids()[deployment])
        return self.keys[key]

    def run_states(self, ids):
        return {run_id: self.entries[run_id].state for run_id in ids if run_id in self.entries}

    def run(self, run_id):
        return self.entries[run_id]

    def runs(self, states, *, deployments=None, within=None, tags=()):
        found = [run for run in self.entries.values() if run.state in states]
        return [run for run in found if deployments is None or run.deployment in deployments]

    def end_run(self, run_id, state, message=""):
        if self.entries[run_id].state in OPEN:
            self.put(run_id, state, deployment=self.entries[run_id].deployment)
            self.ended[run_id] = message

    def free_slots(self, names):
        return []


@pytest.fixture
def bench(tmp_path):
    bench = workshop_in(tmp_path).bench
    yield bench
    bench.catalogue.close()


@pytest.fixture
def prefect():
    return RecordedPrefect()


@pytest.fixture
def dead():
    """The name of a process that ended."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = process_name(child.pid)
    child.communicate()
    return name


def asked(bench, seed=5):
    brief = own_words_brief().model_copy(update={"seed": seed})
    return bench.catalogue.add_job(MakeRequest(briefs=(brief,)), by="Ada")


def sweep(bench, prefect, **how):
    return Reaper(bench, prefect, own_server=True).sweep(**how)


def test_a_job_gets_one_run_and_a_new_one_only_when_that_ended(bench, prefect):
    job = asked(bench)
    assert dispatch(bench.catalogue, prefect).id == job.id
    assert dispatch(bench.catalogue, prefect) is None
    assert list(prefect.entries) == ["run-0"]
    bench.catalogue.set_flow_run(job.id, "")  # the id was lost in a crash: the run is found again
    dispatch(bench.catalogue, prefect)
    assert list(prefect.entries) == ["run-0"]
    prefect.put("run-0", "CRASHED", job=job.id)
    bench.catalogue.set_flow_run(job.id, "")
    dispatch(bench.catalogue, prefect)
    assert bench.catalogue.job(job.id).flow_run == "run-1"


def test_a_press_is_handed_over_while_albums_are_made(bench, prefect):
    making = asked(bench)
    bench.catalogue.begin_job(making.id, process_name())
    asked(bench, 6)
    press = bench.catalogue.add_job(PressRequest(album_id="some-album"), by="Ada")
    assert dispatch(bench.catalogue, prefect).id == press.id
    assert prefect.entries["run-0"].deployment == "d2"


def test_the_job_of_a_dead_process_goes_back_into_the_queue_and_its_run_is_ended(bench, prefect, dead):
    job = asked(bench)
    prefect.put("r", "RUNNING", job=job.id)
    bench.catalogue.begin_job(job.id, dead)
    bench.catalogue.set_flow_run(job.id, "r")
    assert disagreements(bench, prefect) == [f"{job.id} is running, but its process ({dead}) is dead"]
    assert len(sweep(bench, prefect)) == 1
    found = bench.catalogue.job(job.id)
    assert (found.state, found.flow_run, found.attempts) == ("queued", "", 1)
    assert prefect.entries["r"].state == "CRASHED"
    assert [event.kind for event in bench.catalogue.events_after(0, job_id=job.id)] == ["job.queued"]
    assert disagreements(bench, prefect) == []
    assert sweep(bench, prefect) == []


def test_a_job_whose_lease_lapsed_elsewhere_goes_back_too_and_a_held_one_does_not(bench, prefect):
    lapsed, held = asked(bench), asked(bench, 6)
    bench.catalogue.begin_job(lapsed.id, "elsewhere:7:1.00", lease_s=-1)
    bench.catalogue.begin_job(held.id, process_name(), lease_s=30)
    sweep(bench, prefect)
    assert bench.catalogue.job(lapsed.id).state == "queued"
    assert bench.catalogue.job(held.id).state == "running"


def test_a_job_that_was_to_stop_when_its_process_died_is_cancelled_not_begun_again(bench, prefect, dead):
    job = asked(bench)
    bench.catalogue.begin_job(job.id, dead)
    bench.catalogue.cancel_job(job.id, "Ada", "another idea")
    sweep(bench, prefect)
    assert bench.catalogue.job(job.id).state == "cancelled"
    assert [event.kind for event in bench.catalogue.events_after(0, job_id=job.id)] == ["job.cancelled"]


def test_a_retake_whose_process_died_while_it_was_to_stop_leaves_the_take_of_before_selected(bench, prefect, dead):
    slot = Slot(album_id="some-album", song_id=None, step="paint_cover", part="")
    job = bench.catalogue.add_job(RetakeRequest(album_id="some-album", step="paint_cover"), by="Ada")
    bench.catalogue.begin_job(job.id, dead)
    bench.catalogue.note_result(job.id, {"retake": {"before": 2, "numbers": [3]}})
    bench.catalogue.select(slot, 3)
    bench.catalogue.cancel_job(job.id, "Ada")
    sweep(bench, prefect)
    assert bench.catalogue.selected_number(slot) == 2


def test_what_is_cancelled_in_prefect_is_cancelled_here_whether_it_waits_or_its_process_is_gone(bench, prefect, dead):
    waiting, running = asked(bench), asked(bench, 6)
    dispatch(bench.catalogue, prefect)
    prefect.put("run-0", "CANCELLED", job=waiting.id)
    sweep(bench, prefect)
    assert bench.catalogue.job(waiting.id).state == "cancelled"
    assert disagreements(bench, prefect) == []
    prefect.put("r", "CANCELLING", job=running.id)
    bench.catalogue.begin_job(running.id, dead)
    bench.catalogue.set_flow_run(running.id, "r")
    sweep(bench, prefect)
    assert bench.catalogue.job(running.id).state == "cancelled"
    assert [choice.what for choice in bench.catalogue.choices(who="someone in Prefect")] == ["cancel", "cancel"]


def test_a_run_whose_job_is_over_is_ended_to_agree_once_it_had_time_to_end_itself(bench, prefect, monkeypatch):
    job = asked(bench)
    bench.catalogue.begin_job(job.id, "me")
    bench.catalogue.set_flow_run(job.id, "r")
    bench.catalogue.finish_job(job.id, "me", "done")
    prefect.put("r", "RUNNING", job=job.id)
    assert sweep(bench, prefect) == []
    assert disagreements(bench, prefect)
    monkeypatch.setattr("flows.upkeep.reaper._ENDING_S", -1.0)
    assert len(sweep(bench, prefect)) == 1
    assert prefect.entries["r"].state == "COMPLETED"
    assert disagreements(bench, prefect) == []


def test_a_run_planned_for_a_job_that_was_cancelled_is_cancelled(bench, prefect, monkeypatch):
    monkeypatch.setattr("flows.upkeep.reaper._ENDING_S", -1.0)
    job = asked(bench)
    dispatch(bench.catalogue, prefect)
    bench.catalogue.cancel_job(job.id, "Ada")
    sweep(bench, prefect)
    assert prefect.entries["run-0"].state == "CANCELLED"


def test_a_run_of_a_job_nobody_knows_is_ended(bench, prefect):
    prefect.put("r", "RUNNING", job="job-000000000000")
    assert disagreements(bench, prefect)
    sweep(bench, prefect)
    assert prefect.entries["r"].state == "CANCELLED"
    assert disagreements(bench, prefect) == []


def test_a_run_that_ended_or_died_before_its_turn_is_forgotten_so_that_another_is_started(bench, prefect, dead):
    ended, died, slow = asked(bench), asked(bench, 6), asked(bench, 7)
    for job, state, age_s in ((ended, "CRASHED", 0), (died, "RUNNING", 0), (slow, "PENDING", 500)):
        prefect.put(job.id, state, job=job.id, age_s=age_s)
        bench.catalogue.set_flow_run(job.id, job.id)
    bench.catalogue.note_result(died.id, {WAITING: dead})
    assert len(sweep(bench, prefect)) == 3
    assert [job.flow_run for job in bench.catalogue.queue()] == ["", "", ""]
    assert [prefect.entries[job.id].state for job in (died, slow)] == ["CRASHED", "CRASHED"]


def test_a_run_that_waits_in_a_living_process_is_left_alone(bench, prefect):
    job = asked(bench)
    prefect.put("r", "RUNNING", job=job.id, age_s=500)
    bench.catalogue.set_flow_run(job.id, "r")
    bench.catalogue.note_result(job.id, {WAITING: process_name()})
    assert sweep(bench, prefect) == []


def test_at_start_what_the_studio_of_before_left_is_ended(bench, prefect, dead):
    waiting = asked(bench)
    prefect.put("left", "RUNNING", job=waiting.id)
    bench.catalogue.set_flow_run(waiting.id, "left")
    prefect.put("command", "RUNNING", deployment="", tags=[HELD_BY + dead])
    prefect.put("alive", "RUNNING", deployment="", tags=[HELD_BY + process_name()])
    sweep(bench, prefect, first=True)
    assert {run: entry.state for run, entry in prefect.entries.items()} == {
        "left": "CRASHED",
        "command": "CRASHED",
        "alive": "RUNNING",
    }
    assert bench.catalogue.job(waiting.id).flow_run == ""


def test_a_stop_puts_back_only_what_this_studios_own_processes_have(bench, prefect):
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    elsewhere, mine = asked(bench), asked(bench, 6)
    bench.catalogue.begin_job(elsewhere.id, "elsewhere:7:1.00", lease_s=-1)
    bench.catalogue.begin_job(mine.id, process_name(child.pid))
    prefect.put("r", "RUNNING", job=mine.id)
    bench.catalogue.set_flow_run(mine.id, "r")
    stop_work(bench, prefect, child)
    child.stdin.close()
    found = bench.catalogue.job(mine.id)
    assert (found.state, found.attempts, found.flow_run) == ("queued", 0, "")  # a stop on purpose counts as no attempt
    assert bench.catalogue.job(elsewhere.id).state == "running"
    assert prefect.entries["r"].state == "CRASHED"
    assert child.poll() is not None


def test_what_a_schedule_missed_while_no_studio_ran_is_made_up_for_once():
    prefect, now = RecordedPrefect(), datetime.now(UTC)
    for day in (3, 1, 2):
        prefect.put_scheduled(f"night-{day}", "nightly", now - timedelta(days=day))
    prefect.put_scheduled("tonight", "nightly", now + timedelta(hours=3))
    prefect.put_scheduled("weekly", "weekly", now - timedelta(days=1))
    prefect.put("asked", "SCHEDULED", age_s=86_400)
    [said] = drop_missed(prefect, ["d1"], now)
    assert said == "schedule nightly missed 3 times while no studio ran; it runs once"
    assert set(prefect.ended) == {"night-3", "night-2"}
    assert drop_missed(prefect, ["d1"], now) == []
