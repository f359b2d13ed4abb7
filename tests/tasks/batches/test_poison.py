"""A batch with a brief that kills workers and one that always fails, made by the whole command with real workers."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from schemas.jobs import MakeRequest
from schemas.settings import Settings
from tasks.bench import Bench
from tests.tasks.conftest import WORDS

POISON = Path(__file__).parent / "poison"


def write_batch(path, themes):
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["theme", "title", "songs", "length_s", "genre", "lyrics", "seed", "models.cover"])
        rows.writerows([theme, theme.title(), 1, "20..40", "folk", WORDS, 5, "cover:typographic"] for theme in themes)
    return path


def environment(folder, **more):
    return dict(
        os.environ,
        HIBARI_HOME=str(folder / "home"),
        HIBARI_RELEASES=str(folder / "releases"),
        HIBARI_FONT="timgm6mb",
        HIBARI_DEVICE="cpu",
        HIBARI_LEASE_S="4",
        **more,
    )


def command(file, *options):
    return [sys.executable, "-m", "cli.main", "batch", str(file), *options]


def digests(bench, albums):
    """What fills every slot of some albums."""
    catalogue = bench.catalogue
    found = {}
    for album in albums:
        for slot in catalogue.album_takes(album):
            take = catalogue.selected(slot)
            found[str(slot)] = take.artifact if take else None
    return found


@pytest.mark.slow
def test_a_poisonous_brief_is_set_aside_and_the_others_are_made(tmp_path):
    themes = ["a light upon the water", "arsenic in the tea", "vinegar in the wine", "a light upon the hill"]
    file = write_batch(tmp_path / "four.csv", themes)
    poisoned = environment(tmp_path, PYTHONPATH=str(POISON))
    done = subprocess.run(
        command(file, "--json", "--by", "Ada"), env=poisoned, capture_output=True, text=True, check=False
    )
    assert done.returncode == 7, done.stderr
    result = json.loads(done.stdout)["result"]["albums"]
    states = {album.rsplit("-", 1)[0]: found["state"] for album, found in result.items()}
    assert states == {
        "a-light-upon-the-water": "made",
        "arsenic-in-the-tea": "set aside",
        "vinegar-in-the-wine": "set aside",
        "a-light-upon-the-hill": "made",
    }
    bench = Bench(Settings(home=tmp_path / "home", device="cpu", font="timgm6mb"))
    reasons = {album.rsplit("-", 1)[0]: bench.catalogue.quarantined(album) for album in result}
    assert "worker process died twice" in reasons["arsenic-in-the-tea"]
    assert "it failed twice" in reasons["vinegar-in-the-wine"]
    assert "the score turned sour" in reasons["vinegar-in-the-wine"]
    assert reasons["a-light-upon-the-water"] is None
    report = Path(json.loads(done.stdout)["report"]).with_name("report.md").read_text()
    assert "2 set aside" in report
    assert "the score turned sour" in report

    begun = time.monotonic()
    again = subprocess.run(
        command(file, "--json", "--by", "Ada"), env=poisoned, capture_output=True, text=True, check=False
    )
    assert again.returncode == 7, again.stderr
    assert json.loads(again.stdout)["result"]["made"] == 0
    assert time.monotonic() - begun < 30, "what was set aside was tried again"
    bench.catalogue.close()


@pytest.mark.slow
def test_a_batch_that_was_killed_goes_on_with_the_same_command_and_gives_the_same_digests(tmp_path):
    themes = ["a light upon the water", "a light upon the hill"]
    (tmp_path / "killed").mkdir()
    file = write_batch(tmp_path / "two.csv", themes)
    killed = environment(tmp_path / "killed")
    process = subprocess.Popen(command(file), env=killed, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    for line in process.stderr:
        if "arrange score" in line:
            break
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stderr.close()
    bench = Bench(Settings(home=tmp_path / "killed" / "home", device="cpu", font="timgm6mb"))
    (before,) = bench.catalogue.jobs()
    assert before.state == "running"
    done = subprocess.run(command(file, "--json"), env=killed, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (job,) = bench.catalogue.jobs()
    assert (job.id, job.state, job.attempts) == (before.id, "done", 2)
    assert isinstance(job.request, MakeRequest)
    assert json.loads(done.stdout)["job"] == job.id

    (tmp_path / "whole").mkdir()
    whole = environment(tmp_path / "whole")
    subprocess.run(command(file, "--quiet"), env=whole, capture_output=True, text=True, check=True)
    other = Bench(Settings(home=tmp_path / "whole" / "home", device="cpu", font="timgm6mb"))
    assert digests(bench, job.albums) == digests(other, job.albums)
    assert len(digests(bench, job.albums)) > 20
    bench.catalogue.close()
    other.catalogue.close()
