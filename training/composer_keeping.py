"""The state of a composer's training on disk: weights, the optimizer's moments, the step and the best loss."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.errors import CheckpointError

if TYPE_CHECKING:
    from training.composer import State

log = logging.getLogger(__name__)


def keep_state(state: State, path: Path) -> None:
    """Writes the whole state by way of a temporary name."""
    import torch
    from safetensors.torch import save_file

    tensors = {f"model.{name}": value.cpu() for name, value in state.model.state_dict().items()}
    for index, moments in state.optimizer.state_dict()["state"].items():
        tensors |= {f"optimizer.{index}.{name}": torch.as_tensor(value).cpu() for name, value in moments.items()}
    part = path.with_suffix(".part")
    save_file(tensors, part, metadata={"step": str(state.step), "best": repr(state.best)})
    part.replace(path)


def restore_state(state: State, path: Path) -> None:
    """Goes back to a kept state; begins anew where there is none.

    Raises:
        CheckpointError: the state is damaged, or of a training with other sizes.
    """
    from safetensors import SafetensorError, safe_open

    if not path.exists():
        log.info("nothing to resume at %s: begins anew", path.name)
        return
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        state.step, state.best = int(metadata["step"]), float(metadata["best"])
        state.model.load_state_dict({n.removeprefix("model."): t for n, t in tensors.items() if n.startswith("model.")})
    except (SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise CheckpointError(f"{path.name} is damaged or of other sizes; train without --resume: {error}") from error
    kept = state.optimizer.state_dict()
    kept["state"] = {}
    for name, tensor in tensors.items():
        if name.startswith("optimizer."):
            _, index, moment = name.split(".")
            kept["state"].setdefault(int(index), {})[moment] = tensor
    state.optimizer.load_state_dict(kept)
