import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from media.film import running
from media.film.boxes import read_index
from media.film.probing import film_facts, frames_of
from media.film.reels import write_reel
from schemas.errors import MediaError
from tests.media.film.films import SIZE, frames, left_in, reel

CHECKOUT = Path(__file__).resolve().parents[3]


def test_the_same_frames_give_the_same_bytes(tmp_path):
    assert reel(tmp_path / "a.mp4", 9).read_bytes() == reel(tmp_path / "b.mp4", 9).read_bytes()
    assert left_in(tmp_path) == ["a.mp4", "b.mp4"]


@pytest.mark.parametrize(("fps", "count"), [(1, 1), (1, 3), (24, 50), (240, 30)])
def test_every_frame_is_shown_in_its_place_at_any_rate(tmp_path, fps, count):
    pictures = read_index(reel(tmp_path / "a.mp4", count, fps=fps)).only("vide")
    assert np.sort(pictures.starts_s) == pytest.approx(np.arange(count) / fps, abs=1e-6)
    assert pictures.end_s == pytest.approx(count / fps)
    assert not len(pictures.keys) or pictures.keys[0] == 0
    assert film_facts(tmp_path / "a.mp4").fps == fps


@pytest.mark.parametrize("out_size", [(64, 64), (96, 128)])
def test_colours_come_back_as_they_were(tmp_path, out_size):
    colours = [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (200, 30, 120), (128, 128, 128)]
    flat = [np.broadcast_to(np.array(colour, np.uint8)[:, None, None], (3, 64, 64)) for colour in colours]
    write_reel(tmp_path / "a.mp4", flat, in_size=(64, 64), out_size=out_size, fps=2, crf=1)
    back = frames_of(tmp_path / "a.mp4", 0, len(colours))[:, :, 20, 20].astype(int)
    assert np.abs(back - np.array(colours)).max() <= 3


def test_frames_that_are_views_are_written_like_their_copies(tmp_path):
    held = np.random.default_rng(1).integers(0, 256, (2, SIZE[1], SIZE[0], 3), np.uint8)
    views = [one.transpose(2, 0, 1)[:, ::-1] for one in held]
    write_reel(tmp_path / "a.mp4", views, in_size=SIZE, out_size=SIZE, fps=24)
    write_reel(tmp_path / "b.mp4", [view.copy() for view in views], in_size=SIZE, out_size=SIZE, fps=24)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


@pytest.mark.parametrize("name", ["it's [a] song, isn't: 100% #;=", "with space", "\\back\\slash", "$(x) 'q' \"d\""])
def test_any_folder_name_will_do(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    words = folder / "words.ass"
    words.write_text("[Script Info]\nScriptType: v4.00+\n\n[Events]\nFormat: Start, End, Text\n")
    reel(folder / "a.mp4", 2, subtitles=words)
    assert left_in(folder) == ["a.mp4", "words.ass"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"out_size": (63, 48)}, "width 63 px.*even; ask for 62 or 64"),
        ({"out_size": (64, 8192 + 2)}, "16 to 8192"),
        ({"out_size": (64, 8)}, "16 to 8192"),
        ({"in_size": (8, 48)}, "16 to 8192"),
        ({"fps": 0}, "1 to 240"),
        ({"fps": 241}, "1 to 240"),
        ({"crf": 60}, "0 to 40"),
        ({"first_frame": -1}, "0 to"),
        ({"frames": []}, "at least one"),
        ({"frames": [np.zeros((3, 48, 63), np.uint8)]}, "frame 0 is uint8 of shape"),
        ({"frames": [np.zeros((3, 48, 64), np.float32)]}, "frame 0 is float32"),
        ({"path": Path("/nowhere/a.mp4")}, "name another folder"),
        ({"subtitles": Path("/nowhere/a.ass")}, "cannot be read as subtitles"),
    ],
)
def test_what_cannot_be_written_is_refused_in_words(tmp_path, change, says):
    given = {"path": tmp_path / "a.mp4", "frames": frames(2), "in_size": SIZE, "out_size": SIZE, "fps": 24} | change
    with pytest.raises(MediaError, match=says):
        write_reel(given.pop("path"), given.pop("frames"), **given)
    assert left_in(tmp_path) == []


def test_an_error_in_the_painter_is_its_own_and_leaves_nothing(tmp_path):
    def painter():
        yield from frames(3)
        raise RuntimeError("out of paint")

    (tmp_path / "a.mp4").write_bytes(b"the old one")
    with pytest.raises(RuntimeError, match="out of paint"):
        write_reel(tmp_path / "a.mp4", painter(), in_size=SIZE, out_size=SIZE, fps=24)
    assert left_in(tmp_path) == ["a.mp4"]
    assert (tmp_path / "a.mp4").read_bytes() == b"the old one"


def test_an_encoder_that_dies_is_reported_and_leaves_nothing(tmp_path, monkeypatch):
    born = []

    class Watched(subprocess.Popen):
        def __init__(self, *given, **more):
            super().__init__(*given, **more)
            born.append(self)

    def deadly():
        for number, frame in enumerate(frames(3000)):
            if number == 5:
                born[0].send_signal(signal.SIGKILL)
                born[0].wait()
            yield frame

    monkeypatch.setattr(running.subprocess, "Popen", Watched)
    with pytest.raises(MediaError, match="killed by signal 9"):
        write_reel(tmp_path / "a.mp4", deadly(), in_size=SIZE, out_size=SIZE, fps=24)
    assert left_in(tmp_path) == []


_NOISE = """
import sys, resource, numpy as np
from pathlib import Path
from media.film.reels import write_reel
limit = int(sys.argv[2])
if limit:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
rng = np.random.default_rng(0)
frames = (rng.integers(0, 256, (3, 64, 64), np.uint8) for _ in range(int(sys.argv[3])))
write_reel(Path(sys.argv[1]), frames, in_size=(64, 64), out_size=(64, 64), fps=24, crf=1)
"""


def _writer(path, limit, count):
    arguments = [sys.executable, "-c", _NOISE, str(path), str(limit), str(count)]
    return subprocess.Popen(arguments, cwd=CHECKOUT, stderr=subprocess.PIPE, text=True)


def test_a_file_that_may_not_grow_is_an_error_and_leaves_nothing(tmp_path):
    with _writer(tmp_path / "a.mp4", 100_000, 100) as writer:
        said = writer.communicate(timeout=60)[1]
    assert "MediaError: ffmpeg could not make the film" in said
    assert left_in(tmp_path) == []


def test_a_writer_that_is_killed_leaves_nothing_under_the_name(tmp_path):
    with _writer(tmp_path / "a.mp4", 0, 1_000_000) as writer:
        until = time.monotonic() + 60
        while not any(path.stat().st_size > 50_000 for path in tmp_path.glob(".film-*/reel.mp4")):
            assert time.monotonic() < until
            time.sleep(0.02)
        os.kill(writer.pid, signal.SIGKILL)
    assert [name for name in left_in(tmp_path) if not name.startswith(".film-")] == []
    reel(tmp_path / "a.mp4", 2)
    assert film_facts(tmp_path / "a.mp4").frames == 2


def test_memory_does_not_grow_with_length(tmp_path):
    reel(tmp_path / "a.mp4", 10, size=(512, 288))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    reel(tmp_path / "b.mp4", 300, size=(512, 288))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20_000
