"""Finding a face in a portrait with MediaPipe, where it is installed.

It needs a numpy below 2 and so cannot live beside Hibari: its points are made in an environment of their own and given
as a file (`media.film.performer.face.read_face`).
"""

from __future__ import annotations

import importlib

import numpy as np
import numpy.typing as npt

from media.film.performer.face import Face, face_of
from schemas.errors import MediaError

_REMEDY = (
    "MediaPipe 0.10.21 is not installed here, and it cannot be beside a numpy of 2: make the key points of the face in "
    "an environment of their own, or by hand, and give them with --face FILE (docs/performer.md says how)"
)


def find_face(portrait: npt.NDArray[np.uint8]) -> Face:
    """The face in a portrait [H, W, 3], found by MediaPipe's face mesh.

    Raises:
        MediaError: MediaPipe is not installed, or it finds no face that can sing.
    """
    try:
        solutions = importlib.import_module("mediapipe").solutions
    except (ImportError, AttributeError) as error:
        raise MediaError(f"no key points were given for the portrait's face, and {_REMEDY}") from error
    height_px, width_px = portrait.shape[:2]
    with solutions.face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, min_detection_confidence=0.4) as mesh:
        found = mesh.process(np.ascontiguousarray(portrait)).multi_face_landmarks
    if not found:
        raise MediaError("no face is found in the portrait: take one seen from before, or give --face FILE")
    points = np.array([[place.x * width_px, place.y * height_px] for place in found[0].landmark])
    return face_of(points, width_px, height_px)
