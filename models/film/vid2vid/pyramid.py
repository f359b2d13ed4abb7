"""All scales of a vid2vid together: each doubles the film of the one before it."""

from __future__ import annotations

from collections.abc import Sequence

from torch import Tensor, nn

from models.film.vid2vid.discriminators import halve
from models.film.vid2vid.generator import CoarseGenerator, FineGenerator, Frame, Generator, ScaleConfig


class Vid2Vid(nn.Module):
    """Generators from the coarsest scale to the finest."""

    def __init__(self, scales: Sequence[Generator]) -> None:
        super().__init__()
        self.scales = nn.ModuleList(scales)
        self.configs: tuple[ScaleConfig, ...] = tuple(scale.config for scale in scales)

    @property
    def config(self) -> ScaleConfig:
        """The sizes of the finest scale."""
        return self.configs[-1]

    @property
    def multiple_px(self) -> int:
        """What height and width of the finest scale are multiples of."""
        return 1 << (self.configs[0].downsamplings + len(self.configs) - 1)

    def forward(
        self,
        labels: Sequence[Tensor],
        previous: Sequence[Tensor],
        *,
        foreground: Sequence[Tensor] | None = None,
        raw_only: bool = False,
    ) -> list[Frame]:
        """What every scale makes of one moment, coarsest first.

        Shapes: each of labels, previous and foreground holds a tensor for each scale, coarsest first, each twice as
        high and wide as the one before (`pyramid` makes them), of the shapes that `CoarseGenerator` takes.
        """
        made: list[Frame] = []
        for index, network in enumerate(self.scales):
            where = foreground[index] if foreground is not None else None
            if isinstance(network, FineGenerator):
                made.append(network(labels[index], previous[index], made[-1], foreground=where, raw_only=raw_only))
            elif isinstance(network, CoarseGenerator):
                made.append(network(labels[index], previous[index], foreground=where, raw_only=raw_only))
        return made


def pyramid(finest: Tensor, scales: int) -> list[Tensor]:
    """A picture or label map at the size of every scale, coarsest first. Shapes: [N, C, H, W] each, H and W halved."""
    found = [finest]
    for _ in range(scales - 1):
        found.append(halve(found[-1]))
    return found[::-1]
