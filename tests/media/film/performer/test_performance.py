"""What a portrait does while it sings: phones, mouth, blinks, head."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.film.performer.mouth import mouth_curves
from media.film.performer.performance import perform
from media.film.performer.phones import CONSONANT_SHAPES, VOWEL_SHAPES, SungPhone, glide_s, sung_phones
from media.voice.phones import CONSONANTS, VOWELS
from schemas.audio import SyllableTime
from schemas.errors import MediaError
from tests.examples import lead_sheet

FPS = 24.0


def times_of(lead, share=0.9):
    """Each syllable on its notes, its consonants a little before."""
    found = []
    for number in range(len(lead.syllables)):
        notes = [note for note in lead.melody if note.syllable == number]
        onset = notes[0].onset_ticks * lead.seconds_per_tick + 0.1
        length = sum(note.duration_ticks for note in notes) * lead.seconds_per_tick * share
        found.append(SyllableTime(syllable=number, onset_s=onset, end_s=onset + length, lead_s=0.08))
    return tuple(found)


def song(seed=1, fps=FPS, frames=None):
    lead = lead_sheet()
    times = times_of(lead)
    return perform(lead, times, frames=frames or int(times[-1].end_s * fps) + 48, fps=fps, seed=seed), lead, times


def test_every_phone_that_can_be_sung_has_a_shape():
    assert VOWEL_SHAPES.keys() == VOWELS.keys()
    assert CONSONANT_SHAPES.keys() == CONSONANTS.keys()


def test_phones_lie_where_the_voice_puts_them():
    lead = lead_sheet()
    times = times_of(lead)
    phones = sung_phones(lead, times)
    assert [phone.name for phone in phones] == [name for syllable in lead.syllables for name in syllable.phones]
    for phone in phones:
        time = times[phone.syllable]
        assert time.onset_s - time.lead_s - 1e-9 <= phone.start_s <= phone.end_s <= time.end_s + 1e-9
        if phone.is_vowel:
            assert phone.start_s == time.onset_s
    assert all(one.end_s <= after.end_s for one, after in zip(phones, phones[1:], strict=False))


@pytest.mark.parametrize("fps", [1.0, 12.0, 24.0, 60.0])
@pytest.mark.parametrize("name", ["M", "B", "P"])
def test_a_closure_shuts_the_lips_in_a_frame_at_its_own_time(fps, name):
    for start in np.linspace(2.0, 3.0, 13):
        phones = (
            SungPhone("AA", start - 0.5, start, 0, 1),
            SungPhone(name, start, start + 0.04, 1, 1),
            SungPhone("AA", start + 0.04, start + 0.6, 1, 1),
        )
        curves = mouth_curves(phones, [1.0, 1.0], int(5 * fps), fps)
        shut = np.flatnonzero(curves[:, 3] > 0.999) / fps
        assert len(shut) >= 1
        assert np.abs(shut - (start + 0.02)).max() <= 0.02 + 0.5 / fps + 1e-3
        opened = np.abs(np.arange(len(curves)) / fps - start - 0.3) < 0.1
        assert fps < 12 or curves[opened, 3].max() == 0.0


def test_open_vowels_open_the_jaw_and_rounded_ones_purse_the_lips():
    def held(name):
        return mouth_curves((SungPhone(name, 1.0, 2.0, 0, 1),), [1.0], 72, FPS)[36]

    assert held("AA")[0] > 0.85 > 0.5 > held("UW")[0]
    assert held("UW")[2] > 0.95
    assert held("AA")[2] == 0.0
    assert held("IY")[1] > 0.6
    assert held("UW")[1] < -0.4


def test_a_diphthong_glides_late():
    curves = mouth_curves((SungPhone("OW", 1.0, 3.0, 0, 1),), [1.0], 120, 24.0)
    rounding = curves[:, 2]
    assert rounding[48] == pytest.approx(0.6, abs=0.01)
    assert rounding[round((3.0 - glide_s(1.0, 3.0) - 0.04) * 24)] == pytest.approx(0.6, abs=0.02)
    assert rounding[71] > 0.9


def test_the_mouth_rests_before_between_and_after_phrases():
    phones = (SungPhone("AA", 2.0, 2.5, 0, 1), SungPhone("AA", 5.0, 5.5, 1, 1))
    jaw = mouth_curves(phones, [1.0, 1.0], 240, FPS)[:, 0]
    assert jaw[:30].max() == 0.0
    assert jaw[int(3.0 * FPS) : int(4.4 * FPS)].max() == 0.0
    assert jaw[int(6.0 * FPS) :].max() == 0.0
    assert 0.05 < jaw[int(4.88 * FPS)] < 0.4  # a breath is taken


def test_a_song_is_performed_within_bounds_and_the_same_for_a_seed():
    played, _, _ = song()
    again, other = song()[0], song(seed=2)[0]
    assert played.mouth.min() >= -0.6
    assert played.mouth.max() <= 1.2
    assert np.abs(np.diff(played.mouth[:, :3], axis=0)).max() < 0.9
    for name in ("blink", "brow"):
        curve = getattr(played, name)
        assert curve.min() >= 0.0
        assert curve.max() <= 1.0
    for name in ("sway", "nod", "roll"):
        assert np.abs(getattr(played, name)).max() < 0.06
        assert np.abs(np.diff(getattr(played, name))).max() < 0.01
    assert all(np.array_equal(getattr(played, name), getattr(again, name)) for name in ("mouth", "blink", "roll"))
    assert np.array_equal(played.mouth, other.mouth)
    assert not np.array_equal(played.blink, other.blink)


def test_eyes_blink_every_few_seconds_and_brows_rise_at_stressed_syllables():
    played, lead, times = song(frames=60 * 24)
    shut = np.flatnonzero(np.diff((played.blink > 0.9).astype(int)) == 1)
    assert 8 <= len(shut) <= 30
    stressed = [round(time.onset_s * FPS) for time in times if lead.syllables[time.syllable].stress == 1]
    assert played.brow[stressed].mean() > 2 * played.brow[: times[-1].syllable * 24].mean() * 0.5
    assert played.brow[-200:].max() == 0.0


def test_the_head_is_lowest_on_the_beat():
    played, lead, _ = song(frames=40 * 24)
    beat_s = 60 / lead.tempo_bpm
    beats = np.arange(4, 60) * beat_s
    between = beats + beat_s / 2
    seen = np.arange(len(played.nod)) / FPS
    assert np.interp(beats, seen, played.nod).mean() > np.interp(between, seen, played.nod).mean() + 0.004


def test_an_instrumental_is_listened_to_with_a_closed_mouth():
    played = perform(lead_sheet(), (), frames=100, fps=FPS, seed=1)
    assert played.mouth.max() == 0.0
    assert np.abs(played.nod).max() > 0.0


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_any_rising_times_give_a_mouth_within_bounds(data):
    lead = lead_sheet()
    now, times = 0.0, []
    for number in range(data.draw(st.integers(1, len(lead.syllables)))):
        now += data.draw(st.floats(0.0, 1.5))
        length, before = data.draw(st.floats(0.0, 2.0)), data.draw(st.floats(0.0, 0.5))
        times.append(SyllableTime(syllable=number, onset_s=now, end_s=now + length, lead_s=before))
    fps = data.draw(st.sampled_from([1.0, 24.0, 240.0]))
    played = perform(lead, times, frames=200, fps=fps, seed=0)
    assert np.isfinite(played.mouth).all()
    assert played.mouth[:, [0, 2, 3, 4]].min() >= 0.0
    assert played.mouth.max() <= 1.2


def test_times_and_numbers_that_do_not_fit_are_refused():
    lead = lead_sheet()
    with pytest.raises(MediaError, match="sing it again"):
        perform(lead, [SyllableTime(syllable=10_000, onset_s=1, end_s=2)], frames=10, fps=24, seed=0)
    with pytest.raises(MediaError, match="do not rise"):
        perform(lead, [SyllableTime(syllable=0, onset_s=2, end_s=1)], frames=10, fps=24, seed=0)
    for frames, fps, seed in ((0, 24, 0), (10, 0.5, 0), (10, float("nan"), 0), (10, 24, -1), (3_000_000, 24, 0)):
        with pytest.raises(MediaError):
            perform(lead, (), frames=frames, fps=fps, seed=seed)
    wrong = lead.syllables[0].replaced(phones=("XX",))
    broken = lead.model_copy(update={"syllables": (wrong, *lead.syllables[1:])})
    with pytest.raises(MediaError, match="ARPAbet"):
        perform(broken, [SyllableTime(syllable=0, onset_s=1, end_s=2)], frames=10, fps=24, seed=0)
