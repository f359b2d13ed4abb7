"""What a picture file says of itself, read without any decoder, and the bounds it must keep before one is let near it.

A decoder reserves memory by the declared size and works through metadata before it looks at a pixel, so both are
bounded here first: declared pixels, the number and bytes of metadata blocks, passes over a progressive JPEG. Of a PNG
or JPEG only what its pixels and colours need goes on to the decoder; comments, thumbnails and the like never do.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass

from schemas.errors import MediaError

MOST_METADATA_BYTES = 32 << 20
"""Comments, thumbnails, EXIF and colour profiles together."""
_MOST_BLOCKS = 200_000
_MOST_PASS_PX = 3_000_000_000
_PACKED_BMP_WEIGHT = 12
_ADVICE = "save it again as PNG or JPEG"
_PNG_SIGN = b"\x89PNG\r\n\x1a\n"
_PNG_NEEDED = frozenset({b"IHDR", b"PLTE", b"tRNS", b"iCCP", b"IDAT", b"IEND"})
_EXIF_SIGN = b"Exif\0\0"
_ORIENTATION_TAG = 0x0112
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class PictureHead:
    """What the file declares.

    Attributes:
        format: PNG, JPEG, WEBP, GIF or BMP.
        width_px: declared width, at least 1.
        height_px: declared height, at least 1.
        animated: it holds more frames than one.
        weight: how much memory or time a pixel takes while decoding, beside that of a plain PNG (1..12).
        orientation: how it is to be turned, by EXIF: 1 (upright) .. 8.
        parts: from and to which bytes the decoder needs, in order; empty where it needs the whole file.
        can_shrink: the decoder can decode it to 1/2, 1/4 or 1/8 of its size without making it whole first.
    """

    format: str
    width_px: int
    height_px: int
    animated: bool = False
    weight: int = 1
    orientation: int = 1
    parts: tuple[tuple[int, int], ...] = ()
    can_shrink: bool = False

    @property
    def pixels(self) -> int:
        """Declared pixels."""
        return self.width_px * self.height_px


def picture_head(content: bytes) -> PictureHead:
    """The head of a PNG, JPEG, WebP, GIF or BMP file.

    Raises:
        MediaError: it is none of these, cut short before its picture begins, or heavier in metadata than it may be.
    """
    reader = _reader_of(content)
    try:
        head = reader(content)
    except (struct.error, IndexError) as error:
        raise MediaError(f"is cut short: it ends within its header, after {len(content):,} bytes") from error
    if head.width_px < 1 or head.height_px < 1:
        raise MediaError(f"declares {head.width_px} x {head.height_px} pixels: it holds no picture")
    return head


def _reader_of(content: bytes) -> Callable[[bytes], PictureHead]:
    if content.startswith(_PNG_SIGN):
        return _png
    if content.startswith(b"\xff\xd8\xff"):
        return _jpeg
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return _webp
    if content.startswith((b"GIF87a", b"GIF89a")):
        return _gif
    if content.startswith(b"BM"):
        return _bmp
    if not content:
        raise MediaError("is empty: it has 0 bytes")
    raise MediaError(f"is none of PNG, JPEG, WebP, GIF and BMP: {_ADVICE}")


class _Ledger:
    """Counts metadata blocks and their bytes, and refuses beyond the bound."""

    def __init__(self) -> None:
        self.blocks = 0
        self.metadata_bytes = 0

    def enter(self, size: int, *, metadata: bool = True) -> None:
        self.blocks += 1
        self.metadata_bytes += size if metadata else 0
        if self.blocks > _MOST_BLOCKS or self.metadata_bytes > MOST_METADATA_BYTES:
            raise MediaError(
                f"holds more than {_MOST_BLOCKS:,} blocks or {MOST_METADATA_BYTES >> 20} MiB of comments, profiles and "
                f"thumbnails: {_ADVICE}, without metadata"
            )


def _png(content: bytes) -> PictureHead:
    kind, width, height = struct.unpack_from(">4sII", content, 12)
    if kind != b"IHDR":
        raise MediaError("is a damaged PNG: it does not begin with IHDR")
    ledger, place, animated, exif = _Ledger(), 8, False, b""
    parts = [(0, 8)]
    while place + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, place)
        ledger.enter(size, metadata=kind not in (b"IDAT", b"fdAT"))
        if kind in _PNG_NEEDED:
            parts.append((place, place + 12 + size))
        elif kind == b"eXIf":
            exif = content[place + 8 : place + 8 + size]
        animated = animated or (kind == b"acTL" and struct.unpack_from(">I", content, place + 8)[0] > 1)
        if kind == b"IEND":
            break
        place += 12 + size
    return PictureHead("PNG", width, height, animated=animated, orientation=_orientation(exif), parts=tuple(parts))


def _jpeg(content: bytes) -> PictureHead:
    ledger, place, exif = _Ledger(), 2, b""
    parts = [(0, 2)]
    frame: tuple[int, int, int, int] | None = None
    while True:
        if content[place] != 0xFF:
            raise MediaError(f"is a damaged JPEG: no marker at byte {place:,}")
        marker = content[place + 1]
        if marker == 0xFF or marker in _BARE_MARKERS:
            ledger.enter(1)
            place += 1 if marker == 0xFF else 2
            continue
        (size,) = struct.unpack_from(">H", content, place + 2)
        ledger.enter(size)
        if marker in _FRAME_MARKERS:
            height, width, channels = struct.unpack_from(">HHB", content, place + 5)
            if frame is not None:
                raise MediaError("is a damaged JPEG: it declares its size twice")
            frame = marker, width, height, channels
        if marker == 0xDA:
            break
        body = content[place + 4 : place + 2 + size]
        if _shows_in_pixels(marker, body):
            parts.append((place, place + 2 + size))
        elif marker == 0xE1 and not exif and body.startswith(_EXIF_SIGN):
            exif = body
        place += 2 + size
    if frame is None:
        raise MediaError("is a damaged JPEG: it declares no size")
    parts.append((place, len(content)))
    passes = content.count(b"\xff\xda", place) + (content[place + 4] != frame[3])
    return _jpeg_head(frame, passes, _orientation(exif), tuple(parts))


def _shows_in_pixels(marker: int, body: bytes) -> bool:
    """Whether a JPEG segment has a part in its pixels and colours: tables, frame, colour profile, Adobe's transform."""
    if marker == 0xE2:
        return body.startswith(b"ICC_PROFILE\0")
    return marker == 0xEE or not (0xE0 < marker <= 0xEF or marker == 0xFE)


def _jpeg_head(
    frame: tuple[int, int, int, int], passes: int, orientation: int, parts: tuple[tuple[int, int], ...]
) -> PictureHead:
    """The head of a JPEG decoded in so many passes; with more than one, the decoder keeps the whole in memory."""
    marker, width, height, _ = frame
    if passes > 1 and passes * width * height > _MOST_PASS_PX:
        raise MediaError(f"is a JPEG in {passes} passes of {width} x {height} pixels, hours of work: {_ADVICE}")
    whole_first = passes > 1 or marker not in (0xC0, 0xC1)
    return PictureHead(
        "JPEG",
        width,
        height,
        weight=2 if whole_first else 1,
        orientation=orientation,
        parts=parts,
        can_shrink=not whole_first,
    )


def _webp(content: bytes) -> PictureHead:
    kind = content[12:16]
    if kind == b"VP8X":
        width = int.from_bytes(content[24:27], "little") + 1
        height = int.from_bytes(content[27:30], "little") + 1
        animated = bool(content[20] & 2)
    elif kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", content, 21)
        width, height, animated = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1, False
    else:
        wide, high = struct.unpack_from("<HH", content, 26)
        width, height, animated = wide & 0x3FFF, high & 0x3FFF, False
    ledger, place, exif = _Ledger(), 12, b""
    while place + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, place)
        ledger.enter(size, metadata=name in (b"ICCP", b"EXIF", b"XMP "))
        if name == b"EXIF":
            exif = content[place + 8 : place + 8 + size]
        place += 8 + size + (size & 1)
    return PictureHead("WEBP", width, height, animated=animated, weight=2, orientation=_orientation(exif))


def _gif(content: bytes) -> PictureHead:
    width, height, flags = struct.unpack_from("<HHB", content, 6)
    ledger, place, frames = _Ledger(), 13 + _palette_bytes(flags), 0
    while frames < 2 and place < len(content):
        sign = content[place]
        if sign == 0x3B:
            break
        if sign == 0x2C:
            frames += 1
            x, y, wide, high, flags = struct.unpack_from("<HHHHB", content, place + 1)
            if frames == 1:
                width, height = max(width, x + wide), max(height, y + high)
            place += 10 + _palette_bytes(flags) + 1
        else:
            place += 2 if sign == 0x21 else 1
            if sign != 0x21:
                ledger.enter(1)
                continue
        place = _after_blocks(content, place, ledger if sign == 0x21 else None)
    return PictureHead("GIF", width, height, animated=frames > 1)


def _after_blocks(content: bytes, place: int, ledger: _Ledger | None) -> int:
    """The place after a chain of GIF blocks; those of an extension are counted as metadata."""
    while place < len(content) and (size := content[place]):
        if ledger is not None:
            ledger.enter(size)
        place += 1 + size
    return place + 1


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _bmp(content: bytes) -> PictureHead:
    (header,) = struct.unpack_from("<I", content, 14)
    width, height = struct.unpack_from("<HH" if header == 12 else "<ii", content, 18)
    packed = header >= 40 and struct.unpack_from("<I", content, 30)[0] in (1, 2)
    return PictureHead("BMP", abs(width), abs(height), weight=_PACKED_BMP_WEIGHT if packed else 1)


def _orientation(exif: bytes) -> int:
    """The orientation that an EXIF block names, 1..8; 1 where it names none or is damaged."""
    block = exif.removeprefix(_EXIF_SIGN)
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if order is None:
        return 1
    try:
        (directory,) = struct.unpack_from(order + "I", block, 4)
        (count,) = struct.unpack_from(order + "H", block, directory)
        for entry in range(directory + 2, directory + 2 + 12 * count, 12):
            tag, _, _, value = struct.unpack_from(order + "HHIH", block, entry)
            if tag == _ORIENTATION_TAG:
                return int(value) if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1
