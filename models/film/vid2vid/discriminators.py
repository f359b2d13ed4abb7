"""The two critics of vid2vid: one of pictures with their label maps, one of short runs of frames with their flow.

Paper: arXiv:1808.06601, section 3 and appendix A; both are multi-scale patch critics as in pix2pixHD (arXiv:1711.11585,
section 3.2): the same small network judges the picture, its half, its quarter, each place by itself.

Where we differ: normalisation by each picture's own mean and spread (the authors' default is batch normalisation, at
a batch of one); a critic is given the flow already in units of 20 pixels by its own forward, not by its caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.warping import warp

FLOW_UNIT_PX = 20.0
"""The length of flow that a network sees as 1, and that its flow head gives for 1."""

Judgement = list[list[Tensor]]
"""For each scale, finest first: the features of each layer, and last the map of answers [N, 1, h, w], unbounded."""


@dataclass(frozen=True)
class CriticConfig:
    """Sizes of both critics.

    Attributes:
        labels: channels of the label map of one frame (an edge map counts as one more).
        image_channels: 3 for colour.
        frames: K, how many frames the film critic sees at once, 2 or more.
        width: channels of the first layer at the coarsest scale, at most 64 at any (ndf).
        layers: strided layers.
        scales: how many sizes of the picture are judged, each half the one before.
    """

    labels: int
    image_channels: int = 3
    frames: int = 3
    width: int = 64
    layers: int = 3
    scales: int = 2

    @classmethod
    def tiny(cls, labels: int = 4) -> CriticConfig:
        """Sizes for tests."""
        return cls(labels=labels, width=4, layers=2, scales=2)


class PatchCritic(nn.Module):
    """Convolutions of four by four that answer for every patch of a picture."""

    def __init__(self, channels: int, width: int, layers: int) -> None:
        super().__init__()
        widths = [min(width << step, 512) for step in range(layers + 1)]
        strides = [2] * layers + [1]
        stages: list[nn.Module] = []
        before = channels
        for index, (after, stride) in enumerate(zip(widths, strides, strict=True)):
            parts: list[nn.Module] = [nn.Conv2d(before, after, 4, stride, padding=2)]
            parts += [nn.InstanceNorm2d(after)] if index else []
            stages.append(nn.Sequential(*parts, nn.LeakyReLU(0.2)))
            before = after
        stages.append(nn.Conv2d(before, 1, 4, padding=2))
        self.stages = nn.ModuleList(stages)

    def forward(self, x: Tensor) -> list[Tensor]:
        """Shapes: x [N, C, H, W] -> features of each layer, and last the answers [N, 1, h, w]."""
        found = []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


class MultiScaleCritic(nn.Module):
    """A patch critic for each size of the picture, wider where the picture is smaller."""

    def __init__(self, channels: int, width: int, layers: int, scales: int) -> None:
        super().__init__()
        self.critics = nn.ModuleList(PatchCritic(channels, min(64, width << scale), layers) for scale in range(scales))
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.normal_(module.weight, 0.0, 0.02)

    def forward(self, x: Tensor) -> Judgement:
        """Shapes: x [N, C, H, W], each edge 8 or more times 2^(scales - 1)."""
        found = []
        for scale, critic in enumerate(self.critics):
            if scale:
                x = halve(x)
            found.append(critic(x))
        return found


class ImageCritic(nn.Module):
    """How real a picture looks as a picture of its label map (the paper's D_I)."""

    def __init__(self, config: CriticConfig) -> None:
        super().__init__()
        self.config = config
        channels = config.labels + config.image_channels
        self.judge = MultiScaleCritic(channels, config.width, config.layers, config.scales)

    def forward(self, labels: Tensor, pictures: Tensor) -> Judgement:
        """Shapes: labels [N, labels, H, W], one-hot; pictures [N, C, H, W] in -1..1."""
        found: Judgement = self.judge(torch.cat((labels, pictures), 1))
        return found


class VideoCritic(nn.Module):
    """How real K frames look as frames of a film that moves along a given flow (the paper's D_V).

    `scales_in_time` critics, one a step between frames: the first sees K frames one after another, the next every
    K-th frame, the next every K²-th.
    """

    def __init__(self, config: CriticConfig, scales_in_time: int = 1) -> None:
        super().__init__()
        self.config = config
        channels = config.frames * config.image_channels + 2 * (config.frames - 1)
        self.judges = nn.ModuleList(
            MultiScaleCritic(channels, config.width, config.layers, config.scales) for _ in range(scales_in_time)
        )

    def forward(self, frames: Tensor, flow: Tensor, scale_in_time: int = 0) -> Judgement:
        """Shapes: frames [N, K, C, H, W] in -1..1; flow [N, K - 1, 2, H, W] in pixels, from each of the later frames
        back to the one before it in `frames` (so that `warp(frames[:, k], flow[:, k])` is `frames[:, k + 1]`).
        """
        seen = torch.cat((frames.flatten(1, 2), flow.flatten(1, 2) / FLOW_UNIT_PX), 1)
        found: Judgement = self.judges[scale_in_time](seen)
        return found


def halve(x: Tensor) -> Tensor:
    """A picture at half its size, as vid2vid halves pictures and label maps: the mean of three by three places.

    Shapes: x [N, C, H, W] -> [N, C, ceil(H / 2), ceil(W / 2)].
    """
    return F.avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)


def runs_of(frames: Tensor, flow: Tensor, count: int, step: int) -> tuple[Tensor, Tensor] | None:
    """All runs of `count` frames, `step` apart, that a film holds, with the flow between them; None if it is too short.

    Shapes: frames [N, T, C, H, W]; flow [N, T - 1, 2, H, W] in pixels, of each frame but the first from the one before
    it -> [N * R, count, C, H, W] and [N * R, count - 1, 2, H, W], R = T - (count - 1) * step.
    """
    starts = range(frames.shape[1] - (count - 1) * step)
    if not starts:
        return None
    runs, flows = [], []
    for start in starts:
        places = [start + step * index for index in range(count)]
        runs.append(frames[:, places])
        between = [compose_flow([flow[:, place + k] for k in range(step)]) for place in places[:-1]]
        flows.append(torch.stack(between, 1))
    return torch.cat(runs), torch.cat(flows)


def compose_flow(flows: Sequence[Tensor]) -> Tensor:
    """One flow over several frames: `warp(first, result)` is the last frame.

    Shapes: each [N, 2, H, W] in pixels, in the order of time: the first leads from the second frame back to the first.
    """
    whole = flows[-1]
    for earlier in reversed(flows[:-1]):
        whole = whole + warp(earlier, whole)
    return whole
