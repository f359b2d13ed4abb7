"""Painting a shot frame after frame: what was painted last is kept, and no more."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.film.painter.grain import MovingGrain
from models.film.painter.network import REGIONS, STEP_PX, FilmPainter, Previous
from schemas.errors import MediaError

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

LARGEST_PIXELS = 2048 * 2048
"""The most pixels of a frame: about 1.5 GiB of working memory."""


class ShotPainter:
    """Paints the frames of one shot in order, each after the one before it. Make a new one for each shot."""

    def __init__(self, network: FilmPainter, vectors: Floats, strength: float, *, seed: int = 0) -> None:
        """A shot that is painted in three looks.

        Args:
            network: paints.
            vectors: style vectors of `models.pictures.style.looks` for above, below and subject. Shapes: [3, 100].
            strength: how strongly, 0 to 1; shots were learnt at 0.45 to 0.75.
            seed: which grain lies under the paint.

        Raises:
            MediaError: the vectors are not three of 100 numbers, or the strength is out of its bounds.
        """
        wanted = (len(REGIONS), network.config.style_width)
        if np.shape(vectors) != wanted or not np.isfinite(vectors).all():
            raise MediaError(f"style vectors of shape {np.shape(vectors)}: give {wanted}, one for each of {REGIONS}")
        if not 0 <= strength <= 1:
            raise MediaError(f"a strength of {strength} is out of bounds: give 0 to 1")
        self._network = network
        self._device = network.head.weight.device
        self._vectors = torch.from_numpy(np.array(vectors, np.float32))[None].to(self._device)
        self._strength = torch.tensor([strength], dtype=torch.float32, device=self._device)
        self._seed = seed
        self._grain: MovingGrain | None = None
        self._condition: Tensor | None = None
        self._before: tuple[Tensor, Tensor] | None = None

    @torch.inference_mode()
    def paint(self, labels: Bytes, drawing: Floats, regions: Floats, flow: Floats | None = None) -> Bytes:
        """The next frame of the shot.

        Args:
            labels: label map (see `schemas.scene.LABELS`). Shapes: [H, W], H and W multiples of 16.
            drawing: the scene without what is drawn over the paint, 0 to 1 (`DrawnScene.underpainting`, seen by the
                camera). Shapes: [3, H, W].
            regions: how much of each pixel is above, below and subject. Shapes: [3, H, W].
            flow: for each pixel where it was in the frame before, in pixels right and down, as
                `models.film.warping.warp` takes it; None at a shot's first frame, or to forget the frame before.
                Shapes: [2, H, W].

        Returns:
            The painted frame. Shapes: [3, H, W].

        Raises:
            MediaError: shapes do not fit each other or the frame before, a side is no multiple of 16, there is a label
                that the network does not know, a flow at a first frame, or the frame is too large.
        """
        self._check(labels, drawing, regions, flow)
        seen = self._given(drawing)
        shares = self._given(regions)
        shares = shares / shares.sum(1, keepdim=True).clamp_min(1e-3)
        if self._condition is None:
            self._condition = self._network.condition(self._vectors, self._strength, seen, shares)
        if self._grain is None:
            self._grain = MovingGrain(*labels.shape, seed=self._seed, device=self._device)
        previous, grain = None, self._grain.first()
        if flow is not None and self._before is not None:
            previous = Previous(*self._before, self._given(flow))
            grain = self._grain.moved(previous.flow)
        marks = torch.from_numpy(np.ascontiguousarray(labels))[None].to(self._device)
        picture = self._network(marks, seen, shares, self._condition, previous, grain).picture.clamp(0, 1)
        self._before = (picture, seen)
        return np.asarray((picture[0] * 255 + 0.5).byte().cpu().numpy(), np.uint8)

    def _given(self, planes: Floats) -> Tensor:
        return torch.from_numpy(np.ascontiguousarray(planes, np.float32))[None].to(self._device)

    def _check(self, labels: Bytes, drawing: Floats, regions: Floats, flow: Floats | None) -> None:
        if labels.ndim != 2 or min(labels.shape) < STEP_PX or labels.shape[0] % STEP_PX or labels.shape[1] % STEP_PX:
            raise MediaError(f"a label map of shape {labels.shape}: height and width must be multiples of {STEP_PX}")
        height, width = labels.shape
        if height * width > LARGEST_PIXELS:
            raise MediaError(f"a frame of {width}x{height} px: at most {LARGEST_PIXELS} pixels are painted at once")
        if labels.dtype != np.uint8 or int(labels.max()) >= self._network.config.labels:
            raise MediaError(
                f"labels of type {labels.dtype} up to {labels.max()}: give bytes below {self._network.config.labels}"
            )
        given = {"drawing": (drawing, 3), "regions": (regions, 3), "flow": (flow, 2)}
        for name, (planes, count) in given.items():
            if planes is not None and planes.shape != (count, height, width):
                raise MediaError(f"{name} of shape {planes.shape} beside labels of {width}x{height} px: give {count}")
        if flow is not None and self._before is None:
            raise MediaError("a flow is given at the first frame of a shot: there is no frame before, give None")
        if self._before is not None and self._before[0].shape[2:] != labels.shape:
            raise MediaError("a frame of another size than the one before it: begin a new shot")
