import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.rhythm import LineShape, RhythmLattice, Wishes, grid_for, lay, strengths
from schemas.errors import StepError


def sampled(lattice: RhythmLattice, seed: int) -> list[int]:
    rng, onsets = np.random.default_rng(seed), []
    for syllable in range(lattice.syllables):
        weights = lattice.onset_weights(syllable, onsets[-1] if onsets else None)
        shares = np.exp(weights - weights.max())
        onsets.append(int(rng.choice(len(shares), p=shares / shares.sum())))
    return onsets


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 16), st.sampled_from([3, 4]), st.sampled_from([1, 2, 4]), st.integers(50, 180), st.integers(0, 99)
)
def test_any_line_is_laid_and_breathes(syllables: int, beats: int, bars: int, tempo: int, seed: int):
    grid = grid_for(syllables, beats, bars, tempo)
    stress = tuple(np.random.default_rng(seed).integers(0, 2, syllables).astype(float))
    shape = LineShape(stress, beats, bars, tempo, grid)
    lattice = lay(shape)
    onsets = sampled(lattice, seed)
    assert onsets == sorted(set(onsets))
    rest = shape.slots - onsets[-1] - lattice.last_length(onsets[-1])
    assert lattice.last_length(onsets[-1]) >= 1
    assert rest >= 2 * grid
    assert rest * 15 / (tempo * grid) >= 0.25 - 1e-9


def test_stressed_syllables_find_strong_beats():
    lattice = lay(LineShape((0.0, 1.0) * 4, 4, 2, 96))
    strength = np.tile(strengths(4), 2)
    marks = [strength[slot] for seed in range(20) for slot in sampled(lattice, seed)[1::2]]
    others = [strength[slot] for seed in range(20) for slot in sampled(lattice, seed)[0::2]]
    assert np.mean(marks) > 0.6 > 0.4 > np.mean(others)


def test_pinned_required_and_allowed_slots_are_kept():
    shape = LineShape((1.0, 0.0, 1.0, 0.0, 1.0), 4, 2, 96)
    assert sampled(lay(shape, (Wishes(pinned={1: 6, 2: 8}),)), 1)[1:3] == [6, 8]
    assert {0, 8, 12} <= set(sampled(lay(shape, (Wishes(required=frozenset({0, 8, 12})),)), 2))
    allowed = frozenset({0, 2, 4, 8, 10, 16})
    assert set(sampled(lay(shape, (Wishes(allowed=allowed),)), 3)) <= allowed


def test_a_wish_that_cannot_be_met_gives_way_to_the_next():
    shape = LineShape((1.0, 0.0, 1.0), 4, 1, 96)
    lattice = lay(shape, (Wishes(pinned={0: 15}), Wishes(pinned={0: 2})))
    assert sampled(lattice, 0)[0] == 2


def test_a_line_that_can_never_fit_is_refused():
    with pytest.raises(StepError, match="plan more bars"):
        lay(LineShape((0.0,) * 16, 3, 1, 96))


def test_sixteenths_do_unless_a_line_is_too_long():
    assert grid_for(8, 4, 1, 96) == 1
    assert grid_for(16, 4, 2, 96) == 1
    assert grid_for(16, 3, 1, 96) == 2
