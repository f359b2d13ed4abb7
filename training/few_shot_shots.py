"""Albums of short shots for the few-shot painter: drawn scenes painted in one set of looks, and paintings cut up.

An album holds a few shots of which each can stand as the reference of another: the same looks in other scenes, or other
parts of the same painting. What an album holds hangs on the seed and its number alone; it is kept in a folder once it
was made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from media.pictures.reading import read_picture
from models.film.few_shot.config import EDGE, FIRST_TONE, TONES
from models.film.few_shot.generator import from_outside
from models.pictures.style.arbitrary import Stylist
from models.pictures.style.looks import Looks
from schemas.errors import CheckpointError, MediaError
from training.film_sequences import FilmShot, Part, ShotSettings, looks_of, motifs_of, shot_of
from training.keeping import write_tensors
from training.scene_pictures import scene_of

Floats = NDArray[np.float32]

WIDTH_PX, HEIGHT_PX = 320, 192
SHOTS, FRAMES = 3, 2

_SETTINGS = ShotSettings(WIDTH_PX, HEIGHT_PX, FRAMES)
_STRENGTHS = (0.5, 0.75)
_ONE_LOOK = 0.3
"""How often an album is painted in one look, and not in one for each region."""
_OWN_PALETTE = 0.4
"""How often a shot has colours of its own and not those of the album's first."""
_HELD_OUT_PAINTINGS = 10
"""One painting in so many is held out."""


@dataclass(frozen=True)
class Album:
    """Shots that belong together.

    Shapes: pictures and drawings [SHOTS, FRAMES, 3, H, W] of bytes; labels [SHOTS, FRAMES, H, W] of label numbers;
    flows [SHOTS, 2, H, W], from a shot's second frame to its first, in pixels; valid [SHOTS, 1, H, W] of bytes, 1 where
    the first frame shows the same thing there.
    """

    pictures: Tensor
    drawings: Tensor
    labels: Tensor
    flows: Tensor
    valid: Tensor


def joined(shots: Sequence[Album]) -> Album:
    """Shots, or albums, stacked along a new first axis."""
    return Album(*(torch.stack([getattr(shot, field.name) for shot in shots]) for field in fields(Album)))


@dataclass(frozen=True)
class PaintedAlbums:
    """Albums of drawn scenes, painted by the slow route (`training.film_sequences`)."""

    looks: Looks
    stylist: Stylist
    part: Part = "train"
    seed: int = 5

    def album(self, number: int) -> Album:
        """The album of a number. It takes about two seconds of a core."""
        rng = np.random.default_rng((self.seed, number, 1, self.part == "train"))
        slugs = [slug for slug in looks_of(self.part, self.looks) if self.looks.named(slug).is_good]
        vectors = np.stack([self.looks.vector(str(slug)) for slug in rng.choice(slugs, SHOTS)]).astype(np.float32)
        if rng.random() < _ONE_LOOK:
            vectors[:] = vectors[0]
        strength = float(rng.uniform(*_STRENGTHS))
        motifs = rng.permutation(motifs_of(self.part))
        shots, colours = [], None
        for shot in range(SHOTS):
            scene = scene_of(number * SHOTS + shot, self.seed, (str(motifs[shot]),))
            colours = colours or scene.colours
            if rng.random() >= _OWN_PALETTE:
                scene = scene.model_copy(update={"colours": colours})
            shots.append(_shot(shot_of(scene, vectors, strength, self.stylist, _SETTINGS, rng, seed=number)))
        return joined(shots)


def _shot(shot: FilmShot) -> Album:
    """The frames of a shot that the slow route painted."""
    return Album(
        pictures=torch.from_numpy(shot.wanted),
        drawings=torch.from_numpy(shot.drawing),
        labels=torch.from_numpy(shot.labels),
        flows=torch.from_numpy(shot.flow[1].astype(np.float16) / np.float16(64)),
        valid=torch.from_numpy(shot.valid[1:]),
    )


class AlbumSource(Protocol):
    """What makes albums by their numbers."""

    def album(self, number: int) -> Album:
        """The album of a number."""


@dataclass(frozen=True)
class KeptAlbums:
    """The first albums of a source, each made once and kept in a folder."""

    source: AlbumSource
    folder: Path
    count: int

    def album(self, number: int) -> Album:
        """The album of a number below the count.

        Raises:
            CheckpointError: the folder holds a damaged file.
            IndexError: there is no such album.
        """
        if not 0 <= number < self.count:
            raise IndexError(number)
        file = self.folder / f"{number:05d}.safetensors"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            made = self.source.album(number)
            write_tensors({field.name: getattr(made, field.name) for field in fields(Album)}, file, {})
        return read_album(file)


def read_album(file: Path) -> Album:
    """An album that was kept.

    Raises:
        CheckpointError: it is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return Album(**load_file(file))
    except (OSError, SafetensorError, TypeError) as error:
        raise CheckpointError(f"{file} is damaged ({str(error)[:120]}): remove it, it is painted again") from error


@dataclass(frozen=True)
class PaintingAlbums:
    """Albums of paintings: crops of one that move, their tones and edges as labels, flattened for a drawing."""

    files: tuple[Path, ...]
    part: Part = "train"
    seed: int = 5

    @classmethod
    def of_folder(cls, folder: Path, part: Part = "train") -> PaintingAlbums:
        """The pictures of a folder, by name: those of a part.

        Raises:
            MediaError: there are fewer than two.
        """
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() in (".jpg", ".jpeg", ".png"))
        if len(found) < 2:
            raise MediaError(f"{folder} holds {len(found)} pictures: at least two are needed")
        held_out = found[::_HELD_OUT_PAINTINGS]
        return cls(tuple(held_out if part == "held-out" else [path for path in found if path not in held_out]), part)

    def album(self, number: int) -> Album:
        """The album of a number.

        Raises:
            MediaError: a picture cannot be read.
        """
        rng = np.random.default_rng((self.seed, number, 2, self.part == "train"))
        file = self.files[int(rng.integers(len(self.files)))]
        picture = np.asarray(read_picture(file, longest_px=1200).convert("RGB"))
        fits = max((WIDTH_PX + 24) / picture.shape[1], (HEIGHT_PX + 24) / picture.shape[0])
        whole = _resized(picture, max(fits, float(rng.uniform(0.5, 1))))
        labels, flat = tones_and_edges(whole), _recoloured(_flattened(whole), rng)
        return joined([_crops(whole, labels, flat, rng) for _ in range(SHOTS)])


def _crops(whole: Floats, labels: NDArray[np.uint8], flat: Floats, rng: np.random.Generator) -> Album:
    """A crop, and where it has moved to."""
    room = (whole.shape[0] - HEIGHT_PX, whole.shape[1] - WIDTH_PX)
    corner = np.array([rng.integers(0, free + 1) for free in room])
    moved = np.clip(corner + rng.integers(-9, 10, 2), 0, room)
    parts = [(slice(top, top + HEIGHT_PX), slice(left, left + WIDTH_PX)) for top, left in (corner, moved)]
    camera = torch.from_numpy((moved - corner)[::-1].astype(np.float16).copy())
    flow = camera[:, None, None].expand(2, HEIGHT_PX, WIDTH_PX).contiguous()
    return Album(
        pictures=torch.stack([_bytes(_planes(whole[part])) for part in parts]),
        drawings=torch.stack([_bytes(_planes(flat[part])) for part in parts]),
        labels=torch.stack([torch.from_numpy(labels[part].copy()) for part in parts]),
        flows=flow,
        valid=1 - from_outside(flow[None].float())[0].byte(),
    )


def tones_and_edges(picture: Floats) -> NDArray[np.uint8]:
    """Labels of a picture that nobody drew: seven tones by its own quantiles, and the strongest tenth of its edges.

    Shapes: [H, W, 3] of 0-1 -> [H, W].
    """
    tone = _blurred(picture @ np.array([0.299, 0.587, 0.114], np.float32), 3)
    bounds = np.quantile(tone, np.arange(1, TONES) / TONES)
    down, across = np.gradient(tone)
    slope = np.hypot(down, across)
    found = (FIRST_TONE + np.searchsorted(bounds, tone)).astype(np.uint8)
    found[slope > max(float(np.quantile(slope, 0.9)), 1e-3)] = EDGE
    return found


def _flattened(picture: Floats) -> Floats:
    """Large patches of one colour with sharp borders: four tones, each of its mean colour in every 32 pixels."""
    height, width = picture.shape[:2]
    tone = _blurred(picture.mean(2), 4)
    classes = np.searchsorted(np.quantile(tone, (0.25, 0.5, 0.75)), tone)
    y, x = np.mgrid[0:height, 0:width] // 32
    cells = (classes * (height // 32 + 1) + y) * (width // 32 + 1) + x
    count = np.bincount(cells.ravel()).clip(1)
    means = np.stack([np.bincount(cells.ravel(), picture[..., c].ravel()) / count for c in range(3)], 1)
    return np.asarray(means.astype(np.float32)[cells], np.float32)


def _recoloured(flat: Floats, rng: np.random.Generator) -> Floats:
    """In other colours, which only a reference can tell the way back from."""
    turned = np.eye(3) * 0.7 + rng.uniform(-0.25, 0.35, (3, 3))
    return np.clip((flat - 0.5) @ turned.astype(np.float32) + 0.5 + rng.uniform(-0.1, 0.1, 3), 0, 1).astype(np.float32)


def _blurred(plane: Floats, reach: int) -> Floats:
    """The mean of a square, 2 reach + 1 wide, three times in a row. Shapes: [H, W] -> [H, W]."""
    from scipy.ndimage import uniform_filter

    for _ in range(3):
        plane = uniform_filter(plane, 2 * reach + 1, mode="nearest")
    return plane


def _resized(picture: NDArray[np.uint8], scale: float) -> Floats:
    from PIL import Image

    size = (int(np.ceil(picture.shape[1] * scale)), int(np.ceil(picture.shape[0] * scale)))
    return np.asarray(Image.fromarray(picture).resize(size, Image.Resampling.LANCZOS), np.float32) / np.float32(255)


def _planes(picture: Floats) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1)))


def _bytes(picture: Tensor) -> Tensor:
    """Shapes: [3, H, W] of 0-1."""
    return (picture.clamp(0, 1) * 255 + 0.5).byte()
