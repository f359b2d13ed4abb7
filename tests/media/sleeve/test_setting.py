from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.sleeve.faces import GARAMOND, GOTHIC, MINCHO, NASKH, SYNE, extent, face_for, width
from media.sleeve.setting import set_text


@pytest.mark.parametrize("title", ["The Light of the Evening", "A Song for the End of the Road", "Letters to the Sea"])
def test_no_line_ends_with_an_article(title):
    found = set_text(title, GARAMOND, 500, 900, largest=400, most_lines=2)
    assert len(found.lines) == 2
    assert found.lines[0].split()[-1].lower() not in ("the", "a", "of", "to", "for")


def test_a_title_breaks_after_its_colon():
    found = set_text("The Lighthouse: Songs of the Sea", GARAMOND, 700, 400, largest=180, most_lines=3)
    assert found.lines[0].endswith(":")


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=120), st.sampled_from([GARAMOND, GOTHIC])
)
def test_every_text_fits_its_box_and_loses_nothing(text, face):
    found = set_text(text, face, 900, 300, largest=180, most_lines=4)
    assert max(found.widths) <= 900
    assert 0 < found.size <= 180
    assert face.leading * found.size * (len(found.lines) - 1) + 0.72 * found.size <= 300 + 1e-6
    shown = text.upper() if face.capitals else text
    assert "".join(found.lines).replace("-", "") == "".join(shown.split()).replace("-", "")


def test_japanese_breaks_between_phrases_and_never_before_a_mark():
    found = set_text("海鳴りの記憶と夜明けの手紙、もういちどだけ", MINCHO, 700, 500, largest=128, most_lines=3)
    assert found.lines == ("海鳴りの記憶と", "夜明けの手紙、", "もういちどだけ")
    for length in range(3, 20):
        text = "あ" * length + "ー、。」" + "い" * 5
        lines = set_text(text, MINCHO, 500, 500, largest=128, most_lines=4).lines
        assert not any(line[0] in "ー、。」" for line in lines[1:])


def test_a_title_that_would_be_too_small_is_not_set():
    assert set_text("word " * 40, GARAMOND, 300, 200, largest=180, most_lines=3, smallest=50) is None


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Neon", "Syne"),
        ("Đường phố Ắng", "EB Garamond"),
        ("Жизнь", "EB Garamond"),
        ("海鳴り", "Shippori Mincho"),
        ("أغنية البحر", "Noto Naskh Arabic"),
        ("שירים", "Noto Sans Hebrew"),
    ],
)
def test_a_face_that_lacks_a_script_gives_way_to_one_that_has_it(text, family):
    assert face_for(text, SYNE).family == family


def test_letters_are_measured_with_their_accents_and_tails():
    assert extent("aco", GARAMOND)[1] < 0.03 < 0.2 < extent("gyp", GARAMOND)[1]
    assert extent("Ắ", GARAMOND)[0] > extent("A", GARAMOND)[0] + 0.2
    assert width("WW", GARAMOND) > 2 * width("ii", GARAMOND)
    assert width("بحر", NASKH) > 0
