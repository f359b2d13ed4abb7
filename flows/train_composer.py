"""Training a composer as a flow: songs, or a folder of one's own MIDI files, become weights with a card.

It is for the command line and for programs: a folder's path never comes by API or page, so no deployment names it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from prefect import flow

from flows.prefect_safety import forbid_pickled_results, set_defaults
from schemas.errors import SettingsError
from training.composer import Progress, train
from training.composer_corpus import CORPORA, MIDI
from training.composer_settings import ComposerTraining

Report = Callable[[Progress], None]

__all__ = ["Progress", "train_composer", "train_here"]

WEIGHTS = "composer.safetensors"
"""The name of the weights in the folder of a training; its card is called alike."""


@flow(name="train-composer", persist_result=False, validate_parameters=False)
def train_composer(
    out: Path,
    *,
    midi: Path | None = None,
    data: Path | None = None,
    start: Path | None = None,
    minutes: float = 25.0,
    settings: dict[str, Any] | None = None,
    report: Report | None = None,
) -> Path:
    """Train a composer for so many minutes, or go on with the training that the folder holds.

    Args:
        out: the folder of the training.
        midi: a folder of MIDI files, and of folders with more; at least three songs.
        data: the folder of the archives that `training.composer_corpus` names, to learn from too.
        start: weights to begin with, whose sizes the new ones take; the house's are
            `weights/music-transformer.safetensors`. None: chance.
        minutes: of learning in this run. Stop it when you like: the same parameters go on where it was.
        settings: further fields of `training.composer_settings.ComposerTraining`.
        report: told where the training stands after each step.

    Returns:
        The weights that did best on songs that were held out, with their card `.md` beside them: it names the files
        that could not be read, and why.

    Raises:
        SettingsError: a setting does not exist, is out of its bounds, or differs from those the training began with.
        MediaError: there is nothing that can be learned from.
        CheckpointError: the weights to start from, or the state that is there, do not fit.
    """
    from training.composer_card import write_card

    forbid_pickled_results()
    config = _settings(out, midi, data, start, {**(settings or {}), "minutes": minutes})
    train(config, report)
    write_card(config)
    return config.out


def _settings(
    out: Path, midi: Path | None, data: Path | None, start: Path | None, settings: dict[str, Any]
) -> ComposerTraining:
    if midi is None and data is None:
        raise SettingsError("neither midi nor data is given: name a folder of MIDI files or that of the archives")
    own = (MIDI + str(midi.resolve()),) if midi is not None else ()
    known = tuple(settings.get("corpora") or CORPORA) if data is not None else ()
    work = out / "state"
    return ComposerTraining.of(
        {
            **({"sizes": _sizes_of(start)} if start is not None else {}),
            **settings,
            "corpora": (*known, *own),
            "data": data or out,
            "out": out / WEIGHTS,
            "work": work,
            "start": start,
            "resume": (work / "state.safetensors").exists(),
        }
    )


def _sizes_of(weights: Path) -> dict[str, Any]:
    from dataclasses import asdict

    from models.music.tokens import VOCABULARY
    from models.music.transformer import load_music_transformer

    return {**asdict(load_music_transformer(weights).config), "vocabulary": VOCABULARY}


def train_here(home: Path, out: Path, **parameters: Any) -> Path:  # noqa: ANN401
    """`train_composer` from the command line: with a Prefect server of our own, where none is there already.

    Raises:
        HibariError: as `train_composer`.
    """
    set_defaults()
    from flows.server import LocalServer, existing_server

    with ExitStack() as stack:
        if existing_server() is None:
            server = LocalServer(home)
            stack.callback(server.close)
            server.wait()
            stack.enter_context(server.connected())
        made: Path = train_composer(out, **parameters)
        return made
