"""The shapes a sleeve is needed in, and the files it goes out as.

Shops ask for a square JPEG of 3000 pixels in RGB; it is written at quality 92 with colour at full resolution and an
sRGB profile. Pages need it at 1500, 640 and 300 pixels: JPEG for anything that shares links, WebP for the page itself.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from media.sleeve.front import LetteredPicture, letter_picture
from media.sleeve.sheet import Calm
from media.sleeve.window import fitted_to
from schemas.errors import MediaError
from schemas.plan import Genre, Mood

Shape = Literal["banner", "portrait", "landscape", "square"]

SHAPES: dict[Shape, tuple[int, int]] = {
    "banner": (3000, 1000),
    "portrait": (1080, 1920),
    "landscape": (1920, 1080),
    "square": (1500, 1500),
}
"""Width and height in pixels: the head of an artist's page, a phone's screen, a film's still, a song's picture."""

SHOP_PX = 3000
PAGE_SIDES_PX = (1500, 640, 300)
"""Sides of the pictures of a page: full view, card, thumbnail (each serves screens of twice its density)."""
_QUALITY = 92
_WEBP_QUALITY = 84


@dataclass(frozen=True)
class SleeveFile:
    """A file of the set."""

    name: str
    media_type: str
    content: bytes
    width_px: int
    height_px: int


def letter_shape(
    picture: NDArray[np.uint8],
    shape: Shape,
    *,
    title: str,
    artist: str,
    treatment: str,
    number: int | None = None,
    calm: tuple[Calm, ...] = ("top", "bottom"),
    palette: tuple[str, ...] = (),
    seed: int = 0,
    genre: Genre | None = None,
    mood: Mood | None = None,
) -> LetteredPicture:
    """The un-lettered picture in another shape, set in the treatment of the front.

    Args:
        picture: drawn in the shape, or to be cropped to it about its middle. Shapes: [H, W, 3].
        shape: which of `SHAPES`.
        title: of the album, or of the song.
        artist: name under the title.
        treatment: of the album's front.
        number: of the song in the running order; stands before the artist's name.
        calm: quiet parts of the picture, best first.
        palette: '#rrggbb' colours of the picture.
        seed: of the album.
        genre: of the album.
        mood: of the album.

    Raises:
        MediaError: there is no such treatment.
    """
    return letter_picture(
        picture,
        SHAPES[shape],
        title=title,
        artist=f"{number} · {artist}" if number is not None else artist,
        small_print=("AI-GENERATED",),
        calm=calm,
        palette=palette,
        seed=seed,
        genre=genre,
        mood=mood,
        treatment=treatment,
    )


def shop_file(pixels: NDArray[np.uint8]) -> SleeveFile:
    """The front for shops: 3000 px, JPEG 4:4:4, sRGB profile. The same pixels give the same bytes.

    Raises:
        MediaError: the picture is not square.
    """
    if pixels.shape[0] != pixels.shape[1]:
        raise MediaError(f"shops take square fronts, not one of {pixels.shape[1]}x{pixels.shape[0]} px: crop it first")
    content = encode_tagged_jpeg(fitted_to(pixels, (SHOP_PX, SHOP_PX)), _QUALITY)
    return SleeveFile(f"front-{SHOP_PX}.jpg", "image/jpeg", content, SHOP_PX, SHOP_PX)


def page_files(pixels: NDArray[np.uint8], name: str = "front") -> tuple[SleeveFile, ...]:
    """A picture at the sizes of a page, each as JPEG and WebP; sizes larger than it is are left out."""
    height, width = pixels.shape[:2]
    files = []
    for side in PAGE_SIDES_PX:
        if side > max(width, height):
            continue
        share = side / max(width, height)
        size = (max(1, round(width * share)), max(1, round(height * share)))
        small = fitted_to(pixels, size)
        files.append(SleeveFile(f"{name}-{side}.jpg", "image/jpeg", encode_tagged_jpeg(small, 90), *size))
        files.append(SleeveFile(f"{name}-{side}.webp", "image/webp", encode_webp(small), *size))
    return tuple(files)


def encode_tagged_jpeg(pixels: NDArray[np.uint8], quality: int) -> bytes:
    """Baseline JPEG with an sRGB profile; colour at full resolution from quality 90 on. Shapes: [H, W, 3].

    Shops ask for baseline; it also never outgrows the encoder's buffer, as a progressive picture of much grain does.

    Raises:
        MediaError: the quality is not 1 to 95.
    """
    from PIL import Image

    if not 1 <= quality <= 95:
        raise MediaError(f"JPEG quality {quality} was asked for: at least 1 and at most 95")
    stream = io.BytesIO()
    Image.fromarray(pixels).save(
        stream,
        "JPEG",
        quality=quality,
        subsampling=0 if quality >= 90 else 2,
        icc_profile=_srgb_profile(),
    )
    return stream.getvalue()


def encode_webp(pixels: NDArray[np.uint8], quality: int = _WEBP_QUALITY) -> bytes:
    """WebP, which browsers take for sRGB. Shapes: [H, W, 3]."""
    from PIL import Image

    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "WEBP", quality=quality, method=4)
    return stream.getvalue()


@lru_cache(maxsize=1)
def _srgb_profile() -> bytes:
    """An sRGB profile whose date of making is set to one day, so that the same picture gives the same bytes."""
    from PIL import ImageCms

    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes((7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    profile[84:100] = bytes(16)
    return bytes(profile)
