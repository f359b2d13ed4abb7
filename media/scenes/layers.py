"""What a drawn scene is: layers from back to front, and the pictures and maps that they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from schemas.scene import LABELS, Label

Floats = NDArray[np.float32]
Region = Literal["above", "below", "subject"]
"""Which of a look's paints a layer takes: that of the sky, of the ground, or of what the picture is about."""


Box = tuple[slice, slice]
"""Rows and columns of a frame."""


@dataclass(frozen=True)
class Layer:
    """One layer. Only the box of the frame that it fills is kept, so that a hundred small things cost little.

    Attributes:
        name: unique in its scene, e.g. 'far hills'.
        label: what it is in a label map.
        mask: how much of what lies behind it hides, 0 to 1, inside its box. Shapes: [h, w].
        paint: sRGB, 0 to 1. Shapes: [h, w, 3], or [3] where it is all of one colour.
        box: where in the frame the mask lies; outside of it the layer is not.
        frame_px: height and width of the frame.
        depth: 0 at the horizon to 1 at the eye.
        region: whose paint it takes.
        velocity: how fast it moves to the right and downwards, in units of the frame's shorter side a second.
        after: whether it is drawn over the painted picture, as rain, twigs and lit windows must be.
    """

    name: str
    label: Label
    mask: Floats
    paint: Floats
    box: Box
    frame_px: tuple[int, int]
    depth: float
    region: Region
    velocity: tuple[float, float] = (0.0, 0.0)
    after: bool = False

    @property
    def alpha(self) -> Floats:
        """How much of what lies behind it hides, 0 to 1, over the whole frame. Shapes: [H, W]."""
        whole = np.zeros(self.frame_px, np.float32)
        whole[self.box] = self.mask
        return whole

    @property
    def colour(self) -> Floats:
        """Its sRGB, 0 to 1; black outside of its box. Shapes: [H, W, 3], or [3] where it is all of one colour."""
        if self.paint.ndim == 1:
            return self.paint
        whole = np.zeros((*self.frame_px, 3), np.float32)
        whole[self.box] = self.paint
        return whole


@dataclass(frozen=True)
class DrawnScene:
    """A scene drawn at a size and a time: its layers from back to front."""

    layers: tuple[Layer, ...]
    width_px: int
    height_px: int

    @property
    def colours(self) -> Floats:
        """Everything, as sRGB 0-1. Shapes: [H, W, 3]."""
        return self._over(None, self.layers)

    @cached_property
    def picture(self) -> NDArray[np.uint8]:
        """Everything. Shapes: [H, W, 3]."""
        return _bytes(self._over(None, self.layers))

    @cached_property
    def underpainting(self) -> Floats:
        """What is given to the painter: everything but what is drawn after. Shapes: [H, W, 3] of 0-1.

        Not rounded to bytes: a painting network takes the steps of a smooth sky for edges, and draws contour lines.
        """
        return self._over(None, [layer for layer in self.layers if not layer.after])

    def with_details(self, painted: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """A painted picture of this size with the details on it that are drawn after. Shapes: [H, W, 3]."""
        return _bytes(self._over(painted.astype(np.float32) / 255.0, self.details)) if self.details else painted

    @cached_property
    def details(self) -> tuple[Layer, ...]:
        """What is drawn over the painted picture, back to front, less what the painted things in front of it hide."""
        clear = np.ones((self.height_px, self.width_px), np.float32)
        found: list[Layer] = []
        for layer in reversed(self.layers):
            if layer.after:
                found.append(replace(layer, mask=layer.mask * clear[layer.box]))
            else:
                clear[layer.box] *= 1.0 - layer.mask
        return tuple(reversed(found))

    @cached_property
    def visible(self) -> dict[str, Floats]:
        """How much of every pixel each layer makes up, by name; they add up to 1. Shapes: [H, W] each."""
        found: dict[str, Floats] = {}
        for layer, share in self._shares():
            found[layer.name] = np.zeros((self.height_px, self.width_px), np.float32)
            found[layer.name][layer.box] = share
        return found

    def _shares(self) -> Iterator[tuple[Layer, Floats]]:
        """Each layer from the front with how much of every pixel of its box it makes up. Shapes: [h, w]."""
        left = np.ones((self.height_px, self.width_px), np.float32)
        for layer in reversed(self.layers):
            share = left[layer.box] * layer.mask
            left[layer.box] -= share
            yield layer, share

    def region(self, region: Region) -> Floats:
        """How much of every pixel takes a region's paint, what is drawn after not counted. Shapes: [H, W] of 0-1."""
        covered: Floats = np.zeros((self.height_px, self.width_px), np.float32)
        for layer in self.layers:
            if not layer.after:
                part = covered[layer.box]
                part += ((1.0 if layer.region == region else 0.0) - part) * layer.mask
        return covered

    @cached_property
    def labels(self) -> NDArray[np.uint8]:
        """The label map: number of the label (see `schemas.scene.LABELS`) that makes up most of each pixel.

        Shapes: [H, W].
        """
        present = sorted({LABELS.index(layer.label) for layer in self.layers})
        shares = np.zeros((len(present), self.height_px, self.width_px), np.float32)
        for layer, share in self._shares():
            shares[present.index(LABELS.index(layer.label))][layer.box] += share
        return np.asarray(np.array(present, np.uint8)[shares.argmax(0)], np.uint8)

    @cached_property
    def motion(self) -> Floats:
        """Velocity of what makes up most of each pixel, right and down, in pixels a second. Shapes: [H, W, 2]."""
        unit = min(self.width_px, self.height_px)
        most = np.zeros((self.height_px, self.width_px), np.float32)
        moving = np.zeros((self.height_px, self.width_px, 2), np.float32)
        for layer, share in self._shares():
            mine = share > most[layer.box]
            most[layer.box] = np.maximum(most[layer.box], share)
            moving[layer.box][mine] = np.asarray(layer.velocity, np.float32) * unit
        return moving

    def _over(self, ground: Floats | None, layers: Sequence[Layer]) -> Floats:
        shape = (self.height_px, self.width_px, 3)
        picture = np.zeros(shape, np.float32) if ground is None else ground
        for layer in layers:
            for channel in range(3):
                part = picture[layer.box][..., channel]
                step = layer.paint[..., channel] - part
                step *= layer.mask
                part += step
        return picture


def box_of(alpha: Floats) -> Box:
    """The rows and columns between which a mask is not nothing."""
    rows, columns = np.flatnonzero(alpha.max(1)), np.flatnonzero(alpha.max(0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _bytes(picture: Floats) -> NDArray[np.uint8]:
    return np.asarray(np.clip(picture * 255.0 + 0.5, 0, 255), dtype=np.uint8)
