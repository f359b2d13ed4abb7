"""The generator out of an NVIDIA StyleGAN2-ADA or StyleGAN3-repository `.pkl`.

Those files pickle whole networks with `torch_utils.persistence`: the class's source, its name and its attributes. The
attributes are all that is taken; the source is neither compiled, run nor kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from models.checkpoints.budget import Limits
from models.checkpoints.reading import Checkpoint, module_tensors, networks_in, read_checkpoint
from models.checkpoints.values import ForeignObject, StoredTensor
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import torch

WANTED = ("G_ema", "G")
"""The networks of such a file that paint, the better first."""


@dataclass(frozen=True)
class ForeignGenerator:
    """A generator as it lies in the file.

    Attributes:
        state: its tensors by the names of its `state_dict`.
        init_kwargs: the named arguments it was built with.
        which: its name in the file, G_ema or G.
        options: plain attributes of each network in it, e.g. 'synthesis.b8.architecture'.
    """

    state: dict[str, StoredTensor]
    init_kwargs: dict[str, Any]
    which: str
    options: dict[str, Any]


def nvlabs_generator(path: Path, limits: Limits | None = None) -> tuple[dict[str, torch.Tensor], dict[str, Any], str]:
    """The generator's tensors in memory, the named arguments it was built with, and its name in the file.

    Raises:
        CheckpointError: the file is no such pickle, or cannot be read safely.
    """
    found = generator_of(read_checkpoint(path, limits))
    return {name: stored.torch() for name, stored in found.state.items()}, found.init_kwargs, found.which


def generator_of(checkpoint: Checkpoint) -> ForeignGenerator:
    """The generator that paints best, out of a file that is read: G_ema, else G.

    Raises:
        CheckpointError: there is none.
    """
    tree = checkpoint.tree
    found = {name: tree[name] for name in WANTED if isinstance(tree.get(name), ForeignObject)} if _is_map(tree) else {}
    if isinstance(tree, ForeignObject):
        found = {"G_ema": tree}
    if not found:
        held = ", ".join(str(key)[:40] for key in list(tree)[:8]) if _is_map(tree) else type(tree).__name__
        raise CheckpointError(f"{checkpoint.path.name} holds no generator G_ema or G of NVIDIA's: it holds {held}")
    which, module = next(iter(found.items()))
    kwargs = module.state.get("_init_kwargs")
    return ForeignGenerator(
        state=module_tensors(module),
        init_kwargs=dict(kwargs) if isinstance(kwargs, Mapping) else {},
        which=which,
        options=_options(module),
    )


def _is_map(tree: object) -> bool:
    return isinstance(tree, Mapping)


def _options(module: ForeignObject) -> dict[str, Any]:
    """Plain attributes of a network and those inside it, under dotted names."""
    return {
        f"{prefix}{name}": value
        for prefix, part in networks_in(module)
        for name, value in part.state.items()
        if not str(name).startswith("_") and isinstance(value, str | int | float | list | type(None))
    }
