import pytest
import torch

from models.pictures.singan.pyramid import empty_pyramid, noise_from, resized, scale_sizes, scale_width
from schemas.errors import MediaError
from tests.models.pictures.singan.pyramids import SIZES, untrained

PAPER = {"longest_px": 250, "shortest_px": 25, "ratio": 0.75}


def test_the_ends_of_the_pyramid_come_out_exactly():
    sizes = scale_sizes(600, 1000, **PAPER)
    assert sizes[0] == (25, 42)
    assert sizes[-1] == (150, 250)
    steps = [large[0] / small[0] for small, large in zip(sizes, sizes[1:], strict=False)]
    assert all(1.2 < step < 1.45 for step in steps)


def test_a_small_picture_is_not_enlarged():
    assert scale_sizes(30, 40, **PAPER)[-1] == (30, 40)
    assert scale_sizes(25, 40, **PAPER) == ((25, 40),)


@pytest.mark.parametrize(("height", "width"), [(1, 1), (24, 24), (10, 5000), (30_000, 20)])
def test_a_picture_too_small_or_too_thin_is_refused(height, width):
    with pytest.raises(MediaError, match="larger or squarer"):
        scale_sizes(height, width, **PAPER)


def test_the_noise_of_the_coarsest_scale_is_one_for_all_channels():
    draw = noise_from(torch.Generator().manual_seed(0))
    coarse, fine = draw(0, (4, 5)), draw(1, (4, 5))
    assert torch.equal(coarse[:, 0], coarse[:, 2])
    assert not torch.equal(fine[:, 0], fine[:, 2])


def test_the_picture_itself_comes_out_the_same_each_time():
    assert torch.equal(untrained().reconstruction(), untrained().reconstruction())
    assert untrained().reconstruction().shape == (1, 3, *SIZES[-1])


def test_a_pyramid_that_is_being_trained_reaches_as_far_as_it_goes():
    pyramid = untrained()
    del pyramid.generators[-1]
    assert pyramid.reconstruction().shape == (1, 3, *SIZES[1])


def test_sizes_for_another_result_end_at_it():
    sizes = untrained().sizes_for(100, 40)
    assert sizes[-1] == (100, 40)
    assert sizes[0] == (50, 21)
    for height, width in ((11, 50), (50, 5000)):
        with pytest.raises(MediaError, match="12-4096"):
            untrained().sizes_for(height, width)


def test_the_fixed_noise_hangs_on_the_seed():
    assert torch.equal(empty_pyramid(SIZES, 3).fixed_noise, empty_pyramid(SIZES, 3).fixed_noise)
    assert not torch.equal(empty_pyramid(SIZES, 3).fixed_noise, empty_pyramid(SIZES, 4).fixed_noise)


def test_no_seed_of_a_variation_gives_the_picture_itself():
    drawn = [noise_from(torch.Generator().manual_seed(seed))(0, SIZES[0]) for seed in range(4)]
    assert not any(torch.equal(empty_pyramid(SIZES, seed).fixed_noise, noise) for seed in range(4) for noise in drawn)


def test_widths_double_as_in_the_paper():
    assert [scale_width(scale, 32, 4) for scale in range(9)] == [32] * 4 + [64] * 4 + [128]
    assert scale_width(8, 32, 0) == 32


def test_shrinking_keeps_the_mean():
    stripes = torch.arange(40.0).remainder(2).expand(1, 3, 40, 40)
    assert torch.allclose(resized(stripes, (10, 10)), torch.full((1, 3, 10, 10), 0.5), atol=0.06)
