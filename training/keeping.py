"""The state of a training on disk, and its log. Everything is written under another name, then moved."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from torch import Tensor, nn
    from torch.optim import Optimizer

log = logging.getLogger(__name__)

STATE = "state.safetensors"
BEST = "best.safetensors"
LOG = "log.jsonl"


def keep_state(
    file: Path, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer], facts: Mapping[str, Any]
) -> None:
    """Writes all that a training goes on from; its chance is no part of it, for each step has its own.

    Args:
        file: replaced by way of a temporary name.
        networks: by name.
        optimizers: by other names; their moments are kept.
        facts: what is counted besides, as JSON holds it.
    """
    import torch

    tensors: dict[str, Tensor] = {}
    for name, network in networks.items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in optimizers.items():
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": torch.as_tensor(value) for key, value in moments.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    write_tensors(tensors, file, {"facts": json.dumps(dict(facts))})


def restore_state(file: Path, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]) -> dict[str, Any]:
    """Puts a kept state back into networks and optimizers of the same sizes.

    Returns:
        The facts that were kept.

    Raises:
        CheckpointError: the file cannot be read, or is the state of another training.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            facts: dict[str, Any] = json.loads((opened.metadata() or {})["facts"])
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        for name, network in networks.items():
            network.load_state_dict(_under(tensors, name))
        for name, optimizer in optimizers.items():
            kept = optimizer.state_dict()
            kept["state"] = {}
            for key, tensor in _under(tensors, name).items():
                index, _, moment = key.partition(".")
                kept["state"].setdefault(int(index), {})[moment] = tensor
            optimizer.load_state_dict(kept)
    except (OSError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{file} is not a state that this training can go on from ({str(error)[:200]}): name another folder, or "
            "train without --resume"
        ) from error
    return facts


def restore_if_kept(
    file: Path, networks: Mapping[str, nn.Module], optimizers: Mapping[str, Optimizer]
) -> dict[str, Any] | None:
    """As `restore_state`; None, and a line in the log, where nothing was kept."""
    if file.exists():
        return restore_state(file, networks, optimizers)
    log.info("nothing to resume at %s: begins anew", file.name)
    return None


def write_tensors(tensors: Mapping[str, Tensor], file: Path, metadata: dict[str, str]) -> None:
    """Writes a safetensors file."""
    from safetensors.torch import save_file

    part = file.with_suffix(".part")
    save_file({name: value.detach().cpu().contiguous() for name, value in tensors.items()}, part, metadata=metadata)
    part.replace(file)


def _under(tensors: Mapping[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}


class Log:
    """A file with one JSON record a line. What a killed training logged after its last state is dropped."""

    def __init__(self, file: Path, step: int) -> None:
        self._file = file
        if file.exists():
            kept = [line for line in file.read_text().splitlines() if _step_of(line) <= step]
            part = file.with_suffix(".part")
            part.write_text("".join(f"{line}\n" for line in kept))
            part.replace(file)

    def write(self, record: dict[str, Any]) -> None:
        """Adds a record that holds its step."""
        with self._file.open("a") as out:
            out.write(json.dumps(record) + "\n")


def _step_of(line: str) -> float:
    """The step of a line; a line that was cut short belongs to none that is kept."""
    try:
        return float(json.loads(line)["step"])
    except (ValueError, KeyError, TypeError):
        return float("inf")
