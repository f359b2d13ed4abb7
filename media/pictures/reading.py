"""Pictures from outside, opened within bounds: the one door by which they come in, and the two forms they go out in.

PNG, JPEG, WebP, GIF and BMP are read, by decoders named one by one; formats that run programs or load libraries of
their own (EPS, TIFF, AVIF and the like) never are. Only the first frame of an animation is taken.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from media.pictures.headers import PictureHead, picture_head
from schemas.errors import MediaError

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

MOST_BYTES = 256 << 20
"""A file of more bytes is not read."""
MOST_PX = 120_000_000
"""More declared pixels are not decoded whole (a camera of 100 megapixels stays within)."""
_MOST_SHRUNK_PX = 1_000_000_000
_MOST_PROFILE_BYTES = 8 << 20


def read_picture(
    source: bytes | Path,
    *,
    longest_px: int = 8192,
    shortest_px: int = 1,
    most_px: int = MOST_PX,
    name: str = "",
) -> Image:
    """The picture in RGB (sRGB, 8 bits), upright, its transparent parts laid on white, without metadata.

    A colour profile is followed where it can be, else the numbers are taken for sRGB; 16 bits become 8. Memory while
    reading stays under about 10 bytes for each of `most_px` pixels.

    Args:
        source: the file, or its bytes.
        longest_px: a longer side is scaled down to this, 1..32,768; smaller pictures keep their size.
        shortest_px: pictures with a shorter side (before scaling) are refused.
        most_px: pictures that declare more pixels are refused; a plain JPEG may declare up to 10^9, for it is decoded
            at a half, a quarter or an eighth of its size.
        name: what to call the picture in errors, where `source` is bytes.

    Raises:
        MediaError: the file cannot be read or is no such picture, is cut short or damaged, or beyond a bound.
    """
    if not 1 <= longest_px <= 32_768:
        raise MediaError(f"a longest side of {longest_px} px was asked for: at least 1 and at most 32768")
    called = (source.name if isinstance(source, Path) else name) or "the picture"
    try:
        content = _content(source) if isinstance(source, Path) else source
        if len(content) > MOST_BYTES:
            raise MediaError(f"has {len(content):,} bytes, more than {MOST_BYTES:,}: make it smaller")
        head = picture_head(content)
        _check_size(head, shortest_px, most_px)
        return _decode(content, head, longest_px, most_px)
    except MediaError as error:
        raise MediaError(f"{called} {error}") from error


def picture_pixels(image: Image) -> NDArray[np.uint8]:
    """The pixels of an RGB picture, 0..255, as an array of their own. Shapes: [height, width, 3]."""
    return np.array(image.convert("RGB"), dtype=np.uint8)


def picture_of(pixels: NDArray[np.uint8]) -> Image:
    """The RGB picture of such pixels. Shapes: pixels [height, width, 3]."""
    from PIL import Image

    return Image.fromarray(np.ascontiguousarray(pixels, dtype=np.uint8))


def encode_png(image: Image) -> bytes:
    """The picture as PNG without metadata; the same pixels give the same bytes."""
    stream = io.BytesIO()
    _bare(image).save(stream, "PNG", compress_level=6)
    return stream.getvalue()


def encode_jpeg(image: Image, quality: int = 92) -> bytes:
    """The picture as JPEG without metadata, quality 1..95; the same pixels give the same bytes.

    From quality 90 on, colour is kept at full resolution, in baseline: Pillow gives a progressive file a buffer that
    grainy pictures at full colour outgrow.

    Raises:
        MediaError: the quality is out of bounds.
    """
    if not 1 <= quality <= 95:
        raise MediaError(f"JPEG quality {quality} was asked for: at least 1 and at most 95")
    stream = io.BytesIO()
    if quality >= 90:
        _bare(image).save(stream, "JPEG", quality=quality, subsampling=0)
    else:
        _bare(image).save(stream, "JPEG", quality=quality, subsampling=2, progressive=True, optimize=True)
    return stream.getvalue()


def _bare(image: Image) -> Image:
    bare = image.convert("RGB") if image.mode != "RGB" else image.copy()
    bare.info.clear()
    return bare


def _content(path: Path) -> bytes:
    """The bytes of a plain file, at most one more than may be."""
    try:
        if not path.is_file():
            raise MediaError("is not a file that can be read: check the path")
        with path.open("rb") as stream:
            return stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise MediaError(f"cannot be read: {error}") from error


def _check_size(head: PictureHead, shortest_px: int, most_px: int) -> None:
    size = f"{head.width_px:,} x {head.height_px:,} pixels"
    if min(head.width_px, head.height_px) < shortest_px:
        raise MediaError(f"has {size}: each side must have at least {shortest_px}; bring a larger picture")
    most = min(_MOST_SHRUNK_PX, 64 * most_px) if head.can_shrink else most_px // head.weight
    if head.pixels > most:
        raise MediaError(f"declares {size}, more than the {most:,} that are decoded of such a {head.format}: shrink it")


def _decode(content: bytes, head: PictureHead, longest_px: int, most_px: int) -> Image:
    try:
        needed = b"".join(content[start:end] for start, end in head.parts) or content
        picture = _opened(needed, head.format)
        if picture.size != (head.width_px, head.height_px):
            raise MediaError("declares two sizes: it is damaged; save it again")
        if head.can_shrink:
            _shrink_while_decoding(picture, longest_px, most_px)
        picture.load()
        return _turned(_to_rgb(picture, longest_px), head.orientation)
    except MediaError:
        raise
    except Exception as error:  # decoders raise whatever they stumble over in a damaged file, failed asserts among it
        raise MediaError(f"is cut short or damaged ({error}): get or save it again") from error


def _opened(content: bytes, kind: str) -> ImageFile:
    """The decoder of one format by name; nothing else is tried."""
    from PIL.BmpImagePlugin import BmpImageFile
    from PIL.GifImagePlugin import GifImageFile
    from PIL.JpegImagePlugin import JpegImageFile
    from PIL.PngImagePlugin import PngImageFile
    from PIL.WebPImagePlugin import WebPImageFile

    decoders: dict[str, Callable[[io.BytesIO], ImageFile]] = {
        "PNG": PngImageFile,
        "JPEG": JpegImageFile,
        "WEBP": WebPImageFile,
        "GIF": GifImageFile,
        "BMP": BmpImageFile,
    }
    return decoders[kind](io.BytesIO(content))


def _shrink_while_decoding(picture: ImageFile, longest_px: int, most_px: int) -> None:
    """Ask the JPEG decoder for 1/2, 1/4 or 1/8: as large as is needed, smaller where the whole would be too much."""
    width, height = picture.size
    enough = max((f for f in (2, 4, 8) if max(width, height) // f >= longest_px), default=1)
    bearable = next((f for f in (1, 2, 4) if width * height <= most_px * f * f), 8)
    factor = max(enough, bearable)
    if factor > 1:
        picture.draft(None, (max(1, width // factor), max(1, height // factor)))


def _turned(picture: Image, orientation: int) -> Image:
    from PIL.Image import Transpose

    ways = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return picture.transpose(ways[orientation]) if orientation in ways else picture


def _to_rgb(picture: ImageFile, longest_px: int) -> Image:
    """Scaled, in sRGB, on white; scaling comes first, so that what follows works on little."""
    profile = picture.info.get("icc_profile")
    image: Image = picture
    if image.mode.startswith("I;16") or image.mode == "I":
        image = _eight_bits(image)
    see_through = image.has_transparency_data
    if see_through:
        image = image.convert("RGBA")
    elif image.mode not in ("L", "RGB", "CMYK"):
        image = image.convert("RGB")
    image = _scaled(image, longest_px)
    if see_through:
        return _on_white(image, profile)
    return _bare(_in_srgb(image, profile))


def _eight_bits(image: Image) -> Image:
    from PIL import Image as Pillow

    wide = np.asarray(image)
    return Pillow.fromarray((np.clip(wide, 0, 65_535).astype(np.uint16) >> 8).astype(np.uint8))


def _scaled(image: Image, longest_px: int) -> Image:
    from PIL.Image import Resampling

    longest = max(image.size)
    if longest <= longest_px:
        return image
    width, height = (max(1, round(side * longest_px / longest)) for side in image.size)
    return image.resize((width, height), Resampling.LANCZOS, reducing_gap=2.0)


def _on_white(image: Image, profile: bytes | None) -> Image:
    from PIL import Image as Pillow

    alpha = image.getchannel("A")
    white = Pillow.new("RGB", image.size, (255, 255, 255))
    white.paste(_in_srgb(image.convert("RGB"), profile), mask=alpha)
    return white


def _in_srgb(image: Image, profile: bytes | None) -> Image:
    """The picture's colours by its profile; a profile that is damaged or of another colour space is passed over."""
    from PIL import ImageCms

    if profile and len(profile) <= _MOST_PROFILE_BYTES:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            shown = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            shown = None
        if shown is not None:
            return shown
    return image.convert("RGB")
