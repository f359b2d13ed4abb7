import pytest
import torch

from models.pictures.singan.measures import diversity, likeness
from models.pictures.singan.sampling import Walk, film, in_unit, inject, variation
from schemas.errors import MediaError
from tests.models.pictures.singan.pyramids import SIZES, untrained

HEIGHT, WIDTH = SIZES[-1]


def vary(seed: int, **changes):
    return variation(untrained(), **{"seed": seed, "height": HEIGHT, "width": WIDTH} | changes)


def test_a_seed_gives_a_picture_and_gives_it_again():
    assert torch.equal(vary(1), vary(1))
    assert not torch.equal(vary(1), vary(2))
    assert 0 <= vary(1).min() <= vary(1).max() <= 1


@pytest.mark.parametrize(("height", "width"), [(12, 90), (61, 13)])
def test_variations_are_of_any_size(height, width):
    assert vary(1, height=height, width=width).shape == (1, 3, height, width)
    assert vary(1, height=height, width=width, start=1).shape == (1, 3, height, width)


def test_the_higher_new_noise_begins_the_nearer_a_variation_stays():
    itself = in_unit(untrained().reconstruction())
    spread = [(vary(5, start=start) - itself).abs().mean() for start in (0, 2)]
    assert spread[0] > spread[1] > 0


def test_a_film_closes_its_round():
    walk = Walk(frames=12, reach=0.5, start=0)
    frames = list(film(untrained(), walk, seed=3, height=HEIGHT, width=WIDTH))
    assert len(frames) == 12
    steps = [(one - other).abs().mean() for one, other in zip(frames, [*frames[1:], frames[0]], strict=True)]
    assert max(steps) < 3 * min(steps)


def test_a_film_without_reach_stands_still():
    still = list(film(untrained(), Walk(frames=3, reach=0.0, start=0), seed=3, height=HEIGHT, width=WIDTH))
    assert torch.allclose(still[0], still[2])
    assert torch.allclose(still[0], in_unit(untrained().reconstruction()), atol=1e-6)


def test_outside_a_mask_a_picture_stays_as_it_is():
    picture = torch.rand(1, 3, HEIGHT, WIDTH)
    mask = torch.zeros(1, 1, HEIGHT, WIDTH)
    mask[..., :4, :4] = 1
    made = inject(untrained(), picture, scale=1, mask=mask)
    assert torch.allclose(made[..., 16:, 16:], picture[..., 16:, 16:], atol=1e-5)
    assert not torch.allclose(made[..., :4, :4], picture[..., :4, :4], atol=1e-2)


@pytest.mark.parametrize(("height", "width"), [(60, 30), (13, 13)])
def test_a_picture_of_other_proportions_keeps_them(height, width):
    made = inject(untrained(), torch.rand(1, 3, height, width), scale=2)
    assert max(made.shape[2:]) == max(SIZES[-1])
    assert made.shape[2] / made.shape[3] == pytest.approx(height / width, rel=0.35)


def test_a_picture_that_is_very_thin_becomes_a_little_wider():
    assert inject(untrained(), torch.rand(1, 3, 500, 5), scale=2).shape == (1, 3, 31, 12)


def test_what_cannot_be_is_refused():
    picture = torch.rand(1, 3, 24, 31)
    with pytest.raises(MediaError, match="scale 1 or more"):
        inject(untrained(), picture, scale=0)
    with pytest.raises(MediaError, match="0-2"):
        inject(untrained(), picture, scale=3)
    with pytest.raises(MediaError, match="agree"):
        inject(untrained(), picture, scale=1, mask=torch.zeros(1, 1, 5, 5))
    with pytest.raises(MediaError, match="0-2"):
        vary(0, start=-1)
    with pytest.raises(MediaError, match="2-600"):
        Walk(frames=1)
    with pytest.raises(MediaError, match="reach"):
        Walk(reach=2.0)


def test_likeness_and_diversity_know_a_copy():
    picture = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(0))
    assert likeness(picture, picture) == pytest.approx(1, abs=1e-5)
    assert likeness(1 - picture, picture) == pytest.approx(-1, abs=1e-4)
    assert diversity(picture.expand(4, -1, -1, -1), picture) == pytest.approx(0, abs=1e-6)
    assert diversity(torch.rand(8, 3, 48, 64), picture) > 0.5
