"""Our own file of a generator."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from models.pictures.stylegan2 import Generator, StyleGAN2Config, load_stylegan2, save_stylegan2
from models.pictures.stylegan2.checkpoint import FORMAT
from models.pictures.stylegan2.opening import find_stylegan2
from schemas.errors import CheckpointError


@pytest.fixture
def kept(tmp_path):
    torch.manual_seed(0)
    generator = Generator(
        StyleGAN2Config(resolution=8, z_width=8, w_width=6, channels=(8, 5), mapping_layers=2, labels=2, clamp=9.0)
    )
    generator.measure_mean_w(count=20)
    save_stylegan2(tmp_path / "g.safetensors", generator, notes={"licence": "CC0-1.0"})
    return generator, tmp_path / "g.safetensors"


@torch.inference_mode()
def test_a_generator_comes_back_as_it_was_kept(kept):
    generator, path = kept
    found = load_stylegan2(path)
    z, labels = torch.randn(2, 8), torch.eye(2)
    assert found.config == generator.config
    assert torch.equal(
        found(z, labels=labels, truncation_psi=0.7, noise="const"),
        generator(z, labels=labels, truncation_psi=0.7, noise="const"),
    )
    assert not found.training
    with safe_open(path, framework="pt") as file:
        assert file.metadata()["licence"] == "CC0-1.0"
    assert not path.with_name("g.safetensors.part").exists()


def test_the_same_generator_gives_the_same_bytes_and_reading_draws_no_random_numbers(kept, tmp_path):
    _, path = kept
    before = torch.random.get_rng_state()
    save_stylegan2(tmp_path / "again.safetensors", load_stylegan2(path), notes={"licence": "CC0-1.0"})
    assert (tmp_path / "again.safetensors").read_bytes() == path.read_bytes()
    assert torch.equal(torch.random.get_rng_state(), before)


def test_files_that_are_no_generator_of_ours_are_refused(kept, tmp_path):
    generator, path = kept
    tensors, config = load_file(path), asdict(generator.config)

    def refused(why, *, facts=None, form=FORMAT, state=tensors):
        target = tmp_path / "bad.safetensors"
        save_file(state, target, metadata={"format": form, "config": facts or json.dumps(config)})
        with pytest.raises(CheckpointError, match=why):
            load_stylegan2(target)

    refused("is 'other'", form="other")
    refused("does not say its sizes", facts="{")
    refused("does not say its sizes", facts="[1]")
    refused("does not say its sizes", facts=json.dumps({**config, "colour": 1}))
    refused("does not say its sizes", facts=json.dumps({**config, "resolution": "8"}))
    refused("does not say its sizes", facts=json.dumps({**config, "z_width": 8.5}))
    refused("1024 px", facts=json.dumps({**config, "resolution": 1 << 40}))
    refused("another shape", facts=json.dumps({**config, "z_width": 9}))
    refused("lacks 1: mean_w", state={key: value for key, value in tensors.items() if key != "mean_w"})
    refused("has besides 1: more", state={**tensors, "more": torch.zeros(1)})
    (tmp_path / "cut.safetensors").write_bytes(path.read_bytes()[:-9])
    for name in ("cut.safetensors", "none.safetensors", "."):
        with pytest.raises(CheckpointError):
            load_stylegan2(tmp_path / name)
    with pytest.raises(CheckpointError, match="notes"):
        save_stylegan2(path, generator, notes={"config": "{}"})


def test_a_generator_is_found_by_path_and_unknown_names_are_answered_with_near_ones(kept, tmp_path):
    generator, path = kept
    assert find_stylegan2(str(path), tmp_path).config == generator.config
    with pytest.raises(CheckpointError, match="nearest names"):
        find_stylegan2("cover:nothing", tmp_path)
    with pytest.raises(CheckpointError, match="code alone"):
        find_stylegan2("cover:typographic", tmp_path)
    (tmp_path / "x.pkl").write_bytes(b"cos\nsystem\n(S'true'\ntR.")
    with pytest.raises(CheckpointError):
        find_stylegan2(str(tmp_path / "x.pkl"), tmp_path)
