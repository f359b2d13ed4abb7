"""The frames of a portrait that sings, and maps of what is where in them.

Frames are planar RGB, uint8 [3, H, W]; any of them can be made by itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from media.film.performer.face import PARTS, Face
from media.film.performer.framing import frame_portrait
from media.film.performer.inside import mouth_colours, paint_inside
from media.film.performer.lids import lids
from media.film.performer.muscles import Pose, rig
from media.film.performer.performance import Performance
from media.film.performer.warping import Box, Floats, Grid, Spline, grid, look_up, pack
from schemas.errors import MediaError

Pixels = npt.NDArray[np.uint8]

REGIONS = ("elsewhere", "face", "brows", "eyes", "nose", "lips", "mouth")
"""What a map of regions tells apart, by number: hair, neck and clothes are not known and lie elsewhere."""

_COARSE_PX, _FINE_PX = 8, 2
_MARGIN = 0.05
"""How much more than the frame is moved, in its shorter sides: what comes into it from outside must be known."""


class Performer:
    """A portrait in a frame of some size, which performs."""

    def __init__(
        self, portrait: Pixels, face: Face, performance: Performance, *, width_px: int, height_px: int
    ) -> None:
        """Frames the portrait and prepares what moves.

        Args:
            portrait: pixels [H, W, 3].
            face: its key points (`face.read_face`, `finding.find_face`).
            performance: what it does (`performance.perform`).
            width_px: of the frames, 16 to 8,192.
            height_px: of the frames, 16 to 8,192.

        Raises:
            MediaError: portrait and face do not belong together, or the size is out of bounds.
        """
        self._margin = max(2, round(_MARGIN * min(width_px, height_px)))
        self._base, self._face = frame_portrait(portrait, face, width_px, height_px, self._margin)
        self._performance = performance
        self._rig = rig(self._face)
        self._source = pack(self._base)
        self._lids = lids(self._source, self._face)
        self._colours = mouth_colours(self._base, self._face)
        self._grid = grid(self._moving_box(), _COARSE_PX)
        self._window = self._windowed(self._grid)

    @property
    def frame_count(self) -> int:
        """How many frames the performance has."""
        return self._performance.frame_count

    def frames(self, first: int = 0, count: int | None = None) -> Iterator[Pixels]:
        """Frames one after the other, planar RGB [3, H, W]; to the last where no count is named.

        Raises:
            MediaError: there are no such frames.
        """
        frames = self._checked(first, count)
        return (self._frame(frame) for frame in frames)

    def maps(self, first: int = 0, count: int | None = None) -> Iterator[Pixels]:
        """Where each region is seen, numbers of `REGIONS` [H, W], frame after frame.

        Raises:
            MediaError: there are no such frames.
        """
        frames = self._checked(first, count)
        return (self._map(frame) for frame in frames)

    def points(self, frame: int) -> npt.NDArray[np.float64]:
        """The 68 key points [68, 2] of a frame, in its pixels."""
        return self._rig.moved(self._pose(frame))[:68] - self._margin

    def _checked(self, first: int, count: int | None) -> range:
        count = self.frame_count - first if count is None else count
        if first < 0 or count < 0 or first + count > self.frame_count:
            raise MediaError(f"this film has frames 0 to {self.frame_count - 1}: there are no {count} from {first} on")
        return range(first, first + count)

    def _pose(self, frame: int) -> Pose:
        played = self._performance
        heads = (played.blink, played.brow, played.sway, played.nod, played.roll)
        return Pose(*played.mouth[frame].tolist(), *(float(curve[frame]) for curve in heads))

    def _frame(self, frame: int) -> Pixels:
        pose = self._pose(frame)
        points = self._rig.moved(pose)
        for eye in self._lids:
            eye.close(self._source, pose.blink)
        left, top, right, bottom = self._grid.box
        across, down = self._places(points)
        whole = self._base.copy()
        part = whole[:, top:bottom, left:right]
        look_up(self._source, across, down, part)
        if pose.opening > 0.0:
            paint_inside(part, (left, top), points, self._face, pose, self._colours)
        return self._within(whole)

    def _within(self, whole: Pixels) -> Pixels:
        """What the frame shows of a picture [..., H, W] that has a margin around it."""
        edge = self._margin
        return np.ascontiguousarray(whole[..., edge:-edge, edge:-edge])

    def _places(self, points: npt.NDArray[np.float64]) -> tuple[Floats, Floats]:
        """Where every pixel of the moving box comes from, in pixels of the frame: x and y [h, w]."""
        spline = Spline(points, self._rig.points - points, self._face.tall_px)
        left, top, right, bottom = self._grid.box
        moves = spline.at(self._grid.columns, self._grid.rows) * self._window
        across, down = self._grid.spread(moves[0]), self._grid.spread(moves[1])
        mouth = self._mouth_box(points)
        if mouth is not None:
            # the lips part within a few pixels, which the coarse grid would smear
            fine = grid(mouth, _FINE_PX)
            near = spline.at(fine.columns, fine.rows)
            share = np.minimum(_rim(len(fine.rows))[:, None], _rim(len(fine.columns))[None, :])
            weight = fine.spread(share)
            rows, columns = slice(mouth[1] - top, mouth[3] - top), slice(mouth[0] - left, mouth[2] - left)
            for coarse, values in ((across, near[0]), (down, near[1])):
                coarse[rows, columns] += weight * (fine.spread(values) - coarse[rows, columns])
        across += np.arange(left, right, dtype=np.float32)
        down += np.arange(top, bottom, dtype=np.float32)[:, None]
        return across, down

    def _mouth_box(self, points: npt.NDArray[np.float64]) -> Box | None:
        mouth = points[PARTS["mouth_outer"]]
        margin = 0.3 * float(np.linalg.norm(mouth[6] - mouth[0]))
        left, top, right, bottom = self._grid.box
        low, high = mouth.min(axis=0) - margin, mouth.max(axis=0) + margin
        box = (
            max(left, int(low[0])),
            max(top, int(low[1])),
            min(right, int(high[0]) + 1),
            min(bottom, int(high[1]) + 1),
        )
        return box if box[2] - box[0] > 2 * _FINE_PX and box[3] - box[1] > 2 * _FINE_PX else None

    def _moving_box(self) -> Box:
        ring = self._rig.points[self._rig.fixed :]
        low, high = ring.min(axis=0), ring.max(axis=0)
        edge = 0.1 * (high - low)
        left, top = (int(max(0.0, value)) for value in low - edge)
        right, bottom = (int(min(size, value)) for size, value in zip(self._size, high + edge, strict=True))
        return left, top, right, bottom

    @property
    def _size(self) -> tuple[int, int]:
        return self._face.width_px, self._face.height_px

    def _windowed(self, over: Grid) -> Floats:
        """1 where the head is, 0 beyond the places that stay and at the margin's edges, on a grid. Shapes: [R, C]."""
        ring = self._rig.points[self._rig.fixed :]
        middle = ring.mean(axis=0)
        axes = np.stack([self._face.across, self._face.down])
        reach = np.abs((ring - middle) @ axes.T).max(axis=0)
        xs, ys = over.columns - middle[0], over.rows - middle[1]
        x = (xs[None, :] * axes[0, 0] + ys[:, None] * axes[0, 1]) / reach[0]
        y = (xs[None, :] * axes[1, 0] + ys[:, None] * axes[1, 1]) / reach[1]
        away = np.clip((np.hypot(x, y) - 0.75) / 0.3, 0.0, 1.0)
        width, height = self._size
        near = np.minimum(
            np.minimum(over.columns, width - 1 - over.columns)[None, :],
            np.minimum(over.rows, height - 1 - over.rows)[:, None],
        )
        away = np.maximum(away, 1.0 - np.clip(near / self._margin, 0.0, 1.0))
        return np.asarray(1.0 - away * away * (3.0 - 2.0 * away), dtype=np.float32)

    def _map(self, frame: int) -> Pixels:
        points = self._rig.moved(self._pose(frame))
        crown = points[68 : self._rig.fixed]
        parts = {name: points[where] for name, where in PARTS.items()}
        areas = [
            ("face", np.concatenate([parts["jaw"], crown[::-1]])),
            ("brows", np.concatenate([parts["brow_left"], parts["brow_left"][::-1] + self._brow_width])),
            ("brows", np.concatenate([parts["brow_right"], parts["brow_right"][::-1] + self._brow_width])),
            ("eyes", parts["eye_left"]),
            ("eyes", parts["eye_right"]),
            ("nose", np.concatenate([parts["nose_bridge"][:1], parts["nose_base"]])),
            ("lips", parts["mouth_outer"]),
            ("mouth", parts["mouth_inner"]),
        ]
        drawn = Image.new("L", self._size)
        pen = ImageDraw.Draw(drawn)
        opening = self._pose(frame).opening
        for name, corners in areas:
            if name != "mouth" or opening > 0.0 or not self._rig.closed:
                pen.polygon([tuple(corner) for corner in corners.tolist()], fill=REGIONS.index(name))
        return self._within(np.asarray(drawn))

    @property
    def _brow_width(self) -> npt.NDArray[np.float64]:
        return np.asarray(0.06 * self._face.tall_px * self._face.down)


def _rim(count: int) -> Floats:
    """0 at both ends of a row of knots, 1 from the fifth on."""
    return np.asarray(np.clip(np.minimum(np.arange(count), np.arange(count)[::-1]) / 4, 0.0, 1.0), dtype=np.float32)
