"""Films by themselves: a stretch of a song into a file, going on after a stop, and what is refused."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from media.film.probing import film_facts, frames_of
from schemas.errors import MediaError, ReviewError, StepError
from tasks.filming import alone, crew
from tasks.filming.alone import film_alone, loop_alone
from tasks.filming.finishing import join
from tasks.filming.performing import portrait_of
from tasks.filming.pieces import FilmOrder, make_piece
from tasks.prospects import foresee
from tests.tasks.conftest import Workshop, own_words_brief

ORDER = FilmOrder(style="vid2vid", size_px=(64, 64), fps=2)


@pytest.fixture
def song(made):
    """The made album as it was looked at, and its song."""
    state = made.open()
    foresee(state)
    return state, state.plan.songs[0]


@pytest.fixture
def in_process(monkeypatch):
    """Pieces are made here, one after the other; answers those that were."""
    made = []

    def make(pieces, settings, report):
        from tasks.bench import Bench

        bench = Bench(settings)
        for piece in pieces:
            if not piece.is_made:
                make_piece(piece, bench, lambda: None)
                made.append(piece.path.name)
        report(1, 1)
        bench.catalogue.close()

    monkeypatch.setattr(alone, "make_pieces", make)
    return made


def test_a_stretch_of_a_song_is_filmed_with_its_sound(song, in_process, tmp_path):
    out = tmp_path / "verse.mp4"
    filmed = film_alone(*song, replace(ORDER, from_s=4.0, to_s=7.0), out)
    facts = film_facts(out)
    assert (facts.width_px, facts.height_px, facts.fps, facts.frames) == (64, 64, 2, 6)
    assert (filmed.window.first, filmed.window.end, filmed.out) == (8, 14, out)
    assert facts.sound_s == pytest.approx(3, abs=0.1)
    assert facts.tags["title"] == "Upon the Water"
    assert not list((song[0].bench.settings.home / "films").iterdir())


def test_a_film_that_was_stopped_goes_on_with_what_is_missing_alone(song, in_process, tmp_path, monkeypatch):
    state, _ = song
    whole, again = tmp_path / "whole.mp4", tmp_path / "again.mp4"
    film_alone(*song, replace(ORDER, from_s=6.0), whole)
    first = list(in_process)
    assert len(first) > 1

    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(alone, "join", stop)
    with pytest.raises(KeyboardInterrupt):
        film_alone(*song, replace(ORDER, from_s=6.0), again)
    monkeypatch.setattr(alone, "join", join)
    (folder,) = (state.bench.settings.home / "films").iterdir()
    (folder / first[1]).unlink()
    in_process.clear()
    film_alone(*song, replace(ORDER, from_s=6.0), again)
    assert in_process == [first[1]]
    assert again.read_bytes() == whole.read_bytes()


@pytest.mark.parametrize(("from_s", "to_s"), [(3.0, 3.2), (-1.0, 5.0), (9.0, 4.0), (0.0, 500.0), (600.0, None)])
def test_a_stretch_that_is_none_of_the_song_is_refused_with_its_length(song, tmp_path, from_s, to_s):
    with pytest.raises(MediaError, match=r"no stretch of a song of 24\.\d s: film at least 0.5 s"):
        film_alone(*song, replace(ORDER, from_s=from_s, to_s=to_s), tmp_path / "no.mp4")


@pytest.mark.parametrize(("from_s", "to_s"), [(float("nan"), 5.0), (0.0, float("nan")), (0.0, float("inf"))])
def test_a_moment_that_is_no_number_is_refused(song, tmp_path, from_s, to_s):
    with pytest.raises(MediaError, match="no stretch"):
        film_alone(*song, replace(ORDER, from_s=from_s, to_s=to_s), tmp_path / "no.mp4")


@pytest.mark.parametrize(("size_px", "told"), [((65, 64), "even"), ((64, 9000), "9000"), ((0, 64), "0")])
def test_a_size_that_no_film_has_is_refused(song, tmp_path, size_px, told):
    with pytest.raises(MediaError, match=told):
        film_alone(*song, replace(ORDER, size_px=size_px), tmp_path / "no.mp4")


def test_a_loop_lasts_eight_seconds_and_closes(song, tmp_path):
    out, told = tmp_path / "canvas.mp4", []
    loop_alone(*song, ORDER, out, report=lambda done, total: told.append((done, total)))
    facts = film_facts(out)
    assert facts.duration_s == pytest.approx(8, abs=0.1)
    assert facts.sound_s == 0
    assert told[-1][0] == told[-1][1] == len(told)
    shown = frames_of(out, 0, facts.frames).astype(int)
    steps = np.abs(np.diff(shown, axis=0)).mean((1, 2, 3))
    seam = np.abs(shown[0] - shown[-1]).mean()
    assert seam <= 1.5 * steps.max()


def test_a_song_that_is_not_finished_is_refused_with_the_remedy(made, tmp_path):
    other = Workshop(made.settings, own_words_brief().replaced(seed=6), made.bench)
    state = other.open()
    foresee(state)
    with pytest.raises(ReviewError, match=f"hibari make {state.album_id}"):
        film_alone(state, state.plan.songs[0], ORDER, tmp_path / "no.mp4")


def test_a_portrait_is_not_moved_without_leave(tmp_path):
    picture = tmp_path / "somebody.png"
    with pytest.raises(ReviewError, match="consent"):
        portrait_of(picture, None, consent=None, public_domain=None, now=datetime(2026, 5, 1, tzinfo=UTC))


def test_a_performer_without_a_portrait_is_told_what_is_missing(song, tmp_path, in_process):
    with pytest.raises(MediaError, match="portrait"):
        film_alone(*song, replace(ORDER, style="performer", to_s=1.0), tmp_path / "no.mp4")


def test_a_worker_that_dies_is_told_and_what_was_finished_stays(song, tmp_path, monkeypatch):
    monkeypatch.setattr(crew, "_prepare", _die)
    with pytest.raises(StepError, match="worker process died"):
        film_alone(*song, replace(ORDER, to_s=1.0), tmp_path / "no.mp4")
    assert not (tmp_path / "no.mp4").exists()
    assert len(list((song[0].bench.settings.home / "films").iterdir())) == 1


def _die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
