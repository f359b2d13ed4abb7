from __future__ import annotations

import io
import tarfile

import numpy as np
import pytest
import symusic
import torch

from models.music.accompanist.ladder import ANCHOR, OCTAVES
from models.music.accompanist.network import load_accompanist
from models.music.accompanist.tokens import BAR, NOTE_0
from schemas.errors import MediaError
from tests.corpora import corpus_file
from training.accompanist import AccompanistTraining, nats_per_token, stretch, train, transposed
from training.accompanist_corpus import ARCHIVE, read_corpus, read_songs, song_of, spelled, split_of, with_waltz

SIZES = {"layers": 1, "width": 16, "heads": 2, "hidden": 16, "context": 64}
CHORDS = ("C:maj", "A:min7", "F:maj/3", "G:sus4(b7)")


def files(bars: int = 12, off: int = 0) -> tuple[bytes, str, str]:
    """A song in four beats at 120 a minute, its piano `off` ticks late; a tune over all but the first four bars."""
    score = symusic.Score(480)
    score.tempos.append(symusic.Tempo(0, 120))
    melody, piano = symusic.Track("MELODY", 0, False), symusic.Track("PIANO", 0, False)
    chords = []
    for bar in range(bars):
        start = 480 + 1920 * bar
        chords.append(f"{start / 960}\t{start / 960 + 2.0}\t{CHORDS[bar % 4]}")
        root = (48, 45, 45, 43)[bar % 4]
        for beat in range(4):
            at = start + 480 * beat + off
            piano.notes.append(symusic.Note(at, 440, root + 12 * (beat > 0), 60 + 10 * (beat == 0)))
            piano.notes.append(symusic.Note(at, 440, root + 36, 60))
        if bar >= 4:
            melody.notes.append(symusic.Note(start, 960, 72, 80))
    score.tracks.append(melody)
    score.tracks.append(piano)
    beats = "\n".join(
        f"{0.5 + 0.5 * beat} {float(beat % 2 == 0)} {float(beat % 4 == 0)}" for beat in range(4 * bars + 1)
    )
    return score.dumps_midi(), beats, "\n".join(chords)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pop909")
    with tarfile.open(folder / ARCHIVE, "w:xz") as tar:
        names = {"train": 3, "valid": 1, "test": 1}
        number = 0
        while any(names.values()):
            number += 1
            name = f"{number:03d}"
            if not names[split_of(name)]:
                continue
            names[split_of(name)] -= 1
            contents = zip((f"{name}.mid", "beat_midi.txt", "chord_midi.txt"), files(12 + number % 3), strict=True)
            for file, content in contents:
                raw = content if isinstance(content, bytes) else content.encode()
                info = tarfile.TarInfo(f"pop909/POP909/{name}/{file}")
                info.size = len(raw)
                tar.addfile(info, io.BytesIO(raw))
    return folder


def test_a_song_is_read_on_its_grid_with_chords_and_basses():
    song = song_of("1", *files())
    assert (song.beats, song.bars) == (4, 12)
    assert [(chord.root, chord.quality, chord.bass) for chord in song.chords[:4]] == [
        (0, "maj", None),
        (9, "min7", None),
        (5, "maj", 9),
        (7, "sus4", None),
    ]
    assert song.piano[0][:3] == (0, 4, 48)
    assert {note.slot % 16 for note in song.piano} == {0, 4, 8, 12}


def test_bars_and_the_voice_are_told_to_the_network():
    (song,) = spelled(song_of("1", *files()))
    assert len(song.bars) == 12
    assert set(song.tokens[song.bars].tolist()) == {BAR}
    sung = song.conditions[song.bars][:, 8]
    assert sung.tolist() == [0] * 4 + [1] * 8
    assert song.conditions[song.bars][:4, 0].tolist() == [0, 9, 5, 7]


def test_notes_off_the_grid_leave_a_song_out():
    with pytest.raises(MediaError, match="off the grid"):
        song_of("1", *files(off=55))


def test_a_damaged_archive_is_named(tmp_path):
    (tmp_path / ARCHIVE).write_bytes(b"no archive")
    with pytest.raises(MediaError, match="missing or damaged"):
        list(read_songs(tmp_path / ARCHIVE))


@pytest.mark.parametrize("shift", [-4, 3, 7])
def test_a_transposed_stretch_is_the_same_music_higher_or_lower(shift):
    (song,) = spelled(song_of("1", *files()))

    def bases(tokens, conditions) -> np.ndarray:
        step, octave = np.divmod(tokens - NOTE_0, OCTAVES)
        base = conditions[:, 0] + np.where(step == 0, conditions[:, 3], 0)
        return (ANCHOR + (base - ANCHOR) % 12 + 12 * octave)[tokens >= NOTE_0]

    before = bases(song.tokens, song.conditions)
    assert (bases(*transposed(song.tokens, song.conditions, shift)) - before == shift).all()


def test_a_waltz_leaves_out_the_third_beat():
    name = next(str(n) for n in range(999) if len(with_waltz(song_of(str(n), *files(9)))) == 2)
    song, waltz = with_waltz(song_of(name, *files()))
    assert (waltz.beats, waltz.bars) == (3, song.bars)
    assert {note.slot % 12 for note in waltz.piano} == {0, 4, 8}
    assert waltz.chords[-1].end == 12 * song.bars


def test_a_stretch_is_followed_by_its_own_next_tokens():
    (song,) = spelled(song_of("1", *files()))
    tokens, states, targets = stretch(song, 10, 40)
    used = int((targets != 0).sum())
    assert (tokens[1:used] == targets[: used - 1]).all()
    assert tokens[0] == BAR
    assert states.shape == (40, song.conditions.shape[1])


def test_training_lowers_the_loss_goes_on_where_it_stopped_and_is_the_same_twice(archive, tmp_path):
    def config(folder: str, steps: int, resume: bool = False) -> AccompanistTraining:
        return AccompanistTraining(
            data=archive,
            out=tmp_path / folder / "a.safetensors",
            work=tmp_path / folder,
            steps=steps,
            batch=2,
            window=48,
            warm_up=1,
            check_every=3,
            resume=resume,
            sizes=SIZES,
        )

    torch.set_num_threads(1)
    once = train(config("once", 6))
    assert train(config("twice", 6)) == once
    assert train(config("once", 9, resume=True)) <= once
    kept = load_accompanist(tmp_path / "once" / "a.safetensors")
    kinds: dict[str, list[float]] = {}
    valid = read_corpus(archive, tmp_path / "once")["valid"]
    nats = nats_per_token(kept, valid, 48, kinds)
    assert set(kinds) == {"bar", "onset", "hand", "note"}
    assert sum(map(len, kinds.values())) == sum(len(song.tokens) - 1 for song in valid)
    assert nats == pytest.approx(np.mean([value for values in kinds.values() for value in values]), rel=1e-5)


def test_the_real_corpus_is_spelled_with_few_notes_left_out():
    songs = read_songs(corpus_file(ARCHIVE))
    first = [next(songs) for _ in range(3)]
    notes = sum(len(song.piano) for song in first)
    spelt = sum(int((piece.tokens >= NOTE_0).sum()) for song in first for piece in spelled(song))
    assert 0.85 * notes <= spelt <= notes
