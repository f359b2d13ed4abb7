"""The state of a MusicVAE's training on disk: network, optimizer, step and best loss."""

from __future__ import annotations

import logging
from pathlib import Path

import torch
from torch import nn

log = logging.getLogger(__name__)


def keep(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer, step: int, best: float) -> None:
    """Writes the whole state by way of a temporary name."""
    from safetensors.torch import save_file

    tensors = {f"model.{name}": value for name, value in model.state_dict().items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": torch.as_tensor(value) for name, value in moments.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"step": str(step), "best": repr(best)})
    part.replace(path)


def restore(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> tuple[int, float] | None:
    """Puts a kept state back; its step and best loss, None where there is nothing to go on from."""
    from safetensors import safe_open

    if not path.exists():
        log.info("nothing to resume at %s: begins anew", path.name)
        return None
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata()
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    model.load_state_dict({n.removeprefix("model."): t for n, t in tensors.items() if n.startswith("model.")})
    kept = optimizer.state_dict()
    kept["state"] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, moment = name.split(".")
            kept["state"].setdefault(int(index), {})[moment] = tensor
    optimizer.load_state_dict(kept)
    return int(metadata["step"]), float(metadata["best"])
