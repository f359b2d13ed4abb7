from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from media.arrange.arrange import arrange_score
from media.notation.engrave import page_png
from media.notation.pictures import describe_music, piano_roll_svg, piano_roll_text, similarity_png, song_pictures
from media.notation.pictures.similarity import bar_likeness
from schemas.music import LeadSheet, Part, Score, ScoreNote
from schemas.plan import SectionSpan
from tests import examples
from tests.media.notation.sheets import hard_lead_sheet

_SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def song() -> tuple[Score, LeadSheet]:
    lead = examples.lead_sheet()
    return arrange_score(lead, examples.song_plan(), seed=1), lead


@pytest.fixture(scope="module")
def roll(song) -> bytes:
    return piano_roll_svg(*song)


def test_the_piano_roll_shows_every_sung_note_word_section_and_part(song, roll):
    score, lead = song
    root = ET.fromstring(roll)
    sung = [group for group in root.iter(f"{_SVG}g") if group.get("class") == "melody"]
    assert sum(len(group) for group in sung) == len(lead.melody)
    assert all(float(note.get("width")) > 10 for group in sung for note in group)
    words = [element.text for element in root.iter(f"{_SVG}text")]
    for section in lead.sections:
        assert section.name.upper() in words
    for part in score.parts:
        assert part.name in words
    assert [word for word in words if word in ("wa-", "ter")][:2] == ["wa-", "ter"]
    assert [word for word in words if word.isdecimal()] == [str(bar) for bar in range(1, lead.bars + 1)]


def test_the_piano_roll_is_light_or_dark_as_the_viewer_wishes_and_draws_without_a_browser(roll):
    svg = roll.decode()
    assert "@media (prefers-color-scheme: dark)" in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    picture = np.asarray(Image.open(io.BytesIO(page_png(svg, 400))).convert("RGB")).reshape(-1, 3)
    assert (picture == (0xB9, 0x3A, 0x0B)).all(axis=1).any()


def test_the_same_song_gives_the_same_pictures(song, roll):
    score, lead = song
    assert song_pictures(score, lead) == (roll, similarity_png(lead), describe_music(score, lead))


def test_titles_are_escaped_and_a_score_without_words_melody_or_sections_is_drawn(song):
    score, _ = song
    bare = score.replaced(
        title='<script>"&', sections=(), chords=(), parts=tuple(p for p in score.parts if p.role != "melody")
    )
    svg = piano_roll_svg(bare)
    assert b"<script>" not in svg
    assert ET.fromstring(svg).tag == f"{_SVG}svg"
    assert similarity_png(bare)[:4] == b"\x89PNG"


def test_pictures_of_a_very_long_song_stay_small(song):
    score, lead = song
    bars = 384
    spans = tuple(
        SectionSpan(name=f"verse {n}", role="verse", first_bar=32 * n, bars=32, energy=0.5) for n in range(12)
    )
    notes = tuple(ScoreNote(120 * place, 120, 40 + place % 40, 90) for place in range(bars * 16))
    parts = tuple(Part(name=f"part-{n}", role="chords", program=0, notes=notes) for n in range(7))
    long = score.replaced(sections=spans, parts=parts, chords=(), end_ticks=bars * 1920)
    svg = piano_roll_svg(long)
    assert len(svg) < 2_000_000
    assert b"not drawn" in svg
    size = Image.open(io.BytesIO(similarity_png(long))).size
    assert max(size) < 1_200


def test_a_bar_is_like_itself_and_like_its_repeat_and_silence_is_not_like_a_tune():
    lead = hard_lead_sheet()
    melody, harmony = bar_likeness(lead)
    assert melody.shape == harmony.shape == (lead.bars, lead.bars)
    assert np.allclose(np.diag(melody), 1)
    assert np.allclose(melody, melody.T)
    first, again = (s.first_bar for s in lead.sections if s.role == "chorus")
    assert melody[first + 2, again + 2] > 0.9
    assert harmony[first, again] > 0.9
    assert melody[0, first] == 0


def test_the_pictures_are_told_in_words(song):
    told = describe_music(*song)
    assert told.startswith("Upon the Water: 20 bars of 4/4 in D major at 96 bpm, 0:50.")
    assert "verse 1: A D G A D" in told
    assert "chorus (bars 11-18, energy 0.9)" in told
    assert len(told) <= 4_000
    assert "Nobody sings" in describe_music(song[0], song[1].replaced(melody=(), syllables=(), chords=()))


@pytest.mark.parametrize("width", [40, 80, 100, 200])
def test_the_terminal_roll_keeps_to_its_width(width):
    lead = hard_lead_sheet(beats=3)
    text = piano_roll_text(lead, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "CHORUS" in text
    assert text.count("█") >= len(lead.melody) * 0.9
