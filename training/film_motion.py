"""A camera that moves over a drawn scene, what it sees in each frame, and the true flow between any two frames."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor


@dataclass(frozen=True)
class View:
    """What is seen of a scene in a frame.

    Shapes: drawing [1, 3, H, W] in 0..1; grain [1, 1, H, W] about 0; regions [1, 3, H, W]; labels [1, 1, H, W] of whole
    numbers; motion [1, 2, H, W], what moves in the scene, in the scene's pixels a frame; middle and zoom, of the
    camera: the middle in the scene's pixels off the scene's middle.
    """

    drawing: Tensor
    grain: Tensor
    regions: Tensor
    labels: Tensor
    motion: Tensor
    middle: tuple[float, float]
    step: float
    """The scene's pixels in a pixel of the view."""


@dataclass(frozen=True)
class Camera:
    """A straight move: zoom and middle (in shares of what can be seen beside the frame, -1 to 1) of each frame."""

    zooms: tuple[float, ...]
    middles: tuple[tuple[float, float], ...]

    @property
    def largest_zoom(self) -> float:
        """The nearest that it comes."""
        return max(self.zooms)

    @classmethod
    def of_chance(cls, rng: np.random.Generator, frames: int, most_zoom: float, still_share: float) -> Self:
        """A slow move from anywhere to near there; so many of all stand still."""
        zoom = float(rng.uniform(1.0, most_zoom))
        still = rng.random() < still_share
        ratio = 1.0 if still else float(np.exp(rng.normal(0, 0.012) * (frames - 1)))
        start = rng.uniform(-1, 1, 2)
        move = np.zeros(2) if still else rng.normal(0, 0.04, 2) * (frames - 1)
        shares = np.linspace(0, 1, frames)
        zooms = np.clip(zoom * ratio**shares, 1.0, 4.0)
        middles = np.clip(start + move * shares[:, None], -1, 1)
        return cls(tuple(float(one) for one in zooms), tuple((float(x), float(y)) for x, y in middles))


def seen(canvas: dict[str, Tensor], camera: Camera, frame: int, width_px: int, height_px: int) -> View:
    """What the camera sees in a frame of what is known of a scene ([1, C, H, W] each: see `View`)."""
    height, width = canvas["drawing"].shape[2:]
    step = min(width / width_px, height / height_px) / camera.zooms[frame]
    room = ((width - width_px * step) / 2, (height - height_px * step) / 2)
    middle = tuple(share * max(free, 0.0) for share, free in zip(camera.middles[frame], room, strict=True))
    xs = (torch.arange(width_px) - (width_px - 1) / 2) * step + middle[0]
    ys = (torch.arange(height_px) - (height_px - 1) / 2) * step + middle[1]
    grid = torch.stack(torch.meshgrid(ys / (height / 2), xs / (width / 2), indexing="ij")[::-1], -1)[None]
    found = {
        name: F.grid_sample(
            plane,
            grid.float(),
            mode="nearest" if name in ("labels", "motion") else "bilinear",
            padding_mode="border",
            align_corners=False,
        )
        for name, plane in canvas.items()
    }
    return View(**found, middle=(float(middle[0]), float(middle[1])), step=step)


def true_flow(views: list[View], frame: int, other: int) -> Tensor:
    """Where each pixel of a frame is in another, in pixels right and down. Shapes: [1, 2, H, W]."""
    here, there = views[frame], views[other]
    height, width = here.drawing.shape[2:]
    ys, xs = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    middle = torch.tensor([(width - 1) / 2, (height - 1) / 2]).view(1, 2, 1, 1)
    place = torch.stack((xs, ys)).float()[None]
    scene = (place - middle) * here.step + torch.tensor(here.middle).view(1, 2, 1, 1) + (other - frame) * here.motion
    return (scene - torch.tensor(there.middle).view(1, 2, 1, 1)) / there.step + middle - place
