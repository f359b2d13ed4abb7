"""Turns the best of a film painter's training into weights with a card, figures and a sheet of frames.

`python -m training.filmmaker export DIR --shots FOLDER --out weights/NAME.safetensors`: FOLDER holds held-out shots at
the size of films. Beside the weights lie `NAME.json` (figures), `NAME.png` (drawing, what was wanted, ours) and a card,
`NAME.md`, of which only the part between two marks is written anew where it is there already.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from models.film.painter.checkpoint import load_film_painter, read_notes, save_film_painter
from models.film.painter.network import FilmPainter
from models.pictures.style.feature_stacks import squeezenet_stack
from training.film_clips import Clip, read_shots, whole
from training.film_measures import Likeness, compare, paint_whole, recoloured
from training.keeping import BEST
from training.painter_checks import squeezenet

log = logging.getLogger(__name__)

_MARKS = ("<!-- measured: written by the export -->", "<!-- end of what is measured -->")
_SHEET_SHOTS = 5
_SHEET_WIDTH_PX = 384


def export(
    folder: Path, shots: Path, out: Path, *, notes: dict[str, str] | None = None, most: int = 100
) -> dict[str, Likeness]:
    """Writes the weights, the sheet, the figures and the card of a training; answers the figures.

    Raises:
        CheckpointError: the folder holds no film painter that has been measured.
        MediaError: there are no held-out shots, or they are damaged.
    """
    told = {**read_notes(folder / BEST), **(notes or {})}
    save_film_painter(out, load_film_painter(folder / BEST), notes=told, half=True)
    network = load_film_painter(out)
    held_out = [whole(shot) for shot in read_shots(shots, "held-out")[:most]]
    rows = compare(
        network,
        held_out,
        squeezenet_stack(squeezenet()),
        {
            "the drawing as it is": lambda shot: shot.drawing[0],
            "the drawing, told the answer's colours": lambda shot: recoloured(shot.drawing[0], shot.wanted[0]),
        },
    )
    _write_sheet(network, held_out, out.with_suffix(".png"))
    facts: dict[str, Any] = {
        **told,
        "weights": sum(weight.numel() for weight in network.parameters()),
        "held_out_shots": len(held_out),
        "size_px": list(held_out[0].drawing.shape[:2:-1]),
        "measured": {name: dataclasses.asdict(row) for name, row in rows.items()},
    }
    _write_text(out.with_suffix(".json"), json.dumps(facts, indent=1, ensure_ascii=False) + "\n")
    _write_text(out.with_suffix(".md"), _card(out.with_suffix(".md"), facts, rows))
    return rows


def _write_sheet(network: FilmPainter, held_out: list[Clip], file: Path) -> None:
    """First and last frame of some shots: drawing, what was wanted, ours."""
    from PIL.Image import Resampling

    from media.pictures.reading import encode_png, picture_of

    rows = []
    for shot in held_out[:_SHEET_SHOTS]:
        ours = paint_whole(network, shot)
        columns = [planes[at] for at in (0, -1) for planes in (shot.drawing[0], shot.wanted[0], ours)]
        rows.append(np.concatenate([_pixels(column) for column in columns], axis=1))
    sheet = picture_of(np.concatenate(rows, axis=0))
    width = 6 * _SHEET_WIDTH_PX
    small = sheet.resize((width, round(sheet.height * width / sheet.width)), Resampling.BOX)
    part = file.with_name(file.name + ".part")
    part.write_bytes(encode_png(small))
    part.replace(file)


def _pixels(planes: Tensor) -> NDArray[np.uint8]:
    return np.asarray((planes.clamp(0, 1) * 255 + 0.5).byte().permute(1, 2, 0).numpy(), np.uint8)


def _card(file: Path, facts: dict[str, Any], rows: dict[str, Likeness]) -> str:
    """The card with its measured part written anew; the rest is left as it is, or begun."""
    wide, high = facts["size_px"]
    lines = [
        f"{facts['weights']:,} weights; {facts.get('step', '0')} steps, {facts.get('seconds', '0')} s of training.",
        f"{facts['held_out_shots']} held-out shots at {wide}x{high} px, of motifs and looks that were never learnt:",
        "",
        "| | colours off, of 255 | PSNR dB | features off | sharpness |",
        "|---|---|---|---|---|",
        *(
            f"| {name} | {row.colours:.2f} | {row.psnr_db:.2f} | {row.features:.4f} | {row.sharpness:.2f} |"
            for name, row in rows.items()
        ),
    ]
    measured = "\n".join((_MARKS[0], *lines, _MARKS[1]))
    if not file.exists():
        return f"# {file.stem}\n\n{measured}\n"
    text = file.read_text()
    before, mark, rest = text.partition(_MARKS[0])
    after = rest.partition(_MARKS[1])[2] if mark else "\n"
    return f"{before}{measured}{after}"


def _write_text(file: Path, text: str) -> None:
    part = file.with_name(file.name + ".part")
    part.write_text(text)
    part.replace(file)


def export_of_arguments(arguments: Sequence[str]) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--shots", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--most", type=int, default=100, help="held-out shots to measure by")
    parser.add_argument("--note", action="append", default=[], help="NAME=TEXT for the weights' metadata")
    given = parser.parse_args(arguments)
    torch.set_num_threads(1)
    notes = dict(note.partition("=")[::2] for note in given.note)
    for name, row in export(given.folder, given.shots, given.out, notes=notes, most=given.most).items():
        log.info("%s: %s", name, row)
