from __future__ import annotations

import numpy as np
import pytest

from models.music.measured_tune import MeasuredTune, TuneNote
from training.tune_distances import ROWS, compare, distance, jensen_shannon, measured, overlap, wasserstein


def tunes(seed: int, count: int, widest: int) -> list[MeasuredTune]:
    rng = np.random.default_rng(seed)
    made = []
    for _ in range(count):
        notes = tuple(TuneNote(2.0 * at, 2.0, int(rng.integers(-widest, widest))) for at in range(64))
        made.append(MeasuredTune(16, "major", notes, (), tuple(float(16 * at) for at in range(0, 8, 2))))
    return made


def test_wasserstein_is_how_far_values_are_moved():
    values = np.array([0.0, 1.0, 2.0])
    assert wasserstein(values, values) == 0
    assert wasserstein(values, values + 3) == pytest.approx(3)
    assert wasserstein(np.array([0.0]), np.array([0.0, 1.0])) == pytest.approx(0.5)


def test_jensen_shannon_is_0_for_the_same_and_1_for_nothing_in_common():
    one, other = np.array([0.5, 0.5, 0.0]), np.array([0.0, 0.0, 1.0])
    assert jensen_shannon(one, one) == 0
    assert jensen_shannon(one, other) == pytest.approx(1)


def test_songs_of_one_kind_are_nearer_than_songs_of_another():
    real, alike, other = measured(tunes(0, 30, 7)), measured(tunes(1, 30, 7)), measured(tunes(2, 30, 16))
    for name in ("compass", "interval sizes"):
        assert distance(name, real, real) == 0
        assert distance(name, real, alike) < distance(name, real, other)
        assert overlap(name, real, alike) > overlap(name, real, other)
    found = compare("compass", real, alike, other, resamplings=40)
    assert found.nearer > 0.95
    assert found.ours[1] <= found.ours[0] * 2


def test_two_equal_sets_are_nearer_by_halves():
    real, made = measured(tunes(0, 10, 7)), measured(tunes(1, 10, 7))
    assert compare("turns", real, made, made, resamplings=20).nearer == 0.5


def test_every_row_that_was_counted_has_a_distance():
    real, made = measured(tunes(0, 5, 7)), measured(tunes(1, 5, 9))
    counted = [name for name in ROWS if name != "chord tones on strong beats"]
    assert all(distance(name, real, made) >= 0 for name in counted)
    assert all(0 <= overlap(name, real, made) <= 1 + 1e-9 for name in counted)
