from pathlib import Path

import numpy as np
import pytest

from flows.train_composer import train_composer, train_here
from models.music.transformer import load_music_transformer
from schemas.errors import MediaError, SettingsError
from tests.training.composer_songs import TINY
from tests.training.test_midi_corpus import write_midi

SETTINGS = {"batch": 2, "window": 64, "steps": 2, "check_every": 1, "sizes": TINY}


@pytest.fixture
def songs(tmp_path: Path) -> Path:
    folder = tmp_path / "own songs"
    folder.mkdir()
    for number in range(4):
        tune = [int(pitch) for pitch in np.random.default_rng(number).integers(60, 73, 32)]
        write_midi(folder / f"song {'abcd'[number]}.mid", name="Melody", tune=tune)
    (folder / "broken.mid").write_bytes(b"MThd")
    return folder


def test_a_folder_of_midi_becomes_weights_with_a_card_and_goes_on(tmp_path: Path, songs: Path):
    seen: list[int] = []
    asked = {"midi": songs, "minutes": 1.0, "report": lambda now: seen.append(now.step)}
    train_composer.fn(tmp_path / "out", settings={**SETTINGS, "steps": 1}, **asked)
    made = train_composer.fn(tmp_path / "out", settings=SETTINGS, **asked)
    assert seen == [1, 2]
    assert load_music_transformer(made).config.width == TINY["width"]
    card = made.with_suffix(".md").read_text()
    assert "- broken.mid: not a MIDI file" in card
    assert "| midi | 2 | 1 | 1 |" in card
    assert str(tmp_path) not in card


def test_a_training_may_begin_with_weights_and_takes_their_sizes(tmp_path: Path, songs: Path):
    first = train_composer.fn(tmp_path / "one", midi=songs, settings=SETTINGS)
    longer = {key: value for key, value in SETTINGS.items() if key != "sizes"}
    made = train_composer.fn(tmp_path / "two", midi=songs, start=first, settings=longer)
    assert load_music_transformer(made).config == load_music_transformer(first).config


def test_what_cannot_be_trained_is_said_before_it_begins(tmp_path: Path, songs: Path):
    with pytest.raises(SettingsError, match="neither midi nor data"):
        train_composer.fn(tmp_path / "out")
    with pytest.raises(SettingsError, match="no setting 'epochs'"):
        train_composer.fn(tmp_path / "out", midi=songs, settings={"epochs": 3})
    with pytest.raises(SettingsError, match="batch is 0"):
        train_composer.fn(tmp_path / "out", midi=songs, settings={"batch": 0})
    for file in songs.glob("song *"):
        file.unlink()
    with pytest.raises(MediaError, match=r"at least 3 are needed.*broken.mid"):
        train_composer.fn(tmp_path / "out", midi=songs, settings=SETTINGS)


def test_a_training_that_began_with_other_settings_is_not_gone_on_with(tmp_path: Path, songs: Path):
    train_composer.fn(tmp_path / "out", midi=songs, settings=SETTINGS)
    with pytest.raises(SettingsError, match="with seed"):
        train_composer.fn(tmp_path / "out", midi=songs, settings={**SETTINGS, "seed": 1})


@pytest.mark.slow
def test_it_runs_as_a_flow_with_a_server_of_its_own(tmp_path: Path, songs: Path):
    assert train_here(tmp_path / "home", tmp_path / "out", midi=songs, settings={**SETTINGS, "steps": 1}).is_file()
