from __future__ import annotations

import json
import pickle
import struct
import sys
from dataclasses import asdict

import pytest
import torch
from safetensors.torch import save_file

from models.checkpoints.inspecting import inspect_checkpoint
from schemas.errors import CheckpointError
from tests.corpora import corpus_file
from tests.models.checkpoints import shaped
from tests.models.checkpoints.forging import entry, name, tensor, write_zip


def saved(value, path):
    if path.suffix == ".safetensors":
        save_file(value, path)
    else:
        torch.save(value, path)
    return inspect_checkpoint(path)


KNOWN = {
    "rosinality": (
        lambda: {"g_ema": shaped.rosinality(), "latent_avg": torch.zeros(8)},
        "stylegan2-rosinality",
        "cover:",
    ),
    "rosinality, plain": (shaped.rosinality, "stylegan2-rosinality", "cover:"),
    "StyleGAN3": (shaped.stylegan3, "stylegan3", ""),
    "RRDB of 2018": (lambda: shaped.rrdb("2018"), "upscale-rrdb", "upscale:"),
    "RRDB of 2019": (lambda: shaped.rrdb("2019"), "upscale-rrdb", "upscale:"),
    "RRDB of Real-ESRGAN": (lambda: {"params_ema": shaped.rrdb("new")}, "upscale-rrdb", "upscale:"),
    "compact": (lambda: {"params": shaped.compact()}, "upscale-compact", "upscale:"),
    "VGG16": (shaped.vgg16, "vgg16", "features:vgg16"),
    "DCGAN": (shaped.dcgan, "dcgan", ""),
    "GPT-2 as a pickle": (shaped.gpt2, "gpt2", ""),
    "vid2vid G0": (lambda: shaped.vid2vid(coarse=True), "vid2vid", ""),
    "vid2vid G1": (lambda: shaped.vid2vid(coarse=False), "vid2vid", ""),
    "few-shot vid2vid of imaginaire": (lambda: {"net_G": shaped.few_shot_vid2vid()}, "few-shot-vid2vid", ""),
    "critic of Real-ESRGAN": (
        lambda: shaped.named("conv0.weight conv8.weight_orig conv9.weight"),
        "upscale-critic",
        "",
    ),
    "SqueezeNet": (lambda: shaped.named("features.0.weight features.3.squeeze.weight"), "squeezenet", ""),
    "LPIPS on AlexNet": (lambda: shaped.named("lin0.model.1.weight scaling_layer.shift"), "lpips", ""),
    "Llama as a pickle": (
        lambda: shaped.named("model.embed_tokens.weight model.layers.0.self_attn.q_proj.weight"),
        "llama",
        "",
    ),
    "StyleGAN2 by NVIDIA's names": (shaped.nvlabs, "stylegan2-nvlabs", "cover:"),
    "unknown": (lambda: {"a.weight": torch.zeros(2)}, "unknown-weights", ""),
}


@pytest.mark.parametrize("kind", KNOWN)
def test_each_family_is_known_by_its_names_and_said_to_be_whole(kind, tmp_path):
    make, family, command = KNOWN[kind]
    facts = saved(make(), tmp_path / "x.pth")
    assert facts.family == family
    assert facts.is_whole
    assert facts.unexpected == ()
    assert command in facts.command
    assert bool(facts.command) == bool(command)
    assert facts.parameters > 0
    assert json.loads(json.dumps(asdict(facts)))["title"]


def test_the_facts_of_a_rosinality_file_are_those_of_its_generator(tmp_path):
    optimiser = {"state": {0: {"exp_avg": torch.zeros(4)}}}
    facts = saved({"g": shaped.rosinality(), "g_ema": shaped.rosinality(32), "g_optim": optimiser}, tmp_path / "x.pt")
    assert (facts.group, facts.resolution_px, facts.form) == ("g_ema", 32, "torch zip")
    assert facts.sizes == {"z": "8", "w": "8", "mapping layers": "3", "feature maps": "8, 8, 8, 8"}
    assert facts.groups.keys() == {"g", "g_ema", "g_optim"}
    assert "latent_avg" in facts.remark
    assert facts.kinds == {"float32": facts.tensors}


def test_labels_and_every_width_of_nvidias_network_are_read(tmp_path):
    facts = saved({"G_ema": shaped.nvlabs(labels=5)}, tmp_path / "x.pt")
    assert (facts.group, facts.resolution_px) == ("G_ema", 16)
    assert facts.sizes == {"z": "8", "w": "8", "mapping layers": "2", "labels": "5", "feature maps": "6, 6, 6"}
    assert (facts.missing, facts.unexpected) == ((), ())


def test_missing_and_foreign_tensors_are_named_and_then_there_is_no_command(tmp_path):
    state = shaped.rosinality()
    del state["convs.1.conv.weight"], state["style.2.bias"]
    state["discriminator.weight"] = torch.zeros(1)
    facts = saved(state, tmp_path / "x.pt")
    assert facts.missing == ("convs.1.conv.weight", "style.2.bias")
    assert facts.unexpected == ("discriminator.weight",)
    assert (facts.command, facts.is_whole) == ("", False)
    upscaler = shaped.rrdb("2019")
    del upscaler["HRconv.bias"]
    assert saved(upscaler, tmp_path / "y.pth").missing == ("HRconv.bias",)


def test_scales_of_upscalers_are_counted(tmp_path):
    assert saved(shaped.compact(scale=3), tmp_path / "a.pth").sizes["scale"] == "3"
    for style in ("2018", "2019", "new"):
        facts = saved(shaped.rrdb(style), tmp_path / "b.pth")
        assert (facts.sizes["scale"], facts.sizes["blocks"]) == ("4", "2")


def test_names_put_before_by_training_on_several_devices_do_not_matter(tmp_path):
    wrapped = {f"module.{key}": value for key, value in shaped.rosinality().items()}
    facts = saved(wrapped, tmp_path / "x.pt")
    assert (facts.family, facts.is_whole, facts.unexpected) == ("stylegan2-rosinality", True, ())


def test_our_own_files_are_known_by_their_metadata(tmp_path):
    from models.pictures.stylegan2 import Generator, StyleGAN2Config, save_stylegan2

    save_stylegan2(tmp_path / "x.safetensors", Generator(StyleGAN2Config.tiny()), notes={"source": "here"})
    facts = inspect_checkpoint(tmp_path / "x.safetensors")
    assert (facts.family, facts.resolution_px, facts.remark) == ("stylegan2-hibari", 16, "source: here")
    save_file({"a": torch.zeros(1)}, tmp_path / "y.safetensors", metadata={"format": "hibari-music-transformer-1"})
    assert inspect_checkpoint(tmp_path / "y.safetensors").family == "music-hibari"
    save_file({"a": torch.zeros(1)}, tmp_path / "z.safetensors", metadata={"format": "hibari-stylegan2-1"})
    assert "damaged" in inspect_checkpoint(tmp_path / "z.safetensors").remark
    assert saved(shaped.gpt2(), tmp_path / "g.safetensors").command == "hibari models add lyrics:NAME FOLDER"


@pytest.mark.parametrize(
    ("content", "ending", "family"),
    [
        (b"\x89HDF\r\n\x1a\n" + bytes(600), ".h5", "hdf5"),
        (b"GGUF" + bytes(600), ".gguf", "gguf"),
        (b"7767517\n75 85\n", ".param", "ncnn"),
        (b"Gk0\x01" + bytes(600), ".bin", "ncnn"),
        (b"\x08\x07\x12\x07pytorch" + bytes(600), ".onnx", "onnx"),
        (bytes(257) + b"ustar" + bytes(250), ".tar", "tar"),
        (b"once upon a time", ".pth", "unknown"),
        (b"", ".pth", "unknown"),
    ],
)
def test_other_formats_are_told_apart_by_their_first_bytes(content, ending, family, tmp_path):
    path = tmp_path / f"x{ending}"
    path.write_bytes(content)
    facts = inspect_checkpoint(path)
    assert facts.family == family
    assert facts.remark
    assert facts.command == ""


def test_programs_and_whole_networks_are_named_as_such_and_not_made(tmp_path):
    torch.save(torch.nn.Linear(2, 2), tmp_path / "linear.pth")
    whole = inspect_checkpoint(tmp_path / "linear.pth")
    assert whole.family == "pickled-modules"
    assert "torch.nn.modules.linear.Linear" in whole.refusal
    assert whole.named[0] == "torch.nn.modules.linear.Linear"
    program = write_zip(tmp_path / "p.pt", entry(tensor()), extra=[("archive/code/__torch__.py", b"import os")])
    assert inspect_checkpoint(program).family == "torchscript"
    old = b"\x80\x02}" + name("dnnlib.tflib.network", "Network") + b")\x81."
    (tmp_path / "old.pkl").write_bytes(old)
    assert inspect_checkpoint(tmp_path / "old.pkl").family == "stylegan-tensorflow"
    (tmp_path / "Gs.pth").write_bytes(b"\x80\x02" + name("SinGAN.models", "GeneratorConcatSkip2CleanAdd") + b")\x81.")
    singan = inspect_checkpoint(tmp_path / "Gs.pth")
    assert singan.family == "singan-modules"
    assert not singan.is_whole


def test_a_hostile_file_is_described_and_nothing_runs(tmp_path):
    class Payload:
        def __reduce__(self):
            import os

            return os.system, (f"touch {tmp_path / 'canary'}",)

    for protocol in (0, 2, 4):
        (tmp_path / "x.pkl").write_bytes(pickle.dumps({"g_ema": Payload()}, protocol=protocol))
        facts = inspect_checkpoint(tmp_path / "x.pkl")
        assert (facts.family, facts.use, facts.command) == ("unknown", "", "")
        assert facts.named == ("posix.system",)
        assert "nothing was run" in facts.refusal
    assert not (tmp_path / "canary").exists()


def safetensors_header(header, body=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + body


@pytest.mark.parametrize(
    "content",
    [
        safetensors_header({"a": {"dtype": "F32", "shape": [4], "data_offsets": [0, 16]}}, bytes(8)),
        safetensors_header({"a": {"dtype": "F32", "shape": [-4], "data_offsets": [0, 16]}}, bytes(16)),
        safetensors_header({"a": {"dtype": "F32"}}, bytes(16)),
        safetensors_header({"a": {"dtype": "F32", "shape": [1] * 60, "data_offsets": [0, 4]}}, bytes(16)),
        safetensors_header({"a": [1, 2]}, bytes(16)),
        safetensors_header(b"{" + b'"a":{' * 5000, bytes(16)),
        safetensors_header(b"{nonsense", bytes(16)),
    ],
)
def test_damaged_safetensors_are_refused_in_words(content, tmp_path):
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(CheckpointError, match=r"^x\.safetensors "):
        inspect_checkpoint(tmp_path / "x.safetensors")


def test_a_file_that_is_not_there_is_said_not_to_be(tmp_path):
    with pytest.raises(CheckpointError, match="check the path"):
        inspect_checkpoint(tmp_path / "absent.pt")


@pytest.mark.parametrize(
    ("file", "family", "edge"),
    [
        ("nvlabs_stylegan2ada_64.pkl", "stylegan2-nvlabs", 64),
        ("rosinality_stylegan2_64.pt", "stylegan2-rosinality", 64),
        ("vid2vid_batch_latest_net_G0.pth", "vid2vid", None),
        ("vid2vid_batch_latest_net_G1.pth", "vid2vid", None),
    ],
)
def test_files_in_the_original_formats_are_known_and_whole(file, family, edge):
    facts = inspect_checkpoint(corpus_file(f"parity/{file}"))
    assert (facts.family, facts.resolution_px, facts.is_whole, facts.unexpected) == (family, edge, True, ())


def test_inspecting_imports_no_torch(tmp_path):
    """It answers at once: only what is taken in needs torch."""
    import subprocess

    torch.save(shaped.rosinality(), tmp_path / "x.pt")
    code = (
        "import sys; from pathlib import Path; from models.checkpoints.inspecting import inspect_checkpoint; "
        "print(inspect_checkpoint(Path(sys.argv[1])).family, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "x.pt"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["stylegan2-rosinality", "False"]


def test_an_imaginaire_checkpoint_is_named_and_it_is_said_what_of_it_is_not_supported(tmp_path):
    facts = saved({"net_G": shaped.few_shot_vid2vid(), "current_epoch": 20}, tmp_path / "epoch_00020_checkpoint.pt")
    assert facts.group == "net_G"
    assert facts.sizes == {"halvings": "2", "attention over references": "no", "flow of the references": "no"}
    assert "cannot be used here" in facts.remark
    assert "flow networks" in facts.remark
