from collections.abc import Sequence
from pathlib import Path

import pytest
import symusic

from schemas.errors import MediaError
from tests.training.composer_songs import CORPORA, settings, write_corpus
from training.composer import train
from training.composer_corpus import read_songs
from training.lead_sheet_corpus import Refused
from training.midi_corpus import read_midi, read_midi_folder

QUARTER = 480
TUNE = [60, 62, 64, 65, 67, 65, 64, 62] * 3


def write_midi(
    path: Path,
    *,
    name: str = "",
    meter: tuple[int, int] = (4, 4),
    words: tuple[str, ...] = (),
    tune: Sequence[int] = TUNE,
) -> Path:
    """Quarters of a melody over a held chord of C and one of G, a bar each; drums besides."""
    score = symusic.Score(QUARTER)
    score.time_signatures.append(symusic.TimeSignature(0, *meter))
    score.tempos.append(symusic.Tempo(0, 90))
    melody = symusic.Track(name, 0, False)
    chords = symusic.Track("", 0, False)
    drums = symusic.Track("", 0, True)
    for place, pitch in enumerate(tune):
        melody.notes.append(symusic.Note(place * QUARTER, QUARTER, pitch, 80))
        drums.notes.append(symusic.Note(place * QUARTER, QUARTER, 100, 80))
    for bar in range(len(tune) // 4):
        for pitch in (48, 76, 79) if bar % 2 == 0 else (43, 74, 83):
            chords.notes.append(symusic.Note(bar * 4 * QUARTER, 4 * QUARTER, pitch, 60))
    for place, word in enumerate(words):
        melody.lyrics.append(symusic.TextMeta(place * QUARTER, word))
    score.tracks.extend([chords, melody, drums])
    score.dump_midi(str(path))
    return path


@pytest.mark.parametrize("name", ["", "Melody"])
def test_the_melody_is_the_part_that_is_named_so_or_plays_one_note_at_a_time(tmp_path: Path, name: str):
    tune = read_midi(write_midi(tmp_path / "a.mid", name=name))
    assert [pitch for *_, pitch in tune.notes] == TUNE
    assert tune.notes[1] == (4, 4, 62)
    assert (tune.meter, tune.tempo_bpm) == ("4/4", pytest.approx(90, abs=0.1))


def test_chords_are_named_from_all_parts_but_drums(tmp_path: Path):
    assert [chord[1:] for chord in read_midi(write_midi(tmp_path / "a.mid")).chords][:2] == [(0, "maj"), (7, "7")]


def test_words_tell_lines_and_hyphens_tell_stresses(tmp_path: Path):
    words = ("A", "ri-", "ver", "runs", "To", "the", "o-", "cean")
    tune = read_midi(write_midi(tmp_path / "a.mid", words=words))
    assert tune.lines == [0, 16]
    assert [tune.stresses[slot] for slot in (4, 8, 20, 24, 28)] == [True, False, False, True, False]
    assert read_midi(write_midi(tmp_path / "b.mid", words=("A", "ri", "ver"))).stresses == {}


def test_a_pick_up_moves_the_first_note_before_the_bar_line(tmp_path: Path):
    assert read_midi(write_midi(tmp_path / "a.mid"), pick_up_slots=4).notes[0] == (12, 4, 60)


def test_what_cannot_be_read_is_told_by_name_and_reason(tmp_path: Path):
    write_midi(tmp_path / "good.mid")
    write_midi(tmp_path / "seven.mid", meter=(7, 8))
    (tmp_path / "torn.mid").write_bytes((tmp_path / "good.mid").read_bytes()[:60])
    (tmp_path / "words.mid").write_text("no music")
    (tmp_path / "large.mid").write_bytes(b"MThd" + b"0" * 2_000_001)
    found = dict(read_midi_folder(tmp_path))
    refused = {name: item.reason for name, item in found.items() if isinstance(item, Refused)}
    assert set(found) - set(refused) == {"good.mid"}
    assert "7/8" in refused["seven.mid"]
    assert "not a MIDI file" in refused["words.mid"]
    assert "larger than" in refused["large.mid"]
    assert "torn.mid" in refused


def test_a_folder_without_midi_is_refused(tmp_path: Path):
    with pytest.raises(MediaError, match="0 MIDI files"):
        list(read_midi_folder(tmp_path))
    with pytest.raises(MediaError, match="no folder"):
        list(read_midi_folder(tmp_path / "nowhere"))


def test_a_user_s_own_folder_is_a_corpus_beside_the_others(tmp_path: Path):
    data = write_corpus(tmp_path)
    own = tmp_path / "own"
    own.mkdir()
    for number in range(3):
        write_midi(own / f"mine {'abc'[number]}.mid")
    corpora = (*CORPORA, f"midi:{own}")
    songs = read_songs(data, data / "own work", corpora)
    assert {song.title for found in songs.values() for song in found if song.corpus == "midi"} >= {"mine a.mid"}
    assert train(settings(data, "own work", 1, corpora=corpora)) > 0
