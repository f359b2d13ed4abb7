from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.motif_shapes import album_motif, contour, is_recognisable, motif_score, relation_of, song_motif
from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.network import MusicVAE
from schemas.composing import MotifNote

LONG = tuple(MotifNote(8 * index, 8, degree) for index, degree in enumerate((0, 2, 1, 4, 4, -1)))
ARCH = (MotifNote(0, 4, 0), MotifNote(4, 2, 4), MotifNote(6, 2, 3), MotifNote(8, 8, 2))


@pytest.fixture(scope="module")
def vae():
    torch.manual_seed(1)
    return MusicVAE(MusicVAEConfig.tiny()).eval()


@pytest.mark.parametrize("beats", [3, 4])
def test_even_an_untrained_network_gives_a_motif_within_the_rules(vae, beats):
    for seed in range(2):
        notes = album_motif(vae, seed=seed, beats_per_bar=beats)
        assert 3 <= len(notes) <= 8
        assert notes[0].onset == 0
        assert notes[-1].onset + notes[-1].length <= 2 * 4 * beats
        assert all(note.onset % 2 == 0 and note.length % 2 == 0 for note in notes)
        assert all(after.onset >= note.onset + note.length for note, after in zip(notes, notes[1:], strict=False))
        assert 2 <= max(note.degree for note in notes) - min(note.degree for note in notes) <= 8
        assert motif_score(notes, beats) > 4


def test_the_same_seed_gives_the_same_motif_and_another_another(vae):
    one, same, other = (album_motif(vae, seed=seed, beats_per_bar=4) for seed in (3, 3, 4))
    assert one == same
    assert one != other


def test_a_shape_with_a_leap_and_a_turn_is_preferred_to_a_run_and_to_one_note():
    run = tuple(MotifNote(2 * index, 2, index) for index in range(5))
    still = tuple(MotifNote(4 * index, 4, 0) for index in range(4))
    assert motif_score(ARCH, 4) > max(motif_score(run, 4), motif_score(still, 4)) + 1


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**40), album=st.sampled_from((ARCH, LONG)), mode=st.sampled_from(("major", "minor")))
def test_whatever_a_song_makes_of_it_can_be_recognised_and_is_named_truly(vae, seed, album, mode):
    found = song_motif(vae, album, mode=mode, seed=seed, model="motif:two-bars")
    assert found.album_notes == album
    assert is_recognisable(album, found.notes)
    assert found.relation == relation_of(album, found.notes)
    up = tuple(-sign for sign in contour(album))
    assert contour(found.notes) in (contour(album), up)
    assert all(-14 <= note.degree <= 14 for note in found.notes)


def test_over_many_songs_every_relation_comes(vae):
    found = {song_motif(vae, ARCH, mode="major", seed=seed, model="x").relation for seed in range(40)}
    assert found >= {"as it is", "moved", "stretched", "turned over", "varied"}


def test_the_same_song_gets_the_same_shape(vae):
    assert len({song_motif(vae, ARCH, mode="minor", seed=9, model="x").notes for _ in range(3)}) == 1


@pytest.mark.parametrize(
    ("notes", "relation"),
    [
        (ARCH, "as it is"),
        (tuple(note._replace(degree=note.degree + 2) for note in ARCH), "moved"),
        (tuple(note._replace(degree=4 - note.degree) for note in ARCH), "turned over"),
        (tuple(MotifNote(2 * note.onset, 2 * note.length, note.degree) for note in ARCH), "stretched"),
        ((*ARCH[:3], ARCH[3]._replace(degree=1)), "varied"),
    ],
)
def test_relations_are_known_by_their_notes(notes, relation):
    assert is_recognisable(ARCH, notes)
    assert relation_of(ARCH, notes) == relation


@pytest.mark.parametrize(
    "notes",
    [
        ARCH[:3],
        (ARCH[0], ARCH[1], ARCH[2]._replace(degree=5), ARCH[3]),
        (ARCH[0], ARCH[1]._replace(onset=5, length=1), *ARCH[2:]),
    ],
)
def test_other_contours_and_rhythms_are_not_the_motif(notes):
    assert not is_recognisable(ARCH, notes)
    with pytest.raises(ValueError, match="is no shape"):
        relation_of(ARCH, notes)


def test_a_motif_too_long_to_double_or_beyond_the_network_still_gets_a_shape(vae):
    relations = {song_motif(vae, LONG, mode="major", seed=seed, model="x").relation for seed in range(30)}
    assert "stretched" not in relations
    assert relations >= {"as it is", "moved"}


def test_a_motif_that_a_line_has_no_room_for_is_sung_twice_as_fast():
    long = tuple(MotifNote(4 * place, 4, degree) for place, degree in enumerate((0, 0, 2, 1, 0, -3)))
    vae = MusicVAE(MusicVAEConfig.tiny()).eval()
    for seed in range(6):
        made = song_motif(vae, long, mode="major", seed=seed, model="m", room=16)
        assert made.relation == "quickened"
        assert [note.onset for note in made.notes] == [0, 2, 4, 6, 8, 10]
        assert is_recognisable(long, made.notes)
        assert song_motif(vae, long, mode="major", seed=seed, model="m").relation != "quickened"
