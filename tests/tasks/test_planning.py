from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.voice.voices import VOICES
from schemas.brief_reading import brief_from_fields
from schemas.errors import BriefError
from tasks.planning.album import plan_album, title_from

RANGES = {name: card.range for name, card in VOICES.items()}


def _plan(**fields):
    return plan_album(brief_from_fields({"theme": "a lighthouse in winter", **fields}), RANGES)


@given(
    st.integers(0, 10_000),
    st.sampled_from([None, "piano-ballad", "folk", "synth-pop", "rock", "lo-fi", "bossa"]),
    st.integers(1, 6),
)
@settings(max_examples=40, deadline=None)
def test_every_song_keeps_to_tempo_length_and_voice(seed, genre, songs):
    fields = {"genre": genre} if genre else {}
    album = _plan(seed=seed, songs=songs, **fields)
    assert len(album.songs) == songs
    for song in album.songs:
        assert 72 <= song.tempo_bpm <= 124
        assert 45 <= song.duration_s <= 71
        assert song.voice_range == RANGES[song.voice]
        assert sum(section.role == "chorus" for section in song.sections) >= 1
        assert song.sections[0].role == "intro"
        assert song.sections[-1].role == "outro"


def test_the_chorus_has_more_energy_than_the_verse():
    for song in _plan(songs=5).songs:
        energy = {section.role: section.energy for section in song.sections}
        assert energy["chorus"] > energy["verse"] + 0.3


def test_songs_stay_in_the_keys_that_are_allowed():
    assert {str(song.key) for song in _plan(songs=4, keys=["D major", "B minor"]).songs} == {"D major", "B minor"}


def test_a_plan_depends_on_the_brief_and_its_seed_alone():
    assert _plan(seed=3).digest() == _plan(seed=3).digest()
    assert _plan(seed=3).digest() != _plan(seed=4).digest()


def test_adding_a_song_leaves_the_forms_of_the_others_alone():
    short, long = _plan(songs=3).songs, _plan(songs=3, title="Another").songs
    assert [song.sections for song in short] == [song.sections for song in long]


def test_a_length_that_no_form_has_is_refused_with_the_remedy():
    with pytest.raises(BriefError, match="widen length_s or tempo_bpm"):
        _plan(length_s=[345, 360], tempo_bpm=[170, 180], songs=1)


def test_a_voice_that_is_not_installed_is_refused_with_those_that_are():
    with pytest.raises(BriefError, match="en-high"):
        _plan(voice="opera")


@pytest.mark.parametrize(
    ("theme", "title"),
    [
        ("a lighthouse keeper who collects other people's storms", "A Lighthouse Keeper"),
        ("the sea", "The Sea"),
        ("🌊", "🌊"),
        ("what the night shift sees", "What the Night Shift Sees"),
    ],
)
def test_a_title_is_found_in_the_theme(theme, title):
    assert title_from(theme) == title
