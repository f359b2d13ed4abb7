import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from media.film.boxes import read_index
from media.film.probing import film_facts, frames_of, poster, read_frames, sound_of, strip
from schemas.errors import MediaError
from tests.media.film.films import SIZE, frames, reel


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return reel(tmp_path_factory.mktemp("film") / "a.mp4", 60, crf=5)


def test_any_frame_can_be_read_and_it_is_the_one_asked_for(film):
    made = np.stack(list(frames(60))).astype(int)
    every = np.stack(list(read_frames(film))).astype(int)
    assert every.shape == made.shape
    assert np.abs(every[:, 2] - made[:, 2]).mean() < 2
    for first in (0, 1, 23, 47, 48, 59):
        assert np.array_equal(frames_of(film, first, 1)[0], every[first])
    assert np.array_equal(frames_of(film, 20, 30), every[20:50])
    assert frames_of(film, 3, 2, (32, 24)).shape == (2, 3, 24, 32)


def test_a_strip_shows_frames_in_order_and_a_poster_is_one_of_them(film):
    sheet = strip(film, 12, columns=4, width_px=256)
    assert sheet.shape == (144, 256, 3)
    assert np.abs(sheet[:48, :64].astype(int) - frames_of(film, 2, 1)[0].transpose(1, 2, 0)).mean() < 2
    assert strip(film, 20, columns=10, width_px=640).shape == (96, 640, 3)
    assert poster(film).shape == (SIZE[1], SIZE[0], 3)


def test_a_film_of_one_frame_has_a_strip_and_a_poster(tmp_path):
    one = reel(tmp_path / "a.mp4", 1, fps=1)
    assert strip(one, 12, columns=4, width_px=256).shape == (48, 256, 3)
    assert poster(one).shape == (48, 64, 3)


def test_frames_that_are_not_there_are_refused(film, tmp_path):
    for first, count in ((60, 1), (59, 2), (-1, 1), (0, 0)):
        with pytest.raises(MediaError, match="has 60 frames"):
            frames_of(film, first, count)
    with pytest.raises(MediaError, match="1 GiB"):
        frames_of(film, 0, 60, (8000, 8000))
    with pytest.raises(MediaError, match="no stream of the kind 'soun'"):
        sound_of(film)
    with pytest.raises(MediaError, match="cannot be read"):
        film_facts(tmp_path / "nothing.mp4")
    with pytest.raises(MediaError, match="at most 100"):
        strip(film, 101)


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"\x00" * 64, b"\x00\x00\x00\x01moov" + b"\xff" * 40, b"\xff" * 5000]
)
def test_what_is_no_film_is_said_to_be_none(tmp_path, content):
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(MediaError, match="a.mp4"):
        film_facts(tmp_path / "a.mp4")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_index_is_read_or_refused_and_never_more(film, tmp_path, data):
    content = bytearray(film.read_bytes())
    start = content.index(b"moov")
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(start, len(content) - 1))] = data.draw(st.integers(0, 255))
    (tmp_path / "a.mp4").write_bytes(
        content[: data.draw(st.integers(start, len(content)))] if data.draw(st.booleans()) else content
    )
    try:
        facts = film_facts(tmp_path / "a.mp4")
    except MediaError:
        return
    assert facts.frames > 0
    assert facts.fps > 0


def test_pictures_cut_off_in_the_middle_are_an_error(film, tmp_path):
    content = bytearray(film.read_bytes())
    stream = read_index(film).only("vide")
    first = int(stream.offsets[0])
    content[first : first + int(stream.sizes.sum())] = bytes(int(stream.sizes.sum()))
    (tmp_path / "a.mp4").write_bytes(content)
    with pytest.raises(MediaError, match=r"ends after|ffmpeg could not"):
        frames_of(tmp_path / "a.mp4", 0, 60)
