import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from flows import train_filmmaker as flow
from models.film.painter.checkpoint import load_film_painter
from models.film.warping import warp
from models.pictures.style.arbitrary import Stylist
from models.pictures.style.arbitrary_networks import ArbitraryStyleConfig, StylePredictor, StyleTransformer
from models.pictures.style.looks import load_looks
from schemas.errors import CheckpointError, MediaError, SettingsError
from training.film_clips import clips_of, read_shots, whole
from training.film_export import export
from training.film_measures import recoloured, steadiness
from training.film_sequences import ShotSettings, looks_of, make_shot, make_shots, motifs_of, read_shot
from training.film_settings import FilmTraining
from training.filmmaker import train, training_of_arguments

TINY = {"widths": [8, 8, 8, 16], "blocks": 1, "label_width": 2, "hidden_width": 8}
SIZES = {"width_px": 64, "height_px": 48, "frames": 4, "most_zoom": 1.5}


@pytest.fixture(autouse=True)
def _one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def tiny_stylist() -> Stylist:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        config = replace(ArbitraryStyleConfig.tiny(), style_width=100)
        return Stylist(StylePredictor(config), StyleTransformer(config))


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shots")
    looks, stylist, settings = load_looks(), tiny_stylist(), ShotSettings(**SIZES)
    make_shots(folder, 3, looks, stylist, settings)
    make_shots(folder, 2, looks, stylist, settings, part="held-out")
    return folder


def settings(shots: Path, out: Path, **changes: object) -> FilmTraining:
    base = FilmTraining(
        shots, out, steps=4, minutes=0, sizes=TINY, batch=2, clip=3, crop_width_px=48, crop_height_px=32,
        check_every=2, log_every=1, keep_every_s=0,
    )  # fmt: skip
    return replace(base, **changes)


def same(one: Path, other: Path) -> bool:
    a, b = load_file(one / "state.safetensors"), load_file(other / "state.safetensors")
    return a.keys() == b.keys() and all(torch.equal(value, b[name]) for name, value in a.items())


def journal(folder: Path) -> list[dict[str, float]]:
    records = [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]
    return [{name: value for name, value in record.items() if name != "seconds"} for record in records]


def test_no_motif_and_no_look_is_in_both_parts():
    looks = load_looks()
    assert not set(motifs_of("train")) & set(motifs_of("held-out"))
    assert not set(looks_of("train", looks)) & set(looks_of("held-out", looks))
    assert len(looks_of("train", looks)) + len(looks_of("held-out", looks)) == len(looks)
    assert len(looks_of("held-out", looks)) > 30


def test_a_shot_is_the_same_when_it_is_made_again_and_what_is_there_is_left(shots: Path):
    looks, stylist = load_looks(), tiny_stylist()
    file = shots / "train" / "00001.npz"
    kept, again = read_shot(file), make_shot(1, "train", looks, stylist, ShotSettings(**SIZES))
    assert all(np.array_equal(value, getattr(kept, name)) for name, value in vars(again).items())
    before = file.stat().st_mtime_ns
    make_shots(shots, 2, looks, stylist, ShotSettings(**SIZES))
    assert file.stat().st_mtime_ns == before
    assert not list(shots.rglob("*.part"))


def test_the_true_flow_leads_back_to_what_was_drawn_before(shots: Path):
    for shot in map(whole, read_shots(shots, "train")):
        off = (warp(shot.drawing[0, :-1], shot.flow[0, 1:]) - shot.drawing[0, 1:]).abs().mean(1, keepdim=True)
        seen = shot.valid[0, 1:] > 0
        assert float(seen.float().mean()) > 0.5
        assert float(off[seen].mean()) < 0.01
        assert float(shot.flow[0, 0].abs().max()) == 0
        assert 0.3 < float(shot.grain.std()) < 1.6


def test_what_is_learnt_is_steadier_than_the_frames_painted_one_by_one(shots: Path):
    for shot in read_shots(shots, "train"):
        alone = torch.from_numpy(shot.painted.astype(np.float32) / 255)
        clip = whole(shot)
        assert steadiness(clip.wanted[0], clip).warping <= steadiness(alone, clip).warping


def test_clips_hang_on_seed_and_step_alone_and_mirrored_ones_keep_their_flow_true(shots: Path):
    held, config = read_shots(shots, "train"), settings(shots, Path("nowhere"), batch=6)
    one, again, other = clips_of(held, config, 3), clips_of(held, config, 3), clips_of(held, config, 4)
    assert torch.equal(one.wanted, again.wanted)
    assert not torch.equal(one.wanted, other.wanted)
    assert one.wanted.shape == (6, 3, 3, 32, 48)
    off = (warp(one.drawing[:, 0], one.flow[:, 1]) - one.drawing[:, 1]).abs().mean(1, keepdim=True)
    assert float((off * one.valid[:, 1]).sum() / one.valid[:, 1].sum()) < 0.012
    with pytest.raises(MediaError, match="smaller clips"):
        clips_of(held, settings(shots, Path("nowhere"), clip=5), 0)


class Killed(BaseException):
    """What no code of a training catches."""


def test_a_killed_training_ends_with_the_same_bits(shots: Path, tmp_path: Path):
    changes = {"adversarial_weight": 0.1, "critic_width": 4}
    train(settings(shots, tmp_path / "whole", **changes))

    def kill(progress):
        if progress.step == 3:
            raise Killed

    cut = settings(shots, tmp_path / "cut", keep_every_s=1000, **changes)
    with pytest.raises(Killed):
        train(cut, kill)
    train(cut)
    assert same(tmp_path / "whole", tmp_path / "cut")
    assert journal(tmp_path / "whole") == journal(tmp_path / "cut")
    assert "critics" in journal(tmp_path / "whole")[0]
    with pytest.raises(SettingsError, match="batch 2, not 3"):
        train(replace(cut, batch=3))
    (tmp_path / "cut" / "state.safetensors").write_bytes(b"cut short")
    with pytest.raises(CheckpointError, match="is not a state"):
        train(replace(cut))


def test_a_few_shots_can_be_learnt(shots: Path, tmp_path: Path):
    config = settings(shots, tmp_path / "out", steps=30, learning_rate=1e-2, check_every=1000)
    train(replace(config, features_weight=0.0, texture_weight=0.0))
    colours = [record["colours"] for record in journal(tmp_path / "out") if "colours" in record]
    assert np.mean(colours[-5:]) < 0.75 * np.mean(colours[:5])


def test_a_flow_makes_shots_learns_and_writes_weights_with_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.pictures.style.arbitrary.load_stylist", lambda _: tiny_stylist())
    monkeypatch.setattr("models.registry.path", _registered)
    told = []
    asked = {
        "batch": 2,
        "clip": 3,
        "crop_width_px": 48,
        "crop_height_px": 32,
        "sizes": TINY,
        "check_every": 1,
        "steps": 1,
    }
    made = flow.train_filmmaker.fn(
        tmp_path / "out", minutes=1, shots=2, settings=asked, sizes=SIZES, report=lambda now: told.append(now.step)
    )
    assert told == [1]
    assert load_film_painter(made).config.blocks == 1
    assert {".json", ".md", ".png", ".safetensors"} == {file.suffix for file in made.parent.glob("film-painter.*")}
    assert "| this network |" in made.with_suffix(".md").read_text()
    with Image.open(made.with_suffix(".png")) as sheet:
        assert sheet.width == 6 * 384
    made.with_suffix(".md").write_text("Mine.\n\n" + made.with_suffix(".md").read_text() + "\nAlso mine.\n")
    export(tmp_path / "out", tmp_path / "out" / "shots", made)
    text = made.with_suffix(".md").read_text()
    assert text.startswith("Mine.")
    assert text.endswith("Also mine.\n")
    assert text.count("<!-- measured") == 1


def _registered(name: str, _: Path) -> Path:
    folder = Path(__file__).parents[2] / "weights"
    return folder / "features-squeezenet.safetensors" if name == "features:squeezenet" else folder


def test_drawings_get_the_colours_they_are_told():
    rng = torch.Generator().manual_seed(0)
    drawing, wanted = torch.rand(2, 3, 16, 16, generator=rng), torch.rand(2, 3, 16, 16, generator=rng) * 0.3 + 0.4
    moved = recoloured(drawing, wanted)
    torch.testing.assert_close(moved.mean((0, 2, 3)), wanted.mean((0, 2, 3)), atol=0.01, rtol=0)


def test_settings_that_cannot_be_are_refused_before_a_shot_is_read(tmp_path: Path):
    with pytest.raises(SettingsError, match="multiple of 16"):
        FilmTraining.of({"shots": "a", "out": "b", "crop_width_px": 100})
    with pytest.raises(SettingsError, match="no setting 'epochs'"):
        FilmTraining.of({"shots": "a", "out": "b", "epochs": 3})
    with pytest.raises(SettingsError, match="sees 3 frames"):
        FilmTraining.of({"shots": "a", "out": "b", "clip": 2, "adversarial_weight": 0.1})
    with pytest.raises(SettingsError, match="multiples of 16"):
        ShotSettings(100, 48)
    with pytest.raises(MediaError, match="no train shots"):
        train(settings(tmp_path, tmp_path / "out"))
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "00000.npz").write_bytes(b"PK\3\4 cut short")
    with pytest.raises(MediaError, match="is no shot"):
        train(settings(tmp_path, tmp_path / "out"))
    config = training_of_arguments(["--shots", "a", "--out", "b", "--minutes", "3", "--without-previous"])
    assert config.without_previous
    assert config.minutes == 3
