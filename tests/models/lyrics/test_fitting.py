from __future__ import annotations

import pytest

from models.lyrics.fitting import check_user_lyrics, fit_user_lyrics
from models.lyrics.measuring import measure
from schemas.errors import BriefError
from tests.models.lyrics.tiny import song_plan

SONG = """[Verse 1]
We folded boats from yesterday
And set them on the stream

[Chorus]
Carry me down
Past the lights of the town

[Verse 2]
Now I am older than the trees
That held us in the shade
"""


def test_sections_are_read_by_tag_and_the_chorus_comes_back():
    assert [section.role for section in check_user_lyrics(SONG)] == ["verse", "chorus", "verse", "chorus"]


def test_the_plan_takes_the_shape_of_the_words():
    plan, lyrics = fit_user_lyrics(SONG, song_plan())
    assert [section.name for section in plan.sections] == ["intro", "verse 1", "chorus", "verse 2", "chorus, time 2"]
    assert [line.syllables for line in plan.sections[1].lines] == [8, 6]
    assert plan.sections[1].melody == plan.sections[3].melody == "verse"
    assert plan.sections[2].lines[0].rhyme == plan.sections[2].lines[1].rhyme == "A"
    assert [section.name for section in lyrics.sections] == ["verse 1", "chorus", "verse 2"]
    assert lyrics.written_by == "user"
    assert lyrics.title == "Carry Me Down"
    figures = measure(lyrics, plan)
    assert figures.syllable_fit == figures.stress_match == figures.rhyme_kept == 1.0
    assert "\n".join(line.text for line in lyrics.section("verse 1").lines) in SONG


def test_a_verse_of_another_shape_gets_a_melody_of_its_own():
    plan, _ = fit_user_lyrics(SONG.replace("in the shade", "in the long green shade"), song_plan())
    assert plan.sections[3].melody == "verse 2"


def test_stanzas_without_tags_are_verses_and_what_returns_is_the_chorus():
    text = "One day I left\nwith an empty hand\n\nSing to me\n\nTwo days I slept\nin the golden sand\n\nSing to me\n"
    assert [section.role for section in check_user_lyrics(text)] == ["verse", "chorus", "verse", "chorus"]


def test_a_tag_alone_brings_its_section_back():
    sections = check_user_lyrics("[Chorus]\nSing to me\n[Verse]\nI went away\n[Chorus]\n")
    assert [section.text for section in sections] == ["sing to me", "i went away", "sing to me"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no words"),
        ("[Verse]\n[Chorus]\n", "no words"),
        ("la " * 17, r"line 1 .*17 syllables, a line holds 1 to 16: break it in two"),
        ("[Verse]\n" + "hello\n" * 17, r"line 2: the section has 17 lines, at most 16"),
        ("[Solo]\nhello\n", r"line 1: the section tag 'Solo' is unknown"),
        ("hello\n" * 2000, "at most 8000"),
        ("\n\n".join(f"stanza {n}" for n in range(30)), "at most 20"),
    ],
)
def test_what_cannot_be_sung_is_refused_with_the_remedy(text, said):
    with pytest.raises(BriefError, match=said):
        check_user_lyrics(text)


def test_long_sections_take_fewer_bars_a_line():
    plan, _ = fit_user_lyrics("[Verse]\n" + "\n".join(f"line {n}" for n in range(16)), song_plan())
    assert plan.sections[1].bars <= 32
