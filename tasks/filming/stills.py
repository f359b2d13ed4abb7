"""Stills: the scenes of a storyboard painted once, a little larger than the film, so that the camera can move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from media.pictures.reading import encode_jpeg, picture_of, picture_pixels, read_picture
from schemas.film import Still
from tasks.painting.easel import open_easel
from tasks.painting.painter import Commission, Pixels, paint

if TYPE_CHECKING:
    from schemas.picture import Treatment
    from schemas.scene import Scene
    from tasks.bench import Bench

_SEEN = 0.75
_ROOM = 1.2
_SIDES_PX = (256, 3000)
_JPEG_QUALITY = 95


def seen_size(film_px: tuple[int, int]) -> tuple[int, int]:
    """Width and height at which a camera moves through stills.

    Paint is soft: three quarters of a film's size, enlarged, take half the time that all of it would take.
    """
    return round(film_px[0] * _SEEN), round(film_px[1] * _SEEN)


def still_size(film_px: tuple[int, int]) -> tuple[int, int]:
    """Width and height of the stills of a film: a fifth larger than what the camera sees, as far as can be painted."""
    seen = seen_size(film_px)
    least, most = _SIDES_PX
    scale = min(max(_ROOM, least / min(seen)), most / max(seen))
    width, height = (min(most, max(least, round(side * scale))) for side in seen)
    return width, height


def paint_still(scene: Scene, treatment: Treatment, bench: Bench, *, size_px: tuple[int, int]) -> Still:
    """A scene painted without what is drawn over the paint, which moves and is drawn frame by frame.

    Raises:
        CheckpointError: weights are not here.
        MediaError: there is no such motif or composition.
    """
    content = encode_jpeg(picture_of(still_pixels_of(scene, treatment, bench, size_px=size_px)), _JPEG_QUALITY)
    return Still(picture=bench.blobs.put(content, "image/jpeg"), width_px=size_px[0], height_px=size_px[1])


def still_pixels_of(scene: Scene, treatment: Treatment, bench: Bench, *, size_px: tuple[int, int]) -> Pixels:
    """A scene painted, as pixels. Shapes: [H, W, 3].

    Raises:
        CheckpointError: weights are not here.
        MediaError: there is no such motif or composition.
    """
    commission = Commission(scene, treatment, scene.seed)
    return paint(commission, open_easel(bench), width_px=size_px[0], height_px=size_px[1], details=False)


def still_pixels(still: Still, bench: Bench) -> Pixels:
    """The pixels of a still. Shapes: [H, W, 3]."""
    return picture_pixels(read_picture(bench.blobs.read(still.picture)))
