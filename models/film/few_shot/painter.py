"""The few-shot painter: weights are made once from references, then frame after frame is painted with them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Self

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from models.film.few_shot.config import LABELS, LARGEST_PIXELS, SMALLEST_PX, FewShotConfig
from models.film.few_shot.generator import ImageGenerator, OcclusionMask, laid_over
from models.film.few_shot.weight_generation import PainterWeights, Places, WeightGenerator
from schemas.errors import MediaError

MOST_REFERENCES = 16


class FewShotNetworks(nn.Module):
    """Everything that is trained together."""

    def __init__(self, config: FewShotConfig) -> None:
        super().__init__()
        self.config = config
        self.weight_generator = WeightGenerator(config)
        self.generator = ImageGenerator(config)
        self.mask = OcclusionMask(config)


class FewShotPainter:
    """The networks, ready to paint. Pictures and drawings are [N, 3, H, W] in 0..1, red first."""

    def __init__(self, networks: FewShotNetworks, device: str = "cpu") -> None:
        self._device = torch.device(device)
        self._networks = networks.eval().requires_grad_(False).to(self._device)

    @classmethod
    def tiny(cls, seed: int = 0) -> Self:
        """A painter of tiny networks with random weights, for tests."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return cls(FewShotNetworks(FewShotConfig.tiny()))

    @property
    def step_px(self) -> int:
        """What a frame's sides must be multiples of."""
        return self._networks.config.step_px

    @torch.inference_mode()
    def weights_of(
        self,
        references: Sequence[Tensor],
        reference_labels: Sequence[Tensor],
        reference_drawings: Sequence[Tensor | None] | None = None,
    ) -> PainterWeights:
        """The weights that paint like the references: made once, then used for every frame of a shot or film.

        References may be of different sizes and come in any order; they are looked at at 192 px.

        Args:
            references: painted pictures, 1 to 16. Shapes: [1, 3, H, W] of 0-1 each.
            reference_labels: what each of them shows, as in `paint`. Shapes: [1, H, W] each.
            reference_drawings: the flat drawing that each was painted from; None where there is none.
                Shapes: [1, 3, H, W] of 0-1 each.

        Raises:
            MediaError: there are too few or too many references, or what belongs together differs in number or size.
        """
        drawings = reference_drawings if reference_drawings is not None else [None] * len(references)
        if not 1 <= len(references) <= MOST_REFERENCES or not len(references) == len(reference_labels) == len(drawings):
            raise MediaError(
                f"{len(references)} references, {len(reference_labels)} label maps, {len(drawings)} drawings: give 1 "
                f"to {MOST_REFERENCES} references with a label map each"
            )
        seen = [self._places(*one) for one in zip(references, reference_labels, drawings, strict=True)]
        joined = Places(torch.cat([one.features for one in seen], 1), torch.cat([one.keys for one in seen], 1))
        weights: PainterWeights = self._networks.weight_generator(joined)
        return weights

    @torch.inference_mode()
    def paint(
        self,
        weights: PainterWeights,
        labels: Tensor,
        drawing: Tensor,
        previous: Tensor | None = None,
        flow: Tensor | None = None,
    ) -> Tensor:
        """The next frame; without a frame before, the first of a shot.

        Args:
            weights: of `weights_of`.
            labels: what the frame shows, numbers of `schemas.scene.LABELS`, or of tones. Shapes: [1, H, W].
            drawing: the flat drawing of the frame. Shapes: [1, 3, H, W] of 0-1.
            previous: the frame before, as it was painted. Shapes: [1, 3, H, W] of 0-1.
            flow: where in the frame before each pixel was, relative to its place, right and down, in pixels.
                Shapes: [1, 2, H, W].

        Returns:
            The frame. Shapes: [1, 3, H, W] of 0-1, on the device.

        Raises:
            MediaError: sizes do not fit each other or the network, a label is none, or only one of the frame before
                and the flow is given.
        """
        self._check(labels, drawing, previous, flow)
        drawing = drawing.to(self._device)
        condition = torch.cat((one_hot(labels.to(self._device)), drawing), 1)
        painted: Tensor = self._networks.generator(weights, condition)
        if previous is not None and flow is not None:
            before, moved = previous.to(self._device), flow.to(self._device, torch.float32)
            painted = laid_over(self._networks.mask, painted, drawing, before, moved)
        return painted.clamp_(0, 1)

    def _places(self, reference: Tensor, labels: Tensor, drawing: Tensor | None) -> Places:
        """What is seen of a reference, scaled to the size at which references are looked at."""
        config = self._networks.config
        self._check(labels, reference, None, None, step_px=1)
        if drawing is not None and drawing.shape != reference.shape:
            raise MediaError(f"a drawing of {tuple(drawing.shape)} is not that of a {tuple(reference.shape)} reference")
        height, width = reference.shape[2:]
        step, scale = 2 ** len(config.reference_widths), config.reference_px / max(height, width)
        size = [max(step, round(side * scale / step) * step) for side in (height, width)]
        small, hot = (_scaled(x.to(self._device), size) for x in (reference, one_hot(labels)))
        flat = _scaled(drawing.to(self._device), size) if drawing is not None else torch.zeros_like(small)
        drawn = torch.full((1, 1, 1, 1), float(drawing is not None), device=self._device)
        places: Places = self._networks.weight_generator.places(small, hot, flat, drawn)
        return places

    def _check(
        self, labels: Tensor, drawing: Tensor, previous: Tensor | None, flow: Tensor | None, step_px: int = 0
    ) -> None:
        step = step_px or self.step_px
        height, width = (*drawing.shape, 0, 0)[2:4]
        if drawing.ndim != 4 or drawing.shape[:2] != (1, 3) or height % step or width % step:
            raise MediaError(
                f"a picture of {tuple(drawing.shape)} cannot be painted: it must be [1, 3, H, W] with sides that are "
                f"multiples of {step}"
            )
        if min(height, width) < SMALLEST_PX or height * width > LARGEST_PIXELS:
            raise MediaError(
                f"{width}x{height} px cannot be painted: sides from {SMALLEST_PX}, at most {LARGEST_PIXELS} pixels"
            )
        if labels.shape != (1, height, width) or int(labels.max()) >= LABELS or int(labels.min()) < 0:
            raise MediaError(
                f"a label map of {tuple(labels.shape)} does not fit: it must be [1, {height}, {width}] of labels below "
                f"{LABELS}"
            )
        if (previous is None) != (flow is None):
            raise MediaError("the frame before and the flow belong together: give both, or neither for a first frame")
        if previous is not None and flow is not None and (
            previous.shape != drawing.shape or flow.shape != (1, 2, height, width)
        ):  # fmt: skip
            raise MediaError(
                f"a frame before of {tuple(previous.shape)} and a flow of {tuple(flow.shape)} do not fit "
                f"{width}x{height} px"
            )


def one_hot(labels: Tensor) -> Tensor:
    """A map for each label. Shapes: [N, H, W] of label numbers -> [N, LABELS, H, W] of 0 and 1."""
    numbers = torch.arange(LABELS, dtype=torch.uint8, device=labels.device)[None, :, None, None]
    return (labels[:, None].to(torch.uint8) == numbers).float()


def _scaled(picture: Tensor, size: list[int]) -> Tensor:
    if list(picture.shape[2:]) == size:
        return picture
    return F.interpolate(picture, size, mode="bilinear", antialias=True, align_corners=False)


def load_few_shot(path: Path, *, device: str = "cpu") -> FewShotPainter:
    """The painter whose weights a safetensors file holds.

    Raises:
        CheckpointError: it is not there, cannot be read, or holds something else.
    """
    from models.film.few_shot.keeping import load_networks

    return FewShotPainter(load_networks(path), device)
