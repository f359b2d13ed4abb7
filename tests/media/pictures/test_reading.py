from __future__ import annotations

import io
import struct
import subprocess
import sys
import textwrap
import time
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms

from media.pictures.headers import picture_head
from media.pictures.reading import encode_jpeg, encode_png, picture_of, picture_pixels, read_picture
from schemas.errors import MediaError


def encoded(image, kind="PNG", **options):
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width, height, *chunks, depth=8, colour=2, body=b""):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.fixture(scope="module")
def slope():
    """A picture whose left is dark, whose right is light and whose top is red."""
    pixels = np.zeros((40, 60, 3), np.uint8)
    pixels[..., :] = np.linspace(0, 250, 60).astype(np.uint8)[None, :, None]
    pixels[:8] = (200, 20, 20)
    return Image.fromarray(pixels)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_the_five_formats_are_read(kind, slope):
    found = read_picture(encoded(slope, kind))
    assert (found.mode, found.size) == ("RGB", (60, 40))
    difference = np.abs(picture_pixels(found).astype(int) - picture_pixels(slope))
    assert difference.mean() < 12


@pytest.mark.parametrize("kind", ["TIFF", "EPS", "ICO", "PPM", "TGA", "AVIF", "JPEG2000"])
def test_other_formats_are_refused_by_name(kind, slope):
    with pytest.raises(MediaError, match="none of PNG, JPEG, WebP, GIF and BMP: save it again"):
        read_picture(encoded(slope, kind))


def test_a_long_side_is_scaled_down_and_a_short_one_never_to_nothing(slope):
    assert read_picture(encoded(slope), longest_px=30).size == (30, 20)
    assert read_picture(encoded(Image.new("RGB", (900, 1))), longest_px=9).size == (9, 1)


def test_a_picture_too_small_for_its_use_is_refused(tmp_path):
    path = tmp_path / "dot.png"
    path.write_bytes(encoded(Image.new("RGB", (1, 1))))
    assert read_picture(path).size == (1, 1)
    with pytest.raises(MediaError, match=r"dot\.png has 1 x 1 pixels: each side must have at least 64"):
        read_picture(path, shortest_px=64)


def test_a_picture_is_turned_upright_as_its_exif_says(slope):
    expected = {3: slope.rotate(180), 6: slope.rotate(-90, expand=True), 8: slope.rotate(90, expand=True)}
    for orientation, upright in expected.items():
        exif = Image.Exif()
        exif[0x0112] = orientation
        found = read_picture(encoded(slope, "JPEG", exif=exif, quality=95, subsampling=0))
        assert found.size == upright.size
        assert np.abs(picture_pixels(found).astype(int) - picture_pixels(upright)).mean() < 3


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0", b"Exif\0\0MM\0*\0\0\xff\xff", b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\x12\x01" * 40]
)
def test_a_broken_exif_block_leaves_the_picture_as_it_lies(slope, exif):
    assert read_picture(encoded(slope, "JPEG", exif=exif)).size == slope.size


def test_cmyk_and_its_inverted_adobe_kin_come_out_in_their_colours():
    red = Image.new("RGB", (16, 16), (220, 30, 40))
    for kind in ({}, {"quality": 95}):
        found = picture_pixels(read_picture(encoded(red.convert("CMYK"), "JPEG", **kind)))
        assert np.abs(found.reshape(-1, 3).mean(0) - (220, 30, 40)).max() < 8


def test_what_is_transparent_lies_on_white():
    for mode in ("RGBA", "LA"):
        found = read_picture(encoded(Image.new(mode, (4, 4))))
        assert found.getpixel((0, 0)) == (255, 255, 255)
    palette = Image.new("P", (4, 4), 1)
    palette.putpalette([0, 0, 0, 10, 200, 10])
    assert read_picture(encoded(palette, transparency=1)).getpixel((1, 1)) == (255, 255, 255)
    assert read_picture(encoded(palette)).getpixel((1, 1)) == (10, 200, 10)
    assert read_picture(encoded(palette, "GIF", transparency=1)).getpixel((1, 1)) == (255, 255, 255)
    keyed = encoded(Image.new("RGB", (4, 4), (1, 2, 3)), transparency=(1, 2, 3))
    assert read_picture(keyed).getpixel((0, 0)) == (255, 255, 255)


def test_sixteen_bits_become_eight_and_are_not_clipped():
    grey = Image.fromarray(np.linspace(0, 65535, 64).astype(np.uint16).reshape(8, 8))
    found = picture_pixels(read_picture(encoded(grey)))
    assert found[..., 0].ravel().tolist() == [int(v) >> 8 for v in np.linspace(0, 65535, 64).astype(np.uint16)]
    rows = b"".join(b"\0" + struct.pack(">HHH", 0xFFFF, 0x8000, 0) * 4 for _ in range(4))
    found = read_picture(png(4, 4, depth=16, body=zlib.compress(rows)))
    assert found.getpixel((2, 2)) in ((255, 128, 0), (255, 127, 0))


def test_a_colour_profile_is_followed_and_a_damaged_one_is_not(slope):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    plain = picture_pixels(read_picture(encoded(slope)))
    for ignored in (b"no profile at all", profile):
        assert np.array_equal(picture_pixels(read_picture(encoded(slope, icc_profile=ignored))), plain)
    linear = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    swapped = bytes(linear).replace(b"rXYZ", b"tmpX", 1).replace(b"gXYZ", b"rXYZ", 1).replace(b"tmpX", b"gXYZ", 1)
    found = read_picture(encoded(Image.new("RGB", (4, 4), (200, 10, 10)), icc_profile=swapped)).getpixel((0, 0))
    assert found[1] > found[0]


def test_only_the_first_frame_of_an_animation_is_taken(slope):
    frames = [slope, Image.new("RGB", slope.size, (0, 0, 255))]
    for kind in ("GIF", "WEBP", "PNG"):
        content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=40)
        assert picture_head(content).animated
        assert picture_pixels(read_picture(content))[..., 2].mean() < 200
        assert not picture_head(encoded(slope, kind)).animated


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_a_truncated_picture_is_refused_wherever_it_was_cut(kind, slope, tmp_path):
    whole = encoded(slope.resize((300, 200)), kind)
    path = tmp_path / "torn"
    for length in {0, 3, 11, 17, 24, 40, len(whole) // 3, len(whole) // 2, len(whole) * 9 // 10}:
        path.write_bytes(whole[:length])
        with pytest.raises(MediaError, match="^torn "):
            read_picture(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_damaged_bytes_give_a_picture_or_a_clear_error_and_nothing_else(kind, slope):
    whole = encoded(slope, kind)
    dice = np.random.default_rng(5)
    for _ in range(150):
        torn = bytearray(whole)
        for place in dice.integers(0, len(torn), 3):
            torn[place] = dice.integers(0, 256)
        try:
            found = read_picture(bytes(torn), most_px=4_000_000)
        except MediaError:
            continue
        assert found.mode == "RGB"


def test_text_bombs_in_a_png_are_never_unpacked():
    bomb = zlib.compress(b"\0" * (64 << 20), 9)
    body = zlib.compress(b"\0" * 13 * 4)
    started = time.monotonic()
    for kind, text in ((b"zTXt", b"k\0\0"), (b"iTXt", b"k\0\1\0\0\0")):
        assert read_picture(png(4, 4, chunk(kind, text + bomb), body=body)).size == (4, 4)
    with pytest.raises(MediaError, match="too large"):
        read_picture(png(4, 4, chunk(b"iCCP", b"k\0\0" + bomb), body=body))
    with pytest.raises(MediaError, match="blocks"):
        read_picture(png(4, 4, chunk(b"tEXt", b"") * 200_001, body=body))
    with pytest.raises(MediaError, match="metadata"):
        read_picture(png(4, 4, *[chunk(b"tEXt", bytes(9 << 20))] * 4, body=body))
    assert time.monotonic() - started < 5


def test_pixel_data_that_unpacks_to_more_than_the_picture_is_left_packed():
    body = zlib.compress(bytes(96 << 20), 9)
    started = time.monotonic()
    assert read_picture(png(4, 4, body=body)).size == (4, 4)
    assert time.monotonic() - started < 2


def test_metadata_without_end_is_refused_in_jpeg_gif_and_webp(slope):
    jpeg = encoded(slope, "JPEG")
    with pytest.raises(MediaError, match="metadata"):
        read_picture(jpeg[:2] + b"\xff\xfe\x00\x02" * 200_001 + jpeg[2:])
    gif = encoded(slope, "GIF")
    place = 13 + (3 << (gif[10] & 7) + 1)
    with pytest.raises(MediaError, match="metadata"):
        read_picture(gif[:place] + b"!\xfe" + b"\x01a" * 200_001 + b"\0" + gif[place:])
    webp = encoded(slope, "WEBP")
    with pytest.raises(MediaError, match="metadata"):
        read_picture(webp + b"JUNK\0\0\0\0" * 200_001)


def test_a_jpeg_of_endless_passes_is_refused(slope):
    jpeg = encoded(slope, "JPEG", progressive=True)
    place = jpeg.index(b"\xff\xda")
    size = jpeg.index(b"\xff\xc2") + 5
    huge = jpeg[:size] + struct.pack(">HH", 6000, 6000) + jpeg[size + 4 :]
    with pytest.raises(MediaError, match="passes of 6000 x 6000"):
        read_picture(huge[:-2] + huge[place:-2] * 40)


def test_a_plain_jpeg_of_30000_pixels_is_decoded_small():
    wide = Image.new("RGB", (30_000, 500), (10, 90, 200))
    found = read_picture(encoded(wide, "JPEG", progressive=False), longest_px=3000)
    assert found.size == (3000, 50)


_MEASURE = """
import resource, sys
from pathlib import Path
from PIL import Image
from media.pictures.reading import read_picture
from schemas.errors import MediaError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    print(read_picture(Path(sys.argv[1])).size)
except MediaError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def grey_jpeg(side):
    """A JPEG of even grey: after a header by Pillow, four blocks without any detail in every three bytes."""
    head = encoded(Image.new("L", (8, 8), 128), "JPEG", progressive=False, optimize=False)
    size, scan = head.index(b"\xff\xc0") + 5, head.index(b"\xff\xda") + 10
    blocks = (side // 8) ** 2
    return (
        head[:size]
        + struct.pack(">HH", side, side)
        + head[size + 4 : scan]
        + b"\x28\xa2\x8a" * (blocks // 4)
        + b"\xff\xd9"
    )


def declared(kind, side):
    if kind == "png":
        packer = zlib.compressobj(9)
        row = bytes(1 + side // 8)
        return png(
            side, side, depth=1, colour=0, body=b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
        )
    if kind == "webp":
        size = (side - 1).to_bytes(3, "little")
        body = b"VP8X" + struct.pack("<II", 10, 0) + size * 2 + bytes(12)
        return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body
    if kind == "gif":
        return (
            b"GIF89a"
            + struct.pack("<HHBBB", side, side, 0, 0, 0)
            + b","
            + bytes(4)
            + struct.pack("<HHB", side, side, 0)
            + b"\x02\x01\x44\0;"
        )
    return b"BM" + bytes(12) + struct.pack("<IiiHH", 40, side, -side, 1, 24) + bytes(24)


@pytest.mark.parametrize("kind", ["png", "webp", "gif", "bmp"])
def test_a_picture_of_30000_by_30000_is_refused_in_little_memory(kind, tmp_path):
    path = tmp_path / f"bomb.{kind}"
    path.write_bytes(declared(kind, 30_000))
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_MEASURE), str(path)], capture_output=True, text=True, check=True
    )
    said, grown_mib = done.stdout.strip().splitlines()
    assert f"bomb.{kind} declares 30,000 x 30,000 pixels, more than the" in said
    assert int(grown_mib) < 40


def test_a_jpeg_of_30000_by_30000_is_decoded_in_little_memory(tmp_path):
    (tmp_path / "vast.jpg").write_bytes(grey_jpeg(30_000))
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(tmp_path / "vast.jpg")], capture_output=True, text=True, check=True
    )
    size, grown_mib = done.stdout.strip().splitlines()
    assert size == "(7500, 7500)"
    assert int(grown_mib) < 400


def test_a_jpeg_that_would_be_kept_whole_is_not_taken_for_a_plain_one(slope):
    """A first scan of one channel out of three makes the decoder keep the coefficients of the whole picture."""
    jpeg = encoded(slope, "JPEG", progressive=False)
    assert picture_head(jpeg).can_shrink
    scan = jpeg.index(b"\xff\xda") + 4
    partly = jpeg[:scan] + b"\x01" + jpeg[scan + 1 :]
    assert not picture_head(partly).can_shrink
    assert not picture_head(encoded(slope, "JPEG", progressive=True)).can_shrink


def test_packed_bitmaps_which_are_slow_to_unpack_are_smaller():
    head = b"BM" + bytes(12) + struct.pack("<IiiHHI", 40, 4000, 4000, 1, 8, 1) + bytes(40)
    with pytest.raises(MediaError, match="more than the 10,000,000"):
        read_picture(head)


def test_what_is_no_plain_file_is_refused(tmp_path):
    for path in (tmp_path, tmp_path / "absent.png", tmp_path / "a\0b"):
        with pytest.raises(MediaError, match="read"):
            read_picture(path)


def test_the_same_pixels_give_the_same_bytes_and_no_metadata(slope):
    slope.info["icc_profile"] = b"x"
    for encode in (encode_png, encode_jpeg, lambda image: encode_jpeg(image, 80)):
        assert encode(slope) == encode(picture_of(picture_pixels(slope)))
    assert np.array_equal(picture_pixels(read_picture(encode_png(slope))), picture_pixels(slope))
    with pytest.raises(MediaError, match="quality 99"):
        encode_jpeg(slope, 99)


@pytest.mark.parametrize("quality", [60, 88, 90, 92, 95])
def test_noise_can_be_written_at_any_quality(quality):
    noise = np.random.default_rng(0).integers(0, 256, (600, 800, 3), dtype=np.uint8)
    content = encode_jpeg(picture_of(noise), quality)
    assert read_picture(content).size == (800, 600)
    assert content == encode_jpeg(picture_of(noise), quality)
