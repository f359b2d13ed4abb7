import json
from pathlib import Path

import numpy as np
import pytest
import torch

from models.music.tokens import CONTROL_0, VOCABULARY
from models.music.transformer import load_music_transformer
from schemas.errors import CheckpointError, MediaError, SettingsError
from tests.training.composer_songs import settings, write_corpus
from training.composer import Progress, nats_per_token, train
from training.composer_corpus import read_corpus


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_corpus(tmp_path)


def test_a_training_that_is_resumed_ends_with_the_same_weights(data: Path):
    whole = settings(data, "whole", 4)
    train(whole)
    train(settings(data, "parts", 4, minutes=0.0))
    train(settings(data, "parts", 4, resume=True))
    one, other = (load_music_transformer(data / f"{name}.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in one.state_dict().items())


def test_a_training_says_where_it_stands_and_its_weights_name_their_corpora(data: Path):
    from safetensors import safe_open

    seen: list[Progress] = []
    best = train(settings(data, "told", 3), seen.append)
    assert [(step.step, step.valid is not None) for step in seen] == [(1, False), (2, True), (3, True)]
    assert best == min(step.valid for step in seen if step.valid is not None)
    with safe_open(data / "told.safetensors", framework="pt") as file:
        assert file.metadata()["corpora"] == "openewld nottingham jsb_chorales"


def test_a_state_of_other_sizes_is_refused(data: Path):
    train(settings(data, "one", 1))
    other = settings(data, "one", 2, resume=True, sizes={"layers": 1, "width": 32, "heads": 2, "hidden": 32})
    with pytest.raises(SettingsError, match="holds a training with sizes"):
        train(other)
    (other.work / "settings.json").unlink()
    with pytest.raises(CheckpointError, match="without --resume"):
        train(other)


def test_a_corpus_without_songs_to_check_is_refused(data: Path):
    config = settings(data, "none", 1)
    config.work.mkdir()
    empty = {"corpora": list(config.corpora), "songs": {"train": [["x", "y", [1, 2]]], "valid": [], "test": []}}
    (config.work / "songs.json").write_text(json.dumps(empty))
    with pytest.raises(MediaError, match="at least one each"):
        train(config)


def test_an_untrained_network_knows_about_as_much_as_chance(data: Path):
    train(settings(data, "one", 1))
    model = load_music_transformer(data / "one.safetensors")
    songs = read_corpus(data, data / "one", settings(data, "one", 1).corpora)["test"]
    assert abs(nats_per_token(model, songs, 48) - np.log(VOCABULARY)) < 1.0


def test_a_short_song_is_measured_as_a_whole_and_a_long_one_in_all_its_tokens(data: Path):
    train(settings(data, "one", 1))
    model = load_music_transformer(data / "one.safetensors")
    song = list(np.random.default_rng(1).integers(3, CONTROL_0, 49))
    tokens = torch.tensor([song])
    direct = torch.nn.functional.cross_entropy(model(tokens[:, :-1])[0], tokens[0, 1:]).item()
    assert nats_per_token(model, [song], 48) == pytest.approx(direct, rel=1e-5)
    assert nats_per_token(model, [song * 3], 48) == pytest.approx(direct, rel=0.1)
