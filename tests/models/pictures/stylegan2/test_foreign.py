"""Foreign generators paint what their own programs paint."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file

from models.pictures.stylegan2 import from_nvlabs, from_rosinality, load_stylegan2, save_stylegan2
from models.pictures.stylegan2.opening import open_stylegan2
from schemas.errors import CheckpointError
from tests.corpora import corpus_file
from tests.models.pictures.stylegan2.references import NVlabs, Rosinality


def apart(found, wanted):
    return float((found - wanted).abs().max() / wanted.abs().max())


@torch.inference_mode()
def test_rosinalitys_generator_answers_as_its_own_program_did():
    generator = open_stylegan2(corpus_file("parity/rosinality_stylegan2_64.pt"))
    answers = load_file(corpus_file("parity/rosinality_stylegan2_64.io.safetensors"))
    noise = [answers[f"noise_{index}"] for index in range(9)]
    z, ws = answers["z"], generator.mapping(answers["z"])
    assert apart(generator.truncate(ws, 0.7), answers["latent_psi07"]) < 1e-5
    assert apart(generator(z, truncation_psi=0.7, noise=noise), answers["image_psi07"]) < 1e-5
    assert apart(generator(z, noise=noise), answers["image_psi1"]) < 1e-5
    mixed = torch.cat([ws[:1, :3], ws[1:, 3:]], dim=1)
    assert apart(generator.synthesis(mixed, noise), answers["image_mix_at_3"]) < 1e-5


@torch.inference_mode()
def test_nvlabs_generator_answers_as_its_own_program_did():
    generator = open_stylegan2(corpus_file("parity/nvlabs_stylegan2ada_64.pkl"))
    answers = load_file(corpus_file("parity/nvlabs_stylegan2ada_64.io.safetensors"))
    z = answers["z"]
    assert apart(generator.truncate(generator.mapping(z), 0.7), answers["ws_psi07"]) < 1e-5
    assert apart(generator(z, truncation_psi=0.7, noise="const"), answers["image_psi07_const_noise"]) < 1e-5
    assert apart(generator(z, noise="const"), answers["image_psi1_const_noise"]) < 1e-5


@pytest.mark.parametrize(
    "options",
    [
        {"channels": (6, 5, 7, 3)},
        {"channels": (4,)},
        {"channels": (5, 8), "width": 9, "z_width": 6, "layers": 1},
        {"channels": (5, 4), "image_channels": 1, "taps": (1, 2, 1)},
        {"channels": (5, 4, 3), "image_channels": 4, "taps": (1, 4, 6, 4, 2, 1)},
        {"channels": (5, 4), "taps": (1, 1)},
        {"channels": (5, 4), "taps": (1,)},
    ],
)
@torch.inference_mode()
def test_rosinalitys_sizes_are_read_off_the_tensors(options, tmp_path):
    reference = Rosinality(**options)
    generator = from_rosinality(reference.state, reference.latent_avg)
    z = torch.randn(3, generator.config.z_width)
    assert apart(generator(z, noise="const"), reference.paint(z)) < 2e-5
    assert apart(generator(z[:1], noise="const", truncation_psi=0.6), reference.paint(z[:1], psi=0.6)) < 2e-5
    save_stylegan2(tmp_path / "kept.safetensors", generator)
    kept = load_stylegan2(tmp_path / "kept.safetensors")
    assert torch.equal(kept(z, noise="const"), generator(z, noise="const"))


@pytest.mark.parametrize(
    "options",
    [
        {"channels": (6, 5, 7, 3)},
        {"channels": (4,)},
        {"channels": (5, 4, 3), "architecture": "resnet"},
        {"channels": (5, 4, 3), "architecture": "orig"},
        {"channels": (5, 4, 3), "labels": 4, "embedded": 7, "hidden": 15, "z_width": 3},
        {"channels": (5, 4), "labels": 1, "layers": 1, "architecture": "resnet", "clamp": 1.5},
        {"channels": (5, 4), "noise": False, "image_channels": 1, "taps": (1, 1)},
        {"channels": (5, 4), "image_channels": 4, "clamp": 0.7, "rate": 0.1, "taps": (1, 2, 5, 3)},
    ],
)
@torch.inference_mode()
def test_nvlabs_sizes_and_options_are_read_off_the_tensors(options):
    reference = NVlabs(**options)
    generator = from_nvlabs(reference.state, reference.init_kwargs)
    z = torch.randn(3, reference.init_kwargs["z_dim"])
    labels = torch.eye(options["labels"]).repeat(3, 1)[:3] if "labels" in options else None
    assert apart(generator(z, labels=labels, noise="const"), reference.paint(z, labels)) < 2e-5
    alone = None if labels is None else labels[:1]
    found = generator(z[:1], labels=alone, noise="const", truncation_psi=0.5)
    assert apart(found, reference.paint(z[:1], alone, psi=0.5)) < 2e-5


def test_what_a_layer_says_of_itself_wins_over_what_the_generator_was_made_with():
    reference = NVlabs((5, 4))
    options = {"synthesis.b4.conv1.conv_clamp": 0.5, "mapping.fc0.bias_gain": 0.1}
    config = from_nvlabs(reference.state, reference.init_kwargs, options).config
    assert (config.clamp, config.mapping_rate) == (0.5, 0.1)
    assert from_nvlabs(reference.state, {}).config.clamp == 0
    assert from_nvlabs(reference.state, {"channel_base": 32768}).config.clamp == 256, "the stylegan3 repository"


@pytest.mark.parametrize("reader", ["rosinality", "nvlabs"])
def test_without_an_average_of_w_it_is_measured_the_same_way_each_time(reader):
    if reader == "rosinality":
        state = Rosinality((5, 4)).state
        one, other = from_rosinality(state), from_rosinality({f"module.{key}": value for key, value in state.items()})
    else:
        state = NVlabs((5, 4), labels=2).state
        del state["mapping.w_avg"]
        one, other = from_nvlabs(state), from_nvlabs(state)
    assert torch.equal(one.mean_w, other.mean_w)
    assert one.mean_w.abs().max() > 0


def test_missing_extra_and_misshapen_tensors_are_named_as_the_file_names_them():
    state = NVlabs((5, 4)).state
    lacking = {key: value for key, value in state.items() if key != "synthesis.b8.conv0.affine.bias"}
    with pytest.raises(CheckpointError, match=r"lacks 1: synthesis\.b8\.conv0\.affine\.bias"):
        from_nvlabs(lacking)
    with pytest.raises(CheckpointError, match=r"has besides 1: mean_w"):
        from_nvlabs({**state, "mean_w": torch.zeros(12)})
    with pytest.raises(CheckpointError, match=r"another shape 1: synthesis\.b4\.torgb\.bias \(4,\) for \(3,\)"):
        from_nvlabs({**state, "synthesis.b4.torgb.bias": torch.zeros(4)})
    lacking = Rosinality((5, 4)).state
    del lacking["noises.noise_2"]
    with pytest.raises(CheckpointError, match=r"lacks 1: noises\.noise_2"):
        from_rosinality(lacking)


def test_other_architectures_are_refused_with_what_they_are():
    with pytest.raises(CheckpointError, match="alias-free StyleGAN3"):
        from_nvlabs({"synthesis.input.freqs": torch.zeros(1), "synthesis.L0_36_512.weight": torch.zeros(1)})
    with pytest.raises(CheckpointError, match=r"lacks style\.1\.weight"):
        from_rosinality({})
    with pytest.raises(CheckpointError, match="4, 8, 16"):
        from_nvlabs({"layer.weight": torch.zeros(1)})
    with pytest.raises(CheckpointError, match="activations"):
        from_nvlabs(NVlabs((5, 4)).state, {"mapping_kwargs": {"activation": "swish"}})
    with pytest.raises(CheckpointError, match="no number"):
        from_nvlabs(NVlabs((5, 4)).state, {"synthesis_kwargs": {"conv_clamp": "wide"}})


def test_a_filter_that_cannot_be_taken_apart_is_refused():
    state = dict(NVlabs((5, 4)).state)
    for kernel, why in (
        (torch.eye(4), "both directions"),
        (torch.zeros(4, 4), "sum 0"),
        (torch.full((4, 4), torch.nan), "sum nan"),
    ):
        with pytest.raises(CheckpointError, match=why):
            from_nvlabs({**state, "synthesis.b8.resample_filter": kernel})
    with pytest.raises(CheckpointError, match="layer to layer"):
        from_nvlabs({**state, "synthesis.b8.resample_filter": torch.ones(2, 2)})


def test_sizes_that_no_generator_has_are_refused_before_memory_is_asked_for():
    state = NVlabs((5, 4)).state
    huge = {**state, "mapping.fc0.weight": torch.empty(1, 1).expand(100_000, 100_000)}
    with pytest.raises(CheckpointError, match="width"):
        from_nvlabs(huge)
