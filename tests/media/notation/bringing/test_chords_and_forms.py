from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.notation.bringing.chord_symbols import read_symbol
from media.notation.bringing.chord_text import read_chord_chart, read_chords
from media.notation.bringing.form_text import read_form
from media.notation.bringing.writing import chart_text
from media.notation.spelling import chord_text
from schemas.brief import parse_key
from schemas.errors import MediaError
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import TONICS, Key

C, A_MINOR = parse_key("C"), parse_key("Am")


def played(text: str, *, beats: int = 4, key: Key = C) -> list[tuple[str, float]]:
    return [(c.symbol, c.duration_ticks / 480) for c in read_chords(text, beats_per_bar=beats, key=key)]


@pytest.mark.parametrize(
    ("text", "chords"),
    [
        ("C | G | Am F | C", [("C", 4), ("G", 4), ("Am", 2), ("F", 2), ("C", 4)]),
        ("| Am / / F |", [("Am", 3), ("F", 1)]),
        ("I V vi IV", [("C", 4), ("G", 4), ("Am", 4), ("F", 4)]),
        ("C G\nAm F", [("C", 2), ("G", 2), ("Am", 2), ("F", 2)]),
        ("|: C | F :| G", [("C", 4), ("F", 4), ("C", 4), ("F", 4), ("G", 4)]),
        ("|: C | F :| x3", [("C", 4), ("F", 4)] * 3),
        ("Am | G x2\nC", [("Am", 4), ("G", 4), ("Am", 4), ("G", 4), ("C", 4)]),
        ("C | % | | G7", [("C", 12), ("G7", 4)]),
        ("C:3 G:1 | C:.5 F:3.5", [("C", 3), ("G", 1), ("C", 0.5), ("F", 3.5)]),
        ("C F G", [("C", 4), ("F", 4), ("G", 4)]),
        ("C F G | C", [("C", 2), ("F", 1), ("G", 1), ("C", 4)]),
        ("C | N.C. | C", [("C", 4), ("C", 4)]),
        ("|| C | F ||", [("C", 4), ("F", 4)]),
    ],
)
def test_charts_are_read_bar_by_bar(text, chords):
    assert played(text) == chords


@pytest.mark.parametrize(
    ("word", "symbol"),
    [
        ("CΔ", "Cmaj7"), ("CM7", "Cmaj7"), ("C-7", "Cm7"), ("Cmin7", "Cm7"), ("Cø", "Cm7b5"), ("Cm7(b5)", "Cm7b5"),
        ("C°", "Cdim"), ("C+", "Caug"), ("Csus", "Csus4"), ("C/E", "C/E"), ("F#m7b5/A", "F#m7b5/A"), ("B♭", "Bb"),
        ("Hm", "Bm"), ("C6/9", "C6"), ("C7b9", "C7"), ("Cdim7", "Cdim"), ("Cm(maj7)", "Cm"), ("C13", "C9"), ("C5", "C"),
        ("vi", "Am"), ("IV", "F"), ("bVII", "Bb"), ("V7/V", "D7"), ("viiø7", "Bm7b5"), ("I64", "C/G"),
        ("ii65", "Dm7/F"), ("#ivdim", "F#dim"), ("C/C", "C"),
    ],
)  # fmt: skip
def test_common_spellings_are_known(word, symbol):
    found = read_symbol(word, C)
    assert found is not None
    chord = ChordSpan(onset_ticks=0, duration_ticks=1, root=found.root, quality=found.quality, bass=found.bass)
    assert chord.symbol == symbol


def test_numerals_in_minor_stand_on_the_natural_scale_and_the_leading_note():
    assert [name for name, _ in played("i | VI | bVI | VII | V7 | viidim | iv", key=A_MINOR)] == [
        "Am", "F", "G", "E7", "Abdim", "Dm",
    ]  # fmt: skip


def test_a_quality_that_lead_sheets_lack_becomes_the_nearest_with_a_remark():
    chart = read_chord_chart("C7b9 | Fmaj9 | C F G", beats_per_bar=4, key=C)
    assert chart.remarks == (
        "C7b9 is taken as 7",
        "Fmaj9 is taken as maj7",
        "3 chords in a bar of 4 beats last 2, 1, 1 of them",
    )


@settings(max_examples=100, deadline=None)
@given(
    root=st.integers(0, 11),
    bass=st.none() | st.integers(0, 11),
    quality=st.sampled_from(sorted(CHORD_INTERVALS)),
    key=st.builds(Key, tonic=st.sampled_from(TONICS), mode=st.sampled_from(("major", "minor"))),
)
def test_every_chord_that_is_written_is_read_back(root, bass, quality, key):
    chord = ChordSpan(
        onset_ticks=0, duration_ticks=960, root=root, quality=quality, bass=None if bass == root else bass
    )
    text = chart_text((chord,), key=key, bars=2, bar_ticks=1440)
    assert text == f"{chord_text(chord, key)}:2 N.C.:1 | N.C."
    assert read_chords(text, beats_per_bar=3, key=key) == (chord,)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no chord"),
        ("C | Cqq", "bar 2: 'Cqq' is not a chord: did you mean"),
        ("C | hello", "bar 2: 'hello'"),
        ("%", "repeats the bar before"),
        ("C | Am / F", "bar 2: 3 chords and slashes for 4 beats"),
        ("C D E F G | C", "5 chords do not share 4 beats"),
        ("C:3 G:2 |", "holds 5 beats"),
        ("C:x |", "says no beats"),
        ("C:1/3 G:11/3 |", "whole quarters"),
        ("C x9999", "512 bars"),
        ("C | " * 600, "512 bars"),
        ("C" * 300_000, "262,144"),
    ],
)
def test_a_chart_that_cannot_be_read_is_named_with_bar_symbol_and_remedy(text, words):
    with pytest.raises(MediaError, match=words):
        read_chords(text, beats_per_bar=4, key=C)


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(alphabet="ABCDEFGHIVivmajdinsu#b0123579/|:%x.+-°øΔ ()\n", max_size=40), beats=st.sampled_from((3, 4))
)
def test_any_text_is_a_chart_or_a_media_error(text, beats):
    with contextlib.suppress(MediaError):
        chart = read_chord_chart(text, beats_per_bar=beats, key=A_MINOR)
        ends = [c.onset_ticks + c.duration_ticks for c in chart.chords]
        assert all(end <= after.onset_ticks for end, after in zip(ends, chart.chords[1:], strict=False))
        assert not ends or ends[-1] <= chart.bars * beats * 480


@pytest.mark.parametrize(
    ("text", "form"),
    [
        (
            "intro 4, verse 8, chorus 8, bridge 4, outro 2",
            "intro 4 verse 8 chorus 8 bridge 4 outro 2",
        ),
        ("8 bars of verse; Verse 2: 8 -> Pre-Chorus (4) → Refrain 16", "verse 8 verse 8 prechorus 4 chorus 16"),
        ("verse, chorus x2\nsolo", "verse 8 chorus 8 chorus 8 interlude 4"),
        ("Intro - Verse 12 - Middle eight 8", "intro 4 verse 12 bridge 8"),
    ],
)
def test_forms_are_read_in_many_hands(text, form):
    assert " ".join(f"{section.role} {section.bars}" for section in read_form(text)) == form


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no section"),
        ("verse 33", "33 bars: a section has 1 to 32"),
        ("verse 0", "0 bars"),
        ("verse 2, chorus", "'verse 2: 8'"),
        ("vrese 8", "did you mean 'verse'"),
        ("AABA", "write a role"),
        ("verse 8 chorus 8", "by commas"),
        ("chorus x99", "1 to 24"),
        ("verse," * 25, "24 sections"),
        ("verse " + "9" * 300, "bars"),
        ("x" * 401, "400"),
    ],
)
def test_a_form_that_cannot_be_made_is_named_with_its_remedy(text, words):
    with pytest.raises(MediaError, match=words):
        read_form(text)


@settings(max_examples=100, deadline=None)
@given(text=st.text(alphabet="verschoubidg intpl0123456789x,:()->\n", max_size=60))
def test_any_text_is_a_form_or_a_media_error(text):
    with contextlib.suppress(MediaError):
        assert all(1 <= section.bars <= 32 for section in read_form(text))
