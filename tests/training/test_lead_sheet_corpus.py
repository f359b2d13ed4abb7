import pytest

from models.music import tokens as t
from schemas.errors import MediaError
from tests.training.scores import chord, note, write_mxl
from training.lead_sheet_corpus import pieces_of, read_lead_sheet

TWO_BARS = [
    chord("C") + note("E", 4, "The") + note("G", 4) + note("E", 4) + note("D", 4),
    chord("G", "dominant") + note("D", 8) + chord("C") + note("C", 8, tie="start"),
    note("C", 4, tie="stop") + "<note><rest/><duration>4</duration></note>" + note("C", 8, "Home"),
]


def test_notes_chords_and_ties_are_read(tmp_path):
    tune = read_lead_sheet(write_mxl(tmp_path / "a.mxl", TWO_BARS))
    assert tune.meter == "4/4"
    assert tune.notes[0] == (0, 4, 64)
    assert tune.notes[-2:] == [(24, 12, 60), (40, 8, 60)]
    assert tune.chords == [(0, 0, "maj"), (16, 7, "7"), (24, 0, "maj")]
    assert tune.lines == [0, 40]


def test_a_piece_is_relative_to_its_key_with_phrases_at_the_lines_of_the_words(tmp_path):
    (piece,) = pieces_of(read_lead_sheet(write_mxl(tmp_path / "a.mxl", TWO_BARS)))
    assert piece.mode == "major"
    assert piece.phrases == {0, 40}
    assert t.Event(0, t.pitch_token(4)) in piece.events
    assert t.Event(36, t.REST) in piece.events


def test_a_pick_up_ends_at_the_first_bar_line(tmp_path):
    tune = read_lead_sheet(write_mxl(tmp_path / "a.mxl", [note("G", 4), note("C", 16)]))
    assert [onset for onset, *_ in tune.notes] == [12, 16]


def test_two_four_is_learned_as_four_four_too(tmp_path):
    bars = [note("C", 4) + note("D", 4), note("E", 8)]
    pieces = pieces_of(read_lead_sheet(write_mxl(tmp_path / "a.mxl", bars, beats=2)))
    assert [piece.meter for piece in pieces] == ["2/4", "4/4", "4/4"]


def test_entities_other_meters_and_broken_files_are_refused(tmp_path):
    bomb = '<!DOCTYPE score-partwise [<!ENTITY a "aaaa">]>'
    with pytest.raises(MediaError, match="entities"):
        read_lead_sheet(write_mxl(tmp_path / "a.mxl", TWO_BARS, prologue=bomb))
    with pytest.raises(MediaError, match="7/4"):
        read_lead_sheet(write_mxl(tmp_path / "b.mxl", TWO_BARS, beats=7))
    (tmp_path / "c.mxl").write_bytes(b"not a zip")
    with pytest.raises(MediaError, match="not a readable"):
        read_lead_sheet(tmp_path / "c.mxl")
    with pytest.raises(MediaError, match="no meter or no notes"):
        read_lead_sheet(write_mxl(tmp_path / "d.mxl", [""]))
