"""The cover of a direction, and the pictures beside it: painted, lettered, measured and encoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL.Image import Image, Resampling

from media.pictures.reading import encode_jpeg, encode_png, picture_of
from media.sleeve.formats import shop_file
from media.sleeve.legibility import legibility_figures
from schemas.picture import ArtPicture, CoverArt
from tasks.painting.easel import open_composer, open_easel
from tasks.painting.lettering import letter
from tasks.painting.painter import Commission, Ground, Pixels, paint
from tasks.steps.base import Made

if TYPE_CHECKING:
    from media.sleeve.front import LetteredPicture
    from schemas.base import BlobRef
    from schemas.picture import ArtDirection, Purpose
    from tasks.bench import Bench

SHOP_PX = 3000
PAGE_PX = 1500
_SIZES: dict[Purpose, tuple[int, int]] = {
    "song": (1500, 1500),
    "banner": (1500, 500),
    "portrait": (1080, 1920),
    "landscape": (1920, 1080),
}
_JPEG_QUALITY = 92


def paint_cover(direction: ArtDirection, model: str, bench: Bench, *, seed: int, first: bool) -> Made:
    """The front of an album: 3000 pixels for shops, 1500 as PNG, and the picture without words.

    The first take is lettered as the direction says; another take of the same direction is another lettering.

    Raises:
        CheckpointError: weights are not here.
        MediaError: it cannot be lettered.
    """
    setting = direction.setting
    words = (setting.seed, setting.treatment) if first else (seed, "")
    front = paint_front(direction, model, bench, seed=words[0], treatment=words[1], size_px=SHOP_PX)
    lettered = front.lettered
    cover = CoverArt(
        model=model,
        picture=bench.blobs.put(encode_png(_resized(lettered.pixels, PAGE_PX)), "image/png"),
        drawing=bench.blobs.put(lettered.words_svg, "image/svg+xml"),
        shop=bench.blobs.put(shop_file(lettered.pixels).content, "image/jpeg"),
        plain=_jpeg(_resized(front.plain, PAGE_PX), bench),
        width_px=PAGE_PX,
        height_px=PAGE_PX,
        palette=direction.palette,
        title_contrast=round(lettered.title_contrast, 2),
        figures=legibility_figures(lettered),
    )
    return Made(cover, (*_notes(direction), f"lettered in the treatment {lettered.treatment!r}", *lettered.notes))


@dataclass(frozen=True)
class Front:
    """The front of an album, without and with its words. Shapes: plain [size, size, 3]."""

    plain: Pixels
    lettered: LetteredPicture


def paint_front(direction: ArtDirection, model: str, bench: Bench, *, seed: int, treatment: str, size_px: int) -> Front:
    """The front of an album at a size from 256 to 3000 pixels.

    Raises:
        CheckpointError: weights are not here.
        MediaError: the size is out of its bounds.
    """
    plain = _painted(direction, model, bench, size_px, size_px)
    return Front(plain, letter(plain, direction, seed=seed, size_px=(size_px, size_px), treatment=treatment))


def paint_picture(direction: ArtDirection, model: str, named: str, bench: Bench) -> Made:
    """A song's picture, or the cover in another format ('banner', 'portrait', 'landscape'), lettered as the cover is.

    Raises:
        CheckpointError: weights are not here.
        MediaError: it cannot be lettered.
    """
    purpose = _purpose(named)
    width, height = _SIZES[purpose]
    plain = _painted(direction, model, bench, width, height)
    setting = direction.setting
    lettered = letter(plain, direction, seed=setting.seed, size_px=(width, height), treatment=setting.treatment)
    picture = ArtPicture(
        purpose=purpose,
        model=model,
        picture=_jpeg(picture_of(lettered.pixels), bench),
        plain=_jpeg(picture_of(plain), bench),
        width_px=width,
        height_px=height,
        title_contrast=round(lettered.title_contrast, 2),
    )
    return Made(picture, lettered.notes)


def _purpose(name: str) -> Purpose:
    return next(purpose for purpose in _SIZES if purpose == name)


def _painted(direction: ArtDirection, model: str, bench: Bench, width_px: int, height_px: int) -> Pixels:
    ground = _ground(direction, model, bench, width_px, height_px)
    return paint(Commission.of(direction), open_easel(bench), width_px=width_px, height_px=height_px, ground=ground)


def _ground(direction: ArtDirection, model: str, bench: Bench, width_px: int, height_px: int) -> Ground | None:
    composer = open_composer(bench, model) if direction.latent else None
    if composer is None or direction.latent is None:
        return None
    return composer.ground(direction.latent).cropped(width_px, height_px)


def _notes(direction: ArtDirection) -> tuple[str, ...]:
    return tuple(f"painted in the look of {credit}" for credit in direction.treatment.credits)


def _jpeg(image: Image, bench: Bench) -> BlobRef:
    return bench.blobs.put(encode_jpeg(image, _JPEG_QUALITY), "image/jpeg")


def _resized(pixels: Pixels, side_px: int) -> Image:
    return picture_of(pixels).resize((side_px, side_px), Resampling.LANCZOS)
