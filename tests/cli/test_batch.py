from __future__ import annotations

import json
import os
import re

import pytest

from artifacts.events import EventEntry
from cli.following import Follower
from cli.main import main
from schemas.jobs import MakeRequest
from schemas.settings import Settings
from tasks.bench import Bench
from tests.tasks.conftest import WORDS, own_words_brief

OWN = f'"{WORDS}"'
DRAWN = "cover:typographic"
TABLE = (
    "theme,title,songs,models.cover,lyrics\n"
    f"a light upon the water,Water,1,{DRAWN},{OWN}\na road in winter,Road,1,{DRAWN},{OWN}\n"
)


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HIBARI_RELEASES", str(tmp_path / "releases"))
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["batch", *arguments])
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return call


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "own.csv"
    path.write_text(TABLE)
    return str(path)


@pytest.fixture
def bench(tmp_path):
    bench = Bench(Settings(home=tmp_path / "home", device="cpu"))
    yield bench
    bench.catalogue.close()


def test_a_plan_shows_every_album_and_makes_nothing(run, table, bench):
    code, out, _ = run(table, "--plan")
    assert code == 0
    assert re.search(r"line 2 +a?water-[0-9a-f]{8} +Water", out)
    assert "2 albums; roughly" in out
    assert bench.catalogue.jobs() == []
    assert bench.catalogue.albums() == []


def test_a_plan_can_be_read_by_programs(run, table):
    code, out, _ = run(table, "--plan", "--json", "--priority", "7")
    document = json.loads(out)
    assert code == 0
    assert document["priority"] == 7
    assert [album["title"] for album in document["albums"]] == ["Water", "Road"]
    assert all(album["steps"] > 8 for album in document["albums"])


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("theme,songs\na,99\nb,two\n", (), ["2 briefs", "line 2: songs: 99", "line 3: songs: 'two'"]),
        ("thema\na\n", (), ["line 1", "'thema'", "'theme'"]),
        (TABLE, ("--date", "tomorrow"), ["tomorrow", "2025-01-31"]),
        (TABLE, ("--priority", "12"), ["12", "0<=x<=9"]),
        (TABLE, ("--budget-albums", "0"), ["0", "1<=x<=500"]),
    ],
)
def test_what_does_not_fit_is_refused_in_words(run, tmp_path, text, options, words):
    (tmp_path / "own.csv").write_text(text)
    code, _, err = run(str(tmp_path / "own.csv"), *options)
    assert code == 2
    for word in words:
        assert word in err


def test_a_policy_that_is_not_written_does_not_fit(run, table):
    assert run(table, "--policy", "lenient")[0] == 6


def test_a_file_that_is_not_there_is_named(run):
    code, _, err = run("nowhere.yaml")
    assert code == 2
    assert "nowhere.yaml" in err


def test_what_is_refused_may_be_left_out_and_is_told(run, table, tmp_path):
    (tmp_path / "own.csv").write_text(TABLE + "the stars,,99,\n")
    assert run(table, "--plan")[0] == 2
    code, out, _ = run(table, "--plan", "--skip-refused")
    assert code == 0
    assert "left out: line" in out
    assert "songs: 99" in out


def test_a_batch_that_is_made_already_starts_nothing_and_says_so(run, made, tmp_path, monkeypatch):
    made.make()
    made.bench.catalogue.close()
    fields = own_words_brief().model_dump(mode="json", exclude={"kind", "schema_version"}, exclude_defaults=True)
    (tmp_path / "one.jsonl").write_text(json.dumps(fields) + "\n")
    monkeypatch.setenv("HIBARI_FONT", "timgm6mb")
    monkeypatch.setenv("HIBARI_DEVICE", "cpu")
    code, out, err = run(str(tmp_path / "one.jsonl"), "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert document["state"] == "done"
    assert document["result"]["made"] == 0
    assert document["run"]["server_start_s"] == 0
    assert os.path.exists(document["report"])  # noqa: PTH110 - the path is what a program would be given
    again = json.loads(run(str(tmp_path / "one.jsonl"), "--json")[1])
    assert again["job"] != document["job"], "a batch that is over is looked at anew"


@pytest.fixture
def follower(bench):
    briefs = (own_words_brief(), own_words_brief().replaced(seed=6))
    job = bench.catalogue.add_job(MakeRequest(name="two", briefs=briefs), by="Ada")
    bench.catalogue.album(briefs[0].album_id, briefs[0], title="Upon the Water")
    return Follower(bench.catalogue, job, quiet=False), briefs[0].album_id, job


def event(kind, album, **body):
    return EventEntry(1, None, kind, album, "job", body)


def test_a_step_is_told_with_its_album_and_the_time_left_over_all(follower):
    follow, album, _ = follower
    facts = {"song": "song-1", "step": "render_stem", "part": "bass", "seconds": 1.26, "done": 3, "total": 34}
    line = follow._line(event("step.made", album, left_s=95.0, **facts))
    assert " ".join(line.split()) == "✓ Upon the Water · song-1 · render stem bass 1.3 s 3/34 about 1:35 left"
    failed = follow._line(event("step.failed", album, left_s=0.0, error="no sound font", **facts))
    assert failed.endswith("render stem bass: no sound font")
    assert "goes on where it was" in follow._line(event("job.queued", "", again=True))
    assert follow._line(event("album.changed", album)) == ""


def test_a_follower_prints_what_happens_while_it_follows(follower, bench, capsys):
    follow, album, job = follower
    body = {"song": "", "step": "paint_cover", "part": "", "seconds": 0.9, "done": 1, "total": 2, "left_s": 1.0}
    with follow:
        bench.catalogue.add_event("step.made", album_id=album, job_id=job.id, body=body)
        bench.catalogue.add_event("step.made", album_id=album, job_id="job-another", body=body)
    printed = capsys.readouterr().err
    assert printed.count("paint cover") == 1
