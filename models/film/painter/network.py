"""The network that paints a film frame after frame: from a label map, a drawing and the frame before.

Wang et al. 2018, "Video-to-Video Synthesis" (arXiv:1808.06601): a frame is a mask's share of the frame before, moved
along a flow, and for the rest a raw picture; the network makes mask, raw picture and flow. Where we differ:

- The scene is known, so its true flow is given; the network adds only what the scene does not say (water, smoke).
- Beside the labels it sees the flat drawing of the scene: labels cannot know a scene's colours. The raw picture is the
  drawing and a difference. The paper's earlier label maps are here one plane: how far the drawing before, moved along
  the flow, is from this one; and where it is far, the mask is 0, whatever the network says. Elsewhere it is .8 at the
  most: a frame that is moved again and again grows blurred. One earlier frame is seen, not two.
- It is conditioned on style: in each of three regions (above, below, subject) features are scaled and shifted by what a
  small network makes of a style vector (Dumoulin et al. 2017, arXiv:1610.07629, and `models.pictures.style`), of how
  strongly it is painted, and of the colours of the shot's first drawing.
- It sees a grain, a plane of noise that belongs to the scene and moves with it: flat areas of a drawing give a network
  nothing to make brushwork of (`models.pictures.style.grain`). The paper has none.
- Features are divided by their root mean square over channels, place by place, not over the picture: so no place
  changes colour because something happens elsewhere in the frame.
- Two by two pixels are folded into channels before the first convolution and out of them after the last, and there
  is one scale instead of coarse to fine: 1/30 of the paper's work.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.warping import warp
from schemas.scene import LABELS

REGIONS = ("above", "below", "subject")
"""The regions of a scene in the order in which masks and style vectors are given (see `media.scenes.layers`)."""

STEP_PX = 16
"""Heights and widths are multiples of this."""

_COLOUR_MEASURES = 6
_FLOW_SCALE_PX = 4.0
_FINE_PX = 5
_MOST_KEPT = 0.8
_SAME, _OTHER = 0.02, 0.08
_FINE_SHARE = 8.0


@dataclass(frozen=True)
class FilmPainterConfig:
    """Sizes of a film painter. `widths` are channels at 1/2, 1/4, 1/8 and 1/16 of the frame's size."""

    widths: tuple[int, int, int, int] = (24, 48, 80, 128)
    blocks: int = 4
    """Residual blocks at 1/16."""
    labels: int = len(LABELS)
    label_width: int = 6
    """Numbers that a label becomes."""
    style_width: int = 100
    hidden_width: int = 128
    """Of the network that makes scales and shifts."""

    @classmethod
    def tiny(cls) -> Self:
        """For tests."""
        return cls(widths=(8, 8, 8, 16), blocks=1, label_width=2, style_width=100, hidden_width=8)

    @classmethod
    def large(cls) -> Self:
        """For training on an accelerator: 5 times the work."""
        return cls(widths=(48, 96, 192, 320), blocks=6, hidden_width=256)


class Previous(NamedTuple):
    """What a frame is painted after. Shapes: painted, drawing [N, 3, H, W] in 0..1; flow [N, 2, H, W] in pixels.

    `flow` says for each pixel of the frame to be painted where it was in the frame before, right then down, as
    `models.film.warping.warp` takes it.
    """

    painted: Tensor
    drawing: Tensor
    flow: Tensor


class Painted(NamedTuple):
    """A frame and what it was made of.

    Shapes: picture [N, 3, H, W]; raw [N, 3, H, W]; mask [N, 1, H, W], the share of the frame before; flow [N, 2, H, W]
    in pixels, the scene's and the network's; moved [N, 3, H, W], the frame before along that flow. Without a frame
    before, mask is 0 and moved is raw. Pictures are in about 0..1 and not clamped.
    """

    picture: Tensor
    raw: Tensor
    mask: Tensor
    flow: Tensor
    moved: Tensor


class RegionalScale(nn.Module):
    """Features scaled and shifted by region; the numbers come from a part of the shot's condition."""

    def __init__(self, width: int, start: int) -> None:
        super().__init__()
        self._scale = slice(start, start + width)
        self._shift = slice(start + width, start + 2 * width)

    def forward(self, x: Tensor, regions: Tensor, condition: Tensor) -> Tensor:
        """Shapes: x [N, C, H, W]; regions [N, 3, H, W]; condition [N, 3, all] -> [N, C, H, W]."""
        shares = regions.flatten(2)
        scale = condition[:, :, self._scale].transpose(1, 2) @ shares
        shift = condition[:, :, self._shift].transpose(1, 2) @ shares
        return torch.addcmul(shift.view_as(x), x, 1 + scale.view_as(x))


class Block(nn.Module):
    """A residual block: normalised place by place, scaled by region, two convolutions."""

    def __init__(self, width: int, start: int) -> None:
        super().__init__()
        self.scale = RegionalScale(width, start)
        self.first = nn.Conv2d(width, width, 3, padding=1)
        self.second = nn.Conv2d(width, width, 3, padding=1)
        nn.init.normal_(self.second.weight, std=0.3 / (3 * width**0.5))

    def forward(self, x: Tensor, regions: Tensor, condition: Tensor) -> Tensor:
        """Shapes: x [N, C, H, W] -> [N, C, H, W]."""
        inner = F.leaky_relu(self.scale(normalised(x), regions, condition), 0.2)
        inner = F.leaky_relu(self.first(inner), 0.2)
        second: Tensor = self.second(inner)
        return x + second


class FilmPainter(nn.Module):
    """Paints one frame of a shot."""

    def __init__(self, config: FilmPainterConfig) -> None:
        super().__init__()
        self.config = config
        half, quarter, eighth, low = config.widths
        scaled = (half, quarter, eighth, eighth, *[low] * config.blocks)
        starts = [2 * sum(scaled[:index]) for index in range(len(scaled))]
        self.label_numbers = nn.Embedding(config.labels, config.label_width)
        self.conditioning = nn.Sequential(
            nn.Linear(config.style_width + 1 + _COLOUR_MEASURES, config.hidden_width),
            nn.LeakyReLU(0.2),
            nn.Linear(config.hidden_width, config.hidden_width),
            nn.LeakyReLU(0.2),
            nn.Linear(config.hidden_width, 2 * sum(scaled)),
        )
        seen = 4 * (config.label_width + 8) + 2 + len(REGIONS)
        self.fold = nn.Conv2d(seen, half, 3, padding=1)
        self.down = nn.ModuleList(
            nn.Conv2d(wide, narrow, 3, stride=2, padding=1)
            for wide, narrow in ((half, quarter), (quarter, eighth), (eighth, low))
        )
        self.eighth_block = Block(eighth, starts[2])
        self.blocks = nn.ModuleList(Block(low, start) for start in starts[4:])
        self.up = nn.ModuleList(
            nn.ConvTranspose2d(narrow, wide, 4, stride=2, padding=1)
            for narrow, wide in ((low, eighth), (eighth, quarter), (quarter, half))
        )
        self.eighth_end = Block(eighth, starts[3])
        self.quarter_end = Block(quarter, starts[1])
        self.half_end = RegionalScale(half, starts[0])
        self.head = nn.Conv2d(half, 4 * 4 + 2, 3, padding=1)
        # a fresh network paints the drawing as it is
        nn.init.normal_(self.head.weight, std=0.01)
        nn.init.zeros_(self.head.get_parameter("bias"))

    def condition(self, vectors: Tensor, strength: Tensor, drawing: Tensor, regions: Tensor) -> Tensor:
        """What a shot is painted by, made once from its first frame.

        Shapes: vectors [N, 3, 100], of looks, in the order of `REGIONS`; strength [N] in 0..1; drawing [N, 3, H, W] in
        0..1; regions [N, 3, H, W] that add up to 1 -> [N, 3, all scales and shifts].
        """
        shares = regions.flatten(2)
        weights = shares / shares.sum(2, keepdim=True).clamp_min(1.0)
        colours = drawing.flatten(2).transpose(1, 2)
        means = weights @ colours
        spreads = (weights @ colours.square() - means.square()).clamp_min(0).add(1e-4).sqrt()
        share = strength.view(-1, 1, 1).expand(-1, len(REGIONS), 1)
        found: Tensor = self.conditioning(torch.cat((vectors * share, share, means, spreads), 2))
        return found

    def forward(
        self,
        labels: Tensor,
        drawing: Tensor,
        regions: Tensor,
        condition: Tensor,
        previous: Previous | None = None,
        grain: Tensor | None = None,
    ) -> Painted:
        """One frame of each shot of a batch.

        Shapes: labels [N, H, W] of whole numbers; drawing [N, 3, H, W] in 0..1; regions [N, 3, H, W] that add up to 1;
        condition as `condition` makes it; grain [N, 1, H, W] of mean 0, spread 1, as `models.film.painter.grain` makes
        it, without which flat areas stay flat; H and W multiples of 16 -> `Painted`.
        """
        moved, error, known = _moved(drawing, previous)
        grain = torch.zeros_like(error) if grain is None else grain
        marks = self.label_numbers(labels.long()).permute(0, 3, 1, 2)
        half_regions = F.avg_pool2d(regions, 2)
        folded = F.pixel_unshuffle(torch.cat((marks, drawing - 0.5, moved, grain, _fine(grain)), 1), 2)
        x = torch.cat((folded, F.avg_pool2d(4 * error, 2), F.avg_pool2d(known, 2), half_regions), 1)
        found = self.head(self._features(x, half_regions, condition))
        shown = F.pixel_shuffle(found[:, :16], 2)
        raw = drawing + torch.tanh(shown[:, :3])
        if previous is None:
            return Painted(raw, raw, torch.zeros_like(raw[:, :1]), torch.zeros_like(raw[:, :2]), raw)
        flow = previous.flow + F.interpolate(
            _FLOW_SCALE_PX * torch.tanh(found[:, 16:]), scale_factor=2, mode="bilinear", align_corners=False
        )
        mask = _MOST_KEPT * torch.sigmoid(shown[:, 3:]) * _trust(error)
        before = warp(previous.painted, flow)
        return Painted(raw + mask * (before - raw), raw, mask, flow, before)

    def paint(
        self,
        labels: Tensor,
        drawing: Tensor,
        regions: Tensor,
        vectors: Tensor,
        strength: Tensor,
        previous: Previous | None = None,
        grain: Tensor | None = None,
    ) -> Tensor:
        """The picture of one frame, in 0..1, its condition made from this frame itself. Shapes: [N, 3, H, W]."""
        condition = self.condition(vectors, strength, drawing, regions)
        painted = self(labels, drawing, regions, condition, previous, grain)
        picture: Tensor = painted.picture.clamp(0, 1)
        return picture

    def _features(self, x: Tensor, half_regions: Tensor, condition: Tensor) -> Tensor:
        """Shapes: [N, seen, H/2, W/2] -> [N, widths[0], H/2, W/2]."""
        quarter_regions = F.avg_pool2d(half_regions, 2)
        eighth_regions = F.avg_pool2d(quarter_regions, 2)
        low_regions = F.avg_pool2d(eighth_regions, 2)
        half = F.leaky_relu(self.fold(x), 0.2)
        quarter = F.leaky_relu(self.down[0](half), 0.2)
        eighth = self.eighth_block(F.leaky_relu(self.down[1](quarter), 0.2), eighth_regions, condition)
        low = F.leaky_relu(self.down[2](eighth), 0.2)
        for block in self.blocks:
            low = block(low, low_regions, condition)
        eighth = self.eighth_end(eighth + self.up[0](low), eighth_regions, condition)
        quarter = self.quarter_end(quarter + self.up[1](eighth), quarter_regions, condition)
        half = normalised(half + self.up[2](quarter))
        return F.leaky_relu(self.half_end(half, half_regions, condition), 0.2)


def normalised(x: Tensor) -> Tensor:
    """Features divided by their root mean square over channels, place by place. Shapes: [N, C, H, W]."""
    return x * torch.rsqrt(x.square().mean(1, keepdim=True) + 1e-4)


def _fine(grain: Tensor) -> Tensor:
    """The finest part of a grain, of a spread near 1: by itself it is an eighth of the whole. Shapes: as given."""
    return _FINE_SHARE * (grain - F.avg_pool2d(grain, _FINE_PX, stride=1, padding=_FINE_PX // 2))


def _trust(error: Tensor) -> Tensor:
    """1 where the drawing before, moved along the flow, is this one, and 0 where it is not. Shapes: as given."""
    return 1 - ((error - _SAME) / (_OTHER - _SAME)).clamp(0, 1)


def _moved(drawing: Tensor, previous: Previous | None) -> tuple[Tensor, Tensor, Tensor]:
    """The frame before along the flow (about -.5 to .5), how wrong the flow is, and whether there is a frame before.

    Shapes: [N, 3, H, W], [N, 1, H, W], [N, 1, H, W].
    """
    plane = torch.zeros_like(drawing[:, :1])
    if previous is None:
        return torch.zeros_like(drawing), plane, plane
    moved = warp(torch.cat((previous.painted, previous.drawing), 1), previous.flow)
    error = (moved[:, 3:] - drawing).abs().mean(1, keepdim=True)
    return moved[:, :3] - 0.5, error, torch.ones_like(plane)
