"""Sheets of what a generator can paint: samples, mixed styles, walks along directions.

Pictures come out in 0..1. `R` is the resolution in pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from models.pictures.stylegan2.directions import Directions, closed_form_directions, principal_directions, walk
from models.pictures.stylegan2.generator import Generator, NoiseMode, one_hot
from schemas.errors import CheckpointError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LARGEST_SHEET_PX = 16_384
Show = Literal["samples", "mixing", "pca", "sefa"]

Progress = Callable[[int, int], None]
"""Called with the pictures painted and those to paint."""


@dataclass(frozen=True)
class Sheet:
    """What a sheet shows, and of which pictures; see the options of `hibari cover explore`."""

    show: Show = "samples"
    columns: int = 6
    rows: int = 4
    psi: float = 0.7
    cutoff: int | None = None
    mix_at: int | None = None
    reach: float = 3.0
    noise: NoiseMode = "const"
    label: int = 0
    seed: int = 1


@dataclass(frozen=True)
class PaintedSheet:
    """A sheet: pixels [rows * R, columns * R, 3], and how strong each direction of a walk is, the strongest first."""

    pixels: NDArray[np.uint8]
    strengths: list[float]


def paint_sheet(generator: Generator, wanted: Sheet, *, progress: Progress | None = None) -> PaintedSheet:
    """The pictures of a sheet, painted one after the other.

    Raises:
        CheckpointError: it would be larger than 16,384 px, or asks for a class, layer or direction that is not there.
    """
    config, columns, rows = generator.config, wanted.columns, wanted.rows
    if max(columns, rows) * config.resolution > LARGEST_SHEET_PX:
        raise CheckpointError(
            f"{columns} x {rows} pictures of {config.resolution} px make a sheet of more than {LARGEST_SHEET_PX} px: "
            "take fewer columns and rows"
        )
    if min(columns, rows) < (2 if wanted.show == "mixing" else 1):
        raise CheckpointError(f"a sheet of mixed styles has at least 2 columns and 2 rows, not {columns} and {rows}")
    if wanted.mix_at is not None and wanted.mix_at > config.num_ws:
        raise CheckpointError(f"this network has {config.num_ws} layers to mix at, there is no layer {wanted.mix_at}")
    if wanted.show in ("pca", "sefa") and rows > config.w_width:
        raise CheckpointError(f"a w of {config.w_width} numbers has no {rows} directions: take fewer rows")
    ws, strengths = _wanted_ws(generator, wanted)
    pictures = paint(generator, ws, noise=wanted.noise, seed=wanted.seed, progress=progress)
    return PaintedSheet(to_pixels(sheet(pictures, columns)), strengths)


def _wanted_ws(generator: Generator, wanted: Sheet) -> tuple[Tensor, list[float]]:
    columns, rows, seed, label = wanted.columns, wanted.rows, wanted.seed, wanted.label

    def draw(count: int) -> Tensor:
        return draw_ws(generator, count, seed=seed, psi=wanted.psi, cutoff=wanted.cutoff, label=label)

    if wanted.show == "samples":
        return draw(columns * rows), []
    if wanted.show == "mixing":
        at = generator.config.num_ws // 2 if wanted.mix_at is None else wanted.mix_at
        drawn = draw(columns + rows - 2)
        return mixing_grid(drawn[columns - 1 :], drawn[: columns - 1], at), []
    if wanted.show == "sefa":
        directions = closed_form_directions(generator, count=rows)
    else:
        asked = one_hot(generator.config, label, 1)
        directions = principal_directions(generator, count=rows, seed=seed, labels=asked)
    scaled = wanted.show == "pca"
    ws = walking_grid(draw(1), directions, reach=wanted.reach, steps=columns, scaled=scaled)
    return ws, [round(value, 6) for value in directions.strengths.tolist()]


def to_pixels(picture: Tensor) -> NDArray[np.uint8]:
    """A picture [C, H, W] in 0..1 as pixels [H, W, 3] in 0..255: one channel is grey, a fourth is left out."""
    colours = picture[:3] if len(picture) >= 3 else picture[:1].expand(3, -1, -1)
    pixels: NDArray[np.uint8] = (colours * 255).round().clamp(0, 255).byte().permute(1, 2, 0).contiguous().numpy()
    return pixels


def mix(coarse: Tensor, fine: Tensor, at: int) -> Tensor:
    """The copies of w below `at` from one set, those from it on from another (section 3.1 of arXiv:1812.04948).

    Shapes: coarse and fine [N, L, W]; returns [N, L, W].

    Raises:
        ValueError: `at` is not 0 to L.
    """
    if not 0 <= at <= coarse.shape[1]:
        raise ValueError(f"styles are mixed at layer 0 to {coarse.shape[1]}, not {at}")
    return torch.cat([coarse[:, :at], fine[:, at:]], dim=1)


def draw_ws(
    generator: Generator, count: int, *, seed: int, psi: float = 1.0, cutoff: int | None = None, label: int = 0
) -> Tensor:
    """The ws of `count` seeded z, truncated; `label` is the class, where the network paints several.

    They are drawn one after the other, so that the third picture is the same however many there are.

    Shapes: returns [count, L, W].

    Raises:
        CheckpointError: there is no such class.
    """
    random = torch.Generator().manual_seed(seed)
    z = torch.cat([torch.randn(1, generator.config.z_width, generator=random) for _ in range(count)])
    z, label_rows = z.to(generator.mean_w), one_hot(generator.config, label, count)
    with torch.inference_mode():
        alone = [generator.mapping(z[i : i + 1], None if label_rows is None else label_rows[:1]) for i in range(count)]
        ws = torch.cat(alone)
        return generator.truncate(ws, psi, cutoff)


def paint(
    generator: Generator, ws: Tensor, *, noise: NoiseMode = "const", seed: int = 0, progress: Progress | None = None
) -> Tensor:
    """A picture of every set of ws, one after the other; random noise is the same for all of them.

    Shapes: ws [N, L, W]; returns [N, image channels, R, R] in 0..1, on the CPU.
    """
    painted = []
    with torch.inference_mode():
        for number, one in enumerate(ws.unbind(0)):
            picture = generator.synthesis(one[None], noise, torch.Generator().manual_seed(seed))
            painted.append(((picture + 1) / 2).clamp(0, 1).float().cpu())
            if progress is not None:
                progress(number + 1, len(ws))
    return torch.cat(painted)


def mixing_grid(coarse: Tensor, fine: Tensor, at: int) -> Tensor:
    """Every coarse set of ws with every fine one, row by row: first row the fine ones alone, first column the coarse.

    The corner is the average of all of them.

    Shapes: coarse [A, L, W]; fine [B, L, W]; returns [(A + 1) * (B + 1), L, W].
    """
    rows = [torch.cat([coarse, fine]).mean(dim=0, keepdim=True), fine]
    for one in coarse.unbind(0):
        rows += [one[None], mix(one.expand(len(fine), -1, -1), fine, at)]
    return torch.cat(rows)


def walking_grid(ws: Tensor, directions: Directions, *, reach: float, steps: int, scaled: bool) -> Tensor:
    """One set of ws moved along every direction, a row each, from -reach to reach in so many steps.

    `scaled`: distances are standard deviations along the direction and not plain lengths.

    Shapes: ws [1, L, W]; returns [K * steps, L, W].
    """
    along = torch.linspace(-reach, reach, steps)
    return torch.cat(list(_rows(ws, directions, along, scaled)))


def _rows(ws: Tensor, directions: Directions, along: Tensor, scaled: bool) -> Iterator[Tensor]:
    for vector, strength in zip(directions.vectors, directions.strengths, strict=True):
        yield walk(ws, vector, (along * strength if scaled else along).tolist())


def sheet(pictures: Tensor, columns: int) -> Tensor:
    """Pictures side by side in rows of `columns`; what is missing in the last row is black.

    Shapes: pictures [N, C, R, R]; returns [C, rows * R, columns * R].
    """
    count, channels, height, width = pictures.shape
    rows = -(-count // columns)
    whole = pictures.new_zeros(rows * columns, channels, height, width)
    whole[:count] = pictures
    return (
        whole.view(rows, columns, channels, height, width)
        .permute(2, 0, 3, 1, 4)
        .reshape(channels, rows * height, columns * width)
    )
