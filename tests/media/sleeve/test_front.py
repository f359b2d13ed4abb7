from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest

from media.cover.colour import luminance, luminances
from media.sleeve.front import letter_front, letter_picture
from media.sleeve.ground import MEASURED_PX, scaled_to
from media.sleeve.ink import LEAST_CONTRAST, against, spread_of_light
from media.sleeve.layer import rendered, words_drawing
from media.sleeve.lettered import _masks
from media.sleeve.treatments import TREATMENTS
from schemas.errors import MediaError
from tests.media.sleeve.pictures import HARD, flat, landscape, slope, stripes

LONG = "What the River Said About My Father on the Night That the Lighthouse Went Out and Nobody Came to Ask Why It Had"
PRINT = ("C minor · 92 bpm · 9 songs", "AI-generated")


def front(picture=None, title="Salt and Lantern Light", artist="Mirelle & the Hours", **wanted):
    wanted = {"small_print": PRINT, "size_px": 300, "seed": 1, **wanted}
    return letter_front(landscape() if picture is None else picture, title=title, artist=artist, **wanted)


def digest():
    found = front(seed=5)
    return hashlib.sha256(found.pixels.tobytes() + found.words_svg).hexdigest()


def contrast_found(lettered, picture):
    """The contrast of each role measured again: on the finished picture, with its letters taken off by masks."""
    files: tuple[str, ...] = ()
    setting = lettered.inked.setting
    small = scaled_to(lettered.pixels, MEASURED_PX)
    masks = _masks(setting, lettered.sheet, small.shape[1], files)
    layer = rendered(_drawing(lettered), (0, small.shape[0]), small.shape[1], small.shape[1] / lettered.sheet.wide)
    bare = layer[..., 3] == 0
    found = {}
    for role, mask in masks.items():
        light = luminances(small[mask & bare])
        if light.size:
            found[role] = against(*spread_of_light(light), luminance(lettered.inked.inks[role]))
    return found


def _drawing(lettered):
    return words_drawing(lettered.sheet, replace(lettered.inked.setting, plate=None), lettered.inked.inks)


@pytest.mark.parametrize("name", sorted(HARD))
def test_words_keep_their_contrast_on_hard_pictures(name):
    found = front(HARD[name])
    assert found.title_contrast >= LEAST_CONTRAST
    assert found.least_contrast >= LEAST_CONTRAST


@pytest.mark.parametrize(("place", "treatment"), list(enumerate(sorted(TREATMENTS))))
def test_every_treatment_keeps_contrast_and_margins_and_the_disclosure(place, treatment):
    title = {"quiet_serif": LONG, "edge": "海鳴りの記憶", "obi": "海鳴りの記憶"}.get(treatment, "Jagged")
    found = front((landscape(), stripes())[place % 2], title, treatment=treatment, size_px=500)
    assert found.treatment == treatment
    assert found.least_contrast >= LEAST_CONTRAST
    assert found.inked.setting.within(found.sheet)
    assert any("AI-GENERATED" in line.text for line in found.inked.setting.lines if line.role == "print")
    letters = np.argwhere(rendered(_drawing(found), (0, 500), 500, 500 / 1500)[..., 3] > 40)
    assert letters.min() >= 500 * 54 / 1500
    assert letters.max() <= 500 - 500 * 54 / 1500


@pytest.mark.parametrize("treatment", ["corner", "didone"])
def test_the_contrast_told_is_that_of_the_finished_picture(treatment):
    picture = np.asarray(scaled_to(slope(), 750))
    found = front(picture, treatment=treatment, size_px=750)
    for ratio in contrast_found(found, picture).values():
        assert ratio >= 0.93 * LEAST_CONTRAST


@pytest.mark.parametrize("size", [(900, 300), (540, 960), (64, 64), (331, 257)])
@pytest.mark.parametrize("treatment", ["across", "edge", "frame"])
def test_every_shape_is_lettered_in_the_treatment_or_its_kin(size, treatment):
    found = letter_picture(landscape(), size, title="Paper Boats", artist="Nell Hart", treatment=treatment)
    assert found.pixels.shape == (size[1], size[0], 3)
    assert found.least_contrast >= LEAST_CONTRAST
    assert found.treatment in (treatment, TREATMENTS[treatment].kin, TREATMENTS[TREATMENTS[treatment].kin].kin)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "   ",
        "A",
        "x" * 300,
        "word " * 60,
        "W" * 120,
        "🌊🎵",
        "🌊 Waves",
        '<img src=x onerror="a()">&amp;]]>',
        "אור ראשון",
        "أغنية البحر الأخيرة",
        "Đường Về Nhà Ắ",
        "Тишина и свет",
        "Θάλασσα",
        "夜明けの手紙、もういちどだけ読む",
        "Tokyo 東京 2099",
        "a\x00b\x1b\u202ec",
        "\u0301\u0301\u0301",
    ],
)
def test_any_title_is_set_and_escaped(title, monkeypatch):
    monkeypatch.setattr("media.cover.lettering._SYSTEM_FONTS", ())
    found = front(title=title)
    assert found.least_contrast >= LEAST_CONTRAST
    assert ET.fromstring(_drawing(found).to_svg()).tag.endswith("svg")
    assert found.inked.setting.within(found.sheet)


def test_a_front_without_a_title_says_what_it_was_told_to_and_notes_it():
    found = front(title=" ", untitled="Upon the Water")
    shown = " ".join(line.text for line in found.inked.setting.lines if line.role == "title")
    assert shown.upper() == "UPON THE WATER"
    assert any("no title" in note for note in found.notes)


def test_letters_no_font_has_are_left_out_and_said(monkeypatch):
    monkeypatch.setattr("media.cover.lettering._SYSTEM_FONTS", ())
    assert any("left out" in note for note in front(title="🌊 Waves").notes)
    assert front(title="夜明けの手紙").notes == front(title="Letters").notes


def test_japanese_may_run_in_columns():
    found = front(flat(20), "海鳴りの記憶", "雲雀", treatment="edge")
    lines = [line for line in found.inked.setting.lines if line.role == "title"]
    assert {line.turn for line in lines} == {"columns"}


def test_a_right_to_left_title_starts_at_the_right():
    found = front(flat(20), "אור ראשון", "Ann", treatment="quiet_serif")
    assert {line.align for line in found.inked.setting.lines if line.role != "print"} == {"end"}


def test_words_go_where_the_picture_is_quiet():
    dark_above = landscape()
    dark_below = dark_above[::-1].copy()
    assert front(dark_above, treatment="quiet_serif").place == "top"
    assert front(dark_below, treatment="quiet_serif").place == "bottom"


def test_help_is_given_in_the_order_of_place_then_shade_then_plate():
    assert front(flat(10), treatment="didone").help == "none"
    assert front(flat(119), treatment="didone").help == "shade"
    plated = front(HARD["checkerboard"], treatment="didone")
    assert plated.help == "plate"
    assert any("plate" in note for note in plated.notes)


def test_a_shade_leaves_the_far_side_of_the_picture_alone():
    picture = flat(119)
    found = front(picture, treatment="didone", small_print=())
    assert found.help == "shade"
    far = slice(260, 300) if found.place == "top" else slice(0, 40)
    assert (found.pixels[far] == 119).all()


def test_the_same_seed_gives_the_same_bytes_in_another_process():
    code = "from tests.media.sleeve.test_front import digest; print(digest())"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == digest()


def test_seeds_and_music_choose_among_many_treatments():
    chosen = {front(flat(20), seed=seed, genre="folk", mood="calm").treatment for seed in range(6)}
    assert len(chosen) >= 3
    assert chosen != {front(flat(20), seed=seed, genre="rock", mood="restless").treatment for seed in range(6)}


def test_the_picture_given_is_not_written_on():
    picture = landscape()
    before = picture.copy()
    front(picture)
    front(picture, treatment="frame")
    assert (picture == before).all()


def test_the_words_can_be_edited_apart_from_the_picture():
    svg = front(title="Salt").words_svg.decode()
    assert "@font-face" in svg
    assert "<image" not in svg
    assert "AI-GENERATED" in svg


def test_a_front_for_shops_takes_three_seconds_at_most():
    picture = np.asarray(np.kron(landscape(), np.ones((5, 5, 1), np.uint8)))
    front(picture)  # fonts are read once
    started = time.process_time()
    found = front(picture, size_px=3000)
    assert time.process_time() - started < 3.0
    assert found.pixels.shape == (3000, 3000, 3)


@pytest.mark.parametrize(
    ("picture", "wanted", "said"),
    [
        (flat(9)[:200], {}, "square"),
        (flat(9)[..., 0], {}, "square"),
        (flat(9), {"size_px": 10}, "10x10"),
        (flat(9), {"size_px": 9000}, "9000"),
        (flat(9), {"treatment": "comic"}, "comic"),
    ],
)
def test_what_cannot_be_lettered_is_refused(picture, wanted, said):
    with pytest.raises(MediaError, match=said):
        front(picture, **wanted)
