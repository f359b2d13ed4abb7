"""The key points of a face: 68 places in a portrait, from a file or found by MediaPipe.

The layout is that of the 300-W annotations (Sagonas et al., "300 Faces in-the-Wild Challenge", 2013). Left and right
are those of the picture, down is down the picture; x goes right, y down, in pixels of the portrait.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from schemas.errors import MediaError

Floats = npt.NDArray[np.float64]

PARTS: dict[str, slice] = {
    "jaw": slice(0, 17),
    "brow_left": slice(17, 22),
    "brow_right": slice(22, 27),
    "nose_bridge": slice(27, 31),
    "nose_base": slice(31, 36),
    "eye_left": slice(36, 42),
    "eye_right": slice(42, 48),
    "mouth_outer": slice(48, 60),
    "mouth_inner": slice(60, 68),
}
"""Where each part lies among the 68: the jaw from the left temple by the chin to the right one, brows and the base of
the nose from left to right, the bridge downwards, eyes and lips from their left corner clockwise."""

MESH_POINTS: tuple[int, ...] = (
    *(127, 234, 93, 58, 172, 136, 149, 148, 152, 377, 378, 365, 397, 288, 323, 454, 356),
    *(70, 63, 105, 66, 107),
    *(336, 296, 334, 293, 300),
    *(168, 197, 5, 4),
    *(98, 97, 2, 326, 327),
    *(33, 160, 158, 133, 153, 144),
    *(362, 385, 387, 263, 373, 380),
    *(61, 40, 37, 0, 267, 270, 291, 321, 314, 17, 84, 91),
    *(78, 81, 13, 311, 308, 402, 14, 178),
)
"""Which of the 468 points of MediaPipe's face mesh each of the 68 is."""

LARGEST_FACE_BYTES = 1 << 20
SMALLEST_FACE_PX = 24.0
_MESH_SIZES = (468, 478)
_TALLEST_PORTRAIT_PX = 16_384


@dataclass(frozen=True)
class Face:
    """Key points [68, 2] in a portrait of some size, and how large the face is."""

    points: Floats
    width_px: int
    height_px: int

    def part(self, name: str) -> Floats:
        """The points of a part, by its name in `PARTS`."""
        return self.points[PARTS[name]]

    @property
    def across(self) -> Floats:
        """The direction [2] from the left eye to the right one, of length 1."""
        way = self.part("eye_right").mean(axis=0) - self.part("eye_left").mean(axis=0)
        return np.asarray(way / np.linalg.norm(way))

    @property
    def down(self) -> Floats:
        """The direction [2] from the forehead to the chin, at right angles to `across`."""
        return np.array([-self.across[1], self.across[0]])

    @property
    def tall_px(self) -> float:
        """From the brows to the chin, in pixels."""
        brows = np.concatenate([self.part("brow_left"), self.part("brow_right")]).mean(axis=0)
        return float((self.points[8] - brows) @ self.down)


def face_of(points: Floats, width_px: int, height_px: int) -> Face:
    """A face of 68 points, or of the 468 or 478 of MediaPipe's mesh, in pixels.

    Raises:
        MediaError: they are of another number, not finite, outside the portrait, or not those of a face that is seen
            from before and upright.
    """
    if points.ndim != 2 or points.shape[1] not in (2, 3) or len(points) not in (68, *_MESH_SIZES):
        raise MediaError(f"a face has 68, 468 or 478 points of two or three numbers, not an array {points.shape}")
    if len(points) != 68:
        points = points[list(MESH_POINTS)]
    points = points[:, :2].astype(np.float64)
    if not np.all(np.isfinite(points)) or np.abs(points).max() > 4 * _TALLEST_PORTRAIT_PX:
        raise MediaError("the key points of a face are finite numbers, in pixels of the portrait")
    face = Face(points, width_px, height_px)
    inside = (points >= -1.0) & (points <= np.array([width_px, height_px]) + 1.0)
    if not inside[17:].all() or inside.all(axis=1).sum() < 60:
        raise MediaError(
            f"the key points lie from {points.min(axis=0).round().tolist()} to {points.max(axis=0).round().tolist()}, "
            f"outside the portrait of {width_px}x{height_px} px: were they made for a picture of another size?"
        )
    _check_order(face)
    return face


def _check_order(face: Face) -> None:
    """Refuses points that are no face: wherever they come from, the warp must not fold."""
    eyes = [face.part(name).mean(axis=0) for name in ("eye_left", "eye_right")]
    if np.linalg.norm(eyes[1] - eyes[0]) < SMALLEST_FACE_PX / 3:
        raise MediaError("the eyes of the face lie closer than 8 px to each other: take a larger portrait")
    across, down = face.across, face.down
    if across[0] < 0.6:
        raise MediaError("the face is tilted by over 50 degrees, or left and right are exchanged: turn the portrait")
    middle = (eyes[0] + eyes[1]) / 2
    lips, chin = face.part("mouth_outer"), face.points[8]
    heights = [float(place @ down) for place in (middle, face.part("nose_base").mean(axis=0), lips.mean(axis=0), chin)]
    widths = lips @ across
    if sorted(heights) != heights or not widths[0] < widths[3] < widths[6]:
        raise MediaError("eyes, nose, mouth and chin do not follow each other downwards: this is no face")
    if face.tall_px < SMALLEST_FACE_PX:
        raise MediaError(
            f"the face is {face.tall_px:.0f} px tall from brows to chin, {SMALLEST_FACE_PX:.0f} px are needed: "
            "take a larger portrait"
        )
    for name in ("eye_left", "eye_right", "mouth_inner"):
        wide = np.ptp(face.part(name) @ across)
        if wide < 0.1 * float((eyes[1] - eyes[0]) @ across):
            raise MediaError(f"{name} has no width: all of its points lie at one place")
    nose = float((face.part("nose_base").mean(axis=0) - middle) @ across) / float((eyes[1] - eyes[0]) @ across)
    if abs(nose) > 0.55 or (widths[6] - widths[0]) < 0.2 * float((eyes[1] - eyes[0]) @ across):
        raise MediaError("the face is turned away too far to sing: take a portrait that is seen from before")


def read_face(path: Path, width_px: int, height_px: int) -> Face:
    """The face that a JSON file holds, for a portrait of that size.

    The file is an object with `points`: an object of the parts in `PARTS`, or a list of 68, 468 or 478 [x, y] or
    [x, y, z]; and `unit`, "pixels" (of the portrait as it is stored; the default) or "share" (0 to 1 of its width and
    height, as MediaPipe gives them).

    Raises:
        MediaError: it cannot be read, is longer than 1 MiB, or holds no face for this portrait.
    """
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FACE_BYTES + 1)
    except OSError as error:
        raise MediaError(f"the key points {path} cannot be read: {error.strerror or error}") from error
    if len(content) > LARGEST_FACE_BYTES:
        raise MediaError(f"{path.name} is longer than 1 MiB: key points of a face are not")
    try:
        return _parsed(json.loads(content), width_px, height_px)
    except (ValueError, TypeError, RecursionError) as error:
        raise MediaError(f"{path.name} holds no key points of a face: {str(error)[:200]}") from error


def _parsed(facts: Any, width_px: int, height_px: int) -> Face:  # noqa: ANN401 - any JSON value may come
    if not isinstance(facts, Mapping) or "points" not in facts or facts.keys() - {"points", "unit"}:
        raise ValueError('it is no object with "points" and, where they are not pixels, "unit"')
    if (unit := facts.get("unit", "pixels")) not in ("pixels", "share"):
        raise ValueError(f'"unit" is "pixels" or "share", not {str(unit)[:40]!r}')
    given = facts["points"]
    if isinstance(given, Mapping):
        if given.keys() != PARTS.keys():
            raise ValueError(f"its parts are {', '.join(map(str, given))[:200]}, they should be {', '.join(PARTS)}")
        for name, where in PARTS.items():
            if not isinstance(given[name], list) or len(given[name]) != where.stop - where.start:
                raise ValueError(f"{name} has {where.stop - where.start} points")
        given = [point for name in PARTS for point in given[name]]
    if not isinstance(given, list) or len(given) > max(_MESH_SIZES):
        raise ValueError(f"a face has 68 points, or the {_MESH_SIZES[0]} of MediaPipe's mesh")
    points = [[_number(value) for value in _pair(point)] for point in given]
    if len({len(point) for point in points}) != 1:
        raise ValueError("some points have two numbers and some three")
    scale = np.array([width_px, height_px], dtype=np.float64) if unit == "share" else np.ones(2)
    return face_of(np.array(points)[:, :2] * scale, width_px, height_px)


def _pair(point: object) -> list[object]:
    if not isinstance(point, list) or len(point) not in (2, 3):
        raise ValueError(f"a point is [x, y] or [x, y, z], not {str(point)[:40]}")
    return point


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e6:
        raise ValueError(f"{str(value)[:40]!r} is no number of pixels")
    return float(value)
