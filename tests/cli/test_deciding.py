"""What people decide at the command line, on an album made with the real steps."""

from __future__ import annotations

import json

import pytest

from cli.main import main


@pytest.fixture
def run(made, monkeypatch, capsys):
    for name, value in (("HOME", made.settings.home), ("RELEASES", made.settings.releases), ("FONT", "timgm6mb")):
        monkeypatch.setenv(f"HIBARI_{name}", str(value))
    monkeypatch.setenv("HIBARI_MODELS", str(made.settings.models_dir))
    monkeypatch.setenv("HIBARI_DEVICE", "cpu")

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return call


@pytest.fixture
def album(made):
    return made.brief.album_id


def _log(run):
    return json.loads(run("log", "--json")[1])


def test_a_verdict_with_remarks_is_in_the_log_and_in_the_list_of_albums(run, album):
    said = ("--reason", "drags", "--remark", "0:12", "too loud", "--remark", "3.5", "lovely", "--by", "Ada")
    code, out, _ = run("reject", album, "song-1", "--retake", *said, "--json")
    assert code == 0
    assert [remark["at_s"] for remark in json.loads(out)[0]["remarks"]] == [3.5, 12]
    assert (_log(run)[0]["what"], _log(run)[0]["who"], _log(run)[0]["via"]) == ("want_retake", "Ada", "command")
    run("approve", album, "cover", "--by", "Ada")
    assert json.loads(run("show", "--json")[1])[0]["state"] == "rejected"
    assert "want retake" in run("log", album)[1]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("approve", "ALBUM", "song-1", "--by", "Ada", "--remark", "noon", "x"), "no time in a song"),
        (("approve", "ALBUM", "--by", "Ada", "--remark", "0:01", "x"), "name that song"),
        (("approve", "ALBUM", "--by", "policy:demo"), "give your own name"),
        (("edit", "ALBUM", "song-1", "--note", "1", "--pitch", "H4", "--by", "Ada"), "no note"),
        (("edit", "ALBUM", "song-1", "--note", "1", "--pitch", "C8", "--by", "Ada"), "outside what the voice"),
        (("edit", "ALBUM", "song-1", "--keep", "--by", "Ada"), "has no edit"),
        (("retake", "ALBUM", "song-1", "mix", "--key", "H"), "is not a key"),
        (("retake", "ALBUM", "song-1", "compose_lead_sheet", "--tempo", "500"), "tempo_bpm"),
        (("retake", "ALBUM", "song-1", "compose_lead_sheet", "--takes", "0"), "nothing is asked"),
        (("order", "ALBUM", "song-1", "song-1"), "stands twice"),
    ],
)
def test_a_decision_that_does_not_fit_is_one_clear_line(run, album, arguments, words):
    code, _, err = run(*(album if argument == "ALBUM" else argument for argument in arguments))
    assert code == 6
    assert words in err
    assert _log(run) == []


def test_a_preview_of_changed_settings_makes_nothing(run, album, made):
    tempo = str(made.open().plan.songs[0].tempo_bpm + 4)
    code, out, _ = run("retake", album, "song-1", "compose_lead_sheet", "--tempo", tempo, "--preview", "--json")
    assert code == 0
    found = {step["slot"]["step"]: step["action"] for step in json.loads(out)["steps"]}
    assert (found["write_lyrics"], found["compose_lead_sheet"]) == ("reuse", "may be made again")
    assert "Nothing was written" in run("retake", album, "song-1", "sing", "--part", "vocal", "--preview")[1]
    assert _log(run) == []


def test_words_notes_and_the_order_are_changed_and_an_edit_dropped(run, album):
    line = ("--section", "verse 1", "--line", "1", "--text", "The lamp upon the water", "--by", "Ada")
    assert run("edit", album, "1", *line)[0] == 0
    assert json.loads(run("show", "--json")[1])[0]["state"] == "open"
    assert "write_lyrics: drop" in run("edit", album, "1", "--drop", "--by", "Ada")[1]
    assert run("edit", album, "1", "--note", "1", "--duration", "60", "--by", "Ada")[0] == 0
    assert "1. Upon the Water (song-1)" in run("order", album, "song-1", "--by", "Ada")[1]
    assert [entry["what"] for entry in reversed(_log(run))] == [
        "edit_words",
        "settle_edit",
        "edit_notes",
        "order_songs",
    ]
    code, _, err = run("edit", album, "1", "--by", "Ada")
    assert code == 2
    assert "--section" in err


def test_pressing_is_logged_with_the_policy_that_judged(run, album):
    assert run("press", album, "--policy", "careful", "--by", "Ada")[0] == 0
    whats = [(entry["what"], entry["who"]) for entry in reversed(_log(run))]
    assert whats == [("approve", "policy:careful"), ("approve", "policy:careful"), ("ask_press", "Ada")]
    assert json.loads(run("show", "--json")[1])[0]["state"] == "pressed"
