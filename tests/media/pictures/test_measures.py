from __future__ import annotations

import math

import numpy as np
import pytest

from media.pictures.hashing import (
    COPY_BITS,
    difference_hash,
    hamming,
    mirrored_hash,
    nearest,
    perceptual_hash,
)
from media.pictures.measures import (
    blankness,
    collapse,
    colourfulness,
    entropy,
    histogram_distance,
    measure,
    scaled,
    sharpness,
    tonal_contrast,
    tonal_range,
)
from media.pictures.reading import encode_jpeg, picture_of, picture_pixels, read_picture


def landscape(seed, height=240, width=320):
    """Soft random shapes: a smooth field of a few waves in three colours."""
    dice = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    field = np.zeros((height, width, 3))
    for _ in range(12):
        across, down, phase = dice.uniform(-9, 9, 2).tolist() + [dice.uniform(0, 6.3)]
        field += np.sin(across * x + down * y + phase)[..., None] * dice.uniform(-1, 1, 3)
    field -= field.min()
    return (field * 255 / field.max()).astype(np.uint8)


@pytest.fixture(scope="module")
def picture():
    return landscape(1)


FLAT = np.full((64, 64, 3), 90, np.uint8)
BOARD = np.kron(np.indices((8, 8)).sum(0) % 2, np.ones((8, 8)))[..., None].repeat(3, -1).astype(np.uint8) * 255


def test_figures_of_a_flat_picture_and_of_a_chessboard_are_those_of_the_formulas():
    flat = measure(FLAT)
    assert (flat.sharpness, flat.colourfulness, flat.blankness) == (0, 0, 1)
    assert flat.entropy == flat.tonal_range == 0
    assert flat.tonal_contrast == pytest.approx(0, abs=1e-9)
    assert tonal_contrast(BOARD) == pytest.approx(0.5)
    assert tonal_range(BOARD) == pytest.approx(1)
    assert entropy(BOARD) == pytest.approx(1)
    assert blankness(BOARD) == 1


def test_entropy_of_every_grey_is_eight_bits():
    ramp = np.arange(256, dtype=np.uint8).reshape(16, 16, 1).repeat(3, -1)
    assert entropy(ramp) == pytest.approx(8)


def test_colourfulness_of_pure_red_and_half_blue_follows_the_paper():
    red = np.zeros((8, 8, 3), np.uint8)
    red[..., 0] = 255
    assert colourfulness(red) == pytest.approx(0.3 * math.hypot(255, 127.5))
    half = red.copy()
    half[:, 4:] = (0, 0, 255)
    expected = math.hypot(127.5, 191.25) + 0.3 * math.hypot(127.5, 63.75)
    assert colourfulness(half) == pytest.approx(expected)
    assert colourfulness(BOARD) == 0


def test_a_blurred_picture_is_less_sharp_at_any_size(picture):
    noise = np.random.default_rng(2).integers(-40, 40, picture.shape)
    crisp = np.clip(picture.astype(int) + noise, 0, 255).astype(np.uint8)
    soft = scaled(scaled(crisp, 40, 30), 320, 240)
    assert sharpness(crisp) > 20 * sharpness(soft)
    large = crisp.repeat(4, 0).repeat(4, 1)
    assert sharpness(large) == pytest.approx(sharpness(scaled(large, 512, 384)), rel=1e-6)
    assert sharpness(np.zeros((1, 1, 3), np.uint8)) == 0


def test_an_empty_half_is_half_blank(picture):
    half = scaled(picture, 256, 256).copy()
    half[:, :128] = 200
    assert blankness(half) - blankness(picture) == pytest.approx(0.5, abs=0.06)


def test_colours_are_compared_whatever_their_places(picture):
    assert histogram_distance(picture, picture) == pytest.approx(0, abs=1e-9)
    assert histogram_distance(picture, picture[::-1, ::-1]) == pytest.approx(0, abs=0.02)
    assert histogram_distance(FLAT, BOARD) == pytest.approx(1)


@pytest.mark.parametrize("hash_of", [perceptual_hash, difference_hash])
def test_a_hash_survives_what_copies_go_through(hash_of, picture):
    own = hash_of(picture)
    assert 0 <= own < 1 << 64
    copies = {
        "smaller": scaled(picture, 160, 120),
        "jpeg": picture_pixels(read_picture(encode_jpeg(picture_of(picture), 40))),
        "darker": (picture * 0.8).astype(np.uint8),
        "noisy": np.clip(picture + np.random.default_rng(3).normal(0, 8, picture.shape), 0, 255).astype(np.uint8),
    }
    assert {name: hamming(own, hash_of(copy)) for name, copy in copies.items() if hamming(own, hash_of(copy)) > 6} == {}


def test_unrelated_pictures_differ_in_about_half_the_bits():
    hashes = [perceptual_hash(landscape(seed, 60, 80)) for seed in range(24)]
    distances = [hamming(a, b) for i, a in enumerate(hashes) for b in hashes[:i]]
    assert 28 < np.mean(distances) < 36
    assert min(distances) > COPY_BITS


def test_a_mirrored_copy_is_found_by_the_mirrored_hash(picture):
    turned = picture[:, ::-1]
    assert hamming(perceptual_hash(turned), perceptual_hash(picture)) > COPY_BITS
    assert hamming(perceptual_hash(turned), mirrored_hash(picture)) <= 2


def test_the_nearest_hash_is_found_and_none_of_none():
    assert nearest(0b1011, [0b0000, 0b1111, 0b1010]) == (1, 1)
    assert nearest(5, []) == (-1, 64)
    assert nearest((1 << 64) - 1, [0]) == (0, 64)
    assert perceptual_hash(FLAT) == 0


def test_a_set_of_one_picture_over_and_over_has_collapsed(picture):
    assert collapse([picture] * 4) == 1
    assert collapse([landscape(seed, 60, 80) for seed in range(8)]) < 0.25
    assert collapse([picture]) == 0
