from __future__ import annotations

import numpy as np
import pytest

from media.film.pulse import frame_at, harmony_of, pulse_of
from schemas.errors import MediaError
from schemas.music import Part, Score, ScoreNote
from schemas.plan import Key
from tests.media.film.songs import song

ARRAYS = ("onset", "energy", "beat", "bar", "hue_deg", "share", "voice")


def _score(*notes: ScoreNote, tempo_bpm: int = 120) -> Score:
    drums = Part(name="drums", role="drums", program=0, is_drums=True, notes=notes)
    key = Key(tonic="C", mode="major")
    return Score(title="A", key=key, tempo_bpm=tempo_bpm, sections=(), chords=(), parts=(drums,), end_ticks=48000)


@pytest.mark.parametrize("fps", [1, 24, 30, 60, 240])
def test_every_array_has_a_value_for_every_frame_within_its_bounds(fps):
    _, _, score, times = song("iVCo", "synth-pop")
    pulse = pulse_of(score, times, fps=fps, frames=50 * fps + 1)
    for name in ARRAYS:
        values = getattr(pulse, name)
        assert values.dtype == np.float32
        assert values.shape == (pulse.frames,)
        assert np.isfinite(values).all()
        assert values.min() >= 0
        assert values.max() <= (360 if name == "hue_deg" else 1)
    assert pulse.beat.max() < 1
    assert pulse.bar.max() < 1


@pytest.mark.parametrize("fps", [24, 25, 60])
@pytest.mark.parametrize("tick", [0, 480, 1000, 7777])
def test_a_hit_is_seen_on_the_frame_nearest_to_it(fps, tick):
    score = _score(ScoreNote(tick, 100, 36, 110), tempo_bpm=97)
    pulse = pulse_of(score, (), fps=fps, frames=20 * fps)
    at = int(pulse.onset.argmax())
    assert pulse.onset[at] == pytest.approx(1, abs=1e-5)
    assert abs(at / fps - tick * score.seconds_per_tick) <= 0.5 / fps + 1e-9
    assert (pulse.onset[:at] == 0).all()
    assert (np.diff(pulse.onset[at:]) <= 0).all()


def test_a_hit_is_nearly_gone_after_a_second():
    pulse = pulse_of(_score(ScoreNote(0, 100, 36, 110)), (), fps=24, frames=48)
    assert pulse.onset[24] < 0.02


def test_a_kick_weighs_more_than_a_hat():
    score = _score(ScoreNote(0, 100, 36, 100), ScoreNote(4800, 100, 42, 100))
    pulse = pulse_of(score, (), fps=24, frames=240)
    assert pulse.onset[0] > 3 * pulse.onset[frame_at(5.0, 24)]


def test_the_chorus_has_more_energy_than_the_intro_and_the_tail_has_none():
    _, lead, score, times = song("iVCo", "synth-pop")
    bar_s = lead.bar_ticks * lead.seconds_per_tick
    end_s = score.end_ticks * score.seconds_per_tick
    pulse = pulse_of(score, times, fps=24, frames=int((end_s + 4) * 24))
    chorus = next(one for one in score.sections if one.role == "chorus")
    middle = frame_at((chorus.first_bar + chorus.bars / 2) * bar_s, 24)
    assert pulse.energy[middle] > 2 * pulse.energy[frame_at(bar_s, 24)]
    assert pulse.energy[-1] == 0


def test_beats_and_bars_begin_where_the_score_has_them():
    _, _, score, times = song("iVCo", "folk")
    pulse = pulse_of(score, times, fps=60, frames=1200)
    beat_s = 60 / score.tempo_bpm
    for number in (1, 2, 7, 12):
        at = int(np.ceil(number * beat_s * 60 - 1e-9))
        assert pulse.beat[at] < 1 / (60 * beat_s)
        assert pulse.bar[at] == pytest.approx((at / 60 / beat_s / 4) % 1, abs=1e-4)


def test_the_voice_is_heard_where_syllables_are():
    _, _, score, times = song("iVCo", "folk")
    pulse = pulse_of(score, times, fps=24, frames=24 * 40)
    first = min(time.onset_s for time in times)
    assert pulse.voice[frame_at(first + 0.3, 24)] == 1
    assert pulse.voice[: frame_at(first - 0.3, 24)].max() == 0
    assert pulse_of(score, (), fps=24, frames=24).voice.max() == 0


def test_the_tonic_has_the_colour_of_the_key_and_foreign_chords_are_farther():
    key = Key(tonic="G", mode="major")
    home, away = harmony_of(key, 7, (7, 11, 2)), harmony_of(key, 2, (2, 6, 9))
    foreign = harmony_of(key, 1, (1, 5, 8))
    assert home[1] == 0
    assert (away[0] - home[0]) % 360 == pytest.approx(30)
    assert 0 < away[1] < foreign[1] <= 1


def test_a_score_without_notes_has_a_pulse():
    pulse = pulse_of(_score(), (), fps=24, frames=1)
    assert pulse.onset.tolist() == [0]


@pytest.mark.parametrize(("fps", "frames"), [(0, 10), (241, 10), (24, 0), (24, 200_001)])
def test_numbers_out_of_bounds_are_refused(fps, frames):
    with pytest.raises(MediaError):
        pulse_of(_score(), (), fps=fps, frames=frames)
