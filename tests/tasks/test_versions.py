from __future__ import annotations

import pytest

from schemas.audio import Master
from schemas.jobs import RetakeRequest, SongChanges
from tasks.deciding import Decider, change_settings, change_words
from tasks.origins import origins_of
from tasks.preview import preview
from tasks.retakes import begin_retake
from tasks.versions import song_versions, step_takes

ADA = Decider("Ada", "page")


def test_a_song_made_once_has_one_version_that_is_current(made):
    state, _ = made.make()
    versions = song_versions(made.bench, state.album_id, "song-1")
    assert [(version.number, version.current, version.differs) for version in versions] == [(1, True, ())]
    assert versions[0].artifact == state.of("master", state.plan.songs[0])
    assert -15 < versions[0].integrated_lufs < -13


@pytest.mark.slow
def test_each_version_says_what_it_changed_and_one_whose_sound_is_gone_is_left_out(made):
    album = made.brief.album_id
    retake = begin_retake(made.make()[0], made.open().plan.songs[0], "sing", part="vocal-double", takes=1)
    made.make(retake.album)
    change_words(made.bench, album, "song-1", section="verse 1", line=1, text="The lamp upon the water", who=ADA)
    made.make()
    tempo = made.open().plan.songs[0].tempo_bpm
    change_settings(made.bench, album, "song-1", SongChanges(tempo_bpm=tempo + 4), ADA)
    state, _ = made.make()
    versions = song_versions(made.bench, album, "song-1")
    assert [version.number for version in versions] == [1, 2, 3, 4]
    assert versions[1].differs == ("another take of the second voice (1)",)
    assert versions[2].differs == ("the words edited by Ada",)
    assert f"tempo {tempo} → {tempo + 4}" in versions[3].differs
    assert [version.current for version in versions] == [False, False, False, True]

    gone = made.bench.get(versions[1].artifact, Master)
    made.bench.blobs.delete(gone.audio.sha256)
    left = song_versions(made.bench, album, "song-1")
    assert [version.number for version in left] == [1, 3, 4]
    assert "the words edited by Ada" in left[1].differs

    edited = origins_of(made.bench, state.of("write_lyrics", state.plan.songs[0]))
    assert (edited.author, edited.recipe, edited.inputs[0].name) == ("Ada", None, "base")
    assert edited.edits[0].places[0] == "sections/0/lines/0"


def test_takes_stand_side_by_side_with_the_figures_that_chose_between_them(made):
    state, _ = made.make()
    takes = step_takes(made.bench, state.album_id, "song-1", "compose_lead_sheet")
    assert [(take.number, take.selected) for take in takes] == [(0, True)]
    assert 0.5 < takes[0].score <= 1
    assert "syllables with one note" in {figure.name for figure in takes[0].figures}


def test_an_origin_names_maker_recipe_seed_weights_and_inputs(made):
    state, _ = made.make()
    song = state.plan.songs[0]
    tune = origins_of(made.bench, state.of("compose_lead_sheet", song))
    assert (tune.author, tune.step, tune.take, tune.kind) == ("hibari", "compose_lead_sheet", 0, "lead_sheet")
    assert tune.models[0].name == "music:transformer"
    assert "Music Transformer" in tune.models[0].summary
    assert {one.name: one.kind for one in tune.inputs} == {
        "plan": "song_plan",
        "lyrics": "lyrics",
        "motif": "song_motif",
    }
    assert {one.name: one.label for one in tune.inputs}["lyrics"] == "Upon the Water"
    assert tune.seed > 0
    assert tune.device == made.bench.machine
    stem = origins_of(made.bench, state.of("render_stem", song, "bass"))
    assert stem.label == "bass"
    assert stem.models[0].name == "font:timgm6mb"


def test_a_preview_names_what_a_retake_makes_again_and_writes_nothing(made):
    state, _ = made.make()
    catalogue, album = made.bench.catalogue, state.album_id
    asked = RetakeRequest(album_id=album, song_id="song-1", step="sing", part="vocal-double", takes=2)
    found = {(item.slot.step, item.slot.part): item for item in preview(made.bench, asked)}
    assert found["sing", "vocal-double"].action == "make"
    assert "takes 1, 2" in found["sing", "vocal-double"].why
    assert found["sing", "vocal"].action == "reuse"
    assert found["mix", ""].action == "may be made again"
    assert found["paint_cover", ""].action == "reuse"
    assert catalogue.selected_number(found["sing", "vocal-double"].slot) == 0

    tempo = state.plan.songs[0].tempo_bpm
    changes = SongChanges(tempo_bpm=tempo + 4)
    asked = RetakeRequest(album_id=album, song_id="song-1", step="compose_lead_sheet", takes=0, changes=changes)
    found = {item.slot.step: item for item in preview(made.bench, asked)}
    assert found["compose_lead_sheet"].action in ("make", "may be made again")
    assert made.open().plan.songs[0].tempo_bpm == tempo
    assert catalogue.choices() == []


def test_a_preview_shows_the_edits_that_a_retake_would_leave_behind(made):
    album = made.brief.album_id
    change_words(made.bench, album, "song-1", section="verse 1", line=1, text="The lamp upon the water", who=ADA)
    asked = RetakeRequest(album_id=album, song_id="song-1", step="write_lyrics")
    words = next(item for item in preview(made.bench, asked) if item.slot.step == "write_lyrics")
    assert words.action == "conflict"
    assert "Ada's edit" in words.why
    kept = next(item for item in preview(made.bench, asked.replaced(edits="keep")) if item.slot.step == "write_lyrics")
    assert kept.action == "make"
    assert "Ada's edit stays" in kept.why
