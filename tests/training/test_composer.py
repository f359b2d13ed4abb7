import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from models.music.tokens import BAR, PAD, SONG, VOCABULARY
from models.music.transformer import load_music_transformer
from schemas.errors import MediaError
from tests.training.scores import chord, note, write_mxl
from training.composer import ComposerTraining, nats_per_token, train, windows
from training.composer_corpus import read_corpus

TINY = {"layers": 1, "width": 16, "heads": 2, "hidden": 32}


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A corpus of two dozen songs and three chorales."""
    songs = tmp_path / "openewld"
    songs.mkdir()
    for number in range(24):
        bars = [chord("C") + note("E", 4) + note("CDEFG"[number % 5], 4) + note("G", 8)] * 4
        write_mxl(songs / f"song {number}.mxl", bars)
    chorales = tmp_path / "jsb_chorales"
    chorales.mkdir()
    grid = str([[72, 67, 64, 48]] * 40)
    (chorales / "jsb-chorales-16th.json").write_text(f'{{"train": [{grid}], "valid": [{grid}], "test": [{grid}]}}')
    for folder in (songs, chorales):
        with tarfile.open(tmp_path / f"{folder.name}.tar.xz", "w:xz") as archive:
            archive.add(folder, folder.name)
    return tmp_path


def settings(data: Path, name: str, steps: int, **changes: object) -> ComposerTraining:
    base = ComposerTraining(
        data, data / f"{name}.safetensors", data / name, steps=steps, batch=2, window=48, check_every=2, sizes=TINY
    )
    return ComposerTraining(**{**vars(base), **changes})


def test_a_training_that_is_resumed_ends_with_the_same_weights(data: Path):
    whole = settings(data, "whole", 4)
    train(whole)
    train(settings(data, "parts", 4, minutes=0.0))
    train(settings(data, "parts", 4, resume=True))
    one, other = (load_music_transformer(data / f"{name}.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in one.state_dict().items())


def test_every_song_is_in_one_split_alone(data: Path):
    corpus = read_corpus(data, data / "work")
    assert {split: len(songs) > 0 for split, songs in corpus.items()} == {"train": True, "valid": True, "test": True}
    assert sum(len(songs) for songs in corpus.values()) == 27
    assert read_corpus(data / "nowhere", data / "work") == corpus


def test_missing_data_is_named(tmp_path: Path):
    with pytest.raises(MediaError, match=r"openewld.tar.xz is missing"):
        read_corpus(tmp_path, tmp_path / "work")


def test_windows_begin_with_the_prefix_and_are_padded():
    song = [SONG, 8, 11, 13, *([BAR, 20, 40] * 40)]
    rows = windows([song, song[:10]], 32, 8, np.random.default_rng(0))
    assert rows.shape == (8, 33)
    assert (rows[:, 0] == SONG).all()
    assert (rows[(rows == PAD).any(axis=1)][:, -1] == PAD).all()


def test_an_untrained_network_knows_about_as_much_as_chance(data: Path):
    train(settings(data, "one", 1))
    model = load_music_transformer(data / "one.safetensors")
    songs = read_corpus(data, data / "one")["test"]
    assert abs(nats_per_token(model, songs, 48) - np.log(VOCABULARY)) < 1.0


def test_a_short_song_is_measured_as_a_whole_and_a_long_one_in_all_its_tokens(data: Path):
    train(settings(data, "one", 1))
    model = load_music_transformer(data / "one.safetensors")
    song = list(np.random.default_rng(1).integers(3, VOCABULARY, 49))
    tokens = torch.tensor([song])
    direct = torch.nn.functional.cross_entropy(model(tokens[:, :-1])[0], tokens[0, 1:]).item()
    assert nats_per_token(model, [song], 48) == pytest.approx(direct, rel=1e-5)
    assert nats_per_token(model, [song * 3], 48) == pytest.approx(direct, rel=0.1)
