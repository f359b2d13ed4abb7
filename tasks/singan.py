"""What a trained SinGAN gives: variations that are no copies, films, and pictures painted on in its manner."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.pictures.hashing import hamming, perceptual_hash
from media.pictures.reading import picture_pixels, read_picture
from schemas.errors import MediaError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray
    from PIL.Image import Image
    from torch import Tensor

    from models.pictures.singan.keeping import LearnedPicture
    from models.pictures.singan.pyramid import Pyramid

MOST_VARIATIONS = 64
_TRIES_EACH = 4
_COPY_BITS, _COPY_LIKENESS = 4, 0.97
"""A variation whose hash differs in no more bits and whose layout correlates at least so is a copy of the picture."""
_SHEET_GAP_PX = 8
_LONGEST_ENTERING_PX = 2048
_PALETTE_FRAMES = 8


@dataclass(frozen=True)
class Variation:
    """A picture [height, width, 3], the seed that gives it again, and how near it is to the learned one."""

    pixels: NDArray[np.uint8]
    seed: int
    likeness: float
    """Correlation of the layouts, -1 to 1."""
    bits: int
    """Bits of 64 by which the perceptual hashes differ."""

    @property
    def is_copy(self) -> bool:
        """Whether it shows nothing new."""
        return self.bits <= _COPY_BITS and self.likeness >= _COPY_LIKENESS


def variations(
    pyramid: Pyramid,
    learned: LearnedPicture,
    *,
    count: int,
    seed: int = 0,
    height: int | None = None,
    width: int | None = None,
    start: int = 0,
) -> Iterator[Variation]:
    """Variations of the learned picture; those that are near copies of it are passed over, if others can be found.

    Args:
        pyramid: the trained scales.
        learned: the picture that they learned.
        count: how many, 1 to 64.
        seed: of the first; each further one takes the next.
        height: in pixels; the learned picture's where left out.
        width: in pixels; the learned picture's where left out.
        start: the coarsest scale that gets new noise.

    Raises:
        MediaError: a number is out of its bounds, or nothing but copies came out.
    """
    from models.pictures.singan.measures import likeness
    from models.pictures.singan.sampling import in_unit, variation

    if not 1 <= count <= MOST_VARIATIONS:
        raise MediaError(f"{count} variations were asked for: 1-{MOST_VARIATIONS} are made at once")
    original = in_unit(learned.picture)
    sign, given = perceptual_hash(pixels_of(original)), 0
    tall, wide = learned.picture.shape[2:]
    for tried in range(seed, seed + count * _TRIES_EACH):
        made = variation(pyramid, seed=tried, height=height or tall, width=width or wide, start=start)
        pixels = pixels_of(made)
        found = Variation(pixels, tried, likeness(made, original), hamming(perceptual_hash(pixels), sign))
        if not found.is_copy:
            yield found
            given += 1
        if given == count:
            return
    if not given:
        raise MediaError(
            f"{count * _TRIES_EACH} seeds gave nothing but copies of the picture: give a lower --start, or train longer"
        )


def sheet(pictures: Iterable[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Pictures of one size side by side, on white, about as wide as high. Shapes: each [H, W, 3]."""
    shown = list(pictures)
    height, width = shown[0].shape[:2]
    columns = max(1, min(len(shown), round((len(shown) * height / width) ** 0.5 * 1.2)))
    rows = -(-len(shown) // columns)
    gap = _SHEET_GAP_PX
    whole = np.full((rows * (height + gap) + gap, columns * (width + gap) + gap, 3), 255, np.uint8)
    for index, picture in enumerate(shown):
        top, left = gap + index // columns * (height + gap), gap + index % columns * (width + gap)
        whole[top : top + height, left : left + width] = picture
    return whole


def encoded_film(frames: Iterable[NDArray[np.uint8]], *, ending: str, frame_rate_hz: float) -> bytes:
    """Frames as an animation that loops for ever: '.gif', '.webp' or '.png' (APNG).

    Raises:
        MediaError: there are no frames, or the ending is another.
    """
    from PIL import Image as Pillow

    kinds = {".gif": "GIF", ".webp": "WEBP", ".png": "PNG"}
    if ending not in kinds:
        raise MediaError(f"a film ends in {', '.join(kinds)}, not in {ending!r}")
    images = [Pillow.fromarray(frame) for frame in frames]
    if not images:
        raise MediaError("a film has at least one frame")
    settings: dict[str, object] = {"save_all": True, "duration": round(1000 / frame_rate_hz), "loop": 0}
    if ending == ".gif":
        # one palette for all frames, or still parts would flicker
        some = _frames_apart(images)
        together = Pillow.new("RGB", (some[0].width, some[0].height * len(some)))
        for index, image in enumerate(some):
            together.paste(image, (0, index * image.height))
        shared = together.quantize(256, dither=Pillow.Dither.NONE)
        images = [image.quantize(palette=shared, dither=Pillow.Dither.FLOYDSTEINBERG) for image in images]
    if ending == ".webp":
        settings |= {"quality": 88, "method": 4}
    stream = io.BytesIO()
    images[0].save(stream, kinds[ending], append_images=images[1:], **settings)
    return stream.getvalue()


def _frames_apart(images: list[Image]) -> list[Image]:
    """At most eight frames, evenly spread over a film."""
    step = -(-len(images) // _PALETTE_FRAMES)
    return images[::step]


def open_singan(folder: Path) -> tuple[Pyramid, LearnedPicture]:
    """A trained SinGAN and the picture that it learned.

    Raises:
        CheckpointError: the folder holds none, or its training is not finished.
    """
    from models.pictures.singan.keeping import load_singan

    return load_singan(folder)


def painted_on(
    pyramid: Pyramid, picture: Path, *, mask: Path | None, scale: int, seed: int, noise: float
) -> NDArray[np.uint8]:
    """A picture of a file painted on by a SinGAN, where a mask is white or everywhere; see `sampling.inject`.

    Raises:
        MediaError: a file cannot be read, the mask has another size, or the scale is out of its bounds.
    """
    from models.pictures.singan.sampling import inject

    entering = read_picture(picture, longest_px=_LONGEST_ENTERING_PX)
    changed = None
    if mask is not None:
        white = read_picture(mask, longest_px=_LONGEST_ENTERING_PX)
        if white.size != entering.size:
            raise MediaError(f"{mask.name} is {white.size} px and {picture.name} {entering.size}: they have to agree")
        changed = picture_of(picture_pixels(white)).mean(1, keepdim=True)
    made = inject(pyramid, picture_of(picture_pixels(entering)), scale=scale, seed=seed, mask=changed, noise=noise)
    return pixels_of(made)


def pixels_of(picture: Tensor) -> NDArray[np.uint8]:
    """The pixels [H, W, 3] of a picture [1, 3, H, W] in 0..1."""
    pixels: NDArray[np.uint8] = (picture[0] * 255 + 0.5).byte().permute(1, 2, 0).contiguous().numpy()
    return pixels


def picture_of(pixels: NDArray[np.uint8]) -> Tensor:
    """The picture [1, 3, H, W] in 0..1 of pixels [H, W, 3]."""
    import torch

    return torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None].contiguous()
