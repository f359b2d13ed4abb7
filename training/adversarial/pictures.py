"""Any folder of pictures as an array on disk, and the stream of crops that a training draws from it.

Pictures are read once, by way of `media.pictures.reading`, scaled and kept as bytes in one file that is mapped, not
loaded: a training's memory does not grow with the folder. The file's name holds a digest of what is in the folder, so
a folder that changed is read anew. Which pictures are held out is decided by each file's own bytes.
"""

from __future__ import annotations

import hashlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from media.pictures.folder import SUFFIXES, picture_files
from media.pictures.reading import picture_pixels, read_picture
from schemas.errors import MediaError

log = logging.getLogger(__name__)

Bytes = NDArray[np.uint8]
Split = Literal["train", "held-out"]

MOST_PICTURES = 200_000
MOST_BYTES = 16 << 30
"""A folder whose pictures, scaled, need more is refused."""

_LEAST = 8


@dataclass(frozen=True)
class PictureArray:
    """Pictures of one folder, kept as bytes.

    Shapes: pixels [total bytes]; index [N, 4] of offset, height, width, held out (0 or 1), in order of file name.
    """

    pixels: Bytes
    index: NDArray[np.int64]
    digest: str

    def numbers(self, split: Split) -> NDArray[np.int64]:
        """The numbers of the pictures of a split."""
        return np.flatnonzero(self.index[:, 3] == (split == "held-out"))

    def picture(self, number: int) -> Bytes:
        """One picture. Shapes: [H, W, 3]."""
        offset, height, width, _ = (int(value) for value in self.index[number])
        return self.pixels[offset : offset + height * width * 3].reshape(height, width, 3)


def keep_pictures(
    folder: Path,
    kept_in: Path,
    *,
    short_px: int,
    held_out: float = 0.05,
    progress: Callable[[int, int], None] | None = None,
) -> PictureArray:
    """The folder's pictures (those in folders inside it too), their short side scaled to `short_px`.

    Args:
        folder: pictures in any format that `media.pictures.reading` reads. One that cannot be read is logged and left
            out; a smaller one is enlarged only where it has at least half the size.
        kept_in: where the array is kept.
        short_px: 8 to 2,048.
        held_out: the share held out, 0 to 0.5; never all, and at least two where it is above 0.
        progress: called with how many pictures have been read, and of how many.

    Raises:
        MediaError: there is no such folder, it holds fewer than 8 pictures that can be read, or more than the bounds.
    """
    files = picture_files(folder, most=MOST_PICTURES)
    _check_count(folder, len(files))
    sums = [_sha256(file) for file in files]
    digest = _digest(folder, files, sums, short_px, held_out)
    kept_in.mkdir(parents=True, exist_ok=True)
    pixels_file, index_file = kept_in / f"pictures-{digest[:16]}.u8", kept_in / f"pictures-{digest[:16]}.npy"
    if not _is_whole(pixels_file, index_file):
        index = _write(folder, files, sums, pixels_file, short_px, held_out, progress)
        part = index_file.with_suffix(f".{os.getpid()}.part")
        with part.open("wb") as out:
            np.save(out, index)
        part.replace(index_file)
    index = np.load(index_file, allow_pickle=False)
    return PictureArray(np.memmap(pixels_file, np.uint8, "r"), index, digest)


def _is_whole(pixels_file: Path, index_file: Path) -> bool:
    """Whether both files are there and the pixels are as many as the index says; the index is written last."""
    if not (index_file.exists() and pixels_file.exists()):
        return False
    index = np.load(index_file, allow_pickle=False)
    return pixels_file.stat().st_size == int((index[:, 1] * index[:, 2] * 3).sum())


def _check_count(folder: Path, count: int) -> None:
    if not _LEAST <= count <= MOST_PICTURES:
        raise MediaError(
            f"{folder} holds {count} pictures that can be read: a training needs {_LEAST} to {MOST_PICTURES:,} "
            f"({', '.join(SUFFIXES)})"
        )


def _write(
    folder: Path,
    files: Sequence[Path],
    sums: Sequence[str],
    target: Path,
    short_px: int,
    held_out: float,
    progress: Callable[[int, int], None] | None,
) -> NDArray[np.int64]:
    """Writes the pixels; answers the index."""
    rows: list[tuple[int, int, int, int]] = []
    ranks: list[str] = []
    offset, part = 0, target.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as out:
        for done, (file, digest) in enumerate(zip(files, sums, strict=True), start=1):
            pixels = _read(file, short_px)
            if pixels is not None:
                if offset + pixels.nbytes > MOST_BYTES:
                    raise MediaError(f"the pictures need over {MOST_BYTES >> 30} GiB at {short_px} px: ask for less")
                out.write(pixels.tobytes())
                rows.append((offset, pixels.shape[0], pixels.shape[1], 0))
                ranks.append(digest)
                offset += pixels.nbytes
            if progress is not None:
                progress(done, len(files))
    _check_count(folder, len(rows))
    part.replace(target)
    index = np.array(rows, np.int64)
    count = min(len(rows) // 2, max(2, round(held_out * len(rows)))) if held_out > 0 else 0
    index[sorted(range(len(rows)), key=ranks.__getitem__)[:count], 3] = 1
    return index


def _read(file: Path, short_px: int) -> Bytes | None:
    from PIL.Image import Resampling

    try:
        picture = read_picture(file, longest_px=8 * short_px, shortest_px=short_px // 2)
    except MediaError as error:
        log.warning("left out: %s", error)
        return None
    scale = short_px / min(picture.size)
    size = (max(short_px, round(picture.width * scale)), max(short_px, round(picture.height * scale)))
    return picture_pixels(picture if picture.size == size else picture.resize(size, Resampling.LANCZOS))


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _digest(folder: Path, files: Sequence[Path], sums: Sequence[str], short_px: int, held_out: float) -> str:
    names = [f"{file.relative_to(folder).as_posix()} {one}" for file, one in zip(files, sums, strict=True)]
    return hashlib.sha256("\n".join([f"{short_px} {held_out}", *names]).encode()).hexdigest()


def crops(
    array: PictureArray, numbers: NDArray[np.int64], resolution: int, chance: np.random.Generator, *, mirror: bool
) -> Tensor:
    """A random square of each of the numbered pictures, mirrored for one in two where `mirror` says so.

    A square's side lies anywhere between the resolution and the picture's short side.

    Shapes: [N, 3, resolution, resolution], values -1..1.
    """
    rows = []
    for number in numbers:
        picture = array.picture(int(number))
        short = min(picture.shape[:2])
        side = int(chance.integers(min(resolution, short), short + 1))
        top = int(chance.integers(picture.shape[0] - side + 1))
        left = int(chance.integers(picture.shape[1] - side + 1))
        square = picture[top : top + side, left : left + side]
        if mirror and chance.random() < 0.5:
            square = square[:, ::-1]
        rows.append(_as_tensor(square, resolution))
    return torch.stack(rows)


def middles(array: PictureArray, numbers: NDArray[np.int64], resolution: int) -> Tensor:
    """The largest square in the middle of each of the numbered pictures.

    Shapes: [N, 3, resolution, resolution], values -1..1.
    """
    rows = []
    for number in numbers:
        picture = array.picture(int(number))
        side = min(picture.shape[:2])
        top, left = (picture.shape[0] - side) // 2, (picture.shape[1] - side) // 2
        rows.append(_as_tensor(picture[top : top + side, left : left + side], resolution))
    return torch.stack(rows)


def stream(
    array: PictureArray, resolution: int, batch: int, *, seed: int, first_step: int = 0, mirror: bool = True
) -> Iterator[Tensor]:
    """Batches of crops of the training pictures without end; which, hangs on the seed and the step's number alone.

    Shapes of each: [batch, 3, resolution, resolution], values -1..1.
    """
    numbers = array.numbers("train")
    step = first_step
    while True:
        chance = np.random.default_rng((seed, step))
        yield crops(array, chance.choice(numbers, batch), resolution, chance, mirror=mirror)
        step += 1


def _as_tensor(square: Bytes, resolution: int) -> Tensor:
    picture = torch.from_numpy(square.astype(np.float32)).permute(2, 0, 1) / 127.5 - 1
    if picture.shape[1] == resolution:
        return picture
    size = (resolution, resolution)
    return functional.interpolate(picture[None], size, mode="bilinear", antialias=True, align_corners=False)[0]
