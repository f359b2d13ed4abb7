"""Opens a StyleGAN2 generator, whichever program wrote it: ours, rosinality's or NVlabs'. Nothing in a file is run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from models.checkpoints.nvlabs import generator_of
from models.checkpoints.reading import Checkpoint, named_tensors, read_checkpoint
from models.checkpoints.values import ForeignObject, StoredTensor
from models.pictures.stylegan2.checkpoint import load_stylegan2
from models.pictures.stylegan2.nvlabs import from_nvlabs
from models.pictures.stylegan2.rosinality import from_rosinality
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from models.pictures.stylegan2.generator import Generator


def open_stylegan2(path: Path, *, device: str = "cpu") -> Generator:
    """The generator in our `.safetensors`, in rosinality's `.pt` (g_ema, else g) or in NVlabs' `.pkl` (G_ema, else G).

    Raises:
        CheckpointError: the file is missing, refused, damaged, or holds no StyleGAN2.
    """
    if path.suffix == ".safetensors":
        return load_stylegan2(path, device=device)
    return from_checkpoint(read_checkpoint(path)).to(device)


def find_stylegan2(model: str, models_dir: Path) -> Generator:
    """The generator of a registered name such as 'cover:paintings', or of a file on this machine.

    Raises:
        CheckpointError: there is neither such a model here nor such a file, or it is no StyleGAN2.
    """
    from models import registry

    path = Path(model).expanduser()
    if path.is_file() or (path.suffix in (".safetensors", ".pt", ".pth", ".pkl") and ":" not in model):
        return open_stylegan2(path)
    found = registry.path(model, models_dir)
    return open_stylegan2(next(iter(sorted(found.glob("*.safetensors"))), found) if found.is_dir() else found)


def from_checkpoint(checkpoint: Checkpoint) -> Generator:
    """The generator in a foreign checkpoint that is read.

    Raises:
        CheckpointError: it holds no StyleGAN2, or one that ours cannot be made equal to; the message says why.
    """
    tree = checkpoint.tree
    if isinstance(tree, Mapping):
        for which in ("g_ema", "g"):
            if isinstance(tree.get(which), Mapping) and not isinstance(tree[which], ForeignObject):
                return _rosinality(checkpoint, which)
        if "style.1.weight" in tree:
            return from_rosinality(checkpoint.tensors())
    found = generator_of(checkpoint)
    return from_nvlabs({name: stored.torch() for name, stored in found.state.items()}, found.init_kwargs, found.options)


def _rosinality(checkpoint: Checkpoint, which: str) -> Generator:
    average = checkpoint.tree.get("latent_avg")
    rate = _argument(checkpoint.tree.get("args"), "lr_mlp", 0.01)
    state = {name: stored.torch() for name, stored in named_tensors(checkpoint.at(which)).items()}
    return from_rosinality(state, average.torch() if isinstance(average, StoredTensor) else None, mapping_rate=rate)


def _argument(arguments: object, name: str, default: float) -> float:
    """A number among the arguments of a training run, where the file keeps them."""
    facts = arguments.state if isinstance(arguments, ForeignObject) else arguments
    value = facts.get(name, default) if isinstance(facts, Mapping) else default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise CheckpointError(f"the argument {name} of this checkpoint is no number: {str(value)[:100]}")
    return float(value)
