"""StyleGAN2's residual discriminator, with a minibatch standard deviation before its last convolution.

Paper: arXiv:1912.04958, figure 7 and section 4; labels by projection as in arXiv:2006.06676, appendix C: a label is
mapped to a vector whose product with the picture's features is the answer.

Where we differ: a batch that the group does not divide is grouped by the largest number that does.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.generator import check_labels, normalise_second_moment
from models.pictures.stylegan2.layers import GAIN, EqualConv, EqualLinear, leaky
from models.pictures.stylegan2.resampling import blur_before_strided, downsample, filter_taps


class DiscriminatorBlock(nn.Module):
    """Two convolutions that halve the edges, and a shorter way around them."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv0 = EqualConv(inputs, inputs, 3)
        self.conv1 = EqualConv(inputs, outputs, 3)
        self.skip = EqualConv(inputs, outputs, 1, bias=False)

    def forward(self, x: Tensor, taps: Tensor) -> Tensor:
        """Shapes: x [N, I, 2H, 2H]; returns [N, O, H, H]."""
        around = self.skip(downsample(x, taps)) * math.sqrt(0.5)
        x = leaky(self.conv0(x, padding=1), gain=GAIN)
        x = leaky(self.conv1(blur_before_strided(x, taps), stride=2))
        mixed: Tensor = around + x
        return mixed


def minibatch_stddev(x: Tensor, group: int) -> Tensor:
    """`x` with one more channel: the mean standard deviation of all values over the group of each picture.

    Shapes: x [N, C, H, W]; returns [N, C + 1, H, W].
    """
    count = len(x)
    size = max(size for size in range(1, min(group, count) + 1) if count % size == 0)
    grouped = x.float().reshape(size, count // size, *x.shape[1:])
    spread = (grouped - grouped.mean(dim=0)).square().mean(dim=0).add(1e-8).sqrt()
    channel = spread.mean(dim=(1, 2, 3)).repeat(size).view(count, 1, 1, 1)
    return torch.cat([x, channel.to(x.dtype).expand(-1, 1, *x.shape[2:])], dim=1)


class Discriminator(nn.Module):
    """How real pictures look: a number that grows with it, unbounded."""

    taps: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.config = config
        widths = config.channels[::-1]
        self.from_rgb = EqualConv(config.image_channels, widths[0], 1)
        self.blocks = nn.ModuleList(
            DiscriminatorBlock(before, after) for before, after in zip(widths, widths[1:], strict=False)
        )
        self.conv = EqualConv(widths[-1] + 1, widths[-1], 3)
        self.hidden = EqualLinear(widths[-1] * 16, widths[-1])
        features = config.label_width if config.labels else 1
        self.out = EqualLinear(widths[-1], features)
        self.embed = EqualLinear(config.labels, features) if config.labels else None
        layers = config.mapping_layers if config.labels else 0
        self.label_mapping = nn.ModuleList(
            EqualLinear(features, features, rate=config.mapping_rate) for _ in range(layers)
        )
        self.register_buffer("taps", filter_taps(config.resample_taps), persistent=False)

    def forward(self, pictures: Tensor, labels: Tensor | None = None) -> Tensor:
        """Shapes: pictures [N, image channels, R, R] in -1..1; labels [N, classes], one-hot, or None; returns [N, 1].

        Raises:
            ValueError: pictures or labels are of another shape than the network takes.
        """
        edge, channels = self.config.resolution, self.config.image_channels
        if tuple(pictures.shape[1:]) != (channels, edge, edge):
            raise ValueError(
                f"pictures are {tuple(pictures.shape)}, this network takes [N, {channels}, {edge}, {edge}]"
            )
        check_labels(labels, self.config.labels, len(pictures))
        if pictures.device.type == "cpu":
            pictures = pictures.contiguous(memory_format=torch.channels_last)
        x = leaky(self.from_rgb(pictures), gain=GAIN)
        for block in self.blocks:
            x = block(x, self.taps)
        x = leaky(self.conv(minibatch_stddev(x, self.config.stddev_group), padding=1), gain=GAIN)
        x = leaky(self.hidden(x.flatten(1)), gain=GAIN)
        answer: Tensor = self.out(x)
        if self.embed is None or labels is None:
            return answer
        asked = normalise_second_moment(self.embed(labels.to(x.dtype)))
        for layer in self.label_mapping:
            asked = leaky(layer(asked), gain=GAIN)
        return (answer * asked).sum(dim=1, keepdim=True) / math.sqrt(self.config.label_width)
