"""How well a film is painted: how near its frames are to what is wanted, and how steady they are in time."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from models.film.painter.network import FilmPainter, Previous
from models.film.warping import warp
from models.pictures.style.feature_stacks import FeatureStack
from training.film_clips import Clip

STILL_PX = 0.05
"""A pixel that moves less along the true flow stands still."""

_STILL_COLOUR = 2 / 255
_FEATURE_UNIT = 60.0


@dataclass(frozen=True)
class Likeness:
    """How near frames are to what is wanted.

    `colours` is the mean absolute difference in steps of 1/255; `psnr_db` of the mean squared error of each shot;
    `features` the mean absolute difference of SqueezeNet's fire3, divided by 60; `sharpness` the mean absolute
    Laplacian, as a share of the wanted frames'.
    """

    colours: float
    psnr_db: float
    features: float
    sharpness: float


@dataclass(frozen=True)
class Steadiness:
    """How frames hang together, in steps of 1/255.

    `warping` is the mean absolute difference between a frame and the one before it moved along the true flow, where
    both show the same thing. `shimmer` is the same of a frame and the mean of its two neighbours moved onto it: what
    comes and goes within three frames, a slow change left out. `flicker` is the difference of two frames as they are,
    where nothing moves and nothing drawn changes; nan where nothing stands still. A network that sees one frame alone
    has next to none of it, for it is given the same twice.
    """

    warping: float
    shimmer: float
    flicker: float


def paint_whole(network: FilmPainter, shot: Clip, way: str = "film") -> Tensor:
    """All frames of a shot, painted by a network in one of three ways. Shapes: -> [T, 3, H, W] in 0..1.

    `film`: each after the one before it; `alone`: each by itself, as a first frame; `unblended`: each sees the one
    before it, but mask and moved frame are left out.
    """
    condition = network.condition(shot.vectors, shot.strength, shot.first_drawing, shot.first_regions)
    frames: list[Tensor] = []
    with torch.inference_mode():
        for index in range(shot.frames):
            previous = None
            if frames and way != "alone":
                previous = Previous(frames[-1], shot.drawing[:, index - 1], shot.flow[:, index])
            drawing, labels, regions = shot.drawing[:, index], shot.labels[:, index], shot.regions[:, index]
            grain = shot.grain[:, index]
            painted = network(labels, drawing, regions, condition, previous, grain)
            frames.append((painted.raw if way == "unblended" else painted.picture).clamp(0, 1))
    return torch.cat(frames)


def recoloured(drawing: Tensor, wanted: Tensor) -> Tensor:
    """The drawing with each channel's mean and spread over the shot those of the wanted frames.

    A cheap baseline that is told what no other is: the colours of the answer. Shapes: [T, 3, H, W] in 0..1.
    """
    mean, spread = drawing.mean((0, 2, 3), keepdim=True), drawing.std((0, 2, 3), keepdim=True)
    moved = (drawing - mean) / spread.clamp_min(1e-4) * wanted.std((0, 2, 3), keepdim=True)
    return (moved + wanted.mean((0, 2, 3), keepdim=True)).clamp(0, 1)


def likeness(frames: Tensor, wanted: Tensor, features: FeatureStack) -> Likeness:
    """How near frames are to the wanted ones. Shapes: [T, 3, H, W] each, in 0..1."""
    with torch.inference_mode():
        ours, theirs = (features(part, ("fire3",))["fire3"] for part in (frames, wanted))
        return Likeness(
            float(functional.l1_loss(frames, wanted)) * 255,
            -10 * math.log10(max(float(functional.mse_loss(frames, wanted)), 1e-10)),
            float(functional.l1_loss(ours, theirs)) / _FEATURE_UNIT,
            float(_edges(frames) / _edges(wanted).clamp_min(1e-6)),
        )


def steadiness(frames: Tensor, shot: Clip) -> Steadiness:
    """How frames of a shot hang together. Shapes: [T, 3, H, W] in 0..1."""
    flow, valid, drawing = shot.flow[0], shot.valid[0], shot.drawing[0]
    off = (frames[1:] - warp(frames[:-1], flow[1:])).abs().mean(1, keepdim=True)
    steps = (frames[1:] - frames[:-1]).abs().mean(1, keepdim=True)
    unchanged = (drawing[1:] - drawing[:-1]).abs().amax(1, keepdim=True) <= _STILL_COLOUR
    still = (flow[1:].abs().amax(1, keepdim=True) < STILL_PX) & unchanged
    flicker = float(steps[still].mean()) * 255 if bool(still.any()) else math.nan
    return Steadiness(_mean(off, valid[1:]), _mean(*_second_difference(frames, flow, valid)), flicker)


def _second_difference(frames: Tensor, flow: Tensor, valid: Tensor) -> tuple[Tensor, Tensor]:
    """How far each frame is from the mean of its neighbours moved onto it, and where that can be told.

    The way to the next frame is taken for the way back of the flow at the same place: camera and things move slowly.
    Shapes: frames [T, 3, H, W]; flow [T, 2, H, W] -> [T - 2, 1, H, W] each.
    """
    before, after = warp(frames[:-2], flow[1:-1]), warp(frames[2:], -flow[2:])
    seen = valid[1:-1] * (warp(valid[2:], -flow[2:]) > 0.99)
    return (frames[1:-1] - (before + after) / 2).abs().mean(1, keepdim=True), seen


def _mean(values: Tensor, where: Tensor) -> float:
    """The mean over some places, in steps of 1/255."""
    return float((values * where).sum() / where.sum().clamp_min(1)) * 255


def mean_of(rows: list[Likeness]) -> Likeness:
    """The mean of several."""
    return Likeness(*(sum(values) / len(rows) for values in zip(*(vars(row).values() for row in rows), strict=True)))


def compare(
    network: FilmPainter, shots: list[Clip], features: FeatureStack, ways: Mapping[str, Callable[[Clip], Tensor]]
) -> dict[str, Likeness]:
    """The mean likeness, over shots, of the network's film and of other ways to make the frames."""
    every: dict[str, Callable[[Clip], Tensor]] = {"this network": lambda shot: paint_whole(network, shot), **ways}
    return {
        name: mean_of([likeness(way(shot), shot.wanted[0], features) for shot in shots]) for name, way in every.items()
    }


def _edges(pictures: Tensor) -> Tensor:
    kernel = torch.tensor([[0.0, 1, 0], [1, -4, 1], [0, 1, 0]]).view(1, 1, 3, 3)
    return functional.conv2d(pictures.mean(1, keepdim=True), kernel).abs().mean()
