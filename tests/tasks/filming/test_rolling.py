from __future__ import annotations

import numpy as np
import pytest
import torch

from media.film.directing.directing import direct_film
from media.film.probing import film_facts, frames_of
from models.film.painter.network import FilmPainter, FilmPainterConfig
from models.pictures.style.looks import load_looks
from schemas.picture import Paint, Treatment
from tasks.filming.easel import network_size
from tasks.filming.finishing import Window
from tasks.filming.painters.keyed import KeyedPainter
from tasks.filming.painters.keys import frames_of as keyed_frames
from tasks.filming.painters.move import MovePainter
from tasks.filming.painters.networks import StyledKeys
from tasks.filming.rolling import reel_frames, roll_reel
from tests.media.film.songs import facts, song

SIZE = (64, 36)


@pytest.fixture(scope="module")
def filmed():
    """A storyboard of a short song, its score, and painted scenes that are noise."""
    _, _, score, _ = song("V")
    board = direct_film(facts("V", fps=6, duration_s=9.0))
    chance = np.random.default_rng(1)
    stills = {n: chance.integers(0, 256, (48, 80, 3), dtype=np.uint8) for n in range(len(board.scenes))}
    return board, score, stills


def _film(path, filmed, number=0, window=None):
    board, score, stills = filmed
    return roll_reel(board, number, score, MovePainter(board, stills, SIZE), path, size_px=SIZE, window=window)


def test_a_reel_has_every_frame_of_its_shots_and_the_same_bytes_twice(tmp_path, filmed):
    board = filmed[0]
    rolled = _film(tmp_path / "one.mp4", filmed)
    _film(tmp_path / "two.mp4", filmed)
    assert rolled.frames == sum(shot.frames for shot in board.reel(0)) == film_facts(tmp_path / "one.mp4").frames
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()


def test_a_window_of_a_reel_holds_the_frames_that_the_whole_has_there(filmed):
    board, score, stills = filmed
    first, last = board.reel(0)[0].first_frame, board.reel(0)[-1].end_frame
    whole = list(reel_frames(board, 0, score, MovePainter(board, stills, SIZE), Window(first, last)))
    window = Window(first + 7, first + 13)
    part = list(reel_frames(board, 0, score, MovePainter(board, stills, SIZE), window))
    assert len(part) == 6
    for one, other in zip(part, whole[7:13], strict=True):
        assert np.array_equal(one, other)


def test_pictures_move_with_the_camera(tmp_path, filmed):
    _film(tmp_path / "one.mp4", filmed)
    frames = frames_of(tmp_path / "one.mp4", 0, 12).astype(int)
    assert np.abs(np.diff(frames, axis=0)).mean((1, 2, 3)).min() > 0


def test_key_frames_are_painted_after_one_another_and_what_is_between_is_moved(filmed):
    board, score, _ = filmed
    torch.manual_seed(0)
    network = FilmPainter(FilmPainterConfig.tiny()).eval()
    looks = load_looks()
    paint = Paint(look=next(iter(looks)).slug, credit="somebody's harbour")
    keys = StyledKeys(network, looks, Treatment(above=paint, below=paint, subject=paint, strength=0.5))
    painted = []
    really = keys.paint

    def noted(staged, earlier):
        painted.append((staged.frame, earlier and earlier.staged.frame))
        return really(staged, earlier)

    keys.paint = noted
    quick = board.replaced(fps=24)
    shot = quick.shots[0]
    frames = list(KeyedPainter(quick, keys, (64, 32)).frames(shot, _pulse(quick, score), 9))
    assert len(frames) == 9
    assert all(frame.shape == (3, 32, 64) for frame in frames)
    first = shot.first_frame
    assert painted[:3] == [(first, None), (first + 4, first), (first + 8, first + 4)]
    assert len(painted) == 4


def _pulse(board, score):
    from media.film.pulse import pulse_of

    return pulse_of(score, (), fps=board.fps, frames=board.frames)


def test_frames_lie_between_key_frames_six_a_second_and_go_on_for_a_dissolve(filmed):
    shot = filmed[0].shots[0].replaced(first_frame=10, frames=10, transition_frames=0)
    found = list(keyed_frames(shot, 12, 24))
    assert [one.before for one in found] == [10] * 4 + [14] * 4 + [18] * 4
    assert [one.after for one in found] == [14] * 4 + [18] * 4 + [21] * 4
    assert [one.frame for one in found] == list(range(10, 22))
    assert found[1].share == 0.25


def test_networks_paint_at_a_size_of_the_films_proportions():
    assert network_size((1280, 720)) == (512, 288)
    assert network_size((1080, 1920)) == (288, 512)
    assert network_size((64, 36)) == (64, 32)
