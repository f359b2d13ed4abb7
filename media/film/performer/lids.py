"""Closing the eyes of a portrait: the skin above each eye is drawn down over it, with a darker line at its edge."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from media.film.performer.face import Face
from media.film.performer.warping import Box, Packed, look_up, pack, unpack

Floats = npt.NDArray[np.float64]

LEVELS = 12
"""Steps between an open and a closed eye."""

_LID_SHARE = 0.36
"""How much of the way from the eye to the brow is lid, that stretches."""

_LASHES = 0.4
_SMOOTHED = 0.55
"""How much of a lid is the colour of the skin under the eye: what is stretched may be the shadow of the brow alone."""


@dataclass(frozen=True)
class Lids:
    """One eye's patches, from open to closed: [h, w] packed pixels each, all for the same box of the picture."""

    box: Box
    patches: tuple[Packed, ...]

    def close(self, picture: Packed, blink: float) -> None:
        """Puts the eye into the picture [H, W] as it is at `blink`, 0 open to 1 closed."""
        left, top, right, bottom = self.box
        picture[top:bottom, left:right] = self.patches[round(float(np.clip(blink, 0.0, 1.0)) * LEVELS)]


def lids(picture: Packed, face: Face) -> tuple[Lids, Lids]:
    """Both eyes of the face in a picture [H, W], which is as large as the face says."""
    left, right = (_one(picture, face, *names) for names in (("eye_left", "brow_left"), ("eye_right", "brow_right")))
    return left, right


def _one(picture: Packed, face: Face, eye: str, brow: str) -> Lids:
    points = face.part(eye)
    origin = (points[0] + points[3]) / 2
    axes = np.stack([face.across, face.down])
    local = (points - origin) @ axes.T
    room = max(1.0, float(np.mean(local[1:3, 1]) - np.mean(((face.part(brow) - origin) @ axes.T)[:, 1])))
    reach = max(1.0, float(np.abs(local[[0, 3], 0]).max()))
    extent = np.array([1.3 * reach, max(1.1 * room, 0.7 * reach)])
    low, high = np.floor(origin - extent), np.ceil(origin + extent)
    left, top = (int(np.clip(low[axis], 0, picture.shape[1 - axis] - 2)) for axis in (0, 1))
    right = int(np.clip(high[0], left + 2, picture.shape[1]))
    bottom = int(np.clip(high[1], top + 2, picture.shape[0]))
    xs, ys = np.meshgrid(np.arange(left, right), np.arange(top, bottom))
    across = (xs - origin[0]) * axes[0, 0] + (ys - origin[1]) * axes[0, 1]
    down = (xs - origin[0]) * axes[1, 0] + (ys - origin[1]) * axes[1, 1]
    upper, lower = _curve(across, local[[0, 1, 2, 3]]), _curve(across, local[[0, 5, 4, 3]])
    crease = upper - max(_LID_SHARE * room, 1.0)
    over = 0.1 * room * np.clip(1.0 - (across / reach) ** 2, 0.0, 1.0)
    below = picture[top:bottom, left:right][
        (down > lower + 0.15 * room) & (down < lower + 0.6 * room) & (np.abs(across) < reach)
    ]
    skin = (
        unpack(below).mean(axis=1) if len(below) else unpack(picture[top:bottom, left:right].reshape(-1)).mean(axis=1)
    )
    patches = []
    for level in range(LEVELS + 1):
        edge = upper + (np.maximum(lower - upper, 0.0) + over * (lower > upper)) * level / LEVELS
        lid = (down > crease) & (down < edge)
        from_down = np.where(lid, crease + (down - crease) * (upper - crease) / (edge - crease), down)
        moved = from_down - down
        patch = np.empty((3, *down.shape), dtype=np.uint8)
        look_up(
            picture, (xs + moved * axes[1, 0]).astype(np.float32), (ys + moved * axes[1, 1]).astype(np.float32), patch
        )
        thick = max(0.06 * reach, 0.8)
        shut = level / LEVELS * np.clip(edge - upper, 0.0, 1.0)
        drawn = np.clip((down - upper) / np.maximum(0.5 * (lower - upper), 1.0), 0.0, 1.0) * (lid & (down > upper))
        patch = patch + _SMOOTHED * drawn * (skin[:, None, None] - patch)
        shade = 1 - _LASHES * shut * np.exp(-(((down - edge) / thick) ** 2))
        patches.append(pack(np.rint(patch * shade).astype(np.uint8)))
    return Lids((left, top, right, bottom), tuple(patches))


def _curve(across: Floats, points: Floats) -> Floats:
    """The height of an arc from corner to corner at some places, the corners' outside them."""
    order = np.argsort(points[:, 0], kind="stable")
    xs, ys = points[order, 0], points[order, 1]
    fine = np.linspace(xs[0], xs[-1], 65)
    smooth = np.interp(fine, xs, ys)
    width = np.hanning(19)
    around = np.pad(smooth, 9, mode="reflect", reflect_type="odd")
    return np.interp(across, fine, np.convolve(around, width / width.sum(), mode="valid"))
