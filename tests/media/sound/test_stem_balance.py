from __future__ import annotations

import numpy as np
import pytest

from media.sound.loudness import integrated_lufs
from media.sound.mix import REFERENCE_LUFS, StemAudio
from media.sound.presets import find_preset
from media.sound.stem_balance import stem_balance
from schemas.audio import SAMPLE_RATE_HZ
from schemas.errors import MediaError

FRAMES = 4 * SAMPLE_RATE_HZ


def tone(part, role, hz=220.0, level=0.1, frames=FRAMES):
    wave = level * np.sin(2 * np.pi * hz * np.arange(frames) / SAMPLE_RATE_HZ)
    return StemAudio(part=part, role=role, audio=wave.astype(np.float32)[:, None])


def balanced(*stems, frames=FRAMES, preset="folk"):
    roles = [stem.role for stem in stems]
    return stem_balance(
        iter(stems), preset, roles=roles, sections=(), seconds_per_tick=0.001, bar_ticks=1920, frames=frames
    )


def test_a_stem_comes_to_the_level_its_preset_gives_it_however_loud_it_was():
    for level in (0.02, 0.5):
        found = balanced(tone("bass", "bass", level=level))
        assert found.lufs == pytest.approx(REFERENCE_LUFS + find_preset("folk").chains["bass"].level_lu, abs=0.1)


def test_the_voice_lies_over_the_rest_and_its_double_below_it():
    stems = tone("bass", "bass"), tone("vocal", "vocal", 440.0), tone("vocal-double", "vocal", 442.0)
    found = balanced(*stems)
    levels = {s.part: integrated_lufs(np.repeat(s.audio, 2, 1)) + found.gains_db[s.part] for s in stems}
    assert levels["vocal"] - levels["bass"] == pytest.approx(find_preset("folk").vocal_over_lu, abs=0.2)
    assert levels["vocal-double"] - levels["vocal"] == pytest.approx(-7.0, abs=0.2)


def test_parts_of_one_role_share_its_level_and_stand_on_both_sides():
    one, two = balanced(tone("chords", "chords")), balanced(tone("chords", "chords"), tone("chords-2", "chords", 330.0))
    assert two.gains_db["chords"] == pytest.approx(one.gains_db["chords"] - 7 * np.log10(2), abs=0.02)
    assert two.pans["chords"] == -two.pans["chords-2"]


def test_a_silent_stem_is_left_as_it_is():
    found = balanced(tone("bass", "bass"), tone("pad", "pad", level=0.0))
    assert found.gains_db["pad"] == 0.0
    assert found.peak > 0


@pytest.mark.parametrize(
    ("stems", "preset", "frames"),
    [((), "folk", FRAMES), ((tone("bass", "bass"),), "polka", FRAMES), ((tone("bass", "bass"),), "folk", 100)],
)
def test_what_cannot_be_balanced_is_told(stems, preset, frames):
    with pytest.raises(MediaError):
        balanced(*stems, preset=preset, frames=frames)
