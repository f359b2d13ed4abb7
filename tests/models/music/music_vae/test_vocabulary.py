from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.music_vae.vocabulary import (
    DRUMS,
    HOLD,
    NOTE_OFF,
    GridNote,
    drum_hits,
    drum_tokens,
    melody_notes,
    melody_tokens,
)
from schemas.errors import MediaError


@st.composite
def tunes(draw):
    notes, at = [], draw(st.integers(0, 4))
    while at < 31:
        length = draw(st.integers(1, min(8, 32 - at)))
        notes.append(GridNote(at, length, draw(st.integers(21, 108))))
        at += length + draw(st.sampled_from((0, 0, 1, 4)))
    return notes


@settings(deadline=None)
@given(tunes())
def test_a_tune_comes_back_from_its_tokens(notes):
    assert list(melody_notes(melody_tokens(notes, 32))) == notes


def test_tokens_are_magentas():
    tokens = melody_tokens([(0, 2, 21), (4, 1, 108), (5, 27, 60)], 32)
    assert tokens[:8] == [2, HOLD, NOTE_OFF, HOLD, 89, 41, HOLD, HOLD]


@pytest.mark.parametrize("notes", [[(0, 2, 20)], [(4, 2, 60), (4, 2, 62)], [(0, 0, 60)], [(-1, 2, 60)]])
def test_what_is_no_tune_of_one_voice_is_refused(notes):
    with pytest.raises(MediaError, match="notes follow one another"):
        melody_tokens(notes, 32)


@settings(deadline=None)
@given(st.lists(st.integers(0, 511), min_size=32, max_size=32))
def test_drum_tokens_come_back_from_their_strokes(tokens):
    assert drum_tokens(drum_hits(tokens), 32) == tokens


def test_kinds_of_drum_are_bits_in_magentas_order():
    assert [drum_tokens([(0, pitch)], 1) for _, pitch in DRUMS] == [[1 << kind] for kind in range(9)]
    assert drum_tokens([(0, 37), (0, 44), (0, 12), (40, 36)], 2) == [0b110, 0]
