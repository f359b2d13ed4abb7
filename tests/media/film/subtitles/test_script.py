import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from media.film.probing import frames_of
from media.film.reels import write_reel
from media.film.subtitles import faces
from media.film.subtitles.cards import CreditsCard, TitleCard
from media.film.subtitles.cues import UNSEEN, Cue, cues_of
from media.film.subtitles.events import spoken
from media.film.subtitles.script import Lettering, write_ass
from media.fonts import FONT_FOLDER
from media.sound.lrc import TimedLine
from schemas.errors import MediaError
from tests.media.film.films import sung

SIZE = (320, 180)
HOSTILE = r"{\an8\fs90\p1}m 0 0 <b>x</b> \N \n \h a\b {} \{ 'q': \"=;#,%\\"
_TEXT = st.text(st.one_of(st.sampled_from("{}\\NnhprT(),&%:;#='\"<>\n\r\t "), st.characters()), max_size=40)


def read_by_a_player(text):
    """What libass makes of an event's text: what is seen, and the tags and breaks it obeys."""
    seen, obeyed, at = [], [], 0
    while at < len(text):
        pair = text[at : at + 2]
        if pair in (r"\N", r"\n", r"\h"):
            obeyed.append(pair)
            at += 2
        elif pair in (r"\{", r"\}"):
            seen.append(pair[1])
            at += 2
        elif text[at] == "{" and "}" in text[at:]:
            end = text.index("}", at)
            obeyed.append(text[at : end + 1])
            at = end + 1
        else:
            seen.append(text[at])
            at += 1
    return "".join(seen).replace("\u2060", ""), obeyed


def events_of(script):
    return [row.split(",", 9) for row in script.splitlines() if row.startswith("Dialogue:")]


@settings(deadline=None, max_examples=200)
@given(_TEXT)
def test_no_text_is_ever_a_tag_or_a_break(text):
    seen, obeyed = read_by_a_player(spoken(text))
    assert obeyed == []
    assert seen == UNSEEN.sub(" ", text)
    assert "\n" not in spoken(text)


@settings(deadline=None, max_examples=60)
@given(words=st.lists(_TEXT, min_size=1, max_size=6), title=_TEXT, credit=_TEXT)
def test_a_script_has_only_the_events_and_tags_of_ours(words, title, credit):
    line = sung(1.0, *((word,) for word in words))
    cues = cues_of([line], duration_s=60.0)
    script = write_ass(
        SIZE, words=cues, title=TitleCard(title, title, 0, 2), credits=CreditsCard((credit, title), 50, 60)
    )
    ours = re.compile(r"\{(\\(fad\(\d+,\d+\)|fn[A-Za-z ]+|fs[\d.]+|kf?\d+|an\d|pos\([\d.]+,[\d.]+\)|1a&H..&|p[01]))+\}")
    rows = events_of(script)
    assert len(script.split("[Events]\n")[1].splitlines()) == len(rows) + 1
    assert len(rows) <= 4
    for row in rows:
        obeyed = read_by_a_player(row[9])[1]
        assert all(tag == r"\N" or ours.fullmatch(tag) for tag in obeyed)
    for row, cue in zip([row for row in rows if row[3] == "Words"], cues, strict=True):
        assert read_by_a_player(row[9])[0].replace(" ", "") == cue.text.replace(" ", "")


def _frame(path, script, tmp_path, at_s=1.0, size=SIZE):
    (tmp_path / "words.ass").write_text(script, encoding="utf-8")
    grey = np.full((3, size[1], size[0]), 90, np.uint8)
    write_reel(
        path,
        [grey],
        in_size=size,
        out_size=size,
        fps=24,
        crf=1,
        subtitles=tmp_path / "words.ass",
        first_frame=round(at_s * 24),
    )
    return frames_of(path, 0, 1)[0]


_PLAIN_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: 384
PlayResY: 288
ScaledBorderAndShadow: yes
YCbCr Matrix: None

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, \
StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,Arial,16,&Hffffff,&Hffffff,&H0,&H0,0,0,0,0,100,100,0,0,1,1,0,2,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def _drawn(folder, name, content):
    (folder / name).write_text(content, encoding="utf-8")
    grey = ["-f", "lavfi", "-i", "color=gray:s=384x288:d=1:r=4", "-vf", f"subtitles={name}", "-frames:v", "1"]
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-ss", "0", *grey, "-f", "rawvideo", "-"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout


def test_a_hostile_line_is_drawn_as_its_letters_alone(tmp_path):
    """ffmpeg's own reader of WebVTT escapes text in another way: both must come to the same picture."""
    letters = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    theirs = _drawn(tmp_path, "a.vtt", f"WEBVTT\n\n00:00.000 --> 00:09.000\n{letters}\n")
    ours = _drawn(
        tmp_path, "a.ass", f"{_PLAIN_HEAD}Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,{spoken(HOSTILE)}\n"
    )
    tagged = _drawn(tmp_path, "b.ass", f"{_PLAIN_HEAD}Dialogue: 0,0:00:00.00,0:00:09.00,Default,,0,0,0,,{HOSTILE}\n")
    assert ours == theirs
    assert ours != tagged


@pytest.mark.parametrize("face", [one for one in vars(faces).values() if isinstance(one, faces.Face)])
def test_each_face_bears_the_name_it_is_asked_for_by(face):
    with TTFont(FONT_FOLDER / face.file, lazy=True) as font:
        assert face.name in (font["name"].getDebugName(1), font["name"].getDebugName(4))


@pytest.mark.parametrize("text", ["夜の星", "שלום", "Ωλ", "при"])
def test_letters_of_other_scripts_are_seen(tmp_path, text):
    cue = Cue(0.0, 3.0, sung(2.0, (text,)))
    empty = _frame(tmp_path / "a.mp4", write_ass(SIZE), tmp_path)
    drawn = _frame(tmp_path / "b.mp4", write_ass(SIZE, words=[cue]), tmp_path)
    bright = drawn.min(0) > 140
    assert bright.sum() > 8 * len(text)
    assert not (empty.min(0) > 140).any()


@pytest.mark.parametrize("size", [(320, 180), (180, 320), (200, 200), (96, 54)])
@pytest.mark.parametrize(
    "text",
    [
        "short",
        "a line of words that goes on and on for ever and does not know where it should come to its end",
        "W" * 90,
        "静" * 40,
    ],
)
def test_lines_stay_within_the_safe_middle(tmp_path, size, text):
    cue = Cue(0.0, 3.0, sung(0.0, *((word,) for word in text.split()), syllable_s=0.02))
    drawn = _frame(tmp_path / "a.mp4", write_ass(size, words=[cue]), tmp_path, size=size)
    rows, columns = np.nonzero(np.abs(drawn.astype(int) - 90).max(0) > 40)
    assert columns.min() >= 0.04 * size[0]
    assert columns.max() <= 0.96 * size[0]
    assert rows.max() <= (0.8 if size[1] > size[0] else 0.96) * size[1]
    assert rows.min() >= 0.15 * size[1]


def test_a_line_across_two_reels_goes_on_where_it_was(tmp_path):
    cue = Cue(0.0, 3.0, sung(0.5, ("mmm", "mmm"), ("mmm",), ("mmm", "mmm"), syllable_s=0.4))
    script = write_ass(SIZE, words=[cue])
    whole = tmp_path / "words.ass"
    whole.write_text(script)
    grey = [np.full((3, SIZE[1], SIZE[0]), 90, np.uint8)] * 24
    more = {"in_size": SIZE, "out_size": SIZE, "fps": 12, "crf": 1, "subtitles": whole}
    write_reel(tmp_path / "all.mp4", grey, **more)
    whole.write_text(write_ass(SIZE, words=[cue], from_s=1.0, to_s=2.0))
    write_reel(tmp_path / "second.mp4", grey[12:], **more, first_frame=12)
    apart = frames_of(tmp_path / "second.mp4", 0, 12).astype(int) - frames_of(tmp_path / "all.mp4", 12, 12)
    assert np.abs(apart).mean() < 0.5
    assert np.abs(apart).max() < 40


def test_a_script_cut_to_a_reel_holds_what_is_seen_in_it_alone():
    cues = cues_of([sung(1.0, ("one",)), sung(5.0, ("two",)), sung(9.0, ("three",))], duration_s=20.0)
    title, credits = TitleCard("T", "A", 0.0, 2.0), CreditsCard(("made by AI",), 15.0, 20.0)
    everything = write_ass(SIZE, words=cues, title=title, credits=credits)
    middle = write_ass(SIZE, words=cues, title=title, credits=credits, from_s=4.9, to_s=8.0)
    assert [row[3] for row in events_of(everything)] == ["Words", "Words", "Words", "Title", "Shade", "Credits"]
    assert [read_by_a_player(row[9])[0] for row in events_of(middle)] == ["two"]
    assert events_of(middle)[0] in events_of(everything)


def test_all_credits_and_the_whole_title_lie_in_the_frame(tmp_path):
    lines = tuple(
        f"Line {number}: a person, a machine, a licence and what else there is to say" for number in range(24)
    )
    script = write_ass(SIZE, credits=CreditsCard(lines, 0.0, 9.0), title=None)
    drawn = _frame(tmp_path / "a.mp4", script, tmp_path, at_s=4.0)
    rows, columns = np.nonzero(drawn.min(0) > 150)
    assert rows.min() > 0.03 * SIZE[1]
    assert rows.max() < 0.9 * SIZE[1]
    assert columns.min() > 0.04 * SIZE[0]
    drawn = _frame(tmp_path / "b.mp4", write_ass(SIZE, title=TitleCard("Wide " * 30, "Who " * 30, 0, 9)), tmp_path, 4.0)
    rows, columns = np.nonzero(drawn.min(0) > 150)
    assert columns.min() > 0.04 * SIZE[0]
    assert rows.max() < 0.8 * SIZE[1]


def test_what_cannot_be_set_is_refused_in_words():
    with pytest.raises(MediaError, match="16 to 8192"):
        write_ass((8, 8))
    with pytest.raises(MediaError, match="'#rrggbb'"):
        write_ass(SIZE, lettering=Lettering(sung="red"))
    with pytest.raises(MediaError, match="at most 24"):
        write_ass(SIZE, credits=CreditsCard(("a",) * 25, 0, 1))


def test_a_line_read_from_a_plain_file_is_shown_too():
    line = TimedLine(1.0, 3.0, ((1.0, "all"), (1.0, "at"), (1.0, "once")))
    (row,) = events_of(write_ass(SIZE, words=cues_of([line], duration_s=9.0)))
    assert read_by_a_player(row[9])[0] == "all at once"
