"""RIFE's weights: out of the authors' torch file into our own, and from there into the network."""

from __future__ import annotations

import re
from pathlib import Path

import torch

from models.checkpoints.weights import read_weights
from models.film.rife.network import RIFE, RIFEConfig
from schemas.errors import CheckpointError

_PARTS = {"conv0": "enter", "conv1": "flow", "conv2": "mask"}
_NAME = re.compile(r"(?:module\.)?block(\d)\.(conv0|conv1|conv2|convblock(\d))\.(.+)")
_TEACHER = "block_tea."


def load_rife(path: Path, *, device: str = "cpu") -> RIFE:
    """The network of `flow:rife`, from its safetensors file or the folder that holds model.safetensors.

    Raises:
        CheckpointError: it is not there, or holds another network.
    """
    file = path / "model.safetensors" if path.is_dir() else path
    if not file.is_file():
        raise CheckpointError(f"{file} is not there: run `hibari models pull flow:rife`")
    tensors = read_weights(file)
    entry = tensors.get("blocks.0.enter.1.0.weight")
    width = entry.shape[0] if entry is not None and entry.ndim == 4 else 0
    if not 2 <= width <= 1024 or any(not torch.isfinite(value).all() for value in tensors.values()):
        raise CheckpointError(f"{file.name} does not hold RIFE's flow network: run `hibari models pull flow:rife`")
    with torch.device("meta"):
        network = RIFE(RIFEConfig(width=width))
    try:
        network.load_state_dict({name: value.float() for name, value in tensors.items()}, assign=True)
    except RuntimeError as error:
        raise CheckpointError(f"{file.name} does not hold RIFE's flow network ({str(error)[:200]})") from error
    return network.eval().requires_grad_(False).to(device)


def convert_rife(source: Path, target: Path) -> None:
    """Write the authors' `flownet.pkl` (a torch file) as safetensors under our names, without the teacher.

    Raises:
        CheckpointError: the file is damaged, or holds another network.
    """
    from safetensors.torch import save_file

    tensors = {}
    for name, value in read_weights(source).items():
        if name.removeprefix("module.").startswith(_TEACHER):
            continue
        found = _NAME.fullmatch(name)
        if not found:
            raise CheckpointError(f"{source.name} holds {name[:80]}: it is no flow network of RIFE's third version")
        block, part, pair, rest = found.groups()
        ours = f"pairs.{pair}" if pair else _PARTS[part]
        tensors[f"blocks.{block}.{ours}.{rest}"] = value.contiguous()
    with torch.device("meta"):
        wanted = {name: value.shape for name, value in RIFE().state_dict().items()}
    if {name: value.shape for name, value in tensors.items()} != wanted:
        raise CheckpointError(f"{source.name} holds {len(tensors)} tensors of a flow network, not RIFE's {len(wanted)}")
    save_file(tensors, target, metadata={"format": "pt"})
