"""The networks that paint key frames, brought to one shape: `vid2vid` and `few-shot`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from media.scenes.drawing import draw_scene
from models.film.painter.grain import MovingGrain
from models.film.painter.network import Previous

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from media.film.stage import StagedFrame
    from models.film.few_shot.painter import FewShotPainter
    from models.film.painter.network import FilmPainter
    from models.pictures.style.looks import Looks
    from schemas.film import Shot, Storyboard
    from schemas.picture import Treatment
    from tasks.filming.painters.keyed import Earlier
    from tasks.painting.painter import Pixels

REGIONS = ("above", "below", "subject")
_REFERENCE_PX = 288


class StyledKeys:
    """`film:painted`: the looks of the storyboard's treatment are its condition."""

    def __init__(self, network: FilmPainter, looks: Looks, treatment: Treatment) -> None:
        self._network = network
        self._vectors = torch.stack(
            [torch.from_numpy(looks.vector(getattr(treatment, region).look)) for region in REGIONS]
        )[None].float()
        self._strength = torch.tensor([treatment.strength])
        self._condition: Tensor | None = None
        self._grain: MovingGrain | None = None

    def begin(self, shot: Shot, first: StagedFrame) -> None:
        """A shot keeps the condition of its first frame, and a grain that moves with what it lies on."""
        height, width = first.labels.shape
        self._grain = MovingGrain(height, width, seed=0)
        self._condition = self._network.condition(
            self._vectors, self._strength, _batch(first.drawing), _batch(first.regions)
        )

    def paint(self, staged: StagedFrame, earlier: Earlier | None) -> Tensor:
        """A key frame. Shapes: [1, 3, H, W] of 0-1."""
        if self._condition is None or self._grain is None:
            raise RuntimeError("a shot was painted before it was begun")
        previous = None
        if earlier is not None:
            previous = Previous(earlier.picture, _batch(earlier.staged.drawing), earlier.flow)
        grain = self._grain.first() if earlier is None else self._grain.moved(earlier.flow)
        labels, drawing, regions = torch.from_numpy(staged.labels)[None], _batch(staged.drawing), _batch(staged.regions)
        painted = self._network(labels, drawing, regions, self._condition, previous, grain)
        picture: Tensor = painted.picture.clamp(0, 1)
        return picture


class ReferredKeys:
    """`film:few-shot`: its weights are made once, from painted scenes of the film."""

    def __init__(self, network: FewShotPainter, board: Storyboard, stills: Mapping[int, Pixels]) -> None:
        pictures, labels, drawings = [], [], []
        for number, pixels in sorted(stills.items()):
            width = round(_REFERENCE_PX * pixels.shape[1] / pixels.shape[0])
            drawn = draw_scene(board.scenes[number], width, _REFERENCE_PX)
            small = torch.nn.functional.interpolate(
                torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255, (_REFERENCE_PX, width), mode="area"
            )
            pictures.append(small)
            labels.append(torch.from_numpy(drawn.labels)[None])
            drawings.append(torch.from_numpy(drawn.underpainting).permute(2, 0, 1)[None].contiguous())
        self._network = network
        self._weights = network.weights_of(pictures, labels, drawings)

    def begin(self, shot: Shot, first: StagedFrame) -> None:
        """Nothing: the weights are those of the whole film."""

    def paint(self, staged: StagedFrame, earlier: Earlier | None) -> Tensor:
        """A key frame. Shapes: [1, 3, H, W] of 0-1."""
        labels = torch.from_numpy(staged.labels)[None]
        before, flow = (earlier.picture, earlier.flow) if earlier else (None, None)
        return self._network.paint(self._weights, labels, _batch(staged.drawing), before, flow)


def _batch(planes: NDArray[np.float32]) -> Tensor:
    return torch.from_numpy(planes)[None]
