"""Training a painter as a flow: a folder of pictures becomes weights with a card, and goes on after any stop.

It is for the command line and for programs: a folder's path never comes by API or page, so no deployment names it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from prefect import flow

from flows.prefect_safety import forbid_pickled_results, set_defaults
from training.painter_settings import PainterTraining, Progress
from training.settings import read_settings

Report = Callable[[Progress], None]

__all__ = ["Progress", "train_here", "train_painter"]

WEIGHTS = "painter.safetensors"
"""The name of the weights in the folder of a training; its sheet, figures and card are called alike."""


@flow(name="train-painter", persist_result=False, validate_parameters=False)
def train_painter(
    pictures: Path,
    out: Path,
    *,
    minutes: float = 20.0,
    resolution: int | None = None,
    settings: dict[str, Any] | None = None,
    report: Report | None = None,
) -> Path:
    """Train on a folder of pictures for so many minutes, or go on with the training that the other folder holds.

    Args:
        pictures: any folder; those in folders inside it count too.
        out: the folder of the training.
        minutes: of this run. Stop it when you like: the same parameters go on where it was.
        resolution: edge in pixels, a power of two; 64, or what the settings say, where it is left out.
        settings: further fields of `training.painter_settings.PainterTraining`.
        report: told where the training stands after each step.

    Returns:
        The weights of the painter that was nearest to held-out pictures, with `.png`, `.json` and `.md` beside them;
        for a DCGAN, the folder of the training.

    Raises:
        SettingsError: a setting does not exist, is out of its bounds, or differs from those the training began with.
        MediaError: the pictures cannot be used.
        CheckpointError: the state that is there cannot be gone on from.
    """
    from training.painter import train

    forbid_pickled_results()
    given: dict[str, Any] = {"minutes": minutes, "pictures": pictures, "out": out}
    if resolution is not None:
        given["resolution"] = resolution
    config = PainterTraining.of({**(settings or {}), **given})
    train(config, report)
    return _export(config) if config.architecture == "stylegan2" else config.out


def _export(config: PainterTraining) -> Path:
    from training.painter_export import export

    out = config.out / WEIGHTS
    export(config.out, config.pictures, out, beside={}, notes={"source": f"a folder called {config.pictures.name}"})
    return out


def train_here(
    home: Path,
    pictures: Path,
    out: Path,
    *,
    file: Path | None = None,
    settings: dict[str, Any] | None = None,
    **parameters: Any,  # noqa: ANN401
) -> Path:
    """`train_painter` from the command line: with a Prefect server of our own, where none is there already.

    `file` is a TOML file of settings, under those that are given beside it.

    Raises:
        HibariError: as `train_painter`.
    """
    settings = {**(read_settings(file) if file is not None else {}), **(settings or {})}
    set_defaults()
    from flows.server import LocalServer, existing_server

    with ExitStack() as stack:
        if existing_server() is None:
            server = LocalServer(home)
            stack.callback(server.close)
            server.wait()
            stack.enter_context(server.connected())
        made: Path = train_painter(pictures, out, settings=settings, **parameters)
        return made
