"""What is seen between parted lips: dark, a hint of the upper teeth and of the tongue, in the portrait's colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from media.film.performer.face import PARTS, Face
from media.film.performer.muscles import Pose

Floats = npt.NDArray[np.float64]

_TEETH_SHARE = 0.62
_FINER = 4
_CURVE = 12


@dataclass(frozen=True)
class Colours:
    """RGB 0 to 255 of the dark of a mouth, its teeth and its tongue."""

    dark: Floats
    teeth: Floats
    tongue: Floats


def mouth_colours(picture: npt.NDArray[np.uint8], face: Face) -> Colours:
    """Colours for the inside of a mouth, from the lips and cheeks of a picture [3, H, W]."""
    lips = _mean_colour(picture, face.part("mouth_outer"))
    cheeks = np.concatenate([face.points[[48, 54]], face.points[[2, 14]], face.points[[31, 35]]])
    cheek = _mean_colour(picture, cheeks[[0, 2, 4]]) / 2 + _mean_colour(picture, cheeks[[1, 3, 5]]) / 2
    light = float(cheek @ np.array([0.299, 0.587, 0.114]))
    white = np.array([1.06, 1.0, 0.86]) * light
    return Colours(0.2 * lips * np.array([1.0, 0.72, 0.72]), 0.5 * cheek + 0.5 * white, 0.5 * lips)


def _mean_colour(picture: npt.NDArray[np.uint8], corners: Floats) -> Floats:
    mask = Image.new("1", (picture.shape[2], picture.shape[1]))
    ImageDraw.Draw(mask).polygon([tuple(point) for point in corners.tolist()], fill=1)
    inside = np.asarray(mask)
    if not inside.any():
        return np.array([120.0, 80.0, 70.0])
    return np.asarray(picture[:, inside].mean(axis=1))


def paint_inside(
    out: npt.NDArray[np.uint8], corner: tuple[int, int], points: Floats, face: Face, pose: Pose, colours: Colours
) -> None:
    """Paints the inside of the mouth between the moved lips.

    Args:
        out: pixels [3, h, w] of a part of the frame.
        corner: left and top of that part in the frame.
        points: the moved key points [68 or more, 2] in the frame.
        face: the face at rest, for its size.
        pose: what the face does.
        colours: of the inside.
    """
    mouth = points[PARTS["mouth_inner"]]
    low, high = np.floor(mouth.min(axis=0)).astype(int) - 3, np.ceil(mouth.max(axis=0)).astype(int) + 4
    left, top = (max(0, int(low[axis]) - corner[axis]) for axis in (0, 1))
    right, bottom = min(out.shape[2], int(high[0]) - corner[0]), min(out.shape[1], int(high[1]) - corner[1])
    if right <= left or bottom <= top:
        return
    edge = _rounded(mouth) - np.array(corner) - np.array([left, top])
    across = (mouth[4] - mouth[0]) / max(float(np.linalg.norm(mouth[4] - mouth[0])), 1e-6)
    x, below, gap = _inside(edge, across, right - left, bottom - top)
    # lips that part by less than a pixel or two show a shadow and not yet a hole
    parted = np.clip(float(gap.max()) / max(1.5, 0.015 * face.tall_px) - 0.2, 0.0, 1.0)
    cover = parted * _covered(edge, right - left, bottom - top)
    part = out[:, top:bottom, left:right]
    colour = _shaded(x, below, gap, face.tall_px, pose, colours)
    part[...] = np.rint(part * (1 - cover) + colour * cover).astype(np.uint8)


def _inside(edge: Floats, across: Floats, width: int, height: int) -> tuple[Floats, Floats, Floats]:
    """For every pixel [height, width]: its place from corner to corner, -1 to 1, how far it lies below the upper lip,
    and how far the lips are apart there.
    """
    axes = np.stack([across, [-across[1], across[0]]])
    middle = edge.mean(axis=0)
    local = (edge - middle) @ axes.T
    xs, ys = np.arange(width) - middle[0], np.arange(height)[:, None] - middle[1]
    x, y = xs * axes[0, 0] + ys * axes[0, 1], xs * axes[1, 0] + ys * axes[1, 1]
    turn = 4 * _CURVE
    upper = np.interp(x, local[: turn + 1, 0], local[: turn + 1, 1])
    lower = np.interp(x, local[: turn - 1 : -1, 0], local[: turn - 1 : -1, 1])
    half = max(float(np.ptp(local[:, 0])) / 2, 1e-6)
    return np.clip(x / half, -1.0, 1.0), y - upper, np.maximum(lower - upper, 0.0)


def _rounded(points: Floats) -> Floats:
    """A closed curve through points, from the first on (Catmull and Rom): `_CURVE` places a point."""
    u = (np.arange(_CURVE) / _CURVE)[None, :, None]
    before, here, after, last = (np.roll(points, shift, axis=0)[:, None] for shift in (1, 0, -1, -2))
    curve = 0.5 * (
        2 * here
        + (after - before) * u
        + (2 * before - 5 * here + 4 * after - last) * u**2
        + (3 * here - before - 3 * after + last) * u**3
    )
    return np.asarray(curve.reshape(-1, 2))


def _covered(edge: Floats, width: int, height: int) -> Floats:
    """How much of each pixel lies inside a closed curve, a little soft [height, width]."""
    mask = Image.new("L", (width * _FINER, height * _FINER))
    ImageDraw.Draw(mask).polygon([tuple(point) for point in ((edge + 0.5) * _FINER).tolist()], fill=255)
    return np.asarray(mask.resize((width, height), Image.Resampling.BICUBIC), dtype=np.float64) / 255.0


def _shaded(x: Floats, below: Floats, gap: Floats, tall_px: float, pose: Pose, colours: Colours) -> Floats:
    """The colours inside [3, h, w]: `x` -1 to 1 from corner to corner, `below` the upper lip and `gap` in pixels."""
    height = 0.05 * tall_px
    round_off = np.clip(1.0 - x**2, 0.0, 1.0)
    teeth = np.clip((height * (0.55 + 0.45 * round_off) - below) / (0.35 * height), 0.0, 1.0) * round_off**0.7
    teeth *= _TEETH_SHARE * (1.0 - 0.75 * pose.round) * np.clip(gap / height - 0.25, 0.0, 1.0)
    rise = np.clip((below - 0.62 * gap) / np.maximum(0.38 * gap, 1.0), 0.0, 1.0)
    tongue = 0.55 * rise * np.clip(round_off * 1.6 - 0.5, 0.0, 1.0) * np.clip(gap / (2 * height) - 0.4, 0.0, 1.0)
    colour = colours.dark[:, None, None] * (1 - tongue) + colours.tongue[:, None, None] * tongue
    # teeth lie in the shade of the lip above them
    shade = 0.7 + 0.3 * np.clip(below / height, 0.0, 1.0)
    return np.asarray(colour * (1 - teeth) + colours.teeth[:, None, None] * shade * teeth)
