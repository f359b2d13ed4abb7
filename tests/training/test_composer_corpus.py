from pathlib import Path

import numpy as np
import pytest

from models.music import tokens as t
from schemas.errors import MediaError
from tests.training.composer_songs import CORPORA, write_corpus
from training.composer_controls import Told, bare, spell_guided, told
from training.composer_corpus import melody_grams, normalised, read_corpus, read_songs, split_of, versions
from training.composer_windows import targets, windows
from training.lead_sheet_corpus import Tune, arranged

NOTES = [(0, 4, 60), (4, 4, 64), (8, 8, 67), (16, 4, 65), (20, 4, 62), (24, 8, 60)]


def test_every_song_is_in_one_split_alone_and_is_read_once(tmp_path: Path):
    data = write_corpus(tmp_path)
    songs = read_songs(data, data / "work", CORPORA)
    assert all(songs[split] for split in ("train", "valid", "test"))
    assert {song.corpus for song in songs["train"]} == set(CORPORA)
    assert read_songs(data / "nowhere", data / "work", CORPORA) == songs
    for split, found in songs.items():
        assert all(
            song.corpus == "jsb_chorales" or split_of(song.title) == split for song in found if "song" in song.title
        )


def test_a_tune_that_is_held_out_under_another_name_is_not_learned(tmp_path: Path):
    songs = read_songs(write_corpus(tmp_path), tmp_path / "work", CORPORA)
    held_out = [melody_grams(song.tokens) for split in ("valid", "test") for song in songs[split]]
    for song in songs["train"]:
        own = melody_grams(song.tokens)
        assert song.corpus == "jsb_chorales" or not any(
            own and len(own & other) > 0.35 * len(own) for other in held_out
        )


def test_missing_archives_and_unknown_corpora_are_named(tmp_path: Path):
    with pytest.raises(MediaError, match=r"openewld.tar.xz is missing"):
        read_songs(tmp_path, tmp_path / "work")
    with pytest.raises(MediaError, match="no corpus is called 'essen'"):
        read_songs(tmp_path, tmp_path / "work", ("essen",))


def test_titles_of_versions_are_one():
    assert normalised("The Miller's Reel, No. 2") == normalised("millers reel") == "millers reel"


def test_a_guided_song_says_its_phrases_sections_and_stresses_and_is_the_same_without():
    tune = Tune("4/4", NOTES * 1, [(0, 0, "maj")], lines=[0, 16], sections=[16], tempo_bpm=100.0)
    tune.stresses.update({0: True, 4: False, 8: True, 16: True})
    ((_, piece),) = arranged(tune)
    guided = spell_guided(tune, piece)
    assert bare(guided) == t.spell(piece)
    assert guided[4] == t.song_controls(tempo_bpm=100.0)[0]
    first = [*t.section_controls(1), t.PHRASE, *t.controls(bars=1, notes=3, stress=(True, False, True)), t.BAR]
    assert guided[5 : 5 + len(first)] == first
    second = guided.index(t.SECTION, 6)
    assert guided[second : second + 6] == [*t.section_controls(1), t.PHRASE, *t.controls(bars=1, notes=3), t.BAR]
    assert told(guided, Told()) == guided
    assert told(guided, Told(False, False, False, False, False)) == t.spell(piece)


def test_a_tune_without_chords_says_so():
    tune = Tune("3/4", NOTES)
    (song,) = versions("fiddle_tunes", "x", tune, "folk", "train")
    assert song.tokens[:5] == [*t.prefix("3/4", "major", "folk"), t.UNHARMONISED]
    assert t.UNHARMONISED in told(song.tokens, Told(False, False, False, False, False))


def test_windows_begin_with_the_prefix_and_hold_gaps_whose_bars_come_last(tmp_path: Path):
    songs = read_songs(write_corpus(tmp_path), tmp_path / "work", CORPORA)["train"]
    rows = windows(songs, 96, 8, np.random.default_rng(0), gaps=1.0)
    assert (rows[:, 0] == t.SONG).all()
    assert rows.shape[1] <= 97
    filled = [row for row in rows.tolist() if t.MIDDLE in row]
    assert filled
    for row in filled:
        middle = [token for token in row[row.index(t.MIDDLE) + 1 :] if token != t.PAD]
        assert row.index(t.AFTER) < row.index(t.BEFORE) < row.index(t.MIDDLE)
        assert len(row) - row.count(t.PAD) == 97 or middle[-1] == t.AFTER


def test_controls_are_given_and_never_predicted(tmp_path: Path):
    songs = read_songs(write_corpus(tmp_path), tmp_path / "work", CORPORA)["train"]
    rows = windows(songs, 64, 8, np.random.default_rng(1))
    wanted = targets(rows)
    assert wanted.shape == (8, rows.shape[1] - 1)
    assert set(wanted[wanted >= t.CONTROL_0].tolist()) <= {t.AFTER}
    assert ((wanted == t.AFTER).sum(1) <= 1).all()
    assert ((wanted == rows[:, 1:]) | (wanted == t.PAD)).all()


def test_tokens_without_controls_are_what_is_measured(tmp_path: Path):
    data = write_corpus(tmp_path)
    corpus = read_corpus(data, data / "work", CORPORA)
    assert not any(t.is_control(token) for songs in corpus.values() for song in songs for token in song)
