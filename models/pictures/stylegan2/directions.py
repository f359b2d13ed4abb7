"""Directions in w along which pictures change, found without labels.

- PCA: Harkonen et al., "GANSpace: Discovering Interpretable GAN Controls" (2020), arXiv:2004.02546: the principal
  components of w over many z.
- SeFa: Shen and Zhou, "Closed-Form Factorization of Latent Semantics in GANs" (2021), arXiv:2007.06600: the
  eigenvectors of A'A, where A are the affine maps from w to the styles of some layers.

Where we differ: every direction points the way in which its largest number is positive, so that a file gives the same
directions on any machine.

`K` is the number of directions, `W` the width of w, `L` the copies of w.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from models.pictures.stylegan2.generator import Generator


@dataclass(frozen=True)
class Directions:
    """Directions, the strongest first.

    Shapes: vectors [K, W], each of length 1; strengths [K]: the standard deviation of w along it (PCA), or how much it
    moves the styles (SeFa).
    """

    vectors: Tensor
    strengths: Tensor


@torch.no_grad()
def principal_directions(
    generator: Generator, *, count: int = 8, samples: int = 10_000, seed: int = 0, labels: Tensor | None = None
) -> Directions:
    """The principal components of w over `samples` seeded z; `labels` [1, classes] are those of all of them.

    Raises:
        ValueError: `count` is not 1 to the width of w, or `samples` not more than `count`.
    """
    _check_count(generator, count)
    if samples <= count:
        raise ValueError(f"{count} directions need more than {count} z, not {samples}")
    drawn = torch.randn(samples, generator.config.z_width, generator=torch.Generator().manual_seed(seed))
    given = None if labels is None else labels.expand(samples, -1)
    w = generator.mapping(drawn.to(generator.mean_w), given)[:, 0].double()
    centred = w - w.mean(dim=0)
    values, vectors = torch.linalg.eigh(centred.T @ centred / (samples - 1))
    return _strongest(values.clamp(min=0).sqrt(), vectors, count)


@torch.no_grad()
def closed_form_directions(generator: Generator, *, count: int = 8, layers: Sequence[int] | None = None) -> Directions:
    """The directions that move the styles of some layers most (all where none are named), by their weights alone.

    Raises:
        ValueError: `count` is not 1 to the width of w, or a layer does not exist.
    """
    _check_count(generator, count)
    found = generator.synthesis.layers
    chosen = range(len(found)) if layers is None else layers
    if not chosen or not all(0 <= layer < len(found) for layer in chosen):
        raise ValueError(f"layers lie in 0 to {len(found) - 1}, not {list(chosen)}")
    maps = [found[layer].affine.weight.double() * found[layer].affine.scale for layer in chosen]
    maps = [rows / rows.norm(dim=1, keepdim=True).clamp(min=1e-12) for rows in maps]
    stacked = torch.cat(maps)
    values, vectors = torch.linalg.eigh(stacked.T @ stacked)
    return _strongest(values.clamp(min=0).sqrt(), vectors, count)


def walk(ws: Tensor, direction: Tensor, distances: Sequence[float], layers: Sequence[int] | None = None) -> Tensor:
    """One set of ws moved by each distance along a direction, in some copies of w (all where none are named).

    Shapes: ws [1, L, W]; direction [W]; returns [distances, L, W].
    """
    where = torch.zeros(ws.shape[1], 1, dtype=ws.dtype, device=ws.device)
    where[list(range(ws.shape[1]) if layers is None else layers)] = 1.0
    steps = torch.tensor(list(distances), dtype=ws.dtype, device=ws.device)
    return ws + steps[:, None, None] * where * direction.to(ws)


def _check_count(generator: Generator, count: int) -> None:
    width = generator.config.w_width
    if not 1 <= count <= width:
        raise ValueError(f"a w of {width} numbers has 1 to {width} directions, not {count}")


def _strongest(values: Tensor, vectors: Tensor, count: int) -> Directions:
    """The last `count` of eigenvalues in rising order and their vectors (columns), the largest first."""
    rows = vectors.T.flip(0)[:count]
    largest = rows.gather(1, rows.abs().argmax(dim=1, keepdim=True))
    return Directions((rows * largest.sign()).float(), values.flip(0)[:count].float())
