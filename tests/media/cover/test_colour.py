from __future__ import annotations

from typing import get_args

import pytest

from media.cover.colour import contrast, hue_chroma, mix, oklch, readable_on
from media.cover.palette import hue_of, palette_of
from schemas.plan import TONICS, Key, Mood


def test_known_colours_come_out():
    assert oklch(1, 0, 0) == "#ffffff"
    assert oklch(0, 0, 0) == "#000000"
    assert oklch(0.628, 0.2577, 29.23) == "#ff0000"
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_a_colour_out_of_gamut_keeps_its_hue():
    hue, chroma = hue_chroma(oklch(0.7, 0.4, 150))
    assert hue == pytest.approx(150, abs=3)
    assert chroma < 0.4


@pytest.mark.parametrize("ground", ["#000000", "#ffffff", "#767676", "#ff0000", "#00ff00", "#0000ff"])
def test_a_colour_can_be_made_readable_on_any_ground(ground):
    assert contrast(readable_on(ground, mix(ground, "#808080", 0.1), 4.5), ground) >= 4.5


@pytest.mark.parametrize("mood", get_args(Mood))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_ink_is_readable_on_every_ground(mood, mode):
    for tonic in TONICS:
        for night in (False, True):
            palette = palette_of(Key(tonic=tonic, mode=mode), mood, night=night)
            assert contrast(palette.ink, palette.ground) >= 7
            assert palette.dark or not night


def test_neighbours_on_the_circle_of_fifths_have_neighbouring_hues():
    assert (hue_of(Key(tonic="G", mode="major")) - hue_of(Key(tonic="C", mode="major"))) % 360 == pytest.approx(30)
    assert (hue_of(Key(tonic="A", mode="minor")) - hue_of(Key(tonic="C", mode="major"))) % 360 == pytest.approx(20)
