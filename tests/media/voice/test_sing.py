import hashlib
import subprocess
import sys

import numpy as np
import pytest

from media.voice.onsets import timing_errors, voicing_onsets
from media.voice.sing import sing
from media.voice.voices import VOICES, natural_pitch_midi
from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError
from tests.examples import lead_sheet
from tests.media.voice.songs import LA, song

QUARTER = 480


def cents_off(sung, lead, swing=0.0):
    """Absolute cents between the score and the strongest repetition period of the sound, one value each 20 ms."""
    audio, rate = sung.audio.astype(np.float64), SAMPLE_RATE_HZ
    window, off, seen = 2048, [], 0
    for note in lead.melody:
        start = note.onset_ticks * lead.seconds_per_tick
        end = start + note.duration_ticks * lead.seconds_per_tick
        expected = rate / (440 * 2 ** ((note.pitch - 69) / 12))
        for time in np.arange(start + 0.05, end - 0.08, 0.02):
            seen += 1
            place = int(time * rate)
            frame = audio[place - window // 2 : place + window // 2] * np.hanning(window)
            spectrum = np.fft.rfft(frame, 4 * window)
            own = np.fft.irfft(np.abs(spectrum) ** 2)
            shape = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(window), 4 * window)) ** 2)
            low, high = int(expected * 0.84), int(expected * 1.19) + 2
            curve = own[low:high] / shape[low:high]
            best = int(np.argmax(curve))
            if own[0] < 1e-3 or curve[best] * shape[0] < 0.5 * own[0] or not 0 < best < len(curve) - 1:
                continue
            a, b, c = curve[best - 1 : best + 2]
            off.append(abs(1200 * np.log2((low + best + 0.5 * (a - c) / (a - 2 * b + c)) / expected)))
    return np.array(off), len(off) / max(1, seen)


def level_db(audio, start_s, end_s):
    part = audio[round(start_s * SAMPLE_RATE_HZ) : round(end_s * SAMPLE_RATE_HZ)].astype(np.float64)
    return 10 * np.log10(np.mean(part**2) + 1e-20)


@pytest.mark.parametrize("voice", sorted(VOICES))
def test_a_song_is_sung_on_its_pitches_and_on_its_beats(voice):
    lead = lead_sheet()
    sung = sing(lead, seed=1, voice=voice)
    off, voiced = cents_off(sung, lead)
    assert np.median(off) < 10
    assert np.percentile(off, 90) < 50
    assert voiced > 0.85
    assert [s.syllable for s in sung.syllables] == list(range(len(lead.syllables)))
    errors = timing_errors(sung.syllables, sung.audio)
    assert errors.heard_share > 0.9
    assert errors.median_s < 0.03
    assert errors.percentile_s(95) < 0.12
    assert sung.audio.dtype == np.float32
    assert 0.1 < np.max(np.abs(sung.audio)) < 0.95


def test_the_voice_lasts_as_long_as_the_song_and_a_second_more():
    lead = lead_sheet()
    seconds = lead.bars * lead.bar_ticks * lead.seconds_per_tick
    assert len(sing(lead, seed=1).audio) == round((seconds + 1.0) * SAMPLE_RATE_HZ)


def test_the_same_seed_gives_the_same_bytes_in_another_process_and_another_seed_does_not():
    notes, phones = [(QUARTER, 960, 60, 0), (1440, 480, 62, 1)], [("S", "AY"), ("M", "AH", "N")]
    lead = song(notes, phones)
    here = hashlib.sha256(sing(lead, seed=4).audio.tobytes()).hexdigest()
    code = (
        "import hashlib; from media.voice.sing import sing; from tests.media.voice.songs import song;"
        f"lead = song({notes!r}, {phones!r});"
        "sing(lead, seed=9, voice='en-high');"
        "print(hashlib.sha256(sing(lead, seed=4).audio.tobytes()).hexdigest())"
    )
    there = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert here == there
    assert hashlib.sha256(sing(lead, seed=5).audio.tobytes()).hexdigest() != here


def test_rests_are_silent():
    lead = song([(0, 480, 60, 0), (480, 480, 62, 1), (3840, 960, 64, 2)], [LA, LA, ("S", "T", "AA", "P")])
    audio = sing(lead, seed=1).audio
    assert level_db(audio, 1.1, 3.2) < -90
    assert level_db(audio, 5.1, 9.0) < -90


def test_a_melisma_is_one_syllable_on_several_pitches():
    notes = [(480, 480, 60, 0), (960, 480, 64, 0), (1440, 480, 67, 0), (1920, 960, 60, 1)]
    lead = song(notes, [LA, LA])
    sung = sing(lead, seed=1)
    off, voiced = cents_off(sung, lead)
    assert len(sung.syllables) == 2
    assert sung.syllables[0].end_s == pytest.approx(2.0 - sung.syllables[1].lead_s, abs=0.03)
    assert np.median(off) < 10
    assert voiced > 0.9
    assert min(level_db(sung.audio, t, t + 0.02) for t in np.arange(0.55, 1.8, 0.02)) > -35


def test_one_syllable_alone_can_be_sung_at_the_very_start():
    sung = sing(song([(0, 480, 60, 0)], [("S", "T", "R", "AO", "NG")], bars=1), seed=0)
    assert len(sung.syllables) == 1
    assert sung.syllables[0].onset_s < 0.1
    assert level_db(sung.audio, 0.12, 0.3) > -30


def test_sixteenths_at_180_bpm_are_all_heard():
    phones = [("S", "T", "AA", "P"), ("DH", "AH"), ("K", "L", "AA", "K"), ("N", "AW")] * 4
    lead = song([(480 + 120 * n, 120, 60 + n % 3, n) for n in range(16)], phones, tempo_bpm=180)
    sung = sing(lead, seed=1)
    for before, after in zip(sung.syllables, sung.syllables[1:], strict=False):
        assert after.onset_s > before.onset_s + 0.07
        assert after.onset_s - after.lead_s >= before.onset_s + 0.04 - 1e-6
    off, _ = cents_off(sung, song([(480 + 120 * n, 120, 60 + n % 3, n) for n in range(16)], phones, tempo_bpm=180))
    assert timing_errors(sung.syllables, sung.audio).median_s < 0.04
    assert not len(off) or np.median(off) < 60


def test_a_note_of_eight_seconds_is_held_in_tune_at_one_level():
    lead = song([(480, 480 * 16, 62, 0)], [("N", "AY", "T")], bars=5)
    sung = sing(lead, seed=1)
    off, voiced = cents_off(sung, lead)
    assert np.median(off) < 30
    assert voiced > 0.95
    levels = [level_db(sung.audio, t, t + 0.25) for t in np.arange(0.7, 8.0, 0.25)]
    assert max(levels) - min(levels) < 8


def test_a_double_sings_the_chorus_alone_a_little_apart():
    lead = lead_sheet()
    first, second = sing(lead, seed=1), sing(lead, seed=1, double=True)
    chorus = next(n for n, section in enumerate(lead.sections) if section.role == "chorus")
    assert {lead.syllables[s.syllable].section for s in second.syllables} == {chorus}
    verse_end_s = lead.sections[chorus].first_bar * lead.bar_ticks * lead.seconds_per_tick
    assert not np.any(second.audio[: int((verse_end_s - 0.5) * SAMPLE_RATE_HZ)])
    claimed = {s.syllable: s.onset_s for s in first.syllables}
    apart = [abs(s.onset_s - claimed[s.syllable]) for s in second.syllables]
    assert 0.0099 < min(apart) <= max(apart) < 0.0251


def test_a_double_without_a_chorus_is_silent():
    assert not np.any(sing(song([(0, 480, 60, 0)], [LA]), seed=1, double=True).audio)


def test_swing_delays_the_off_beats():
    notes = [(480, 240, 60, 0), (720, 240, 62, 1), (960, 480, 64, 2)]
    straight, swung = (sing(song(notes, [LA] * 3, swing=s), seed=1).syllables for s in (0.0, 0.3))
    assert swung[1].onset_s - straight[1].onset_s == pytest.approx(0.3 * 0.25, abs=1e-4)
    assert swung[2].onset_s == pytest.approx(straight[2].onset_s)


def test_a_note_beyond_the_voice_is_refused_with_the_bound_and_the_remedy():
    with pytest.raises(MediaError, match=r"pitch 90 .*40 to 77.*transpose"):
        sing(song([(0, 480, 90, 0)], [LA]), seed=1)


def test_an_unknown_voice_and_an_impossible_swing_are_refused():
    lead = song([(0, 480, 60, 0)], [LA])
    with pytest.raises(MediaError, match="'bass' is not known: the voices are en, en-high"):
        sing(lead, seed=1, voice="bass")
    with pytest.raises(MediaError, match=r"swing 0\.9 .*0 to 0\.34"):
        sing(lead, seed=1, swing=0.9)


def test_every_voice_is_at_home_inside_its_range_and_names_its_licence():
    for name, card in VOICES.items():
        assert card.lowest <= card.low < natural_pitch_midi(name) < card.high <= card.highest
        assert card.range.low == card.low
        assert "eSpeak NG" in card.credit
        assert "GPL" in card.licence


def test_onsets_are_found_in_tones_and_none_in_silence_or_noise():
    time = np.arange(2 * SAMPLE_RATE_HZ) / SAMPLE_RATE_HZ
    tone = sum(np.sin(2 * np.pi * 220 * k * time) / k for k in range(1, 9)) * ((time % 1.0) > 0.5)
    assert voicing_onsets(tone, SAMPLE_RATE_HZ) == pytest.approx([0.5, 1.5], abs=0.02)
    assert not len(voicing_onsets(np.zeros(SAMPLE_RATE_HZ), SAMPLE_RATE_HZ))
    noise = np.random.default_rng(0).standard_normal(SAMPLE_RATE_HZ)
    assert not len(voicing_onsets(noise, SAMPLE_RATE_HZ))


def test_sound_in_stereo_is_not_searched_for_onsets():
    with pytest.raises(MediaError, match="one channel"):
        voicing_onsets(np.zeros((10, 2)), SAMPLE_RATE_HZ)
