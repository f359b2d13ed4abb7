from __future__ import annotations

from models.music.motif_hearing import hear_motif, motif_places, shapes_of
from schemas.composing import MotifNote, SongMotif
from tests.examples import lead_sheet

NOTES = (MotifNote(0, 4, 0), MotifNote(4, 4, 1), MotifNote(8, 4, 2), MotifNote(12, 4, 3), MotifNote(16, 4, 4))
MOTIF = SongMotif(album_notes=NOTES, notes=NOTES, mode="major", relation="as it is", model="motif:test")
OTHER = (MotifNote(0, 2, 0), MotifNote(2, 2, 5), MotifNote(4, 4, 1), MotifNote(8, 4, 6))


def places(*notes: tuple[float, int], motif: SongMotif = MOTIF) -> list[tuple[int, int, str]]:
    onsets, degrees = [onset for onset, _ in notes], [degree for _, degree in notes]
    return [tuple(place) for place in motif_places(onsets, degrees, "major", shapes_of(motif))]


def test_a_song_that_sings_the_motif_is_heard_with_its_bars_and_intervals():
    heard = hear_motif(lead_sheet(), MOTIF)
    assert heard[0].section == "verse 1"
    assert heard[0].bar == 3
    assert (heard[0].notes, heard[0].of, heard[0].relation) == (5, 5, "as it is")
    assert heard[0].intervals == (2, 2, 1, 2)


def test_a_song_that_sings_something_else_is_not_heard():
    other = SongMotif(album_notes=OTHER, notes=OTHER, mode="major", relation="as it is", model="motif:test")
    assert hear_motif(lead_sheet(), other) == ()


def test_it_is_heard_moved_turned_over_and_stretched():
    assert places((0, 4), (4, 5), (8, 7), (12, 9), (16, 11)) == [(0, 5, "moved")]
    assert places((0, 7), (4, 5), (8, 4), (12, 2), (16, 0)) == [(0, 5, "turned over")]
    assert places((0, 0), (8, 2), (16, 4), (24, 5), (32, 7)) == [(0, 5, "stretched")]


def test_four_notes_of_it_are_a_beginning_and_three_are_none():
    assert places((0, 0), (4, 2), (8, 4), (12, 5), (14, 0)) == [(0, 4, "as it is")]
    assert places((0, 0), (4, 2), (8, 4), (14, 5)) == []


def test_another_rhythm_or_a_note_outside_the_key_is_something_else():
    assert places((0, 0), (2, 2), (8, 4), (12, 5), (16, 7)) == []
    assert places((0, 0), (4, 1), (8, 4), (12, 5), (16, 7)) == []


def test_a_varied_motif_is_heard_by_the_songs_own_notes():
    varied = tuple(note._replace(degree=degree) for note, degree in zip(NOTES, (0, 2, 3, 4, 6), strict=True))
    motif = SongMotif(album_notes=NOTES, notes=varied, mode="major", relation="varied", model="motif:test")
    assert places((0, 0), (4, 4), (8, 5), (12, 7), (16, 11), motif=motif) == [(0, 5, "varied")]
