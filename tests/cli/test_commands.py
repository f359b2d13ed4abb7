from __future__ import annotations

import json

import pytest

from cli.main import _COMMANDS, main
from cli.output import duration, table


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
    brief.write_text("theme: the sea\nsongs: 1\nlyrics: |\n  [verse]\n  The light upon the water\n  It calls to me\n")
    code, out, _ = run("plan", str(brief), "--json")
    assert code == 0
    steps = json.loads(out)["steps"]
    assert {step["action"] for step in steps} == {"make"}
    assert steps[0]["slot"]["step"] == "write_lyrics"
    assert json.loads(run("show", "--json")[1]) == []


def test_words_that_cannot_be_sung_are_refused_before_any_work(run, tmp_path):
    brief = tmp_path / "brief.yaml"
    line = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
    brief.write_text(f"theme: the sea\nsongs: 1\nlyrics: |\n  [verse]\n  {line}\n")
    code, _, err = run("make", str(brief))
    assert code == 2
    assert "lyrics.1" in err
    assert "16" in err


def test_tables_are_aligned_and_times_are_read_easily():
    assert table([("a", "1"), ("bbb", "2")], header=("X", "Y")) == "X    Y\na    1\nbbb  2"
    assert [duration(seconds) for seconds in (0.4, 59.4, 61, 3600)] == ["0 s", "59 s", "1:01", "60:00"]
