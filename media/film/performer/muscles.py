"""Where the key points of a face go: jaw, lips and brows in the face's own directions, then the whole head.

Proportions are those of a face seen from before; they were set by looking at painted portraits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from media.film.performer.face import PARTS, Face

Floats = npt.NDArray[np.float64]

_UPPER_OUTER, _LOWER_OUTER = [49, 50, 51, 52, 53], [55, 56, 57, 58, 59]
_UPPER_INNER, _LOWER_INNER = [61, 62, 63], [67, 66, 65]
_INNER_CORNERS, _OUTER_CORNERS = (60, 64), (48, 54)

_DROP = 0.185
"""How far the lower lip goes down in a wide mouth, in heights of the face."""

_LIFT = 0.022
_JAW_SHARE = np.array([0, 0, 0, 0.04, 0.16, 0.38, 0.62, 0.8, 0.86, 0.8, 0.62, 0.38, 0.16, 0.04, 0, 0, 0])
"""How much of the lower lip's way each point of the jaw goes with it."""

_NARROWS, _SPREADS, _PURSES = 0.14, 0.1, 0.32
_BROW_RISE = 0.035
_CLOSED_GAP = 0.045
"""Lips nearer to each other than this share of their width are closed in the portrait."""


class Pose(NamedTuple):
    """What a face does in one frame; see `performance.Performance`."""

    jaw: float = 0.0
    wide: float = 0.0
    round: float = 0.0
    press: float = 0.0
    bite: float = 0.0
    blink: float = 0.0
    brow: float = 0.0
    sway: float = 0.0
    nod: float = 0.0
    roll: float = 0.0

    @property
    def opening(self) -> float:
        """How far the lips are apart, 0 to about 1."""
        return self.jaw * (1.0 - self.press) * (1.0 - 0.6 * self.bite) + 0.05 * self.bite * (1.0 - self.press)


@dataclass(frozen=True)
class Rig:
    """A face with what moves with its head: `points` [P, 2], the 68 first, then the crown of the head, then places
    around it that stay where they are (from `fixed` on). `closed` says whether the portrait's lips are closed.
    """

    face: Face
    points: Floats
    fixed: int
    closed: bool

    @property
    def middle(self) -> Floats:
        """The middle [2] of the head."""
        return np.asarray(self.points[: self.fixed].mean(axis=0))

    def moved(self, pose: Pose) -> Floats:
        """The points [P, 2] in a pose."""
        points = self.points.copy()
        local = self._to_local(points[:68])
        self._move_lips(local, pose)
        tall = self.face.tall_px
        local[:17, 1] += _JAW_SHARE * _DROP * tall * pose.jaw * (1.0 - 0.5 * pose.press)
        raised = _BROW_RISE * tall * pose.brow * np.array([0.7, 0.9, 1.0, 1.0, 1.0])
        local[PARTS["brow_left"], 1] -= raised
        local[PARTS["brow_right"], 1] -= raised[::-1]
        points[:68] = self._from_local(local)
        return self._head(points, pose)

    def _move_lips(self, local: Floats, pose: Pose) -> None:
        """Moves the points of the mouth, in the face's own directions from the middle of the mouth."""
        tall = self.face.tall_px
        profile = np.array([0.84, 1.0, 0.84])
        drop, lift = _DROP * tall * pose.opening, _LIFT * tall * (pose.opening + 0.5 * pose.bite)
        # the wave that lips make where they meet is drawn out when they part
        flat = 0.85 * min(1.0, 2.5 * pose.opening)
        line = float(local[60:68, 1].mean())
        middle = (1 - flat) * (local[_UPPER_INNER, 1] + local[_LOWER_INNER, 1]) / 2 + flat * line
        before_up, before_low = local[_UPPER_INNER, 1].copy(), local[_LOWER_INNER, 1].copy()
        local[_UPPER_INNER, 1] = middle - profile * lift
        local[_LOWER_INNER, 1] = middle + profile * drop
        for inner, outer in zip(_INNER_CORNERS, _OUTER_CORNERS, strict=True):
            down = 0.7 * flat * (line - local[inner, 1]) + 0.34 * drop
            local[inner, 1] += down
            local[outer, 1] += 0.9 * down
        held = 0.018 * tall * pose.press
        lip_up = np.interp(local[_UPPER_OUTER, 0], local[_UPPER_INNER, 0], local[_UPPER_INNER, 1] - before_up)
        lip_low = np.interp(local[_LOWER_OUTER[::-1], 0], local[_LOWER_INNER, 0], local[_LOWER_INNER, 1] - before_low)
        full = np.array([0.5, 0.9, 1.0, 0.9, 0.5])
        local[_UPPER_OUTER, 1] += 0.75 * lip_up * full + held * full
        local[_LOWER_OUTER, 1] += 0.93 * lip_low[::-1] * np.array([0.55, 0.93, 1.0, 0.93, 0.55]) - held * full
        pursed = 0.02 * tall * pose.round
        local[_UPPER_OUTER, 1] -= pursed * full
        local[_LOWER_OUTER, 1] += pursed * full
        wide = 1.0 + (_SPREADS if pose.wide > 0 else _NARROWS) * pose.wide - _PURSES * pose.round
        local[48:68, 0] *= wide - 0.09 * pose.opening
        local[_LOWER_INNER, 1] -= 0.02 * tall * pose.bite
        local[[48, 54, 60, 64], 1] -= 0.012 * tall * max(0.0, pose.wide)

    def _to_local(self, points: Floats) -> Floats:
        axes = np.stack([self.face.across, self.face.down])
        return np.asarray((points - self._mouth) @ axes.T)

    def _from_local(self, local: Floats) -> Floats:
        axes = np.stack([self.face.across, self.face.down])
        return np.asarray(local @ axes + self._mouth)

    @property
    def _mouth(self) -> Floats:
        return np.asarray(self.face.points[list(_OUTER_CORNERS)].mean(axis=0))

    def _head(self, points: Floats, pose: Pose) -> Floats:
        """The points after the head has moved about the neck; the fixed ones stay."""
        tall = self.face.tall_px
        neck = self.face.points[8] + 0.45 * tall * self.face.down
        turn = np.array([[np.cos(pose.roll), np.sin(pose.roll)], [-np.sin(pose.roll), np.cos(pose.roll)]])
        shift = tall * (pose.sway * self.face.across + pose.nod * self.face.down)
        moved = points.copy()
        moved[: self.fixed] = (points[: self.fixed] - neck) @ turn + neck + shift
        return moved


def rig(face: Face) -> Rig:
    """What moves with a face, ready to be posed."""
    points = face.points.copy()
    inner = points[PARTS["mouth_inner"]]
    mouth_px = float(np.linalg.norm(points[54] - points[48]))
    gaps = (points[_LOWER_INNER] - points[_UPPER_INNER]) @ face.down
    closed = bool(np.max(gaps) < _CLOSED_GAP * mouth_px)
    if closed:
        # the two lips touch: one line between them, so that opening parts them where they meet
        line = (points[_UPPER_INNER] + points[_LOWER_INNER]) / 2
        points[_UPPER_INNER], points[_LOWER_INNER] = line, line
    jaw = face.part("jaw")
    middle = (jaw[0] + jaw[16]) / 2
    half = float((jaw[16] - jaw[0]) @ face.across) / 2
    tall = max(face.tall_px, 0.9 * half)
    angles = np.radians([150, 120, 90, 60, 30])
    crown = middle + np.stack(
        [half * 1.05 * np.cos(angle) * face.across - 0.95 * tall * np.sin(angle) * face.down for angle in angles]
    )
    around = np.radians(np.arange(0, 360, 22.5))
    core = (face.points[8] + middle) / 2
    ring = core + np.stack(
        [2.3 * half * np.cos(angle) * face.across + 2.0 * tall * np.sin(angle) * face.down for angle in around]
    )
    whole = np.concatenate([points, crown, ring])
    return Rig(face, whole, len(points) + len(crown), closed and len(inner) == 8)
