import os
import subprocess
import sys
from hashlib import sha256

import numpy as np
import pytest

from media.sound.fonts import find_font
from media.sound.render import TAIL_S, render_part, song_frames
from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError
from schemas.music import PartScore
from tests.media.sound.songs import score

FONT = find_font("timgm6mb").path

SCRIPT = """
from hashlib import sha256
from media.sound.fonts import find_font
from media.sound.render import render_part
from tests.media.sound.songs import score
print(sha256(render_part(score(), "chords", find_font("timgm6mb").path).tobytes()).hexdigest())
"""


def test_every_stem_of_a_song_has_the_same_length_also_when_rendered_alone():
    song = score()
    frames = song_frames(song)
    assert frames == round((12 * 2.0 + TAIL_S) * SAMPLE_RATE_HZ)
    for name in ("drums", "bass"):
        assert render_part(song, name, FONT).shape == (frames, 2)
        assert render_part(PartScore.of(song, name).as_score(), name, FONT).shape == (frames, 2)


def test_a_part_sounds_where_its_notes_are_and_ends_in_silence():
    sound = render_part(score(), "pad", FONT)
    level = np.abs(sound).max(axis=1)
    start = 6 * 2 * SAMPLE_RATE_HZ
    assert level[: start - 100].max() == 0.0
    assert level[start : start + SAMPLE_RATE_HZ].max() > 0.01
    assert level[-50:].max() < 1e-4


def rms(sound):
    return float(np.sqrt(np.mean(np.square(sound, dtype=np.float64))))


@pytest.mark.parametrize("part", ["drums", "bass", "chords"])
def test_velocity_sets_the_level(part):
    soft, loud = (rms(render_part(score(loudest=velocity), part, FONT)) for velocity in (60, 120))
    assert 20 * np.log10(loud / soft) == pytest.approx(9.0, abs=1.5)


def test_softer_notes_are_duller():
    soft, loud = (render_part(score(loudest=velocity), "chords", FONT)[:, 0] for velocity in (40, 120))
    assert rms(np.diff(soft)) / rms(soft) < 0.9 * rms(np.diff(loud)) / rms(loud)


def test_the_densest_playing_stays_below_full_scale():
    assert np.abs(render_part(score(loudest=127), "chords", FONT)).max() < 1.0


def test_the_same_score_gives_the_same_samples_in_another_process():
    here = sha256(render_part(score(), "chords", FONT).tobytes()).hexdigest()
    environment = {**os.environ, "PYTHONHASHSEED": "7"}
    there = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=environment)
    assert there.stdout.strip() == here


def test_a_part_without_notes_is_silence():
    song = score()
    empty = song.part("pad").replaced(notes=())
    assert not render_part(song.replaced(parts=(empty,)), "pad", FONT).any()


def test_parts_that_cannot_be_rendered_are_refused_by_name(tmp_path):
    with pytest.raises(MediaError, match="it has melody, drums"):
        render_part(score(), "kazoo", FONT)
    with pytest.raises(MediaError, match="the singer"):
        render_part(score(), "melody", FONT)
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(b"RIFF0000sfbk")
    with pytest.raises(MediaError, match=r"broken\.sf2"):
        render_part(score(), "bass", broken)


def test_a_song_of_more_than_twenty_minutes_is_refused():
    with pytest.raises(MediaError, match="limit is 1200 s"):
        song_frames(score().replaced(end_ticks=480 * 120 * 21))
