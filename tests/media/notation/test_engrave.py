from __future__ import annotations

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from media.notation.engrave import FOOTER, PAGE_HEIGHT, PAGE_WIDTH, EngravedSheet, engrave_lead_sheet
from media.notation.lettering import width
from media.notation.systems import LINE_MM, LYRIC_SIZE
from schemas.music import LeadSheet, MelodyNote, SungSyllable
from schemas.plan import SectionSpan
from tests import examples
from tests.media.notation.sheets import hard_lead_sheet

_SVG = "{http://www.w3.org/2000/svg}"


@cache
def hard_sheet() -> EngravedSheet:
    return engrave_lead_sheet(hard_lead_sheet(tonic="Eb"), artist="Ada & the <Larks>", credits="Words: a person")


def texts(page: bytes) -> list[ET.Element]:
    return list(ET.fromstring(page).iter(f"{_SVG}text"))


def dense_sheet(syllables: int) -> LeadSheet:
    """Eight bars of even notes under long words."""
    step = 1920 * 2 // syllables // 120 * 120
    onsets = [line * 3840 + place * step for line in range(4) for place in range(syllables)]
    melody = tuple(
        MelodyNote(onset_ticks=tick, duration_ticks=step, pitch=60 + number % 12, syllable=number)
        for number, tick in enumerate(onsets)
    )
    words = tuple(
        SungSyllable(
            text="through",
            phones=("UW",),
            stress=1,
            section=0,
            line=number // syllables,
            word=number % syllables,
            word_text="through",
            ends_word=True,
        )
        for number in range(len(onsets))
    )
    section = SectionSpan(name="verse 1", role="verse", first_bar=0, bars=8, energy=0.5, words="v", melody="v")
    return examples.lead_sheet().replaced(sections=(section,), melody=melody, syllables=words, chords=())


def short_lines(line: str) -> LeadSheet:
    """Four bars in C that have the same line of eighth notes each; hyphens part syllables."""
    syllables = [(word, part) for word in line.split() for part in word.split("-")]
    melody = tuple(
        MelodyNote(
            onset_ticks=bar * 1920 + place * 240,
            duration_ticks=240,
            pitch=(60, 62, 64, 65, 67, 69, 71)[place],
            syllable=number,
        )
        for number, (bar, place) in enumerate((bar, place) for bar in range(4) for place in range(len(syllables)))
    )
    words = tuple(
        SungSyllable(
            text=part,
            phones=("UW",),
            stress=1,
            section=0,
            line=bar,
            word=place,
            word_text=word.replace("-", ""),
            ends_word=word.endswith(part),
        )
        for bar in range(4)
        for place, (word, part) in enumerate(syllables)
    )
    section = SectionSpan(
        name="chorus", role="chorus", first_bar=0, bars=4, energy=0.5, words="v", melody="v", line_bars=1
    )
    lead = examples.lead_sheet()
    key = lead.key.replaced(tonic="C")
    return lead.replaced(key=key, sections=(section,), melody=melody, syllables=words, chords=())


def word_rows(lead: LeadSheet) -> list[list[tuple[float, str]]]:
    """The places and letters of the words on each system of the first page."""
    found: list[list[tuple[float, str]]] = []
    for group in ET.fromstring(engrave_lead_sheet(lead, artist="A").pages[0]).iter(f"{_SVG}g"):
        if group.get("class") == "music":
            words = [t for t in group.iter(f"{_SVG}text") if t.get("font-size") == str(LYRIC_SIZE)]
            found.append(sorted((float(t.get("x", 0)), t.text or "") for t in words))
    return found


def test_title_artist_words_and_chords_are_on_the_pages():
    sheet = hard_sheet()
    found = ["".join(text.itertext()) for page in sheet.pages for text in texts(page)]
    assert "Seven Lanterns on the Water" in found
    assert "Ada & the <Larks>" in found
    assert found.count(FOOTER) == len(sheet.pages) == 2
    assert {"INTRO", "VERSE 1", "CHORUS", "VERSE 2", "OUTRO"} <= set(found)
    assert [word for word in found if word in ("lan", "terns", "foam")].count("terns") == 2
    assert sheet.pages[0].count(b'class="sign"') > 8


def test_all_pages_are_one_pdf_and_the_first_a_picture():
    import io

    from PIL import Image

    sheet = hard_sheet()
    assert sheet.pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", sheet.pdf)) == 2
    assert b"CreationDate" not in sheet.pdf
    picture = Image.open(io.BytesIO(sheet.first_page_png)).convert("L")
    assert picture.size == (1240, 1754)
    edges = [picture.crop(box) for box in ((0, 0, 1240, 60), (0, 0, 60, 1754), (1180, 0, 1240, 1754))]
    assert all(edge.getextrema() == (255, 255) for edge in edges)
    assert 0.01 < sum(picture.histogram()[:128]) / (1240 * 1754) < 0.2


def test_slashes_lie_on_the_staff_of_every_voice():
    heights = set()
    for down in (0, 9, 18):
        lead = examples.lead_sheet()
        low = lead.replaced(melody=tuple(note.replaced(pitch=note.pitch - down) for note in lead.melody))
        page = engrave_lead_sheet(low, artist="A").pages[0].decode()
        first = page[page.index('class="music"') :]
        staff = int(re.findall(r'd="M\d+ (\d+) L', first)[0])
        slash = re.findall(r'href="#E10[0-9]" transform="translate\(\d+, (\d+)\)', first)
        heights.add(int(slash[0]) - staff)
    assert heights == {344}


def test_a_symbol_is_written_once_and_with_real_flats():
    lead = examples.lead_sheet()
    chords = tuple(c.replaced(quality=q) for c, q in zip(lead.chords, ("add9", "m7b5") * 10, strict=True))
    page = engrave_lead_sheet(lead.replaced(chords=chords), artist="A").pages[0].decode()
    assert ">Dadd9<" in page
    assert "(add9)" not in page
    assert "7b5" not in page
    assert 'class="sign"' in page


def test_pages_carry_their_fonts_and_fetch_nothing():
    for page in hard_sheet().pages:
        text = page.decode()
        assert text.count("@font-face") == 3
        assert set(re.findall(r"(?:href|src)[=:]\s*[\"']?(?:url\()?([a-z]+:|#)", text)) <= {"#", "data:"}
        assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_another_process_makes_the_same_bytes():
    code = (
        "import hashlib; from media.notation.engrave import engrave_lead_sheet as e;"
        "from tests import examples; s = e(examples.lead_sheet(), artist='A');"
        "print(hashlib.sha256(b''.join(s.pages) + s.pdf + s.first_page_png).hexdigest())"
    )
    root = Path(__file__).parents[3]
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin", "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(found) == 1


@pytest.mark.parametrize("syllables", [8, 16])
def test_words_under_crowded_notes_do_not_run_into_each_other(syllables):
    for page in engrave_lead_sheet(dense_sheet(syllables), artist="A").pages:
        rows: dict[str, list[float]] = {}
        for text in texts(page):
            if text.text == "through":
                rows.setdefault(text.get("y", ""), []).append(float(text.get("x", 0)))
        assert rows
        for xs in rows.values():
            assert all(b - a > width("through", "serif", LYRIC_SIZE) for a, b in pairwise(sorted(xs)))
            assert max(xs) + width("through", "serif", LYRIC_SIZE) < PAGE_WIDTH - 3_000


@pytest.mark.parametrize(
    ("line", "syllables"),
    [
        ("Don't go a-way", [16]),
        ("One day I was lost at sea", [14, 14]),
        ("ra-ther ga-ther fea-thers now", [14, 14]),
    ],
)
def test_four_bars_of_words_share_a_system_or_two_alike_and_keep_spaces_between_them(line, syllables):
    rows = word_rows(short_lines(line))
    assert [len(row) for row in rows] == syllables
    for row in rows:
        for (x, word), (after, _) in pairwise(row):
            assert after - x - width(word, "serif", LYRIC_SIZE) > LYRIC_SIZE / 4


def test_apostrophes_are_curled():
    sheet = engrave_lead_sheet(short_lines("Don't go").replaced(title="I'll Be"), artist="O'Neil")
    found = {text.text for text in texts(sheet.pages[0])}
    assert {"Don’t", "I’ll Be", "O’Neil"} <= found


def test_a_section_name_stands_clear_of_the_chords_and_notes_below_it():
    for lead in (hard_lead_sheet(), hard_lead_sheet(tonic="B").replaced(chords=())):
        for page in engrave_lead_sheet(lead, artist="A").pages:
            root = ET.fromstring(page)
            names = [float(t.get("y", 0)) for t in root.iter(f"{_SVG}text") if t.get("letter-spacing")]
            tops = []
            for group in root.iter(f"{_SVG}g"):
                if group.get("class") == "music":
                    down = float(group.get("transform", "").split(",")[1].rstrip(")"))
                    symbols = [t for t in group.iter(f"{_SVG}text") if "Jost" in t.get("font-family", "")]
                    heads = [use.get("transform", "") for use in group.iter(f"{_SVG}use")]
                    tops += [down + float(t.get("y", 0)) - 290 for t in symbols]
                    tops += [down + float(re.findall(r"-?[\d.]+", head)[1]) - 90 for head in heads]
            assert names
            assert all(not y - 60 < top < y for top in tops for y in names)


def test_two_bars_for_the_band_take_half_a_line():
    systems = [
        group for group in ET.fromstring(hard_sheet().pages[-1]).iter(f"{_SVG}g") if group.get("class") == "music"
    ]
    ends = [max(float(x) for x in re.findall(r"L(\d+) ", ET.tostring(group).decode())) for group in systems]
    assert ends[-1] == pytest.approx(LINE_MM * 50, abs=60)
    assert all(end == pytest.approx(LINE_MM * 100, abs=60) for end in ends[:-1])


def test_nothing_is_drawn_outside_the_page():
    for page in hard_sheet().pages:
        for group in ET.fromstring(page).iter(f"{_SVG}g"):
            if group.get("class") == "music":
                down = float(group.get("transform", "").split(",")[1].rstrip(")"))
                places = [(float(t.get("x", 0)), float(t.get("y", 0)) + down) for t in group.iter(f"{_SVG}text")]
                assert all(0 <= x < PAGE_WIDTH - 3_200 and 1_000 < y < PAGE_HEIGHT - 1_500 for x, y in places)


@pytest.mark.parametrize(
    "lead",
    [
        examples.lead_sheet().replaced(melody=(), syllables=()),
        examples.lead_sheet().replaced(chords=(), swing=0.3),
        examples.lead_sheet().replaced(title="שיר של אור 🎵 " + "Wide " * 18),
        hard_lead_sheet(tonic="F#", mode="minor", beats=3, choruses=5),
    ],
    ids=["instrumental", "no chords", "a wide title", "five verses in three"],
)
def test_awkward_songs_are_engraved(lead):
    sheet = engrave_lead_sheet(lead, artist="Somebody " * 12)
    assert sheet.pdf.startswith(b"%PDF-")
    assert sheet.first_page_png.startswith(b"\x89PNG")
