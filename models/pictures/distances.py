"""How far apart two sets of pictures are, from features of each: numbers [N, D] of any network.

- `kernel_distance` (KID): Bińkowski et al. 2018 (arXiv:1801.01401), unbiased squared MMD with the kernel
  (x·y / D + 1)³, over random subsets, with the standard error of their mean. It may be a little below 0.
- `frechet_distance` (FID): Heusel et al. 2017 (arXiv:1706.08500), of Gaussians fitted to both sets. It is biased
  upwards for few pictures: compare it only between sets of the same size.
- `energy_distance`: Székely and Rizzo 2013, for points of few dimensions.
- `precision_and_recall`: Kynkäänniemi et al. 2019 (arXiv:1904.06991).

Where we differ: the features are whichever the caller has, named beside every figure; a published KID or FID is of
Inception's features and compares with none of these.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from schemas.errors import MediaError


@dataclass(frozen=True)
class Distance:
    """A measured distance, and the standard error of its mean (0 where there is none)."""

    value: float
    error: float = 0.0


def kernel_distance(one: Tensor, other: Tensor, *, subsets: int = 50, size: int = 200, seed: int = 0) -> Distance:
    """KID: the mean over random subsets of `size` from each set, or of half the smaller set. 0 is the same.

    Shapes: one [N, D], other [M, D].

    Raises:
        MediaError: a set has fewer than two members, or the features differ in number.
    """
    _check(one, other)
    chance = torch.Generator().manual_seed(seed)
    size = max(2, min(size, min(len(one), len(other)) // 2))
    values = []
    for _ in range(subsets):
        x = one[torch.randperm(len(one), generator=chance)[:size]].double()
        y = other[torch.randperm(len(other), generator=chance)[:size]].double()
        values.append(_squared_mmd(x, y))
    found = torch.stack(values)
    return Distance(float(found.mean()), float(found.std() / subsets**0.5) if subsets > 1 else 0.0)


def _squared_mmd(x: Tensor, y: Tensor) -> Tensor:
    """The unbiased estimate for sets of one size."""
    count, dimensions = x.shape
    within = [_kernel(s, s, dimensions).sum() - _kernel_diagonal(s, dimensions).sum() for s in (x, y)]
    unbiased: Tensor = (within[0] + within[1]) / (count * (count - 1)) - 2 * _kernel(x, y, dimensions).mean()
    return unbiased


def _kernel(x: Tensor, y: Tensor, dimensions: int) -> Tensor:
    return (x @ y.T / dimensions + 1).pow(3)


def _kernel_diagonal(x: Tensor, dimensions: int) -> Tensor:
    return (x.square().sum(1) / dimensions + 1).pow(3)


def frechet_distance(one: Tensor, other: Tensor) -> Distance:
    """|difference of the means|² + trace(A + B - 2 (A B)^½) of the covariances A and B.

    Shapes: one [N, D], other [M, D].

    Raises:
        MediaError: a set has fewer than two members, or the features differ in number.
    """
    _check(one, other)
    x, y = one.double(), other.double()
    a, b = torch.cov(x.T).reshape(x.shape[1], -1), torch.cov(y.T).reshape(x.shape[1], -1)
    # (A B)^½ has the trace of (A^½ B A^½)^½, which is symmetric
    half = _root(a)
    mixed = torch.linalg.eigvalsh(half @ b @ half).clamp(min=0).sqrt().sum()
    return Distance(float((x.mean(0) - y.mean(0)).square().sum() + a.trace() + b.trace() - 2 * mixed))


def _root(symmetric: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(symmetric)
    root: Tensor = (vectors * values.clamp(min=0).sqrt()) @ vectors.T
    return root


def energy_distance(one: Tensor, other: Tensor) -> Distance:
    """2 E|x - y| - E|x - x'| - E|y - y'|, without bias; 0 where both are drawn from one distribution.

    Shapes: one [N, D], other [M, D].

    Raises:
        MediaError: a set has fewer than two members, or the features differ in number.
    """
    _check(one, other)
    x, y = one.double(), other.double()
    within = [torch.cdist(s, s).sum() / (len(s) * (len(s) - 1)) for s in (x, y)]
    return Distance(float(2 * torch.cdist(x, y).mean() - within[0] - within[1]))


def precision_and_recall(real: Tensor, painted: Tensor, *, neighbours: int = 3) -> tuple[float, float]:
    """The share of painted pictures within the real ones' neighbourhoods, and of real ones within the painted ones'.

    Shapes: real [N, D], painted [M, D].

    Raises:
        MediaError: a set has no more than `neighbours` members, or the features differ in number.
    """
    _check(real, painted, least=neighbours + 1)
    return _covered(real, painted, neighbours), _covered(painted, real, neighbours)


def _covered(reference: Tensor, tried: Tensor, neighbours: int) -> float:
    # the nearest of all is the picture itself
    reach = torch.cdist(reference, reference).kthvalue(neighbours + 1, dim=1).values
    return float((torch.cdist(tried, reference) <= reach).any(1).float().mean())


def nearest(tried: Tensor, reference: Tensor) -> tuple[Tensor, Tensor]:
    """For each tried picture, the cosine distance (0 same direction, 2 opposite) to the nearest reference, and which.

    Shapes: tried [N, D], reference [M, D] -> distances [N], indices [N].

    Raises:
        MediaError: a set is empty, or the features differ in number.
    """
    _check(tried, reference, least=1)
    x, y = torch.nn.functional.normalize(tried, dim=1), torch.nn.functional.normalize(reference, dim=1)
    found = torch.cat([(part @ y.T) for part in torch.split(x, 1024)]).max(1)
    return (1 - found.values).clamp(min=0), found.indices


def _check(one: Tensor, other: Tensor, *, least: int = 2) -> None:
    if one.dim() != 2 or other.dim() != 2 or one.shape[1] != other.shape[1]:
        raise MediaError(
            f"features of shapes {list(one.shape)} and {list(other.shape)} cannot be compared: "
            "measure both sets with the same network"
        )
    if min(len(one), len(other)) < least:
        raise MediaError(f"{min(len(one), len(other))} pictures are too few to measure: at least {least} are needed")
