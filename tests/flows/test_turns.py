from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from flows.jobs import MOST_ATTEMPTS, run_job
from flows.processes import is_dead, process_name, process_of
from flows.turns import Heartbeat, wait_for_turn
from flows.upkeep.lock import only_studio, running_studio
from schemas.errors import ArtifactError, SettingsError
from schemas.jobs import MakeRequest
from tasks.working.ledger import WAITING
from tests.tasks.conftest import own_words_brief, workshop_in


@pytest.fixture
def bench(tmp_path):
    bench = workshop_in(tmp_path).bench
    yield bench
    bench.catalogue.close()


def asked(bench, seed=5, priority=5):
    brief = own_words_brief().model_copy(update={"seed": seed})
    return bench.catalogue.add_job(MakeRequest(briefs=(brief,)), by="Ada", priority=priority)


def test_a_job_waits_while_another_is_made_and_then_the_first_by_priority_begins(bench):
    running, catalogue, order = asked(bench), bench.catalogue, []
    assert wait_for_turn(catalogue, running.id, "first", lease_s=30)
    plain, urgent = asked(bench, 6), asked(bench, 7, priority=9)

    def take(job):
        assert wait_for_turn(catalogue, job.id, job.id, lease_s=30)
        order.append(job.id)
        catalogue.finish_job(job.id, job.id, "done")

    threads = [threading.Thread(target=take, args=(job,), daemon=True) for job in (plain, urgent)]
    for thread in threads:
        thread.start()
    time.sleep(1.2)
    assert order == []
    assert catalogue.job(plain.id).result[WAITING] == plain.id
    catalogue.finish_job(running.id, "first", "done")
    for thread in threads:
        thread.join(timeout=20)
    assert order == [urgent.id, plain.id]


def test_a_job_that_was_cancelled_while_it_waited_never_begins(bench):
    running, waiting = asked(bench), asked(bench, 6)
    assert wait_for_turn(bench.catalogue, running.id, "first", lease_s=30)
    threading.Timer(0.3, lambda: bench.catalogue.cancel_job(waiting.id, "Ada")).start()
    assert not wait_for_turn(bench.catalogue, waiting.id, "second", lease_s=30)
    with pytest.raises(ArtifactError, match="no job"):
        wait_for_turn(bench.catalogue, "job-000000000000", "me", lease_s=30)


def test_a_run_of_the_studio_whose_turn_does_not_come_leaves_the_job_in_the_queue_for_another(bench, monkeypatch):
    import flows.jobs

    monkeypatch.setattr(flows.jobs, "end_with_studio", lambda first: True)
    monkeypatch.setattr(flows.jobs, "_PATIENCE_S", 0.0)
    monkeypatch.setattr("os.nice", lambda by: 19)
    running, waiting = asked(bench), asked(bench, 6)
    assert bench.catalogue.begin_job(running.id, "another")
    bench.catalogue.set_flow_run(waiting.id, "the run of the night")
    left = run_job(waiting.id, bench, lambda run: pytest.fail("it is not its turn"), flow_run="the run of the night")
    found = bench.catalogue.job(waiting.id)
    assert (left.state, found.state, found.flow_run, found.result) == ("queued", "queued", "", {})
    bench.catalogue.finish_job(running.id, "another", "done")
    assert bench.catalogue.next_job().id == waiting.id


def test_a_heartbeat_keeps_the_lease_and_hears_of_a_cancellation_and_of_a_loss(bench):
    job = asked(bench)
    stopped = threading.Event()
    assert wait_for_turn(bench.catalogue, job.id, "me", lease_s=0.5)
    with Heartbeat(bench.catalogue, job.id, "me", lease_s=0.5, stop=stopped.set) as heart:
        time.sleep(1.2)
        assert bench.catalogue.lapsed_jobs() == []
        bench.catalogue.cancel_job(job.id, "Ada", "another idea")
        assert stopped.wait(2)
    assert (heart.cancelled_by, heart.lost) == ("Ada", False)
    stopped.clear()
    with Heartbeat(bench.catalogue, job.id, "someone else", lease_s=0.5, stop=stopped.set) as heart:
        assert stopped.wait(2)
    assert heart.lost


def test_a_job_begun_too_often_fails_with_the_reason_and_nothing_is_made(bench):
    job = asked(bench)
    for _ in range(MOST_ATTEMPTS):
        bench.catalogue.begin_job(job.id, "dead")
        bench.catalogue.requeue_job(job.id, "dead", reason="it died")
    done = run_job(job.id, bench, lambda run: pytest.fail("nothing is to be made"))
    assert done.state == "failed"
    assert f"begun {MOST_ATTEMPTS} times" in done.reason


def test_a_job_that_another_process_has_is_left_alone(bench):
    job = asked(bench)
    assert bench.catalogue.begin_job(job.id, "another")
    assert run_job(job.id, bench, lambda run: pytest.fail("it is another's")).holder == "another"


def test_an_end_that_is_not_the_jobs_own_puts_it_back_or_cancels_it_where_prefect_was_asked_to(bench, monkeypatch):
    import flows.jobs

    def interrupted(job, place):
        raise KeyboardInterrupt

    monkeypatch.setattr(flows.jobs, "do_job", interrupted)
    first, second = asked(bench), asked(bench, 6)
    with pytest.raises(KeyboardInterrupt):
        run_job(first.id, bench, print)
    assert bench.catalogue.job(first.id).state == "queued"
    bench.catalogue.cancel_job(first.id, "Ada")
    with pytest.raises(KeyboardInterrupt):
        run_job(second.id, bench, print, was_cancelled=lambda: True)
    assert bench.catalogue.job(second.id).state == "cancelled"


def test_a_process_is_known_by_a_name_that_no_later_one_has():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = process_name(child.pid)
    assert process_of(name).pid == child.pid
    assert not is_dead(name)
    child.communicate()
    assert is_dead(name)
    host, pid, began = process_name().rsplit(":", 2)
    assert int(pid) == os.getpid()
    assert is_dead(f"{host}:{pid}:{float(began) - 100:.2f}")  # the same number, given to another process since
    assert not is_dead(f"elsewhere:{pid}:{began}")  # only its lease says more
    assert not is_dead("a name of some other kind")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells when a process began apart from the clock")
def test_a_living_process_stays_alive_when_the_clock_is_set(monkeypatch):
    name = process_name()
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: 1.0)
    assert process_name() == name
    assert not is_dead(name)


def test_one_studio_a_home_and_its_address_is_named(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom flows.upkeep.lock import only_studio\n"
        f"with only_studio(Path({str(tmp_path)!r}), 'http://127.0.0.1:1'):\n"
        "    print('has it', flush=True)\n    input()\n"
    )
    first = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert first.stdout.readline() == "has it\n"
    assert running_studio(tmp_path) == {"pid": first.pid, "url": "http://127.0.0.1:1"}
    with pytest.raises(SettingsError, match=r"runs already at http://127\.0\.0\.1:1"), only_studio(tmp_path, "x"):
        pass
    first.kill()
    first.communicate()
    assert running_studio(tmp_path) is None
    with only_studio(tmp_path, "x"):
        assert running_studio(tmp_path) == {"pid": os.getpid(), "url": "x"}
