import json

import pytest

from models.music import tokens as t
from schemas.errors import MediaError
from training.chorale_corpus import chorale, read_chorales

C_MAJOR, G_SEVENTH = [72, 67, 64, 48], [71, 67, 65, 43]


def test_the_soprano_strikes_again_where_another_voice_moves():
    piece = chorale([C_MAJOR] * 4 + [[72, 69, 65, 53]] * 4 + [G_SEVENTH] * 4 + [C_MAJOR] * 8)
    assert [event.slot for event in piece.events if t.is_pitch(event.token)] == [0, 4, 8, 12]
    assert piece.mode == "major"


def test_chords_are_named_from_all_voices():
    piece = chorale([C_MAJOR] * 4 + [G_SEVENTH] * 4 + [C_MAJOR] * 8)
    chords = [t.chord_of(event.token) for event in piece.events if t.is_chord(event.token)]
    assert chords == [(0, "maj"), (7, "7"), (0, "maj")]


def test_silence_is_passed_over(tmp_path):
    path = tmp_path / "chorales.json"
    path.write_text(json.dumps({"train": [[[]] * 4 + [C_MAJOR] * 32]}))
    (piece,) = read_chorales(path)["train"]
    assert min(event.slot for event in piece.events) == 4


def test_another_form_of_file_is_refused(tmp_path):
    path = tmp_path / "chorales.json"
    path.write_text("[1, 2]")
    with pytest.raises(MediaError, match="not a set of chorales"):
        read_chorales(path)
