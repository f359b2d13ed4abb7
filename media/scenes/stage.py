"""The stage a motif is drawn on: places and sizes in units of the frame, shapes as masks, noise that keeps its seed.

The origin is the middle of the frame, x runs to the right and y down, and 1 is the frame's shorter side: a square shows
-0.5 to 0.5 both ways, a wider frame more at the sides, a taller one more above and below. Whatever a motif draws is the
same at every size; chance comes from `Stage.chance` by name, so that a layer stays as it is when another is added.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageDraw

from media.scenes.layers import Box, DrawnScene, Floats, Layer, Region, box_of
from schemas.scene import Label, Scene

_OVERSAMPLING = 4
_MOST_OVERSAMPLED_PX = 3072
_LATTICE = 64
_FAINTEST = 6.3
"""Light is nothing where it would be below exp(-6.3), half a step of a byte."""


class Stage:
    """A frame of a scene at a moment, and the layers drawn on it so far."""

    def __init__(self, scene: Scene, width_px: int, height_px: int, t_s: float = 0.0) -> None:
        self.scene = scene
        self.width_px = width_px
        self.height_px = height_px
        self.t_s = t_s
        self.unit_px = min(width_px, height_px)
        self.right = width_px / self.unit_px / 2
        """x of the right edge; the left edge is -right."""
        self.bottom = height_px / self.unit_px / 2
        """y of the lower edge; the upper edge is -bottom."""
        self._layers: list[Layer] = []

    @cached_property
    def x(self) -> Floats:
        """Horizontal place of each column of pixels. Shapes: [1, W]."""
        columns = np.arange(self.width_px, dtype=np.float32) + 0.5
        return np.asarray(columns / self.unit_px - self.right, np.float32)[None, :]

    @cached_property
    def y(self) -> Floats:
        """Vertical place of each row of pixels. Shapes: [H, 1]."""
        rows = np.arange(self.height_px, dtype=np.float32) + 0.5
        return np.asarray(rows / self.unit_px - self.bottom, np.float32)[:, None]

    def chance(self, name: str) -> np.random.Generator:
        """A generator that depends on the scene's seed and this name alone."""
        digest = hashlib.sha256(f"{self.scene.seed}\x1f{self.scene.motif}\x1f{name}".encode()).digest()
        return np.random.default_rng(int.from_bytes(digest[:8], "big"))

    def colour(self, name_or_hex: str) -> Floats:
        """A colour of the scene by name ('sky_high', 'accent', …), or '#rrggbb', as sRGB 0-1. Shapes: [3]."""
        text = name_or_hex if name_or_hex.startswith("#") else getattr(self.scene.colours, name_or_hex)
        return np.array([int(text[at : at + 2], 16) for at in (1, 3, 5)], np.float32) / 255.0

    def blend(self, one: str | Floats, other: str | Floats, share: ArrayLike) -> Floats:
        """Colours, by name or as they are, `share` (0-1) of the way from one to another.

        Shapes: share [...] -> [..., 3]; a colour [3] or [..., 3].
        """
        first = self.colour(one) if isinstance(one, str) else one
        second = self.colour(other) if isinstance(other, str) else other
        weight = np.asarray(share, np.float32)
        mixed = np.empty((*np.broadcast_shapes(weight.shape, first.shape[:-1], second.shape[:-1]), 3), np.float32)
        for channel in range(3):
            # A channel at a time: numpy is slow where the last axis is as short as a colour.
            part, start = mixed[..., channel], first[..., channel]
            np.multiply(second[..., channel] - start, weight, out=part)
            part += start
        return mixed

    def lay(
        self,
        name: str,
        label: Label,
        alpha: ArrayLike,
        colour: str | Floats,
        *,
        depth: float,
        region: Region = "below",
        velocity: tuple[float, float] = (0.0, 0.0),
        after: bool = False,
    ) -> None:
        """Lay a layer on those before it; see `Layer` for what each means.

        Args:
            name: unique in the scene.
            label: what it is in the label map.
            alpha: 1 for everywhere, or a mask. Shapes: broadcast to [H, W].
            colour: name, '#rrggbb' or sRGB 0-1. Shapes: [3] or broadcast to [H, W, 3].
            depth: 0 at the horizon to 1 at the eye.
            region: whose paint it takes.
            velocity: right and down, in units a second.
            after: whether it is drawn over the painted picture.
        """
        shape = (self.height_px, self.width_px)
        mask = np.broadcast_to(np.clip(np.asarray(alpha, np.float32), 0.0, 1.0), shape)
        box = box_of(mask)
        paint = self.colour(colour) if isinstance(colour, str) else np.asarray(colour, np.float32)
        if paint.ndim > 1:
            paint = np.broadcast_to(paint, (*shape, 3))[box].copy()
        self._layers.append(Layer(name, label, mask[box].copy(), paint, box, shape, depth, region, velocity, after))

    def drawn(self) -> DrawnScene:
        """The layers laid so far, from back to front."""
        return DrawnScene(tuple(self._layers), self.width_px, self.height_px)

    def polygon(self, *shapes: ArrayLike) -> Floats:
        """The mask of filled polygons, edges smooth. Shapes: each [N, 2] of x, y -> [H, W]."""

        def draw(pen: ImageDraw.ImageDraw, place: _Place) -> None:
            for shape in shapes:
                pen.polygon(place(shape), fill=255)

        return self._filled(draw, shapes, 0.0)

    def stroke(self, *paths: ArrayLike, width: float | Sequence[float]) -> Floats:
        """The mask of lines with round joints and ends. Shapes: each path [N, 2] -> [H, W].

        Args:
            paths: points of each line.
            width: of all lines, or one of each, in units. What is thinner than half a pixel is drawn fainter.
        """
        widths = [width] * len(paths) if isinstance(width, (int, float)) else list(width)

        def draw(pen: ImageDraw.ImageDraw, place: _Place) -> None:
            for path, wide in zip(paths, widths, strict=True):
                points, px = place(path), wide * place.scale
                pen.line(points, fill=round(255 * min(1.0, max(px, 0.25))), width=max(1, round(px)), joint="curve")
                if px > 2:
                    for x, y in (points[0], points[-1]):
                        pen.ellipse((x - px / 2, y - px / 2, x + px / 2, y + px / 2), fill=255)

        return self._filled(draw, paths, max(widths, default=0.0))

    def dots(self, places: ArrayLike, radii: ArrayLike) -> Floats:
        """The mask of many discs at once, as leaves, lamps or birds far off are. Shapes: [N, 2], [N] -> [H, W]."""
        middles = np.asarray(places, np.float64).reshape(-1, 2)
        sizes = np.broadcast_to(np.asarray(radii, np.float64), (len(middles),))

        def draw(pen: ImageDraw.ImageDraw, place: _Place) -> None:
            for (x, y), size in zip(place(middles), sizes * place.scale, strict=True):
                pen.ellipse((x - size, y - size, x + size, y + size), fill=255)

        return self._filled(draw, [middles], float(sizes.max(initial=0.0)) * 2)

    def disc(self, x: float, y: float, radius: float, *, soft: float = 0.0) -> Floats:
        """The mask of a disc; `soft` is the width of its edge in units (0: one pixel). Shapes: [H, W]."""
        mask = np.zeros((self.height_px, self.width_px), np.float32)
        edge = max(soft, 1 / self.unit_px)
        rows, columns = self._around(x, y, radius + edge)
        distance = np.hypot(self.x[:, columns] - x, self.y[rows] - y)
        mask[rows, columns] = np.clip((radius - distance) / edge + 0.5, 0, 1)
        return mask

    def ellipse(self, x: float, y: float, wide: float, high: float, *, turn_deg: float = 0.0) -> Floats:
        """The mask of an ellipse by its half axes, turned clockwise. Shapes: [H, W]."""
        turn = np.deg2rad(turn_deg)
        mask = np.zeros((self.height_px, self.width_px), np.float32)
        rows, columns = self._around(x, y, max(wide, high) * (1 + 1 / max(1.0, min(wide, high) * self.unit_px)))
        right, down = self.x[:, columns] - x, self.y[rows] - y
        along = right * np.cos(turn) + down * np.sin(turn)
        across = down * np.cos(turn) - right * np.sin(turn)
        reach = np.hypot(along / wide, across / high)
        mask[rows, columns] = np.clip((1 - reach) * min(wide, high) * self.unit_px + 0.5, 0, 1)
        return mask

    def glow(self, x: float, y: float, radius: float, *, power: float = 2.0) -> Floats:
        """Light around a place: 1 there, falling to about 0.37 at the radius. Shapes: [H, W] of 0-1."""
        light = np.zeros((self.height_px, self.width_px), np.float32)
        rows, columns = self._around(x, y, radius * _FAINTEST ** (1 / power))
        away = np.hypot(self.x[:, columns] - x, self.y[rows] - y)
        light[rows, columns] = np.exp(-((away / radius) ** power))
        return light

    def _around(self, x: float, y: float, reach: float) -> Box:
        """The rows and columns of pixels so near to a place."""
        columns = np.searchsorted(self.x[0], (x - reach, x + reach))
        rows = np.searchsorted(self.y[:, 0], (y - reach, y + reach))
        return slice(int(rows[0]), int(rows[1])), slice(int(columns[0]), int(columns[1]))

    def under(self, heights: ArrayLike) -> Floats:
        """The mask of everything below a line given by its y at every column. Shapes: [W] -> [H, W]."""
        lines = np.asarray(heights, np.float32)[None, :]
        return np.asarray(np.clip((self.y - lines) * self.unit_px + 0.5, 0, 1), np.float32)

    def between(self, top: ArrayLike, low: ArrayLike) -> Floats:
        """The mask between two lines given by y at every column. Shapes: [W], [W] -> [H, W]."""
        return np.asarray(self.under(top) * (1 - self.under(low)), np.float32)

    def fade(self, start: float, end: float) -> Floats:
        """0 at y = start to 1 at y = end, smooth, for gradients. Shapes: [H, 1]."""
        share = np.clip((self.y - start) / (end - start), 0, 1)
        return np.asarray(share * share * (3 - 2 * share), np.float32)

    def profile(self, name: str, *, scale: float, octaves: int = 5, gain: float = 0.5, shift: float = 0.0) -> Floats:
        """A hilly line: noise along x of about -1 to 1. Shapes: [W].

        Args:
            name: names its chance.
            scale: width of its largest hills, in units.
            octaves: how many times finer detail is added.
            gain: how much each finer octave keeps; 0.35 rolls, 0.6 is jagged.
            shift: moves it to the left, in units, for drifting with time.
        """
        line = self.field(name, (self.x[0] + shift) / scale, np.zeros(1, np.float32), octaves=octaves, gain=gain)
        return np.asarray(line[0], np.float32)

    def noise(
        self,
        name: str,
        *,
        scale: float,
        octaves: int = 4,
        gain: float = 0.5,
        stretch: float = 1.0,
        shift: tuple[float, float] = (0.0, 0.0),
    ) -> Floats:
        """Smooth noise of about -1 to 1, the same at every size. Shapes: [H, W].

        Args:
            name: names its chance.
            scale: size of its largest features, in units.
            octaves: how many times finer detail is added.
            gain: how much each finer octave keeps.
            stretch: how many times wider than high features are.
            shift: moves it to the left and up, in units, for drifting with time.
        """
        columns, rows = (self.x[0] + shift[0]) / (scale * stretch), (self.y[:, 0] + shift[1]) / scale
        return self.field(name, columns, rows, octaves=octaves, gain=gain)

    def field(self, name: str, xs: Floats, ys: Floats, *, octaves: int = 4, gain: float = 0.5) -> Floats:
        """Noise of about -1 to 1 on any grid, as that of a plane seen aslant. Shapes: [W], [H] -> [H, W].

        Args:
            name: names its chance.
            xs: place of each column, in widths of the largest features.
            ys: place of each row, in the same.
            octaves: how many times finer detail is added.
            gain: how much each finer octave keeps.
        """
        lattice = self.chance(f"noise {name}").random((_LATTICE, _LATTICE), np.float32) * 2 - 1
        total = np.zeros((len(ys), len(xs)), np.float32)
        weight, weights = 1.0, 0.0
        for octave in range(octaves):
            down = _lattice_weights(ys * 2**octave + 5.1 * octave)
            across = _lattice_weights(xs * 2**octave + 17.3 * octave)
            total += weight * (down @ lattice @ across.T)
            weights += weight
            weight *= gain
        return np.asarray(total * (2.6 / weights), np.float32)

    def so_far(self, *, details: bool = False) -> Floats:
        """What the layers laid up to now look like, for mirrors. Shapes: [H, W, 3] of 0-1.

        Args:
            details: with what is drawn after painting as well.
        """
        layers = [layer for layer in self._layers if details or not layer.after]
        return DrawnScene(tuple(layers), self.width_px, self.height_px).colours

    def _filled(self, draw: _Draw, shapes: Sequence[ArrayLike], margin: float) -> Floats:
        """The mask of what is drawn on a larger canvas, which is no wider than the shapes are."""
        mask = np.zeros((self.height_px, self.width_px), np.float32)
        if not shapes:
            return mask
        points = np.concatenate([np.asarray(shape, np.float64).reshape(-1, 2) for shape in shapes])
        corner = np.array([self.right, self.bottom])
        low_px = np.floor((points.min(0) + corner - margin) * self.unit_px).astype(int) - 1
        high_px = np.ceil((points.max(0) + corner + margin) * self.unit_px).astype(int) + 2
        left, top = (int(edge) for edge in np.maximum(low_px, 0))
        right, low = (int(edge) for edge in np.minimum(high_px, (self.width_px, self.height_px)))
        if left >= right or top >= low:
            return mask
        times = max(1, min(_OVERSAMPLING, _MOST_OVERSAMPLED_PX // max(self.width_px, self.height_px)))
        canvas = Image.new("L", ((right - left) * times, (low - top) * times))
        draw(ImageDraw.Draw(canvas), _Place(self, times, left, top))
        mask[top:low, left:right] = np.asarray(canvas.reduce(times) if times > 1 else canvas, np.float32) / 255.0
        return mask


class _Place:
    """Places of the stage as pixels of a larger canvas that begins `left` and `top` pixels into the frame."""

    def __init__(self, stage: Stage, times: int, left: int, top: int) -> None:
        self.scale = stage.unit_px * times
        self._origin = np.array([stage.right - left / stage.unit_px, stage.bottom - top / stage.unit_px])

    def __call__(self, points: ArrayLike) -> list[tuple[float, float]]:
        moved = (np.asarray(points, np.float64).reshape(-1, 2) + self._origin) * self.scale
        return [(x, y) for x, y in moved.tolist()]


_Draw = Callable[[ImageDraw.ImageDraw, _Place], None]


def _lattice_weights(places: Floats) -> Floats:
    """How much each point of a lattice that goes round weighs at each place: a cubic B-spline, so that no edges show.

    Shapes: [N] -> [N, lattice].
    """
    whole = np.floor(places)
    part = (places - whole).astype(np.float32)
    low = whole.astype(np.int64)
    rest = 1 - part
    near = (
        rest**3 / 6,
        (3 * part**3 - 6 * part**2 + 4) / 6,
        (3 * rest**3 - 6 * rest**2 + 4) / 6,
        part**3 / 6,
    )
    weights = np.zeros((len(places), _LATTICE), np.float32)
    rows = np.arange(len(places))
    for step, weight in enumerate(near):
        weights[rows, (low + step - 1) % _LATTICE] = weight
    return weights
