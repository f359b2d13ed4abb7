from pathlib import Path

import pytest

from flows.train_painter import train_here, train_painter
from models.pictures.stylegan2.checkpoint import load_stylegan2
from schemas.errors import SettingsError
from tests.training.adversarial.folders import discs

TINY = {
    "sizes": {"z_width": 8, "w_width": 8, "channels": [8, 8, 8], "mapping_layers": 2},
    "batch": 4,
    "check_every": 2,
    "check_pictures": 8,
    "held_out": 0.3,
}


def test_a_folder_becomes_weights_with_a_card_and_goes_on(tmp_path: Path):
    folder, told = discs(tmp_path / "discs", 24), []
    asked = {"minutes": 1.0, "resolution": 16, "report": lambda now: told.append(now.step)}
    train_painter.fn(folder, tmp_path / "out", settings={**TINY, "steps": 2}, **asked)
    made = train_painter.fn(folder, tmp_path / "out", settings={**TINY, "steps": 3}, **asked)
    assert told == [1, 2, 3]
    assert load_stylegan2(made).config.resolution == 16
    assert {".json", ".md", ".png", ".safetensors"} == {file.suffix for file in made.parent.glob("painter.*")}
    assert "64 pictures, not chosen" in made.with_suffix(".md").read_text()


@pytest.mark.slow
def test_it_runs_as_a_flow_with_a_server_of_its_own(tmp_path: Path):
    asked = {"minutes": 1.0, "resolution": 16, "settings": {**TINY, "steps": 1}}
    assert train_here(tmp_path / "home", discs(tmp_path / "discs", 24), tmp_path / "out", **asked).is_file()


def test_parameters_are_checked_before_a_picture_is_read(tmp_path: Path):
    with pytest.raises(SettingsError, match="power of two"):
        train_painter.fn(tmp_path / "nowhere", tmp_path / "out", resolution=100)
    with pytest.raises(SettingsError, match="no setting 'epochs'"):
        train_painter.fn(tmp_path / "nowhere", tmp_path / "out", settings={"epochs": 3})
