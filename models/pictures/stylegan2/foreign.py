"""What the readers of foreign StyleGAN2 checkpoints share: names, sizes and filters read off plain tensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from models.pictures.stylegan2.checkpoint import assemble, check_shapes, generator_shapes
from models.pictures.stylegan2.config import StyleGAN2Config
from models.pictures.stylegan2.generator import Generator
from schemas.errors import CheckpointError

_FILTERS = (".resample_filter", ".blur.kernel", ".upsample.kernel")


def convert(config: StyleGAN2Config, state: Mapping[str, Tensor], names: Mapping[str, str], what: str) -> Generator:
    """A generator whose weight `ours` is the tensor called `names[ours]`, but for axes of length 1.

    Raises:
        CheckpointError: a tensor is missing, left over or of another shape; the message gives the names of `state`.
    """
    shapes = generator_shapes(config)
    found = {ours: fit(state[theirs], shapes[ours]) for ours, theirs in names.items() if theirs in state}
    left = [key for key in state if key not in set(names.values()) and not key.endswith(_FILTERS)]
    check_shapes({key: tuple(value.shape) for key, value in found.items()}, config, what, names, left)
    return assemble(config, found, what)


def filters_of(state: Mapping[str, Tensor]) -> list[Tensor]:
    """The resampling filters that a checkpoint stores at every layer."""
    return [value for key, value in state.items() if key.endswith(_FILTERS)]


def fit(tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    """A tensor in a shape that differs from its own in axes of length 1 alone; any other comes back as it was."""
    same = [size for size in tensor.shape if size != 1] == [size for size in shape if size != 1]
    return tensor.reshape(shape) if same else tensor


def shape_of(state: Mapping[str, Tensor], key: str, axes: int, what: str) -> tuple[int, ...]:
    """The shape of a tensor that must be there with so many axes.

    Raises:
        CheckpointError: it is missing, or has another number of axes.
    """
    if key not in state:
        raise CheckpointError(f"{what} lacks {key}: it is cut short, or of another architecture")
    if state[key].ndim != axes:
        raise CheckpointError(f"{key} has {state[key].ndim} axes in {what}, where a StyleGAN2's has {axes}")
    return tuple(state[key].shape)


def count_layers(state: Mapping[str, Tensor], pattern: str, first: int) -> int:
    """How many of `pattern`'s names are there, counted from `first` on without a gap."""
    count = 0
    while pattern.format(first + count) in state:
        count += 1
    return count


def separable_taps(filters: Iterable[Tensor], what: str) -> tuple[float, ...]:
    """The taps in one direction, of a sum of 1, that all filters of a checkpoint share; the paper's where it has none.

    A filter of one tap becomes (0, 1), which is the same one at the place where both original programs put it.

    Raises:
        CheckpointError: the filters differ, or are no product of one filter in both directions.
    """
    found: list[Tensor] = []
    for stored in filters:
        kernel = stored.double()
        total = float(kernel.sum()) if kernel.ndim in (1, 2) and kernel.numel() <= 32 * 32 else 0.0
        if not abs(total) > 1e-6 or not torch.isfinite(kernel).all():
            raise CheckpointError(f"{what} holds a resampling filter of shape {tuple(kernel.shape)} and sum {total:g}")
        kernel = kernel / total
        taps = kernel if kernel.ndim == 1 else kernel.sum(dim=0)
        whole = kernel if kernel.ndim == 1 else torch.outer(taps, taps)
        if whole.shape != kernel.shape or not torch.allclose(whole, kernel, atol=1e-5):
            raise CheckpointError(f"{what} holds a resampling filter that is not the same one in both directions")
        if found and (found[0].shape != taps.shape or not torch.allclose(found[0], taps, atol=1e-5)):
            raise CheckpointError(f"{what} holds resampling filters that differ from layer to layer")
        found.append(taps)
    if not found:
        return StyleGAN2Config.resample_taps
    shared = tuple(found[0].tolist())
    return shared if len(shared) > 1 else (0.0, *shared)
