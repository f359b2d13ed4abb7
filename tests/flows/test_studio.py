"""The studio as a command: jobs made, cancelled, scheduled; killed in the middle and gone on with; all in agreement."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flows.prefect_rest.api import PrefectApi
from flows.processes import process_name, process_of
from flows.upkeep.reaper import disagreements
from schemas.jobs import MakeRequest, RetakeRequest
from tests.flows.studio_process import StudioProcess, all_gone, wait_for
from tests.tasks.conftest import own_words_brief, workshop_in

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("studio")


@pytest.fixture(scope="module")
def studio(folder):
    studio = StudioProcess(folder).start()
    yield studio
    studio.stop()


@pytest.fixture
def shop(folder):
    shop = workshop_in(folder)
    yield shop
    shop.bench.catalogue.close()


def prefect_of(studio, shop):
    """The Prefect server of a studio, as its runner reaches it."""
    runner = next(child for child in studio.family() if "flows.upkeep.runner" in child.cmdline())
    environment = runner.environ()
    return PrefectApi(environment["PREFECT_API_URL"], environment["PREFECT_API_AUTH_STRING"])


def state_of(shop, job):
    return shop.bench.catalogue.job(job.id).state


def made_steps(shop, job):
    return [event for event in shop.bench.catalogue.events_after(0, job_id=job.id) if event.kind == "step.made"]


def test_killed_in_the_middle_of_a_job_it_goes_on_after_a_restart_with_the_same_digests_and_all_agree(
    studio, shop, made
):
    job = shop.bench.catalogue.add_job(MakeRequest(briefs=(own_words_brief(),)), by="Ada")
    wait_for(lambda: len(made_steps(shop, job)) >= 3, 120)
    holder = shop.bench.catalogue.job(job.id).holder
    family = studio.family()
    assert process_of(holder) in family
    studio.kill()
    assert all_gone(family), "a process outlived the studio"
    finished = shop.digests()
    assert 0 < len(finished) < len(made.digests())
    assert state_of(shop, job) == "running"  # nobody is left who could say otherwise
    studio.start()
    wait_for(lambda: shop.bench.catalogue.job(job.id).is_over, 150)
    done = shop.bench.catalogue.job(job.id)
    assert (done.state, done.attempts) == ("done", 2)
    assert shop.digests() == made.digests()
    album = own_words_brief().album_id
    assert shop.bench.catalogue.standing(album).state == "review"
    assert shop.bench.catalogue.begin_attempt(album) == 1  # its attempts were ended, and none is held against it
    shop.bench.catalogue.end_attempt(album)
    prefect = prefect_of(studio, shop)
    wait_for(lambda: not disagreements(shop.bench, prefect), 40)
    assert set(prefect.run_states([done.flow_run]).values()) == {"COMPLETED"}
    prefect.close()


def test_a_cancelled_job_stops_within_seconds_and_leaves_no_half_state(studio, shop):
    brief = own_words_brief().model_copy(update={"seed": 77})
    job = shop.bench.catalogue.add_job(MakeRequest(briefs=(brief,)), by="Ada")
    wait_for(lambda: len(made_steps(shop, job)) >= 2, 120)
    shop.bench.catalogue.cancel_job(job.id, "Ada", "another idea")
    wait_for(lambda: state_of(shop, job) == "cancelled", 15)
    assert shop.bench.catalogue.failures(brief.album_id) == []
    wait_for(lambda: shop.bench.catalogue.standing(brief.album_id).state == "open", 10)
    prefect = prefect_of(studio, shop)
    wait_for(lambda: not disagreements(shop.bench, prefect), 40)
    prefect.close()


def test_runs_whose_turn_does_not_come_leave_their_jobs_in_the_queue_and_stand_in_nobodys_way(studio, shop):
    catalogue, prefect = shop.bench.catalogue, prefect_of(studio, shop)
    held = catalogue.add_job(RetakeRequest(album_id="an-album-made-elsewhere", step="mix"), by="Ada", priority=9)
    wait_for(lambda: catalogue.begin_job(held.id, process_name(), lease_s=300) or catalogue.job(held.id).is_over, 1)
    assert state_of(shop, held) == "running"
    fields = own_words_brief().model_dump(mode="json", exclude={"kind", "schema_version"}, exclude_defaults=True)
    runs = [
        prefect.start_run("album-on-demand", {"briefs": [fields | {"seed": 100 + n}]}, key=f"waits-{n}")
        for n in range(7)  # more than are run at a time
    ]
    wait_for(lambda: set(prefect.run_states(runs).values()) == {"COMPLETED"}, 150)
    waiting = catalogue.jobs(states=("queued",))
    assert len(waiting) == 7
    assert {job.flow_run for job in waiting} == {""}
    for job in waiting:
        catalogue.cancel_job(job.id, "Ada")
    catalogue.finish_job(held.id, process_name(), "done")
    wait_for(lambda: not disagreements(shop.bench, prefect), 40)
    prefect.close()


def test_a_schedule_of_every_minute_fires_and_its_album_is_made_through_the_queue(studio, shop):
    prefect = prefect_of(studio, shop)
    fields = own_words_brief().model_dump(mode="json", exclude={"kind", "schema_version"}, exclude_defaults=True)
    entry = prefect.add_schedule(
        "album-on-demand", name="each-minute", cron="* * * * *", parameters={"briefs": [fields]}
    )
    try:
        job = wait_for(
            lambda: next((job for job in shop.bench.catalogue.jobs() if job.by == "schedule:each-minute"), None), 140
        )
    finally:
        prefect.set_schedule(entry.id, False)
    assert job.priority == 3
    wait_for(lambda: state_of(shop, job) == "done", 60)
    assert [found.next_at for found in prefect.schedules() if found.id == entry.id] == [None]
    prefect.remove_schedule(entry.id)
    assert entry.id not in {found.id for found in prefect.schedules()}
    prefect.close()


def test_a_runner_that_died_is_started_again_and_said_so(studio, shop):
    runner = next(child for child in studio.family() if "flows.upkeep.runner" in child.cmdline())
    runner.kill()
    wait_for(lambda: "it is started again" in studio.text(), 20)
    wait_for(lambda: [child for child in studio.family() if "flows.upkeep.runner" in child.cmdline()], 20)


def test_a_deployment_that_was_deleted_is_made_known_again_and_served(studio, shop):
    prefect = prefect_of(studio, shop)
    runner = next(child.pid for child in studio.family() if "flows.upkeep.runner" in child.cmdline())
    before = prefect.deployment_ids()["press"]
    prefect.ask("DELETE", f"/deployments/{before}")
    wait_for(lambda: prefect.deployment_ids().get("press", before) != before, 30)
    wait_for(lambda: [c for c in studio.family() if c.pid != runner and "flows.upkeep.runner" in c.cmdline()], 30)
    prefect.close()


def test_a_second_studio_of_the_same_home_is_refused_with_the_address_of_the_first(studio):
    command = [sys.executable, "-m", "cli.main", "studio", "--port", "0"]
    second = subprocess.run(command, env=studio.environment, capture_output=True, text=True, check=False, timeout=60)
    assert second.returncode == 2
    assert studio.url in second.stderr


def test_stopped_in_the_middle_of_a_job_it_ends_at_once_and_the_job_waits_for_the_next_start(studio, shop):
    brief = own_words_brief().model_copy(update={"seed": 78})
    job = shop.bench.catalogue.add_job(MakeRequest(briefs=(brief,)), by="Ada")
    wait_for(lambda: made_steps(shop, job), 120)
    family = studio.family()
    studio.stop(within_s=20)
    assert studio.process.returncode == 0
    assert all_gone(family, within_s=5)
    waiting = shop.bench.catalogue.job(job.id)
    assert (waiting.state, waiting.attempts, waiting.flow_run) == ("queued", 0, "")
