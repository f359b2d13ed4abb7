from __future__ import annotations

import math
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.keeping import load_music_vae
from models.music.music_vae.vocabulary import GridNote, melody_notes
from schemas.errors import MediaError, SettingsError
from tests.training.scores import note, write_mxl
from training.drum_patterns import pattern_windows
from training.music_vae import MusicVAETraining, divergence, sampling_share, train
from training.music_vae_corpus import CorpusTune, at_home, read_tunes, read_windows, split_of, tune_windows

TINY = MusicVAEConfig.tiny()


def tune(title: str, shift: int = 0, bar_steps: int = 16) -> CorpusTune:
    notes = tuple(GridNote(4 * index, 4, 60 + (index * 5 + shift) % 12) for index in range(40))
    return CorpusTune(title, bar_steps, notes)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """Stretches of three dozen tunes."""
    windows = tune_windows([tune(f"song {number}", number) for number in range(36)], 2)
    for split in ("valid", "test"):
        windows[split] = windows[split] if len(windows[split]) else windows["train"][:4]
    with (tmp_path / "melody-2.npz").open("wb") as file:
        np.savez(file, **windows)
    return tmp_path


def settings(work: Path, name: str, steps: int, **changes: object) -> MusicVAETraining:
    base = MusicVAETraining(
        work, work / f"{name}.safetensors", work, TINY, steps=steps, batch=3, check_every=2, sampling_rate=2.0
    )
    return MusicVAETraining(**{**vars(base), **changes})


def test_a_training_that_is_resumed_ends_with_the_same_weights(work):
    train(settings(work, "whole", 4))
    train(settings(work, "parts", 4, cpu_minutes=0.0))
    train(settings(work, "parts", 4, resume=True))
    one, other = (load_music_vae(work / f"{name}.safetensors") for name in ("whole", "parts"))
    assert all(torch.equal(value, other.state_dict()[name]) for name, value in one.state_dict().items())


def test_transposition_changes_what_is_learned_and_the_seed_alone_decides_how(work):
    for name, semitones in (("a", 3), ("b", 3), ("c", 0)):
        train(settings(work, name, 2, transpose=semitones))
    one, same, other = (load_music_vae(work / f"{name}.safetensors").decoder.project.weight for name in "abc")
    assert torch.equal(one, same)
    assert not torch.equal(one, other)


def test_scheduled_sampling_follows_the_inverse_sigmoid():
    assert sampling_share(5, 0.0) == 0.0
    assert sampling_share(0, 1000.0) == pytest.approx(1 / 1001)
    assert sampling_share(round(1000 * math.log(1000)), 1000.0) == pytest.approx(0.5, abs=1e-3)
    assert sampling_share(10**9, 1000.0) == pytest.approx(1.0)


def test_the_divergence_is_that_of_two_normal_distributions():
    mu, sigma = torch.tensor([[0.3, -1.0]]), torch.tensor([[0.5, 2.0]])
    found = torch.distributions.kl_divergence(
        torch.distributions.Normal(mu, sigma), torch.distributions.Normal(torch.zeros(2), torch.ones(2))
    )
    assert divergence(mu, sigma).item() == pytest.approx(found.sum().item(), rel=1e-5)


@pytest.mark.parametrize("changes", [{"beta_rate": 1.0}, {"transpose": 13}, {"sampling_rate": 0.5}, {"steps": 0}])
def test_settings_out_of_bounds_are_refused(work, changes):
    with pytest.raises(SettingsError):
        settings(work, "x", **{"steps": 2, **changes})


def test_all_versions_of_a_title_lie_on_one_side():
    assert split_of("Soldier's Joy") == split_of("SOLDIERS JOY")
    assert {split_of(f"song {number}") for number in range(200)} == {"train", "valid", "test"}


def test_tunes_are_moved_to_the_signature_of_c():
    in_d = [GridNote(0, 4, 50), GridNote(4, 4, 54), GridNote(8, 4, 57)]
    assert at_home(in_d, 2) == tuple(each._replace(pitch=pitch) for each, pitch in zip(in_d, (72, 76, 79), strict=True))
    assert at_home([GridNote(0, 4, 30), GridNote(4, 4, 101)], 0) is None


def test_stretches_begin_at_bar_lines_and_those_in_three_end_in_silence():
    rows = np.concatenate(list(tune_windows([tune("a", bar_steps=12)], 2).values()))
    assert all(melody_notes(row.tolist())[0].onset == 0 for row in rows)
    assert all(max(each.onset + each.length for each in melody_notes(row.tolist())) <= 24 for row in rows)
    assert sum(len(rows) for rows in tune_windows([tune("a", bar_steps=12)], 16).values()) == 0


def test_corpora_are_read_from_their_archives_without_tunes_of_the_twentieth_century(tmp_path):
    import symusic

    sheets, folk = tmp_path / "openewld", tmp_path / "nottingham"
    (folk / "MIDI" / "melody").mkdir(parents=True)
    (folk / "ABC_cleaned").mkdir()
    sheets.mkdir()
    write_mxl(sheets / "Old Song.mxl", [note("C", 8) + note("G", 8)] * 4)
    (folk / "ABC_cleaned" / "reels.abc").write_text("X: 1\nT:Old Reel\nK:G\nG|\n\nX: 2\nT:New\nS:A. Body 1974\nK:G\n")
    for number in (1, 2):
        score = symusic.Score(480)
        score.tracks.append(symusic.Track())
        for index in range(16):
            score.tracks[0].notes.append(symusic.Note(index * 240, 240, 67 + index % 3, 80))
        score.time_signatures.append(symusic.TimeSignature(0, 4, 4))
        score.key_signatures.append(symusic.KeySignature(0, 1, 0))
        score.dump_midi(str(folk / "MIDI" / "melody" / f"reels{number}.mid"))
    for folder in (sheets, folk):
        with tarfile.open(tmp_path / f"{folder.name}.tar.xz", "w:xz") as archive:
            archive.add(folder, folder.name)
    tunes = {each.title: each for each in read_tunes(tmp_path)}
    assert set(tunes) == {"Old Song", "Old Reel"}
    assert tunes["Old Reel"].notes[0].pitch % 12 == 0
    windows = read_windows("melody", 2, tmp_path, tmp_path / "work")
    assert sum(len(rows) for rows in windows.values()) > 0
    again = read_windows("melody", 2, tmp_path / "nowhere", tmp_path / "work")
    assert all(np.array_equal(rows, again[split]) for split, rows in windows.items())


def test_a_missing_archive_is_named(tmp_path):
    with pytest.raises(MediaError, match="openewld.tar.xz is missing"):
        read_windows("melody", 2, tmp_path, tmp_path / "work")


def test_drum_patterns_are_many_and_no_pattern_of_the_test_has_the_name_of_one_learned():
    windows = pattern_windows(2)
    assert len(windows["train"]) > 3000
    assert min(len(windows["valid"]), len(windows["test"])) > 100
    assert all(rows.min() >= 0 and rows.max() < 512 for rows in windows.values())
