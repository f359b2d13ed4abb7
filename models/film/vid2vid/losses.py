"""What vid2vid is trained for: to be taken for real, to have a film's flow, and to move as the labels move.

Paper: arXiv:1808.06601, section 3 (equation 3 and the flow loss below it) and appendix A; feature matching from
arXiv:1711.11585, section 3.2; least squares for the two critics from arXiv:1611.04076.

Where we differ: the authors' loss of VGG features is no part of it (it needs the weights of an image classifier);
every term comes back unweighted, and `LossWeights` holds what the authors multiply each with. As they do, let the
critic of pictures judge the picture painted anew (`image_raw`) beside the frame, and add both.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from models.film.vid2vid.discriminators import Judgement
from models.film.warping import warp


@dataclass(frozen=True)
class LossWeights:
    """What each term counts beside the critics' own answers, as in the authors' program."""

    features: float = 10.0
    flow: float = 10.0
    warping: float = 10.0


def least_squares(judged: Judgement, *, real: bool) -> Tensor:
    """How far a critic's answers are from 1 (`real`) or 0, squared: the mean over places, summed over scales.

    For the critic: real pictures as real, painted ones as not. For the painter: its own pictures as real.
    """
    aim = 1.0 if real else 0.0
    return torch.stack([(features[-1] - aim).square().mean() for features in judged]).sum()


def critic_loss(judged_real: Judgement, judged_painted: Judgement) -> Tensor:
    """What a critic is trained to lessen. Give it painted pictures that are detached from the painter."""
    return 0.5 * (least_squares(judged_real, real=True) + least_squares(judged_painted, real=False))


def feature_matching(judged_painted: Judgement, judged_real: Judgement) -> Tensor:
    """How far a critic's features of painted pictures are from those of the real ones: mean absolute differences.

    Each layer counts 4 / layers of a scale, each scale equally; the real ones teach and are not moved.
    """
    total = judged_painted[0][-1].new_zeros(())
    for painted, real in zip(judged_painted, judged_real, strict=True):
        share = 4.0 / ((len(painted) - 1) * len(judged_painted))
        for ours, theirs in zip(painted[:-1], real[:-1], strict=True):
            total = total + share * F.l1_loss(ours, theirs.detach())
    return total


def masked_l1(found: Tensor, wanted: Tensor, confidence: Tensor) -> Tensor:
    """Mean absolute difference, each place counted as far as it is trusted (the mean is over all places).

    Shapes: found, wanted [N, C, H, W]; confidence [N, 1, H, W] in 0..1.
    """
    return ((found - wanted).abs() * confidence).mean()


def flow_loss(flow: Tensor, reference: Tensor, confidence: Tensor) -> Tensor:
    """How far a flow is from the one that is taken for true, in pixels.

    Shapes: flow, reference [N, 2, H, W] in pixels; confidence [N, 1, H, W] in 0..1.
    """
    return masked_l1(flow, reference, confidence)


def warping_loss(previous: Tensor, current: Tensor, flow: Tensor, confidence: Tensor) -> Tensor:
    """How far the frame before, moved along a flow, is from the frame itself.

    With real frames and the network's own flow it trains the flow; with painted frames and the true flow, the current
    frame given and the moved one detached, it trains painted frames to follow each other (`temporal_loss`).

    Shapes: previous, current [N, C, H, W] in -1..1; flow [N, 2, H, W] in pixels; confidence [N, 1, H, W] in 0..1.
    """
    return masked_l1(warp(previous, flow), current, confidence)


def temporal_loss(painted_before: Tensor, painted: Tensor, true_flow: Tensor, confidence: Tensor) -> Tensor:
    """How far a painted frame is from the painted frame before it, moved along the true flow; only the later learns.

    Shapes: as for `warping_loss`.
    """
    return masked_l1(painted, warp(painted_before, true_flow).detach(), confidence)


def weight_loss(weight: Tensor, confidence: Tensor) -> Tensor:
    """How much is painted anew where the flow can be trusted: there the moved frame should do.

    Shapes: weight [N, 1, H, W] in 0..1, 1 where all is painted anew; confidence [N, 1, H, W] in 0..1.
    """
    return (weight * confidence).mean()


def flow_confidence(before: Tensor, after: Tensor, flow: Tensor, *, most: float = 0.02) -> Tensor:
    """Where a flow can be trusted: 1 where the moved frame is like the frame itself, else 0.

    `most` bounds the sum over colours of the squared difference: the authors' 0.02 is for pictures in -1..1 (a quarter
    of it is the same for pictures in 0..1).

    Shapes: before, after [N, C, H, W]; flow [N, 2, H, W] in pixels -> [N, 1, H, W].
    """
    gap = (after - warp(before, flow)).square().sum(1, keepdim=True)
    return (gap < most).to(before.dtype)
