"""Paints pictures in the style of any painting, or of several at once, each in its own part of the picture.

The networks are in `models.pictures.style.arbitrary_networks`; here are their weights, sizes and bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor

from models.pictures.style.arbitrary_conversion import FORMAT
from models.pictures.style.arbitrary_networks import (
    ArbitraryStyleConfig,
    StylePredictor,
    StyleTransformer,
)
from schemas.errors import CheckpointError, MediaError

SMALLEST_PX = 32
LARGEST_PIXELS = 2304 * 2304
"""The most pixels painted at once: 1.25 GiB of working memory; 1024 x 1024 take 0.3 GiB."""

_PREDICTOR_SIDE_PX = 256
_PREDICTOR_STEP_PX = 32
_LONGEST_PREDICTOR_SIDE_PX = 512
_TRANSFORMER_STEP_PX = 4


class Stylist:
    """Both networks, ready to paint. Pictures are [1, 3, H, W] in 0..1 of any height and width from 32 pixels."""

    def __init__(self, predictor: StylePredictor, transformer: StyleTransformer, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._predictor = predictor.eval().requires_grad_(False).to(self._device)
        self._transformer = transformer.eval().requires_grad_(False).to(self._device)
        for weight in self._transformer.parameters():
            if weight.ndim == 4:
                weight.data = weight.data.contiguous(memory_format=torch.channels_last)

    @classmethod
    def tiny(cls, seed: int = 0) -> Self:
        """A stylist of tiny networks with random weights, for tests."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            config = ArbitraryStyleConfig.tiny()
            return cls(StylePredictor(config), StyleTransformer(config))

    @torch.inference_mode()
    def style_vector(self, picture: Tensor) -> Tensor:
        """The style of a picture as 100 numbers, mostly within -2..2.

        The whole picture is seen, its short side at 256 pixels and its long side at no more than 512.

        Shapes: picture [1, 3, H, W] in 0..1 -> [100].

        Raises:
            MediaError: the picture is not [1, 3, H, W] of at least 32 x 32.
        """
        _check_picture(picture)
        height, width = picture.shape[2:]
        shrink = _PREDICTOR_SIDE_PX / min(height, width)
        size = [
            min(_LONGEST_PREDICTOR_SIDE_PX, round(side * shrink / _PREDICTOR_STEP_PX) * _PREDICTOR_STEP_PX)
            for side in (height, width)
        ]
        seen = F.interpolate(picture.to(self._device), size=size, mode="bilinear", antialias=True, align_corners=False)
        vector: Tensor = self._predictor(seen)[0].cpu()
        return vector

    def paint(self, picture: Tensor, vector: Tensor) -> Tensor:
        """The picture painted in one style.

        Shapes: picture [1, 3, H, W] in 0..1; vector [100] -> [1, 3, H, W] in 0..1.

        Raises:
            MediaError: the picture is not [1, 3, H, W], is smaller than 32 x 32 or larger than 2304 x 2304 pixels in
                all, or the vector is not of 100 numbers.
        """
        return self.paint_regions(picture, vector[None], torch.ones(1, *picture.shape[2:]))

    @torch.inference_mode()
    def paint_regions(self, picture: Tensor, vectors: Tensor, masks: Tensor) -> Tensor:
        """The picture painted in several styles, each where its mask says.

        The whole picture is painted once for each style that has a place in it, and the paintings are blended. (To
        blend the styles' scales and shifts inside the network takes one pass alone, but there the regions shift each
        other's colours, up to grey.) Masks are divided by their sum; where all are 0 the first holds.

        Shapes: picture [1, 3, H, W] in 0..1; vectors [K, 100]; masks [K, H, W], at least 0 -> [1, 3, H, W] in 0..1.

        Raises:
            MediaError: as for `paint`, or masks and vectors do not fit each other or the picture.
        """
        self._check(picture, vectors, masks)
        height, width = picture.shape[2:]
        pad = (0, -width % _TRANSFORMER_STEP_PX, 0, -height % _TRANSFORMER_STEP_PX)
        padded = F.pad(picture.to(self._device), pad, mode="reflect").contiguous(memory_format=torch.channels_last)
        features = self._transformer.contracted(padded)
        blended = torch.zeros_like(picture)
        for vector, share in zip(vectors, _shares(masks), strict=True):
            if not share.any():
                continue
            painted = self._transformer.painted(features, vector.to(self._device), upsampling="bilinear")
            blended += painted[:, :, :height, :width].cpu() * share
        return blended

    def _check(self, picture: Tensor, vectors: Tensor, masks: Tensor) -> None:
        _check_picture(picture)
        height, width = picture.shape[2:]
        if height * width > LARGEST_PIXELS:
            raise MediaError(
                f"the picture has {width} x {height} pixels; at most {LARGEST_PIXELS} are painted at once: paint it "
                "smaller and enlarge it afterwards"
            )
        if vectors.ndim != 2 or vectors.shape[1] != self._transformer.style_width:
            raise MediaError(
                f"style vectors have {self._transformer.style_width} numbers each: {tuple(vectors.shape)} were given"
            )
        if masks.ndim != 3 or masks.shape[0] != vectors.shape[0] or masks.shape[1:] != picture.shape[2:]:
            raise MediaError(
                f"{tuple(masks.shape)} masks do not fit {vectors.shape[0]} style vectors and a picture of "
                f"{height} x {width}: give one mask a vector, of the picture's height and width"
            )


def _shares(masks: Tensor) -> Tensor:
    """Masks that add up to 1 everywhere. Shapes: [K, H, W] -> [K, H, W]."""
    masks = masks.clamp_min(0)
    total = masks.sum(0, keepdim=True)
    first = torch.zeros_like(masks)
    first[0] = 1
    return torch.where(total > 0, masks / total.clamp_min(1e-6), first)


def mix(vectors: Tensor, weights: Sequence[float]) -> Tensor:
    """Style vectors mixed by weights that are divided by their sum.

    Shapes: vectors [K, 100], K weights of at least 0 -> [100].

    Raises:
        MediaError: the numbers of vectors and weights differ, a weight is negative, or all are 0.
    """
    if len(weights) != len(vectors) or min(weights, default=-1) < 0 or sum(weights) <= 0:
        raise MediaError(
            f"weights {list(weights)} do not mix {len(vectors)} styles: give each a weight of at least 0, not all 0"
        )
    shares = torch.tensor(weights, dtype=vectors.dtype)
    return (shares / shares.sum()) @ vectors


def load_stylist(path: Path, *, device: str = "cpu") -> Stylist:
    """The networks of `style:arbitrary`, from its safetensors file or the folder that holds model.safetensors.

    Raises:
        CheckpointError: it is not there, cannot be read, or holds other networks.
    """
    from safetensors import SafetensorError, safe_open

    file = path / "model.safetensors" if path.is_dir() else path
    try:
        with safe_open(file, framework="pt") as stored:
            if (stored.metadata() or {}).get("format") != FORMAT:
                raise CheckpointError(f"{file.name} does not hold arbitrary style networks: pull style:arbitrary again")
            tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118 - no dictionary
        config = ArbitraryStyleConfig()
        predictor, transformer = StylePredictor(config), StyleTransformer(config)
        predictor.load_state_dict(_part(tensors, "predictor."))
        transformer.load_state_dict(_part(tensors, "transformer."))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise CheckpointError(
            f"{file.name} does not hold arbitrary style networks ({str(error)[:200]}): pull style:arbitrary again"
        ) from error
    return Stylist(predictor, transformer, device)


def _part(tensors: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}


def _check_picture(picture: Tensor) -> None:
    if picture.ndim != 4 or picture.shape[:2] != (1, 3) or min(picture.shape[2:]) < SMALLEST_PX:
        raise MediaError(
            f"a picture of shape {tuple(picture.shape)} cannot be painted: it must be [1, 3, H, W] of at least "
            f"{SMALLEST_PX} x {SMALLEST_PX} pixels"
        )
