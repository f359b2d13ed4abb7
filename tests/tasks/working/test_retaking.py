from __future__ import annotations

import pytest

from schemas.jobs import PressRequest, RetakeRequest, SongChanges
from tasks.albums import album_state
from tasks.asking import cancel
from tasks.choices import Decider
from tasks.giving_up import give_up
from tasks.jobs import do_job
from tasks.retakes import begin_retake
from tests.tasks.working.test_making import events


def begun(made, request):
    catalogue = made.bench.catalogue
    job = catalogue.add_job(request, by="Ada")
    assert catalogue.begin_job(job.id, "me")
    return catalogue.job(job.id)


def done(made, place, request):
    """How a job ended that nothing else waits for."""
    job = begun(made, request)
    outcome = do_job(job, place)
    made.bench.catalogue.finish_job(job.id, "me", outcome.state, reason=outcome.reason)
    return outcome


def cover(made, **more):
    return RetakeRequest(album_id=made.brief.album_id, step="paint_cover", **more)


def cover_slot(made):
    return made.open().slot("paint_cover", None)


def test_a_retake_makes_new_takes_and_selects_the_best(made, place):
    outcome = do_job(begun(made, cover(made, takes=2)), place)
    assert outcome.state == "done"
    assert outcome.result["retake"] == {"before": 0, "numbers": [1, 2]}
    assert outcome.result["made"] == 2
    assert made.bench.catalogue.selected_number(cover_slot(made)) == outcome.result["selected"] in (1, 2)


def test_a_retake_gone_on_with_makes_the_takes_it_had_begun_and_no_more(made, place):
    job = begun(made, cover(made))
    do_job(job, place)
    catalogue = made.bench.catalogue
    again = do_job(catalogue.job(job.id), place)  # the process died between the last take and the end of the job
    assert again.result["retake"]["numbers"] == [1]
    assert [take.number for take in catalogue.takes(cover_slot(made))] == [0, 1]
    assert catalogue.selected_number(cover_slot(made)) == 1


def test_a_cancelled_retake_leaves_the_take_of_before_selected(made, place):
    job = begun(made, cover(made))
    place.run_steps = lambda run: place.stop()
    do_job(job, place)
    catalogue = made.bench.catalogue
    assert catalogue.selected(cover_slot(made)) is None
    give_up(catalogue.job(job.id), made.bench)
    assert catalogue.selected_number(cover_slot(made)) == 0
    assert events(made, job, "step.made") == []


def test_a_retake_killed_at_its_first_write_is_gone_on_with_and_one_killed_before_leaves_nothing(
    made, place, monkeypatch
):
    catalogue = made.bench.catalogue
    job = begun(made, cover(made))

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(catalogue, "select", killed)
    with pytest.raises(KeyboardInterrupt):
        do_job(job, place)
    monkeypatch.undo()
    assert catalogue.selected_number(cover_slot(made)) == 0
    outcome = do_job(catalogue.job(job.id), place)
    assert outcome.result["retake"] == {"before": 0, "numbers": [1]}
    assert catalogue.selected_number(cover_slot(made)) == 1


def test_a_retake_cancelled_while_it_waits_to_be_gone_on_with_selects_the_take_of_before(made, place):
    catalogue = made.bench.catalogue
    job = begun(made, cover(made))
    place.run_steps = lambda run: place.stop()
    do_job(job, place)
    catalogue.requeue_job(job.id, "me", reason="its process died")
    assert catalogue.selected(cover_slot(made)) is None
    assert cancel(made.bench, job.id, Decider("Ada", "page")).state == "cancelled"
    assert catalogue.selected_number(cover_slot(made)) == 0


def test_a_cancelled_retake_gives_way_to_the_take_of_before_even_where_its_own_was_made(made, place):
    catalogue = made.bench.catalogue
    job = begun(made, cover(made))
    do_job(job, place)
    assert catalogue.selected_number(cover_slot(made)) == 1
    give_up(catalogue.job(job.id), made.bench)
    assert catalogue.selected_number(cover_slot(made)) == 0
    catalogue.finish_job(job.id, "me", "cancelled")
    catalogue.select(cover_slot(made), 1)
    other = begun(made, cover(made))
    do_job(other, place)
    catalogue.select(cover_slot(made), 0)  # somebody chose meanwhile
    give_up(catalogue.job(other.id), made.bench)
    assert catalogue.selected_number(cover_slot(made)) == 0


def test_a_retake_after_one_that_was_killed_goes_back_to_a_take_that_is_there(made):
    catalogue = made.bench.catalogue
    catalogue.select(cover_slot(made), 7)  # selected by a process that died before it made it
    retake = begin_retake(made.open(), None, "paint_cover", part="", takes=1)
    assert (retake.before, retake.numbers) == (0, (1,))


def test_changed_settings_are_put_in_once_however_often_the_job_is_begun(made, place):
    request = RetakeRequest(
        album_id=made.brief.album_id,
        song_id="song-1",
        step="arrange_score",
        takes=0,
        changes=SongChanges(tempo_bpm=97),
    )
    place.run_steps = lambda run: None
    job = begun(made, request)
    do_job(job, place)
    do_job(made.bench.catalogue.job(job.id), place)
    state = album_state(made.brief.album_id, made.bench)
    assert state.plan.songs[0].tempo_bpm == 97
    assert made.bench.catalogue.job(job.id).result["changed"] is True


def test_a_step_that_cannot_be_retaken_fails_its_job_in_words(made, place):
    outcome = done(made, place, RetakeRequest(album_id=made.brief.album_id, song_id="song-1", step="mix"))
    assert outcome.state == "failed"
    assert "made without chance" in outcome.reason
    nowhere = RetakeRequest(album_id=made.brief.album_id, song_id="song-9", step="sing", part="vocal")
    assert "song-9" in done(made, place, nowhere).reason


def test_pressing_needs_approval_and_then_gives_a_release_and_an_event(made, place):
    request = PressRequest(album_id=made.brief.album_id)
    assert done(made, place, request).state == "failed"
    outcome = done(made, place, request.model_copy(update={"policy": "demo"}))
    assert outcome.state == "done"
    (release,) = made.bench.catalogue.releases(made.brief.album_id)
    assert outcome.result["release"] == release.digest
    kinds = [event.kind for event in made.bench.catalogue.events_after(0, album_id=made.brief.album_id)]
    assert "release.pressed" in kinds
    assert place.started == []
