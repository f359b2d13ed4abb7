import pytest

from media.sound import fonts
from media.sound.fonts import find_font
from schemas.errors import MediaError


def test_the_bundled_font_is_found_and_is_a_sound_font():
    font = find_font("timgm6mb")
    assert font.path.read_bytes()[8:12] == b"sfbk"
    assert font.licence == "GPL-2.0"
    assert font.note == ""


def test_without_fluid_r3_the_bundled_font_stands_in_and_says_so(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "FLUID_R3", tmp_path / "missing.sf2")
    font = find_font()
    assert font.name == "TimGM6mb"
    assert "fluid-soundfont-gm" in font.note
    with pytest.raises(MediaError, match="install fluid-soundfont-gm"):
        find_font("fluidr3")


def test_fluid_r3_is_preferred_where_it_is(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "FLUID_R3", tmp_path / "FluidR3_GM.sf2")
    fonts.FLUID_R3.write_bytes(b"RIFF0000sfbk")
    assert find_font().name == "FluidR3_GM"
    assert find_font().licence == "MIT"


def test_a_file_that_is_no_sound_font_is_refused(tmp_path):
    wrong = tmp_path / "song.sf2"
    wrong.write_bytes(b"RIFF0000WAVE")
    with pytest.raises(MediaError, match="does not begin as a sound font"):
        find_font(str(wrong))
    with pytest.raises(MediaError, match="is not a file"):
        find_font(str(tmp_path / "none.sf2"))
