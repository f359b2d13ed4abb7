"""The sizes and options of a StyleGAN2, all of which can be read off the tensors of a checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

from schemas.errors import CheckpointError

Architecture = Literal["skip", "resnet", "orig"]

LARGEST_PX = 1024
_WIDEST = 8192
_MOST_PARAMETERS = 400_000_000


@dataclass(frozen=True)
class StyleGAN2Config:
    """The sizes of a generator, and of the discriminator that is trained against it."""

    resolution: int = 256
    """Edge of the square picture in pixels: a power of two, 4 to 1024."""
    z_width: int = 512
    w_width: int = 512
    channels: tuple[int, ...] = ()
    """Feature maps at 4, 8, ... up to `resolution`; left empty, the paper's: 32768 / edge, at most 512."""
    mapping_layers: int = 8
    mapping_width: int = 0
    """Width between the layers of the mapping; 0: that of w."""
    mapping_rate: float = 0.01
    """Learning-rate multiplier of the mapping, which also scales its stored weights."""
    labels: int = 0
    """Classes that a picture can be asked for by a one-hot label; 0: unconditional."""
    label_width: int = 0
    """Width of an embedded label; 0: that of w."""
    image_channels: int = 3
    resample_taps: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0)
    """The separable low-pass filter around every change of resolution, of any sum."""
    demodulation_eps: float = 1e-8
    demodulates_raw_weights: bool = False
    """Whether the eps is added to the sum of raw weights (NVlabs), not of those divided by the root of their fan-in."""
    architecture: Architecture = "skip"
    """How blocks are tied together in the generator (figure 7 of the paper)."""
    noise: bool = True
    """Whether every layer adds noise."""
    clamp: float = 0.0
    """Largest absolute activation; 0: no bound."""
    stddev_group: int = 4
    """Pictures over which the discriminator takes its minibatch standard deviation, at most."""

    def __post_init__(self) -> None:
        stages = self.resolution.bit_length() - 2
        if not 4 <= self.resolution <= LARGEST_PX or self.resolution & (self.resolution - 1):
            raise CheckpointError(f"a StyleGAN2 paints 4, 8, ... {LARGEST_PX} px, not {self.resolution} px")
        if not self.channels:
            paper = tuple(min(32768 // (4 << stage), 512) for stage in range(stages))
            object.__setattr__(self, "channels", paper)
        for name in ("mapping_width", "label_width"):
            if not getattr(self, name):
                object.__setattr__(self, name, self.w_width)
        if len(self.channels) != stages:
            raise CheckpointError(f"{self.resolution} px need {stages} channel counts, not {len(self.channels)}")
        self._check_bounds()

    def _check_bounds(self) -> None:
        widths = (self.z_width, self.w_width, self.mapping_width, self.label_width, *self.channels)
        if not all(1 <= width <= _WIDEST for width in widths):
            raise CheckpointError(f"every width of a StyleGAN2 lies in 1 to {_WIDEST}, these do not all: {widths}")
        if not 1 <= self.mapping_layers <= 32 or not 0 <= self.labels <= 100_000 or not 1 <= self.image_channels <= 16:
            raise CheckpointError(
                "a StyleGAN2 here has 1 to 32 mapping layers, 0 to 100000 labels and 1 to 16 image channels, not "
                f"{self.mapping_layers}, {self.labels} and {self.image_channels}"
            )
        if not 2 <= len(self.resample_taps) <= 32 or not abs(sum(self.resample_taps)) > 1e-6:
            raise CheckpointError(f"a resampling filter has 2 to 32 taps of a sum that is not 0: {self.resample_taps}")
        if self.architecture not in ("skip", "resnet", "orig"):
            raise CheckpointError(f"the architecture of a generator is skip, resnet or orig, not {self.architecture!r}")
        if not (0 < self.demodulation_eps < 1 and 0 < self.mapping_rate <= 10 and 0 <= self.clamp < 1e9):
            raise CheckpointError(
                f"demodulation eps {self.demodulation_eps}, mapping rate {self.mapping_rate} or clamp {self.clamp} is "
                "out of 0 to 1, 0 to 10, 0 to 1e9"
            )
        if not 1 <= self.stddev_group <= 1024:
            raise CheckpointError(f"the standard deviation is taken over 1 to 1024 pictures, not {self.stddev_group}")
        if (parameters := self.count_weights()) > _MOST_PARAMETERS:
            raise CheckpointError(f"this StyleGAN2 has {parameters:,} weights, more than {_MOST_PARAMETERS:,}")

    def count_weights(self) -> int:
        """The number of weights in the generator's convolutions and mapping, without building it."""
        pairs = zip((0, *self.channels), self.channels, strict=False)
        convolutions = sum(9 * out * (before + out) + self.w_width * (before + 2 * out) for before, out in pairs)
        inputs = self.z_width + (self.label_width if self.labels else 0)
        mapping = inputs * self.mapping_width + self.mapping_layers * self.mapping_width * self.w_width
        return convolutions + mapping + self.labels * self.label_width

    @property
    def num_ws(self) -> int:
        """How many copies of w the synthesis takes: one a convolution, and one for the last ToRGB."""
        return 2 * len(self.channels)

    @property
    def edges_px(self) -> tuple[int, ...]:
        """The edge of the feature maps at each stage: 4, 8, ... `resolution`."""
        return tuple(4 << stage for stage in range(len(self.channels)))

    @classmethod
    def tiny(cls) -> Self:
        """A network for tests: 16 px, 16 channels, z and w of 16 numbers, 2 mapping layers."""
        return cls(resolution=16, z_width=16, w_width=16, channels=(16, 16, 8), mapping_layers=2)
