"""Turns a few-shot painter's training into weights, with what it reaches on scenes and looks it never saw.

`python -m training.few_shot_export DIR --out weights/film-few-shot.safetensors`

Beside the weights lie a sheet of frames (`.png`) and a card (`.md`); in a card that is there already only the part
between its two marks is written anew. Held-out albums are painted into `DIR/albums/held-out` where they are not there.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from models.film.few_shot.generator import laid_over
from models.film.few_shot.keeping import load_networks, save_few_shot
from models.film.few_shot.painter import FewShotNetworks
from models.film.warping import warp
from models.pictures.style.feature_stacks import FeatureStack
from schemas.errors import CheckpointError
from training.few_shot import SETTINGS, WEIGHTS, FewShotTraining, features_on, sources_of
from training.few_shot_batches import Batch, whole_frames
from training.few_shot_shots import SHOTS, Album
from training.few_shot_steps import feature_distance, weights_of

_MARKS = ("<!-- measured: written by the export -->", "<!-- end of what is measured -->")

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Reached:
    """How far a way of making frames lies from the teacher's, on average over held-out shots.

    `apart` is the mean absolute difference in steps of 0 to 255, `features` the relative difference of SqueezeNet's
    layers, `nearer` the share of shots in which the right reference's frame lies nearer to the teacher's than this.
    """

    name: str
    apart: float
    features: float
    nearer: float


@dataclass(frozen=True)
class Steadiness:
    """What is left between two frames after the true motion, in steps of 0 to 255, where they show the same thing."""

    alone: float
    """Each frame painted by itself."""
    laid: float
    """The second laid over the first."""
    teacher: float
    """The teacher's frames, each painted by itself and averaged with the other."""


@torch.inference_mode()
def measure(
    networks: FewShotNetworks, albums: list[Album], features: FeatureStack
) -> tuple[list[Reached], Steadiness, Tensor]:
    """What the networks reach on albums they never saw, and a sheet of frames.

    A row of the sheet: reference, drawing, ours, the teacher's, ours with another album's references.
    """
    found: dict[str, list[tuple[float, float]]] = {}
    steady, rows = [], []
    for number, album in enumerate(albums):
        stranger = albums[(number + len(albums) // 2) % len(albums)]
        for shot in range(SHOTS):
            right, wrong = (_frames(album, other, shot, networks) for other in (album, stranger))
            ours, theirs = (_painted(networks, batch, 0) for batch in (right, wrong))
            undrawn = _painted(networks, _without_drawing(right), 0)
            wanted, drawing = right.pictures[:, 0], right.drawings[:, 0]
            ways = {
                "the right references": ours,
                "the right references without their drawings": undrawn,
                "another album's references": theirs,
                "the bare drawing": drawing,
            }
            for name, frame in ways.items():
                apart = 255 * float((frame - wanted).abs().mean())
                found.setdefault(name, []).append((apart, float(feature_distance(features, frame, wanted))))
            steady.append(_steadiness(networks, right))
            if shot == 0:
                shown = torch.nn.functional.interpolate(right.references[:, 0], wanted.shape[2:], mode="bilinear")
                rows.append(torch.cat((shown, drawing, ours, wanted, theirs), 3)[0])
    first = np.array(found["the right references"])[:, 0]
    reached = [
        Reached(name, float(values[:, 0].mean()), float(values[:, 1].mean()), float((first < values[:, 0]).mean()))
        for name, values in ((name, np.array(pairs)) for name, pairs in found.items())
    ]
    return reached, Steadiness(*np.mean(steady, 0).tolist()), torch.cat(rows[:8], 1)


def _frames(album: Album, other: Album, shot: int, networks: FewShotNetworks) -> Batch:
    return whole_frames(album, other, shot, reference_px=networks.config.reference_px)


def _without_drawing(batch: Batch) -> Batch:
    empty = {"drawn": torch.zeros_like(batch.drawn), "reference_drawings": torch.zeros_like(batch.reference_drawings)}
    return Batch(**{**vars(batch), **empty})


def _painted(networks: FewShotNetworks, batch: Batch, frame: int) -> Tensor:
    condition = torch.cat((batch.labels[:, frame], batch.drawings[:, frame]), 1)
    painted: Tensor = networks.generator(weights_of(networks, batch), condition)
    return painted.clamp(0, 1)


def _steadiness(networks: FewShotNetworks, batch: Batch) -> tuple[float, float, float]:
    first, second = (_painted(networks, batch, frame) for frame in range(2))
    laid = laid_over(networks.mask, second, batch.drawings[:, 1], first, batch.flow)
    pairs = ((first, second), (first, laid), (batch.pictures[:, 0], batch.pictures[:, 1]))
    share = 255 / float(batch.valid.mean().clamp_min(1e-6))
    alone, kept, teacher = (
        share * float(((warp(one, batch.flow) - two).abs() * batch.valid).mean()) for one, two in pairs
    )
    return alone, kept, teacher


def export(folder: Path, out: Path, *, albums: int) -> list[Reached]:
    """Writes the weights, the sheet and the card of a finished training; answers what they reach.

    Raises:
        CheckpointError: the folder holds no finished training, or a model that painting takes is not here.
    """
    training = training_of(folder)
    networks = load_networks(folder / WEIGHTS).eval().requires_grad_(False)
    source = sources_of(training, "held-out").painted
    held_out = [source.album(number) for number in range(min(albums, source.count))]
    reached, steady, sheet = measure(networks, held_out, features_on("cpu"))
    facts = _facts(folder / WEIGHTS)
    save_few_shot(out, networks, {**facts, "licence": "Apache-2.0", "settings": _told(folder)})
    part = out.with_suffix(".png.part")
    Image.fromarray((sheet.permute(1, 2, 0) * 255 + 0.5).byte().numpy()).save(part, format="PNG", optimize=True)
    part.replace(out.with_suffix(".png"))
    _write_card(out.with_suffix(".md"), _measured(networks, facts, training, reached, steady, len(held_out)))
    return reached


def training_of(folder: Path) -> FewShotTraining:
    """The settings of a training's folder.

    Raises:
        CheckpointError: it holds none.
    """
    told = _told(folder)
    try:
        return FewShotTraining(**{**told, "out": folder, "paintings": None})  # type: ignore[arg-type]
    except TypeError as error:
        raise CheckpointError(f"{folder / SETTINGS} is of another program ({error}): train again") from error


def _told(folder: Path) -> dict[str, object]:
    try:
        told: dict[str, object] = json.loads((folder / SETTINGS).read_text())
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{folder} holds no few-shot training: {SETTINGS} cannot be read ({error})") from error
    return {**told, "paintings": told.get("paintings") is not None}


def _facts(file: Path) -> dict[str, object]:
    from safetensors import safe_open

    with safe_open(file, framework="pt") as stored:
        facts: dict[str, object] = json.loads(stored.metadata()["hibari"])
    return {name: facts[name] for name in ("step", "seconds", "seed", "batch")}


def _measured(
    networks: FewShotNetworks,
    facts: dict[str, object],
    training: FewShotTraining,
    reached: list[Reached],
    steady: Steadiness,
    albums: int,
) -> str:
    rows = "\n".join(
        f"| {row.name} | {row.apart:.2f} | {row.features:.3f} | {'' if not number else f'{row.nearer:.0%}'} |"
        for number, row in enumerate(reached)
    )
    weights = sum(weight.numel() for weight in networks.parameters())
    return f"""{weights:,} weights, {facts["step"]} steps of {facts["batch"]} shots, {facts["seconds"]} s by the clock
of a busy machine, crops of {training.crop_px} px, learning rate {training.learning_rate:g}, seed {facts["seed"]}.

Held out: {albums} albums of {SHOTS} shots, 320x192 px, of motifs and looks that were never learned from. Distance of a
first frame, painted with the two other shots of its album as references, to the teacher's: in steps of 0-255; in
SqueezeNet's layers (0: the same); and in how many shots the frame of the right references is the nearer one:

| painted with | apart | features | right ones nearer |
|---|---|---|---|
{rows}

What is left between two frames after the true motion, in steps of 0-255: {steady.alone:.2f} where each is painted by
itself, {steady.laid:.2f} where the second is laid over the first, {steady.teacher:.2f} in the teacher's averages."""


def _write_card(file: Path, measured: str) -> None:
    written = file.read_text() if file.exists() else f"# film:few-shot\n\n{_MARKS[0]}{_MARKS[1]}\n"
    before, begin, rest = written.partition(_MARKS[0])
    _, end, after = rest.partition(_MARKS[1])
    if not (begin and end):
        raise CheckpointError(f"{file} has not the two marks between which figures are written: {' … '.join(_MARKS)}")
    part = file.with_suffix(".md.part")
    part.write_text(f"{before}{_MARKS[0]}\n{measured}\n{_MARKS[1]}{after}")
    part.replace(file)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--albums", type=int, default=24)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    for row in export(given.folder, given.out, albums=given.albums):
        log.info("%s: %.2f apart, features %.3f", row.name, row.apart, row.features)


if __name__ == "__main__":
    main()
