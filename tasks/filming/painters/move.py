"""Style `move`: a painted still that the camera moves through, near things faster than far ones, with living light.

The still is painted once by the slow route. Things in it stay where they were painted. What the scene does in time is
drawn small at every key frame; of the difference to the drawing that was painted only what is broad and faint is laid
over the paint, so that light and clouds move and no edge is seen twice. What is drawn over paint (rain, stars, lit
windows) is drawn for the moment and laid over that.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F

from media.film.stage import ShotStage
from media.scenes.drawing import draw_scene
from tasks.filming.painters.keys import frames_of
from tasks.filming.painters.looking import grid_of, seen_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from media.film.pulse import Floats, Pulse
    from schemas.film import Shot, Storyboard
    from tasks.painting.painter import Pixels

_STAGE_PX = 360
_KEPT = 2
_BROAD = (9, 16)
_SMOOTH = 5
_MOVING, _FAINT = 0.8, 0.07


class MovePainter:
    """Films the stills of a storyboard."""

    def __init__(self, board: Storyboard, stills: Mapping[int, Pixels], size_px: tuple[int, int]) -> None:
        """Get ready.

        Args:
            board: the storyboard.
            stills: the painted scenes by number, without what is drawn over the paint. Shapes: [H, W, 3].
            size_px: width and height of the frames.
        """
        self.size_px = size_px
        self._board = board
        self._stills = stills
        scale = min(1.0, _STAGE_PX / min(size_px))
        self._stage_px = (max(16, round(size_px[0] * scale)), max(16, round(size_px[1] * scale)))

    @torch.inference_mode()
    def frames(self, shot: Shot, pulse: Pulse, count: int) -> Iterator[Tensor]:
        """The shot's first frames. Shapes: [3, H, W] of 0-1 each."""
        scene, fps = self._board.scenes[shot.scene], self._board.fps
        still = torch.from_numpy(self._stills[shot.scene]).permute(2, 0, 1).contiguous().float().div_(255)
        stage = ShotStage(scene, shot, pulse, fps, self._stage_px)
        drawn = torch.from_numpy(draw_scene(scene, *self._stage_px).underpainting).permute(2, 0, 1).contiguous()
        lights: OrderedDict[int, Tensor] = OrderedDict()
        for now in frames_of(shot, count, fps):
            for key in (now.before, now.after):
                if key not in lights:
                    lights[key] = self._light(stage, key, drawn)
                while len(lights) > _KEPT:
                    lights.popitem(last=False)
            light = lights[now.before].lerp(lights[now.after], now.share)
            details = stage.details_drawn(now.before, now.frame, now.after)
            planes = self._laid_over(light, details)
            width, height = self.size_px
            half = (
                -(-width // 2),
                -(-height // 2),
            )  # the map is smooth: half of it is enough, at a quarter of the time
            coarse = grid_of(stage, now.frame, half, (still.shape[2], still.shape[1]))
            grid = F.interpolate(coarse, size=(height, width), mode="bilinear", align_corners=False)
            over = seen_at(planes, grid)
            yield seen_at(still, grid).mul_(1 - over[3:]).add_(over[:3]).clamp_(0, 1)

    def _light(self, stage: ShotStage, frame: int, drawn: Tensor) -> Tensor:
        """What the light has come to at a key frame since it was painted, broad and faint. Shapes: [3, small]."""
        then = seen_at(drawn, grid_of(stage, frame, self._stage_px, self._stage_px))
        moved = torch.from_numpy(stage.at(frame).drawing) - then
        broad = F.interpolate(moved[None], size=_BROAD, mode="area")[0]
        return broad.mul_(_MOVING).clamp_(-_FAINT, _FAINT)

    def _laid_over(self, light: Tensor, details: Floats | None) -> Tensor:
        """What is laid over paint: `paint * (1 - the last plane) + the others`. Shapes: [3, small] -> [4, h, w]."""
        width, height = self._stage_px
        smooth = F.interpolate(light[None], size=(_SMOOTH * _BROAD[0], _SMOOTH * _BROAD[1]), mode="bicubic")
        added = F.interpolate(smooth, size=(height, width), mode="bilinear", align_corners=False)[0]
        if details is None:
            return torch.cat((added, torch.zeros_like(added[:1])))
        over = torch.from_numpy(details)
        return torch.cat((added.mul_(1 - over[3:]).add_(over[:3]), over[3:]))
