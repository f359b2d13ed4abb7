import numpy as np
import pytest
from scipy.signal import sosfreqz

from media.sound.filters import Band, equalize, section


def response_db(band, *hz):
    _, response = sosfreqz(section(band)[None], worN=np.array(hz), fs=44_100)
    return 20 * np.log10(np.abs(response))


@pytest.mark.parametrize("kind", ["low_shelf", "high_shelf"])
@pytest.mark.parametrize("gain_db", [-6.0, 4.0])
def test_a_shelf_has_its_gain_on_its_side_and_half_of_it_at_the_corner(kind, gain_db):
    low, corner, high = response_db(Band(kind, 1000.0, gain_db), 20.0, 1000.0, 20_000.0)
    near, far = (low, high) if kind == "low_shelf" else (high, low)
    assert near == pytest.approx(gain_db, abs=0.1)
    assert corner == pytest.approx(gain_db / 2, abs=0.1)
    assert far == pytest.approx(0.0, abs=0.1)


def test_a_peak_has_its_gain_at_its_centre_alone():
    far, centre = response_db(Band("peak", 1000.0, 5.0, 2.0), 50.0, 1000.0)
    assert centre == pytest.approx(5.0, abs=0.01)
    assert far == pytest.approx(0.0, abs=0.1)


def test_passes_are_three_decibels_down_at_the_corner():
    assert response_db(Band("high_pass", 200.0), 200.0)[0] == pytest.approx(-3.0, abs=0.1)
    assert response_db(Band("low_pass", 200.0), 200.0, 2000.0) == pytest.approx([-3.0, -40.0], abs=0.5)


def test_equalizing_keeps_the_shape_and_without_bands_the_sound():
    sound = np.random.default_rng(0).standard_normal((500, 2))
    assert equalize(sound, [Band("peak", 500.0, 3.0)]).shape == (500, 2)
    np.testing.assert_array_equal(equalize(sound, []), sound)
