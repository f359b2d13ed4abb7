"""What every training of a composing network does with its loss: a rate that rises and falls, and a step downhill."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer


def rate_at(step: int, *, warm_up: int, steps: int, least: float = 0.05) -> float:
    """Share of the highest learning rate at a step: a warm-up in a line, then half a cosine.

    Args:
        step: counted from 0.
        warm_up: steps until the highest rate is reached.
        steps: of the whole schedule.
        least: what the cosine ends at, 0 to 1.
    """
    if step < warm_up:
        return (step + 1) / warm_up
    progress = min(1.0, (step - warm_up) / max(1, steps - warm_up))
    return least + (1.0 - least) * 0.5 * (1.0 + math.cos(math.pi * progress))


def descend(model: nn.Module, optimizer: Optimizer, loss: Tensor, rate: float) -> float:
    """One step of a learning rate down the gradient of a loss, its norm at most 1; returns the loss as a number."""
    import torch

    for group in optimizer.param_groups:
        group["lr"] = rate
    optimizer.zero_grad(set_to_none=True)
    torch.autograd.backward(loss)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    return float(loss.detach())
