"""Training a film painter as a flow: shots are drawn and painted, learnt from, and become weights with a card.

It is for the command line and for programs: a folder's path never comes by API or page, so no deployment names it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from prefect import flow

from flows.prefect_safety import forbid_pickled_results, set_defaults
from training.film_settings import FilmTraining, Progress

Report = Callable[[Progress], None]

__all__ = ["Progress", "train_filmmaker", "train_here"]

WEIGHTS = "film-painter.safetensors"
"""The name of the weights in the folder of a training; its sheet, figures and card are called alike."""


@flow(name="train-filmmaker", persist_result=False, validate_parameters=False)
def train_filmmaker(
    out: Path,
    *,
    minutes: float = 40.0,
    shots: int = 360,
    settings: dict[str, Any] | None = None,
    sizes: dict[str, Any] | None = None,
    report: Report | None = None,
) -> Path:
    """Train a film painter for so many minutes, or go on with the training that the folder holds.

    Args:
        out: the folder of the training; its shots are in `shots` inside it, and are made where they are not there.
        minutes: of learning in this run. Stop it when you like: the same parameters go on where it was.
        shots: how many to learn from; a twentieth as many, and at least 4, are held out.
        settings: further fields of `training.film_settings.FilmTraining`.
        sizes: fields of `training.film_sequences.ShotSettings`.
        report: told where the training stands after each step.

    Returns:
        The weights of the painter that was best on held-out shots, with `.png`, `.json` and `.md` beside them.

    Raises:
        SettingsError: a setting does not exist, is out of its bounds, or differs from those the training began with.
        MediaError: the shots cannot be used.
        CheckpointError: style:arbitrary has not been pulled, or the state that is there cannot be gone on from.
    """
    forbid_pickled_results()
    config = FilmTraining.of({**(settings or {}), "minutes": minutes, "shots": out / "shots", "out": out})
    _make_shots(config.shots, shots, sizes or {})
    from training.film_export import export
    from training.filmmaker import train

    train(config, report)
    export(config.out, config.shots, out / WEIGHTS)
    return out / WEIGHTS


def _make_shots(folder: Path, count: int, sizes: dict[str, Any]) -> None:
    """Makes what is missing of the shots."""
    from models import registry
    from models.pictures.style.arbitrary import load_stylist
    from models.pictures.style.looks import load_looks
    from training.film_sequences import make_shots, shot_settings

    settings = shot_settings(sizes)
    stylist = load_stylist(registry.path("style:arbitrary", registry.default_models_dir()))
    looks = load_looks()
    make_shots(folder, max(4, count // 20), looks, stylist, settings, part="held-out")
    make_shots(folder, count, looks, stylist, settings)


def train_here(home: Path, out: Path, **parameters: Any) -> Path:  # noqa: ANN401
    """`train_filmmaker` from the command line: with a Prefect server of our own, where none is there already.

    Raises:
        HibariError: as `train_filmmaker`.
    """
    set_defaults()
    from flows.server import LocalServer, existing_server

    with ExitStack() as stack:
        if existing_server() is None:
            server = LocalServer(home)
            stack.callback(server.close)
            server.wait()
            stack.enter_context(server.connected())
        made: Path = train_filmmaker(out, **parameters)
        return made
