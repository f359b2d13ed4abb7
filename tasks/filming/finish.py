"""The last touch of every frame: dissolves, colours in time with the harmony, light on the beat, darker corners."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from media.film.grading import grade_at, vignette_of

if TYPE_CHECKING:
    from torch import Tensor

    from media.film.pulse import Pulse
    from schemas.film import Storyboard

_LUMA = torch.tensor([[0.2126, 0.7152, 0.0722]])
_FAINT = 0.004
_GLOW = 0.5


class Finish:
    """Finishes the frames of a film of one size."""

    def __init__(self, board: Storyboard, pulse: Pulse, size_px: tuple[int, int]) -> None:
        self._board = board
        self._pulse = pulse
        self._corners = torch.from_numpy(vignette_of(*size_px))

    @torch.inference_mode()
    def __call__(self, picture: Tensor, before: Tensor | None, number: int, frame: int) -> Tensor:
        """A frame of a shot, finished.

        Shapes: picture and before [3, H, W] of 0-1 -> [3, H, W].

        Args:
            picture: as it was painted.
            before: the frame of the shot before that is still seen; None where nothing is.
            number: of the shot.
            frame: of the film.
        """
        grade = grade_at(self._board, number, frame, self._pulse)
        if before is not None and grade.before > 0:
            picture = picture.lerp(before, grade.before)
        weights = torch.from_numpy(grade.matrix)
        flat = picture.reshape(3, -1)
        light = 1 - grade.vignette * self._corners.reshape(1, -1)
        if (
            grade.glow > _FAINT
        ):  # lights get brighter by the square of their brightness; a white beach must not burn out
            light = light.addcmul((_LUMA @ flat).square_(), light, value=_GLOW * grade.glow)
        moved = torch.mm(weights[:, :3], flat).mul_(light).add_(weights[:, 3:])
        return moved.view_as(picture)
