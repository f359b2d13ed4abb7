from __future__ import annotations

import json
import pickle

import pytest
import torch

from models import registry
from models.adding import add
from models.pictures.stylegan2 import Generator, StyleGAN2Config, load_stylegan2, save_stylegan2
from models.pictures.upscaling.upscaler import load_upscaler
from schemas.errors import CheckpointError
from tests.corpora import corpus_file
from tests.models.checkpoints import shaped


@pytest.fixture
def home(tmp_path):
    return tmp_path / "models"


@pytest.mark.parametrize("file", ["nvlabs_stylegan2ada_64.pkl", "rosinality_stylegan2_64.pt"])
def test_a_stylegan2_in_its_original_format_becomes_a_cover_model(file, home):
    add("cover:mine", str(corpus_file(f"parity/{file}")), home, licence="CC0")
    card = registry.find("cover:mine", home)
    assert card.summary == f"StyleGAN2 of 64 px taken in from {file}"
    assert card.credit == f"Pictures composed with {file} (CC0)"
    assert len(registry.digest("cover:mine", home)) == 64
    generator = load_stylegan2(registry.path("cover:mine", home))
    assert generator.config.resolution == 64
    assert [path.name for path in home.iterdir()] == ["cover-mine"]
    before = (home / "cover-mine" / "model.safetensors").read_bytes()
    add("cover:again", str(corpus_file(f"parity/{file}")), home)
    assert (home / "cover-again" / "model.safetensors").read_bytes() == before


def test_a_file_of_our_own_is_taken_in_too(tmp_path, home):
    own = Generator(StyleGAN2Config.tiny())
    save_stylegan2(tmp_path / "own.safetensors", own)
    add("cover:own", str(tmp_path / "own.safetensors"), home)
    found = load_stylegan2(registry.path("cover:own", home)).state_dict()
    assert all(torch.equal(found[name], value) for name, value in own.state_dict().items())


def test_what_is_no_generator_is_refused_and_nothing_is_left(tmp_path, home):
    class Payload:
        def __reduce__(self):
            return print, ("run",)

    (tmp_path / "evil.pkl").write_bytes(pickle.dumps({"G_ema": Payload()}))
    torch.save(shaped.stylegan3(), tmp_path / "three.pt")
    torch.save(shaped.compact(), tmp_path / "up.pth")
    lacking = shaped.rosinality()
    del lacking["conv1.conv.weight"]
    torch.save(lacking, tmp_path / "lacking.pt")
    (tmp_path / "notes.txt").write_text("no model")
    for name, match in (
        ("evil.pkl", r"names builtins\.print.*nothing was run"),
        ("three.pt", "StyleGAN3.*a cover: model is a StyleGAN2"),
        ("up.pth", "compact upscaler.*a cover: model is a StyleGAN2"),
        ("lacking.pt", r"lacks 1 tensors of StyleGAN2.*conv1\.conv\.weight"),
        ("notes.txt", "nothing that is known"),
        ("absent.pt", "check the path"),
    ):
        with pytest.raises(CheckpointError, match=match):
            add("cover:mine", str(tmp_path / name), home)
    assert list(home.iterdir()) == []


def test_numbers_that_are_not_finite_are_refused(tmp_path, home):
    own = Generator(StyleGAN2Config.tiny())
    save_stylegan2(tmp_path / "own.safetensors", own)
    own.mean_w[0] = float("nan")
    save_stylegan2(tmp_path / "torn.safetensors", own)
    with pytest.raises(CheckpointError, match="not finite, in mean_w"):
        add("cover:mine", str(tmp_path / "torn.safetensors"), home)


def test_upscalers_under_every_style_of_names_are_taken_in(tmp_path, home):
    kinds = {
        "a": {"params_ema": shaped.compact()},
        "b": shaped.rrdb("2018"),
        "c": shaped.rrdb("2019"),
        "d": {"params": shaped.rrdb("new")},
    }
    for name, value in kinds.items():
        torch.save(value, tmp_path / f"{name}.pth")
        add(f"upscale:{name}", str(tmp_path / f"{name}.pth"), home)
        upscaler = load_upscaler(registry.path(f"upscale:{name}", home))
        assert upscaler(torch.zeros(1, 3, 8, 8)).shape[2:] in {(16, 16), (32, 32)}
    assert registry.find("upscale:a", home).summary.startswith("compact upscaler of Real-ESRGAN (SRVGG), 2 times")


def test_what_is_no_upscaler_is_refused(tmp_path, home):
    torch.save(shaped.rosinality(), tmp_path / "gan.pt")
    (tmp_path / "x.param").write_text("7767517\n1 1\nInput data 0 1 data\n")
    for name, match in (("gan.pt", "is an ESRGAN or Real-ESRGAN"), ("x.param", r"no x\.bin beside it")):
        with pytest.raises(CheckpointError, match=match):
            add("upscale:mine", str(tmp_path / name), home)
    (tmp_path / "x.bin").write_bytes(b"")
    with pytest.raises(CheckpointError, match="no upscaler that is known"):
        add("upscale:mine", str(tmp_path / "x.param"), home)
    assert list(home.iterdir()) == []


def test_a_language_model_is_no_file_and_names_of_models_here_are_taken(tmp_path, home):
    torch.save(shaped.gpt2(), tmp_path / "gpt2.bin")
    with pytest.raises(CheckpointError, match="a language model is a folder"):
        add("lyrics:mine", str(tmp_path / "gpt2.bin"), home)
    for name in ("cover:painted", "upscale:compact", "voice:mine", "cover:", "cover:../x"):
        with pytest.raises(CheckpointError, match="comes with Hibari|no name for a model"):
            add(name, str(tmp_path / "gpt2.bin"), home)


def test_a_file_name_with_line_feeds_leaves_none_in_the_card(tmp_path, home):
    save_stylegan2(tmp_path / "own.safetensors", Generator(StyleGAN2Config.tiny()))
    odd = (tmp_path / "own.safetensors").rename(tmp_path / "a\nb\x1b[31m.safetensors")
    folder = add("cover:odd", str(odd), home)
    facts = json.loads((folder / registry.CARD_NAME).read_text())
    assert all(str(value).isprintable() for value in facts.values())
