"""Where the camera looks in every frame of a shot, what it sees there, and how the picture moves for that.

A scene's places are in units of the frame's shorter side from its middle, as everywhere in `media.scenes`. What lies at
depth 1 (the eye) moves as the view does; what lies farther moves less, down to `1 - parallax` of it at the horizon. The
view itself stays within the spare room that its zoom leaves, so nothing farther can leave the frame either.

Pixels are counted from the middle of the first one, as `grid_sample` with align_corners=True counts them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from media.film.pulse import Floats, Pulse
from media.film.resampling import blurred, finer, seen, seen_nearest
from schemas.film import Shot, View

PARALLAX = 0.4
"""How much less the horizon moves than what is near."""
PUSH = 0.02
"""The most a hit magnifies the picture."""

_EASE = 0.6
_TURNS = 4
_KNOT_PX = 4
_SOFT_SIDE, _SOFTENED = 72, 0.04


@dataclass(frozen=True)
class Look:
    """A view at one moment: middle of what is seen in units from the scene's middle, and how much it is magnified."""

    x: float
    y: float
    zoom: float


def room(zoom: float) -> float:
    """How far a view's middle may lie from the scene's, along each axis, without looking past the scene's edge.

    In units; it holds for a frame of any shape, whose shorter side is 1.
    """
    return max(0.0, 0.5 * (1.0 - 1.0 / zoom))


def kept(view: View) -> View:
    """The view moved back into the room its zoom leaves."""
    most = room(view.zoom)
    return view.replaced(x=float(np.clip(view.x, -most, most)), y=float(np.clip(view.y, -most, most)))


def view_at(shot: Shot, frame: int, pulse: Pulse | None, fps: int) -> Look:
    """Where the camera looks at a frame of a shot.

    The move begins and ends gently, though never at rest, so that a cut goes from motion to motion; each hit of the
    music magnifies a little more (at most `PUSH`, by the shot's energy).

    Args:
        shot: whose move it is.
        frame: of the film; beyond the shot's end the move goes on, for the next shot to dissolve from.
        pulse: what it answers to; None for the bare move.
        fps: frames a second.
    """
    share = _eased((frame - shot.first_frame + 0.5) / shot.frames)
    start, end = shot.start, shot.end
    # Magnification is eased by its logarithm: every second of a push looks as fast as the one before.
    zoom = max(1.0, start.zoom ** (1 - share) * end.zoom**share)
    if pulse is not None and 0 <= frame < pulse.frames:
        zoom *= 1.0 + PUSH * shot.energy * float(pulse.onset[frame])
    most = room(zoom)
    x, y = (a + (b - a) * share for a, b in ((start.x, end.x), (start.y, end.y)))
    return Look(float(np.clip(x, -most, most)), float(np.clip(y, -most, most)), zoom)


def scene_time(shot: Shot, frame: int, fps: int) -> float:
    """The time of the scene at a frame of the film, in seconds."""
    return shot.scene_s + max(0, frame - shot.first_frame) / fps * shot.pace


def soft_depth(depth: Floats) -> Floats:
    """A depth that a picture can be stretched by: small, and without the steps at which it would tear or fold.

    Shapes: [H, W] -> [h, w], the shorter side about 72.
    """
    height, width = depth.shape
    times = max(1, min(height, width) // _SOFT_SIDE)
    rows, columns = height // times * times, width // times * times
    small = depth[:rows, :columns].reshape(rows // times, times, columns // times, times).mean((1, 3))
    reach = max(1, round(min(small.shape) * _SOFTENED))
    for _ in range(2):
        small = blurred(blurred(small, reach).T, reach).T
    return np.ascontiguousarray(small, np.float32)


def view_map(
    view: Look,
    depth: Floats | None,
    out_w: int,
    out_h: int,
    src_w: int,
    src_h: int,
    parallax: float = PARALLAX,
) -> Floats:
    """Where in a picture of the scene each pixel of the frame is seen: x then y, in the picture's pixels.

    Where the frame's proportions are not the picture's, what lies outside is the picture's edge.

    Args:
        view: where the camera looks.
        depth: of the picture at any size, 0 at the horizon to 1 at the eye, softened (see `soft_depth`); None for a
            flat picture, all of it near.
        out_w: width of the frame.
        out_h: height of the frame.
        src_w: width of the picture.
        src_h: height of the picture.
        parallax: how much less the horizon moves than what is near, 0 to 1.

    Shapes: depth [h, w] -> [2, out_h, out_w].
    """
    x, y, _ = _sight(view, depth, _grid(out_w, out_h, depth), parallax)
    return finer(_pixels(x, y, src_w, src_h), out_w, out_h)


def flow_between(
    view_a: Look,
    view_b: Look,
    out_w: int,
    out_h: int,
    *,
    depth: Floats | None = None,
    moved: Floats | None = None,
    parallax: float = PARALLAX,
) -> Floats:
    """The true backward flow between two frames: where in frame a each pixel of frame b was, less where it is.

    `warp(frame_a, flow)` is frame b as far as nothing was hidden (see `models.film.warping`).

    Args:
        view_a: of the frame that is warped.
        view_b: of the frame wanted.
        out_w: width of both.
        out_h: height of both.
        depth: of the scene, as given to `view_map`; None for flat.
        moved: how far what is drawn at each place of the scene at b has moved since a, in units right and down; any
            size. None where nothing did. Shapes: [2, H, W].
        parallax: as given to `view_map`.

    Shapes: -> [2, out_h, out_w] in pixels, right then down.
    """
    columns, rows = _grid(out_w, out_h, depth)
    x, y, reach = _sight(view_b, depth, (columns, rows), parallax)
    zoom = 1.0 + np.float32(view_a.zoom - 1.0) * reach
    unit = min(out_w, out_h)
    right = ((x - np.float32(view_a.x) * reach) * zoom - columns) * unit
    down = ((y - np.float32(view_a.y) * reach) * zoom - rows) * unit
    flow = finer((right, down), out_w, out_h)
    if moved is not None:
        height, width = moved.shape[1:]
        where = finer(_pixels(x, y, width, height), out_w, out_h)
        # The magnification hardly differs over a frame, and what moves by itself moves a few pixels.
        flow -= seen_nearest(moved, where) * np.float32(float(zoom.mean()) * unit)
    return flow


def _eased(share: float) -> float:
    held = min(1.0, max(0.0, share))
    smooth = held * held * (3 - 2 * held)
    return share + _EASE * (smooth - share) if share == held else held + (1 - _EASE) * (share - held)


def _grid(width: int, height: int, depth: Floats | None) -> tuple[Floats, Floats]:
    """Places of a frame's columns and rows in units of its shorter side; with depth, of every fourth or so.

    A softened depth bends what is seen so little that the pixels between follow by a straight line.
    Shapes: [1, w], [h, 1].
    """
    unit = min(width, height)
    counts = (width, height) if depth is None else (_knots(width), _knots(height))
    columns = (np.linspace(0, width - 1, counts[0]) - (width - 1) / 2) / unit
    rows = (np.linspace(0, height - 1, counts[1]) - (height - 1) / 2) / unit
    return columns[None, :].astype(np.float32), rows[:, None].astype(np.float32)


def _knots(pixels: int) -> int:
    return max(2, (pixels - 1) // _KNOT_PX + 2) if pixels > 1 else 1


def _sight(
    view: Look, depth: Floats | None, grid: tuple[Floats, Floats], parallax: float
) -> tuple[Floats, Floats, Floats]:
    """The places of the scene that are seen at places of a frame, and how much of the view's motion they make."""
    columns, rows = grid
    reach = np.ones((1, 1), np.float32)
    x, y = _seen_at(view, columns, rows, reach)
    if depth is None or parallax <= 0:
        return x, y, reach
    # What is seen depends on how far it is, and how far it is on what is seen: a few turns settle it.
    for _ in range(_TURNS):
        where = np.stack(np.broadcast_arrays(*_pixels(x, y, depth.shape[1], depth.shape[0])))
        reach = 1 - np.float32(parallax) * (1 - seen(depth[None], where)[0])
        x, y = _seen_at(view, columns, rows, reach)
    return x, y, reach


def _seen_at(view: Look, columns: Floats, rows: Floats, reach: Floats) -> tuple[Floats, Floats]:
    """Places of the scene that are seen at places of the frame, of things that move `reach` as much as the view."""
    scale = 1.0 / (1.0 + np.float32(view.zoom - 1.0) * reach)
    return columns * scale + np.float32(view.x) * reach, rows * scale + np.float32(view.y) * reach


def _pixels(x: Floats, y: Floats, width: int, height: int) -> tuple[Floats, Floats]:
    """Places in units as pixels of a picture, kept on it."""
    unit = min(width, height)
    columns = np.asarray(x * unit + (width - 1) / 2, np.float32)
    rows = np.asarray(y * unit + (height - 1) / 2, np.float32)
    return np.clip(columns, 0, width - 1), np.clip(rows, 0, height - 1)
