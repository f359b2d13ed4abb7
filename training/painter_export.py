"""Turns the best of a training into weights: a file of our own, a sheet of 64 uncurated pictures, measured figures.

`python -m training.painter export DIR --pictures FOLDER --out weights/NAME.safetensors --beside dcgan=DIR`

Beside the weights lie `NAME.png`, `NAME.json` and a card, `NAME.md`: the painter's distance to held-out pictures, that
of every other that was trained for comparison, of real pictures, blurred pictures and noise. In a card that is there
already only the part between its two marks is written anew.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from models.pictures.stylegan2.checkpoint import save_stylegan2
from models.pictures.stylegan2.generator import Generator
from schemas.errors import CheckpointError, SettingsError
from training.painter import pictures_of
from training.painter_checks import FEATURES, paint_many, write_grid
from training.painter_measures import Measured, Trained, compare, read_trained, table
from training.painter_settings import PainterTraining

_MARKS = ("<!-- measured: written by the export -->", "<!-- end of what is measured -->")

log = logging.getLogger(__name__)


def export(
    folder: Path, pictures: Path, out: Path, *, beside: dict[str, Path], notes: dict[str, str]
) -> list[Measured]:
    """Writes the weights, the sheet and the figures of a training's best generator; answers the figures.

    Raises:
        CheckpointError: the folder holds no StyleGAN2 that has been measured.
        MediaError: the pictures cannot be used.
    """
    best = read_trained(folder, pictures)
    if not isinstance(best.average, Generator):
        raise CheckpointError(f"{folder} holds a {best.config.architecture}: weights are kept of a stylegan2 alone")
    best.average.measure_mean_w()
    painters = {"this painter": best, **{name: read_trained(place, pictures) for name, place in beside.items()}}
    painters = {f"{name}, after {_seen(one):,} pictures": one for name, one in painters.items()}
    rows = compare(pictures_of(best.config), best.config.resolution, painters)
    told = {"pictures_seen": str(_seen(best)), "step": str(best.step), **notes}
    save_stylegan2(out, best.average, notes=told)
    write_grid(paint_many(best.networks, best.average, 64, seed=0), out.with_suffix(".png"))
    facts: dict[str, Any] = {
        **told,
        "features": FEATURES,
        "weights": sum(weight.numel() for weight in best.average.parameters()),
        "seconds_of_training": round(best.seconds),
        "steps": best.steps,
        "measured": [dataclasses.asdict(row) for row in rows],
    }
    _write_text(out.with_suffix(".json"), json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    card = out.with_suffix(".md")
    _write_text(card, _card(card, facts, best.config, table(rows)))
    return rows


def _write_text(file: Path, text: str) -> None:
    part = file.with_name(file.name + ".part")
    part.write_text(text)
    part.replace(file)


def _card(file: Path, facts: dict[str, Any], config: PainterTraining, measured: str) -> str:
    """The card, with what its author wrote around the marks left as it is."""
    told = f"""{_MARKS[0]}
A StyleGAN2 (arXiv:1912.04958) of {facts["weights"]:,} weights that paints {config.resolution} px, trained by
`training/painter.py` on {facts.get("source", "a folder of pictures")}; licence: {facts.get("licence", "not stated")}.

Of {facts["steps"]:,} steps the best is step {facts["step"]}, after {int(facts["pictures_seen"]):,} pictures;
{facts["seconds_of_training"]:,} s by the clock. Objective {config.objective}, augmentation {config.augmentation}, batch
{config.batch * config.accumulate}, learning rate {config.learning_rate:g}, seed {config.seed}.

Against held-out pictures, in the features of {facts["features"]}:

{measured}

`{file.stem}.png` shows 64 pictures, not chosen.
{_MARKS[1]}"""
    written = file.read_text() if file.exists() else f"# {file.stem}\n\n{_MARKS[0]}{_MARKS[1]}\n"
    before, begin, rest = written.partition(_MARKS[0])
    _, end, after = rest.partition(_MARKS[1])
    return before + told + after if begin and end else written


def _seen(trained: Trained) -> int:
    return trained.step * trained.config.batch * trained.config.accumulate


def export_of_arguments(arguments: Sequence[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pictures", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--beside", action="append", default=[], metavar="NAME=DIR")
    parser.add_argument("--licence", default="Apache-2.0")
    parser.add_argument("--source", default="pictures of our own scenes")
    given = parser.parse_args(arguments)
    beside = {}
    for one in given.beside:
        name, found, place = one.partition("=")
        if not found:
            raise SettingsError(f"--beside {one!r} is not of the form NAME=DIR")
        beside[name] = Path(place)
    notes = {"licence": given.licence, "source": given.source}
    log.info("\n%s", table(export(given.folder, given.pictures, given.out, beside=beside, notes=notes)))
