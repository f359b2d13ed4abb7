"""What a step of the few-shot painter's training looks at: references, and two frames that follow each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from models.film.few_shot.generator import from_outside
from models.film.few_shot.painter import one_hot
from training.few_shot_shots import HEIGHT_PX, SHOTS, WIDTH_PX, Album, KeptAlbums

_RECOLOURED = 0.5
"""How often an album's pictures, references and frames alike, get other colours, which only the references tell."""
_UNDRAWN = 0.3
"""How often a reference comes without its drawing."""


@dataclass(frozen=True)
class Batch:
    """Shapes, N albums of K references: references and reference_drawings [N, K, 3, h, w], reference_labels
    [N, K, LABELS, h, w], drawn [N, K, 1, 1, 1]; pictures and drawings [N, 2, 3, H, W], labels [N, 2, LABELS, H, W],
    flow [N, 2, H, W] from the second frame to the first, in pixels, valid [N, 1, H, W]. All pictures are of 0-1.
    """

    references: Tensor
    reference_drawings: Tensor
    reference_labels: Tensor
    drawn: Tensor
    pictures: Tensor
    drawings: Tensor
    labels: Tensor
    flow: Tensor
    valid: Tensor

    def on(self, device: str) -> Batch:
        """The same on a device."""
        return Batch(**{field.name: getattr(self, field.name).to(device) for field in fields(Batch)})


@dataclass(frozen=True)
class Sources:
    """Albums of drawn scenes, and of paintings, which may be missing."""

    painted: KeptAlbums
    paintings: KeptAlbums | None = None


def batch_of(
    sources: Sources, rng: np.random.Generator, *, count: int, crop_px: int, reference_px: int, paintings: float
) -> Batch:
    """A batch by chance: crops of `count` shots, with references from other shots of their albums.

    `paintings` is the share of albums that are paintings, where there are any.
    """
    references = int(rng.integers(1, SHOTS))
    rows = []
    for _ in range(count):
        source = sources.painted
        if sources.paintings is not None and rng.random() < paintings:
            source = sources.paintings
        album = source.album(int(rng.integers(source.count)))
        order = rng.permutation(SHOTS)
        rows.append(_row(album, int(order[0]), order[1 : 1 + references].tolist(), rng, crop_px, reference_px))
    return _stacked(rows)


def whole_frames(album: Album, other: Album, shot: int, *, reference_px: int) -> Batch:
    """A shot of an album in whole, with the other shots of `other` as its references."""
    rng, references = np.random.default_rng(0), [(shot + away) % SHOTS for away in range(1, SHOTS)]
    row = _row(other, shot, references, rng, 0, reference_px, changed=False)
    own = _row(album, shot, references, rng, 0, reference_px, changed=False)
    return _stacked([{**own, **{name: row[name] for name in row if name.startswith("reference") or name == "drawn"}}])


def _row(
    album: Album,
    shot: int,
    references: Sequence[int],
    rng: np.random.Generator,
    crop_px: int,
    reference_px: int,
    *,
    changed: bool = True,
) -> dict[str, Tensor]:
    shown = list(references)
    recolour = _recolouring(rng) if changed and rng.random() < _RECOLOURED else torch.eye(3, 4)
    size = reference_size(HEIGHT_PX, WIDTH_PX, reference_px)
    drawn = torch.from_numpy((rng.random(len(shown)) >= (_UNDRAWN if changed else 0)).astype(np.float32))
    row = {
        "references": _small(_recoloured(album.pictures[shown, 0], recolour), size),
        "reference_drawings": _small(album.drawings[shown, 0].float() / 255, size) * drawn[:, None, None, None],
        "reference_labels": _small(one_hot(album.labels[shown, 0]), size),
        "drawn": drawn[:, None, None, None],
    }
    rows, columns = _window(rng, crop_px)
    flow = album.flows[shot][..., rows, columns].float()
    frames = {
        "pictures": _recoloured(album.pictures[shot][..., rows, columns], recolour),
        "drawings": album.drawings[shot][..., rows, columns].float() / 255,
        "labels": one_hot(album.labels[shot][..., rows, columns]),
        "flow": flow,
        "valid": album.valid[shot][..., rows, columns].float() * (1 - from_outside(flow[None]))[0],
    }
    if changed and rng.random() < 0.5:
        frames = {name: value.flip(-1) for name, value in frames.items()}
        frames["flow"] = frames["flow"] * torch.tensor([-1.0, 1.0])[:, None, None]
    return row | frames


def reference_size(height: int, width: int, reference_px: int) -> tuple[int, int]:
    """The size at which references are learned from: their longer side as asked for, multiples of 16."""
    scale = reference_px / max(height, width)
    return max(16, round(height * scale / 16) * 16), max(16, round(width * scale / 16) * 16)


def _window(rng: np.random.Generator, crop_px: int) -> tuple[slice, slice]:
    """Rows and columns of the crop of a shot's frames; all of them for 0."""
    sides = [min(side, crop_px or side) for side in (HEIGHT_PX, WIDTH_PX)]
    corner = [int(rng.integers(whole - side + 1)) for whole, side in zip((HEIGHT_PX, WIDTH_PX), sides, strict=True)]
    rows, columns = (slice(start, start + side) for start, side in zip(corner, sides, strict=True))
    return rows, columns


def _recolouring(rng: np.random.Generator) -> Tensor:
    """Colours turned into others: a matrix near to one that changes nothing, and a shift. Shapes: [3, 4]."""
    turned = np.eye(3) * rng.uniform(0.7, 1.1) + rng.uniform(-0.2, 0.2, (3, 3))
    shift = 0.5 - turned @ np.full(3, 0.5) + rng.uniform(-0.12, 0.12, 3)
    return torch.from_numpy(np.concatenate((turned, shift[:, None]), 1).astype(np.float32))


def _recoloured(pictures: Tensor, colours: Tensor) -> Tensor:
    """Shapes: pictures [F, 3, H, W] of bytes, colours [3, 4] -> [F, 3, H, W] of 0-1."""
    turned = torch.einsum("ij,fjhw->fihw", colours[:, :3], pictures.float() / 255)
    return (turned + colours[:, 3, None, None]).clamp(0, 1)


def _small(pictures: Tensor, size: tuple[int, int]) -> Tensor:
    return F.interpolate(pictures, size, mode="bilinear", antialias=True, align_corners=False)


def _stacked(rows: Sequence[dict[str, Tensor]]) -> Batch:
    return Batch(**{name: torch.stack([row[name] for row in rows]) for name in rows[0]})
