from __future__ import annotations

import pytest

from artifacts import tables
from schemas.errors import ArtifactError
from schemas.jobs import MakeRequest, PressRequest, RetakeRequest, SongChanges
from tasks.albums import album_state
from tasks.deciding import Decider, change_settings, judge_songs
from tasks.press.press import press_album
from tasks.prospects import foresee
from tasks.retakes import begin_retake
from tasks.standing import refresh_missing, refresh_standing

ADA = Decider("Ada", "command")


def _state(made):
    return refresh_standing(made.bench, made.brief.album_id).state


def test_a_whole_album_waits_for_review_with_its_songs_and_cover_counted(made):
    entry = refresh_standing(made.bench, made.brief.album_id)
    assert (entry.state, entry.songs, entry.finished, entry.approved) == ("review", 1, 1, 0)
    assert entry.duration_s > 15
    assert len(entry.cover) == 64
    assert (entry.title, entry.genre) == ("Upon the Water", "folk")


def test_an_album_is_written_down_as_soon_as_it_is_begun(made):
    other = made.brief.replaced(seed=6)
    from tasks.albums import open_album

    open_album(other, made.bench)
    assert made.bench.catalogue.standing(other.album_id).state == "open"


def test_it_goes_from_review_to_approved_to_pressed_and_back_when_something_changes(made):
    album = made.brief.album_id
    judge_songs(made.bench, album, ["song-1"], "approved", ADA)
    assert _state(made) == "review"
    judge_songs(made.bench, album, ["cover"], "approved", ADA)
    assert _state(made) == "approved"
    state = album_state(album, made.bench)
    foresee(state)
    press_album(state, made.settings.releases)
    assert _state(made) == "pressed"
    judge_songs(made.bench, album, ["song-1"], "rejected", ADA, reason="too slow")
    assert _state(made) == "rejected"
    judge_songs(made.bench, album, ["song-1"], "approved", ADA)
    assert _state(made) == "pressed"
    change_settings(made.bench, album, "song-1", SongChanges(swing=0.2), ADA)
    assert _state(made) == "open"


def test_a_job_about_it_shows_as_queued_then_making_and_a_press_as_neither(made):
    album, catalogue = made.brief.album_id, made.bench.catalogue
    catalogue.add_job(PressRequest(album_id=album), by="Ada")
    assert _state(made) == "review"
    job = catalogue.add_job(RetakeRequest(album_id=album, step="paint_cover"), by="Ada", priority=9)
    assert _state(made) == "queued"
    assert catalogue.begin_job(job.id, "here")
    assert _state(made) == "making"
    catalogue.finish_job(job.id, "here", "done")
    assert _state(made) == "review"


def test_an_album_of_a_running_batch_can_be_reviewed_once_it_is_whole(made):
    catalogue = made.bench.catalogue
    job = catalogue.add_job(MakeRequest(briefs=(made.brief, made.brief.replaced(seed=6))), by="Ada")
    assert catalogue.begin_job(job.id, "here")
    assert _state(made) == "review"


def test_failures_and_quarantine_are_told_with_their_reason(made):
    album, catalogue = made.brief.album_id, made.bench.catalogue
    state = album_state(album, made.bench)
    foresee(state)
    retake = begin_retake(state, state.plan.songs[0], "sing", part="vocal", takes=1)
    assert _state(made) == "open"
    catalogue.fail(retake.slot, "the singer lost her voice")
    entry = refresh_standing(made.bench, album)
    assert entry.state == "failed"
    assert "song-1, sing: the singer lost her voice" in entry.reason
    assert len(entry.cover) == 64
    catalogue.quarantine(album, "workers died")
    entry = refresh_standing(made.bench, album)
    assert (entry.state, entry.reason) == ("set aside", "workers died")


def test_an_album_whose_brief_is_damaged_is_failed_and_breaks_no_list(made):
    album, catalogue = made.brief.album_id, made.bench.catalogue
    with catalogue.database.write() as connection:
        connection.execute(
            tables.records.update().where(tables.records.c.kind == "brief").values(body='{"kind": "brief", "theme')
        )
    entry = refresh_standing(made.bench, album)
    assert entry.state == "failed"
    assert "damaged" in entry.reason
    assert [one.album_id for one in catalogue.standings()[0]] == [album]
    with pytest.raises(ArtifactError):
        album_state(album, made.bench)


def test_an_album_that_is_not_there_is_told(made):
    with pytest.raises(ArtifactError, match="not in the catalogue"):
        refresh_standing(made.bench, "nothing-12345678")


def test_an_event_tells_of_a_change_and_of_nothing_else(made):
    catalogue = made.bench.catalogue
    refresh_standing(made.bench, made.brief.album_id)
    last = catalogue.last_event()
    refresh_standing(made.bench, made.brief.album_id)
    assert catalogue.last_event() == last
    catalogue.quarantine(made.brief.album_id, "workers died")
    refresh_standing(made.bench, made.brief.album_id)
    event = catalogue.events_after(last)[0]
    assert (event.kind, event.body["state"]) == ("album.changed", "set aside")


def test_albums_of_an_older_hibari_are_written_down_on_the_first_look(made):
    catalogue = made.bench.catalogue
    with catalogue.database.write() as connection:
        connection.execute(tables.standings.delete())
    assert refresh_missing(made.bench) == 1
    assert refresh_missing(made.bench) == 0


def test_an_album_left_as_in_the_making_by_a_job_that_is_over_is_looked_at_again(made):
    album, catalogue = made.brief.album_id, made.bench.catalogue
    job = catalogue.add_job(RetakeRequest(album_id=album, step="paint_cover"), by="Ada")
    catalogue.begin_job(job.id, "me")
    assert _state(made) == "making"
    assert refresh_missing(made.bench) == 0
    catalogue.finish_job(job.id, "me", "done")  # killed here: nobody writes down where the album is now
    assert refresh_missing(made.bench) == 1
    assert catalogue.standing(album).state == "review"
