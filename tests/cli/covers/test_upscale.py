import json

import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from cli.main import main
from models.pictures.upscaling.srvgg import SRVGG, SRVGGConfig


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    torch.manual_seed(0)
    save_file(SRVGG(SRVGGConfig.tiny()).state_dict(), tmp_path / "m.safetensors")
    Image.linear_gradient("L").resize((30, 20)).save(tmp_path / "small.png")

    def call(*arguments, picture="small.png", out="large.png"):
        standard = [str(tmp_path / picture), "--model", str(tmp_path / "m.safetensors"), "--out", str(tmp_path / out)]
        with pytest.raises(SystemExit) as end:
            main(["cover", "upscale", *standard, *arguments])
        return end.value.code, *capsys.readouterr()

    return call


def test_a_picture_is_enlarged_to_the_size_asked_for(run, tmp_path):
    code, out, _ = run("--size", "45", "--json")
    assert (code, json.loads(out)["width"]) == (0, 45)
    with Image.open(tmp_path / "large.png") as made:
        assert made.size == (45, 30)


def test_the_same_command_gives_the_same_bytes(run, tmp_path):
    run()
    before = (tmp_path / "large.png").read_bytes()
    run()
    assert (tmp_path / "large.png").read_bytes() == before


def test_a_transparent_picture_is_laid_on_white(run, tmp_path):
    Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(tmp_path / "clear.png")
    assert run(picture="clear.png", out="clear-large.png")[0] == 0
    with Image.open(tmp_path / "clear-large.png") as made:
        assert made.mode == "RGB"
        assert made.size == (16, 16)


@pytest.mark.parametrize(
    ("arguments", "named", "code", "says"),
    [
        (["--scale", "2", "--size", "40"], {}, 2, "give one of them"),
        ([], {"out": "large.gif"}, 2, "has to end in .png"),
        ([], {"out": "nowhere/large.png"}, 2, "there is no folder"),
        ([], {"picture": "nothing.png"}, 5, "nothing.png"),
        (["--size", "20"], {}, 5, "30-60 px"),
        (["--model", "lyrics:smollm2"], {}, 4, "does not enlarge"),
    ],
)
def test_what_cannot_be_done_is_told_and_writes_nothing(run, tmp_path, arguments, named, code, says):
    found, _, err = run(*arguments, **named)
    assert found == code
    assert says in err
    assert not any(tmp_path.glob("large*"))


def test_a_picture_cut_short_is_refused(run, tmp_path):
    (tmp_path / "cut.png").write_bytes((tmp_path / "small.png").read_bytes()[:60])
    code, _, err = run(picture="cut.png")
    assert code == 5
    assert "cut.png" in err
