"""Weights of our own networks on disk: safetensors, with the form, the sizes and notes in the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance
    from torch import nn

Network = TypeVar("Network", bound="nn.Module")


def save_weights(
    model: nn.Module,
    config: DataclassInstance,
    path: Path,
    *,
    form: str,
    notes: Mapping[str, str] | None = None,
    bits: Literal[16, 32] = 16,
) -> None:
    """Writes weights by way of a temporary name.

    Args:
        model: the network.
        config: its sizes, a dataclass that JSON can hold.
        path: of the file; an old one is replaced.
        form: the name and version of what the file holds, which `load_weights` asks for.
        notes: told beside the weights.
        bits: of each weight.

    Raises:
        CheckpointError: a weight is not finite, or too large for its bits.
    """
    import torch
    from safetensors.torch import save_file

    dtype = torch.float16 if bits == 16 else torch.float32
    tensors = {name: value.detach().to("cpu", dtype).contiguous() for name, value in model.state_dict().items()}
    damaged = [name for name, value in tensors.items() if not value.isfinite().all()]
    if damaged:
        raise CheckpointError(f"{damaged[0]} is not finite in {bits} bits: {path.name} is not written")
    metadata = {**(notes or {}), "format": form, "config": json.dumps(asdict(config), sort_keys=True)}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    save_file(tensors, part, metadata=metadata)
    part.replace(path)


def load_weights(
    path: Path,
    *,
    form: str,
    build: Callable[[dict[str, Any]], Network],
    missing: str,
    most_bytes: int = 1 << 29,
) -> Network:
    """The network of a file that `save_weights` wrote, in 32-bit floats on the CPU, not learning.

    Args:
        path: of the file.
        form: what it has to hold.
        build: a network of the sizes that the file tells; what is wrong with them it raises as a ValueError.
        missing: what to tell where there is no such file.
        most_bytes: the largest file that is read.

    Raises:
        CheckpointError: the file is missing, too large, damaged, or of another architecture.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > most_bytes:
            raise CheckpointError(f"{path.name} has {path.stat().st_size:,} bytes: at most {most_bytes:,} are read")
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("format") != form:
                raise CheckpointError(f"{path.name} is {metadata.get('format')!r}, not {form!r}")
            model = build(json.loads(metadata["config"]))
            model.load_state_dict({name: file.get_tensor(name).float() for name in file.keys()})  # noqa: SIM118
    except FileNotFoundError as error:
        raise CheckpointError(f"{missing} (looked for {path})") from error
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{path.name} is damaged or of another architecture: {str(error)[:300]}") from error
    return model.eval()
