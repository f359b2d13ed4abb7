from dataclasses import replace
from typing import get_args

import numpy as np
import pytest

from media.sound.balance import SongTime, section_trims_db
from media.sound.fonts import find_font
from media.sound.limiter import true_peak_dbtp
from media.sound.loudness import block_energies, lift_lu
from media.sound.master import master_song
from media.sound.mix import StemAudio, mix_song
from media.sound.render import render_part
from schemas.errors import MediaError
from schemas.plan import Genre
from tests.media.sound.songs import BAR, buzz, score, sections

SONG = score(tempo_bpm=180)
TIMES = {"sections": sections(), "seconds_per_tick": SONG.seconds_per_tick, "bar_ticks": BAR}
NO_SECTIONS = {"sections": (), "seconds_per_tick": SONG.seconds_per_tick, "bar_ticks": BAR}
CHORUS = slice(8 * 44_100, 12 * 44_100)


@pytest.fixture(scope="module")
def stems():
    font = find_font("timgm6mb").path
    played = [StemAudio(p.name, p.role, render_part(SONG, p.name, font)) for p in SONG.parts if p.role != "melody"]
    return [*played, buzz(SONG), buzz(SONG, "vocal-double", 9.0, 0.015)]


@pytest.fixture(scope="module")
def excerpt(stems):
    """Four seconds of the chorus, which are mixed fast."""
    return [replace(stem, audio=stem.audio[CHORUS]) for stem in stems]


@pytest.fixture(scope="module")
def mixed(stems):
    return mix_song(stems, "synth-pop", **TIMES)


@pytest.fixture(scope="module")
def mastered(mixed):
    return master_song(mixed.audio, **TIMES)


def test_a_mix_is_stereo_below_full_scale_at_its_loudness(mixed, stems):
    assert mixed.audio.shape == (stems[0].audio.shape[0], 2)
    assert mixed.audio.dtype == np.float32
    assert np.abs(mixed.audio).max() < 0.9
    assert mixed.integrated_lufs == pytest.approx(-20.0, abs=0.1)


def test_the_voice_lies_above_the_rest(mixed):
    assert 1.2 <= mixed.vocal_over_lu <= 3.0


def test_the_chorus_is_louder_than_the_verse_in_the_mix_and_in_the_master(mixed, mastered):
    assert lift_lu(mixed.sections, sections()) >= 1.8
    assert lift_lu(mastered.sections, sections()) >= 1.5


def test_a_stem_turned_up_changes_nothing_for_levels_are_measured(excerpt):
    louder = [replace(s, audio=s.audio * 2.0) if s.part == "bass" else s for s in excerpt]
    found, wanted = (mix_song(stems, "synth-pop", **NO_SECTIONS).audio for stems in (louder, excerpt))
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_the_order_of_the_stems_does_not_matter_and_the_same_stems_give_the_same_mix(excerpt):
    once = mix_song(excerpt, "rock", **NO_SECTIONS)
    again = mix_song(excerpt[::-1], "rock", **NO_SECTIONS)
    assert again.audio.tobytes() == once.audio.tobytes()
    assert again.gains == once.gains


def test_both_channels_carry_the_song_and_it_survives_mono(mixed):
    left, right = (float(np.mean(mixed.audio[:, c] ** 2)) for c in (0, 1))
    assert abs(10 * np.log10(left / right)) < 1.5
    mono = float(np.mean(mixed.audio.mean(axis=1) ** 2))
    side = float(np.mean((mixed.audio[:, 0] - mixed.audio[:, 1]) ** 2)) / 4
    assert -20.0 < 10 * np.log10(side / mono) < -6.0


def test_the_double_is_wider_and_lower_than_the_voice(excerpt):
    alone = [s for s in excerpt if s.role != "vocal"]
    lead = mix_song([*alone, excerpt[-2]], "folk", **NO_SECTIONS)
    doubled = mix_song([*alone, *excerpt[-2:]], "folk", **NO_SECTIONS)
    assert doubled.gains["vocal-double"] < doubled.gains["vocal"] - 4.0
    side = [float(np.std(m.audio[:, 0] - m.audio[:, 1])) for m in (lead, doubled)]
    assert side[1] > side[0]


@pytest.mark.parametrize("preset", get_args(Genre))
def test_every_genre_has_a_mix_without_voice_too(excerpt, preset):
    result = mix_song([s for s in excerpt if s.role != "vocal"], preset, **NO_SECTIONS)
    assert result.vocal_over_lu is None
    assert np.isfinite(result.audio).all()


def test_a_voice_alone_is_mixed(excerpt):
    assert mix_song([excerpt[-2]], "folk", **NO_SECTIONS).vocal_over_lu is None


def test_a_stem_that_ends_early_is_followed_by_silence(excerpt):
    short = [replace(s, audio=s.audio[:-80_000]) if s.part == "vocal" else s for s in excerpt]
    assert mix_song(short, "synth-pop", **NO_SECTIONS).audio.shape == (4 * 44_100, 2)


def test_a_silent_stem_is_left_out(excerpt):
    silent = [replace(s, audio=np.zeros_like(s.audio)) if s.part in ("pad", "vocal") else s for s in excerpt]
    assert "pad" not in mix_song(silent, "rock", **NO_SECTIONS).gains


def test_stems_that_cannot_be_mixed_are_refused(stems):
    with pytest.raises(MediaError, match="no stems"):
        mix_song([], "folk", **TIMES)
    with pytest.raises(MediaError, match="one name"):
        mix_song([stems[0], stems[0]], "folk", **TIMES)
    with pytest.raises(MediaError, match="has role 'kazoo'"):
        mix_song([replace(stems[0], role="kazoo")], "folk", **TIMES)
    with pytest.raises(MediaError, match="not finite"):
        mix_song([replace(stems[0], audio=np.full((9000, 2), np.nan, dtype=np.float32))], "folk", **TIMES)
    with pytest.raises(MediaError, match="has shape"):
        mix_song([replace(stems[0], audio=np.zeros((9000, 6), dtype=np.float32))], "folk", **TIMES)
    with pytest.raises(MediaError, match="every stem is silent"):
        mix_song([replace(stems[0], audio=np.zeros((9000, 2), dtype=np.float32))], "folk", **TIMES)
    with pytest.raises(MediaError, match="choose one of piano-ballad"):
        mix_song(stems, "polka", **TIMES)


def test_flat_songs_get_their_verses_turned_down_and_steep_ones_up():
    time = SongTime(sections(), 60 / (120 * 480), BAR, 24 * 44_100)
    flat = section_trims_db(np.full(240, 0.01), time)
    assert flat == (-2.0, -2.2, 0.0, -1.0)
    steep = np.full(240, 0.0001)
    steep[120:200] = 0.01
    assert section_trims_db(steep, time) == (6.0, 6.0, 0.0, 6.0)
    assert section_trims_db(steep, replace(time, sections=sections()[:2])) == (0.0, 0.0)


def test_the_master_keeps_its_loudness_and_ceiling_also_by_other_measures(mastered):
    import pyloudnorm

    assert mastered.integrated_lufs == pytest.approx(-14.0, abs=0.1)
    assert pyloudnorm.Meter(44_100).integrated_loudness(mastered.audio) == pytest.approx(-14.0, abs=0.2)
    assert mastered.true_peak_dbtp <= -1.5
    assert true_peak_dbtp(mastered.audio, 16) <= -1.49
    assert 0.0 <= mastered.limited_db < 8.0


@pytest.mark.parametrize(("target_lufs", "ceiling_dbtp"), [(-16.0, -1.0), (-11.0, -2.0)])
def test_other_targets_are_met_too(mixed, target_lufs, ceiling_dbtp):
    result = master_song(mixed.audio, target_lufs=target_lufs, ceiling_dbtp=ceiling_dbtp)
    assert result.integrated_lufs == pytest.approx(target_lufs, abs=0.1)
    assert result.true_peak_dbtp <= ceiling_dbtp
    assert result.sections == ()


def test_a_mix_that_cannot_be_mastered_is_refused(mixed):
    with pytest.raises(MediaError, match="too quiet"):
        master_song(np.zeros((50_000, 2), dtype=np.float32))
    with pytest.raises(MediaError, match="outside -30 to -8"):
        master_song(mixed.audio, target_lufs=-3.0)
    with pytest.raises(MediaError, match="outside -12 to 0"):
        master_song(mixed.audio, ceiling_dbtp=0.5)
    with pytest.raises(MediaError, match="finite"):
        master_song(np.full((50_000, 2), np.inf))
    with pytest.raises(MediaError, match="finite"):
        master_song(mixed.audio[:, :1])


def test_clicks_that_cannot_be_made_loud_are_refused_and_not_crushed_for_ever():
    clicks = np.zeros((44_100 * 5, 2))
    clicks[::11_025] = 0.9
    with pytest.raises(MediaError, match="cannot be reached"):
        master_song(clicks, target_lufs=-8.0, ceiling_dbtp=-12.0)


def test_a_chorus_is_not_turned_down_by_the_glue(mixed):
    result = master_song(mixed.audio, target_lufs=-30.0, **TIMES)
    lifts = [lift_lu(loudness, sections()) for loudness in (mixed.sections, result.sections)]
    assert lifts[1] >= lifts[0] - 0.6
    assert block_energies(result.audio).max() < 0.05
