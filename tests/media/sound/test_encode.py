import re
import subprocess

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from media.sound.encode import encode_mp3, read_flac, write_flac
from media.sound.limiter import limit
from media.sound.loudness import integrated_lufs
from schemas.errors import MediaError


def song(seconds=4.0):
    rng = np.random.default_rng(2)
    time_s = np.arange(int(seconds * 44_100)) / 44_100
    sound = 0.2 * np.sin(2 * np.pi * 220 * time_s)[:, None] + rng.standard_normal((time_s.size, 2)) * 0.05
    for at_s in (1.0, 2.0, 3.0):
        start = int(at_s * 44_100)
        sound[start : start + 400] += 0.6
    return sound.astype(np.float32)


def decoded(path):
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-f", "f32le", "-ac", "2", "-"]
    return np.frombuffer(subprocess.run(command, capture_output=True, check=True).stdout, dtype=np.float32).reshape(
        -1, 2
    )


def ebur128(path):
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(),
        "-nostats",
        "-i",
        str(path),
        "-af",
        "ebur128=peak=true",
        "-f",
        "null",
        "-",
    ]
    said = subprocess.run(command, capture_output=True, check=True, text=True).stderr.rpartition("Summary:")[2]
    return float(re.search(r"I:\s+(-?[\d.]+) LUFS", said)[1]), float(re.search(r"Peak:\s+(-?[\d.]+) dBFS", said)[1])


@pytest.fixture
def flac(tmp_path):
    path = tmp_path / "song.flac"
    path.write_bytes(write_flac(song()))
    return path


def test_flac_gives_the_sound_back_to_24_bits_and_the_same_bytes_twice():
    sound = song()
    content = write_flac(sound)
    assert content == write_flac(sound)
    np.testing.assert_allclose(read_flac(content), sound, atol=2**-23)
    assert read_flac(write_flac(sound[:, 0], bits=16)).shape == (sound.shape[0], 1)


def test_sounds_that_flac_cannot_hold_are_refused():
    with pytest.raises(MediaError, match="above full scale"):
        write_flac(np.full((10, 2), 1.2))
    with pytest.raises(MediaError, match="not finite"):
        write_flac(np.full((10, 2), np.nan))
    for shape in ((10, 3), (0, 2), (2, 2, 2)):
        with pytest.raises(MediaError, match="cannot be written"):
            write_flac(np.zeros(shape))


def test_bytes_that_are_no_flac_are_refused(tmp_path):
    content = write_flac(song())
    wave = tmp_path / "song.wav"
    soundfile.write(wave, song(), 44_100)
    slow = tmp_path / "slow.flac"
    soundfile.write(slow, song(), 22_050)
    many = tmp_path / "many.flac"
    soundfile.write(many, np.zeros((100, 4)), 44_100)
    for wrong in (b"", b"fLaC", b"not a sound", wave.read_bytes(), slow.read_bytes(), many.read_bytes()):
        with pytest.raises(MediaError):
            read_flac(wrong)
    with pytest.raises(MediaError):
        read_flac(content[: len(content) // 2])


def test_an_mp3_starts_on_the_first_sample_so_that_the_words_stay_in_time(flac, tmp_path):
    encode_mp3(flac, tmp_path / "song.mp3")
    sound, back = song(), decoded(tmp_path / "song.mp3")
    assert back.shape == sound.shape
    for at_s in (1.0, 2.0, 3.0):
        window = slice(int(at_s * 44_100) - 2000, int(at_s * 44_100) + 2400)
        lags = np.correlate(back[window, 0], sound[window, 0], mode="full")
        assert abs(int(np.argmax(lags)) - (4400 - 1)) <= 1


def test_the_same_flac_gives_the_same_mp3_bytes(flac, tmp_path):
    for name in ("a.mp3", "b.mp3"):
        encode_mp3(flac, tmp_path / name)
    assert (tmp_path / "a.mp3").read_bytes() == (tmp_path / "b.mp3").read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.mp3", "b.mp3", "song.flac"]


def test_names_that_look_like_options_or_addresses_are_files(tmp_path):
    source = tmp_path / "-i http:%d'.flac"
    source.write_bytes(write_flac(song(1.0)))
    encode_mp3(source, tmp_path / "-y:%03d.mp3", quality="V0")
    assert decoded(tmp_path / "-y:%03d.mp3").shape[0] == 44_100


def test_a_failed_encoding_leaves_what_was_there_and_tells_what_ffmpeg_said(tmp_path):
    (tmp_path / "song.mp3").write_bytes(b"before")
    (tmp_path / "broken.flac").write_bytes(b"fLaC nothing")
    with pytest.raises(MediaError, match="ffmpeg could not"):
        encode_mp3(tmp_path / "broken.flac", tmp_path / "song.mp3")
    assert (tmp_path / "song.mp3").read_bytes() == b"before"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_playlist_in_disguise_reads_no_other_file(tmp_path, flac):
    disguised = tmp_path / "list.flac"
    disguised.write_text(f"ffconcat version 1.0\nfile '{flac}'\n")
    with pytest.raises(MediaError):
        encode_mp3(disguised, tmp_path / "song.mp3")


def test_ffmpeg_measures_the_same_loudness_and_true_peak(tmp_path):
    limited = limit(song() * 3.0, -1.5).audio
    path = tmp_path / "limited.flac"
    path.write_bytes(write_flac(limited))
    loudness, peak = ebur128(path)
    assert loudness == pytest.approx(integrated_lufs(limited), abs=0.1)
    assert peak <= -1.5 + 0.05
