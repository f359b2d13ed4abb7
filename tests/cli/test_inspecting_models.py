from __future__ import annotations

import json
import pickle

import pytest
import torch

from cli.main import main
from cli.model_facts import size_text
from tests.models.checkpoints import shaped


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        printed = capsys.readouterr()
        return end.value.code, printed.out, printed.err

    return call


def test_a_file_is_described_with_the_command_that_takes_it_in(run, tmp_path):
    path = tmp_path / "my gan.pt"
    torch.save({"g_ema": shaped.rosinality()}, path)
    code, out, _ = run("models", "inspect", str(path))
    assert code == 0
    assert out.splitlines()[1] == "StyleGAN2 by rosinality's stylegan2-pytorch"
    assert "16 x 16 px" in out
    assert f'Take it in:  hibari models add cover:NAME "{path}"' in out
    code, out, _ = run("models", "inspect", str(path), "--json")
    facts = json.loads(out)
    assert (code, facts["family"], facts["resolution_px"], facts["is_whole"]) == (0, "stylegan2-rosinality", 16, True)


def test_a_file_that_lacks_tensors_is_said_to_be_of_no_use(run, tmp_path):
    state = shaped.rrdb("2019")
    del state["conv_last.weight"]
    torch.save(state, tmp_path / "x.pth")
    code, out, _ = run("models", "inspect", str(tmp_path / "x.pth"))
    assert code == 0
    assert "missing   conv_last.weight" in out
    assert "cannot be used as it is" in out
    assert "Take it in" not in out


class Payload:
    def __init__(self, canary):
        self.canary = canary

    def __reduce__(self):
        return open, (str(self.canary), "w")


def test_a_refused_file_is_described_runs_nothing_and_ends_with_code_4(run, tmp_path):
    path = tmp_path / "evil\x1b[31m.pkl"
    path.write_bytes(pickle.dumps({"G": Payload(tmp_path / "canary")}, protocol=2))
    for extra in ((), ("--json",)):
        code, out, _ = run("models", "inspect", str(path), *extra)
        assert code == 4
        assert "io.open" in out
        assert "\x1b" not in out
    code, out, err = run("models", "add", "cover:evil", str(path))
    assert (code, out) == (4, "")
    assert "nothing was run" in err
    assert not (tmp_path / "canary").exists()


def test_a_file_that_is_not_there_and_a_name_that_is_unknown_are_told_apart(run, tmp_path):
    code, _, err = run("models", "inspect", str(tmp_path))
    assert code == 2
    assert "is a folder" in err
    code, _, err = run("models", "inspect", "absent.pkl")
    assert code == 2
    assert "there is no file absent.pkl" in err
    code, _, err = run("models", "inspect", "cover:panted")
    assert code == 4
    assert "cover:painted" in err


def test_a_registered_model_is_described_and_how_to_get_it(run):
    code, out, _ = run("models", "inspect", "upscale:compact")
    assert code == 0
    assert "hibari models pull upscale:compact" in out
    code, out, _ = run("models", "inspect", "cover:painted")
    assert code == 0
    assert "code alone" in out
    assert "not here" not in out


def test_sizes_are_written_as_people_write_them():
    assert [size_text(count) for count in (12, 274_823, 98_362_432, 3 * 10**9)] == [
        "12 B",
        "275 kB",
        "98.4 MB",
        "3.00 GB",
    ]
