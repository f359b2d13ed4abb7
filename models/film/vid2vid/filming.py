"""A film of any length out of label maps, one frame after another, each made from the frames before it.

Paper: arXiv:1808.06601, section 3 (a Markov film of L frames back) and appendix A (coarse to fine).

Where we differ: the film begins with its first label map, which is taken to have stood still before (the authors'
program shows nothing before the map L + 1). Where no opening pictures are given, the first frame is painted without
flow on grey ones, as theirs is with `no_first_img`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from models.film.vid2vid.pyramid import Vid2Vid, pyramid


class Vid2VidFilm:
    """Films by one network; it keeps nothing from one film to the next.

    `edges` says that the last channel of its label maps is where regions meet. `foreground` are the labels that a
    network with a branch for the foreground paints by that branch (the authors' street scenes: 26, cars).

    Raises:
        ValueError: `foreground` names no label of the network, or none is named to one that needs them.
    """

    def __init__(self, network: Vid2Vid, *, edges: bool = False, foreground: Sequence[int] = ()) -> None:
        self.network = network
        self.edges = edges
        self.classes = network.config.labels - int(edges)
        self.foreground = tuple(foreground)
        needed = network.config.foreground_width > 0
        if needed != bool(foreground) or any(not 0 <= label < self.classes for label in foreground):
            told = f"labels of 0..{self.classes - 1}" if needed else "no labels: it has no branch for the foreground"
            raise ValueError(f"foreground {self.foreground}: this network takes {told}")

    def frames(self, labels: Iterable[Tensor], opening: Sequence[Tensor] = ()) -> Iterator[Tensor]:
        """A frame [C, H, W] in -1..1 for each label map, as soon as it is asked for.

        Shapes: each label map [H, W] of whole numbers, or [labels, H, W] of channels as the network takes them (also
        drawings); opening: up to L pictures [C, H, W] in -1..1 that the film goes on from, the latest last.

        Raises:
            ValueError: a label map is of another size than the first, of a size that the scales do not divide, or
                holds a label that the network does not know.
        """
        config, scales = self.network.config, len(self.network.configs)
        seen: deque[list[Tensor]] = deque(maxlen=config.frames)
        made: deque[list[Tensor]] = deque(maxlen=config.frames - 1)
        size: tuple[int, int] | None = None
        for label_map in labels:
            encoded = self._encoded(label_map)
            shape = (encoded.shape[2], encoded.shape[3])
            if size is None:
                self._check_size(*shape)
                made.extend(self._opening(opening, shape))
            elif shape != size:
                raise ValueError(
                    f"a label map of {shape[1]}x{shape[0]} in a film of {size[1]}x{size[0]}: keep one size"
                )
            levels = pyramid(encoded, scales)
            seen.extend([levels] * (1 if size else config.frames))
            raw_only = size is None and not opening
            size = shape
            latest = self._step(list(seen), list(made), raw_only)
            made.append(latest)
            yield latest[-1][0].clone()

    @torch.no_grad()
    def _step(self, seen: list[list[Tensor]], made: list[list[Tensor]], raw_only: bool) -> list[Tensor]:
        """The next frame at every scale, coarsest first."""
        levels = range(len(self.network.configs))
        labels = [torch.cat([moment[level] for moment in seen], 1) for level in levels]
        previous = [torch.cat([frame[level] for frame in made], 1) for level in levels]
        where = None
        if self.foreground:
            where = [moment[:, list(self.foreground)].sum(1, keepdim=True).clamp(0, 1) for moment in seen[-1]]
        return [frame.image for frame in self.network(labels, previous, foreground=where, raw_only=raw_only)]

    def _encoded(self, label_map: Tensor) -> Tensor:
        """Shapes: [H, W] or [labels, H, W] -> [1, labels, H, W]."""
        device = next(self.network.parameters()).device
        if label_map.ndim == 2 and not label_map.is_floating_point():
            return encode_labels(label_map.to(device), self.classes, edges=self.edges)[None]
        if label_map.ndim == 3 and label_map.shape[0] == self.network.config.labels:
            return label_map.to(device, torch.float32)[None]
        raise ValueError(
            f"a label map of shape {list(label_map.shape)} and {label_map.dtype}: this network takes whole numbers "
            f"[H, W] or [{self.network.config.labels}, H, W]"
        )

    def _check_size(self, height: int, width: int) -> None:
        step = self.network.multiple_px
        if height % step or width % step or min(height, width) < 2 * step:
            raise ValueError(f"label maps of {width}x{height}: edges are multiples of {step}, {2 * step} or more")

    def _opening(self, pictures: Sequence[Tensor], shape: tuple[int, int]) -> list[list[Tensor]]:
        """The frames before the first at every scale: the pictures given, the earliest repeated; else grey."""
        config, device = self.network.config, next(self.network.parameters()).device
        wanted, count = (config.image_channels, *shape), config.frames - 1
        if any(tuple(picture.shape) != wanted for picture in pictures) or len(pictures) > count:
            told = [list(picture.shape) for picture in pictures[: count + 1]]
            raise ValueError(f"opening pictures of {told}: at most {count} of {list(wanted)} are taken")
        held = [picture.to(device, torch.float32) for picture in pictures]
        held = held or [torch.zeros(wanted, device=device)]
        held = [held[0]] * (count - len(held)) + held
        return [pyramid(picture[None], len(self.network.configs)) for picture in held]


def encode_labels(labels: Tensor, classes: int, *, edges: bool = False, instances: Tensor | None = None) -> Tensor:
    """A label map as channels of 0 and 1, one a label; with `edges` one more, 1 where regions (or `instances`) meet.

    Shapes: labels, instances [H, W], whole numbers -> [classes (+ 1), H, W].

    Raises:
        ValueError: a label is not in 0..classes - 1.
    """
    found = labels.long()
    if found.numel() and not 0 <= int(found.min()) <= int(found.max()) < classes:
        raise ValueError(f"labels of {int(found.min())}..{int(found.max())}: this network knows 0..{classes - 1}")
    channels = F.one_hot(found, classes).permute(2, 0, 1).float()
    if not edges:
        return channels
    return torch.cat((channels, region_edges(found if instances is None else instances)[None]))


def region_edges(regions: Tensor) -> Tensor:
    """1 at every place that borders on another region, else 0. Shapes: [H, W], whole numbers -> [H, W]."""
    edge = torch.zeros(regions.shape, dtype=torch.bool, device=regions.device)
    across, along = regions[:, 1:] != regions[:, :-1], regions[1:] != regions[:-1]
    edge[:, 1:] |= across
    edge[:, :-1] |= across
    edge[1:] |= along
    edge[:-1] |= along
    return edge.float()
