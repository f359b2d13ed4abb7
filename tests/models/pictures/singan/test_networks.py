import pytest
import torch

from models.pictures.singan.networks import ScaleConfig, ScaleCritic, ScaleGenerator, bordered
from schemas.errors import CheckpointError


@pytest.mark.parametrize(("height", "width"), [(12, 12), (25, 40)])
def test_a_generator_keeps_the_size_and_a_critic_scores_each_patch(height, width):
    torch.manual_seed(0)
    config, picture = ScaleConfig.tiny(), torch.rand(1, 3, height, width)
    made = ScaleGenerator(config)(bordered(picture), picture)
    assert made.shape == picture.shape
    assert ScaleCritic(config)(made).shape == (1, 1, height - 10, width - 10)


def test_a_generator_adds_detail_to_what_it_is_given():
    torch.manual_seed(0)
    generator, picture = ScaleGenerator(ScaleConfig.tiny()).eval(), torch.rand(1, 3, 14, 14)
    added = generator(bordered(picture), picture) - picture
    assert torch.allclose(added, generator(bordered(picture), torch.zeros_like(picture)), atol=1e-6)
    assert added.abs().max() <= 1


def test_one_picture_is_learned_by_heart():
    torch.manual_seed(0)
    generator = ScaleGenerator(ScaleConfig(width=8))
    wanted, noise = torch.rand(1, 3, 12, 12) * 1.6 - 0.8, bordered(torch.randn(1, 3, 12, 12))
    optimizer = torch.optim.Adam(generator.parameters(), lr=0.05)
    errors = []
    for _ in range(40):
        error = (generator(noise, torch.zeros_like(wanted)) - wanted).square().mean()
        optimizer.zero_grad()
        torch.autograd.backward(error)
        optimizer.step()
        errors.append(float(error.detach()))
    assert errors[-1] < 0.3 * errors[0]


@pytest.mark.parametrize("sizes", [{"width": 0}, {"width": 9999}, {"layers": 4}])
def test_sizes_that_no_singan_has_are_refused(sizes):
    with pytest.raises(CheckpointError, match="scale of SinGAN"):
        ScaleConfig(**sizes)
