import pytest

from media.voice.timing import swing_tick


def test_a_straight_song_keeps_its_ticks():
    assert [swing_tick(tick, 0.0) for tick in (0, 120, 240, 360, 480, 1000)] == [0, 120, 240, 360, 480, 1000]


def test_swing_delays_the_off_beat_and_keeps_the_beat():
    assert swing_tick(480, 0.3) == 480
    assert swing_tick(720, 0.3) == pytest.approx(480 + 240 * 1.3)
    assert swing_tick(600, 0.3) == pytest.approx(480 + 120 * 1.3)
    assert swing_tick(840, 0.3) == pytest.approx(480 + 240 * 1.3 + 120 * 0.7)
