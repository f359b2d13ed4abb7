"""Styles that paint key frames one after the other, and move what is between them along the scene's own flow."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

import torch

from media.film.stage import ShotStage
from models.film.warping import warp
from tasks.filming.painters.keys import frames_of
from tasks.filming.painters.looking import details_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from media.film.pulse import Pulse
    from media.film.stage import StagedFrame
    from schemas.film import Shot, Storyboard
    from tasks.filming.painters.keys import Between


class Earlier(NamedTuple):
    """The key frame before: as it was staged and painted, and the flow back to it.

    Shapes: picture [1, 3, H, W]; flow [1, 2, H, W] in pixels.
    """

    staged: StagedFrame
    picture: Tensor
    flow: Tensor


class KeyPainter(Protocol):
    """A network that paints one frame of a shot."""

    def begin(self, shot: Shot, first: StagedFrame) -> None:
        """Get ready for a shot that begins with this frame."""

    def paint(self, staged: StagedFrame, earlier: Earlier | None) -> Tensor:
        """A key frame. Shapes: [1, 3, H, W] of 0-1."""


class _Key(NamedTuple):
    staged: StagedFrame
    picture: Tensor


class KeyedPainter:
    """Films shots with a network of key frames."""

    def __init__(self, board: Storyboard, painter: KeyPainter, size_px: tuple[int, int], *, warps: bool = True) -> None:
        """Get ready.

        Args:
            board: the storyboard.
            painter: the network.
            size_px: width and height that it paints at.
            warps: whether frames between key frames are moved along the flow; else every frame is a key frame.
        """
        self.size_px = size_px
        self._board = board
        self._painter = painter
        self._warps = warps

    @torch.inference_mode()
    def frames(self, shot: Shot, pulse: Pulse, count: int) -> Iterator[Tensor]:
        """The shot's first frames. Shapes: [3, H, W] of 0-1 each."""
        fps = self._board.fps
        stage = ShotStage(self._board.scenes[shot.scene], shot, pulse, fps, self.size_px)
        keys: dict[int, _Key] = {}
        for now in frames_of(shot, count, fps if self._warps else 1):
            for number in (now.before, now.after):
                if number not in keys:
                    before = keys.get(max(keys)) if keys else None
                    keys[number] = self._painted(stage, shot, number, before)
                    keys = {one: keys[one] for one in sorted(keys)[-2:]}
            picture = self._moved(stage, keys, now)
            over = details_of(stage, now, self.size_px)
            yield picture if over is None else picture * (1 - over[3:]) + over[:3]

    def _painted(self, stage: ShotStage, shot: Shot, number: int, before: _Key | None) -> _Key:
        staged = stage.at(number)
        if before is None:
            self._painter.begin(shot, staged)
            return _Key(staged, self._painter.paint(staged, None))
        flow, _ = stage.flow(before.staged.frame, number)
        earlier = Earlier(before.staged, before.picture, torch.from_numpy(flow)[None])
        return _Key(staged, self._painter.paint(staged, earlier))

    def _moved(self, stage: ShotStage, keys: dict[int, _Key], now: Between) -> Tensor:
        """A key frame, or what two key frames come to between them. Shapes: [3, H, W]."""
        one, other = keys[now.before], keys[now.after]
        if now.share == 0:
            return one.picture[0]
        back, on = (torch.from_numpy(flow)[None] for flow in stage.between(now.before, now.frame, now.after))
        return warp(one.picture, back).lerp_(warp(other.picture, on), now.share)[0]
