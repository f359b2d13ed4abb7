from __future__ import annotations

import json

import mutagen
import pytest

from schemas.base import canonical_json, sha256_hex
from schemas.brief_reading import brief_from_fields
from schemas.errors import ArtifactError
from schemas.jobs import SongChanges
from schemas.music import LeadSheet
from schemas.release import Release
from schemas.settings import StudioSettings
from tasks.bench import Bench
from tasks.deciding import Decider, change_notes, change_settings, change_words, current, judge_songs, order_songs
from tasks.note_edits import NoteChange
from tasks.press.press import already_pressed, press_album
from tasks.replay import compare, compare_files, prepare_replay
from tasks.review import judge_by_policy
from tasks.standing import refresh_standing
from tests.tasks.conftest import WORDS, Workshop, workshop_in


@pytest.fixture
def folder(made):
    state, _ = made.make()
    judge_by_policy(state, "demo")
    return press_album(state, made.settings.releases)[1]


@pytest.fixture
def empty(made, tmp_path):
    bench = Bench(made.settings.model_copy(update={"home": tmp_path / "scratch"}))
    yield bench
    bench.catalogue.close()


def test_every_take_of_the_record_is_selected_so_that_nothing_is_chosen_again(folder, empty):
    plan = prepare_replay(folder, empty)
    slot = plan.album.slot("compose_lead_sheet", plan.album.plan.songs[0])
    assert empty.catalogue.is_selected(slot)
    assert plan.damaged_files == ()


@pytest.mark.parametrize("change", [{"step": "rm -rf"}, {"step": "fly"}, {"take": 2**70}])
def test_a_strangers_record_that_names_unknown_steps_or_takes_is_refused_in_words(folder, empty, change):
    path = folder / "release.json"
    document = json.loads(path.read_text())
    document["release"]["steps"][0] |= change
    document["digest"] = Release.model_validate(document["release"]).digest()
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactError, match="its record names step"):
        prepare_replay(folder, empty)


def _two_songs(folder):
    shop = workshop_in(folder)
    fields = {"theme": "the sea", "songs": 2, "genre": "folk", "length_s": [20, 40], "seed": 5}
    fields["models"] = {"cover": "cover:typographic"}
    shop.brief = brief_from_fields({**fields, "lyrics": [{"title": t, "text": WORDS} for t in ("Ebb", "Flow")]})
    return shop


@pytest.mark.slow
def test_changed_settings_notes_words_and_the_running_order_are_made_again_from_the_record(tmp_path):
    shop, ada, ben = _two_songs(tmp_path), Decider("Ada", "page"), Decider("Ben", "page")
    shop.settings = _two_people(shop.settings)
    shop.bench.catalogue.close()
    shop.bench = Bench(shop.settings)
    state, _ = shop.make()
    album, bench = state.album_id, shop.bench
    cover = state.of("paint_cover", None)
    order_songs(bench, album, ["song-2", "song-1"], ada)
    assert current(bench, album).of("paint_cover", None) == cover

    tempo = state.plan.songs[0].tempo_bpm + 6
    change_settings(bench, album, "song-1", SongChanges(tempo_bpm=tempo), ada)
    state, _ = shop.make()
    change_words(bench, album, "song-1", section="verse 1", line=1, text="The lamp upon the water", who=ada)
    sheet = bench.get(state.of("compose_lead_sheet", state.plan.songs[1]), LeadSheet)
    pitch = sheet.melody[3].pitch + (1 if sheet.melody[3].pitch < state.plan.songs[1].voice_range.high else -1)
    change_notes(bench, album, "song-2", [NoteChange(index=3, pitch=pitch)], ben)
    state, _ = shop.make()
    for who in (ada, ben):
        judge_songs(bench, album, [], "approved", who)
    release, folder = press_album(current(bench, album), shop.settings.releases)
    refresh_standing(bench, album)
    assert bench.catalogue.standing(album).state == "pressed"

    assert [(song.number, song.song_id) for song in release.songs] == [(1, "song-2"), (2, "song-1")]
    assert release.songs[1].tempo_bpm == tempo
    assert (folder / "flac" / "01 Flow.flac").is_file()
    assert mutagen.File(folder / "flac" / "02 Ebb.flac").tags["tracknumber"][0].startswith("2")
    page = (folder / "index.html").read_text()
    assert page.index("Flow") < page.index("Ebb")
    assert [(plan.song_id, plan.changed) for plan in release.plans] == [("song-1", state.plan.songs[0].digest())]
    document = json.loads((folder / "release.json").read_text())
    assert {edit["step"] for edit in document["edits"]} == {"plan_song", "write_lyrics", "compose_lead_sheet"}

    scratch = shop.settings.model_copy(
        update={"home": tmp_path / "scratch", "releases": tmp_path / "again", "studio": StudioSettings()}
    )
    again = Workshop(scratch, shop.brief, Bench(scratch))
    plan = prepare_replay(folder, again.bench)
    again.make(plan.album, replayed=plan.edits)
    assert compare(plan) == []
    assert compare_files(plan, scratch.releases) == []

    order_songs(bench, album, ["song-1", "song-2"], ada)
    assert bench.catalogue.standing(album).state == "approved"
    assert already_pressed(current(bench, album), shop.settings.releases) is None
    for bench in (shop.bench, again.bench):
        bench.catalogue.close()


def _two_people(settings):
    rules = settings.studio.model_copy(update={"two_people": True})
    return settings.model_copy(update={"studio": rules})


def test_a_record_that_names_changed_settings_without_saying_which_is_refused(folder, empty):
    path = folder / "release.json"
    document = json.loads(path.read_text())
    document["release"]["plans"] = [{"song_id": "song-1", "planned": "0" * 64, "changed": "1" * 64}]
    document["digest"] = Release.model_validate(document["release"]).digest()
    path.write_text(json.dumps(document))
    with pytest.raises(ArtifactError, match="changed settings of song-1, but not which"):
        prepare_replay(folder, empty)


def test_a_release_of_an_older_hibari_is_read_under_the_digest_it_had(folder, empty):
    path = folder / "release.json"
    document = json.loads(path.read_text())
    release = document["release"]
    release["schema_version"] = 1
    for field in ("plans", "two_people", "cover_approvers"):
        del release[field]
    for song in release["songs"]:
        del song["approvers"]
    document["digest"] = sha256_hex(canonical_json(release))
    path.write_text(json.dumps(document))
    plan = prepare_replay(folder, empty)
    assert plan.pressed.release.songs[0].approvers == ("policy:demo",)
    assert plan.pressed.release.digest() == document["digest"]
