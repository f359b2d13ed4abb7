"""Pictures of a user painted in a look of the library or in the style of another picture, and dreamt on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from models import registry
from schemas.errors import MediaError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from models.pictures.style.arbitrary import Stylist
    from models.pictures.style.deepdream import DreamSettings, Excitation
    from models.pictures.style.feature_stacks import FeatureStack
    from models.pictures.style.gatys import GatysSettings
    from models.pictures.style.looks import Look, Looks

STRENGTH = 0.6
"""How much of a style is mixed with the picture's own, where nothing is asked for."""
MOST_ON_A_SHEET = 400
_CAPTION_PX = 16
_CONTENT_AT_HALF = 0.05
"""Gatys's weight of the content where the strength is one half."""


@dataclass(frozen=True)
class Brush:
    """The style network, and the library of looks."""

    stylist: Stylist
    looks: Looks

    def vector(self, look: str) -> Tensor:
        """The style vector of the look of that slug, or the best that answers to the words. Shapes: [100].

        Raises:
            CheckpointError: no look answers; the message names the nearest.
        """
        import torch

        return torch.from_numpy(self.looks.vector(named_look(self.looks, look).slug))


def named_look(looks: Looks, words: str) -> Look:
    """The look of that slug, or else the best whose artist and title hold the words.

    Raises:
        CheckpointError: there is none; the message names the nearest.
    """
    slugs = {look.slug for look in looks}
    return looks.named(words) if words in slugs else looks.find(words)


def open_brush(models_dir: Path) -> Brush:
    """The style network and the looks of this machine.

    Raises:
        CheckpointError: one of them is not here; the message says how to get it.
    """
    from models.pictures.style.arbitrary import load_stylist
    from models.pictures.style.looks import load_looks

    return Brush(load_stylist(registry.path("style:arbitrary", models_dir)), load_looks())


def restyle_fast(
    picture: Image.Image,
    brush: Brush,
    style: str | Image.Image,
    *,
    strength: float = STRENGTH,
    size_px: int | None = None,
    grain: float = 0.015,
    seed: int = 0,
) -> NDArray[np.uint8]:
    """The picture painted in one pass. Shapes: [H, W, 3].

    Args:
        picture: what is painted.
        brush: the style network and the looks.
        style: a look (slug, or words of artist and title), or a picture in whose style to paint.
        strength: 0 keeps the picture's own style, 1 is all the other's.
        size_px: longer side of the result; the picture's own where None.
        grain: lightness noise that gives flat drawings a texture to paint with, 0 to 0.5.
        seed: which grain.

    Raises:
        CheckpointError: no look answers to the words.
        MediaError: the strength is out of bounds, or the picture is too small or large to be painted.
    """
    import torch

    from models.pictures.style.arbitrary import mix
    from models.pictures.style.grain import grained

    if not 0 <= strength <= 1:
        raise MediaError(f"a strength of {strength} is out of bounds: 0 changes little, 1 is all the style's")
    other = brush.vector(style) if isinstance(style, str) else brush.stylist.style_vector(tensor_of(style))
    ground = grained(tensor_of(_sized(picture, size_px)), amount=grain, seed=seed)
    own = brush.stylist.style_vector(ground)
    return pixels_of(brush.stylist.paint(ground, mix(torch.stack([own, other]), [1 - strength, strength])))


def gatys_settings(size_px: int, strength: float, iterations: int) -> GatysSettings:
    """Settings of the slow method: three sizes, most of the iterations at the coarsest; fewer sizes for small pictures.

    Raises:
        MediaError: the size, the strength or the iterations are out of bounds.
    """
    from models.pictures.style.gatys import GatysSettings

    if not 0.05 <= strength <= 1 or not 6 <= iterations <= 5000:
        raise MediaError(f"strength {strength} must be 0.05 to 1 and iterations {iterations} 6 to 5000")
    levels = 3 if size_px >= 256 else 1
    shares = (0.6, 0.3, 0.1) if levels == 3 else (1.0,)
    counts = tuple(max(1, round(share * iterations)) for share in shares)
    weight = _CONTENT_AT_HALF * (1 - strength) / strength
    return GatysSettings(size_px=size_px, levels=levels, iterations=counts, content_weight=weight)


def restyle_slowly(
    picture: Image.Image,
    style: Image.Image,
    settings: GatysSettings,
    models_dir: Path,
    *,
    network: str = "squeezenet",
    keep_at: Path | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> NDArray[np.uint8]:
    """The picture in another's style by the method of Gatys, Ecker and Bethge. Shapes: [H, W, 3].

    `keep_at` is where the unfinished picture is kept: the same call goes on from there after a kill. `progress` is
    called with the share that is done and 1. `network` is squeezenet or vgg16.

    Raises:
        CheckpointError: the network is not here.
        MediaError: a picture is too small or too long.
    """
    from models.pictures.style.gatys import restyle

    stack = open_stack(network, models_dir)
    say = (lambda step: progress(step.done, 1.0)) if progress else None
    return pixels_of(restyle(tensor_of(picture), tensor_of(style), stack, settings, progress=say, keep_at=keep_at))


def open_stack(network: str, models_dir: Path) -> FeatureStack:
    """The layers of `squeezenet`, which comes with Hibari, or of `vgg16`, which is pulled.

    Raises:
        CheckpointError: the network is not here, or there is none of that name.
    """
    from models.pictures.features import load_squeezenet
    from models.pictures.style.feature_stacks import squeezenet_stack, vgg_stack
    from models.pictures.style.vgg import load_vgg16

    path = registry.path(f"features:{network}", models_dir)
    return vgg_stack(load_vgg16(path)) if network == "vgg16" else squeezenet_stack(load_squeezenet(path))


def open_layer(layer: str, models_dir: Path) -> Excitation:
    """The layer of that name: conv1 and fire2 to fire9 are SqueezeNet's, conv1_1 to conv5_3 VGG16's.

    Raises:
        CheckpointError: the network is not here.
        MediaError: there is no such layer.
    """
    from models.pictures.style.deepdream import layer_of
    from models.pictures.style.feature_stacks import SQUEEZENET_LAYERS
    from models.pictures.style.vgg import LAYERS

    if layer not in (*SQUEEZENET_LAYERS, *LAYERS):
        raise MediaError(
            f"{layer!r} is no layer: SqueezeNet has {', '.join(SQUEEZENET_LAYERS)}, VGG16 {', '.join(LAYERS)}"
        )
    return layer_of(open_stack("squeezenet" if layer in SQUEEZENET_LAYERS else "vgg16", models_dir), layer)


def dream_on(
    picture: Image.Image,
    excitation: Excitation,
    settings: DreamSettings,
    *,
    size_px: int | None = None,
    progress: Callable[[float, float], None] | None = None,
) -> NDArray[np.uint8]:
    """The picture dreamt on. Shapes: [H, W, 3]. `progress` is called with the share that is done and 1.

    Raises:
        MediaError: the picture has a side under 64 or over 2048 pixels.
    """
    from models.pictures.style.deepdream import dream

    say = (lambda step: progress(step.done, 1.0)) if progress else None
    return pixels_of(dream(tensor_of(_sized(picture, size_px)), excitation, settings, progress=say))


def sheet_of_looks(
    picture: Image.Image,
    brush: Brush,
    looks: Sequence[Look],
    *,
    strength: float = STRENGTH,
    painted_px: int = 512,
    tile_px: int = 256,
    columns: int = 6,
    progress: Callable[[float, float], None] | None = None,
) -> NDArray[np.uint8]:
    """The picture painted in each look, named, on one sheet. Shapes: [H, W, 3].

    Raises:
        MediaError: there are no looks, or more than 400, or the picture cannot be painted.
    """
    if not 1 <= len(looks) <= MOST_ON_A_SHEET:
        raise MediaError(f"{len(looks)} looks do not go on a sheet: 1 to {MOST_ON_A_SHEET} do; ask for other words")
    columns = min(columns, len(looks))
    rows = -(-len(looks) // columns)
    sheet = Image.new("RGB", (columns * tile_px, rows * (tile_px + _CAPTION_PX)), "#141416")
    pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(11)
    for index, look in enumerate(looks):
        painted = Image.fromarray(restyle_fast(picture, brush, look.slug, strength=strength, size_px=painted_px))
        painted.thumbnail((tile_px - 4, tile_px - 4), Image.Resampling.LANCZOS)
        left, top = index % columns * tile_px, index // columns * (tile_px + _CAPTION_PX)
        sheet.paste(painted, (left + (tile_px - painted.width) // 2, top + (tile_px - painted.height) // 2))
        pen.text((left + 4, top + tile_px), look.slug[: tile_px // 6], fill="#d8d8dc", font=font)
        if progress:
            progress(index + 1, len(looks))
    return np.asarray(sheet, np.uint8)


def tensor_of(picture: Image.Image) -> Tensor:
    """A picture as the networks take it. Shapes: -> [1, 3, H, W] in 0..1."""
    import torch

    return torch.from_numpy(np.asarray(picture.convert("RGB"), np.float32) / 255).permute(2, 0, 1)[None]


def pixels_of(picture: Tensor) -> NDArray[np.uint8]:
    """A picture as it is written. Shapes: [1, 3, H, W] in 0..1 -> [H, W, 3]."""
    return np.asarray((picture[0].clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).contiguous().numpy(), np.uint8)


def _sized(picture: Image.Image, longer_px: int | None) -> Image.Image:
    if longer_px is None or longer_px == max(picture.size):
        return picture
    scale = longer_px / max(picture.size)
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    return picture.resize(size, Image.Resampling.LANCZOS)
