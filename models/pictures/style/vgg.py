"""VGG16's convolutions: features by the paper's names, and a perceptual distance learned on top of them.

Papers: Simonyan and Zisserman, "Very deep convolutional networks for large-scale image recognition" (2014),
arXiv:1409.1556; Zhang et al., "The unreasonable effectiveness of deep features as a perceptual metric" (2018),
arXiv:1801.03924; Ghildyal and Liu, "Shift-tolerant perceptual similarity metric" (2022), arXiv:2207.13686.

Where we differ: the weights are those of the third paper. Pooling takes the maximum at every pixel and then every
second pixel of a blur, so that a picture moved by a pixel keeps its features. They were trained from random weights to
judge how alike pictures look, not to name what is in them: their upper layers hold textures and no objects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from schemas.errors import CheckpointError, MediaError

LAYERS = tuple(
    f"conv{block}_{index}" for block, depth in enumerate((2, 2, 3, 3, 3), 1) for index in range(1, depth + 1)
)
"""The convolutions, lowest first; a feature map is taken after its ReLU."""

SMALLEST_PX = 32
_WIDTHS = (64, 128, 256, 512, 512)
_JUDGED = ("conv1_2", "conv2_2", "conv3_3", "conv4_3", "conv5_3")
# of the LPIPS paper, for pictures in -1..1
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)


class VGG16(nn.Module):
    """Thirteen convolutions in five blocks, and the weights of the distance."""

    def __init__(self, widths: Sequence[int] = _WIDTHS) -> None:
        super().__init__()
        inside = 3
        for name in LAYERS:
            outside = widths[int(name[4]) - 1]
            self.add_module(name, nn.Conv2d(inside, outside, 3, padding=1))
            inside = outside
        self.heads = nn.ModuleList(nn.Conv2d(width, 1, 1, bias=False) for width in widths)
        self.register_buffer("shift", torch.tensor(_SHIFT).reshape(1, 3, 1, 1), persistent=False)
        self.register_buffer("scale", torch.tensor(_SCALE).reshape(1, 3, 1, 1), persistent=False)

    @classmethod
    def tiny(cls, seed: int = 0) -> VGG16:
        """A narrow network with random weights, for tests."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return cls((4, 6, 8, 8, 8)).eval().requires_grad_(False)

    def forward(self, pictures: Tensor, layers: Sequence[str]) -> dict[str, Tensor]:
        """The feature maps of the layers that are named; nothing above the highest of them is computed.

        Shapes: pictures [N, 3, H, W] in 0..1 -> [N, C, about H / 2^(block - 1), about W / 2^(block - 1)] each.

        Raises:
            MediaError: a layer is not one of `LAYERS`, or the pictures are smaller than 32 x 32.
        """
        unknown = sorted(set(layers) - set(LAYERS))
        if unknown or not layers:
            raise MediaError(f"{unknown or 'nothing'} is no layer of VGG16: {', '.join(LAYERS)} are")
        if pictures.ndim != 4 or pictures.shape[1] != 3 or min(pictures.shape[2:]) < SMALLEST_PX:
            raise MediaError(
                f"pictures of shape {tuple(pictures.shape)} are not read: they must be [N, 3, H, W] of at least "
                f"{SMALLEST_PX} x {SMALLEST_PX} pixels"
            )
        x = (pictures * 2 - 1 - cast(Tensor, self.shift)) / cast(Tensor, self.scale)
        maps: dict[str, Tensor] = {}
        highest = max(LAYERS.index(layer) for layer in layers)
        for name in LAYERS[: highest + 1]:
            if name.endswith("_1") and name != "conv1_1":
                x = _pooled(x)
            x = F.relu(self.get_submodule(name)(x))
            if name in layers:
                maps[name] = x
        return maps


def _pooled(x: Tensor) -> Tensor:
    """The maximum of each 2 x 2 pixels, blurred by [1 2 1] both ways; every second of them is kept."""
    channels = x.shape[1]
    row = torch.tensor([0.25, 0.5, 0.25], dtype=x.dtype, device=x.device)
    blur = (row[:, None] * row[None, :]).expand(channels, 1, 3, 3)
    x = F.max_pool2d(x, 2, stride=1)
    return F.conv2d(F.pad(x, (2, 2, 2, 2), mode="reflect"), blur, stride=2, groups=channels)


def perceptual_distance(network: VGG16, pictures: Tensor, others: Tensor) -> Tensor:
    """How different pictures look to people, as the network learned it: 0 for the same, about 0.5 for unrelated ones.

    Shapes: pictures and others [N, 3, H, W] in 0..1 -> [N].

    Raises:
        MediaError: the pictures are of different shapes or smaller than 32 x 32.
    """
    if pictures.shape != others.shape:
        raise MediaError(f"pictures of {tuple(pictures.shape)} and {tuple(others.shape)} cannot be compared: scale one")
    ours, theirs = network(pictures, _JUDGED), network(others, _JUDGED)
    total = torch.zeros(len(pictures), device=pictures.device)
    for layer, head in zip(_JUDGED, network.heads, strict=True):
        gap = (_unit(ours[layer]) - _unit(theirs[layer])) ** 2
        total = total + head(gap).mean((1, 2, 3))
    return total


def _unit(x: Tensor) -> Tensor:
    """Features divided by their length at each place."""
    return x / (x.square().sum(1, keepdim=True).sqrt() + 1e-10)


def load_vgg16(path: Path, *, device: str = "cpu") -> VGG16:
    """The network of `features:vgg16`, from its safetensors file or the folder that holds model.safetensors.

    Raises:
        CheckpointError: it is not there, or holds another network.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    file = path / "model.safetensors" if path.is_dir() else path
    network = VGG16()
    try:
        network.load_state_dict(load_file(file))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise CheckpointError(
            f"{file.name} does not hold VGG16 ({str(error)[:200]}): run `hibari models pull features:vgg16`"
        ) from error
    network = network.eval().requires_grad_(False).to(device)
    for weight in network.parameters():
        if weight.ndim == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
    return network


def convert_vgg16(source: Path, target: Path, convert_torch_zip: Callable[[Path, Path], None]) -> None:
    """Write stlpips-pytorch's vgg_shift_tolerant.pth as safetensors under the paper's names.

    `convert_torch_zip` writes the tensors of a torch zip to safetensors without running anything in it.

    Raises:
        CheckpointError: the file is no such zip, or holds another network.
    """
    from safetensors.torch import load_file, save_file

    between = target.with_suffix(".read")
    convert_torch_zip(source, between)
    held = load_file(between)
    between.unlink()
    convolutions = sorted(
        (name.removesuffix(".weight") for name in held if name.startswith("net.") and name.endswith(".weight")),
        key=lambda name: int(name.rpartition(".")[2]),
    )
    if len(convolutions) != len(LAYERS):
        raise CheckpointError(f"{source.name} holds {len(convolutions)} convolutions, VGG16 has {len(LAYERS)}")
    tensors = {
        f"{layer}.{part}": held[f"{theirs}.{part}"]
        for layer, theirs in zip(LAYERS, convolutions, strict=True)
        for part in ("weight", "bias")
    }
    tensors |= {f"heads.{index}.weight": held[f"lin{index}.model.1.weight"] for index in range(len(_WIDTHS))}
    save_file(tensors, target)
