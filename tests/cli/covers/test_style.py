import json

import numpy as np
import pytest
from PIL import Image

from cli.main import main
from models.pictures.style.arbitrary import Stylist
from models.pictures.style.looks import Looks, load_looks
from tasks import restyling
from tasks.restyling import Brush


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    Image.linear_gradient("L").resize((80, 70)).save(tmp_path / "small.png")

    def call(*arguments):
        with pytest.raises(SystemExit) as end:
            main(["cover", *arguments])
        return end.value.code, *capsys.readouterr()

    return call


@pytest.fixture
def _brush(monkeypatch):
    some = [look for look in load_looks() if look.slug.startswith("homer")]
    vectors = np.random.default_rng(0).normal(size=(len(some), 6)).astype(np.float32)
    monkeypatch.setattr(restyling, "open_brush", lambda _folder: Brush(Stylist.tiny(), Looks(some, vectors)))


@pytest.mark.usefixtures("_brush")
def test_a_picture_is_painted_in_a_look_and_whose_it_is_is_told(run, tmp_path):
    code, out, _ = run("style", "small.png", "--look", "camp fire", "--size", "100", "--out", "made.png", "--json")
    assert code == 0
    assert json.loads(out)["credit"] == "Winslow Homer, Camp Fire (1880)"
    with Image.open(tmp_path / "made.png") as made:
        assert made.size == (100, 88)


@pytest.mark.usefixtures("_brush")
def test_looks_are_listed_searched_and_shown(run, tmp_path):
    code, out, _ = run("looks", "homer", "--json")
    assert code == 0
    assert {"homer-camp-fire", "homer-rations"} <= {look["slug"] for look in json.loads(out)}
    assert "homer-camp-fire" in run("looks", "camp")[1]
    assert run("looks", "homer", "--sheet", "sheet.png", "--picture", "small.png", "--quiet")[0] == 0
    with Image.open(tmp_path / "sheet.png") as sheet:
        assert sheet.size == (6 * 256, 272)


def test_a_picture_is_dreamt_on_without_pulling_anything(run, tmp_path):
    order = ["dream", "small.png", "--layer", "fire2", "--octaves", "1", "--iterations", "1", "--out", "dream.png"]
    assert run(*order)[0] == 0
    with Image.open(tmp_path / "dream.png") as made:
        assert made.size == (80, 70)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["style", "small.png", "--out", "a.png"], 2, "either --look or --from"),
        (["style", "small.png", "--look", "homer", "--method", "gatys", "--out", "a.png"], 2, "give --from"),
        (["style", "small.png", "--look", "homer", "--out", "a.png"], 4, "models pull style:arbitrary"),
        (["style", "none.png", "--look", "homer", "--out", "a.png"], 5, "none.png"),
        (["style", "small.png", "--look", "homer", "--out", "a.tiff"], 2, "has to end in"),
        (["looks", "homr"], 4, "homer-"),
        (["looks", "homer", "--sheet", "a.png"], 2, "belong together"),
        (["dream", "small.png", "--layer", "pool5", "--out", "a.png"], 5, "is no layer"),
    ],
)
def test_what_cannot_be_done_says_how_it_can(run, arguments, code, says):
    ended, _, errors = run(*arguments)
    assert (ended, says in errors) == (code, True), errors
