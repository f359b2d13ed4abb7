"""SRVGG, the compact network of Real-ESRGAN: plain 3x3 convolutions at the size of the small picture.

Paper: Wang et al., "Real-ESRGAN: Training Real-World Blind Super-Resolution with Pure Synthetic Data" (2021),
arXiv:2107.10833; the compact network was added to its program later, as `realesr-animevideov3` and
`realesr-general-x4v3`. The last convolution makes the s x s pixels of each place, which are added to the picture
enlarged without smoothing. Names of weights are those of the published files: `body.N.weight`, `body.N.bias`.

Where we differ: `enlarge` computes without padding, on a picture with a frame of real or mirrored pixels around it, so
that no border of zeros ever shows and a picture made in tiles is the picture made whole.

`N` is the batch, `H` and `W` the height and width in pixels, `s` the scale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from torch import Tensor, nn
from torch.nn import functional

from models.pictures.upscaling.shapes import at_rest, load_exactly, shape_of
from schemas.errors import CheckpointError

_TILE_PX = 192
_MAX_FEATURES, _MAX_CONVOLUTIONS, _MAX_SCALE = 256, 128, 8


@dataclass(frozen=True)
class SRVGGConfig:
    """The sizes of a compact network."""

    features: int = 64
    convolutions: int = 16
    """Convolutions between the first and the last."""
    scale: int = 4

    def __post_init__(self) -> None:
        sizes = ((self.features, _MAX_FEATURES), (self.convolutions, _MAX_CONVOLUTIONS), (self.scale, _MAX_SCALE))
        if any(not 1 <= size <= bound for size, bound in sizes):
            raise CheckpointError(
                f"a compact upscaler has 1-{_MAX_FEATURES} features, 1-{_MAX_CONVOLUTIONS} convolutions and scale "
                f"1-{_MAX_SCALE}, not {self}"
            )

    @classmethod
    def tiny(cls) -> Self:
        """A network for tests: 3 convolutions of 8 features, twice the size."""
        return cls(features=8, convolutions=3, scale=2)


class SRVGG(nn.Module):
    """Enlarges pictures by a fixed whole factor, `scale`."""

    def __init__(self, config: SRVGGConfig) -> None:
        super().__init__()
        self.config, self.scale = config, config.scale
        self.frame_px, self.tile_px = config.convolutions + 2, _TILE_PX
        layers: list[nn.Module] = [nn.Conv2d(3, config.features, 3, padding=1), nn.PReLU(config.features)]
        for _ in range(config.convolutions):
            layers += [nn.Conv2d(config.features, config.features, 3, padding=1), nn.PReLU(config.features)]
        layers.append(nn.Conv2d(config.features, 3 * config.scale**2, 3, padding=1))
        self.body = nn.ModuleList(layers)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: x [N, 3, H, W] in 0..1; returns [N, 3, sH, sW], around 0..1."""
        return self._run(x, x, padding=1)

    def enlarge(self, framed: Tensor) -> Tensor:
        """The picture inside a frame of `frame_px` pixels, enlarged; the frame is only looked at.

        Shapes: framed [N, 3, H + 2 frame_px, W + 2 frame_px] in 0..1; returns [N, 3, sH, sW], around 0..1.
        """
        edge = self.frame_px
        return self._run(framed, framed[..., edge:-edge, edge:-edge], padding=0)

    def _run(self, x: Tensor, base: Tensor, *, padding: int) -> Tensor:
        for layer in self.body:
            if isinstance(layer, nn.Conv2d):
                x = functional.conv2d(x, layer.weight, layer.bias, padding=padding)
            else:
                x = layer(x)
        shuffled = functional.pixel_shuffle(x, self.scale)
        return shuffled + functional.interpolate(base, scale_factor=float(self.scale), mode="nearest")


def srvgg_config(state: Mapping[str, Tensor]) -> SRVGGConfig:
    """The sizes of the compact network whose weights these are.

    Raises:
        CheckpointError: they are of no such network.
    """
    features = shape_of(state, "body.0.weight", 4)[0]
    indices = [int(name.split(".")[1]) for name in state if name.startswith("body.") and name.split(".")[1].isdigit()]
    last = max(indices)
    outputs = shape_of(state, f"body.{last}.weight", 4)[0]
    scale = next((s for s in range(1, _MAX_SCALE + 1) if 3 * s * s == outputs), 0)
    return SRVGGConfig(features=features, convolutions=(last - 2) // 2, scale=scale)


def srvgg_from_state(state: Mapping[str, Tensor]) -> SRVGG:
    """A compact network with these weights, named as in the published `.pth` files (`body.0.weight`).

    Raises:
        CheckpointError: they are of another network.
    """
    network = SRVGG(srvgg_config(state))
    load_exactly(network, state, "a compact upscaler (SRVGG)")
    return at_rest(network)
