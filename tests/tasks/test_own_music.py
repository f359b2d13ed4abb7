"""What a person fixes of a song's music goes into the plan: form, bars, syllables, key, chords; errors say where."""

from __future__ import annotations

import pytest

from schemas.brief import Brief
from schemas.brief_reading import brief_from_fields
from schemas.errors import BriefError
from tasks.albums import planned_album
from tasks.planning.own_music import given_tunes

CHORUS = (
    "C4 1 D4 1 E4 1 G4 1 | A4 2 G4 2 | E4 1 D4 1 C4 2 | D4 3 r 1 | "
    "C4 1 D4 1 E4 1 G4 1 | A4 2 G4 2 | E4 1 D4 1 C4 2 | C4 3 r 1"
)
FORM = "intro 2, verse 8, chorus 8, verse 8, bridge 4, chorus 8, outro 2"


def _brief(**music: object) -> Brief:
    return brief_from_fields({"theme": "a night train", "songs": 1, "music": [music], "seed": 3})


def _song(**music: object):
    return planned_album(_brief(**music)).songs[0]


def test_a_form_is_kept_section_by_section_and_bar_by_bar():
    song = _song(form=FORM)
    roles = [(section.role, section.bars) for section in song.sections]
    assert roles == [
        ("intro", 2), ("verse", 8), ("chorus", 8), ("verse", 8), ("bridge", 4), ("chorus", 8), ("outro", 2),
    ]  # fmt: skip
    verses = [section for section in song.sections if section.role == "verse"]
    assert verses[0].melody == verses[1].melody
    assert verses[0].words != verses[1].words


def test_verses_of_different_lengths_have_tunes_of_their_own():
    song = _song(form="verse 8, chorus 8, verse 4, chorus 8")
    tunes = [section.melody for section in song.sections if section.role == "verse"]
    assert tunes[0] != tunes[1]


def test_words_are_asked_for_to_the_notes_of_a_melody():
    song = _song(form=FORM, chorus={"melody": CHORUS})
    chorus = next(section for section in song.sections if section.role == "chorus")
    assert (chorus.bars, chorus.line_bars) == (8, 2)
    assert [line.syllables for line in chorus.lines] == [6, 4, 6, 4]
    assert all("1" in line.stress for line in chorus.lines)


def test_the_song_is_in_the_key_that_is_heard_unless_the_brief_names_one():
    assert str(_song(chorus={"melody": CHORUS}).key) == "C major"
    assert str(_song(verse={"chords": "Am | F | C | E7 | Am | F | E7 | Am"}).key) == "A minor"
    named = brief_from_fields({"theme": "x", "songs": 1, "keys": "D major", "music": [{"chorus": {"melody": CHORUS}}]})
    assert str(planned_album(named).songs[0].key) == "D major"


def test_chords_are_played_again_until_the_tune_is_full():
    song = _song(form=FORM, verse={"chords": "C | G | Am F | C"})
    (tune,) = given_tunes(song)
    assert [chord.symbol for chord in tune.chords] == ["C", "G", "Am", "F", "C"] * 2
    assert tune.chords[-1].onset_ticks + tune.chords[-1].duration_ticks == 8 * song.bar_ticks


def test_a_melody_is_moved_by_octaves_into_the_voice():
    low = _song(chorus={"melody": CHORUS.replace("4 ", "2 ").replace("2 2", "2 2")})
    (tune,) = given_tunes(low)
    assert all(low.voice_range.low <= note.pitch <= low.voice_range.high for note in tune.notes)
    assert {note.pitch % 12 for note in tune.notes} == {0, 2, 4, 7, 9}


@pytest.mark.parametrize(
    ("music", "told"),
    [
        ({"form": "verse 99"}, "music.0: 'verse 99' has 99 bars: a section has 1 to 32|music.0: form: 'verse 99'"),
        ({"form": FORM, "verse": {"chords": "Q | C"}}, "bar 1: 'Q' is not a chord"),
        ({"form": "verse 8, chorus 8", "bridge": {"chords": "C"}}, "no such tune; it has chorus, verse"),
        ({"form": "verse 8", "chorus": {"melody": CHORUS}}, "the form has no chorus"),
        ({"form": FORM, "verse": {"chords": " | ".join(["C"] * 9)}}, "9 bars are fixed, but the verse has 8"),
        ({"chorus": {"melody": "C2 1 | G6 1"}}, "narrow them, or write them in another key"),
        ({"verse": {"melody": "C4 4"}, "chorus": {"melody": "meter: 3/4\nC4 3"}}, "different meters"),
        ({"chorus": {"melody": "\x00\x01"}}, "music.0"),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(music, told):
    with pytest.raises(BriefError) as refused:
        _song(**music)
    assert any(part in str(refused.value) for part in told.split("|"))


def test_music_for_more_songs_than_there_are_is_refused():
    with pytest.raises(BriefError, match="music for 2 songs but songs is 1"):
        brief_from_fields({"theme": "x", "songs": 1, "music": [{}, {}]})


def test_a_plan_without_own_music_reads_as_it_always_did():
    song = planned_album(brief_from_fields({"theme": "x", "songs": 1})).songs[0]
    assert "user_tunes" not in song.model_dump(mode="json")
    assert type(song).model_validate(song.model_dump(mode="json")) == song
