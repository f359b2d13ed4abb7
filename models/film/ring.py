"""A closed cubic spline through points of w, walked by its length: twice continuously differentiable all round.

Its control points c solve p[k] = (c[k-1] + 4 c[k] + c[k+1]) / 6, a circulant system that a Fourier transform solves.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_STEPS = 256
"""Chords a segment by which its length is measured."""


class Ring:
    """A closed curve through points, the first of which lies at length 0.

    `length` is that of the whole round, 0 where all points are one.
    """

    def __init__(self, points: Floats) -> None:
        """Lays a curve through at least 3 points [P, W]."""
        count = len(points)
        weights = (4.0 + 2.0 * np.cos(2.0 * np.pi * np.arange(count) / count)) / 6.0
        self._controls = np.fft.ifft(np.fft.fft(points, axis=0) / weights[:, None], axis=0).real
        self.points = points
        self._places = np.arange(count * _STEPS + 1) / _STEPS
        fine = self._spline(self._places)
        chords = np.linalg.norm(np.diff(fine, axis=0), axis=1)
        self._lengths = np.concatenate([[0.0], np.cumsum(chords)])
        self.length = float(self._lengths[-1])
        self._middle = points.mean(axis=0)
        self._radius = float(np.linalg.norm(fine - self._middle, axis=1).max())

    def at(self, walked: float) -> Floats:
        """The point [W] at some length from the first; the curve is walked round and round, backwards below 0."""
        place = np.interp(walked % self.length, self._lengths, self._places) if self.length else 0.0
        return np.asarray(self._spline(np.array([place]))[0])

    def scaled(self, share: float) -> Ring:
        """The same ring, smaller or larger about its first point."""
        return Ring(self.points[0] + share * (self.points - self.points[0]))

    def farthest_from(self, other: Ring) -> float:
        """What the distance between a point of this ring and one of another never exceeds."""
        return float(np.linalg.norm(self._middle - other._middle)) + self._radius + other._radius

    def _spline(self, places: Floats) -> Floats:
        count = len(self._controls)
        segment = np.floor(places).astype(int)
        u = (places - segment)[:, None]
        weights = ((1 - u) ** 3, 3 * u**3 - 6 * u**2 + 4, -3 * u**3 + 3 * u**2 + 3 * u + 1, u**3)
        parts = [weight * self._controls[(segment + k - 1) % count] for k, weight in enumerate(weights)]
        return np.asarray(sum(parts) / 6.0)
