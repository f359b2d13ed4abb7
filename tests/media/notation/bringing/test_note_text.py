from __future__ import annotations

import contextlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.notation.bringing.note_text import read_notes
from media.notation.bringing.writing import song_brief_text
from schemas.brief import parse_key
from schemas.errors import MediaError
from tests.media.notation.bringing.tunes import tunes


def heard(text: str, **given: object) -> list[tuple[float, float, int]]:
    """Onset and length in beats, pitch."""
    return [(n.onset_ticks / 480, n.duration_ticks / 480, n.pitch) for n in read_notes(text, **given).notes]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tune=tunes())
def test_what_is_written_is_read_back_to_the_same_tune(tune):
    read = read_notes(song_brief_text(tune))
    assert (read.notes, read.beats_per_bar, read.bars) == (tune.notes, tune.beats_per_bar, tune.bars)
    assert (read.key, read.tempo_bpm, read.title) == (tune.key, tune.tempo_bpm, tune.title)
    sounding = {}
    for chord in tune.chords:
        sounding |= {t: chord.symbol for t in range(chord.onset_ticks, chord.onset_ticks + chord.duration_ticks, 120)}
    again = {}
    for chord in read.chords:
        again |= {t: chord.symbol for t in range(chord.onset_ticks, chord.onset_ticks + chord.duration_ticks, 120)}
    assert again == sounding
    assert read.remarks == ()


@pytest.mark.parametrize(
    "text",
    [
        "C4 1 D4 .5 E4 .5 G4 2",
        "C4 q D4 e E4 e G4 h",
        "C D:.5 E G:2",
        "c 1 d .5 e .5 g 2",
        "60 62:.5 64 67:2",
        "1 2:.5 3 5:2",
        "do 1 re .5 mi so 2",
        "^1 1 ^2 1/2 ^3 ^5 2",
        "C4, D4 .5; E4 // the tune's head\n G4 2 |",
    ],
)
def test_one_tune_can_be_written_in_many_ways(text):
    assert heard(text) == [(0, 1, 60), (1, 0.5, 62), (1.5, 0.5, 64), (2, 2, 67)]


def test_a_note_without_an_octave_is_the_nearest_to_the_one_before():
    assert [pitch for _, _, pitch in heard("G4 C B A# C")] == [67, 72, 71, 70, 72]
    assert [pitch for _, _, pitch in heard("so do+ so-")] == [67, 84, 67]


def test_solfa_counts_from_the_major_key_of_the_signature_and_steps_from_the_tonic():
    minor = parse_key("A minor")
    assert [pitch for _, _, pitch in heard("la ti do", key=minor)] == [69, 71, 72]
    assert [pitch for _, _, pitch in heard("^1 ^2 ^3", key=minor)] == [69, 71, 72]
    assert "no key was named" in read_notes("do re mi").remarks[0]


def test_small_letters_are_notes_and_a_small_e_is_an_eighth_only_beside_capitals():
    assert [pitch for _, _, pitch in heard("c d e f")] == [60, 62, 64, 65]
    assert heard("C4 e D4 e") == [(0, 0.5, 60), (0.5, 0.5, 62)]


def test_a_tie_goes_over_a_bar_line_and_a_short_first_bar_is_a_pick_up():
    tune = read_notes("G4 1 | C5 2 E5 2~ | E5 1 r 3")
    assert [(n.onset_ticks // 480, n.duration_ticks // 480) for n in tune.notes] == [(3, 1), (4, 2), (6, 3)]
    assert tune.bars == 3
    assert "pick-up of 1 beats" in tune.remarks[0]


def test_triplets_written_with_decimals_fill_their_bar():
    tune = read_notes("C4 .333 D4 E4 .334 G4 3 | C4 4")
    assert [n.onset_ticks for n in tune.notes] == [0, 120, 360, 480, 1920]
    assert "moved to the nearest sixteenth" in tune.remarks[0]


def test_lines_before_the_notes_name_key_meter_tempo_and_chords():
    tune = read_notes("title: The Lark\nkey: Dm\nmeter: 3/4\ntempo: 92 bpm\nchords: Dm | A7\n\nD4 3 | C#4 3")
    assert (tune.title, str(tune.key), tune.beats_per_bar, tune.tempo_bpm) == ("The Lark", "D minor", 3, 92)
    assert [chord.symbol for chord in tune.chords] == ["Dm", "A7"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no notes"),
        ("r 4", "no notes"),
        ("C4 1 X", "bar 1: 'X' is no note"),
        ("C4 4 | D4 1 | E4 4", r"bar 2 holds 1 of 4 beats.*'r 3'"),
        ("C4 5 | D4 4", "bar 1 holds 5 of 4"),
        ("C4 0", "lasts 0 beats"),
        ("C4 65", "at most 64"),
        ("C4 1~ D4", "tied to another pitch"),
        ("C4 1~", "tied to nothing"),
        ("~ C4", "ties nothing"),
        ("|: C4 4 :|", "repeat sign"),
        ("C-1 1 D-9", "no note|outside 0-127"),
        ("meter: 7/8\nC4", "in 7/8"),
        ("meter: 13/16\nC4", "in 13/16"),
        ("meter: 0/4\nC4", "not a meter"),
        ("key: X\nC4", "not a key"),
        ("tempo: fast\nC4", "tempo: 'fast'"),
        ("C4 " * 20_001, "20,000 words"),
        ("C4 " * 5_000, "4,096 notes"),
        ("C4 4 |" * 600, "512 bars"),
        ("x" * 300_000, "262,144"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place_and_a_remedy(text, words):
    with pytest.raises(MediaError, match=words):
        read_notes(text)


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="CDEFGABHcdefgab#b0123456789./|:~^+- rzqhwesdoremi\n", max_size=60) | st.text(max_size=40))
def test_any_text_is_a_tune_or_a_media_error(text):
    with contextlib.suppress(MediaError):
        tune = read_notes(text)
        assert all(n.onset_ticks % 120 == 0 and n.duration_ticks >= 120 and 24 <= n.pitch <= 108 for n in tune.notes)
        ends = [n.onset_ticks + n.duration_ticks for n in tune.notes]
        assert all(end <= after.onset_ticks for end, after in zip(ends, tune.notes[1:], strict=False))
        assert ends[-1] <= tune.bars * tune.bar_ticks
