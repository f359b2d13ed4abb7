import numpy as np
import pytest
import torch

from models.pictures.style.facts import measure, oklab
from models.pictures.style.grain import grained
from schemas.errors import MediaError


def flat(colour, side=32):
    return np.full((side, side, 3), colour, np.float32)


def test_white_grey_and_red_have_the_published_oklab_values():
    np.testing.assert_allclose(oklab(np.ones((1, 3), np.float32)), [[1, 0, 0]], atol=1e-3)
    np.testing.assert_allclose(oklab(np.array([[1, 0, 0]], np.float32)), [[0.62796, 0.22486, 0.12585]], atol=1e-3)


def test_orange_is_warm_and_blue_is_cold():
    warm, cold, grey = (measure(flat(colour)) for colour in ((0.9, 0.5, 0.1), (0.1, 0.3, 0.9), (0.5, 0.5, 0.5)))
    assert warm.warmth > 0.1 > 0.005 > abs(grey.warmth)
    assert cold.warmth < -0.05
    assert 40 < warm.hue_deg < 80
    assert grey.contrast == grey.roughness == 0


def test_a_palette_holds_the_colours_by_their_share():
    picture = flat((1.0, 1.0, 1.0), 100)
    picture[:30] = (1.0, 0.0, 0.0)
    picture[:, :10] = (0.0, 0.0, 1.0)
    assert measure(picture).palette[:3] == ("#ffffff", "#ff0000", "#0000ff")


def test_grain_is_as_strong_as_asked_and_the_same_for_a_seed():
    picture = torch.full((1, 3, 96, 64), 0.5)
    made = grained(picture, amount=0.02, seed=3)
    assert (made - 0.5).std().item() == pytest.approx(0.02, rel=0.02)
    assert torch.equal(made[:, 0], made[:, 2])
    assert torch.equal(made, grained(picture, amount=0.02, seed=3))
    assert not torch.equal(made, grained(picture, amount=0.02, seed=4))
    assert grained(picture, amount=0) is picture
    with pytest.raises(MediaError, match="out of bounds"):
        grained(picture, amount=0.6)
