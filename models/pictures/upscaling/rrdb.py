"""RRDB, the network of ESRGAN: residual-in-residual dense blocks at the size of the small picture, then doublings.

Papers: Wang et al., "ESRGAN: Enhanced Super-Resolution Generative Adversarial Networks" (2018), arXiv:1809.00219; the
entry that packs pixels into channels for scales 2 and 1 is Real-ESRGAN's, arXiv:2107.10833. Names of weights are those
of Real-ESRGAN's files (`body.0.rdb1.conv1.weight`); `models.pictures.upscaling.esrgan_names` knows the older ones.

Where we differ: nothing in the forward pass. `enlarge` takes a frame of 24 small pixels around a picture, less than the
network can see in theory (349 for 23 blocks): what lies farther hardly counts (.001 of the range on average, with the
weights of `x4plus`). It enlarges the features strip by strip, because they are what memory goes to.

`N` is the batch, `H` and `W` the height and width in pixels, `F` the features, `G` the growth, `s` the scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import torch
from torch import Tensor, nn
from torch.nn import functional

from models.pictures.upscaling.esrgan_names import usual_names
from models.pictures.upscaling.shapes import at_rest, load_exactly, shape_of
from schemas.errors import CheckpointError

_RESIDUAL_SCALING = 0.2
_LEAKY_SLOPE = 0.2
_FRAME_PX, _TILE_PX = 24, 256
_STRIP_PX, _TAIL_REACH_PX = 32, 2
"""Features enlarged at once, and how far the layers that enlarge see, in pixels of the features."""
_MAX_WIDTH, _MAX_BLOCKS, _MAX_DOUBLINGS = 256, 64, 3


@dataclass(frozen=True)
class RRDBConfig:
    """The sizes of an RRDB network."""

    features: int = 64
    growth: int = 32
    blocks: int = 23
    doublings: int = 2
    """How often the features are doubled in size: 0-3."""
    packing: int = 1
    """Pixels a side that enter as one, 1, 2 or 4; the scale is 2^doublings / packing."""

    def __post_init__(self) -> None:
        within = 1 <= self.features <= _MAX_WIDTH and 1 <= self.growth <= _MAX_WIDTH and 1 <= self.blocks <= _MAX_BLOCKS
        whole = self.packing in (1, 2, 4) and 0 <= self.doublings <= _MAX_DOUBLINGS
        if not (within and whole and (1 << self.doublings) % self.packing == 0):
            raise CheckpointError(
                f"an RRDB upscaler has 1-{_MAX_WIDTH} features and growth, 1-{_MAX_BLOCKS} blocks and a whole scale, "
                f"not {self}"
            )

    @property
    def scale(self) -> int:
        """How many times larger the result is."""
        return (1 << self.doublings) // self.packing

    @classmethod
    def tiny(cls) -> Self:
        """A network for tests: 1 block of 8 features, four times the size."""
        return cls(features=8, growth=4, blocks=1)


class DenseBlock(nn.Module):
    """Five convolutions, each of which reads all that came before it in the block."""

    def __init__(self, config: RRDBConfig) -> None:
        super().__init__()
        for index in range(1, 6):
            outputs = config.growth if index < 5 else config.features
            convolution = nn.Conv2d(config.features + (index - 1) * config.growth, outputs, 3, padding=1)
            self.add_module(f"conv{index}", convolution)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, F, H, W] in and out."""
        *growing, last = self.children()
        read = x
        for convolution in growing:
            read = torch.cat((read, functional.leaky_relu(convolution(read), _LEAKY_SLOPE)), 1)
        return torch.add(x, last(read), alpha=_RESIDUAL_SCALING)


class RRDB(nn.Module):
    """Three dense blocks inside one more residual."""

    def __init__(self, config: RRDBConfig) -> None:
        super().__init__()
        self.rdb1, self.rdb2, self.rdb3 = DenseBlock(config), DenseBlock(config), DenseBlock(config)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, F, H, W] in and out."""
        return torch.add(x, self.rdb3(self.rdb2(self.rdb1(x))), alpha=_RESIDUAL_SCALING)


class RRDBNet(nn.Module):
    """Enlarges pictures by a fixed whole factor, `scale`."""

    def __init__(self, config: RRDBConfig) -> None:
        super().__init__()
        self.config, self.scale, self.tile_px = config, config.scale, _TILE_PX * config.packing
        self.frame_px = _FRAME_PX * config.packing
        width = config.features
        self.conv_first = nn.Conv2d(3 * config.packing**2, width, 3, padding=1)
        self.body = nn.Sequential(*(RRDB(config) for _ in range(config.blocks)))
        self.conv_body = nn.Conv2d(width, width, 3, padding=1)
        for index in range(1, config.doublings + 1):
            self.add_module(f"conv_up{index}", nn.Conv2d(width, width, 3, padding=1))
        self.conv_hr = nn.Conv2d(width, width, 3, padding=1)
        self.conv_last = nn.Conv2d(width, 3, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, 3, H, W] in 0..1, sides multiples of `packing`; returns [N, 3, sH, sW], around 0..1."""
        return self._tail(self._features(x))

    def enlarge(self, framed: Tensor) -> Tensor:
        """The picture inside a frame of `frame_px` pixels, enlarged; the frame is only looked at.

        Shapes: framed [N, 3, H + 2 frame_px, W + 2 frame_px] in 0..1; returns [N, 3, sH, sW], around 0..1.
        """
        packing, reach = self.config.packing, _TAIL_REACH_PX
        height, width = (side - 2 * self.frame_px for side in framed.shape[2:])
        whole = functional.pad(framed, (0, -width % packing, 0, -height % packing), mode="replicate")
        cut = _FRAME_PX - reach
        features = self._features(whole)[..., cut:-cut, cut:-cut]
        rows = features.shape[2] - 2 * reach
        strips = [
            self._tail(features[..., top : min(top + _STRIP_PX, rows) + 2 * reach, :])
            for top in range(0, rows, _STRIP_PX)
        ]
        edge = reach << self.config.doublings
        made = torch.cat([strip[..., edge:-edge, edge:-edge] for strip in strips], 2)
        return made[..., : height * self.scale, : width * self.scale]

    def _features(self, x: Tensor) -> Tensor:
        """Shapes: x [N, 3, H, W]; returns [N, F, H / packing, W / packing]."""
        first = self.conv_first(functional.pixel_unshuffle(x, self.config.packing))
        return torch.add(first, self.conv_body(self.body(first)))

    def _tail(self, features: Tensor) -> Tensor:
        """Shapes: features [N, F, H, W]; returns [N, 3, 2^doublings H, 2^doublings W]."""
        for index in range(1, self.config.doublings + 1):
            doubled = functional.interpolate(features, scale_factor=2.0, mode="nearest")
            features = functional.leaky_relu(self.get_submodule(f"conv_up{index}")(doubled), _LEAKY_SLOPE)
        result: Tensor = self.conv_last(functional.leaky_relu(self.conv_hr(features), _LEAKY_SLOPE))
        return result


def rrdb_config(state: Mapping[str, Tensor]) -> RRDBConfig:
    """The sizes of the RRDB network whose weights these are, under the usual names.

    Raises:
        CheckpointError: they are of no such network.
    """
    features, inputs = shape_of(state, "conv_first.weight", 4)[:2]
    growth = shape_of(state, "body.0.rdb1.conv1.weight", 4)[0]
    blocks = {name.split(".")[1] for name in state if name.startswith("body.")}
    doublings = sum(f"conv_up{index}.weight" in state for index in range(1, _MAX_DOUBLINGS + 1))
    packing = next((side for side in (1, 2, 4) if 3 * side * side == inputs), 0)
    return RRDBConfig(features=features, growth=growth, blocks=len(blocks), doublings=doublings, packing=packing)


def rrdb_from_state(state: Mapping[str, Tensor]) -> RRDBNet:
    """An RRDB network with these weights, under the names of any of the published files.

    Raises:
        CheckpointError: they are of another network.
    """
    named = usual_names(state)
    network = RRDBNet(rrdb_config(named))
    load_exactly(network, named, "an RRDB upscaler (ESRGAN)")
    return at_rest(network)
