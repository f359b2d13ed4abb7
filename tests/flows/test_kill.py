"""The whole command, with its own server and workers: killed, gone on with, and asked again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time

import psutil
import pytest
import yaml

from tests.tasks.conftest import own_words_brief, workshop_in


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("command")


@pytest.fixture
def command(folder):
    brief = folder / "brief.yaml"
    fields = own_words_brief().model_dump(mode="json", exclude={"kind", "schema_version"}, exclude_defaults=True)
    brief.write_text(yaml.safe_dump(fields))
    environment = dict(
        os.environ,
        HIBARI_HOME=str(folder / "home"),
        HIBARI_RELEASES=str(folder / "releases"),
        HIBARI_FONT="timgm6mb",
        HIBARI_DEVICE="cpu",
        HIBARI_LEASE_S="4",
    )
    arguments = [sys.executable, "-m", "cli.main", "make", str(brief), "--press", "--policy", "demo"]
    return arguments, environment


def _run_to(line, command):
    """Start the command and wait until it prints a line with some words."""
    arguments, environment = command
    process = subprocess.Popen(arguments, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    seen = []
    for printed in process.stderr:
        seen.append(printed)
        if line in printed:
            return process
    raise AssertionError(f"the run never printed {line!r}: {seen[-5:]}")


def _family(process):
    root = psutil.Process(process.pid)
    return [root, *root.children(recursive=True)]


def _gone(processes, within_s=20):
    """Whether processes have ended, or do within some seconds."""
    limit = time.monotonic() + within_s
    while any(_lives(process) for process in processes) and time.monotonic() < limit:
        time.sleep(0.1)
    return not any(_lives(process) for process in processes)


def _lives(process):
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.slow
def test_after_kill_9_the_same_command_goes_on_and_gives_the_same_digests(command, folder, made):
    process = _run_to("arrange score", command)
    time.sleep(0.5)
    family = _family(process)
    process.kill()
    process.wait()
    process.stderr.close()
    assert _gone(family), "workers or the server outlived the run"
    shop = workshop_in(folder)
    finished = shop.digests()
    assert 0 < len(finished) < len(made.digests())
    arguments, environment = command
    done = subprocess.run([*arguments, "--json"], env=environment, capture_output=True, text=True, check=True)
    summary = json.loads(done.stdout)
    assert summary["failures"] == {}
    # a worker may have finished and remembered a step that the killed run never heard of: it is not made again
    assert 0 < summary["run"]["made"] <= len(shop.digests()) - len(finished)
    assert shop.digests() == made.digests()
    again = subprocess.run([*arguments, "--json"], env=environment, capture_output=True, text=True, check=True)
    assert "run" not in json.loads(again.stdout)
    assert json.loads(again.stdout)["release"] == summary["release"]


@pytest.mark.slow
def test_ctrl_c_ends_everything_at_once_with_its_own_exit_code(command):
    process = _run_to("arrange score", command)
    family = _family(process)
    process.send_signal(signal.SIGINT)
    process.stderr.read()
    process.stderr.close()
    assert process.wait(timeout=15) == 130
    assert _gone(family)
