import json

import pytest
import torch
from PIL import Image

from cli.main import main
from models.pictures.singan.keeping import TrainedScale, save_picture, save_scale
from models.pictures.singan.networks import ScaleConfig, ScaleCritic
from tests.models.pictures.singan.pyramids import SIZES, untrained


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    pyramid, folder = untrained(), tmp_path / "learned"
    folder.mkdir()
    picture = torch.rand(1, 3, *SIZES[-1], generator=torch.Generator().manual_seed(0)) * 2 - 1
    save_picture(folder, picture, pyramid.fixed_noise, {"sizes": [list(size) for size in SIZES]})
    for scale, generator in enumerate(pyramid.generators):
        save_scale(folder, scale, TrainedScale(generator, ScaleCritic(ScaleConfig.tiny()), 0.5), {})

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["cover", "singan", *map(str, arguments)])
        return end.value.code, *capsys.readouterr()

    return call


def test_variations_lie_in_a_folder_with_their_sheet(run, tmp_path):
    code, out, _ = run("vary", tmp_path / "learned", "--count", 2, "--width", 40, "--out", tmp_path / "v", "--sheet",
                       "--json")  # fmt: skip
    assert code == 0
    seeds = [one["seed"] for one in json.loads(out)]
    assert {path.name for path in (tmp_path / "v").iterdir()} == {f"variation-{n}.png" for n in seeds} | {"sheet.png"}
    with Image.open(tmp_path / "v" / f"variation-{seeds[0]}.png") as made:
        assert made.size == (40, SIZES[-1][0])


def test_a_film_is_written(run, tmp_path):
    code, _, _ = run("animate", tmp_path / "learned", "--seconds", 0.5, "--rate", 8, "--out", tmp_path / "a.webp")
    assert code == 0
    with Image.open(tmp_path / "a.webp") as made:
        assert made.n_frames == 4


def test_a_picture_is_painted_on(run, tmp_path):
    Image.linear_gradient("L").resize((62, 48)).save(tmp_path / "sketch.png")
    code, _, _ = run("paint", tmp_path / "learned", tmp_path / "sketch.png", "--out", tmp_path / "made.png")
    assert code == 0
    with Image.open(tmp_path / "made.png") as made:
        assert made.size == (31, 24)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["vary", "nowhere", "--out", "v"], 4, "nowhere"),
        (["vary", "learned", "--start", "9", "--out", "v"], 5, "0-2"),
        (["animate", "learned", "--out", "a.mp4"], 2, "has to end in .gif"),
        (["paint", "learned", "nothing.png", "--out", "x.png"], 5, "nothing.png"),
        (["train", "nothing.png", "--out", "t"], 5, "nothing.png"),
    ],
)
def test_what_cannot_be_done_is_told(run, tmp_path, monkeypatch, arguments, code, says):
    monkeypatch.chdir(tmp_path)
    found, _, err = run(*arguments)
    assert found == code
    assert says in err
    assert not (tmp_path / "t").exists()


def test_a_picture_too_thin_to_learn_is_refused_before_anything_is_written(run, tmp_path):
    Image.new("RGB", (400, 4)).save(tmp_path / "thin.png")
    code, _, err = run("train", tmp_path / "thin.png", "--out", tmp_path / "t")
    assert code == 5
    assert "squarer" in err
    assert not (tmp_path / "t").exists()
