"""vid2vid's generators: a coarse one that makes a small film from label maps, and finer ones that each double it.

Paper: arXiv:1808.06601, section 3 and appendix A. A frame is made from the label maps of L + 1 frames and the L frames
before it (a Markov film): one network paints it anew, one says how the frame before moves and where that will do,
and the two are mixed. The modules bear the names of the authors' program of 2018, so that its files fit as they are:
`composite` is G0, `compositeLocal` G1 and on.

Where we differ: nothing in what is computed, in evaluation mode. (The authors' test program never leaves training mode,
so that its batch normalisation goes by each frame's own statistics: `by_frame` does as it did.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from torch import Tensor, nn

from models.film.vid2vid.discriminators import FLOW_UNIT_PX
from models.film.vid2vid.layers import Norm, down_layers, entry_layers, head_layers, residual_layers, up_layers
from models.film.warping import warp


@dataclass(frozen=True)
class ScaleConfig:
    """Sizes of the generator of one scale.

    Attributes:
        labels: channels of the label map of one frame (an edge map counts as one more).
        image_channels: 3 for colour.
        frames: L + 1 (tG of 2018), how many frames' label maps are seen; one fewer frames of film.
        width: channels at full size (ngf of this scale).
        downsamplings: how often the picture is halved inside; a finer scale halves it once.
        blocks: residual blocks; in the coarsest scale half of them lie before label map and film are summed.
        norm: how layers are normalised.
        flow: whether there are heads for flow and weight; without them every frame is painted anew.
        foreground_width: channels of a branch that paints the foreground by itself, 0 for none.
        scale: 0 for the coarsest, then 1, 2, ...
    """

    labels: int
    image_channels: int = 3
    frames: int = 3
    width: int = 128
    downsamplings: int = 3
    blocks: int = 9
    norm: Norm = "batch"
    flow: bool = True
    foreground_width: int = 0
    scale: int = 0

    @classmethod
    def tiny(cls) -> ScaleConfig:
        """Sizes for tests."""
        return cls(labels=5, width=4, downsamplings=2, blocks=3)

    def finer(self, blocks: int = 3) -> ScaleConfig:
        """The sizes of the scale that doubles this one."""
        return replace(
            self,
            width=self.width // 2,
            downsamplings=1,
            blocks=blocks,
            foreground_width=self.foreground_width // 2,
            scale=self.scale + 1,
        )


class Frame(NamedTuple):
    """What a generator makes of one moment.

    Attributes:
        image: the frame, [N, C, H, W] in -1..1.
        image_raw: the picture as it was painted anew, of the same shape.
        image_feature: what the next scale builds its picture on, [N, width, H, W].
        flow: how the frame before moves, [N, 2, H, W] in pixels right and down; None without heads for it.
        weight: how much is painted anew, [N, 1, H, W] in 0..1; None without flow.
        flow_feature: what the next scale builds its flow on, [N, width, H, W]; None without flow.
        foreground_feature: the same of the foreground; None without that branch.
    """

    image: Tensor
    image_raw: Tensor
    image_feature: Tensor
    flow: Tensor | None = None
    weight: Tensor | None = None
    flow_feature: Tensor | None = None
    foreground_feature: Tensor | None = None


class CoarseGenerator(nn.Module):
    """The generator of the coarsest scale (G0, `composite`)."""

    model_final_img: nn.Sequential
    model_final_flow: nn.Sequential
    model_final_w: nn.Sequential
    indv_final: nn.Sequential

    def __init__(self, config: ScaleConfig) -> None:
        super().__init__()
        self.config = config
        norm, halvings = config.norm, config.downsamplings
        before, after = config.blocks - config.blocks // 2, config.blocks // 2

        def encoder(channels: int, width: int, blocks: int) -> nn.Sequential:
            return nn.Sequential(
                *entry_layers(channels, width, norm),
                *down_layers(width, halvings, norm),
                *residual_layers(width << halvings, blocks, norm),
            )

        def decoder(width: int) -> nn.Sequential:
            return nn.Sequential(*up_layers(width, halvings, norm))

        deep = config.width << halvings
        self.model_down_seg = encoder(config.labels * config.frames, config.width, before)
        self.model_down_img = encoder(config.image_channels * (config.frames - 1), config.width, before)
        self.model_res_img = nn.Sequential(*residual_layers(deep, after, norm))
        self.model_up_img = decoder(config.width)
        if config.flow:
            self.model_res_flow = nn.Sequential(*residual_layers(deep, after, norm))
            self.model_up_flow = decoder(config.width)
        _add_heads(self, config)
        if own := config.foreground_width:
            self.indv_down = encoder(config.labels * config.frames, own, 0)
            self.indv_res = nn.Sequential(*residual_layers(own << halvings, config.blocks, norm))
            self.indv_up = decoder(own)

    def forward(
        self, labels: Tensor, previous: Tensor, *, foreground: Tensor | None = None, raw_only: bool = False
    ) -> Frame:
        """Shapes: labels [N, labels * frames, H, W], the latest frame last; previous [N, channels * (frames - 1), H, W]
        in -1..1, the latest last; foreground [N, 1, H, W] in 0..1, where the foreground's branch paints. H and W are
        multiples of 2^downsamplings. `raw_only` paints all anew, as where no frame is before.
        """
        seen = self.model_down_seg(labels) + self.model_down_img(previous)
        image_feature = self.model_up_img(self.model_res_img(seen))
        flow_feature = self.model_up_flow(self.model_res_flow(seen)) if self.config.flow else None
        own = None
        if self.config.foreground_width:
            own = self.indv_up(self.indv_res(self.indv_down(labels)))
        return _composed(self, (image_feature, flow_feature, own), previous, foreground, raw_only)


class FineGenerator(nn.Module):
    """A generator that doubles the size of a coarser one's film (G1 and on, `compositeLocal`)."""

    model_final_img: nn.Sequential
    model_final_flow: nn.Sequential
    model_final_w: nn.Sequential
    indv_final: nn.Sequential

    def __init__(self, config: ScaleConfig) -> None:
        super().__init__()
        self.config = config
        norm = config.norm

        def encoder(channels: int, width: int) -> nn.Sequential:
            return nn.Sequential(*entry_layers(channels, width, norm), *down_layers(width, 1, norm))

        def decoder(width: int) -> nn.Sequential:
            return nn.Sequential(*residual_layers(2 * width, config.blocks, norm), *up_layers(width, 1, norm))

        self.model_down_seg = encoder(config.labels * config.frames, config.width)
        self.model_down_img = encoder(config.image_channels * (config.frames - 1), config.width)
        self.model_up_img = decoder(config.width)
        if config.flow:
            self.model_up_flow = decoder(config.width)
        _add_heads(self, config)
        if own := config.foreground_width:
            self.indv_down = encoder(config.labels * config.frames, own)
            self.indv_up = decoder(own)

    def forward(
        self,
        labels: Tensor,
        previous: Tensor,
        coarse: Frame,
        *,
        foreground: Tensor | None = None,
        raw_only: bool = False,
    ) -> Frame:
        """Shapes: as for the coarsest scale at twice its height and width, which are even; `coarse` is what it made."""
        seen = self.model_down_seg(labels) + self.model_down_img(previous)
        image_feature = self.model_up_img(seen + coarse.image_feature)
        flow_feature = self.model_up_flow(seen + coarse.flow_feature) if self.config.flow else None
        own = None
        if self.config.foreground_width:
            own = self.indv_up(self.indv_down(labels) + coarse.foreground_feature)
        return _composed(self, (image_feature, flow_feature, own), previous, foreground, raw_only)


Generator = CoarseGenerator | FineGenerator


def build(config: ScaleConfig) -> Generator:
    """The generator of a scale, as it is before training: in training mode, with random weights."""
    network: Generator = FineGenerator(config) if config.scale else CoarseGenerator(config)
    for module in network.modules():
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(module.weight, 0.0, 0.02)
    return network


def by_frame(network: Generator) -> None:
    """Lets a generator normalise each frame by itself, as the authors' test program did, and not by what was kept."""
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d | nn.InstanceNorm2d):
            module.track_running_stats = False
            module.running_mean = module.running_var = None


def _add_heads(network: Generator, config: ScaleConfig) -> None:
    network.model_final_img = head_layers(config.width, config.image_channels, nn.Tanh())
    if config.flow:
        network.model_final_flow = head_layers(config.width, 2)
        network.model_final_w = head_layers(config.width, 1, nn.Sigmoid())
    if config.foreground_width:
        network.indv_final = head_layers(config.foreground_width, config.image_channels, nn.Tanh())


def _composed(
    network: Generator,
    features: tuple[Tensor, Tensor | None, Tensor | None],
    previous: Tensor,
    foreground: Tensor | None,
    raw_only: bool,
) -> Frame:
    """The frame out of the features of picture, flow and foreground."""
    image_feature, flow_feature, own = features
    raw = network.model_final_img(image_feature)
    image, flow, weight = raw, None, None
    if flow_feature is not None:
        flow = network.model_final_flow(flow_feature) * (FLOW_UNIT_PX * 2**network.config.scale)
        weight = network.model_final_w(flow_feature)
        if not raw_only:
            moved = warp(previous[:, -network.config.image_channels :], flow)
            image = raw * weight + moved * (1 - weight)
    if own is not None:
        if foreground is None:
            raise ValueError("this network paints the foreground by itself: it must be told where that is")
        painted = network.indv_final(own)
        image, raw = (painted * foreground + behind * (1 - foreground) for behind in (image, raw))
    return Frame(image, raw, image_feature, flow, weight, flow_feature, own)
