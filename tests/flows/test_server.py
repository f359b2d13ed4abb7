from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import psutil
import pytest

from flows.prefect_safety import forbid_pickled_results
from flows.server import LocalServer, existing_server, prepare_database, private_folder
from schemas.errors import SettingsError

# Prefect's own code leaves sockets and loops to the garbage collector when a server starts and stops in one test run
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("server")
    prepare_database(home)
    server = LocalServer(home, schedules=True)
    server.wait()
    yield server
    server.close()


@pytest.mark.slow
def test_the_server_answers_with_its_password_and_refuses_without(server):
    from prefect.client.orchestration import get_client

    with server.connected(), get_client(sync_client=True) as client:
        assert client.read_flows() == []
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"{server.url}/admin/version", timeout=10)
    refusal.value.close()
    assert refusal.value.code == 401


@pytest.mark.slow
def test_a_page_from_elsewhere_gets_no_leave_to_read(server):
    request = urllib.request.Request(f"{server.url}/health", headers={"Origin": "https://evil.example"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert answer.headers.get("access-control-allow-origin") is None


@pytest.mark.slow
def test_the_server_ends_with_the_process_that_started_it(tmp_path):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom flows.server import LocalServer\n"
        f"server = LocalServer(Path({str(tmp_path)!r}))\nprint(server._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    time.sleep(2)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    limit = time.monotonic() + 30
    while time.monotonic() < limit and psutil.pid_exists(child) and psutil.Process(child).status() != "zombie":
        time.sleep(0.2)
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie"


def test_a_server_that_is_named_but_does_not_answer_is_an_error(monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", "http://127.0.0.1:9/api")
    with pytest.raises(SettingsError, match="unset the variable"):
        existing_server()
    monkeypatch.setenv("PREFECT_API_URL", "")
    assert existing_server() is None


def test_no_result_can_be_unpickled():
    from prefect.serializers import Serializer
    from prefect.utilities.dispatch import get_registry_for_type

    forbid_pickled_results()
    assert not [name for name in get_registry_for_type(Serializer) if "pickle" in name]
    assert forbid_pickled_results() == ()


def test_starting_a_server_leaves_the_environment_as_it_was():
    assert "PREFECT_SERVER_API_AUTH_STRING" not in os.environ


@pytest.mark.slow
def test_a_cron_deployment_gets_its_runs_scheduled(server):
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    from flows.produce import produce_albums

    with server.connected(), get_client(sync_client=True) as client:
        flow_id = client.create_flow(produce_albums)
        schedule = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 2 * * *", timezone="UTC"), active=True)
        deployment = client.create_deployment(flow_id, "nightly", schedules=[schedule], parameters={"briefs": []})
        limit = time.monotonic() + 120
        runs = []
        while not runs and time.monotonic() < limit:
            time.sleep(1)
            runs = [run for run in client.read_flow_runs(limit=50) if run.deployment_id == deployment]
    assert runs
    assert all(run.auto_scheduled and run.expected_start_time.hour == 2 for run in runs)


@pytest.mark.slow
def test_nothing_is_left_to_be_told_to_a_server_that_ends(server):
    from prefect import flow, get_run_logger
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogWorker

    @flow(name="talks", persist_result=False)
    def talks() -> int:
        get_run_logger().info("a line for nobody")
        return 3

    with server.connected():
        assert talks() == 3
    assert not APILogWorker._instances
    assert not EventsWorker._instances


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes")
def test_nobody_else_on_the_machine_looks_into_its_folder(tmp_path):
    (tmp_path / "prefect").mkdir(mode=0o755)
    assert private_folder(tmp_path).stat().st_mode & 0o777 == 0o700
