import numpy as np
import pytest

from media.film.joining import join_reels
from media.film.probing import film_facts, frames_of, sound_of
from media.film.shorts import canvas_loop, vertical
from schemas.errors import MediaError
from tests.media.film.films import left_in, master, reel


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    folder = tmp_path_factory.mktemp("film")
    join_reels([reel(folder / "r.mp4", 48)], folder / "a.mp4", audio=master(folder / "m.flac"))
    return folder / "a.mp4"


@pytest.mark.parametrize("filling", ["blurred", "crop"])
def test_a_film_is_made_upright_with_its_sound(film, tmp_path, filling):
    assert vertical(film, tmp_path / "v.mp4", size=(90, 160), filling=filling, from_s=0.5, to_s=1.5) == 24
    facts = film_facts(tmp_path / "v.mp4")
    assert (facts.width_px, facts.height_px, facts.frames, facts.fps) == (90, 160, 24, 24.0)
    assert facts.sound_s == pytest.approx(1.0, abs=0.002)
    assert np.abs(sound_of(tmp_path / "v.mp4")[0][:2000]).max() > 0.2
    middle = frames_of(tmp_path / "v.mp4", 0, 1)[0][2, 80].astype(int)
    assert np.abs(middle - frames_of(film, 12, 1)[0][2, 24].mean()).mean() < 12


def test_the_same_film_is_made_upright_to_the_same_bytes(film, tmp_path):
    vertical(film, tmp_path / "a.mp4", size=(90, 160))
    vertical(film, tmp_path / "b.mp4", size=(90, 160))
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
    assert left_in(tmp_path) == ["a.mp4", "b.mp4"]


def test_a_film_is_not_made_upright_where_nothing_of_it_is(film, tmp_path):
    with pytest.raises(MediaError, match="nothing of it"):
        vertical(film, tmp_path / "v.mp4", from_s=3.0)
    with pytest.raises(MediaError, match="even"):
        vertical(film, tmp_path / "v.mp4", size=(91, 160))
    assert left_in(tmp_path) == []


def test_a_loop_closes(tmp_path):
    grey = (np.full((3, 32, 32), 20 + 4 * number, np.uint8) for number in range(1000))
    size = {"in_size": (32, 32), "out_size": (32, 32)}
    assert canvas_loop(tmp_path / "a.mp4", grey, **size, fps=10, lasts_s=3, seam_s=1, crf=1) == 30
    facts = film_facts(tmp_path / "a.mp4")
    assert (facts.frames, facts.duration_s, facts.streams_at_once) == (30, 3.0, True)
    light = frames_of(tmp_path / "a.mp4", 0, 30)[:, 0, 16, 16].astype(int)
    assert np.abs(np.diff(light)).max() <= 13
    assert abs(light[-1] - light[0]) <= 13


def test_a_loop_of_too_few_frames_is_refused(tmp_path):
    few = [np.zeros((3, 32, 32), np.uint8)] * 39
    with pytest.raises(MediaError, match="were given 39 frames"):
        canvas_loop(tmp_path / "a.mp4", few, in_size=(32, 32), out_size=(32, 32), fps=10, lasts_s=3, seam_s=1)
    with pytest.raises(MediaError, match="no longer than it"):
        canvas_loop(tmp_path / "a.mp4", few, in_size=(32, 32), out_size=(32, 32), fps=10, lasts_s=1, seam_s=2)
    assert left_in(tmp_path) == []
