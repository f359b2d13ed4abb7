from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.music.accompanist.ladder import OCTAVES, ladder_of
from schemas.music import CHORD_INTERVALS, ChordSpan
from schemas.plan import TONICS, Key

QUALITIES = sorted(CHORD_INTERVALS)


def ladder(root: int, quality: str, bass: int | None = None, tonic: str = "C", mode: str = "major"):
    return ladder_of(root, quality, bass, Key(tonic=tonic, mode=mode).scale)  # type: ignore[arg-type]


@given(st.integers(0, 11), st.sampled_from(QUALITIES), st.none() | st.integers(0, 11), st.sampled_from(TONICS))
def test_the_own_steps_of_a_ladder_are_the_tones_of_the_chord(root, quality, bass, tonic):
    steps = ladder(root, quality, bass, tonic)
    tones = {steps.pitch(step, 1) % 12 for step in steps.own}
    chord = ChordSpan(onset_ticks=0, duration_ticks=1, root=root, quality=quality)
    assert tones == set(chord.pitch_classes)
    assert steps.pitch(steps.bass_step, 0) % 12 == (root if bass is None else bass)
    assert len({steps.pitch(step, 1) % 12 for step in range(1, 8)}) == 7


@given(
    st.integers(0, 11),
    st.sampled_from(QUALITIES),
    st.none() | st.integers(0, 11),
    st.integers(0, 7),
    st.integers(0, OCTAVES - 1),
)
def test_every_place_on_a_ladder_is_found_again_from_its_pitch(root, quality, bass, step, octave):
    steps = ladder(root, quality, bass)
    pitch = steps.pitch(step, octave)
    place = steps.place(pitch, lowest=True)
    if place is None:  # a bass that is no step of the scale, near the edge of the octaves
        assert step == 0
    else:
        assert steps.pitch(*place) == pitch


def test_passing_notes_come_from_the_key():
    steps = ladder(2, "min")
    assert [steps.pitch(step, 1) % 12 for step in range(1, 8)] == [2, 4, 5, 7, 9, 11, 0]
    assert steps.own == {1, 3, 5}


def test_a_pitch_between_the_steps_has_no_place():
    assert ladder(0, "maj").place(61) is None
    assert ladder(0, "maj").place(0) is None


@pytest.mark.parametrize(("root", "bass", "lowest"), [(0, 4, 4), (0, 10, 10), (5, 7, 7), (0, 3, 3)])
def test_the_bass_of_a_slash_chord_is_step_nought_at_the_bottom_alone(root, bass, lowest):
    steps = ladder(root, "maj", bass)
    pitch = steps.pitch(0, 1)
    assert pitch % 12 == lowest
    assert steps.place(pitch, lowest=True) == (0, 1)
    assert steps.place(pitch) != (0, 1)
