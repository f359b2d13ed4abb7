"""The tensors of a file in memory, whichever form it has."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.checkpoints.budget import Limits
from models.checkpoints.reading import read_checkpoint
from models.checkpoints.values import StoredTensor
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import torch


def read_weights(path: Path, group: str = "") -> dict[str, torch.Tensor]:
    """The tensors of a safetensors file, or those of a group of a torch file or pickle; '' for those at its top.

    Raises:
        CheckpointError: the file cannot be read safely, or holds no such group.
    """
    if path.suffix == ".safetensors":
        return _safetensors(path)
    checkpoint = read_checkpoint(path)
    if group:
        return checkpoint.tensors(group)
    return {str(name): value.torch() for name, value in checkpoint.at().items() if isinstance(value, StoredTensor)}


def _safetensors(path: Path) -> dict[str, torch.Tensor]:
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    most = Limits().file_bytes
    try:
        if path.stat().st_size > most:
            raise CheckpointError(f"{path.name} has {path.stat().st_size:,} bytes: at most {most:,} are read")
        found: dict[str, torch.Tensor] = load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise CheckpointError(f"{path.name} is a damaged safetensors file ({error}): get it again") from error
    return found
