import numpy as np
import pyloudnorm
import pytest

from media.sound.loudness import (
    SILENCE_LUFS,
    block_energies,
    gated_lufs,
    integrated_lufs,
    lift_lu,
    loudness_range_lu,
    section_loudness,
)
from schemas.audio import SectionLoudness
from schemas.errors import MediaError
from schemas.plan import SectionSpan


def tone(seconds, level_dbfs, hz=997.0):
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(int(44_100 * seconds)) / 44_100)
    return np.stack([wave, wave], axis=1)


def span(name, role, first_bar, bars):
    return SectionSpan(name=name, role=role, first_bar=first_bar, bars=bars, energy=0.5)


def test_the_reference_tone_of_ebu_tech_3341_reads_minus_23():
    assert integrated_lufs(tone(20, -23.0)) == pytest.approx(-23.0, abs=0.1)


def test_gating_leaves_quiet_ends_out_as_in_ebu_tech_3341():
    sound = np.concatenate([tone(10, -36.0), tone(60, -23.0), tone(10, -36.0)])
    assert integrated_lufs(sound) == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize(("quiet", "lu"), [(-30.0, 10.0), (-25.0, 5.0)])
def test_the_loudness_range_is_that_of_ebu_tech_3342(quiet, lu):
    sound = np.concatenate([tone(20, -20.0), tone(20, quiet)])
    assert loudness_range_lu(block_energies(sound)) == pytest.approx(lu, abs=1.0)


def test_pyloudnorm_agrees_on_noise():
    sound = np.random.default_rng(1).standard_normal((44_100 * 8, 2)) * 0.1
    assert integrated_lufs(sound) == pytest.approx(pyloudnorm.Meter(44_100).integrated_loudness(sound), abs=0.1)


def test_silence_and_very_short_sounds_have_a_loudness():
    assert integrated_lufs(np.zeros((44_100, 2))) == SILENCE_LUFS
    assert integrated_lufs(tone(0.05, -20.0)) == pytest.approx(-20.0, abs=1.0)
    assert gated_lufs(np.array([0.0])) == SILENCE_LUFS
    assert loudness_range_lu(np.zeros(50)) == 0.0


def test_each_section_is_measured_by_windows_that_lie_in_it():
    sections = (span("verse", "verse", 0, 4), span("chorus", "chorus", 4, 4))
    sound = np.concatenate([tone(8, -26.0), tone(8, -20.0)])
    found = section_loudness(block_energies(sound), sections, 60 / (120 * 480), 1920)
    assert [entry.short_term_lufs for entry in found] == pytest.approx([-26.0, -20.0], abs=0.1)
    assert lift_lu(found, sections) == pytest.approx(6.0, abs=0.1)


def test_a_section_past_the_end_of_the_sound_is_still_measured():
    sections = (span("verse", "verse", 0, 4), span("outro", "outro", 400, 2))
    found = section_loudness(block_energies(tone(8, -20.0)), sections, 60 / (120 * 480), 1920)
    assert found[1].short_term_lufs == pytest.approx(-20.0, abs=0.2)


def test_the_lift_is_that_of_the_worst_pair():
    sections = (
        span("a", "verse", 0, 1),
        span("b", "chorus", 1, 1),
        span("c", "verse", 2, 1),
        span("d", "chorus", 3, 1),
    )
    loudness = [
        SectionLoudness(section=n, short_term_lufs=v) for n, v in zip("abcd", (-18, -13, -15, -12), strict=True)
    ]
    assert lift_lu(loudness, sections) == 2.0
    assert lift_lu(loudness[:1], sections[:1]) is None


def test_a_tick_without_length_is_refused():
    with pytest.raises(MediaError, match="must be above 0"):
        section_loudness(np.ones(40), (span("verse", "verse", 0, 4),), 0.0, 1920)
