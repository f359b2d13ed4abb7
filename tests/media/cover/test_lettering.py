from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.cover.lettering import FRAUNCES, GOTHIC, JOST, drawable, fit, measure
from media.cover.svg import Drawing, number
from media.fonts import FONT_FOLDER


def test_the_bundled_fonts_have_their_licences_beside_them():
    fonts, licences = list(FONT_FOLDER.glob("*.ttf")), list(FONT_FOLDER.glob("OFL-*.txt"))
    assert len(fonts) >= 6
    assert all(any(font.name.startswith(each.stem.removeprefix("OFL-")) for each in licences) for font in fonts)
    assert sum(font.stat().st_size for font in fonts) <= 4_000_000
    readme = (FONT_FOLDER / "README.md").read_text()
    assert all(font.stem in readme for font in fonts)


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=120), st.sampled_from([FRAUNCES, GOTHIC, JOST])
)
def test_every_text_fits_its_box(text, face):
    fitted = fit(text, face, 900, 300, largest_px=180, most_lines=4)
    assert fitted.width_px <= 900
    assert fitted.height_px <= 300
    assert fitted.size_px <= 180


def test_lines_are_broken_to_like_lengths_and_lose_no_word():
    fitted = fit("what the river said about my father", JOST, 700, 500, largest_px=150, most_lines=4)
    assert " ".join(fitted.lines) == "what the river said about my father"
    widths = [measure(line, JOST) for line in fitted.lines]
    assert len(widths) > 1
    assert min(widths) > 0.5 * max(widths)


def test_an_accent_no_font_has_falls_back_to_its_letter():
    found = drawable("Z̷a", instead="x")
    assert found.text.startswith("Z")


def test_typewriter_apostrophes_are_curled():
    assert drawable("Keeper's", instead="x").text == "Keeper’s"


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (-0.001, "0"), (1.005, "1"), (12.3456, "12.35"), (-3.5, "-3.5")]
)
def test_numbers_in_a_drawing_are_short(value, text):
    assert number(value) == text


def test_text_in_a_drawing_cannot_leave_its_element():
    drawing = Drawing(10, 10)
    drawing.text("</text><script/>&\x00", 0, 0, fill='"><script/>')
    assert "<script" not in drawing.to_svg()
    assert "\x00" not in drawing.to_svg()
