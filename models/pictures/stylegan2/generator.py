"""StyleGAN2's generator: a mapping from z to w, and a synthesis of a picture from w.

Papers: Karras et al., "Analyzing and Improving the Image Quality of StyleGAN" (2020), arXiv:1912.04958; labels as in
Karras et al., "Training Generative Adversarial Networks with Limited Data" (2020), arXiv:2006.06676.

Where we differ: convolutions without groups (see `layers`); noise comes from a generator that the caller gives, so
that a seed means a picture; the average of w is kept by whoever trains (`track_mean_w`), never as a side effect.

`N` is the batch, `Z` and `W` the widths of z and w, `L` the copies of w (`num_ws`), `R` the resolution in pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.layers import GAIN, EqualConv, EqualLinear, StyledConv, ToRGB, bound, drawn, leaky
from models.pictures.stylegan2.resampling import filter_taps, upsample
from schemas.errors import CheckpointError

NoiseMode = Literal["random", "const", "none"]


def normalise_second_moment(x: Tensor) -> Tensor:
    """Every row divided by the root of its mean square."""
    return x * torch.rsqrt(x.square().mean(dim=1, keepdim=True) + 1e-8)


class Mapping(nn.Module):
    """The mapping network f: z (and a label) to w."""

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.num_ws, self.labels = config.num_ws, config.labels
        self.embed = EqualLinear(config.labels, config.label_width) if config.labels else None
        inputs = config.z_width + (config.label_width if config.labels else 0)
        widths = [inputs, *[config.mapping_width] * (config.mapping_layers - 1), config.w_width]
        self.layers = nn.ModuleList(
            EqualLinear(before, after, rate=config.mapping_rate)
            for before, after in zip(widths, widths[1:], strict=False)
        )

    def forward(self, z: Tensor, labels: Tensor | None = None) -> Tensor:
        """Shapes: z [N, Z]; labels [N, classes], one-hot; returns [N, L, W], L equal copies.

        Raises:
            ValueError: labels are missing, not asked for, or of another number of classes.
        """
        check_labels(labels, self.labels, len(z))
        x = normalise_second_moment(z)
        if self.embed is not None and labels is not None:
            x = torch.cat([x, normalise_second_moment(self.embed(labels.to(z.dtype)))], dim=1)
        for layer in self.layers:
            x = leaky(layer(x), gain=GAIN)
        return x[:, None].expand(-1, self.num_ws, -1)


def check_labels(labels: Tensor | None, classes: int, count: int) -> None:
    """Refuses labels that a network of so many classes cannot take.

    Raises:
        ValueError: they are missing, not asked for, or of another shape than [count, classes].
    """
    if labels is None and classes:
        raise ValueError(f"this network paints {classes} classes: give one-hot labels of shape [{count}, {classes}]")
    if labels is not None and tuple(labels.shape) != (count, classes):
        raise ValueError(f"labels are {tuple(labels.shape)}, this network takes {(count, classes)}")


def one_hot(config: StyleGAN2Config, label: int, count: int) -> Tensor | None:
    """`count` rows that ask for a class, [count, classes]; None for a network without classes.

    Raises:
        CheckpointError: there is no such class.
    """
    if not 0 <= label < max(config.labels, 1):
        classes = f"0 to {config.labels - 1}" if config.labels else "0 alone, for this network has none"
        raise CheckpointError(f"there is no class {label}: name {classes}")
    if not config.labels:
        return None
    rows = torch.zeros(count, config.labels)
    rows[:, label] = 1.0
    return rows


class SynthesisBlock(nn.Module):
    """The layers of one resolution."""

    def __init__(self, config: StyleGAN2Config, stage: int) -> None:
        super().__init__()
        edge_px, outputs = config.edges_px[stage], config.channels[stage]
        inputs = config.channels[stage - 1] if stage else 0
        last = stage == len(config.channels) - 1
        self.conv0 = StyledConv(config, inputs, outputs, edge_px, up=True) if stage else None
        self.conv1 = StyledConv(config, outputs, outputs, edge_px, up=False)
        self.to_rgb = ToRGB(config, outputs) if last or config.architecture == "skip" else None
        self.skip = EqualConv(inputs, outputs, 1, bias=False) if stage and config.architecture == "resnet" else None
        self.clamp = config.clamp

    def forward(
        self, x: Tensor, picture: Tensor | None, ws: Sequence[Tensor], noise: Sequence[Tensor | None], taps: Tensor
    ) -> tuple[Tensor, Tensor | None]:
        """Shapes: x [N, I, H, H]; picture [N, 3, H, H] or None; ws and noise: one a layer; returns both at 2H."""
        gain = 1.0 if self.skip is None else math.sqrt(0.5)
        past = None if self.skip is None else bound(upsample(self.skip(x), taps) * gain, self.clamp * gain)
        if self.conv0 is not None:
            x = self.conv0(x, ws[0], taps, noise[0])
        x = self.conv1(x, ws[-2], taps, noise[-1], gain)
        x = x if past is None else past + x
        if picture is not None:
            picture = upsample(picture, taps)
        if self.to_rgb is not None:
            painted = self.to_rgb(x, ws[-1])
            picture = painted if picture is None else picture + painted
        return x, picture


class Synthesis(nn.Module):
    """The synthesis network g: copies of w to a picture, from a learned constant of 4x4."""

    taps: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.num_ws, self.w_width, self.edges_px = config.num_ws, config.w_width, config.edges_px
        self.const = nn.Parameter(drawn(config.channels[0], 4, 4))
        self.blocks = nn.ModuleList(SynthesisBlock(config, stage) for stage in range(len(config.channels)))
        self.register_buffer("taps", filter_taps(config.resample_taps), persistent=False)

    @property
    def layers(self) -> list[StyledConv]:
        """The convolutions in the order that w and noise are given to them."""
        found = [layer for block in self.blocks for layer in (block.conv0, block.conv1)]
        return [layer for layer in found if isinstance(layer, StyledConv)]

    def forward(
        self,
        ws: Tensor,
        noise: NoiseMode | Sequence[Tensor] = "random",
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """The picture, in about -1..1.

        On a processor and without gradients pictures are painted one by one: that is faster, takes the memory of one,
        and gives a picture the same bytes in any batch. `noise` is drawn from `generator`, the constant one of the
        checkpoint, none, or given, one [1 or N, 1, E, E] a layer.

        Shapes: ws [N, L, W]; returns [N, image channels, R, R].

        Raises:
            ValueError: `ws` is of another shape, or `noise` of another mode or number of layers.
        """
        if ws.ndim != 3 or tuple(ws.shape[1:]) != (self.num_ws, self.w_width):
            raise ValueError(f"ws are {tuple(ws.shape)}, this synthesis takes [N, {self.num_ws}, {self.w_width}]")
        sown = self._sow(ws, noise, generator)
        if ws.device.type != "cpu" or torch.is_grad_enabled() or len(ws) <= 1:
            return self._paint(ws, sown)
        rows = range(len(ws))
        alone = [[one if one is None or len(one) == 1 else one[row : row + 1] for one in sown] for row in rows]
        return torch.cat([self._paint(ws[row : row + 1], alone[row]) for row in rows])

    def _paint(self, ws: Tensor, sown: Sequence[Tensor | None]) -> Tensor:
        x = self.const.to(ws.dtype)[None].expand(len(ws), -1, -1, -1)
        if x.device.type == "cpu":
            x = x.contiguous(memory_format=torch.channels_last)
        picture: Tensor | None = None
        first = 0
        for stage, block in enumerate(self.blocks):
            count = 2 if stage else 1
            x, picture = block(
                x, picture, ws[:, first : first + count + 1].unbind(1), sown[first : first + count], self.taps
            )
            first += count
        if picture is None:
            raise ValueError("this synthesis has no ToRGB")
        return picture

    def _sow(
        self, ws: Tensor, noise: NoiseMode | Sequence[Tensor], generator: torch.Generator | None
    ) -> list[Tensor | None]:
        layers = self.layers
        if not isinstance(noise, str):
            if len(noise) != len(layers):
                raise ValueError(f"{len(noise)} noises were given to {len(layers)} layers")
            return [given.to(ws) for given in noise]
        if noise == "none" or layers[0].noise_strength is None:
            return [None] * len(layers)
        if noise == "const":
            return [layer.noise_const for layer in layers]
        if noise != "random":
            raise ValueError(f"noise is random, const, none or given, not {noise!r}")
        device = ws.device if generator is None else generator.device
        return [
            torch.randn(len(ws), 1, layer.edge_px, layer.edge_px, generator=generator, device=device).to(ws)
            for layer in layers
        ]


class Generator(nn.Module):
    """Mapping and synthesis together, with the average of w that truncation pulls towards."""

    mean_w: Tensor

    def __init__(self, config: StyleGAN2Config) -> None:
        super().__init__()
        self.config = config
        self.mapping = Mapping(config)
        self.synthesis = Synthesis(config)
        self.register_buffer("mean_w", torch.zeros(config.w_width))

    def forward(
        self,
        z: Tensor,
        *,
        labels: Tensor | None = None,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
        noise: NoiseMode | Sequence[Tensor] = "random",
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """A picture for every z, in about -1..1.

        Shapes: z [N, Z]; labels [N, classes] or None; returns [N, image channels, R, R].
        """
        ws = self.truncate(self.mapping(z, labels), truncation_psi, truncation_cutoff)
        picture: Tensor = self.synthesis(ws, noise, generator)
        return picture

    def truncate(self, ws: Tensor, psi: float, cutoff: int | None = None) -> Tensor:
        """`ws` pulled towards the average: psi 0 is the average, 1 changes nothing; of layers below `cutoff` alone.

        Shapes: ws [N, L, W] in and out.
        """
        if psi == 1.0:
            return ws
        pulled = self.mean_w + psi * (ws - self.mean_w)
        return pulled if cutoff is None else torch.cat([pulled[:, :cutoff], ws[:, cutoff:]], dim=1)

    @torch.no_grad()
    def track_mean_w(self, ws: Tensor, *, keep: float = 0.998) -> None:
        """Moves the average of w towards the mean of a batch that training has just mapped."""
        self.mean_w.copy_(ws[:, 0].float().mean(dim=0).lerp(self.mean_w, keep))

    @torch.no_grad()
    def measure_mean_w(self, *, count: int = 10_000, seed: int = 0) -> None:
        """Sets the average of w to that of `count` drawn z, with labels drawn evenly where the network takes any."""
        generator = torch.Generator().manual_seed(seed)
        z = torch.randn(count, self.config.z_width, generator=generator).to(self.mean_w)
        labels = None
        if self.config.labels:
            drawn = torch.randint(self.config.labels, (count,), generator=generator)
            labels = nn.functional.one_hot(drawn, self.config.labels).to(self.mean_w)
        self.mean_w.copy_(self.mapping(z, labels)[:, 0].mean(dim=0))
