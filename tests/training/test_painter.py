import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from models.pictures.stylegan2.checkpoint import load_stylegan2
from schemas.errors import CheckpointError, MediaError, SettingsError
from tests.training.adversarial.folders import discs
from training.painter import train, training_of_arguments
from training.painter_export import export
from training.painter_keeping import write_state
from training.painter_settings import PainterTraining
from training.painter_steps import begin, take_step

TINY = {"z_width": 8, "w_width": 8, "channels": [8, 8, 8], "mapping_layers": 2}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return discs(tmp_path / "discs", 24)


def settings(folder: Path, name: str, **changes: object) -> PainterTraining:
    base = PainterTraining(
        folder, folder.parent / name, 16, steps=4, minutes=0, sizes=TINY, batch=4, check_every=2,
        check_pictures=8, log_every=1, held_out=0.3, path_length_weight=2.0, pictures_to_full=100,
    )  # fmt: skip
    return replace(base, **changes)


def weights(config: PainterTraining) -> dict[str, torch.Tensor]:
    return load_file(config.out / "state.safetensors")


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return one.keys() == other.keys() and all(torch.equal(value, other[name]) for name, value in one.items())


def journal(config: PainterTraining) -> list[dict[str, float]]:
    records = [json.loads(line) for line in (config.out / "log.jsonl").read_text().splitlines()]
    return [{name: value for name, value in record.items() if name != "seconds"} for record in records]


def test_a_training_that_was_stopped_ends_with_the_same_bits(folder: Path):
    whole = settings(folder, "whole")
    train(whole)
    train(settings(folder, "parts", steps=1))
    train(settings(folder, "parts", steps=3))
    parts = settings(folder, "parts")
    train(parts)
    assert same(weights(whole), weights(parts))
    assert same(load_file(whole.out / "best.safetensors"), load_file(parts.out / "best.safetensors"))


def sheet_size(file: Path) -> tuple[int, int]:
    with Image.open(file) as sheet:
        return sheet.size


class Killed(BaseException):
    """What no code of a training catches."""


def test_a_killed_training_goes_on_as_if_it_had_not_been(folder: Path):
    """It is killed after step 3, its last state is that of step 2: step 3 is learnt again, and logged once."""
    changes = {"accumulate": 2, "augmentation": "diffaugment", "objective": "wgan-gp", "path_length_weight": 0.0}
    whole, cut = settings(folder, "whole", **changes), settings(folder, "cut", **changes)
    train(whole)

    def kill(progress):
        if progress.step == 3:
            raise Killed

    with pytest.raises(Killed):
        train(cut, kill)
    train(cut)
    assert same(weights(whole), weights(cut))
    assert journal(whole) == journal(cut)


def test_a_step_teaches_both_networks_and_the_average_follows(folder: Path):
    config = settings(folder, "x", accumulate=2)
    state = begin(config)
    networks = {"g": state.networks.generator, "d": state.networks.discriminator, "average": state.average}
    before = {name: [weight.clone() for weight in network.parameters()] for name, network in networks.items()}
    take_step(state, list(torch.rand(2, 4, 3, 16, 16) * 2 - 1), config)
    for name, network in networks.items():
        assert any(not torch.equal(*pair) for pair in zip(before[name], network.parameters(), strict=True))
    assert {"loss_d", "loss_g", "penalty", "path_length"} <= state.told.keys()


def test_the_folder_of_a_training_holds_what_it_promises(folder: Path):
    config = settings(folder, "out")
    train(config)
    names = {file.name for file in config.out.iterdir()}
    assert names == {"settings.json", "state.safetensors", "best.safetensors", "log.jsonl", "grids", "pictures"}
    assert sheet_size(config.out / "grids/0000004.png") == (128, 16)
    checks = [record for record in journal(config) if "kid" in record]
    assert [record["step"] for record in checks] == [2, 4]
    assert {"kid", "kid_error", "nearest", "copies"} <= checks[0].keys()
    assert not list(config.out.rglob("*.part"))


def test_other_settings_or_pictures_are_not_mixed_into_a_training(folder: Path):
    config = settings(folder, "out", steps=1)
    train(config)
    with pytest.raises(SettingsError, match="learning_rate 0.002, not 0.1"):
        train(replace(config, learning_rate=0.1))
    Image.new("RGB", (16, 16), "red").save(folder / "000.png")
    with pytest.raises(SettingsError, match="pictures_digest"):
        train(config)


def test_a_damaged_state_is_refused(folder: Path):
    config = settings(folder, "out", steps=1)
    train(config)
    file = config.out / "state.safetensors"
    file.write_bytes(file.read_bytes()[:500])
    with pytest.raises(CheckpointError, match="name another folder"):
        train(config)


def test_a_training_that_diverged_stops_and_keeps_its_last_state(folder: Path):
    config = settings(folder, "out", steps=3)
    (config.out).mkdir()
    spoiled = begin(config)
    torch.nn.init.constant_(next(spoiled.networks.discriminator.parameters()), float("nan"))
    write_state(spoiled, config.out / "state.safetensors")
    before = (config.out / "state.safetensors").read_bytes()
    with pytest.raises(SettingsError, match="at step 1 .* lower learning_rate"):
        train(config)
    assert (config.out / "state.safetensors").read_bytes() == before


def test_a_device_that_is_not_here_is_named(folder: Path):
    with pytest.raises(SettingsError, match="'cuda:9' cannot be used"):
        train(settings(folder, "out", device="cuda:9"))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"resolution": 48}, "power of two"),
        ({"resolution": 2048}, "8 to 1024"),
        ({"batch": 1}, "from 2 to 1024"),
        ({"minutes": -1}, "minutes is -1"),
        ({"minutes": 0, "steps": 0}, "say when"),
        ({"learning_rate": float("nan")}, "learning_rate is nan"),
        ({"augmentation": "mixup"}, "ada, diffaugment, none"),
        ({"batch": True}, "batch is True"),
    ],
)
def test_settings_out_of_their_bounds_are_refused(folder: Path, changes, said):
    with pytest.raises(SettingsError, match=said):
        settings(folder, "out", **changes)


def test_an_unknown_objective_size_or_setting_is_refused(folder: Path, tmp_path: Path):
    with pytest.raises(SettingsError, match="no objective"):
        train(settings(folder, "out", objective="vanilla"))
    with pytest.raises(SettingsError, match="do not fit"):
        train(settings(folder, "out", sizes={"depth": 3}))
    file = tmp_path / "settings.toml"
    file.write_text("batches = 3")
    with pytest.raises(SettingsError, match="no setting 'batches'"):
        PainterTraining.of_file(file, pictures=folder, out=tmp_path)
    file.write_text("batch = ")
    with pytest.raises(SettingsError, match="no readable TOML"):
        PainterTraining.of_file(file, pictures=folder, out=tmp_path)
    with pytest.raises(SettingsError, match="pictures is missing"):
        PainterTraining.of({"out": tmp_path})


def test_a_command_line_goes_over_a_file(tmp_path: Path):
    file = tmp_path / "settings.toml"
    file.write_text('batch = 8\nresolution = 32\npictures = "there"\n[sizes]\nz_width = 9\n')
    found = training_of_arguments(["--settings", str(file), "--out", "here", "--resolution", "128", "--seed", "4"])
    assert (found.batch, found.resolution, found.seed, found.sizes) == (8, 128, 4, {"z_width": 9})
    assert (found.pictures, found.out) == (Path("there"), Path("here"))


def test_the_best_is_exported_with_its_sheet_and_figures(folder: Path):
    config, other = settings(folder, "out"), settings(folder, "dcgan", architecture="dcgan", sizes={"width": 4})
    train(config)
    train(other)
    out = folder.parent / "painter.safetensors"
    rows = export(config.out, folder, out, beside={"DCGAN": other.out}, notes={"licence": "Apache-2.0"})
    assert [row.name.partition(",")[0] for row in rows][2:4] == ["this painter", "DCGAN"]
    painted = load_stylegan2(out)(torch.randn(2, 8), noise="const")
    assert painted.shape == (2, 3, 16, 16)
    assert sheet_size(out.with_suffix(".png")) == (128, 128)
    facts = json.loads(out.with_suffix(".json").read_text())
    assert facts["licence"] == "Apache-2.0"
    card = out.with_suffix(".md")
    card.write_text("Mine.\n" + card.read_text() + "Weak.\n")
    export(config.out, folder, out, beside={}, notes={"licence": "CC0-1.0"})
    assert card.read_text().startswith("Mine.\n# painter")
    assert card.read_text().endswith("Weak.\n")
    assert "CC0-1.0" in card.read_text()
    assert "DCGAN" not in card.read_text()
    assert len(facts["measured"]) == 6
    with pytest.raises(CheckpointError, match="stylegan2 alone"):
        export(other.out, folder, out, beside={}, notes={})


def test_nothing_to_export_is_said(folder: Path):
    with pytest.raises(CheckpointError, match="no painter"):
        export(folder, folder, folder / "x.safetensors", beside={}, notes={})


def test_a_folder_without_pictures_is_refused(tmp_path: Path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(MediaError, match="no pictures"):
        train(settings(tmp_path / "empty", "out"))
