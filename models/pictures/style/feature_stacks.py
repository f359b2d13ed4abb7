"""The networks whose layers style transfer and dreams work with, in one form: pictures in, feature maps by name out.

SqueezeNet was trained to name a thousand things, VGG16 (see `vgg`) to judge likeness alone. Side by side SqueezeNet
takes over a painting's colours and strokes, at a tenth of the cost, where VGG16 embosses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from models.pictures.features import SqueezeNet
from models.pictures.style.vgg import LAYERS as VGG_LAYERS
from models.pictures.style.vgg import VGG16
from schemas.errors import MediaError

SQUEEZENET_LAYERS = ("conv1", *(f"fire{number}" for number in range(2, 10)))
"""The layers of SqueezeNet, lowest first; a feature map is taken after its ReLU."""

_SMALLEST_PX = 32
_POOLED_BEFORE = ("fire2", "fire4", "fire6")
# what it was trained with: blue, green, red, 0..255, less these
_MEANS = (104.0, 117.0, 123.0)


@dataclass(frozen=True)
class FeatureStack:
    """A network's layers by name, and which of them hold content and style."""

    name: str
    layers: tuple[str, ...]
    content_layer: str
    style_layers: tuple[str, ...]
    device: torch.device
    _maps: Callable[[Tensor, Sequence[str]], dict[str, Tensor]]

    def __call__(self, pictures: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """The feature maps of the layers that are named; nothing above the highest of them is computed.

        Shapes: pictures [N, 3, H, W] in 0..1 -> [N, C, h, w] each.

        Raises:
            MediaError: a layer is not the network's, or the pictures are smaller than 32 x 32.
        """
        unknown = sorted(set(layers) - set(self.layers))
        if unknown or not layers:
            raise MediaError(f"{unknown or 'nothing'} is no layer of {self.name}: {', '.join(self.layers)} are")
        if min(pictures.shape[2:]) < _SMALLEST_PX:
            raise MediaError(
                f"pictures under {_SMALLEST_PX} x {_SMALLEST_PX} px show {self.name} nothing: enlarge them"
            )
        return self._maps(pictures, layers)


def vgg_stack(network: VGG16) -> FeatureStack:
    """The layers of VGG16; those of Gatys et al. for content and style."""
    return FeatureStack(
        name="VGG16",
        layers=VGG_LAYERS,
        content_layer="conv4_2",
        style_layers=("conv1_1", "conv2_1", "conv3_1", "conv4_1", "conv5_1"),
        device=next(network.parameters()).device,
        _maps=network,
    )


def squeezenet_stack(network: SqueezeNet) -> FeatureStack:
    """The layers of SqueezeNet."""

    def maps(pictures: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        means = torch.tensor(_MEANS, device=pictures.device)[None, :, None, None]
        x = F.relu(network.conv1(pictures.flip(1) * 255 - means))
        found = {"conv1": x} if "conv1" in layers else {}
        for name in SQUEEZENET_LAYERS[1 : max(SQUEEZENET_LAYERS.index(layer) for layer in layers) + 1]:
            if name in _POOLED_BEFORE:
                # Caffe, in which it was trained, counts a window that reaches over the edge
                x = F.max_pool2d(x, 3, stride=2, ceil_mode=True)
            x = network.get_submodule(name)(x)
            if name in layers:
                found[name] = x
        return found

    return FeatureStack(
        name="SqueezeNet",
        layers=SQUEEZENET_LAYERS,
        content_layer="fire3",
        style_layers=("conv1", "fire2", "fire3", "fire4", "fire5"),
        device=next(network.parameters()).device,
        _maps=maps,
    )
