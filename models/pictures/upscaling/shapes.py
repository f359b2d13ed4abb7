"""What the readers of upscalers' weights have in common: shapes asked for by name, weights that fit exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import torch
from torch import Tensor, nn

from schemas.errors import CheckpointError

Network = TypeVar("Network", bound=nn.Module)


def shape_of(state: Mapping[str, Tensor], name: str, rank: int) -> tuple[int, ...]:
    """The shape of a weight of so many axes.

    Raises:
        CheckpointError: there is no such weight, or it has another number of axes.
    """
    if name not in state:
        raise CheckpointError(f"the weights hold no {name}: they are of another network")
    shape = tuple(state[name].shape)
    if len(shape) != rank:
        raise CheckpointError(f"{name} has the shape {list(shape)}; {rank} axes were expected")
    return shape


def load_exactly(network: nn.Module, state: Mapping[str, Tensor], kind: str) -> None:
    """Puts weights into a network that has exactly these, in float32.

    Raises:
        CheckpointError: some are missing, too many, not finite, or of another shape.
    """
    wanted = network.state_dict()
    missing, unknown = sorted(wanted.keys() - state.keys()), sorted(state.keys() - wanted.keys())
    if missing or unknown:
        raise CheckpointError(
            f"the weights are not those of {kind}: {len(missing)} missing ({', '.join(missing[:3]) or 'none'}), "
            f"{len(unknown)} unknown ({', '.join(unknown[:3]) or 'none'})"
        )
    for name, value in wanted.items():
        if state[name].shape != value.shape:
            raise CheckpointError(
                f"{name} has the shape {list(state[name].shape)}; {kind} of this size has {list(value.shape)}"
            )
        if not state[name].isfinite().all():
            raise CheckpointError(f"{name} holds values that are not finite: the file is damaged")
    network.load_state_dict({name: state[name].float() for name in wanted})


def at_rest(network: Network) -> Network:
    """The network, to be used and not trained, its convolutions laid out with channels last: faster on a CPU."""
    for weight in network.parameters():
        weight.requires_grad_(False)
        if weight.dim() == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
    network.eval()
    return network
