import math

import pytest
import torch

from schemas.errors import SettingsError
from tests.training.adversarial.toys import learn_the_ring, network
from training.adversarial.objectives import OBJECTIVES, clip_weights, objective, squared_gradient

REAL, FAKE = torch.tensor([[2.0], [0.5]]), torch.tensor([[-1.0], [3.0]])


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


@pytest.mark.parametrize(
    ("name", "discriminator", "generator"),
    [
        (
            "non-saturating",
            (softplus(-2) + softplus(-0.5) + softplus(-1) + softplus(3)) / 2,
            (softplus(1) + softplus(-3)) / 2,
        ),
        ("lsgan", ((1 + 0.25) / 2 + (1 + 9) / 2) / 2, (4 + 4) / 2 / 2),
        ("wgan", 1 - 1.25, -1.0),
        ("wgan-gp", 1 - 1.25, -1.0),
        ("wgan-lp", 1 - 1.25, -1.0),
        ("hinge", (0 + 0.5) / 2 + (0 + 4) / 2, -1.0),
    ],
)
def test_losses_are_those_worked_out_by_hand(name, discriminator, generator):
    goal = objective(name)
    assert float(goal.discriminator_loss(REAL, FAKE)) == pytest.approx(discriminator, rel=1e-6)
    assert float(goal.generator_loss(FAKE)) == pytest.approx(generator, rel=1e-6)


def test_an_unknown_objective_is_refused_and_all_are_named():
    with pytest.raises(SettingsError, match="wgan-lp"):
        objective("vanilla")


def linear(slope: float):
    """A critic whose gradient has the length `slope` everywhere."""
    direction = torch.tensor([0.6, 0.8]) * slope
    return lambda points: (points.flatten(1) @ direction.repeat(points.flatten(1).shape[1] // 2))[:, None]


@pytest.mark.parametrize(
    ("name", "slope", "penalty"),
    [
        ("non-saturating", 3.0, 4.5),
        ("non-saturating", 0.0, 0.0),
        ("wgan-gp", 3.0, 4.0),
        ("wgan-gp", 1.0, 0.0),
        ("wgan-gp", 0.5, 0.25),
        ("wgan-lp", 3.0, 4.0),
        ("wgan-lp", 1.0, 0.0),
        ("wgan-lp", 0.5, 0.0),
    ],
)
def test_penalties_of_a_critic_with_a_known_slope(name, slope, penalty):
    chance = torch.Generator().manual_seed(1)
    real, fake = torch.randn(5, 2), torch.randn(5, 2)
    assert float(objective(name).penalty(linear(slope), real, fake, chance)) == pytest.approx(penalty, abs=1e-5)


def test_the_squared_gradient_of_half_a_square_is_the_square():
    points = torch.randn(6, 3, 4, 4)
    found = squared_gradient(lambda x: (x.square().flatten(1).sum(1) / 2)[:, None], points)
    torch.testing.assert_close(found, points.flatten(1).square().sum(1))


def test_a_penalty_teaches_the_critic():
    torch.manual_seed(3)
    critic, chance = network(2, 1), torch.Generator().manual_seed(1)
    for name in ("non-saturating", "wgan-gp", "wgan-lp"):
        critic.zero_grad()
        real = torch.randn(8, 2) * 30
        torch.autograd.backward(objective(name).penalty(lambda x: 90 * critic(x), real, -real, chance))
        assert float(critic[0].weight.grad.abs().sum()) > 0


def test_interpolated_points_lie_between_real_and_painted_pictures():
    seen = []

    def critic(points):
        seen.append(points.detach())
        return points.flatten(1).sum(1, keepdim=True)

    chance = torch.Generator().manual_seed(1)
    objective("wgan-gp").penalty(critic, torch.zeros(64, 3, 2, 2), torch.ones(64, 3, 2, 2), chance)
    share = seen[0].flatten(1)
    assert torch.equal(share.amin(1), share.amax(1))
    assert 0 <= float(share.min()) < 0.1
    assert 0.9 < float(share.max()) <= 1


def test_clipped_weights_stay_within_the_bound():
    critic = network(2, 1)
    clip_weights(critic, 0.01)
    assert max(float(weight.detach().abs().max()) for weight in critic.parameters()) <= 0.01 + 1e-9


@pytest.mark.parametrize("name", list(OBJECTIVES))
def test_every_objective_learns_a_ring_of_gaussians_to_a_fifth_of_the_distance(name):
    before, after = learn_the_ring(objective(name), 200)
    assert after < before / 5
