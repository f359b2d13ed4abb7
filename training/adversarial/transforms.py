"""The transforms of the augmentation, as matrices: of places for geometry, of colours for the rest.

The strengths are those of Karras et al. 2020 (arXiv:2006.06676, appendix B). Each transform is the neutral one except
with probability p.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

Chance = torch.Generator


def uniform(count: int, chance: Chance, low: float, high: float) -> Tensor:
    """Numbers [N] between two bounds."""
    return torch.rand(count, generator=chance, device=chance.device) * (high - low) + low


def _normal(count: int, chance: Chance, deviation: float) -> Tensor:
    return torch.randn(count, generator=chance, device=chance.device) * deviation


def whole(count: int, chance: Chance, low: int, high: int) -> Tensor:
    """Whole numbers [N] from `low` up to, not including, `high`."""
    return torch.randint(low, high, (count,), generator=chance, device=chance.device)


def _chosen(values: Tensor, p: float, chance: Chance, neutral: float) -> Tensor:
    """The values [N] or [N, K], each row with probability p; elsewhere the neutral one."""
    chosen = torch.rand(len(values), generator=chance, device=chance.device) < p
    chosen = chosen if values.dim() == 1 else chosen[:, None]
    return torch.where(chosen, values, torch.full_like(values, neutral))


def _matrices(*rows: tuple[Tensor | float, ...]) -> Tensor:
    """Matrices [N, R, C] of rows whose entries are numbers or tensors [N]."""
    like = next(entry for row in rows for entry in row if isinstance(entry, Tensor))
    filled = [[e if isinstance(e, Tensor) else torch.full_like(like, e) for e in row] for row in rows]
    return torch.stack([torch.stack(row, -1) for row in filled], -2)


def _scaled(x: Tensor, y: Tensor) -> Tensor:
    return _matrices((x, 0.0, 0.0), (0.0, y, 0.0), (0.0, 0.0, x * 0 + 1))


def _moved(x: Tensor, y: Tensor) -> Tensor:
    return _matrices((1.0, 0.0, x), (0.0, 1.0, y), (0.0, 0.0, x * 0 + 1))


def _turned(angle: Tensor) -> Tensor:
    cosine, sine = torch.cos(angle), torch.sin(angle)
    return _matrices((cosine, -sine, 0.0), (sine, cosine, 0.0), (0.0, 0.0, cosine * 0 + 1))


def _flip(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    side = _chosen(1.0 - 2.0 * whole(count, chance, 0, 2), p, chance, 1.0)
    return _scaled(side, torch.ones_like(side))


def _quarter_turn(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    turns = _chosen(whole(count, chance, 0, 4).float(), p, chance, 0.0)
    return _turned(turns * (math.pi / 2)).round()


def _shift(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    x, y = (uniform(count, chance, -0.125, 0.125) * side for side in size[::-1])
    return _moved(*_chosen(torch.stack((x, y), 1).round(), p, chance, 0.0).unbind(1))


def _scale(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    factor = _chosen(torch.exp2(_normal(count, chance, 0.2)), p, chance, 1.0)
    return _scaled(1 / factor, 1 / factor)


def _rotation(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    return _turned(_chosen(uniform(count, chance, -math.pi, math.pi), p, chance, 0.0))


def _stretch(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    factor = _chosen(torch.exp2(_normal(count, chance, 0.2)), p, chance, 1.0)
    return _scaled(1 / factor, factor)


def _fractional_shift(count: int, p: float, chance: Chance, size: tuple[int, int]) -> Tensor:
    x, y = (_normal(count, chance, 0.125) * side for side in size[::-1])
    return _moved(*_chosen(torch.stack((x, y), 1), p, chance, 0.0).unbind(1))


def _brightness(count: int, p: float, chance: Chance) -> Tensor:
    b = _chosen(_normal(count, chance, 0.2), p, chance, 0.0)
    return _matrices((1.0, 0.0, 0.0, b), (0.0, 1.0, 0.0, b), (0.0, 0.0, 1.0, b), (0.0, 0.0, 0.0, b * 0 + 1))


def _contrast(count: int, p: float, chance: Chance) -> Tensor:
    c = _chosen(torch.exp2(_normal(count, chance, 0.5)), p, chance, 1.0)
    return _matrices((c, 0.0, 0.0, 0.0), (0.0, c, 0.0, 0.0), (0.0, 0.0, c, 0.0), (0.0, 0.0, 0.0, c * 0 + 1))


def _along_grey(device: torch.device) -> Tensor:
    """The projection [4, 4] on the axis from black to white."""
    axis = torch.tensor([1.0, 1.0, 1.0, 0.0], device=device) / math.sqrt(3)
    return torch.outer(axis, axis)


def _luma_flip(count: int, p: float, chance: Chance) -> Tensor:
    flipped = _chosen(whole(count, chance, 0, 2).float(), p, chance, 0.0)
    return torch.eye(4, device=flipped.device) - 2 * _along_grey(flipped.device) * flipped[:, None, None]


def _hue(count: int, p: float, chance: Chance) -> Tensor:
    """A turn about the axis from black to white (Rodrigues' formula)."""
    angle = _chosen(uniform(count, chance, -math.pi, math.pi), p, chance, 0.0)[:, None, None]
    grey, s = _along_grey(angle.device), 1 / math.sqrt(3)
    cross = torch.tensor(
        [[0, -s, s, 0], [s, 0, -s, 0], [-s, s, 0, 0], [0.0, 0, 0, 0]], device=angle.device, dtype=torch.float32
    )
    colours = torch.diag(torch.tensor([1.0, 1.0, 1.0, 0.0], device=angle.device))
    turned = colours * torch.cos(angle) + grey * (1 - torch.cos(angle)) + cross * torch.sin(angle)
    return turned + torch.diag(torch.tensor([0.0, 0.0, 0.0, 1.0], device=angle.device))


def _saturation(count: int, p: float, chance: Chance) -> Tensor:
    factor = _chosen(torch.exp2(_normal(count, chance, 1.0)), p, chance, 1.0)[:, None, None]
    kept = _along_grey(factor.device) + torch.diag(torch.tensor([0.0, 0.0, 0.0, 1.0], device=factor.device))
    return kept + (torch.eye(4, device=factor.device) - kept) * factor


GEOMETRY: dict[str, Callable[[int, float, Chance, tuple[int, int]], Tensor]] = {
    "flip": _flip,
    "quarter-turn": _quarter_turn,
    "shift": _shift,
    "scale": _scale,
    "rotation": _rotation,
    "stretch": _stretch,
    "fractional-shift": _fractional_shift,
}
"""Matrices [N, 3, 3] from an output pixel's place to the place that is read, from N, p, chance and (height, width)."""

COLOUR: dict[str, Callable[[int, float, Chance], Tensor]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "luma-flip": _luma_flip,
    "hue": _hue,
    "saturation": _saturation,
}
"""Matrices [N, 4, 4] of colours -1..1, from N, p and chance."""
