"""How far a set of tunes is from another: each statistic compared over the songs of both.

Three distances, each blind to something: `wasserstein` between the songs' values (how far values would have to be
moved), `jensen_shannon` between mean histograms (which things happen how often, whatever the song), and `overlap` of
Yang and Lerch 2020 ('On the evaluation of generative models in music', Neural Computing and Applications 32; online
2018): whether made songs differ from real ones as real ones differ from each other.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.music.statistics import HISTOGRAMS, PROFILES, VALUES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.music.measured_tune import MeasuredTune

    Figures = NDArray[np.float64]

ROWS = (*VALUES, *HISTOGRAMS, *PROFILES)
"""The statistics, in the order of a table."""
_GRID = 512


@dataclass(frozen=True)
class SongSet:
    """The statistics of songs: of each, one row a song."""

    figures: dict[str, Figures]
    """By name of the statistic: [songs], [songs, bins] or [songs, distances]."""

    @property
    def songs(self) -> int:
        """How many songs."""
        return len(next(iter(self.figures.values())))

    def chosen(self, songs: NDArray[np.int64]) -> SongSet:
        """Some of the songs, by their indices, some perhaps twice."""
        return SongSet({name: figures[songs] for name, figures in self.figures.items()})


def measured(tunes: Sequence[MeasuredTune]) -> SongSet:
    """The statistics of tunes, one or more."""
    every = {**VALUES, **HISTOGRAMS, **PROFILES}
    return SongSet({name: np.array([of(tune) for tune in tunes], dtype=np.float64) for name, of in every.items()})


def distance(name: str, real: SongSet, made: SongSet) -> float:
    """How far the made songs are from the real ones by one statistic; 0 where they cannot be told apart.

    Values: the Wasserstein distance in standard deviations of the real songs. Histograms: the Jensen-Shannon distance,
    0 to 1. Profiles: the mean absolute difference of the mean curves, 0 to 1.
    """
    one, other = real.figures[name], made.figures[name]
    if name in VALUES:
        one, other = one[np.isfinite(one)], other[np.isfinite(other)]
        return wasserstein(one, other) / max(float(one.std()), 1e-9)
    if name in HISTOGRAMS:
        return jensen_shannon(_mean_shares(one), _mean_shares(other))
    return float(np.nanmean(np.abs(_mean_curve(one) - _mean_curve(other))))


def wasserstein(one: Figures, other: Figures) -> float:
    """The first Wasserstein distance of two sets of numbers: the area between their distribution functions."""
    every = np.sort(np.concatenate((one, other)))
    below = [np.searchsorted(np.sort(values), every[:-1], side="right") / len(values) for values in (one, other)]
    return float((np.abs(below[0] - below[1]) * np.diff(every)).sum())


def jensen_shannon(one: Figures, other: Figures) -> float:
    """The Jensen-Shannon distance of two histograms that sum to 1: the root of the divergence in bits, 0 to 1."""
    middle = (one + other) / 2
    return float(np.sqrt(max(0.0, (_divergence(one, middle) + _divergence(other, middle)) / 2)))


def _divergence(one: Figures, other: Figures) -> float:
    there = one > 0
    return float((one[there] * np.log2(one[there] / other[there])).sum())


def _mean_shares(counts: Figures) -> Figures:
    """The mean over songs of each song's shares, so that a long song weighs no more than a short one."""
    counted = counts[counts.sum(1) > 0]
    shares: Figures = (counted / counted.sum(1, keepdims=True)).mean(0)
    return shares


def _mean_curve(profiles: Figures) -> Figures:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a distance that no song reaches stays not a number
        curve: Figures = np.nanmean(profiles, axis=0)
    return curve


def overlap(name: str, real: SongSet, made: SongSet) -> float:
    """The overlapping area of Yang and Lerch, 0 to 1; 1 where a made song differs from real ones as they do.

    Each pair of real songs is one difference, each pair of a made and a real song another (absolute for values,
    Euclidean for shares and profiles); both sets of differences are smoothed by a Gaussian kernel (Scott's width), and
    the area under both curves is what they have in common.
    """
    one, other = _points(name, real), _points(name, made)
    within = _differences(one, one)[np.triu_indices(len(one), 1)]
    return _common_area(within, _differences(other, one).ravel())


def _points(name: str, songs: SongSet) -> Figures:
    figures = songs.figures[name]
    if name in VALUES:
        return figures[np.isfinite(figures)][:, None]
    points: Figures = np.nan_to_num(figures)
    if name in HISTOGRAMS:
        points /= np.maximum(points.sum(1, keepdims=True), 1.0)
    return points


def _differences(one: Figures, other: Figures) -> Figures:
    squares = ((one[:, None, :] - other[None, :, :]) ** 2).sum(-1)
    roots: Figures = np.sqrt(squares)
    return roots


def _common_area(one: Figures, other: Figures) -> float:
    widths = [max(float(values.std()), 1e-6) * len(values) ** -0.2 for values in (one, other)]
    places = np.linspace(-3 * max(widths), max(one.max(), other.max()) + 3 * max(widths), _GRID)
    curves = [_smoothed(values, width, places) for values, width in zip((one, other), widths, strict=True)]
    return float(np.minimum(*curves).sum())


def _smoothed(values: Figures, width: float, places: Figures) -> Figures:
    """The density of values at places, summing to 1: counted on the grid, then smoothed by a Gaussian."""
    step = places[1] - places[0]
    counts, _ = np.histogram(values, np.append(places, places[-1] + step) - step / 2)
    reach = min(_GRID // 2, max(1, int(4 * width / step)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step / width) ** 2)
    density: Figures = np.convolve(counts, kernel, mode="same")
    density /= density.sum()
    return density


@dataclass(frozen=True)
class Compared:
    """One statistic of two sets of made songs against the real ones."""

    name: str
    ours: tuple[float, float, float]
    """The distance, and between what bounds nine of ten resamplings have it."""
    other: tuple[float, float, float]
    nearer: float
    """Share of the resamplings in which ours is nearer, half of those that are level counted."""


def compare(
    name: str, real: SongSet, ours: SongSet, other: SongSet, *, resamplings: int = 400, seed: int = 0
) -> Compared:
    """Two distances to the real songs, and how sure it is which is smaller, by the bootstrap (Efron 1979).

    Real and made songs are drawn anew with replacement; where both sets have as many songs they were made under the
    same plans, and the same plans are drawn for both.
    """
    rng = np.random.default_rng(seed)
    real, ours, other = (SongSet({name: songs.figures[name]}) for songs in (real, ours, other))
    found = np.zeros((resamplings, 2))
    for number in range(resamplings):
        drawn = real.chosen(rng.integers(real.songs, size=real.songs))
        mine = rng.integers(ours.songs, size=ours.songs)
        theirs = mine if ours.songs == other.songs else rng.integers(other.songs, size=other.songs)
        found[number] = [distance(name, drawn, made) for made in (ours.chosen(mine), other.chosen(theirs))]
    bounds = np.quantile(found, (0.05, 0.95), axis=0)
    less = (found[:, 0] < found[:, 1]).mean() + 0.5 * (found[:, 0] == found[:, 1]).mean()
    return Compared(
        name,
        (distance(name, real, ours), float(bounds[0, 0]), float(bounds[1, 0])),
        (distance(name, real, other), float(bounds[0, 1]), float(bounds[1, 1])),
        float(less),
    )
