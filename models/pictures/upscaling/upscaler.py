"""An upscaler: a network that enlarges pictures of any size, tile by tile, in bounded memory.

The picture gets a frame of its own mirrored edge, and each tile a frame of the pixels around it, as wide as the
network sees; so neither the picture's border nor a seam between tiles shows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

import torch
from torch import Tensor
from torch.nn import functional

from models.pictures.upscaling.rrdb import rrdb_from_state
from models.pictures.upscaling.srvgg import srvgg_from_state
from schemas.errors import CheckpointError, MediaError

Progress = Callable[[int, int], None]
"""Called after each tile with the number of tiles done and of all."""

_LEAST_TILE_PX = 16
MAX_RESULT_PX = 32_000_000
"""Pixels of the largest result: 3 float32 numbers each, 384 MB."""


class UpscalingNetwork(Protocol):
    """What an upscaler asks of its network."""

    scale: int
    frame_px: int
    """How far around a picture it looks, in pixels of the small picture."""
    tile_px: int
    """The tile that suits it, in pixels of the small picture: fast, and in some 200 MB."""

    def enlarge(self, framed: Tensor) -> Tensor:
        """The picture inside a frame of `frame_px` pixels, enlarged."""
        ...


class Upscaler:
    """Enlarges pictures by `scale` with one network."""

    def __init__(self, network: UpscalingNetwork, device: torch.device) -> None:
        self._network, self._device = network, device
        self.scale = network.scale

    def __call__(self, picture: Tensor, *, tile_px: int = 0, progress: Progress | None = None) -> Tensor:
        """The picture enlarged, in 0..1, on the CPU.

        Args:
            picture: values in 0..1.
            tile_px: longest side of a tile of the small picture, in pixels, at least 16: memory grows with its square;
                0 is what suits the network.
            progress: called after each tile.

        Shapes: picture [1, 3, H, W]; returns [1, 3, scale H, scale W].

        Raises:
            MediaError: the picture has another shape, or its result would be larger than 32 million pixels.
        """
        tile_px = tile_px or self._network.tile_px
        height, width = self._checked(picture, tile_px)
        framed = framed_by_its_mirror(picture.float(), self._network.frame_px)
        result = torch.empty(1, 3, height * self.scale, width * self.scale)
        rows, columns = cuts(height, tile_px), cuts(width, tile_px)
        total, done = len(rows) * len(columns), 0
        with torch.inference_mode():
            for top, bottom in rows:
                for left, right in columns:
                    self._enlarge_tile(framed, result, (top, bottom, left, right))
                    done += 1
                    if progress is not None:
                        progress(done, total)
        return result

    def work_px(self, height: int, width: int, *, tile_px: int = 0) -> int:
        """Pixels of all tiles with their frames that a picture of this size takes: time grows with them."""
        tile_px, around = tile_px or self._network.tile_px, 2 * self._network.frame_px
        tall, wide = (sum(end - start + around for start, end in cuts(side, tile_px)) for side in (height, width))
        return tall * wide

    def _enlarge_tile(self, framed: Tensor, result: Tensor, place: tuple[int, int, int, int]) -> None:
        top, bottom, left, right = place
        around = 2 * self._network.frame_px
        tile = framed[..., top : bottom + around, left : right + around].to(self._device)
        made = self._network.enlarge(tile.contiguous(memory_format=torch.channels_last))
        scale = self.scale
        result[..., top * scale : bottom * scale, left * scale : right * scale] = made.clamp_(0, 1)

    def _checked(self, picture: Tensor, tile_px: int) -> tuple[int, int]:
        if picture.dim() != 4 or picture.shape[:2] != (1, 3) or 0 in picture.shape:
            raise MediaError(f"a picture to enlarge has the shape [1, 3, H, W], not {list(picture.shape)}")
        if tile_px < _LEAST_TILE_PX:
            raise MediaError(f"tile_px is {tile_px}; a tile is at least {_LEAST_TILE_PX} pixels")
        height, width = picture.shape[2:]
        if height * width * self.scale**2 > MAX_RESULT_PX:
            raise MediaError(
                f"a picture of {width} x {height} enlarged {self.scale} times has more than {MAX_RESULT_PX:,} pixels: "
                "make it smaller first"
            )
        return height, width


def framed_by_its_mirror(picture: Tensor, frame_px: int) -> Tensor:
    """The picture with its own mirror image around it, as often as a frame wider than itself needs.

    Shapes: picture [N, C, H, W]; returns [N, C, H + 2 frame_px, W + 2 frame_px].
    """
    while frame_px:
        height, width = picture.shape[2:]
        step = min(frame_px, height - 1, width - 1)
        if step < 1:
            return functional.pad(picture, (frame_px,) * 4, mode="replicate")
        picture = functional.pad(picture, (step,) * 4, mode="reflect")
        frame_px -= step
    return picture


def cuts(length: int, longest: int) -> list[tuple[int, int]]:
    """A length cut into as few stretches as can be of at most `longest`, as even as can be: (start, end) of each."""
    count = -(-length // longest)
    edges = [length * index // count for index in range(count + 1)]
    return list(zip(edges, edges[1:], strict=False))


def load_upscaler(path: Path, *, device: str = "cpu") -> Upscaler:
    """The upscaler whose weights a safetensors file holds: compact (SRVGG) or RRDB, of any size.

    Raises:
        CheckpointError: it cannot be read, or holds another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        state = load_file(path)
    except (OSError, SafetensorError) as error:
        raise CheckpointError(f"{path.name} is no safetensors file that can be read: {error}") from error
    return upscaler_from_state(state, device=device)


def upscaler_from_state(state: Mapping[str, Tensor], *, device: str = "cpu") -> Upscaler:
    """The upscaler with these weights, named as in any of the published files of ESRGAN and Real-ESRGAN.

    Raises:
        CheckpointError: they are of another network.
    """
    where = torch.device(device)
    if "body.0.weight" in state:
        return Upscaler(srvgg_from_state(state).to(where), where)
    return Upscaler(rrdb_from_state(state).to(where), where)
