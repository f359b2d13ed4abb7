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
    both show the same thing; `flicker` that between two frames as they are, where nothing moves and nothing drawn
    changes. `still_share` is the share of pixels that stand still; flicker is nan where there are none.
    """

    warping: float
    flicker: float
    still_share: float


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
            painted = network(labels, drawing, regions, grain, condition, previous)
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
    flow, valid, drawing = shot.flow[0, 1:], shot.valid[0, 1:], shot.drawing[0]
    steps = (frames[1:] - frames[:-1]).abs().mean(1, keepdim=True)
    off = (frames[1:] - warp(frames[:-1], flow)).abs().mean(1, keepdim=True)
    unchanged = (drawing[1:] - drawing[:-1]).abs().amax(1, keepdim=True) <= _STILL_COLOUR
    still = (flow.abs().amax(1, keepdim=True) < STILL_PX) & unchanged
    flicker = float(steps[still].mean()) * 255 if bool(still.any()) else math.nan
    return Steadiness(float((off * valid).sum() / valid.sum().clamp_min(1)) * 255, flicker, float(still.float().mean()))


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
