import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sound.lrc import TimedLine, read_lrc, timed_lines, write_lrc
from schemas.audio import SyllableTime
from schemas.errors import MediaError
from tests.examples import lead_sheet

_WORD = st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp"), exclude_characters="\u2060"),
    min_size=1,
    max_size=12,
)


def times(lead):
    return tuple(
        SyllableTime(
            syllable=note.syllable,
            onset_s=note.onset_ticks * lead.seconds_per_tick,
            end_s=(note.onset_ticks + note.duration_ticks) * lead.seconds_per_tick,
            lead_s=0.05,
        )
        for note in lead.melody
    )


@st.composite
def timed(draw):
    lines, now = [], draw(st.integers(0, 900_000))
    for _ in range(draw(st.integers(1, 5))):
        words, start = [], now
        for text in draw(st.lists(_WORD, min_size=1, max_size=6)):
            words.append((now / 100, text))
            now += draw(st.integers(1, 300))
        lines.append(TimedLine(start / 100, now / 100, tuple(words)))
        now += draw(st.integers(1, 500))
    return tuple(lines)


@settings(deadline=None, max_examples=40)
@given(lines=timed(), title=_WORD)
def test_enhanced_lrc_gives_every_word_and_time_back(lines, title):
    back = read_lrc(write_lrc(title, "Nobody", "[ar:x]", 60.0, lines, enhanced=True))
    assert back.lines == lines
    assert back.tags["ti"] == title
    assert back.tags["al"] == "[ar:x]"


@settings(deadline=None, max_examples=40)
@given(lines=timed())
def test_plain_lrc_gives_every_line_back(lines):
    back = read_lrc(write_lrc("t", "a", "b", 60.0, lines)).lines
    assert [(line.start_s, line.text) for line in back] == [(line.start_s, line.text) for line in lines]


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=400))
def test_any_text_is_read_without_a_crash(text):
    read_lrc(text)
    read_lrc(write_lrc(text, text, text, 1.0, [TimedLine(0.0, 1.0, ((0.0, text),))], enhanced=True))


def test_the_lines_of_a_lead_sheet_are_timed_by_vowels():
    lead = lead_sheet()
    lines = timed_lines(lead, times(lead))
    assert [line.text for line in lines][:2] == ["the light upon the water", "it calls to me"]
    assert len(lines) == 8
    assert lines[0].start_s == pytest.approx(2 * 4 * 60 / 96)
    assert [text for _, _, text, _ in lines[0].syllables] == ["the", "light", "up", "on", "the", "wa", "ter"]
    assert [ends for *_, ends in lines[0].syllables] == [True, True, False, True, True, False, True]
    assert lines[0].end_s == pytest.approx(lines[0].syllables[-1][1])


def test_what_is_written_is_what_players_read():
    lead = lead_sheet()
    rows = write_lrc("Upon [the] Water", "A\nB", "C", 50.0, timed_lines(lead, times(lead)), enhanced=True).splitlines()
    assert rows[:4] == ["[ti:Upon [\u2060the] Water]", "[ar:A B]", "[al:C]", "[length:00:50]"]
    assert rows[5].startswith("[00:05.00]<00:05.00>the <00:05.62>light <00:06.25>upon")
    assert rows[5].endswith("<00:09.38>")


def test_times_that_do_not_fit_the_words_are_refused():
    lead = lead_sheet()
    sung = times(lead)
    with pytest.raises(MediaError, match="each needs one"):
        timed_lines(lead, sung[:-1])
    with pytest.raises(MediaError, match="backwards"):
        timed_lines(lead, (sung[0].replaced(onset_s=30.0), *sung[1:]))


def test_repeated_lines_offsets_and_byte_order_marks_of_other_writers_are_read():
    read = read_lrc("\ufeff[ti:X]\r\n[00:10.5][00:02.250]twice\r\nno time\r\n[00:05]\n")
    assert [(line.start_s, line.end_s, line.text) for line in read.lines] == [
        (2.25, 10.5, "twice"),
        (10.5, 14.5, "twice"),
    ]


def test_an_lrc_without_bounds_is_refused():
    for text in ("x" * 600_000, "[00:01.00]a\n" * 3000, "[00:01.00]" + "a " * 300):
        with pytest.raises(MediaError, match="limit is"):
            read_lrc(text)
    with pytest.raises(MediaError, match="limit is"):
        read_lrc("[00:01.00]" * 3000 + "a")
