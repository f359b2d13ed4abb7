"""Shots in memory, and clips of them for a training: a crop of a few frames that follow each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from schemas.errors import MediaError
from training.film_sequences import FLOW_STEPS, GRAIN_STEPS, FilmShot, Part, read_shot

if TYPE_CHECKING:
    from training.film_settings import FilmTraining

_MOST_BYTES = 8 * 2**30


@dataclass(frozen=True)
class Clip:
    """Clips of a batch, or whole shots.

    Shapes, N clips of T frames: drawing, regions, wanted [N, T, 3, H, W] in 0..1; labels [N, T, H, W]; grain
    [N, T, 1, H, W]; flow [N, T, 2, H, W] in pixels; valid [N, T, 1, H, W]; vectors [N, 3, 100]; strength [N];
    first_drawing, first_regions [N, 3, H', W'], the whole first frame of the shot, of which the condition is made.
    """

    drawing: Tensor
    labels: Tensor
    regions: Tensor
    grain: Tensor
    flow: Tensor
    valid: Tensor
    wanted: Tensor
    vectors: Tensor
    strength: Tensor
    first_drawing: Tensor
    first_regions: Tensor

    @property
    def frames(self) -> int:
        """How many frames each has."""
        return self.drawing.shape[1]


def read_shots(folder: Path, part: Part) -> list[FilmShot]:
    """The shots of a part, in order.

    Raises:
        MediaError: there are none, one is damaged, they differ in size, or they take more than 8 GiB.
    """
    files = sorted((folder / part).glob("*.npz"))
    if not files:
        raise MediaError(f"{folder} has no {part} shots: make some with python -m training.film_sequences")
    shots: list[FilmShot] = []
    held = 0
    for file in files:
        shot = read_shot(file)
        held += sum(array.nbytes for array in vars(shot).values() if isinstance(array, np.ndarray))
        if shot.drawing.shape != (shots or [shot])[0].drawing.shape:
            raise MediaError(f"{file.name} has shape {shot.drawing.shape}, others {shots[0].drawing.shape}: keep one")
        if held > _MOST_BYTES:
            raise MediaError(f"the shots of {folder} take more than {_MOST_BYTES} bytes of memory: keep fewer")
        shots.append(shot)
    return shots


def clips_of(shots: list[FilmShot], config: FilmTraining, step: int) -> Clip:
    """The batch of a step, which hangs on the seed and the step alone; half of the clips are mirrored.

    Raises:
        MediaError: the shots are smaller or shorter than the clips wanted.
    """
    frames, _, height, width = shots[0].drawing.shape
    room = (frames - config.clip, height - config.crop_height_px, width - config.crop_width_px)
    if min(room) < 0:
        raise MediaError(
            f"shots of {frames} frames of {width}x{height} px hold no clips of {config.clip} frames of "
            f"{config.crop_width_px}x{config.crop_height_px} px: make larger shots or ask for smaller clips"
        )
    rng = np.random.default_rng((config.seed, step))
    found = []
    for number in rng.integers(len(shots), size=config.batch):
        begin, top, left = (int(rng.integers(most + 1)) for most in room)
        place = (
            slice(begin, begin + config.clip),
            slice(top, top + config.crop_height_px),
            slice(left, left + config.crop_width_px),
        )
        clip = _cut(shots[int(number)], *place)
        found.append(_mirrored(clip) if rng.random() < 0.5 else clip)
    return Clip(**{name: torch.cat([getattr(one, name) for one in found]) for name in Clip.__annotations__})


def whole(shot: FilmShot) -> Clip:
    """A whole shot as a batch of one."""
    frames, _, height, width = shot.drawing.shape
    return _cut(shot, slice(0, frames), slice(0, height), slice(0, width))


def on(clip: Clip, device: str) -> Clip:
    """The clip on a device."""
    return Clip(**{name: value.to(device) for name, value in vars(clip).items()})


def _cut(shot: FilmShot, frames: slice, rows: slice, columns: slice) -> Clip:
    place = (frames, slice(None), rows, columns)
    return Clip(
        drawing=_floats(shot.drawing[place]),
        labels=torch.from_numpy(shot.labels[frames, rows, columns].copy())[None].long(),
        regions=_shares(shot.regions[place]),
        grain=torch.from_numpy(shot.grain[frames, None, rows, columns].astype(np.float32) / GRAIN_STEPS)[None],
        flow=torch.from_numpy(shot.flow[place].astype(np.float32) / FLOW_STEPS)[None],
        valid=torch.from_numpy(shot.valid[frames, None, rows, columns].astype(np.float32))[None],
        wanted=_floats(shot.wanted[place]),
        vectors=torch.from_numpy(shot.vectors)[None],
        strength=torch.tensor([shot.strength]),
        first_drawing=_floats(shot.drawing[:1])[:, 0],
        first_regions=_shares(shot.regions[:1])[:, 0],
    )


def _mirrored(clip: Clip) -> Clip:
    """The clip seen in a mirror: left is right, also of the flow."""
    flipped = {name: value.flip(-1) if value.ndim > 3 else value for name, value in vars(clip).items()}
    flipped["vectors"] = clip.vectors
    flipped["flow"] = flipped["flow"] * torch.tensor([-1.0, 1.0]).view(2, 1, 1)
    return Clip(**flipped)


def _floats(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32) / 255)[None]


def _shares(values: np.ndarray) -> Tensor:
    shares = _floats(values)
    return shares / shares.sum(2, keepdim=True).clamp_min(1e-3)
