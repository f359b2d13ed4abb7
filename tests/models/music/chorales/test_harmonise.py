from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.music.chorales.counterpoint import Faults, faults, parallels
from models.music.chorales.grid import (
    RANGES,
    START,
    checked_grid,
    grid_of,
    serialise,
    transposed,
    transpositions,
)
from models.music.chorales.harmonise import HeldNote, compose, harmonise, held_notes, in_range
from models.music.chorales.network import ChoraleConfig, ChoraleNetwork, load_chorale_network
from schemas.errors import MediaError, SettingsError

NONE = checked_grid([[72, 67, 64, 48]])
CADENCE = [[72, 67, 64, 48]] * 2 + [[71, 67, 62, 55]] * 2 + [[72, 67, 64, 48]] * 4
TUNE = [72] * 4 + [74] * 4 + [76] * 2 + [74] * 2 + [72] * 8


def network(seed: int = 0, kind: str = "relative") -> ChoraleNetwork:
    torch.set_num_threads(1)
    torch.manual_seed(seed)
    return ChoraleNetwork(ChoraleConfig.tiny(kind)).eval()


@settings(deadline=None)
@given(st.lists(st.lists(st.integers(35, 81), min_size=4, max_size=4), min_size=1, max_size=9))
def test_a_grid_comes_back_from_its_tokens(rows):
    grid = checked_grid([[-1 if pitch == 35 else pitch for pitch in row] for row in rows])
    assert np.array_equal(grid_of(serialise(grid)), grid)
    for semitones in transpositions(grid):
        assert np.array_equal(transposed(transposed(grid, semitones), -semitones), grid)
        checked_grid(transposed(grid, semitones))


@pytest.mark.parametrize(
    ("grid", "message"),
    [([], "shape"), ([[60, 60, 60]], "shape"), ([[60, 60, 60, 20]], "voice 4 has note 20"), ([["a"]], "a row of 4")],
)
def test_what_is_no_chorale_is_refused(grid, message):
    with pytest.raises(MediaError, match=message):
        checked_grid(grid)
    with pytest.raises(MediaError, match="has 4 a step"):
        grid_of(np.array([1, 2, 3, START]))


def test_parallels_are_those_of_the_textbook():
    assert parallels(np.array([67, 60]), np.array([69, 62])) == [(0, 1, 7)]
    assert parallels(np.array([72, 60]), np.array([74, 62])) == [(0, 1, 0)]
    assert parallels(np.array([67, 60]), np.array([67, 60])) == []
    assert parallels(np.array([67, 60]), np.array([65, 70])) == []
    assert parallels(np.array([67, 60]), np.array([69, 65])) == []
    assert parallels(np.array([67, -1]), np.array([69, 62])) == []


def test_the_faults_of_a_clean_cadence_and_of_a_bad_one_are_counted():
    assert faults(checked_grid(CADENCE)) == Faults(8, 2, 0, 0, 0, 0)
    bad = faults(checked_grid([[72, 67, 60, 48], [74, 69, 62, 50], [60, 64, 59, 50]]))
    assert (bad.parallel_octaves, bad.parallel_fifths, bad.crossings) == (3, 2, 1)
    assert (bad + bad).steps == 6


@settings(max_examples=6, deadline=None)
@given(
    st.lists(st.integers(57, 81), min_size=1, max_size=24),
    st.integers(0, 2**31),
    st.integers(0, 3),
    st.booleans(),
)
def test_any_melody_is_sung_as_it_is_over_voices_in_range_that_never_cross(tune, seed, begins_at, strict):
    grid = harmonise(tune, network(seed), seed=seed, begins_at=begins_at, singers=3, strict=strict)
    assert grid.shape == (len(tune), 4)
    assert grid[:, 0].tolist() == in_range(tune)
    found = faults(grid)
    assert found.crossings == 0
    for voice, (low, high) in zip(grid.T[1:], RANGES[1:], strict=True):
        assert (voice >= low).all()
        assert (voice <= high).all()


@pytest.mark.parametrize("chord", [(0, 4, 7), (2, 5, 7, 11)])
def test_voices_keep_to_the_chords_that_are_given(chord):
    grid = harmonise(TUNE, network(), seed=0, singers=2, chords=[chord] * len(TUNE))
    assert set((grid[:, 1:] % 12).flatten().tolist()) <= set(chord)
    with pytest.raises(MediaError, match="give one for each"):
        harmonise(TUNE, network(), seed=0, chords=[chord])


def test_no_parallels_are_sung_where_another_note_is_left():
    model = network(4)
    free = sum((faults(harmonise(TUNE, model, seed=s, singers=2, strict=False)) for s in range(3)), faults(NONE))
    clean = sum((faults(harmonise(TUNE, model, seed=s, singers=2)) for s in range(3)), faults(NONE))
    assert clean.parallel_fifths + clean.parallel_octaves == 0 < free.parallel_fifths + free.parallel_octaves


def test_the_same_seed_sings_the_same_and_another_seed_something_else():
    model = network()
    one, again, other = (harmonise(TUNE, model, seed=seed, singers=4) for seed in (1, 1, 2))
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


@pytest.mark.parametrize("kind", ["relative", "lstm"])
def test_a_melody_longer_than_the_context_is_sung_to_its_end(kind):
    grid = harmonise(TUNE + TUNE[:8], network(kind=kind), seed=0, singers=2)
    assert grid[:, 0].tolist() == TUNE + TUNE[:8]


def test_a_low_melody_is_sung_octaves_higher_and_its_rests_are_held():
    assert in_range([-1, 48, -1, 52]) == [72, 72, 72, 76]
    assert in_range([81, 57]) == [81, 57]


@pytest.mark.parametrize("tune", [[], [-1, -1], [40, 81], [60] * 4097])
def test_melodies_that_no_choir_sings_are_refused(tune):
    with pytest.raises(MediaError):
        harmonise(tune, network(), seed=0)


@pytest.mark.parametrize("wrong", [{"seed": -1}, {"begins_at": 4}, {"singers": 0}, {"temperature": 0.0}])
def test_settings_out_of_bounds_are_refused(wrong):
    with pytest.raises(SettingsError, match="0 or more"):
        harmonise(TUNE, network(), **{"seed": 0, **wrong})


def test_the_network_alone_composes_notes_of_the_alphabet():
    assert checked_grid(compose(network(), 10, seed=3)).shape == (10, 4)
    with pytest.raises(MediaError, match="1 to 4096"):
        compose(network(), 0, seed=3)


def test_notes_that_are_held_become_one():
    soprano, *_, bass = held_notes(checked_grid(CADENCE))
    assert soprano == (HeldNote(0, 2, 72), HeldNote(2, 2, 71), HeldNote(4, 4, 72))
    assert bass == (HeldNote(0, 2, 48), HeldNote(2, 2, 55), HeldNote(4, 4, 48))
    assert held_notes(checked_grid([[-1, 60, 60, 60]]))[0] == ()


def test_the_choir_that_is_shipped_sings_a_scale_in_c_without_faults_and_closes_at_home():
    weights = Path(__file__).resolve().parents[4] / "weights" / "chorales.safetensors"
    scale = [pitch for pitch in (64, 65, 67, 69, 67, 65, 64, 62, 60) for _ in range(4)] + [60] * 4
    grid = harmonise([pitch + 12 for pitch in scale], load_chorale_network(weights), seed=0)
    found = faults(grid)
    assert found.parallel_fifths == found.parallel_octaves == found.crossings == 0
    assert set((grid[-1] % 12).tolist()) <= {0, 4, 7}
    assert grid[-1, 3] % 12 == 0
    in_key = np.isin(grid % 12, (0, 2, 4, 5, 7, 9, 11)).mean()
    assert in_key > 0.9
