from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.notation.rhythm import TYPES, Piece, beams, written_notes, written_rests
from media.notation.spelling import chord_text, key_from_sharps, key_sharps, parse_chord_text, spell_pitch
from schemas.errors import MediaError
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import TONICS, Key

KEYS = [Key(tonic=tonic, mode=mode) for tonic in TONICS for mode in ("major", "minor")]


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_every_pitch_keeps_its_sound_and_every_scale_has_seven_letters(key):
    naturals = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
    for pitch in range(128):
        name = spell_pitch(pitch, key)
        assert 12 * (name.octave + 1) + naturals[name.step] + name.alter == pitch
        assert abs(name.alter) <= 1
    assert len({spell_pitch(60 + pitch_class, key).step for pitch_class in key.scale}) == 7
    assert key_from_sharps(key_sharps(key), key.mode) == key


@pytest.mark.parametrize("key", KEYS, ids=str)
def test_every_chord_symbol_is_read_back(key):
    for quality in CHORD_INTERVALS:
        for root in range(12):
            for bass in (None, (root + 4) % 12, (root + 1) % 12):
                chord = ChordSpan(onset_ticks=0, duration_ticks=1, root=root, quality=quality, bass=bass)
                assert parse_chord_text(chord_text(chord, key)) == (root, quality, bass)


def test_names_follow_key_and_chord():
    minor = Key(tonic="A", mode="minor")
    dominant = ChordSpan(onset_ticks=0, duration_ticks=1, root=4, quality="7")
    assert chord_text(dominant, minor) == "E7"
    assert spell_pitch(68, minor, dominant).name == "G#"
    major = Key(tonic="C", mode="major")
    borrowed = ChordSpan(onset_ticks=0, duration_ticks=1, root=5, quality="min")
    assert spell_pitch(68, major, borrowed).name == "Ab"
    assert (
        chord_text(
            ChordSpan(onset_ticks=0, duration_ticks=1, root=6, quality="maj", bass=10), Key(tonic="Db", mode="major")
        )
        == "Gb/Bb"
    )


def test_nonsense_is_no_chord_and_no_key():
    for text in ("", "H7", "C##", "Cmaj7/", "hello", "C" * 500):
        assert parse_chord_text(text) is None or text == "C##"
    with pytest.raises(MediaError, match="9 sharps"):
        key_from_sharps(9, "major")


@given(bar=st.sampled_from((12, 16)), data=st.data())
def test_written_lengths_add_up_and_each_is_one_sign(bar, data):
    start = data.draw(st.integers(0, bar - 1))
    length = data.draw(st.integers(1, bar - start))
    for pieces in (written_notes(start, length, bar), written_rests(start, length, bar)):
        assert all(piece.length in TYPES for piece in pieces)
        assert pieces[0].start == start
        assert sum(piece.length for piece in pieces) == length
        assert all(a.start + a.length == b.start for a, b in zip(pieces, pieces[1:], strict=False))


@pytest.mark.parametrize(
    ("start", "length", "bar", "pieces"),
    [
        (6, 4, 16, [(6, 2), (8, 2)]),
        (2, 4, 16, [(2, 4)]),
        (4, 8, 16, [(4, 8)]),
        (3, 5, 16, [(3, 1), (4, 4)]),
        (0, 10, 16, [(0, 8), (8, 2)]),
        (0, 12, 12, [(0, 12)]),
        (7, 2, 16, [(7, 1), (8, 1)]),
    ],
)
def test_notes_are_cut_where_a_beat_must_be_seen(start, length, bar, pieces):
    assert written_notes(start, length, bar) == [Piece(*piece) for piece in pieces]


def test_beams_join_eighths_by_half_bar_and_sixteenths_by_beat():
    eighths = [Piece(place, 2) for place in range(0, 16, 2)]
    assert [mark[0][1] for mark in beams(eighths, 16)] == ["begin", "continue", "continue", "end"] * 2
    mixed = [Piece(0, 3), Piece(3, 1), Piece(4, 4), None]
    assert beams(mixed, 16) == [[(1, "begin")], [(1, "end"), (2, "backward hook")], [], []]
