"""Pictures written to files that people name: the format by the ending, whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from media.pictures.reading import encode_jpeg, encode_png, picture_of
from schemas.errors import MediaError

_JPEG_QUALITY = 92


def write_picture(pixels: NDArray[np.uint8], path: Path) -> None:
    """Write a picture as PNG or JPEG, by the ending of its path, over whatever lies there. Shapes: [H, W, 3].

    Raises:
        MediaError: the ending names no such format, or the folder cannot be written.
    """
    suffix = path.suffix.lower()
    if suffix not in (".png", ".jpg", ".jpeg"):
        raise MediaError(f"{path.name!r} ends in {suffix or 'nothing'!r}: give a name that ends in .png or .jpg")
    image = picture_of(pixels)
    write_file(encode_png(image) if suffix == ".png" else encode_jpeg(image, _JPEG_QUALITY), path)


def write_file(content: bytes, path: Path) -> None:
    """Write bytes to a file in one step, over whatever lies there.

    Raises:
        MediaError: the folder is missing or cannot be written, or the disk is full.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as part:
            part.write(content)
        Path(part.name).chmod(0o666 & ~_umask())
        Path(part.name).replace(path)
    except OSError as error:
        raise MediaError(f"{path} cannot be written: {error.strerror}; name another folder, or free space") from error


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
