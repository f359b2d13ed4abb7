from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.film.subtitles.cues import Cue, cues_of, visible
from media.film.subtitles.files import write_srt, write_vtt
from media.film.subtitles.syllables import karaoke_spans, sung_pieces
from media.sound.lrc import TimedLine
from schemas.errors import MediaError
from tests.media.film.films import sung


@st.composite
def songs(draw):
    lines = []
    for _ in range(draw(st.integers(0, 6))):
        words = draw(st.lists(st.lists(st.text("abé夜'{", min_size=1, max_size=4), min_size=1, max_size=3), max_size=5))
        start = draw(st.floats(0, 30))
        lines.append(sung(start, *words, syllable_s=draw(st.floats(0.01, 1.0))))
    return lines


@settings(deadline=None, max_examples=60)
@given(lines=songs(), duration_s=st.floats(0.5, 40), from_s=st.floats(0, 20))
def test_no_two_lines_are_ever_seen_at_once(lines, duration_s, from_s):
    cues = cues_of(lines, duration_s=duration_s, from_s=from_s)
    assert all(0 <= cue.start_s < cue.end_s <= duration_s for cue in cues)
    assert all(before.end_s <= after.start_s for before, after in pairwise(cues))


def test_a_line_comes_before_it_is_sung_and_goes_after():
    first, second = cues_of([sung(2.0, ("one",)), sung(8.0, ("two",))], duration_s=20.0)
    assert (first.start_s, first.end_s) == pytest.approx((1.2, 2.85))
    assert (second.start_s, second.end_s) == pytest.approx((7.2, 8.85))


def test_lines_close_together_share_what_lies_between():
    first, second = cues_of([sung(2.0, ("one",), syllable_s=1.0), sung(3.7, ("two",))], duration_s=20.0)
    assert first.end_s == second.start_s == pytest.approx(3.3)


def test_a_line_sung_into_another_gives_way_when_that_begins():
    first, second = cues_of([sung(2.0, ("one",), syllable_s=3.0), sung(4.0, ("two",))], duration_s=20.0)
    assert first.end_s == second.start_s == 4.0


def test_lines_without_words_and_outside_the_film_are_not_shown():
    lines = [sung(1.0, ("\u200b",)), sung(2.0, ("seen",)), sung(50.0, ("late",))]
    assert [cue.text for cue in cues_of(lines, duration_s=10.0)] == ["seen"]
    assert cues_of(lines, duration_s=10.0, from_s=10.0) == ()


def test_too_many_lines_and_times_that_are_none_are_refused():
    with pytest.raises(MediaError, match="at most 2000"):
        cues_of([sung(1.0, ("a",))] * 2001, duration_s=10.0)
    with pytest.raises(MediaError, match="no number of seconds"):
        cues_of([TimedLine(float("nan"), 2.0, ((1.0, "a"),))], duration_s=10.0)


@settings(deadline=None, max_examples=80)
@given(lines=songs())
def test_the_fill_of_a_line_never_drifts_from_its_syllables(lines):
    for line in lines:
        pieces, start_s = sung_pieces(line), round(line.start_s * 100) / 100
        now = round(start_s * 100)
        for piece, (rest, lasts) in zip(pieces, karaoke_spans(pieces, start_s), strict=True):
            assert rest >= 0
            assert lasts >= 0
            assert abs(now + rest - 100 * piece.start_s) <= 0.5 + 1e-6
            now += rest + lasts
            assert abs(now - 100 * piece.end_s) <= 0.5 + 1e-6


@settings(deadline=None, max_examples=60)
@given(lines=songs())
def test_syllables_spell_the_line_as_it_is_written(lines):
    for line in lines:
        assert "".join(piece.text for piece in sung_pieces(line)) == line.text


def test_a_word_keeps_its_spelling_where_syllables_lack_it():
    line = TimedLine(
        0.0,
        1.0,
        ((0.0, "“Lone-ly,”"), (0.6, "don't")),
        ((0, 0.3, "lone", False), (0.3, 0.6, "ly", True), (0.6, 1, "dont", True)),
    )
    assert [piece.text for piece in sung_pieces(line)] == ["“Lone-", "ly,” ", "don't"]


def test_words_of_a_line_without_times_of_their_own_turn_at_once():
    line = TimedLine(1.0, 3.0, ((1.0, "all"), (1.0, "at"), (1.0, "once")))
    assert karaoke_spans(sung_pieces(line), 0.5) == [(50, 0), (0, 0), (0, 0)]


def test_subtitle_files_say_what_players_read():
    cues = cues_of([sung(2.0, ("wa", "ter"), ("<i>",)), sung(8.0, ("a&b",), ("-->",), ("{\\an8}",))], duration_s=3700.0)
    srt = write_srt(cues).splitlines()
    assert srt[:3] == ["1", "00:00:01,200 --> 00:00:03,350", "water <\u2060i>"]
    assert srt[6] == "a&b --\u2060> {\u2060\\\u2060an8}"
    vtt = write_vtt(cues, language="en").splitlines()
    assert vtt[:2] == ["WEBVTT", "Language: en"]
    assert vtt[3:5] == ["00:00:01.200 --> 00:00:03.350", "<00:00:02.000>water <00:00:02.500>&lt;i&gt;"]
    assert vtt[7] == "<00:00:08.000>a&amp;b <00:00:08.250>--&gt; <00:00:08.500>{\\an8}"


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=60))
def test_no_text_breaks_out_of_its_cue(text):
    cue = Cue(1.0, 2.0, TimedLine(1.0, 2.0, ((1.0, text),)))
    assert len(write_vtt([cue]).split("\n")) == 5
    assert len(write_srt([cue]).split("\n")) == 4
    assert "-->" not in write_srt([cue]).split("\n")[2]
    assert visible(visible(text)) == visible(text)
