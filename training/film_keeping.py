"""What of a film painter's training is kept on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from training.keeping import keep_state, restore_state

if TYPE_CHECKING:
    import torch
    from torch import nn

    from training.film_steps import FilmState

_COUNTED = ("step", "best", "seconds", "told")


def write_state(state: FilmState, file: Path) -> None:
    """Writes all that a training goes on from."""
    keep_state(file, _networks(state), _optimizers(state), {name: getattr(state, name) for name in _COUNTED})


def read_state(state: FilmState, file: Path) -> None:
    """Puts what a file holds into a state of the same settings.

    Raises:
        CheckpointError: the file cannot be read, or is the state of another training.
    """
    facts = restore_state(file, _networks(state), _optimizers(state))
    for name in _COUNTED:
        setattr(state, name, facts[name])


def _networks(state: FilmState) -> dict[str, nn.Module]:
    networks: dict[str, nn.Module] = {"network": state.network, "average": state.average}
    return networks if state.critics is None else {**networks, "critics": state.critics}


def _optimizers(state: FilmState) -> dict[str, torch.optim.Adam]:
    if state.critics is None:
        return {"optimizer": state.optimizer}
    return {"optimizer": state.optimizer, "critics_optimizer": state.critics.optimizer}
