from __future__ import annotations

import pytest

from media.voice.voices import VOICES
from schemas.errors import ReviewError
from schemas.jobs import SongChanges
from schemas.plan import Key, SongPlan
from tasks.albums import album_state, planned_album
from tasks.edits import apply_changes
from tasks.prospects import foresee
from tasks.song_changes import change_song, changed_plan, described, plan_slot, settle_plan


def _changed(made, **changes):
    state = album_state(made.brief.album_id, made.bench)
    return change_song(state, state.plan.songs[0], SongChanges(**changes), "Ada")


def _replanned(made, monkeypatch, **fields):
    """The album as newer planning code would plan it."""

    def newer(brief):
        plan = planned_album(brief)
        return plan.replaced(songs=tuple(song.replaced(**fields) for song in plan.songs))

    monkeypatch.setattr("tasks.albums.planned_album", newer)
    return album_state(made.brief.album_id, made.bench)


def test_changed_settings_are_in_the_plan_wherever_the_album_is_opened(made):
    before = made.open().plan.songs[0]
    state = _changed(made, tempo_bpm=before.tempo_bpm + 8, voice="en-high", key=Key(tonic="E", mode="minor"))
    after = state.plan.songs[0]
    assert (after.tempo_bpm, str(after.key), after.voice) == (before.tempo_bpm + 8, "E minor", "en-high")
    assert after.voice_range == VOICES["en-high"].range
    assert made.open().plan == state.plan
    assert after.sections == before.sections
    assert after.user_lyrics == before.user_lyrics
    assert f"tempo {before.tempo_bpm} → {before.tempo_bpm + 8}" in described(before, after)


def test_a_change_asks_for_what_follows_from_it_and_going_back_asks_for_nothing(made):
    before = made.open().plan.songs[0]
    state = _changed(made, tempo_bpm=before.tempo_bpm + 8)
    again = {item.slot.step for item in foresee(state) if item.action != "reuse"}
    assert {"compose_lead_sheet", "mix", "master"} <= again
    assert "write_lyrics" not in again
    state = _changed(made, tempo_bpm=before.tempo_bpm)
    assert made.bench.catalogue.edit_of(plan_slot(state.album_id, "song-1")) is None
    assert {item.action for item in foresee(state)} == {"reuse"}


def test_words_are_written_again_only_where_what_they_depend_on_changed(made):
    state = _changed(made, theme="a lamp upon a hill")
    assert foresee(state)[0].action == "make"
    state = _changed(made, theme=made.open().brief.theme, genre="rock", mood="joyful", voice="en-high")
    assert foresee(state)[0].action == "reuse"


def test_changes_add_up_and_are_dropped_together(made):
    before = made.open().plan.songs[0]
    _changed(made, swing=0.2)
    state = _changed(made, mood="calm" if before.mood != "calm" else "tender")
    assert state.plan.songs[0].swing == 0.2
    edit = made.bench.catalogue.edit_of(plan_slot(state.album_id, "song-1"))
    assert {change.path[0] for change in edit.changes} == {"swing", "mood"}
    assert made.bench.catalogue.drop_edit(plan_slot(state.album_id, "song-1"))
    assert made.open().plan.songs[0] == before


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"genre": "fok"}, "did you mean 'folk'.*bossa"),
        ({"mood": "hungry"}, "calm, hopeful"),
        ({"voice": "basso"}, "en, en-high"),
        ({}, "nothing is to be changed"),
    ],
)
def test_a_setting_that_is_none_of_the_choices_is_refused_with_the_choices(made, changes, words):
    with pytest.raises(ReviewError, match=words):
        _changed(made, **changes)


def test_a_change_moves_to_a_new_plan_that_still_has_the_value_it_replaced(made, monkeypatch):
    planned = made.open().plan.songs[0]
    _changed(made, tempo_bpm=planned.tempo_bpm + 8)
    state = _replanned(made, monkeypatch, swing=0.1)
    assert state.plan_conflicts == {}
    assert (state.plan.songs[0].tempo_bpm, state.plan.songs[0].swing) == (planned.tempo_bpm + 8, 0.1)


def test_a_change_that_no_longer_fits_is_a_conflict_until_someone_decides(made, monkeypatch):
    planned = made.open().plan.songs[0]
    _changed(made, tempo_bpm=planned.tempo_bpm + 8)
    state = _replanned(made, monkeypatch, tempo_bpm=planned.tempo_bpm + 1)
    first = foresee(state)[0]
    assert (first.slot.step, first.action) == ("plan_song", "conflict")
    assert "Ada changed tempo" in first.why
    with pytest.raises(ReviewError, match="keep .* drop"):
        settle_plan(state, "song-1", "ask")
    settle_plan(state, "song-1", "keep")
    assert state.plan.songs[0].tempo_bpm == planned.tempo_bpm + 8
    assert album_state(made.brief.album_id, made.bench).plan_conflicts == {}
    made.bench.catalogue.drop_edit(plan_slot(state.album_id, "song-1"))
    assert album_state(made.brief.album_id, made.bench).plan.songs[0].tempo_bpm == planned.tempo_bpm + 1


def test_a_song_with_an_undecided_conflict_is_not_made(made, monkeypatch):
    planned = made.open().plan.songs[0]
    _changed(made, tempo_bpm=planned.tempo_bpm + 8)
    state = _replanned(made, monkeypatch, tempo_bpm=planned.tempo_bpm + 1)
    made.make(state)
    assert "choose keep" in state.failures["song-1"]


def test_an_edit_of_a_plan_may_change_settings_alone(made):
    planned = made.open().plan.songs[0]
    _changed(made, swing=0.2)
    edit = made.bench.catalogue.edit_of(plan_slot(made.brief.album_id, "song-1"))
    bad = edit.replaced(changes=(edit.changes[0].replaced(path=("lyrics_model",)),))
    with pytest.raises(ReviewError, match="no setting of a song"):
        changed_plan(planned, bad)
    assert isinstance(apply_changes(planned, edit.changes, check=True), SongPlan)


def test_a_song_does_not_become_longer_than_the_most(made):
    state = album_state(made.brief.album_id, made.bench)
    song = state.plan.songs[0]
    long = song.replaced(sections=tuple(s.replaced(bars=32) if not s.lines else s for s in song.sections) * 1)
    many = long.replaced(
        sections=(*long.sections, *(long.sections[0].replaced(name=f"interlude {n}") for n in range(9)))
    )
    with pytest.raises(ReviewError, match="900 s is the most"):
        change_song(state, many, SongChanges(tempo_bpm=50), "Ada")
