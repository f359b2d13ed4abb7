"""What the documents say to do is done, against a studio that is served and works on its queue."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from artifacts.people import ROLES
from flows.jobs import run_job
from schemas.settings import CHECKOUT
from studio.api.document import document
from studio.client.writing import TARGET, client_text
from studio.webhook_calls import signature
from tests.studio.live import serving
from tests.tasks.working.conftest import run_plainly

EXAMPLES = CHECKOUT / "docs" / "examples"


@contextlib.contextmanager
def working(home) -> Iterator[None]:
    """Let the jobs of a studio be worked on, one after the other."""
    stopped = threading.Event()

    def work() -> None:
        while not stopped.wait(0.1):
            job = home.catalogue.next_job()
            if job is not None:
                run_job(job.id, home.bench, run_plainly)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    yield
    stopped.set()
    thread.join(30)


@pytest.fixture
def told(studio_home, tmp_path):
    """Runs a command against the studio in an empty folder: its output and the folder."""
    folder = tmp_path / "downloads"
    folder.mkdir()

    def run(*command: str) -> tuple[str, Path]:
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, env=env, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout, folder

    with serving(studio_home.app) as live, working(studio_home):
        env = {**os.environ, "HIBARI_URL": live.url, "HIBARI_TOKEN": studio_home.secrets["producer"]}
        yield run


def fields(home) -> dict:
    """The brief of the album that is there already, so that its job has nothing to make."""
    return json.loads(home.shop.brief.model_dump_json(exclude={"kind", "schema_version"}))


def check_release(home, folder) -> None:
    with zipfile.ZipFile(folder / f"{home.album_id}.zip") as archived:
        assert archived.testzip() is None
        assert f"{home.album_id}/release.json" in archived.namelist()
    assert home.catalogue.standing(home.album_id).state == "pressed"
    what = {choice.what for choice in home.catalogue.choices()}
    assert {"ask_make", "approve", "ask_press"} <= what


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_story_by_curl_ends_with_a_release(studio_home, told):
    output, folder = told("sh", str(EXAMPLES / "album_story.sh"), json.dumps(fields(studio_home)))
    assert "pressed:" in output
    assert (folder / "song.flac").read_bytes().startswith(b"fLaC")
    rejected, *later = studio_home.catalogue.verdicts(studio_home.album_id)
    assert (rejected.decision, rejected.reason) == ("rejected", "the tune goes nowhere")
    assert rejected.remarks[0].text == "here it should rise"
    assert {verdict.decision for verdict in later} == {"approved"}
    assert "again:  compose_lead_sheet" in output
    assert "write_lyrics" not in output
    assert "version 2 is another take of the tune" in output
    heard = [(folder / f"version-{number}.flac").read_bytes() for number in (1, 2)]
    assert heard[0] != heard[1]
    check_release(studio_home, folder)


@pytest.mark.slow
def test_the_story_by_the_generated_client_ends_with_a_release(studio_home, told):
    brief = fields(studio_home)
    code = f"import sys; sys.path.insert(0, {str(EXAMPLES)!r}); import album_story; album_story.main({brief!r})"
    output, folder = told(sys.executable, "-c", code)
    assert "pressed:" in output
    assert "job.finished" in output
    check_release(studio_home, folder)


def test_the_client_is_the_one_that_the_document_gives(still_studio):
    remedy = "run `python -m studio.client.writing`"
    assert TARGET.read_text(encoding="utf-8") == client_text(document(still_studio.app)), remedy


def test_a_refusal_is_an_error_with_the_problem_in_it(studio_home, monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    import client

    with serving(studio_home.app) as live:
        hibari = client.Hibari(live.url, studio_home.secrets["viewer"])
        assert hibari.list_albums(search="water", limit=1)["total"] == 1
        with pytest.raises(client.HibariError) as refused:
            hibari.make_album({"theme": "x"})
        assert refused.value.status == 403
        assert "producer" in refused.value.detail


def test_the_documentation_names_every_route_role_and_kind_of_event(still_studio):
    text = (CHECKOUT / "docs" / "api.md").read_text(encoding="utf-8")
    routes = [
        f"`{method.upper()} {path.removeprefix('/api/v1')}`"
        for path, operations in document(still_studio.app)["paths"].items()
        for method in operations
    ]
    script = (CHECKOUT / "studio" / "static" / "live.js").read_text(encoding="utf-8")
    kinds = re.findall(r'"([a-z]+\.[a-z]+)"', script.partition("KINDS = [")[2].partition("]")[0])
    assert len(kinds) > 10
    wanted = [*routes, *(f"| {role} |" for role in ROLES), *(f"`{kind}`" for kind in kinds)]
    assert [name for name in wanted if name not in text] == []


def test_a_receiver_knows_a_call_of_ours_and_no_other(monkeypatch):
    monkeypatch.syspath_prepend(str(EXAMPLES))
    from check_webhook import is_from_hibari

    now = int(time.time())
    assert is_from_hibari("s", signature("s", b"{}", now), b"{}")
    assert not is_from_hibari("s", signature("s", b"{}", now), b"{} ")
    assert not is_from_hibari("other", signature("s", b"{}", now), b"{}")
    assert not is_from_hibari("s", signature("s", b"{}", now - 3600), b"{}")
    assert not is_from_hibari("s", "nonsense", b"{}")
