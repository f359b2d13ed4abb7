import math

import pytest
import torch

from models.pictures.distances import (
    energy_distance,
    frechet_distance,
    kernel_distance,
    nearest,
    precision_and_recall,
)
from schemas.errors import MediaError


def normal(count: int, dimensions: int, *, mean: float = 0.0, deviation: float = 1.0, seed: int = 0) -> torch.Tensor:
    drawn = torch.randn(count, dimensions, generator=torch.Generator().manual_seed(seed))
    return drawn * deviation + mean


def test_sets_of_one_distribution_lie_near_0():
    one, other = normal(3000, 4, seed=1), normal(3000, 4, seed=2)
    assert abs(kernel_distance(one, other).value) < 0.02
    assert frechet_distance(one, other).value < 0.02
    assert abs(energy_distance(one, other).value) < 0.005


def test_the_frechet_distance_of_known_gaussians():
    """Means 3 apart in each of 4 dimensions, deviations 1 and 2: 4 * 9 + 4 * (1 + 4 - 2 * 2)."""
    found = frechet_distance(normal(40_000, 4, seed=1), normal(40_000, 4, mean=3, deviation=2, seed=2))
    assert found.value == pytest.approx(40, rel=0.02)


def test_the_kernel_distance_of_known_gaussians():
    """In one dimension E(xy + 1)³ = 1 + 3 E²[x] + 3 E²[x²] + E²[x³] for independent x and y of one law."""
    one, other = normal(20_000, 1, seed=1), normal(20_000, 1, mean=1, seed=2)
    own = [(0.0, 1.0, 0.0), (1.0, 2.0, 4.0)]

    def kernel(x: tuple[float, ...], y: tuple[float, ...]) -> float:
        return 1 + 3 * x[0] * y[0] + 3 * x[1] * y[1] + x[2] * y[2]

    expected = kernel(own[0], own[0]) + kernel(own[1], own[1]) - 2 * kernel(own[0], own[1])
    found = kernel_distance(one, other, subsets=150, size=300)
    assert found.value == pytest.approx(expected, rel=0.1)


def test_the_kernel_distance_is_not_biased_by_small_sets():
    values = [
        kernel_distance(normal(40, 8, seed=2 * n), normal(40, 8, seed=2 * n + 1), subsets=1).value for n in range(200)
    ]
    mean = sum(values) / len(values)
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / len(values) / (len(values) - 1))
    assert abs(mean) < 4 * spread


def test_the_energy_distance_of_points():
    zeros, ones = torch.zeros(5, 1), torch.ones(5, 1)
    assert energy_distance(zeros, ones).value == pytest.approx(2.0)


def test_a_set_within_another_has_precision_without_recall():
    wide, narrow = normal(500, 2, seed=1), normal(500, 2, deviation=0.05, seed=2)
    precision, recall = precision_and_recall(wide, narrow)
    assert precision > 0.9
    assert recall < 0.2


def test_the_nearest_of_a_copy_is_itself():
    known = normal(50, 16)
    distances, which = nearest(known[[7, 3]] * 2, known)
    assert which.tolist() == [7, 3]
    assert float(distances.max()) < 1e-6


def test_the_same_seed_measures_the_same():
    one, other = normal(100, 4), normal(90, 4, mean=1)
    assert kernel_distance(one, other, seed=3) == kernel_distance(one, other, seed=3)
    assert kernel_distance(one, other).error > 0


@pytest.mark.parametrize("measure", [kernel_distance, frechet_distance, energy_distance, precision_and_recall])
def test_what_cannot_be_compared_is_refused(measure):
    with pytest.raises(MediaError, match="same network"):
        measure(normal(9, 4), normal(9, 5))
    with pytest.raises(MediaError, match="too few"):
        measure(normal(1, 4), normal(9, 4))
