"""The state of a painter's training on disk, and its log. Everything is written under another name, then moved."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from training.painter_steps import PainterState

STATE = "state.safetensors"
BEST = "best.safetensors"
LOG = "log.jsonl"

_COUNTED = ("step", "path_length", "best", "seconds", "told")


def write_state(state: PainterState, file: Path) -> None:
    """Writes all that a training goes on from."""
    tensors: dict[str, Tensor] = {}
    for name, network in _networks(state).items():
        tensors |= {f"{name}.{key}": value for key, value in network.state_dict().items()}
    for name, optimizer in _optimizers(state).items():
        for index, moments in optimizer.state_dict()["state"].items():
            tensors |= {f"{name}.{index}.{key}": torch.as_tensor(value) for key, value in moments.items()}
    facts = {name: getattr(state, name) for name in _COUNTED} | {"steering": vars(state.steering)}
    write_tensors(tensors, file, {"facts": json.dumps(facts)})


def write_tensors(tensors: dict[str, Tensor], file: Path, metadata: dict[str, str]) -> None:
    """Writes a safetensors file."""
    from safetensors.torch import save_file

    part = file.with_suffix(".part")
    save_file({name: value.detach().cpu().contiguous() for name, value in tensors.items()}, part, metadata=metadata)
    part.replace(file)


def read_state(state: PainterState, file: Path) -> None:
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
        vars(state.steering).update(facts["steering"])
    except (OSError, SafetensorError, KeyError, ValueError, RuntimeError) as error:
        raise CheckpointError(
            f"{file} is not a state that this training can go on from ({str(error)[:200]}): name another folder"
        ) from error


def _networks(state: PainterState) -> dict[str, nn.Module]:
    networks = state.networks
    return {"generator": networks.generator, "discriminator": networks.discriminator, "average": state.average}


def _optimizers(state: PainterState) -> dict[str, torch.optim.Adam]:
    return {
        "generator_optimizer": state.generator_optimizer,
        "discriminator_optimizer": state.discriminator_optimizer,
    }


def _under(tensors: dict[str, Tensor], name: str) -> dict[str, Tensor]:
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
