"""Style `move`: a painted still that the camera moves through, near things faster than far ones, with living light.

The still is painted once by the slow route. Things in it stay where they were painted. What the scene does in time is
drawn small at every key frame; of the difference to the drawing that was painted only what is broad and faint is laid
over the paint, so that light and clouds move and no edge is seen twice. What is drawn over paint (rain, stars, lit
windows) is drawn for the moment and laid over that.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import torch
import torch.nn.functional as F

from media.film.camera import PARALLAX, view_map
from media.film.stage import ShotStage
from media.scenes.drawing import draw_scene
from tasks.filming.painters.keys import frames_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from torch import Tensor

    from media.film.pulse import Pulse
    from schemas.film import Shot, Storyboard
    from tasks.painting.painter import Pixels

_STAGE_PX = 360
_KEPT = 2
_BROAD = (9, 16)
_MOVING, _FAINT = 0.8, 0.07


class _Light(NamedTuple):
    """What a key frame lays over the paint.

    Shapes: added [3, small]; drawn [3, h, w] and veil [1, h, w], or None.
    """

    added: Tensor
    drawn: Tensor | None
    veil: Tensor | None


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
        still = _planes(self._stills[shot.scene])
        stage = ShotStage(scene, shot, pulse, fps, self._stage_px)
        drawn = draw_scene(scene, *self._stage_px).underpainting
        painted_over = torch.from_numpy(drawn).permute(2, 0, 1).contiguous()
        lights: OrderedDict[int, _Light] = OrderedDict()
        for now in frames_of(shot, count, fps):
            for key in (now.before, now.after):
                if key not in lights:
                    lights[key] = self._light(stage, key, painted_over)
                while len(lights) > _KEPT:
                    lights.popitem(last=False)
            picture = self._looked_at(stage, still, now.frame)
            light = _mixed(lights[now.before], lights[now.after], now.share)
            yield self._lit(picture, light)

    def _looked_at(self, stage: ShotStage, still: Tensor, frame: int) -> Tensor:
        """The still as the camera sees it. Shapes: [3, H, W]."""
        width, height = self.size_px
        half = (-(-width // 2), -(-height // 2))  # the map is smooth: half of it is enough, at a quarter of the time
        grid = _grid(stage, frame, half, (still.shape[2], still.shape[1]))
        fine = F.interpolate(grid, size=(height, width), mode="bilinear", align_corners=False)
        return _at(still, fine)

    def _light(self, stage: ShotStage, frame: int, painted_over: Tensor) -> _Light:
        staged = stage.at(frame)
        width, height = self._stage_px
        still = _at(painted_over, _grid(stage, frame, (width, height), (width, height)))
        broad = F.interpolate((torch.from_numpy(staged.drawing) - still)[None], size=_BROAD, mode="area")[0]
        added = broad.mul_(_MOVING).clamp_(-_FAINT, _FAINT)
        if staged.light is None or staged.veil is None:
            return _Light(added, None, None)
        return _Light(added, torch.from_numpy(staged.light), torch.from_numpy(staged.veil)[None])

    def _lit(self, picture: Tensor, light: _Light) -> Tensor:
        lit = (picture + self._large(light.added, "bicubic")).clamp_(0, 1)
        if light.drawn is None or light.veil is None:
            return lit
        over = self._large(torch.cat((light.drawn, light.veil)), "bilinear")
        return lit.mul_(1 - over[3:]).add_(over[:3])

    def _large(self, planes: Tensor, mode: str) -> Tensor:
        width, height = self.size_px
        return F.interpolate(planes[None], size=(height, width), mode=mode, align_corners=False)[0]


def _mixed(one: _Light, other: _Light, share: float) -> _Light:
    if share == 0:
        return one
    added = one.added.lerp(other.added, share)
    if one.drawn is None or one.veil is None or other.drawn is None or other.veil is None:
        return _Light(added, one.drawn, one.veil)
    return _Light(added, one.drawn.lerp(other.drawn, share), one.veil.lerp(other.veil, share))


def _grid(stage: ShotStage, frame: int, out: tuple[int, int], source: tuple[int, int]) -> Tensor:
    """Where in a picture each pixel of a frame is seen, as `grid_sample` counts. Shapes: [1, 2, H, W] of -1..1."""
    where = torch.from_numpy(view_map(stage.look(frame), stage.depth, *out, *source, PARALLAX))
    scale = torch.tensor([2 / (source[0] - 1), 2 / (source[1] - 1)]).view(2, 1, 1)
    return (where * scale - 1)[None]


def _at(picture: Tensor, grid: Tensor) -> Tensor:
    places = grid.permute(0, 2, 3, 1)
    return F.grid_sample(picture[None], places, mode="bilinear", padding_mode="border", align_corners=True)[0]


def _planes(pixels: Pixels) -> Tensor:
    return torch.from_numpy(pixels).permute(2, 0, 1).contiguous().float().div_(255)
