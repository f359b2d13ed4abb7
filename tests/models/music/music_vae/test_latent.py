from __future__ import annotations

import pytest
import torch

from models.music.music_vae.config import MusicVAEConfig
from models.music.music_vae.latent import (
    drum_groove,
    home_shift,
    interpolate,
    interpolate_melodies,
    moved,
    place,
    random_points,
    vary_melody,
)
from models.music.music_vae.network import MusicVAE
from schemas.errors import MediaError

TUNE = [(0, 4, 60), (4, 4, 62), (8, 8, 64), (16, 8, 67), (24, 8, 60)]
OTHER = [(0, 8, 79), (8, 8, 77), (16, 16, 72)]


@pytest.fixture(scope="module")
def vae():
    torch.manual_seed(1)
    return MusicVAE(MusicVAEConfig.tiny()).eval()


@pytest.fixture(scope="module")
def drums():
    torch.manual_seed(1)
    return MusicVAE(MusicVAEConfig.tiny("drums")).eval()


def test_the_way_on_the_sphere_has_its_ends_and_keeps_its_length():
    one, other = torch.tensor([2.0, 0.0, 0.0]), torch.tensor([0.0, 2.0, 0.0])
    assert torch.allclose(interpolate(one, other, 0.0), one, atol=1e-6)
    assert torch.allclose(interpolate(one, other, 1.0), other, atol=1e-6)
    middle = interpolate(one, other, 0.5)
    assert middle.norm() == pytest.approx(2.0, rel=1e-5)
    assert torch.allclose(middle, torch.tensor([2.0**0.5, 2.0**0.5, 0.0]))


def test_equal_opposite_and_empty_vectors_are_bridged_on_a_line():
    one = torch.tensor([1.0, 0.0])
    for other in (one, -one, torch.zeros(2)):
        assert torch.allclose(interpolate(one, other, 0.25), one * 0.75 + other * 0.25)


def test_a_bridge_is_as_long_as_asked_and_the_same_every_time(vae):
    found = interpolate_melodies(vae, TUNE, OTHER, 5)
    assert len(found) == 5
    assert found == interpolate_melodies(vae, TUNE, OTHER, 5)


def test_a_bridge_moved_to_another_key_is_the_same_bridge(vae):
    found = interpolate_melodies(vae, TUNE, OTHER, 4)
    up = interpolate_melodies(vae, moved(TUNE, 3), moved(OTHER, 3), 4)
    assert [moved(notes, 3) for notes in found] == up


def test_a_variation_keeps_its_key_and_differs_by_seed_and_amount(vae):
    found = vary_melody(vae, TUNE, 0.4, 1)
    assert found == vary_melody(vae, TUNE, 0.4, 1)
    assert vary_melody(vae, moved(TUNE, -5), 0.4, 1) == moved(found, -5)
    assert vary_melody(vae, TUNE, 0.0, 1) == vary_melody(vae, TUNE, 0.0, 2)
    varied = {vary_melody(vae, TUNE, 1.0, seed, temperature=1.0) for seed in range(4)}
    assert len(varied) > 1


def test_a_tune_is_moved_home_from_every_key():
    shifts = {(60 + semitones + home_shift(moved(TUNE, semitones))) % 12 for semitones in range(-12, 13)}
    assert shifts == {0}
    mean = sum(pitch + home_shift(TUNE) for _, _, pitch in TUNE) / len(TUNE)
    assert 64 < mean < 80


def test_grooves_are_strokes_of_the_nine_drums_and_follow_their_seed(drums):
    one, same, other = (drum_groove(drums, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other
    assert {pitch for _, pitch in one} <= {36, 38, 42, 46, 45, 48, 50, 49, 51}
    assert all(0 <= onset < 32 for onset, _ in one)
    like = [(0, 36), (8, 38), (16, 36), (24, 38)]
    near = [drum_groove(drums, seed=seed, like=like, amount=0.0, temperature=0.0) for seed in (1, 2)]
    assert near[0] == near[1]


@pytest.mark.parametrize("steps", [1, 65])
def test_steps_out_of_bounds_are_refused(vae, steps):
    with pytest.raises(MediaError, match="2 to 64"):
        interpolate_melodies(vae, TUNE, OTHER, steps)


def test_empty_and_impossible_tunes_and_amounts_are_refused(vae, drums):
    with pytest.raises(MediaError, match="without notes"):
        vary_melody(vae, [], 0.5, 1)
    with pytest.raises(MediaError, match="from 21 to 108"):
        place(vae, [(0, 4, 12)])
    with pytest.raises(MediaError, match="at sixteenth 32: this network reads 32"):
        vary_melody(vae, [(0, 4, 60), (32, 4, 62)], 0.5, 1)
    with pytest.raises(MediaError, match="from 0"):
        vary_melody(vae, TUNE, 1.5, 1)
    with pytest.raises(MediaError, match="of drums"):
        drum_groove(vae, seed=1)
    with pytest.raises(MediaError, match="amount"):
        drum_groove(drums, seed=1, amount=-1.0)


def test_points_of_a_seed_are_the_same(vae):
    assert torch.equal(random_points(vae, 3, 5), random_points(vae, 3, 5))
