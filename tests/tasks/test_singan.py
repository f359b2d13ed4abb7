import io

import numpy as np
import pytest
import torch
from PIL import Image

from models.pictures.singan.keeping import LearnedPicture
from schemas.errors import MediaError
from tasks.singan import encoded_film, painted_on, picture_of, pixels_of, sheet, variations
from tests.models.pictures.singan.pyramids import SIZES, untrained

HEIGHT, WIDTH = SIZES[-1]


def learned(picture: torch.Tensor | None = None) -> LearnedPicture:
    pyramid = untrained()
    shown = torch.zeros(1, 3, HEIGHT, WIDTH) if picture is None else picture
    return LearnedPicture(shown, pyramid.fixed_noise, {"sizes": SIZES})


def test_variations_have_seeds_that_give_them_again():
    found = list(variations(untrained(), learned(), count=3, seed=7))
    again = next(iter(variations(untrained(), learned(), count=1, seed=found[1].seed)))
    assert len({one.seed for one in found}) == 3
    assert np.array_equal(again.pixels, found[1].pixels)


def test_near_copies_are_passed_over():
    """Noise that is next to nothing gives the learned picture again and again."""
    pyramid = untrained()
    pyramid.strengths = [1.0, 1e-6, 1e-6]
    itself = pyramid.reconstruction()
    with pytest.raises(MediaError, match="nothing but copies"):
        list(variations(pyramid, learned(itself), count=2, start=1))
    assert list(variations(pyramid, learned(itself), count=2, start=0))


def test_a_count_out_of_bounds_is_refused():
    with pytest.raises(MediaError, match="1-64"):
        list(variations(untrained(), learned(), count=65))


def test_a_sheet_shows_every_picture_once():
    shown = [np.full((10, 20, 3), value, np.uint8) for value in (10, 20, 30, 40, 50)]
    whole = sheet(shown)
    assert all((whole == value).all(2).sum() == 200 for value in (10, 20, 30, 40, 50))
    assert sheet(shown[:1]).shape == (26, 36, 3)


@pytest.mark.parametrize("ending", [".gif", ".webp", ".png"])
def test_a_film_has_its_frames_and_loops(ending):
    frames = [np.full((12, 16, 3), value, np.uint8) for value in (0, 120, 240)]
    content = encoded_film(frames, ending=ending, frame_rate_hz=10)
    assert content == encoded_film(frames, ending=ending, frame_rate_hz=10)
    with Image.open(io.BytesIO(content)) as opened:
        assert opened.n_frames == 3
        assert opened.info["loop"] == 0


def test_what_is_no_film_is_refused():
    with pytest.raises(MediaError, match=r"\.mp4"):
        encoded_film([], ending=".mp4", frame_rate_hz=10)
    with pytest.raises(MediaError, match="at least one frame"):
        encoded_film([], ending=".gif", frame_rate_hz=10)


def test_pixels_and_pictures_are_the_same_numbers():
    pixels = np.random.default_rng(0).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    assert np.array_equal(pixels_of(picture_of(pixels)), pixels)


def test_a_mask_of_another_size_is_refused(tmp_path):
    Image.new("RGB", (31, 24)).save(tmp_path / "a.png")
    Image.new("RGB", (30, 24)).save(tmp_path / "b.png")
    pyramid, settings = untrained(), {"scale": 1, "seed": 0, "noise": 1.0}
    assert painted_on(pyramid, tmp_path / "a.png", mask=tmp_path / "a.png", **settings).shape == (24, 31, 3)
    with pytest.raises(MediaError, match="agree"):
        painted_on(pyramid, tmp_path / "a.png", mask=tmp_path / "b.png", **settings)
