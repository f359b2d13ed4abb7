"""SqueezeNet 1.1: deep features of pictures, to measure how far apart two sets of them are.

Iandola et al. 2016, "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters" (arXiv:1602.07360), version 1.1,
trained on ImageNet. Where we differ: the last convolution, which names 1,000 classes, is left out; features are the
mean over places of the last fire module (512 numbers), divided by 3.5, their root mean square on paintings, so that
distances are near those one is used to. It is not the Inception network of the papers that measure
generators: distances found here compare with each other, never with published ones.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from schemas.errors import CheckpointError

FEATURES = 512
"""How many numbers describe a picture."""

INPUT_PX = 128
"""Pictures are scaled to this size, so that distances of different resolutions go through the same network."""

_FEATURE_SCALE = 3.5
# what the network was trained with: blue, green, red, 0..255, less these
_MEANS = (104.0, 117.0, 123.0)
_FIRES = ((64, 16, 64), (128, 16, 64), (128, 32, 128), (256, 32, 128))
_LATE_FIRES = ((256, 48, 192), (384, 48, 192), (384, 64, 256), (512, 64, 256))


class Fire(nn.Module):
    """A narrow 1x1 convolution, then 1x1 and 3x3 side by side."""

    def __init__(self, width: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze1x1 = nn.Conv2d(width, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Shapes: [N, width, H, W] -> [N, 2 * expand, H, W]."""
        x = functional.relu(self.squeeze1x1(x))
        return functional.relu(torch.cat((self.expand1x1(x), self.expand3x3(x)), 1))


class SqueezeNet(nn.Module):
    """Features of pictures."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 3, stride=2)
        for number, sizes in enumerate(_FIRES + _LATE_FIRES, start=2):
            self.add_module(f"fire{number}", Fire(*sizes))
        self.register_buffer("means", torch.tensor(_MEANS)[None, :, None, None], persistent=False)

    def forward(self, pictures: Tensor) -> Tensor:
        """Shapes: pictures [N, 3, H, W] in 0..1, red first, at least 32 px -> [N, 512]."""
        pictures = scaled(pictures, INPUT_PX)
        x = pictures.flip(1) * 255 - cast(Tensor, self.means)
        x = _pooled(functional.relu(self.conv1(x)))
        x = _pooled(self.get_submodule("fire3")(self.get_submodule("fire2")(x)))
        x = _pooled(self.get_submodule("fire5")(self.get_submodule("fire4")(x)))
        for number in (6, 7, 8, 9):
            x = self.get_submodule(f"fire{number}")(x)
        features: Tensor = x.mean((2, 3)) / _FEATURE_SCALE
        return features


def scaled(pictures: Tensor, px: int) -> Tensor:
    """The pictures at px by px, smoothed where they become smaller."""
    if pictures.shape[2:] == (px, px):
        return pictures
    return functional.interpolate(pictures, (px, px), mode="bilinear", antialias=True, align_corners=False)


def _pooled(x: Tensor) -> Tensor:
    # Caffe, in which it was trained, counts a window that reaches over the edge
    return functional.max_pool2d(x, 3, stride=2, ceil_mode=True)


def load_squeezenet(path: Path, *, device: str = "cpu") -> SqueezeNet:
    """The network with weights of a safetensors file, ready to be used.

    Raises:
        CheckpointError: the file is missing, or holds another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    network = SqueezeNet()
    try:
        weights = load_file(path)
        network.load_state_dict({name: weight.float() for name, weight in weights.items()})
    except (OSError, SafetensorError, RuntimeError) as error:
        raise CheckpointError(f"{path} does not hold SqueezeNet 1.1: {str(error)[:200]}; pull or restore it") from error
    return network.eval().requires_grad_(False).to(device)


def features_of(network: nn.Module, pictures: Tensor, *, batch: int = 32) -> Tensor:
    """Features of many pictures, a batch at a time.

    Shapes: pictures [N, 3, H, W] in 0..1 -> [N, 512] on the CPU.
    """
    device = next(network.parameters()).device
    with torch.inference_mode():
        return torch.cat([network(part.to(device)).cpu() for part in torch.split(pictures, batch)])
