"""Pictures of a user enlarged by an upscaler: a registered one, or weights that the user brought."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from models import registry
from schemas.errors import CheckpointError, MediaError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from PIL.Image import Image

    from models.pictures.upscaling.upscaler import Upscaler

MOST_SIDE_PX = 8192
"""Longest side of a result."""
_BAND_ROWS = 256
_TRIED_PX = 32


@dataclass(frozen=True)
class Enlargement:
    """What is to be done with a picture: its size before the network, and the size asked for (width, height)."""

    entering: tuple[int, int]
    result: tuple[int, int]


def open_upscaler(name: str, models_dir: Path, *, device: str = "cpu") -> Upscaler:
    """The upscaler of that name (`upscale:compact`), or the one in a .safetensors or .pth file.

    Raises:
        CheckpointError: it is unknown, not here, or holds another network.
    """
    from models.checkpoints.reading import read_checkpoint
    from models.pictures.upscaling.esrgan_names import unwrapped
    from models.pictures.upscaling.upscaler import load_upscaler, upscaler_from_state

    path = Path(name)
    if path.suffix == ".safetensors":
        return load_upscaler(path, device=device)
    if path.suffix in (".pth", ".pt"):
        tree = read_checkpoint(path)
        keys = next(((key,) for key in ("params_ema", "params") if key in tree.at()), ())
        try:
            return upscaler_from_state(unwrapped(tree.tensors(*keys)), device=device)
        except CheckpointError as error:
            raise CheckpointError(f"{path.name}: {error}") from error
    card = registry.find(name, models_dir)
    if card.family != "upscale":
        raise CheckpointError(f"{name} does not enlarge pictures: name an upscale: model, or a .pth file")
    return load_upscaler(registry.path(name, models_dir), device=device)


def foresee(size: tuple[int, int], network_scale: int, *, scale: float | None, longest_px: int | None) -> Enlargement:
    """What an enlargement of a picture of that size (width, height) takes.

    Args:
        size: of the picture, in pixels.
        network_scale: how many times larger the network makes it.
        scale: how many times larger it is to be; None is the network's.
        longest_px: longest side of the result instead.

    Raises:
        MediaError: the result would be smaller than the picture, more than the network's scale larger, or larger than
            8192 px.
    """
    from models.pictures.upscaling.upscaler import MAX_RESULT_PX

    factor = longest_px / max(size) if longest_px is not None else float(network_scale if scale is None else scale)
    if not 1 <= factor <= network_scale:
        least, most = max(size), min(MOST_SIDE_PX, max(size) * network_scale)
        raise MediaError(
            f"a picture of {size[0]} x {size[1]} px would become {factor:.3g} times as large: this model makes it "
            f"1-{network_scale} times as large, {least}-{most} px on the longest side"
        )
    result = _sized(size, factor)
    if max(result) > MOST_SIDE_PX:
        raise MediaError(f"the result would be {result[0]} x {result[1]} px; a side has at most {MOST_SIDE_PX}")
    bound = math.sqrt(MAX_RESULT_PX / (size[0] * size[1])) / network_scale
    return Enlargement(entering=_sized(size, min(1.0, bound * 0.999)), result=result)


def enlarge(
    image: Image, upscaler: Upscaler, plan: Enlargement, *, progress: Callable[[int, int], None] | None = None
) -> NDArray[np.uint8]:
    """The pixels [height, width, 3] of the enlarged picture.

    Raises:
        MediaError: the result would be too large.
    """
    import torch
    from PIL import Image as Pillow

    small = image if image.size == plan.entering else image.resize(plan.entering, Pillow.Resampling.LANCZOS)
    pixels = np.asarray(small.convert("RGB"), np.uint8)
    picture = torch.from_numpy(pixels.astype(np.float32) / 255).permute(2, 0, 1)[None]
    made = upscaler(picture, progress=progress)[0]
    large = np.empty((*made.shape[1:], 3), np.uint8)
    for top in range(0, made.shape[1], _BAND_ROWS):
        band = made[:, top : top + _BAND_ROWS] * 255 + 0.5
        large[top : top + _BAND_ROWS] = band.byte().permute(1, 2, 0).numpy()
    del made
    if large.shape[1::-1] == plan.result:
        return large
    return np.asarray(Pillow.fromarray(large).resize(plan.result, Pillow.Resampling.LANCZOS), np.uint8)


def expected_s(upscaler: Upscaler, plan: Enlargement) -> float:
    """Seconds that an enlargement will take on this machine, by a small tile that is made twice and thrown away."""
    import torch

    tried = torch.zeros(1, 3, _TRIED_PX, _TRIED_PX)
    upscaler(tried)  # the first is slower
    begun = time.perf_counter()
    upscaler(tried)
    pace = (time.perf_counter() - begun) / upscaler.work_px(_TRIED_PX, _TRIED_PX)
    return pace * upscaler.work_px(plan.entering[1], plan.entering[0])


def _sized(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
