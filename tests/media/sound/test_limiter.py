import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import resample_poly

from media.sound.limiter import limit, peak_envelope, true_peak_dbtp
from schemas.errors import MediaError


def reference_true_peak_dbtp(audio):
    """Measured apart from the limiter's own code: scipy's polyphase filter at 8x."""
    return 20 * np.log10(np.abs(resample_poly(audio.astype(np.float64), 8, 1, axis=0)).max())


def bursts(seed, seconds=3.0, level=1.0):
    rng = np.random.default_rng(seed)
    frames = int(44_100 * seconds)
    sound = rng.standard_normal((frames, 2)) * 0.1
    for at in rng.integers(0, frames - 3000, 25):
        sound[at : at + 3000] += rng.standard_normal((3000, 2)) * np.exp(-np.arange(3000) / 400.0)[:, None]
    return sound * level


@pytest.mark.parametrize("ceiling_dbtp", [-1.0, -1.5, -6.0])
@pytest.mark.parametrize("level", [0.2, 1.0, 5.0])
def test_the_true_peak_never_passes_the_ceiling(ceiling_dbtp, level):
    limited = limit(bursts(3, level=level), ceiling_dbtp).audio
    assert true_peak_dbtp(limited) <= ceiling_dbtp
    assert reference_true_peak_dbtp(limited) <= ceiling_dbtp + 0.02


@settings(max_examples=25, deadline=None)
@given(
    hz=st.floats(20, 19_000), phase=st.floats(0, 6.3), gain=st.floats(0.01, 20.0), ceiling_dbtp=st.floats(-12.0, 0.0)
)
def test_tones_of_any_pitch_and_level_stay_below_the_ceiling(hz, phase, gain, ceiling_dbtp):
    time_s = np.arange(8000) / 44_100
    tone = (gain * np.sin(2 * np.pi * hz * time_s + phase))[:, None]
    assert reference_true_peak_dbtp(limit(tone, ceiling_dbtp).audio) <= ceiling_dbtp + 0.05


def test_a_peak_between_the_samples_is_held():
    # A sine at a quarter of the sample rate, half a sample off: samples read 3 dB below the wave's peak.
    tone = np.sin(np.pi / 2 * np.arange(44_100) + np.pi / 4)[:, None] * 1.2
    assert np.abs(tone).max() < 0.86
    limited = limit(tone, -1.0)
    assert reference_true_peak_dbtp(limited.audio) <= -0.98
    assert limited.reduction_db > 2.0


def test_sound_below_the_ceiling_is_left_as_it_is():
    quiet = bursts(1, level=0.05)
    limited = limit(quiet, -1.5)
    np.testing.assert_allclose(limited.audio, quiet, atol=1e-7)
    assert limited.reduction_db == 0.0


def test_both_channels_get_one_gain_and_the_sound_comes_back_after_a_peak():
    sound = np.full((44_100, 2), 0.1)
    sound[20_000:20_010, 0] = 4.0
    limited = limit(sound, -1.5).audio
    np.testing.assert_array_equal(limited[:19_000, 0], limited[:19_000, 1])
    assert limited[20_020, 1] < 0.05
    assert limited[-1, 1] > 0.095
    gain = limited[:, 1] / 0.1
    assert np.abs(np.diff(gain)).max() < 0.05


def test_a_hundred_times_full_scale_and_single_frames_are_held():
    assert true_peak_dbtp(limit(bursts(5, 0.5, 100.0), -1.5).audio) <= -1.5
    assert true_peak_dbtp(limit(np.array([[9.0, -9.0]]), -1.5).audio) <= -1.5
    assert limit(np.zeros((0, 2)), -1.5).audio.shape == (0, 2)


def test_the_envelope_scales_with_gain():
    sound = bursts(2, 0.5)
    np.testing.assert_allclose(peak_envelope(sound * 3.0), 3.0 * peak_envelope(sound), rtol=1e-9)


def test_values_that_are_not_finite_and_ceilings_out_of_range_are_refused():
    with pytest.raises(MediaError, match="not finite"):
        limit(np.array([[np.nan, 0.0]]), -1.5)
    with pytest.raises(MediaError, match="outside -30 to 0"):
        limit(np.zeros((10, 2)), 1.0)
