"""Pictures of a scene, whatever their size, as the camera of a shot sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from media.film.camera import view_map

if TYPE_CHECKING:
    from torch import Tensor

    from media.film.stage import ShotStage
    from tasks.filming.painters.keys import Between


def grid_of(stage: ShotStage, frame: int, out: tuple[int, int], source: tuple[int, int]) -> Tensor:
    """Where in a picture each pixel of a frame is seen, as `grid_sample` counts. Shapes: [1, 2, H, W] of -1..1.

    Args:
        stage: of the shot.
        frame: of the film.
        out: width and height of the frame.
        source: width and height of the picture.
    """
    where = torch.from_numpy(view_map(stage.look(frame), stage.depth, *out, *source))
    scale = torch.tensor([2 / (source[0] - 1), 2 / (source[1] - 1)]).view(2, 1, 1)
    return (where * scale - 1)[None]


def seen_at(picture: Tensor, grid: Tensor) -> Tensor:
    """A picture as a grid sees it. Shapes: [C, h, w], [1, 2, H, W] -> [C, H, W]."""
    places = grid.permute(0, 2, 3, 1)
    return F.grid_sample(picture[None], places, mode="bilinear", padding_mode="border", align_corners=True)[0]


def details_of(stage: ShotStage, now: Between, out: tuple[int, int]) -> Tensor | None:
    """What is drawn over the paint of a frame, seen through the camera; None where nothing is.

    Shapes: [4, H, W]: light, already times its mask, and how much of the painting that hides.
    """
    found = stage.details_drawn(now.before, now.frame, now.after)
    if found is None:
        return None
    height, width = found.shape[1:]
    return seen_at(torch.from_numpy(found), grid_of(stage, now.frame, out, (width, height)))
