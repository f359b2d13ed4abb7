from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from media.film.directing.directing import direct_film
from media.film.grading import GLOW, darkest, fade_at, grade_at, vignette_of
from media.film.pulse import Pulse, pulse_of
from schemas.film import Storyboard
from tests.media.film.songs import facts


@lru_cache(maxsize=1)
def _film() -> tuple[Storyboard, Pulse]:
    told = facts("iVCBCo", "synth-pop")
    return direct_film(told), pulse_of(told.score, told.syllables, fps=24, frames=told.frames)


def test_every_frame_has_a_grade_that_keeps_colours_in_bounds():
    board, pulse = _film()
    for number, shot in enumerate(board.shots):
        for frame in range(shot.first_frame, shot.end_frame, 11):
            grade = grade_at(board, number, frame, pulse)
            assert grade.matrix.shape == (3, 4)
            assert np.abs(grade.matrix).max() < 1.5
            assert 0 <= grade.glow <= GLOW
            assert 0 <= grade.vignette <= 0.25
            assert 0 <= grade.before <= 1


def test_a_grey_stays_about_as_bright_as_it_was():
    board, pulse = _film()
    shot = board.shots[3]
    out = grade_at(board, 3, shot.first_frame + shot.frames // 2, pulse).matrix @ np.array([0.5, 0.5, 0.5, 1])
    assert out @ np.array([0.2126, 0.7152, 0.0722]) == pytest.approx(0.5, abs=0.06)
    assert np.ptp(out) > 0.002


def test_hits_make_the_picture_brighter():
    board, pulse = _film()
    number = next(n for n, shot in enumerate(board.shots) if shot.section.startswith("chorus"))
    shot = board.shots[number]
    frames = range(shot.first_frame + 4, shot.end_frame - 4)
    bright = [grade_at(board, number, frame, pulse).matrix[:, :3].sum() for frame in frames]
    onset = [pulse.onset[frame] for frame in frames]
    assert np.corrcoef(bright, onset)[0, 1] > 0.9


def test_a_dip_darkens_both_sides_of_a_cut_and_a_dissolve_neither():
    board, _ = _film()
    dip = next(n for n, shot in enumerate(board.shots) if n and shot.transition == "dip")
    first = board.shots[dip].first_frame
    assert fade_at(board, dip - 1, first - 1)[0] > 0.9
    assert fade_at(board, dip, first)[0] > 0.9
    assert fade_at(board, dip, first + board.shots[dip].transition_frames) == (0.0, 0.0)
    melt = next(n for n, shot in enumerate(board.shots) if shot.transition == "dissolve")
    dark, before = fade_at(board, melt, board.shots[melt].first_frame)
    assert dark == 0
    assert before > 0.8


def test_the_film_ends_in_its_darkest_colour():
    board, pulse = _film()
    grade = grade_at(board, len(board.shots) - 1, board.frames - 1, pulse)
    assert grade.dark == pytest.approx(1)
    assert np.allclose(grade.matrix @ np.array([0.9, 0.2, 0.4, 1]), darkest(board), atol=1e-6)


def test_a_vignette_leaves_the_middle_alone():
    field = vignette_of(64, 36)
    assert field.shape == (36, 64)
    assert field[18, 32] < 0.01
    assert field[0, 0] > 0.9
