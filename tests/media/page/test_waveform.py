from __future__ import annotations

import numpy as np
import pytest

from media.page.waveform import waveform_peaks
from schemas.errors import MediaError


def test_the_loudest_place_is_255_and_silence_is_0():
    audio = np.zeros((44_100, 2), dtype=np.float32)
    audio[22_050:22_100, 1] = -0.5
    peaks = waveform_peaks(audio, 100)
    assert len(peaks) == 100
    assert peaks[50] == 255
    assert sum(peaks) == 255


def test_heights_follow_a_rising_sound():
    peaks = waveform_peaks(np.linspace(0, 1, 10_000), 10)
    assert peaks == sorted(peaks)
    assert peaks[0] == pytest.approx(25.5, abs=1)


@pytest.mark.parametrize("frames", [1, 7, 799, 801])
def test_any_length_gives_the_count_asked_for(frames):
    assert len(waveform_peaks(np.ones(frames), 800)) == 800


def test_silence_is_flat():
    assert waveform_peaks(np.zeros((50, 2)), 8) == [0] * 8


@pytest.mark.parametrize("audio", [np.zeros((0, 2)), np.zeros((2, 2, 2)), np.array([0.1, np.nan])])
def test_what_is_no_sound_is_refused(audio):
    with pytest.raises(MediaError):
        waveform_peaks(audio)


@pytest.mark.parametrize("count", [0, 20_001])
def test_a_count_out_of_bounds_is_refused(count):
    with pytest.raises(MediaError, match=str(count)):
        waveform_peaks(np.ones(10), count)
