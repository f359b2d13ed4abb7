from __future__ import annotations

import time

import pytest

from flows.deployments import declared, module_of, register
from flows.prefect_rest.api import PrefectApi
from flows.server import LocalServer, prepare_database
from flows.upkeep.runner import known_deployments
from schemas.errors import ArtifactError, BriefError, SettingsError


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("server")
    prepare_database(home)
    server = LocalServer(home, schedules=True)
    server.wait()
    yield server
    server.close()


@pytest.fixture
def prefect(server):
    prefect = PrefectApi(server.url, server.auth)
    register(prefect)
    yield prefect
    prefect.close()


@pytest.mark.slow
def test_deployments_are_made_known_and_what_people_set_on_them_survives_the_next_start(prefect):
    assert sorted(prefect.deployment_ids()) == sorted(entry["name"] for entry in declared())
    nightly = next(entry for entry in prefect.schedules() if entry.deployment == "nightly")
    assert (nightly.name, nightly.cron, nightly.active) == ("nightly", "0 2 * * *", True)
    prefect.set_schedule(nightly.id, False)
    added = prefect.add_schedule(
        "nightly", name="weekend", cron="0 5 * * 6", timezone="Europe/Berlin", parameters={"on": ""}
    )
    register(prefect)
    found = {entry.name: entry for entry in prefect.schedules() if entry.deployment == "nightly"}
    assert (found["nightly"].active, found["weekend"].parameters) == (False, {"on": ""})
    assert found["weekend"].timezone == "Europe/Berlin"
    assert prefect.set_schedule(nightly.id, True).active
    prefect.remove_schedule(added.id)
    assert [entry.name for entry in prefect.schedules() if entry.deployment == "nightly"] == ["nightly"]
    with pytest.raises(ArtifactError, match="no schedule"):
        prefect.remove_schedule(added.id)


@pytest.mark.slow
def test_a_schedule_says_when_it_starts_a_run_next(prefect):
    limit = time.monotonic() + 120
    while not (found := next(one for one in prefect.schedules() if one.name == "nightly")).next_at:
        assert time.monotonic() < limit, "no run was ever planned"
        time.sleep(1)
    assert (found.next_at.hour, found.next_at.minute) == (2, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cron": "at two"}, "five fields"),
        ({"cron": "99 2 * * *"}, "refuses"),
        ({"timezone": "Mars/Olympus"}, "time zone"),
        ({"name": "../x"}, "letters, digits"),
        ({"name": "nightly"}, "already"),
    ],
    ids=str,
)
def test_a_schedule_that_is_none_is_refused_in_words(prefect, fields, said):
    with pytest.raises(BriefError, match=said):
        prefect.add_schedule("nightly", **{"name": "new", "cron": "0 2 * * *"} | fields)
    assert len(prefect.schedules()) == 1


@pytest.mark.slow
def test_a_run_is_started_once_a_key_and_can_be_ended_from_outside(prefect):
    first = prefect.start_run("album-on-demand", {"job": "job-1"}, key="job-1:0")
    assert prefect.start_run("album-on-demand", {"job": "job-1"}, key="job-1:0") == first
    assert prefect.run(first).parameters == {"job": "job-1"}
    assert prefect.run_states([first, "00000000-0000-0000-0000-000000000000"]) == {first: "SCHEDULED"}
    prefect.end_run(first, "CRASHED", "its process died")
    prefect.end_run(first, "COMPLETED")
    assert prefect.run_states([first]) == {first: "CRASHED"}
    assert prefect.free_slots(["gpu"]) == []
    with pytest.raises(SettingsError, match="no deployment 'nonsense'"):
        prefect.start_run("nonsense", {}, key="x")
    with pytest.raises(ArtifactError, match="list them again"):
        prefect.run("00000000-0000-0000-0000-000000000000")


@pytest.mark.slow
def test_the_runner_finds_every_deployment_and_a_server_without_them_is_refused(prefect, server, tmp_path):
    assert {found.name for found in known_deployments(prefect)} == {entry["name"] for entry in declared()}

    class Empty:
        def deployment_ids(self):
            return {}

    with pytest.raises(SettingsError, match="knows none"):
        known_deployments(Empty())


@pytest.mark.slow
def test_a_server_that_ended_is_started_again_at_the_same_place_with_the_same_password(prefect, server):
    before = prefect.deployment_ids()
    server._process.kill()
    server._process.wait()
    assert not server.lives
    with pytest.raises(SettingsError, match="does not answer"):
        prefect.deployment_ids()
    server.restart()
    server.wait()
    assert prefect.deployment_ids() == before


def test_a_wrong_place_is_an_error_with_a_remedy(tmp_path):
    with pytest.raises(SettingsError, match="does not answer"):
        PrefectApi("http://127.0.0.1:9/api").deployment_ids()
    assert not PrefectApi("http://127.0.0.1:9/api").healthy()
    with pytest.raises(SettingsError, match="cannot be read"):
        declared(tmp_path / "prefect.yaml")


def test_every_entrypoint_is_also_a_module_and_a_function():
    import importlib

    for entry in declared():
        module, function = module_of(entry["entrypoint"])
        assert hasattr(importlib.import_module(module), function)
