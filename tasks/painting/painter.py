"""A commission painted: drawn, restyled region by region, enlarged, and its details drawn over the paint.

The route and its measures are those of a trial of many: restyle at 768 or 1024, keep a third of the drawing and the
edge of the disc, shrink to a quarter of the wanted size and let the compact upscaler put the strokes in, then draw what
a brush would smear: rain, stars, lit windows, twigs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from media.scenes.drawing import draw_scene
from media.scenes.layers import Floats, Region
from schemas.errors import MediaError

if TYPE_CHECKING:
    from torch import Tensor

    from media.scenes.layers import DrawnScene
    from models.pictures.style.arbitrary import Stylist
    from models.pictures.style.looks import Looks
    from models.pictures.upscaling.upscaler import Upscaler
    from schemas.picture import ArtDirection, Treatment
    from schemas.scene import Scene

Pixels = NDArray[np.uint8]

_REGIONS: tuple[Region, ...] = ("above", "below", "subject")
_DRAWING_KEPT = 0.35
_DISC_KEPT = 0.6
_GRAIN = 2.2
_TOOTH = 0.005
_BAND_PX = 256
_DETAILS_PX = 1500

DRAFT_PX = 256
"""Side of a draft."""


@dataclass(frozen=True)
class Easel:
    """What painting takes: the looks, the network that paints in them, and the one that enlarges."""

    looks: Looks
    stylist: Stylist
    upscaler: Upscaler


@dataclass(frozen=True)
class Ground:
    """What is painted over: a picture, and how much of every pixel takes which region's paint.

    Shapes: picture [H, W, 3] of 0-1; each mask [H, W].
    """

    picture: Floats
    masks: dict[Region, Floats]
    drawn: DrawnScene | None = None

    def cropped(self, width_px: int, height_px: int) -> Ground:
        """The middle of it in the proportions of another size; for a picture that no scene stands behind."""
        height, width = self.picture.shape[:2]
        scale = min(width / width_px, height / height_px)
        wide, high = round(width_px * scale), round(height_px * scale)
        top, left = (height - high) // 2, (width - wide) // 2
        part = (slice(top, top + high), slice(left, left + wide))
        return Ground(self.picture[part], {region: mask[part] for region, mask in self.masks.items()})


@dataclass(frozen=True)
class Commission:
    """What is to be painted, and how: a scene (None where a ground is given in its place), looks, a seed for grain."""

    scene: Scene | None
    treatment: Treatment
    seed: int

    @classmethod
    def of(cls, direction: ArtDirection) -> Self:
        """What a direction asks a painter for."""
        return cls(direction.scene, direction.treatment, direction.setting.seed)


def paint(
    commission: Commission,
    easel: Easel,
    *,
    width_px: int,
    height_px: int,
    ground: Ground | None = None,
    details: bool = True,
) -> Pixels:
    """The picture of a commission without words, painted whole. Shapes: [height_px, width_px, 3].

    Args:
        commission: what to paint.
        easel: networks and looks.
        width_px: width, 256 to 3000.
        height_px: height, 256 to 3000.
        ground: what to paint over, any size of the same shape; None draws the scene.
        details: whether what is drawn over the paint (rain, stars, lit windows) is drawn, and grain laid over all.

    Raises:
        MediaError: a size is out of its bounds, or there is neither a scene nor a ground.
    """
    if not (256 <= width_px <= 3000 and 256 <= height_px <= 3000):
        raise MediaError(f"{width_px}x{height_px} px cannot be painted: ask for sides of 256 to 3000 px")
    shorter = min(width_px, height_px)
    styled_px = 1024 if shorter > 1500 else 768
    small = _size(width_px, height_px, styled_px)
    ground = ground or drawn_ground(commission, *small)
    painted = _restyled(ground, commission, easel)
    quarter = (-(-width_px // 4), -(-height_px // 4))
    large = _enlarged(_resized(painted, *quarter), easel.upscaler)
    finished = _resized(large, width_px, height_px)
    if not details:
        return finished
    if commission.scene is not None:
        finished = _with_details(finished, commission.scene)
    return _grained(finished, commission.seed)


def draft(commission: Commission, easel: Easel, ground: Ground) -> Pixels:
    """A small sketch of how a commission would look painted, without words. Shapes: as the ground, [H, W, 3]."""
    painted = _restyled(ground, commission, easel)
    return ground.drawn.with_details(painted) if ground.drawn else painted


def drawn_ground(commission: Commission, width_px: int = DRAFT_PX, height_px: int = DRAFT_PX) -> Ground:
    """The scene of a commission, drawn to be painted over.

    Raises:
        MediaError: it has none.
    """
    if commission.scene is None:
        raise MediaError("there is no scene to draw: give the network's picture as the ground")
    drawn = draw_scene(commission.scene, width_px, height_px)
    return Ground(drawn.underpainting, {region: drawn.region(region) for region in _REGIONS}, drawn)


def _restyled(ground: Ground, commission: Commission, easel: Easel) -> Pixels:
    """Painted in three looks, each mixed with the ground's own; some of the ground, and the disc's edge, kept."""
    import torch

    from models.pictures.style.grain import grained

    picture = grained(_tensor(ground.picture), amount=_TOOTH, seed=commission.seed)
    own = easel.stylist.style_vector(picture)
    treatment = commission.treatment
    paints = np.stack([easel.looks.vector(getattr(treatment, region).look) for region in _REGIONS])
    vectors = torch.from_numpy(paints) * treatment.strength + own * (1 - treatment.strength)
    masks = torch.from_numpy(np.stack([ground.masks[region] for region in _REGIONS]))
    painted = easel.stylist.paint_regions(picture, vectors, masks)
    kept = painted * (1 - _DRAWING_KEPT) + picture * _DRAWING_KEPT
    if ground.drawn is not None:
        disc = torch.from_numpy(_disc_of(ground.drawn))
        kept = kept * (1 - disc * _DISC_KEPT) + picture * disc * _DISC_KEPT
    return _pixels(kept)


def _disc_of(drawn: DrawnScene) -> Floats:
    mask = np.zeros((drawn.height_px, drawn.width_px), np.float32)
    for layer in drawn.layers:
        if layer.label == "disc":
            mask = np.maximum(mask, drawn.visible[layer.name])
    return mask


def _enlarged(pixels: Pixels, upscaler: Upscaler) -> Pixels:
    return _pixels(upscaler(_tensor(np.asarray(pixels, np.float32) / np.float32(255))))


def _with_details(painted: Pixels, scene: Scene) -> Pixels:
    """Details drawn at 1500 px at most, laid together on a clear ground, and put over the paint a band at a time."""
    height, width = painted.shape[:2]
    colour, alpha = _details(draw_scene(scene, *_size(width, height, min(_DETAILS_PX, width, height))))
    if not alpha.any():
        return painted
    colour, share = _resized(colour, width, height), _resized(alpha, width, height)
    for top in range(0, height, _BAND_PX):
        band = slice(top, top + _BAND_PX)
        under = 1 - share[band, :, None].astype(np.float32) / 255
        painted[band] = np.asarray(np.clip(painted[band] * under + colour[band] + 0.5, 0, 255), np.uint8)
    return painted


def _details(drawn: DrawnScene) -> tuple[Pixels, Pixels]:
    """What is drawn after painting: colour times alpha, and alpha. Shapes: [H, W, 3], [H, W]."""
    colour = np.zeros((drawn.height_px, drawn.width_px, 3), np.float32)
    alpha = np.zeros((drawn.height_px, drawn.width_px), np.float32)
    for layer in drawn.details:
        left = 1 - layer.mask
        colour[layer.box] = colour[layer.box] * left[..., None] + layer.paint * layer.mask[..., None]
        alpha[layer.box] = alpha[layer.box] * left + layer.mask
    return np.asarray(colour * 255 + 0.5, np.uint8), np.asarray(alpha * 255 + 0.5, np.uint8)


def _grained(pixels: Pixels, seed: int) -> Pixels:
    """A light grain, the same in all three channels, so that smooth skies do not band."""
    rng = np.random.default_rng(seed)
    for top in range(0, pixels.shape[0], _BAND_PX):
        band = pixels[top : top + _BAND_PX].astype(np.float32)
        band += rng.normal(0, _GRAIN, (*band.shape[:2], 1)).astype(np.float32)
        pixels[top : top + _BAND_PX] = np.asarray(np.clip(band + 0.5, 0, 255), np.uint8)
    return pixels


def _size(width_px: int, height_px: int, shorter_px: int) -> tuple[int, int]:
    scale = shorter_px / min(width_px, height_px)
    return round(width_px * scale), round(height_px * scale)


def _resized(pixels: Pixels, width_px: int, height_px: int) -> Pixels:
    if pixels.shape[:2] == (height_px, width_px):
        return pixels.copy()
    return np.asarray(Image.fromarray(pixels).resize((width_px, height_px), Image.Resampling.LANCZOS), np.uint8).copy()


def _tensor(picture: Floats) -> Tensor:
    import torch

    return torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]


def _pixels(picture: Tensor) -> Pixels:
    return np.asarray((picture[0].clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).contiguous().numpy(), np.uint8)
