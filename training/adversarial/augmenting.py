"""Augmentation that both networks see and that does not leak into what is painted.

Karras et al. 2020, "Training Generative Adversarial Networks with Limited Data" (arXiv:2006.06676): flips, rotations,
shifts, scalings and changes of colour, each with probability p, that gradients pass through; p follows how far the
discriminator overfits (`Steering`). Zhao et al. 2020, "Differentiable Augmentation" (arXiv:2006.10738): brightness,
saturation, contrast, a shift and a hole, always (`diff_augment`).

Where we differ: a picture is read once, bilinearly, at the transformed places, without the wavelet filter before and
after; outside it, it is mirrored. It is turned by any angle once, not before and after
the stretch. Filtering bands and noise, which the paper leaves out of its default, are not here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from training.adversarial.transforms import COLOUR, GEOMETRY, Chance, uniform, whole

KINDS = (*GEOMETRY, *COLOUR)
"""Every transform of `augment`, in the order in which they act."""


def augment(pictures: Tensor, p: float, chance: Chance, kinds: tuple[str, ...] = KINDS) -> Tensor:
    """The pictures, each transformed by each kind with probability p (0 to 1).

    Shapes: pictures [N, 3, H, W], values -1..1 -> the same shape, not clipped.
    """
    if p <= 0:
        return pictures
    count, _, height, width = pictures.shape
    place = torch.eye(3, device=pictures.device).expand(count, 3, 3)
    for kind in (kind for kind in GEOMETRY if kind in kinds):
        place = place @ GEOMETRY[kind](count, p, chance, (height, width))
    if any(kind in kinds for kind in GEOMETRY):
        pictures = _read_at(pictures, place)
    colour = torch.eye(4, device=pictures.device).expand(count, 4, 4)
    for kind in (kind for kind in COLOUR if kind in kinds):
        colour = COLOUR[kind](count, p, chance) @ colour
    if any(kind in kinds for kind in COLOUR):
        pictures = (colour[:, :3, :3] @ pictures.flatten(2) + colour[:, :3, 3:]).view_as(pictures)
    return pictures


def diff_augment(pictures: Tensor, chance: Chance) -> Tensor:
    """The pictures with another brightness, saturation and contrast, shifted by up to an eighth, with a hole.

    Shapes: pictures [N, 3, H, W], values -1..1 -> the same shape, not clipped.
    """
    count, _, height, width = pictures.shape
    pictures = pictures + (uniform(count, chance, -0.5, 0.5))[:, None, None, None]
    grey = pictures.mean(1, keepdim=True)
    pictures = grey + (pictures - grey) * uniform(count, chance, 0, 2)[:, None, None, None]
    level = pictures.mean((1, 2, 3), keepdim=True)
    pictures = level + (pictures - level) * uniform(count, chance, 0.5, 1.5)[:, None, None, None]
    down = whole(count, chance, -(height // 8), height // 8 + 1)
    right = whole(count, chance, -(width // 8), width // 8 + 1)
    rows = torch.arange(height, device=pictures.device) + down[:, None]
    columns = torch.arange(width, device=pictures.device) + right[:, None]
    inside = ((rows >= 0) & (rows < height))[:, :, None] & ((columns >= 0) & (columns < width))[:, None]
    index = rows.clamp(0, height - 1)[:, :, None] * width + columns.clamp(0, width - 1)[:, None]
    shifted = pictures.flatten(2).gather(2, index.flatten(1)[:, None].expand(-1, 3, -1)).view_as(pictures)
    top, left = whole(count, chance, -(height // 4), height), whole(count, chance, -(width // 4), width)
    ys, xs = torch.arange(height, device=pictures.device), torch.arange(width, device=pictures.device)
    tall = (ys >= top[:, None]) & (ys < top[:, None] + height // 2)
    wide = (xs >= left[:, None]) & (xs < left[:, None] + width // 2)
    keep = inside & ~(tall[:, :, None] & wide[:, None])
    return shifted * keep[:, None]


@dataclass
class Steering:
    """Follows r_t, the mean sign of the discriminator's scores of real pictures: near 1 where it knows them by heart.

    After every four observed batches p moves towards overfitting less, by as much as would take it from 0 to 1 over
    `pictures_to_full` pictures.
    """

    target: float = 0.6
    pictures_to_full: int = 500_000
    p: float = 0.0
    signs: float = 0.0
    seen: int = 0
    batches: int = 0
    r_t: float = 0.0

    def observe(self, real_scores: Tensor) -> None:
        """Takes in the scores of a batch of real pictures."""
        self.signs += float(real_scores.detach().sign().sum())
        self.seen += real_scores.numel()
        self.batches += 1
        if self.batches < 4:
            return
        self.r_t = self.signs / self.seen
        step = self.seen / self.pictures_to_full
        # above 0.85 the paper saw augmentations leak
        self.p = min(0.85, max(0.0, self.p + math.copysign(step, self.r_t - self.target)))
        self.signs, self.seen, self.batches = 0.0, 0, 0


def _read_at(pictures: Tensor, place: Tensor) -> Tensor:
    """Pictures read at places given by matrices [N, 3, 3] over pixels counted from the centre."""
    height, width = pictures.shape[2:]
    to_pixels = torch.tensor([width / 2, height / 2, 1.0], device=place.device)
    theta = place * to_pixels / to_pixels[:, None]
    grid = functional.affine_grid(theta[:, :2].to(pictures), list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, mode="bilinear", padding_mode="reflection", align_corners=False)
