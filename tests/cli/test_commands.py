from __future__ import annotations

import json

import pytest

from cli.main import _COMMANDS, main
from cli.output import duration, table

DRAWN = "models: {cover: cover:typographic}\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HIBARI_RELEASES", str(tmp_path / "releases"))

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return call


@pytest.mark.parametrize("name", _COMMANDS)
def test_every_command_has_help_with_what_it_does(run, name):
    code, out, _ = run(name, "--help")
    assert code == 0
    assert "Usage: " in out


def test_an_unknown_command_is_answered_with_the_nearest(run):
    code, _, err = run("maek", "x")
    assert code == 2
    assert "Did you mean 'make'" in err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("make", ""), 2, ["theme", "empty"]),
        (("make", "missing.yaml"), 2, ["missing.yaml"]),
        (("make", "x", "--songs", "500"), 2, ["songs", "500", "20"]),
        (("make", "x", "--genre", "polka"), 2, ["genre", "polka", "folk"]),
        (("show", "nothing"), 3, ["nothing"]),
        (("press", "nothing"), 3, ["nothing"]),
        (("replay", "nowhere"), 3, ["release.json"]),
        (("models", "inspect", "lyrics:smolm2"), 4, ["lyrics:smollm2"]),
        (("retake", "nothing", "song-1", "sing"), 3, ["nothing"]),
        (("make", "x", "--policy", "demo"), 2, ["--press"]),
    ],
)
def test_a_mistake_gives_one_clear_line_and_its_exit_code(run, arguments, code, words):
    ended, _, err = run(*arguments)
    assert ended == code
    for word in words:
        assert word in err
    assert "Traceback" not in err


def test_a_refused_brief_leaves_nothing_behind(run, tmp_path):
    run("make", "x", "--songs", "500")
    assert not (tmp_path / "releases").exists()
    code, out, _ = run("show", "--json")
    assert code == 0
    assert json.loads(out) == []


def test_plan_reads_a_file_and_writes_no_album(run, tmp_path):
    brief = tmp_path / "brief.yaml"
    brief.write_text(
        f"theme: the sea\nsongs: 1\n{DRAWN}lyrics: |\n  [verse]\n  The light upon the water\n  It calls to me\n"
    )
    code, out, _ = run("plan", str(brief), "--json")
    assert code == 0
    steps = json.loads(out)["steps"]
    assert {step["action"] for step in steps} == {"make"}
    assert steps[0]["slot"]["step"] == "write_lyrics"
    assert json.loads(run("show", "--json")[1]) == []


def test_words_that_cannot_be_sung_are_refused_before_any_work(run, tmp_path):
    brief = tmp_path / "brief.yaml"
    line = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    brief.write_text(f"theme: the sea\nsongs: 1\n{DRAWN}lyrics: |\n  [verse]\n  {line}\n")
    code, _, err = run("make", str(brief))
    assert code == 2
    assert "lyrics.1" in err
    assert "16" in err


def test_tables_are_aligned_and_times_are_read_easily():
    assert table([("a", "1"), ("bbb", "2")], header=("X", "Y")) == "X    Y\na    1\nbbb  2"
    assert [duration(seconds) for seconds in (0.4, 59.4, 61, 3600)] == ["0 s", "59 s", "1:01", "60:00"]


@pytest.mark.parametrize(("name", "value"), [("WORKERS", "0"), ("WORKERS", "many"), ("DEVICE", "tpu")])
def test_a_setting_out_of_bounds_is_refused_in_one_line(run, monkeypatch, name, value):
    monkeypatch.setenv(f"HIBARI_{name}", value)
    code, _, err = run("show")
    assert code == 2
    assert f"HIBARI_{name}" in err
    assert value in err
    assert "Traceback" not in err


def test_a_home_that_cannot_be_written_is_told_in_one_line(run, monkeypatch):
    import errno

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device", "home")

    monkeypatch.setattr("tasks.bench.Bench.__init__", full)
    code, _, err = run("show")
    assert code == 3
    assert "No space left" in err
    assert "HIBARI_HOME" in err
    assert "Traceback" not in err


def test_plan_and_make_mean_the_same_album_by_the_same_words(run, tmp_path):
    from schemas.brief import Brief
    from schemas.settings import Settings
    from tasks.albums import open_album
    from tasks.bench import Bench

    words = [{"text": "[verse]\nThe light upon the water\nIt calls to me\n"}]
    bench = Bench(Settings())
    begun = open_album(
        Brief.model_validate(
            {"theme": "rain on the roof", "songs": 1, "models": {"cover": "cover:typographic"}, "lyrics": words}
        ),
        bench,
    )
    bench.catalogue.close()
    assert json.loads(run("plan", begun.album_id, "--json")[1])["album"] == begun.album_id
    assert json.loads(run("show", "--json")[1])[0]["state"] == "open"
    Bench(Settings()).catalogue.quarantine(begun.album_id, "workers died")
    assert json.loads(run("show", "--json")[1])[0]["state"] == "set aside"
    for command in ("plan", "make"):
        code, _, err = run(command, begun.album_id, "--songs", "2")
        assert code == 2
        assert "--songs" in err
    brief = tmp_path / "rain.yaml"
    brief.write_text(
        json.dumps({"theme": "rain", "songs": 1, "models": {"cover": "cover:typographic"}, "lyrics": words})
    )
    assert json.loads(run("plan", str(brief), "--json")[1])["album"].startswith("rain-")
    assert json.loads(run("plan", str(brief), "--json")[1])["album"] != begun.album_id


def test_a_replay_writes_into_its_own_folder_whatever_store_the_environment_names(monkeypatch, tmp_path):
    from cli.pressing import scratch_settings
    from schemas.settings import Settings

    monkeypatch.setenv("HIBARI_BLOBS_URL", "memory://blobs")
    monkeypatch.setenv("HIBARI_CATALOGUE_URL", "sqlite:///elsewhere.sqlite")
    scratch = scratch_settings(Settings(), tmp_path)
    assert scratch.blobs == str(tmp_path / "blobs")
    assert scratch.catalogue == f"sqlite:///{tmp_path / 'catalogue.sqlite'}"
    assert scratch.models_dir == Settings().models_dir
