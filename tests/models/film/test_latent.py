"""A walk through w in time with a song."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from models.film.latent import LatentFilm, LatentSettings
from models.film.latent_motion import Heard
from models.film.ring import Ring
from models.pictures.stylegan2 import Generator, StyleGAN2Config
from schemas.errors import CheckpointError, MediaError


def made(config=None, seed=0):
    torch.manual_seed(seed)
    generator = Generator(config or StyleGAN2Config.tiny()).eval()
    generator.measure_mean_w(count=500)
    return generator


@pytest.fixture(scope="module")
def generator():
    return made()


def song(frames=240, fps=24.0, sections=(0, 1, 0), every_s=0.5):
    """Onsets at a steady beat, loud in the middle, sections of equal length."""
    times = np.arange(frames) / fps
    beat = np.floor(times / every_s)
    onset = np.where(np.diff(beat, prepend=-1) > 0, 0.8, 0.0)
    section = np.array(sections)[np.minimum(np.arange(frames) * len(sections) // frames, len(sections) - 1)]
    return Heard(0.5 - 0.4 * np.cos(2 * np.pi * times / times[-1]), onset, section, fps)


def steps(film, first=0, count=None):
    ws = film.ws(first, film.frame_count if count is None else count).double()
    return (ws[1:] - ws[:-1]).norm(dim=2).amax(dim=1).numpy()


def test_frames_are_planar_bytes_of_the_networks_own_size(generator):
    film = LatentFilm(generator, song(48), seed=1)
    frames = list(film.frames(10, 3))
    assert [(frame.shape, frame.dtype) for frame in frames] == [((3, 16, 16), np.uint8)] * 3
    assert film.ws(0, 5).shape == (5, 6, 16)
    assert len(list(film.frames(40))) == 8
    assert list(film.frames(48)) == []


def test_a_frame_has_the_same_bytes_wherever_the_painting_begins(generator):
    film = LatentFilm(generator, song(60), seed=1)
    whole = np.stack(list(film.frames()))
    again = LatentFilm(made(), song(60), seed=1)
    parts = np.concatenate([np.stack(list(again.frames(first, 7))) for first in range(0, 56, 7)])
    assert np.array_equal(whole[:56], parts)
    assert not np.array_equal(whole, np.stack(list(LatentFilm(generator, song(60), seed=2).frames())))


@settings(max_examples=25, deadline=None)
@given(
    frames=st.integers(1, 300),
    fps=st.sampled_from([1.0, 12.0, 24.0, 29.97, 60.0, 240.0]),
    loops=st.booleans(),
    seed=st.integers(0, 2**31),
)
def test_no_step_is_longer_than_the_film_says_whatever_is_heard(generator, frames, fps, loops, seed):
    draw = np.random.default_rng(seed)
    lengths = draw.integers(1, 90, frames)
    section = np.repeat(draw.integers(0, 3, frames), lengths)[:frames]
    onset = draw.uniform(0, 1, frames) * (draw.uniform(0, 1, frames) < draw.uniform())
    film = LatentFilm(generator, Heard(draw.uniform(0, 1, frames), onset, section, fps), seed=seed, loops=loops)
    moved = steps(film, 0, frames + (1 if loops else 0))
    assert (moved <= film.largest_step * (1 + 1e-5) + 1e-5).all()
    if loops:
        assert torch.equal(film.ws(frames, 1), film.ws(0, 1))


def test_a_film_of_twice_the_frames_takes_half_the_steps(generator):
    few = LatentFilm(generator, song(240, 24.0), seed=4)
    many = LatentFilm(generator, song(1920, 192.0), seed=4)
    assert many.largest_step < 0.25 * few.largest_step
    assert steps(many).max() < 0.25 * steps(few).max()


def test_pictures_change_little_from_frame_to_frame(generator):
    film = LatentFilm(generator, song(120), seed=3)
    frames = np.stack(list(film.frames())).astype(float)
    moved = np.abs(np.diff(frames, axis=0)).mean(axis=(1, 2, 3))
    unlike = np.abs(frames[0] - frames[60]).mean()
    assert moved.max() < 0.5 * max(unlike, 20.0)
    assert moved.mean() < 6.0


@pytest.mark.parametrize("sections", [(0,), (0, 1), (0, 1, 0), (3, 1, 2)])
def test_a_loop_closes_with_a_step_like_any_other(generator, sections):
    film = LatentFilm(generator, song(192, 24.0, sections), seed=5, loops=True)
    moved = steps(film, 0, 193)
    assert moved[-1] <= np.percentile(moved[:-1], 99) * 1.05
    assert torch.equal(film.ws(190, 4)[2:], film.ws(0, 2))
    assert np.array_equal(next(film.frames(192, 1)), next(film.frames(0, 1)))


def test_a_chorus_that_returns_wears_the_look_it_had(generator):
    heard = song(480, 24.0, (0, 1, 0, 1))
    quiet = Heard(np.full(480, 0.5), np.zeros(480), heard.section, 24.0)
    ws = LatentFilm(generator, quiet, seed=6).ws(0, 480)
    assert torch.allclose(ws[150:200], ws[390:440], atol=1e-5)
    assert (ws[60] - ws[180]).norm() > 1.0


def test_the_walk_is_faster_at_onsets_than_between_them(generator):
    heard = song(480, 24.0, (0,))
    moved = steps(LatentFilm(generator, heard, seed=7))
    onsets = np.flatnonzero(np.asarray(heard.onset)[1:] > 0)
    assert moved[onsets].mean() > 2.0 * np.delete(moved, onsets).mean()


def test_a_section_of_a_few_frames_is_no_scene_of_its_own(generator):
    section = np.array([0] * 60 + [1] * 5 + [0] * 60 + [2] * 60)
    quiet = Heard(np.full(185, 0.5), np.zeros(185), section, 24.0)
    plain = Heard(np.full(185, 0.5), np.zeros(185), np.where(section == 1, 0, section), 24.0)
    assert torch.equal(LatentFilm(generator, quiet, seed=8).ws(0, 185), LatentFilm(generator, plain, seed=8).ws(0, 185))


def test_a_network_of_one_channel_four_channels_and_of_classes_is_filmed_too():
    for config in (
        StyleGAN2Config(resolution=8, z_width=4, w_width=4, channels=(4, 4), mapping_layers=1, image_channels=1),
        StyleGAN2Config(resolution=8, z_width=4, w_width=1, channels=(4, 4), mapping_layers=1, image_channels=4),
        StyleGAN2Config(resolution=8, z_width=4, w_width=4, channels=(4, 4), mapping_layers=1, labels=3),
    ):
        film = LatentFilm(made(config), song(30), seed=1, label=2 if config.labels else 0)
        frame = next(film.frames(3, 1))
        assert frame.shape == (3, 8, 8)
        assert config.image_channels > 1 or np.array_equal(frame[0], frame[2])


@pytest.mark.parametrize(
    ("heard", "told"),
    [
        (Heard([], [], [], 24.0), "1 to 2,000,000 frames"),
        (Heard([0.5], [0.5, 0.5], [0], 24.0), "one number a frame"),
        (Heard([1.5], [0.0], [0], 24.0), "energy"),
        (Heard([0.5], [float("nan")], [0], 24.0), "onset"),
        (Heard([0.5], [0.5], [-1], 24.0), "whole numbers"),
        (Heard([0.5], [0.5], [0.5], 24.0), "whole numbers"),
        (Heard([0.5], [0.5], [0], 0.0), "1 to 240"),
        (Heard([0.5], [0.5], [0], float("nan")), "1 to 240"),
    ],
)
def test_what_cannot_be_heard_is_refused_in_plain_words(generator, heard, told):
    with pytest.raises(MediaError, match=told):
        LatentFilm(generator, heard, seed=1)


def test_frames_classes_and_settings_that_do_not_exist_are_refused(generator):
    film = LatentFilm(generator, song(30), seed=1)
    for first, count in ((-1, 2), (0, 31), (31, 1)):
        with pytest.raises(MediaError, match="0 to 29"):
            film.frames(first, count)
    with pytest.raises(CheckpointError, match="class"):
        LatentFilm(generator, song(30), seed=1, label=3)
    with pytest.raises(MediaError, match="shares"):
        LatentSettings(calm=0.9, by_energy=0.9)
    with pytest.raises(MediaError, match="200 looks"):
        LatentFilm(generator, Heard(np.zeros(500), np.zeros(500), np.arange(500) // 2, 1.0), seed=1)


def test_damaged_weights_are_named_and_not_filmed():
    generator = made()
    with torch.no_grad():
        generator.synthesis.const.fill_(float("nan"))
    with pytest.raises(CheckpointError, match="damaged"):
        next(LatentFilm(generator, song(30), seed=1).frames())


def test_a_ring_goes_through_its_points_and_has_no_corner():
    points = np.random.default_rng(0).standard_normal((5, 8))
    ring = Ring(points)
    fine = np.stack([ring.at(walked) for walked in np.linspace(0, ring.length, 2001)])
    assert max(np.linalg.norm(fine - point, axis=1).min() for point in points) < 0.01
    assert np.allclose(ring.at(-0.3), ring.at(ring.length - 0.3))
    chords = np.linalg.norm(np.diff(fine, axis=0), axis=1)
    assert chords.max() / chords.min() < 1.02
    bends = np.linalg.norm(np.diff(fine, n=2, axis=0), axis=1)
    assert np.abs(np.diff(bends)).max() < 0.2 * bends.max()
