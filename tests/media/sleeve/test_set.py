from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image, ImageCms

from media.pictures.reading import encode_png, picture_of
from media.sleeve.back import BackSong, letter_back
from media.sleeve.contact import ContactPicture, sleeve_sheet, takes_sheet
from media.sleeve.formats import SHAPES, encode_tagged_jpeg, encode_webp, letter_shape, page_files, shop_file
from media.sleeve.front import letter_front
from media.sleeve.ink import LEAST_CONTRAST
from media.sleeve.legibility import legibility_figures, measure_legibility
from schemas.errors import MediaError
from tests.media.sleeve.pictures import HARD, checkerboard, flat, landscape, noise

SONGS = tuple(BackSong(f"Song of the {name}", 200.4 + 9 * at) for at, name in enumerate(("Sea", "Sand", "Salt")))


def back(picture=None, songs=SONGS, **wanted):
    wanted = {"title": "Salt", "artist": "Nell Hart", "size_px": 300, "small_print": ("H-1", "AI-GENERATED"), **wanted}
    return letter_back(landscape() if picture is None else picture, songs=songs, **wanted)


@pytest.mark.parametrize("look", ["veil", "page", "column"])
@pytest.mark.parametrize("count", [1, 9, 20])
def test_a_back_cover_lists_every_song_and_can_be_read(look, count):
    songs = tuple(BackSong(f"The {n} Night" * (8 if n == 3 else 1), 61.0 * n) for n in range(1, count + 1))
    found = back(noise(), songs, look=look, credits=("Made by a network.",) * 12, genre="folk", mood="calm", seed=3)
    assert found.least_contrast >= LEAST_CONTRAST
    shown = [line.text for line in found.lines]
    assert all(any(text.lower().startswith(f"the {n} night") for text in shown) for n in range(1, count + 1))
    assert "AI-GENERATED" in shown
    assert f"{61 * count // 60}:{61 * count % 60:02d}" in shown


@pytest.mark.parametrize("name", sorted(HARD))
def test_a_veil_is_as_thick_as_the_picture_needs(name):
    assert back(HARD[name], look="veil").least_contrast >= LEAST_CONTRAST


def test_credits_that_do_not_fit_are_cut_and_counted():
    found = back(songs=SONGS * 6, credits=tuple(f"Line {n} of very many credits, each a sentence." for n in range(80)))
    assert any("credits do not fit" in note for note in found.notes)


def test_a_song_title_without_letters_is_called_by_its_number(monkeypatch):
    monkeypatch.setattr("media.cover.lettering._SYSTEM_FONTS", ())
    found = back(songs=(BackSong("🌊", 60), BackSong("", 3700)))
    assert {"Song 1", "Song 2", "1:01:40"} <= {line.text for line in found.lines}


def test_a_back_cover_is_the_same_every_time_and_another_with_another_seed():
    one, same = back(seed=1), back(seed=1)
    assert (one.pixels == same.pixels).all()
    assert one.words_svg == same.words_svg
    assert len({back(seed=seed).look for seed in range(8)}) == 3


@pytest.mark.parametrize(("songs", "size"), [((), 300), (SONGS * 14, 300), (SONGS, 9)])
def test_back_covers_out_of_bounds_are_refused(songs, size):
    with pytest.raises(MediaError):
        back(songs=songs, size_px=size)


def test_legibility_ranks_a_quiet_ground_above_a_busy_one():
    quiet = measure_legibility(letter_front(flat(15), title="Salt", artist="Nell", treatment="didone", size_px=200))
    half = noise() // 8 + 20
    busy = measure_legibility(letter_front(half, title="Salt", artist="Nell", treatment="didone", size_px=200))
    assert quiet.busyness == 0.0
    assert quiet.score > busy.score
    assert quiet.title_px > quiet.artist_px > 0
    assert 0.06 < quiet.margin < 0.2
    assert 0 < quiet.covered < 0.3


def test_legibility_counts_a_band_as_covered_and_tells_every_figure():
    band = letter_front(flat(15), title="Salt", artist="Nell", treatment="band", size_px=200)
    bare = letter_front(flat(15), title="Salt", artist="Nell", treatment="corner", size_px=200)
    assert measure_legibility(band).covered > measure_legibility(bare).covered + 0.05
    assert all(figure.ok for figure in legibility_figures(band))
    assert len({figure.name for figure in legibility_figures(band)}) == 6


def test_a_song_has_its_number_and_the_treatment_of_the_front():
    front = letter_front(flat(15), title="Salt", artist="Nell", size_px=100, seed=3)
    song = letter_shape(
        flat(30), "square", title="Low Tide", artist="Nell", treatment=front.treatment, number=2, seed=3
    )
    assert song.treatment == front.treatment
    assert any(line.text.startswith("2 ·") for line in song.inked.setting.lines)
    assert song.pixels.shape[:2] == SHAPES["square"][::-1]


def test_the_file_for_shops_is_a_square_srgb_jpeg_with_whole_colour():
    made = shop_file(landscape())
    with Image.open(io.BytesIO(made.content)) as image:
        assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (3000, 3000))
        assert image.layer[0][1:3] == (1, 1)  # as many samples of colour as of light
        profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileName(profile)
    with pytest.raises(MediaError, match="square"):
        shop_file(landscape()[:200])


def test_files_of_a_page_are_no_larger_than_the_picture_and_the_same_every_time():
    files = page_files(landscape(700), "song-1")
    assert [(file.name, file.width_px) for file in files[::2]] == [("song-1-640.jpg", 640), ("song-1-300.jpg", 300)]
    assert [file.content for file in files] == [file.content for file in page_files(landscape(700), "song-1")]
    for file in files:
        with Image.open(io.BytesIO(file.content)) as image:
            assert image.size == (file.width_px, file.height_px)


def test_pictures_of_grain_alone_are_encoded():
    assert len(encode_tagged_jpeg(noise(800), 92)) > 100_000
    assert encode_webp(checkerboard())[:4] == b"RIFF"
    with pytest.raises(MediaError, match="quality"):
        encode_tagged_jpeg(flat(1), 0)


def test_a_sheet_shows_every_picture_of_a_set():
    def shot(value, wide=200, high=200):
        return encode_png(picture_of(np.full((high, wide, 3), value, np.uint8)))

    shown = [("front", shot(10)), ("back", shot(40)), ("banner", shot(70, 600, 200)), ("portrait", shot(100, 90, 160))]
    shown += [(f"song {n}", shot(120 + 20 * n)) for n in range(4)]
    sheet = sleeve_sheet([ContactPicture(name, content, ("a figure",)) for name, content in shown])
    with Image.open(io.BytesIO(sheet)) as image:
        seen = np.asarray(image.convert("L"), np.int16)
    for value in (10, 40, 70, 100, 120, 140, 160, 180):
        assert (np.abs(seen - value) <= 2).mean() > 0.004
    takes = takes_sheet([ContactPicture(name, content, ("contrast 7.1",)) for name, content in shown[:3]])
    assert takes[:2] == b"\xff\xd8"


@pytest.mark.parametrize("sheet", [sleeve_sheet, takes_sheet])
def test_a_sheet_of_nothing_or_of_what_is_no_picture_is_refused(sheet):
    with pytest.raises(MediaError, match="1 to"):
        sheet([])
    with pytest.raises(MediaError):
        sheet([ContactPicture("x", b"no picture")])


def test_a_back_cover_for_shops_takes_three_seconds_at_most():
    back()
    started = time.process_time()
    back(size_px=3000)
    assert time.process_time() - started < 3.0
