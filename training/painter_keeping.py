"""What of a painter's training is kept on disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from training.keeping import keep_state, restore_state

if TYPE_CHECKING:
    import torch
    from torch import nn

    from training.painter_steps import PainterState

_COUNTED = ("step", "path_length", "best", "seconds", "told")


def write_state(state: PainterState, file: Path) -> None:
    """Writes all that a training goes on from."""
    facts = {name: getattr(state, name) for name in _COUNTED} | {"steering": vars(state.steering)}
    keep_state(file, _networks(state), _optimizers(state), facts)


def read_state(state: PainterState, file: Path) -> None:
    """Puts what a file holds into a state of the same settings.

    Raises:
        CheckpointError: the file cannot be read, or is the state of another training.
    """
    facts = restore_state(file, _networks(state), _optimizers(state))
    for name in _COUNTED:
        setattr(state, name, facts[name])
    vars(state.steering).update(facts["steering"])


def _networks(state: PainterState) -> dict[str, nn.Module]:
    networks = state.networks
    return {"generator": networks.generator, "discriminator": networks.discriminator, "average": state.average}


def _optimizers(state: PainterState) -> dict[str, torch.optim.Adam]:
    return {
        "generator_optimizer": state.generator_optimizer,
        "discriminator_optimizer": state.discriminator_optimizer,
    }
