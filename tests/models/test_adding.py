from __future__ import annotations

import json

import pytest

from models import registry
from models.adding import add
from schemas.errors import CheckpointError
from tests.models.lyrics import tiny


@pytest.fixture(scope="module")
def gpt2(tmp_path_factory):
    return tiny.save_gpt2(tmp_path_factory.mktemp("gpt2"))


def test_a_folder_is_taken_in_and_named_like_any_other_model(gpt2, tmp_path):
    (gpt2 / "notes.py").write_text("raise SystemExit")
    folder = add("lyrics:mine", str(gpt2), tmp_path, licence="MIT")
    card = registry.find("lyrics:mine", tmp_path)
    assert card.licence == "MIT"
    assert registry.is_present("lyrics:mine", tmp_path)
    assert registry.path("lyrics:mine", tmp_path) == folder
    assert len(registry.digest("lyrics:mine", tmp_path)) == 64
    assert not (folder / "notes.py").exists()
    assert "lyrics:mine" in {card.name for card in registry.models(tmp_path)}


def test_gpt2_has_its_name_waiting(gpt2, tmp_path):
    with pytest.raises(CheckpointError, match="hibari models add lyrics:gpt2"):
        registry.path("lyrics:gpt2", tmp_path)
    add("lyrics:gpt2", str(gpt2), tmp_path)
    assert registry.is_present("lyrics:gpt2", tmp_path)


def test_the_model_taken_in_writes_a_line(gpt2, tmp_path):
    from models.lyrics.engine import load_language_model

    model = load_language_model(add("lyrics:mine", str(gpt2), tmp_path), device="cpu")
    worth = model.score([1, 2, 3], [[4, 5]])
    assert len(worth) == 1
    assert worth[0] < 0


@pytest.mark.parametrize("name", ["lyrics:smollm2", "music:mine", "mine", "lyrics:../x", "lyrics:"])
def test_names_that_are_taken_or_unsafe_are_refused(gpt2, tmp_path, name):
    with pytest.raises(CheckpointError):
        add(name, str(gpt2), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_pickles_is_refused_and_nothing_is_left(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("config.json", "tokenizer.json"):
        (source / name).write_text('{"model_type": "gpt2"}')
    (source / "pytorch_model.bin").write_bytes(b"\x80\x04")
    with pytest.raises(CheckpointError, match="pickles are not read"):
        add("lyrics:mine", str(source), tmp_path / "models")
    assert list((tmp_path / "models").iterdir()) == []


def test_a_link_in_the_folder_is_not_followed(gpt2, tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "config.json").write_text((gpt2 / "config.json").read_text())
    (source / "tokenizer.json").symlink_to(gpt2 / "tokenizer.json")
    with pytest.raises(CheckpointError, match=r"tokenizer\.json"):
        add("lyrics:mine", str(source), tmp_path / "models")


@pytest.mark.parametrize("source", ["https://a.example/b", "a b", "/nowhere/at/all", "a/b/c"])
def test_what_is_neither_a_folder_nor_a_hub_id_is_refused(tmp_path, source):
    with pytest.raises(CheckpointError, match="neither a folder nor a hub id"):
        add("lyrics:mine", source, tmp_path)


def test_a_card_that_was_tampered_with_is_passed_over(gpt2, tmp_path):
    folder = add("lyrics:mine", str(gpt2), tmp_path)
    path = folder / registry.CARD_NAME
    card = json.loads(path.read_text())
    card["files"][0]["name"] = "../../secret"
    path.write_text(json.dumps(card))
    with pytest.raises(CheckpointError, match="no model is called"):
        registry.find("lyrics:mine", tmp_path)


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_configuration_that_is_no_json_is_refused_in_words(tmp_path, content):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("tokenizer.json", "model.safetensors"):
        (source / name).write_bytes(b"{}")
    (source / "config.json").write_bytes(content)
    with pytest.raises(CheckpointError, match="no JSON"):
        add("lyrics:torn", str(source), tmp_path / "models")
    assert not (tmp_path / "models" / "lyrics-torn").exists()
