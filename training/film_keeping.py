"""The state of a film painter's training on disk, written under another name, then moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from schemas.errors import CheckpointError
from training.painter_keeping import write_tensors

if TYPE_CHECKING:
    from training.film_steps import FilmState

STATE = "state.safetensors"
BEST = "best.safetensors"
LOG = "log.jsonl"

_COUNTED = ("step", "best", "seconds", "told")


def write_state(state: FilmState, file: Path) -> None:
    """Writes all that a training goes on from. Chance is no part of it: each step has its own."""
    tensors: dict[str, Tensor] = {}
    for name, network in _networks(state).items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in _optimizers(state).items():
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": torch.as_tensor(value) for key, value in moments.items()}
    facts = {name: getattr(state, name) for name in _COUNTED}
    write_tensors(tensors, file, {"facts": json.dumps(facts)})


def read_state(state: FilmState, file: Path) -> None:
    """Puts what a file holds into a state of the same settings.

    Raises:
        CheckpointError: the file cannot be read, or is the state of another training.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="pt") as opened:
            facts = json.loads((opened.metadata() or {})["facts"])
            tensors = {name: opened.get_tensor(name) for name in opened.keys()}  # noqa: SIM118
        for name, network in _networks(state).items():
            network.load_state_dict(_under(tensors, name))
        for name, optimizer in _optimizers(state).items():
            kept = optimizer.state_dict()
            kept["state"] = {}
            for key, tensor in _under(tensors, name).items():
                index, _, moment = key.partition(".")
                kept["state"].setdefault(int(index), {})[moment] = tensor
            optimizer.load_state_dict(kept)
        for name in _COUNTED:
            setattr(state, name, facts[name])
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{file} is not a state that this training can go on from ({str(error)[:200]}): name another folder"
        ) from error


def _networks(state: FilmState) -> dict[str, nn.Module]:
    networks: dict[str, nn.Module] = {"network": state.network, "average": state.average}
    return networks if state.critics is None else {**networks, "critics": state.critics}


def _optimizers(state: FilmState) -> dict[str, torch.optim.Adam]:
    if state.critics is None:
        return {"optimizer": state.optimizer}
    return {"optimizer": state.optimizer, "critics_optimizer": state.critics.optimizer}


def _under(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
    return {key.removeprefix(f"{name}."): value for key, value in tensors.items() if key.startswith(f"{name}.")}
