"""A few-shot painter on disk: one safetensors file, half precision, that says its sizes and where it comes from."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from models.film.few_shot.config import FewShotConfig
from models.film.few_shot.painter import FewShotNetworks
from schemas.errors import CheckpointError

FORMAT = "hibari-few-shot-1"
_MOST_BYTES = 1 << 29


def save_few_shot(path: Path, networks: FewShotNetworks, facts: dict[str, Any]) -> None:
    """Writes the weights as float16 by way of a temporary name; the same weights and facts give the same bytes."""
    from safetensors.torch import save_file

    tensors = {name: value.detach().half().contiguous().cpu() for name, value in networks.state_dict().items()}
    told = {**facts, "format": FORMAT, "config": asdict(networks.config)}
    part = path.with_name(f".{path.name}.part")
    save_file(tensors, part, metadata={"hibari": json.dumps(told, sort_keys=True)})
    part.replace(path)


def load_networks(path: Path) -> FewShotNetworks:
    """The networks of a file that `save_few_shot` wrote, in float32.

    Raises:
        CheckpointError: it is missing, damaged, or holds something else.
    """
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > _MOST_BYTES:
            raise CheckpointError(f"{path.name} has {path.stat().st_size:,} bytes: no few-shot painter has that many")
        with safe_open(path, framework="pt") as stored:
            told = json.loads((stored.metadata() or {}).get("hibari", "{}"))
            if told.get("format") != FORMAT:
                raise CheckpointError(f"{path.name} is no few-shot painter of ours: it does not say {FORMAT}")
            tensors = {name: stored.get_tensor(name).float() for name in stored.keys()}  # noqa: SIM118
        networks = FewShotNetworks(_config(told["config"]))
        networks.load_state_dict(tensors)
    except (OSError, SafetensorError, RuntimeError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise CheckpointError(
            f"{path.name} does not hold a few-shot painter ({str(error)[:200]}): restore it from version control"
        ) from error
    if not all(bool(torch.isfinite(tensor).all()) for tensor in tensors.values()):
        raise CheckpointError(f"{path.name} holds numbers that are not finite: restore it from version control")
    return networks


def _config(told: dict[str, Any]) -> FewShotConfig:
    sizes: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return FewShotConfig(**sizes)
